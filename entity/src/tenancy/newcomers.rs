//! Letting somebody in. People, accounts and mail belong to no tenant, so leave to invite is what opens the way to them; the
//! appointment and the act that records it are the tenant's own, in the same transaction.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Authorised, TenantTx, deeds};
use crate::{
    error::{Error, ProblemCode, Result},
    rules::letter::Letter,
    tables::{
        Id, RecordArea,
        identity::{
            account,
            mail_outbox::{self, LetterKind},
        },
        organisation::{organisation, person},
    },
};

/// Somebody who is to have an account.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// How the person is known.
    pub name: String,
    /// Lower-cased.
    pub email: String,
    /// The organisation that the person works for or sits on.
    pub organisation: Option<Id<organisation::Model>>,
}

/// Leave to invite.
type Leave = Authorised<(), deeds::InviteAccount>;

#[expect(clippy::disallowed_methods, reason = "people, accounts and mail belong to no tenant; leave to invite stands for them")]
impl TenantTx {
    /// The account of an e-mail address, disabled or not.
    pub(crate) async fn account_called(&self, _leave: &Leave, email: &str) -> Result<Option<account::Model>> {
        Ok(account::Entity::find().filter(account::Column::Email.eq(email)).one(&*self.connection().await?).await?)
    }

    /// Makes a person with an account that has no password yet.
    ///
    /// # Errors
    /// [`Error::Invalid`] when somebody else was faster.
    pub(crate) async fn admit(&self, _leave: &Leave, newcomer: Newcomer) -> Result<account::Model> {
        let now = self.now();
        let person =
            person::ActiveModel { id: Set(Id::new()), name: Set(newcomer.name), organisation_id: Set(newcomer.organisation) };
        let person = person::Entity::insert(person).exec_with_returning(&*self.connection().await?).await?;
        let organisation = person.organisation_id.map(Id::uuid);
        self.take_down("person", person.id.uuid(), None, json!({ "name": person.name, "organisation_id": organisation }));
        let id = Id::<account::Model>::new();
        let admitted = json!({ "person_id": person.id.uuid(), "email": newcomer.email, "created_at": now });
        self.take_down("account", id.uuid(), None, admitted);
        let account = account::ActiveModel {
            id: Set(id),
            person_id: Set(person.id),
            email: Set(newcomer.email),
            password_hash: Set(String::new()),
            created_at: Set(now),
            password_set_at: Set(now),
            disabled_at: Set(None),
        };
        account::Entity::insert(account).exec_with_returning(&*self.connection().await?).await.map_err(Error::from).map_err(
            |error| {
                let message = "Somebody else invited this address this very moment; please try again.";
                if error.is_taken() { Error::invalid("email", ProblemCode::Duplicate, message) } else { error }
            },
        )
    }

    /// Puts a letter to somebody who is being invited into the outbox.
    pub(crate) async fn write_to(&self, _leave: &Leave, email: &str, kind: LetterKind, letter: Letter) -> Result<()> {
        // Whoever is written to is somebody whose account those who look through the tenant's accounts see from now on.
        self.touched.note((self.acting_tenant()?, RecordArea::Identity));
        let row = mail_outbox::Model::new(kind, email.to_owned(), letter, self.now());
        let row = sea_orm::IntoActiveModel::into_active_model(row);
        mail_outbox::Entity::insert(row).exec_without_returning(&*self.connection().await?).await?;
        Ok(())
    }
}
