//! Walks a schema as it finds it: asks for every field of every type, by every identifier that it comes upon.
//!
//! [`Schema`] is read by introspection. [`Walk`] begins at the fields of `Query`, asks for everything that can be asked of
//! what it finds, turns the pages of its lists, and goes on from each new identifier by `nodes(ids)` until nothing new turns
//! up. It keeps what it saw: identifiers, and which field of which type was answered with something.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value, json};
use tests::support::Actor;

use super::pages::{Page, Place};

/// How a field is asked that insists on a value of an enumeration: documents may have fifty aliases, so not at every depth
/// with each of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ways {
    /// With the first value.
    One,
    /// With every value.
    Every,
}

/// A schema as introspection tells of it.
pub struct Schema {
    types: BTreeMap<String, Value>,
}

/// Fields that insist on an argument, and how they are asked; `$slug` is the tenant in which the actor is at home. A field
/// that isn't here and needs an argument fails the walk.
const QUESTIONS: &[(&str, &str, &str)] = &[
    ("Query", "area", "(by: { reference: \"halton\" }, on: \"2010-02-09\")"),
    ("Query", "tenant", "(by: { slug: $slug })"),
    ("Query", "period", "(code: \"FY2009-Q3\")"),
    // A document that costs something, and too much.
    (
        "Query",
        "explainCost",
        "(document: \"query Weighed { tenants(first: 100) { nodes { bodies(first: 100) { nodes { memberships(first: 100) { nodes { body { memberships(first: 100) { nodes { id } } } } } } } } } }\")",
    ),
    // Halton's own identifier as a tenant.
    ("Query", "explainAccess", "(id: \"AcVqRPcK_1_VhyR18nld8QA\")"),
    ("Query", "indicatorComparison", "(nationalIndicator: 16)"),
    // It insists on nothing, but has more than a page; each is come upon by its indicator, too.
    ("Tenant", "observations", "(filter: { codes: [\"NI 16\"] }, first: 100)"),
    // It insists on nothing, but its first page is filled by everybody's signing in.
    ("Tenant", "auditEvents", "(last: 100)"),
    // More than a line of Halton's has left, with nothing else stated.
    (
        "Tenant",
        "mayIAgree",
        "(expenditure: { line: \"kcVqRPcK_1_VhyR18nld8QCwjleXU8JR76x0A2IfGsa0\", amount: 9000, draftReferral: true })",
    ),
    // It insists on nothing, but would leave out what was revised.
    ("Indicator", "observations", "(filter: { withSuperseded: true }, first: 100)"),
    // The quarter whose review the busy day closes.
    ("Tenant", "riskReview", "(quarter: \"FY2009-Q2\")"),
    ("AgreementIndicator", "closingTheGap", "(areaSet: { reference: \"halton-priority-wards\" })"),
];

/// Fields of `Query` that the walk asks in its own way: from one identifier to the next.
const LOOK_UPS: &[&str] = &["node", "nodes"];

const INTROSPECTION: &str = "{ __schema { types { kind name
    fields(includeDeprecated: true) { name args { name defaultValue type { ...ref } } type { ...ref } }
    inputFields { name defaultValue type { ...ref } } enumValues { name } interfaces { name } possibleTypes { name } isOneOf } } }
    fragment ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

impl Schema {
    pub async fn read(actor: &Actor) -> Self {
        let answer = actor.ask(INTROSPECTION, json!({})).await;
        let types = answer.list("/__schema/types").iter().map(|about| (text(&about["name"]).to_owned(), about.clone()));
        Self { types: types.filter(|(name, _)| !name.starts_with("__")).collect() }
    }

