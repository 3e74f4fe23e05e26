//! Machine clients: recognising one by its key, and letting one in.
//!
//! A service account and its keys belong to no tenant; leave to admit one is what opens the way to them, and the grant and the act that
//! records it are the tenant's own, in the same transaction. Recognition is one statement, asked on every request, so whatever is
//! revoked or has expired counts with the next one.

use std::net::IpAddr;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryResult, QuerySelect, Statement, Value, sea_query::Expr,
};
use serde_json::json;

use super::{Actor, Authorised, DataVersions, Db, Engine, Granted, Machine, Principal, Share, TenantTx, Wanted, deeds};
use crate::{
    error::{Error, Result},
    policy::Scope,
    rules::addresses,
    tables::{
        Id, RecordArea, TenantId,
        identity::api_key,
        organisation::{service_account, service_account_grant},
    },
};

/// What tells a machine.
#[derive(Clone, Copy, Debug)]
pub enum MachineKey<'k> {
    /// The digest of the key that it sent.
    Digest(&'k str),
    /// The key for which it got an access token.
    Issued(Id<api_key::Model>),
}

/// What a key amounts to.
#[derive(Clone, Debug)]
pub enum Recognised {
    /// There is no such key, or it is over for good.
    Unknown,
    /// The key is good, but no tenant's grant is in force.
    WithoutGrant,
    /// No grant in force lets it be used from that address.
    FromElsewhere,
    /// A machine.
    Machine {
        /// Who asks.
        actor: Actor,
        /// Whether the key may be sent in a query string.
        is_for_query_strings: bool,
        /// Whether its use is to be noted.
        is_use_unnoted: bool,
    },
}

/// The tenants that let a service account in, or did.
const TENANTS_OF: &str = "SELECT DISTINCT tenant_id FROM service_account_grant WHERE service_account_id = $1";

/// The same, by one of its keys.
const TENANTS_OF_KEY: &str = "SELECT DISTINCT granted.tenant_id FROM api_key \
    JOIN service_account_grant AS granted ON granted.service_account_id = api_key.service_account_id WHERE api_key.id = $1";

/// How often at most the use of a key is written down.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(10);

// The key, its account and what tenants grant it in one statement, which is one moment. A second part gives what other tenants
// share with those of the grants that have the scope for it, by the same conditions as for people.
macro_rules! machine_by {
    ($key:literal) => {
        concat!(
            "SELECT machine.id, machine.name, machine.organisation_id, credential.id, credential.is_for_query_strings, \
             credential.last_used_at, granted.tenant_id, granted.id, granted.scopes, granted.allowed_addresses, \
             CAST(NULL AS text) AS category, CAST(NULL AS uuid) AS reader_id \
             FROM api_key AS credential JOIN service_account AS machine ON machine.id = credential.service_account_id \
             AND machine.ended_at IS NULL \
             LEFT JOIN service_account_grant AS granted ON granted.service_account_id = machine.id AND granted.revoked_at IS NULL \
             AND granted.expires_at > $2 \
             WHERE credential.",
            $key,
            " = $1 AND credential.revoked_at IS NULL AND credential.expires_at > $2 \
             UNION ALL SELECT machine.id, '', machine.organisation_id, credential.id, credential.is_for_query_strings, \
             CAST(NULL AS timestamptz), clause.discloser_id, agreement.id, '', '', clause.category, reader.party_id \
             FROM api_key AS credential JOIN service_account AS machine ON machine.id = credential.service_account_id \
             AND machine.ended_at IS NULL \
             JOIN service_account_grant AS granted ON granted.service_account_id = machine.id AND granted.revoked_at IS NULL \
             AND granted.expires_at > $2 AND granted.scopes LIKE '%read:shared%' \
             JOIN sharing_party AS reader ON reader.party_id = granted.tenant_id AND reader.approved_on <= $3 \
             JOIN sharing_agreement AS agreement ON agreement.id = reader.agreement_id AND agreement.effective_from <= $3 \
             AND agreement.effective_to >= $3 AND (agreement.withdrawn_on IS NULL OR agreement.withdrawn_on > $3) \
             JOIN sharing_clause AS clause ON clause.agreement_id = agreement.id AND clause.discloser_id <> reader.party_id \
             JOIN sharing_party AS discloser ON discloser.agreement_id = agreement.id AND discloser.party_id = clause.discloser_id \
             AND discloser.approved_on <= $3 \
             WHERE credential.",
            $key,
            " = $1 AND credential.revoked_at IS NULL AND credential.expires_at > $2"
        )
    };
}

/// How many columns that gives.
const MACHINE_COLUMNS: usize = 12;

const BY_DIGEST: &str = machine_by!("digest");
const BY_ID: &str = machine_by!("id");

const NOTE_USE: &str = "UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)";

