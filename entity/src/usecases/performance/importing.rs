//! Importing a file of figures: looked at as a whole first, then taken in as a whole or not at all.
//!
//! The file is taken apart (`file`), every row is matched with an indicator, an area and the figure that stands, and sorted
//! into new, unchanged and changed. What can't be matched or entered is named by row and column, as a spreadsheet counts
//! them. A row that says what stands already is left alone without further checks, so that what was exported comes back
//! without a change; a changed one becomes a revision and needs a reason.

pub mod file;
mod warnings;

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

pub use warnings::Warning;

use self::file::{Cells, File, Said};
use super::{
    areas::AreaBy,
    grounds::{Grounds, IndicatorBy, definition},
    recording::{Draft, enter, lock_fault, raced, reason_fault},
    series::{self, FigureKey},
};
use crate::{
    error::{Problem, ProblemCode, Result},
    rules::{measure::ObservationStatus, period::Period},
    tables::{
        Figure, Id,
        performance::{area, indicator, observation},
    },
    tenancy::{TenantTx, Writing, deeds},
};

/// Problems that are named one by one; beyond these they are counted.
pub const MOST_PROBLEMS: usize = 1000;

/// What is to become of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent<'r> {
    /// Only look.
    Preview,
    /// Take it in; the reason goes with every figure that is revised.
    Commit {
        /// Why figures are revised.
        reason: Option<&'r str>,
    },
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RowProblem {
    /// The row, counted as a spreadsheet does; the header is 1.
    pub line: usize,
    /// The column; none when it is about the row.
    pub column: Option<String>,
    /// A stable code.
    pub code: ProblemCode,
    /// A sentence for a person.
    pub message: String,
}

/// What a file would do, or has done.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Preview {
    /// Rows beneath the header.
    pub rows: usize,
    /// Rows with the first figure of an indicator, area and period.
    pub new: usize,
    /// Rows that say what stands already.
    pub unchanged: usize,
    /// Rows with another figure than the one that stands.
    pub changed: usize,
    /// Rows that are for the same indicator, area and period as a row above.
    pub duplicates: usize,
    /// Rows that can't be taken in, duplicates among them.
    pub rejected: usize,
    /// Why, for the first thousand problems.
    pub problems: Vec<RowProblem>,
    /// Figures far from their series; nothing has to be done about them.
    pub warnings: Vec<Warning>,
}

/// What came of an import.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Import {
    /// What the file says.
    pub preview: Preview,
    /// Why nothing was written, although it was to be; empty when it was written, or was only to be looked at.
    pub refusals: Vec<Problem>,
    /// Whether it was written.
    pub is_committed: bool,
}

/// Looks at a file, and takes it in when that is intended and nothing stands in the way.
///
/// # Errors
/// [`Error::Invalid`] on `csv` when the file can't be read at all, on `tenant` when there is none for the actor;
/// [`Error::Denied`] when no appointment allows importing. Nothing is written then.
pub async fn import(writing: &Writing<'_>, bytes: &[u8], intent: Intent<'_>) -> Result<Import> {
    let file = file::read(bytes)?;
    writing.at_home::<deeds::ImportObservations>().await?;
    let done = writing.once(|tx| import_in(tx, &file, intent)).await;
    done.map_err(|error| raced(error, "csv", "Some of these figures are being recorded by somebody else just now."))
}

type Here = Grounds<deeds::ImportObservations>;

async fn import_in(tx: TenantTx, file: &File, intent: Intent<'_>) -> Result<Import> {
    let grounds: Here = gather(&tx, file).await?;
    let mut tally = Tally::default();
    let placed = placed(file, &grounds, &mut tally);
    let keys: Vec<FigureKey> = placed.iter().map(|placed| placed.key.clone()).collect();
    let standing = series::standing(&tx, grounds.tenant(), &keys).await?;
    let mut drafts = Vec::new();
    for placed in &placed {
        match sorted(placed, standing.get(&placed.key), &grounds, tx.business_date()) {
            Ok(Sorted::Unchanged) => tally.preview.unchanged += 1,
            Ok(Sorted::New(draft)) => {
                tally.preview.new += 1;
                drafts.push((placed.line, draft));
            }
            Ok(Sorted::Changed(draft)) => {
                tally.preview.changed += 1;
                drafts.push((placed.line, draft));
            }
            Err(faults) => tally.reject(placed.line, faults),
        }
    }
    let mut preview = tally.finished(file.rows.len());
    preview.warnings = warnings::of(&tx, &grounds, &drafts).await?;
    let Intent::Commit { reason } = intent else {
        return Ok(Import { preview, refusals: Vec::new(), is_committed: false });
    };
    let refusals = refusals(&preview, reason);
    if !refusals.is_empty() {
        return Ok(Import { preview, refusals, is_committed: false });
    }
    if !drafts.is_empty() {
        let reason = reason.unwrap_or_default();
        let drafts =
            drafts.into_iter().filter_map(|(_, draft)| Some((grounds.leave(draft.indicator)?, draft.because(reason)))).collect();
        enter(&tx, "IMPORT_OBSERVATIONS", drafts).await?;
    }
    let import = Import { preview, refusals: Vec::new(), is_committed: true };
    tx.commit_with(&import).await?;
    Ok(import)
}

