//! What a member may agree within delegated powers (domain, Delegated agreement of expenditure; S4, Delegated Powers).
//!
//! The use case gathers what there is, holding the budget where it is about to write; this decides, and names every condition that
//! isn't met. The same answers "may I agree this?" beforehand: statements that nobody has made yet are then still needed and not
//! refused.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

mod instrument;
mod told;

pub use instrument::{Instrument, InstrumentStanding, Term};
pub use told::{referral, said};

use self::told::{IN_ALL, ON_THIS_LINE, held_back};
use super::{blank::is_blank, budget_revision::Opening, money::Pence, wording::LongDate};
use crate::tables::{
    finance::{commitment::EntryKind, decision::InterestKind},
    values::closed_set,
};

/// What the ledger says of a line or of a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Committed, without what was released again.
    pub committed: Pence,
    /// Paid.
    pub spent: Pence,
}

impl Account {
    /// What entries of the ledger come to.
    pub fn of(entries: impl IntoIterator<Item = (EntryKind, Pence)>) -> Self {
        let entries: Vec<_> = entries.into_iter().collect();
        let all = |wanted| entries.iter().filter(|(kind, _)| *kind == wanted).map(|(_, pence)| *pence).sum::<Pence>();
        Self { committed: all(EntryKind::Committed) - all(EntryKind::Withdrawn), spent: all(EntryKind::Spent) }
    }

    /// What was paid beyond what is committed: an exception that the treasurer looks at.
    #[must_use]
    pub fn overspent(self) -> Option<Pence> {
        Some(self.spent - self.committed).filter(|pence| *pence > Pence::NONE)
    }

    /// What is committed and not paid, which a withdrawal releases.
    #[must_use]
    pub fn unspent(self) -> Option<Pence> {
        Some(self.committed - self.spent).filter(|pence| *pence > Pence::NONE)
    }
}

/// What may be committed, and what is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// Agreed in the version of the budget that is in force.
    pub agreed: Pence,
    /// What of it an agreed revision takes away on a later day, and what therefore can't be committed any more.
    #[serde(default)]
    pub withheld: Pence,
    /// Committed and not released.
    pub committed: Pence,
}

impl Allowance {
    /// What is left; below nothing where more was committed than is agreed.
    #[must_use]
    pub fn headroom(self) -> Pence {
        self.agreed - self.withheld - self.committed
    }

    /// The same once so much more is committed.
    #[must_use]
    pub fn after(self, amount: Pence) -> Self {
        Self { committed: [self.committed, amount].into_iter().sum(), ..self }
    }
}

closed_set! {
    /// How a budget stands.
    pub enum BudgetStatus {
        /// It is being drawn up.
        Draft = "DRAFT",
        /// The body has agreed it.
        Agreed = "AGREED",
        /// Nothing more is agreed from it.
        Closed = "CLOSED",
    }
}

/// How a budget stands at the end of a day.
#[must_use]
pub fn budget_status(agreed_on: Option<NaiveDate>, closed_on: Option<NaiveDate>, on: NaiveDate) -> BudgetStatus {
    let by_then = |day: Option<NaiveDate>| day.is_some_and(|day| day <= on);
    match (by_then(agreed_on), by_then(closed_on)) {
        (_, true) => BudgetStatus::Closed,
        (true, false) => BudgetStatus::Agreed,
        (false, false) => BudgetStatus::Draft,
    }
}

