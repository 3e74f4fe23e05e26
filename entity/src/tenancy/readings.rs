//! What was read that is to be known: across tenants, of what is restricted, and of exempt business in committee packs.
//!
//! It is put on the record of the tenant whose it was, before the answer leaves.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Actor, DatabaseTransaction, Db, Disclosed, READ_SHARED, Share, TenantTx, Whose, record::Event, scope, versions};
use crate::{
    error::{Error, Result},
    policy::{self, Action, Office, Resource, doing},
    rules::{pack::Edition, wording::office_name},
    tables::{RecordArea, TenantId, governance::meeting_pack, sharing::sharing_agreement},
};

/// What was read in one request that is to be put on record, with the office whose powers allow it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reading {
    pub(super) what: Read,
    pub(super) office: Option<Office>,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Read {
    /// Something of another tenant's.
    Shared(Share),
    /// Something restricted in a tenant of one's own.
    Restricted { tenant: TenantId, action: Action, resource: Resource },
    /// The edition with exempt business of a pack of a tenant's.
    Exempt { tenant: TenantId, pack: PackRead },
}

/// The edition of a pack that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct PackRead {
    edition: String,
    pack: Uuid,
    meeting: String,
    version: i32,
    form: String,
}

impl Reading {
    /// On whose record it belongs: the tenant's whose it was.
    fn tenant(&self) -> TenantId {
        match &self.what {
            Read::Shared(share) => share.discloser,
            Read::Restricted { tenant, .. } | Read::Exempt { tenant, .. } => *tenant,
        }
    }
}

/// What a transaction has read that is to be put on record, which outlives it.
pub struct SharedReadings(Arc<Mutex<BTreeSet<Reading>>>);

impl SharedReadings {
    pub(super) fn of(readings: Arc<Mutex<BTreeSet<Reading>>>) -> Self {
        Self(readings)
    }

    /// All of it.
    #[must_use]
    pub fn all(&self) -> BTreeSet<Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was read of other tenants.
    pub(super) fn across_tenants(&self) -> BTreeSet<Reading> {
        let readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        readings.iter().filter(|reading| matches!(reading.what, Read::Shared(_))).cloned().collect()
    }
}

/// The deed under which a restricted read stands on record, such as `READ_AUDIT`.
fn restricted_deed(action: Action, resource: Resource) -> String {
    format!("{action}_{resource}")
}

/// What the record says of a restricted read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Looked {
    action: Action,
    resource: Resource,
}

impl TenantTx {
    /// Notes for the record that the edition of a meeting's pack with exempt business is about to be given to the actor, in this form.
    pub fn note_exempt_pack(&self, pack: &meeting_pack::Model, meeting: &str, form: &str) {
        let tenant = pack.tenant_id;
        let read = PackRead {
            edition: Edition::Exempt.code().to_owned(),
            pack: pack.id.uuid(),
            meeting: meeting.to_owned(),
            version: pack.version,
            form: form.to_owned(),
        };
        let office = self.actor().warrant(tenant, Action::Read, Resource::ExemptBusiness, Whose::default());
        let office = office.and_then(|warrant| warrant.office());
        self.note(Reading { what: Read::Exempt { tenant, pack: read }, office });
    }
}

impl Db {
    /// Puts reads on the record of each tenant whose records they were; before that, the answer may not leave.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_readings(&self, actor: &Arc<Actor>, readings: BTreeSet<Reading>) -> Result<()> {
        // A discloser knows nothing of the service accounts of others, so it is told by name.
        let named = |machine: &super::Machine| format!(" (read by the service account {})", machine.name);
        let machine = actor.machine().map(named).unwrap_or_default();
        let mut by_tenant: BTreeMap<TenantId, Vec<Reading>> = BTreeMap::new();
        for reading in readings {
            by_tenant.entry(reading.tenant()).or_default().push(reading);
        }
        for (tenant, readings) in by_tenant {
            let transaction = self.begin_writing().await?;
            scope::put_on_record(&transaction, tenant).await?;
            for Reading { what, office } in readings {
                let (kind, justification, body) = told(what, office, &transaction).await?;
                let event = Event {
                    tenant,
                    kind,
                    act: None,
                    person: actor.person().map(|person| person.person),
                    office,
                    service_account: actor.machine().map(|machine| machine.account),
                    request_id: self.occasion.request_id().map(str::to_owned),
                    justification: Some(format!("{justification}{machine}")),
                    body: body.map_err(Error::internal)?,
                    done_on: actor.business_date,
                    done_at: self.clock().now(),
                };
                event.append(&transaction).await?;
            }
            let touched = BTreeSet::from([(tenant, RecordArea::Record)]);
            versions::commit(transaction, &*self.feed, (Some(tenant), touched), self.clock().now()).await?;
        }
        Ok(())
    }
}

/// The office in which something was read, for a sentence.
fn named(office: Option<Office>) -> String {
    office.map_or_else(|| "an office".to_owned(), office_name)
}

/// A read as the record tells it: the deed, why it was allowed or is known, and what was read.
#[expect(clippy::disallowed_methods, reason = "the purpose of the very agreement on which the read rested")]
async fn told(
    what: Read,
    office: Option<Office>,
    transaction: &DatabaseTransaction,
) -> Result<(String, String, serde_json::Result<String>)> {
    match what {
        Read::Shared(share) => {
            let agreement = sharing_agreement::Entity::find_by_id(share.agreement).one(transaction).await?;
            let agreement = agreement.ok_or_else(|| Error::internal("the agreement is gone"))?;
            let body = Disclosed { category: share.category, reader: share.reader.uuid(), agreement: share.agreement.uuid() };
            let why = format!("{} (version {}): {}", agreement.title, agreement.version, agreement.purpose);
            Ok((READ_SHARED.to_owned(), why, serde_json::to_string(&body)))
        }
        Read::Restricted { action, resource, .. } => {
            let why = policy::restriction(action, resource).unwrap_or_default();
            let why = format!("{} may {}; {why}", named(office), doing(action, resource));
            Ok((restricted_deed(action, resource), why, serde_json::to_string(&Looked { action, resource })))
        }
        Read::Exempt { pack, .. } => {
            let PackRead { meeting, version, form, .. } = &pack;
            let why = format!(
                "{} may read exempt business; the edition of the pack that holds it (version {version}, for {meeting}) was fetched as {form}, \
                 and what isn't published is known to have been read",
                named(office)
            );
            Ok((restricted_deed(Action::Read, Resource::ExemptBusiness), why, serde_json::to_string(&pack)))
        }
    }
}
