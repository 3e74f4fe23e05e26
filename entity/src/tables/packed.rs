//! Many rows in one text.
//!
//! SQLite's driver hands over each row by itself, from a thread of its own, with a copy of every cell; for hundreds of rows that costs
//! more than finding them. So those come as one JSON list of lists, which is read in one go.
//!
//! PostgreSQL would pay for making such a list as much as for sending the rows. What is read by the hundred there stands in the rows as one
//! text already (`brief`), and the rows are only strung together.

use std::{borrow::Cow, fmt, marker::PhantomData};

use sea_orm::DbErr;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};

use super::{
    TenantId,
    by_place::{Answer, ByPlace, Cells},
};

/// A cell in such a text. Truth values are 1 and 0 there, identifiers are in hexadecimal; days are what SQLite has for them, or counted from
/// the beginning of 2000 in PostgreSQL's text.
#[derive(Debug)]
pub(crate) enum Packed<'t> {
    /// Nothing.
    Null,
    /// A whole number.
    Whole(i64),
    /// A text.
    Text(Cow<'t, str>),
    /// A part of PostgreSQL's text, in which a number is written as one.
    Part(&'t str),
}

impl Packed<'_> {
    /// The whole number.
    pub(crate) fn whole(&self) -> Result<i64, DbErr> {
        match self {
            Self::Whole(number) => Ok(*number),
            Self::Part(part) => part.parse().map_err(|_| unexpected("a whole number", self)),
            _ => Err(unexpected("a whole number", self)),
        }
    }

    /// The text.
    pub(crate) fn text(&self) -> Result<&str, DbErr> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Part(part) => Ok(part),
            _ => Err(unexpected("a text", self)),
        }
    }
}

fn unexpected(wanted: &str, cell: &Packed<'_>) -> DbErr {
    let found = match cell {
        Packed::Null => "nothing",
        Packed::Whole(_) => "a whole number",
        Packed::Text(_) | Packed::Part(_) => "a text",
    };
    DbErr::Type(format!("{wanted} was expected, and {found} found"))
}

/// The statement that gives the rows of a statement as one text.
pub(crate) fn packing<M: ByPlace>(sql: &str) -> String {
    let are_ids = M::are_ids();
    let names: Vec<String> = (0..are_ids.len()).map(|place| format!("c{place}")).collect();
    let cell = |(name, is_id): (&String, &bool)| if *is_id { format!("nullif(hex({name}), '')") } else { name.clone() };
    let cells: Vec<String> = names.iter().zip(&are_ids).map(cell).collect();
    format!("WITH packed ({}) AS ({sql}) SELECT json_group_array(json_array({})) FROM packed", names.join(", "), cells.join(", "))
}

/// The rows in such a text, of a tenant or of several.
///
/// # Errors
/// When it isn't one, or holds rows of another shape.
pub(crate) fn unpacked<M: ByPlace>(text: &str, tenant: Option<TenantId>) -> Result<Vec<M>, DbErr> {
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.deserialize_seq(Rows(tenant, PhantomData)).map_err(|error| DbErr::Type(error.to_string()))
}

/// Stands between the rows of PostgreSQL's text.
const NEXT_ROW: char = '\u{1e}';
/// Stands between the cells of its rows.
pub(crate) const NEXT_CELL: char = '\u{1f}';
/// Stands there for nothing.
pub(crate) const NOTHING: &str = "\u{1a}";

/// The column that holds a row's text.
pub(crate) const BRIEF: &str = "brief";

/// The statement that strings together the texts that a statement for PostgreSQL finds, in the order in which it finds them.
pub(crate) fn stringing(sql: &str) -> String {
    format!("SELECT string_agg(whole.{BRIEF}, '{NEXT_ROW}') FROM ({sql}) AS whole")
}

/// The rows in PostgreSQL's text, of a tenant or of several.
///
/// # Errors
/// When it holds rows of another shape.
pub(crate) fn strung<M: ByPlace>(text: &str, tenant: Option<TenantId>) -> Result<Vec<M>, DbErr> {
    let (wanted, mut cells, mut answer) = (M::are_ids().len(), Vec::new(), Answer::of(tenant));
    let mut read = Vec::with_capacity(text.matches(NEXT_ROW).count().saturating_add(1));
    for (cell, ends_row) in parts(text) {
        cells.push(if cell == NOTHING { Packed::Null } else { Packed::Part(cell) });
        if !ends_row {
            continue;
        }
        if cells.len() != wanted {
            return Err(DbErr::Type(format!("a row of {wanted} cells was expected, and one of {} found", cells.len())));
        }
        read.push(M::by_place(&mut Cells::of(cells.drain(..), &mut answer))?);
    }
    Ok(read)
}

/// The cells of such a text, each with whether it is the last of its row. Cells are a few bytes long, so these are looked at one by one: to
/// begin a search for each sign costs more.
fn parts(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut left = Some(text);
    std::iter::from_fn(move || {
        let text = left.take()?;
        let is_sign = |byte: u8| byte == NEXT_ROW as u8 || byte == NEXT_CELL as u8;
        let Some((cell, rest)) = text.bytes().position(is_sign).and_then(|at| text.split_at_checked(at)) else {
            return Some((text, true));
        };
        left = rest.get(1..);
        Some((cell, rest.starts_with(NEXT_ROW)))
    })
}

