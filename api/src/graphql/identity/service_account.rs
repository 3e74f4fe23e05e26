//! Service accounts, as a tenant sees them that lets them in.

use std::collections::HashMap;

use async_graphql::{Enum, ID, Object, Result, SimpleObject};
use entity::{
    policy::Scope,
    tables::{
        Id, TenantId, TenantRow,
        organisation::{act, service_account, service_account_grant},
    },
    usecases::identity::service_accounts::{self, Seen, SeenKey},
};

use crate::graphql::{
    organisation::{Act, Organisation},
    relay::{Member, NodeId, NodeKind, View, connection},
    scalars::{Date, DateTime},
};

/// What a service account may be let do. Reading goes by category of record; what no scope names it may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::policy::Scope")]
pub enum ServiceScope {
    /// Reads agreements, indicators, targets and figures, with the bodies that agreed them (read:priorities-and-indicators).
    ReadPrioritiesAndIndicators,
    /// Reads what people said about influence (NI 4) and about their concerns (NI 21), and no other figure (read:engagement-results).
    ReadEngagementResults,
    /// Reads registers of risks (read:risks).
    ReadRisks,
    /// Reads plans and strategies (read:plans).
    ReadPlans,
    /// Reads budgets and spending (read:finance).
    ReadFinance,
    /// Reads meetings, their papers and decisions (read:meetings).
    ReadMeetings,
    /// Lets the scopes for reading reach what other tenants share with this one, too (read:shared).
    ReadShared,
    /// Enters figures of its own organisation's indicators, which it reads for that (write:observations).
    WriteObservations,
}

/// A service account in a tenant that lets it in.
#[derive(Clone)]
pub struct ServiceAccount(pub Member<service_account_grant::Model>);

impl ServiceAccount {
    /// The service accounts of a tenant, by name, each under the identifier of its grant.
    ///
    /// # Errors
    /// When the viewer may not read them.
    pub async fn of(view: &View, tenant: TenantId) -> Result<Vec<(uuid::Uuid, Self)>> {
        let seen = service_accounts::seen(view.tx(), tenant).await?;
        let ids: Vec<_> = seen.iter().map(|seen| seen.grant_id).collect();
        let rows = view.tx().get_many::<service_account_grant::Entity>(tenant, ids.iter().copied()).await?;
        let mut members: HashMap<_, _> = Member::gather(view, tenant, rows).into_iter().map(|row| (row.row().id, row)).collect();
        Ok(ids.into_iter().filter_map(|id| Some((id.uuid(), Self(members.remove(&id)?)))).collect())
    }

    /// Which machine did what a row tells of, loaded for all rows together; none for what a person did.
    ///
    /// # Errors
    /// When the viewer may not read service accounts there, or the database fails.
    pub async fn who<R: TenantRow>(
        member: &Member<R>,
        of: impl Fn(&R) -> Option<Id<service_account::Model>> + Send,
    ) -> Result<Option<Self>> {
        let Some(own) = of(member.row()) else { return Ok(None) };
        let machines: Vec<_> = member.rows().iter().filter_map(|row| of(row)).collect();
        let load = || async move {
            let rows = service_accounts::grants_of(member.tx(), member.tenant(), machines).await?;
            let members = Member::gather(member.view(), member.tenant(), rows).into_iter();
            // The latest comes last, and is the one that speaks for it.
            Ok(members.map(|row| (row.row().service_account_id, row)).collect::<HashMap<_, _>>())
        };
        let found = member.loaded().once("ServiceAccount.who", load).await?;
        Ok(found.get(&own).cloned().map(Self))
    }

    async fn seen(&self) -> Result<Option<Seen>> {
        let (tx, tenant) = (self.0.tx(), self.0.tenant());
        let load = || async move {
            let seen = service_accounts::seen(tx, tenant).await?;
            Ok(seen.into_iter().map(|seen| (seen.grant_id, seen)).collect::<HashMap<_, _>>())
        };
        Ok(self.0.loaded().once("ServiceAccount.seen", load).await?.get(&self.0.row().id).cloned())
    }

    async fn live_keys(&self) -> Result<Vec<SeenKey>> {
        let (tx, tenant) = (self.0.tx(), self.0.tenant());
        let load = || async move { service_accounts::seen_keys(tx, tenant).await };
        let keys = self.0.loaded().once("ServiceAccount.keys", load).await?;
        Ok(keys.iter().filter(|key| key.service_account_id == self.0.row().service_account_id).cloned().collect())
    }
}

