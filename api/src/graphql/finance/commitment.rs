//! The ledger of commitments: its entries, what is withdrawn and what is paid.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::money::Pence,
    tables::finance::commitment,
    usecases::finance::{budgets, decisions, ledger},
};

use super::{BudgetLine, CommitmentKind, Decision, act_of, decision, pounds};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::Act,
    relay::{Member, NodeId, NodeKind, connection},
    scalars::{Date, DateTime, Decimal},
};

/// An entry of the ledger.
#[derive(Clone)]
pub struct Commitment(pub Member<commitment::Model>);

/// An entry of the ledger of commitments: committed by a decision, released again, or paid. Entries are only added.
#[Object]
impl Commitment {
    /// The entry's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Commitment, self.0.row()).to_id()
    }

    /// What it does.
    fn kind(&self) -> CommitmentKind {
        self.0.row().kind.into()
    }

    /// How much, in pounds; always above nothing.
    fn amount(&self) -> Decimal {
        pounds(Pence::new(self.0.row().pence))
    }

    /// Why it was withdrawn, or the payment that it tells.
    fn words(&self) -> Option<&str> {
        self.0.row().words.as_deref()
    }

    /// The decision that it is about.
    async fn decision(&self) -> Result<Option<Decision>> {
        let ids = self.0.rows().iter().map(|row| row.decision_id).collect();
        let load = || decisions::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Commitment.decision", Some(self.0.row().decision_id), load).await?.map(Decision))
    }

    /// The line that it is about.
    async fn line(&self) -> Result<Option<BudgetLine>> {
        let ids = self.0.rows().iter().map(|row| row.line_id).collect();
        let load = || budgets::many_lines(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Commitment.line", Some(self.0.row().line_id), load).await?.map(BudgetLine))
    }

    /// The business date on which it was entered.
    fn entered_on(&self) -> Date {
        Date(self.0.row().entered_on)
    }

    /// The moment at which it was written.
    fn recorded_at(&self) -> DateTime {
        DateTime(self.0.row().recorded_at)
    }

    /// Who entered it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        Ok(act_of(&self.0, "Commitment.act", |row| Some(row.act_id)).await?)
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }
}

connection!(CommitmentConnection, CommitmentEdge, Commitment, "entries of the ledger");

/// A commitment to be withdrawn.
#[derive(InputObject)]
pub struct RevokeCommitmentInput {
    /// The decision that committed it.
    decision: ID,
    /// Why.
    reason: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What withdrawing a commitment gives.
#[derive(SimpleObject, Default)]
pub struct RevokeCommitmentPayload {
    /// The decision, which stands; what it commits now is what was paid.
    decision: Option<Decision>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A payment for a decision.
#[derive(InputObject)]
pub struct RecordSpendingInput {
    /// The decision that it is for.
    decision: ID,
    /// How much was paid, in pounds with at most two decimal places.
    amount: Decimal,
    /// The invoice or the payment.
    reference: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What recording a payment gives.
#[derive(SimpleObject, Default)]
pub struct RecordSpendingPayload {
    /// The decision with what was paid for it.
    decision: Option<Decision>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// The ledger being written.
#[derive(Default)]
pub struct CommitmentMutation;

#[Object]
impl CommitmentMutation {
    /// Withdraws what a decision committed and nobody has spent, which gives its line the headroom back. The decision itself stands.
    async fn revoke_commitment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The commitment to be withdrawn.")] input: RevokeCommitmentInput,
    ) -> Result<RevokeCommitmentPayload> {
        let acting = Acting::of(ctx)?;
        match revoked(&acting, &input).await {
            Ok(decision) => Ok(RevokeCommitmentPayload { decision: Some(decision), user_errors: Vec::new() }),
            Err(error) => Ok(RevokeCommitmentPayload { decision: None, user_errors: for_user(error)? }),
        }
    }

    /// Records what was paid for a decision. A payment beyond what it commits is recorded as well, and shows as overspent.
    async fn record_spending(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The payment.")] input: RecordSpendingInput,
    ) -> Result<RecordSpendingPayload> {
        let acting = Acting::of(ctx)?;
        match spent(&acting, &input).await {
            Ok(decision) => Ok(RecordSpendingPayload { decision: Some(decision), user_errors: Vec::new() }),
            Err(error) => Ok(RecordSpendingPayload { decision: None, user_errors: for_user(error)? }),
        }
    }
}

async fn revoked(acting: &Acting<'_>, input: &RevokeCommitmentInput) -> Result<Decision, Error> {
    let (tenant, id) = NodeId::expect("decision", &input.decision, NodeKind::Decision)?;
    acting.writing(tenant, input)?.once(|tx| ledger::withdraw(tx, id, &input.reason)).await?;
    decision::shown(acting, tenant, id).await
}

async fn spent(acting: &Acting<'_>, input: &RecordSpendingInput) -> Result<Decision, Error> {
    let (tenant, id) = NodeId::expect("decision", &input.decision, NodeKind::Decision)?;
    let writing = acting.writing(tenant, input)?;
    writing.once(|tx| ledger::record_spending(tx, id, input.amount.0, &input.reference)).await?;
    decision::shown(acting, tenant, id).await
}
