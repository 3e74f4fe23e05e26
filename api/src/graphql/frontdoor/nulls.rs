//! Nulls as the specification asks for them.
//!
//! The executor alone (8.0.0-rc.5) nulls the parent when a resolver of a nullable field, or its guard, returns
//! an error; it cuts the path of an error that passes through a list or a plain object field; it prints NaN in
//! `Float!` as null; and it drops sibling resolvers in the middle of their work, database transactions included.
//!
//! With this extension no resolver's error reaches the executor. The error is recorded with the path of the
//! field that failed, and the field answers a mark instead; siblings run to their end. When a field with marks
//! inside is complete, its registered type decides how far up the `null` goes. A request without errors pays for
//! the hook only, never for a search. The record also tells execution errors from errors of the request.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::{
    Error, ErrorExtensionValues, Name, PathSegment, QueryPathNode, QueryPathSegment, Response, ServerError, ServerResult, Value,
    async_trait::async_trait,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, ResolveInfo},
};

use tokio::time::Instant;

use crate::graphql::errors::finish;

/// What stands where a value failed until its nearest nullable parent is known; no resolver can answer it,
/// because no enum value of a schema has such a name.
const FAILED: &str = "\u{0}failed";

/// The schema extension; add it with `SchemaBuilder::extension(Nulls)`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nulls;

impl ExtensionFactory for Nulls {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::<Record>::default()
    }
}

/// Whether execution began: put it into a request's data, ask it when the answer is there.
#[derive(Debug, Clone, Default)]
pub struct Begun(Arc<AtomicBool>);

impl Begun {
    /// True once the document was found valid and its first resolver could run.
    #[must_use]
    pub fn is_true(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// When a query's time is up: from then on its fields fail without being resolved, so that it lets go of its connection soon after
/// its client has been told.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(pub Instant);

/// The errors of one request.
#[derive(Debug, Default)]
struct Record {
    any: AtomicBool,
    errors: Mutex<Vec<ServerError>>,
}

impl Record {
    fn fail(&self, mut error: ServerError, at: &QueryPathNode<'_>) -> Value {
        error.path = path(at);
        finish(&mut error);
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).push(error);
        self.any.store(true, Ordering::Release);
        Value::Enum(Name::new(FAILED))
    }

    fn take(&self) -> Vec<ServerError> {
        std::mem::take(&mut *self.errors.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Extension for Record {
    async fn execute(&self, ctx: &ExtensionContext<'_>, name: Option<&str>, next: NextExecute<'_>) -> Response {
        if let Some(begun) = ctx.data_opt::<Begun>() {
            begun.0.store(true, Ordering::Release);
        }
        let mut response = next.run(ctx, name).await;
        if self.any.load(Ordering::Acquire) {
            if holds_failure(&response.data) {
                response.data = Value::Null;
            }
            response.errors.extend(self.take());
        }
        response
    }

    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let (at, declared, name) = (*info.path_node, info.return_type, info.name);
        let is_item = matches!(at.segment, QueryPathSegment::Index(_));
        if ctx.data_opt::<Deadline>().is_some_and(|deadline| Instant::now() >= deadline.0) {
            return Ok(Some(self.fail(out_of_time(), &at)));
        }
        let mut value = match next.run(ctx, info).await {
            Ok(value) => value.unwrap_or_default(),
            Err(error) => self.fail(error, &at),
        };
        // The type given for a list item is always non-null, whatever the schema says (rc.5 asks a reference for
        // its type), so items wait for the field, whose type comes from the registry.
        if !is_item {
            if value == Value::Null && declared.ends_with('!') {
                value = self.fail(null_where_none_may_be(name), &at);
            }
            if self.any.load(Ordering::Acquire) {
                settle(&mut value, declared);
            }
        }
        Ok(Some(value))
    }
}

/// Carries failures inside `value` up to the nearest nullable place within its declared type.
fn settle(value: &mut Value, declared: &str) {
    let (required, inner) = match declared.strip_suffix('!') {
        Some(inner) => (true, inner),
        None => (false, declared),
    };
    if let (Value::List(items), Some(item)) = (&mut *value, inner.strip_prefix('[').and_then(|it| it.strip_suffix(']'))) {
        items.iter_mut().for_each(|each| settle(each, item));
    }
    if is_failure(value) || holds_failure(value) {
        *value = if required { Value::Enum(Name::new(FAILED)) } else { Value::Null };
    }
}

fn is_failure(value: &Value) -> bool {
    matches!(value, Value::Enum(name) if name.as_str() == FAILED)
}

fn holds_failure(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.values().any(is_failure),
        Value::List(items) => items.iter().any(is_failure),
        _ => false,
    }
}

fn out_of_time() -> ServerError {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", "TIME_LIMIT");
    let mut error = ServerError::new("The time for this request is up.", None);
    error.extensions = Some(extensions);
    error
}

fn null_where_none_may_be(field: &str) -> ServerError {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", "INTERNAL");
    let mut error = ServerError::new(format!("Field \"{field}\" has no value where one is promised."), None);
    error.extensions = Some(extensions);
    error
}

fn path(at: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let mut path = at.parent.map(path).unwrap_or_default();
    path.push(match at.segment {
        QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
        QueryPathSegment::Index(index) => PathSegment::Index(index),
    });
    path
}

/// An error for clients: a stable code and a sentence, nothing of the cause.
#[must_use]
pub fn coded(code: &str, message: &str) -> Error {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    let mut error = Error::new(message);
    error.extensions = Some(extensions);
    error
}
