//! What was committed is released or paid; what is paid beyond it is an exception that the treasurer sees.

use serde_json::{Value, json};
use tests::each_wall_alone;
use tests::support::{Actor, TestApp};

use super::fixtures::{agree, decision, everything, line, mutate, spending};

each_wall_alone!(
    a_withdrawal_releases_what_isn_t_spent,
    overspending_is_shown_to_the_treasurer_while_the_agreement_shares_it,
    decisions_of_a_quarter_are_told_to_the_return,
);

async fn headroom(actor: &Actor) -> Value {
    let answer =
        actor.ask("query ($id: ID!) { node(id: $id) { ... on BudgetLine { headroom } } }", json!({ "id": line("hsp-2009/1") }));
    answer.await.data("/node/headroom").clone()
}

async fn a_withdrawal_releases_what_isn_t_spent(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let answer = agree(&member, spending(&line("hsp-2009/1"), 5000)).await;
    let id = answer.text("/agreeExpenditure/decision/id").to_owned();
    let officer = app.sign_in("halton.performance-officer").await;
    let paid = json!({ "decision": id, "amount": "1500.25", "reference": "Invoice 12" });
    let answer = mutate(&officer, "recordSpending", paid, "decision { committed spent overspent }").await;
    assert_eq!(
        answer.data("/recordSpending/decision"),
        &json!({ "committed": 5000, "spent": 1500.25, "overspent": null }),
        "{answer}"
    );
    assert_eq!(headroom(&member).await, 3400);
    let refused = mutate(&officer, "revokeCommitment", json!({ "decision": id, "reason": "No." }), "").await;
    assert_eq!(refused.user_errors("/revokeCommitment")[0]["code"], "FORBIDDEN");
    let unsaid = mutate(&member, "revokeCommitment", json!({ "decision": id, "reason": " " }), "").await;
    assert_eq!(unsaid.user_errors("/revokeCommitment")[0]["field"], json!(["reason"]));
    let input = json!({ "decision": id, "reason": "It came cheaper." });
    let selection = "decision { committed commitments { nodes { kind amount words } } }";
    let answer = mutate(&member, "revokeCommitment", input.clone(), selection).await;
    let entries = json!([{ "kind": "COMMITTED", "amount": 5000, "words": null }, { "kind": "SPENT", "amount": 1500.25, "words": "Invoice 12" },
        { "kind": "WITHDRAWN", "amount": 3499.75, "words": "It came cheaper." }]);
    assert_eq!(answer.data("/revokeCommitment/decision/commitments/nodes"), &entries, "{answer}");
    assert_eq!(headroom(&member).await, 6899.75);
    let before = everything(&app).await;
    let again = mutate(&member, "revokeCommitment", input, "").await;
    assert_eq!(again.user_errors("/revokeCommitment")[0]["code"], "DUPLICATE");
    for (amount, code) in [(json!(0), "OUT_OF_RANGE"), (json!("0.001"), "MALFORMED")] {
        let paid = json!({ "decision": id, "amount": amount, "reference": "Invoice 13" });
        let answer = mutate(&officer, "recordSpending", paid, "").await;
        let error = &answer.user_errors("/recordSpending")[0];
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &json!(["amount"])));
    }
    let plan = mutate(&officer, "recordSpending", json!({ "decision": decision(3), "amount": 1, "reference": "x" }), "").await;
    assert_eq!(plan.user_errors("/recordSpending")[0]["code"], "OUT_OF_RANGE", "priorities commit no money");
    assert_eq!(everything(&app).await, before);
}

const EXCEPTIONS: &str =
    "{ tenant(by: { slug: \"halton\" }) { decisions(filter: { isOverspent: true }) { nodes { reference overspent } } } }";

async fn overspending_is_shown_to_the_treasurer_while_the_agreement_shares_it(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    let answer = treasurer.ask(EXCEPTIONS, json!({})).await;
    let first = json!({ "reference": "2009/10, decision 1", "overspent": 250 });
    assert_eq!(answer.data("/tenant/decisions/nodes"), &json!([first]), "{answer}");
    let officer = app.sign_in("halton.performance-officer").await;
    let paid = json!({ "decision": decision(2), "amount": "6600.01", "reference": "Invoice 9" });
    mutate(&officer, "recordSpending", paid, "").await;
    let answer = treasurer.ask(EXCEPTIONS, json!({})).await;
    let second = json!({ "reference": "2009/10, decision 2", "overspent": 0.01 });
    assert_eq!(answer.data("/tenant/decisions/nodes"), &json!([second, first]), "a penny is enough: {answer}");
    // Warrington shares no finance with anybody, and sees none of Halton's.
    let stranger = app.sign_in("warrington.performance-officer").await;
    assert_eq!(stranger.ask(EXCEPTIONS, json!({})).await.error_codes(), ["NOT_FOUND"]);
    let there = EXCEPTIONS.replace("halton", "warrington");
    assert_eq!(treasurer.ask(&there, json!({})).await.error_codes(), ["NOT_SHARED"]);
}

async fn decisions_of_a_quarter_are_told_to_the_return(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let query = "{ tenant(by: { slug: \"halton\" }) { decisions(filter: { fromOn: \"2009-10-01\", toOn: \"2009-12-31\" }) { nodes { number } } } }";
    let answer = member.ask(query, json!({})).await;
    assert_eq!(answer.data("/tenant/decisions/nodes"), &json!([{ "number": 2 }, { "number": 1 }]), "{answer}");
}
