//! Proposing, approving and withdrawing information-sharing agreements.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{Id, sharing::sharing_agreement},
    tenancy::deeds,
    usecases::sharing::{agreements, proposing},
};

use super::{RecordCategory, SharingAgreement};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    relay::{NodeId, NodeKind},
    scalars::Date,
};

/// A clause to be proposed.
#[derive(InputObject)]
pub struct SharingClauseInput {
    /// What is shared.
    category: RecordCategory,
    /// The party whose records they are.
    discloser: ID,
}

/// An information-sharing agreement to be proposed.
#[derive(InputObject)]
pub struct CreateSharingAgreementInput {
    /// The tenant that proposes it.
    tenant: ID,
    /// A short name that stays the same through its versions, such as police-authority-halton.
    reference: String,
    /// What it is called.
    title: String,
    /// 1 for principles, 2 for certain records.
    tier: i32,
    /// What the records are for.
    purpose: String,
    /// What allows sharing them, such as a section of an Act.
    lawful_basis: String,
    /// The document and section that it comes from.
    source: String,
    /// Who is to be party to it, the proposing tenant among them.
    #[graphql(validator(max_items = 20))]
    parties: Vec<ID>,
    /// What each party lets the others read; needed for tier 2.
    #[graphql(validator(max_items = 50))]
    clauses: Vec<SharingClauseInput>,
    /// The first day of its term.
    effective_from: Date,
    /// The last day of its term.
    effective_to: Date,
    /// The day by which it is to be reviewed, within the term.
    review_on: Date,
    /// The version that it follows.
    supersedes: Option<ID>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What proposing an information-sharing agreement gives.
#[derive(SimpleObject, Default)]
pub struct CreateSharingAgreementPayload {
    /// The agreement, which nobody has approved yet.
    agreement: Option<SharingAgreement>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// An information-sharing agreement to be approved.
#[derive(InputObject)]
pub struct ApproveSharingAgreementInput {
    /// The agreement.
    agreement: ID,
    /// The tenant for which it is approved.
    tenant: ID,
    /// The minute that records the approval.
    minute_reference: Option<String>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What approving an information-sharing agreement gives.
#[derive(SimpleObject, Default)]
pub struct ApproveSharingAgreementPayload {
    /// The agreement as it stands now.
    agreement: Option<SharingAgreement>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// An information-sharing agreement to be withdrawn from.
#[derive(InputObject)]
pub struct RevokeSharingAgreementInput {
    /// The agreement.
    agreement: ID,
    /// The tenant that withdraws.
    tenant: ID,
    /// Why.
    reason: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What withdrawing from an information-sharing agreement gives.
#[derive(SimpleObject, Default)]
pub struct RevokeSharingAgreementPayload {
    /// The agreement, which lets nobody read any more.
    agreement: Option<SharingAgreement>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Information-sharing agreements being decided on.
#[derive(Default)]
pub struct SharingMutation;

#[Object]
impl SharingMutation {
    /// Proposes an information-sharing agreement. It lets nobody read before the parties have approved it.
    async fn create_sharing_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agreement to be proposed.")] input: CreateSharingAgreementInput,
    ) -> Result<CreateSharingAgreementPayload> {
        let acting = Acting::of(ctx)?;
        match proposed(&acting, input).await {
            Ok(agreement) => Ok(CreateSharingAgreementPayload { agreement: Some(agreement), user_errors: Vec::new() }),
            Err(error) => Ok(CreateSharingAgreementPayload { agreement: None, user_errors: for_user(error)? }),
        }
    }

    /// Approves an information-sharing agreement for one of its parties, from today on.
    async fn approve_sharing_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agreement to be approved.")] input: ApproveSharingAgreementInput,
    ) -> Result<ApproveSharingAgreementPayload> {
        let acting = Acting::of(ctx)?;
        match approved(&acting, &input).await {
            Ok(agreement) => Ok(ApproveSharingAgreementPayload { agreement: Some(agreement), user_errors: Vec::new() }),
            Err(error) => Ok(ApproveSharingAgreementPayload { agreement: None, user_errors: for_user(error)? }),
        }
    }

    /// Withdraws a party from an information-sharing agreement, which ends it for all of them at once.
    async fn revoke_sharing_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agreement to be withdrawn from.")] input: RevokeSharingAgreementInput,
    ) -> Result<RevokeSharingAgreementPayload> {
        let acting = Acting::of(ctx)?;
        match withdrawn(&acting, &input).await {
            Ok(agreement) => Ok(RevokeSharingAgreementPayload { agreement: Some(agreement), user_errors: Vec::new() }),
            Err(error) => Ok(RevokeSharingAgreementPayload { agreement: None, user_errors: for_user(error)? }),
        }
    }
}

type AgreementId = Id<sharing_agreement::Model>;

async fn proposed(acting: &Acting<'_>, input: CreateSharingAgreementInput) -> Result<SharingAgreement, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, &input)?;
    writing.at_home::<deeds::ProposeSharing>().await?;
    let party = |(at, id): (usize, &ID)| NodeId::expect_tenant(&format!("parties.{at}"), id);
    let clause = |(at, clause): (usize, &SharingClauseInput)| -> Result<_, Error> {
        Ok((clause.category.into(), NodeId::expect_tenant(&format!("clauses.{at}.discloser"), &clause.discloser)?))
    };
    let proposal = proposing::Proposal {
        parties: input.parties.iter().enumerate().map(party).collect::<Result<_, Error>>()?,
        clauses: input.clauses.iter().enumerate().map(clause).collect::<Result<_, Error>>()?,
        supersedes: input.supersedes.as_ref().map(|id| agreement_id("supersedes", id)).transpose()?,
        reference: input.reference,
        title: input.title,
        tier: input.tier,
        purpose: input.purpose,
        lawful_basis: input.lawful_basis,
        source: input.source,
        effective_from: input.effective_from.0,
        effective_to: input.effective_to.0,
        review_on: input.review_on.0,
    };
    let id = writing.once(|tx| proposing::propose(tx, &proposal)).await?;
    shown(acting, id).await
}

async fn approved(acting: &Acting<'_>, input: &ApproveSharingAgreementInput) -> Result<SharingAgreement, Error> {
    let (tenant, id) = (NodeId::expect_tenant("tenant", &input.tenant)?, agreement_id("agreement", &input.agreement)?);
    let minute = input.minute_reference.as_deref();
    acting.writing(tenant, input)?.once(|tx| agreements::approve(tx, id, minute)).await?;
    shown(acting, id).await
}

async fn withdrawn(acting: &Acting<'_>, input: &RevokeSharingAgreementInput) -> Result<SharingAgreement, Error> {
    let (tenant, id) = (NodeId::expect_tenant("tenant", &input.tenant)?, agreement_id("agreement", &input.agreement)?);
    acting.writing(tenant, input)?.once(|tx| agreements::withdraw(tx, id, &input.reason)).await?;
    shown(acting, id).await
}

fn agreement_id(field: &str, id: &ID) -> Result<AgreementId, Error> {
    NodeId::expect_beyond(field, id, NodeKind::SharingAgreement)
}

async fn shown(acting: &Acting<'_>, id: AgreementId) -> Result<SharingAgreement, Error> {
    let view = acting.view_after();
    let agreed = agreements::many(view.tx(), &[id]).await?.pop().ok_or(Error::NotFound("sharing agreement"))?;
    Ok(SharingAgreement::new(&view, agreed))
}
