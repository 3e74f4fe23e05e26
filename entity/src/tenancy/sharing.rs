//! What other tenants let an actor read, and the agreements that let them.
//!
//! A share is worked out from the agreements in force when the actor is recognised, so a withdrawal counts with the next request.
//! Every read that rests on one is noted here and put on the disclosing tenant's record before the answer leaves. So are reads at
//! home of what the policy calls restricted, on the tenant's own: once a request, however often it asks.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError},
};

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set};
use serde::{Deserialize, Serialize};

use super::{
    Actor, Part, TenantTx, Whose,
    readings::{Read, Reading, SharedReadings},
};
use crate::{
    error::{Error, Result},
    policy::{self, Action, Office, RecordCategory, Resource, Scope},
    tables::{
        Id, RecordArea, TenantId,
        performance::area,
        sharing::{sharing_agreement, sharing_clause, sharing_party},
    },
};

/// That one tenant lets another read a category of its records today.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share {
    /// Whose records they are.
    pub discloser: TenantId,
    /// Who may read them: a tenant in which the actor holds an appointment.
    pub reader: TenantId,
    /// Which records.
    pub category: RecordCategory,
    /// By which agreement.
    pub agreement: Id<sharing_agreement::Model>,
}

/// The national indicators by which engagement is measured: people's influence (NI 4), their concerns (NI 21).
pub const ENGAGEMENT_RESULTS: [i32; 2] = [4, 21];

/// On what a read rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// On an appointment in the tenant itself, or on a grant of it.
    Own,
    /// On a grant of the tenant that reaches a part of these things only.
    OwnPart(Part),
    /// On an agreement that shares the whole category.
    Shared,
    /// On an agreement that shares results of engagement, and of these things only those.
    SharedResults,
}

impl Actor {
    /// The share on which reading such things of another tenant rests, if there is one: the tenant shares the category with one in
    /// which an appointment of the actor's allows reading such things.
    fn share(&self, discloser: TenantId, resource: Resource) -> Option<(&Share, Leave)> {
        let usable = |share: &&Share| share.discloser == discloser && self.may(share.reader, Action::Read, resource);
        // Whoever reads a part of their own tenant's reads no more than that of another's.
        let is_read = |share: &&Share, results| self.part_read(share.reader, resource).is_none_or(|part| results && part.results);
        let mut whole = self.shares.iter().filter(usable).filter(|share| is_read(share, false));
        let whole = whole.find(|share| Some(share.category) == resource.shared_as());
        let results = || {
            let results = self.shares.iter().filter(usable).filter(|share| is_read(share, true));
            let mut usable = results.filter(|_| resource.holds_engagement_results());
            usable.find(|share| share.category == RecordCategory::EngagementResults)
        };
        whole.map(|share| (share, Leave::Shared)).or_else(|| Some((results()?, Leave::SharedResults)))
    }

    /// The tenants that share anything with one in which the actor holds an appointment.
    #[must_use]
    pub fn disclosers(&self) -> BTreeSet<TenantId> {
        self.shares.iter().map(|share| share.discloser).collect()
    }

    pub(super) fn disclosers_of(&self, category: RecordCategory) -> BTreeSet<TenantId> {
        self.shares.iter().filter(|share| share.category == category).map(|share| share.discloser).collect()
    }
}

/// What the record says of a read across tenants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosed {
    /// Which records.
    pub category: RecordCategory,
    /// The tenant for which they were read.
    pub reader: uuid::Uuid,
    /// The agreement that lets it.
    pub agreement: uuid::Uuid,
}

/// The deed under which reads across tenants stand on record.
pub const READ_SHARED: &str = "READ_SHARED";