    /// The names of the object types that a query can lead to, but for the roots and pages; what only a mutation gives back is
    /// left out.
    pub fn things(&self) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut ahead = vec!["Query"];
        while let Some(name) = ahead.pop() {
            if !reached.insert(name) {
                continue;
            }
            ahead.extend(self.fields(name).iter().map(|field| named(&field["type"])));
            if name == "Node" {
                ahead.extend(self.types.keys().map(String::as_str).filter(|kind| self.is_node(kind)));
            }
            if self.kind(name) == "UNION" {
                ahead.extend(self.members(name));
            }
        }
        let machinery =
            |name: &str| ["Query", "PageInfo"].contains(&name) || ["Connection", "Edge"].iter().any(|end| name.ends_with(end));
        reached.into_iter().filter(|name| self.kind(name) == "OBJECT" && !machinery(name)).collect()
    }

    pub fn field_names(&self, of: &str) -> Vec<&str> {
        self.fields(of).iter().map(|field| text(&field["name"])).collect()
    }

    pub fn fields(&self, of: &str) -> &[Value] {
        self.types.get(of).and_then(|about| about["fields"].as_array()).map_or(&[], Vec::as_slice)
    }

    /// The names of the fields of an input.
    pub fn input_fields(&self, of: &str) -> Vec<&str> {
        let fields = self.types.get(of).and_then(|about| about["inputFields"].as_array());
        fields.into_iter().flatten().map(|field| text(&field["name"])).collect()
    }

    fn kind(&self, name: &str) -> &str {
        self.types.get(name).map_or("", |about| text(&about["kind"]))
    }

    pub fn is_node(&self, name: &str) -> bool {
        let interfaces = self.types.get(name).and_then(|about| about["interfaces"].as_array());
        interfaces.is_some_and(|all| all.iter().any(|interface| interface["name"] == "Node"))
    }

    /// The types that a union is made of.
    fn members(&self, name: &str) -> impl Iterator<Item = &str> {
        let members = self.types.get(name).and_then(|about| about["possibleTypes"].as_array());
        members.into_iter().flatten().map(|kind| text(&kind["name"]))
    }

    fn enum_values(&self, name: &str) -> Vec<&str> {
        let values = self.types.get(name).and_then(|about| about["enumValues"].as_array());
        values.into_iter().flatten().map(|value| text(&value["name"])).collect()
    }

    /// Everything that can be asked of a type: fields of its own, and of what it leads to so many identified things deep.
    pub fn selection(&self, of: &str, depth: usize) -> String {
        if of.ends_with("Connection") {
            let node = self.fields(of).iter().find(|field| field["name"] == "nodes").map(|field| named(&field["type"]));
            let node = node.unwrap_or_default();
            let edges = format!("edges {{ cursor node {{ {} }} }}", if self.is_node(node) { "id" } else { "__typename" });
            let page = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
            return format!("{{ totalCount {page} {edges} nodes {} }}", self.selection(node, depth));
        }
        match (self.kind(of), self.is_node(of), depth) {
            // What its members are called alike need not be of the same shape, so no more than identifiers is asked of those that have some.
            ("UNION", ..) => {
                let members = self.members(of).map(|member| format!("... on {member} {}", self.selection(member, 0)));
                format!("{{ __typename {} }}", members.collect::<Vec<_>>().join(" "))
            }
            ("OBJECT", true, 0) | ("INTERFACE", ..) => "{ __typename id }".to_owned(),
            ("OBJECT", true, _) => format!("{{ __typename {} }}", self.all_fields(of, depth - 1, Ways::One)),
            ("OBJECT", false, _) => format!("{{ __typename {} }}", self.all_fields(of, depth, Ways::One)),
            _ => String::new(),
        }
    }

    pub fn all_fields(&self, of: &str, depth: usize, ways: Ways) -> String {
        let fields = self.fields(of).iter().flat_map(|field| self.ways_to_ask(of, field, depth, ways));
        fields.collect::<Vec<_>>().join(" ")
    }

    /// The field with each way of asking it: once for each value of an enumeration that it insists on.
    pub fn ways_to_ask(&self, of: &str, field: &Value, depth: usize, ways: Ways) -> Vec<String> {
        let selection = self.selection(named(&field["type"]), depth);
        self.calls(of, field, depth, ways).into_iter().map(|(_, call)| format!("{call} {selection}")).collect()
    }

    /// Each way of asking the field, without what is asked of its answer: under which key the answer comes, and the call.
    pub fn calls(&self, of: &str, field: &Value, depth: usize, ways: Ways) -> Vec<(String, String)> {
        let name = text(&field["name"]);
        let arguments = field["args"].as_array().map_or(&[][..], Vec::as_slice);
        let page = if arguments.iter().any(|argument| argument["name"] == "first") { page_at(depth) } else { "" };
        if let Some((.., arguments)) = QUESTIONS.iter().find(|(kind, field, _)| (*kind, *field) == (of, name)) {
            return vec![(name.to_owned(), format!("{name}{arguments}"))];
        }
        let required: Vec<&Value> = arguments.iter().filter(|argument| is_required(argument)).collect();
        let values = |argument: &Value| self.enum_values(named(&argument["type"]));
        for argument in &required {
            assert!(!values(argument).is_empty(), "{of}.{name} insists on {}: tell the walker how to ask", argument["name"]);
        }
        match required.as_slice() {
            [] if page.is_empty() => vec![(name.to_owned(), name.to_owned())],
            [] => vec![(name.to_owned(), format!("{name}({page})"))],
            [only] if ways == Ways::Every => {
                let argument = text(&only["name"]);
                let ask = |value| (format!("{name}__{value}"), format!("{name}__{value}: {name}({argument}: {value} {page})"));
                values(only).into_iter().map(ask).collect()
            }
            several => {
                let first = several.iter().map(|argument| format!("{}: {}", text(&argument["name"]), values(argument)[0]));
                vec![(name.to_owned(), format!("{name}({} {page})", first.collect::<Vec<_>>().join(" ")))]
            }
        }
    }

    /// The arguments of each way to narrow or order a list: every identifier of others' in its filter, every order that it has, a
    /// cursor of somebody else's list of the same type.
    fn narrowing(&self, field: &Value, foreign: &[&str], cursors: &BTreeMap<String, String>) -> Vec<String> {
        let arguments = field["args"].as_array().map_or(&[][..], Vec::as_slice);
        let mut ways = Vec::new();
        // What insists on an argument of another sort is asked by [`Schema::ways_to_ask`].
        if arguments.iter().any(is_required) {
            return ways;
        }
        for argument in arguments {
            let (name, kind) = (text(&argument["name"]), named(&argument["type"]));
            match name {
                "filter" => {
                    let filter = |id: &&str| self.literal(&argument["type"], &self.input_object(kind, id));
                    ways.extend(foreign.iter().map(|id| format!("filter: {}", filter(id))));
                    // And for everything whose name has an a in it.
                    let searched = self.input_fields(kind).contains(&"named");
                    ways.extend(searched.then(|| "filter: { named: \"a\" }".to_owned()));
                }
                "orderBy" => {
                    let fields = self.types[kind]["inputFields"].as_array().map_or(&[][..], Vec::as_slice);
                    let by = fields.iter().find(|field| field["name"] == "field").map(|field| named(&field["type"]));
                    let orders = self.enum_values(by.unwrap_or_default());
                    ways.extend(orders.iter().map(|order| format!("orderBy: {{ field: {order}, direction: DESC }}")));
                }
                "after" => {
                    let cursor = cursors.get(named(&field["type"]));
                    ways.extend(cursor.map(|cursor| format!("after: {}", json!(cursor))));
                }
                _ => {}
            }
        }
        ways
    }

    /// A value of an input as it stands in a document.
    fn literal(&self, type_ref: &Value, value: &Value) -> String {
        let inner = &type_ref["ofType"];
        match (type_ref["kind"].as_str(), value) {
            (Some("NON_NULL"), _) => self.literal(inner, value),
            (Some("LIST"), Value::Array(items)) => {
                format!("[{}]", items.iter().map(|item| self.literal(inner, item)).collect::<Vec<_>>().join(" "))
            }
            (Some("ENUM"), _) => text(value).to_owned(),
            (Some("INPUT_OBJECT"), Value::Object(given)) => {
                let fields = self.types[named(type_ref)]["inputFields"].as_array().map_or(&[][..], Vec::as_slice);
                let of =
                    |name: &str| fields.iter().find(|field| field["name"] == name).map_or(&Value::Null, |field| &field["type"]);
                let given = given.iter().map(|(name, value)| format!("{name}: {}", self.literal(of(name), value)));
                format!("{{ {} }}", given.collect::<Vec<_>>().join(" "))
            }
            _ => value.to_string(),
        }
    }

    /// A value for an input: well formed, and with `id` wherever an identifier is asked for.
    pub fn input(&self, type_ref: &Value, id: &str) -> Value {
        match type_ref["kind"].as_str() {
            Some("NON_NULL") => self.input(&type_ref["ofType"], id),
            Some("LIST") => json!([self.input(&type_ref["ofType"], id)]),
            Some("ENUM") => json!(self.enum_values(named(type_ref))[0]),
            Some("INPUT_OBJECT") => self.input_object(named(type_ref), id),
            _ => match named(type_ref) {
                "ID" => json!(id),
                "Int" | "Float" | "Decimal" => json!(1),
                "Boolean" => json!(true),
                "Date" => json!("2010-02-09"),
                "URI" => json!("https://nowhere.example/paper"),
                "Email" => json!("nobody@concordat.example"),
                "DateTime" => json!("2010-02-09T09:00:00Z"),
                _ => json!("FY2009-Q3"),
            },
        }
    }

    fn input_object(&self, name: &str, id: &str) -> Value {
        let about = &self.types[name];
        let fields = about["inputFields"].as_array().map_or(&[][..], Vec::as_slice);
        let wanted = if about["isOneOf"] == true { 1 } else { fields.len() };
        let filled = fields.iter().take(wanted).map(|field| (text(&field["name"]).to_owned(), self.input(&field["type"], id)));
        Value::Object(filled.collect::<Map<_, _>>())
    }
}

