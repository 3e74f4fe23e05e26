//! The record: every write, every read across tenants and every restricted one, as an event in the tenant's chain.
//!
//! What a transaction writes is taken down where it is written, in [`TenantTx::insert`] and [`TenantTx::set`], and goes into
//! the chain when it commits. So no use case can forget it, and a write that commits without an act is refused.

use std::sync::PoisonError;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::{
    ConnectionTrait, DbBackend, IdenStatic, Iterable, ModelTrait, Statement, Value,
    sea_query::{Expr, ExprTrait, InsertStatement, Query, UpdateStatement, sea_value_to_json_value},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{DatabaseTransaction, Engine, Hold, TenantTx, changes::ChangeFeed, held_back, versions};
use crate::{
    error::{Error, Result},
    rules::chain::{self, BEGINNING},
    tables::{
        Id, RecordArea, TenantId, TenantTable,
        organisation::{act, audit_chain, audit_event},
    },
};

/// What became of one row: its columns by name, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The register, by the name of its table.
    pub register: String,
    /// The row.
    pub row: Uuid,
    /// The columns that changed as they were; none for a new row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Map<String, Json>>,
    /// The columns as they are now.
    pub after: Map<String, Json>,
}

/// What a transaction has written so far, and under which act.
#[derive(Debug, Default)]
pub(super) struct Written {
    act: Option<act::Model>,
    changes: Vec<Change>,
}

impl TenantTx {
    pub(super) fn take_down_act(&self, act: act::Model) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).act = Some(act);
    }

    /// Takes down what became of something that isn't a tenant's row.
    pub(super) fn take_down(&self, register: &str, row: Uuid, before: Option<Json>, after: Json) {
        let columns = |value: Json| if let Json::Object(columns) = value { columns } else { Map::new() };
        let change = Change { register: register.to_owned(), row, before: before.map(columns), after: columns(after) };
        self.written.lock().unwrap_or_else(PoisonError::into_inner).changes.push(change);
    }

    pub(super) fn take_down_inserts<E: TenantTable>(&self, rows: &[E::Model]) {
        // The act is what the event itself is about.
        if E::NAME == <act::Entity as TenantTable>::NAME {
            return;
        }
        let change = |row: &E::Model| Change {
            register: E::NAME.to_owned(),
            row: E::id_of(row).uuid(),
            before: None,
            after: columns::<E>(row, |_| true),
        };
        self.written.lock().unwrap_or_else(PoisonError::into_inner).changes.extend(rows.iter().map(change));
    }

    pub(super) fn take_down_changes<E: TenantTable>(&self, before: &[E::Model], values: &[(E::Column, Value)]) {
        let after: Map<String, Json> = values.iter().map(|(column, value)| (column.as_str().to_owned(), json(value))).collect();
        let change = |row: &E::Model| Change {
            register: E::NAME.to_owned(),
            row: E::id_of(row).uuid(),
            before: Some(columns::<E>(row, |column| after.contains_key(column))),
            after: after.clone(),
        };
        self.written.lock().unwrap_or_else(PoisonError::into_inner).changes.extend(before.iter().map(change));
    }

    /// Adds what was written to the record; the chain is held from here to the end of the transaction.
    pub(super) async fn seal(&self) -> Result<()> {
        let written = std::mem::take(&mut *self.written.lock().unwrap_or_else(PoisonError::into_inner));
        let Some(act) = written.act else {
            return if written.changes.is_empty() { Ok(()) } else { Err(Error::internal("something was written under no act")) };
        };
        let event = Event {
            tenant: act.tenant_id,
            kind: act.kind,
            act: Some(act.id),
            person: act.person_id,
            office: act.office,
            service_account: act.service_account_id,
            request_id: act.request_id,
            justification: None,
            body: serde_json::to_string(&written.changes).map_err(Error::internal)?,
            done_on: act.done_on,
            done_at: act.done_at,
        };
        let end = if self.engine() == Engine::Postgres { self.touched.take_only(event.tenant) } else { Vec::new() };
        let moving = (!end.is_empty()).then_some((&*self.feed, end.as_slice()));
        self.trail.was_left();
        event.append_moving(&*self.begun.get(&self.actor).await?, self.taken_along(), moving).await
    }

    /// Holds what gives the acting tenant's numbers out: its record, which every write comes to in the end. Whoever takes the number after
    /// the last holds it first, so no two take the same; what isn't committed takes none, so there are no gaps.
    ///
    /// # Errors
    /// As [`TenantTx::hold`].
    pub async fn hold_numbers(&self) -> Result<()> {
        if self.engine() == Engine::Sqlite {
            return Ok(());
        }
        // A record that nothing stands on yet has no head that could be held.
        let head: [Value; 2] = [self.acting_tenant()?.into(), BEGINNING.into()];
        self.connection().await?.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, BEGIN, head)).await?;
        self.hold::<audit_chain::Entity>(None, Hold::Alone).await
    }
}

