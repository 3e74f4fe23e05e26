//! The account with which a person signs in.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::tables::{Id, organisation::person};

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub person_id: Id<person::Model>,
    /// Lower-cased.
    pub email: String,
    /// argon2id in PHC string format; empty until an invitation has been accepted.
    pub password_hash: String,
    pub created_at: DateTime<Utc>,
    pub password_set_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
}

impl Model {
    /// Whether a password has been set; an account that was only invited has none.
    #[must_use]
    pub fn has_password(&self) -> bool {
        !self.password_hash.is_empty()
    }
}

// The hash must not reach a log by way of a derived Debug.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
