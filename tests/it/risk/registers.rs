//! Keeping a register: what is put on it, assessed, done and changed, and who keeps it.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Probe, TestApp, day};

use super::fixtures::*;
use crate::performance::fixtures::{codes, fields};

both_dbs!(
    a_risk_is_registered_with_its_first_assessment_and_what_it_is_about,
    a_bad_risk_is_refused_with_every_fault,
    each_assessment_stays_and_the_review_follows_the_band,
    a_response_that_has_lost_what_it_rests_on_says_so,
    two_who_change_the_same_risk_don_t_overwrite_each_other,
    registers_are_kept_by_their_own_offices_and_listed_by_weight,
);

const SHOWN: &str = "risk { number title version nature category ownerOffice appetite response responseFaults isOpen reviewDueOn
    body { reference } area { reference } suggestions custody { state } assessment { number residual { value band } target { value } }
    controls { nodes { description } } actions { nodes { id description status isOverdue } } indicators { nodes { code } }
    agreements { nodes { reference } } recordedOn isIllustrative }";

async fn indicator_and_agreement(app: &TestApp) -> (String, String) {
    let query = "{ tenant(by: { slug: \"halton\" }) { agreement { id } indicators(first: 100) { nodes { id code } } } }";
    let answer = app.sign_in("halton.performance-officer").await.ask(query, json!({})).await;
    let node = answer.list("/tenant/indicators/nodes").iter().find(|node| node["code"] == "NI 16").unwrap();
    (node["id"].as_str().unwrap().to_owned(), answer.text("/tenant/agreement/id").to_owned())
}

async fn a_risk_is_registered_with_its_first_assessment_and_what_it_is_about(app: TestApp) {
    let (indicator, agreement) = indicator_and_agreement(&app).await;
    let mut input = new_risk();
    input["indicators"] = json!([indicator]);
    input["agreements"] = json!([agreement]);
    let chair = app.sign_in("halton.ssp-chair").await;
    let answer = mutate(&chair, "registerRisk", input, SHOWN).await;
    done(&answer, "registerRisk");
    let risk = answer.data("/registerRisk/risk");
    assert_eq!(
        (&risk["number"], &risk["version"], &risk["response"], &risk["responseFaults"]),
        (&json!(6), &json!(1), &json!("TREAT"), &json!([]))
    );
    assert_eq!((&risk["body"]["reference"], &risk["area"]["reference"]), (&json!("shp"), &json!("halton")));
    assert_eq!(risk["assessment"], json!({ "number": 1, "residual": { "value": 12, "band": "HIGH" }, "target": { "value": 6 } }));
    assert_eq!((&risk["reviewDueOn"], &risk["custody"]["state"]), (&json!("2010-05-09"), &json!("AT_SOURCE")));
    assert_eq!(risk["indicators"]["nodes"], json!([{ "code": "NI 16" }]));
    assert_eq!(risk["agreements"]["nodes"], json!([{ "reference": "halton-laa-2008" }]));
    // An opportunity is on the same scale, and its target above what is.
    let mut opportunity = new_risk();
    opportunity["nature"] = json!("OPPORTUNITY");
    opportunity["response"] = json!({ "response": "ENHANCE" });
    opportunity["assessment"] = json!({ "inherent": score(2, 3), "residual": score(2, 3), "target": score(4, 4) });
    done(&mutate(&chair, "registerRisk", opportunity, SHOWN).await, "registerRisk");
}

async fn a_bad_risk_is_refused_with_every_fault(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let faults = async |change: &dyn Fn(&mut Value)| {
        let mut input = new_risk();
        change(&mut input);
        let answer = mutate(&officer, "registerRisk", input, "risk { id }").await;
        let errors = answer.user_errors("/registerRisk");
        fields(errors).into_iter().zip(codes(errors)).map(|(field, code)| format!("{field} {code}")).collect::<Vec<_>>()
    };
    let assessed = |inherent, residual, target| json!({ "inherent": inherent, "residual": residual, "target": target });
    assert_eq!(faults(&|input| input["title"] = json!(" ")).await, ["title MISSING"]);
    assert_eq!(faults(&|input| input["event"] = json!("\u{7}")).await, ["event MALFORMED"]);
    assert_eq!(faults(&|input| input["appetite"] = json!(26)).await, ["appetite OUT_OF_RANGE"]);
    let off = |input: &mut Value| input["assessment"] = assessed(score(6, 4), score(4, 0), score(2, 3));
    let expected = ["assessment.inherent.likelihood OUT_OF_RANGE", "assessment.residual.impact OUT_OF_RANGE"];
    assert_eq!(faults(&off).await, expected);
    let risen = |input: &mut Value| input["assessment"] = assessed(score(2, 3), score(4, 3), score(2, 3));
    assert_eq!(faults(&risen).await, ["assessment.reason MISSING"]);
    let aimless = |input: &mut Value| input["assessment"] = assessed(score(4, 4), score(2, 3), score(3, 3));
    assert_eq!(faults(&aimless).await, ["assessment.target OUT_OF_RANGE"]);
    assert_eq!(faults(&|input| input["actions"] = json!([])).await, ["actions MISSING"]);
    let tolerated = |input: &mut Value| input["response"] = json!({ "response": "TOLERATE", "approvalExpiresOn": "2010-02-08" });
    assert_eq!(faults(&tolerated).await, ["approval MISSING", "approvalExpiresOn OUT_OF_RANGE"]);
    assert_eq!(faults(&|input| input["response"] = json!({ "response": "TRANSFER" })).await, ["transferee MISSING"]);
    assert_eq!(faults(&|input| input["response"] = json!({ "response": "TERMINATE" })).await, ["endsOn MISSING"]);
    assert_eq!(faults(&|input| input["response"] = json!({ "response": "SHARE" })).await, ["response OUT_OF_RANGE"]);
    assert_eq!(faults(&|input| input["resolveBy"] = json!("2010-02-08")).await, ["resolveBy OUT_OF_RANGE"]);
    assert_eq!(faults(&|input| input["body"] = json!(body_id("halton", "nobody"))).await, ["body NOT_FOUND"]);
    let foreign = |input: &mut Value| input["indicators"] = json!([risk_id("halton", "halton-funding")]);
    assert_eq!(faults(&foreign).await, ["indicators.0 NOT_FOUND"]);
    let probe = Probe::open(app.database()).await;
    assert_eq!(probe.writes_on_record().await, 0, "nothing was written");
    probe.close().await;
}

