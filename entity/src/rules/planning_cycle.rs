//! The yearly cycle in which specialist strategic partnerships draw up their action plans (S1, Performance management arrangements >
//! planning cycle): drafts with activities, outcomes and funding from August to October, which the Performance and Standards Group
//! challenges for priority and plausibility, and final plans in December, all for the financial year that follows.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    entry::text_fault,
    period::{Period, PeriodKind},
    wording::LongDate,
    working_days::WorkingDays,
};
use crate::{
    error::{Problem, ProblemCode},
    policy::Office,
    rules::blank::{Taken, is_blank, taken, unless_blank},
};

/// Activities in one plan, at most.
pub const MOST_ACTIVITIES: usize = 200;
/// Actions that come with one final plan, at most.
pub const MOST_ACTIONS: usize = 100;
/// Characters of what is said of an activity, at most.
const LONGEST: usize = 2_000;
/// Working days for feedback on a draft that came so late that its window would be shorter. The documents name none.
const FEEDBACK_DAYS: u16 = 10;
/// The first year for which plans are owed here: that of the first cycle after the demonstration's day, with which the reports to the
/// Board about these plans begin, too (duties 32 and 34).
const FIRST: i32 = 2011;

/// The stage of an action plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlanStage {
    /// Submitted to be challenged.
    Draft,
    /// Submitted as it is to stand.
    Final,
}

codes!(PlanStage, "stage of an action plan", {
    Draft => "DRAFT",
    Final => "FINAL",
});

/// Something that a plan proposes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// What is to be done.
    pub activity: String,
    /// What is to come of it.
    pub outcome: String,
    /// What it is paid from.
    pub funding: String,
}

/// An action plan as it is frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The partnership's name.
    pub body: String,
    /// The financial year's code.
    pub year: String,
    /// The stage's code.
    pub stage: String,
    /// What it proposes, in order.
    pub activities: Vec<Activity>,
    /// The actions that came into the register with it; none of a draft, and of what was frozen before that was done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<PlannedAction>,
}

/// An action of a final plan as it was submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedAction {
    /// What it is called in the plan.
    pub reference: String,
    /// What is to be done.
    pub words: String,
    /// By what its success will be known.
    pub success_measure: Option<String>,
    /// When, in words.
    pub timescale: Option<String>,
    /// The last day, where the words don't say it.
    pub due_on: Option<NaiveDate>,
    /// When it is looked at again.
    pub review_on: Option<NaiveDate>,
    /// What it takes, in words.
    pub resources: Option<String>,
    /// The name of the area that it is about; none where it is about no single one, and of what was frozen without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Who owns it; nobody in what was frozen without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<PlannedOwner>,
}

/// An owner of an action of a final plan, by names as they were when it was submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedOwner {
    /// The office's code.
    pub office: Option<Office>,
    /// The name of the area for which the office is held.
    pub area: Option<String>,
    /// The body's name, where it is one.
    pub body: Option<String>,
    /// In words, where that says more.
    pub words: Option<String>,
    /// Whether this one is accountable.
    pub is_accountable: bool,
}

/// The references of a final plan's actions, row by row: what a row says, or else its number; and what is wrong with them, with those
/// that the plan's actions in the register have already. A final plan leaves its plan with one action at least.
#[must_use]
pub fn references(rows: &[Option<&str>], recorded: &[&str]) -> (Vec<String>, Vec<Problem>) {
    let mut faults = Vec::new();
    if rows.is_empty() && recorded.is_empty() {
        let message = "A final plan says by which actions it is carried out: name one at least.";
        faults.push(Problem::new("actions", ProblemCode::Missing, message));
    }
    let named = |(at, row): (usize, &Option<&str>)| {
        row.and_then(unless_blank).map_or_else(|| at.saturating_add(1).to_string(), str::to_owned)
    };
    let references: Vec<String> = rows.iter().enumerate().map(named).collect();
    let each: Vec<&str> = references.iter().map(String::as_str).collect();
    for ((at, reference), by_whom) in references.iter().enumerate().zip(taken(&each, recorded)) {
        let message = match by_whom {
            None => continue,
            Some(Taken::Recorded) => format!(
                "The register has an action {reference} of this plan already, and it stays there; a further one has another reference."
            ),
            Some(Taken::Here) => format!("Another action here is called {reference}, too."),
        };
        faults.push(Problem::new(&format!("actions.{at}.reference"), ProblemCode::Duplicate, message));
    }
    (references, faults)
}

/// Reads the code of a financial year, such as `FY2011`.
#[must_use]
pub fn plan_year(code: &str) -> Option<Period> {
    code.parse().ok().filter(|period: &Period| period.kind() == PeriodKind::FinancialYear)
}

