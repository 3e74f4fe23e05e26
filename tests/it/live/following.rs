//! What can be followed: each event is what whoever follows may read at that moment, and nothing is told that didn't change.

use serde_json::{Value, json};
use tests::{
    both_dbs,
    support::{
        Actor, Probe, TestApp,
        app::{BUSINESS_DATE, day},
    },
};

use super::{
    client::{Heard, Socket, acknowledged, follow},
    events::{Events, asked},
};
use crate::{
    faults::{RECORD, outlook},
    machines::fixtures::{machine, mutate, tenant_id},
    performance::fixtures::{line, tenant},
};

both_dbs!(
    a_status_is_told_when_it_changes_and_not_when_something_else_is_written,
    only_the_indicators_that_are_wanted_are_told,
    what_is_told_of_another_tenant_is_on_its_record_and_ends_with_the_agreement,
    an_appointment_that_ends_ends_what_was_followed,
    agreements_and_periods_are_told_to_those_whose_office_they_await,
    fragments_at_the_root_are_followed_too,
    events_that_fail_in_part_say_so,
    a_machine_follows_by_its_key_until_that_is_revoked,
    a_risk_on_its_way_is_told_to_the_office_whose_step_it_awaits,
);

pub const CHANGED: &str =
    "subscription ($tenant: ID!, $indicator: ID) { indicatorStatusChanged(tenant: $tenant, indicator: $indicator) {
    tenant { slug } agreementIndicator { code } previousColour status { colour reason actual } } }";

const AWAITING: &str = "subscription ($tenant: ID) { recordAwaitingMyOffice(tenant: $tenant) { tenant { slug } action offices record {
    __typename ... on SharingAgreement { reference } ... on PeriodClose { period { code } } ... on PeriodAwaitingVerification { period { code } } } } }";

const REVISE: &str = "mutation ($input: RecordObservationRevisionInput!) { recordObservationRevision(input: $input) {
    observation { id } userErrors { code message } } }";

/// Revises the latest figure of a line in Halton, and gives the figure's new identifier.
pub async fn revised(officer: &Actor, code: &str, value: f64) {
    let query =
        "query ($codes: [String!]) { tenant(by: { slug: \"halton\" }) { agreement { indicators(filter: { codes: $codes }) {
        nodes { observations(last: 1) { nodes { id } } } } } } }";
    let answer = officer.ask(query, json!({ "codes": [code] })).await;
    let latest = answer.data("/tenant/agreement/indicators/nodes/0/observations/nodes/0/id");
    let input =
        json!({ "observation": latest, "value": value, "reason": "Two cases had been counted twice.", "source": "Audit" });
    let answer = officer.ask(REVISE, json!({ "input": input })).await;
    assert_eq!(answer.user_errors("/recordObservationRevision"), &[] as &[Value], "{answer}");
}

/// The next event of an operation.
pub async fn event(socket: &mut Socket, field: &str) -> Value {
    let next = socket.message().await;
    assert_eq!(next["type"], "next", "{next}");
    next["payload"]["data"][field].clone()
}

async fn a_status_is_told_when_it_changes_and_not_when_something_else_is_written(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let mut socket = acknowledged(&app, &app.sign_in("halton.lead-member").await).await;
    follow(&app, &mut socket, "s", CHANGED, json!({ "tenant": halton })).await;
    // An outlook is kept beside the colour and changes nothing about it.
    let line = line(&officer, "halton", "halton-laa-2008", "NI 20", "halton").await;
    officer.ask(RECORD, outlook(&line, "The winter was quiet.", day(BUSINESS_DATE))).await.text("/recordOutlook/outlook/id");
    revised(&officer, "NI 20", 6.1).await;
    let told = event(&mut socket, "indicatorStatusChanged").await;
    assert_eq!((&told["tenant"]["slug"], &told["agreementIndicator"]["code"]), (&json!("halton"), &json!("NI 20")), "{told}");
    assert_eq!((&told["previousColour"], &told["status"]["colour"]), (&json!("AMBER"), &json!("GREEN")));
    assert!(told["status"]["reason"].as_str().is_some_and(|reason| reason.contains("6.1")), "{told}");
    // The same colour for another figure is news as well.
    revised(&officer, "NI 20", 6.15).await;
    let told = event(&mut socket, "indicatorStatusChanged").await;
    assert_eq!((&told["previousColour"], &told["status"]["colour"]), (&json!("GREEN"), &json!("GREEN")));
    assert_eq!(told["status"]["actual"], 6.15);
}