impl Db {
    /// The machine behind a key that isn't over, with the grants in force, seen from an address and within the scopes that it asks for.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn machine_behind(
        &self,
        key: MachineKey<'_>,
        (business_date, now): (NaiveDate, DateTime<Utc>),
        address: IpAddr,
        (wanted, besides): (Option<&[Scope]>, Wanted),
    ) -> Result<(Recognised, Option<DataVersions>)> {
        let (sql, key): (_, Value) = match key {
            MachineKey::Digest(digest) => (BY_DIGEST, digest.into()),
            MachineKey::Issued(id) => (BY_ID, id.into()),
        };
        let told = self.recognise((sql, MACHINE_COLUMNS), [key, now.into(), business_date.into()], besides).await?;
        let mut found = Found::default();
        for row in &told.rows {
            found.take(row, wanted)?;
        }
        let Some((mut machine, is_for_query_strings, last_used_at)) = found.machine else {
            return Ok((Recognised::Unknown, None));
        };
        if found.grants.is_empty() {
            return Ok((Recognised::WithoutGrant, None));
        }
        found.grants.retain(|(_, networks)| addresses::allow(networks, address));
        if found.grants.is_empty() {
            return Ok((Recognised::FromElsewhere, None));
        }
        machine.grants = found.grants.into_iter().map(|(granted, _)| granted).collect();
        let has_scope = |share: &Share| {
            machine.grants.iter().any(|granted| granted.tenant == share.reader && granted.scopes.contains(&Scope::ReadShared))
        };
        let shares = found.shares.into_iter().filter(has_scope).collect();
        let actor = Actor { principal: Principal::Machine(machine), business_date, shares };
        let is_use_unnoted = last_used_at.is_none_or(|last| now - last >= NOTED_EVERY);
        let versions = told.versions(&actor);
        Ok((Recognised::Machine { actor, is_for_query_strings, is_use_unnoted }, versions))
    }

    /// Notes that a key was used.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn note_use(&self, key: Id<api_key::Model>, now: DateTime<Utc>) -> Result<()> {
        let tx = self.write_beyond_tenants().await?;
        let values: [Value; 3] = [key.into(), now.into(), (now - NOTED_EVERY).into()];
        let statement = Statement::from_sql_and_values(self.engine.backend(), NOTE_USE, values);
        if tx.connection().execute_raw(statement).await?.rows_affected() > 0 {
            let statement = Statement::from_sql_and_values(self.engine.backend(), TENANTS_OF_KEY, [key.into()]);
            for row in self.recognisers.query_all_raw(statement).await? {
                tx.touch(row.try_get_by_index(0)?, RecordArea::Identity);
            }
        }
        tx.commit().await
    }
}

/// The rows of the recognising statement, sorted.
#[derive(Default)]
struct Found {
    machine: Option<(Machine, bool, Option<DateTime<Utc>>)>,
    grants: Vec<(Granted, String)>,
    shares: Vec<Share>,
}

impl Found {
    fn take(&mut self, row: &QueryResult, wanted: Option<&[Scope]>) -> Result<(), DbErr> {
        if let Some(category) = row.try_get_by_index(10)? {
            let (discloser, agreement, reader) = (row.try_get_by_index(6)?, row.try_get_by_index(7)?, row.try_get_by_index(11)?);
            self.shares.push(Share { discloser, reader, category, agreement });
            return Ok(());
        }
        let machine = Machine {
            account: row.try_get_by_index(0)?,
            name: row.try_get_by_index(1)?,
            organisation: row.try_get_by_index(2)?,
            key: row.try_get_by_index(3)?,
            grants: Vec::new(),
        };
        self.machine = Some((machine, row.try_get_by_index(4)?, row.try_get_by_index(5)?));
        let tenant: Option<TenantId> = row.try_get_by_index(6)?;
        let Some(tenant) = tenant else { return Ok(()) };
        let mut scopes = Scope::granted_in(&row.try_get_by_index::<String>(8)?);
        scopes.retain(|scope| wanted.is_none_or(|wanted| wanted.contains(scope)));
        self.grants.push((Granted { id: row.try_get_by_index(7)?, tenant, scopes }, row.try_get_by_index(9)?));
        Ok(())
    }
}

/// Leave to let machines in.
type Leave<T> = Authorised<T, deeds::AdmitServiceAccount>;

/// A key that was made, without the key.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its beginning.
    pub prefix: String,
    /// The digest of its random bytes, in hexadecimal.
    pub digest: String,
    /// Until then it is good.
    pub expires_at: DateTime<Utc>,
    /// Whether it may be sent in a query string, where it only reads.
    pub is_for_query_strings: bool,
}

