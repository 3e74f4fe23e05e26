//! What happens to accounts, on record.
//!
//! An account belongs to no tenant, so an event of it goes into the chain of every tenant in which its owner holds an appointment
//! that day, or ever held one when none is in force: each auditor finds, in the one record that is theirs to read and to prove, all
//! that was done with the accounts that act in their tenant, and nothing of any other's. A chain of identity's own would make every
//! sign-in wait for every other; so it waits only for writers of its own tenants, at the very end of its transaction, tenant by
//! tenant in one order for all, which is why nobody waits in a circle.
//!
//! Not on record are a session's refreshing, counts of failures that keep nobody waiting, the outbox and what goes by itself when its
//! time is up: they are how things are kept going, not deeds. An attempt in a name that no account has concerns no tenant.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, Statement, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Change, Db, record::Event, scope, system::BeyondTenantsTx};
use crate::{
    error::{Error, Result},
    tables::{Id, RecordArea, TenantId, identity::account, organisation::person},
};

/// On what occasion the database is asked, for the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Occasion {
    /// On nobody's: a server looks after its house.
    #[default]
    Housekeeping,
    /// Of a request, by its name in the log.
    Request(String),
    /// Of an operator's at the command line.
    Operator,
}

impl Occasion {
    /// The request's name in the log, if it is one's.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        if let Self::Request(id) = self { Some(id) } else { None }
    }

    fn said(&self) -> Option<&'static str> {
        (*self == Self::Operator).then_some("by an operator of the installation, at the command line")
    }
}

/// Something that happened to an account. Its values are chosen one by one where it happens: no hash, token, code or secret is
/// among them.
#[derive(Clone, Debug)]
pub(crate) struct Happened {
    kind: &'static str,
    changes: Vec<Change>,
    circumstance: Option<&'static str>,
}

impl Happened {
    /// Something of a kind, such as `SIGN_IN`.
    pub(crate) fn new(kind: &'static str) -> Self {
        Self { kind, changes: Vec::new(), circumstance: None }
    }

    /// That a row came to be, or what became of one: the values before (null when it is new) and after, as JSON objects.
    pub(crate) fn with(mut self, register: &str, row: Uuid, before: Json, after: Json) -> Self {
        let columns = |value: Json| if let Json::Object(columns) = value { Some(columns) } else { None };
        let (before, after) = (columns(before), columns(after).unwrap_or_default());
        self.changes.push(Change { register: register.to_owned(), row, before, after });
        self
    }

    /// The same for several rows that all changed alike.
    pub(crate) fn with_each(self, register: &str, rows: &[Uuid], before: &Json, after: &Json) -> Self {
        rows.iter().fold(self, |happened, row| happened.with(register, *row, before.clone(), after.clone()))
    }

    /// How it came about, when it wasn't simply the owner's doing.
    pub(crate) fn because(self, circumstance: &'static str) -> Self {
        Self { circumstance: Some(circumstance), ..self }
    }
}

/// Whose the account is, and in which tenants they hold (1) or held or will hold (0) an appointment.
const CONCERNED: &str = "\
    SELECT account.person_id, held.tenant_id, \
    MAX(CASE WHEN held.from_on <= $2 AND (held.to_on IS NULL OR held.to_on >= $2) THEN 1 ELSE 0 END) \
    FROM account JOIN appointment AS held ON held.person_id = account.person_id WHERE account.id = $1 \
    GROUP BY account.person_id, held.tenant_id";

/// Whom an account concerns.
struct Concerned {
    /// Whose it is.
    person: Id<person::Model>,
    /// The tenants on whose records its events belong.
    on_record: BTreeSet<TenantId>,
    /// Every tenant in which they hold, held or will hold an appointment.
    tenants: BTreeSet<TenantId>,
}

impl Db {
    /// The same database, asked on an occasion that the record is to name.
    #[must_use]
    pub fn on(mut self, occasion: Occasion) -> Self {
        self.occasion = occasion;
        self
    }

    async fn concerned(&self, account: Id<account::Model>) -> Result<Option<Concerned>> {
        let values: [Value; 2] = [account.into(), self.clock().business_date().into()];
        // By the connections that may see appointments before it is known for whom.
        let rows =
            self.recognisers.query_all_raw(Statement::from_sql_and_values(self.engine.backend(), CONCERNED, values)).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let person = first.try_get_by_index(0)?;
        let (mut in_force, mut ever) = (BTreeSet::new(), BTreeSet::new());
        for row in &rows {
            let tenant: TenantId = row.try_get_by_index(1)?;
            ever.insert(tenant);
            if row.try_get_by_index::<i32>(2)? == 1 {
                in_force.insert(tenant);
            }
        }
        let on_record = if in_force.is_empty() { ever.clone() } else { in_force };
        Ok(Some(Concerned { person, on_record, tenants: ever }))
    }
}

impl BeyondTenantsTx {
    /// Puts what happened to an account on the records that it belongs to and makes everything that was written durable.
    ///
    /// # Errors
    /// When the database can't; then nothing was written.
    pub(crate) async fn commit_on_record(self, db: &Db, account: Id<account::Model>, happened: Happened) -> Result<()> {
        if let Some(concerned) = db.concerned(account).await? {
            for tenant in &concerned.on_record {
                self.put_on_record(db, *tenant, concerned.person, &happened).await?;
            }
            // Those who look through the accounts of any of these tenants see it.
            concerned.tenants.iter().for_each(|tenant| self.touch(*tenant, RecordArea::Identity));
        }
        self.commit().await
    }

    /// The same for an account that comes into being with an appointment in one tenant.
    ///
    /// # Errors
    /// When the database can't; then nothing was written.
    pub(crate) async fn commit_new_on_record(
        self,
        db: &Db,
        (person, tenant): (Id<person::Model>, TenantId),
        happened: Happened,
    ) -> Result<()> {
        self.put_on_record(db, tenant, person, &happened).await?;
        self.touch(tenant, RecordArea::Identity);
        self.commit().await
    }

    async fn put_on_record(&self, db: &Db, tenant: TenantId, person: Id<person::Model>, happened: &Happened) -> Result<()> {
        scope::put_on_record(self.connection(), tenant).await?;
        self.touch(tenant, RecordArea::Record);
        let event = Event {
            tenant,
            kind: happened.kind.to_owned(),
            act: None,
            person: Some(person),
            office: None,
            service_account: None,
            request_id: db.occasion.request_id().map(str::to_owned),
            justification: happened.circumstance.or_else(|| db.occasion.said()).map(str::to_owned),
            body: serde_json::to_string(&happened.changes).map_err(Error::internal)?,
            done_on: db.clock().business_date(),
            done_at: db.clock().now(),
        };
        event.append(self.connection()).await
    }
}