async fn only_the_indicators_that_are_wanted_are_told(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let wanted = line(&officer, "halton", "halton-laa-2008", "NI 16", "halton").await;
    let mut socket = acknowledged(&app, &officer).await;
    follow(&app, &mut socket, "s", CHANGED, json!({ "tenant": halton, "indicator": wanted })).await;
    revised(&officer, "NI 20", 6.1).await;
    revised(&officer, "NI 16", 14.0).await;
    assert_eq!(event(&mut socket, "indicatorStatusChanged").await["agreementIndicator"]["code"], "NI 16");
}

async fn what_is_told_of_another_tenant_is_on_its_record_and_ends_with_the_agreement(app: TestApp) {
    const READS: &str = "{ tenant(by: { slug: \"halton\" }) { auditEvents(filter: { deed: \"READ_SHARED\" }) { totalCount } } }";
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let auditor = app.sign_in("halton.auditor").await;
    let mut socket = acknowledged(&app, &app.sign_in("authority.engagement-manager").await).await;
    follow(&app, &mut socket, "s", CHANGED, json!({ "tenant": halton })).await;
    let on_record = async || auditor.ask(READS, Value::Null).await.data("/tenant/auditEvents/totalCount").as_i64().unwrap_or(-1);
    assert_eq!(on_record().await, 0, "nothing has been told as yet");
    revised(&officer, "NI 20", 6.1).await;
    assert_eq!(event(&mut socket, "indicatorStatusChanged").await["tenant"]["slug"], "halton");
    let reads = on_record().await;
    assert!(reads > 0, "the event is on Halton's record");

    let query = "{ tenant(by: { slug: \"halton\" }) { sharingAgreements { nodes { id reference } } } }";
    let answer = officer.ask(query, Value::Null).await;
    let nodes = answer.list("/tenant/sharingAgreements/nodes");
    let agreement = &nodes.iter().find(|node| node["reference"] == "authority-and-halton").expect("it is there")["id"];
    let revoke =
        "mutation ($input: RevokeSharingAgreementInput!) { revokeSharingAgreement(input: $input) { userErrors { code } } }";
    let input = json!({ "agreement": agreement, "tenant": halton, "reason": "The plan has ended." });
    let group = app.sign_in("halton.psg-member").await;
    assert_eq!(group.ask(revoke, json!({ "input": input })).await.user_errors("/revokeSharingAgreement"), &[] as &[Value]);
    let error = socket.message().await;
    assert_eq!(error["type"], "error", "{error}");
    let code = &error["payload"][0]["extensions"]["code"];
    assert!(code == "NOT_FOUND" || code == "NOT_SHARED", "{error}");
    assert_eq!(on_record().await, reads, "and nothing more was read");
}

async fn an_appointment_that_ends_ends_what_was_followed(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let mut socket = acknowledged(&app, &app.sign_in("halton.psg-member").await).await;
    follow(&app, &mut socket, "s", CHANGED, json!({ "tenant": halton })).await;
    let probe = Probe::open(app.database()).await;
    let ended = "UPDATE appointment SET to_on = '2010-02-08' WHERE person_id = (SELECT person_id FROM account
        WHERE email = 'halton.psg-member@concordat.example')";
    assert!(probe.change(ended).await > 0);
    probe.close().await;
    revised(&officer, "NI 20", 6.1).await;
    let error = socket.message().await;
    assert_eq!((&error["type"], &error["payload"][0]["extensions"]["code"]), (&json!("error"), &json!("NOT_FOUND")), "{error}");
    // The connection goes on, for what may still be asked.
    socket.subscribe("x", "{ viewer { email } }", Value::Null).await;
    assert_eq!(socket.message().await["type"], "next");
}

