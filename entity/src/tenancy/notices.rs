//! Writing to those who hold an office that something has come for them. Accounts and mail belong to no tenant, so leave for the deed
//! that it is about opens the way to them; whom it reaches follows from the tenant's own appointments.

use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};

use super::{Authorised, TenantTx};
use crate::{
    error::Result,
    policy::Office,
    rules::letter::Letter,
    tables::{
        Id,
        identity::{
            account,
            mail_outbox::{self, LetterKind},
        },
        organisation::{appointment, person},
        performance::area,
    },
};

impl TenantTx {
    /// Puts a notice to everybody who holds an office for an area in the acting tenant today into the outbox; tells how many hold it,
    /// whether or not they have an account that is in use.
    ///
    /// # Errors
    /// When this transaction only reads, or the database fails.
    #[expect(
        clippy::disallowed_methods,
        reason = "the tenant's own appointments say whom; accounts and mail belong to no tenant"
    )]
    pub(crate) async fn notify<T, D>(
        &self,
        leave: &Authorised<T, D>,
        (office, area): (Office, Id<area::Model>),
        letter: &Letter,
    ) -> Result<usize> {
        use appointment::Column;
        let (tenant, today) = (self.acting_tenant()?, self.business_date());
        let holders: Vec<uuid::Uuid> = appointment::Entity::find()
            .select_only()
            .column(Column::PersonId)
            .distinct()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::Office.eq(office))
            .filter(Column::AreaId.eq(area))
            .filter(Column::FromOn.lte(today))
            .filter(Condition::any().add(Column::ToOn.is_null()).add(Column::ToOn.gte(today)))
            .into_tuple()
            .all(&*self.connection().await?)
            .await?;
        let people: Vec<_> = holders.iter().map(|id| Id::<person::Model>::from_uuid(*id)).collect();
        let count = people.len();
        self.notify_people(leave, people, letter).await?;
        Ok(count)
    }

    /// Puts a notice to each of these people who has an account that is in use into the outbox. Whom it reaches is for whoever calls to
    /// read from the tenant's own rows.
    ///
    /// # Errors
    /// When this transaction only reads, or the database fails.
    #[expect(
        clippy::disallowed_methods,
        reason = "accounts and mail belong to no tenant; leave for the deed opens the way to them"
    )]
    pub(crate) async fn notify_people<T, D>(
        &self,
        _leave: &Authorised<T, D>,
        people: Vec<Id<person::Model>>,
        letter: &Letter,
    ) -> Result<()> {
        self.acting_tenant()?;
        let accounts = account::Entity::find()
            .filter(self.any_of(account::Column::PersonId, people))
            .filter(account::Column::DisabledAt.is_null())
            .all(&*self.connection().await?)
            .await?;
        let letters: Vec<_> = accounts
            .into_iter()
            .map(|account| mail_outbox::Model::new(LetterKind::Notice, account.email, letter.clone(), self.now()))
            .map(IntoActiveModel::into_active_model)
            .collect();
        if !letters.is_empty() {
            mail_outbox::Entity::insert_many(letters).exec_without_returning(&*self.connection().await?).await?;
        }
        Ok(())
    }
}
