//! Having a stored query's document executed, page after page, by the way that every document goes.
//!
//! A connection gives a hundred items at most, and a table shows five thousand rows. Nothing is given here that a client couldn't
//! fetch by itself: each page is a call of its own through the front door, with its measures, its cost, its turn and its time. But
//! all of them share one request: one actor and one snapshot of the data, so that no row is missed or met twice while others
//! write, and one entry on record for what was read of another tenant. A resolver that gave more than a hundred to this caller alone
//! would have been a second path, with a cost that nobody had measured.

use std::sync::Arc;

use async_graphql::{
    PathSegment, Request, ServerError,
    parser::{parse_query, types::Selection},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{error::Error, rules::stored_query::Definition};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tokio::time::Instant;

use super::{
    opening::Opened,
    parameters::Given,
    refused::Refused,
    table::{Layout, Room, Row},
};
use crate::graphql::{
    ConcordatSchema,
    frontdoor::{
        Call, Carrier, FrontDoor, Outcome, Performed, Refusal, perform,
        respond::{code, conceal},
    },
};

/// A stored query that is about to be asked.
pub struct Question<'q> {
    /// The schema.
    pub schema: &'q ConcordatSchema,
    /// The front door.
    pub door: &'q FrontDoor,
    /// The one request that all pages are part of.
    pub opened: &'q Opened,
    /// What it asks.
    pub definition: &'q Definition,
    /// The tenant in the address.
    pub tenant: &'q str,
    /// What is given for its parameters.
    pub given: &'q Given,
}

/// Where an answer goes on: after a cursor of the list, and so many rows further.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    after: Option<String>,
    skip: usize,
    /// Which query, version and parameters it belongs to.
    of: String,
}

impl Place {
    /// The beginning of an answer to something with that digest.
    #[must_use]
    pub fn beginning(of: &str) -> Self {
        Self { of: of.to_owned(), ..Self::default() }
    }

    /// Whether it is the row behind a known one: then nothing that changes before it moves what follows.
    #[must_use]
    pub fn is_behind_a_row(&self) -> bool {
        self.after.is_some() && self.skip == 0
    }

    /// As it stands in an address.
    #[must_use]
    pub fn to_cursor(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// What stood in an address, if it belongs to something with that digest.
    ///
    /// # Errors
    /// When it doesn't.
    pub fn from_cursor(cursor: &str, of: &str) -> Result<Self, Refused> {
        let bytes = if cursor.len() > 4096 { None } else { URL_SAFE_NO_PAD.decode(cursor).ok() };
        let place: Option<Self> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let message = "This cursor doesn't belong here: take it from the next link of the same query with the same parameters.";
        place.filter(|place| place.of == of).ok_or_else(|| Refused::parameter("cursor", message))
    }
}

/// What was answered.
pub struct Taken {
    /// The rows.
    pub rows: Vec<Row>,
    /// Where there is more.
    pub next: Option<Place>,
    /// The document's answer with the lists of all its pages, and its errors.
    pub answer: Json,
}

/// Which part of an answer is wanted.
#[derive(Clone, Debug)]
pub struct Part {
    /// From where on.
    pub from: Place,
    /// So many rows at most.
    pub rows: usize,
    /// Whether an answer with errors is still one, as in GraphQL; a table with holes isn't.
    pub may_have_errors: bool,
    /// Until when it is worth going on.
    pub until: Instant,
}

impl Question<'_> {
    /// The rows that are wanted, from as many pages as it takes.
    ///
    /// # Errors
    /// [`Refused::Door`] when the document is turned away or the time is up; [`Refused::NotWhole`] when fields failed and that isn't
    /// wanted; [`Refused::TooMuch`] when the rows are too large for a table.
    pub async fn take(&self, part: Part, outcome: &mut Outcome) -> Result<Taken, Refused> {
        let layout = Layout::of(self.definition);
        let mut room = Room::default();
        let mut taken = Taken { rows: Vec::new(), next: None, answer: Json::Null };
        let mut place = part.from;
        loop {
            let (mut data, errors) = self.page(place.after.as_deref(), outcome).await?;
            if !errors.is_empty() {
                if !part.may_have_errors {
                    let begins = place == Place::beginning(&place.of);
                    if !(begins && is_empty(self.definition, &errors)) {
                        return Err(Refused::NotWhole(errors));
                    }
                    outcome.codes.retain(|code| code != NOTHING_THERE);
                    return Ok(taken);
                }
                // What came before it is whole, but the reader has to see that something is missing.
                taken.answer =
                    serde_json::json!({ "errors": errors, "data": merged(taken.answer, data, &self.definition.rows_path) });
                return Ok(taken);
            }
            let lacking = part.rows.saturating_sub(taken.rows.len());
            let wanted = place.skip..place.skip.saturating_add(lacking);
            let (rows, met) = layout.rows(&data, wanted, &mut room)?;
            let count = met.saturating_sub(place.skip);
            taken.rows.extend(rows);
            let after = page_after(&mut data, &self.definition.rows_path);
            taken.answer = merged(taken.answer, data, &self.definition.rows_path);
            if count > lacking {
                taken.next = Some(Place { skip: place.skip + lacking, ..place });
                break;
            }
            let Some(after) = after else { break };
            place = Place { after: Some(after), skip: 0, of: place.of };
            if taken.rows.len() >= part.rows {
                taken.next = Some(place);
                break;
            }
            if Instant::now() >= part.until {
                return Err(Refusal::TimeLimit(self.door.limits.time.as_secs()).into());
            }
        }
        taken.answer = serde_json::json!({ "data": taken.answer });
        Ok(taken)
    }

