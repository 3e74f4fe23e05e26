//! Duties that follow from other registers: each held by the office that the documents name, closed by its own act and by nothing else.

use api::config::Rates;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Probe, TestApp, app::PASSWORD, day};

use super::fixtures::{AUTHORITY, area, done, form, handed_in, mutate, quarterly_return, return_id, tenant};

both_dbs!(
    each_member_owes_a_form_for_each_unit_and_a_correction_makes_nothing_late,
    a_form_that_had_not_come_when_its_quarter_was_collated_is_missed_and_awaits_nobody,
    a_look_at_who_owes_a_form_is_no_reading_of_members_words,
    the_summary_the_return_and_its_receipt_are_owed_one_after_the_other,
    a_risk_is_reviewed_by_the_day_that_its_assessment_sets,
    each_step_of_a_risk_s_way_is_one_office_s,
    agreements_are_reviewed_by_their_date,
    duties_belong_to_those_whom_the_documents_name,
    members_are_reminded_and_find_their_forms_in_their_calendar,
    statements_do_not_grow_with_the_obligations,
    what_awaits_my_offices_can_be_asked_for,
    a_waived_return_says_so_and_a_refusal_says_who_may_waive,
    a_calendar_and_a_pack_draw_on_their_reader_s_budget,
);

/// What is owed in a tenant of these kinds, as an actor sees it.
pub async fn owed(actor: &Actor, slug: &str, kinds: &[&str]) -> Vec<Value> {
    let query = "query ($slug: String!, $kinds: [ObligationKind!], $after: String) { tenant(by: { slug: $slug }) {
        obligations(first: 100, after: $after, filter: { kinds: $kinds, dueFrom: \"2009-04-01\" }) { pageInfo { hasNextPage endCursor } nodes {
            code kind title duty standing opensOn dueOn metOn evidence office area { reference } body { reference }
            holders { office appointment { person { name } } } subject { __typename } } } } }";
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = actor.ask(query, json!({ "slug": slug, "kinds": kinds, "after": after })).await;
        found.extend(answer.list("/tenant/obligations/nodes").to_vec());
        if answer.data("/tenant/obligations/pageInfo/hasNextPage") == false {
            return found;
        }
        after = answer.data("/tenant/obligations/pageInfo/endCursor").clone();
    }
}

/// The one of which title or code has this part.
pub fn one<'o>(found: &'o [Value], part: &str) -> &'o Value {
    let of = |one: &&Value| one["title"].as_str().unwrap().contains(part) || one["code"].as_str().unwrap().contains(part);
    found.iter().find(of).unwrap_or_else(|| panic!("nothing about {part}: {found:?}"))
}

fn names(one: &Value) -> Vec<&str> {
    let holders = one["holders"].as_array().unwrap().iter();
    holders.map(|holder| holder["appointment"]["person"]["name"].as_str().unwrap()).collect()
}

async fn each_member_owes_a_form_for_each_unit_and_a_correction_makes_nothing_late(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let forms = async || owed(&member, AUTHORITY, &["FEEDBACK_FORM"]).await;
    let found = forms().await;
    assert!(found.iter().all(|one| names(one) == ["Halton lead member"]), "another's form is another's: {found:?}");
    let runcorn: Vec<&Value> = found.iter().filter(|one| one["area"]["reference"] == "npu-runcorn").collect();
    assert_eq!(runcorn.len(), 3, "one a quarter since the Authority took the strategy: {runcorn:?}");
    assert_eq!((&runcorn[0]["standing"], &runcorn[0]["metOn"]), (&json!("MET"), &json!("2009-10-09")));
    let now = runcorn[2];
    assert_eq!(
        (&now["dueOn"], &now["standing"], &now["duty"], &now["subject"]["__typename"]),
        (&json!("2010-04-16"), &json!("DUE"), &json!(4), &json!("Area")),
        "ten working days after March, with Easter between"
    );
    done(&member, "sendFeedback", form("npu-runcorn", "FY2009-Q4", &[("ARSON", "Bins burn.")]), "").await;
    app.clock().set_business_date(day("2010-04-19"));
    let mut corrected = form("npu-runcorn", "FY2009-Q4", &[("ARSON", "Bins and sheds burn.")]);
    corrected["expectedVersion"] = json!(1);
    done(&member, "sendFeedback", corrected, "").await;
    let found = forms().await;
    let of =
        |unit: &str| found.iter().find(|one| one["area"]["reference"] == unit && one["dueOn"] == "2010-04-16").unwrap().clone();
    assert_eq!((&of("npu-runcorn")["standing"], &of("npu-runcorn")["metOn"]), (&json!("MET"), &json!("2010-02-09")));
    assert_eq!(of("npu-widnes")["standing"], "LATE");
}

