//! What a subscription remembers from one look to the next.
//!
//! A subscription is answered by looking again whenever something may have changed, each time as a request of its own: with the
//! permissions of that moment and one view of the data. What it saw the time before is all that lasts, and it counts only once what
//! followed from it has been said.

use std::{
    any::Any,
    sync::{Mutex, PoisonError},
};

use async_graphql::{Context, Error};

type Seen = Box<dyn Any + Send>;

/// The memory of one subscription.
#[derive(Default)]
pub struct Watching {
    settled: Mutex<Option<Seen>>,
    unsettled: Mutex<Option<Seen>>,
}

impl Watching {
    /// The subscription behind a field.
    ///
    /// # Errors
    /// When the field isn't asked by one.
    pub fn of<'c>(ctx: &Context<'c>) -> Result<&'c std::sync::Arc<Self>, Error> {
        ctx.data::<std::sync::Arc<Self>>()
    }

    /// Compares what is seen now with what was seen the time before, if anything was, and remembers it.
    pub fn compare<T: Send + 'static, R>(&self, now: T, with: impl FnOnce(&T, Option<&T>) -> R) -> R {
        let settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        let result = with(&now, settled.as_ref().and_then(|seen| seen.downcast_ref()));
        *self.unsettled.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(now));
        result
    }

    /// Whether nothing has been seen and said before.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// What was seen last has been said, and need not be said again.
    pub fn settle(&self) {
        let unsettled = self.unsettled.lock().unwrap_or_else(PoisonError::into_inner).take();
        if unsettled.is_some() {
            *self.settled.lock().unwrap_or_else(PoisonError::into_inner) = unsettled;
        }
    }
}
