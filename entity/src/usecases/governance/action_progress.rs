//! What becomes of actions: notes of progress, one after the other, and the closing, which takes evidence.

use sea_orm::Order;

use super::{
    actions::owners,
    meetings::{LONGEST_TEXT, address_fault, given, said},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::{action::ActionState, entry::text_fault, version},
    tables::{
        Id, TenantId,
        governance::{action, action_owner, action_progress},
        performance::area,
    },
    tenancy::{Held, Hold, TenantTx, Warrant, deeds},
};

/// The notes of progress on these actions, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_actions(tx: &TenantTx, tenant: TenantId, actions: Vec<Id<action::Model>>) -> Result<Vec<action_progress::Model>> {
    let rows = tx.rows::<action_progress::Entity>(tenant)?.filter(tx.any_of(action_progress::Column::ActionId, actions));
    rows.order_by(action_progress::Column::Number, Order::Desc).order_by(action_progress::Column::Id, Order::Asc).all().await
}

/// What became of an action.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The action.
    pub action: Id<action::Model>,
    /// The state in which it is now.
    pub state: ActionState,
    /// What was done, or why it is closed.
    pub words: String,
    /// What shows it.
    pub evidence: Option<String>,
    /// Where that is found.
    pub evidence_address: Option<String>,
    /// The version that is to stand until then.
    pub expected_version: Option<i32>,
}

/// Notes progress on an action that stays open.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when the actor's office doesn't own the action, the action is closed, or the
/// note isn't in order; with `STALE_VERSION` when another version stands than was expected.
pub async fn note(tx: TenantTx, progress: &Progress) -> Result<Id<action::Model>> {
    if progress.state.is_closed() {
        return Err(Error::invalid("state", ProblemCode::OutOfRange, "Closing an action is a step of its own."));
    }
    moved(tx, progress, "RECORD_ACTION_PROGRESS").await
}

/// Closes an action: completed with evidence, or cancelled or superseded with a reason.
///
/// # Errors
/// As [`note`].
pub async fn close(tx: TenantTx, progress: &Progress) -> Result<Id<action::Model>> {
    if !progress.state.is_closed() {
        return Err(Error::invalid(
            "state",
            ProblemCode::OutOfRange,
            "An action is closed as completed, cancelled or superseded.",
        ));
    }
    moved(tx, progress, "CLOSE_ACTION").await
}

async fn moved(tx: TenantTx, progress: &Progress, deed: &str) -> Result<Id<action::Model>> {
    let leave = tx.authorise_tenant::<deeds::ReportAction>()?;
    let tenant_id = tx.acting_tenant()?;
    // Found before it is held, so that a stranger's identifier is told to be none.
    tx.get::<action::Entity>(tenant_id, progress.action).await?;
    tx.hold::<action::Entity>(Some(vec![progress.action]), Hold::Alone).await?;
    let row = tx.get::<action::Entity>(tenant_id, progress.action).await?;
    version::expect(progress.expected_version, Some(row.version))?;
    let owned = owners(&tx, tenant_id, vec![row.id]).await?;
    let Some((office, area_id)) = teller(&tx, &owned) else {
        let message = "This action is owned by other offices; its owners, and whoever records actions, tell what became of it.";
        return Err(Error::invalid("action", ProblemCode::Forbidden, message));
    };
    if row.closed_on.is_some() {
        return Err(Error::invalid("action", ProblemCode::Locked, "This action is closed, and stands as it is."));
    }
    let faults = note_faults(progress);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act(deed, &leave).await?;
    let note = action_progress::Model {
        tenant_id,
        id: Id::new(),
        action_id: row.id,
        number: row.version,
        state: progress.state,
        words: progress.words.trim().to_owned(),
        evidence: given(progress.evidence.as_deref()),
        evidence_address: progress.evidence_address.clone(),
        recorded_on: tx.business_date(),
        recorded_at: tx.now(),
        act_id: act,
        office,
        area_id,
    };
    tx.insert::<action_progress::Entity>(vec![note]).await?;
    let mut values =
        vec![(action::Column::State, progress.state.into()), (action::Column::Version, row.version.saturating_add(1).into())];
    if progress.state.is_closed() {
        values.push((action::Column::ClosedOn, tx.business_date().into()));
    }
    tx.set::<action::Entity>([row.id], values).await?;
    tx.commit_with(&row.id).await?;
    Ok(row.id)
}

fn note_faults(progress: &Progress) -> Vec<Problem> {
    let mut faults = said("words", &progress.words, LONGEST_TEXT);
    faults.extend(progress.evidence.as_deref().and_then(|text| text_fault("evidence", text, LONGEST_TEXT)));
    faults.extend(progress.evidence_address.as_deref().and_then(|address| address_fault("evidenceAddress", address)));
    let shows = given(progress.evidence.as_deref()).is_some() || progress.evidence_address.is_some();
    if progress.state == ActionState::Completed && !shows {
        faults.push(Problem::new("evidence", ProblemCode::Missing, "Say what shows that it was done."));
    }
    faults
}

/// In which office the actor tells what became of an action, and for which area that is held: in the one that owns it, or else in that
/// in which they record actions there. Nothing for whoever may do neither.
fn teller(tx: &TenantTx, owners: &[action_owner::Model]) -> Option<(Option<Office>, Option<Id<area::Model>>)> {
    let tenant = tx.acting_tenant().ok()?;
    let owns = |held: &&Held| {
        held.tenant == tenant
            && owners.iter().any(|owner| {
                let by_office = owner.office == Some(held.office) && owner.area_id.is_none_or(|area| held.area == Some(area));
                by_office || (owner.body_id.is_some() && owner.body_id == held.body)
            })
    };
    let owning = tx.actor().person().and_then(|person| person.appointments.iter().find(owns));
    if let Some(held) = owning {
        return Some((Some(held.office), held.area));
    }
    let leave = tx.authorise_tenant::<deeds::RecordAction>().ok()?;
    match leave.warrant() {
        Warrant::Appointment(held) => Some((Some(held.office), held.area)),
        Warrant::Grant(_) => Some((None, None)),
    }
}
