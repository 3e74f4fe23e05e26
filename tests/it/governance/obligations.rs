//! The calendar of obligations: worked out, closed by the act itself, late for ever, waived with a reason by somebody else.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, day};

use super::meetings::{body, done, faults};
use crate::machines::fixtures::tenant_id;

both_dbs!(
    a_summary_is_owed_from_the_meeting_on_and_closed_by_its_publication,
    a_report_is_owed_each_period_and_closed_by_its_hearing,
    an_action_s_date_makes_an_obligation_of_its_accountable_owner,
    a_waiver_takes_a_reason_and_another_office,
    a_duty_of_years_ago_is_waived_and_shown_as_such,
    everybody_sees_what_is_theirs,
    returns_and_determinations_are_owed_too,
);

async fn obligations(actor: &Actor, slug: &str, filter: Value) -> Vec<Value> {
    let query = "query ($slug: String!, $filter: ObligationFilter) { tenant(by: { slug: $slug }) { obligations(first: 100, filter: $filter) {
        nodes { code kind title duty standing opensOn dueOn dueAt metOn evidence office calendar body { reference } waiver { reason waivedOn }
            holders { office } subject { __typename id } } } } }";
    actor.ask(query, json!({ "slug": slug, "filter": filter })).await.list("/tenant/obligations/nodes").to_vec()
}

fn of_kind<'a>(found: &'a [Value], kind: &str) -> Vec<&'a Value> {
    found.iter().filter(|one| one["kind"] == kind).collect()
}

async fn a_summary_is_owed_from_the_meeting_on_and_closed_by_its_publication(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let authority = "cheshire-police-authority";
    let found = obligations(&clerk, authority, Value::Null).await;
    let summaries = of_kind(&found, "MEETING_SUMMARY");
    assert_eq!(summaries.len(), 2, "none for meetings that the documents only tell of: {summaries:?}");
    let owed = summaries[0];
    assert_eq!(
        (&owed["opensOn"], &owed["dueOn"], &owed["standing"], &owed["dueAt"]),
        (&json!("2010-02-09"), &json!("2010-02-16"), &json!("DUE"), &json!("2010-02-16T23:59:59Z"))
    );
    assert_eq!((&owed["office"], &owed["body"]["reference"]), (&json!("COMMITTEE_CLERK"), &json!("engagement-committee")));
    assert_eq!(owed["holders"], json!([{ "office": "COMMITTEE_CLERK" }]));
    assert_eq!(
        (&owed["duty"], &owed["calendar"], &owed["subject"]["__typename"]),
        (&json!(41), &json!("ENGLAND"), &json!("Meeting"))
    );
    assert_eq!(summaries[1]["standing"], "UPCOMING");
    app.clock().set_business_date(day("2010-02-17"));
    let late = obligations(&clerk, authority, json!({ "standings": ["LATE"], "office": "COMMITTEE_CLERK" })).await;
    assert_eq!(late.len(), 1, "{late:?}");
    let input = json!({ "meeting": owed["subject"]["id"], "words": "In short.", "lateReason": "Snow." });
    let answer = done(&clerk, "publishMeetingSummary", input, "meeting { id }").await;
    assert_eq!(faults(&answer, "publishMeetingSummary"), [""; 0], "{answer}");
    let found = obligations(&clerk, authority, Value::Null).await;
    let owed = of_kind(&found, "MEETING_SUMMARY")[0];
    assert_eq!((&owed["standing"], &owed["metOn"]), (&json!("MET_LATE"), &json!("2010-02-17")));
}

