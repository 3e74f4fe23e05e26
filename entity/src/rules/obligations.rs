//! One calendar of duties: what has to be done by whom, from when, until when, and whether it was.
//!
//! An obligation follows from a duty or a deed and isn't stored. It is closed by the act that it asks for; nobody ticks it off. What was
//! late stays late. A duty that comes round again and again belongs to its period: hearing the report at a meeting within that period
//! fulfils it, on time or late.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    holidays::Calendar,
    period::{Period, PeriodKind},
    working_days::WorkingDays,
};
use crate::policy::Office;

/// What sort of obligation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObligationKind {
    /// A meeting's summary, in five working days.
    MeetingSummary,
    /// An action of a plan or of a meeting, by its date.
    Action,
    /// A report to a body, by the end of its period.
    Report,
    /// A lead member's quarterly return, in time for the committee.
    QuarterlyReturn,
    /// The Treasurer's determination of a reported risk.
    RiskDetermination,
    /// A member's form about a neighbourhood policing unit, each quarter.
    FeedbackForm,
    /// The summary of such forms for a council area, to its lead member.
    FeedbackSummary,
    /// The committee's receipt of a return that was handed in.
    ReturnReceipt,
    /// A risk's review by the day that its last assessment sets.
    RiskReview,
    /// The Engagement Committee's note on a reported risk.
    RiskNote,
    /// The chief executive's decision on a risk that the Treasurer advised of.
    RiskDecision,
    /// What came of a risk with the Audit Committee or the sub-regional team.
    RiskOutcome,
    /// The Treasurer's review of a quarter's reported risks.
    RiskQuarterReview,
    /// An information-sharing agreement's review by its date.
    SharingReview,
    /// Carrying a board meeting's key actions back to a member's own organisation.
    Cascade,
    /// Progress on a board's key action, for its next meeting.
    KeyActionProgress,
    /// A specialist partnership's draft action plan for the year to come.
    DraftActionPlan,
    /// The Performance and Standards Group's feedback on such a draft.
    ActionPlanFeedback,
    /// A specialist partnership's final action plan for the year to come.
    FinalActionPlan,
    /// The Environmental Scan of a month.
    EnvironmentalScan,
    /// The chairman's interview of a member in a year.
    MemberInterview,
    /// The monitoring meeting with the government office in a year.
    GovernmentOfficeMeeting,
}

codes!(ObligationKind, "kind of obligation", {
    MeetingSummary => "MEETING_SUMMARY",
    Action => "ACTION",
    Report => "REPORT",
    QuarterlyReturn => "QUARTERLY_RETURN",
    RiskDetermination => "RISK_DETERMINATION",
    FeedbackForm => "FEEDBACK_FORM",
    FeedbackSummary => "FEEDBACK_SUMMARY",
    ReturnReceipt => "RETURN_RECEIPT",
    RiskReview => "RISK_REVIEW",
    RiskNote => "RISK_NOTE",
    RiskDecision => "RISK_DECISION",
    RiskOutcome => "RISK_OUTCOME",
    RiskQuarterReview => "RISK_QUARTER_REVIEW",
    SharingReview => "SHARING_REVIEW",
    Cascade => "CASCADE",
    KeyActionProgress => "KEY_ACTION_PROGRESS",
    DraftActionPlan => "DRAFT_ACTION_PLAN",
    ActionPlanFeedback => "ACTION_PLAN_FEEDBACK",
    FinalActionPlan => "FINAL_ACTION_PLAN",
    EnvironmentalScan => "ENVIRONMENTAL_SCAN",
    MemberInterview => "MEMBER_INTERVIEW",
    GovernmentOfficeMeeting => "GOVERNMENT_OFFICE_MEETING",
});

/// How an obligation stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObligationStanding {
    /// It hasn't opened.
    Upcoming,
    /// It is open, and its day hasn't passed.
    Due,
    /// Its day has passed, and it isn't met.
    Late,
    /// It was met by its day.
    Met,
    /// It was met after its day.
    MetLate,
    /// It was waived, with a reason.
    Waived,
    /// It wasn't met, and can't be any more.
    Missed,
}

