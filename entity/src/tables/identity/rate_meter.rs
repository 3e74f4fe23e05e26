//! What callers have drawn of their budgets, shared by all servers.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rate_meter")]
pub struct Model {
    /// Whose budget it is, such as `key 0192…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// When the budget will be whole again, in nanoseconds since 1970.
    pub whole_at: i64,
    /// What was drawn last, in units of cost.
    pub drawn: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
