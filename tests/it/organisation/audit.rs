//! The record: every write is in it with what was there before, nobody can alter it unnoticed, and only auditors read it.

use entity::{rules::chain::Broken, usecases::upkeep::record::verify};
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{
    Probe, TestApp,
    app::{Actor, PASSWORD},
};

use crate::performance::fixtures::line;

both_dbs!(
    a_write_is_on_record_with_what_was_there_before,
    a_refused_write_leaves_nothing,
    whoever_alters_the_record_is_found_out,
    writers_at_the_same_moment_make_one_chain,
    only_auditors_read_the_record_and_only_at_home,
    nothing_secret_is_on_record,
);

const RECORD: &str =
    "mutation ($input: RecordOutlookInput!) { recordOutlook(input: $input) { outlook { id act { id } } userErrors { code } } }";

fn outlook(line: &str, judgement: &str) -> Value {
    json!({ "input": { "line": line, "judgement": judgement, "rationale": "The winter was quiet.", "expiresOn": "2010-08-09" } })
}

const EVENTS: &str = "query ($filter: AuditEventFilter, $first: Int, $after: String) { tenant(by: { slug: \"halton\" }) {
    auditEvents(filter: $filter, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage } nodes {
    place deed office request justification doneOn previousSeal seal person { name } act { id }
    changes { register record isNew values { field before after } } } } } }";

async fn officer_and_line(app: &TestApp) -> (Actor, String) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = line(&officer, "halton", "halton-laa-2008", "NI 16", "halton").await;
    (officer, line)
}

async fn a_write_is_on_record_with_what_was_there_before(app: TestApp) {
    let (officer, line) = officer_and_line(&app).await;
    let answer = officer.ask(RECORD, outlook(&line, "UNLIKELY")).await;
    let act = answer.data("/recordOutlook/outlook/act/id").clone();
    let auditor = app.sign_in("halton.auditor").await;
    let outlooks = json!({ "deed": "RECORD_OUTLOOK" });
    let answer = auditor.ask(EVENTS, json!({ "first": 1, "filter": outlooks })).await;
    let event = answer.data("/tenant/auditEvents/nodes/0");
    assert_eq!((&event["deed"], &event["office"]), (&json!("RECORD_OUTLOOK"), &json!("PERFORMANCE_OFFICER")), "{answer}");
    assert_eq!((&event["act"]["id"], &event["person"]["name"]), (&act, &json!("Halton performance officer")));
    assert_eq!((&event["doneOn"], &event["justification"]), (&json!("2010-02-09"), &Value::Null));
    assert!(event["request"].as_str().is_some_and(|id| !id.is_empty()));

    let changes = event["changes"].as_array().unwrap();
    let old = changes.iter().find(|change| change["isNew"] == false).expect("the outlook that stood was set aside");
    assert_eq!(old["values"], json!([{ "field": "superseded_on", "before": "null", "after": "\"2010-02-09\"" }]));
    let new = changes.iter().find(|change| change["isNew"] == true).expect("the new outlook");
    let value = |field: &str| new["values"].as_array().unwrap().iter().find(|value| value["field"] == field).cloned();
    assert_eq!(value("judgement").unwrap()["after"], "\"UNLIKELY\"");
    assert_eq!((&new["register"], &value("rationale").unwrap()["before"]), (&json!("outlook"), &Value::Null));

    // Filters find it by deed, by person and by day, and no other day's.
    for (filter, count) in [
        (json!({ "deed": "RECORD_OUTLOOK" }), 1),
        (json!({ "deed": "SET_TARGET" }), 0),
        (json!({ "deed": "RECORD_OUTLOOK", "from": "2010-02-09", "to": "2010-02-09" }), 1),
        (json!({ "deed": "RECORD_OUTLOOK", "from": "2010-02-10" }), 0),
        (json!({ "to": "2010-02-08" }), 0),
    ] {
        let found = auditor.ask(EVENTS, json!({ "filter": filter })).await;
        assert_eq!(found.data("/tenant/auditEvents/totalCount"), count, "{filter}");
    }
    let wrong = auditor.ask(EVENTS, json!({ "filter": { "person": line } })).await;
    assert_eq!(wrong.error_codes(), ["BAD_USER_INPUT"], "{wrong}");

    // A second write is sealed upon the first.
    officer.ask(RECORD, outlook(&line, "DIFFICULT")).await.data("/recordOutlook/outlook/id");
    let answer = auditor.ask(EVENTS, json!({})).await;
    let (latest, before) = (answer.data("/tenant/auditEvents/nodes/0"), answer.data("/tenant/auditEvents/nodes/1"));
    assert_eq!(latest["previousSeal"], before["seal"]);
    assert_eq!(latest["place"].as_i64(), before["place"].as_i64().map(|place| place + 1));
    // And it is all told in pages.
    let first = auditor.ask(EVENTS, json!({ "first": 1, "filter": outlooks })).await;
    assert_eq!(first.data("/tenant/auditEvents/nodes/0/seal"), &latest["seal"]);
    let cursor = first.data("/tenant/auditEvents/pageInfo/endCursor");
    let next = auditor.ask(EVENTS, json!({ "first": 1, "filter": outlooks, "after": cursor })).await;
    assert_eq!(next.data("/tenant/auditEvents/nodes/0/seal"), &event["seal"]);
}

