//! The record: what was written, what was done with accounts, and what was read across tenants or is restricted.

use async_graphql::{ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{
        Id,
        organisation::{act, audit_event},
        sharing::sharing_agreement,
    },
    tenancy::{SeenChange, SeenValue},
    usecases::organisation::{audit, tenants},
};

use super::{Act, Office, Person};
use crate::graphql::{
    identity::ServiceAccount,
    relay::{Member, NodeId, NodeKind, connection},
    scalars::{Date, DateTime},
    sharing::RecordCategory,
};

/// An event of the record.
#[derive(Clone)]
pub struct AuditEvent(pub Member<audit_event::Model>);

/// An event of a tenant's record: something that was written, with every value before and after that you may read where it stands;
/// something that was done with the
/// account of somebody who holds an appointment here, such as SIGN_IN, THROTTLE_SIGN_IN, END_SESSION, CHANGE_PASSWORD; or a read, across
/// tenants (READ_SHARED), of what is restricted (READ_AUDIT, READ_ACCOUNT, EXPORT_OBSERVATION) or of a committee pack's exempt edition
/// (READ_EXEMPT_BUSINESS). Events are sealed one upon the
/// other, so that none can be changed, removed or put elsewhere unnoticed.
#[Object]
impl AuditEvent {
    /// The event's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::AuditEvent, self.0.row()).to_id()
    }

    /// Its place in the tenant's record, counted from 1.
    fn place(&self) -> i32 {
        i32::try_from(self.0.row().place).unwrap_or(i32::MAX)
    }

    /// What was done, such as SET_TARGET.
    fn deed(&self) -> &str {
        &self.0.row().kind
    }

    /// The act, for what was written; null when you may not read acts.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.act_id).collect();
        let load = || async move { self.0.tx().get_many::<act::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("AuditEvent.act", self.0.row().act_id, load).await?.map(Act))
    }

    /// Who did it, or whose account it was done with; null for a machine, and for somebody whom you may not know of.
    async fn person(&self) -> Result<Option<Person>> {
        Person::who(&self.0, |row| row.person_id).await
    }

    /// The machine that did it, in place of a person.
    async fn service_account(&self) -> Result<Option<ServiceAccount>> {
        ServiceAccount::who(&self.0, |row| row.service_account_id).await
    }

    /// The office in which it was done; null for what was done with an account.
    fn office(&self) -> Option<Office> {
        self.0.row().office.map(Office::from)
    }

    /// The request with which it was done, as in the log.
    fn request(&self) -> Option<&str> {
        self.0.row().request_id.as_deref()
    }

    /// Why it was allowed or is known, for what was read; how it came about, for what was done with an account by others than its owner.
    fn justification(&self) -> Option<&str> {
        self.0.row().justification.as_deref()
    }

    /// What was read across tenants; null for what was written.
    async fn disclosure(&self) -> Result<Option<AuditDisclosure>, Error> {
        let Some(disclosed) = audit::disclosure(self.0.row())? else { return Ok(None) };
        let reader = tenants::named(self.0.tx(), vec![Id::from_uuid(disclosed.reader)]).await?.pop();
        let agreement =
            NodeId::beyond(NodeKind::SharingAgreement, Id::<sharing_agreement::Model>::from_uuid(disclosed.agreement));
        let reader = reader.map(|row| row.slug).unwrap_or_default();
        Ok(Some(AuditDisclosure { category: disclosed.category.into(), reader, agreement: agreement.to_id() }))
    }

    /// What became of each record that was written; empty for what was read.
    async fn changes(&self) -> Result<Vec<AuditChange>, Error> {
        Ok(audit::changes(self.0.tx(), self.0.row())?.into_iter().map(AuditChange::from).collect())
    }

    /// The business date on which it was done.
    fn done_on(&self) -> Date {
        Date(self.0.row().done_on)
    }

    /// The moment at which it was done.
    fn done_at(&self) -> DateTime {
        DateTime(self.0.row().done_at)
    }

    /// The seal of the event before it: SHA-256 in hexadecimal, all zeros before the first.
    fn previous_seal(&self) -> &str {
        &self.0.row().before
    }

    /// Its own seal: SHA-256 in hexadecimal over the event and the seal before.
    fn seal(&self) -> &str {
        &self.0.row().seal
    }
}

connection!(AuditEventConnection, AuditEventEdge, AuditEvent, "events of the record");

/// What became of one record.
#[derive(Clone, SimpleObject)]
pub struct AuditChange {
    /// The register that it stands in, such as target.
    register: String,
    /// The record, by its UUID within the tenant.
    record: String,
    /// Whether it is new.
    is_new: bool,
    /// Its values: all of a new record, the changed ones of an old one.
    values: Vec<AuditValue>,
}

/// What was read across tenants.
#[derive(Clone, SimpleObject)]
pub struct AuditDisclosure {
    /// The category of record.
    category: RecordCategory,
    /// The tenant for which it was read, by its short name.
    reader: String,
    /// The agreement that lets it, by its global identifier.
    agreement: ID,
}

/// One value of a record, before and after, as JSON. Who wrote it, when and where is for every auditor to see; what it says is for those
/// who may read it in the register that it stands in.
#[derive(Clone, SimpleObject)]
pub struct AuditValue {
    /// What it is of, by the name under which it is stored.
    field: String,
    /// Before; null for a new record, and when it is withheld.
    before: Option<String>,
    /// After; null when it is withheld.
    after: Option<String>,
    /// Whether it is withheld, because you may not read such things in their own register: members' feedback in their own words, for
    /// instance, or what a lead member has written of a return and not handed in.
    is_withheld: bool,
}

impl From<SeenChange> for AuditChange {
    fn from(change: SeenChange) -> Self {
        let value = |value: SeenValue| AuditValue {
            field: value.column,
            before: value.before.map(|before| before.to_string()),
            after: value.after.map(|after| after.to_string()),
            is_withheld: value.is_withheld,
        };
        let values = change.values.into_iter().map(value).collect();
        Self { register: change.register, record: change.row.to_string(), is_new: change.is_new, values }
    }
}

/// Which events are wanted; every condition that is given has to hold.
#[derive(InputObject, Debug, Default)]
pub struct AuditEventFilter {
    /// Only deeds of this kind, such as SET_TARGET.
    #[graphql(validator(max_length = 60))]
    deed: Option<String>,
    /// Only those of this person.
    person: Option<ID>,
    /// Only those of this business date or later.
    from: Option<Date>,
    /// Only those of this business date or earlier.
    to: Option<Date>,
}

impl AuditEventFilter {
    /// As the use case takes it.
    pub(super) fn known(self) -> Result<audit::Filter, Error> {
        let person = self.person.as_ref().map(|id| NodeId::expect_person("filter.person", id)).transpose()?;
        Ok(audit::Filter { kind: self.deed, person, from: self.from.map(|day| day.0), to: self.to.map(|day| day.0) })
    }
}
