//! Who sees what of a risk that was passed on: its own people what became of it, the Authority what was reported, nobody else anything.

use serde_json::{Value, json};
use tests::each_wall_alone;
use tests::support::{Actor, TestApp};

use super::fixtures::*;

each_wall_alone!(
    the_area_s_people_see_what_became_of_their_risk_and_nothing_else_of_the_authority_s,
    third_tenants_see_nothing_of_it_by_any_path,
    the_authority_s_people_see_what_was_reported_and_not_the_register,
    a_register_is_shared_by_agreement_alone,
);

const REFERRALS: &str = "query ($id: ID!, $risk: ID!) {
    node(id: $id) { __typename ... on RiskReferral { title steps { nodes { id step reason act { deed } } } capturedAs { title } } }
    risk: node(id: $risk) { ... on Risk { title referrals { nodes { id number } } } }
    tenant(by: { slug: \"cheshire-police-authority\" }) { riskReferrals { nodes { title } } risks { nodes { title } } } }";

async fn asked(actor: &Actor) -> tests::support::Answer {
    actor.ask(REFERRALS, json!({ "id": funding_referral(), "risk": risk_id("halton", "halton-funding") })).await
}

/// Warrington's lead member passes a risk on, too; gives the identifier of its referral.
async fn warrington_s(app: &TestApp) -> String {
    let lead = app.sign_in("warrington.lead-member").await;
    let risk = risk_id("warrington", "warrington-funding");
    tried(&lead, &risk).await;
    let answer = report(&lead, &risk).await;
    done(&answer, "submitRiskReport");
    answer.text("/submitRiskReport/referral/id").to_owned()
}

async fn the_area_s_people_see_what_became_of_their_risk_and_nothing_else_of_the_authority_s(app: TestApp) {
    let other = warrington_s(&app).await;
    for office in ["halton.performance-officer", "halton.auditor", "halton.board-member"] {
        let actor = app.sign_in(office).await;
        let answer = asked(&actor).await;
        assert_eq!(answer.value("/node/title"), "Funding for joint projects is reduced", "{office}: {answer}");
        let steps = answer.value("/node/steps/nodes").as_array().unwrap().clone();
        assert_eq!(steps.len(), 5, "{office}");
        assert!(steps.iter().all(|step| step["act"].is_null()), "{office}: the acts are on the Authority's record");
        assert_eq!(answer.value("/risk/referrals/nodes/0/id"), &json!(funding_referral()));
        let number = answer.value("/risk/referrals/nodes/0/number");
        assert_eq!(number, &Value::Null, "{office}: how many others reported is none of its business");
        // Halton reads the Authority's results of engagement, so the tenant is there for it; its registers aren't.
        for field in ["riskReferrals", "risks"] {
            assert_eq!(answer.value(&format!("/tenant/{field}")), &Value::Null, "{office}: {answer}");
        }
        let step = steps[0]["id"].as_str().unwrap();
        let look_up = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let found =
            actor.ask(look_up, json!({ "ids": [step, other, risk_id(AUTHORITY, "authority-partnership-working")] })).await;
        assert_eq!(found.data("/nodes"), &json!([{ "id": step }, null, null]), "{office}: its own step, and no other's");
    }
    // Somebody of the area's who doesn't read its register sees nothing of what became of it.
    let scrutiny = asked(&app.sign_in("halton.scrutiny-member").await).await;
    assert_eq!((scrutiny.value("/node"), scrutiny.value("/risk")), (&Value::Null, &Value::Null), "{scrutiny}");
}

async fn third_tenants_see_nothing_of_it_by_any_path(app: TestApp) {
    let halton = app.sign_in("halton.performance-officer").await;
    let step = asked(&halton).await.value("/node/steps/nodes/0/id").as_str().unwrap().to_owned();
    for office in
        ["warrington.performance-officer", "cheshire-east.performance-officer", "warrington.psg-member", "former.lead-member"]
    {
        let actor = app.sign_in(office).await;
        let answer = asked(&actor).await;
        assert!(!answer.raw().contains("joint projects") && !answer.raw().contains("settlement"), "{office}: {answer}");
        let found =
            actor.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": [step, funding_referral()] })).await;
        assert_eq!(found.data("/nodes"), &json!([null, null]), "{office}");
        let own = "{ tenants { nodes { risks { nodes { title referrals { nodes { id } } } } } } }";
        assert!(!actor.ask(own, json!({})).await.raw().contains("joint projects"), "{office}");
    }
}

async fn the_authority_s_people_see_what_was_reported_and_not_the_register(app: TestApp) {
    for office in ["authority.treasurer", "authority.clerk", "authority.chairman", "warrington.lead-member"] {
        let answer = asked(&app.sign_in(office).await).await;
        assert_eq!(answer.value("/node/title"), "Funding for joint projects is reduced", "{office}: {answer}");
        assert_eq!(answer.value("/risk"), &Value::Null, "{office}: Halton's register is Halton's");
        assert_eq!(answer.value("/tenant/riskReferrals/nodes").as_array().unwrap().len(), 1, "{office}");
        let register = "{ tenant(by: { slug: \"halton\" }) { risks { nodes { title } } } }";
        let refused = app.sign_in(office).await.ask(register, json!({})).await;
        assert!(!refused.raw().contains("joint projects"), "{office}: {refused}");
    }
    // The lead member is at home in both.
    let lead = asked(&app.sign_in("halton.lead-member").await).await;
    assert_eq!(lead.data("/risk/title"), "Funding for joint projects is reduced");
    let mine =
        "{ tenant(by: { slug: \"cheshire-police-authority\" }) { riskReferrals(filter: { isOfMyArea: true }) { nodes { title
        risk { title } } } } }";
    warrington_s(&app).await;
    let answer = app.sign_in("halton.lead-member").await.ask(mine, json!({})).await;
    let own = json!([{ "title": "Funding for joint projects is reduced", "risk": { "title": "Funding for joint projects is reduced" } }]);
    assert_eq!(answer.data("/tenant/riskReferrals/nodes"), &own, "its own area's");
}

