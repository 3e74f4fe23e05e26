//! Answers that still stand, for whoever asks the same again.
//!
//! A wall of dashboards asks the same questions every few seconds, and figures are written a few times a day. An answer is kept with
//! the versions of everything that was read for it ([`Basis`]), and given again to the same actor, with the same appointments and
//! leave, on the same business date, as long as one look-up finds every one of them unchanged; so nobody sees what has been replaced,
//! and nothing has to be forgotten on time. Never kept are answers with an error, those that rest on reads to be put on record, and
//! those made from anything whose changes aren't counted.
//!
//! Only what is asked a second time is kept, so that questions asked once take no room.

use std::{
    hash::{Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_graphql::{Response, parser::types::OperationType};
use entity::tenancy::Basis;
use sha2::{Digest, Sha256};

use super::{
    document::Document,
    request::Call,
    shelf::{Key, Shelf},
};
use crate::graphql::{context::Asking, relay::as_it_is};

/// Bytes of answers that are kept unless a server is told otherwise: some 340 dashboards of a hundred lines.
pub const DEFAULT_BYTES: u64 = 32 * 1024 * 1024;
/// Questions that are remembered to have been asked once.
const ASKED_ONCE: usize = 4_096;
/// An answer that takes more than this part of the room isn't kept.
const LARGEST_PART: u64 = 8;

/// A bounded store of answers, shared by all workers.
#[derive(Debug)]
pub struct KeptAnswers {
    answers: Shelf<Arc<Kept>>,
    asked: Shelf<()>,
    most_bytes: u64,
    given: AtomicU64,
    replaced: AtomicU64,
}

#[derive(Debug)]
struct Kept {
    data: String,
    basis: Basis,
}

/// How kept answers have served so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// Requests that were answered by them.
    pub given: u64,
    /// Answers that were found no longer to stand.
    pub replaced: u64,
    /// Answers kept now.
    pub kept: usize,
}

/// A question whose answer may be kept: who asks, what, and with which values.
pub struct Question<'q> {
    key: Key,
    asking: &'q Asking,
}

impl<'q> Question<'q> {
    /// The question of a call whose variables were coerced; none for what isn't a query, or nobody's.
    pub(super) fn of(call: &Call, document: &Document, asking: &'q Asking) -> Option<Self> {
        let actor = asking.actor.as_ref().filter(|_| document.kind() == OperationType::Query)?;
        let mut digest = Digesting(Sha256::new());
        // Everything that is known of the actor: appointments, grants, shares, session and business date.
        actor.hash(&mut digest);
        call.query.hash(&mut digest);
        call.operation_name.hash(&mut digest);
        serde_json::to_string(&call.variables).ok()?.hash(&mut digest);
        Some(Self { key: digest.0.finalize().into(), asking })
    }
}

/// What is hashed goes into a digest that nobody can find a second question for.
struct Digesting(Sha256);

impl Hasher for Digesting {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        // The digest is what is wanted; nobody asks for this.
        0
    }
}

impl Default for KeptAnswers {
    fn default() -> Self {
        Self::new(DEFAULT_BYTES)
    }
}

impl KeptAnswers {
    /// A store of at most so many bytes; 0 keeps none.
    #[must_use]
    pub fn new(most_bytes: u64) -> Self {
        let (given, replaced) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { answers: Shelf::new(usize::MAX, most_bytes), asked: Shelf::new(ASKED_ONCE, u64::MAX), most_bytes, given, replaced }
    }

    /// How they have served so far.
    #[must_use]
    pub fn served(&self) -> Served {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Served { given: read(&self.given), replaced: read(&self.replaced), kept: self.answers.len() }
    }

    /// The answer that is kept, if it still stands. Where that can't be found out, the question is answered anew.
    pub(super) async fn standing(&self, question: Option<&Question<'_>>) -> Option<Response> {
        let Question { key, asking } = question?;
        let kept = self.answers.take(key)?;
        if !asking.db.stands(&kept.basis).await.unwrap_or(false) {
            self.replaced.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        self.given.fetch_add(1, Ordering::Relaxed);
        Some(Response::new(as_it_is(kept.data.clone())))
    }

    /// Keeps an answer that was just made, if it may be kept and was asked for before.
    pub(super) async fn keep(&self, question: Option<&Question<'_>>, response: &Response) {
        let Some(Question { key, asking }) = question.filter(|_| self.most_bytes > 0) else { return };
        if self.asked.take(key).is_none() {
            return self.asked.put(*key, (), 0);
        }
        if !response.errors.is_empty() || !response.http_headers.is_empty() || !response.extensions.is_empty() {
            return;
        }
        let Ok(Some(basis)) = asking.basis().await else { return };
        let Ok(data) = serde_json::to_string(&response.data) else { return };
        let bytes = u64::try_from(data.len()).unwrap_or(u64::MAX);
        if bytes <= self.most_bytes / LARGEST_PART {
            self.answers.put(*key, Arc::new(Kept { data, basis }), bytes);
        }
    }
}
