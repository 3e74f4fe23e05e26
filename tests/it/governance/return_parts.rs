//! What a quarterly return tells, and to whom: of risks what was passed on, of promises by what they are closed, and words that somebody
//! can see.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Probe, TestApp};

use super::fixtures::{AUTHORITY, answers, done, handed_in, mutate, quarterly_return, refused, return_id, tenant};
use crate::risk::fixtures::{report, risk_id, tried};

both_dbs!(
    what_was_never_passed_on_is_in_no_return_that_anybody_but_its_lead_member_reads,
    a_register_that_is_shared_is_in_the_return_and_reading_it_on_record,
    what_was_passed_on_is_told_as_it_was_reported,
    a_risk_rides_in_its_quarter_s_return_or_waits_for_the_next,
    a_promise_says_by_what_it_is_closed,
    the_last_quarter_s_words_stand_beside_the_indicators,
    words_that_nobody_sees_are_no_words,
);

const RISKS: &str = "contents { risks { reference title score standing isHandedOver risk referral reason proposedAction } }";

fn risks(found: &Value) -> Vec<Value> {
    found["contents"]["risks"].as_array().expect("risks").clone()
}

async fn what_was_never_passed_on_is_in_no_return_that_anybody_but_its_lead_member_reads(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let draft = risks(&quarterly_return(&lead, "halton", "FY2009-Q3", RISKS).await);
    let flags: Vec<_> = draft.iter().map(|risk| (risk["reference"].as_str().unwrap(), risk["isHandedOver"].clone())).collect();
    assert_eq!(flags, [("2", json!(true)), ("1", json!(false)), ("3", json!(false)), ("4", json!(false))], "its writer sees all");
    assert!(draft.iter().all(|risk| risk["risk"].is_string()), "{draft:?}");
    assert_eq!((&draft[1]["referral"], &draft[1]["reason"]), (&Value::Null, &Value::Null));

    handed_in(&app, "halton", "FY2009-Q3").await;
    for office in ["authority.clerk", "authority.treasurer", "authority.chairman", "halton.lead-member"] {
        let actor = app.sign_in(office).await;
        let found = quarterly_return(&actor, "halton", "FY2009-Q3", &format!("{RISKS} submission {{ content }}")).await;
        let told = risks(&found);
        assert_eq!(told.len(), 1, "{office}: {told:?}");
        let expected = json!({ "reference": "2", "title": "Funding for joint projects is reduced", "score": 16,
            "standing": "with the Treasurer", "isHandedOver": true, "risk": null, "referral": crate::risk::fixtures::funding_referral(),
            "reason": "The settlement is lower than planned, and neither partner can bridge the gap.",
            "proposedAction": "Decide by March which projects against arson go on." });
        assert_eq!(told[0], expected, "{office}");
        let content = found["submission"]["content"].as_str().unwrap();
        for own in ["Targets of the agreement are missed", "Partners don't work together", "One performance system"] {
            assert!(!content.contains(own), "{office} reads of {own}");
        }
    }
    let probe = Probe::open(app.database()).await;
    let read = "SELECT CAST(count(*) AS text) FROM audit_event WHERE kind = 'READ_SHARED' AND body LIKE '%\"RISKS\"%'";
    assert_eq!(probe.rows(read).await.concat(), ["0"], "no register was read for the Authority");
    probe.close().await;
}

