//! What a quarterly return says, as clients see it: the same whether it is being written or was handed in.

use async_graphql::{ID, SimpleObject};
use entity::{
    rules::{colour::Colour as Judged, period::Period as Known, quarter_return::Answers},
    tables::{Id, TenantId},
    usecases::governance::quarterly_return_parts as contents,
};
use rust_decimal::Decimal as Exact;
use uuid::Uuid;

use super::{FeedbackSubject, ReturnPart};
use crate::graphql::{
    performance::{Colour, Period, PoliceOwner},
    relay::{NodeId, NodeKind},
    scalars::{Date, Decimal},
};

/// What a quarterly return says: the pre-filled parts, the lead member's own words, and plainly what is missing and why.
#[derive(Clone, SimpleObject)]
pub struct ReturnContents {
    /// The day as at which everything is shown.
    reported_on: Date,
    /// How each indicator of the area's agreement stands that the Constabulary or the authority owns.
    indicators: Vec<ReturnIndicator>,
    /// The summary of neighbourhood feedback; null until it was sent.
    feedback: Option<ReturnFeedback>,
    /// Risks of the area that are open, the weightiest first. What is handed in tells the Authority of those that were passed on to it, and
    /// of no others, unless an information-sharing agreement in force that day lets it read the partnership's registers of risks; while it
    /// is written, its lead member sees all of them.
    risks: Vec<ReturnRisk>,
    /// Decisions taken in the quarter within delegated powers.
    decisions: Vec<ReturnDecision>,
    /// What was promised in earlier returns and is still open, the earliest due first.
    promises: Vec<ReturnPromise>,
    /// The answers of the last quarter's return; null where none is in.
    last_answers: Option<ReturnAnswers>,
    /// What is missing, and why.
    missing: Vec<ReturnMissing>,
    /// The four answers; what isn't answered is empty.
    answers: ReturnAnswers,
    /// What is to be followed up.
    follow_ups: Vec<ReturnIntention>,
}

/// The four answers of a return (S4, Appendix 1), each of up to 150 words.
#[derive(Clone, SimpleObject)]
pub struct ReturnAnswers {
    /// How well outcomes and improvements are being delivered.
    outcomes: String,
    /// Prospects for future improvement.
    prospects: String,
    /// Risks to the Authority or to the partnership.
    risks: String,
    /// Follow-up action for the lead member.
    follow_up: String,
}

/// How an indicator stands in a return. Never colour alone: read it with the reason.
#[derive(Clone, SimpleObject)]
pub struct ReturnIndicator {
    /// The global identifier of the line of the area's agreement, to be given with a note.
    line: ID,
    /// The code that people use, such as NI 15.
    code: String,
    /// What it measures.
    title: String,
    /// The area that the line is for, by name.
    area: String,
    /// Who of the police side owns it.
    owner: PoliceOwner,
    /// The unit.
    unit: String,
    /// The period that was judged, as people say it.
    period: Option<String>,
    /// The figure, in the unit.
    value: Option<Decimal>,
    /// What was expected by then.
    expected: Option<Decimal>,
    /// The value to reach.
    target: Option<Decimal>,
    /// The period at whose end it is to be reached, as people say it.
    target_period: Option<String>,
    /// The colour; NOT_RATED where none could be given.
    colour: Colour,
    /// One sentence that a committee can minute.
    reason: String,
    /// The words that go beside an arrow, such as "Up, worse"; why not, where there is no arrow.
    direction: String,
    /// Whether the figure, or what it was measured against, is illustrative.
    is_illustrative: bool,
    /// What the last quarter's return said of it.
    last_words: Option<String>,
    /// What this return says of it.
    note: Option<String>,
}

/// Neighbourhood feedback in a return.
#[derive(Clone, SimpleObject)]
pub struct ReturnFeedback {
    /// What there is to say of the whole.
    text: String,
    /// How many forms it rests on.
    forms: i32,
    /// Of how many units nothing was heard.
    units_awaited: i32,
    /// When it was sent to the lead member.
    sent_on: Date,
    /// Theme by theme.
    themes: Vec<ReturnTheme>,
}

