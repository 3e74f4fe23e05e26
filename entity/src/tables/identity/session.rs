//! A signed-in session: the family of refresh tokens that came from one sign-in.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::account;
use crate::{
    policy::SignInMethod,
    tables::{Id, values::closed_set},
};

closed_set! {
    /// Why a session ended before its time.
    pub enum EndReason {
        /// Its owner signed out.
        SignedOut = "SIGNED_OUT",
        /// Its owner ended it from another session.
        Revoked = "REVOKED",
        /// A refresh token came a second time, so somebody may have copied it.
        TokenReused = "TOKEN_REUSED",
        /// The password was changed.
        PasswordChanged = "PASSWORD_CHANGED",
        /// An authenticator was enabled or revoked.
        AuthenticatorChanged = "AUTHENTICATOR_CHANGED",
        /// The account was disabled.
        AccountDisabled = "ACCOUNT_DISABLED",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub account_id: Id<account::Model>,
    pub started_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    /// The end of its absolute lifetime, whatever its use.
    pub expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<EndReason>,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub method: SignInMethod,
    /// When what the method asks for was shown last: the code where there is one, else the password.
    pub shown_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "account::Entity", from = "Column::AccountId", to = "account::Column::Id")]
    Account,
}

impl Related<account::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Account.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