async fn a_report_is_owed_each_period_and_closed_by_its_hearing(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let found = obligations(&officer, "halton", Value::Null).await;
    let report = |found: &[Value], code: &str| found.iter().find(|one| one["code"] == code).unwrap_or(&Value::Null).clone();
    // The board heard the six-month report on 3 February, under minute 7.
    let heard = report(&found, "REPORT/43/FY2009-H2");
    assert_eq!(
        (&heard["standing"], &heard["metOn"], &heard["dueOn"]),
        (&json!("MET"), &json!("2010-02-03"), &json!("2010-03-31"))
    );
    let annual = report(&found, "REPORT/42/FY2009");
    assert_eq!((&annual["standing"], &annual["dueOn"]), (&json!("DUE"), &json!("2010-03-31")));
    assert_eq!(report(&found, "REPORT/43/FY2010-H1")["standing"], "UPCOMING");
    assert_eq!(report(&found, "REPORT/13/FY2009"), Value::Null, "the Authority's duties are no business of Halton's");

    app.clock().set_business_date(day("2010-04-20"));
    assert_eq!(report(&obligations(&officer, "halton", Value::Null).await, "REPORT/42/FY2009")["standing"], "LATE");
    // Heard in the next period, it fulfils that period's duty and not the one that was missed.
    let board = body(&officer, "halton", "hspb").await;
    let agenda = json!([{ "title": "Six-month report", "duty": 43 }]);
    let input = json!({ "body": board, "title": "Board", "heldOn": "2010-04-20", "agenda": agenda });
    let answer = done(&officer, "createMeeting", input, "meeting { id agendaItems { nodes { id } } }").await;
    let meeting = answer.data("/createMeeting/meeting");
    let code = "REPORT/43/FY2010-H1";
    assert_eq!(
        report(&obligations(&officer, "halton", Value::Null).await, code)["standing"],
        "DUE",
        "an agenda alone meets nothing"
    );
    let decision = json!({ "meeting": meeting["id"], "agendaItem": meeting["agendaItems"]["nodes"][0]["id"], "minuteNumber": "1", "words": "Noted." });
    done(&officer, "recordMeetingDecision", decision, "decision { id }").await;
    let met = report(&obligations(&officer, "halton", Value::Null).await, code);
    assert_eq!((&met["standing"], &met["evidence"]), (&json!("MET"), &json!("Board of 20 April 2010")));
}

async fn an_action_s_date_makes_an_obligation_of_its_accountable_owner(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    let authority = "cheshire-police-authority";
    let own = async || {
        let mut found = obligations(&treasurer, authority, json!({ "office": "TREASURER" })).await;
        found.retain(|one| one["kind"] == "ACTION");
        found
    };
    let found = own().await;
    assert_eq!(found.len(), 1, "{found:?}");
    let review = &found[0];
    assert_eq!((&review["kind"], &review["dueOn"], &review["standing"]), (&json!("ACTION"), &json!("2010-11-30"), &json!("DUE")));
    let close =
        json!({ "action": review["subject"]["id"], "outcome": "COMPLETED", "words": "Reported.", "evidence": "The report" });
    let answer = done(&treasurer, "closeAction", close, "action { id }").await;
    assert_eq!(faults(&answer, "closeAction"), [""; 0], "{answer}");
    assert_eq!((&own().await[0]["standing"], &own().await[0]["metOn"]), (&json!("MET"), &json!("2010-02-09")));
}

async fn a_waiver_takes_a_reason_and_another_office(app: TestApp) {
    let authority = "cheshire-police-authority";
    let chief = app.sign_in("authority.chief-executive").await;
    let found = obligations(&chief, authority, json!({ "kinds": ["REPORT", "ACTION"] })).await;
    let code = |part: &str| found.iter().find(|one| one["title"].as_str().unwrap().contains(part)).unwrap()["code"].clone();
    let waive = async |actor: &Actor, code: &Value, reason: &str| {
        let input = json!({ "tenant": tenant_id(authority), "code": code, "reason": reason });
        done(actor, "recordObligationWaiver", input, "obligation { standing waiver { reason waivedOn } }").await
    };
    let report = code("Safer Roads");
    let own = code("deepen relationships");
    let unknown = json!("REPORT/1/FY1900");
    assert_eq!(faults(&waive(&chief, &own, "Too busy.").await, "recordObligationWaiver"), ["code SEPARATION_OF_DUTIES"]);
    assert_eq!(faults(&waive(&chief, &report, " ").await, "recordObligationWaiver"), ["reason MISSING"]);
    assert_eq!(faults(&waive(&chief, &unknown, "Why?").await, "recordObligationWaiver"), ["code NOT_FOUND"]);
    let clerk = app.sign_in("authority.clerk").await;
    assert_eq!(faults(&waive(&clerk, &report, "No.").await, "recordObligationWaiver"), [" FORBIDDEN"]);
    let answer = waive(&chief, &report, "The partnership was being set up.").await;
    assert_eq!(
        answer.data("/recordObligationWaiver/obligation"),
        &json!({ "standing": "WAIVED", "waiver": { "reason": "The partnership was being set up.", "waivedOn": "2010-02-09" } })
    );
    assert_eq!(faults(&waive(&chief, &report, "Again.").await, "recordObligationWaiver"), ["code LOCKED"]);
}

