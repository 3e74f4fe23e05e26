//! Tenants: where everything a partnership keeps is found.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result};
use entity::{
    error::{Error, ProblemCode},
    tables::{TenantId, organisation::tenant},
    usecases::{
        dashboards::stored_queries,
        organisation::{
            acts, appointments, audit, bodies, organisations,
            tenants::{self, TenantBy as By},
        },
        performance::{agreements, areas, indicators, periods, standing},
    },
};

use super::{
    Act, ActConnection, Action, Appointment, AppointmentConnection, AuditEvent, AuditEventConnection, AuditEventFilter, Body,
    BodyConnection, Office, Organisation, Resource, TenantKind,
    body::{BodyFilter, BodyOrder},
    tenant_relation::TenantRelation,
};
use crate::graphql::{
    context::Asking,
    dashboards::{StoredQuery, StoredQueryConnection},
    finance::TenantFinance,
    governance::TenantGovernance,
    identity::{Account, AccountConnection, ServiceAccount, ServiceAccountConnection},
    performance::{
        Agreement, AgreementConnection, Area, AreaSet, AreaSetConnection, Indicator, IndicatorConnection, IndicatorFilter,
        Observation, ObservationConnection, ObservationsCsvFilter, PeriodClose, PeriodCloseConnection, TenantObservationFilter,
        TolerancePolicy, TolerancePolicyConnection,
    },
    relay::{Member, NodeId, NodeKind, Paging, View, connection, is_counted},
    risk::RiskRegisters,
    scalars::Date,
    sharing::{SharingAgreement, SharingAgreementConnection},
};

/// How to look a tenant up.
#[derive(OneofObject)]
pub enum TenantBy {
    /// By its short name, such as `halton`.
    Slug(String),
    /// By its global identifier.
    Id(ID),
    /// By the nine-character code of its area, such as E06000006.
    GssCode(String),
}

/// How to look an agreement up.
#[derive(OneofObject)]
pub enum AgreementBy {
    /// By its short name, such as `halton-laa-2008`.
    Reference(String),
    /// The one that runs on this day; the one that began last when several do.
    RunningOn(Date),
}

/// Which appointments are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct AppointmentFilter {
    /// Only those of this office.
    office: Option<Office>,
    /// Only those in force on this day.
    in_force_on: Option<Date>,
}

/// A tenant.
#[derive(Clone)]
pub struct Tenant {
    view: View,
    row: Arc<tenant::Model>,
}

impl Tenant {
    /// A tenant as seen in a view.
    #[must_use]
    pub fn new(view: &View, row: impl Into<Arc<tenant::Model>>) -> Self {
        Self { view: view.clone(), row: row.into() }
    }

    /// The tenant of a row.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn one(view: &View, id: TenantId) -> Result<Option<Self>> {
        let row =
            view.loaded().once(("tenant", id.uuid()), || async move { tenants::tenant(view.tx(), &By::Id(id)).await }).await?;
        Ok(Some(Self { view: view.clone(), row }))
    }

    fn list(&self, field: &str, question: &impl std::fmt::Debug) -> String {
        format!("Tenant.{field}/{}/{}/{question:?}", self.row.id, self.view.as_at())
    }
}

