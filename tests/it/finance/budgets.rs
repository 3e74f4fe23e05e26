//! Budgets are drawn up by one office and agreed by another; what is agreed stands until it is revised.

use api::graphql::relay::NodeKind;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Answer, TestApp};

use super::fixtures::{agree, body, conditions, everything, mutate, node, organisation, spending};

both_dbs!(
    a_draft_is_replaced_agreed_spent_from_and_closed,
    a_bad_draft_is_refused_with_every_fault,
    offices_keep_to_their_own_part,
    a_budget_is_shown_as_it_stood_at_an_earlier_day,
);

fn draft() -> Value {
    json!({ "body": body("ct-halton"), "year": "FY2009", "total": 12000.5, "source": "Report 7",
        "lines": [{ "name": "Youth work", "amount": "10000.25", "fund": "LAA aligned budgets", "deliveredBy": organisation("yots") },
            { "name": "Family support", "amount": 2000.25 }] })
}

const BUDGET: &str = "budget { id version status total committed headroom agreedOn minuteReference closedOn
    lines { nodes { id number name agreed headroom isOpen deliveredBy { reference } } } }";

async fn set(app: &TestApp, office: &str, input: Value) -> Answer {
    mutate(&app.sign_in(office).await, "setBudget", input, BUDGET).await
}

async fn a_draft_is_replaced_agreed_spent_from_and_closed(app: TestApp) {
    let answer = set(&app, "halton.performance-officer", draft()).await;
    assert_eq!(answer.data("/setBudget/budget/status"), "DRAFT", "{answer}");
    let first = answer.text("/setBudget/budget/lines/nodes/0/id").to_owned();
    let mut changed = draft();
    changed["lines"][0]["amount"] = json!(9000);
    changed["expectedVersion"] = json!(1);
    let answer = set(&app, "halton.performance-officer", changed.clone()).await;
    let budget = answer.data("/setBudget/budget");
    assert_eq!((&budget["version"], &budget["lines"]["nodes"][0]["agreed"]), (&json!(2), &json!(9000)), "{answer}");
    let stale = set(&app, "halton.performance-officer", changed.clone()).await;
    assert_eq!(stale.user_errors("/setBudget")[0]["code"], "STALE_VERSION");

    let (id, youth) = (budget["id"].clone(), budget["lines"]["nodes"][0]["id"].as_str().unwrap().to_owned());
    let member = app.sign_in("halton.lead-member").await;
    assert_eq!(conditions(&agree(&member, spending(&youth, 1)).await), ["NO_AGREED_BUDGET"], "a draft agrees nothing");
    let board = app.sign_in("halton.psg-member").await;
    let approve = json!({ "budget": id, "minuteReference": "HSPB 9 February 2010, minute 4", "expectedVersion": 2 });
    let answer = mutate(&board, "approveBudget", approve.clone(), BUDGET).await;
    assert_eq!(answer.data("/approveBudget/budget/agreedOn"), "2010-02-09", "{answer}");
    let again = mutate(&board, "approveBudget", approve, BUDGET).await;
    assert_eq!(again.user_errors("/approveBudget")[0]["code"], "LOCKED");
    changed["expectedVersion"] = Value::Null;
    let locked = set(&app, "halton.performance-officer", changed).await;
    assert_eq!(locked.user_errors("/setBudget")[0]["code"], "LOCKED", "what is agreed changes by a revision only");

    let answer = agree(&member, spending(&youth, 9000)).await;
    assert_eq!(answer.data("/agreeExpenditure/decision/line/headroom"), 0, "{answer}");
    let gone = agree(&member, spending(&first, 1)).await;
    assert_eq!(gone.user_errors("/agreeExpenditure")[0]["code"], "NOT_FOUND", "a line of a draft that was replaced");

    let officer = app.sign_in("halton.performance-officer").await;
    let family = answer_line(&app, &id).await;
    let closing = json!({ "line": family, "reason": "The worker has left." });
    let answer = mutate(&officer, "closeBudgetLine", closing, "line { isOpen closedOn closingReason }").await;
    let closed = json!({ "isOpen": false, "closedOn": "2010-02-09", "closingReason": "The worker has left." });
    assert_eq!(answer.data("/closeBudgetLine/line"), &closed);
    assert_eq!(conditions(&agree(&member, spending(&family, 1)).await), ["LINE_CLOSED"]);
    let answer = mutate(&officer, "closeBudget", json!({ "budget": id }), BUDGET).await;
    assert_eq!(answer.data("/closeBudget/budget/status"), "CLOSED", "{answer}");
    assert_eq!(conditions(&agree(&member, spending(&family, 1)).await), ["BUDGET_CLOSED", "LINE_CLOSED"]);
}

