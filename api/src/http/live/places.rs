//! Who holds how many connections that go on.

use std::{
    collections::{HashMap, hash_map::Entry},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use entity::rules::throttle::subscriber;
use uuid::Uuid;

use super::LiveLimits;

/// The places for connections, in all and by account.
#[derive(Debug, Clone)]
pub struct Places(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    most: usize,
    most_of_one: usize,
    /// So that those who say nothing can't take every place, nor one of them all that they have.
    most_of_nobody: usize,
    most_of_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    of_nobody: usize,
    by_account: HashMap<Uuid, usize>,
    by_address: HashMap<IpAddr, usize>,
}

/// Who holds a place.
#[derive(Clone, Copy, Debug)]
enum Holder {
    /// Somebody at that address, of whom nothing is known as yet.
    Nobody(IpAddr),
    /// An account.
    Account(Uuid),
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// Too many are taken.
    OfAll,
    /// The account has as many as it may.
    OfOne,
}

/// A place that is taken, until it is dropped.
#[derive(Debug)]
pub struct Place {
    places: Places,
    holder: Holder,
}

impl Places {
    pub fn new(limits: &LiveLimits) -> Self {
        Self(Arc::new(Counts {
            most: limits.connections,
            most_of_one: limits.per_account,
            most_of_nobody: limits.connections.div_ceil(4),
            most_of_address: limits.unknown_per_address,
            taken: Mutex::default(),
        }))
    }

    /// Takes a place for somebody at that address who isn't known as yet.
    ///
    /// # Errors
    /// [`Full::OfAll`] when all are taken, a quarter of them by those who aren't known, or some dozens by those at that address.
    pub fn take(&self, from: IpAddr) -> Result<Place, Full> {
        let from = subscriber(from);
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = taken.by_address.get(&from).copied().unwrap_or_default();
        if taken.all >= self.0.most || taken.of_nobody >= self.0.most_of_nobody || of_address >= self.0.most_of_address {
            return Err(Full::OfAll);
        }
        taken.all += 1;
        taken.of_nobody += 1;
        taken.by_address.insert(from, of_address.saturating_add(1));
        Ok(Place { places: self.clone(), holder: Holder::Nobody(from) })
    }

    /// Takes a place for an account, whoever else says nothing.
    ///
    /// # Errors
    /// [`Full`].
    pub fn take_for(&self, account: Uuid) -> Result<Place, Full> {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.0.most {
            return Err(Full::OfAll);
        }
        if !taken.grants(account, self.0.most_of_one) {
            return Err(Full::OfOne);
        }
        taken.all += 1;
        Ok(Place { places: self.clone(), holder: Holder::Account(account) })
    }

    /// How many are taken.
    pub fn taken(&self) -> usize {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

impl Taken {
    /// Counts one more of an account's, unless it has as many as it may.
    fn grants(&mut self, account: Uuid, most: usize) -> bool {
        let own = self.by_account.entry(account).or_default();
        let has_room = *own < most;
        *own += usize::from(has_room);
        has_room
    }

    fn let_go(&mut self, holder: Holder) {
        match holder {
            Holder::Nobody(address) => {
                self.of_nobody = self.of_nobody.saturating_sub(1);
                one_less(&mut self.by_address, address);
            }
            Holder::Account(account) => one_less(&mut self.by_account, account),
        }
    }
}

/// Counts one less, and forgets whoever has none.
fn one_less<K: Eq + std::hash::Hash>(counts: &mut HashMap<K, usize>, key: K) {
    if let Entry::Occupied(mut count) = counts.entry(key) {
        *count.get_mut() = count.get().saturating_sub(1);
        if *count.get() == 0 {
            count.remove();
        }
    }
}

impl Place {
    /// Takes it for an account; `false` when that has as many as it may.
    #[must_use]
    pub fn take_for(&mut self, account: Uuid) -> bool {
        let mut taken = self.places.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if !taken.grants(account, self.places.0.most_of_one) {
            return false;
        }
        taken.let_go(self.holder);
        self.holder = Holder::Account(account);
        true
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        taken.let_go(self.holder);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const THERE: IpAddr = IpAddr::V4(Ipv4Addr::BROADCAST);

    #[test]
    fn a_place_is_free_again_when_it_is_let_go() {
        let places = Places::new(&LiveLimits { connections: 8, per_account: 2, ..LiveLimits::default() });
        let (account, other) = (Uuid::now_v7(), Uuid::now_v7());
        let mut held: Vec<Place> = (0..8).filter_map(|_| places.take(HERE).ok()).collect();
        assert_eq!(held.len(), 2, "those who aren't known have a quarter of them");
        assert!(held[0].take_for(account) && held[1].take_for(account));
        held.extend((0..2).filter_map(|_| places.take(HERE).ok()));
        assert!(!held[2].take_for(account) && held[3].take_for(other), "one account has two");
        held.remove(0);
        assert!(held[1].take_for(account), "it has room again");
        while let Ok(mut place) = places.take(HERE) {
            assert!(place.take_for(Uuid::now_v7()));
            held.push(place);
        }
        assert_eq!((held.len(), places.taken()), (8, 8), "all are taken");
        held.clear();
        assert_eq!((places.taken(), places.take(HERE).is_ok()), (0, true));
    }

    #[test]
    fn whoever_says_nothing_keeps_no_account_out_and_nobody_elsewhere() {
        let limits = LiveLimits { connections: 40, per_account: 2, unknown_per_address: 3, ..LiveLimits::default() };
        let (places, account) = (Places::new(&limits), Uuid::now_v7());
        let held: Vec<Place> = (0..40).filter_map(|_| places.take(HERE).ok()).collect();
        assert_eq!(held.len(), 3);
        let elsewhere = places.take(THERE).unwrap();
        let own: Vec<Place> = (0..2).map(|_| places.take_for(account).unwrap()).collect();
        assert_eq!(places.take_for(account).err(), Some(Full::OfOne));
        assert_eq!(places.taken(), 6);
        drop((held, elsewhere, own));
        assert!(places.take_for(account).is_ok() && places.take(HERE).is_ok());
        let taken = places.0.taken.lock().unwrap();
        assert!(taken.by_address.is_empty() && taken.by_account.is_empty(), "nobody is remembered");
    }
}
