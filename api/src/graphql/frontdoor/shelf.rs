//! A bounded store that lets go of what was unused for longest.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// A SHA-256 hash.
pub type Key = [u8; 32];

/// Things kept by hash: at most so many, and at most so many estimated bytes. Shared by all workers.
#[derive(Debug)]
pub struct Shelf<T> {
    most: usize,
    most_bytes: u64,
    kept: Mutex<Kept<T>>,
}

#[derive(Debug)]
struct Kept<T> {
    entries: HashMap<Key, Entry<T>>,
    bytes: u64,
    clock: u64,
}

#[derive(Debug)]
struct Entry<T> {
    thing: T,
    bytes: u64,
    used: u64,
}

impl<T: Clone> Shelf<T> {
    /// An empty shelf for so many things and bytes.
    #[must_use]
    pub fn new(most: usize, most_bytes: u64) -> Self {
        Self { most, most_bytes, kept: Mutex::new(Kept { entries: HashMap::new(), bytes: 0, clock: 0 }) }
    }

    /// What is kept under a hash, which counts as a use.
    #[must_use]
    pub fn take(&self, key: &Key) -> Option<T> {
        self.with(|kept| {
            kept.clock += 1;
            let entry = kept.entries.get_mut(key)?;
            entry.used = kept.clock;
            Some(entry.thing.clone())
        })
    }

    /// Keeps a thing of so many bytes, and lets others go that there is no room for any more.
    pub fn put(&self, key: Key, thing: T, bytes: u64) {
        self.with(|kept| {
            kept.bytes = kept.bytes.saturating_add(bytes);
            let entry = Entry { thing, bytes, used: kept.clock };
            if let Some(replaced) = kept.entries.insert(key, entry) {
                kept.bytes = kept.bytes.saturating_sub(replaced.bytes);
            }
            kept.shrink(self.most, self.most_bytes);
        });
    }

    /// How many things are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.with(|kept| kept.entries.len())
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with<R>(&self, act: impl FnOnce(&mut Kept<T>) -> R) -> R {
        // A panic elsewhere cannot leave it half-written in a way that matters.
        act(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T> Kept<T> {
    fn shrink(&mut self, most: usize, most_bytes: u64) {
        while self.entries.len() > most || self.bytes > most_bytes {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| *key);
            let Some(gone) = oldest.and_then(|key| self.entries.remove(&key)) else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(gone.bytes);
        }
    }
}