/// A theme of neighbourhood feedback in a return.
#[derive(Clone, SimpleObject)]
pub struct ReturnTheme {
    /// What it is about.
    subject: FeedbackSubject,
    /// In a few words.
    title: String,
    /// In edited words.
    text: String,
    /// Whether its subject came up in two units or more, in whichever of the last five quarters, in this council area.
    recurs_in_units: bool,
    /// Whether its subject came up in two quarters or more of the last five.
    recurs_in_quarters: bool,
    /// Where it came up, latest quarter first.
    sources: Vec<ReturnSource>,
}

/// Where a theme came up.
#[derive(Clone, SimpleObject)]
pub struct ReturnSource {
    /// The neighbourhood policing unit, by name.
    unit: String,
    /// The quarter.
    quarter: Option<Period>,
    /// How many forms named it.
    mentions: i32,
}

/// An open risk in a return.
#[derive(Clone, SimpleObject)]
pub struct ReturnRisk {
    /// How it is referred to: its number on the partnership's registers.
    reference: String,
    /// In a few words; what was passed on, as it was reported last.
    title: String,
    /// Likelihood times impact, with what is done about it: 1 to 25; of what was passed on, as it was reported last.
    score: i32,
    /// How it stands, and who holds it.
    standing: String,
    /// Whether the return hands it over to the Authority: it was passed on, or registers of risks are shared. Of what isn't, only the lead
    /// member knows, until submitRiskReport passes it on.
    is_handed_over: bool,
    /// The global identifier of the risk on its register; null in what was handed in, unless registers of risks were shared that day.
    risk: Option<ID>,
    /// The global identifier of what was passed on to the Authority (a RiskReferral); null until it was.
    referral: Option<ID>,
    /// Why it was reported last; null until it was.
    reason: Option<String>,
    /// What was proposed to be done with that report.
    proposed_action: Option<String>,
}

/// A decision within delegated powers in a return.
#[derive(Clone, SimpleObject)]
pub struct ReturnDecision {
    /// Its number.
    reference: String,
    /// What was decided.
    title: String,
    /// In pounds; null for what spends nothing.
    amount: Option<Decimal>,
    /// When it was taken.
    decided_on: Date,
}

/// What was promised in an earlier return and is still open.
#[derive(Clone, SimpleObject)]
pub struct ReturnPromise {
    /// The quarter of that return.
    quarter: Option<Period>,
    /// What was promised.
    text: String,
    /// By when.
    due_on: Date,
    /// Whether that day is over.
    is_overdue: bool,
    /// The global identifier of the return as it was handed in, to be given to resolveReturnFollowUp; null in what was handed in before
    /// it was kept.
    submission: Option<ID>,
    /// Its number there, to be given to resolveReturnFollowUp; null in what was handed in before it was kept.
    number: Option<i32>,
}

/// A part of a return that is missing.
#[derive(Clone, SimpleObject)]
pub struct ReturnMissing {
    /// Which part.
    part: ReturnPart,
    /// Why, in a sentence that names what would have to be there.
    reason: String,
}

/// What a lead member means to follow up.
#[derive(Clone, SimpleObject)]
pub struct ReturnIntention {
    /// What.
    text: String,
    /// By when.
    due_on: Date,
}

fn decimal(text: Option<&String>) -> Option<Decimal> {
    text.and_then(|text| text.parse::<Exact>().ok()).map(Decimal)
}

fn quarter(code: &str) -> Option<Period> {
    code.parse::<Known>().ok().map(Period::from)
}

impl From<Answers> for ReturnAnswers {
    fn from(answers: Answers) -> Self {
        let Answers { outcomes, prospects, risks, follow_up } = answers;
        Self { outcomes, prospects, risks, follow_up }
    }
}

