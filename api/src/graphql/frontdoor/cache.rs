//! Documents made ready, kept by the hash of operation name and text.
//!
//! Dashboards send the same few documents all day, so parsing and measuring are paid once. Both the number of
//! documents and their estimated memory are bounded; the ones unused for longest go first. Refused documents
//! are not kept: they are cheap to refuse again, and a stranger must not fill the cache with them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

use super::{document::Document, limits::Limits, refusal::Refusal};

/// SHA-256 of operation name and text.
type Key = [u8; 32];

/// A bounded store of documents, shared by all workers.
#[derive(Debug)]
pub struct DocumentCache {
    documents: usize,
    bytes: u64,
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    entries: HashMap<Key, Entry>,
    bytes: u64,
    clock: u64,
}

#[derive(Debug)]
struct Entry {
    document: Arc<Document>,
    used: u64,
}

impl Default for DocumentCache {
    /// 1,000 documents, 16 MiB.
    fn default() -> Self {
        Self::new(1_000, 16 * 1024 * 1024)
    }
}

impl DocumentCache {
    /// A cache of at most so many documents and estimated bytes.
    #[must_use]
    pub fn new(documents: usize, bytes: u64) -> Self {
        Self { documents, bytes, shelf: Mutex::default() }
    }

    /// The document made ready, from the cache if it is there.
    ///
    /// # Errors
    /// As [`Document::prepare`].
    pub fn document(&self, text: &str, name: Option<&str>, limits: &Limits) -> Result<Arc<Document>, Refusal> {
        let key = key(text, name);
        if let Some(document) = self.with_shelf(|shelf| shelf.take(&key)) {
            return Ok(document);
        }
        // Prepared outside the lock: two workers may do it twice, none has to wait.
        let document = Arc::new(Document::prepare(text, name, limits)?);
        self.with_shelf(|shelf| {
            shelf.put(key, Arc::clone(&document));
            shelf.shrink(self.documents, self.bytes);
        });
        Ok(document)
    }

    /// How many documents are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.with_shelf(|shelf| shelf.entries.len())
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with_shelf<T>(&self, act: impl FnOnce(&mut Shelf) -> T) -> T {
        // A panic elsewhere cannot leave the shelf half-written in a way that matters.
        act(&mut self.shelf.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shelf {
    fn take(&mut self, key: &Key) -> Option<Arc<Document>> {
        self.clock += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.clock;
        Some(Arc::clone(&entry.document))
    }

    fn put(&mut self, key: Key, document: Arc<Document>) {
        self.bytes = self.bytes.saturating_add(document.bytes());
        if let Some(replaced) = self.entries.insert(key, Entry { document, used: self.clock }) {
            self.bytes = self.bytes.saturating_sub(replaced.document.bytes());
        }
    }

    fn shrink(&mut self, documents: usize, bytes: u64) {
        while self.entries.len() > documents || self.bytes > bytes {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| *key);
            let Some(gone) = oldest.and_then(|key| self.entries.remove(&key)) else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(gone.document.bytes());
        }
    }
}

fn key(text: &str, name: Option<&str>) -> Key {
    // The length keeps name and text apart, and no name from an empty one.
    let length = name.map_or(u64::MAX, |name| name.len() as u64).to_be_bytes();
    Sha256::new().chain_update(length).chain_update(name.unwrap_or_default()).chain_update(text).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_prepared_once_and_another_operation_of_it_apart() {
        let (cache, limits) = (DocumentCache::default(), Limits::default());
        let text = "query A { a } query B { a b }";
        let first = cache.document(text, Some("A"), &limits).unwrap();
        let again = cache.document(text, Some("A"), &limits).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let other = cache.document(text, Some("B"), &limits).unwrap();
        assert_eq!((first.measurement().data.fields, other.measurement().data.fields), (1, 2));
        assert_eq!(cache.len(), 2);
    }

    #[test]
    fn the_one_unused_for_longest_goes_first_by_count_and_by_bytes() {
        let limits = Limits::default();
        let cache = DocumentCache::new(2, u64::MAX);
        let a = cache.document("{ a }", None, &limits).unwrap();
        cache.document("{ b }", None, &limits).unwrap();
        cache.document("{ a }", None, &limits).unwrap();
        cache.document("{ c }", None, &limits).unwrap();
        assert_eq!(cache.len(), 2);
        assert!(Arc::ptr_eq(&a, &cache.document("{ a }", None, &limits).unwrap()));

        let narrow = DocumentCache::new(1_000, a.bytes() * 3);
        for field in ["a", "b", "c", "d", "e"] {
            narrow.document(&format!("{{ {field} }}"), None, &limits).unwrap();
        }
        assert_eq!(narrow.len(), 3);
    }

    #[test]
    fn refused_documents_are_not_kept() {
        let cache = DocumentCache::default();
        assert!(cache.document("{", None, &Limits::default()).is_err());
        assert!(cache.is_empty());
    }
}