/// The years for which plans are owed on a day: those whose drafts are taken, were taken, or will be within a year.
#[must_use]
pub fn plan_years(on: NaiveDate) -> Vec<Period> {
    let ahead = on.checked_add_months(Months::new(12)).unwrap_or(on);
    let years = std::iter::successors(Period::financial(FIRST).ok(), |year| year.next());
    years.take_while(|year| drafting(*year).is_some_and(|(from, _)| from <= ahead)).collect()
}

/// The first and the last day for drafts of a year's plans.
#[must_use]
pub fn drafting(year: Period) -> Option<(NaiveDate, NaiveDate)> {
    Some((NaiveDate::from_ymd_opt(year.year() - 1, 8, 1)?, NaiveDate::from_ymd_opt(year.year() - 1, 10, 31)?))
}

/// The first and the last day for a year's final plans.
#[must_use]
pub fn finalising(year: Period) -> Option<(NaiveDate, NaiveDate)> {
    Some((NaiveDate::from_ymd_opt(year.year() - 1, 12, 1)?, NaiveDate::from_ymd_opt(year.year() - 1, 12, 31)?))
}

/// The day by which feedback on a draft is due: with the drafts' last, or ten working days after one that came later than that allows.
#[must_use]
pub fn feedback_due(year: Period, submitted_on: NaiveDate) -> Option<NaiveDate> {
    Some(drafting(year)?.1.max(WorkingDays::england().after(submitted_on, FEEDBACK_DAYS)))
}

/// A version that was submitted, as far as it says whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stood {
    /// Its number.
    pub number: i32,
    /// Its stage.
    pub stage: PlanStage,
    /// Whether feedback was given on it.
    pub has_feedback: bool,
}

/// Why a version can't be submitted now, with the versions before in their order: a final plan needs a draft, a draft doesn't follow a
/// final plan, and a final plan follows another only once that was challenged.
#[must_use]
pub fn submitting_fault(stage: PlanStage, year: Period, before: &[Stood], on: NaiveDate) -> Option<Problem> {
    let fault = |code, message: String| Some(Problem::new("year", code, message));
    let label = year.label();
    match drafting(year) {
        Some((from, _)) if on < from => {
            return fault(ProblemCode::OutOfTurn, format!("Drafts for {label} are taken from {} on.", LongDate(from)));
        }
        _ if on > year.end() => return fault(ProblemCode::OutOfRange, format!("{label} is over.")),
        _ => {}
    }
    match (stage, before.last()) {
        (PlanStage::Final, None) => {
            fault(ProblemCode::OutOfTurn, format!("No draft of this plan for {label} has been submitted; the draft comes first."))
        }
        (PlanStage::Draft, Some(last)) if last.stage == PlanStage::Final => {
            fault(ProblemCode::Locked, format!("The final plan for {label} has been submitted; it takes no more drafts."))
        }
        (PlanStage::Final, Some(last)) if last.stage == PlanStage::Final && !last.has_feedback => {
            let message = format!("The final plan for {label} has been submitted; another one follows only feedback on it.");
            fault(ProblemCode::Duplicate, message)
        }
        _ => None,
    }
}

/// Why feedback can't be given on a version now, with all versions in their order: it is given on the latest, and once.
#[must_use]
pub fn feedback_fault(number: i32, versions: &[Stood]) -> Option<Problem> {
    let Some(last) = versions.last() else {
        let message = "No draft of this plan has been submitted, so there is nothing to give feedback on.";
        return Some(Problem::new("plan", ProblemCode::OutOfTurn, message));
    };
    let (code, message) = match versions.iter().find(|version| version.number == number) {
        None => (ProblemCode::NotFound, format!("This plan has no version {number}.")),
        Some(version) if version.number != last.number => {
            (ProblemCode::OutOfTurn, format!("Version {} has taken the place of version {number}.", last.number))
        }
        Some(version) if version.has_feedback => {
            (ProblemCode::Duplicate, format!("Feedback on version {number} has been given already."))
        }
        Some(_) => return None,
    };
    Some(Problem::new("version", code, message))
}

