//! A transaction on behalf of an actor.

use std::{
    collections::BTreeSet,
    pin::Pin,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, FromQueryResult, Select, Statement, Value,
    sea_query::{ArrayType, Expr, ExprTrait, InsertStatement, SimpleExpr},
};
use tokio::sync::OnceCell;

use super::{
    Actor, Authorised, DatabaseTransaction, Db, Engine, List, Reading, Warrant, by_place, changes::ChangeFeed,
    held_back::inserting, record::Written, trail::Trail, versions, writing::Claim,
};
use crate::{
    clock::Clock,
    error::{Error, Result},
    policy::Resource,
    tables::{ByPlace, Id, RecordArea, ReferenceTable, TenantId, organisation::act},
};

/// An answer that is awaited from the database, in a box, so that whatever waits for it stays small.
pub type Asked<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

/// One transaction: a snapshot for reading over the actor's tenants, or a write in one of them.
///
/// It hands out no connection: what can be done with it is what this module and its neighbours offer.
pub struct TenantTx {
    pub(super) begun: Begun,
    pub(super) engine: Engine,
    pub(super) actor: Arc<Actor>,
    pub(super) acting: Option<TenantId>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) request_id: Option<String>,
    pub(super) written: Mutex<Written>,
    pub(super) held_back: Mutex<Vec<InsertStatement>>,
    pub(super) touched: versions::Touched,
    pub(super) feed: Arc<dyn ChangeFeed>,
    /// For what has to be known of other tenants before a write: whom it concerns.
    pub(super) recognisers: DatabaseConnection,
    pub(super) readings: Arc<Mutex<BTreeSet<Reading>>>,
    pub(super) trail: Trail,
    pub(super) claim: Option<Claim>,
}

/// The database's own transaction.
#[derive(Clone)]
pub(super) enum Begun {
    /// It has begun.
    Already(Arc<DatabaseTransaction>),
    /// It begins when something is asked for the first time: a look at what the same request has written, much of which is known
    /// without asking.
    WhenAsked(Arc<(Db, OnceCell<Arc<DatabaseTransaction>>)>),
}

impl Begun {
    pub(super) async fn get(&self, actor: &Actor) -> Result<Arc<DatabaseTransaction>> {
        match self {
            Self::Already(transaction) => Ok(Arc::clone(transaction)),
            Self::WhenAsked(later) => {
                let (db, begun) = &**later;
                let begin = async || db.begin(actor, None).await.map(Arc::new).map_err(Error::after_write);
                begun.get_or_try_init(begin).await.cloned()
            }
        }
    }

    /// Whether it looks at what the same request has written.
    fn is_after_write(&self) -> bool {
        matches!(self, Self::WhenAsked(..))
    }
}

impl TenantTx {
    /// On whose behalf.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The business date.
    #[must_use]
    pub fn business_date(&self) -> NaiveDate {
        self.actor.business_date
    }

