//! Counts of colours.

use async_graphql::{Result, SimpleObject};
use entity::rules::rollup::Counts;

use super::{NotRatedReason, agreement_indicator::AgreementIndicator, period};

/// How many lines have which colour. A count, never an average colour.
#[derive(SimpleObject)]
pub struct RollUp {
    /// Lines that were counted.
    total: i32,
    /// Better than expected by the tolerance, where a policy has this colour.
    blue: i32,
    /// On or better than expected.
    green: i32,
    /// Short, but within tolerance.
    amber: i32,
    /// Short beyond tolerance.
    red: i32,
    /// Without a colour.
    not_rated: i32,
    /// Why lines have no colour, the most frequent reason first.
    not_rated_reasons: Vec<NotRatedCount>,
    /// The same in a sentence that can be minuted.
    summary: String,
}

/// How many lines have no colour for one reason.
#[derive(SimpleObject)]
pub struct NotRatedCount {
    /// The reason.
    reason: NotRatedReason,
    /// How many lines.
    count: i32,
}

impl RollUp {
    /// Counts lines at a period, or each at its latest.
    ///
    /// # Errors
    /// When the period can't be read or the database fails.
    pub async fn of(lines: &[AgreementIndicator], period: Option<&str>) -> Result<Self> {
        let period = period::argument("period", period)?;
        let mut counts = Counts::default();
        for line in lines {
            let status = line.evidence().await?.status(line.0.row(), period)?;
            counts.add(status.verdict.colour, status.verdict.not_rated);
        }
        let whole = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        Ok(Self {
            total: whole(counts.total()),
            blue: whole(counts.blue),
            green: whole(counts.green),
            amber: whole(counts.amber),
            red: whole(counts.red),
            not_rated: whole(counts.not_rated),
            not_rated_reasons: counts
                .reasons()
                .into_iter()
                .map(|(reason, count)| NotRatedCount { reason: reason.into(), count: whole(count) })
                .collect(),
            summary: counts.sentence(),
        })
    }
}
