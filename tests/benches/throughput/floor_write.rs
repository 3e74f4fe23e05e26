//! The floor's write: one hand-written statement on PostgreSQL, two in a transaction on SQLite, which has no other way.
//!
//! It checks what the use case checks as far as one figure for one area needs it: the office, the indicator, the area, that the
//! period isn't locked and that no figure stands; it leaves an act and the figure.

use chrono::{DateTime, Utc};
use entity::{rules::period::Period, tenancy::Actor};
use serde_json::Value;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{
    Outcome,
    floor::{Pool, scope},
};

/// Says in which tenant is written.
const ACT: &str = "SELECT set_config('concordat.acting', (SELECT id::text FROM tenant WHERE slug = $1), true)";

/// One figure, with what the rows need beside it.
struct Entry<'v> {
    slug: &'v str,
    indicator: &'v str,
    area: &'v str,
    period: Period,
    millionths: i64,
    source: &'v str,
    act: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
}

impl<'v> Entry<'v> {
    fn read(variables: &'v Value, now: DateTime<Utc>) -> Option<Self> {
        let text = |name: &str| variables.get(name).and_then(Value::as_str);
        let millionths = variables.get("value")?.as_f64()? * 1_000_000.0;
        Some(Self {
            slug: text("slug")?,
            indicator: text("indicator")?,
            area: text("area")?,
            period: text("period")?.parse().ok()?,
            millionths: millionths.round() as i64,
            source: text("source")?,
            act: Uuid::now_v7(),
            id: Uuid::now_v7(),
            now,
        })
    }
}

macro_rules! bound {
    ($sql:expr, $entry:expr, $actor:expr) => {
        sqlx::query_scalar::<_, String>($sql)
            .bind($entry.slug)
            .bind($actor.person().map(|own| own.person.uuid()))
            .bind($actor.business_date)
            .bind($entry.indicator)
            .bind($entry.area)
            .bind($entry.period.code())
            .bind($entry.period.label())
            .bind($entry.period.start())
            .bind($entry.period.end())
            .bind($entry.millionths)
            .bind($entry.act)
            .bind($entry.id)
            .bind($entry.now)
            .bind($entry.source)
    };
}

/// Enters the figure; nothing when something forbids it.
pub async fn write(pool: &Pool, variables: &Value, actor: &Actor, now: DateTime<Utc>) -> Outcome<Option<String>> {
    let entry = Entry::read(variables, now).ok_or("no figure")?;
    match pool {
        Pool::Postgres { writers, .. } => {
            let mut tx = writers.begin_with(AssertSqlSafe(scope("BEGIN", actor))).await?;
            sqlx::query(ACT).bind(entry.slug).execute(&mut *tx).await?;
            let written = bound!(include_str!("write.postgres.sql"), entry, actor).fetch_optional(&mut *tx).await?;
            if written.is_some() {
                tx.commit().await?;
            }
            Ok(written)
        }
        Pool::Sqlite { writers, .. } => {
            let mut tx = writers.begin_with("BEGIN IMMEDIATE").await?;
            bound!(include_str!("write.act.sqlite.sql"), entry, actor).fetch_optional(&mut *tx).await?;
            let written = bound!(include_str!("write.sqlite.sql"), entry, actor).fetch_optional(&mut *tx).await?;
            if written.is_some() {
                tx.commit().await?;
            }
            Ok(written)
        }
    }
}
