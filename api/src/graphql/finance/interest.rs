//! The register of standing interests.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{Id, TenantId, finance::interest},
    usecases::finance::interests::{self, Declared},
};

use super::act_of;
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::{Act, Organisation, Person},
    relay::{Member, NodeId, NodeKind, connection},
    scalars::Date,
};

/// An interest.
#[derive(Clone)]
pub struct Interest(pub Member<interest::Model>);

/// A standing interest that somebody who takes decisions has declared. A decision that it bears on has to declare it again, and a
/// prejudicial one keeps its holder from deciding.
#[Object]
impl Interest {
    /// The interest's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Interest, self.0.row()).to_id()
    }

    /// Whose it is; null for who may not know them.
    async fn person(&self) -> Result<Option<Person>> {
        Person::who(&self.0, |row| Some(row.person_id)).await
    }

    /// What it is.
    fn description(&self) -> &str {
        &self.0.row().words
    }

    /// In which organisation; in everything that the partnership does, when none is named.
    async fn organisation(&self) -> Result<Option<Organisation>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.organisation_id).collect();
        let own = self.0.row().organisation_id;
        Organisation::beside(self.0.view(), self.0.loaded(), "Interest.organisation", own, ids).await
    }

    /// Whether it keeps its holder from deciding.
    fn is_prejudicial(&self) -> bool {
        self.0.row().is_prejudicial
    }

    /// The business date on which it was declared.
    fn declared_on(&self) -> Date {
        Date(self.0.row().declared_on)
    }

    /// The last day on which it is held; null while it is.
    fn ends_on(&self) -> Option<Date> {
        self.0.row().ends_on.map(Date)
    }

    /// Who declared it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        Ok(act_of(&self.0, "Interest.act", |row| Some(row.act_id)).await?)
    }
}

connection!(InterestConnection, InterestEdge, Interest, "interests");

/// An interest of your own to be registered.
#[derive(InputObject)]
pub struct RegisterInterestInput {
    /// The tenant in whose decisions you have it.
    tenant: ID,
    /// What it is.
    description: String,
    /// In which organisation; leave it out when it bears on everything that the partnership does.
    organisation: Option<ID>,
    /// Whether it keeps you from deciding.
    is_prejudicial: bool,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What registering an interest gives.
#[derive(SimpleObject, Default)]
pub struct RegisterInterestPayload {
    /// The interest.
    interest: Option<Interest>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// An interest of your own that ends.
#[derive(InputObject)]
pub struct CloseInterestInput {
    /// The interest.
    interest: ID,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What ending an interest gives.
#[derive(SimpleObject, Default)]
pub struct CloseInterestPayload {
    /// The interest, which counts until the end of today.
    interest: Option<Interest>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// The register being kept.
#[derive(Default)]
pub struct InterestMutation;

#[Object]
impl InterestMutation {
    /// Enters an interest of your own in the register.
    async fn register_interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interest to be registered.")] input: RegisterInterestInput,
    ) -> Result<RegisterInterestPayload> {
        let acting = Acting::of(ctx)?;
        match registered(&acting, &input).await {
            Ok(interest) => Ok(RegisterInterestPayload { interest: Some(interest), user_errors: Vec::new() }),
            Err(error) => Ok(RegisterInterestPayload { interest: None, user_errors: for_user(error)? }),
        }
    }

    /// Lets an interest of your own end today.
    async fn close_interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interest that ends.")] input: CloseInterestInput,
    ) -> Result<CloseInterestPayload> {
        let acting = Acting::of(ctx)?;
        match closed(&acting, &input).await {
            Ok(interest) => Ok(CloseInterestPayload { interest: Some(interest), user_errors: Vec::new() }),
            Err(error) => Ok(CloseInterestPayload { interest: None, user_errors: for_user(error)? }),
        }
    }
}

async fn registered(acting: &Acting<'_>, input: &RegisterInterestInput) -> Result<Interest, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let organisation = |id: &ID| NodeId::expect_beyond("organisation", id, NodeKind::Organisation);
    let declared = Declared {
        words: input.description.clone(),
        organisation: input.organisation.as_ref().map(organisation).transpose()?,
        is_prejudicial: input.is_prejudicial,
    };
    let id = acting.writing(tenant, input)?.once(|tx| interests::declare(tx, &declared)).await?;
    shown(acting, tenant, id).await
}

async fn closed(acting: &Acting<'_>, input: &CloseInterestInput) -> Result<Interest, Error> {
    let (tenant, id) = NodeId::expect("interest", &input.interest, NodeKind::Interest)?;
    acting.writing(tenant, input)?.once(|tx| interests::end(tx, id)).await?;
    shown(acting, tenant, id).await
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<interest::Model>) -> Result<Interest, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<interest::Entity>(tenant, id).await?;
    Ok(Interest(Member::alone(&view, row)))
}