async fn a_form_that_had_not_come_when_its_quarter_was_collated_is_missed_and_awaits_nobody(app: TestApp) {
    let (member, officer) = (app.sign_in("halton.lead-member").await, app.sign_in("authority.research-officer").await);
    let query = "query ($filter: ObligationFilter) { tenant(by: { slug: \"cheshire-police-authority\" }) {
        obligations(first: 100, filter: $filter) { nodes { code title standing missedOn missedBecause } } } }";
    let standing = async |actor: &Actor, unit: &str, standings: &[&str]| {
        let filter = json!({ "kinds": ["FEEDBACK_FORM"], "standings": standings });
        let answer = actor.ask(query, json!({ "filter": filter })).await;
        let mut found = answer.list("/tenant/obligations/nodes").to_vec();
        found.retain(|one| one["title"].as_str().unwrap().contains(unit));
        found
    };
    let collate = async |area_reference: &str, quarter: &str| {
        let input = json!({ "tenant": tenant(AUTHORITY), "area": area(area_reference), "quarter": quarter, "text": "In short.", "themes": [] });
        done(&officer, "recordFeedbackSummary", input, "summary { id }").await;
    };
    let late = standing(&member, "Runcorn NPU for Q3", &["LATE"]).await;
    assert_eq!((late.len(), &late[0]["missedOn"], &late[0]["missedBecause"]), (1, &Value::Null, &Value::Null));

    app.clock().set_business_date(day("2010-02-10"));
    collate("halton", "FY2009-Q3").await;
    for actor in [&member, &officer] {
        assert_eq!(standing(actor, "Runcorn NPU for Q3", &["LATE", "DUE"]).await, [] as [Value; 0], "it awaits nobody");
    }
    let missed = standing(&member, "Runcorn NPU for Q3", &["MISSED"]).await;
    assert_eq!((missed.len(), &missed[0]["code"], &missed[0]["missedOn"]), (1, &late[0]["code"], &json!("2010-02-10")));
    let why = missed[0]["missedBecause"].as_str().unwrap();
    assert!(why.contains("Q3 2009/10 was collated on 10 February 2010"), "{why}");
    // Of those linked to Runcorn one had written, and that stays met; the other council area of the same policing area isn't collated.
    assert_eq!(standing(&officer, "Runcorn NPU for Q3", &["MET", "MET_LATE"]).await.len(), 1);
    assert!(!standing(&officer, "Warrington West NPU for Q3", &["LATE"]).await.is_empty());
    let areas = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { areaFeedback(quarter: \"FY2009-Q3\") { area { reference } membersAwaited } } }";
    let answer = officer.ask(areas, json!({})).await;
    let of =
        |reference: &str| answer.list("/tenant/areaFeedback").iter().find(|one| one["area"]["reference"] == reference).unwrap();
    assert_eq!(of("halton")["membersAwaited"], 0, "{answer}");
    assert_ne!(of("warrington")["membersAwaited"], 0, "{answer}");
    // Collated anew, it was missed when it was missed first.
    app.clock().set_business_date(day("2010-02-12"));
    collate("halton", "FY2009-Q3").await;
    let again = standing(&member, "Runcorn NPU for Q3", &["MISSED"]).await;
    assert_eq!((&again[0]["missedOn"], &again[0]["missedBecause"]), (&missed[0]["missedOn"], &missed[0]["missedBecause"]));
    // Somebody may have had a good reason.
    let chief = app.sign_in("authority.chief-executive").await;
    let waiver = json!({ "tenant": tenant(AUTHORITY), "code": missed[0]["code"], "reason": "The member was ill." });
    let waived = done(&chief, "recordObligationWaiver", waiver, "obligation { standing missedOn }").await;
    assert_eq!(waived["obligation"], json!({ "standing": "WAIVED", "missedOn": null }));

    app.clock().set_business_date(day("2010-04-15"));
    done(&member, "sendFeedback", form("npu-widnes", "FY2009-Q4", &[("ARSON", "Bins burn.")]), "").await;
    collate("halton", "FY2009-Q4").await;
    assert_eq!(standing(&member, "Runcorn NPU for Q4", &["MISSED"]).await.len(), 1, "even before its day");
    app.remind().await;
    let probe = Probe::open(app.database()).await;
    let letters = probe.rows("SELECT recipient, body FROM mail_outbox WHERE kind = 'REMINDER'").await;
    let reminded = |to: &str| {
        let own = letters.iter().filter(|row| row[0].starts_with(to));
        own.filter(|row| row[1].contains("Write to the Research Officer about")).count()
    };
    assert_eq!((reminded("halton.lead-member"), reminded("warrington.lead-member")), (0, 1), "{letters:?}");
    probe.close().await;
}

async fn a_look_at_who_owes_a_form_is_no_reading_of_members_words(app: TestApp) {
    let officer = app.sign_in("authority.research-officer").await;
    let found = owed(&officer, AUTHORITY, &["FEEDBACK_FORM"]).await;
    assert!(found.len() > 40, "everybody's, for whoever collates: {}", found.len());
    for other in ["authority.clerk", "authority.audit", "warrington.lead-member"] {
        let seen = owed(&app.sign_in(other).await, AUTHORITY, &["FEEDBACK_FORM"]).await;
        assert!(seen.iter().all(|one| names(one) == ["Warrington lead member"]), "{other}: {seen:?}");
    }
    let probe = Probe::open(app.database()).await;
    assert_eq!(probe.rows("SELECT kind FROM audit_event WHERE kind = 'READ_FEEDBACK'").await.len(), 0);
    probe.close().await;
}

async fn the_summary_the_return_and_its_receipt_are_owed_one_after_the_other(app: TestApp) {
    let officer = app.sign_in("authority.research-officer").await;
    let kinds = ["FEEDBACK_SUMMARY", "QUARTERLY_RETURN", "RETURN_RECEIPT"];
    let found = owed(&officer, AUTHORITY, &kinds).await;
    let before = one(&found, "feedback for Halton, Q2 2009/10");
    assert_eq!((&before["standing"], &before["metOn"]), (&json!("MET"), &json!("2009-10-16")));
    let summary = one(&found, "feedback for Warrington, Q3 2009/10");
    assert_eq!(
        (&summary["office"], &summary["dueOn"], &summary["standing"], &summary["duty"]),
        (&json!("RESEARCH_OFFICER"), &json!("2010-02-01"), &json!("LATE"), &json!(5)),
        "it serves nobody once the return is due"
    );
    assert!(!found.iter().any(|one| one["kind"] == "RETURN_RECEIPT" && one["title"].as_str().unwrap().contains("Q3")));

    let collated = json!({ "tenant": tenant(AUTHORITY), "area": area("warrington"), "quarter": "FY2009-Q3", "text": "Nothing was heard.", "themes": [] });
    let made = done(&officer, "recordFeedbackSummary", collated, "summary { id }").await;
    assert_eq!(
        one(&owed(&officer, AUTHORITY, &kinds).await, "feedback for Warrington, Q3")["standing"],
        "LATE",
        "collating isn't sending"
    );
    done(&officer, "sendFeedbackSummary", json!({ "summary": made["summary"]["id"] }), "").await;
    let met = owed(&officer, AUTHORITY, &kinds).await;
    assert_eq!(one(&met, "feedback for Warrington, Q3")["standing"], "MET_LATE");

    handed_in(&app, "warrington", "FY2009-Q3").await;
    let clerk = app.sign_in("authority.clerk").await;
    let receipt = |found: &[Value]| one(found, "received the return on Warrington for Q3").clone();
    let owing = receipt(&owed(&clerk, AUTHORITY, &kinds).await);
    assert_eq!(
        (&owing["office"], &owing["body"]["reference"], &owing["dueOn"], &owing["standing"]),
        (&json!("COMMITTEE_CLERK"), &json!("engagement-committee"), &json!("2010-02-09"), &json!("DUE"))
    );
    let minute = json!({ "return": return_id("warrington", "FY2009-Q3"), "metOn": "2010-02-09", "minuteNumber": "72" });
    done(&clerk, "acceptQuarterlyReturn", minute, "").await;
    let met = receipt(&owed(&clerk, AUTHORITY, &kinds).await);
    assert_eq!((&met["standing"], &met["evidence"]), (&json!("MET"), &json!("Minute 72")));
}

async fn a_risk_is_reviewed_by_the_day_that_its_assessment_sets(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let found = owed(&officer, "halton", &["RISK_REVIEW"]).await;
    let funding: Vec<_> =
        found.iter().filter(|one| one["title"] == "Review the risk \"Funding for joint projects is reduced\"").collect();
    let told =
        |one: &Value| [&one["dueOn"], &one["standing"], &one["metOn"]].map(|value| value.as_str().unwrap_or("-").to_owned());
    assert_eq!(funding.len(), 2, "{found:?}");
    assert_eq!(told(funding[0]), ["2009-10-15", "MET_LATE", "2010-01-11"], "high: in three months, and done in six");
    assert_eq!(told(funding[1]), ["2010-04-11", "DUE", "-"]);
    assert_eq!(funding[1]["subject"]["__typename"], "Risk");
    assert!(
        !found.iter().any(|one| one["title"].as_str().unwrap().contains("out of date") && one["standing"] == "LATE"),
        "{found:?}"
    );
}

async fn each_step_of_a_risk_s_way_is_one_office_s(app: TestApp) {
    let kinds = ["RISK_NOTE", "RISK_DETERMINATION", "RISK_DECISION", "RISK_OUTCOME", "RISK_QUARTER_REVIEW"];
    let treasurer = app.sign_in("authority.treasurer").await;
    let found = owed(&treasurer, AUTHORITY, &kinds).await;
    let of = |found: &[Value], kind: &str| found.iter().filter(|one| one["kind"] == kind).cloned().collect::<Vec<_>>();
    let notes = of(&found, "RISK_NOTE");
    assert!(notes.iter().all(|note| note["standing"] == "MET" && note["office"] == "COMMITTEE_CLERK"), "{notes:?}");
    assert_eq!(
        (&notes[0]["dueOn"], &notes[0]["metOn"]),
        (&json!("2009-11-03"), &json!("2009-11-03")),
        "the committee's next meeting"
    );
    let reviews = of(&found, "RISK_QUARTER_REVIEW");
    assert_eq!((&reviews[0]["office"], &reviews[0]["dueOn"]), (&json!("TREASURER"), &json!("2009-11-17")), "{reviews:?}");
    assert_eq!(reviews[0]["standing"], "LATE", "determined in time, and never said to be complete");
    let waiting =
        of(&found, "RISK_DETERMINATION").into_iter().find(|one| one["standing"] == "DUE").expect("one is with the Treasurer");
    assert_eq!(waiting["dueOn"], "2010-02-23");

    // The Treasurer advises the chief executive, who has ten working days; raised, it is for the sub-regional team to answer.
    let referral = crate::risk::fixtures::funding_referral();
    let advice = json!({ "referral": referral, "determination": "PARTNERSHIP", "reason": "It touches the whole partnership." });
    done(&treasurer, "recordRiskDetermination", advice, "").await;
    let found = owed(&treasurer, AUTHORITY, &kinds).await;
    assert!(
        of(&found, "RISK_DETERMINATION").iter().all(|one| one["standing"] == "MET"),
        "closed by the advice itself: {found:?}"
    );
    let told = |one: &Value| [&one["office"], &one["dueOn"], &one["standing"]].map(|value| value.as_str().unwrap().to_owned());
    assert_eq!(told(&of(&found, "RISK_DECISION")[0]), ["AUTHORITY_CHIEF_EXECUTIVE", "2010-02-23", "DUE"]);
    let chief = app.sign_in("authority.chief-executive").await;
    let raise = json!({ "referral": referral, "decision": "RAISE", "reason": "All four councils are concerned." });
    done(&chief, "recordChiefExecutiveDecision", raise, "").await;
    let found = owed(&treasurer, AUTHORITY, &kinds).await;
    assert_eq!(told(&of(&found, "RISK_DECISION")[0])[2], "MET");
    assert_eq!(told(&of(&found, "RISK_OUTCOME")[0]), ["AUTHORITY_CHIEF_EXECUTIVE", "2010-05-09", "DUE"]);
    assert_eq!(owed(&app.sign_in("halton.performance-officer").await, "halton", &kinds).await, Vec::<Value>::new());
}

async fn agreements_are_reviewed_by_their_date(app: TestApp) {
    let manager = app.sign_in("authority.engagement-manager").await;
    let found = owed(&manager, AUTHORITY, &["SHARING_REVIEW"]).await;
    let principles = one(&found, "Principles of information sharing");
    assert_eq!(
        (&principles["dueOn"], &principles["standing"], &principles["office"], &principles["subject"]["__typename"]),
        (&json!("2010-04-01"), &json!("DUE"), &json!("ENGAGEMENT_MANAGER"), &json!("SharingAgreement"))
    );
    assert_eq!(one(&found, "Cheshire West and Chester: priorities")["standing"], "LATE", "it lapsed and nobody looked at it");
}

async fn duties_belong_to_those_whom_the_documents_name(app: TestApp) {
    app.clock().set_business_date(day("2010-06-01"));
    let lead = app.sign_in("warrington.lead-member").await;
    let mine =
        "{ viewer { obligations(first: 100, filter: { kinds: [REPORT] }) { nodes { duty standing body { reference } } } } }";
    let answer = lead.ask(mine, json!({})).await;
    let mut duties: Vec<i64> = answer.list("/viewer/obligations/nodes").iter().map(|one| one["duty"].as_i64().unwrap()).collect();
    duties.sort_unstable();
    duties.dedup();
    assert_eq!(duties, [8, 9], "lead members tell of issues and brief; the Engagement Manager hears them: {answer}");
    let manager = app.sign_in("authority.engagement-manager").await.ask(mine, json!({})).await;
    assert!(manager.list("/viewer/obligations/nodes").iter().all(|one| one["duty"] == 10), "{manager}");
    let board = owed(&app.sign_in("halton.psg-member").await, "halton", &["REPORT"]).await;
    let due = |code: &str| one(&board, code)["dueOn"].clone();
    assert_eq!(
        [due("REPORT/32/FY2010"), due("REPORT/34/FY2010"), due("REPORT/35/FY2010")],
        ["2010-10-31", "2010-12-31", "2010-11-30"]
    );
}

async fn members_are_reminded_and_find_their_forms_in_their_calendar(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let path =
        done(&member, "createCalendarFeed", json!({ "password": PASSWORD }), "path").await["path"].as_str().unwrap().to_owned();
    let read =
        async || app.http().get(format!("{}{path}", app.url())).send().await.unwrap().text().await.unwrap().replace("\r\n ", "");
    let text = read().await;
    assert!(text.contains("SUMMARY:Due: Write to the Research Officer about"), "{text}");
    // Every event became what it is on some day up to today, whenever it is due.
    let stamps: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("DTSTAMP:")).collect();
    assert!(!stamps.is_empty() && stamps.iter().all(|stamp| *stamp <= "20100209T000000Z"), "{stamps:?}");
    let late = text.split("BEGIN:VEVENT").filter(|event| event.contains("SUMMARY:LATE: ")).collect::<Vec<_>>();
    assert!(!late.is_empty() && late.iter().all(|event| event.contains("PRIORITY:1\r\n")), "{text}");
    assert_eq!(text.matches("PRIORITY:1").count(), late.len());
    // The code at the end of what is said of one finds it again.
    let said = text.lines().find(|line| line.starts_with("DESCRIPTION:") && line.contains("FEEDBACK_FORM/")).unwrap();
    let code = said.trim_end().rsplit("\\n").next().unwrap();
    let find = "query ($code: String) { viewer { obligations(filter: { code: $code }) { nodes { code } } } }";
    let answer = member.ask(find, json!({ "code": code })).await;
    assert_eq!(answer.list("/viewer/obligations/nodes"), [json!({ "code": code })]);

    app.clock().set_business_date(day("2010-04-15"));
    app.remind().await;
    let probe = Probe::open(app.database()).await;
    let sql = "SELECT body FROM mail_outbox WHERE kind = 'REMINDER' AND recipient = 'halton.lead-member@concordat.example'";
    let letters = probe.rows(sql).await.concat();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].contains("Write to the Research Officer about") && letters[0].contains("16 April 2010"), "{letters:?}");
    probe.close().await;
}