async fn a_refused_write_leaves_nothing(app: TestApp) {
    let (officer, line) = officer_and_line(&app).await;
    let mut input = outlook(&line, "UNLIKELY");
    input["input"]["rationale"] = json!("");
    let refused = officer.ask(RECORD, input).await;
    assert_eq!(refused.user_errors("/recordOutlook")[0]["code"], "MISSING");
    let answer = app.sign_in("halton.auditor").await.ask(EVENTS, json!({})).await;
    let deeds: Vec<&Value> = answer.list("/tenant/auditEvents/nodes").iter().map(|event| &event["deed"]).collect();
    assert_eq!(deeds, ["SIGN_IN", "SIGN_IN"]);
}

/// What following Halton's record comes to.
async fn verified(app: &TestApp) -> (i64, Option<Broken>) {
    let halton = verify(app.db(), Some("halton")).await.expect("the record can be followed").remove(0);
    (halton.length, halton.broken)
}

async fn whoever_alters_the_record_is_found_out(app: TestApp) {
    let (officer, line) = officer_and_line(&app).await;
    for judgement in ["UNLIKELY", "LIKELY", "UNLIKELY", "LIKELY", "UNLIKELY"] {
        officer.ask(RECORD, outlook(&line, judgement)).await.data("/recordOutlook/outlook/id");
    }
    // The sign-in comes first.
    assert_eq!(verified(&app).await, (6, None));
    let probe = Probe::open(app.database()).await;
    let tampering = [
        ("UPDATE audit_event SET body = replace(body, 'quiet', 'loud') WHERE place = 3", Broken::Changed(3)),
        (
            "UPDATE audit_event SET body = replace(body, 'loud', 'quiet') WHERE place = 3; DELETE FROM audit_event WHERE place = 6",
            Broken::CutOff(6, 6),
        ),
        ("DELETE FROM audit_event WHERE place = 2", Broken::Missing(2)),
        ("UPDATE audit_event SET place = 2 WHERE place = 4", Broken::Changed(2)),
        ("UPDATE audit_chain SET length = 1; DELETE FROM audit_event WHERE place > 1", Broken::Head(1)),
    ];
    for (sql, found) in tampering {
        for statement in sql.split(';') {
            assert!(probe.change(statement).await > 0, "{statement}");
        }
        assert_eq!(verified(&app).await.1, Some(found), "{sql}");
    }
    probe.close().await;
}

async fn writers_at_the_same_moment_make_one_chain(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let mut lines = Vec::new();
    for code in ["NI 16", "NI 20", "NI 17", "NI 30"] {
        lines.push(line(&officer, "halton", "halton-laa-2008", code, "halton").await);
    }
    let writes = (0..24).map(|at: usize| {
        let (officer, line) = (officer.clone(), lines[at % lines.len()].clone());
        async move { officer.ask(RECORD, outlook(&line, "UNLIKELY")).await }
    });
    let answers = futures::future::join_all(writes).await;
    for answer in &answers {
        assert_eq!(answer.user_errors("/recordOutlook"), &[] as &[Value], "{answer}");
    }
    assert_eq!(verified(&app).await, (25, None), "as many events as were acknowledged, after the sign-in");
}

async fn only_auditors_read_the_record_and_only_at_home(app: TestApp) {
    let (officer, line) = officer_and_line(&app).await;
    officer.ask(RECORD, outlook(&line, "UNLIKELY")).await.data("/recordOutlook/outlook/id");
    for office in ["halton.performance-officer", "halton.lead-member", "halton.psg-member"] {
        let answer = app.sign_in(office).await.ask(EVENTS, json!({})).await;
        assert_eq!(
            (answer.error_codes(), answer.value("/tenant/auditEvents")),
            (vec!["FORBIDDEN".to_owned()], &Value::Null),
            "{office}"
        );
    }
    // The Authority's auditor audits the Authority: Halton shares its indicators with it, not its record.
    let answer = app.sign_in("authority.audit").await.ask(EVENTS, json!({})).await;
    assert_eq!((answer.error_codes(), answer.value("/tenant/auditEvents")), (vec!["NOT_SHARED".to_owned()], &Value::Null));
    let answer = app.sign_in("warrington.performance-officer").await.ask(EVENTS, json!({})).await;
    assert_eq!((answer.error_codes(), answer.value("/tenant")), (vec!["NOT_FOUND".to_owned()], &Value::Null));
}

async fn nothing_secret_is_on_record(app: TestApp) {
    let (officer, line) = officer_and_line(&app).await;
    officer.ask(RECORD, outlook(&line, "UNLIKELY")).await.data("/recordOutlook/outlook/id");
    let probe = Probe::open(app.database()).await;
    let rows = probe.rows("SELECT body, coalesce(justification, '') FROM audit_event").await.concat().concat();
    for secret in [PASSWORD, officer.token(), officer.refresh_token(), "argon2", "@concordat.example"] {
        assert!(!rows.contains(secret), "{secret}");
    }
    assert!(rows.contains("The winter was quiet."), "the record was read");
    probe.close().await;
}