/// A row's columns by name.
fn columns<E: TenantTable>(row: &E::Model, wanted: impl Fn(&str) -> bool) -> Map<String, Json> {
    let named = E::Column::iter().filter(|column| wanted(column.as_str()));
    named.map(|column| (column.as_str().to_owned(), json(&row.get(column)))).collect()
}

/// A stored value as JSON: days and moments by ISO 8601, identifiers as UUIDs.
fn json(value: &Value) -> Json {
    match value {
        Value::ChronoDate(Some(day)) => day.to_string().into(),
        Value::ChronoDateTimeUtc(Some(at)) => at.to_rfc3339_opts(SecondsFormat::Micros, true).into(),
        Value::Uuid(Some(id)) => id.to_string().into(),
        other => sea_value_to_json_value(other),
    }
}

/// Something that is to be put on record.
pub(super) struct Event {
    pub(super) tenant: TenantId,
    pub(super) kind: String,
    pub(super) act: Option<Id<act::Model>>,
    pub(super) person: Option<Id<crate::tables::organisation::person::Model>>,
    pub(super) office: Option<crate::policy::Office>,
    pub(super) service_account: Option<Id<crate::tables::organisation::service_account::Model>>,
    pub(super) request_id: Option<String>,
    pub(super) justification: Option<String>,
    pub(super) body: String,
    pub(super) done_on: NaiveDate,
    pub(super) done_at: DateTime<Utc>,
}

const BEGIN: &str = "INSERT INTO audit_chain (tenant_id, id, length, head) VALUES ($1, $1, 0, $2) ON CONFLICT DO NOTHING";

/// Versions that are to move on with an event, and who is to hear of it.
type Moving<'m> = Option<(&'m dyn ChangeFeed, &'m [RecordArea])>;

/// The event and the chain's new head. PostgreSQL takes both in one statement, which spares a round trip while the chain is held, and
/// with them the versions that move on, if they are the last that the transaction does; whoever is to hear of those hears of it there.
fn ending(engine: DbBackend, row: &audit_event::Model, moving: Moving<'_>) -> Vec<Statement> {
    let columns: Vec<&str> = audit_event::Column::iter().map(|column| column.as_str()).collect();
    let mut values: Vec<Value> = audit_event::Column::iter().map(|column| row.get(column)).collect();
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("${place}")).collect();
    let insert = format!("INSERT INTO audit_event ({}) VALUES ({})", columns.join(", "), places.join(", "));
    let head = |first: usize| format!("UPDATE audit_chain SET head = ${} WHERE tenant_id = ${first}", first + 1);
    let chain: [Value; 2] = [row.tenant_id.into(), row.seal.as_str().into()];
    if engine == DbBackend::Sqlite {
        let event = Statement::from_sql_and_values(engine, insert, values);
        return vec![event, Statement::from_sql_and_values(engine, head(1), chain)];
    }
    let head = head(columns.len() + 1);
    values.extend(chain);
    let moved = moving.map(|(feed, areas)| versions::moving(feed, row.tenant_id, areas, row.done_at, &mut values));
    let moved = moved.map(|sql| format!(", moved AS ({sql})")).unwrap_or_default();
    vec![Statement::from_sql_and_values(engine, format!("WITH head AS ({head}){moved} {insert}"), values)]
}

