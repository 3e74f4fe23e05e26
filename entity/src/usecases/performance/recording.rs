//! Recording figures and revising them: checked, entered under the office that allows it, all together or not at all.
//!
//! A figure is never overwritten. The first one for an indicator, an area and a period is recorded; whatever changes later is
//! a revision, which supersedes the figure that stood and leaves it to be seen as at an earlier day.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{
    areas::AreaBy,
    grounds::{Grounds, IndicatorBy, definition},
    series::{self, FigureKey},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::is_blank,
        entry::{Entry, LONGEST_LINE, text_fault},
        measure::ObservationStatus,
        period::Period,
        version,
    },
    tables::{
        Figure, Id,
        organisation::act,
        performance::{
            area, indicator,
            observation::{self, Qualifier},
        },
    },
    tenancy::{Authorised, TenantTx, Writing, deeds},
};

/// Figures that are recorded at once, at most.
pub const MOST_ENTRIES: usize = 1000;

/// A figure to be recorded.
#[derive(Clone, Debug)]
pub struct ObservationEntry {
    /// What was measured.
    pub indicator: IndicatorBy,
    /// For which area.
    pub area: AreaBy,
    /// For which period, by its code.
    pub period: String,
    /// The figure and what belongs to it.
    pub figure: FigureEntry,
}

/// A figure as it is given, without saying of what it is.
#[derive(Clone, Debug)]
pub struct FigureEntry {
    /// The figure, in the indicator's unit.
    pub value: Option<Decimal>,
    /// How many, where it is a rate.
    pub numerator: Option<Decimal>,
    /// Out of how many.
    pub denominator: Option<Decimal>,
    /// Its standing.
    pub status: ObservationStatus,
    /// Why there is none.
    pub no_value_reason: Option<String>,
    /// What else is known.
    pub note: Option<String>,
    /// Where it comes from.
    pub source: String,
}

impl FigureEntry {
    pub(super) fn entry(&self) -> Entry<'_> {
        Entry {
            value: self.value,
            numerator: self.numerator,
            denominator: self.denominator,
            status: self.status,
            no_value_reason: self.no_value_reason.as_deref(),
            note: self.note.as_deref(),
            source: &self.source,
        }
    }
}

/// Figures that were entered, in the order given.
#[derive(Clone, Debug)]
pub enum Entered {
    /// By this call, as they stand now.
    Now(Vec<observation::Model>),
    /// By an earlier call under the same key.
    Before(Vec<Id<observation::Model>>),
}

/// Records figures, each the first of its indicator, area and period.
///
/// Takes the same number of statements whatever the number of figures.
///
/// # Errors
/// [`Error::Invalid`] naming every fault of every figure under `observations`, counted from 0; [`Error::Denied`] when no
/// appointment allows recording anything in the tenant. Nothing is written then.
pub async fn record(writing: &Writing<'_>, entries: &[ObservationEntry]) -> Result<Entered> {
    if !(1..=MOST_ENTRIES).contains(&entries.len()) {
        let message = format!("Record 1 to {MOST_ENTRIES} figures at once, not {}.", entries.len());
        return Err(Error::invalid("observations", ProblemCode::OutOfRange, message));
    }
    writing.at_home::<deeds::RecordObservation>().await?;
    // The database itself keeps a second figure from standing where one stands. So nobody looks for one before entering; whoever was refused
    // for it, or lost a race, comes again and looks, and is then told which figures stand there by now.
    let is_again = AtomicBool::new(false);
    let done = entered(writing, |tx| record_in(tx, entries, is_again.swap(true, Ordering::Relaxed))).await;
    done.map_err(|error| raced(error, "observations", "Some of these figures are being recorded by somebody else just now."))
}

/// Has figures entered once. What a call under a key is remembered by is their identifiers.
async fn entered<'w, Act, Acting>(writing: &'w Writing<'_>, act: Act) -> Result<Entered>
where
    Act: Fn(TenantTx) -> Acting + Send + Sync + 'w,
    Acting: Future<Output = Result<Vec<observation::Model>>> + Send + 'w,
{
    let now = &Mutex::new(None);
    let act = &act;
    let ids: Vec<Id<observation::Model>> = writing
        .once(move |tx| async move {
            let rows = act(tx).await?;
            let ids = ids_of(&rows);
            *now.lock().unwrap_or_else(PoisonError::into_inner) = Some(rows);
            Ok(ids)
        })
        .await?;
    let now = now.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok(now.map_or(Entered::Before(ids), Entered::Now))
}

