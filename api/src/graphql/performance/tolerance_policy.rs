//! Tolerance policies.

use async_graphql::{ID, Object, Result};
use entity::{tables::performance::tolerance_policy, usecases::organisation::bodies};

use super::ToleranceKind;
use crate::graphql::{
    organisation::Body,
    relay::{Member, NodeId, NodeKind, connection, straight},
    scalars::{Date, Decimal},
};

/// A tolerance policy.
#[derive(Clone)]
pub struct TolerancePolicy(pub Member<tolerance_policy::Model>);

/// How far short of expectation is still amber: named, versioned, and agreed by somebody.
#[Object]
impl TolerancePolicy {
    /// The policy's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::TolerancePolicy, self.0.row()).to_id()
    }

    /// The policy's name, the same in all its versions.
    fn name(&self) -> &str {
        &self.0.row().name
    }

    /// The version, counting up from 1.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// How the width of amber is worked out.
    fn kind(&self) -> ToleranceKind {
        self.0.row().kind.into()
    }

    /// The percentage, or the amount in the indicator's unit.
    fn amount(&self) -> Decimal {
        self.0.row().amount.into()
    }

    /// Whether better than expected by the tolerance is blue.
    fn exceeding_is_blue(&self) -> bool {
        self.0.row().exceeding_is_blue
    }

    /// Whether a figure that is due and missing is red.
    fn missing_is_red(&self) -> bool {
        self.0.row().missing_is_red
    }

    /// Figures whose period ended more days ago than this are too old to be coloured.
    fn max_age_days(&self) -> Option<i32> {
        self.0.row().max_age_days
    }

    /// The body that agreed it; null while nobody has.
    async fn agreed_by(&self) -> Result<Option<Body>> {
        let ids = self.0.rows().iter().filter_map(|row| row.agreed_by_id).collect();
        let load = || bodies::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("TolerancePolicy.agreedBy", self.0.row().agreed_by_id, load).await?.map(Body))
    }

    /// When it was agreed.
    fn agreed_on(&self) -> Option<Date> {
        self.0.row().agreed_on.map(Date)
    }

    /// The first day on which it applies.
    fn effective_from_on(&self) -> Date {
        Date(self.0.row().effective_from)
    }

    /// What to mind when reading it.
    fn note(&self) -> Option<&str> {
        self.0.row().note.as_deref()
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The document and section, or the public page, that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

straight!(TolerancePolicy as this, ctx, asked {
    "id" => this.id(ctx).await?,
    "name" => this.name(ctx),
    "version" => this.version(ctx),
    "kind" => this.kind(ctx),
    "amount" => this.amount(ctx),
    "exceedingIsBlue" => this.exceeding_is_blue(ctx),
    "missingIsRed" => this.missing_is_red(ctx),
    "maxAgeDays" => this.max_age_days(ctx),
    "agreedOn" => this.agreed_on(ctx),
    "effectiveFromOn" => this.effective_from_on(ctx),
    "note" => this.note(ctx),
    "isIllustrative" => this.is_illustrative(ctx),
    "source" => this.source(ctx),
});

connection!(TolerancePolicyConnection, TolerancePolicyEdge, TolerancePolicy, "tolerance policies");
