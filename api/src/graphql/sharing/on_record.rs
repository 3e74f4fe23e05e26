//! Reads across tenants, and restricted ones at home, go on the record of the tenant whose records they were, before the answer
//! leaves.

use std::sync::Arc;

use async_graphql::{
    Response, Value,
    async_trait::async_trait,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute},
};

use crate::graphql::context::Asking;

/// The schema extension. What can't be put on record isn't answered.
#[derive(Debug, Clone, Copy, Default)]
pub struct OnRecord;

impl ExtensionFactory for OnRecord {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for OnRecord {
    async fn execute(&self, ctx: &ExtensionContext<'_>, name: Option<&str>, next: NextExecute<'_>) -> Response {
        let mut response = next.run(ctx, name).await;
        if let Some(asking) = ctx.data_opt::<Arc<Asking>>()
            && let Err(error) = asking.put_readings_on_record().await
        {
            let mut error = async_graphql::Error::from(error).into_server_error(async_graphql::Pos::default());
            crate::graphql::errors::finish(&mut error);
            response.data = Value::Null;
            response.errors = vec![error];
        }
        response
    }
}
