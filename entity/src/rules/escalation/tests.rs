//! The state machine against the domain's own drawing of it, and every step that it doesn't draw.

use super::*;
use crate::rules::period::PeriodKind;

use Office::{AuthorityChiefExecutive as Chief, CommitteeClerk as Clerk, PartnershipLeadMember as Lead, Treasurer};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn quarter(year: i32, part: u8) -> Period {
    Period::new(PeriodKind::Quarter, year, part).unwrap()
}

fn with_treasurer() -> Custody {
    let reported = Custody::AT_SOURCE.report(Lead).unwrap();
    reported.take(Branch::Common, Step::Note, Clerk).unwrap()
}

#[test]
fn each_arrow_of_the_domain_is_one_office_s_and_there_are_no_others() {
    // As drawn: from, step, office, to; with the two places from which a risk that came back is settled or reported anew.
    let drawn = "\
        AT_SOURCE RESOLVE PARTNERSHIP_LEAD_MEMBER CLOSED\n\
        MONITORED RESOLVE PARTNERSHIP_LEAD_MEMBER CLOSED\n\
        RETURNED RESOLVE PARTNERSHIP_LEAD_MEMBER CLOSED\n\
        AT_SOURCE REPORT PARTNERSHIP_LEAD_MEMBER REPORTED_TO_ENGAGEMENT\n\
        MONITORED REPORT PARTNERSHIP_LEAD_MEMBER REPORTED_TO_ENGAGEMENT\n\
        RETURNED REPORT PARTNERSHIP_LEAD_MEMBER REPORTED_TO_ENGAGEMENT\n\
        REPORTED_TO_ENGAGEMENT NOTE COMMITTEE_CLERK WITH_TREASURER\n\
        WITH_TREASURER NOT_SIGNIFICANT TREASURER MONITORED\n\
        WITH_TREASURER CAPTURE TREASURER ON_AUTHORITY_REGISTER\n\
        ON_AUTHORITY_REGISTER ESCALATE TREASURER AUDIT_COMMITTEE\n\
        WITH_TREASURER ADVISE TREASURER CHIEF_EXECUTIVE\n\
        CHIEF_EXECUTIVE RAISE AUTHORITY_CHIEF_EXECUTIVE SUBREGIONAL_TEAM\n\
        CHIEF_EXECUTIVE DECLINE AUTHORITY_CHIEF_EXECUTIVE MONITORED\n\
        AUDIT_COMMITTEE RETURN COMMITTEE_CLERK RETURNED\n\
        AUDIT_COMMITTEE CLOSE COMMITTEE_CLERK CLOSED\n\
        SUBREGIONAL_TEAM RETURN AUTHORITY_CHIEF_EXECUTIVE RETURNED\n\
        SUBREGIONAL_TEAM CLOSE AUTHORITY_CHIEF_EXECUTIVE CLOSED";
    let drawn: Vec<&str> = drawn.lines().map(str::trim).collect();
    let mut tried = 0;
    for &from in State::ALL {
        for &step in Step::ALL {
            for &office in Office::ALL {
                tried += 1;
                let arrow = |to: State| format!("{from} {step} {office} {to}");
                let anybody_s = drawn.iter().any(|line| line.starts_with(&format!("{from} {step} ")));
                match along(from, step, office) {
                    Ok(to) => assert!(drawn.contains(&arrow(to).as_str()), "{}", arrow(to)),
                    Err(Refused::WrongOffice) => {
                        assert!(anybody_s && !drawn.iter().any(|line| line.starts_with(&format!("{from} {step} {office} "))));
                    }
                    Err(Refused::OutOfTurn(here)) => assert!(!anybody_s && here == from, "{from} {step}"),
                }
            }
        }
    }
    assert_eq!((tried, ARROWS.len()), (State::ALL.len() * Step::ALL.len() * Office::ALL.len(), drawn.len()));
}

#[test]
fn a_risk_of_the_authority_s_goes_to_the_audit_committee_and_comes_back() {
    let captured = with_treasurer().determine(Scope::Authority, Treasurer).unwrap();
    assert_eq!(
        (captured.state(), captured.places()),
        (State::OnAuthorityRegister, vec![(Branch::Authority, State::OnAuthorityRegister)])
    );
    assert_eq!(captured.take(Branch::Partnership, Step::Raise, Chief), Err(Refused::OutOfTurn(State::OnAuthorityRegister)));
    let escalated = captured.take(Branch::Authority, Step::Escalate, Treasurer).unwrap();
    let returned = escalated.take(Branch::Authority, Step::Return, Clerk).unwrap();
    assert_eq!(returned.state(), State::Returned);
    let again = returned.report(Lead).unwrap();
    assert_eq!(again, Custody { common: State::ReportedToEngagement, authority: None, partnership: None });
    assert_eq!(again.determine(Scope::Authority, Treasurer), Err(Refused::OutOfTurn(State::ReportedToEngagement)));
}

