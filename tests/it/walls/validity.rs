//! What is valid: the front door and graphql-js 16 agree, rule by rule, on random documents, and on the values of variables.
//!
//! The expectations are graphql-js's own, written down by `validity/agree.mjs`, so that no Node.js is needed here.

use api::graphql::{
    contract,
    frontdoor::{Contract, Document, Limits, Refusal},
};
use async_graphql::Variables;
use serde_json::Value;

const SCHEMA: &str = include_str!("validity/schema.graphql");
const CORPUS: &str = include_str!("validity/corpus.txt");
const VERDICTS: &str = include_str!("validity/corpus.verdicts");
const RANDOM: &str = include_str!("validity/random.jsonl");
const VARIABLES: &str = include_str!("validity/variables.jsonl");

/// What we judge otherwise on purpose. The executor would open a stream for each time the field is written.
const OTHERWISE: &[&str] = &["SingleFieldSubscriptions: the same field twice"];

/// Limits that nothing here reaches: this is about validity alone.
fn wide() -> Limits {
    Limits {
        document_selections: 1_000_000,
        fields: 1_000_000,
        depth: 50,
        aliases: 1_000,
        root_fields: 1_000,
        ..Limits::default()
    }
}

/// The documents name no operation to execute where they have several; then any will do.
fn admit(text: &str, contract: &Contract) -> Result<Document, Refusal> {
    let admitted = Document::admit(text, None, &wide(), contract);
    if !matches!(admitted, Err(Refusal::OperationNameNeeded)) {
        return admitted;
    }
    let words: Vec<&str> =
        text.split(|sign: char| !sign.is_alphanumeric() && sign != '_').filter(|word| !word.is_empty()).collect();
    let names = words.windows(2).filter(|pair| ["query", "mutation", "subscription"].contains(&pair[0])).map(|pair| pair[1]);
    let named = names.map(|name| Document::admit(text, Some(name), &wide(), contract));
    named
        .into_iter()
        .find(|one| !matches!(one, Err(Refusal::OperationUnknown(_))))
        .expect("the document has an operation with a name")
}

fn verdict(text: &str, contract: &Contract) -> (&'static str, String) {
    match admit(text, contract) {
        // Valid, but not executed here for a reason of ours: the executor would act twice.
        Ok(_) | Err(Refusal::MutationRepeated(_)) => ("valid", String::new()),
        Err(refusal @ Refusal::Syntax(..)) => ("syntax", refusal.to_string()),
        Err(refusal @ (Refusal::Invalid(_) | Refusal::FragmentCycle(_))) => ("invalid", format!("{refusal:?}")),
        Err(other) => ("refused", format!("{other:?}")),
    }
}

#[test]
fn every_rule_is_judged_as_graphql_js_judges_it() {
    let contract = Contract::of(SCHEMA).unwrap();
    let cases: Vec<_> = CORPUS.split("\n### ").skip(1).map(|case| case.split_once('\n').unwrap_or((case, ""))).collect();
    let verdicts: Vec<_> = VERDICTS.lines().skip(1).map(|line| line.split_once(' ').unwrap()).collect();
    assert_eq!(cases.len(), verdicts.len(), "run validity/agree.mjs");
    let mut differing = Vec::new();
    for ((title, text), (theirs, judged)) in cases.iter().zip(verdicts) {
        assert_eq!(*title, judged, "run validity/agree.mjs");
        let (ours, why) = verdict(text, &contract);
        if (ours != theirs) != OTHERWISE.contains(title) {
            differing.push(format!("{title}: graphql-js says {theirs}, we {ours} {why}\n{text}"));
        }
    }
    assert!(differing.is_empty(), "{} of {} differ:\n{}", differing.len(), cases.len(), differing.join("\n"));
}

#[test]
fn random_documents_are_judged_as_graphql_js_judges_them() {
    let contract = Contract::of(&contract()).unwrap();
    let (mut differing, mut valid) = (Vec::new(), 0);
    for line in RANDOM.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let (text, theirs) = (case["text"].as_str().unwrap(), case["verdict"].as_str().unwrap());
        let (ours, why) = verdict(text, &contract);
        valid += usize::from(theirs == "valid");
        if ours != theirs {
            differing.push(format!("graphql-js says {theirs}, we {ours} {why}\n{text}"));
        }
    }
    assert!(RANDOM.lines().count() >= 500 && (100..400).contains(&valid), "a mixture: {valid} are valid");
    assert!(
        differing.is_empty(),
        "{} differ; if the contract has changed, run validity/agree.mjs:\n{}",
        differing.len(),
        differing.join("\n")
    );
}

/// The variable at the root of `$input.lines[2].amount`.
fn root(at: &str) -> &str {
    at.trim_start_matches('$').split(['.', '[']).next().unwrap_or_default()
}

#[test]
fn values_of_variables_are_judged_as_graphql_js_judges_them() {
    let contract = Contract::of(SCHEMA).unwrap();
    let mut differing = Vec::new();
    for line in VARIABLES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let document = admit(case["query"].as_str().unwrap(), &contract).unwrap();
        let ours = contract.coerce(document.declared(), Variables::from_json(case["values"].clone()));
        let theirs = case
            .get("wrong")
            .map(|wrong| wrong.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>());
        let agree = match (&ours, theirs) {
            (Ok(_), None) => true,
            (Err(Refusal::Variables(faults)), Some(theirs)) => faults.iter().map(|fault| root(&fault.at)).eq(theirs),
            _ => false,
        };
        if !agree {
            differing.push(format!("{line}\n  ours: {ours:?}"));
        }
    }
    assert!(differing.is_empty(), "{} of {} differ:\n{}", differing.len(), VARIABLES.lines().count(), differing.join("\n"));
}

#[test]
fn values_reach_the_executor_in_the_form_that_their_types_have() {
    let contract = Contract::of(SCHEMA).unwrap();
    let query = "query ($int: Int, $id: ID, $ids: [ID!], $nested: [[Int!]], $filter: Filter, $left: Int = 1) {
        echo(int: $int, id: $id, nested: $nested, ints: [$left]) indicators(filter: $filter) { id } a: indicators(filter: { ids: $ids }) { id } }";
    let document = admit(query, &contract).unwrap();
    let given = serde_json::json!({ "int": 2.0, "id": 7, "ids": 8, "nested": [1], "filter": { "range": { "from": 1.0 }, "kinds": "LOCAL" }, "other": 1 });
    let coerced = contract.coerce(document.declared(), Variables::from_json(given)).unwrap();
    assert_eq!(
        serde_json::to_value(&coerced).unwrap(),
        serde_json::json!({ "int": 2, "id": "7", "ids": ["8"], "nested": [[1]], "filter": { "range": { "from": 1 }, "kinds": ["LOCAL"] } })
    );
}
