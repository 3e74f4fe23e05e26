//! What passes and what is refused, by document.

use async_graphql::Variables;
use serde_json::json;

use super::toy::{body, post, send};
use crate::graphql::frontdoor::{Document, Limits, Refusal, refusal::CODES};

/// Two tenants side by side, everything about every indicator, in the style that Relay clients write.
const DASHBOARD: &str = r"
query Board($year: Int!, $rows: Int = 25) {
  halton: partnership(code: HALTON) { name agreement(year: $year) { ...Whole } }
  sefton: partnership(code: SEFTON) { name agreement(year: $year) { ...Whole } }
}
fragment Whole on Agreement {
  __typename id title startsOn
  themes(first: $rows) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id title
    outcomes { edges { node { id title
      indicators { edges { node { ...Standing } } }
    } } }
  } } }
}
fragment Standing on Indicator {
  id title unit status { colour reason policy { name } } direction { trend since }
  target { value dueOn agreedBy { name } } latest: observations(last: 1) { edges { node { ...Point } } }
  observations(last: 4) { edges { node { ...Point } } }
}
fragment Point on Observation { __typename id value period { start end financialYear } }
";

fn prepare(text: &str) -> Result<Document, Refusal> {
    Document::prepare(text, None, &Limits::default())
}

fn code(text: &str) -> &'static str {
    let told = |refusal: Refusal| {
        assert!(CODES.contains(&refusal.code()), "{} is in the catalogue", refusal.code());
        refusal.code()
    };
    prepare(text).map_or_else(told, |_| "ok")
}

fn variables(value: serde_json::Value) -> Variables {
    Variables::from_json(value)
}

/// A fragment chain in which each spreads the next twice.
fn doubling(links: usize) -> String {
    let chain = (0..links).map(|i| format!("fragment F{i} on Query {{...F{} ...F{0}}} ", i + 1,)).collect::<String>();
    format!("{{...F0}} {chain} fragment F{links} on Query {{ok}}")
}

#[test]
fn the_widest_dashboard_of_two_tenants_passes_with_room() {
    let board = prepare(DASHBOARD).unwrap();
    let measured = board.measurement();
    assert_eq!((measured.data.depth, measured.root_fields, measured.data.aliases), (16, 2, 4));
    assert_eq!(measured.data.fields, 116, "of 5,000");
    let cost = board.weigh(&variables(json!({"year": 2009})), &Limits { cost: u64::MAX, ..Limits::default() }).unwrap();
    assert!(cost > 2_000_000, "default pages on three levels: {cost}");
    let cost = board.weigh(&variables(json!({"year": 2009, "rows": 5})), &Limits::default()).unwrap();
    assert!(cost < 4_000_000, "named page sizes pass with room: {cost}");
}

#[test]
fn a_short_chain_of_doubling_fragments_is_counted_without_being_expanded() {
    let bomb = doubling(24);
    assert!((850..1_000).contains(&bomb.len()), "{}", bomb.len());
    let refusal = prepare(&bomb).unwrap_err();
    assert_eq!(refusal.to_string(), "The request has 16777216 fields with fragments expanded; 5000 are allowed.");
    // Beyond what a number holds, and what anybody could wait for: expanding it would never end.
    assert_eq!(code(&doubling(200)), "LIMIT_FIELDS");
    // In an operation that is not asked for, and in fragments nobody uses.
    let beside = format!("query A {{ok}} query B {}", doubling(24));
    assert_eq!(Document::prepare(&beside, Some("A"), &Limits::default()).unwrap_err().code(), "LIMIT_DOCUMENT");
    assert_eq!(code(&doubling(24).replacen("{...F0}", "{ok}", 1)), "LIMIT_DOCUMENT");
}

#[test]
fn each_limit_speaks_for_itself() {
    assert_eq!(code(&format!("{{{}ok{}}}", "item{".repeat(18), "}".repeat(18))), "LIMIT_DEPTH");
    let many: String = (0..51).map(|i| format!("a{i}:ok ")).collect();
    assert_eq!(code(&format!("{{ item {{ {many} }} }}")), "LIMIT_ALIASES");
    assert_eq!(code(&format!("{{ {} }}", "ok ".repeat(21))), "LIMIT_ROOT_FIELDS");
    assert_eq!(code(&format!("{{ {} }} fragment F on Query {{ok}}", "...F ".repeat(501))), "LIMIT_SPREADS");
    assert_eq!(code(&format!("{{ item {{ {} }} }}", "ok ".repeat(5_001))), "LIMIT_FIELDS");
    assert_eq!(code(&format!("{{ item {{ {} }} }}", "ok ".repeat(10_001))), "LIMIT_TOKENS");
    assert_eq!(code(&format!("{{{}ok{}}}", "item{".repeat(70), "}".repeat(70))), "LIMIT_NESTING");
    assert_eq!(code("{ ...A } fragment A on Query { ok item { ...B } } fragment B on Item { ...A }"), "FRAGMENT_CYCLE");
    assert_eq!(code("{ ok } fragment A on Query { ...A }"), "FRAGMENT_CYCLE");
}

