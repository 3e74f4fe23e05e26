//! Inviting somebody to an office in one's own tenant.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    tables::{Id, organisation::appointment},
    usecases::identity::invitations::{self, Invitation},
};

use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::{Appointment, Office},
    relay::{Member, NodeId, NodeKind},
    scalars::Date,
};

/// Who is invited, and to what.
#[derive(InputObject)]
pub struct CreateInvitationInput {
    /// The tenant in which the appointment is made.
    tenant: ID,
    /// Where the letter goes, and with what the person will sign in.
    email: String,
    /// How the person is known; left as it is when they have an account already.
    name: String,
    /// The office; it may do no more than your own offices may here.
    office: Office,
    /// The organisation for which it is held, such as the one whose figures a partner analyst supplies; the tenant's own when left
    /// out.
    organisation: Option<ID>,
    /// The first day in force; today when left out.
    from_on: Option<Date>,
    /// The last day in force; open-ended when left out.
    to_on: Option<Date>,
    /// The minute by which the appointment was made.
    minute_reference: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What an invitation gives.
#[derive(SimpleObject, Default)]
pub struct CreateInvitationPayload {
    /// The appointment. The letter is on its way; its link serves once, within seven days.
    appointment: Option<Appointment>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Inviting.
#[derive(Default)]
pub struct InvitationMutation;

#[Object]
impl InvitationMutation {
    /// Appoints somebody and invites them by mail to choose a password. Who has an account already is told of the appointment.
    async fn create_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is invited, and to what.")] input: CreateInvitationInput,
    ) -> Result<CreateInvitationPayload> {
        let acting = Acting::of(ctx)?;
        match invited(&acting, input).await {
            Ok(appointment) => Ok(CreateInvitationPayload { appointment: Some(appointment), user_errors: Vec::new() }),
            Err(error) => Ok(CreateInvitationPayload { user_errors: for_user(error)?, ..CreateInvitationPayload::default() }),
        }
    }
}

async fn invited(acting: &Acting<'_>, input: CreateInvitationInput) -> Result<Appointment, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, &input)?;
    let no_such = || Error::invalid("organisation", ProblemCode::NotFound, "There is no such organisation.");
    let organisation = input.organisation.map(|id| {
        let parsed = NodeId::parse(&id).filter(|parsed| parsed.kind == NodeKind::Organisation);
        parsed.map(|parsed| Id::from_uuid(parsed.id)).ok_or_else(no_such)
    });
    let wanted = Invitation {
        email: input.email,
        name: input.name,
        office: input.office.into(),
        organisation: organisation.transpose()?,
        from_on: input.from_on.map(|day| day.0),
        to_on: input.to_on.map(|day| day.0),
        minute_reference: input.minute_reference,
    };
    let id = writing.once(|tx| invitations::invite(tx, &wanted)).await?;
    let view = acting.view_after();
    let row = view.tx().get::<appointment::Entity>(tenant, id).await?;
    Ok(Appointment(Member::alone(&view, row)))
}