impl TenantTx {
    /// On what reading such things in that tenant rests; a read that rests on an agreement is noted for the record.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the actor holds no appointment there and nothing is shared; [`Error::NotShared`] when something is,
    /// but not this; [`Error::Denied`] when no appointment in the tenant allows it.
    pub fn leave_to_read(&self, tenant: TenantId, resource: Resource) -> Result<Leave> {
        let actor = self.actor();
        if actor.acts_in(tenant) {
            if actor.may(tenant, Action::Read, resource) {
                self.note_restricted(tenant, Action::Read, resource);
                self.trail.led_to((tenant, RecordArea::of(resource)));
                return Ok(actor.part_read(tenant, resource).map_or(Leave::Own, Leave::OwnPart));
            }
            return Err(actor.denied(Action::Read, resource));
        }
        if let Some((share, leave)) = actor.share(tenant, resource) {
            let office =
                actor.warrant(share.reader, Action::Read, resource, Whose::default()).and_then(|warrant| warrant.office());
            self.note(Reading { what: Read::Shared(share.clone()), office });
            return Ok(leave);
        }
        if actor.disclosers().contains(&tenant) {
            return Err(Error::NotShared { resource, on: actor.business_date });
        }
        Err(Error::NotFound("tenant"))
    }

    /// Notes a read at home for the record, if it is restricted.
    pub(super) fn note_restricted(&self, tenant: TenantId, action: Action, resource: Resource) {
        // What somebody wrote themselves is no secret to them.
        let is_own = self.actor().confined(tenant, resource).is_some_and(|confined| confined.areas.is_empty());
        if policy::restriction(action, resource).is_some() && !(is_own && action == Action::Read) {
            let office = self.actor().warrant(tenant, action, resource, Whose::default()).and_then(|warrant| warrant.office());
            self.note(Reading { what: Read::Restricted { tenant, action, resource }, office });
        }
    }

    /// Whether the actor may read all such things in a tenant, and not only those about an area or of their own.
    #[must_use]
    pub fn reads_all(&self, tenant: TenantId, resource: Resource) -> bool {
        self.actor().may(tenant, Action::Read, resource) && self.actor().confined(tenant, resource).is_none()
    }

    /// The areas to which the actor's reading of such things in a tenant is confined; `None` when it isn't.
    #[must_use]
    pub fn areas_read(&self, tenant: TenantId, resource: Resource) -> Option<Vec<Id<area::Model>>> {
        self.actor().confined(tenant, resource).map(|confined| confined.areas)
    }

    /// Whether one tenant of the actor's may read a category of another's records today, whatever the actor holds there themselves. What
    /// is then read is read for that tenant, and noted for the record.
    #[must_use]
    pub fn reads_for(&self, reader: TenantId, discloser: TenantId, category: RecordCategory, resource: Resource) -> bool {
        let Some(share) = self.share_for(reader, discloser, category) else { return false };
        let office = self.actor().warrant(reader, Action::Read, resource, Whose::default()).and_then(|warrant| warrant.office());
        self.note(Reading { what: Read::Shared(share.clone()), office });
        true
    }

    /// The same where nothing is read for that tenant yet, so that there is nothing to put on record.
    #[must_use]
    pub fn is_shared_for(&self, reader: TenantId, discloser: TenantId, category: RecordCategory) -> bool {
        self.share_for(reader, discloser, category).is_some()
    }

    fn share_for(&self, reader: TenantId, discloser: TenantId, category: RecordCategory) -> Option<&Share> {
        let allows = |share: &&Share| (share.reader, share.discloser, share.category) == (reader, discloser, category);
        self.actor().shares.iter().find(allows)
    }

