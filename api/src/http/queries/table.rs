//! An answer as a table: a row for each item of the list that a stored query names, with its columns in order.
//!
//! Lists on the way to the rows are gone through one in the other. An outer item without rows has a row of its own when a column
//! tells something of it, so that what is withheld, or has no figure yet, is seen.
//!
//! A table can be far larger than the answer that it is made from: what stands above the rows stands in every row. So its size is
//! counted while it is made, and what is above is worked out once for all the rows below.

use std::ops::Range;

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

    /// Those rows of an answer that are wanted by their places, as long as there is room for them, and how many there are in all.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn rows(&self, data: &Json, wanted: Range<usize>, room: &mut Room) -> Result<(Vec<Row>, usize), TooMuch> {
        let kept = vec![None; self.columns.len()];
        let mut making = Making { layout: self, kept, wanted, room, rows: Vec::new(), met: 0 };
        making.go(data, &mut Vec::new(), None)?;
        Ok((making.rows, making.met))
    }
}

/// Bytes of a table, at most.
pub const MOST_BYTES: usize = 32 * 1024 * 1024;

/// Bytes of a cell, at most: four times what a spreadsheet takes.
pub const LONGEST_CELL: usize = 128 * 1024;

/// What a value counts for beside its text.
const OF_A_VALUE: usize = 16;

/// Why a table isn't made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    /// It has more than so many bytes.
    #[error(
        "The rows come to more than {0} bytes: choose fewer rows or columns. What stands above the rows is repeated in each."
    )]
    Table(usize),
    /// One of its cells has.
    #[error("A cell has more than {0} bytes: a column gathers too long a list.")]
    Cell(usize),
}

/// The room that is left for a table. Every value that is looked at takes some of it, also those of which nothing is shown.
#[derive(Debug)]
pub struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(MOST_BYTES)
    }
}

impl Room {
    fn take(&mut self, bytes: usize) -> Result<(), TooMuch> {
        self.0 = self.0.checked_sub(bytes).ok_or(TooMuch::Table(MOST_BYTES))?;
        Ok(())
    }

    fn take_for(&mut self, value: &Json) -> Result<(), TooMuch> {
        let text = value.as_str().map_or(0, str::len);
        if text > LONGEST_CELL {
            return Err(TooMuch::Cell(LONGEST_CELL));
        }
        self.take(OF_A_VALUE + text)
    }
}

/// A table that is being made.
struct Making<'l, 'j> {
    layout: &'l Layout,
    /// The cell of each column that stands above the rows, and what it was made from.
    kept: Vec<Option<(&'j Json, Json)>>,
    wanted: Range<usize>,
    room: &'l mut Room,
    rows: Vec<Row>,
    /// How many rows were come upon, wanted or not.
    met: usize,
}

impl<'j> Making<'_, 'j> {
    /// `trail` has what stands at each depth so far, `outer` the depth of the innermost list that is being gone through.
    fn go(&mut self, value: &'j Json, trail: &mut Vec<&'j Json>, outer: Option<usize>) -> Result<(), TooMuch> {
        let depth = trail.len();
        match value {
            Json::Array(items) if !items.is_empty() => items.iter().try_for_each(|item| self.enter(item, trail, Some(depth))),
            Json::Null | Json::Array(_) => {
                let tells = |column: &Placed| outer.is_some_and(|outer| (outer..depth).contains(&column.depth));
                if self.layout.columns.iter().any(tells) { self.add(trail) } else { Ok(()) }
            }
            value => self.enter(value, trail, outer),
        }
    }

    fn enter(&mut self, value: &'j Json, trail: &mut Vec<&'j Json>, outer: Option<usize>) -> Result<(), TooMuch> {
        const NOTHING: &Json = &Json::Null;
        let key = self.layout.way.get(trail.len());
        trail.push(value);
        match key {
            None => self.add(trail)?,
            Some(key) => self.go(value.get(key).unwrap_or(NOTHING), trail, outer)?,
        }
        trail.pop();
        Ok(())
    }