/// A partnership or an authority with data of its own. You see the tenants in which you hold an appointment.
#[Object]
impl Tenant {
    /// The tenant's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::beyond(NodeKind::Tenant, self.row.id).to_id()
    }

    /// Short name, as in look-ups.
    fn slug(&self) -> &str {
        &self.row.slug
    }

    /// The tenant's name.
    fn name(&self) -> &str {
        &self.row.name
    }

    /// Whether it is an area partnership or an authority.
    fn kind(&self) -> TenantKind {
        self.row.kind.into()
    }

    /// The area that it is for.
    async fn area(&self) -> Result<Option<Area>> {
        Area::one(&self.view, Some(self.row.area_id)).await
    }

    /// The organisation at its home.
    async fn organisation(&self) -> Result<Option<Organisation>> {
        let Some(id) = self.row.organisation_id else { return Ok(None) };
        Ok(Some(Organisation::new(&self.view, organisations::one(self.view.tx(), id).await?)))
    }

    /// The last day of its existence; null while it exists.
    fn ended_on(&self) -> Option<Date> {
        self.row.ended_on.map(Date)
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.row.source
    }

    /// The day as at which everything below is shown.
    fn reported_on(&self) -> Date {
        Date(self.view.as_at())
    }

    /// How it stands to others: which areas it polices or who polices it, and who followed it.
    async fn relations(&self) -> Result<Vec<TenantRelation>> {
        let rows = tenants::relations(self.view.tx(), self.row.id).await?;
        let mentioned = rows.iter().flat_map(|row| [Some(row.from_tenant_id), row.to_tenant_id]).flatten().collect();
        let named = tenants::named(self.view.tx(), mentioned).await?;
        let name = |id: TenantId| named.iter().find(|tenant| tenant.id == id).map(|tenant| tenant.name.clone());
        let mut relations = Vec::with_capacity(rows.len());
        for row in rows {
            let successor = match row.to_organisation_id {
                Some(id) => Some(Organisation::new(&self.view, organisations::one(self.view.tx(), id).await?)),
                None => None,
            };
            relations.push(TenantRelation {
                kind: row.kind.into(),
                from: name(row.from_tenant_id),
                to: row.to_tenant_id.and_then(name),
                organisation: successor,
                from_on: row.from_on.map(Date),
                to_on: row.to_on.map(Date),
            });
        }
        Ok(relations)
    }

    /// Whether your appointments in force today allow you to do something here.
    fn viewer_can(
        &self,
        #[graphql(desc = "What you would do.")] action: Action,
        #[graphql(desc = "To what.")] resource: Resource,
    ) -> bool {
        crate::graphql::identity::may(self.view.tx().actor(), self.row.id, action, resource)
    }

    /// One agreement; the one that runs on the day that is shown, when nothing else is asked for.
    async fn agreement(&self, #[graphql(desc = "Which one.")] by: Option<AgreementBy>) -> Result<Option<Agreement>> {
        let tx = self.view.tx();
        let row = match by {
            None => agreements::running(tx, self.row.id, self.view.as_at()).await?,
            Some(AgreementBy::RunningOn(day)) => agreements::running(tx, self.row.id, day.0).await?,
            Some(AgreementBy::Reference(reference)) => agreements::by_reference(tx, self.row.id, &reference).await?,
        };
        Ok(Some(Agreement(Member::alone(&self.view, row))))
    }

    /// Every agreement, latest first, whatever the day that is shown.
    async fn agreements(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AgreementConnection>> {
        let paging = Paging::new(&self.list("agreements", &()), (first, after, last, before))?;
        let rows = agreements::agreements(self.view.tx(), self.row.id).await?;
        let rows = Member::gather(&self.view, self.row.id, rows);
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), Agreement(row))).collect())?.into()))
    }

    /// Boards, partnerships, committees, panels and groups, by name.
    #[expect(clippy::too_many_arguments, reason = "a connection has four arguments of its own")]
    async fn bodies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<BodyFilter>,
        #[graphql(desc = "In what order; by name when left out.")] order_by: Option<BodyOrder>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<BodyConnection>> {
        let paging = Paging::new(&self.list("bodies", &(&filter, &order_by)), (first, after, last, before))?;
        let descending = order_by.is_some_and(|order| order.is_descending());
        let request = paging.request(is_counted(ctx))?;
        let page = bodies::page(self.view.tx(), self.row.id, &filter.unwrap_or_default().into(), descending, &request).await?;
        Ok(Some(paging.together(page, &self.view, self.row.id, Body).into()))
    }

    /// Appointments, latest first.
    async fn appointments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AppointmentFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AppointmentConnection>> {
        let paging = Paging::new(&self.list("appointments", &filter), (first, after, last, before))?;
        let filter = filter.unwrap_or_default();
        let filter =
            appointments::Filter { office: filter.office.map(Into::into), in_force_on: filter.in_force_on.map(|day| day.0) };
        let page = appointments::page(self.view.tx(), self.row.id, &filter, self.view.as_at(), &paging.request(is_counted(ctx))?)
            .await?;
        Ok(Some(paging.together(page, &self.view, self.row.id, Appointment).into()))
    }

    /// What was done here, latest first.
    async fn acts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<ActConnection>> {
        let paging = Paging::new(&self.list("acts", &()), (first, after, last, before))?;
        let page = acts::page(self.view.tx(), self.row.id, self.view.as_at(), &paging.request(is_counted(ctx))?).await?;
        Ok(Some(paging.together(page, &self.view, self.row.id, Act).into()))
    }

    /// The accounts of those who hold an appointment here today, or will, by e-mail address.
    async fn accounts(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AccountConnection>> {
        let paging = Paging::new(&self.list("accounts", &()), (first, after, last, before))?;
        Ok(Some(paging.slice(Account::of(&self.view, self.row.id).await?)?.into()))
    }

    /// The machine clients that it lets or let in, by name.
    async fn service_accounts(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<ServiceAccountConnection>> {
        let paging = Paging::new(&self.list("serviceAccounts", &()), (first, after, last, before))?;
        Ok(Some(paging.slice(ServiceAccount::of(&self.view, self.row.id).await?)?.into()))
    }

    /// The information-sharing agreements to which it is a party, by reference and version.
    async fn sharing_agreements(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<SharingAgreementConnection>> {
        let paging = Paging::new(&self.list("sharingAgreements", &()), (first, after, last, before))?;
        let agreements = entity::usecases::sharing::agreements::of_tenant(self.view.tx(), self.row.id).await?.into_iter();
        let agreements = agreements.map(|agreed| SharingAgreement::new(&self.view, agreed));
        Ok(Some(paging.slice(agreements.map(|agreement| (agreement.uuid(), agreement)).collect())?.into()))
    }

    /// The record of what was written here and of what others read, latest first; for auditors.
    async fn audit_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AuditEventFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AuditEventConnection>> {
        let paging = Paging::new(&self.list("auditEvents", &filter), (first, after, last, before))?;
        let filter = filter.unwrap_or_default().known()?;
        let page = audit::page(self.view.tx(), self.row.id, &filter, &paging.request(is_counted(ctx))?).await?;
        Ok(Some(paging.together(page, &self.view, self.row.id, AuditEvent).into()))
    }

    /// The indicators that it measures, by code.
    async fn indicators(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<IndicatorFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<IndicatorConnection>> {
        let paging = Paging::new(&self.list("indicators", &filter), (first, after, last, before))?;
        let filter = filter.unwrap_or_default().into();
        let page = indicators::page(self.view.tx(), self.row.id, &filter, &paging.request(is_counted(ctx))?).await?;
        Ok(Some(paging.together(page, &self.view, self.row.id, Indicator).into()))
    }

    /// Every figure that was recorded, whatever the indicator and the area, in the order of recording.
    async fn observations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<TenantObservationFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<ObservationConnection>> {
        let wanted = filter.unwrap_or_default().known(&self.view, self.row.id).await?;
        let paging = Paging::new(&self.list("observations", &wanted), (first, after, last, before))?;
        let request = paging.request(is_counted(ctx))?;
        let page = indicators::observations(self.view.tx(), self.row.id, &wanted, self.view.as_at(), &request).await?;
        Ok(Some(paging.together(page, &self.view, self.row.id, Observation::Whole).into()))
    }

    /// What its dashboards ask: stored queries, by name.
    async fn stored_queries(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<StoredQueryConnection>> {
        let paging = Paging::new(&self.list("storedQueries", &()), (first, after, last, before))?;
        let rows = Member::gather(&self.view, self.row.id, stored_queries::all(self.view.tx(), self.row.id).await?);
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), StoredQuery(row))).collect())?.into()))
    }

    /// The sets of areas that it works with, such as its priority wards.
    async fn area_sets(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AreaSetConnection>> {
        let paging = Paging::new(&self.list("areaSets", &()), (first, after, last, before))?;
        let rows = Member::gather(&self.view, self.row.id, areas::sets(self.view.tx(), self.row.id).await?);
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), AreaSet(row))).collect())?.into()))
    }

    /// How far short of expectation is still amber: every policy in every version.
    async fn tolerance_policies(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<TolerancePolicyConnection>> {
        let paging = Paging::new(&self.list("tolerancePolicies", &()), (first, after, last, before))?;
        let policies = standing::policies(self.view.tx(), self.row.id).await?;
        let known = policies.iter().filter_map(|policy| policy.row.clone()).filter(|row| row.effective_from <= self.view.as_at());
        let rows = known.collect();
        let rows = Member::gather(&self.view, self.row.id, rows);
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), TolerancePolicy(row))).collect())?.into()))
    }

    /// The periods whose figures have been verified or approved, latest first, as they are today.
    async fn period_closes(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<PeriodCloseConnection>> {
        let paging = Paging::new(&self.list("periodCloses", &()), (first, after, last, before))?;
        let rows = Member::gather(&self.view, self.row.id, periods::closes(self.view.tx(), self.row.id).await?);
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), PeriodClose(row))).collect())?.into()))
    }

    /// Budgets, decisions and delegated powers.
    #[graphql(flatten)]
    fn finance(&self) -> TenantFinance {
        TenantFinance::new(&self.view, self.row.id)
    }

    /// The figures that stood at the end of the day that is shown, as comma-separated values that `importObservations` takes
    /// back without a change. Texts that a spreadsheet would run as formulas begin with an apostrophe.
    async fn observations_csv(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<ObservationsCsvFilter>,
    ) -> Result<Option<String>> {
        Ok(Some(filter.unwrap_or_default().exported(&self.view, self.row.id).await?))
    }

    /// How it governs itself and answers for it.
    #[graphql(flatten)]
    fn governance(&self) -> TenantGovernance {
        TenantGovernance::new(&self.view, self.row.id)
    }

    /// Its registers of risks, and what was passed on to it.
    #[graphql(flatten)]
    async fn risk_registers(&self) -> RiskRegisters {
        RiskRegisters::new(&self.view, self.row.id)
    }
}

