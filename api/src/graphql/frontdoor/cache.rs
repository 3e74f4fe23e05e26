//! Documents made ready, kept by the hash of operation name and text.
//!
//! Dashboards send the same few documents all day, so parsing and measuring are paid once. Both the number of
//! documents and their estimated memory are bounded; the ones unused for longest go first. Refused documents
//! are not kept: they are cheap to refuse again, and a stranger must not fill the cache with them.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sha2::{Digest, Sha256};

use super::{
    document::Document,
    limits::Limits,
    refusal::Refusal,
    shelf::{Key, Shelf},
    validity::Contract,
};

/// A bounded store of documents, shared by all workers.
#[derive(Debug)]
pub struct DocumentCache {
    shelf: Shelf<Arc<Document>>,
    found: AtomicU64,
    prepared: AtomicU64,
}

/// How the cache has served so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// Requests whose document was there.
    pub found: u64,
    /// Requests whose document had to be made ready, refused ones among them.
    pub prepared: u64,
    /// Documents kept now.
    pub kept: usize,
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
        Self { shelf: Shelf::new(documents, bytes), found: AtomicU64::new(0), prepared: AtomicU64::new(0) }
    }

    /// The document made ready, from the cache if it is there.
    ///
    /// # Errors
    /// As [`Document::admit`].
    pub fn document(
        &self,
        text: &str,
        name: Option<&str>,
        (limits, contract): (&Limits, &Contract),
    ) -> Result<Arc<Document>, Refusal> {
        let key = key(text, name);
        if let Some(document) = self.shelf.take(&key) {
            self.found.fetch_add(1, Ordering::Relaxed);
            return Ok(document);
        }
        self.prepared.fetch_add(1, Ordering::Relaxed);
        // Prepared outside the lock: two workers may do it twice, none has to wait.
        let document = Arc::new(Document::admit(text, name, limits, contract)?);
        self.shelf.put(key, Arc::clone(&document), document.bytes());
        Ok(document)
    }

    /// How it has served so far.
    #[must_use]
    pub fn served(&self) -> Served {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Served { found: count(&self.found), prepared: count(&self.prepared), kept: self.shelf.len() }
    }

    /// How many documents are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shelf.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shelf.is_empty()
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

    fn contract() -> Contract {
        Contract::of("type Query { a: Int b: Int c: Int d: Int e: Int }").unwrap()
    }

    #[test]
    fn the_same_text_is_prepared_once_and_another_operation_of_it_apart() {
        let (cache, limits) = (DocumentCache::default(), (&Limits::default(), &contract()));
        let text = "query A { a } query B { a b }";
        let first = cache.document(text, Some("A"), limits).unwrap();
        let again = cache.document(text, Some("A"), limits).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let other = cache.document(text, Some("B"), limits).unwrap();
        assert_eq!((first.measurement().data.fields, other.measurement().data.fields), (1, 2));
        assert_eq!(cache.served(), Served { found: 1, prepared: 2, kept: 2 });
    }

    #[test]
    fn the_one_unused_for_longest_goes_first_by_count_and_by_bytes() {
        let limits = (&Limits::default(), &contract());
        let cache = DocumentCache::new(2, u64::MAX);
        let a = cache.document("{ a }", None, limits).unwrap();
        cache.document("{ b }", None, limits).unwrap();
        cache.document("{ a }", None, limits).unwrap();
        cache.document("{ c }", None, limits).unwrap();
        assert_eq!(cache.len(), 2);
        assert!(Arc::ptr_eq(&a, &cache.document("{ a }", None, limits).unwrap()));

        let narrow = DocumentCache::new(1_000, a.bytes() * 3);
        for field in ["a", "b", "c", "d", "e"] {
            narrow.document(&format!("{{ {field} }}"), None, limits).unwrap();
        }
        assert_eq!(narrow.len(), 3);
    }

    #[test]
    fn refused_documents_are_not_kept() {
        let cache = DocumentCache::default();
        assert!(cache.document("{", None, (&Limits::default(), &contract())).is_err());
        assert!(cache.document("{ f }", None, (&Limits::default(), &contract())).is_err(), "not of the contract");
        assert!(cache.is_empty());
    }
}