codes!(ObligationStanding, "standing of an obligation", {
    Upcoming => "UPCOMING",
    Due => "DUE",
    Late => "LATE",
    Met => "MET",
    MetLate => "MET_LATE",
    Waived => "WAIVED",
    Missed => "MISSED",
});

/// How an obligation stands on a day. What was met is met, whatever was waived beside it; what can't be met any more, since what it was
/// to go into is closed, is neither due nor late.
#[must_use]
pub fn standing(
    (opens_on, due_on): (NaiveDate, NaiveDate),
    met_on: Option<NaiveDate>,
    (is_waived, is_closed): (bool, bool),
    on: NaiveDate,
) -> ObligationStanding {
    match met_on {
        Some(day) if day <= due_on => ObligationStanding::Met,
        Some(_) => ObligationStanding::MetLate,
        None if is_waived => ObligationStanding::Waived,
        None if is_closed => ObligationStanding::Missed,
        None if on < opens_on => ObligationStanding::Upcoming,
        None if on <= due_on => ObligationStanding::Due,
        None => ObligationStanding::Late,
    }
}

/// The last moment at which anything about an obligation became another thing than it was, up to a day: when it came to be known, opened,
/// was met, was waived, couldn't be met any more or became late.
#[must_use]
pub fn changed_on(
    (known_on, opens_on, due_on): (NaiveDate, NaiveDate, NaiveDate),
    ended: [Option<NaiveDate>; 3],
    on: NaiveDate,
) -> NaiveDate {
    let late_on = due_on.succ_opt().filter(|late| ended.into_iter().flatten().all(|day| day >= *late));
    let changes = [Some(known_on), Some(opens_on), late_on].into_iter().chain(ended);
    changes.flatten().filter(|day| *day <= on).max().unwrap_or(known_on.min(on))
}

/// The day by which a member's form about a quarter is due: ten working days after its end. The documents name none; the summary that is
/// made of the forms has to reach the lead member before the return is due.
#[must_use]
pub fn feedback_due(quarter: Period) -> NaiveDate {
    WorkingDays::england().after(quarter.end(), 10)
}

/// A reporting duty that comes round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Its number in the register of duties.
    pub number: i32,
    /// What is to be done.
    pub title: String,
    /// The office whose duty it is.
    pub holder_office: Option<Office>,
    /// The body whose duty it is, by its short name, where it is no office's.
    pub holder_body: Option<String>,
    /// The body that is to hear it, by its short name.
    pub recipient: String,
    /// The document and section that it comes from.
    pub source: String,
    every: PeriodKind,
    due_month: Option<u32>,
    since: NaiveDate,
    until: Option<NaiveDate>,
}

#[derive(Deserialize)]
struct Row {
    number: i32,
    title: String,
    holder_office: Option<Office>,
    holder_body: Option<String>,
    recipient: String,
    every: String,
    due_month: Option<u32>,
    since: NaiveDate,
    until: Option<NaiveDate>,
    source: String,
}

static DUTIES: LazyLock<Vec<Duty>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    read(include_str!("../../data/reference/duties.csv")).expect("the duties that the product comes with can be read")
});

fn read(text: &str) -> Result<Vec<Duty>, Box<dyn std::error::Error>> {
    let duty = |row: Result<Row, csv::Error>| -> Result<Duty, Box<dyn std::error::Error>> {
        let row = row?;
        Ok(Duty {
            number: row.number,
            title: row.title,
            holder_office: row.holder_office,
            holder_body: row.holder_body,
            recipient: row.recipient,
            source: row.source,
            every: row.every.parse()?,
            due_month: row.due_month,
            since: row.since,
            until: row.until,
        })
    };
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(duty).collect()
}

/// The duties that come round.
#[must_use]
pub fn duties() -> &'static [Duty] {
    &DUTIES
}

/// The duty of that number that comes round.
#[must_use]
pub fn duty(number: i32) -> Option<&'static Duty> {
    DUTIES.iter().find(|duty| duty.number == number)
}

