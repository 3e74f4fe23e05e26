//! What a tenant's stored queries are to OData: entity sets, and the types of their rows (OData 4.0, CSDL).

use entity::rules::stored_query::{Column, Definition, ValueKind};
use serde_json::{Value as Json, json};

use crate::http::queries::faces;

/// The namespace of the types.
const NAMESPACE: &str = "Concordat";

/// A stored query as an entity set.
pub struct EntitySet<'q> {
    /// What it is called here.
    pub name: String,
    /// What people call it.
    pub title: &'q str,
    /// What it tells.
    pub description: &'q str,
    /// What its rows are.
    pub definition: &'q Definition,
}

/// What a stored query is called as an entity set: OData's names have no hyphens, and a query's no underscores.
#[must_use]
pub fn set_name(query: &str) -> String {
    query.replace('-', "_")
}

/// The stored query that an entity set stands for.
#[must_use]
pub fn query_name(set: &str) -> String {
    set.replace('_', "-")
}

/// The property that names a row: the query's own, or the row's number.
#[must_use]
pub fn key(definition: &Definition) -> String {
    if let Some(key) = faces::key(definition) {
        return key.name.clone();
    }
    let mut number = "row_number".to_owned();
    while definition.columns.iter().any(|column| column.name.eq_ignore_ascii_case(&number)) {
        number.push('_');
    }
    number
}

/// Whether rows are named by their number.
#[must_use]
pub fn is_numbered(definition: &Definition) -> bool {
    faces::key(definition).is_none()
}

/// The properties of a row, in order: its number where that names it, and what the query shows.
#[must_use]
pub fn columns(definition: &Definition) -> Vec<Column> {
    let number = is_numbered(definition).then(|| Column {
        name: key(definition),
        path: String::new(),
        kind: ValueKind::Whole,
        description: "The row's number among all rows of the query.".to_owned(),
    });
    number.into_iter().chain(definition.columns.iter().cloned()).collect()
}

/// The service document.
#[must_use]
pub fn service(root: &str, sets: &[EntitySet<'_>]) -> Json {
    let set = |set: &EntitySet<'_>| json!({ "name": set.name, "kind": "EntitySet", "url": set.name, "title": set.title });
    json!({ "@odata.context": format!("{root}$metadata"), "value": sets.iter().map(set).collect::<Vec<_>>() })
}

/// The metadata document.
#[must_use]
pub fn metadata(sets: &[EntitySet<'_>]) -> String {
    let types: String = sets.iter().map(entity_type).collect();
    let entity_sets: String = sets
        .iter()
        .map(|set| {
            let (name, about) = (escaped(&set.name), annotation("Org.OData.Core.V1.Description", set.description));
            format!("<EntitySet Name=\"{name}\" EntityType=\"{NAMESPACE}.{name}\">{about}</EntitySet>")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">\
         <edmx:DataServices><Schema Namespace=\"{NAMESPACE}\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">{types}\
         <EntityContainer Name=\"Queries\">{entity_sets}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>\n"
    )
}

fn entity_type(set: &EntitySet<'_>) -> String {
    let key = key(set.definition);
    let property = |column: &Column| {
        let nullable = if column.name == key { " Nullable=\"false\"" } else { "" };
        let about = annotation("Org.OData.Core.V1.Description", &column.description);
        format!("<Property Name=\"{}\" Type={}{nullable}>{about}</Property>", escaped(&column.name), edm(column.kind))
    };
    let properties: String = columns(set.definition).iter().map(property).collect();
    format!(
        "<EntityType Name=\"{}\"><Key><PropertyRef Name=\"{}\"/></Key>{properties}</EntityType>",
        escaped(&set.name),
        escaped(&key)
    )
}

fn annotation(term: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<Annotation Term=\"{term}\" String=\"{}\"/>", escaped(text)) }
}

/// A kind's type, in quotation marks, with what else it takes.
const fn edm(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Text | ValueKind::Identifier => "\"Edm.String\"",
        ValueKind::Whole => "\"Edm.Int32\"",
        // Figures have six places at most; without a scale OData means none.
        ValueKind::Decimal => "\"Edm.Decimal\" Precision=\"28\" Scale=\"6\"",
        ValueKind::Truth => "\"Edm.Boolean\"",
        ValueKind::Date => "\"Edm.Date\"",
        ValueKind::Moment => "\"Edm.DateTimeOffset\" Precision=\"6\"",
        ValueKind::EpochMilliseconds => "\"Edm.Int64\"",
    }
}

/// A text as it may stand in XML, between quotation marks or not.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 has no other control characters.
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(path: &str) -> Definition {
        let column = |name: &str, path: &str, kind| Column {
            name: name.to_owned(),
            path: path.to_owned(),
            kind,
            description: "a < \"b\" & c".to_owned(),
        };
        Definition {
            document: String::new(),
            rows_path: "lines.nodes".to_owned(),
            pages_by: Some("after".to_owned()),
            columns: vec![column("line_id", path, ValueKind::Identifier), column("value", "value", ValueKind::Decimal)],
            parameters: Vec::new(),
            shows_record: false,
        }
    }

    #[test]
    fn rows_are_named_by_their_identifier_or_by_their_number() {
        let (own, other) = (definition("id"), definition("area.id"));
        let set = |definition| EntitySet { name: "lines".to_owned(), title: "", description: "", definition };
        let text = metadata(&[set(&own)]);
        assert!(
            text.contains(
                "<Key><PropertyRef Name=\"line_id\"/></Key><Property Name=\"line_id\" Type=\"Edm.String\" Nullable=\"false\">"
            ),
            "{text}"
        );
        assert!(text.contains("String=\"a &lt; &quot;b&quot; &amp; c\""), "{text}");
        let text = metadata(&[set(&other)]);
        assert!(
            text.contains("<Key><PropertyRef Name=\"row_number\"/></Key><Property Name=\"row_number\" Type=\"Edm.Int32\""),
            "{text}"
        );
    }

    #[test]
    fn names_go_there_and_back() {
        for name in ["agreement-lines", "a", "ni-16-by-area"] {
            assert_eq!(query_name(&set_name(name)), name);
        }
    }
}
