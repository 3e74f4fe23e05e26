//! The one way past tenants: sign-in, sessions, throttling, the list of tenants, and loading from the command line.
//!
//! Nothing that a signed-in person asks for goes through here. Use cases outside `identity`, `loading` and `upkeep` don't use it,
//! and a test holds them to it.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryResult, Select, Statement,
    Value,
};

use super::{Actor, DataVersions, DatabaseTransaction, Db, Held, Principal, Share, SignedIn, Wanted, scope, versions};
use crate::{
    error::Result,
    policy::{Assurance, Demand},
    tables::{
        BeyondTenants, Id, Loaded, RecordArea, TenantId, TenantTable,
        identity::{account, authenticator, session},
        organisation::{appointment, person, tenant},
    },
};

/// Session, account and appointments in one statement, which is one moment without a transaction around it.
///
/// A live session without an appointment in force gives one row, with nothing after the person.
///
/// A second part gives what other tenants share with those of the appointments: between two parties that have both approved, within
/// the term, not withdrawn (the same as `rules::sharing::standing`). A share comes once for each appointment that it is for; having
/// those told apart here would have PostgreSQL sort what everybody asks at every request.
const ACTOR: &str = "\
    WITH own AS (SELECT account.person_id, held.tenant_id, held.id, held.office, held.body_id, held.area_id, held.organisation_id, \
    session.method, session.shown_at, authenticator.id AS authenticator_id \
    FROM session JOIN account ON account.id = session.account_id \
    LEFT JOIN authenticator ON authenticator.account_id = account.id AND authenticator.revoked_at IS NULL \
    AND authenticator.enabled_at IS NOT NULL \
    LEFT JOIN appointment AS held ON held.person_id = account.person_id AND held.from_on <= $3 AND (held.to_on IS NULL OR held.to_on >= $3) \
    WHERE session.id = $1 AND session.account_id = $2 AND session.ended_at IS NULL AND session.expires_at > $4 \
    AND account.disabled_at IS NULL) \
    SELECT own.*, CAST(NULL AS text) AS category, CAST(NULL AS uuid) AS reader_id FROM own \
    UNION ALL SELECT own.person_id, clause.discloser_id, agreement.id, '', NULL, NULL, NULL, NULL, NULL, NULL, clause.category, reader.party_id \
    FROM own JOIN sharing_party AS reader ON reader.party_id = own.tenant_id AND reader.approved_on <= $3 \
    JOIN sharing_agreement AS agreement ON agreement.id = reader.agreement_id AND agreement.effective_from <= $3 \
    AND agreement.effective_to >= $3 AND (agreement.withdrawn_on IS NULL OR agreement.withdrawn_on > $3) \
    JOIN sharing_clause AS clause ON clause.agreement_id = agreement.id AND clause.discloser_id <> reader.party_id \
    JOIN sharing_party AS discloser ON discloser.agreement_id = agreement.id AND discloser.party_id = clause.discloser_id \
    AND discloser.approved_on <= $3";

/// How many columns that gives.
const ACTOR_COLUMNS: usize = 12;

/// The tenants in which an account holds, held or will hold an appointment.
const TENANTS_OF: &str = "SELECT DISTINCT appointment.tenant_id FROM account \
    JOIN appointment ON appointment.person_id = account.person_id WHERE account.id = $1";

/// A transaction beyond tenants, over identity and reference tables.
pub struct BeyondTenantsTx {
    transaction: DatabaseTransaction,
    db: Db,
    touched: versions::Touched,
    touched_of_all: Mutex<BTreeSet<RecordArea>>,
}

impl Db {
    /// Begins to read beyond tenants.
    ///
    /// # Errors
    /// When no connection can be had.
    pub(crate) async fn read_beyond_tenants(&self) -> Result<BeyondTenantsTx> {
        Ok(BeyondTenantsTx::of(self, self.begin_recognising().await?))
    }

    /// The person behind a live session of an account that isn't disabled, with the appointments in force on a day, in every
    /// tenant: what makes an actor.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn actor_behind(
        &self,
        account: Id<account::Model>,
        session: Id<session::Model>,
        (business_date, now): (NaiveDate, DateTime<Utc>),
        (demand, wanted): (Demand, Wanted),
    ) -> Result<Option<(Actor, Option<DataVersions>)>> {
        let values: [Value; 4] = [session.into(), account.into(), business_date.into(), now.into()];
        let recognised = self.recognise((ACTOR, ACTOR_COLUMNS), values, wanted).await?;
        let rows = &recognised.rows;
        // Shares come in rows of their own, in no particular order.
        let mut of_the_session =
            rows.iter().filter(|row| row.try_get_by_index::<Option<String>>(10).is_ok_and(|category| category.is_none()));
        let Some(first) = of_the_session.next() else { return Ok(None) };
        let person = first.try_get_by_index(0)?;
        let (mut appointments, mut shares) = (Vec::new(), Vec::new());
        for row in rows {
            match found(row)? {
                Some(Found::Held(held)) => appointments.push(held),
                Some(Found::Share(share)) if !shares.contains(&share) => shares.push(share),
                Some(Found::Share(_)) | None => {}
            }
        }
        let authenticator: Option<Id<authenticator::Model>> = first.try_get_by_index(9)?;
        let assurance = Assurance {
            demand,
            method: first.try_get_by_index(7)?,
            shown_at: first.try_get_by_index(8)?,
            has_authenticator: authenticator.is_some(),
        };
        let principal = Principal::Person(SignedIn { person, account, session, appointments, assurance });
        let actor = Actor { principal, business_date, shares };
        let versions = recognised.versions(&actor);
        Ok(Some((actor, versions)))
    }

    /// Begins to write beyond tenants.
    ///
    /// # Errors
    /// When no connection can be had.
    pub(crate) async fn write_beyond_tenants(&self) -> Result<BeyondTenantsTx> {
        Ok(BeyondTenantsTx::of(self, self.begin_writing().await?))
    }
}

