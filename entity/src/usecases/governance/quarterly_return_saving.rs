//! Saving a quarterly return: as often as the lead member likes, each time what they changed; and checking what it still lacks.

use chrono::NaiveDate;

use super::{
    quarterly_return_contents::draft,
    quarterly_return_parts::{Draft, FollowUp},
    quarterly_returns::{Return, known, one},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::{is_blank, unless_blank},
        entry::{LONGEST_LINE, text_fault},
        quarter_return::{MOST_FOLLOW_UPS, is_late, words_fault},
        timescale::day_fault,
        version,
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        governance::{quarterly_return, quarterly_return_follow_up, quarterly_return_submission},
        organisation::act,
        performance::agreement_indicator,
    },
    tenancy::{Authorised, Hold, TenantTx, Whose, deeds},
};

/// What is to be changed of a return; what isn't given stays as it is, and an empty text takes away.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// How well outcomes and improvements are being delivered.
    pub outcomes: Option<String>,
    /// Prospects for future improvement.
    pub prospects: Option<String>,
    /// Risks to the Authority or to the partnership.
    pub risks: Option<String>,
    /// Follow-up action for the lead member.
    pub follow_up: Option<String>,
    /// What there is to say of single indicators: the partnership and its line, and the words.
    pub notes: Vec<((TenantId, Id<agreement_indicator::Model>), String)>,
    /// What is to be followed up, in place of all that stood there.
    pub follow_ups: Option<Vec<FollowUp>>,
}