impl NewKey {
    pub(crate) fn into_row(self, machine: Id<service_account::Model>, now: DateTime<Utc>) -> api_key::Model {
        api_key::Model {
            id: Id::new(),
            service_account_id: machine,
            prefix: self.prefix,
            digest: self.digest,
            issued_at: now,
            expires_at: self.expires_at,
            revoked_at: None,
            last_used_at: None,
            is_for_query_strings: self.is_for_query_strings,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "service accounts and keys belong to no tenant; leave to admit them stands for them"
)]
impl TenantTx {
    /// Makes a service account of which the acting tenant is the custodian.
    ///
    /// # Errors
    /// When the database refuses, such as a name that another one bears.
    pub(crate) async fn found_machine(&self, _leave: &Leave<()>, row: service_account::Model) -> Result<()> {
        if row.custodian_id != self.acting_tenant()? {
            return Err(Error::internal("a tenant can't make another one the custodian"));
        }
        let after = json!({ "name": row.name, "organisation_id": row.organisation_id, "custodian_id": row.custodian_id });
        self.take_down("service_account", row.id.uuid(), None, after);
        self.touched.note((row.custodian_id, RecordArea::Identity));
        row.into_active_model().insert(&*self.connection().await?).await?;
        Ok(())
    }

    /// A service account that hasn't ended, by what its custodian handed out: its client identifier.
    pub(crate) async fn machine_called(
        &self,
        _leave: &Leave<()>,
        client: Id<service_account::Model>,
    ) -> Result<Option<service_account::Model>> {
        let live = service_account::Entity::find_by_id(client).filter(service_account::Column::EndedAt.is_null());
        Ok(live.one(&*self.connection().await?).await?)
    }

    /// The service account of a grant, held until this transaction ends.
    pub(crate) async fn machine_of(&self, leave: &Leave<service_account_grant::Model>) -> Result<service_account::Model> {
        let mut find = service_account::Entity::find_by_id(leave.row().service_account_id);
        if self.engine == Engine::Postgres {
            find = find.lock_exclusive();
        }
        find.one(&*self.connection().await?).await?.ok_or(Error::NotFound("service account"))
    }

    /// Ends a service account of which the acting tenant is the custodian, everywhere and for good, with its keys.
    pub(crate) async fn end_machine(
        &self,
        leave: &Leave<service_account_grant::Model>,
        machine: &service_account::Model,
    ) -> Result<()> {
        if machine.custodian_id != self.acting_tenant()? || machine.id != leave.row().service_account_id {
            return Err(Error::internal("only its custodian ends a service account"));
        }
        let now = self.now();
        self.touch_machine(machine.id).await?;
        self.take_down("service_account", machine.id.uuid(), Some(json!({ "ended_at": null })), json!({ "ended_at": now }));
        let ended = service_account::ActiveModel { id: Set(machine.id), ended_at: Set(Some(now)), ..Default::default() };
        ended.update(&*self.connection().await?).await?;
        for key in self.live_keys(machine).await? {
            self.revoke_key(leave, &key).await?;
        }
        Ok(())
    }

    /// The keys of a service account that are neither revoked nor over.
    pub(crate) async fn live_keys(&self, machine: &service_account::Model) -> Result<Vec<api_key::Model>> {
        use api_key::Column;
        let keys = api_key::Entity::find().filter(Column::ServiceAccountId.eq(machine.id));
        let live = keys.filter(Column::RevokedAt.is_null()).filter(Column::ExpiresAt.gt(self.now()));
        Ok(live.all(&*self.connection().await?).await?)
    }

    /// Notes that something is written about a service account or its keys, which those see whose tenants let it in or ever did.
    async fn touch_machine(&self, machine: Id<service_account::Model>) -> Result<()> {
        let statement = Statement::from_sql_and_values(self.engine.backend(), TENANTS_OF, [machine.into()]);
        for row in self.recognisers.query_all_raw(statement).await? {
            self.touched.note((row.try_get_by_index(0)?, RecordArea::Identity));
        }
        Ok(())
    }

    /// Writes a key down.
    pub(crate) async fn issue_key(&self, leave: &Leave<service_account_grant::Model>, key: NewKey) -> Result<()> {
        let row = key.into_row(leave.row().service_account_id, self.now());
        let after = json!({ "service_account_id": row.service_account_id, "prefix": row.prefix, "expires_at": row.expires_at,
            "is_for_query_strings": row.is_for_query_strings });
        self.touch_machine(row.service_account_id).await?;
        self.take_down("api_key", row.id.uuid(), None, after);
        api_key::Entity::insert(row.into_active_model()).exec_without_returning(&*self.connection().await?).await?;
        Ok(())
    }

    /// Ends a key, at once.
    pub(crate) async fn revoke_key(&self, _leave: &Leave<service_account_grant::Model>, key: &api_key::Model) -> Result<()> {
        let now = self.now();
        self.touch_machine(key.service_account_id).await?;
        let (before, after) = (json!({ "revoked_at": null, "prefix": key.prefix }), json!({ "revoked_at": now }));
        self.take_down("api_key", key.id.uuid(), Some(before), after);
        api_key::Entity::update_many()
            .col_expr(api_key::Column::RevokedAt, Expr::val(now))
            .filter(api_key::Column::Id.eq(key.id))
            .exec(&*self.connection().await?)
            .await?;
        Ok(())
    }
}