async fn a_register_is_shared_by_agreement_alone(app: TestApp) {
    let register =
        "{ tenant(by: { slug: \"halton\" }) { risks(first: 1) { totalCount nodes { id title assessment { residual { value } }
        referrals { nodes { id } } } } } }";
    let there = app.sign_in("authority.engagement-manager").await;
    assert_eq!(there.ask(register, json!({})).await.error_codes(), ["NOT_SHARED"]);
    let proposal = json!({ "tenant": tenant_id("halton"), "reference": "halton-risks", "title": "Halton's risks", "tier": 2,
        "purpose": "The Authority looks at partnership risks.", "lawfulBasis": "Section 115", "source": "S4",
        "parties": [tenant_id("halton"), tenant_id(AUTHORITY)],
        "clauses": [{ "category": "RISKS", "discloser": tenant_id("halton") }],
        "effectiveFrom": "2010-02-01", "effectiveTo": "2011-03-31", "reviewOn": "2010-10-01" });
    let answer =
        mutate(&app.sign_in("halton.performance-officer").await, "createSharingAgreement", proposal, "agreement { id }").await;
    let agreement = answer.text("/createSharingAgreement/agreement/id").to_owned();
    for (office, slug) in [("halton.psg-member", "halton"), ("authority.chief-executive", AUTHORITY)] {
        let input = json!({ "agreement": agreement, "tenant": tenant_id(slug) });
        let answer = mutate(&app.sign_in(office).await, "approveSharingAgreement", input, "agreement { standing }").await;
        done(&answer, "approveSharingAgreement");
    }
    let there = app.sign_in("authority.engagement-manager").await;
    let shared = there.ask(register, json!({})).await;
    assert_eq!(shared.data("/tenant/risks/totalCount"), 5, "{shared}");
    assert_eq!(shared.data("/tenant/risks/nodes/0/assessment/residual/value"), 16);
    // Reading it lets nobody write on it, and no third tenant reads it.
    let title = json!({ "risk": shared.text("/tenant/risks/nodes/0/id"), "title": "From afar" });
    assert_eq!(problem(&mutate(&there, "updateRisk", title, "risk { id }").await, "updateRisk"), "FORBIDDEN");
    let stranger = app.sign_in("warrington.performance-officer").await.ask(register, json!({})).await;
    assert_eq!(stranger.error_codes(), ["NOT_FOUND"]);
}