async fn a_duty_of_years_ago_is_waived_and_shown_as_such(app: TestApp) {
    let authority = "cheshire-police-authority";
    app.clock().set_business_date(day("2014-06-02"));
    let chief = app.sign_in("authority.chief-executive").await;
    let found = obligations(&chief, authority, json!({ "standings": ["LATE"], "office": "TREASURER" })).await;
    let old = found.iter().find(|one| one["kind"] == "ACTION").expect("what was late years ago still is");
    assert_eq!(old["dueOn"], "2010-11-30");
    let input = json!({ "tenant": tenant_id(authority), "code": old["code"], "reason": "The strategy ran out." });
    let answer = done(&chief, "recordObligationWaiver", input, "obligation { code standing dueOn }").await;
    assert_eq!(faults(&answer, "recordObligationWaiver"), [""; 0], "it was written, and that is what is said: {answer}");
    assert_eq!(
        answer.data("/recordObligationWaiver/obligation"),
        &json!({ "code": old["code"], "standing": "WAIVED", "dueOn": "2010-11-30" })
    );
}

async fn everybody_sees_what_is_theirs(app: TestApp) {
    let mine = "{ viewer { obligations(first: 100) { nodes { title kind standing tenant { slug } } } } }";
    let titles = async |office: &str| {
        let answer = app.sign_in(office).await.ask(mine, json!({})).await;
        answer.list("/viewer/obligations/nodes").iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut lead = titles("cheshire-east.lead-member").await;
    assert!(lead.iter().any(|title| title.starts_with("Write to the Research Officer about")), "{lead:?}");
    lead.retain(|title| title.starts_with("Action"));
    assert_eq!(lead.len(), 1, "{lead:?}");
    assert!(lead[0].starts_with("Action 9:"), "accountable for 9, owner but not accountable of 1a: {lead:?}");
    assert_eq!(titles("halton.scrutiny-member").await, [""; 0]);
    let clerk = titles("authority.clerk").await;
    assert!(clerk.iter().any(|title| title.contains("9 February 2010")), "{clerk:?}");
    assert!(
        clerk.iter().any(|title| title.starts_with("Action 12:")),
        "the committee's own actions are looked after by who sits with it: {clerk:?}"
    );
}

async fn returns_and_determinations_are_owed_too(app: TestApp) {
    let mine = "{ viewer { obligations(first: 100) { nodes { title kind standing dueOn office area { reference } subject { __typename } } } } }";
    let of = async |office: &str, kind: &str| {
        let answer = app.sign_in(office).await.ask(mine, json!({})).await;
        let mut found = answer.list("/viewer/obligations/nodes").to_vec();
        found.retain(|one| one["kind"] == kind);
        found
    };
    let returns = of("halton.lead-member", "QUARTERLY_RETURN").await;
    assert!(returns.iter().all(|one| one["area"]["reference"] == "halton"), "another area's return is another's: {returns:?}");
    let third = returns.iter().find(|one| one["title"].as_str().unwrap().contains("Q3 2009/10")).expect("it is owed");
    assert_eq!(
        (&third["dueOn"], &third["standing"]),
        (&json!("2010-02-01"), &json!("LATE")),
        "five clear days before 9 February"
    );
    assert_eq!(third["subject"]["__typename"], "QuarterlyReturn");
    let determinations = of("authority.treasurer", "RISK_DETERMINATION").await;
    assert!(determinations.iter().all(|one| one["office"] == "TREASURER" && one["subject"]["__typename"] == "RiskReferral"));
    assert_eq!(of("halton.lead-member", "RISK_DETERMINATION").await, Vec::<Value>::new());
}
