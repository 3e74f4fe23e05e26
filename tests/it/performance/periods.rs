//! Entering, verifying and approving are three people's work, and a period is approved whole or not at all.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{TestApp, answer::Answer, app::Actor};

use super::fixtures::{codes, recorded_by, tenant};

both_dbs!(
    a_period_is_verified_by_one_and_approved_by_another_and_then_locked,
    what_is_missing_is_named_by_its_code,
    whoever_entered_a_figure_neither_verifies_nor_approves,
    whoever_verified_does_not_approve,
    only_those_offices_may_and_only_at_home,
    a_period_has_to_be_over,
);

const VERIFY: &str =
    "mutation ($tenant: ID!, $period: String!) { done: verifyPeriod(input: { tenant: $tenant, period: $period }) {
    periodClose { id period { code } isLocked verifiedAt approvedAt verification { office } approval { office } }
    userErrors { code field message } } }";

const APPROVE: &str =
    "mutation ($tenant: ID!, $period: String!) { done: approvePeriod(input: { tenant: $tenant, period: $period }) {
    periodClose { id period { code } isLocked verifiedAt approvedAt verification { office } approval { office } }
    userErrors { code field message } } }";

async fn close(actor: &Actor, step: &str, tenant: &str, period: &str) -> Answer {
    actor.ask(step, json!({ "tenant": tenant, "period": period })).await
}

fn refused(answer: &Answer) -> Vec<&str> {
    codes(answer.user_errors("/done"))
}

async fn a_period_is_verified_by_one_and_approved_by_another_and_then_locked(app: TestApp) {
    let (officer, member) = (app.sign_in("warrington.performance-officer").await, app.sign_in("warrington.psg-member").await);
    let warrington = tenant(&officer, "warrington").await;
    assert_eq!(refused(&close(&member, APPROVE, &warrington, "FY2009-Q3").await), ["MISSING"], "not before it is verified");

    let verified = close(&officer, VERIFY, &warrington, "FY2009-Q3").await;
    assert_eq!(refused(&verified), [] as [&str; 0], "{verified}");
    assert_eq!(verified.data("/done/periodClose/isLocked"), false);
    assert_eq!(verified.data("/done/periodClose/verification/office"), "PERFORMANCE_OFFICER");
    assert_eq!(refused(&close(&officer, VERIFY, &warrington, "FY2009-Q3").await), ["DUPLICATE"]);

    let approved = close(&member, APPROVE, &warrington, "FY2009-Q3").await;
    assert_eq!(approved.data("/done/periodClose/isLocked"), true, "{approved}");
    assert_eq!(approved.data("/done/periodClose/approval/office"), "PSG_MEMBER");
    assert_eq!(refused(&close(&member, APPROVE, &warrington, "FY2009-Q3").await), ["DUPLICATE"]);
    let query = "{ tenant(by: { slug: \"warrington\" }) { periodCloses { nodes { period { code } isLocked } } } }";
    let closes = officer.ask(query, Value::Null).await;
    assert_eq!(closes.data("/tenant/periodCloses/nodes"), &json!([{ "period": { "code": "FY2009-Q3" }, "isLocked": true }]));
}

async fn what_is_missing_is_named_by_its_code(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let answer = close(&officer, VERIFY, &halton, "FY2009-Q3").await;
    assert!(refused(&answer).iter().all(|code| *code == "MISSING"), "{answer}");
    let messages: Vec<&str> = answer.user_errors("/done").iter().filter_map(|error| error["message"].as_str()).collect();
    let about = |code: &str| messages.iter().any(|message| message.starts_with(&format!("{code} for Halton")));
    // First-time entrants to the youth justice system haven't come in; repeat domestic violence has.
    assert!(about("NI 111") && about("NI 53"), "{answer}");
    assert!(!about("NI 32") && !about("NI 16"), "{answer}");
    assert!(!about("NI 150"), "a confidential figure is a recorded reason");
    assert!(!about("NI 153"), "its figures come half a year later, so none is due");
    assert!(!about("NI 5"), "no survey is due in a quarter");
    assert_eq!(answer.data("/done/periodClose"), &Value::Null);
    assert_eq!(refused(&close(&officer, VERIFY, &halton, "FY2005-Q3").await), ["MISSING"], "nothing was recorded then");
}

async fn whoever_entered_a_figure_neither_verifies_nor_approves(app: TestApp) {
    let (officer, member) = (app.sign_in("warrington.performance-officer").await, app.sign_in("warrington.psg-member").await);
    let warrington = tenant(&officer, "warrington").await;
    // Observation 1090 is NI 15 for the third quarter of 2009/10, and 1089 for the second.
    recorded_by(&app, "warrington.performance-officer", "warrington", "1090").await;
    recorded_by(&app, "warrington.psg-member", "warrington", "1089").await;
    assert_eq!(refused(&close(&officer, VERIFY, &warrington, "FY2009-Q3").await), ["SEPARATION_OF_DUTIES"]);
    assert_eq!(refused(&close(&officer, VERIFY, &warrington, "FY2009-Q2").await), [] as [&str; 0]);
    assert_eq!(refused(&close(&member, APPROVE, &warrington, "FY2009-Q2").await), ["SEPARATION_OF_DUTIES"]);
}

async fn whoever_verified_does_not_approve(app: TestApp) {
    use super::fixtures::verified_by;
    let member = app.sign_in("warrington.psg-member").await;
    let warrington = tenant(&member, "warrington").await;
    verified_by(&app, "warrington.psg-member", "warrington", "FY2009-Q3").await;
    assert_eq!(refused(&close(&member, APPROVE, &warrington, "FY2009-Q3").await), ["SEPARATION_OF_DUTIES"]);
}

async fn only_those_offices_may_and_only_at_home(app: TestApp) {
    let (officer, member) = (app.sign_in("warrington.performance-officer").await, app.sign_in("warrington.psg-member").await);
    let warrington = tenant(&officer, "warrington").await;
    assert_eq!(refused(&close(&member, VERIFY, &warrington, "FY2009-Q3").await), ["FORBIDDEN"]);
    assert_eq!(refused(&close(&officer, VERIFY, &warrington, "FY2009-Q3").await), [] as [&str; 0]);
    assert_eq!(refused(&close(&officer, APPROVE, &warrington, "FY2009-Q3").await), ["FORBIDDEN"]);
    let stranger = app.sign_in("halton.psg-member").await;
    assert_eq!(refused(&close(&stranger, APPROVE, &warrington, "FY2009-Q3").await), ["NOT_FOUND"]);
}

async fn a_period_has_to_be_over(app: TestApp) {
    let officer = app.sign_in("warrington.performance-officer").await;
    let warrington = tenant(&officer, "warrington").await;
    assert_eq!(refused(&close(&officer, VERIFY, &warrington, "FY2009-Q4").await), ["OUT_OF_RANGE"]);
    assert_eq!(refused(&close(&officer, VERIFY, &warrington, "third quarter").await), ["MALFORMED"]);
}
