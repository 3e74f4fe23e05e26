//! Instruments of delegation are records: as the documents have them, in force from a day to a day, and revoked by who keeps them.

use api::graphql::relay::NodeKind;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{TestApp, day};

use super::fixtures::{agree, body, change, conditions, everything, line, mutate, node, spending};
use crate::data::{rows, text};

both_dbs!(
    instruments_are_as_the_documents_have_them,
    a_lapsed_or_revoked_instrument_confers_nothing,
    a_new_instrument_confers_again_by_its_own_minute,
    only_those_who_keep_instruments_record_them,
);

const AUTHORITY: &str = "cheshire-police-authority";

async fn instruments_are_as_the_documents_have_them(app: TestApp) {
    let query =
        "query ($slug: String!) { tenant(by: { slug: $slug }) { delegations { nodes { number toOffice toBody { reference }
        delegatedBy { reference } power words limit approvedBy approvedOn minute standing source isIllustrative } } } }";
    let all = rows("demonstration/delegations.csv");
    for (slug, office) in [(AUTHORITY, "authority.clerk"), ("halton", "halton.performance-officer")] {
        let answer = app.sign_in(office).await.ask(query, json!({ "slug": slug })).await;
        let expected: Vec<Value> = all
            .iter()
            .filter(|row| row["tenant"] == slug)
            .map(|row| {
                let to_body = text(row, "to_body");
                json!({ "number": row["number"].parse::<i32>().unwrap(), "toOffice": text(row, "to_office"),
                    "toBody": if to_body.is_null() { Value::Null } else { json!({ "reference": to_body }) },
                    "delegatedBy": { "reference": row["delegated_by"] }, "power": row["power"], "words": row["words"],
                    "limit": text(row, "limit"), "approvedBy": text(row, "approved_by"), "approvedOn": text(row, "approved_on"),
                    "minute": text(row, "minute"), "standing": "IN_FORCE", "source": row["source"], "isIllustrative": false })
            })
            .collect();
        assert_eq!(answer.list("/tenant/delegations/nodes"), expected, "{slug}");
    }
    let minutes: Vec<(&str, &str)> = all.iter().take(3).map(|row| (&row["approved_on"][..], &row["minute"][..])).collect();
    assert_eq!(minutes, [("2008-11-24", "34"), ("2008-11-24", "34"), ("2009-09-28", "59")]);
}

fn instrument(number: i32) -> String {
    node(NodeKind::Delegation, AUTHORITY, "delegation", &number.to_string())
}

async fn a_lapsed_or_revoked_instrument_confers_nothing(app: TestApp) {
    change(&app, "UPDATE delegation SET ends_on = '2010-02-09' WHERE number = 2").await;
    let member = app.sign_in("halton.lead-member").await;
    let answer = agree(&member, spending(&line("hsp-2009/1"), 100)).await;
    assert_eq!(answer.data("/agreeExpenditure/decision/number"), 4, "its last day counts: {answer}");
    app.clock().set_business_date(day("2010-02-10"));
    let member = app.sign_in("halton.lead-member").await;
    let before = everything(&app).await;
    let answer = agree(&member, spending(&line("hsp-2009/1"), 100)).await;
    assert_eq!(conditions(&answer), ["INSTRUMENT_NOT_IN_FORCE"], "{answer}");
    assert_eq!(everything(&app).await, before);
    change(&app, "UPDATE delegation SET ends_on = NULL WHERE number = 2").await;
    let clerk = app.sign_in("authority.clerk").await;
    let input = json!({ "delegation": instrument(2), "reason": "The committee takes these decisions itself." });
    let answer = mutate(&clerk, "revokeDelegation", input.clone(), "delegation { standing revokedOn }").await;
    assert_eq!(
        answer.data("/revokeDelegation/delegation"),
        &json!({ "standing": "REVOKED", "revokedOn": "2010-02-10" }),
        "{answer}"
    );
    let answer = agree(&member, spending(&line("hsp-2009/1"), 100)).await;
    assert_eq!(conditions(&answer), ["INSTRUMENT_NOT_IN_FORCE"], "with the very next request: {answer}");
    let again = mutate(&clerk, "revokeDelegation", input, "").await;
    assert_eq!(again.user_errors("/revokeDelegation")[0]["code"], "LOCKED");
}

fn resolved() -> Value {
    json!({ "delegatedBy": node(NodeKind::Body, AUTHORITY, "body", "engagement-committee"), "to": { "office": "PARTNERSHIP_LEAD_MEMBER" },
        "power": "EXPENDITURE", "words": "Agree expenditure", "limit": "Within the agreed budget", "approvedBy": "Engagement Committee",
        "approvedOn": "2010-02-09", "minute": "71", "startsOn": "2010-02-09", "endsOn": "2010-03-31", "source": "Minutes" })
}

async fn a_new_instrument_confers_again_by_its_own_minute(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    mutate(&clerk, "revokeDelegation", json!({ "delegation": instrument(2), "reason": "A new one follows." }), "").await;
    let answer = mutate(&clerk, "createDelegation", resolved(), "delegation { number standing }").await;
    assert_eq!(answer.data("/createDelegation/delegation"), &json!({ "number": 14, "standing": "IN_FORCE" }), "{answer}");
    let member = app.sign_in("halton.lead-member").await;
    let answer = agree(&member, spending(&line("hsp-2009/1"), 100)).await;
    let minute = answer.data("/agreeExpenditure/decision/minuteReference");
    assert_eq!(minute, "Engagement Committee 9 February 2010, minute 71", "{answer}");
}

async fn only_those_who_keep_instruments_record_them(app: TestApp) {
    for (office, code) in
        [("halton.lead-member", "FORBIDDEN"), ("authority.treasurer", "FORBIDDEN"), ("halton.performance-officer", "FORBIDDEN")]
    {
        let answer = mutate(&app.sign_in(office).await, "createDelegation", resolved(), "").await;
        assert_eq!(answer.user_errors("/createDelegation")[0]["code"], code, "{office}: {answer}");
    }
    let clerk = app.sign_in("authority.clerk").await;
    let mut input = resolved();
    input["approvedOn"] = json!("2010-02-10");
    input["startsOn"] = json!("2010-02-01");
    input["endsOn"] = json!("2010-01-31");
    input["words"] = json!(" ");
    input["to"] = json!({ "body": body("psg") });
    let answer = mutate(&clerk, "createDelegation", input, "").await;
    let fields = crate::performance::fixtures::fields(answer.user_errors("/createDelegation"));
    assert_eq!(fields, ["words", "approvedOn", "startsOn", "endsOn", "toBody"], "{answer}");
    let mut nowhere = resolved();
    nowhere["area"] = json!(crate::governance::fixtures::area("nowhere"));
    let answer = mutate(&clerk, "createDelegation", nowhere, "").await;
    let error = &answer.user_errors("/createDelegation")[0];
    assert_eq!((&error["code"], &error["field"]), (&json!("NOT_FOUND"), &json!(["area"])), "{answer}");
}
