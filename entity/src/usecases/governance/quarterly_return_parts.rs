//! The shape of what a quarterly return says, which is also the shape of what is frozen when it is handed in: a name or a sense that
//! changes here would make what was handed in before say something else, so fields are only ever added, with a default.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    rules::quarter_return::Answers,
    tables::{governance::feedback_issue::FeedbackSubject, performance::indicator::PoliceOwner},
};

/// What a lead member has written so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// The four answers for the whole.
    pub answers: Answers,
    /// What there is to say of single indicators, by the line of the area's agreement.
    pub notes: BTreeMap<Uuid, String>,
    /// What is to be followed up.
    pub follow_ups: Vec<FollowUp>,
}

/// Something to be followed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FollowUp {
    /// What.
    pub text: String,
    /// By when.
    pub due_on: NaiveDate,
}

/// What a return says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contents {
    /// The partnership of the area, in whose records the indicators stand.
    pub partnership: Uuid,
    /// The council area, by its short name.
    pub area: String,
    /// The quarter's code.
    pub quarter: String,
    /// The day as at which everything is shown.
    pub as_at: NaiveDate,
    /// How each indicator stands that the Constabulary or the authority owns.
    pub indicators: Vec<IndicatorPart>,
    /// The summary of neighbourhood feedback, once it was sent.
    pub feedback: Option<FeedbackPart>,
    /// Risks of the area that are open: while it is written, all of them; once it is handed in, those that the authority may know of.
    pub risks: Vec<RiskPart>,
    /// Decisions taken in the quarter within delegated powers.
    pub decisions: Vec<DecisionPart>,
    /// What was promised in earlier returns and is still open.
    pub promises: Vec<PromisePart>,
    /// The answers of the last quarter's return.
    pub last_answers: Option<Answers>,
    /// What is missing, and why.
    pub missing: Vec<MissingPart>,
    /// The four answers.
    pub answers: Answers,
    /// What is to be followed up.
    pub follow_ups: Vec<FollowUp>,
}

/// How an indicator stands in a return. Figures are decimals as texts, in the indicator's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndicatorPart {
    /// The line of the area's agreement.
    pub line: Uuid,
    /// The code that people use.
    pub code: String,
    /// What it measures.
    pub title: String,
    /// The area that the line is for, by name.
    pub area: String,
    /// Who of the police side owns it.
    pub owner: PoliceOwner,
    /// The unit.
    pub unit: String,
    /// The period that was judged, as people say it.
    pub period: Option<String>,
    /// The figure.
    pub value: Option<String>,
    /// What was expected by then.
    pub expected: Option<String>,
    /// The value to reach.
    pub target: Option<String>,
    /// The period at whose end it is to be reached.
    pub target_period: Option<String>,
    /// The colour's code.
    pub colour: String,
    /// Why it has that colour.
    pub reason: String,
    /// The words that go beside an arrow.
    pub direction: String,
    /// Whether it is illustrative.
    pub is_illustrative: bool,
    /// What the last quarter's return said of it.
    pub last_words: Option<String>,
    /// What this return says of it.
    pub note: Option<String>,
}

/// Neighbourhood feedback in a return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedbackPart {
    /// What there is to say of the whole.
    pub text: String,
    /// How many forms it rests on.
    pub forms: i32,
    /// Of how many units nothing was heard.
    pub units_awaited: i32,
    /// When it was sent.
    pub sent_on: NaiveDate,
    /// Theme by theme.
    pub themes: Vec<ThemePart>,
}

/// A theme of neighbourhood feedback in a return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThemePart {
    /// What it is about.
    pub subject: FeedbackSubject,
    /// In a few words.
    pub title: String,
    /// In edited words.
    pub text: String,
    /// Whether it came up in two units or more.
    pub recurs_in_units: bool,
    /// Whether it came up in two quarters or more.
    pub recurs_in_quarters: bool,
    /// Where it came up.
    pub sources: Vec<SourcePart>,
}

/// Where a theme came up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourcePart {
    /// The unit, by name.
    pub unit: String,
    /// The quarter's code.
    pub quarter: String,
    /// How many forms named it.
    pub mentions: i32,
}

/// An open risk in a return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RiskPart {
    /// How it is referred to.
    pub reference: String,
    /// In a few words: as the register has it, or as it was reported to those who don't see that.
    pub title: String,
    /// Likelihood times impact with what is done about it; likewise.
    pub score: i32,
    /// How it stands, and who holds it.
    pub standing: String,
    /// Whether the return hands it over to the authority. Everything that was handed in before this was asked was handed over.
    #[serde(default = "handed_over")]
    pub is_handed_over: bool,
    /// The risk on the partnership's register, for those who see that.
    #[serde(default)]
    pub risk: Option<Uuid>,
    /// What was passed on to the authority, once it was.
    #[serde(default)]
    pub referral: Option<Uuid>,
    /// Why it was reported last.
    #[serde(default)]
    pub reason: Option<String>,
    /// What was proposed with that.
    #[serde(default)]
    pub proposed_action: Option<String>,
}

const fn handed_over() -> bool {
    true
}

/// A decision within delegated powers in a return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionPart {
    /// Its number.
    pub reference: String,
    /// What was decided.
    pub title: String,
    /// In pounds, as a text; none for what spends nothing.
    pub amount: Option<String>,
    /// When.
    pub decided_on: NaiveDate,
}

/// What was promised in an earlier return and is still open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PromisePart {
    /// The quarter of that return.
    pub quarter: String,
    /// What.
    pub text: String,
    /// By when.
    pub due_on: NaiveDate,
    /// Whether that day is over.
    pub is_overdue: bool,
    /// The return as it was handed in, in which it was promised.
    #[serde(default)]
    pub submission: Option<Uuid>,
    /// Its number there, counted from 1.
    #[serde(default)]
    pub number: Option<i32>,
}

crate::tables::values::closed_set! {
    /// A part of a return that can be missing.
    pub enum Part {
        /// Indicators of the area's agreement.
        Indicators = "INDICATORS",
        /// The summary of neighbourhood feedback.
        Feedback = "FEEDBACK",
        /// Open risks of the area.
        Risks = "RISKS",
        /// Decisions within delegated powers.
        Decisions = "DECISIONS",
    }
}

/// What is missing in a return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MissingPart {
    /// Which part.
    pub part: Part,
    /// Why, in a sentence.
    pub why: String,
}