/// Saves what a lead member changed of their area's return.
///
/// # Errors
/// [`Error::NotFound`] when there is no such return; [`Error::Denied`] for another area's; [`Error::Invalid`] when an answer or a note
/// has more than 150 words, a note is about no line of the area's, something to follow up has no words or is due before today, or (with
/// `LOCKED`) the return has been handed in; with `STALE_VERSION` when another version stands than was expected.
pub async fn save(
    tx: TenantTx,
    id: Id<quarterly_return::Model>,
    changes: &Changes,
    expected_version: Option<i32>,
) -> Result<Id<quarterly_return::Model>> {
    let tenant = tx.acting_tenant()?;
    let (partnership, area, _) = known(&tx, tenant, id).await?;
    let leave: Authorised<(), deeds::RecordReturn> = tx.authorise_new(Whose::about(area.id))?;
    tx.hold::<quarterly_return::Entity>(Some(vec![id]), Hold::Alone).await?;
    let found = one(&tx, tenant, id).await?;
    version::expect(expected_version, found.row.as_ref().map(|row| row.version))?;
    if found.standing().is_some() {
        let message = "This return has been handed in and stands as it is; take it back first (revokeQuarterlyReturn).";
        return Err(Error::invalid("return", ProblemCode::Locked, message));
    }
    check(changes, tx.business_date())?;
    lines_are_there(&tx, partnership.id, changes).await?;
    let mut draft = draft(&found)?;
    change(&mut draft, changes);
    let act = tx.act("SAVE_QUARTERLY_RETURN", &leave).await?;
    write(&tx, &found, &draft, act).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Writes what a return has come to, and counts its version on.
pub(super) async fn write(tx: &TenantTx, found: &Return, draft: &Draft, act: Id<act::Model>) -> Result<()> {
    use quarterly_return::Column;
    let draft = serde_json::to_value(draft).map_err(Error::internal)?;
    let Some(row) = &found.row else {
        let row = quarterly_return::Model {
            tenant_id: found.tenant,
            id: found.id,
            area_id: found.area.id,
            quarter: found.quarter.code(),
            version: 1,
            draft,
            act_id: act,
            saved_on: tx.business_date(),
            saved_at: tx.now(),
        };
        return tx.insert::<quarterly_return::Entity>(vec![row]).await;
    };
    let values = vec![
        (Column::Version, row.version.saturating_add(1).into()),
        (Column::Draft, draft.into()),
        (Column::ActId, act.into()),
        (Column::SavedOn, tx.business_date().into()),
        (Column::SavedAt, tx.now().into()),
    ];
    tx.set::<quarterly_return::Entity>([row.id], values).await?;
    Ok(())
}

fn check(changes: &Changes, today: NaiveDate) -> Result<()> {
    let answers = [
        ("answers.outcomes", &changes.outcomes),
        ("answers.prospects", &changes.prospects),
        ("answers.risks", &changes.risks),
        ("answers.followUp", &changes.follow_up),
    ];
    let answers = answers.into_iter().filter_map(|(field, answer)| words_fault(field, answer.as_deref()?));
    let notes = changes.notes.iter().enumerate();
    let notes = notes.filter_map(|(at, (_, words))| words_fault(&format!("notes.{at}.words"), words));
    let mut found: Vec<Problem> = answers.chain(notes).collect();
    let follow_ups = changes.follow_ups.as_deref().unwrap_or_default();
    if follow_ups.len() > MOST_FOLLOW_UPS {
        let message = format!("{MOST_FOLLOW_UPS} things to follow up fit into one return.");
        found.push(Problem::new("followUps", ProblemCode::OutOfRange, message));
    }
    for (at, follow_up) in follow_ups.iter().enumerate() {
        let field = format!("followUps.{at}.text");
        if is_blank(&follow_up.text) {
            found.push(Problem::new(&field, ProblemCode::Missing, "Say what you will follow up."));
        }
        found.extend(text_fault(&field, &follow_up.text, LONGEST_LINE));
        if follow_up.due_on < today {
            let message = "This day is over; name one that is to come.";
            found.push(Problem::new(&format!("followUps.{at}.dueOn"), ProblemCode::OutOfRange, message));
        }
        found.extend(day_fault(&format!("followUps.{at}.dueOn"), follow_up.due_on).filter(|_| follow_up.due_on >= today));
    }
    if found.is_empty() { Ok(()) } else { Err(Error::Invalid(found)) }
}

/// Notes are about lines of the area's own agreements.
async fn lines_are_there(tx: &TenantTx, partnership: TenantId, changes: &Changes) -> Result<()> {
    if changes.notes.is_empty() {
        return Ok(());
    }
    let own = changes.notes.iter().map(|((_, line), _)| *line);
    let lines = tx.get_many::<agreement_indicator::Entity>(partnership, own).await?;
    let is_there = |(tenant, line): &(TenantId, Id<agreement_indicator::Model>)| {
        *tenant == partnership && lines.iter().any(|row| row.id == *line)
    };
    match changes.notes.iter().position(|(line, _)| !is_there(line)) {
        None => Ok(()),
        Some(at) => {
            let message = "This is no line of the area's agreements.";
            Err(Error::invalid(&format!("notes.{at}.line"), ProblemCode::NotFound, message))
        }
    }
}

fn change(draft: &mut Draft, changes: &Changes) {
    let Changes { outcomes, prospects, risks, follow_up, notes, follow_ups } = changes;
    let answers = &mut draft.answers;
    let places = [
        (&mut answers.outcomes, outcomes),
        (&mut answers.prospects, prospects),
        (&mut answers.risks, risks),
        (&mut answers.follow_up, follow_up),
    ];
    for (place, answer) in places {
        if let Some(answer) = answer {
            unless_blank(answer).unwrap_or_default().clone_into(place);
        }
    }
    for ((_, line), words) in notes {
        let (line, words) = (line.uuid(), words.trim());
        if is_blank(words) {
            draft.notes.remove(&line);
        } else {
            draft.notes.insert(line, words.to_owned());
        }
    }
    if let Some(follow_ups) = follow_ups {
        let tidy = |follow_up: &FollowUp| FollowUp { text: follow_up.text.trim().to_owned(), ..follow_up.clone() };
        draft.follow_ups = follow_ups.iter().map(tidy).collect();
    }
}

/// What a return still lacks before it can be handed in today, as handing it in would say.
///
/// # Errors
/// When what is stored isn't a draft.
pub fn lacking(found: &Return, today: NaiveDate) -> Result<Vec<Problem>> {
    let mut lacking = Vec::new();
    if found.standing().is_some() {
        let message = "This return has been handed in already.";
        return Ok(vec![Problem::new("return", ProblemCode::Duplicate, message)]);
    }
    if found.quarter.end() >= today {
        let message = format!("{} isn't over yet.", found.quarter.label());
        lacking.push(Problem::new("return", ProblemCode::OutOfRange, message));
    }
    lacking.extend(draft(found)?.answers.missing());
    Ok(lacking)
}

/// Why a return that is handed in today needs a reason, if it does.
#[must_use]
pub fn late(found: &Return, today: NaiveDate) -> Option<Problem> {
    let due = found.due_on.filter(|due| is_late(Some(*due), today))?;
    let meeting =
        found.meeting_on.map_or_else(String::new, |meeting| format!(", for the committee's meeting of {}", LongDate(meeting)));
    let message = format!("This return was due on {}{meeting}; say why it is late.", LongDate(due));
    Some(Problem::new("lateReason", ProblemCode::Missing, message))
}

/// Closes something that was promised in a return, and says what came of it.
///
/// # Errors
/// [`Error::NotFound`] when there is no such promise in the actor's own area; [`Error::Denied`]; [`Error::Invalid`] when nothing is said,
/// or it has been closed.
pub async fn close_follow_up(
    tx: TenantTx,
    submission: Id<quarterly_return_submission::Model>,
    number: i32,
    outcome: &str,
) -> Result<Id<quarterly_return_submission::Model>> {
    use quarterly_return_follow_up::Column;
    let tenant = tx.acting_tenant()?;
    tx.hold::<quarterly_return_submission::Entity>(Some(vec![submission]), Hold::Alone).await?;
    let row = tx.get::<quarterly_return_submission::Entity>(tenant, submission).await?;
    let leave: Authorised<(), deeds::RecordReturn> = tx.authorise_new(Whose::about(row.area_id))?;
    let promised = super::quarterly_returns::follow_ups(&tx, tenant, vec![submission]).await?;
    let promised = promised.into_iter().find(|row| row.number == number);
    let promised = promised.ok_or_else(|| {
        Error::invalid("number", ProblemCode::NotFound, "Nothing with this number was promised in that return.")
    })?;
    if promised.closed_on.is_some() {
        return Err(Error::invalid("number", ProblemCode::Duplicate, "This has been closed already."));
    }
    let missing = || Error::invalid("outcome", ProblemCode::Missing, "Say what came of it.");
    let outcome = unless_blank(outcome).ok_or_else(missing)?;
    if let Some(fault) = text_fault("outcome", outcome, 2_000) {
        return Err(Error::Invalid(vec![fault]));
    }
    let act = tx.act("CLOSE_RETURN_FOLLOW_UP", &leave).await?;
    let values =
        vec![(Column::ClosedOn, tx.business_date().into()), (Column::Outcome, outcome.into()), (Column::ClosedActId, act.into())];
    tx.set::<quarterly_return_follow_up::Entity>([promised.id], values).await?;
    tx.commit_with(&submission).await?;
    Ok(submission)
}
