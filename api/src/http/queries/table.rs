//! An answer as a table: a row for each item of the list that a stored query names, with its columns in order.
//!
//! Lists on the way to the rows are gone through one in the other. An outer item without rows has a row of its own when a column
//! tells something of it, so that what is withheld, or has no figure yet, is seen.

use chrono::{DateTime, NaiveDate, NaiveTime};
use entity::rules::stored_query::{Definition, ValueKind};
use serde_json::Value as Json;

/// A row: a value for each column.
pub type Row = Vec<Json>;

/// Where the rows and the values of an answer are.
#[derive(Clone, Debug)]
pub struct Layout {
    way: Vec<String>,
    columns: Vec<Placed>,
}

#[derive(Clone, Debug)]
struct Placed {
    /// How many keys of the way to the row lead to where the path begins.
    depth: usize,
    keys: Vec<String>,
    kind: ValueKind,
}

impl Layout {
    /// The layout of a stored query's answers.
    #[must_use]
    pub fn of(definition: &Definition) -> Self {
        let split = |path: &str| path.split('.').map(str::to_owned).collect::<Vec<_>>();
        let way = split(&definition.rows_path);
        let placed = |path: &str, kind| match path.strip_prefix("$.") {
            None => Placed { depth: way.len(), keys: split(path), kind },
            Some(path) => {
                let keys = split(path);
                let depth = keys.iter().zip(&way).take_while(|(key, on_the_way)| key == on_the_way).count();
                Placed { depth, keys: keys.into_iter().skip(depth).collect(), kind }
            }
        };
        let columns = definition.columns.iter().map(|column| placed(&column.path, column.kind)).collect();
        Self { columns, way }
    }

    /// The rows of an answer.
    #[must_use]
    pub fn rows(&self, data: &Json) -> Vec<Row> {
        let mut rows = Vec::new();
        self.go(data, &mut Vec::new(), None, &mut rows);
        rows
    }

    /// `trail` has what stands at each depth so far, `outer` the depth of the innermost list that is being gone through.
    fn go<'j>(&self, value: &'j Json, trail: &mut Vec<&'j Json>, outer: Option<usize>, rows: &mut Vec<Row>) {
        let depth = trail.len();
        match value {
            Json::Array(items) if !items.is_empty() => {
                for item in items {
                    self.enter(item, trail, Some(depth), rows);
                }
            }
            Json::Null | Json::Array(_) => {
                let tells = |column: &Placed| outer.is_some_and(|outer| (outer..depth).contains(&column.depth));
                if self.columns.iter().any(tells) {
                    rows.push(self.row(trail));
                }
            }
            value => self.enter(value, trail, outer, rows),
        }
    }

    fn enter<'j>(&self, value: &'j Json, trail: &mut Vec<&'j Json>, outer: Option<usize>, rows: &mut Vec<Row>) {
        const NOTHING: &Json = &Json::Null;
        let key = self.way.get(trail.len());
        trail.push(value);
        match key {
            None => rows.push(self.row(trail)),
            Some(key) => self.go(value.get(key).unwrap_or(NOTHING), trail, outer, rows),
        }
        trail.pop();
    }

    fn row(&self, trail: &[&Json]) -> Row {
        let cell = |column: &Placed| {
            let found = trail.get(column.depth).map_or(Json::Null, |from| looked_up(from, &column.keys));
            cell(found, column.kind)
        };
        self.columns.iter().map(cell).collect()
    }
}

/// What stands at a path; of what lies in a list, every value.
fn looked_up(from: &Json, keys: &[String]) -> Json {
    match (from, keys.split_first()) {
        (Json::Array(items), _) => items.iter().map(|item| looked_up(item, keys)).collect(),
        (found, None) => found.clone(),
        (from, Some((key, rest))) => from.get(key).map_or(Json::Null, |next| looked_up(next, rest)),
    }
}

