//! A poll of what hasn't changed costs next to nothing, and never hides what has.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, app::day};

use super::fixtures::{Got, bodies, get, get_with, publish, retire, stored, tenant};
use crate::performance::fixtures::line;

both_dbs!(
    an_unchanged_answer_costs_two_statements,
    whatever_could_change_an_answer_changes_its_tag,
    another_office_is_never_told_that_an_answer_still_holds,
    what_is_read_of_others_still_holds_until_they_write,
);

const LINES: &str = "/v1/halton/queries/agreement-lines";

async fn again(app: &TestApp, actor: &Actor, path: &str, tag: &str) -> Got {
    get_with(app, Some(actor), path, &[("if-none-match", tag)]).await
}

async fn tag(app: &TestApp, actor: &Actor, path: &str) -> String {
    let got = get(app, actor, path).await;
    assert_eq!(got.status, 200, "{path}: {}", got.text);
    let tag = got.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{path} has the tag {tag:?}");
    tag
}

async fn an_unchanged_answer_costs_two_statements(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for path in [
        LINES.to_owned(),
        format!("{LINES}.csv?codes=NI+20"),
        format!("{LINES}.json"),
        format!("{LINES}.csv-metadata.json"),
        format!("{LINES}.html"),
        "/v1/halton/queries".to_owned(),
        "/odata/halton/".to_owned(),
        "/odata/halton/$metadata".to_owned(),
        "/odata/halton/agreement_lines?$filter=colour%20eq%20'RED'".to_owned(),
    ] {
        let tag = tag(&app, &officer, &path).await;
        let before = app.statements().await;
        let got = again(&app, &officer, &path, &format!("\"another\", {tag}")).await;
        let sent = app.statements().await - before;
        assert_eq!((got.status, got.text.as_str(), got.header("etag")), (304, "", tag.as_str()), "{path}");
        assert_eq!(got.header("cache-control"), "private, no-cache");
        assert!(got.header("vary").contains("authorization"));
        // Who asks, and the versions.
        assert!(sent <= 2, "{path} took {sent} statements");
        assert_eq!(again(&app, &officer, &path, "W/\"0123\"").await.status, 200);
    }
}

/// That something that was done makes an answer's tag another one.
async fn changes(app: &TestApp, actor: &Actor, path: &str, what: &str, before: &mut String) {
    let got = again(app, actor, path, before).await;
    assert_eq!(got.status, 200, "{what} went unnoticed at {path}");
    let now = got.header("etag").to_owned();
    assert_ne!(now, *before, "{what}");
    *before = now;
    assert_eq!(again(app, actor, path, before).await.status, 304, "after {what} it holds again");
}

async fn mutate(actor: &Actor, name: &str, input: Value) {
    let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    let document = format!("mutation ($input: {kind}!) {{ {name}(input: $input) {{ userErrors {{ code message field }} }} }}");
    let answer = actor.ask(&document, json!({ "input": input })).await;
    assert_eq!(answer.user_errors(&format!("/{name}")), &[] as &[Value], "{name}: {answer}");
}

