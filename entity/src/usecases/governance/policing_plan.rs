//! The Policing Plan: its objectives and measures, and how each area's priorities answer to them.
//!
//! The plan and the judgements are the Authority's; priorities are themes of the areas' agreements. So a gap can only be told where
//! the area shares its agreement, and where it doesn't that is told in its place.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition, Order};

use super::delegation::authority_of;
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{blank::unless_blank, entry::text_fault, version},
    tables::{
        Id, TenantId,
        governance::{
            policing_plan_alignment::{self, AlignmentJudgement},
            policing_plan_measure, policing_plan_objective,
        },
        organisation::{tenant, tenant_relation::TenantRelationKind},
        performance::{agreement, area, theme},
    },
    tenancy::{Hold, TenantTx, Whose, deeds},
    usecases::{
        organisation::tenants,
        performance::{agreements, areas::holds},
    },
};

/// Characters in a note, at most.
const LONGEST_NOTE: usize = 2_000;

/// The objectives of a tenant's Policing Plan, by number.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn objectives(tx: &TenantTx, tenant: TenantId) -> Result<Vec<policing_plan_objective::Model>> {
    use policing_plan_objective::Column;
    let rows = tx.rows::<policing_plan_objective::Entity>(tenant)?;
    rows.order_by(Column::Number, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// The measures of objectives, by number.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn measures(
    tx: &TenantTx,
    tenant: TenantId,
    of: Vec<Id<policing_plan_objective::Model>>,
) -> Result<Vec<policing_plan_measure::Model>> {
    use policing_plan_measure::Column;
    let rows = tx.rows::<policing_plan_measure::Entity>(tenant)?.filter(tx.any_of(Column::ObjectiveId, of));
    rows.order_by(Column::Number, Order::Asc).all().await
}

/// How an objective is cited.
#[must_use]
pub fn cited(objective: &policing_plan_objective::Model) -> String {
    format!("Objective {}", objective.number)
}

/// The objectives with these identifiers of the plan of the authority that polices a tenant's area, as they are cited.
///
/// # Errors
/// [`Error::Invalid`] on the field, for each that isn't there or that the actor may not know of.
pub async fn regarded(
    tx: &TenantTx,
    tenant: TenantId,
    (field, ids): (&str, &[(TenantId, Id<policing_plan_objective::Model>)]),
) -> Result<Vec<String>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = match authority_of(tx, tenant).await? {
        Some(authority) => match objectives(tx, authority).await {
            Err(Error::NotFound(_) | Error::Denied { .. } | Error::NotShared { .. }) => Vec::new(),
            found => found?,
        },
        None => Vec::new(),
    };
    let mut cited_ones = BTreeSet::new();
    let mut faults = Vec::new();
    for (place, (of, id)) in ids.iter().enumerate() {
        match found.iter().find(|row| row.id == *id && row.tenant_id == *of) {
            Some(row) => {
                cited_ones.insert((row.number, cited(row)));
            }
            None => faults.push(Problem::new(
                &format!("{field}.{place}"),
                ProblemCode::NotFound,
                "There is no such objective of the Policing Plan, or you may not know of it.",
            )),
        }
    }
    if faults.is_empty() { Ok(cited_ones.into_iter().map(|(_, words)| words).collect()) } else { Err(Error::Invalid(faults)) }
}

/// The judgements that stood on a day, for objectives; whoever reads them from elsewhere sees those about their own areas.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn alignments(
    tx: &TenantTx,
    tenant: TenantId,
    of: Vec<Id<policing_plan_objective::Model>>,
    as_at: NaiveDate,
) -> Result<Vec<policing_plan_alignment::Model>> {
    use policing_plan_alignment::Column;
    let rows = tx.rows::<policing_plan_alignment::Entity>(tenant)?.filter(tx.any_of(Column::ObjectiveId, of));
    let rows = rows
        .filter(Column::RecordedOn.lte(as_at))
        .filter(Condition::any().add(Column::SupersededOn.is_null()).add(Column::SupersededOn.gt(as_at)))
        .order_by(Column::PriorityReference, Order::Asc);
    of_own_areas(tx, tenant, rows.all().await?).await
}