async fn a_register_that_is_shared_is_in_the_return_and_reading_it_on_record(app: TestApp) {
    let proposal = json!({ "tenant": tenant("halton"), "reference": "halton-risks", "title": "Halton's risks", "tier": 2,
        "purpose": "The Authority looks at partnership risks.", "lawfulBasis": "Section 115", "source": "S4",
        "parties": [tenant("halton"), tenant(AUTHORITY)], "clauses": [{ "category": "RISKS", "discloser": tenant("halton") }],
        "effectiveFrom": "2010-02-01", "effectiveTo": "2011-03-31", "reviewOn": "2010-10-01" });
    let officer = app.sign_in("halton.performance-officer").await;
    let made = done(&officer, "createSharingAgreement", proposal, "agreement { id }").await;
    for (office, slug) in [("halton.psg-member", "halton"), ("authority.chief-executive", AUTHORITY)] {
        let input = json!({ "agreement": made["agreement"]["id"], "tenant": tenant(slug) });
        done(&app.sign_in(office).await, "approveSharingAgreement", input, "").await;
    }
    let probe = Probe::open(app.database()).await;
    let read = async || {
        let of = "FROM audit_event AS e JOIN tenant AS t ON t.id = e.tenant_id WHERE t.slug = 'halton'";
        let sql = format!("SELECT CAST(count(*) AS text) {of} AND e.kind = 'READ_SHARED' AND e.body LIKE '%\"RISKS\"%'");
        probe.rows(&sql).await.concat().concat()
    };
    let lead = app.sign_in("halton.lead-member").await;
    let draft = risks(&quarterly_return(&lead, "halton", "FY2009-Q3", RISKS).await);
    assert!(draft.iter().all(|risk| risk["isHandedOver"] == true), "{draft:?}");
    assert_eq!(read().await, "0", "so far its own lead member looked at it");
    handed_in(&app, "halton", "FY2009-Q3").await;
    let clerk = app.sign_in("authority.clerk").await;
    let told = risks(&quarterly_return(&clerk, "halton", "FY2009-Q3", RISKS).await);
    let titles: Vec<_> = told.iter().map(|risk| (risk["reference"].as_str().unwrap(), risk["risk"].is_string())).collect();
    assert_eq!(titles, [("2", true), ("1", true), ("3", true), ("4", true)]);
    assert_eq!(read().await, "1", "it was read for the Authority when it was handed in");
    probe.close().await;
}

async fn what_was_passed_on_is_told_as_it_was_reported(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let score = |likelihood: i32, impact: i32| json!({ "likelihood": likelihood, "impact": impact });
    let risk = risk_id("halton", "halton-funding");
    let assessment =
        json!({ "risk": risk, "assessment": { "inherent": score(5, 5), "residual": score(5, 5), "target": score(2, 4) } });
    done(&officer, "recordRiskAssessment", assessment, "").await;
    done(&officer, "updateRisk", json!({ "risk": risk, "title": "Two funders leave" }), "").await;
    handed_in(&app, "halton", "FY2009-Q3").await;
    let found = quarterly_return(&app.sign_in("authority.clerk").await, "halton", "FY2009-Q3", RISKS).await;
    let told = risks(&found);
    assert_eq!((&told[0]["title"], &told[0]["score"]), (&json!("Funding for joint projects is reduced"), &json!(16)), "{told:?}");
}

async fn a_risk_rides_in_its_quarter_s_return_or_waits_for_the_next(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let risk = risk_id("halton", "halton-missed-targets");
    tried(&lead, &risk).await;
    handed_in(&app, "halton", "FY2009-Q3").await;
    let late = report(&lead, &risk).await;
    let error = &late.user_errors("/submitRiskReport")[0];
    assert_eq!((&error["code"], &error["field"]), (&json!("LOCKED"), &json!(["quarter"])), "{late}");
    assert!(error["message"].as_str().unwrap().contains("report it for Q4 2009/10"), "{late}");
    // Taken back, the return is open again, and the risk goes with it.
    let id = return_id("halton", "FY2009-Q3");
    done(&lead, "revokeQuarterlyReturn", json!({ "return": id, "reason": "A risk is to go with it." }), "").await;
    let reported = report(&lead, &risk).await;
    assert_eq!(reported.user_errors("/submitRiskReport"), &[] as &[Value], "{reported}");
    handed_in(&app, "halton", "FY2009-Q3").await;
    let told = risks(&quarterly_return(&app.sign_in("authority.clerk").await, "halton", "FY2009-Q3", RISKS).await);
    let reasons: Vec<_> =
        told.iter().map(|risk| (risk["reference"].as_str().unwrap(), risk["reason"].as_str().unwrap())).collect();
    assert_eq!(reasons[1], ("1", "The board can't agree."), "{told:?}");
    // Another area's return is no hindrance.
    let there = app.sign_in("warrington.lead-member").await;
    let other = risk_id("warrington", "warrington-funding");
    tried(&there, &other).await;
    let reported = report(&there, &other).await;
    assert_eq!(reported.user_errors("/submitRiskReport"), &[] as &[Value], "{reported}");
}

