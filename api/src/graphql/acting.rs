//! What a mutation needs: somebody signed in who acts in one tenant, and a fresh look at the data once that is done.

use std::sync::Arc;

use async_graphql::Context;
use entity::{
    error::Result,
    tables::TenantId,
    tenancy::{Actor, TenantTx},
};

use super::{context::Asking, relay::View};

/// Somebody who is about to change something.
pub struct Acting<'c> {
    asking: &'c Asking,
    actor: Arc<Actor>,
}

impl<'c> Acting<'c> {
    /// Whoever sent the mutation.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub fn of(ctx: &Context<'c>) -> Result<Self, async_graphql::Error> {
        let asking = Asking::of(ctx)?;
        Ok(Self { asking, actor: asking.actor()? })
    }

    /// Begins to write in one tenant.
    ///
    /// # Errors
    /// [`entity::error::Error::NotFound`] when the actor holds no appointment there; when the database is away.
    pub async fn begin(&self, tenant: TenantId) -> Result<TenantTx> {
        self.asking.db.write(Arc::clone(&self.actor), tenant, Some(self.asking.request_id.clone())).await
    }

    /// A view of the data as it is now that everything is written.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn view_after(&self) -> Result<View> {
        Ok(View::new(self.asking.db.read_after_write(Arc::clone(&self.actor)).await?))
    }
}
