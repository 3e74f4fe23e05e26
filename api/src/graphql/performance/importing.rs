//! Importing a file of figures, and exporting them as one.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    tables::TenantId,
    usecases::performance::{
        areas, exporting,
        importing::{self, Import, Intent, RowProblem, Warning},
    },
};

use super::area::AreaBy;
use crate::graphql::{
    acting::Acting,
    errors::{UserError, UserErrorCode, for_user},
    relay::{NodeId, View},
    scalars::Decimal,
};

/// Rows of one exported text at most; the command line has no such limit.
const MOST_EXPORTED: u64 = 20_000;

/// Which file to import.
#[derive(InputObject)]
pub struct ImportObservationsInput {
    /// The tenant whose indicators the figures are of.
    tenant: ID,
    /// The file's text: a row of column names, then a row for each figure, as `observationsCsv` writes them. The columns
    /// indicator, period, value, source, and one of area and gss_code are needed; the others may be left out.
    csv: String,
    /// Whether to take the file in; otherwise it is only looked at.
    commit: bool,
    /// Why figures that stand are revised; asked for when a file that is taken in changes any.
    reason: Option<String>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer. A file that is only looked at is looked at each time.
    idempotency_key: Option<String>,
}

/// What importing a file gives.
#[derive(SimpleObject, Default)]
pub struct ImportObservationsPayload {
    /// What the file says beside what stands; null when it couldn't be read at all.
    preview: Option<ObservationsPreview>,
    /// Whether the file was taken in; null when it couldn't be read at all.
    is_committed: Option<bool>,
    /// Why nothing was taken in although it was to be, or why the file can't be read; empty otherwise.
    user_errors: Vec<UserError>,
}

/// What a file of figures says beside what stands.
#[derive(SimpleObject)]
pub struct ObservationsPreview {
    /// Rows beneath the column names.
    rows: i32,
    /// Rows with the first figure of an indicator, area and period.
    new: i32,
    /// Rows that say what stands already.
    unchanged: i32,
    /// Rows with another figure than the one that stands; they become revisions, and need a reason.
    changed: i32,
    /// Rows that are for the same indicator, area and period as a row above.
    duplicates: i32,
    /// Rows that can't be taken in, duplicates among them.
    rejected: i32,
    /// Why they can't: the first thousand problems, by row.
    problems: Vec<ImportProblem>,
    /// Figures that lie far from their series. Nothing has to be done about them.
    outliers: Vec<ImportOutlier>,
}

/// What is wrong with a row of a file.
#[derive(SimpleObject)]
pub struct ImportProblem {
    /// The row's number, as a spreadsheet shows it; the column names are row 1.
    line: i32,
    /// The column; null when it is about the whole row.
    column: Option<String>,
    /// What is wrong, for a program.
    code: UserErrorCode,
    /// A sentence for a person.
    message: String,
}

/// A figure of a file that lies further from the middle of its series than three scaled median distances.
#[derive(SimpleObject)]
pub struct ImportOutlier {
    /// The row's number, as a spreadsheet shows it; the column names are row 1.
    line: i32,
    /// The figure.
    value: Decimal,
    /// The middle of its series.
    median: Decimal,
    /// How far figures of the series usually lie from the middle: 1.4826 times the median distance.
    usual_distance: Decimal,
    /// A sentence for a person.
    message: String,
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl From<importing::Preview> for ObservationsPreview {
    fn from(preview: importing::Preview) -> Self {
        Self {
            rows: count(preview.rows),
            new: count(preview.new),
            unchanged: count(preview.unchanged),
            changed: count(preview.changed),
            duplicates: count(preview.duplicates),
            rejected: count(preview.rejected),
            problems: preview.problems.into_iter().map(ImportProblem::from).collect(),
            outliers: preview.warnings.into_iter().map(ImportOutlier::from).collect(),
        }
    }
}

impl From<RowProblem> for ImportProblem {
    fn from(problem: RowProblem) -> Self {
        Self { line: count(problem.line), column: problem.column, code: problem.code.into(), message: problem.message }
    }
}

impl From<Warning> for ImportOutlier {
    fn from(warning: Warning) -> Self {
        Self {
            line: count(warning.line),
            value: Decimal(warning.value),
            median: Decimal(warning.median),
            usual_distance: Decimal(warning.usual_distance),
            message: warning.message,
        }
    }
}

/// Importing.
#[derive(Default)]
pub struct ImportObservationsMutation;

#[Object]
impl ImportObservationsMutation {
    /// Looks at a file of figures and says what it would change; takes it in, all of it or nothing, when asked to.
    async fn import_observations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which file to import.")] input: ImportObservationsInput,
    ) -> Result<ImportObservationsPayload> {
        let acting = Acting::of(ctx)?;
        match imported(&acting, &input).await {
            Ok(import) => Ok(ImportObservationsPayload {
                preview: Some(import.preview.into()),
                is_committed: Some(import.is_committed),
                user_errors: import.refusals.into_iter().map(UserError::from).collect(),
            }),
            Err(error) => Ok(ImportObservationsPayload { user_errors: for_user(error)?, ..ImportObservationsPayload::default() }),
        }
    }
}

async fn imported(acting: &Acting<'_>, input: &ImportObservationsInput) -> Result<Import, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let intent = if input.commit { Intent::Commit { reason: input.reason.as_deref() } } else { Intent::Preview };
    importing::import(&acting.writing(tenant, input)?, input.csv.as_bytes(), intent).await
}

/// Which figures are wanted in the text; every condition that is given has to hold.
#[derive(InputObject, Default)]
pub struct ObservationsCsvFilter {
    /// Only figures of indicators with these codes, such as NI 15.
    codes: Option<Vec<String>>,
    /// Only figures of this area.
    area: Option<AreaBy>,
    /// Only figures of this period, by its code, such as FY2009-Q3.
    period: Option<String>,
}

impl ObservationsCsvFilter {
    /// The text.
    ///
    /// # Errors
    /// When none of the viewer's appointments allows exporting, the area isn't known, or there are too many figures.
    pub async fn exported(self, view: &View, tenant: TenantId) -> Result<String, Error> {
        let area = match self.area {
            None => None,
            Some(by) => match areas::area(view.tx(), &by.into()).await {
                Ok(area) => Some(area.id),
                Err(Error::NotFound(_)) => {
                    return Err(Error::invalid("filter.area", ProblemCode::NotFound, "There is no such area."));
                }
                Err(error) => return Err(error),
            },
        };
        let filter = exporting::Filter { codes: self.codes, area, period: self.period };
        exporting::csv(view.tx(), tenant, &filter, view.as_at(), Some(MOST_EXPORTED)).await
    }
}
