//! The Treasurer's list and review: what was reported twice without falling comes first, and a quarter is complete only when nothing
//! is undetermined.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{TestApp, day};

use super::fixtures::*;

both_dbs!(
    what_was_reported_twice_without_falling_comes_first,
    a_quarter_is_complete_when_nothing_is_undetermined_and_says_so_with_a_date,
    a_return_finds_the_open_risks_of_its_area,
);

const LIST: &str =
    "{ tenant(by: { slug: \"cheshire-police-authority\" }) { riskReferrals(filter: { isUndetermined: true }) { nodes {
    title residualScore state suggestions isOverdue } } } }";

/// A new risk of an area's, with this residual score, reported by its lead member.
async fn reported(app: &TestApp, slug: &str, body: &str, residual: Value) -> String {
    let lead = app.sign_in(&format!("{slug}.lead-member")).await;
    let mut risk = new_risk();
    risk["body"] = json!(body_id(slug, body));
    risk["title"] = json!(format!("A risk of {slug}"));
    risk["assessment"] = json!({ "inherent": score(5, 5), "residual": residual, "target": score(1, 1) });
    let answer = mutate(&lead, "registerRisk", risk, "risk { id }").await;
    let risk = answer.text("/registerRisk/risk/id").to_owned();
    tried(&lead, &risk).await;
    let answer = report(&lead, &risk).await;
    done(&answer, "submitRiskReport");
    answer.text("/submitRiskReport/referral/id").to_owned()
}

async fn what_was_reported_twice_without_falling_comes_first(app: TestApp) {
    reported(&app, "warrington", "lsp-warrington", score(3, 3)).await;
    reported(&app, "cheshire-east", "lsp-cheshire-east", score(5, 5)).await;
    let treasurer = app.sign_in("authority.treasurer").await;
    let answer = treasurer.ask(LIST, json!({})).await;
    let rows: Vec<_> = answer
        .list("/tenant/riskReferrals/nodes")
        .iter()
        .map(|row| (row["residualScore"].as_i64().unwrap(), row["suggestions"].clone()))
        .collect();
    assert_eq!(
        rows,
        [(16, json!(["VERY_HIGH", "REPORTED_WITHOUT_FALLING"])), (25, json!(["VERY_HIGH"])), (9, json!([]))],
        "{answer}"
    );
    // On the day after the last one for determining it, it is late.
    app.clock().set_business_date(day("2010-02-24"));
    assert_eq!(treasurer.ask(LIST, json!({})).await.data("/tenant/riskReferrals/nodes/0/isOverdue"), true);
}

const REVIEW: &str =
    "query ($quarter: String) { tenant(by: { slug: \"cheshire-police-authority\" }) { riskReview(quarter: $quarter) {
    quarter { code } reportedCount isComplete completedOn undetermined { totalCount nodes { title } } } } }";

async fn a_quarter_is_complete_when_nothing_is_undetermined_and_says_so_with_a_date(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    let close = async || {
        mutate(&treasurer, "closeRiskReview", json!({ "authority": tenant_id(AUTHORITY) }), "review { isComplete completedOn }")
            .await
    };
    let review =
        async |quarter: Value| treasurer.ask(REVIEW, json!({ "quarter": quarter })).await.data("/tenant/riskReview").clone();
    let open = review(Value::Null).await;
    assert_eq!(
        (&open["quarter"]["code"], &open["reportedCount"], &open["isComplete"]),
        (&json!("FY2009-Q3"), &json!(1), &json!(false))
    );
    assert_eq!(open["undetermined"]["nodes"], json!([{ "title": "Funding for joint projects is reduced" }]));
    let early = close().await;
    assert_eq!(problem(&early, "closeRiskReview"), "MISSING", "{early}");
    let small = |referral: &str| json!({ "referral": referral, "determination": "NOT_SIGNIFICANT", "reason": "Small." });
    done(&mutate(&treasurer, "recordRiskDetermination", small(&funding_referral()), REFERRAL).await, "recordRiskDetermination");
    assert_eq!(review(Value::Null).await["isComplete"], false, "nothing is undetermined, and the Treasurer hasn't said so");
    let answer = close().await;
    assert_eq!(answer.data("/closeRiskReview/review"), &json!({ "isComplete": true, "completedOn": "2010-02-09" }));
    let again = close().await;
    assert_eq!(problem(&again, "closeRiskReview"), "DUPLICATE", "{again}");
    for office in ["authority.clerk", "authority.chief-executive", "halton.lead-member"] {
        let input = json!({ "authority": tenant_id(AUTHORITY), "quarter": "FY2009-Q2" });
        let answer = mutate(&app.sign_in(office).await, "closeRiskReview", input, "review { isComplete }").await;
        assert_eq!(problem(&answer, "closeRiskReview"), "FORBIDDEN", "{office}: {answer}");
    }
    // A late report opens it again, until that one is determined and the Treasurer says so anew.
    let late = reported(&app, "warrington", "lsp-warrington", score(3, 3)).await;
    let opened = review(json!("FY2009-Q3")).await;
    assert_eq!((&opened["isComplete"], &opened["reportedCount"]), (&json!(false), &json!(2)));
    assert_eq!(opened["completedOn"], Value::Null, "what isn't complete wasn't completed on a day");
    let note = json!({ "referral": late, "note": "Noted." });
    done(&mutate(&app.sign_in("authority.clerk").await, "recordCommitteeNote", note, REFERRAL).await, "recordCommitteeNote");
    done(&mutate(&treasurer, "recordRiskDetermination", small(&late), REFERRAL).await, "recordRiskDetermination");
    assert_eq!(review(json!("FY2009-Q3")).await["isComplete"], false);
    assert_eq!(close().await.data("/closeRiskReview/review/isComplete"), true);
    let future = treasurer.ask(REVIEW, json!({ "quarter": "FY2009-Q4" })).await;
    assert_eq!(future.error_codes(), ["BAD_USER_INPUT"]);
}

async fn a_return_finds_the_open_risks_of_its_area(app: TestApp) {
    use entity::tables::Id;
    let lead = crate::changes::known(&app, &app.sign_in("halton.lead-member").await).await;
    let tx = app.db().read(lead).await.unwrap();
    let quarter = "FY2009-Q3".parse().unwrap();
    let open =
        entity::usecases::risk::returns::for_return(&tx, Id::named("tenant", "halton"), Id::named("area", "halton"), quarter)
            .await
            .unwrap();
    let found: Vec<_> = open.iter().map(|risk| (risk.risk.number, risk.attempts, risk.is_reported)).collect();
    assert_eq!(found, [(2, 2, true), (1, 0, false), (3, 0, false), (4, 0, false)]);
    assert_eq!(open[0].account.state.to_string(), "WITH_TREASURER");
    assert_eq!(open[0].account.came_back.as_ref().unwrap().reason.as_deref().unwrap()[..13], *"One area only");
}