connection!(TenantConnection, TenantEdge, Tenant, "tenants");

/// Tenants.
#[derive(Default)]
pub struct TenantQuery;

#[Object]
impl TenantQuery {
    /// One tenant. Another tenant's data is *not found* unless you hold an appointment there, or it shares something with a tenant in
    /// which you do.
    async fn tenant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] by: TenantBy,
        #[graphql(desc = "Show everything as it stood at the end of this earlier day.")] as_at: Option<Date>,
    ) -> Result<Option<Tenant>> {
        let view = Asking::of(ctx)?.view().await?;
        let view = shown(&view, as_at)?;
        let by = match by {
            TenantBy::Slug(slug) => By::Slug(slug),
            TenantBy::GssCode(code) => By::GssCode(code),
            TenantBy::Id(id) => {
                let parsed =
                    NodeId::parse(&id).filter(|parsed| parsed.kind == NodeKind::Tenant).ok_or(Error::NotFound("tenant"))?;
                By::Id(entity::tables::Id::from_uuid(parsed.id))
            }
        };
        Ok(Some(Tenant::new(&view, tenants::tenant(view.tx(), &by).await?)))
    }

    /// Every tenant in which you hold an appointment, by name.
    async fn tenants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Show everything as it stood at the end of this earlier day.")] as_at: Option<Date>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<TenantConnection>> {
        let view = Asking::of(ctx)?.view().await?;
        let view = shown(&view, as_at)?;
        let paging = Paging::new(&format!("tenants/{}", view.tx().actor().caller()), (first, after, last, before))?;
        let rows = tenants::tenants(view.tx()).await?;
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.id.uuid(), Tenant::new(&view, row))).collect())?.into()))
    }
}

/// The view as at an earlier day.
fn shown(view: &View, as_at: Option<Date>) -> Result<View, Error> {
    match as_at {
        None => Ok(view.clone()),
        Some(Date(day)) if day <= view.business_date() => Ok(view.as_at_day(day)),
        Some(_) => {
            let message = format!("Nothing is known of days after {}.", view.business_date());
            Err(Error::invalid("asAt", ProblemCode::OutOfRange, message))
        }
    }
}