impl Duty {
    /// The periods of this duty whose due day lies between two days, each with that day: the last of the period, or of the month in it
    /// that the duty names.
    #[must_use]
    pub fn falling_due(&self, from: NaiveDate, to: NaiveDate) -> Vec<(Period, NaiveDate)> {
        use chrono::Datelike;
        let years = from.year() - 1..=to.year();
        let parts = 1..=self.every.per_year();
        let periods = years.flat_map(|year| parts.clone().filter_map(move |part| Period::new(self.every, year, part).ok()));
        let due = |period: Period| Some((period, self.due_in(period)?));
        let runs = |period: &Period| period.start() >= self.since && self.until.is_none_or(|until| period.end() <= until);
        periods.filter(runs).filter_map(due).filter(|(_, day)| (from..=to).contains(day)).collect()
    }

    fn due_in(&self, period: Period) -> Option<NaiveDate> {
        use chrono::{Datelike, Months};
        let Some(month) = self.due_month else { return Some(period.end()) };
        let firsts = (0..12).filter_map(|months| period.start().checked_add_months(Months::new(months)));
        let first = firsts.take_while(|first| *first <= period.end()).find(|first| first.month() == month)?;
        first.checked_add_months(Months::new(1))?.pred_opt()
    }
}

/// When somebody is reminded of an obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReminderStage {
    /// Ten working days before.
    Ten,
    /// Five working days before.
    Five,
    /// The working day before.
    One,
    /// The working day after, when it isn't met.
    After,
}

codes!(ReminderStage, "stage of reminding", {
    Ten => "TEN_BEFORE",
    Five => "FIVE_BEFORE",
    One => "ONE_BEFORE",
    After => "ONE_AFTER",
});

/// Working days for which a reminder that couldn't be sent on its day is still worth sending after the due day.
const WORTH_SENDING: u16 = 10;

/// The reminder that is due today for something open with that due day: the latest whose day has come. None on a day on which nobody
/// works, and none long after.
#[must_use]
pub fn reminder(due_on: NaiveDate, calendar: Calendar, today: NaiveDate) -> Option<ReminderStage> {
    let days = WorkingDays::of(calendar);
    if !days.is_working(today) {
        return None;
    }
    let stages = [
        (ReminderStage::After, days.after(due_on, 1)),
        (ReminderStage::One, days.before(due_on, 1)),
        (ReminderStage::Five, days.before(due_on, 5)),
        (ReminderStage::Ten, days.before(due_on, 10)),
    ];
    if today > days.after(due_on, WORTH_SENDING) {
        return None;
    }
    stages.into_iter().find(|(_, day)| *day <= today).map(|(stage, _)| stage)
}

#[cfg(test)]
mod tests {
    use super::{ObligationStanding, ReminderStage, changed_on, duties, duty, feedback_due, reminder, standing};
    use crate::rules::{holidays::Calendar, tests::on};

    #[test]
    fn an_obligation_is_met_late_or_waived_and_never_forgotten() {
        let term = (on("2010-02-09"), on("2010-02-16"));
        let at = |met: Option<&str>, waived, day| standing(term, met.map(on), (waived, false), on(day));
        assert_eq!(at(None, false, "2010-02-08"), ObligationStanding::Upcoming);
        assert_eq!(at(None, false, "2010-02-16"), ObligationStanding::Due);
        assert_eq!(at(None, false, "2010-02-17"), ObligationStanding::Late);
        assert_eq!(at(Some("2010-02-16"), false, "2011-01-01"), ObligationStanding::Met);
        assert_eq!(at(Some("2010-02-17"), true, "2011-01-01"), ObligationStanding::MetLate);
        assert_eq!(at(None, true, "2011-01-01"), ObligationStanding::Waived);
    }