async fn a_promise_says_by_what_it_is_closed(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let promises = "contents { promises { quarter { code } text submission number } }";
    let found = quarterly_return(&lead, "halton", "FY2009-Q3", promises).await;
    let open = found["contents"]["promises"].as_array().unwrap().clone();
    assert_eq!(open.len(), 1, "{found}");
    let input =
        json!({ "submission": open[0]["submission"], "number": open[0]["number"], "outcome": "The number is on every door." });
    done(&lead, "resolveReturnFollowUp", input, "").await;
    let found = quarterly_return(&lead, "halton", "FY2009-Q3", promises).await;
    assert_eq!(found["contents"]["promises"], json!([]), "closed, it is no promise any more");
}

async fn the_last_quarter_s_words_stand_beside_the_indicators(app: TestApp) {
    let words = async |area: &str| {
        let lead = app.sign_in(&format!("{area}.lead-member")).await;
        let found = quarterly_return(&lead, area, "FY2009-Q3", "contents { indicators { code lastWords } }").await;
        let said = |part: &Value| Some((part["code"].as_str()?.to_owned(), part["lastWords"].as_str()?.to_owned()));
        found["contents"]["indicators"].as_array().unwrap().iter().filter_map(said).collect::<Vec<_>>()
    };
    let halton = words("halton").await;
    assert_eq!(halton.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["NI 16", "NI 20"]);
    let warrington = words("warrington").await;
    assert_eq!(warrington.len(), 1);
    assert!(halton.iter().chain(&warrington).all(|(_, words)| words.ends_with("(illustrative).")), "made up, and said to be");
}

async fn words_that_nobody_sees_are_no_words(app: TestApp) {
    let (lead, id) = (app.sign_in("halton.lead-member").await, return_id("halton", "FY2009-Q3"));
    for unseen in ["\u{200b}", "\u{2060} \u{ad}", "\u{3164}", "\u{feff}\u{200e}"] {
        let mut said = answers();
        said["prospects"] = json!(unseen);
        done(&lead, "updateQuarterlyReturn", json!({ "return": id, "answers": said }), "").await;
        let late = json!({ "return": id, "lateReason": unseen });
        let faults = refused(&lead, "submitQuarterlyReturn", late).await;
        assert_eq!(faults, ["answers.prospects MISSING", "lateReason MISSING"], "{unseen:?}");
        let promise = json!({ "return": id, "followUps": [{ "text": unseen, "dueOn": "2010-03-01" }] });
        assert_eq!(refused(&lead, "updateQuarterlyReturn", promise).await, ["followUps.0.text MISSING"], "{unseen:?}");
        let risk = risk_id("halton", "halton-missed-targets");
        let attempt = json!({ "risk": risk, "description": unseen, "counterpart": unseen, "result": "None." });
        assert_eq!(
            refused(&lead, "recordRiskAttempt", attempt).await,
            ["counterpart MISSING", "description MISSING"],
            "{unseen:?}"
        );
        assert_eq!(
            refused(&lead, "closeRisk", json!({ "risk": risk, "reason": unseen })).await,
            ["reason MISSING"],
            "{unseen:?}"
        );
    }
    // What stands between letters stays as it was written.
    let joined = json!({ "answers": { "prospects": "Co\u{ad}operation." }, "return": id });
    let saved = mutate(&lead, "updateQuarterlyReturn", joined, "quarterlyReturn { contents { answers { prospects } } }").await;
    assert_eq!(saved.data("/updateQuarterlyReturn/quarterlyReturn/contents/answers/prospects"), "Co\u{ad}operation.");
}