async fn each_assessment_stays_and_the_review_follows_the_band(app: TestApp) {
    let (officer, risk) = (app.sign_in("halton.performance-officer").await, risk_id("halton", "halton-missed-targets"));
    let assess = async |residual: Value, reason: Value| {
        let assessment = json!({ "inherent": score(3, 4), "residual": residual, "target": score(1, 1), "reason": reason });
        mutate(
            &officer,
            "recordRiskAssessment",
            json!({ "risk": risk, "assessment": assessment }),
            "assessment { number reviewDueOn
            isReviewedWithTreasurer residual { band } }",
        )
        .await
    };
    let refused = assess(score(5, 4), Value::Null).await;
    assert_eq!(problem(&refused, "recordRiskAssessment"), "MISSING", "above the inherent score without a reason: {refused}");
    for (residual, reason, number, band, due_on) in [
        (score(5, 4), json!("The data officer left."), 2, "VERY_HIGH", "2010-05-09"),
        (score(3, 3), Value::Null, 3, "MEDIUM", "2010-08-09"),
        (score(2, 2), Value::Null, 4, "LOW", "2011-02-09"),
    ] {
        let answer = assess(residual, reason).await;
        let expected = json!({ "number": number, "reviewDueOn": due_on, "isReviewedWithTreasurer": band == "VERY_HIGH",
            "residual": { "band": band } });
        assert_eq!(answer.data("/recordRiskAssessment/assessment"), &expected, "{answer}");
    }
    let query =
        "query ($id: ID!) { node(id: $id) { ... on Risk { version assessments { nodes { number residual { value } } } } } }";
    let kept = officer.ask(query, json!({ "id": risk })).await;
    let scores: Vec<_> =
        kept.list("/node/assessments/nodes").iter().map(|node| node["residual"]["value"].as_i64().unwrap()).collect();
    assert_eq!((scores, kept.data("/node/version")), (vec![12, 20, 9, 4], &json!(4)));
    // As it was seen before.
    let then = "{ tenant(by: { slug: \"halton\" }, asAt: \"2010-02-08\") { risks(filter: { named: \"targets\" }) { nodes {
        assessment { residual { value } } } } } }";
    assert_eq!(officer.ask(then, json!({})).await.data("/tenant/risks/nodes/0/assessment/residual/value"), 12);
}

async fn a_response_that_has_lost_what_it_rests_on_says_so(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let risk = registered(&officer, new_risk()).await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Risk { responseFaults actions { nodes { id } } } } }";
    let action = officer.ask(query, json!({ "id": risk })).await.text("/node/actions/nodes/0/id").to_owned();
    let cancelled = json!({ "action": action, "status": "CANCELLED" });
    let refused = mutate(&officer, "updateRiskAction", cancelled, "action { status }").await;
    assert_eq!(problem(&refused, "updateRiskAction"), "MISSING", "not without a word why: {refused}");
    let completed = json!({ "action": action, "status": "COMPLETED", "progress": "The grant is agreed." });
    let answer = mutate(&officer, "updateRiskAction", completed.clone(), "action { status endedOn isOverdue }").await;
    assert_eq!(
        answer.data("/updateRiskAction/action"),
        &json!({ "status": "COMPLETED", "endedOn": "2010-02-09", "isOverdue": false })
    );
    let again = mutate(&officer, "updateRiskAction", completed, "action { status }").await;
    assert_eq!(problem(&again, "updateRiskAction"), "OUT_OF_TURN", "{again}");
    let faults = async || officer.ask(query, json!({ "id": risk })).await.data("/node/responseFaults").clone();
    assert_eq!(faults().await, json!(["Treating a risk needs an action that is still open."]));
    // It is mended by another action, or by another response.
    let change = json!({ "risk": risk, "response": { "response": "TREAT" } });
    let refused = mutate(&officer, "updateRisk", change, "risk { id }").await;
    assert_eq!(problem(&refused, "updateRisk"), "MISSING", "{refused}");
    let approved = json!({ "risk": risk, "response": { "response": "TOLERATE", "approval": "The Board, minute 9",
        "approvalExpiresOn": "2010-02-28" } });
    done(&mutate(&officer, "updateRisk", approved, "risk { id }").await, "updateRisk");
    assert_eq!(faults().await, json!([]));
    app.clock().set_business_date(day("2010-03-01"));
    assert_eq!(faults().await, json!(["The approval for tolerating this risk has expired."]));
}

