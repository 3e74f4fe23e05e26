//! The shapes in which rows leave: JSON, comma-separated values, and what the columns are.

use entity::rules::{
    csv_text,
    stored_query::{Column, Definition, ValueKind},
};
use serde_json::{Map, Value as Json, json};

use super::table::Row;

/// Rows as JSON objects, each with all columns in order, and where there is more.
#[must_use]
pub fn rows(about: &Json, definition: &Definition, rows: Vec<Row>, next: Option<&str>) -> String {
    let columns: Vec<Json> =
        definition.columns.iter().map(|column| json!({ "name": column.name, "kind": column.kind })).collect();
    // Written by hand from here on: JSON's own map would sort the columns.
    let mut text = format!("{{\"query\":{about},\"columns\":{},\"rows\":[", json!(columns));
    for (at, row) in rows.into_iter().enumerate() {
        text.push_str(if at == 0 { "{" } else { ",{" });
        for (at, (column, value)) in definition.columns.iter().zip(row).enumerate() {
            let comma = if at == 0 { "" } else { "," };
            text.push_str(&format!("{comma}{}:{value}", json!(column.name)));
        }
        text.push('}');
    }
    text.push_str(&format!("],\"next\":{}}}", json!(next)));
    text
}

/// Rows as comma-separated values (RFC 4180): a header, lines that end in CR LF, empty cells where there is nothing. Texts that a
/// spreadsheet would run as formulas stand behind an apostrophe.
#[must_use]
pub fn csv(definition: &Definition, rows: &[Row]) -> String {
    let mut text = String::new();
    line(&mut text, &definition.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>());
    for row in rows {
        let cells = definition.columns.iter().zip(row).map(|(column, value)| match value {
            Json::Null => String::new(),
            Json::String(cell) if matches!(column.kind, ValueKind::Text | ValueKind::Identifier) => csv_text::guarded(cell),
            Json::String(cell) => cell.clone(),
            other => other.to_string(),
        });
        line(&mut text, &cells.collect::<Vec<_>>());
    }
    text
}

fn line(text: &mut String, cells: &[String]) {
    // A line with one empty cell would pass for no line at all.
    if matches!(cells, [only] if only.is_empty()) {
        text.push_str("\"\"\r\n");
        return;
    }
    csv_text::write(text, cells.iter().map(String::as_str));
    if text.pop().is_some() {
        text.push_str("\r\n");
    }
}

/// The column that names a row: the identifier of the thing that the row itself is.
#[must_use]
pub fn key(definition: &Definition) -> Option<&Column> {
    // Where lists are gone through one in the other, an outer item without rows has no identifier in its row.
    let is_plain = !definition.columns.iter().any(|column| tells_of_outer_item(definition, &column.path));
    definition.columns.iter().find(|column| is_plain && column.path == "id" && column.kind == ValueKind::Identifier)
}

/// Whether a path leads to an item of a list on the way to the rows.
fn tells_of_outer_item(definition: &Definition, path: &str) -> bool {
    let Some(path) = path.strip_prefix("$.") else { return false };
    let mut shared = path
        .split('.')
        .zip(definition.rows_path.split('.'))
        .take_while(|(key, on_the_way)| key == on_the_way)
        .map(|(key, _)| key);
    // Without pages to follow, the list is the first thing there is.
    shared.any(|key| definition.pages_by.is_none() || matches!(key, "nodes" | "edges"))
}

/// What the columns of a query's CSV are (CSV on the Web: metadata vocabulary for tabular data).
#[must_use]
pub fn csv_metadata(title: &str, description: &str, csv: &str, definition: &Definition) -> Json {
    let column = |column: &Column| {
        let mut about = Map::new();
        about.insert("name".to_owned(), column.name.as_str().into());
        about.insert("titles".to_owned(), column.name.as_str().into());
        about.insert("datatype".to_owned(), datatype(column.kind));
        if !column.description.is_empty() {
            about.insert("dc:description".to_owned(), column.description.as_str().into());
        }
        Json::Object(about)
    };
    let mut schema = json!({ "columns": definition.columns.iter().map(column).collect::<Vec<_>>() });
    if let (Some(key), Some(schema)) = (key(definition), schema.as_object_mut()) {
        schema.insert("primaryKey".to_owned(), key.name.as_str().into());
    }
    json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": "en-GB" }],
        "url": csv,
        "dc:title": title,
        "dc:description": description,
        "dialect": { "encoding": "utf-8", "lineTerminators": "\r\n", "header": true },
        "tableSchema": schema,
    })
}

fn datatype(kind: ValueKind) -> Json {
    match kind {
        ValueKind::Text | ValueKind::Identifier => json!("string"),
        ValueKind::Whole => json!({ "base": "int" }),
        ValueKind::Decimal => json!({ "base": "decimal" }),
        ValueKind::Truth => json!({ "base": "boolean", "format": "true|false" }),
        ValueKind::Date => json!({ "base": "date", "format": "yyyy-MM-dd" }),
        ValueKind::Moment => json!({ "base": "dateTimeStamp" }),
        ValueKind::EpochMilliseconds => json!({ "base": "long" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition() -> Definition {
        let column = |name: &str, kind| Column { name: name.to_owned(), path: name.to_owned(), kind, description: String::new() };
        Definition {
            document: String::new(),
            rows_path: "rows.nodes".to_owned(),
            pages_by: Some("after".to_owned()),
            columns: vec![
                column("id", ValueKind::Identifier),
                column("z", ValueKind::Text),
                column("a", ValueKind::Decimal),
                column("on", ValueKind::Date),
            ],
            parameters: Vec::new(),
            shows_record: false,
        }
    }

    #[test]
    fn csv_is_quoted_guarded_and_the_same_when_empty() {
        let rows = vec![
            vec![json!("x1"), json!("say \"so\", twice"), json!(-6.5), json!("2010-02-09")],
            vec![json!("x2"), json!("=HYPERLINK(\"http://evil\")"), Json::Null, Json::Null],
        ];
        assert_eq!(
            csv(&definition(), &rows),
            "id,z,a,on\r\nx1,\"say \"\"so\"\", twice\",-6.5,2010-02-09\r\nx2,\"'=HYPERLINK(\"\"http://evil\"\")\",,\r\n"
        );
        assert_eq!(csv(&definition(), &[]), "id,z,a,on\r\n");
    }

    #[test]
    fn rows_keep_the_order_of_the_columns() {
        let text = rows(&json!({ "name": "q" }), &definition(), vec![vec![json!("x1"), Json::Null, json!(1), Json::Null]], None);
        assert!(text.contains(r#""rows":[{"id":"x1","z":null,"a":1,"on":null}],"next":null"#), "{text}");
        let parsed: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed["columns"][2], json!({ "name": "a", "kind": "DECIMAL" }));
    }

    #[test]
    fn metadata_name_the_key_and_the_kinds() {
        let about = csv_metadata("T", "D", "q.csv", &definition());
        assert_eq!((&about["url"], &about["tableSchema"]["primaryKey"]), (&json!("q.csv"), &json!("id")));
        assert_eq!(about["tableSchema"]["columns"][3]["datatype"], json!({ "base": "date", "format": "yyyy-MM-dd" }));
    }
}