async fn statements_do_not_grow_with_the_obligations(app: TestApp) {
    let officer = app.keeping_no_answers().sign_in("authority.research-officer").await;
    let query = "query ($first: Int!) { tenant(by: { slug: \"cheshire-police-authority\" }) { obligations(first: $first,
        filter: { kinds: [QUARTERLY_RETURN, FEEDBACK_FORM, RETURN_RECEIPT] }) { nodes { title area { name } body { name }
        holders { office appointment { person { name } } } subject { __typename ... on Area { name } ... on QuarterlyReturn { status waiver { reason } } } } } } }";
    let counted = async |first: i32| {
        let before = app.statements().await;
        let answer = officer.ask(query, json!({ "first": first })).await;
        let shown = answer.list("/tenant/obligations/nodes").len();
        (shown, app.statements().await - before)
    };
    // The first forty have some of each kind already.
    let (few, of_few) = counted(40).await;
    let (many, of_many) = counted(100).await;
    assert!(few == 40 && many > 70, "{few} and {many}");
    assert_eq!(of_few, of_many, "for {few} and for {many}");
}

async fn what_awaits_my_offices_can_be_asked_for(app: TestApp) {
    let query = "{ viewer { recordsAwaitingMyOffices(first: 100) { totalCount nodes { action offices tenant { slug } record { __typename
        ... on QuarterlyReturn { status area { reference } } ... on PlanAction { reference } ... on FeedbackSummary { text } } } } } }";
    let awaiting = async |actor: &Actor, of: &str| {
        let found = actor.ask(query, json!({})).await.list("/viewer/recordsAwaitingMyOffices/nodes").to_vec();
        found.into_iter().filter(|each| each["record"]["__typename"] == of).collect::<Vec<_>>()
    };
    let treasurer = app.sign_in("authority.treasurer").await;
    let actions = awaiting(&treasurer, "PlanAction").await;
    let review = actions.iter().find(|each| each["record"]["reference"] == "18").expect("action 18 is the Treasurer's");
    assert_eq!((&review["action"], &review["offices"]), (&json!("REPORT"), &json!(["TREASURER"])));
    assert_eq!(awaiting(&treasurer, "RiskReferral").await.len(), 1);

    let (clerk, lead) = (app.sign_in("authority.clerk").await, app.sign_in("warrington.lead-member").await);
    assert_eq!(awaiting(&clerk, "QuarterlyReturn").await, Vec::<Value>::new());
    let officer = app.sign_in("authority.research-officer").await;
    let collated = json!({ "tenant": tenant(AUTHORITY), "area": area("warrington"), "quarter": "FY2009-Q3", "text": "Nothing was heard.", "themes": [] });
    let made = done(&officer, "recordFeedbackSummary", collated, "summary { id }").await;
    assert_eq!(awaiting(&lead, "FeedbackSummary").await, Vec::<Value>::new(), "it hasn't been sent");
    done(&officer, "sendFeedbackSummary", json!({ "summary": made["summary"]["id"] }), "").await;
    let arrived = awaiting(&lead, "FeedbackSummary").await;
    assert_eq!((arrived.len(), &arrived[0]["offices"]), (1, &json!(["PARTNERSHIP_LEAD_MEMBER"])), "{arrived:?}");
    assert_eq!(
        awaiting(&app.sign_in("halton.lead-member").await, "FeedbackSummary").await,
        Vec::<Value>::new(),
        "another area's is another's"
    );

    handed_in(&app, "warrington", "FY2009-Q3").await;
    assert_eq!(awaiting(&lead, "FeedbackSummary").await, Vec::<Value>::new(), "it has gone into the return");
    let returns = awaiting(&clerk, "QuarterlyReturn").await;
    assert_eq!(returns.len(), 1, "{returns:?}");
    assert_eq!((&returns[0]["action"], &returns[0]["record"]["area"]["reference"]), (&json!("DETERMINE"), &json!("warrington")));
    let minute = json!({ "return": return_id("warrington", "FY2009-Q3"), "metOn": "2010-02-09", "minuteNumber": "72" });
    done(&clerk, "acceptQuarterlyReturn", minute, "").await;
    assert_eq!(awaiting(&clerk, "QuarterlyReturn").await, Vec::<Value>::new());
}