async fn agreements_and_periods_are_told_to_those_whose_office_they_await(app: TestApp) {
    let officer = app.sign_in("warrington.performance-officer").await;
    let warrington = tenant(&officer, "warrington").await;
    let mut verifying = acknowledged(&app, &officer).await;
    verifying.subscribe("v", AWAITING, json!({ "tenant": warrington })).await;
    // What awaits the office already is told at first.
    let told = event(&mut verifying, "recordAwaitingMyOffice").await;
    assert_eq!(
        (&told["action"], &told["record"]["__typename"]),
        (&json!("VERIFY"), &json!("PeriodAwaitingVerification")),
        "{told}"
    );
    assert_eq!((&told["record"]["period"]["code"], &told["offices"]), (&json!("FY2009-Q3"), &json!(["PERFORMANCE_OFFICER"])));

    let group = app.sign_in("warrington.psg-member").await;
    let mut approving = acknowledged(&app, &group).await;
    follow(&app, &mut approving, "a", AWAITING, json!({})).await;
    let verify = "mutation ($input: VerifyPeriodInput!) { verifyPeriod(input: $input) { userErrors { code } } }";
    let verified = officer.ask(verify, json!({ "input": { "tenant": warrington, "period": "FY2009-Q3" } })).await;
    assert_eq!(verified.user_errors("/verifyPeriod"), &[] as &[Value]);
    let told = next_of(&mut approving, "PeriodClose").await;
    assert_eq!((&told["action"], &told["record"]["period"]["code"]), (&json!("APPROVE"), &json!("FY2009-Q3")), "{told}");
    assert_eq!(told["offices"], json!(["PSG_MEMBER"]));

    let halton = app.sign_in("halton.performance-officer").await;
    let create = "mutation ($input: CreateSharingAgreementInput!) { createSharingAgreement(input: $input) { userErrors { code message } } }";
    let own = tenant(&halton, "halton").await;
    let input = json!({ "tenant": own, "reference": "halton-and-warrington", "title": "Indicators", "tier": 2,
        "purpose": "The Youth Justice Plan serves both areas.", "lawfulBasis": "Section 115", "source": "S0", "parties": [own, warrington],
        "clauses": [{ "category": "PRIORITIES_AND_INDICATORS", "discloser": own }],
        "effectiveFrom": "2010-02-01", "effectiveTo": "2011-03-31", "reviewOn": "2010-10-01" });
    let created = halton.ask(create, json!({ "input": input })).await;
    assert_eq!(created.user_errors("/createSharingAgreement"), &[] as &[Value]);
    let told = next_of(&mut approving, "SharingAgreement").await;
    assert_eq!(
        (&told["tenant"]["slug"], &told["record"]["reference"]),
        (&json!("warrington"), &json!("halton-and-warrington")),
        "{told}"
    );
}

async fn a_risk_on_its_way_is_told_to_the_office_whose_step_it_awaits(app: TestApp) {
    use crate::risk::fixtures::{REFERRAL, mutate, report, risk_id, tried};
    const RISKS: &str =
        "subscription { recordAwaitingMyOffice { action offices record { __typename ... on RiskReferral { id title state } } } }";
    let (clerk, treasurer) = (app.sign_in("authority.clerk").await, app.sign_in("authority.treasurer").await);
    let (mut clerking, mut reviewing) = (acknowledged(&app, &clerk).await, acknowledged(&app, &treasurer).await);
    follow(&app, &mut clerking, "c", RISKS, json!({})).await;
    reviewing.subscribe("t", RISKS, json!({})).await;
    let told = next_of(&mut reviewing, "RiskReferral").await;
    assert_eq!((&told["action"], &told["offices"]), (&json!("DETERMINE"), &json!(["TREASURER"])), "{told}");
    assert_eq!(told["record"]["title"], "Funding for joint projects is reduced");

    let (lead, risk) = (app.sign_in("halton.lead-member").await, risk_id("halton", "halton-missed-targets"));
    tried(&lead, &risk).await;
    let referral = report(&lead, &risk).await.text("/submitRiskReport/referral/id").to_owned();
    let told = next_of(&mut clerking, "RiskReferral").await;
    assert_eq!((&told["action"], &told["record"]["state"]), (&json!("RECORD"), &json!("REPORTED_TO_ENGAGEMENT")), "{told}");
    assert_eq!(told["record"]["id"], json!(referral));
    let note = mutate(&clerk, "recordCommitteeNote", json!({ "referral": referral, "note": "Noted." }), REFERRAL).await;
    assert_eq!(note.user_errors("/recordCommitteeNote"), &[] as &[Value], "{note}");
    let told = next_of(&mut reviewing, "RiskReferral").await;
    assert_eq!((&told["action"], &told["record"]["id"]), (&json!("DETERMINE"), &json!(referral)), "{told}");
}

