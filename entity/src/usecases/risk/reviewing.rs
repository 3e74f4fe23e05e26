//! The Treasurer's review of a quarter: complete once every risk that was reported for it, or before, is determined, and on record as
//! such with its day.

use sea_orm::{ColumnTrait, Order};

use super::{custody, referrals};
use crate::{
    error::{Error, ProblemCode, Result},
    rules::period::{Period, PeriodKind},
    tables::{
        Id, TenantId,
        risk::{risk_referral, risk_review},
    },
    tenancy::{TenantTx, Whose, deeds},
};

/// How the review of a quarter stands.
#[derive(Clone, Debug)]
pub struct Review {
    /// The quarter.
    pub quarter: Period,
    /// How many risks were reported for it.
    pub reported: usize,
    /// Those reported for it or before that aren't determined, in the order in which they are taken up.
    pub undetermined: Vec<risk_referral::Model>,
    /// The latest word that it was complete, whether or not something was reported since.
    pub completion: Option<risk_review::Model>,
}

impl Review {
    /// Whether everything is determined, and the Treasurer has said so since the last report.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.completed().is_some()
    }

    /// The Treasurer's word that everything is determined, while it holds: until something more is reported.
    #[must_use]
    pub fn completed(&self) -> Option<&risk_review::Model> {
        let holds = |row: &&risk_review::Model| usize::try_from(row.reported).is_ok_and(|said| said == self.reported);
        self.completion.as_ref().filter(holds).filter(|_| self.undetermined.is_empty())
    }
}

/// The quarter that is reviewed when none is named: the last that has ended.
///
/// # Errors
/// [`Error::Invalid`] for what is no quarter, or hasn't ended.
pub fn quarter(tx: &TenantTx, asked: Option<Period>) -> Result<Period> {
    let latest = Period::latest_ended(PeriodKind::Quarter, tx.business_date());
    let quarter = asked.or(latest).ok_or(Error::NotFound("quarter"))?;
    if quarter.kind() != PeriodKind::Quarter || Some(quarter) > latest {
        let message = format!("{} isn't a quarter that has ended.", quarter.label());
        return Err(Error::invalid("quarter", ProblemCode::OutOfRange, message));
    }
    Ok(quarter)
}

/// How the review of a quarter stands in a tenant.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn review(tx: &TenantTx, tenant: TenantId, quarter: Period) -> Result<Review> {
    use risk_review::Column;
    let received = referrals::received(tx, tenant, &referrals::Filter::default()).await?;
    let steps = referrals::steps(tx, &received).await?;
    let (mut reported, mut undetermined) = (0, Vec::new());
    for row in received {
        let own: Vec<_> = steps.iter().filter(|step| step.referral_id == row.id).cloned().collect();
        let quarters: Vec<Period> = custody::reports(&own).into_iter().map(|(quarter, _)| quarter).collect();
        reported += usize::from(quarters.contains(&quarter));
        if row.custody().is_undetermined() && quarters.iter().any(|before| *before <= quarter) {
            undetermined.push(row);
        }
    }
    let completion = tx.rows::<risk_review::Entity>(tenant)?.filter(Column::Quarter.eq(quarter.code()));
    let completion = completion.order_by(Column::Number, Order::Desc).one().await?;
    Ok(Review { quarter, reported, undetermined, completion })
}

/// Puts on record that the review of a quarter is complete.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] with `MISSING` while a reported risk isn't determined, with `DUPLICATE` when it is complete
/// already, and for a quarter that hasn't ended.
pub async fn complete(tx: TenantTx, asked: Option<Period>) -> Result<Id<risk_review::Model>> {
    let leave = tx.authorise_new::<deeds::DetermineReferral>(Whose::default())?;
    let own = tx.acting_tenant()?;
    let quarter = quarter(&tx, asked)?;
    tx.hold_numbers().await?;
    let review = review(&tx, own, quarter).await?;
    if !review.undetermined.is_empty() {
        let named: Vec<String> = review.undetermined.iter().map(|row| format!("number {} ({})", row.number, row.title)).collect();
        let message = format!("These are not determined yet: {}.", named.join(", "));
        return Err(Error::invalid("quarter", ProblemCode::Missing, message));
    }
    if review.is_complete() {
        let message = format!("The review of {} is complete already.", quarter.label());
        return Err(Error::invalid("quarter", ProblemCode::Duplicate, message));
    }
    let row = risk_review::Model {
        tenant_id: own,
        id: Id::new(),
        quarter: quarter.code(),
        number: review.completion.map_or(1, |last| last.number.saturating_add(1)),
        reported: i32::try_from(review.reported).unwrap_or(i32::MAX),
        act_id: tx.act("COMPLETE_RISK_REVIEW", &leave).await?,
        recorded_on: tx.business_date(),
        recorded_at: tx.now(),
    };
    let id = row.id;
    tx.insert::<risk_review::Entity>(vec![row]).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}