closed_set! {
    /// Why a decision lies outside what is delegated.
    pub enum Condition {
        /// You aren't the lead member for this partnership today.
        NotLeadMember = "NOT_LEAD_MEMBER",
        /// No instrument delegates this to your office.
        NoInstrument = "NO_INSTRUMENT",
        /// The instrument that did is no longer in force, or not yet.
        InstrumentNotInForce = "INSTRUMENT_NOT_IN_FORCE",
        /// The partnership has no agreed budget for that year.
        NoAgreedBudget = "NO_AGREED_BUDGET",
        /// The line belongs to another year's budget than the spending.
        OtherYear = "OTHER_YEAR",
        /// The budget is closed.
        BudgetClosed = "BUDGET_CLOSED",
        /// The line is closed.
        LineClosed = "LINE_CLOSED",
        /// The line is open from a later day on.
        LineNotYetOpen = "LINE_NOT_YET_OPEN",
        /// It is more than the line has left.
        AboveLine = "ABOVE_LINE",
        /// It is more than the budget has left in all.
        AboveTotal = "ABOVE_TOTAL",
        /// It serves no priority of the partnership.
        NoPriority = "NO_PRIORITY",
        /// It doesn't say what regard was had to the Policing Plan.
        NoRegard = "NO_REGARD",
        /// You have a registered interest in it that you haven't declared.
        UndeclaredInterest = "UNDECLARED_INTEREST",
        /// Your interest in it is prejudicial.
        PrejudicialInterest = "PREJUDICIAL_INTEREST",
        /// You set or agreed the budget.
        SetTheBudget = "SET_THE_BUDGET",
    }
}

impl Condition {
    /// Whether whoever asks can meet it by what they state, so that there is nothing to refer to a committee.
    #[must_use]
    pub const fn is_met_by_stating(self) -> bool {
        matches!(self, Self::NoPriority | Self::NoRegard | Self::UndeclaredInterest | Self::OtherYear)
    }

    /// The field of the input that it is about.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::AboveLine | Self::AboveTotal => "amount",
            Self::OtherYear => "spendOn",
            Self::NoPriority => "priorities",
            Self::NoRegard => "policingPlanRegard",
            Self::UndeclaredInterest | Self::PrejudicialInterest => "interest",
            Self::NoAgreedBudget | Self::BudgetClosed | Self::LineClosed | Self::LineNotYetOpen | Self::SetTheBudget => "line",
            Self::NotLeadMember | Self::NoInstrument | Self::InstrumentNotInForce => "",
        }
    }
}

closed_set! {
    /// What has to be stated before a decision is taken.
    pub enum Statement {
        /// What it is for.
        Purpose = "PURPOSE",
        /// Which priorities of the partnership it serves.
        Priorities = "PRIORITIES",
        /// What regard was had to the Policing Plan.
        PolicingPlanRegard = "POLICING_PLAN_REGARD",
        /// Whether there is an interest in it.
        Interest = "INTEREST",
        /// Who is to get the money.
        Recipient = "RECIPIENT",
    }
}

/// A condition that isn't met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Which.
    pub condition: Condition,
    /// In a sentence.
    pub message: String,
}

/// What regard was had to the Policing Plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Regard {
    /// To these objectives, by reference.
    Objectives(Vec<String>),
    /// None of them bears on it, for this reason.
    NoneRelevant(String),
}

impl Regard {
    /// Whether it says something.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        match self {
            Self::Objectives(objectives) => !objectives.is_empty(),
            Self::NoneRelevant(reason) => !is_blank(reason),
        }
    }
}

/// What whoever decides states; what isn't stated yet is `None`.
#[derive(Clone, Debug)]
pub struct Stated {
    /// Whether the purpose is.
    pub has_purpose: bool,
    /// How many priorities it serves.
    pub priorities: Option<usize>,
    /// What regard was had to the Policing Plan.
    pub regard: Option<Regard>,
    /// What interest is declared.
    pub interest: Option<InterestKind>,
}

/// Who decides, by what power, and what the register of interests says.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The partnership, by name.
    pub partnership: String,
    /// Whether they hold the office on that body today.
    pub is_lead_member: bool,
    /// The instrument.
    pub instrument: Instrument,
    /// The gravest of their registered interests that bear on it.
    pub registered: InterestKind,
    /// Whether they have a registered interest in any organisation, so that it matters to which one the money goes.
    pub has_interest_in_an_organisation: bool,
    /// Today.
    pub today: NaiveDate,
}

