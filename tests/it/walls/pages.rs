//! The pages after the first: where the walk met a list that goes on, and how it asks for more of it.

use serde_json::json;

use super::walker::{Schema, Ways, named, named_by};

/// Where something stands in an answer, counted from the last thing that has an identifier.
#[derive(Clone)]
pub struct Place {
    /// That thing, or nothing at the root.
    thing: Option<String>,
    /// Which key of which type was followed from there.
    path: Vec<(String, String)>,
}

/// A further page of a list.
pub struct Page {
    place: Place,
    /// Where the page before it ended.
    cursor: String,
}

impl Place {
    pub const fn root() -> Self {
        Self { thing: None, path: Vec::new() }
    }

    pub fn of(thing: &str) -> Self {
        Self { thing: Some(thing.to_owned()), path: Vec::new() }
    }

    pub fn beneath(&self, kind: &str, key: &str) -> Self {
        let step = (kind.to_owned(), key.to_owned());
        Self { thing: self.thing.clone(), path: self.path.iter().cloned().chain([step]).collect() }
    }

    pub fn after(&self, cursor: &str) -> Page {
        Page { place: self.clone(), cursor: cursor.to_owned() }
    }
}

impl Page {
    /// The same path again with the same arguments, to the end of which the cursor is added, and nothing beside it.
    pub fn question(&self, schema: &Schema) -> String {
        let mut question = String::new();
        for (kind, key) in self.place.path.iter().rev() {
            let field = schema.fields(kind).iter().find(|field| field["name"] == *named_by(key)).expect("a field that was asked");
            let (_, call) = schema
                .calls(kind, field, 0, Ways::Every)
                .into_iter()
                .find(|(answered_as, _)| answered_as == key)
                .unwrap_or_else(|| panic!("{kind}.{key} goes on after a page: tell the walker how to turn it"));
            let asked = if question.is_empty() {
                let arguments = call.strip_suffix(')').expect("a list is asked for so many");
                let after = json!(self.cursor);
                format!("{arguments}, after: {after}) {}", schema.selection(named(&field["type"]), 0))
            } else {
                format!("{call} {{ __typename {question} }}")
            };
            question = format!("... on {kind} {{ {asked} }}");
        }
        match &self.place.thing {
            Some(thing) => format!("{{ node(id: {}) {{ __typename id {question} }} }}", json!(thing)),
            None => format!("{{ {question} }}"),
        }
    }
}
