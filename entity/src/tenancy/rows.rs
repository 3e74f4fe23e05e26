//! Finding rows of one tenant. The filter is put on where the query begins, so it can't be left out.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, Iterable, JoinType, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{IntoCondition, LockType, SimpleExpr},
};

use super::{
    Asked, Authorised, Engine, Leave, List, TenantTx,
    by_place::{self, brief},
    held_back::inserting,
    part, scope,
};
use crate::{
    error::{Error, Result},
    policy::{Action, Resource},
    tables::{
        ByPlace, Id, PassedOn, TenantId, TenantTable, WholeInText,
        identity::{account, calendar_feed, session},
        organisation::{act, appointment, person},
    },
};

/// A query over the rows of one table in one tenant.
pub struct Rows<'t, E: EntityTrait> {
    pub(super) tx: &'t TenantTx,
    /// Whose they are; none where those of several tenants are among them.
    pub(super) tenant: Option<TenantId>,
    pub(super) select: Select<E>,
}

impl<'t, E: EntityTrait<Model: Send + Sync>> Rows<'t, E> {
    /// Keeps the rows that meet the condition.
    #[must_use]
    pub fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.select = self.select.filter(condition.into_condition());
        self
    }

    /// Orders by a column, after the orders given before.
    #[must_use]
    pub fn order_by(mut self, column: E::Column, order: Order) -> Self {
        self.select = self.select.order_by(column, order);
        self
    }

    /// Every row.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all(self) -> Asked<'t, Vec<E::Model>> {
        let select = self.select;
        self.tx.asked(|connection| async move { Ok(select.all(&*connection).await?) })
    }

    /// These columns of every row and nothing else of it, to be asked for together with other [`TenantTx::lists`].
    pub fn list<T: ByPlace>(self, columns: impl IntoIterator<Item = SimpleExpr>) -> List<T> {
        List::of(self.tx.engine(), self.select, columns)
    }

    /// Every row, of a table that is read by the hundred.
    ///
    /// # Errors
    /// When the database fails.
    pub fn many(self) -> Asked<'t, Vec<E::Model>>
    where
        E::Model: WholeInText,
    {
        let (engine, tenant) = (self.tx.engine(), self.tenant);
        let rows = match engine {
            Engine::Sqlite => self.select,
            Engine::Postgres => self.select.select_only().expr(brief::<E>()),
        };
        let statement = rows.build(engine.backend());
        self.tx.asked(move |connection| async move { Ok(by_place::all(&*connection, statement, tenant).await?) })
    }

    /// The first row.
    ///
    /// # Errors
    /// When the database fails.
    pub fn one(self) -> Asked<'t, Option<E::Model>> {
        let select = self.select.limit(1);
        self.tx.asked(|connection| async move { Ok(select.one(&*connection).await?) })
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(self) -> Asked<'t, u64> {
        let select = self.select;
        self.tx.asked(|connection| async move { Ok(select.count(&*connection).await?) })
    }
}

impl<E: TenantTable> Rows<'_, E> {
    /// Holds the rows as [`TenantTx::hold`] does, in the statement that finds them.
    #[must_use]
    pub fn held(mut self, hold: Hold) -> Self {
        if self.tx.engine() == Engine::Postgres {
            self.select = held::<E>(self.select, hold);
        }
        self
    }
}

/// Always in the same order, so that nobody waits in a circle. References to the rows may go on being made.
fn held<E: TenantTable>(select: Select<E>, hold: Hold) -> Select<E> {
    let lock = if hold == Hold::Alone { LockType::NoKeyUpdate } else { LockType::Share };
    select.order_by(E::id_column(), Order::Asc).lock(lock)
}

/// How rows are held until the transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Beside others who hold them so, but not beside somebody who holds them alone.
    Together,
    /// Alone.
    Alone,
}

