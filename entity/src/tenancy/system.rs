//! The one way past tenants: sign-in, sessions, throttling, the list of tenants, and loading from the command line.
//!
//! Nothing that a signed-in person asks for goes through here. Use cases outside `identity` and `loading` don't use it,
//! and a test holds them to it.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, Select};

use super::{Db, Held};
use crate::{
    error::Result,
    tables::{
        BeyondTenants, Id, TenantTable,
        organisation::{appointment, person},
    },
};

/// A transaction beyond tenants, over identity and reference tables.
pub struct BeyondTenantsTx(DatabaseTransaction);

impl Db {
    /// Begins to read beyond tenants.
    ///
    /// # Errors
    /// When no connection can be had.
    pub(crate) async fn read_beyond_tenants(&self) -> Result<BeyondTenantsTx> {
        self.begin_reading().await.map(BeyondTenantsTx)
    }

    /// Begins to write beyond tenants.
    ///
    /// # Errors
    /// When no connection can be had.
    pub(crate) async fn write_beyond_tenants(&self) -> Result<BeyondTenantsTx> {
        self.begin_writing().await.map(BeyondTenantsTx)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the named way past tenants")]
impl BeyondTenantsTx {
    /// The rows of a table that belongs to no tenant.
    pub(crate) fn find<E: BeyondTenants>(&self) -> Select<E> {
        E::find()
    }

    /// The connection, for the tables that belong to no tenant.
    pub(crate) fn connection(&self) -> &DatabaseTransaction {
        &self.0
    }

    /// The appointments of a person in force on a day, in every tenant: what makes an actor.
    pub(crate) async fn appointments_in_force(&self, person: Id<person::Model>, on: NaiveDate) -> Result<Vec<Held>> {
        use appointment::Column;
        let rows = appointment::Entity::find()
            .filter(Column::PersonId.eq(person))
            .filter(Column::FromOn.lte(on))
            .filter(Condition::any().add(Column::ToOn.is_null()).add(Column::ToOn.gte(on)))
            .all(&self.0)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| Held {
                id: row.id,
                tenant: row.tenant_id,
                office: row.office,
                body: row.body_id,
                area: row.area_id,
                organisation: row.organisation_id,
            })
            .collect())
    }

    /// Loads rows of a tenant table from the command line; rows that stand there already are left as they are.
    pub(crate) async fn load<E: EntityTrait>(&self, rows: Vec<E::Model>) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        for batch in rows.chunks(200) {
            let active: Vec<E::ActiveModel> = batch.iter().cloned().map(IntoActiveModel::into_active_model).collect();
            let conflict = sea_orm::sea_query::OnConflict::new().do_nothing().to_owned();
            E::insert_many(active).on_conflict(conflict).exec_without_returning(&self.0).await?;
        }
        Ok(())
    }

    /// Whether a tenant table holds any row at all.
    pub(crate) async fn holds_any<E: TenantTable>(&self) -> Result<bool> {
        Ok(E::find().one(&self.0).await?.is_some())
    }

    /// Makes everything that was written durable.
    pub(crate) async fn commit(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }
}