async fn two_who_change_the_same_risk_don_t_overwrite_each_other(app: TestApp) {
    let (officer, chair) = (app.sign_in("halton.performance-officer").await, app.sign_in("halton.ssp-chair").await);
    let risk = risk_id("halton", "halton-missed-targets");
    let change = |title: &str| json!({ "risk": risk, "title": title, "expectedVersion": 1 });
    let answer = mutate(&officer, "updateRisk", change("Targets slip"), "risk { title version }").await;
    assert_eq!(answer.data("/updateRisk/risk"), &json!({ "title": "Targets slip", "version": 2 }));
    let late = mutate(&chair, "updateRisk", change("Targets are lost"), "risk { title }").await;
    assert_eq!(problem(&late, "updateRisk"), "STALE_VERSION", "{late}");
    let closed = risk_id("halton", "halton-old-analysis");
    let answer = mutate(&officer, "updateRisk", json!({ "risk": closed, "title": "Again" }), "risk { title }").await;
    assert_eq!(problem(&answer, "updateRisk"), "OUT_OF_TURN", "{answer}");
}

async fn registers_are_kept_by_their_own_offices_and_listed_by_weight(app: TestApp) {
    for (office, code) in [
        ("halton.psg-member", "FORBIDDEN"),
        ("halton.auditor", "FORBIDDEN"),
        ("halton.partner-analyst", "FORBIDDEN"),
        ("warrington.performance-officer", "NOT_FOUND"),
        ("authority.treasurer", "FORBIDDEN"),
    ] {
        let answer = mutate(&app.sign_in(office).await, "registerRisk", new_risk(), "risk { id }").await;
        assert_eq!(problem(&answer, "registerRisk"), code, "{office}: {answer}");
    }
    let lead = app.sign_in("halton.lead-member").await;
    registered(&lead, new_risk()).await;
    // The Authority's own register is the Treasurer's, whatever area it is about.
    let mut own = new_risk();
    own["body"] = json!(body_id(AUTHORITY, "cpa"));
    own["area"] = json!(api_area("halton"));
    let answer = mutate(&lead, "registerRisk", own.clone(), "risk { id }").await;
    assert_eq!(problem(&answer, "registerRisk"), "FORBIDDEN", "{answer}");
    done(&mutate(&app.sign_in("authority.treasurer").await, "registerRisk", own, "risk { id }").await, "registerRisk");
    // Only the lead member settles a risk at source.
    let (officer, risk) = (app.sign_in("halton.performance-officer").await, risk_id("halton", "halton-missed-targets"));
    let settled = json!({ "risk": risk, "reason": "Done." });
    assert_eq!(problem(&mutate(&officer, "closeRisk", settled.clone(), "risk { id }").await, "closeRisk"), "FORBIDDEN");
    done(&mutate(&lead, "closeRisk", settled, "risk { id }").await, "closeRisk");

    let query = "{ tenant(by: { slug: \"halton\" }) { risks(filter: { isOpen: true, isOfMyArea: true }) { nodes { title
        assessment { residual { value } } suggestions custody { state } } } } }";
    let answer = lead.ask(query, json!({})).await;
    let nodes = answer.list("/tenant/risks/nodes");
    let weights: Vec<_> = nodes.iter().map(|node| node["assessment"]["residual"]["value"].as_i64().unwrap()).collect();
    assert_eq!(weights, [16, 12, 9, 9], "the weightiest first, the closed ones left out: {answer}");
    assert_eq!(nodes[0]["suggestions"], json!(["VERY_HIGH", "REPORTED_WITHOUT_FALLING"]));
    assert_eq!(nodes[0]["custody"]["state"], "WITH_TREASURER");
}

/// The identifier of an area.
fn api_area(reference: &str) -> String {
    use api::graphql::relay::{NodeId, NodeKind};
    use entity::tables::{Id, performance::area};
    NodeId::beyond(NodeKind::Area, Id::<area::Model>::named("area", reference)).to_id().to_string()
}
