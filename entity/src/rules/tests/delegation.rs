//! The six conditions of delegated agreement, one by one and at their edges.

use chrono::NaiveDate;

use super::{
    Account, Allowance, BudgetStatus, Condition, Instrument, InstrumentStanding, Regard, Spending, Standing, Stated, Statement,
    Term, budget_status, referral, said, weigh, weigh_spending,
};
use crate::{
    rules::{budget_revision::Opening, money::Pence},
    tables::finance::{commitment::EntryKind, decision::InterestKind},
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn pounds(pounds: i64) -> Pence {
    Pence::new(pounds * 100)
}

fn stated() -> Stated {
    Stated {
        has_purpose: true,
        priorities: Some(1),
        regard: Some(Regard::Objectives(vec!["Objective 3".to_owned()])),
        interest: Some(InterestKind::None),
    }
}

fn standing() -> Standing {
    Standing {
        partnership: "Halton Strategic Partnership".to_owned(),
        is_lead_member: true,
        instrument: Instrument::Known("Engagement Committee 24 November 2008, minute 34".to_owned(), InstrumentStanding::InForce),
        registered: InterestKind::None,
        has_interest_in_an_organisation: false,
        today: day("2010-02-09"),
    }
}

fn spending() -> Spending {
    Spending {
        amount: pounds(8_400),
        line_name: "line 1 (Safer neighbourhoods)".to_owned(),
        names_recipient: false,
        year: "2009/10".to_owned(),
        revision: None,
        other_year: None,
        status: BudgetStatus::Agreed,
        opening: Opening::Open,
        line: Allowance { agreed: pounds(30_000), withheld: Pence::NONE, committed: pounds(21_600) },
        total: Allowance { agreed: pounds(60_000), withheld: Pence::NONE, committed: pounds(21_600) },
        is_own_budget: false,
    }
}

fn refused(stated: &Stated, standing: &Standing, spending: &Spending) -> Vec<Condition> {
    weigh_spending(stated, standing, spending).refusals.into_iter().map(|refusal| refusal.condition).collect()
}

#[test]
fn headroom_is_exact_to_the_penny() {
    let asked = |pence| refused(&stated(), &standing(), &Spending { amount: Pence::new(pence), ..spending() });
    assert_eq!(asked(840_000), []);
    assert_eq!(asked(840_001), [Condition::AboveLine]);
    let total = Allowance { agreed: pounds(30_000), withheld: Pence::NONE, committed: Pence::new(2_160_001) };
    assert_eq!(refused(&stated(), &standing(), &Spending { total, ..spending() }), [Condition::AboveTotal]);
}

#[test]
fn each_condition_refuses_by_itself() {
    let (of, to, money) = (stated(), standing(), spending());
    for (condition, standing) in [
        (Condition::NotLeadMember, Standing { is_lead_member: false, ..to.clone() }),
        (Condition::NoInstrument, Standing { instrument: Instrument::Nothing, ..to.clone() }),
        (Condition::NoInstrument, Standing { instrument: Instrument::Unseen, ..to.clone() }),
        (
            Condition::InstrumentNotInForce,
            Standing { instrument: Instrument::Known(String::new(), InstrumentStanding::Lapsed), ..to.clone() },
        ),
        (Condition::UndeclaredInterest, Standing { registered: InterestKind::Personal, ..to.clone() }),
    ] {
        assert_eq!(refused(&of, &standing, &money), [condition]);
    }
    for (condition, money) in [
        (Condition::NoAgreedBudget, Spending { status: BudgetStatus::Draft, ..money.clone() }),
        (Condition::BudgetClosed, Spending { status: BudgetStatus::Closed, ..money.clone() }),
        (Condition::NoAgreedBudget, Spending { other_year: Some(("2010/11".to_owned(), false)), ..money.clone() }),
        (Condition::OtherYear, Spending { other_year: Some(("2010/11".to_owned(), true)), ..money.clone() }),
        (Condition::LineClosed, Spending { opening: Opening::Closed, ..money.clone() }),
        (Condition::LineNotYetOpen, Spending { opening: Opening::OpensOn(day("2010-03-01")), ..money.clone() }),
        (Condition::SetTheBudget, Spending { is_own_budget: true, ..money.clone() }),
    ] {
        assert_eq!(refused(&of, &to, &money), [condition]);
    }
    for (condition, stated) in [
        (Condition::NoPriority, Stated { priorities: Some(0), ..of.clone() }),
        (Condition::NoRegard, Stated { regard: Some(Regard::Objectives(Vec::new())), ..of.clone() }),
        (Condition::NoRegard, Stated { regard: Some(Regard::NoneRelevant("  ".to_owned())), ..of.clone() }),
        (Condition::PrejudicialInterest, Stated { interest: Some(InterestKind::Prejudicial), ..of.clone() }),
    ] {
        assert_eq!(refused(&stated, &to, &money), [condition]);
    }
}

#[test]
fn an_interest_that_is_registered_and_declared_lets_decide_unless_it_is_prejudicial() {
    let declared = Stated { interest: Some(InterestKind::Personal), ..stated() };
    let personal = Standing { registered: InterestKind::Personal, ..standing() };
    assert_eq!(refused(&declared, &personal, &spending()), []);
    let prejudicial = Standing { registered: InterestKind::Prejudicial, ..standing() };
    assert_eq!(refused(&declared, &prejudicial, &spending()), [Condition::PrejudicialInterest]);
    let both = [Condition::PrejudicialInterest, Condition::UndeclaredInterest];
    assert_eq!(refused(&stated(), &prejudicial, &spending()), both);
}

#[test]
fn what_nobody_has_stated_yet_is_needed_and_not_refused() {
    let nothing = Stated { has_purpose: false, priorities: None, regard: None, interest: None };
    let verdict = weigh_spending(&nothing, &standing(), &spending());
    assert!(verdict.is_within() && !verdict.can_be_agreed());
    let all = [Statement::Purpose, Statement::Priorities, Statement::PolicingPlanRegard, Statement::Interest];
    assert_eq!(verdict.still_needed, all);
    assert_eq!(
        said(&verdict, &standing(), &spending()),
        "Within your delegation (Engagement Committee 24 November 2008, minute 34): £8,400 of £30,000 remains on line 1 (Safer neighbourhoods). \
         Before you can agree it, state what it is for, which priorities it serves, what regard was had to the Policing Plan and whether you \
         have an interest in it."
    );
}

#[test]
fn what_only_has_to_be_stated_is_nothing_to_refer() {
    let read_out = |stated: &Stated, money: &Spending| said(&weigh_spending(stated, &standing(), money), &standing(), money);
    let unstated = read_out(&Stated { priorities: Some(0), ..stated() }, &spending());
    assert!(unstated.starts_with("Not within your delegation as it is stated;"), "{unstated}");
    assert!(unstated.ends_with("£8,400 of £30,000 remains on line 1 (Safer neighbourhoods)."), "{unstated}");
    let above = Spending { amount: pounds(9_000), ..spending() };
    assert_eq!(
        read_out(&stated(), &above),
        "Outside your delegation; refer it to the Engagement Committee. £9,000 is more than line 1 (Safer neighbourhoods) has left: \
         £8,400 of £30,000. Moving money between lines isn't delegated. £8,400 of £30,000 remains on line 1 (Safer neighbourhoods)."
    );
}

#[test]
fn what_is_held_back_is_named_of_the_line_and_of_the_whole_only_where_that_is_tighter() {
    let read_out = |money: &Spending| said(&weigh_spending(&stated(), &standing(), money), &standing(), money);
    let line = Allowance { withheld: pounds(2_000), ..spending().line };
    let total = Allowance { withheld: pounds(9_000), ..spending().total };
    let within = Spending { amount: pounds(6_000), line, total, ..spending() };
    let sentence = read_out(&within);
    assert!(sentence.ends_with(
        "£6,400 of £30,000 remains on line 1 (Safer neighbourhoods) (£2,000 is held back on this line for a revision that is agreed and \
         comes into force later)."
    ), "{sentence}");
    let above = read_out(&Spending { amount: pounds(7_000), ..within.clone() });
    assert!(above.contains("has left: £6,400 of £30,000 (£2,000 is held back on this line"), "{above}");
    let tighter = Spending { total: Allowance { withheld: pounds(35_000), ..spending().total }, line: spending().line, ..within };
    let sentence = read_out(&tighter);
    assert!(sentence.contains("£35,000 is held back of the budget in all") && !sentence.contains("on this line"), "{sentence}");
}

#[test]
fn a_line_that_isn_t_open_yet_says_from_which_day_on_it_is_and_not_what_it_has() {
    let money = Spending { opening: Opening::OpensOn(day("2010-03-01")), line: Allowance::default(), ..spending() };
    let verdict = weigh_spending(&stated(), &standing(), &money);
    let sentence = said(&verdict, &standing(), &money);
    assert_eq!(
        sentence,
        "Outside your delegation; refer it to the Engagement Committee. In the budget for 2009/10, line 1 (Safer neighbourhoods) is open from \
         1 March 2010 on. What counts is the day of the decision, not that of the spending."
    );
}

#[test]
fn another_year_s_headroom_isn_t_told() {
    for money in [
        Spending { other_year: Some(("2010/11".to_owned(), false)), ..spending() },
        Spending { other_year: Some(("2010/11".to_owned(), true)), ..spending() },
        Spending { status: BudgetStatus::Draft, ..spending() },
    ] {
        let sentence = said(&weigh_spending(&stated(), &standing(), &money), &standing(), &money);
        assert!(!sentence.contains("remains"), "{sentence}");
    }
}

#[test]
fn who_may_not_read_the_instrument_isn_t_told_that_there_is_none() {
    let outside = Standing { instrument: Instrument::Unseen, is_lead_member: false, ..standing() };
    assert_eq!(refused(&stated(), &outside, &spending()), [Condition::NotLeadMember]);
}

#[test]
fn whoever_has_an_interest_in_an_organisation_says_to_whom_the_money_goes() {
    let interested = Standing { has_interest_in_an_organisation: true, ..standing() };
    let needed = |money: &Spending| weigh_spending(&stated(), &interested, money).still_needed;
    assert_eq!(needed(&spending()), [Statement::Recipient]);
    assert_eq!(needed(&Spending { names_recipient: true, ..spending() }), []);
    assert_eq!(weigh_spending(&stated(), &standing(), &spending()).still_needed, []);
}

#[test]
fn a_plan_without_regard_to_the_policing_plan_is_refused() {
    let verdict = weigh(&Stated { regard: Some(Regard::Objectives(Vec::new())), ..stated() }, &standing());
    assert_eq!(verdict.refusals.iter().map(|refusal| refusal.condition).collect::<Vec<_>>(), [Condition::NoRegard]);
    assert!(
        weigh(&Stated { regard: Some(Regard::NoneRelevant("It is about bins.".to_owned())), ..stated() }, &standing())
            .is_within()
    );
}

#[test]
fn an_instrument_holds_on_its_first_and_its_last_day_and_not_on_the_day_of_its_revocation() {
    let term = Term { starts_on: Some(day("2008-11-24")), ends_on: Some(day("2010-03-31")), revoked_on: None };
    let standings = ["2008-11-23", "2008-11-24", "2010-03-31", "2010-04-01"].map(|on| term.standing(day(on)));
    use InstrumentStanding::{InForce, Lapsed, NotYetInForce, Revoked};
    assert_eq!(standings, [NotYetInForce, InForce, InForce, Lapsed]);
    let revoked = Term { revoked_on: Some(day("2010-02-09")), ..term };
    assert_eq!(["2010-02-08", "2010-02-09", "2010-05-01"].map(|on| revoked.standing(day(on))), [InForce, Revoked, Revoked]);
    assert_eq!(Term::default().standing(day("1999-01-01")), InForce);
}

#[test]
fn a_withdrawal_releases_what_isn_t_spent_and_overspending_shows() {
    let entries = [(EntryKind::Committed, pounds(6_000)), (EntryKind::Spent, pounds(2_500))];
    let account = Account::of(entries);
    assert_eq!((account.unspent(), account.overspent()), (Some(pounds(3_500)), None));
    let account = Account::of(entries.into_iter().chain([(EntryKind::Withdrawn, pounds(3_500))]));
    assert_eq!((account.committed, account.unspent(), account.overspent()), (pounds(2_500), None, None));
    let account = Account::of(entries.into_iter().chain([(EntryKind::Spent, Pence::new(350_001))]));
    assert_eq!((account.unspent(), account.overspent()), (None, Some(Pence::new(1))));
}

#[test]
fn a_budget_stands_as_its_days_say() {
    let on = |on| budget_status(Some(day("2009-04-01")), Some(day("2010-03-31")), day(on));
    assert_eq!(["2009-03-31", "2009-04-01", "2010-03-30", "2010-03-31"].map(on), {
        use BudgetStatus::{Agreed, Closed, Draft};
        [Draft, Agreed, Agreed, Closed]
    });
}

#[test]
fn a_referral_says_what_is_asked_and_why() {
    let money = Spending { amount: pounds(9_000), ..spending() };
    let verdict = weigh_spending(&stated(), &standing(), &money);
    let text = referral(&verdict, &standing(), &money, "Fire-proof letter boxes", day("2010-03-01"));
    for words in ["To the Engagement Committee", "£9,000", "1 March 2010", "Fire-proof letter boxes", "£8,400 of £30,000"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}