fn ids_of(rows: &[observation::Model]) -> Vec<Id<observation::Model>> {
    rows.iter().map(|row| row.id).collect()
}

/// Tells `field` when somebody else was always faster.
pub(super) fn raced(error: Error, field: &str, message: &str) -> Error {
    if error.is_taken() { Error::invalid(field, ProblemCode::Duplicate, message) } else { error }
}

async fn record_in(tx: TenantTx, entries: &[ObservationEntry], is_again: bool) -> Result<Vec<observation::Model>> {
    let indicators = entries.iter().map(|entry| entry.indicator.clone()).collect();
    let areas = entries.iter().map(|entry| entry.area.clone()).collect();
    let grounds: Grounds<deeds::RecordObservation> = Grounds::gather(&tx, indicators, areas).await?;
    let mut problems = Vec::new();
    let mut drafts = Vec::with_capacity(entries.len());
    for (row, entry) in entries.iter().enumerate() {
        match checked(&grounds, entry, tx.business_date()) {
            Ok(draft) => drafts.push((row, draft)),
            Err(faults) => problems.extend(faults.into_iter().map(|fault| (row, fault))),
        }
    }
    // Whoever has other faults is told of these with them.
    let standing = if is_again || !problems.is_empty() {
        let keys: Vec<FigureKey> = drafts.iter().map(|(_, draft)| draft.key()).collect();
        series::standing(&tx, grounds.tenant(), &keys).await?
    } else {
        HashMap::new()
    };
    problems.extend(duplicates(&drafts, &standing));
    if !problems.is_empty() {
        problems.sort_by_key(|(row, _)| *row);
        let named = |(row, fault): (usize, Problem)| fault.within(&["observations", &row.to_string()]);
        return Err(Error::Invalid(problems.into_iter().map(named).collect()));
    }
    let drafts = drafts.into_iter().filter_map(|(_, draft)| Some((grounds.leave(draft.indicator)?, draft))).collect();
    let rows = enter(&tx, "RECORD_OBSERVATIONS", drafts).await?;
    tx.commit_with(&ids_of(&rows)).await?;
    Ok(rows)
}

/// One entry against everything but the figures that stand.
fn checked(grounds: &Grounds<deeds::RecordObservation>, entry: &ObservationEntry, on: NaiveDate) -> Result<Draft, Vec<Problem>> {
    let (indicator, area) = (grounds.indicator(&entry.indicator), grounds.area(&entry.area));
    let period =
        entry.period.parse::<Period>().map_err(|error| Problem::new("period", ProblemCode::Malformed, format!("{error}.")));
    let mut faults: Vec<Problem> =
        [indicator.as_ref().err(), area.as_ref().err(), period.as_ref().err()].into_iter().flatten().cloned().collect();
    if let Ok(leave) = indicator {
        faults.extend(entry.figure.entry().faults(&definition(leave.row())));
    }
    let (Ok(leave), Ok(area), Ok(period)) = (indicator, area, period) else { return Err(faults) };
    faults.extend(grounds.period_fault(leave.row(), area.id, period, on));
    let draft = Draft::first(leave.row().id, area.id, period, &entry.figure);
    if faults.is_empty() { draft.ok_or_else(Vec::new) } else { Err(faults) }
}

fn duplicates(drafts: &[(usize, Draft)], standing: &HashMap<FigureKey, observation::Model>) -> Vec<(usize, Problem)> {
    let mut seen: HashMap<FigureKey, usize> = HashMap::with_capacity(drafts.len());
    let mut problems = Vec::new();
    for (row, draft) in drafts {
        let message = match seen.get(&draft.key()) {
            Some(first) => format!("Figure {first} of the same list is for the same indicator, area and period."),
            None if standing.contains_key(&draft.key()) => {
                format!("A figure for {} stands already; record a revision of it.", draft.period_label)
            }
            None => {
                seen.insert(draft.key(), *row);
                continue;
            }
        };
        problems.push((*row, Problem::new("", ProblemCode::Duplicate, message)));
    }
    problems
}

/// A figure on its way into the register.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub indicator: Id<indicator::Model>,
    pub area: Id<area::Model>,
    pub period: String,
    pub period_label: String,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub value: Option<Figure>,
    pub value_high: Option<Figure>,
    pub numerator: Option<Figure>,
    pub denominator: Option<Figure>,
    pub status: ObservationStatus,
    pub qualifier: Qualifier,
    pub no_value_reason: Option<String>,
    pub note: Option<String>,
    pub source: String,
    pub is_illustrative: bool,
    /// What it supersedes, with the number of that revision, and why.
    pub revises: Option<(Id<observation::Model>, i32, String)>,
}