impl Event {
    /// Adds the event to its tenant's chain.
    pub(super) async fn append(self, connection: &DatabaseTransaction) -> Result<()> {
        self.append_moving(connection, Vec::new(), None).await
    }

    async fn append_moving(
        self,
        connection: &DatabaseTransaction,
        held_back: Vec<InsertStatement>,
        moving: Moving<'_>,
    ) -> Result<()> {
        let (place, before) = self.next(connection, held_back).await?;
        let mut row = audit_event::Model {
            tenant_id: self.tenant,
            id: Id::new(),
            place,
            kind: self.kind,
            act_id: self.act,
            person_id: self.person,
            office: self.office,
            service_account_id: self.service_account,
            request_id: self.request_id,
            justification: self.justification,
            body: self.body,
            done_on: self.done_on,
            done_at: self.done_at,
            before,
            seal: String::new(),
        };
        row.seal = seal_of(&row);
        for statement in ending(connection.get_database_backend(), &row, moving) {
            connection.execute_raw(statement).await?;
        }
        Ok(())
    }

    /// The place and the seal before, with the chain held until the transaction ends; what was held back is done in the same statement.
    async fn next(&self, connection: &DatabaseTransaction, held_back: Vec<InsertStatement>) -> Result<(i64, String)> {
        let next = next_of(self.tenant);
        let mut row = match held_back.is_empty() {
            true => connection.query_one(&next).await?,
            false => connection.query_one(&next.clone().with(held_back::as_parts(held_back))).await?,
        };
        if row.is_none() {
            let values = [self.tenant.into(), BEGINNING.into()];
            let begin = Statement::from_sql_and_values(connection.get_database_backend(), BEGIN, values);
            connection.execute_raw(begin).await?;
            row = connection.query_one(&next).await?;
        }
        let row = row.ok_or_else(|| Error::internal("the record's chain can't be held"))?;
        Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
    }
}

/// Takes the next place in a tenant's chain.
fn next_of(tenant: TenantId) -> UpdateStatement {
    use audit_chain::Column;
    let mut next = Query::update();
    next.table(audit_chain::Entity)
        .value(Column::Length, Expr::col(Column::Length).add(1))
        .and_where(Expr::col(Column::TenantId).eq(tenant))
        .returning(Query::returning().columns([Column::Length, Column::Head]));
    next
}

/// What an event's seal has to be, by everything else about it.
pub(crate) fn seal_of(event: &audit_event::Model) -> String {
    with_parts(event, |parts| chain::seal(event.place, &event.before, parts))
}

/// An event's parts in the order in which they are sealed.
pub(crate) fn with_parts<T>(event: &audit_event::Model, then: impl FnOnce(&[Option<&str>]) -> T) -> T {
    let (tenant, id) = (event.tenant_id.to_string(), event.id.to_string());
    let (act, person) = (event.act_id.map(|id| id.to_string()), event.person_id.map(|id| id.to_string()));
    let (on, at) = (event.done_on.to_string(), event.done_at.to_rfc3339_opts(SecondsFormat::Micros, true));
    let machine = event.service_account_id.map(|id| id.to_string());
    let parts = [
        Some(tenant.as_str()),
        Some(&id),
        Some(&event.kind),
        act.as_deref(),
        person.as_deref(),
        event.office.map(crate::policy::Office::as_str),
        event.request_id.as_deref(),
        event.justification.as_deref(),
        Some(&event.body),
        Some(&on),
        Some(&at),
        machine.as_deref(),
    ];
    // What people did is sealed as it was before there were machines: an event without one has one part less.
    let length = if machine.is_some() { parts.len() } else { parts.len() - 1 };
    then(parts.get(..length).unwrap_or(&parts))
}
