//! Tables without their types: names, columns and what a column holds, for what is done to every table alike.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::{ColumnTrait, ColumnType, DbErr, EntityTrait, IdenStatic, Iterable, QueryResult, TryGetable, Value};
use serde_json::Value as Json;
use uuid::Uuid;

/// A table as it is stored.
#[derive(Clone, Debug)]
pub struct StoredTable {
    /// Its name in the database.
    pub name: String,
    /// Whether its rows belong to tenants; then the tenant leads the key.
    pub of_tenants: bool,
    /// Its columns.
    pub columns: Vec<StoredColumn>,
}

/// A column as it is stored.
#[derive(Clone, Debug)]
pub struct StoredColumn {
    /// Its name in the database.
    pub name: String,
    kind: ColumnType,
}

impl StoredTable {
    pub(super) fn of<E: EntityTrait>(of_tenants: bool) -> Self {
        let column =
            |column: E::Column| StoredColumn { name: column.as_str().to_owned(), kind: column.def().get_column_type().clone() };
        Self { name: E::default().table_name().to_owned(), of_tenants, columns: E::Column::iter().map(column).collect() }
    }

    /// The names of its columns, in order.
    #[must_use]
    pub fn column_names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }
}

impl StoredColumn {
    /// The value of the column that stands at `index` of a row, as JSON that [`StoredColumn::value`] takes back unchanged.
    pub(crate) fn json(&self, row: &QueryResult, index: usize) -> Result<Json, DbErr> {
        fn at<T: TryGetable>(row: &QueryResult, index: usize, json: impl FnOnce(T) -> Json) -> Result<Json, DbErr> {
            Ok(row.try_get_by_index::<Option<T>>(index)?.map_or(Json::Null, json))
        }
        match self.kind {
            ColumnType::Uuid => at::<Uuid>(row, index, |id| id.to_string().into()),
            ColumnType::Text | ColumnType::String(_) => at::<String>(row, index, Json::from),
            ColumnType::Integer => at::<i32>(row, index, Json::from),
            ColumnType::BigInteger => at::<i64>(row, index, Json::from),
            ColumnType::Boolean => at::<bool>(row, index, Json::from),
            ColumnType::Date => at::<NaiveDate>(row, index, |day| day.to_string().into()),
            ColumnType::TimestampWithTimeZone => {
                at::<DateTime<Utc>>(row, index, |moment| moment.to_rfc3339_opts(SecondsFormat::AutoSi, true).into())
            }
            ColumnType::Json | ColumnType::JsonBinary => at::<Json>(row, index, |json| json),
            _ => Err(DbErr::Type(format!("the column {} is of an unknown kind", self.name))),
        }
    }

    /// What [`StoredColumn::json`] gave, to be stored again; nothing when it can't be a value of this column.
    pub(crate) fn value(&self, json: &Json) -> Option<Value> {
        let text = || json.as_str();
        if matches!(self.kind, ColumnType::Json | ColumnType::JsonBinary) {
            return Some(Value::Json((!json.is_null()).then(|| Box::new(json.clone()))));
        }
        let is_null = json.is_null();
        Some(match self.kind {
            ColumnType::Uuid => Value::Uuid(if is_null { None } else { Some(text()?.parse().ok()?) }),
            ColumnType::Text | ColumnType::String(_) => Value::String(if is_null { None } else { Some(text()?.to_owned()) }),
            ColumnType::Integer => Value::Int(if is_null { None } else { Some(json.as_i64()?.try_into().ok()?) }),
            ColumnType::BigInteger => Value::BigInt(if is_null { None } else { Some(json.as_i64()?) }),
            ColumnType::Boolean => Value::Bool(if is_null { None } else { Some(json.as_bool()?) }),
            ColumnType::Date => Value::ChronoDate(if is_null { None } else { Some(text()?.parse().ok()?) }),
            ColumnType::TimestampWithTimeZone => {
                Value::ChronoDateTimeUtc(if is_null { None } else { Some(text()?.parse().ok()?) })
            }
            _ => return None,
        })
    }
}