/// Full pages where only identifiers are asked for; short ones where each row brings much with it.
fn page_at(depth: usize) -> &'static str {
    if depth == 0 { "first: 70" } else { "first: 10" }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The name at the bottom of a type reference.
pub fn named(type_ref: &Value) -> &str {
    if type_ref["ofType"].is_null() { text(&type_ref["name"]) } else { named(&type_ref["ofType"]) }
}

/// The field that an answer's key stands for.
pub fn named_by(key: &str) -> &str {
    key.split("__").next().unwrap_or_default()
}

fn is_required(argument: &Value) -> bool {
    argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null()
}

/// What somebody could see.
#[derive(Default)]
pub struct Walk {
    /// Every identifier, with the type that it stands for.
    pub ids: BTreeMap<String, String>,
    /// Fields that were answered with something: (type, field).
    pub answered: BTreeSet<(String, String)>,
    /// Everything that was said, request by request.
    pub said: Vec<String>,
    /// The last cursor of a list of each type of connection.
    pub cursors: BTreeMap<String, String>,
    pending: VecDeque<(String, String)>,
    /// What comes after pages that were seen.
    further: Vec<Page>,
}

/// How many things are asked for at once.
const BATCH: usize = 25;

/// How many fields a document may have at its root.
pub const AT_THE_ROOT: usize = 20;

