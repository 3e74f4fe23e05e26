//! Lists written straight to JSON are the same to the byte as the executor writes them.
//!
//! Questions are made up from the schema: at random, from fixed seeds. Each is asked twice, the second time with one field of each
//! selection named twice, which makes the executor answer. So whatever somebody adds to a list is compared the day it comes.

use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tests::{
    both_dbs,
    support::{Actor, TestApp},
};

use super::walker::Schema;

/// How many questions are made up for each list.
const QUESTIONS: u64 = 40;

/// Where lists begin that are written straight, with the type of what is in them.
const LISTS: &[(&str, &str, &str)] = &[
    ("agreement { indicators(first: 40) { nodes ", "AgreementIndicator", " } }"),
    ("agreement { themes(first: 9) { nodes ", "Theme", " } }"),
    ("agreement { themes(first: 2) { nodes { number outcomes(last: 3) { nodes ", "Outcome", " } } } }"),
    ("indicators(first: 20) { nodes ", "Indicator", " }"),
    ("indicators(first: 5) { nodes { code observations(first: 9) { nodes ", "Observation", " } } }"),
    ("tolerancePolicies { nodes ", "TolerancePolicy", " }"),
];

/// Numbers that look random and are the same each time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}

/// A selection of some of a type's fields; objects within objects so many deep. Now and then under another name.
fn selection(schema: &Schema, of: &str, deep: u64, dice: &mut Dice) -> String {
    let mut chosen = Vec::new();
    for field in schema.fields(of) {
        let name = text(&field["name"]);
        let insists = field["args"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|argument| argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null());
        let (kind, inner) = named(&field["type"]);
        // Lists of lists of lists would be refused for what they cost.
        let is_page = inner.ends_with("Connection");
        if insists || dice.below(3) > 0 || (is_page && deep < 2) || (kind != "SCALAR" && kind != "ENUM" && deep == 0) {
            continue;
        }
        let alias = if dice.below(8) == 0 { format!("other{}: ", chosen.len()) } else { String::new() };
        let arguments = match (is_page, dice.below(2)) {
            (true, 0) => "(first: 3)",
            (true, _) => "(last: 2)",
            _ => "",
        };
        let beneath = match kind {
            "SCALAR" | "ENUM" => String::new(),
            "INTERFACE" | "UNION" => " { __typename }".to_owned(),
            _ => format!(" {}", selection(schema, inner, deep - 1, dice)),
        };
        chosen.push(format!("{alias}{name}{arguments}{beneath}"));
    }
    // There has to be something, and it is what comes twice for the executor.
    chosen.push("__typename".to_owned());
    format!("{{ {} }}", chosen.join(" "))
}

fn named(kind: &Value) -> (&str, &str) {
    if kind["ofType"].is_null() { (text(&kind["kind"]), text(&kind["name"])) } else { named(&kind["ofType"]) }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The body of the answer, byte for byte.
async fn body(app: &TestApp, actor: &Actor, document: &str) -> String {
    let asked = app.http().post(format!("{}/graphql", app.url())).bearer_auth(actor.token());
    let answer = asked.header(CONTENT_TYPE, "application/json").body(json!({ "query": document }).to_string()).send().await;
    answer.expect("the server answers").text().await.expect("the answer arrives whole")
}

/// An answer with errors but without where in the document they come from.
fn without_locations(body: &str) -> Value {
    let mut answer: Value = serde_json::from_str(body).expect("the answer is JSON");
    let errors = answer["errors"].as_array_mut().expect("it has errors");
    for error in errors {
        assert_eq!(error["extensions"]["code"], "FORBIDDEN", "{body}");
        error.as_object_mut().expect("an error is an object").remove("locations");
    }
    answer
}

both_dbs!(written_straight_or_by_the_executor_an_answer_is_the_same_to_the_byte);

async fn written_straight_or_by_the_executor_an_answer_is_the_same_to_the_byte(app: TestApp) {
    let office = app.sign_in("halton.performance-officer").await;
    let schema = Schema::read(&office).await;
    let mut lengths = 0;
    for (list, (before, of, after)) in (0_u64..).zip(LISTS) {
        for number in 0..QUESTIONS {
            let mut dice = Dice(list * 1_000 + number);
            let asked = selection(&schema, of, number % 4, &mut dice);
            let question = format!("{{ tenant(by: {{ slug: \"halton\" }}) {{ {before}{asked}{after} }} }}");
            let by_the_executor = question.replace("__typename", "__typename __typename");
            let (straight, executed) = (body(&app, &office, &question).await, body(&app, &office, &by_the_executor).await);
            if straight.starts_with("{\"data\":{\"tenant\":{") {
                assert_eq!(straight, executed, "{question}");
            } else {
                // Something that the office may not read; it stands elsewhere in the other document, and is else the same.
                assert_eq!(without_locations(&straight), without_locations(&executed), "{question}");
            }
            lengths += straight.len();
        }
    }
    assert!(lengths > 500_000, "the questions came to next to nothing: {lengths}");
}

both_dbs!(what_one_may_not_read_is_missing_from_both_alike);

/// A guest of the partnership reads lines but not everything beneath them: null and errors have to come in the same places.
async fn what_one_may_not_read_is_missing_from_both_alike(app: TestApp) {
    // Last, so that what comes before stands in the same places of both documents.
    let question = "{ tenant(by: { slug: \"halton\" }) { agreement { indicators(first: 3) { nodes { code status { colour } \
                    outlook { judgement } observations(last: 2) { nodes { value } } __typename } } } } }";
    let by_the_executor = question.replace("__typename", "__typename __typename");
    for office in ["halton.lead-member", "halton.auditor", "authority.research-officer"] {
        let actor = app.sign_in(office).await;
        assert_eq!(body(&app, &actor, question).await, body(&app, &actor, &by_the_executor).await, "{office}");
    }
}