/// The money that is asked for, and the budget that it is to come from.
#[derive(Clone, Debug)]
pub struct Spending {
    /// How much.
    pub amount: Pence,
    /// The line as a sentence names it: "line 1 (Safer neighbourhoods)".
    pub line_name: String,
    /// Whether it is said to which organisation the money goes, by whoever asks or by the line.
    pub names_recipient: bool,
    /// The year of the budget, as 2009/10.
    pub year: String,
    /// The number of its revision that is in force; none while it is as it was first agreed.
    pub revision: Option<i32>,
    /// The year of the spending, where it is another one, and whether the partnership has an agreed budget for that.
    pub other_year: Option<(String, bool)>,
    /// How the budget stands.
    pub status: BudgetStatus,
    /// Whether the line can be spent from.
    pub opening: Opening,
    /// What the line has.
    pub line: Allowance,
    /// What the budget has in all.
    pub total: Allowance,
    /// Whether whoever decides set the budget or a revision of it, or agreed one of them.
    pub is_own_budget: bool,
}

/// What came of weighing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Every condition that isn't met.
    pub refusals: Vec<Refusal>,
    /// What has to be stated yet.
    pub still_needed: Vec<Statement>,
}

impl Verdict {
    fn refuse(&mut self, condition: Condition, message: String) {
        self.refusals.push(Refusal { condition, message });
    }

    /// Whether it lies within what is delegated, as far as is known.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.refusals.is_empty()
    }

    /// Whether it could be agreed as it is stated: nothing refuses it, and nothing has to be stated yet.
    #[must_use]
    pub fn can_be_agreed(&self) -> bool {
        self.is_within() && self.still_needed.is_empty()
    }

    /// Whether a committee would have something to decide: something refuses it that no statement mends.
    #[must_use]
    pub fn is_to_be_referred(&self) -> bool {
        self.refusals.iter().any(|refusal| !refusal.condition.is_met_by_stating())
    }
}

/// Weighs a decision that spends nothing: priorities, or a strategic plan.
#[must_use]
pub fn weigh(stated: &Stated, standing: &Standing) -> Verdict {
    let mut verdict = Verdict::default();
    office(&mut verdict, standing);
    statements(&mut verdict, stated);
    interests(&mut verdict, stated, standing);
    verdict
}

/// Weighs agreeing expenditure: the six conditions, in their order, and that nobody spends from a budget of their own making.
#[must_use]
pub fn weigh_spending(stated: &Stated, standing: &Standing, spending: &Spending) -> Verdict {
    let mut verdict = Verdict::default();
    office(&mut verdict, standing);
    budget(&mut verdict, standing, spending);
    headroom(&mut verdict, spending);
    statements(&mut verdict, stated);
    interests(&mut verdict, stated, standing);
    if standing.has_interest_in_an_organisation && !spending.names_recipient {
        verdict.still_needed.push(Statement::Recipient);
    }
    if spending.is_own_budget {
        let message = "You set or agreed this budget, so somebody else has to agree what is spent from it.";
        verdict.refuse(Condition::SetTheBudget, message.to_owned());
    }
    verdict
}

fn office(verdict: &mut Verdict, standing: &Standing) {
    let (partnership, today) = (&standing.partnership, LongDate(standing.today));
    if !standing.is_lead_member {
        let message = format!("On {today} you hold no appointment as lead member for {partnership}.");
        verdict.refuse(Condition::NotLeadMember, message);
    }
    match &standing.instrument {
        Instrument::Nothing => {
            let message = "No instrument of the Authority's delegates this to lead members.";
            verdict.refuse(Condition::NoInstrument, message.to_owned());
        }
        // Whoever isn't a lead member needs none, and hears nothing of it.
        Instrument::Unseen if !standing.is_lead_member => {}
        Instrument::Unseen => {
            let message = "You may not read the Authority's instruments of delegation, so nothing can be agreed under one.";
            verdict.refuse(Condition::NoInstrument, message.to_owned());
        }
        Instrument::Known(_, InstrumentStanding::InForce) => {}
        Instrument::Known(minute, how) => {
            let how = match how {
                InstrumentStanding::NotYetInForce => "isn't in force yet",
                InstrumentStanding::Revoked => "was revoked",
                _ => "has lapsed",
            };
            verdict.refuse(Condition::InstrumentNotInForce, format!("The delegation ({minute}) {how} on {today}."));
        }
    }
}

