//! Who holds how many connections that go on.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

use super::LiveLimits;

/// The places for connections, in all and by account.
#[derive(Debug, Clone)]
pub struct Places(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    most: usize,
    most_of_one: usize,
    /// So that whoever says nothing can't take every place.
    most_of_nobody: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    of_nobody: usize,
    by_account: HashMap<Uuid, usize>,
}

/// A place that is taken, until it is dropped.
#[derive(Debug)]
pub struct Place {
    places: Places,
    whose: Option<Uuid>,
}

impl Places {
    pub fn new(limits: &LiveLimits) -> Self {
        let (most, most_of_one) = (limits.connections, limits.per_account);
        Self(Arc::new(Counts { most, most_of_one, most_of_nobody: most.div_ceil(4), taken: Mutex::default() }))
    }

    /// Takes a place, for nobody in particular as yet; none when all are taken, or a quarter of them by nobody in particular.
    pub fn take(&self) -> Option<Place> {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.0.most || taken.of_nobody >= self.0.most_of_nobody {
            return None;
        }
        taken.all += 1;
        taken.of_nobody += 1;
        Some(Place { places: self.clone(), whose: None })
    }

    /// How many are taken.
    pub fn taken(&self) -> usize {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

impl Place {
    /// Takes it for an account; `false` when that has as many as it may.
    #[must_use]
    pub fn take_for(&mut self, account: Uuid) -> bool {
        let mut taken = self.places.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.by_account.entry(account).or_default();
        if *own >= self.places.0.most_of_one {
            return false;
        }
        *own += 1;
        taken.of_nobody = taken.of_nobody.saturating_sub(1);
        self.whose = Some(account);
        true
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        let Some(account) = self.whose else {
            taken.of_nobody = taken.of_nobody.saturating_sub(1);
            return;
        };
        if let Some(own) = taken.by_account.get_mut(&account) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.by_account.remove(&account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_it_is_let_go() {
        let places = Places::new(&LiveLimits { connections: 8, per_account: 2, ..LiveLimits::default() });
        let (account, other) = (Uuid::now_v7(), Uuid::now_v7());
        let mut held: Vec<Place> = (0..8).filter_map(|_| places.take()).collect();
        assert_eq!(held.len(), 2, "nobody in particular has a quarter of them");
        assert!(held[0].take_for(account) && held[1].take_for(account));
        held.extend((0..2).filter_map(|_| places.take()));
        assert!(!held[2].take_for(account) && held[3].take_for(other), "one account has two");
        held.remove(0);
        assert!(held[1].take_for(account), "it has room again");
        while let Some(mut place) = places.take() {
            assert!(place.take_for(Uuid::now_v7()));
            held.push(place);
        }
        assert_eq!((held.len(), places.taken()), (8, 8), "all are taken");
        held.clear();
        assert_eq!((places.taken(), places.take().is_some()), (0, true));
    }
}
