//! Figures that lie far from their series: a warning to look again, which nobody has to acknowledge.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Here, MOST_PROBLEMS, indicator_of};
use crate::{
    error::Result,
    rules::{
        entry::half_unit,
        measure::{MeasureKind, ObservationStatus},
        outlier::outlier,
        period::Period,
        wording::{Printed, Width},
    },
    tables::performance::{indicator, observation},
    tenancy::TenantTx,
    usecases::performance::{
        reading::period_of,
        recording::Draft,
        series::{self, SeriesKey},
    },
};

/// Figures of a series that are looked back on.
const HISTORY: u32 = 40;

/// A figure far from its series.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Warning {
    /// The row, counted as a spreadsheet does; the header is 1.
    pub line: usize,
    /// The figure.
    pub value: Decimal,
    /// The middle of its series.
    pub median: Decimal,
    /// How far figures of the series usually lie from the middle: 1.4826 times the median distance.
    pub usual_distance: Decimal,
    /// A sentence for a person.
    pub message: String,
}

/// Judges the figures of a file by what is on record, in one statement.
pub(super) async fn of(tx: &TenantTx, grounds: &Here, drafts: &[(usize, Draft)]) -> Result<Vec<Warning>> {
    let mut keys: Vec<SeriesKey> = drafts.iter().map(|(_, draft)| (draft.indicator, draft.area)).collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let histories = series::latest(tx, grounds.tenant(), &keys, &[], HISTORY, tx.business_date()).await?;
    let judged = drafts.iter().filter_map(|(line, draft)| {
        let history = histories.get(&(draft.indicator, draft.area))?;
        warning(*line, draft, indicator_of(grounds, draft)?, history)
    });
    Ok(judged.take(MOST_PROBLEMS).collect())
}

fn warning(line: usize, draft: &Draft, indicator: &indicator::Model, history: &[Arc<observation::Brief>]) -> Option<Warning> {
    let value = draft.value.filter(|_| draft.status.is_shown_outturn())?.decimal();
    let period: Period = draft.period.parse().ok()?;
    let decimals = u32::try_from(indicator.decimals).unwrap_or(0);
    let found = outlier(&comparable(history, period, indicator), value, half_unit(decimals))?;
    let printed = |value| Printed { value, decimals };
    let message = format!(
        "{} {} in {} lies {} from {}, the middle of its series; up to {} would be usual.",
        indicator.code,
        printed(value),
        draft.period_label,
        printed(found.distance),
        printed(found.median),
        Width { value: found.scaled_mad.saturating_mul(Decimal::from(3)), decimals },
    );
    Some(Warning { line, value, median: found.median, usual_distance: found.scaled_mad, message })
}

/// The figures of the series that the new one can be held against: of other periods, since the last break, and of the same
/// part of the year where figures add up through it.
fn comparable(history: &[Arc<observation::Brief>], period: Period, indicator: &indicator::Model) -> Vec<Decimal> {
    let since_break =
        history.iter().position(|row| row.found.status == ObservationStatus::BreakInSeries).map_or(history.len(), |at| at + 1);
    history
        .iter()
        .take(since_break)
        .filter(|row| row.found.status.is_shown_outturn())
        .filter(|row| {
            period_of(row).is_some_and(|other| {
                let same_part = indicator.measure_kind != MeasureKind::Cumulative || other.part() == period.part();
                other != period && other.kind() == period.kind() && same_part
            })
        })
        .filter_map(|row| Some(row.found.value?.decimal()))
        .collect()
}