struct Rows<M>(Option<TenantId>, PhantomData<M>);

impl<'t, M: ByPlace> Visitor<'t> for Rows<M> {
    type Value = Vec<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut rows: A) -> Result<Self::Value, A::Error> {
        let (mut read, mut cells, mut answer) = (Vec::new(), Vec::new(), Answer::of(self.0));
        while rows.next_element_seed(Row(&mut cells))?.is_some() {
            read.push(M::by_place(&mut Cells::of(cells.drain(..), &mut answer)).map_err(A::Error::custom)?);
        }
        Ok(read)
    }
}

/// A row, whose cells are put into a list that was there before.
struct Row<'c, 't>(&'c mut Vec<Packed<'t>>);

impl<'t> DeserializeSeed<'t> for Row<'_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'t> Visitor<'t> for Row<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut cells: A) -> Result<(), A::Error> {
        while let Some(cell) = cells.next_element()? {
            self.0.push(cell);
        }
        Ok(())
    }
}

impl<'t> Deserialize<'t> for Packed<'t> {
    fn deserialize<D: Deserializer<'t>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'t> Visitor<'t> for CellVisitor {
    type Value = Packed<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing, a truth value, a whole number or a text")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Packed::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Packed::Whole(truth.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Packed::Whole(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
        i64::try_from(number).map(Packed::Whole).map_err(E::custom)
    }

    fn visit_borrowed_str<E>(self, text: &'t str) -> Result<Self::Value, E> {
        Ok(Packed::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Packed::Text(Cow::Owned(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::tables::{Cell as _, Id, RecordedPeriod, Recurring};

    #[derive(Debug, PartialEq)]
    struct Seen(Id<()>, Option<Id<()>>, Option<i64>, bool, RecordedPeriod);

    impl ByPlace for Seen {
        fn are_ids() -> Vec<bool> {
            vec![true, true, false, false, false]
        }

        fn by_place(cells: &mut Cells<'_, '_>) -> Result<Self, DbErr> {
            Ok(Self(cells.take()?, cells.take()?, cells.take()?, cells.take()?, cells.take()?))
        }
    }

    #[test]
    fn rows_are_packed_and_unpacked() {
        assert_eq!(
            packing::<Seen>("SELECT 1"),
            "WITH packed (c0, c1, c2, c3, c4) AS (SELECT 1) SELECT json_group_array(json_array(nullif(hex(c0), ''), \
             nullif(hex(c1), ''), c2, c3, c4)) FROM packed"
        );
        let text = r#"[["6F1D31C452A75B0E9A44C0C04DA72009",null,null,1,"FY2009-Q3"],["6F1D31C452A75B0E9A44C0C04DA72009",
            "6F1D31C452A75B0E9A44C0C04DA72009",-5,0,"the \"third\" wave"]]"#;
        let id = Id::from_uuid(uuid::uuid!("6f1d31c4-52a7-5b0e-9a44-c0c04da72009"));
        let period = |code: &str| RecordedPeriod::from(code);
        let expected = vec![
            Seen(id, None, None, true, period("FY2009-Q3")),
            Seen(id, Some(id), Some(-5), false, period("the \"third\" wave")),
        ];
        assert_eq!(unpacked::<Seen>(text, None).ok(), Some(expected));
        assert_eq!(unpacked::<Seen>("[]", None).map(|rows| rows.len()).ok(), Some(0));
    }

    #[test]
    fn rows_are_unstrung() {
        let id = "6f1d31c4-52a7-5b0e-9a44-c0c04da72009";
        let text = format!(
            "{id}\u{1f}\u{1a}\u{1f}\u{1a}\u{1f}1\u{1f}FY2009-Q3\u{1e}{id}\u{1f}{id}\u{1f}-5\u{1f}0\u{1f}the \"third\" wave"
        );
        let (id, period) = (Id::from_uuid(uuid::uuid!("6f1d31c4-52a7-5b0e-9a44-c0c04da72009")), RecordedPeriod::from);
        let expected = vec![
            Seen(id, None, None, true, period("FY2009-Q3")),
            Seen(id, Some(id), Some(-5), false, period("the \"third\" wave")),
        ];
        assert_eq!(strung::<Seen>(&text, None).ok(), Some(expected));
        let days: Vec<_> = ["0", "3692", "-1"]
            .into_iter()
            .map(|day| NaiveDate::of(&Packed::Part(day), &mut Recurring::default()).ok())
            .collect();
        assert_eq!(days, ["2000-01-01", "2010-02-09", "1999-12-31"].map(|day| day.parse().ok()));
        for other in [text.replace("-5", "five"), text.replace("-5\u{1f}", ""), format!("{text}\u{1f}"), String::new()] {
            assert!(strung::<Seen>(&other, None).is_err(), "{other}");
        }
    }

    #[test]
    fn rows_of_another_shape_are_refused() {
        for text in
            ["{}", "[[1]]", r#"[["6F1D31C452A75B0E9A44C0C04DA72009",null,"5",1,"FY2009"]]"#, r#"[["no",null,null,1,"FY2009"]]"#]
        {
            assert!(unpacked::<Seen>(text, None).is_err(), "{text}");
        }
    }
}