/// The next event about such a record; others may await the office from before.
async fn next_of(socket: &mut Socket, record: &str) -> Value {
    loop {
        let told = event(socket, "recordAwaitingMyOffice").await;
        if told["record"]["__typename"] == record && told["record"]["reference"] != "cheshire-east-and-warrington" {
            return told;
        }
    }
}

async fn fragments_at_the_root_are_followed_too(app: TestApp) {
    let officer = app.sign_in("warrington.performance-officer").await;
    let mut socket = acknowledged(&app, &officer).await;
    let query = "subscription { ...Awaiting } fragment Awaiting on Subscription { ... on Subscription { recordAwaitingMyOffice { action } } }";
    socket.subscribe("s", query, Value::Null).await;
    assert_eq!(event(&mut socket, "recordAwaitingMyOffice").await["action"], "VERIFY");
}

async fn events_that_fail_in_part_say_so(app: TestApp) {
    // Who scrutinises for the council sees indicators, but no officers' judgements.
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let mut socket = acknowledged(&app, &app.sign_in("halton.scrutiny-member").await).await;
    let query = "subscription ($tenant: ID!) { indicatorStatusChanged(tenant: $tenant) { agreementIndicator { code outlook { judgement } } } }";
    follow(&app, &mut socket, "s", query, json!({ "tenant": halton })).await;
    revised(&officer, "NI 20", 6.1).await;
    let next = match socket.hear().await {
        Heard::Message(next) => next,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        next["payload"]["data"]["indicatorStatusChanged"]["agreementIndicator"],
        json!({ "code": "NI 20", "outlook": null }),
        "{next}"
    );
    let error = &next["payload"]["errors"][0];
    assert_eq!(
        (&error["extensions"]["code"], &error["path"]),
        (&json!("FORBIDDEN"), &json!(["indicatorStatusChanged", "agreementIndicator", "outlook"]))
    );
}

async fn a_machine_follows_by_its_key_until_that_is_revoked(app: TestApp) {
    let board = machine(&app, "halton", &["READ_PRIORITIES_AND_INDICATORS"]).await;
    let mut socket = acknowledged(&app, &board.actor).await;
    follow(&app, &mut socket, "s", CHANGED, json!({ "tenant": tenant_id("halton") })).await;
    revised(&board.office, "NI 20", 6.1).await;
    assert_eq!(event(&mut socket, "indicatorStatusChanged").await["agreementIndicator"]["code"], "NI 20");
    // By events, too, where the key is a header.
    let body = json!({ "query": CHANGED, "variables": { "tenant": tenant_id("halton") } });
    let mut events = Events::of(asked(&app, &board.actor, &body).await);

    let input = json!({ "serviceAccount": board.id, "prefix": board.key[..13] });
    let revoked = mutate(&board.office, "revokeApiKey", input, "serviceAccount { id }").await;
    assert_eq!(revoked.user_errors("/revokeApiKey"), &[] as &[Value], "{revoked}");
    assert!(matches!(socket.hear().await, Heard::Closed(4403, _)), "the key is no longer good");
    let told = events.result().await;
    assert_eq!(told["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{told}");
    assert_eq!(events.next().await.map(|(kind, _)| kind).as_deref(), Some("complete"));
}
