//! By what a reading transaction went, so that an answer made from it can be kept for as long as that stays as it was.
//!
//! Only reads whose every change moves a version are known here: a tenant's registers, found under leave to read them, and reference
//! data. Whatever else is done with the connection, or with the time of day, leaves the trail, and what was read then is the basis of
//! nothing. So a new way of reading keeps no answer until it is stated here that its changes are counted.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use sea_orm::{ConnectionTrait, DbErr};

use super::{
    Db, TenantTx,
    versions::{self, Place},
};
use crate::{
    error::Result,
    tables::{RecordArea, TenantId},
};

/// Where a transaction has looked so far.
#[derive(Debug, Default)]
pub(super) struct Trail(Mutex<Looked>);

#[derive(Debug, Default)]
struct Looked {
    places: BTreeSet<Place>,
    looked_elsewhere: bool,
}

impl Trail {
    pub(super) fn led_to(&self, place: Place) {
        self.with(|looked| looked.places.insert(place));
    }

    pub(super) fn was_left(&self) {
        self.with(|looked| looked.looked_elsewhere = true);
    }

    /// The places, if it led to some and was never left.
    fn places(&self) -> Option<BTreeSet<Place>> {
        // Who signs in, and who did what, moves with nearly everything that is done.
        let moves_all_the_time = |(_, area): &Place| matches!(area, RecordArea::Identity | RecordArea::Record);
        self.with(|looked| {
            let is_known = !looked.looked_elsewhere && !looked.places.is_empty() && !looked.places.iter().any(moves_all_the_time);
            is_known.then(|| looked.places.clone())
        })
    }

    fn with<R>(&self, act: impl FnOnce(&mut Looked) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What an answer was made from: areas of tenants' records, each at its version. While they stand, the same actor is answered the
/// same to the same question on the same business date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis(BTreeMap<Place, i64>);

impl TenantTx {
    /// What everything that was read so far rests on; none when that can't be said, or when reading it is to be put on record, which
    /// each reading is anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn basis(&self) -> Result<Option<Basis>> {
        let Some(places) = self.trail.places().filter(|_| self.readings().is_empty()) else { return Ok(None) };
        // In the snapshot in which it was read, so that no write comes between.
        Ok(Some(found(&*self.begun.get(&self.actor).await?, places).await?))
    }
}

impl Db {
    /// Whether a basis still stands: one statement, on a connection that isn't one of those for reading.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stands(&self, basis: &Basis) -> Result<bool> {
        Ok(found(&self.recognisers, basis.0.keys().copied().collect()).await? == *basis)
    }
}

async fn found(connection: &impl ConnectionTrait, places: BTreeSet<Place>) -> Result<Basis, DbErr> {
    let tenants: BTreeSet<TenantId> = places.iter().map(|(tenant, _)| *tenant).collect();
    let mut basis: BTreeMap<Place, i64> = places.into_iter().map(|place| (place, 0)).collect();
    for version in versions::of_tenants(connection, &tenants).await? {
        if let Some(known) = basis.get_mut(&(version.tenant, version.area)) {
            *known = version.version;
        }
    }
    Ok(Basis(basis))
}
