//! Whether an answer that somebody keeps still holds, found out without making it again.
//!
//! An entity tag stands for everything that an answer follows from: who asks and what they may read, the business date, the query in
//! its version, what is given for its parameters, the shape, and the versions of all records that the asker may read anything of
//! (`tenancy::versions`), which every write moves on. So a poll of what hasn't changed costs one statement, which finds out who asks and
//! what the versions are, and nobody is ever told that an answer still holds which was made for somebody else, or for another office. The
//! versions are read before the answer is made: what is written meanwhile makes the tag too old, never too new.
//!
//! What the records of the record itself have come to is left out, unless the query shows it: every read across tenants moves
//! it, also the asker's own. Accounts and service accounts are left out because no stored query shows any.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use entity::{
    policy::{Action, Resource, Scope},
    rules::chain::hexadecimal,
    tables::{RecordArea, TenantId},
    tenancy::{Actor, DataVersions, Principal},
    usecases::dashboards::stored_queries::Shelved,
};
use sha2::{Digest, Sha256};

/// An entity tag (RFC 9110, section 8.8.3), weak: the bytes of an answer have a request's own identifier in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// The tag of what `actor` is answered; `what` names the question and the shape to the last detail.
    #[must_use]
    pub fn of(actor: &Actor, versions: &DataVersions, shows_record: bool, what: &[&str]) -> Self {
        let counts = |area| match area {
            RecordArea::Record => shows_record,
            RecordArea::Identity => false,
            _ => true,
        };
        let mut digest = Sha256::new();
        let mut add = |part: &str| {
            // With its length, so that no two parts pass for two others.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        };
        add(env!("CARGO_PKG_VERSION"));
        add(&scope(actor));
        what.iter().for_each(|part| add(part));
        // From here on each part has a length of its own.
        for seen in versions.iter().filter(|seen| counts(seen.area)) {
            digest.update(seen.tenant.uuid());
            digest.update([seen.area as u8]);
            digest.update(seen.version.to_be_bytes());
        }
        Self(format!("W/\"{}\"", hexadecimal(digest).get(..32).unwrap_or_default()))
    }

    /// What it is, without what HTTP puts around it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.trim_start_matches("W/").trim_matches('"')
    }

    /// The answer to somebody who keeps one that still holds; none when theirs doesn't.
    #[must_use]
    pub fn still_holds(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let kept = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
        let own = self.0.trim_start_matches("W/");
        let mut tags = kept.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == own).then(|| {
            let mut builder = super::serving::head(StatusCode::NOT_MODIFIED);
            self.put_on(&mut builder);
            builder.finish()
        })
    }

    /// Puts the tag on an answer.
    pub fn put_on(&self, builder: &mut HttpResponseBuilder) {
        builder.insert_header((header::ETAG, self.0.as_str()));
    }
}

/// Who asks, what they may read and on which day: the same text for the same, whatever the order in which it was found. Which session
/// or key they came with doesn't matter, but what it is good for does.
fn scope(actor: &Actor) -> String {
    let held = match &actor.principal {
        Principal::Person(person) => {
            let appointments = sorted(person.appointments.iter().map(|held| format!("{held:?}")));
            format!("{}/{:?}/{appointments:?}", person.person, (person.assurance.demand, person.assurance.method))
        }
        Principal::Machine(machine) => {
            let grants = sorted(machine.grants.iter().map(|grant| format!("{}/{}", grant.tenant, Scope::text_of(&grant.scopes))));
            format!("{}/{grants:?}", machine.organisation)
        }
    };
    let shares = sorted(actor.shares.iter().map(|share| format!("{share:?}")));
    format!("{}/{}/{held}/{shares:?}", actor.caller(), actor.business_date)
}

fn sorted(parts: impl Iterator<Item = String>) -> Vec<String> {
    let mut parts: Vec<String> = parts.collect();
    parts.sort();
    parts
}

/// The stored queries of tenants as they were looked up last, each as of a version of the tenant's.
#[derive(Debug, Default)]
pub struct Shelves(Mutex<HashMap<String, Shelf>>);

/// A tenant's stored queries.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The tenant.
    pub tenant: TenantId,
    /// Its stored queries, by name.
    pub queries: Arc<Vec<Shelved>>,
    version: i64,
}

impl Shelves {
    /// The tenant's stored queries if they are known as they are now, and the actor may know of them.
    #[must_use]
    pub fn known(&self, slug: &str, actor: &Actor, versions: &DataVersions) -> Option<Shelf> {
        let shelves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let shelf = shelves.get(slug).filter(|shelf| actor.may(shelf.tenant, Action::Read, Resource::StoredQuery))?;
        (versions.of(shelf.tenant, RecordArea::Dashboards) == shelf.version).then(|| shelf.clone())
    }

    /// Keeps what was looked up after these versions were read.
    pub fn keep(&self, slug: &str, tenant: TenantId, queries: Vec<Shelved>, versions: &DataVersions) -> Shelf {
        let shelf = Shelf { tenant, queries: Arc::new(queries), version: versions.of(tenant, RecordArea::Dashboards) };
        // Only tenants that are there come here, so there are never many.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(slug.to_owned(), shelf.clone());
        shelf
    }
}