impl Walk {
    /// Walks as far as `actor` can get; `slug` is the tenant in which they are at home.
    pub async fn of(schema: &Schema, actor: &Actor, slug: &str) -> Self {
        let mut walk = Self::default();
        for question in questions(schema, slug) {
            walk.ask(schema, actor, &question, "Query").await;
        }
        loop {
            // Pages first: what is on them is pending, too.
            if let Some(page) = walk.further.pop() {
                walk.ask(schema, actor, &page.question(schema), "Query").await;
                continue;
            }
            let Some((kind, first)) = walk.pending.pop_front() else { break };
            let mut ids = vec![first];
            let (same, rest) =
                std::mem::take(&mut walk.pending).into_iter().partition::<VecDeque<_>, _>(|(other, _)| *other == kind);
            let (now, later): (Vec<_>, Vec<_>) = same.into_iter().enumerate().partition(|(place, _)| *place < BATCH - 1);
            ids.extend(now.into_iter().map(|(_, (_, id))| id));
            walk.pending = rest;
            walk.pending.extend(later.into_iter().map(|(_, pending)| pending));
            let document = format!(
                "{{ nodes(ids: {}) {{ __typename id ... on {kind} {{ {} }} }} }}",
                json!(ids),
                schema.all_fields(&kind, 0, Ways::Every)
            );
            walk.ask(schema, actor, &document, "Query").await;
        }
        walk
    }

    /// Asks each field of one thing of each type by itself, with what lies two and three things beyond: first pages, since there the
    /// path is what matters.
    pub async fn deeply(&mut self, schema: &Schema, actor: &Actor, depth: usize) {
        let mut samples = BTreeMap::new();
        for (id, kind) in &self.ids {
            samples.entry(kind.clone()).or_insert_with(|| id.clone());
        }
        for (kind, id) in samples {
            for field in schema.fields(&kind) {
                for way in schema.ways_to_ask(&kind, field, depth, Ways::Every) {
                    let document = format!("{{ node(id: {}) {{ __typename id ... on {kind} {{ {way} }} }} }}", json!(id));
                    self.ask(schema, actor, &document, "Query").await;
                }
            }
        }
    }

    /// Asks for every field by one path: each field of the root `but` these, and each of one thing of each type.
    pub async fn briefly(schema: &Schema, actor: &Actor, slug: &str, samples: &BTreeMap<String, String>, but: &[&str]) -> Self {
        let mut walk = Self::default();
        let root: Vec<String> =
            questions_by(schema, slug, Ways::One, but).iter().map(|way| way[1..way.len() - 1].to_owned()).collect();
        walk.ask(schema, actor, &format!("{{ {} }}", root.join(" ")), "Query").await;
        let things: Vec<String> = samples
            .iter()
            .enumerate()
            .map(|(place, (kind, id))| {
                let fields = schema.all_fields(kind, 0, Ways::One);
                format!("node__{place}: node(id: {}) {{ __typename id ... on {kind} {{ {fields} }} }}", json!(id))
            })
            .collect();
        for together in things.chunks(AT_THE_ROOT) {
            walk.ask(schema, actor, &format!("{{ {} }}", together.join(" ")), "Query").await;
        }
        walk
    }