/// A machine client of an organisation, such as a dashboard or an upload, and what this tenant lets it do.
#[Object]
impl ServiceAccount {
    /// The global identifier of the service account in this tenant.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::ServiceAccount, self.0.row()).to_id()
    }

    /// Its client identifier, the same in every tenant: for getting access tokens, and for letting it into another tenant.
    fn client_identifier(&self) -> String {
        self.0.row().service_account_id.to_string()
    }

    /// How it is known.
    async fn name(&self) -> Result<Option<String>> {
        Ok(self.seen().await?.map(|seen| seen.name))
    }

    /// Whose it is. The indicators that this organisation supplies are its own.
    async fn organisation(&self) -> Result<Option<Organisation>> {
        let Some(seen) = self.seen().await? else { return Ok(None) };
        let all = service_accounts::seen(self.0.tx(), self.0.tenant());
        let ids: Vec<_> = all.await?.iter().map(|seen| seen.organisation_id).collect();
        let view = self.0.view();
        Organisation::beside(view, self.0.loaded(), "ServiceAccount.organisation", Some(seen.organisation_id), || ids).await
    }

    /// What it may do here; everything else is denied.
    fn scopes(&self) -> Vec<ServiceScope> {
        Scope::granted_in(&self.0.row().scopes).into_iter().map(ServiceScope::from).collect()
    }

    /// What it is for.
    fn purpose(&self) -> &str {
        &self.0.row().purpose
    }

    /// The addresses and networks from which it may ask; from anywhere when empty.
    fn allowed_addresses(&self) -> Vec<String> {
        self.0.row().allowed_addresses.split_whitespace().map(str::to_owned).collect()
    }

    /// The business date on which it was let in.
    fn granted_on(&self) -> Date {
        Date(self.0.row().granted_on)
    }

    /// Until then it is let in.
    fn expires_at(&self) -> DateTime {
        DateTime(self.0.row().expires_at)
    }

    /// When it was shut out; null while it isn't.
    fn revoked_at(&self) -> Option<DateTime> {
        self.0.row().revoked_at.map(DateTime)
    }

    /// Whether it may do here today what its scopes say.
    async fn is_in_force(&self) -> Result<Option<bool>> {
        let (row, now) = (self.0.row(), self.0.tx().now());
        let ended = self.seen().await?.is_none_or(|seen| seen.ended_at.is_some());
        Ok(Some(row.revoked_at.is_none() && row.expires_at > now && !ended))
    }

    /// Whether this tenant looks after its keys. When its custodian shuts it out, it ends everywhere.
    async fn is_custodian(&self) -> Result<Option<bool>> {
        Ok(self.seen().await?.map(|seen| seen.custodian_id == self.0.tenant()))
    }

    /// When one of its keys was last used, wherever that was, to within ten minutes; null when none ever was.
    async fn last_used_at(&self) -> Result<Option<DateTime>> {
        Ok(self.seen().await?.and_then(|seen| seen.last_used_at).map(DateTime))
    }

    /// Its keys that are good, oldest first: two at most. Empty in a tenant that doesn't look after them.
    async fn keys(&self) -> Result<Option<Vec<ApiKey>>> {
        Ok(Some(self.live_keys().await?.into_iter().map(ApiKey::from).collect()))
    }

    /// The act by which it was let in or changed last; null for what was set up from the command line.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.act_id).collect();
        let load = || async move { self.0.tx().get_many::<act::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("ServiceAccount.act", self.0.row().act_id, load).await?.map(Act))
    }
}

connection!(ServiceAccountConnection, ServiceAccountEdge, ServiceAccount, "service accounts");

/// A key of a service account, without what is secret of it.
#[derive(Clone, SimpleObject)]
pub struct ApiKey {
    /// Its first 13 signs, by which people tell it from others.
    prefix: String,
    /// When it was made.
    issued_at: DateTime,
    /// Until then it is good.
    expires_at: DateTime,
    /// When it was last used, to within ten minutes; null when it never was.
    last_used_at: Option<DateTime>,
    /// Whether it may be sent in a query string as api_key, where it only reads: for tools that can't send it otherwise.
    is_for_query_strings: bool,
}

impl From<SeenKey> for ApiKey {
    fn from(key: SeenKey) -> Self {
        Self {
            prefix: key.prefix,
            issued_at: DateTime(key.issued_at),
            expires_at: DateTime(key.expires_at),
            last_used_at: key.last_used_at.map(DateTime),
            is_for_query_strings: key.is_for_query_strings,
        }
    }
}