/// What a row of [`ACTOR`] tells.
enum Found {
    Held(Held),
    Share(Share),
}

/// The appointment or the share in a row of [`ACTOR`], if there is one.
fn found(row: &QueryResult) -> Result<Option<Found>, DbErr> {
    let Some(tenant) = row.try_get_by_index(1)? else { return Ok(None) };
    if let Some(category) = row.try_get_by_index(10)? {
        let (agreement, reader) = (row.try_get_by_index(2)?, row.try_get_by_index(11)?);
        return Ok(Some(Found::Share(Share { discloser: tenant, reader, category, agreement })));
    }
    Ok(Some(Found::Held(Held {
        tenant,
        id: row.try_get_by_index(2)?,
        office: row.try_get_by_index(3)?,
        body: row.try_get_by_index(4)?,
        area: row.try_get_by_index(5)?,
        organisation: row.try_get_by_index(6)?,
    })))
}

#[expect(clippy::disallowed_methods, reason = "this is the named way past tenants")]
impl BeyondTenantsTx {
    fn of(db: &Db, transaction: DatabaseTransaction) -> Self {
        Self { transaction, db: db.clone(), touched: versions::Touched::default(), touched_of_all: Mutex::default() }
    }

    /// The rows of a table that belongs to no tenant.
    pub(crate) fn find<E: BeyondTenants>(&self) -> Select<E> {
        E::find()
    }

    /// The connection, for the tables that belong to no tenant.
    pub(crate) fn connection(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// The appointments of a person in force on a day, in every tenant.
    pub(crate) async fn appointments_in_force(&self, person: Id<person::Model>, on: NaiveDate) -> Result<Vec<Held>> {
        use appointment::Column;
        let rows = appointment::Entity::find()
            .filter(Column::PersonId.eq(person))
            .filter(Column::FromOn.lte(on))
            .filter(Condition::any().add(Column::ToOn.is_null()).add(Column::ToOn.gte(on)))
            .all(&self.transaction)
            .await?;
        let held = |row: appointment::Model| Held {
            id: row.id,
            tenant: row.tenant_id,
            office: row.office,
            body: row.body_id,
            area: row.area_id,
            organisation: row.organisation_id,
        };
        Ok(rows.into_iter().map(held).collect())
    }

    /// Writes in a tenant from here on, for an operator at the command line.
    pub(crate) async fn act_in(&self, tenant: TenantId) -> Result<()> {
        scope::act_in(&self.transaction, tenant).await
    }

    /// Looks into one tenant's rows from here on, for an operator at the command line.
    pub(crate) async fn look_into(&self, tenant: TenantId) -> Result<()> {
        scope::look_into(&self.transaction, tenant).await
    }

    /// Loads rows of a tenant table from the command line; rows that stand there already are left as they are.
    pub(crate) async fn load<E: Loaded>(&self, rows: Vec<E::Model>) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        for batch in rows.chunks(200) {
            let active: Vec<E::ActiveModel> = batch.iter().cloned().map(IntoActiveModel::into_active_model).collect();
            let conflict = sea_orm::sea_query::OnConflict::new().do_nothing().to_owned();
            let loaded = E::insert_many(active).on_conflict(conflict).exec_without_returning(&self.transaction).await?;
            if loaded > 0 {
                batch.iter().for_each(|row| self.touch_place(E::place_of(row)));
            }
        }
        Ok(())
    }

    /// Whether a tenant table holds any row at all.
    pub(crate) async fn holds_any<E: TenantTable>(&self) -> Result<bool> {
        Ok(E::find().one(&self.transaction).await?.is_some())
    }

    fn touch_place(&self, (tenant, area): (Option<TenantId>, RecordArea)) {
        match tenant {
            Some(tenant) => self.touched.note((tenant, area)),
            None => self.touch_of_all(area),
        }
    }

    /// Notes that something is written to an area of a tenant's records.
    pub(crate) fn touch(&self, tenant: TenantId, area: RecordArea) {
        self.touched.note((tenant, area));
    }

    /// Notes that something is written that concerns this area of every tenant's records.
    pub(crate) fn touch_of_all(&self, area: RecordArea) {
        self.touched_of_all.lock().unwrap_or_else(PoisonError::into_inner).insert(area);
    }

    /// Notes that something is written about an account, which those see who look through the accounts of a tenant in which it holds an
    /// appointment.
    pub(crate) async fn touch_account(&self, account: Id<account::Model>) -> Result<()> {
        let statement = Statement::from_sql_and_values(self.db.engine.backend(), TENANTS_OF, [account.into()]);
        for row in self.db.recognisers.query_all_raw(statement).await? {
            self.touched.note((row.try_get_by_index(0)?, RecordArea::Identity));
        }
        Ok(())
    }

    /// Makes everything that was written durable.
    pub(crate) async fn commit(self) -> Result<()> {
        let mut touched = self.touched.take();
        let of_all = std::mem::take(&mut *self.touched_of_all.lock().unwrap_or_else(PoisonError::into_inner));
        if !of_all.is_empty() {
            for tenant in tenant::Entity::find().all(&self.transaction).await? {
                touched.extend(of_all.iter().map(|area| (tenant.id, *area)));
            }
        }
        versions::commit(self.transaction, &*self.db.feed, (None, touched), self.db.clock().now()).await
    }
}
