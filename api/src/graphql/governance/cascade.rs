//! What board members carry back to the organisations that they represent.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{governance::meeting_cascade, organisation::appointment},
    usecases::governance::{
        cascades::{self, NewCascade},
        meetings,
    },
};

use super::{Meeting, meeting_calling::shown};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::{Act, Appointment, Organisation},
    relay::{Member, NodeId, NodeKind},
    scalars::Date,
};

/// What was carried back.
#[derive(Clone)]
pub struct Cascade(pub(super) Member<meeting_cascade::Model>);

/// That a member of a board carried the key actions of a meeting back to the organisation that they represent there (S3, Increasing the
/// leadership role and contributions of partners).
#[Object]
impl Cascade {
    /// The organisation to which they were carried back.
    async fn organisation(&self) -> Result<Option<Organisation>> {
        let ids = || self.0.rows().iter().map(|row| row.organisation_id).collect();
        let own = Some(self.0.row().organisation_id);
        Organisation::beside(self.0.view(), self.0.loaded(), "Cascade.organisation", own, ids).await
    }

    /// The appointment in which the member represents it.
    async fn appointment(&self) -> Result<Option<Appointment>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.appointment_id).collect();
        let load = || async move { self.0.tx().get_many::<appointment::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("Cascade.appointment", Some(self.0.row().appointment_id), load).await?.map(Appointment))
    }

    /// The day on which they were carried back.
    fn carried_on(&self) -> Date {
        Date(self.0.row().carried_on)
    }

    /// How, such as a briefing of teams.
    fn means(&self) -> &str {
        &self.0.row().means
    }

    /// To whom in the organisation.
    fn audience(&self) -> &str {
        &self.0.row().audience
    }

    /// What was passed on, in short.
    fn words(&self) -> &str {
        &self.0.row().words
    }

    /// The business date on which it was recorded.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Who recorded it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Cascade.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

/// That a meeting's key actions were carried back.
#[derive(InputObject)]
pub struct RecordCascadeInput {
    /// The meeting of the board.
    meeting: ID,
    /// The organisation that you represent on that board; needed only where you represent several.
    organisation: Option<ID>,
    /// The day on which you carried them back: from that of the meeting to today.
    carried_on: Date,
    /// How, such as a briefing of teams.
    means: String,
    /// To whom in the organisation.
    audience: String,
    /// What you passed on, in short.
    words: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What recording a cascade gives.
#[derive(SimpleObject, Default)]
pub struct RecordCascadePayload {
    /// The meeting, with what its members carried back.
    meeting: Option<Meeting>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Key actions being carried back.
#[derive(Default)]
pub struct CascadeMutation;

#[Object]
impl CascadeMutation {
    /// Records that you carried a meeting's key actions back to the organisation that you represent on its board: once for each meeting
    /// and organisation, and by each member for themselves.
    async fn record_cascade(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was carried back.")] input: RecordCascadeInput,
    ) -> Result<RecordCascadePayload> {
        let acting = Acting::of(ctx)?;
        match recorded(&acting, &input).await {
            Ok(meeting) => Ok(RecordCascadePayload { meeting: Some(meeting), user_errors: Vec::new() }),
            Err(error) => Ok(RecordCascadePayload { user_errors: for_user(error)?, ..RecordCascadePayload::default() }),
        }
    }
}

async fn recorded(acting: &Acting<'_>, input: &RecordCascadeInput) -> Result<Meeting, Error> {
    let (tenant, meeting) = NodeId::expect("meeting", &input.meeting, NodeKind::Meeting)?;
    let writing = acting.writing(tenant, input)?;
    let organisation = input.organisation.as_ref();
    let new = NewCascade {
        meeting,
        organisation: organisation.map(|id| NodeId::expect_beyond("organisation", id, NodeKind::Organisation)).transpose()?,
        carried_on: input.carried_on.0,
        means: input.means.clone(),
        audience: input.audience.clone(),
        words: input.words.clone(),
    };
    let id = writing.once(|tx| cascades::record(tx, &new)).await?;
    shown(acting, tenant, id).await
}