    /// One page through the front door: its data and its errors.
    async fn page(&self, after: Option<&str>, outcome: &mut Outcome) -> Result<(Json, Vec<ServerError>), Refused> {
        let after = self.definition.pages_by.as_deref().zip(after);
        let call = Call {
            carrier: Carrier::Stored,
            query: self.definition.document.clone(),
            document_id: None,
            variables: self.given.variables(self.tenant, after),
            operation_name: None,
            extensions: serde_json::Map::new(),
        };
        let asking = Arc::clone(&self.opened.asking);
        let context = |ready: &mut Request, _: &_| {
            let bare = std::mem::replace(ready, Request::new(""));
            *ready = bare.data(asking);
        };
        let mut of_page = Outcome { request_id: outcome.request_id.clone(), ..Outcome::default() };
        let performed = perform(self.schema, self.door, call, self.opened.whose.clone(), &mut of_page, context).await;
        let performed = performed.map(|Performed { mut response, .. }| {
            response.errors.iter_mut().for_each(|error| conceal(error, &outcome.request_id, &mut of_page));
            of_page.codes = response.errors.iter().filter_map(code).collect();
            response
        });
        add(outcome, of_page);
        let response = performed?;
        // Lists may stand in it as texts that are JSON already, so it has to be written as a whole to be read.
        let data = serde_json::to_value(&response.data).map_err(Error::internal)?;
        Ok((data, response.errors))
    }
}

/// The code of what isn't there.
const NOTHING_THERE: &str = "NOT_FOUND";

/// Whether all that failed is that nothing is there on the way to the rows, beneath the tenant, at a field that names nothing of its own: no
/// agreement runs that day, for one. Then there are no rows; whereas whoever names something that isn't there is told so.
fn is_empty(definition: &Definition, errors: &[ServerError]) -> bool {
    let way: Vec<&str> = definition.rows_path.split('.').collect();
    let nothing_at = |error: &ServerError| {
        let keys: Option<Vec<&str>> =
            error.path.iter().map(|part| if let PathSegment::Field(key) = part { Some(key.as_str()) } else { None }).collect();
        let beneath = keys.filter(|keys| keys.len() > 1 && keys.len() < way.len() && way.starts_with(keys));
        code(error).as_deref() == Some(NOTHING_THERE) && beneath.is_some_and(|keys| names_nothing(&definition.document, &keys))
    };
    errors.iter().all(nothing_at)
}

