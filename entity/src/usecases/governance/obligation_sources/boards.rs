//! What a board's meetings leave to its members: to carry the key actions back to the organisation that they represent, where there are any,
//! by the next meeting (duty 44), and to report progress on each key action to that meeting (duty 45). The first is closed by recording it, the second
//! by telling what became of the action, or by closing it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use super::{Closed, Holder, Obligation, ObligationKind, Owed, Subject, WITHOUT_MEETING, readable};
use crate::{
    error::Result,
    policy::Office,
    rules::{action::ActionState, wording::LongDate},
    tables::{
        Id, TenantId,
        governance::{action, meeting, meeting_cascade},
        organisation::{
            appointment,
            body::{self, BodyKind},
            organisation,
        },
    },
    tenancy::TenantTx,
    usecases::{
        governance::{action_progress, actions, cascades, meeting_minutes, obligations::holder_of},
        organisation::{appointments::in_force, organisations},
    },
};

/// The number of the duty to carry key actions back.
const CARRY_BACK: i32 = 44;
/// The number of the duty to report progress on them.
const REPORT_PROGRESS: i32 = 45;

/// A meeting that was called here, with the next of the same board, where one is fixed.
struct Sitting<'m> {
    board: &'m body::Model,
    row: &'m meeting::Model,
    next: Option<&'m meeting::Model>,
    /// The day from which anybody can act on it: its own, or that on which it was entered where that came later.
    known_from: NaiveDate,
    /// The first meeting of the board after that day.
    by: Option<&'m meeting::Model>,
}

/// Both for every meeting of a board that was called here; of those that the documents only tell of nobody waits for anything.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    use meeting::Column;
    let boards = tx.rows::<body::Entity>(tenant)?.filter(body::Column::Kind.eq(BodyKind::Board)).all().await?;
    if boards.is_empty() {
        return Ok(Vec::new());
    }
    let of_boards = tx.any_of(Column::BodyId, boards.iter().map(|board| board.id));
    let called = tx.rows::<meeting::Entity>(tenant)?.filter(of_boards).filter(Column::CalledOn.is_not_null());
    let called = called.filter(Column::CancelledOn.is_null()).order_by(Column::HeldOn, Order::Asc);
    let meetings = called.order_by(Column::Id, Order::Asc).all().await?;
    let sittings: Vec<Sitting<'_>> = meetings
        .iter()
        .filter_map(|row| {
            let board = boards.iter().find(|board| board.id == row.body_id)?;
            let after = |day| meetings.iter().find(|next| next.body_id == row.body_id && next.held_on > day);
            let known_from = row.called_on.map_or(row.held_on, |called_on| called_on.max(row.held_on));
            Some(Sitting { board, row, next: after(row.held_on), known_from, by: after(known_from) })
        })
        .collect();
    let mut found = carried_back(tx, tenant, &sittings).await?;
    found.extend(progress(tx, tenant, &sittings).await?);
    Ok(found)
}