    /// The system's time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        // What is read by the time of day is another thing a moment later.
        self.trail.was_left();
        self.clock.now()
    }

    /// The tenant in which this transaction writes.
    ///
    /// # Errors
    /// When it only reads.
    pub fn acting_tenant(&self) -> Result<TenantId> {
        self.acting.ok_or_else(|| Error::internal("a reading transaction was asked to write"))
    }

    /// For whatever isn't a register found under leave to read it, nor reference data.
    pub(super) async fn connection(&self) -> Result<Arc<DatabaseTransaction>> {
        self.trail.was_left();
        self.caught_up().await
    }

    /// Asks the database, for reading in a task of its own.
    ///
    /// Rows arrive in many pieces, and each piece wakes whoever waits for it. That is to be this task, not a document with
    /// thousands of fields in the making, all of which would be looked at again. Who writes has nothing else in the making.
    pub(super) fn asked<'t, T, F>(&'t self, ask: impl FnOnce(Arc<DatabaseTransaction>) -> F + Send + 't) -> Asked<'t, T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        Box::pin(async move {
            let connection = self.caught_up().await?;
            if self.acting.is_some() {
                return ask(connection).await;
            }
            let answer = tokio::spawn(ask(connection)).await.map_err(Error::internal)?;
            answer.map_err(|error| if self.begun.is_after_write() { error.after_write() } else { error })
        })
    }

    /// Reference data, which belongs to no tenant.
    #[expect(clippy::disallowed_methods, reason = "reference tables have no tenant to filter on")]
    pub fn reference<E: ReferenceTable>(&self) -> Reference<'_, E> {
        // Its versions stand with every tenant, and move together.
        match self.actor.tenants().first() {
            Some(tenant) => self.trail.led_to((*tenant, RecordArea::Reference)),
            None => self.trail.was_left(),
        }
        Reference { tx: self, select: E::find() }
    }

    /// Runs a statement that the query builder can't put, over one tenant's rows; it must filter on the tenant itself.
    pub(crate) async fn select_by_sql<M: FromQueryResult + Send + 'static>(
        &self,
        of: (TenantId, Resource),
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<M>> {
        let statement = self.confined_statement(of, sql, values)?;
        self.asked(|connection| async move { Ok(M::find_by_statement(statement).all(&*connection).await?) }).await
    }

    /// The same for rows that are read by the hundred, of which a statement for PostgreSQL finds the texts, as `brief`.
    pub(crate) async fn select_many_by_sql<M: ByPlace + 'static>(
        &self,
        of: (TenantId, Resource),
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<M>> {
        let (tenant, statement) = (of.0, self.confined_statement(of, sql, values)?);
        self.asked(move |connection| async move { Ok(by_place::all(&*connection, statement, Some(tenant)).await?) }).await
    }

    fn confined_statement(
        &self,
        (tenant, resource): (TenantId, Resource),
        sql: &str,
        mut values: Vec<Value>,
    ) -> Result<Statement> {
        let leave = self.leave_to_read(tenant, resource)?;
        let sql = self.narrowed(leave, resource, sql)?;
        // The tenant is always the first parameter, whatever the statement says.
        values.insert(0, tenant.into());
        Ok(Statement::from_sql_and_values(self.engine.backend(), sql, values))
    }

    /// Which database it is, for the few statements that differ.
    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    /// Membership of a list of identifiers or texts: one parameter, so that one prepared statement serves every length and a long
    /// list can't fill the cache of statements.
    pub(crate) fn any_of<C: ColumnTrait, T: Into<Value> + sea_orm::sea_query::ValueType>(
        &self,
        column: C,
        values: impl IntoIterator<Item = T>,
    ) -> SimpleExpr {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        match self.engine {
            Engine::Sqlite => {
                let hex = |uuid: &uuid::Uuid| uuid.simple().to_string();
                let (inner, texts): (_, Vec<String>) = match T::array_type() {
                    ArrayType::Uuid => (
                        "SELECT unhex(value) FROM json_each(?)",
                        values
                            .iter()
                            .filter_map(|value| if let Value::Uuid(Some(uuid)) = value { Some(hex(uuid)) } else { None })
                            .collect(),
                    ),
                    _ => (
                        "SELECT value FROM json_each(?)",
                        values
                            .iter()
                            .filter_map(|value| if let Value::String(Some(text)) = value { Some(text.clone()) } else { None })
                            .collect(),
                    ),
                };
                let list = Expr::cust_with_values(inner, [serde_json::Value::from(texts).to_string()]);
                Expr::col(column.as_column_ref()).is_in([list])
            }
            Engine::Postgres => {
                let array = Value::Array(T::array_type(), Some(Box::new(values)));
                // A function's call, since a custom expression would be put in brackets, which PostgreSQL doesn't take here.
                Expr::col(column.as_column_ref()).eq(sea_orm::sea_query::extension::postgres::PgFunc::any(array))
            }
        }
    }

    /// Whether one of the columns contains a text, whatever the case; the text's own wildcards are taken literally.
    pub(crate) fn contains_text<C: ColumnTrait>(&self, columns: &[C], text: &str) -> sea_orm::Condition {
        let literal = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        columns.iter().fold(sea_orm::Condition::any(), |any, column| {
            let lowered = sea_orm::sea_query::Func::lower(column.into_expr().cast_as("text"));
            any.add(SimpleExpr::from(lowered).like(sea_orm::sea_query::LikeExpr::new(format!("%{literal}%")).escape('\\')))
        })
    }

    /// Writes down that something is being done, and under which appointment or for which machine; the rows it writes name this act.
    /// It waits for the next statement.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn act<T, D>(&self, kind: &str, leave: &Authorised<T, D>) -> Result<Id<act::Model>> {
        let row = act::Model {
            tenant_id: self.acting_tenant()?,
            id: Id::new(),
            kind: kind.to_owned(),
            person_id: self.actor.person().map(|person| person.person),
            appointment_id: match leave.warrant() {
                Warrant::Appointment(held) => Some(held.id),
                Warrant::Grant(_) => None,
            },
            office: leave.warrant().office(),
            service_account_id: self.actor.machine().map(|machine| machine.account),
            done_on: self.business_date(),
            done_at: self.now(),
            request_id: self.request_id.clone(),
        };
        let id = row.id;
        self.take_down_act(row.clone());
        self.touch::<act::Entity>();
        self.hold_back(inserting::<act::Entity>([row])).await?;
        Ok(id)
    }

    /// Puts everything that was written on record and makes it durable.
    ///
    /// # Errors
    /// When the database can't; then nothing was written, but for [`Error::Unsettled`]. When the call came under a key, which
    /// asks for [`TenantTx::commit_with`].
    pub async fn commit(self) -> Result<()> {
        if self.claim.is_some() {
            return Err(Error::internal("a write under a key was about to be committed without its outcome"));
        }
        self.seal().await?;
        let Begun::Already(transaction) = self.begun else { return Err(Error::internal("nothing was begun to be committed")) };
        let transaction = Arc::into_inner(transaction).ok_or_else(|| Error::internal("a statement is still under way"))?;
        versions::commit(transaction, &*self.feed, (self.acting, self.touched.take()), self.clock.now()).await
    }
}

/// A query over a table of reference data.
pub struct Reference<'t, E: EntityTrait> {
    tx: &'t TenantTx,
    select: Select<E>,
}

impl<'t, E: EntityTrait<Model: Send + Sync>> Reference<'t, E> {
    /// Keeps the rows that meet the condition.
    #[must_use]
    pub fn filter(mut self, condition: impl sea_orm::sea_query::IntoCondition) -> Self {
        self.select = sea_orm::QueryFilter::filter(self.select, condition.into_condition());
        self
    }

    /// These columns of every row and nothing else of it, to be asked for together with other [`TenantTx::lists`].
    pub fn list<T: ByPlace>(self, columns: impl IntoIterator<Item = SimpleExpr>) -> List<T> {
        List::of(self.tx.engine(), self.select, columns)
    }

    /// Every row.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all(self) -> Asked<'t, Vec<E::Model>> {
        let select = self.select;
        self.tx.asked(|connection| async move { Ok(select.all(&*connection).await?) })
    }

    /// The first row.
    ///
    /// # Errors
    /// When the database fails.
    pub fn one(self) -> Asked<'t, Option<E::Model>> {
        let select = self.select;
        self.tx.asked(|connection| async move { Ok(select.one(&*connection).await?) })
    }
}