/// The judgements with these identifiers, as [`alignments`] lets them be seen.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn many_alignments(
    tx: &TenantTx,
    tenant: TenantId,
    ids: Vec<Id<policing_plan_alignment::Model>>,
) -> Result<Vec<policing_plan_alignment::Model>> {
    let rows = tx.get_many::<policing_plan_alignment::Entity>(tenant, ids).await?;
    of_own_areas(tx, tenant, rows).await
}

async fn of_own_areas(
    tx: &TenantTx,
    tenant: TenantId,
    rows: Vec<policing_plan_alignment::Model>,
) -> Result<Vec<policing_plan_alignment::Model>> {
    if tx.actor().acts_in(tenant) {
        return Ok(rows);
    }
    let own: BTreeSet<_> = tenants::tenants(tx).await?.into_iter().map(|tenant| tenant.area_id).collect();
    Ok(rows.into_iter().filter(|row| own.contains(&row.area_id)).collect())
}

/// How an area's priorities answer to an objective.
#[derive(Clone, Debug)]
pub struct AreaAnswer {
    /// The area's tenant.
    pub tenant: tenant::Model,
    /// The best of its judgements; none where nobody has judged any of its priorities.
    pub judgement: Option<AlignmentJudgement>,
    /// The priorities that serve the objective, or a part of it, by name.
    pub serving: Vec<String>,
    /// The priorities that work against it.
    pub against: Vec<String>,
    /// The priorities of the running agreement that nobody has judged; none where the agreement can't be seen.
    pub unjudged: Option<Vec<String>>,
}

impl AreaAnswer {
    /// Whether the objective goes unanswered there: no priority serves the whole of it, or one works against it.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        self.judgement != Some(AlignmentJudgement::Aligned) || !self.against.is_empty()
    }
}

/// How the priorities of each area that the tenant polices answer to an objective, by the area's name; for whoever reads it from
/// elsewhere, those of their own areas.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn answers(tx: &TenantTx, objective: &policing_plan_objective::Model, as_at: NaiveDate) -> Result<Vec<AreaAnswer>> {
    let authority = objective.tenant_id;
    let judged = alignments(tx, authority, vec![objective.id], as_at).await?;
    let relations = tenants::relations(tx, authority).await?;
    let policed = relations.iter().filter(|row| {
        row.kind == TenantRelationKind::Polices && row.from_tenant_id == authority && holds(row.from_on, row.to_on, as_at)
    });
    let mut policed = tenants::named(tx, policed.filter_map(|row| row.to_tenant_id).collect()).await?;
    if !tx.actor().acts_in(authority) {
        policed.retain(|tenant| tx.actor().acts_in(tenant.id));
    }
    policed.sort_by(|a, b| a.name.cmp(&b.name));
    let mut found = Vec::with_capacity(policed.len());
    for tenant in policed {
        let own: Vec<_> = judged.iter().filter(|row| row.area_id == tenant.area_id).collect();
        let named = |wanted: &[AlignmentJudgement]| {
            let rows = own.iter().filter(|row| wanted.contains(&row.judgement));
            rows.map(|row| row.priority_name.clone()).collect::<Vec<_>>()
        };
        let unjudged = priorities(tx, tenant.id, as_at).await?.map(|priorities| {
            let open = priorities.into_iter().filter(|(name, _)| !own.iter().any(|row| row.priority_reference == *name));
            open.map(|(_, theme)| theme).collect()
        });
        use AlignmentJudgement::{Aligned, Conflict, Partial};
        found.push(AreaAnswer {
            judgement: own.iter().map(|row| row.judgement).min(),
            serving: named(&[Aligned, Partial]),
            against: named(&[Conflict]),
            unjudged,
            tenant,
        });
    }
    Ok(found)
}

/// The priorities of the agreement that runs in a tenant, by reference and name; none where it can't be seen, or none runs.
async fn priorities(tx: &TenantTx, tenant: TenantId, on: NaiveDate) -> Result<Option<BTreeMap<String, String>>> {
    let running = match agreements::running(tx, tenant, on).await {
        Err(Error::NotFound(_) | Error::Denied { .. } | Error::NotShared { .. }) => return Ok(None),
        running => running?,
    };
    let themes = agreements::themes(tx, tenant, vec![running.id]).await?;
    Ok(Some(themes.into_iter().map(|theme| (reference(&running, &theme), theme.name)).collect()))
}

fn reference(agreement: &agreement::Model, theme: &theme::Model) -> String {
    format!("{}/{}", agreement.reference, theme.number)
}

