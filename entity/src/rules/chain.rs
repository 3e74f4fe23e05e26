//! The record's chain: each event is sealed with a hash over itself and the seal before it, so that a change, a removal or another
//! order shows (domain, Permissions and tenancy: an append-only audit with a hash chain per tenant).
//!
//! A chain proves nothing to somebody who may rewrite all of it, so its head is to be noted elsewhere from time to time: the
//! command line prints it.

use sha2::{Digest, Sha256};

/// The seal before the first event.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Seals an event: SHA-256 in lower-case hexadecimal, over the place in the chain, the seal before it and the event's parts, in
/// order, each led by its length so that no two events can run together. A part that is absent differs from an empty one.
#[must_use]
pub fn seal(place: i64, before: &str, parts: &[Option<&str>]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"concordat audit 1");
    hash.update(place.to_be_bytes());
    for part in [Some(before)].iter().chain(parts) {
        match part {
            Some(text) => {
                hash.update([1]);
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text.as_bytes());
            }
            None => hash.update([0]),
        }
    }
    hexadecimal(hash)
}

/// A hash in lower-case hexadecimal: 64 digits.
#[must_use]
pub fn hexadecimal(hash: Sha256) -> String {
    use std::fmt::Write as _;
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An event as it is found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Its place in the chain, from 1.
    pub place: i64,
    /// The seal that it says came before.
    pub before: &'a str,
    /// Its own seal.
    pub seal: &'a str,
    /// Its parts.
    pub parts: &'a [Option<&'a str>],
}

/// What is wrong with a chain, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Events are gone.
    #[error("event {0} is missing")]
    Missing(i64),
    /// An event stands where another was, or twice.
    #[error("event {0} stands out of order")]
    OutOfOrder(i64),
    /// An event isn't what was sealed.
    #[error("event {0} was changed after it was sealed")]
    Changed(i64),
    /// The latest events are gone: the chain's head knows of more.
    #[error("events from {0} on are missing: the chain's head knows of {1}")]
    CutOff(i64, i64),
    /// The chain's head doesn't bear the latest event's seal.
    #[error("the chain's head doesn't bear the seal of event {0}")]
    Head(i64),
}

/// Follows a chain from its beginning.
#[derive(Clone, Debug)]
pub struct Follower {
    place: i64,
    seal: String,
}

impl Default for Follower {
    fn default() -> Self {
        Self { place: 0, seal: BEGINNING.to_owned() }
    }
}

impl Follower {
    /// Takes the next event, in the order of places.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn take(&mut self, event: &Found<'_>) -> Result<(), Broken> {
        let expected = self.place + 1;
        if event.place > expected {
            return Err(Broken::Missing(expected));
        }
        if event.place < expected {
            return Err(Broken::OutOfOrder(event.place));
        }
        if event.seal != seal(event.place, event.before, event.parts) {
            return Err(Broken::Changed(event.place));
        }
        if event.before != self.seal {
            return Err(Broken::OutOfOrder(event.place));
        }
        event.seal.clone_into(&mut self.seal);
        self.place = expected;
        Ok(())
    }

    /// How many events were taken.
    #[must_use]
    pub fn length(&self) -> i64 {
        self.place
    }

    /// The seal of the latest.
    #[must_use]
    pub fn head(&self) -> &str {
        &self.seal
    }

    /// Compares the end that was reached with what the chain's head says.
    ///
    /// # Errors
    /// When the head knows of more events, or of another latest one.
    pub fn ends_at(&self, length: i64, head: &str) -> Result<(), Broken> {
        if length > self.place {
            return Err(Broken::CutOff(self.place + 1, length));
        }
        if length < self.place || head != self.seal {
            return Err(Broken::Head(self.place));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Event = (i64, String, String, Vec<Option<String>>);

    fn chain(length: i64) -> Vec<Event> {
        let mut before = BEGINNING.to_owned();
        (1..=length)
            .map(|place| {
                let parts = vec![Some(format!("deed {place}")), None, Some(String::new())];
                let sealed = seal(place, &before, &parts.iter().map(Option::as_deref).collect::<Vec<_>>());
                (place, std::mem::replace(&mut before, sealed.clone()), sealed, parts)
            })
            .collect()
    }

    fn follow(events: &[Event], head: &Event) -> Result<(), Broken> {
        let mut follower = Follower::default();
        for (place, before, seal, parts) in events {
            let parts: Vec<_> = parts.iter().map(Option::as_deref).collect();
            follower.take(&Found { place: *place, before, seal, parts: &parts })?;
        }
        follower.ends_at(head.0, &head.2)
    }

    #[test]
    fn an_untouched_chain_holds() {
        let events = chain(5);
        assert_eq!(follow(&events, &events[4]), Ok(()));
    }

    #[test]
    fn each_kind_of_tampering_is_named() {
        let whole = chain(5);
        let head = whole[4].clone();
        let tampered = |change: &dyn Fn(&mut Vec<Event>)| {
            let mut events = whole.clone();
            change(&mut events);
            follow(&events, &head)
        };
        assert_eq!(tampered(&|events| events[2].3[0] = Some("another deed".to_owned())), Err(Broken::Changed(3)));
        assert_eq!(tampered(&|events| drop(events.remove(2))), Err(Broken::Missing(3)));
        assert_eq!(tampered(&|events| events.truncate(3)), Err(Broken::CutOff(4, 5)));
        assert_eq!(tampered(&|events| events.swap(1, 2)), Err(Broken::Missing(2)));
        let doubled = tampered(&|events| events.insert(3, events[2].clone()));
        assert_eq!(doubled, Err(Broken::OutOfOrder(3)));
        // Two events that changed places and numbers, each sealed anew, no longer fit what comes before.
        let renumbered = tampered(&|events| {
            for (place, other) in [(1, 2), (2, 1)] {
                let parts: Vec<_> = whole[other].3.clone();
                let texts: Vec<_> = parts.iter().map(Option::as_deref).collect();
                events[place].2 = seal(events[place].0, &events[place].1, &texts);
                events[place].3 = parts;
            }
        });
        assert_eq!(renumbered, Err(Broken::OutOfOrder(3)));
    }

    #[test]
    fn an_absent_part_is_not_an_empty_one_and_parts_do_not_run_together() {
        assert_ne!(seal(1, BEGINNING, &[None]), seal(1, BEGINNING, &[Some("")]));
        assert_ne!(seal(1, BEGINNING, &[Some("ab"), Some("c")]), seal(1, BEGINNING, &[Some("a"), Some("bc")]));
        assert_ne!(seal(1, BEGINNING, &[Some("a")]), seal(2, BEGINNING, &[Some("a")]));
    }
}