#[test]
fn both_ways_have_to_come_to_an_outcome() {
    let both = with_treasurer().determine(Scope::Both, Treasurer).unwrap();
    assert_eq!(both.places(), [(Branch::Authority, State::OnAuthorityRegister), (Branch::Partnership, State::ChiefExecutive)]);
    let closed_there = both.take(Branch::Partnership, Step::Raise, Chief).unwrap();
    let closed_there = closed_there.take(Branch::Partnership, Step::Close, Chief).unwrap();
    assert_eq!(closed_there.state(), State::OnAuthorityRegister, "the Treasurer still holds it");
    let first_there = both.take(Branch::Authority, Step::Escalate, Treasurer).unwrap();
    let first_there = first_there.take(Branch::Authority, Step::Close, Clerk).unwrap();
    assert_eq!(
        first_there.take(Branch::Authority, Step::Close, Clerk),
        Err(Refused::OutOfTurn(State::ChiefExecutive)),
        "it isn't with nobody while the chief executive holds it"
    );
    assert_eq!(closed_there.take(Branch::Common, Step::Resolve, Lead), Err(Refused::OutOfTurn(State::OnAuthorityRegister)));
    assert_eq!(closed_there.report(Lead), Ok(closed_there), "reported again, it stays with whoever holds it");
    let escalated = closed_there.take(Branch::Authority, Step::Escalate, Treasurer).unwrap();
    let outcome = |step| escalated.take(Branch::Authority, step, Clerk).unwrap().state();
    assert_eq!((outcome(Step::Close), outcome(Step::Return)), (State::Closed, State::Returned));
    let declined = both.take(Branch::Partnership, Step::Decline, Chief).unwrap();
    let declined = declined.take(Branch::Authority, Step::Escalate, Treasurer).unwrap();
    let closed = declined.take(Branch::Authority, Step::Close, Clerk).unwrap();
    assert_eq!(closed.state(), State::Monitored, "closed by one, not raised by the other: the lead member keeps an eye on it");
    // And the other way about: the Audit Committee first.
    let audited = both.take(Branch::Authority, Step::Escalate, Treasurer).unwrap();
    let audited = audited.take(Branch::Authority, Step::Close, Clerk).unwrap();
    assert_eq!(audited.state(), State::ChiefExecutive);
}

#[test]
fn what_was_determined_is_determined() {
    for scope in [Scope::Authority, Scope::Partnership, Scope::Both] {
        let determined = with_treasurer().determine(scope, Treasurer).unwrap();
        for again in Scope::ALL {
            assert!(matches!(determined.determine(*again, Treasurer), Err(Refused::OutOfTurn(_))), "{scope} {again}");
        }
        assert!(determined.take(Branch::Common, Step::NotSignificant, Treasurer).is_err());
        assert_eq!(with_treasurer().determine(scope, Chief), Err(Refused::WrongOffice));
    }
    let monitored = with_treasurer().take(Branch::Common, Step::NotSignificant, Treasurer).unwrap();
    assert!(monitored.state() == State::Monitored && !monitored.is_held_above());
    assert_eq!(Custody { common: State::Closed, ..monitored }.report(Lead), Err(Refused::OutOfTurn(State::Closed)));
}

#[test]
fn quarters_running_without_falling_are_counted_back_from_the_last() {
    let reports = |list: &[(i32, u8, i32)]| {
        let reports: Vec<_> = list.iter().map(|(year, part, score)| (quarter(*year, *part), *score)).collect();
        quarters_without_falling(&reports)
    };
    assert_eq!(reports(&[]), 0);
    assert_eq!(reports(&[(2009, 3, 12)]), 1);
    assert_eq!(reports(&[(2009, 3, 12), (2009, 2, 12)]), 2);
    assert_eq!(reports(&[(2009, 2, 12), (2009, 3, 16)]), 2, "in any order, and it rose");
    assert_eq!(reports(&[(2009, 2, 12), (2009, 3, 9)]), 1, "it fell");
    assert_eq!(reports(&[(2009, 1, 12), (2009, 3, 12)]), 1, "a quarter lies between");
    assert_eq!(reports(&[(2008, 4, 12), (2009, 1, 12), (2009, 2, 12)]), 3, "across the year's end");
}

#[test]
fn escalation_is_suggested_for_three_reasons() {
    let on = day("2010-02-09");
    assert_eq!(suggestions(14, &[], None, on), []);
    assert_eq!(suggestions(15, &[], None, on), [Suggestion::VeryHigh]);
    let twice = [(quarter(2009, 2), 8), (quarter(2009, 3), 8)];
    assert_eq!(suggestions(8, &twice, Some(on), on), [Suggestion::ReportedWithoutFalling], "the day itself hasn't passed");
    assert_eq!(suggestions(20, &twice, Some(day("2010-02-08")), on), Suggestion::ALL);
}

#[test]
fn the_treasurer_has_ten_working_days_after_the_committee() {
    for (met_on, due) in [("2010-02-09", "2010-02-23"), ("2009-11-03", "2009-11-17"), ("2009-12-18", "2010-01-06")] {
        assert_eq!(determination_due(day(met_on)), day(due), "{met_on}");
    }
}