/// A value as its column shows it.
fn cell(found: Json, kind: ValueKind) -> Json {
    match (kind, found) {
        (_, Json::Null) => Json::Null,
        (ValueKind::EpochMilliseconds, found) => found.as_str().and_then(milliseconds).map_or(Json::Null, Json::from),
        (ValueKind::Text | ValueKind::Identifier, Json::String(text)) => text.into(),
        (ValueKind::Text | ValueKind::Identifier, found) => joined(&found).into(),
        (_, found) => found,
    }
}

fn joined(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().filter(|item| !item.is_null()).map(joined).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// Milliseconds since the beginning of 1970, in universal time; a day begins at midnight.
fn milliseconds(text: &str) -> Option<i64> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(day.and_time(NaiveTime::MIN).and_utc().timestamp_millis());
    }
    DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use entity::rules::stored_query::Column;
    use serde_json::json;

    use super::*;

    fn rows(rows_path: &str, columns: &[(&str, ValueKind)], data: &Json) -> Json {
        let column = |(path, kind): &(&str, ValueKind)| Column {
            name: (*path).to_owned(),
            path: (*path).to_owned(),
            kind: *kind,
            description: String::new(),
        };
        let definition = Definition {
            document: String::new(),
            rows_path: rows_path.to_owned(),
            pages_by: None,
            columns: columns.iter().map(column).collect(),
            parameters: Vec::new(),
            shows_record: false,
        };
        json!(Layout::of(&definition).rows(data))
    }

    #[test]
    fn a_row_knows_what_lies_beneath_and_above_it() {
        let data = json!({ "tenant": { "slug": "halton", "lines": { "nodes": [
            { "code": "NI 16", "status": { "period": { "endsOn": "2009-12-31" }, "actual": 14.1 }, "tags": [{ "n": "a" }, { "n": "b" }] },
            { "code": "NI 20", "status": null, "tags": [] },
        ] } } });
        let columns = [
            ("code", ValueKind::Text),
            ("$.tenant.slug", ValueKind::Text),
            ("status.actual", ValueKind::Decimal),
            ("status.period.endsOn", ValueKind::EpochMilliseconds),
            ("tags.n", ValueKind::Text),
        ];
        assert_eq!(
            rows("tenant.lines.nodes", &columns, &data),
            json!([["NI 16", "halton", 14.1, 1_262_217_600_000_i64, "a; b"], ["NI 20", "halton", null, null, ""]])
        );
    }

    #[test]
    fn an_outer_item_without_rows_is_seen_when_a_column_tells_of_it() {
        let data = json!({ "parts": [
            { "slug": "halton", "withheld": null, "lines": { "nodes": [{ "code": "a" }, { "code": "b" }] } },
            { "slug": "warrington", "withheld": "not shared", "lines": null },
            { "slug": "cheshire-east", "withheld": null, "lines": { "nodes": [] } },
        ] });
        let told = [("$.parts.slug", ValueKind::Text), ("$.parts.withheld", ValueKind::Text), ("code", ValueKind::Text)];
        assert_eq!(
            rows("parts.lines.nodes", &told, &data),
            json!([
                ["halton", null, "a"],
                ["halton", null, "b"],
                ["warrington", "not shared", null],
                ["cheshire-east", null, null]
            ])
        );
        assert_eq!(rows("parts.lines.nodes", &[("code", ValueKind::Text)], &data), json!([["a"], ["b"]]));
    }

    #[test]
    fn nothing_gives_no_rows_and_one_object_gives_one() {
        let columns = [("total", ValueKind::Whole)];
        for data in [json!(null), json!({}), json!({ "tenant": null }), json!({ "tenant": { "lines": [] } })] {
            assert_eq!(rows("tenant.lines", &columns, &data), json!([]), "{data}");
        }
        assert_eq!(rows("tenant", &columns, &json!({ "tenant": { "total": 3 } })), json!([[3]]));
    }
}