/// The second line of a budget.
async fn answer_line(app: &TestApp, budget: &Value) -> String {
    let query = "query ($id: ID!) { node(id: $id) { ... on Budget { lines { nodes { id } } } } }";
    let answer = app.sign_in("halton.performance-officer").await.ask(query, json!({ "id": budget })).await;
    answer.text("/node/lines/nodes/1/id").to_owned()
}

async fn a_bad_draft_is_refused_with_every_fault(app: TestApp) {
    let before = everything(&app).await;
    let bad = json!({ "body": body("ct-halton"), "year": "FY2009-Q1", "total": 0, "source": " ",
        "lines": [{ "name": "Youth work", "amount": -5 }, { "name": "Youth work", "amount": 0.005 }, { "name": " ", "amount": 1 }] });
    let answer = set(&app, "halton.performance-officer", bad).await;
    let errors = answer.user_errors("/setBudget");
    let fields = crate::performance::fixtures::fields(errors);
    let expected = ["source", "year", "total", "lines.0.amount", "lines.1.name", "lines.1.amount", "lines.2.name"];
    assert_eq!(fields, expected, "{answer}");
    let codes = crate::performance::fixtures::codes(errors);
    assert_eq!(codes, ["MISSING", "MALFORMED", "OUT_OF_RANGE", "OUT_OF_RANGE", "DUPLICATE", "MALFORMED", "MISSING"]);
    assert_eq!(everything(&app).await, before);
}

async fn offices_keep_to_their_own_part(app: TestApp) {
    for office in ["halton.lead-member", "halton.board-member", "halton.auditor"] {
        assert_eq!(set(&app, office, draft()).await.user_errors("/setBudget")[0]["code"], "FORBIDDEN", "{office}");
    }
    let drafted = node(NodeKind::Budget, "halton", "budget", "hsp-2010");
    for office in ["halton.lead-member", "halton.performance-officer"] {
        let input = json!({ "budget": drafted, "minuteReference": "minute 4" });
        let answer = mutate(&app.sign_in(office).await, "approveBudget", input, "").await;
        assert_eq!(answer.user_errors("/approveBudget")[0]["code"], "FORBIDDEN", "{office}");
    }
    // Somebody who holds both offices still doesn't agree what they drew up.
    let answer = set(&app, "halton.performance-officer", draft()).await;
    let id = answer.data("/setBudget/budget/id").clone();
    let officer = "(SELECT person_id FROM account WHERE email LIKE 'halton.performance-officer@%')";
    let board = "(SELECT person_id FROM account WHERE email LIKE 'halton.psg-member@%')";
    super::fixtures::change(&app, &format!("UPDATE appointment SET person_id = {officer} WHERE person_id = {board}")).await;
    let both = app.sign_in("halton.performance-officer").await;
    let answer = mutate(&both, "approveBudget", json!({ "budget": id, "minuteReference": "minute 4" }), "").await;
    assert_eq!(answer.user_errors("/approveBudget")[0]["code"], "SEPARATION_OF_DUTIES", "{answer}");
}

async fn a_budget_is_shown_as_it_stood_at_an_earlier_day(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let query =
        "query ($asAt: Date) { tenant(by: { slug: \"halton\" }, asAt: $asAt) { budgets(filter: { year: \"FY2009\" }) { nodes {
        status committed lines(first: 3) { nodes { number headroom isOpen } } } } decisions { totalCount } } }";
    let at = async |day: Value| {
        let answer = officer.ask(query, json!({ "asAt": day })).await;
        let budgets = answer.list("/tenant/budgets/nodes").to_vec();
        let hsp = budgets.into_iter().find(|budget| budget["lines"]["nodes"].as_array().is_some_and(|lines| lines.len() == 3));
        (hsp.unwrap_or_default(), answer.data("/tenant/decisions/totalCount").clone())
    };
    let (today, decisions) = at(Value::Null).await;
    assert_eq!((&today["status"], &today["committed"], decisions), (&json!("AGREED"), &json!(21600), json!(3)));
    assert_eq!(today["lines"]["nodes"][0]["headroom"], 8400);
    assert_eq!(today["lines"]["nodes"][2]["isOpen"], false);
    let (then, decisions) = at(json!("2009-11-30")).await;
    assert_eq!((&then["committed"], decisions), (&json!(12000), json!(1)));
    assert_eq!(then["lines"]["nodes"][0]["headroom"], 18000);
    assert_eq!(then["lines"]["nodes"][2]["isOpen"], true);
    assert_eq!(at(json!("2009-03-24")).await.0["status"], "DRAFT");
}