impl TenantTx {
    /// The rows of a table in a tenant, if the actor may read such things there.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the actor holds no appointment there; [`Error::Denied`] when none of them may read it.
    #[expect(clippy::disallowed_methods, reason = "this is where the tenant filter is put on")]
    pub fn rows<E: TenantTable>(&self, tenant: TenantId) -> Result<Rows<'_, E>> {
        Ok(Rows { tx: self, tenant: Some(tenant), select: self.within::<E, _>(tenant, E::find())? })
    }

    /// The rows of a table in a tenant, each together with the row of another register that it belongs to by `link`, for
    /// a [`Rows::list`] of both; if the actor may read both there.
    ///
    /// # Errors
    /// As [`TenantTx::rows`].
    #[expect(clippy::disallowed_methods, reason = "this is where the tenant filter is put on")]
    pub fn rows_beside<E: TenantTable, R: TenantTable>(&self, tenant: TenantId, link: E::Column) -> Result<Rows<'_, E>> {
        let belongs = E::belongs_to(R::default()).from((E::tenant_column(), link)).to((R::tenant_column(), R::id_column()));
        let select = self.within::<E, _>(tenant, E::find().join(JoinType::InnerJoin, belongs.into()))?;
        Ok(Rows { tx: self, tenant: Some(tenant), select: self.within::<R, _>(tenant, select)? })
    }

    /// Keeps to what the actor may read of a register in a tenant.
    fn within<E: TenantTable, Q: QueryFilter>(&self, tenant: TenantId, select: Q) -> Result<Q> {
        let leave = self.leave_to_read(tenant, E::RESOURCE)?;
        let confined = self.actor().confined(tenant, E::RESOURCE);
        let conditions = [part::condition::<E>(leave), confined.map(|confined| part::confined_to::<E>(&confined))];
        Ok(conditions.into_iter().flatten().fold(select.filter(E::tenant_column().eq(tenant)), Q::filter))
    }

    /// The rows that were passed on from a tenant, wherever they lie now, if the actor holds what allows reading such things there.
    /// What others passed on to the same receivers isn't among them, and nothing else of the receivers' is.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the actor holds nothing in the tenant; [`Error::Denied`] when that doesn't allow it.
    #[expect(clippy::disallowed_methods, reason = "the filter on the origin stands in the place of that on the tenant")]
    pub fn rows_passed_on<E: PassedOn>(&self, origin: TenantId) -> Result<Rows<'_, E>> {
        if !self.actor().acts_in(origin) {
            return Err(Error::NotFound("tenant"));
        }
        // What is shared with another tenant goes no further, and neither does a part.
        if self.leave_to_read(origin, E::READ_AT_ORIGIN)? != Leave::Own {
            return Err(self.actor().denied(Action::Read, E::READ_AT_ORIGIN));
        }
        Ok(Rows { tx: self, tenant: None, select: E::find().filter(E::origin_column().eq(origin)) })
    }

    /// The actor's own appointments in a tenant that are in force; everybody may see their own.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(clippy::disallowed_methods, reason = "one's own appointments need no leave; the tenant filter stands")]
    pub async fn own_appointments(&self, tenant: TenantId) -> Result<Vec<appointment::Model>> {
        let held = self.actor().person().into_iter().flat_map(|person| &person.appointments);
        let own = held.filter(|held| held.tenant == tenant).map(|held| held.id);
        let rows = appointment::Entity::find()
            .filter(appointment::Column::TenantId.eq(tenant))
            .filter(self.any_of(appointment::Column::Id, own));
        Ok(rows.all(&*self.connection().await?).await?)
    }

    /// Whether the actor did any of these acts of a tenant in person; everybody may know what they did themselves.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn did_any(&self, tenant: TenantId, acts: impl IntoIterator<Item = Id<act::Model>>) -> Result<bool> {
        Ok(!self.own_acts(tenant, acts).await?.is_empty())
    }

    /// Those of these acts of a tenant that the actor did in person.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(clippy::disallowed_methods, reason = "one's own acts need no leave; the tenant filter stands")]
    pub async fn own_acts(&self, tenant: TenantId, acts: impl IntoIterator<Item = Id<act::Model>>) -> Result<Vec<act::Model>> {
        let acts: std::collections::BTreeSet<_> = acts.into_iter().collect();
        let own = act::Entity::find()
            .filter(act::Column::TenantId.eq(tenant))
            .filter(match self.actor().machine() {
                Some(machine) => act::Column::ServiceAccountId.eq(machine.account),
                None => act::Column::PersonId.eq(self.actor().signed_in()?.person),
            })
            .filter(self.any_of(act::Column::Id, acts));
        Ok(own.all(&*self.connection().await?).await?)
    }

    /// The actor's own person.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(clippy::disallowed_methods, reason = "people belong to no tenant, and everybody may see themselves")]
    pub async fn own_person(&self) -> Result<Vec<person::Model>> {
        let Some(own) = self.actor().person() else { return Ok(Vec::new()) };
        Ok(person::Entity::find().filter(person::Column::Id.eq(own.person)).all(&*self.connection().await?).await?)
    }

    /// The actor's own account.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(clippy::disallowed_methods, reason = "accounts belong to no tenant, and everybody may see their own")]
    pub async fn own_account(&self) -> Result<Option<account::Model>> {
        let Some(own) = self.actor().person() else { return Ok(None) };
        Ok(account::Entity::find().filter(account::Column::Id.eq(own.account)).one(&*self.connection().await?).await?)
    }

    /// The calendar of the actor's own account that is good.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(clippy::disallowed_methods, reason = "calendars belong to no tenant, and everybody may see their own")]
    pub async fn own_calendar_feed(&self) -> Result<Option<calendar_feed::Model>> {
        let Some(own) = self.actor().person() else { return Ok(None) };
        let rows = calendar_feed::Entity::find().filter(calendar_feed::Column::AccountId.eq(own.account));
        Ok(rows.filter(calendar_feed::Column::RevokedAt.is_null()).one(&*self.connection().await?).await?)
    }

    /// The live sessions of the actor's own account, latest first.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(clippy::disallowed_methods, reason = "sessions belong to no tenant, and everybody may see their own")]
    pub async fn own_sessions(&self) -> Result<Vec<session::Model>> {
        let Some(own) = self.actor().person() else { return Ok(Vec::new()) };
        let sessions = session::Entity::find()
            .filter(session::Column::AccountId.eq(own.account))
            .filter(session::Column::EndedAt.is_null())
            .filter(session::Column::ExpiresAt.gt(self.now()))
            .order_by_desc(session::Column::StartedAt);
        Ok(sessions.all(&*self.connection().await?).await?)
    }

    /// The people among these whom the actor may know of: themselves, and those appointed in a tenant where the actor may read
    /// appointments.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people_in_sight(&self, ids: Vec<Id<person::Model>>) -> Result<Vec<person::Model>> {
        let mut people = Vec::new();
        if self.actor().person().is_some_and(|own| ids.contains(&own.person)) {
            people.extend(self.own_person().await?);
        }
        for tenant in self.actor().tenants() {
            if self.leave_to_read(tenant, Resource::Appointment).is_ok() {
                people.extend(self.people_of(tenant, ids.clone()).await?);
            }
        }
        Ok(people)
    }

    /// People who hold or held an appointment in a tenant, if the actor may read appointments there.
    ///
    /// # Errors
    /// As [`TenantTx::rows`].
    #[expect(clippy::disallowed_methods, reason = "people belong to no tenant; appointments in the tenant let them be seen")]
    pub async fn people_of(&self, tenant: TenantId, ids: Vec<Id<person::Model>>) -> Result<Vec<person::Model>> {
        self.leave_to_read(tenant, Resource::Appointment)?;
        let appointed = appointment::Entity::find()
            .select_only()
            .column(appointment::Column::PersonId)
            .filter(appointment::Column::TenantId.eq(tenant))
            .filter(self.any_of(appointment::Column::PersonId, ids));
        let people = person::Entity::find().filter(person::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(appointed)));
        Ok(people.all(&*self.connection().await?).await?)
    }

    /// One row by its identifier.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it isn't in that tenant or the actor isn't; otherwise as [`TenantTx::rows`].
    pub async fn get<E: TenantTable>(&self, tenant: TenantId, id: Id<E::Model>) -> Result<E::Model> {
        let rows = self.rows::<E>(tenant)?;
        rows.filter(E::id_column().eq(id)).one().await?.ok_or(Error::NotFound(E::NAME))
    }

    /// The rows with these identifiers, in no particular order; what isn't there is left out.
    ///
    /// # Errors
    /// As [`TenantTx::rows`].
    pub async fn get_many<E: TenantTable>(
        &self,
        tenant: TenantId,
        ids: impl IntoIterator<Item = Id<E::Model>>,
    ) -> Result<Vec<E::Model>> {
        self.rows::<E>(tenant)?.filter(self.any_of(E::id_column(), ids)).all().await
    }

    /// Rows that this request has written just now, as the actor may read them: they are known, so only whoever reads a part of such
    /// rows has to ask for them.
    ///
    /// # Errors
    /// As [`TenantTx::rows`].
    pub async fn as_written<E: TenantTable>(&self, tenant: TenantId, rows: Vec<E::Model>) -> Result<Vec<E::Model>> {
        let leave = self.leave_to_read(tenant, E::RESOURCE)?;
        if leave == Leave::Own && self.actor().confined(tenant, E::RESOURCE).is_none() {
            return Ok(rows);
        }
        let mut seen: HashMap<_, _> = HashMap::new();
        for row in self.get_many::<E>(tenant, rows.iter().map(E::id_of)).await? {
            seen.insert(E::id_of(&row).uuid(), row);
        }
        Ok(rows.iter().filter_map(|row| seen.remove(&E::id_of(row).uuid())).collect())
    }

    /// Holds rows of the acting tenant until this transaction ends, waiting for whoever holds them in the other way; what is read
    /// afterwards is what those have left. All of the table's rows where no identifiers are given.
    ///
    /// SQLite has one writer at a time, who holds everything.
    ///
    /// # Errors
    /// When this transaction only reads, or the database fails, also because it waited longer than a statement may take.
    pub async fn hold<E: TenantTable>(&self, ids: Option<Vec<Id<E::Model>>>, hold: Hold) -> Result<()> {
        self.hold_in::<E>(self.acting_tenant()?, ids, hold).await
    }

    /// Holds a row of another tenant alone, from which something is passed on to the acting one: both sides hold it before they decide, so
    /// that it can't be passed on and settled at once. Nothing there can be written.
    ///
    /// # Errors
    /// As [`TenantTx::rows`] and [`TenantTx::hold`].
    pub async fn hold_at_origin<E: TenantTable>(&self, origin: TenantId, id: Id<E::Model>) -> Result<()> {
        self.leave_to_read(origin, E::RESOURCE)?;
        let acting = self.acting_tenant()?;
        // PostgreSQL lets those alone hold a row who might write it, so the transaction acts there for this one statement.
        scope::act_in(&*self.connection().await?, origin).await?;
        self.hold_in::<E>(origin, Some(vec![id]), Hold::Alone).await?;
        scope::act_in(&*self.connection().await?, acting).await
    }

    #[expect(clippy::disallowed_methods, reason = "the tenant filter is put on, and nothing is handed out")]
    async fn hold_in<E: TenantTable>(&self, tenant: TenantId, ids: Option<Vec<Id<E::Model>>>, hold: Hold) -> Result<()> {
        if self.engine() == Engine::Sqlite {
            return Ok(());
        }
        let all = E::find().select_only().column(E::id_column()).filter(E::tenant_column().eq(tenant));
        let wanted = match ids {
            Some(ids) => all.filter(self.any_of(E::id_column(), ids)),
            None => all,
        };
        held::<E>(wanted, hold).into_tuple::<uuid::Uuid>().all(&*self.connection().await?).await?;
        Ok(())
    }

    /// Whether the acting tenant has such a row, on which a deed depends that there is leave for, even where reading such rows is for
    /// others; nothing of it is handed out.
    ///
    /// # Errors
    /// When this transaction only reads, or the database fails.
    #[expect(clippy::disallowed_methods, reason = "the tenant filter is put on, and nothing is handed out")]
    pub(crate) async fn has_any<E: TenantTable, T, D>(
        &self,
        _leave: &Authorised<T, D>,
        condition: impl IntoCondition,
    ) -> Result<bool> {
        let own = E::find().select_only().column(E::id_column()).filter(E::tenant_column().eq(self.acting_tenant()?));
        let found =
            own.filter(condition.into_condition()).limit(1).into_tuple::<uuid::Uuid>().one(&*self.connection().await?).await?;
        Ok(found.is_some())
    }

    /// Inserts rows, all of which must bear the acting tenant.
    ///
    /// # Errors
    /// When a row bears another tenant, or the database refuses.
    pub async fn insert<E: TenantTable>(&self, rows: Vec<E::Model>) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        self.insert_with_the_next::<E>(rows).await?;
        self.connection().await?;
        Ok(())
    }

    /// The same for rows of which it makes no difference when the database refuses them: they wait for the next statement, which may
    /// be that of the commit.
    ///
    /// # Errors
    /// As [`TenantTx::insert`], or at the next statement.
    pub async fn insert_with_the_next<E: TenantTable>(&self, rows: Vec<E::Model>) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let tenant = self.acting_tenant()?;
        if rows.is_empty() {
            return Ok(());
        }
        if rows.iter().any(|row| E::tenant_of(row) != tenant) {
            return Err(Error::internal("a row bears a tenant other than the acting one"));
        }
        self.take_down_inserts::<E>(&rows);
        self.touch::<E>();
        self.touch_origins::<E>(&rows);
        // SQLite binds at most 32,766 values in a statement, PostgreSQL twice as many.
        let columns = <E::Column as Iterable>::iter().count().max(1);
        for (place, batch) in rows.chunks(32_766 / columns).enumerate() {
            if place > 0 {
                self.connection().await?;
            }
            self.hold_back(inserting::<E>(batch.iter().cloned())).await?;
        }
        Ok(())
    }

    /// Sets columns of the rows with these identifiers in the acting tenant; tells how many there were.
    ///
    /// # Errors
    /// When the database refuses.
    #[expect(clippy::disallowed_methods, reason = "this is where the tenant filter is put on")]
    pub async fn set<E: TenantTable>(
        &self,
        ids: impl IntoIterator<Item = Id<E::Model>>,
        values: Vec<(E::Column, sea_orm::Value)>,
    ) -> Result<u64> {
        let tenant = self.acting_tenant()?;
        let ids: Vec<_> = ids.into_iter().collect();
        let before = E::find().filter(E::tenant_column().eq(tenant)).filter(self.any_of(E::id_column(), ids.iter().copied()));
        let before = before.order_by_asc(E::id_column()).all(&*self.connection().await?).await?;
        self.take_down_changes::<E>(&before, &values);
        if !before.is_empty() {
            self.touch::<E>();
            self.touch_origins::<E>(&before);
        }
        let mut update = E::update_many().filter(E::tenant_column().eq(tenant)).filter(self.any_of(E::id_column(), ids));
        for (column, value) in values {
            update = update.col_expr(column, sea_orm::sea_query::Expr::val(value));
        }
        Ok(update.exec(&*self.connection().await?).await?.rows_affected)
    }
}