#[test]
fn fragments_spread_twice_without_a_circle_are_no_cycle() {
    let text = "{ ...A ...B } fragment A on Query { ...C ...B } fragment B on Query { ...C } fragment C on Query { ok }";
    assert_eq!(prepare(text).unwrap().measurement().data.fields, 3);
    // A long chain is no bomb.
    let chain: String = (0..180).map(|i| format!("fragment F{i} on Query {{...F{}}} ", i + 1)).collect();
    assert_eq!(code(&format!("{{...F0}} {chain} fragment F180 on Query {{ok}}")), "ok");
}

#[test]
fn nesting_at_the_limit_is_parsed_on_a_small_stack() {
    let nested = format!("{{ ok(a: {}1{}) }}", "[".repeat(58), "]".repeat(58));
    let objects = format!("{{ ok(a: {}1{}) }}", "{a:".repeat(58), "}".repeat(58));
    let sets = format!("{{{}ok{}}}", "... {".repeat(59), "}".repeat(59));
    let worker = std::thread::Builder::new().stack_size(1024 * 1024);
    let all = worker.spawn(move || [code(&nested), code(&objects), code(&sets)]).unwrap().join().unwrap();
    assert_eq!(all, ["ok"; 3]);
}

#[test]
fn pages_multiply_by_literal_variable_and_default() {
    let cost = |text: &str, given: serde_json::Value| {
        let document = prepare(text).unwrap();
        document.weigh(&variables(given), &Limits::default()).map_err(|refusal| refusal.code())
    };
    let none = || json!({});
    let plain = |text: &str| cost(text, none());
    assert_eq!(plain("{ ok a { id } }"), Ok(3));
    assert_eq!(plain("{ a(first: 10) { edges { node { id } } } }"), Ok(1 + 10 * 3));
    let beside = "{ a(first: 10) { nodes { id } pageInfo { endCursor } totalCount } }";
    assert_eq!(plain(beside), Ok(1 + 10 * 2 + 2 + 1), "what stands beside the rows comes once");
    assert_eq!(plain("{ a { nodes { id } } }"), Ok(101), "the default page");
    assert_eq!(plain("{ a { ...P } } fragment P on As { nodes { id } }"), Ok(101), "in a fragment");
    assert_eq!(plain("{ a(last: 4) { id } }"), Ok(8), "a plain list");
    assert_eq!(plain("{ nodes(ids: [1, 2, 3]) { id } }"), Ok(6));
    assert_eq!(plain("{ a(first: 101) { id } }"), Err("LIMIT_PAGE"));
    let by_variable = "query($n: Int = 7, $ids: [ID!]) { a(first: $n) { nodes { id } } nodes(ids: $ids) { id } }";
    assert_eq!(cost(by_variable, json!({"ids": ["a", "b"]})), Ok(15 + 4));
    assert_eq!(cost(by_variable, json!({"n": 3, "ids": []})), Ok(7));
    assert_eq!(cost(by_variable, json!({"n": 101})), Err("LIMIT_PAGE"));
    let (open, close) = ("a(first: 100) { nodes { ".repeat(4), "} }".repeat(4));
    assert_eq!(plain(&format!("{{ {open} id name {close} }}")), Err("LIMIT_COST"), "deep");
    let wide = format!("{{ a(first: 100) {{ nodes {{ b {{ nodes {{ {} }} }} }} }} }}", "id ".repeat(2_600));
    assert_eq!(plain(&wide), Err("LIMIT_COST"), "one field many times under many rows");
}

#[test]
fn operations_are_chosen_by_name_or_by_being_alone() {
    let two = "query A { a } mutation B { b }";
    let choose = |name| Document::prepare(two, name, &Limits::default()).map(|it| it.kind().to_string());
    assert_eq!(choose(Some("B")).unwrap(), "mutation");
    assert_eq!(choose(None).unwrap_err().code(), "OPERATION_NAME_NEEDED");
    assert_eq!(choose(Some("C")).unwrap_err().code(), "OPERATION_UNKNOWN");
    assert_eq!(Document::prepare("{ a }", Some("A"), &Limits::default()).unwrap_err().code(), "OPERATION_UNKNOWN");
}

#[actix_web::test]
async fn tools_can_introspect_but_not_walk_the_schema_in_circles() {
    let of_type = "ofType { kind name ".repeat(9) + &"}".repeat(9);
    let tool = format!(
        "query IntrospectionQuery {{ __schema {{ queryType {{ name }} mutationType {{ name }} types {{ ...Full }}
           directives {{ name locations args {{ ...Input }} }} }} }}
         fragment Full on __Type {{ kind name fields(includeDeprecated: true) {{ name args {{ ...Input }} type {{ ...Ref }} }}
           inputFields {{ ...Input }} interfaces {{ ...Ref }} enumValues {{ name }} possibleTypes {{ ...Ref }} }}
         fragment Input on __InputValue {{ name type {{ ...Ref }} defaultValue }}
         fragment Ref on __Type {{ kind name {of_type} }}"
    );
    assert_eq!(post(&tool).await.code(), "INTROSPECTION_REFUSED", "by nobody in particular");
    let signed_in = async |query: &str| send(body(json!({ "query": query })).insert_header(("account", "a"))).await;
    let answer = signed_in(&tool).await;
    assert_eq!(answer.body["errors"], json!(null));
    assert!(answer.body["data"]["__schema"]["types"].as_array().unwrap().len() > 5);
    let circle = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert_eq!(signed_in(circle).await.code(), "LIMIT_INTROSPECTION");
    assert_eq!(post("{ __typename }").await.code(), "", "is no introspection");
}