    pub(super) fn note(&self, reading: Reading) {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner).insert(reading);
    }

    /// What this transaction comes to read, for whoever puts it on record once the transaction is over.
    #[must_use]
    pub fn shared_readings(&self) -> SharedReadings {
        SharedReadings::of(Arc::clone(&self.readings))
    }

    /// What was read so far that is to be put on record.
    #[must_use]
    pub fn readings(&self) -> BTreeSet<Reading> {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The agreements to which a tenant of the actor's is a party, with their parties and clauses, by reference and version.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(
        clippy::disallowed_methods,
        reason = "agreements belong to all their parties; only those of the actor's tenants are found"
    )]
    pub async fn sharing_agreements(&self) -> Result<Vec<Agreed>> {
        // A machine knows of those on which its reading may rest, and of no others.
        let mut tenants = self.actor().tenants();
        if self.actor().machine().is_some() {
            tenants.retain(|tenant| self.actor().scopes(*tenant).contains(&Scope::ReadShared));
        }
        let own = sharing_party::Entity::find()
            .filter(self.any_of(sharing_party::Column::PartyId, tenants))
            .all(&*self.connection().await?)
            .await?;
        let ids: BTreeSet<_> = own.into_iter().map(|party| party.agreement_id).collect();
        let agreements = sharing_agreement::Entity::find()
            .filter(self.any_of(sharing_agreement::Column::Id, ids.iter().copied()))
            .order_by_asc(sharing_agreement::Column::Reference)
            .order_by_asc(sharing_agreement::Column::Version)
            .all(&*self.connection().await?)
            .await?;
        let parties = sharing_party::Entity::find()
            .filter(self.any_of(sharing_party::Column::AgreementId, ids.iter().copied()))
            .order_by_asc(sharing_party::Column::PartyId)
            .all(&*self.connection().await?)
            .await?;
        let clauses = sharing_clause::Entity::find()
            .filter(self.any_of(sharing_clause::Column::AgreementId, ids))
            .order_by_asc(sharing_clause::Column::Number)
            .all(&*self.connection().await?)
            .await?;
        let mut agreed: BTreeMap<_, Agreed> = BTreeMap::new();
        let order: Vec<_> = agreements.iter().map(|row| row.id).collect();
        for row in agreements {
            agreed.insert(row.id, Agreed { row, parties: Vec::new(), clauses: Vec::new() });
        }
        for party in parties {
            if let Some(found) = agreed.get_mut(&party.agreement_id) {
                found.parties.push(party);
            }
        }
        for clause in clauses {
            if let Some(found) = agreed.get_mut(&clause.agreement_id) {
                found.clauses.push(clause);
            }
        }
        Ok(order.into_iter().filter_map(|id| agreed.remove(&id)).collect())
    }

    /// One agreement to which the acting tenant is a party, held until this transaction ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or the acting tenant is no party.
    #[expect(clippy::disallowed_methods, reason = "nothing of it is handed out unless the acting tenant is a party")]
    pub async fn sharing_agreement(&self, id: Id<sharing_agreement::Model>) -> Result<Agreed> {
        use sea_orm::QuerySelect;
        let tenant = self.acting_tenant()?;
        let mut find = sharing_agreement::Entity::find().filter(sharing_agreement::Column::Id.eq(id));
        if self.engine == super::Engine::Postgres {
            find = find.lock_exclusive();
        }
        find.one(&*self.connection().await?).await?;
        let found = self.sharing_agreements().await?.into_iter().find(|agreed| agreed.row.id == id);
        found.filter(|agreed| agreed.party(tenant).is_some()).ok_or(Error::NotFound("sharing agreement"))
    }

    /// Writes a new agreement down.
    ///
    /// # Errors
    /// When the acting tenant is no party to it, or the database refuses.
    #[expect(clippy::disallowed_methods, reason = "the acting tenant is checked to be a party")]
    pub async fn insert_sharing_agreement(&self, agreed: &Agreed) -> Result<()> {
        if agreed.party(self.acting_tenant()?).is_none() {
            return Err(Error::internal("a tenant that is no party can't propose an agreement"));
        }
        self.take_down("sharing_agreement", agreed.row.id.uuid(), None, agreed.to_json());
        self.touch_parties(agreed);
        let connection = self.connection().await?;
        agreed.row.clone().into_active_model().insert(&*connection).await?;
        let parties = agreed.parties.iter().cloned().map(IntoActiveModel::into_active_model);
        sharing_party::Entity::insert_many(parties).exec_without_returning(&*connection).await?;
        let clauses: Vec<_> = agreed.clauses.iter().cloned().map(IntoActiveModel::into_active_model).collect();
        if !clauses.is_empty() {
            sharing_clause::Entity::insert_many(clauses).exec_without_returning(&*connection).await?;
        }
        Ok(())
    }

    /// Writes the acting tenant's approval down.
    ///
    /// # Errors
    /// When it is no party, or the database refuses.
    pub async fn approve_sharing_agreement(&self, agreed: &Agreed, approval: Approval) -> Result<()> {
        let party = agreed.party(self.acting_tenant()?).ok_or(Error::NotFound("sharing agreement"))?;
        let after = serde_json::json!({ "approved_on": approval.on, "approved_office": approval.office, "minute_reference": approval.minute });
        self.touch_parties(agreed);
        self.take_down("sharing_party", party.id.uuid(), Some(serde_json::json!({ "approved_on": null })), after);
        let row = sharing_party::ActiveModel {
            id: Set(party.id),
            approved_on: Set(Some(approval.on)),
            approved_office: Set(Some(approval.office)),
            minute_reference: Set(approval.minute),
            ..Default::default()
        };
        row.update(&*self.connection().await?).await?;
        Ok(())
    }

    /// An agreement is the record of all its parties.
    fn touch_parties(&self, agreed: &Agreed) {
        for party in &agreed.parties {
            self.touched.note((party.party_id, RecordArea::Sharing));
        }
    }

    /// Writes down that the acting tenant withdraws from an agreement today, which ends it for everybody.
    ///
    /// # Errors
    /// When it is no party, or the database refuses.
    pub async fn withdraw_sharing_agreement(&self, agreed: &Agreed, reason: &str) -> Result<()> {
        let tenant = self.acting_tenant()?;
        agreed.party(tenant).ok_or(Error::NotFound("sharing agreement"))?;
        let after = serde_json::json!({ "withdrawn_on": self.business_date(), "withdrawn_by_id": tenant.uuid(), "withdrawal_reason": reason });
        self.touch_parties(agreed);
        self.take_down("sharing_agreement", agreed.row.id.uuid(), Some(serde_json::json!({ "withdrawn_on": null })), after);
        let row = sharing_agreement::ActiveModel {
            id: Set(agreed.row.id),
            withdrawn_on: Set(Some(self.business_date())),
            withdrawn_by_id: Set(Some(tenant)),
            withdrawal_reason: Set(Some(reason.to_owned())),
            ..Default::default()
        };
        row.update(&*self.connection().await?).await?;
        Ok(())
    }
}

/// A tenant's approval of an agreement.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The business date.
    pub on: chrono::NaiveDate,
    /// The office in which it was given.
    pub office: Office,
    /// The minute that records it.
    pub minute: Option<String>,
}

/// An information-sharing agreement with its parties and clauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// What it says of itself.
    pub row: sharing_agreement::Model,
    /// Who is party to it.
    pub parties: Vec<sharing_party::Model>,
    /// What it shares.
    pub clauses: Vec<sharing_clause::Model>,
}

impl Agreed {
    /// A tenant's part in it.
    #[must_use]
    pub fn party(&self, tenant: TenantId) -> Option<&sharing_party::Model> {
        self.parties.iter().find(|party| party.party_id == tenant)
    }

    fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "reference": self.row.reference,
            "version": self.row.version,
            "tier": self.row.tier,
            "effective_from": self.row.effective_from,
            "effective_to": self.row.effective_to,
            "purpose": self.row.purpose,
            "parties": self.parties.iter().map(|party| party.party_id.uuid()).collect::<Vec<_>>(),
            "clauses": self.clauses.iter().map(|clause| (clause.number, clause.category, clause.discloser_id.uuid())).collect::<Vec<_>>(),
        })
    }
}
