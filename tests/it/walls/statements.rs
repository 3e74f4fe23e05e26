//! What a dashboard costs in statements doesn't grow with its rows, and is the same on both databases.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::TestApp;

use crate::performance::fixtures::line;

both_dbs!(a_dashboard_takes_as_many_statements_for_a_hundred_lines_as_for_one);

const DASHBOARD: &str = "query ($groups: Int!, $first: Int!) { tenant(by: { slug: \"halton\" }) { name agreement { name
    themes(first: $groups) { nodes { name outcomes(first: $groups) { nodes { statement indicators(first: $first) { nodes {
        code title
        status { colour reason actual expected policy { name agreedBy { name } } }
        target { amount sourceText tolerancePolicy { name } }
        observations(last: 4) { nodes { period { label } value } }
        direction { words }
    } } } } } } } } }";

/// What it takes today, looking the session up included. Fewer is better: lower it then.
const STATEMENTS: u64 = 12;

fn lines(answer: &Value) -> usize {
    match answer {
        Value::Array(items) => items.iter().map(lines).sum(),
        Value::Object(fields) if fields.contains_key("code") => 1,
        Value::Object(fields) => fields.values().map(lines).sum(),
        _ => 0,
    }
}

/// Lets a target be a gap to England, so that the figures and the name of a comparator are among what is counted.
async fn gap_to_england(app: &TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let line = line(&member, "halton", "halton-laa-2008", "NI 32", "halton").await;
    let set = "mutation ($input: SetTargetInput!) { setTarget(input: $input) { userErrors { message } } }";
    let input = json!({ "line": line, "period": "FY2010-Q4", "expression": "RELATIVE_TO_COMPARATOR", "amount": -1,
        "comparator": { "reference": "england" }, "baselinePeriod": "FY2008-Q4", "baseline": 28, "source": "Minute 12",
        "acknowledgedLints": ["NO_COMPARATOR"] });
    let answer = member.ask(set, json!({ "input": input })).await;
    assert_eq!(answer.user_errors("/setTarget"), &[] as &[Value], "{answer}");
}

async fn a_dashboard_takes_as_many_statements_for_a_hundred_lines_as_for_one(app: TestApp) {
    gap_to_england(&app).await;
    let officer = app.sign_in("halton.performance-officer").await;
    let mut counted = Vec::new();
    for (groups, first, expected) in [(1, 1, 1), (20, 100, 34)] {
        let before = app.statements().await;
        let answer = officer.ask(DASHBOARD, json!({ "groups": groups, "first": first })).await;
        assert_eq!(lines(answer.data("/tenant")), expected);
        counted.push(app.statements().await - before);
    }
    println!("{}: {} statements for one line, {} for 34", app.engine(), counted[0], counted[1]);
    assert_eq!(counted, [STATEMENTS, STATEMENTS]);
}