/// Why the file can't be taken in as it is.
fn refusals(preview: &Preview, reason: Option<&str>) -> Vec<Problem> {
    let mut refusals: Vec<Problem> = preview
        .problems
        .iter()
        .map(|problem| {
            let path = ["csv", &problem.line.to_string(), problem.column.as_deref().unwrap_or_default()].join(".");
            let place = problem
                .column
                .as_ref()
                .map_or_else(|| format!("Row {}", problem.line), |column| format!("Row {}, {column}", problem.line));
            Problem::new(&path, problem.code, format!("{place}: {}", problem.message))
        })
        .collect();
    match reason {
        None if preview.changed > 0 => {
            let message = format!("Figures that stand would be revised ({} of them); say why.", preview.changed);
            refusals.push(Problem::new("reason", ProblemCode::Missing, message));
        }
        Some(reason) if preview.changed > 0 => refusals.extend(reason_fault(reason)),
        _ => {}
    }
    refusals
}

async fn gather(tx: &TenantTx, file: &File) -> Result<Here> {
    let (mut indicators, mut areas) = (BTreeSet::new(), BTreeSet::new());
    for cells in file.rows.iter().filter_map(|row| file.cells(row).ok()) {
        indicators.extend(cells.name("indicator").map(|name| IndicatorBy::Reference(name.to_owned())));
        areas.extend(cells.name("gss_code").map(|code| AreaBy::GssCode(code.to_owned())));
        areas.extend(cells.name("area").map(|name| AreaBy::Reference(name.to_owned())));
    }
    Grounds::gather(tx, indicators, areas).await
}

/// The preview in the making.
#[derive(Default)]
struct Tally {
    preview: Preview,
}

impl Tally {
    fn reject(&mut self, line: usize, faults: Vec<Problem>) {
        self.preview.rejected += 1;
        self.preview.duplicates += usize::from(faults.iter().any(|fault| fault.code == ProblemCode::Duplicate));
        for fault in faults {
            if self.preview.problems.len() < MOST_PROBLEMS {
                let column = fault.field.first().map(|field| column(field).to_owned());
                self.preview.problems.push(RowProblem { line, column, code: fault.code, message: fault.message });
            }
        }
    }

    fn finished(mut self, rows: usize) -> Preview {
        self.preview.rows = rows;
        self.preview.problems.sort_by_key(|problem| problem.line);
        self.preview
    }
}

/// The column of a field that the checks name.
fn column(field: &str) -> &str {
    if field == "noValueReason" { "no_value_reason" } else { field }
}

/// A row whose indicator, area and period are known.
struct Placed<'f> {
    line: usize,
    cells: Cells<'f>,
    key: FigureKey,
    period: Result<Period, String>,
}

fn placed<'f>(file: &'f File, grounds: &Here, tally: &mut Tally) -> Vec<Placed<'f>> {
    let mut seen: HashMap<FigureKey, usize> = HashMap::with_capacity(file.rows.len());
    let mut placed = Vec::with_capacity(file.rows.len());
    for row in &file.rows {
        match file.cells(row).map_err(|fault| vec![fault]).and_then(|cells| place(row.line, cells, grounds)) {
            Err(faults) => tally.reject(row.line, faults),
            Ok(found) => match seen.get(&found.key) {
                Some(first) => {
                    let message = format!("Row {first} is for the same indicator, area and period.");
                    tally.reject(row.line, vec![Problem::new("period", ProblemCode::Duplicate, message)]);
                }
                None => {
                    seen.insert(found.key.clone(), row.line);
                    placed.push(found);
                }
            },
        }
    }
    placed
}

