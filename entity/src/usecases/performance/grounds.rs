//! What entries are checked against: indicators with leave to enter their figures, areas, agreements and locked periods.
//!
//! Gathered once for any number of entries, in a number of statements that doesn't grow with them; recording, revising and
//! importing all stand on it, so that a figure passes the same checks whichever way it comes in.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, sea_query::Condition};

use super::areas::AreaBy;
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::doing,
    rules::{
        entry::{AgreedSpan, Definition, period_fault},
        period::Period,
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        performance::{agreement, agreement_indicator, area, indicator, period_close},
    },
    tenancy::{Authorised, Deed, Hold, List, TenantTx},
};

/// How an indicator is named in an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndicatorBy {
    /// By its identifier.
    Id(Id<indicator::Model>),
    /// By its short name within the tenant.
    Reference(String),
    /// By an identifier that is none of this tenant's.
    Foreign,
}

/// Names looked up one by one; when there are more, the whole list is read instead.
const FEW: usize = 1000;

/// An area that entries can be for.
#[derive(Debug)]
pub struct KnownArea {
    /// Its identifier.
    pub id: Id<area::Model>,
    /// Its name.
    pub name: String,
}

/// What entries are checked against.
#[derive(Debug)]
pub struct Grounds<D> {
    tenant: TenantId,
    indicators: HashMap<Id<indicator::Model>, Result<Authorised<indicator::Model, D>, String>>,
    references: HashMap<String, Id<indicator::Model>>,
    areas: HashMap<AreaBy, Arc<KnownArea>>,
    agreed: HashMap<(Id<indicator::Model>, Id<area::Model>), AgreedSpan>,
    locked: HashSet<String>,
}

impl<D: Deed> Grounds<D> {
    /// Gathers what bears on entries that name these indicators and areas.
    ///
    /// # Errors
    /// [`Error::Denied`] when no appointment allows the deed on anything here; otherwise as [`TenantTx::rows`].
    pub async fn gather(tx: &TenantTx, indicators: BTreeSet<IndicatorBy>, areas: BTreeSet<AreaBy>) -> Result<Self> {
        tx.allows_some::<D>()?;
        let tenant = tx.acting_tenant()?;
        let rows = indicators_named(tx, tenant, &indicators).await?;
        let lines = agreed_lines(tx, tenant, rows.iter().map(|row| row.id).collect())?;
        let (areas, lines, locked) = tx.lists(areas_named(tx, &areas), lines, locked_periods(tx, tenant)?).await?;
        let references = rows.iter().map(|row| (row.reference.clone(), row.id)).collect();
        let mut indicators = HashMap::with_capacity(rows.len());
        for row in rows {
            let (id, code) = (row.id, row.code.clone());
            let leave = match tx.authorise_found::<_, D>(row) {
                Ok(leave) => Ok(leave),
                Err(Error::Denied { action, resource, on, held, .. }) => Err(format!(
                    "None of {held} in force on {} lets you {} of {code}, which your organisation doesn't supply.",
                    LongDate(on),
                    doing(action, resource)
                )),
                Err(error) => return Err(error),
            };
            indicators.insert(id, leave);
        }
        let locked = locked.into_iter().map(|(period,)| period).collect();
        Ok(Self { tenant, indicators, references, areas: by_name(areas), agreed: agreed_spans(lines), locked })
    }

    /// The tenant.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The indicator that an entry names, with leave to enter its figures.
    ///
    /// # Errors
    /// What is wrong with the field `indicator`.
    pub fn indicator(&self, by: &IndicatorBy) -> Result<&Authorised<indicator::Model, D>, Problem> {
        let id = match by {
            IndicatorBy::Id(id) => Some(id),
            IndicatorBy::Reference(reference) => self.references.get(reference),
            IndicatorBy::Foreign => None,
        };
        match id.and_then(|id| self.indicators.get(id)) {
            Some(Ok(leave)) => Ok(leave),
            Some(Err(denied)) => Err(Problem::new("indicator", ProblemCode::Forbidden, denied.clone())),
            None => Err(Problem::new(
                "indicator",
                ProblemCode::NotFound,
                "There is no such indicator here, or you may not know of it.",
            )),
        }
    }

    /// The indicator with that identifier, with leave to enter its figures.
    #[must_use]
    pub fn leave(&self, id: Id<indicator::Model>) -> Option<&Authorised<indicator::Model, D>> {
        self.indicators.get(&id)?.as_ref().ok()
    }

    /// The area that an entry names.
    ///
    /// # Errors
    /// What is wrong with the field `area`.
    pub fn area(&self, by: &AreaBy) -> Result<&KnownArea, Problem> {
        let found = self.areas.get(by).map(|area| &**area);
        found.ok_or_else(|| Problem::new("area", ProblemCode::NotFound, "There is no such area."))
    }