impl ReturnIndicator {
    fn new(partnership: Uuid, part: contents::IndicatorPart) -> Self {
        let line = NodeId { kind: NodeKind::AgreementIndicator, tenant: Some(Id::from_uuid(partnership)), id: part.line }.to_id();
        Self {
            line,
            value: decimal(part.value.as_ref()),
            expected: decimal(part.expected.as_ref()),
            target: decimal(part.target.as_ref()),
            colour: part.colour.parse().unwrap_or(Judged::NotRated).into(),
            owner: part.owner.into(),
            code: part.code,
            title: part.title,
            area: part.area,
            unit: part.unit,
            period: part.period,
            target_period: part.target_period,
            reason: part.reason,
            direction: part.direction,
            is_illustrative: part.is_illustrative,
            last_words: part.last_words,
            note: part.note,
        }
    }
}

impl From<contents::FeedbackPart> for ReturnFeedback {
    fn from(part: contents::FeedbackPart) -> Self {
        let source = |source: contents::SourcePart| ReturnSource {
            unit: source.unit,
            quarter: quarter(&source.quarter),
            mentions: source.mentions,
        };
        let theme = |theme: contents::ThemePart| ReturnTheme {
            subject: theme.subject.into(),
            title: theme.title,
            text: theme.text,
            recurs_in_units: theme.recurs_in_units,
            recurs_in_quarters: theme.recurs_in_quarters,
            sources: theme.sources.into_iter().map(source).collect(),
        };
        Self {
            text: part.text,
            forms: part.forms,
            units_awaited: part.units_awaited,
            sent_on: Date(part.sent_on),
            themes: part.themes.into_iter().map(theme).collect(),
        }
    }
}

impl ReturnContents {
    /// What a return in the records of an authority says.
    #[must_use]
    pub fn of(authority: TenantId, said: contents::Contents) -> Self {
        let partnership = said.partnership;
        let id = |kind, tenant, id| NodeId { kind, tenant: Some(tenant), id }.to_id();
        let risk = |part: contents::RiskPart| ReturnRisk {
            reference: part.reference,
            title: part.title,
            score: part.score,
            standing: part.standing,
            is_handed_over: part.is_handed_over,
            risk: part.risk.map(|risk| id(NodeKind::Risk, Id::from_uuid(partnership), risk)),
            referral: part.referral.map(|referral| id(NodeKind::RiskReferral, authority, referral)),
            reason: part.reason,
            proposed_action: part.proposed_action,
        };
        let decision = |part: contents::DecisionPart| ReturnDecision {
            amount: decimal(part.amount.as_ref()),
            reference: part.reference,
            title: part.title,
            decided_on: Date(part.decided_on),
        };
        let promise = |part: contents::PromisePart| ReturnPromise {
            quarter: quarter(&part.quarter),
            text: part.text,
            due_on: Date(part.due_on),
            is_overdue: part.is_overdue,
            submission: part.submission.map(|submission| id(NodeKind::ReturnSubmission, authority, submission)),
            number: part.number,
        };
        let missing = |part: contents::MissingPart| ReturnMissing { part: part.part.into(), reason: part.why };
        let intention = |follow_up: contents::FollowUp| ReturnIntention { text: follow_up.text, due_on: Date(follow_up.due_on) };
        Self {
            reported_on: Date(said.as_at),
            indicators: said.indicators.into_iter().map(|part| ReturnIndicator::new(partnership, part)).collect(),
            feedback: said.feedback.map(ReturnFeedback::from),
            risks: said.risks.into_iter().map(risk).collect(),
            decisions: said.decisions.into_iter().map(decision).collect(),
            promises: said.promises.into_iter().map(promise).collect(),
            last_answers: said.last_answers.map(ReturnAnswers::from),
            missing: said.missing.into_iter().map(missing).collect(),
            answers: said.answers.into(),
            follow_ups: said.follow_ups.into_iter().map(intention).collect(),
        }
    }
}
