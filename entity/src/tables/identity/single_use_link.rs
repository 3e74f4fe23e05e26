//! Links that set a password, kept only as digests; each serves once and within its time.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::account;
use crate::tables::{Id, values::closed_set};

closed_set! {
    /// What a link is for.
    pub enum LinkPurpose {
        /// Accepting an invitation, which gives the account its first password.
        Invitation = "INVITATION",
        /// Setting a new password in place of one that was forgotten.
        PasswordReset = "PASSWORD_RESET",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "single_use_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub account_id: Id<account::Model>,
    pub purpose: LinkPurpose,
    /// SHA-256 of the token, in hexadecimal.
    pub digest: String,
    pub issued_at: DateTime<Utc>,
    /// The end of its time; a newer link of the same purpose brings it forward.
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
