//! Pages of rows by key: the place of a page is the values of its ordering columns, so rows that come or go don't shift it.

use chrono::Datelike as _;
use sea_orm::{
    ColumnTrait, ColumnType, EntityTrait, ModelTrait, Order, QueryFilter, QueryOrder, QuerySelect, Value,
    sea_query::{Condition, ExprTrait},
};

use super::{Asked, Rows};
use crate::error::{Error, ProblemCode, Result};

/// Which end of the list a page is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// The first so many.
    First(u64),
    /// The last so many.
    Last(u64),
}

/// The place of a row in a list: the values of the ordering columns.
#[derive(Clone, Debug, PartialEq)]
pub struct PageKey(Vec<Value>);

impl PageKey {
    /// As parts of text, each with a letter for its kind.
    #[must_use]
    pub fn to_parts(&self) -> Vec<String> {
        let part = |value: &Value| match value {
            Value::String(Some(text)) => format!("s{text}"),
            Value::Uuid(Some(uuid)) => format!("u{uuid}"),
            Value::ChronoDate(Some(date)) => format!("d{date}"),
            Value::Int(Some(number)) => format!("i{number}"),
            Value::BigInt(Some(number)) => format!("l{number}"),
            other => format!("?{other:?}"),
        };
        self.0.iter().map(part).collect()
    }

    /// From the parts that [`PageKey::to_parts`] gave; `None` when they are none.
    #[must_use]
    pub fn from_parts(parts: &[String]) -> Option<Self> {
        let value = |part: &String| {
            let (kind, text) = part.split_at_checked(1)?;
            Some(match kind {
                "s" => Value::from(text),
                "u" => Value::from(text.parse::<uuid::Uuid>().ok()?),
                "d" => Value::from(text.parse::<chrono::NaiveDate>().ok()?),
                "i" => Value::from(text.parse::<i32>().ok()?),
                "l" => Value::from(text.parse::<i64>().ok()?),
                _ => return None,
            })
        };
        parts.iter().map(value).collect::<Option<Vec<_>>>().map(Self)
    }
}

/// What page is wanted.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// How many, and from which end.
    pub ends: Ends,
    /// Only rows after this key.
    pub after: Option<PageKey>,
    /// Only rows before this key.
    pub before: Option<PageKey>,
    /// Whether the rows on all pages are to be counted.
    pub counted: bool,
}

/// A page of rows.
#[derive(Debug)]
pub struct Page<M> {
    /// The rows with their keys, in the order of the list.
    pub rows: Vec<(PageKey, M)>,
    /// Whether rows precede the page.
    pub has_previous: bool,
    /// Whether rows follow the page.
    pub has_next: bool,
    /// Rows on all pages, when they were counted.
    pub total: Option<u64>,
}

impl<'t, E: EntityTrait<Model: Send + Sync>> Rows<'t, E> {
    /// One page in the order of `keys`, of which the last must be unique and none may be null.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page<'a>(self, keys: &'a [(E::Column, Order)], request: &'a PageRequest) -> Asked<'a, Page<E::Model>>
    where
        't: 'a,
    {
        Box::pin(self.paged(keys, request))
    }

    async fn paged(self, keys: &[(E::Column, Order)], request: &PageRequest) -> Result<Page<E::Model>> {
        let tx = self.tx;
        for (field, key) in [("after", &request.after), ("before", &request.before)] {
            if key.as_ref().is_some_and(|key| !fits(keys, key)) {
                return Err(Error::invalid(field, ProblemCode::Malformed, "This cursor doesn't belong to this list."));
            }
        }
        let total = if request.counted {
            Some(Rows { tx, tenant: self.tenant, select: self.select.clone() }.count().await?)
        } else {
            None
        };
        let (limit, backwards) = match request.ends {
            Ends::First(limit) => (limit, false),
            Ends::Last(limit) => (limit, true),
        };
        let mut select = self.select;
        if let Some(after) = &request.after {
            select = select.filter(beyond(keys, &after.0, false));
        }
        if let Some(before) = &request.before {
            select = select.filter(beyond(keys, &before.0, true));
        }
        for (column, order) in keys {
            select = select.order_by(*column, turned(order, backwards));
        }
        let mut found = Rows::<E> { tx, tenant: self.tenant, select: select.limit(limit + 1) }.all().await?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > wanted;
        found.truncate(wanted);
        if backwards {
            found.reverse();
        }
        let rows =
            found.into_iter().map(|row| (PageKey(keys.iter().map(|(column, _)| row.get(*column)).collect()), row)).collect();
        let (has_previous, has_next) = if backwards { (more, request.before.is_some()) } else { (request.after.is_some(), more) };
        Ok(Page { rows, has_previous, has_next, total })
    }
}

/// Whether a key has a value for each column, of the column's kind.
fn fits<C: ColumnTrait>(keys: &[(C, Order)], key: &PageKey) -> bool {
    let fits = |(column, value): (&C, &Value)| match column.def().get_column_type() {
        ColumnType::Uuid => matches!(value, Value::Uuid(_)),
        ColumnType::Date => matches!(value, Value::ChronoDate(Some(date)) if (1..=9999).contains(&date.year())),
        ColumnType::Integer => matches!(value, Value::Int(_)),
        ColumnType::BigInteger => matches!(value, Value::BigInt(_)),
        _ => matches!(value, Value::String(Some(text)) if !text.contains('\0')),
    };
    keys.len() == key.0.len() && keys.iter().map(|(column, _)| column).zip(&key.0).all(fits)
}

/// The rows that come after `key` (or before it): `a > ? OR (a = ? AND b > ?)`, which both databases answer from an index.
fn beyond<C: ColumnTrait>(keys: &[(C, Order)], key: &[Value], backwards: bool) -> Condition {
    let mut any = Condition::any();
    for (depth, (column, order)) in keys.iter().enumerate() {
        let mut all = Condition::all();
        for ((earlier, _), value) in keys.iter().zip(key).take(depth) {
            all = all.add(earlier.into_expr().eq(value.clone()));
        }
        let Some(value) = key.get(depth) else { continue };
        let expression = column.into_expr();
        let step = match turned(order, backwards) {
            Order::Desc => expression.lt(value.clone()),
            _ => expression.gt(value.clone()),
        };
        any = any.add(all.add(step));
    }
    any
}

fn turned(order: &Order, backwards: bool) -> Order {
    match (order, backwards) {
        (Order::Asc, true) => Order::Desc,
        (Order::Desc, true) => Order::Asc,
        _ => order.clone(),
    }
}