/// A text that says something.
pub(super) fn said(text: Option<&String>) -> Option<String> {
    text.filter(|text| !is_blank(text)).cloned()
}

impl Draft {
    /// The first figure of a period; `None` when a number can't be kept, which the checks have told before.
    pub(super) fn first(
        indicator: Id<indicator::Model>,
        area: Id<area::Model>,
        period: Period,
        figure: &FigureEntry,
    ) -> Option<Self> {
        let kept = |value: Option<Decimal>| value.map_or(Some(None), |value| Figure::new(value).map(Some));
        Some(Self {
            indicator,
            area,
            period: period.code(),
            period_label: period.label(),
            starts_on: Some(period.start()),
            ends_on: Some(period.end()),
            value: kept(figure.value)?,
            value_high: None,
            numerator: kept(figure.numerator)?,
            denominator: kept(figure.denominator)?,
            status: figure.status,
            qualifier: Qualifier::Exact,
            no_value_reason: said(figure.no_value_reason.as_ref()),
            note: said(figure.note.as_ref()),
            source: figure.source.clone(),
            is_illustrative: false,
            revises: None,
        })
    }

    /// A revision of a figure that stands: of the same indicator, area and period.
    pub(super) fn revision(of: &observation::Model, figure: &FigureEntry, reason: &str) -> Option<Self> {
        let kept = |value: Option<Decimal>| value.map_or(Some(None), |value| Figure::new(value).map(Some));
        Some(Self {
            indicator: of.indicator_id,
            area: of.area_id,
            period: of.period.clone(),
            period_label: of.period_label.clone(),
            starts_on: of.starts_on,
            ends_on: of.ends_on,
            value: kept(figure.value)?,
            value_high: None,
            numerator: kept(figure.numerator)?,
            denominator: kept(figure.denominator)?,
            status: figure.status,
            qualifier: Qualifier::Exact,
            no_value_reason: said(figure.no_value_reason.as_ref()),
            note: said(figure.note.as_ref()),
            source: figure.source.clone(),
            // A made-up figure must never come to pass for a real one by being revised.
            is_illustrative: of.is_illustrative,
            revises: Some((of.id, of.revision, reason.to_owned())),
        })
    }

    /// The same draft with the reason for the revision that it is, if it is one.
    pub(super) fn because(self, reason: &str) -> Self {
        Self { revises: self.revises.map(|(id, revision, _)| (id, revision, reason.to_owned())), ..self }
    }

    pub(super) fn key(&self) -> FigureKey {
        (self.indicator, self.area, self.period.clone())
    }

    fn into_row(self, tx: &TenantTx, act: Id<act::Model>) -> Result<observation::Model> {
        let (supersedes_id, revision, revision_reason) = match self.revises {
            Some((id, revision, reason)) => (Some(id), revision.saturating_add(1), Some(reason)),
            None => (None, 1, None),
        };
        Ok(observation::Model {
            tenant_id: tx.acting_tenant()?,
            id: Id::new(),
            indicator_id: self.indicator,
            area_id: self.area,
            period: self.period,
            period_label: self.period_label,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            value: self.value,
            value_high: self.value_high,
            numerator: self.numerator,
            denominator: self.denominator,
            status: self.status,
            qualifier: self.qualifier,
            no_value_reason: self.no_value_reason,
            revision,
            supersedes_id,
            revision_reason,
            is_illustrative: self.is_illustrative,
            note: self.note,
            source: self.source,
            act_id: act,
            recorded_on: tx.business_date(),
            recorded_at: tx.now(),
            superseded_on: None,
        })
    }
}

/// Enters drafts, each under the office that allows it; returns them in the order given.
pub(super) async fn enter<D>(
    tx: &TenantTx,
    kind: &str,
    drafts: Vec<(&Authorised<indicator::Model, D>, Draft)>,
) -> Result<Vec<observation::Model>> {
    let mut acts: BTreeMap<uuid::Uuid, Id<act::Model>> = BTreeMap::new();
    let mut superseded = Vec::new();
    let mut rows = Vec::with_capacity(drafts.len());
    for (leave, draft) in drafts {
        let warrant = leave.warrant().id();
        let act = match acts.get(&warrant) {
            Some(&act) => act,
            None => {
                let act = tx.act(kind, leave).await?;
                acts.insert(warrant, act);
                act
            }
        };
        superseded.extend(draft.revises.as_ref().map(|(id, ..)| *id));
        rows.push(draft.into_row(tx, act)?);
    }
    for batch in superseded.chunks(10_000) {
        let on = tx.business_date();
        tx.set::<observation::Entity>(batch.iter().copied(), vec![(observation::Column::SupersededOn, on.into())]).await?;
    }
    // Everybody enters in the same order, so that two lists with the same figures wait for each other instead of locking up.
    let mut sorted = rows.clone();
    sorted.sort_by(|a, b| (a.indicator_id, a.area_id, &a.period).cmp(&(b.indicator_id, b.area_id, &b.period)));
    tx.insert_with_the_next::<observation::Entity>(sorted).await?;
    Ok(rows)
}