/// What is wrong with the activities of a plan.
#[must_use]
pub fn activity_faults(activities: &[Activity]) -> Vec<Problem> {
    let mut faults = Vec::new();
    if activities.is_empty() {
        faults.push(Problem::new("activities", ProblemCode::Missing, "Say what the plan proposes."));
    }
    if activities.len() > MOST_ACTIVITIES {
        let message = format!("{MOST_ACTIVITIES} activities fit into one plan.");
        faults.push(Problem::new("activities", ProblemCode::OutOfRange, message));
    }
    for (at, activity) in activities.iter().enumerate() {
        for (name, text) in [("activity", &activity.activity), ("outcome", &activity.outcome), ("funding", &activity.funding)] {
            let field = format!("activities.{at}.{name}");
            if is_blank(text) {
                faults.push(Problem::required(&field));
            }
            faults.extend(text_fault(&field, text, LONGEST));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::on;

    fn year() -> Period {
        plan_year("FY2011").expect("a year")
    }

    const DRAFT: Stood = Stood { number: 1, stage: PlanStage::Draft, has_feedback: false };
    const FINAL: Stood = Stood { number: 2, stage: PlanStage::Final, has_feedback: false };

    fn code(stage: PlanStage, before: &[Stood], day: &str) -> Option<ProblemCode> {
        submitting_fault(stage, year(), before, on(day)).map(|problem| problem.code)
    }

    #[test]
    fn a_plan_is_drafted_in_the_autumn_before_its_year() {
        assert_eq!(drafting(year()), Some((on("2010-08-01"), on("2010-10-31"))));
        assert_eq!(finalising(year()), Some((on("2010-12-01"), on("2010-12-31"))));
        assert_eq!(plan_year("FY2011-Q1"), None);
        let codes = |day| plan_years(on(day)).into_iter().map(Period::code).collect::<Vec<_>>();
        assert_eq!(codes("2009-07-31"), [""; 0]);
        assert_eq!(codes("2010-02-09"), ["FY2011"]);
        assert_eq!(codes("2010-08-01"), ["FY2011", "FY2012"]);
    }

    #[test]
    fn each_step_has_its_turn() {
        assert_eq!(code(PlanStage::Draft, &[], "2010-07-31"), Some(ProblemCode::OutOfTurn));
        assert_eq!(code(PlanStage::Draft, &[], "2010-08-01"), None);
        assert_eq!(code(PlanStage::Draft, &[], "2012-04-01"), Some(ProblemCode::OutOfRange));
        assert_eq!(code(PlanStage::Draft, &[DRAFT], "2010-10-01"), None, "a draft is revised by another");
        assert_eq!(code(PlanStage::Final, &[], "2010-12-01"), Some(ProblemCode::OutOfTurn));
        assert_eq!(code(PlanStage::Final, &[DRAFT], "2010-12-01"), None, "it doesn't wait for feedback that nobody gave");
        assert_eq!(code(PlanStage::Draft, &[DRAFT, FINAL], "2010-12-02"), Some(ProblemCode::Locked));
        assert_eq!(code(PlanStage::Final, &[DRAFT, FINAL], "2010-12-02"), Some(ProblemCode::Duplicate));
        let challenged = Stood { has_feedback: true, ..FINAL };
        assert_eq!(code(PlanStage::Final, &[DRAFT, challenged], "2010-12-02"), None, "the group may challenge again");
    }

    #[test]
    fn a_final_plan_s_actions_have_a_reference_each_and_there_is_one_at_least() {
        let faults = |rows: &[Option<&str>], recorded: &[&str]| {
            let (references, faults) = references(rows, recorded);
            (references, faults.into_iter().map(|fault| (fault.field.join("."), fault.code)).collect::<Vec<_>>())
        };
        let missing = vec![("actions".to_owned(), ProblemCode::Missing)];
        assert_eq!(faults(&[], &[]), (Vec::new(), missing));
        assert_eq!(faults(&[], &["1"]).1, [], "a further final plan may leave its actions as they are");
        assert_eq!(
            faults(&[None, Some(" "), Some("4a")], &[]),
            (vec!["1".to_owned(), "2".to_owned(), "4a".to_owned()], Vec::new())
        );
        let taken = |at: usize| (format!("actions.{at}.reference"), ProblemCode::Duplicate);
        assert_eq!(faults(&[Some("A"), Some("A\u{200b}"), None], &["3"]).1, [taken(1), taken(2)]);
    }

    #[test]
    fn feedback_is_given_on_the_latest_version_and_once() {
        let fault =
            |number, versions: &[Stood]| feedback_fault(number, versions).map(|problem| (problem.field.join("."), problem.code));
        assert_eq!(fault(1, &[]), Some(("plan".to_owned(), ProblemCode::OutOfTurn)));
        assert_eq!(fault(1, &[DRAFT]), None);
        assert_eq!(fault(3, &[DRAFT, FINAL]), Some(("version".to_owned(), ProblemCode::NotFound)));
        assert_eq!(fault(1, &[DRAFT, FINAL]), Some(("version".to_owned(), ProblemCode::OutOfTurn)));
        assert_eq!(fault(1, &[Stood { has_feedback: true, ..DRAFT }]), Some(("version".to_owned(), ProblemCode::Duplicate)));
    }

    #[test]
    fn feedback_is_due_with_the_last_drafts_or_ten_working_days_after_a_late_one() {
        assert_eq!(feedback_due(year(), on("2010-08-20")), Some(on("2010-10-31")));
        assert_eq!(feedback_due(year(), on("2010-11-01")), Some(on("2010-11-15")));
    }
}