async fn carried_back(tx: &TenantTx, tenant: TenantId, sittings: &[Sitting<'_>]) -> Result<Vec<Obligation>> {
    let boards: BTreeSet<_> = sittings.iter().map(|sitting| sitting.board.id).collect();
    let seats = readable(cascades::seats(tx, tenant, boards.into_iter().collect()).await)?;
    let recorded = cascades::of_meetings(tx, tenant, sittings.iter().map(|sitting| sitting.row.id).collect()).await?;
    let named = organisations::many(tx, seats.iter().filter_map(|seat| seat.organisation_id).collect()).await?;
    let with_key_actions = with_key_actions(tx, tenant, sittings).await?;
    let mut found = Vec::new();
    for sitting in sittings {
        let on = sitting.row.held_on.min(tx.business_date());
        let mut seen = BTreeSet::new();
        let seated = seats.iter().filter(|seat| seat.body_id == Some(sitting.board.id) && in_force(seat, on));
        for seat in seated {
            let organisation = named.iter().find(|row| Some(row.id) == seat.organisation_id);
            let Some(organisation) = organisation.filter(|row| seen.insert((seat.person_id, row.id))) else { continue };
            let is_recorded = recorded.iter().any(|cascade| is_of(cascade, sitting, seat, organisation));
            if is_recorded || with_key_actions.contains(&sitting.row.id) {
                found.extend(carrying_back(tx, sitting, (seat, organisation), (&seats, &recorded)));
            }
        }
    }
    Ok(found)
}

/// The meetings that brought key actions about: without any there is nothing to carry back.
async fn with_key_actions(tx: &TenantTx, tenant: TenantId, sittings: &[Sitting<'_>]) -> Result<BTreeSet<Id<meeting::Model>>> {
    let decided = meeting_minutes::decisions(tx, tenant, sittings.iter().map(|sitting| sitting.row.id).collect()).await?;
    let key = readable(actions::of_decisions(tx, tenant, decided.iter().map(|decision| decision.id).collect()).await)?;
    let of = |action: &action::Model| decided.iter().find(|decision| Some(decision.id) == action.decision_id);
    Ok(key.iter().filter_map(of).map(|decision| decision.meeting_id).collect())
}

/// Whether this is what a member carried back of a meeting to an organisation.
fn is_of(
    cascade: &meeting_cascade::Model,
    sitting: &Sitting<'_>,
    seat: &appointment::Model,
    organisation: &organisation::Model,
) -> bool {
    (cascade.meeting_id, cascade.organisation_id, cascade.person_id) == (sitting.row.id, organisation.id, seat.person_id)
}

/// What one member owes of one meeting. Whose last seat for the organisation has ended can't do it any more.
fn carrying_back(
    tx: &TenantTx,
    sitting: &Sitting<'_>,
    (seat, organisation): (&appointment::Model, &organisation::Model),
    (seats, recorded): (&[appointment::Model], &[meeting_cascade::Model]),
) -> Option<Obligation> {
    let row = sitting.row;
    let owed = Owed {
        kind: ObligationKind::Cascade,
        code: format!("CASCADE/{}/{}/{}", row.id, organisation.id, seat.person_id),
        title: format!(
            "Carry the key actions of the meeting of {} on {} back to {}",
            sitting.board.name,
            LongDate(row.held_on),
            organisation.name
        ),
        holder: Holder {
            office: Some(Office::HspbMember),
            body: Some(sitting.board.id),
            person: Some(seat.person_id),
            ..Holder::default()
        },
        subject: Subject::Meeting(row.id),
        duty: Some(CARRY_BACK),
        known_on: row.called_on.unwrap_or(row.held_on),
        opens_on: sitting.known_from,
        due_on: sitting.by.map(|next| next.held_on).or_else(|| sitting.known_from.checked_add_months(WITHOUT_MEETING))?,
    };
    let own = recorded.iter().find(|cascade| is_of(cascade, sitting, seat, organisation));
    let met = own.map(|cascade| (cascade.recorded_on, format!("{}: {}", cascade.means, cascade.audience)));
    let same = |other: &&appointment::Model| {
        (other.body_id, other.organisation_id, other.person_id) == (seat.body_id, seat.organisation_id, seat.person_id)
    };
    let same = seats.iter().filter(same);
    let until = same.map(|other| other.to_on).collect::<Option<Vec<_>>>().and_then(|days| days.into_iter().max());
    let closed = until.filter(|until| *until < tx.business_date()).and_then(|until| ended(until, &organisation.name));
    Some(Obligation { closed, ..owed.met(row.tenant_id, met) })
}

fn ended(until: NaiveDate, organisation: &str) -> Option<Closed> {
    let reason = format!("Whoever owed it represented {organisation} until {}, and doesn't any more.", LongDate(until));
    until.succ_opt().map(|on| Closed { on, reason })
}

/// Progress on each key action for each meeting of the board until the action is closed.
async fn progress(tx: &TenantTx, tenant: TenantId, sittings: &[Sitting<'_>]) -> Result<Vec<Obligation>> {
    let decided = meeting_minutes::decisions(tx, tenant, sittings.iter().map(|sitting| sitting.row.id).collect()).await?;
    let key = actions::of_decisions(tx, tenant, decided.iter().map(|decision| decision.id).collect());
    let mut key = readable(key.await)?;
    key.retain(|action| !matches!(action.state, ActionState::Cancelled | ActionState::Superseded));
    let ids: Vec<_> = key.iter().map(|action| action.id).collect();
    let owners = readable(actions::owners(tx, tenant, ids.clone()).await)?;
    let told = readable(action_progress::of_actions(tx, tenant, ids).await)?;
    let mut found = Vec::new();
    for action in &key {
        let minuted = decided.iter().find(|decision| Some(decision.id) == action.decision_id);
        let origin = minuted.and_then(|decision| sittings.iter().find(|sitting| sitting.row.id == decision.meeting_id));
        let Some(origin) = origin else { continue };
        let owner = owners.iter().find(|owner| owner.action_id == action.id && owner.is_accountable);
        let holder = owner.map_or_else(Holder::default, holder_of);
        let since = sittings.iter().filter(|sitting| {
            sitting.board.id == origin.board.id
                && sitting.row.held_on >= origin.row.held_on
                && action.closed_on.is_none_or(|closed| closed > sitting.row.held_on || sitting.row.id == origin.row.id)
        });
        for sitting in since {
            let Some(next) = sitting.next.filter(|next| action.recorded_on <= next.held_on) else { continue };
            // What was told at the meeting itself was told to that one, but for the meeting that brought the action about.
            let counts = |on: NaiveDate| on > sitting.row.held_on || sitting.row.id == origin.row.id;
            let first = told.iter().filter(|note| note.action_id == action.id && counts(note.recorded_on));
            let first = first.min_by_key(|note| (note.recorded_on, note.number));
            let met = first.map(|note| (note.recorded_on, note.words.clone()));
            found.push(reporting(action, sitting, next, holder.clone()).met(tenant, met));
        }
    }
    Ok(found)
}

fn reporting(action: &action::Model, sitting: &Sitting<'_>, next: &meeting::Model, holder: Holder) -> Owed {
    let opens_on = sitting.row.held_on.max(action.recorded_on);
    Owed {
        kind: ObligationKind::KeyActionProgress,
        code: format!("KEY_ACTION_PROGRESS/{}/{}", action.id, next.id),
        title: format!(
            "Tell {} by its meeting on {} what became of its key action: {}",
            sitting.board.name,
            LongDate(next.held_on),
            action.words
        ),
        holder,
        subject: Subject::Action(action.id),
        duty: Some(REPORT_PROGRESS),
        known_on: opens_on,
        opens_on,
        due_on: next.held_on,
    }
}