/// Revises the figure that stands: the new one takes its place from the business date on, for the same area and period.
///
/// # Errors
/// [`Error::Invalid`] naming the field: no such observation, not the one that stands, not your organisation's, a locked
/// period without the status `REVISED`, a fault of the figure itself, or `STALE_VERSION` when another revision stands than was
/// expected. Nothing is written then.
pub async fn revise(writing: &Writing<'_>, observation: Id<observation::Model>, revision: &Revision) -> Result<Entered> {
    writing.at_home::<deeds::ReviseObservation>().await?;
    let done = entered(writing, |tx| revise_in(tx, observation, revision)).await;
    done.map_err(|error| raced(error, "observation", "This figure is being revised by somebody else just now."))
}

/// A figure that is to take the place of another one.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The figure from then on.
    pub figure: FigureEntry,
    /// Why.
    pub reason: String,
    /// The number of the revision that is to stand until then; whichever stands when left out.
    pub expected_version: Option<i32>,
}

async fn revise_in(tx: TenantTx, id: Id<observation::Model>, revision: &Revision) -> Result<Vec<observation::Model>> {
    let Revision { figure, reason, expected_version } = revision;
    let refused = |code, message: &str| Error::invalid("observation", code, message);
    let found = tx.get::<observation::Entity>(tx.acting_tenant()?, id).await;
    let standing = found.map_err(|error| match error {
        Error::NotFound(_) => refused(ProblemCode::NotFound, "There is no such observation, or you may not know of it."),
        other => other,
    })?;
    let indicators = [IndicatorBy::Id(standing.indicator_id)].into();
    let grounds: Grounds<deeds::ReviseObservation> = Grounds::gather(&tx, indicators, BTreeSet::new()).await?;
    let by = IndicatorBy::Id(standing.indicator_id);
    let leave = grounds.indicator(&by).map_err(|fault| refused(fault.code, &fault.message))?;
    if let Some(expected) = expected_version {
        version::expect(Some(*expected), standing_revision(&tx, &standing).await?)?;
    }
    let mut faults = figure.entry().faults(&definition(leave.row()));
    faults.extend(reason_fault(reason));
    if standing.superseded_on.is_some() {
        faults.push(Problem::new(
            "observation",
            ProblemCode::Duplicate,
            "This figure has been revised already; revise the one that stands.",
        ));
    }
    faults.extend(lock_fault(grounds.is_locked(&standing.period), figure.status));
    let draft = Draft::revision(&standing, figure, reason);
    let (true, Some(draft)) = (faults.is_empty(), draft) else { return Err(Error::Invalid(faults)) };
    let rows = enter(&tx, "RECORD_OBSERVATION_REVISION", vec![(leave, draft)]).await?;
    tx.commit_with(&ids_of(&rows)).await?;
    Ok(rows)
}

/// The number of the revision that stands for the indicator, area and period of an observation.
async fn standing_revision(tx: &TenantTx, of: &observation::Model) -> Result<Option<i32>> {
    let key = (of.indicator_id, of.area_id, of.period.clone());
    let standing = series::standing(tx, of.tenant_id, std::slice::from_ref(&key)).await?;
    Ok(standing.get(&key).map(|row| row.revision))
}

/// What is wrong with the reason for a revision.
pub(super) fn reason_fault(reason: &str) -> Option<Problem> {
    if is_blank(reason) {
        return Some(Problem::new("reason", ProblemCode::Missing, "Say why the figure is revised."));
    }
    text_fault("reason", reason, LONGEST_LINE)
}

/// On a locked period a figure that is shown says that it was revised.
pub(super) fn lock_fault(is_locked: bool, status: ObservationStatus) -> Option<Problem> {
    use ObservationStatus::{Confidential, NotApplicable, NotAvailable, Revised};
    if !is_locked || matches!(status, Revised | Confidential | NotApplicable | NotAvailable) {
        return None;
    }
    let message = "The period is approved and locked: a figure that takes the place of another there bears the status REVISED.";
    Some(Problem::new("status", ProblemCode::Locked, message))
}