fn place<'f>(line: usize, cells: Cells<'f>, grounds: &Here) -> Result<Placed<'f>, Vec<Problem>> {
    let missing = |column: &str, message: &str| Problem::new(column, ProblemCode::Missing, message);
    let indicator = match cells.name("indicator") {
        Some(name) => grounds.indicator(&IndicatorBy::Reference(name.to_owned())).map(|leave| leave.row().id),
        None => Err(missing("indicator", "The row names no indicator.")),
    };
    let area = area_of(&cells, grounds);
    let period = cells.name("period").ok_or_else(|| missing("period", "The row names no period."));
    match (indicator, area, period) {
        (Ok(indicator), Ok(area), Ok(text)) => {
            let period = text.parse::<Period>();
            let code = period.as_ref().map_or_else(|_| text.to_owned(), |period| period.code());
            Ok(Placed { line, key: (indicator, area, code), period: period.map_err(|error| format!("{error}.")), cells })
        }
        (indicator, area, period) => Err([indicator.err(), area.err(), period.err()].into_iter().flatten().collect()),
    }
}

fn area_of(cells: &Cells<'_>, grounds: &Here) -> Result<Id<area::Model>, Problem> {
    let by_code = cells.name("gss_code").map(|code| grounds.area(&AreaBy::GssCode(code.to_owned())));
    let by_name = cells.name("area").map(|name| grounds.area(&AreaBy::Reference(name.to_owned())));
    match (by_code, by_name) {
        (None, None) => Err(Problem::new("area", ProblemCode::Missing, "The row names no area.")),
        (Some(Err(fault)), _) => Err(Problem { field: vec!["gss_code".to_owned()], ..fault }),
        (_, Some(Err(fault))) => Err(fault),
        (Some(Ok(coded)), Some(Ok(named))) if coded.id != named.id => {
            let message = format!("{} and {} are two areas.", coded.name, named.name);
            Err(Problem::new("area", ProblemCode::Malformed, message))
        }
        (Some(Ok(area)), _) | (None, Some(Ok(area))) => Ok(area.id),
    }
}

/// What a row amounts to.
enum Sorted {
    Unchanged,
    New(Draft),
    Changed(Draft),
}

fn sorted(
    placed: &Placed<'_>,
    standing: Option<&observation::Model>,
    grounds: &Here,
    on: NaiveDate,
) -> Result<Sorted, Vec<Problem>> {
    let stood = standing.map(Said::of);
    let said = placed.cells.said(stood.clone().unwrap_or_else(Said::nothing))?;
    if stood.as_ref() == Some(&said) {
        return Ok(Sorted::Unchanged);
    }
    let (id, area, _) = &placed.key;
    let Some(leave) = grounds.leave(*id) else { return Err(Vec::new()) };
    let mut faults = said.figure().entry().faults(&definition(leave.row()));
    faults.extend(said.range_fault());
    let draft = match standing {
        Some(standing) => {
            faults.extend(lock_fault(grounds.is_locked(&standing.period), said.status));
            Draft::revision(standing, &said.figure(), "").map(|draft| with_hidden(draft, standing))
        }
        None => match &placed.period {
            Ok(period) => {
                faults.extend(grounds.period_fault(leave.row(), *area, *period, on));
                Draft::first(*id, *area, *period, &said.figure())
            }
            Err(message) => {
                faults.push(Problem::new("period", ProblemCode::Malformed, message.clone()));
                None
            }
        },
    };
    let (true, Some(mut draft)) = (faults.is_empty(), draft) else { return Err(faults) };
    draft.value_high = draft.value_high.or(said.value_high.and_then(Figure::new));
    draft.qualifier = said.qualifier;
    draft.is_illustrative = said.is_illustrative;
    Ok(if standing.is_some() { Sorted::Changed(draft) } else { Sorted::New(draft) })
}

/// A confidential figure isn't in the file; a row that leaves it confidential and blank keeps it.
fn with_hidden(draft: Draft, standing: &observation::Model) -> Draft {
    use ObservationStatus::Confidential;
    if draft.status != Confidential || standing.status != Confidential || draft.value.is_some() {
        return draft;
    }
    Draft { value: standing.value, value_high: standing.value_high, numerator: standing.numerator, ..draft }
}

/// The indicators of drafts, for the warnings.
fn indicator_of<'g>(grounds: &'g Here, draft: &Draft) -> Option<&'g indicator::Model> {
    grounds.leave(draft.indicator).map(crate::tenancy::Authorised::row)
}