    #[test]
    fn what_cannot_be_met_any_more_is_missed_unless_it_was_met_or_waived() {
        let term = (on("2010-02-09"), on("2010-02-16"));
        let at = |met: Option<&str>, waived| standing(term, met.map(on), (waived, true), on("2010-02-12"));
        assert_eq!(at(None, false), ObligationStanding::Missed, "even before its day");
        assert_eq!(at(None, true), ObligationStanding::Waived);
        assert_eq!(at(Some("2010-02-10"), false), ObligationStanding::Met);
    }

    #[test]
    fn it_changes_when_it_opens_is_done_or_becomes_late_and_never_in_the_future() {
        let days = (on("2010-01-29"), on("2010-02-09"), on("2010-02-16"));
        let at = |done: (Option<&str>, Option<&str>), day| {
            changed_on(days, [done.0.map(on), done.1.map(on), None], on(day)).to_string()
        };
        assert_eq!(at((None, None), "2010-01-20"), "2010-01-20", "the day on which it is looked at, at the latest");
        assert_eq!(at((None, None), "2010-02-01"), "2010-01-29");
        assert_eq!(at((None, None), "2010-02-12"), "2010-02-09");
        assert_eq!(at((None, None), "2011-01-01"), "2010-02-17");
        assert_eq!(at((Some("2010-02-11"), None), "2011-01-01"), "2010-02-11", "what was done in time is never late");
        assert_eq!(at((Some("2010-03-01"), None), "2011-01-01"), "2010-03-01");
        assert_eq!(at((None, Some("2010-02-10")), "2011-01-01"), "2010-02-10");
        let closed = |day| changed_on(days, [None, None, Some(on(day))], on("2011-01-01")).to_string();
        assert_eq!(closed("2010-02-12"), "2010-02-12", "what was closed before its day never became late");
        assert_eq!(closed("2010-03-05"), "2010-03-05");
    }

    #[test]
    fn forms_are_due_ten_working_days_after_the_quarter() {
        let due = |code: &str| feedback_due(code.parse().unwrap()).to_string();
        assert_eq!(due("FY2009-Q2"), "2009-10-14");
        assert_eq!(due("FY2009-Q3"), "2010-01-15", "New Year's Day is none of the ten");
    }

    #[test]
    fn duties_fall_due_with_their_periods() {
        assert_eq!(duties().len(), 15);
        let due = |number, from, to| -> Vec<String> {
            let found = duty(number).unwrap().falling_due(on(from), on(to));
            found.iter().map(|(period, day)| format!("{} {day}", period.code())).collect()
        };
        assert_eq!(due(7, "2009-04-01", "2010-12-31"), ["FY2009-H2 2010-03-31", "FY2010-H1 2010-09-30"]);
        assert_eq!(due(13, "2009-04-01", "2010-12-31"), ["FY2009 2009-06-30", "FY2010 2010-06-30"]);
        assert_eq!(due(42, "2009-04-01", "2010-12-31"), ["FY2009 2010-03-31"]);
        assert_eq!(due(40, "2010-01-01", "2010-06-30"), ["FY2009-Q4 2010-03-31", "FY2010-Q1 2010-06-30"]);
    }

    #[test]
    fn reminders_come_ten_five_and_one_working_days_before_and_one_after() {
        // Wednesday 26 May 2010; Monday 31 May is a holiday.
        let due = on("2010-06-02");
        let at = |day| reminder(due, Calendar::England, on(day));
        assert_eq!(at("2010-05-17"), None);
        assert_eq!(at("2010-05-18"), Some(ReminderStage::Ten));
        assert_eq!(at("2010-05-25"), Some(ReminderStage::Five));
        assert_eq!(at("2010-05-31"), None, "nobody is reminded on a holiday");
        assert_eq!(at("2010-05-29"), None, "nor at a weekend");
        assert_eq!(at("2010-06-01"), Some(ReminderStage::One));
        assert_eq!(at("2010-06-02"), Some(ReminderStage::One));
        assert_eq!(at("2010-06-03"), Some(ReminderStage::After));
        assert_eq!(at("2010-06-16"), Some(ReminderStage::After));
        assert_eq!(at("2010-06-17"), None, "after two weeks a letter helps nobody");
    }
}