/// Whether the field at the end of that way has no arguments.
fn names_nothing(document: &str, way: &[&str]) -> bool {
    let Ok(parsed) = parse_query(document) else { return false };
    let operation = parsed.operations.iter().next().map(|(_, operation)| operation);
    let mut within = operation.map(|operation| &operation.node.selection_set.node);
    let mut found = None;
    for key in way {
        let fields = within.into_iter().flat_map(|set| &set.items).filter_map(|selection| match &selection.node {
            Selection::Field(field) => Some(&field.node),
            _ => None,
        });
        found = fields.into_iter().find(|field| field.response_key().node == *key);
        within = found.map(|field| &field.selection_set.node);
    }
    found.is_some_and(|field| field.arguments.is_empty())
}

/// Adds what became of one page to what became of the whole.
fn add(whole: &mut Outcome, page: Outcome) {
    whole.operation = page.operation.or(whole.operation.take());
    whole.cost = page.cost.map_or(whole.cost, |cost| Some(whole.cost.unwrap_or_default().saturating_add(cost)));
    whole.standing = page.standing.or(whole.standing);
    whole.codes.extend(page.codes);
    whole.concealed.extend(page.concealed);
}

/// The connection that is followed: the first object on the way to the rows that says where its page ends.
fn connection<'j>(data: &'j mut Json, rows_path: &str) -> Option<&'j mut serde_json::Map<String, Json>> {
    let mut at = data;
    for key in rows_path.split('.') {
        // Lists within lists aren't followed.
        if at.get("pageInfo").is_some() || !at.is_object() {
            break;
        }
        at = at.get_mut(key)?;
    }
    at.as_object_mut().filter(|object| object.contains_key("pageInfo"))
}

/// The cursor after which the list goes on; none at its end.
fn page_after(data: &mut Json, rows_path: &str) -> Option<String> {
    let info = connection(data, rows_path)?.get("pageInfo")?;
    let more = info.get("hasNextPage")?.as_bool()?;
    info.get("endCursor")?.as_str().filter(|_| more).map(str::to_owned)
}

/// An answer with the list of the next one added to its own.
fn merged(mut before: Json, mut next: Json, rows_path: &str) -> Json {
    if before.is_null() {
        return next;
    }
    if let (Some(before), Some(next)) = (connection(&mut before, rows_path), connection(&mut next, rows_path)) {
        for (key, value) in std::mem::take(next) {
            match (before.get_mut(&key), value) {
                (Some(Json::Array(items)), Json::Array(more)) => items.extend(more),
                (_, value) => drop(before.insert(key, value)),
            }
        }
    }
    before
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(codes: &[&str], after: Option<&str>) -> Json {
        let nodes: Vec<Json> = codes.iter().map(|code| json!({ "code": code })).collect();
        json!({ "tenant": { "lines": { "pageInfo": { "hasNextPage": after.is_some(), "endCursor": after.unwrap_or("z") }, "nodes": nodes } } })
    }

    #[test]
    fn pages_are_put_together_and_followed_to_the_end() {
        let (mut first, mut last) = (page(&["a", "b"], Some("2")), page(&["c"], None));
        let at = "tenant.lines.nodes";
        assert_eq!((page_after(&mut first, at).as_deref(), page_after(&mut last, at)), (Some("2"), None));
        assert_eq!(merged(merged(Json::Null, first, at), last, at), page(&["a", "b", "c"], None));
        assert_eq!(page_after(&mut json!({ "tenant": null }), at), None);
        assert_eq!(page_after(&mut json!({ "parts": [{ "lines": { "pageInfo": {} } }] }), "parts.lines.nodes"), None);
    }

    #[test]
    fn a_cursor_is_taken_only_where_it_comes_from() {
        let place = Place { after: Some("x".to_owned()), skip: 3, of: "this".to_owned() };
        assert_eq!(Place::from_cursor(&place.to_cursor(), "this").unwrap(), place);
        for (cursor, of) in [(place.to_cursor(), "that"), ("nonsense".to_owned(), "this"), (String::new(), "this")] {
            assert!(Place::from_cursor(&cursor, of).is_err());
        }
    }
}