fn budget(verdict: &mut Verdict, standing: &Standing, spending: &Spending) {
    let (partnership, year) = (&standing.partnership, &spending.year);
    let missing = |year: &str| format!("{partnership} has no agreed budget for {year}.");
    match (&spending.other_year, spending.status) {
        (Some((spent, false)), _) => verdict.refuse(Condition::NoAgreedBudget, missing(spent)),
        (Some((spent, true)), _) => {
            let message =
                format!("The line belongs to the budget for {year}, and the spending to {spent}; choose a line of that year's.");
            verdict.refuse(Condition::OtherYear, message);
        }
        (None, BudgetStatus::Draft) => verdict.refuse(Condition::NoAgreedBudget, missing(year)),
        (None, BudgetStatus::Closed) => {
            verdict.refuse(Condition::BudgetClosed, format!("The budget of {partnership} for {year} is closed."));
        }
        (None, BudgetStatus::Agreed) => {}
    }
    let line_name = &spending.line_name;
    match spending.opening {
        Opening::Open => {}
        Opening::Closed => verdict.refuse(Condition::LineClosed, format!("In the budget for {year}, {line_name} is closed.")),
        Opening::OpensOn(day) => {
            let message = format!(
                "In the budget for {year}, {line_name} is open from {} on. What counts is the day of the decision, not that of the spending.",
                LongDate(day)
            );
            verdict.refuse(Condition::LineNotYetOpen, message);
        }
    }
}

fn headroom(verdict: &mut Verdict, spending: &Spending) {
    let Spending { amount, line, total, line_name, year, .. } = spending;
    // What a line has is no matter before it is open at all.
    let is_awaited = matches!(spending.opening, Opening::OpensOn(_));
    if *amount > line.headroom() && !is_awaited {
        let message = format!(
            "{amount} is more than {line_name} has left: {} of {}{}. Moving money between lines isn't delegated.",
            line.headroom(),
            line.agreed,
            held_back(&[(*line, ON_THIS_LINE)])
        );
        verdict.refuse(Condition::AboveLine, message);
    }
    if *amount > total.headroom() {
        let message = format!(
            "{amount} is more than the budget for {year} has left in all: {} of {}{}.",
            total.headroom(),
            total.agreed,
            held_back(&[(*total, IN_ALL)])
        );
        verdict.refuse(Condition::AboveTotal, message);
    }
}

fn statements(verdict: &mut Verdict, stated: &Stated) {
    if !stated.has_purpose {
        verdict.still_needed.push(Statement::Purpose);
    }
    match stated.priorities {
        None => verdict.still_needed.push(Statement::Priorities),
        Some(0) => {
            verdict.refuse(Condition::NoPriority, "Name at least one priority of the partnership that it serves.".to_owned());
        }
        Some(_) => {}
    }
    match &stated.regard {
        None => verdict.still_needed.push(Statement::PolicingPlanRegard),
        Some(regard) if !regard.is_stated() => {
            let message = "Say to which objectives of the Policing Plan regard was had, or why none of them bears on it.";
            verdict.refuse(Condition::NoRegard, message.to_owned());
        }
        Some(_) => {}
    }
}

fn interests(verdict: &mut Verdict, stated: &Stated, standing: &Standing) {
    if stated.interest.is_none() {
        verdict.still_needed.push(Statement::Interest);
    }
    let is_prejudicial = |kind| kind == InterestKind::Prejudicial;
    if is_prejudicial(standing.registered) || stated.interest.is_some_and(is_prejudicial) {
        let message = "Your interest in this is prejudicial: somebody else has to decide it.";
        verdict.refuse(Condition::PrejudicialInterest, message.to_owned());
    }
    if standing.registered != InterestKind::None && stated.interest == Some(InterestKind::None) {
        let message = "The register of interests has one of yours that bears on this, and you declare none.";
        verdict.refuse(Condition::UndeclaredInterest, message.to_owned());
    }
}

#[cfg(test)]
#[path = "tests/delegation.rs"]
mod tests;
