//! What of an entity set is wanted: OData's system query options.

use std::cmp::Ordering;

use entity::rules::stored_query::Column;
use serde_json::Value as Json;

use super::{
    filter::Expression,
    parsing::{Fault, condition},
    value::Value,
    work::Work,
};
use crate::http::queries::{parameters::Pairs, refused::Refused, table::Row};

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The columns, by their places; all where none is named.
    pub select: Option<Vec<usize>>,
    /// Which rows.
    pub filter: Option<Expression>,
    /// In which order: columns by their places, and whether from the largest.
    pub order: Vec<(usize, bool)>,
    /// So many rows at most.
    pub top: Option<usize>,
    /// So many rows are left out.
    pub skip: usize,
    /// Whether the rows are to be counted.
    pub count: bool,
    /// Where an earlier answer broke off.
    pub token: Option<String>,
}

/// The options that are understood.
const KNOWN: [&str; 8] = ["$select", "$filter", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$format"];

impl Options {
    /// Reads the options of a query string.
    ///
    /// # Errors
    /// [`Refused::Parameter`] and [`Refused::Unsupported`].
    pub fn read(pairs: &Pairs, columns: &[Column]) -> Result<Self, Refused> {
        if let Some((name, _)) = pairs.0.iter().find(|(name, _)| name.starts_with('$') && !KNOWN.contains(&name.as_str())) {
            return Err(Refused::Unsupported(format!("{name} isn't understood here; {} are.", KNOWN.join(", "))));
        }
        if pairs.single("$format")?.is_some_and(|format| format != "json" && !format.starts_with("application/json")) {
            return Err(Refused::Unsupported("Rows come in JSON.".to_owned()));
        }
        let fault = |name: &'static str| {
            move |fault| match fault {
                Fault::Malformed(message) => Refused::parameter(name, message),
                Fault::Unsupported(message) => Refused::Unsupported(message),
            }
        };
        let filter = pairs.single("$filter")?.map(|text| condition(text, columns)).transpose().map_err(fault("$filter"))?;
        Ok(Self {
            select: pairs.single("$select")?.map_or(Ok(None), |text| selected(text, columns))?,
            filter,
            order: pairs.single("$orderby")?.map_or(Ok(Vec::new()), |text| ordered(text, columns))?,
            top: number(pairs, "$top")?,
            skip: number(pairs, "$skip")?.unwrap_or_default(),
            count: match pairs.single("$count")? {
                None | Some("false") => false,
                Some("true") => true,
                Some(_) => return Err(Refused::parameter("$count", "Say true or false.")),
            },
            token: pairs.single("$skiptoken")?.map(str::to_owned),
        })
    }

    /// Whether every row has to be looked at before the first can be given.
    #[must_use]
    pub fn needs_all(&self) -> bool {
        self.filter.is_some() || !self.order.is_empty() || self.count
    }

    /// The rows that are wanted, in the order that is wanted, before any are cut.
    ///
    /// # Errors
    /// As [`Work::may_go_on`].
    pub fn chosen(&self, columns: &[Column], mut rows: Vec<Row>, work: &Work) -> Result<Vec<Row>, Refused> {
        if let Some(filter) = &self.filter {
            let mut met = Vec::new();
            for (at, row) in rows.into_iter().enumerate() {
                work.may_go_on(at)?;
                if filter.is_met(columns, &row, work) {
                    met.push(row);
                }
            }
            rows = met;
        }
        work.may_go_on(0)?;
        if self.order.is_empty() {
            return Ok(rows);
        }
        let mut keyed: Vec<(Vec<Value>, Row)> = rows.into_iter().map(|row| (self.keys(columns, &row), row)).collect();
        work.will_sort(keyed.len(), keyed.iter().flat_map(|(keys, _)| keys));
        work.may_go_on(0)?;
        // A stable sort: rows that are alike keep the query's own order.
        keyed.sort_by(|(a, _), (b, _)| self.compared(a, b));
        Ok(keyed.into_iter().map(|(_, row)| row).collect())
    }

    /// What a row is ordered by.
    fn keys(&self, columns: &[Column], row: &[Json]) -> Vec<Value> {
        let value = |(at, _): &(usize, bool)| match (columns.get(*at), row.get(*at)) {
            (Some(column), Some(cell)) => Value::of(cell, column.kind),
            _ => Value::Null,
        };
        self.order.iter().map(value).collect()
    }

    fn compared(&self, a: &[Value], b: &[Value]) -> Ordering {
        let by = |((a, b), (_, is_descending)): ((&Value, &Value), &(usize, bool))| {
            let order = a.ordered(b);
            if *is_descending { order.reverse() } else { order }
        };
        a.iter().zip(b).zip(&self.order).map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

fn place(option: &str, name: &str, columns: &[Column]) -> Result<usize, Refused> {
    let found = columns.iter().position(|column| column.name == name);
    found.ok_or_else(|| Refused::parameter(option, format!("There is no column called {name}.")))
}

fn selected(text: &str, columns: &[Column]) -> Result<Option<Vec<usize>>, Refused> {
    let names: Vec<&str> = text.split(',').map(str::trim).collect();
    if names.contains(&"*") {
        return Ok(None);
    }
    let mut places = Vec::with_capacity(names.len());
    for name in names {
        let at = place("$select", name, columns)?;
        if !places.contains(&at) {
            places.push(at);
        }
    }
    Ok(Some(places))
}

fn ordered(text: &str, columns: &[Column]) -> Result<Vec<(usize, bool)>, Refused> {
    let by = |part: &str| match part.split_whitespace().collect::<Vec<_>>().as_slice() {
        [name] | [name, "asc"] => Ok((place("$orderby", name, columns)?, false)),
        [name, "desc"] => Ok((place("$orderby", name, columns)?, true)),
        _ => Err(Refused::parameter("$orderby", "Name columns, each with asc or desc, with commas between them.")),
    };
    let mut order: Vec<(usize, bool)> = Vec::new();
    for (at, is_descending) in text.split(',').map(by).collect::<Result<Vec<_>, Refused>>()? {
        // Where a column decided nothing it decides nothing the second time either.
        if order.iter().all(|(known, _)| *known != at) {
            order.push((at, is_descending));
        }
    }
    Ok(order)
}

fn number(pairs: &Pairs, name: &str) -> Result<Option<usize>, Refused> {
    let Some(text) = pairs.single(name)? else { return Ok(None) };
    let number = text.parse::<u32>().ok().and_then(|number| usize::try_from(number).ok());
    number.map(Some).ok_or_else(|| Refused::parameter(name, "Give a whole number, 0 or more."))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use entity::rules::stored_query::ValueKind;
    use serde_json::json;
    use tokio::time::Instant;

    use super::*;

    fn columns() -> Vec<Column> {
        let column =
            |(name, kind): (&str, _)| Column { name: name.to_owned(), path: String::new(), kind, description: String::new() };
        [("code", ValueKind::Text), ("value", ValueKind::Decimal)].map(column).into()
    }

    fn an_hour() -> Work {
        Work::until(Instant::now() + Duration::from_secs(3_600), 3_600)
    }

    fn read(query: &str) -> Result<Options, Refused> {
        Options::read(&Pairs::of(query)?, &columns())
    }

    #[test]
    fn options_are_read() {
        let options = read("$select=value,code,value&$orderby=value%20desc,code&$top=5&$skip=2&$count=true&period=x").unwrap();
        assert_eq!((options.select, options.order), (Some(vec![1, 0]), vec![(1, true), (0, false)]));
        assert_eq!((options.top, options.skip, options.count), (Some(5), 2, true));
        assert_eq!(read("$select=*").unwrap().select, None);
        for bad in
            ["$select=x", "$orderby=code%20up", "$orderby=x", "$top=-1", "$top=x", "$count=yes", "$top=1&$top=2", "$filter=code"]
        {
            assert!(matches!(read(bad), Err(Refused::Parameter { .. })), "{bad}");
        }
        for unsupported in ["$expand=x", "$apply=x", "$search=x", "$format=xml"] {
            assert!(matches!(read(unsupported), Err(Refused::Unsupported(_))), "{unsupported}");
        }
    }

    #[test]
    fn rows_are_ordered_with_nothing_first_and_otherwise_as_they_came() {
        let rows = vec![
            vec![json!("b"), json!(2)],
            vec![json!("a"), json!(10)],
            vec![json!("c"), Json::Null],
            vec![json!("d"), json!(2)],
        ];
        let codes = |query: &str| -> String {
            let chosen = read(query).unwrap().chosen(&columns(), rows.clone(), &an_hour()).unwrap();
            chosen.iter().map(|row| row[0].as_str().unwrap()).collect()
        };
        assert_eq!(codes("$orderby=value"), "cbda");
        assert_eq!(codes("$orderby=value%20desc"), "abdc");
        assert_eq!(codes("$orderby=value,code%20desc&$filter=value%20ne%20null"), "dba");
    }

    #[test]
    fn long_conditions_on_long_texts_and_sorts_of_them_are_given_up() {
        let rows = |count: usize, length: usize| vec![vec![json!("x".repeat(length)), json!(1)]; count];
        let refused = |query: &str, rows: Vec<Row>| {
            read(query).unwrap().chosen(&columns(), rows, &an_hour()).map(|chosen| chosen.len()).map_err(|why| why.code())
        };
        let simple = "$filter=contains(tolower(code),'y')";
        assert_eq!(refused(simple, rows(2_000, 1_000)), Ok(0));
        assert_eq!(refused("$orderby=code,code,code,value", rows(2_000, 1_000)), Ok(2_000));
        let long = format!("$filter={}", vec!["contains(tolower(code),'y')"; 200].join("%20or%20"));
        assert_eq!(refused(&long, rows(2_000, 1_000)), Err("LIMIT_WORK".to_owned()));
        assert_eq!(refused("$orderby=code", rows(2_000, 20_000)), Err("LIMIT_WORK".to_owned()));
        assert_eq!(read("$orderby=code,code%20desc,value,code").unwrap().order, [(0, false), (1, false)]);
        let over = Work::until(Instant::now(), 10);
        let chosen = read(simple).unwrap().chosen(&columns(), rows(1, 1), &over);
        assert_eq!(chosen.map_err(|why| why.code()).map(|chosen| chosen.len()), Err("TIME_LIMIT".to_owned()));
    }
}