    /// Why no figure of the indicator in the area can be entered for the period, if none can.
    #[must_use]
    pub fn period_fault(
        &self,
        indicator: &indicator::Model,
        area: Id<area::Model>,
        period: Period,
        on: chrono::NaiveDate,
    ) -> Option<Problem> {
        let agreed = self.agreed.get(&(indicator.id, area)).copied();
        period_fault(period, indicator.frequency, agreed, on).or_else(|| {
            self.is_locked(&period.code()).then(|| {
                let message = format!("{period} is approved and locked; figures that stand there change by revision only.");
                Problem::new("period", ProblemCode::Locked, message)
            })
        })
    }

    /// Whether a period's figures have been approved.
    #[must_use]
    pub fn is_locked(&self, period: &str) -> bool {
        self.locked.contains(period)
    }
}

/// What an indicator's definition says of its figures.
#[must_use]
pub fn definition(indicator: &indicator::Model) -> Definition<'_> {
    Definition {
        code: &indicator.code,
        title: &indicator.title,
        unit: &indicator.unit,
        decimals: u32::try_from(indicator.decimals).unwrap_or(0),
        frequency: indicator.frequency,
    }
}

/// PostgreSQL has no place for a NUL in a text, so nothing there is called so.
fn nameable(name: &str) -> bool {
    !name.contains('\0')
}

async fn indicators_named(tx: &TenantTx, tenant: TenantId, names: &BTreeSet<IndicatorBy>) -> Result<Vec<indicator::Model>> {
    use indicator::Column;
    // From here on no period of these indicators' figures is verified or approved before this transaction has ended.
    let mut rows = tx.rows::<indicator::Entity>(tenant)?.held(Hold::Together);
    if names.len() <= FEW {
        let ids = names.iter().filter_map(|by| if let IndicatorBy::Id(id) = by { Some(*id) } else { None });
        let references =
            names.iter().filter_map(|by| if let IndicatorBy::Reference(name) = by { Some(name.clone()) } else { None });
        let either = Condition::any()
            .add(tx.any_of(Column::Id, ids))
            .add(tx.any_of(Column::Reference, references.filter(|name| nameable(name))));
        rows = rows.filter(either);
    }
    rows.all().await
}

/// An area's identifier, short name, code and name.
type Area = (Id<area::Model>, String, Option<String>, String);

fn areas_named(tx: &TenantTx, names: &BTreeSet<AreaBy>) -> List<Area> {
    use area::Column;
    let mut rows = tx.reference::<area::Entity>();
    if names.len() <= FEW {
        let codes = names.iter().filter_map(|by| if let AreaBy::GssCode(code) = by { Some(code.clone()) } else { None });
        let references = names.iter().filter_map(|by| if let AreaBy::Reference(name) = by { Some(name.clone()) } else { None });
        let either = Condition::any()
            .add(tx.any_of(Column::GssCode, codes.filter(|name| nameable(name))))
            .add(tx.any_of(Column::Reference, references.filter(|name| nameable(name))));
        rows = rows.filter(either);
    }
    rows.list([Column::Id, Column::Reference, Column::GssCode, Column::Name].map(ColumnTrait::into_expr))
}

fn by_name(areas: Vec<Area>) -> HashMap<AreaBy, Arc<KnownArea>> {
    let mut names = HashMap::with_capacity(areas.len() * 2);
    for (id, reference, gss_code, name) in areas {
        let known = Arc::new(KnownArea { id, name });
        names.extend(gss_code.map(|code| (AreaBy::GssCode(code), Arc::clone(&known))));
        names.insert(AreaBy::Reference(reference), known);
    }
    names
}

/// What is agreed to be measured where, and from when to when.
type Line = (Id<indicator::Model>, Id<area::Model>, NaiveDate, NaiveDate);

fn agreed_lines(tx: &TenantTx, tenant: TenantId, indicators: Vec<Id<indicator::Model>>) -> Result<List<Line>> {
    use agreement_indicator::Column;
    let lines = tx.rows_beside::<agreement_indicator::Entity, agreement::Entity>(tenant, Column::AgreementId)?;
    let columns = [
        Column::IndicatorId.into_expr(),
        Column::AreaId.into_expr(),
        agreement::Column::StartsOn.into_expr(),
        agreement::Column::EndsOn.into_expr(),
    ];
    Ok(lines.filter(tx.any_of(Column::IndicatorId, indicators)).list(columns))
}

fn agreed_spans(lines: Vec<Line>) -> HashMap<(Id<indicator::Model>, Id<area::Model>), AgreedSpan> {
    let mut agreed: HashMap<_, AgreedSpan> = HashMap::new();
    for (indicator, area, starts_on, ends_on) in lines {
        let span = AgreedSpan { starts_on, ends_on };
        agreed.entry((indicator, area)).and_modify(|known| *known = known.with(span)).or_insert(span);
    }
    agreed
}

fn locked_periods(tx: &TenantTx, tenant: TenantId) -> Result<List<(String,)>> {
    use period_close::Column;
    let approved = tx.rows::<period_close::Entity>(tenant)?.filter(Column::ApprovedAt.is_not_null());
    Ok(approved.list([Column::Period.into_expr()]))
}