/// A judgement of how a priority answers to an objective.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The objective.
    pub objective: Id<policing_plan_objective::Model>,
    /// The priority: a theme, and the tenant whose agreement it belongs to.
    pub priority: (TenantId, Id<theme::Model>),
    /// How it answers.
    pub judgement: AlignmentJudgement,
    /// Why.
    pub note: Option<String>,
    /// The version that is to stand until then, 0 for none; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Judges how a priority of one's own area answers to an objective, in place of the judgement that stood.
///
/// # Errors
/// [`Error::Denied`] when it is another area's; [`Error::Invalid`] when there is no such objective or priority, a conflict or a gap
/// comes without a word why, or another version stands than was expected.
pub async fn judge(tx: TenantTx, judged: &Judged) -> Result<Id<policing_plan_alignment::Model>> {
    use policing_plan_alignment::Column;
    tx.allows_some::<deeds::StatePolicingPlan>()?;
    let tenant = tx.acting_tenant()?;
    let (agreement, theme, area) = priority(&tx, judged.priority).await?;
    let leave = tx.authorise_new::<deeds::StatePolicingPlan>(Whose::about(area))?;
    tx.hold::<policing_plan_objective::Entity>(Some(vec![judged.objective]), Hold::Alone).await?;
    let objective = tx.get::<policing_plan_objective::Entity>(tenant, judged.objective).await;
    let objective = objective.map_err(|error| match error {
        Error::NotFound(_) => not_found("objective", "objective of the Policing Plan"),
        other => other,
    })?;
    let note = judged.note.as_deref().and_then(unless_blank);
    if let Some(fault) = note.and_then(|note| text_fault("note", note, LONGEST_NOTE)) {
        return Err(Error::Invalid(vec![fault]));
    }
    if note.is_none() && matches!(judged.judgement, AlignmentJudgement::Conflict | AlignmentJudgement::Partial) {
        return Err(Error::invalid("note", ProblemCode::Missing, "Say in what it falls short."));
    }
    let reference = reference(&agreement, &theme);
    let rows = tx.rows::<policing_plan_alignment::Entity>(tenant)?.filter(Column::ObjectiveId.eq(objective.id));
    let rows = rows.filter(Column::PriorityReference.eq(reference.as_str()));
    let old = rows.filter(Column::SupersededOn.is_null()).one().await?;
    version::expect(judged.expected_version, old.as_ref().map(|old| old.version))?;
    let act = tx.act("SET_POLICING_PLAN_ALIGNMENT", &leave).await?;
    if let Some(old) = &old {
        tx.set::<policing_plan_alignment::Entity>([old.id], vec![(Column::SupersededOn, tx.business_date().into())]).await?;
    }
    let row = policing_plan_alignment::Model {
        tenant_id: tenant,
        id: Id::new(),
        objective_id: objective.id,
        area_id: area,
        priority_reference: reference,
        priority_name: theme.name,
        judgement: judged.judgement,
        note: note.map(str::to_owned),
        version: old.map_or(1, |old| old.version.saturating_add(1)),
        is_illustrative: false,
        act_id: act,
        recorded_on: tx.business_date(),
        recorded_at: tx.now(),
        superseded_on: None,
    };
    let id = row.id;
    tx.insert::<policing_plan_alignment::Entity>(vec![row]).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// A priority with its agreement and the area of the tenant whose it is.
async fn priority(
    tx: &TenantTx,
    (tenant, id): (TenantId, Id<theme::Model>),
) -> Result<(agreement::Model, theme::Model, Id<area::Model>)> {
    let unknown = |error| match error {
        Error::NotFound(_) | Error::Denied { .. } | Error::NotShared { .. } => not_found("priority", "priority"),
        other => other,
    };
    let theme = tx.get::<theme::Entity>(tenant, id).await.map_err(unknown)?;
    let agreement = tx.get::<agreement::Entity>(tenant, theme.agreement_id).await.map_err(unknown)?;
    let owner = tenants::named(tx, vec![tenant]).await?.pop().ok_or_else(|| not_found("priority", "priority"))?;
    Ok((agreement, theme, owner.area_id))
}

fn not_found(field: &str, what: &str) -> Error {
    Error::invalid(field, ProblemCode::NotFound, format!("There is no such {what}, or you may not know of it."))
}
