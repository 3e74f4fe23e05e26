//! Slows down whoever tries keys.
//!
//! No key can be guessed; what is guarded is the database, which would have to look each one up. So the counts stay in this process's
//! memory, where a stranger's attempts cost no writing. What was wrong stays wrong (keys end for good), so the same wrong key is
//! refused from memory, is looked up once, and counts once: a dashboard that was forgotten with an old key locks nobody out who works
//! behind the same address. Thirty different wrong keys in a quarter of an hour close the address to keys until that is over.

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use entity::rules::throttle::{Attempt, Throttle, ThrottleState, address_key};

use super::tokens::TokenDigest;

/// Addresses and keys that are remembered before all are forgotten and the memory starts afresh.
const REMEMBERED: usize = 10_000;

/// Keys that were wrong, and from where they came.
#[derive(Debug, Default)]
pub struct WrongKeys(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    keys: HashSet<[u8; 32]>,
    addresses: HashMap<String, ThrottleState>,
}

/// What is to be done with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// It is to be looked up.
    LookUp,
    /// It was wrong before.
    Wrong,
    /// Too many wrong ones came from there.
    Wait {
        /// The first moment at which one is looked up again.
        until: DateTime<Utc>,
    },
}

impl WrongKeys {
    /// What is to be done with a key from an address.
    #[must_use]
    pub fn before(&self, key: &TokenDigest, address: IpAddr, now: DateTime<Utc>) -> Guess {
        self.with(|memory| {
            if memory.keys.contains(key.as_bytes()) {
                return Guess::Wrong;
            }
            let state = memory.addresses.get(&address_key(address));
            match state.map(|state| Throttle::Address.decide(state, now)) {
                Some(Attempt::Wait { until }) => Guess::Wait { until },
                Some(Attempt::Allow) | None => Guess::LookUp,
            }
        })
    }

    /// Notes that a key was wrong.
    pub fn note(&self, key: &TokenDigest, address: IpAddr, now: DateTime<Utc>) {
        self.with(|memory| {
            if memory.keys.len() >= REMEMBERED || memory.addresses.len() >= REMEMBERED {
                *memory = Memory::default();
            }
            memory.keys.insert(*key.as_bytes());
            let state = memory.addresses.entry(address_key(address)).or_insert_with(|| ThrottleState::fresh(now));
            *state = Throttle::Address.after_failure(state, now);
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_different_keys_close_an_address_and_one_key_again_and_again_does_not() {
        let (keys, now) = (WrongKeys::default(), DateTime::from_timestamp(1_265_706_000, 0).unwrap());
        let (here, there): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let wrong = |number: u8| TokenDigest::of(&[number; 32]);
        for number in 0..29 {
            assert_eq!(keys.before(&wrong(number), here, now), Guess::LookUp);
            keys.note(&wrong(number), here, now);
        }
        for _ in 0..100 {
            assert_eq!(keys.before(&wrong(3), here, now), Guess::Wrong, "refused from memory, and not counted");
        }
        assert_eq!(keys.before(&wrong(200), here, now), Guess::LookUp);
        keys.note(&wrong(200), here, now);
        let until = now + chrono::TimeDelta::minutes(15);
        assert_eq!(keys.before(&wrong(201), here, now), Guess::Wait { until });
        assert_eq!(keys.before(&wrong(201), there, now), Guess::LookUp, "elsewhere nothing happened");
        assert_eq!(keys.before(&wrong(201), here, until), Guess::LookUp);
    }
}