async fn whatever_could_change_an_answer_changes_its_tag(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let member = app.sign_in("halton.psg-member").await;
    let halton = tenant(&officer, "halton").await;
    let mut lines = tag(&app, &officer, LINES).await;

    let figure = json!({ "indicator": { "reference": "halton-ni-53" }, "area": { "reference": "halton" }, "period": "FY2009-Q3",
        "value": 40, "source": "Quarterly return" });
    mutate(&officer, "recordObservations", json!({ "tenant": halton, "observations": [figure] })).await;
    changes(&app, &officer, LINES, "a figure", &mut lines).await;

    let ni16 = line(&officer, "halton", "halton-laa-2008", "NI 16", "halton").await;
    let target = json!({ "line": ni16, "period": "FY2010", "expression": "ABSOLUTE", "amount": 13.2, "baselinePeriod": "FY2008",
        "baseline": 14.36, "source": "Minute 12" });
    mutate(&member, "setTarget", target).await;
    changes(&app, &officer, LINES, "a target", &mut lines).await;

    let outlook = json!({ "line": ni16, "judgement": "UNLIKELY", "rationale": "Two officers left.", "expiresOn": "2010-05-31" });
    mutate(&officer, "recordOutlook", outlook).await;
    changes(&app, &officer, LINES, "an outlook", &mut lines).await;

    let there = app.sign_in("warrington.performance-officer").await;
    let path = "/v1/warrington/queries/agreement-lines";
    let (mut theirs, warrington) = (tag(&app, &there, path).await, tenant(&there, "warrington").await);
    mutate(&there, "verifyPeriod", json!({ "tenant": warrington, "period": "FY2009-Q3" })).await;
    changes(&app, &there, path, "the verifying of a period", &mut theirs).await;
    // What others do changes nothing here.
    assert_eq!(again(&app, &officer, LINES, &lines).await.status, 304);

    // The query itself: published, replaced, given up.
    let (query, version) = stored(&officer, "halton", "bodies", &bodies()).await;
    let mut list = tag(&app, &officer, "/v1/halton/queries").await;
    publish(&officer, &version, &[]).await.data("/publishStoredQueryVersion/version");
    changes(&app, &officer, "/v1/halton/queries", "the publishing of a query", &mut list).await;
    let mut named = tag(&app, &officer, "/v1/halton/queries/bodies").await;
    let add = "mutation ($input: CreateStoredQueryVersionInput!) { createStoredQueryVersion(input: $input) { version { id } userErrors { code } } }";
    let added = officer.ask(add, json!({ "input": { "storedQuery": query, "definition": bodies() } })).await;
    publish(&officer, added.text("/createStoredQueryVersion/version/id"), &[]).await.data("/publishStoredQueryVersion/version");
    changes(&app, &officer, "/v1/halton/queries/bodies", "a new version", &mut named).await;
    retire(&officer, &version, "2010-03-01", "2010-09-01").await.data("/retireStoredQueryVersion/version");
    changes(&app, &officer, "/v1/halton/queries/bodies", "the notice of an end", &mut named).await;

    // The day, without anybody writing.
    lines = tag(&app, &officer, LINES).await;
    app.clock().set_business_date(day("2010-02-10"));
    changes(&app, &officer, LINES, "another day", &mut lines).await;

    // An agreement that another tenant's office approves.
    let path = "/v1/halton/queries/sharing-agreements";
    let mut agreements = tag(&app, &officer, path).await;
    let proposal = json!({ "tenant": halton, "reference": "halton-and-warrington", "title": "Across the bridge", "tier": 2,
        "purpose": "One river.", "lawfulBasis": "Section 115", "source": "Minute 12", "parties": [halton, warrington],
        "clauses": [{ "category": "RISKS", "discloser": halton }], "effectiveFrom": "2010-02-01", "effectiveTo": "2011-03-31",
        "reviewOn": "2010-10-01" });
    mutate(&officer, "createSharingAgreement", proposal).await;
    changes(&app, &officer, path, "a proposal", &mut agreements).await;
    let rows = get(&app, &officer, path).await.rows();
    let id = rows.iter().find(|row| row["reference"] == "halton-and-warrington").unwrap()["agreement_id"].clone();
    let group = app.sign_in("warrington.psg-member").await;
    mutate(&group, "approveSharingAgreement", json!({ "agreement": id, "tenant": warrington, "minuteReference": "minute 3" }))
        .await;
    changes(&app, &officer, path, "another's approval", &mut agreements).await;
}

async fn another_office_is_never_told_that_an_answer_still_holds(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let held = tag(&app, &officer, LINES).await;
    for office in ["halton.psg-member", "halton.scrutiny-member", "halton.lead-member"] {
        let other = app.sign_in(office).await;
        assert_eq!(again(&app, &other, LINES, &held).await.status, 200, "{office}");
    }
    let stranger = app.sign_in("warrington.performance-officer").await;
    assert_eq!(again(&app, &stranger, LINES, &held).await.status, 404);
    assert_eq!(get_with(&app, None, LINES, &[("if-none-match", &held)]).await.status, 401);
    // Other parameters, and another shape, are another answer.
    for path in [format!("{LINES}?codes=NI+16"), format!("{LINES}.csv"), format!("{LINES}/v1")] {
        assert_eq!(again(&app, &officer, &path, &held).await.status, 200, "{path}");
    }
    // The same person in another session has the same powers, and on a day after the appointment's end has none.
    let same = app.sign_in("halton.performance-officer").await;
    assert_eq!(again(&app, &same, LINES, &held).await.status, 304);
    app.clock().set_business_date(day("2030-01-01"));
    assert_ne!(again(&app, &officer, LINES, &held).await.status, 304);
}

async fn what_is_read_of_others_still_holds_until_they_write(app: TestApp) {
    let authority = app.sign_in("authority.research-officer").await;
    let path = "/v1/cheshire-police-authority/queries/area-comparison?nationalIndicator=16";
    let mut held = tag(&app, &authority, path).await;
    // Reading leaves its trace on Halton's record, which is no reason to read again.
    assert_eq!(again(&app, &authority, path, &held).await.status, 304);
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let figure = json!({ "indicator": { "reference": "halton-ni-53" }, "area": { "reference": "halton" }, "period": "FY2009-Q3",
        "value": 40, "source": "Quarterly return" });
    mutate(&officer, "recordObservations", json!({ "tenant": halton, "observations": [figure] })).await;
    changes(&app, &authority, path, "a figure of Halton's", &mut held).await;
}