    /// Adds the row at the end of a trail, if it is wanted.
    fn add(&mut self, trail: &[&'j Json]) -> Result<(), TooMuch> {
        self.met += 1;
        if !self.wanted.contains(&(self.met - 1)) {
            return Ok(());
        }
        let layout = self.layout;
        let columns = layout.columns.iter().enumerate();
        let row: Result<Row, TooMuch> = columns.map(|(at, column)| self.cell((at, column), trail)).collect();
        self.rows.push(row?);
        Ok(())
    }

    fn cell(&mut self, (at, column): (usize, &Placed), trail: &[&'j Json]) -> Result<Json, TooMuch> {
        let Some(&from) = trail.get(column.depth) else { return Ok(Json::Null) };
        let kept = self.kept.get(at).and_then(Option::as_ref).filter(|(of, _)| std::ptr::eq(*of, from));
        if let Some((_, cell)) = kept {
            self.room.take_for(cell)?;
            return Ok(cell.clone());
        }
        let cell = shown(looked_up(from, &column.keys, self.room)?, column.kind);
        self.room.take_for(&cell)?;
        if let Some(kept) = self.kept.get_mut(at).filter(|_| column.depth < self.layout.way.len()) {
            *kept = Some((from, cell.clone()));
        }
        Ok(cell)
    }
}

/// What stands at a path; of what lies in a list, every value.
fn looked_up(from: &Json, keys: &[String], room: &mut Room) -> Result<Json, TooMuch> {
    match (from, keys.split_first()) {
        (Json::Array(items), _) => items.iter().map(|item| looked_up(item, keys, room)).collect(),
        (found, None) => room.take_for(found).map(|()| found.clone()),
        (from, Some((key, rest))) => match from.get(key) {
            Some(next) => looked_up(next, rest, room),
            None => room.take(OF_A_VALUE).map(|()| Json::Null),
        },
    }
}

/// A value as its column shows it.
fn shown(found: Json, kind: ValueKind) -> Json {
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

    fn layout(rows_path: &str, columns: &[(&str, ValueKind)]) -> Layout {
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
        Layout::of(&definition)
    }

    fn rows(rows_path: &str, columns: &[(&str, ValueKind)], data: &Json) -> Json {
        json!(made(&layout(rows_path, columns), data, &mut Room::default()).expect("there is room"))
    }

    fn made(layout: &Layout, data: &Json, room: &mut Room) -> Result<Vec<Row>, TooMuch> {
        layout.rows(data, 0..usize::MAX, room).map(|(rows, _)| rows)
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

    #[test]
    fn what_stands_above_the_rows_is_worked_out_once_and_counted_in_each() {
        let tags: Vec<Json> = (0..100).map(|at| json!({ "n": format!("{at:0>100}") })).collect();
        let lines: Vec<Json> = (0..198).map(|at| json!({ "code": at })).collect();
        let data = json!({ "tenant": { "tags": tags, "lines": lines } });
        let wide = layout("tenant.lines", &[("$.tenant.tags.n", ValueKind::Text), ("code", ValueKind::Whole)]);
        let mut room = Room::default();
        let rows = made(&wide, &data, &mut room).unwrap();
        let joined = 100 * 100 + 99 * 2;
        assert_eq!(rows[197][0].as_str().unwrap().len(), joined);
        let looked_at = 100 * (OF_A_VALUE + 100) + 198 * OF_A_VALUE;
        assert_eq!(MOST_BYTES - room.0, looked_at + 198 * (joined + OF_A_VALUE) + 198 * OF_A_VALUE);
        // Of what isn't wanted nothing is made, but it is counted.
        let mut room = Room::default();
        let (rows, all) = wide.rows(&data, 190..195, &mut room).unwrap();
        assert_eq!((rows.len(), &rows[0][1], all), (5, &json!(190), 198));
        assert!(MOST_BYTES - room.0 < 10 * joined);
        // With another list around, it is worked out for each of that list's items.
        let both = json!({ "tenants": [data["tenant"], { "tags": [{ "n": "b" }], "lines": [{ "code": 1 }] }] });
        let around = layout("tenants.lines", &[("$.tenants.tags.n", ValueKind::Text)]);
        let rows = made(&around, &both, &mut Room::default()).unwrap();
        assert_eq!((rows.len(), &rows[198]), (199, &vec![json!("b")]));
    }

    #[test]
    fn a_table_is_given_up_before_it_outgrows_its_room() {
        let tags: Vec<Json> = (0..100).map(|_| json!({ "n": "x".repeat(1_000) })).collect();
        let lines: Vec<Json> = (0..198).map(|at| json!({ "code": at })).collect();
        let data = json!({ "tenant": { "tags": tags, "lines": lines, "none": vec![Json::Null; 1_000] } });
        let columns = vec![("$.tenant.tags.n", ValueKind::Text); 100];
        let mut room = Room::default();
        assert_eq!(made(&layout("tenant.lines", &columns), &data, &mut room), Err(TooMuch::Table(MOST_BYTES)));
        // Nor does what has no text cost nothing.
        let columns = vec![("$.tenant.none.n", ValueKind::Text); 100];
        let mut room = Room(100_000);
        assert_eq!(made(&layout("tenant.lines", &columns), &data, &mut room), Err(TooMuch::Table(MOST_BYTES)));
        let long = json!({ "tenant": { "text": ["x".repeat(LONGEST_CELL), "y"] } });
        let cell = made(&layout("tenant", &[("text", ValueKind::Text)]), &long, &mut Room::default());
        assert_eq!(cell, Err(TooMuch::Cell(LONGEST_CELL)));
    }
}