async fn a_waived_return_says_so_and_a_refusal_says_who_may_waive(app: TestApp) {
    let chief = app.sign_in("authority.chief-executive").await;
    let found = owed(&chief, AUTHORITY, &["QUARTERLY_RETURN"]).await;
    let code = one(&found, "return on Halton for Q4 2009/10")["code"].clone();
    let input = json!({ "tenant": tenant(AUTHORITY), "code": code, "reason": "The area has no lead member yet." });
    let refused = mutate(&app.sign_in("authority.clerk").await, "recordObligationWaiver", input.clone(), "").await;
    let error = &refused.user_errors("/recordObligationWaiver")[0];
    assert_eq!(error["code"], "FORBIDDEN");
    assert!(error["message"].as_str().unwrap().contains("authority chief executive"), "{error}");
    let waiver = "status waiver { reason waivedOn }";
    assert_eq!(quarterly_return(&chief, "halton", "FY2009-Q4", waiver).await["waiver"], Value::Null);
    done(&chief, "recordObligationWaiver", input, "obligation { standing }").await;
    let shown = quarterly_return(&chief, "halton", "FY2009-Q4", waiver).await;
    assert_eq!(shown["status"], "NOT_STARTED");
    assert_eq!(shown["waiver"], json!({ "reason": "The area has no lead member yet.", "waivedOn": "2010-02-09" }));
}

async fn a_calendar_and_a_pack_draw_on_their_reader_s_budget(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let path =
        done(&member, "createCalendarFeed", json!({ "password": PASSWORD }), "path").await["path"].as_str().unwrap().to_owned();
    let server = app.metering(Rates { person: 5_000, machine: 0, key: 0 });
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let answer = server.http().get(format!("{}{path}", server.url())).send().await.unwrap();
        let cost = answer.headers().get("x-query-cost").and_then(|cost| cost.to_str().ok()).map(str::to_owned);
        assert!(answer.status() != 200 || cost.as_deref() == Some("2000"), "{cost:?}");
        assert!(answer.status() != 429 || answer.headers().contains_key("retry-after"));
        statuses.push(answer.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 429, 429]);
    let there = server.sign_in("halton.lead-member").await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let pack = server.http().get(format!("{}/packs/nonsense/public.html", server.url())).bearer_auth(there.token());
        statuses.push(pack.send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [404, 404, 429], "what is left is enough for looking twice");
}
