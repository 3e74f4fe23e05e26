//! What a member is told of the weighing: the answer in one sentence, and a referral to send.

use chrono::NaiveDate;

use super::{Allowance, BudgetStatus, Condition, Opening, Spending, Standing, Statement, Verdict};
use crate::rules::{
    blank::is_blank,
    money::Pence,
    wording::{LongDate, listed},
};

impl Statement {
    /// What it states, within a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Purpose => "what it is for",
            Self::Priorities => "which priorities it serves",
            Self::PolicingPlanRegard => "what regard was had to the Policing Plan",
            Self::Interest => "whether you have an interest in it",
            Self::Recipient => "who is to get the money",
        }
    }
}

/// The answer in one sentence, as a member would want it read out. What is left is told only where the line could pay: of the year of the
/// spending, in a budget that is agreed.
#[must_use]
pub fn said(verdict: &Verdict, standing: &Standing, spending: &Spending) -> String {
    let left = spending.line.headroom().min(spending.total.headroom());
    // What a refusal has said of it isn't said again.
    let refused = |condition| verdict.refusals.iter().any(|refusal| refusal.condition == condition);
    let on_line = (!refused(Condition::AboveLine)).then_some((spending.line, ON_THIS_LINE));
    let is_total_tighter = spending.total.headroom() < spending.line.headroom();
    let in_all = (is_total_tighter && !refused(Condition::AboveTotal)).then_some((spending.total, IN_ALL));
    let held_back = held_back(&on_line.into_iter().chain(in_all).collect::<Vec<_>>());
    let remains = format!("{left} of {} remains on {}{held_back}", spending.line.agreed, spending.line_name);
    if let (Some(minute), true) = (standing.instrument.minute(), verdict.is_within()) {
        let needed: Vec<&str> = verdict.still_needed.iter().map(|statement| statement.words()).collect();
        let yet = match needed.as_slice() {
            [] => String::new(),
            needed => format!(" Before you can agree it, state {}.", listed(needed)),
        };
        return format!("Within your delegation ({minute}): {remains}.{yet}");
    }
    let verdict_in_short = if verdict.is_to_be_referred() {
        "Outside your delegation; refer it to the Engagement Committee."
    } else {
        "Not within your delegation as it is stated; nothing has to be referred, but something has to be put right first."
    };
    let mut sentences = vec![verdict_in_short.to_owned()];
    sentences.extend(verdict.refusals.iter().map(|refusal| refusal.message.clone()));
    let is_awaited = matches!(spending.opening, Opening::OpensOn(_));
    if spending.other_year.is_none() && spending.status == BudgetStatus::Agreed && !is_awaited {
        sentences.push(format!("{remains}."));
    }
    sentences.join(" ")
}

/// Of what something is held back, within a sentence.
pub(super) const ON_THIS_LINE: &str = "on this line";
/// The same of the budget's total.
pub(super) const IN_ALL: &str = "of the budget in all";

/// How much of what is agreed can't be committed because an agreed revision takes it away later, said once of all of it; nothing where none
/// does.
pub(super) fn held_back(of: &[(Allowance, &str)]) -> String {
    let parts: Vec<_> = of.iter().filter(|(allowance, _)| allowance.withheld != Pence::NONE).collect();
    let what = match parts.as_slice() {
        [] => return String::new(),
        [(allowance, of_what)] => format!("{} is held back {of_what}", allowance.withheld),
        several => {
            let each: Vec<String> =
                several.iter().map(|(allowance, of_what)| format!("{} {of_what}", allowance.withheld)).collect();
            format!("{} are held back", listed(&each.iter().map(String::as_str).collect::<Vec<_>>()))
        }
    };
    format!(" ({what} for a revision that is agreed and comes into force later)")
}

/// A referral to the Engagement Committee, for the member to send or to change; nothing of it is kept.
#[must_use]
pub fn referral(verdict: &Verdict, standing: &Standing, spending: &Spending, purpose: &str, spend_on: NaiveDate) -> String {
    let Spending { amount, line_name, line, total, year, .. } = spending;
    let purpose = if is_blank(purpose) { "(to be stated)" } else { purpose.trim() };
    let reasons: String = verdict.refusals.iter().map(|refusal| format!("\n- {}", refusal.message)).collect();
    format!(
        "To the Engagement Committee\nFrom the lead member for {}\n{}\n\nExpenditure of {amount} outside delegated powers\n\n\
         The committee is asked to decide on expenditure of {amount} on {}, from {line_name} of the budget for {year}.\n\n\
         Purpose: {purpose}\n\nI can't agree it myself:{reasons}\n\nThe line has {} of {} left; the budget for {year} has {} of {} left in all.\n",
        standing.partnership,
        LongDate(standing.today),
        LongDate(spend_on),
        line.headroom(),
        line.agreed,
        total.headroom(),
        total.agreed,
    )
}