    /// Asks each list of one thing of each type in every way that narrows or orders it, with identifiers of others' in the filters and
    /// cursors of others' lists. Gives the number of ways.
    pub async fn narrowly(
        &mut self,
        schema: &Schema,
        actor: &Actor,
        samples: &BTreeMap<String, String>,
        (foreign, cursors): (&[&str], &BTreeMap<String, String>),
    ) -> usize {
        let mut ways = Vec::new();
        for (kind, id) in samples {
            for field in schema.fields(kind) {
                for arguments in schema.narrowing(field, foreign, cursors) {
                    let (name, selection) = (text(&field["name"]), schema.selection(named(&field["type"]), 0));
                    let place = ways.len();
                    ways.push(format!(
                        "node__{place}: node(id: {}) {{ __typename id ... on {kind} {{ {name}({arguments}) {selection} }} }}",
                        json!(id)
                    ));
                }
            }
        }
        for together in ways.chunks(AT_THE_ROOT) {
            let answer = actor.ask(&format!("{{ {} }}", together.join(" ")), json!({})).await;
            for code in answer.error_codes() {
                let expected = ["FORBIDDEN", "NOT_FOUND", "NOT_SHARED", "BAD_USER_INPUT"].contains(&code.as_str());
                assert!(expected, "{code}: {together:?}\n{answer}");
            }
            self.visit(schema, &answer.body["data"], "Query", &Place::root());
        }
        ways.len()
    }

    async fn ask(&mut self, schema: &Schema, actor: &Actor, document: &str, root: &str) {
        let answer = actor.ask(document, json!({})).await;
        for (error, code) in answer.errors().iter().zip(answer.error_codes()) {
            // What an argument names can be another's, which is not there for whoever asks.
            let is_unknown = code == "BAD_USER_INPUT" && error["extensions"]["problem"] == "NOT_FOUND";
            let expected = is_unknown || ["FORBIDDEN", "NOT_FOUND", "NOT_SHARED", "UNAUTHENTICATED"].contains(&code.as_str());
            assert!(expected, "{code} to\n{document}\n{}", Value::from(answer.errors().to_vec()));
        }
        self.said.push(answer.raw());
        self.visit(schema, &answer.body["data"], root, &Place::root());
    }

    fn visit(&mut self, schema: &Schema, value: &Value, static_type: &str, place: &Place) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.visit(schema, item, static_type, place)),
            Value::Object(object) => {
                let kind = object.get("__typename").and_then(Value::as_str).unwrap_or(static_type).to_owned();
                if let Some(cursor) = value.pointer("/pageInfo/endCursor").and_then(Value::as_str) {
                    self.cursors.insert(static_type.to_owned(), cursor.to_owned());
                    // The record grows by being looked into, and obligations are worked out of what the walk meets elsewhere: a page of
                    // either is as good as any.
                    let suffices = ["AuditEventConnection", "ObligationConnection"].contains(&static_type);
                    if value.pointer("/pageInfo/hasNextPage") == Some(&Value::Bool(true)) && !suffices {
                        self.further.push(place.after(cursor));
                    }
                }
                let id = object.get("id").and_then(Value::as_str).filter(|_| schema.is_node(&kind));
                let here = id.map_or_else(|| place.clone(), Place::of);
                if let Some(id) = id
                    && self.ids.insert(id.to_owned(), kind.clone()).is_none()
                {
                    self.pending.push_back((kind.clone(), id.to_owned()));
                }
                for (key, value) in object {
                    let name = named_by(key);
                    let Some(field) = schema.fields(&kind).iter().find(|field| field["name"] == name) else { continue };
                    if !value.is_null() && *value != json!([]) {
                        self.answered.insert((kind.clone(), name.to_owned()));
                    }
                    self.visit(schema, value, named(&field["type"]), &here.beneath(&kind, key));
                }
            }
            _ => {}
        }
    }
}

/// Every field of `Query`, each in a request of its own.
fn questions(schema: &Schema, slug: &str) -> Vec<String> {
    questions_by(schema, slug, Ways::Every, &[])
}

fn questions_by(schema: &Schema, slug: &str, ways: Ways, but: &[&str]) -> Vec<String> {
    let asked = schema.fields("Query").iter().filter(|field| ![LOOK_UPS, but].concat().contains(&text(&field["name"])));
    asked
        .flat_map(|field| schema.ways_to_ask("Query", field, 0, ways))
        .map(|way| format!("{{ {} }}", way.replace("$slug", &json!(slug).to_string())))
        .collect()
}
