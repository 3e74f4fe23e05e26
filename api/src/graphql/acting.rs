//! What a mutation needs: somebody signed in who acts in one tenant, and a fresh look at the data once that is done.

use std::sync::Arc;

use async_graphql::{Context, InputType, Value};
use entity::{
    error::{Error, Result},
    tables::TenantId,
    tenancy::{Actor, Key, Writing},
};

use super::{
    context::Asking,
    relay::{NodeId, NodeKind, View},
};

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

    /// A call that writes in one tenant, under the idempotency key that the input gives, if it gives one.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `idempotencyKey` when that is no good.
    pub fn writing<I: InputType>(&self, tenant: TenantId, input: &I) -> Result<Writing<'c>> {
        let request_id = Some(self.asking.request_id.clone());
        let writing = Writing::new(&self.asking.db, Arc::clone(&self.actor), tenant, request_id);
        let field = if self.actor.acts_in(tenant) { None } else { naming(tenant, input) };
        Ok(writing.under(key(input)?).named_by(field))
    }

    /// A view of the data as it is now that everything is written.
    #[must_use]
    pub fn view_after(&self) -> View {
        self.asking.later_view(Arc::clone(&self.actor))
    }
}

/// What a mutation's input calls its key.
const KEY: &str = "idempotencyKey";

/// The key that an input gives, standing for the mutation and for everything else in the input.
fn key<I: InputType>(input: &I) -> Result<Option<Key>> {
    let Value::Object(mut fields) = input.to_value() else { return Ok(None) };
    let Some(Value::String(key)) = fields.swap_remove(KEY) else { return Ok(None) };
    let named = I::type_name();
    let said = serde_json::to_string(&canonical(Value::Object(fields))).map_err(Error::internal)?;
    Key::new(&key, named.strip_suffix("Input").unwrap_or(&named), &said).map(Some)
}

/// The path to the field of an input that names a tenant, or the first that names something in it.
fn naming<I: InputType>(tenant: TenantId, input: &I) -> Option<String> {
    let names = |id: &str| {
        let named = NodeId::parse(id);
        named.is_some_and(|id| id.tenant == Some(tenant) || (id.kind == NodeKind::Tenant && id.id == tenant.uuid()))
    };
    let mut waiting = vec![(String::new(), input.to_value())];
    // What stands in the input itself goes before what is nested.
    while !waiting.is_empty() {
        if let Some((path, _)) = waiting.iter().find(|(_, value)| matches!(value, Value::String(text) if names(text))) {
            return Some(path.clone());
        }
        waiting = waiting.into_iter().flat_map(|(path, value)| parts(&path, value)).collect();
    }
    None
}

/// The values within a value, each with its path.
fn parts(path: &str, value: Value) -> Vec<(String, Value)> {
    let within = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (within(&name), value)).collect(),
        Value::List(items) => items.into_iter().enumerate().map(|(at, item)| (within(&at.to_string()), item)).collect(),
        _ => Vec::new(),
    }
}

/// An input in one form for all that mean the same: the fields' defaults are filled in, and what is null is left out, so that a
/// field that a later release adds changes nothing for those who don't use it. Fields come in the order of their names.
fn canonical(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let given = fields.into_iter().filter(|(_, value)| *value != Value::Null);
            let mut given: Vec<_> = given.map(|(name, value)| (name, canonical(value))).collect();
            given.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(given.into_iter().collect())
        }
        Value::List(items) => Value::List(items.into_iter().map(canonical).collect()),
        other => other,
    }
}
