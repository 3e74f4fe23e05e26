//! Committee packs.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::pack::Edition,
    tables::governance::{meeting, meeting_pack},
    usecases::governance::{
        meeting_packs,
        meetings::{self, sees_exempt},
    },
};

use super::Meeting;
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::Act,
    relay::{Member, NodeId, NodeKind, connection},
    scalars::{Date, DateTime},
};

const HTML: &str = "html";
const PDF: &str = "pdf";

/// A committee pack.
#[derive(Clone)]
pub struct MeetingPack(pub Member<meeting_pack::Model>);

impl MeetingPack {
    fn path(&self, edition: Edition, ending: &str) -> String {
        let id = NodeId::of(NodeKind::MeetingPack, self.0.row()).to_id();
        format!("/packs/{}/{}.{ending}", id.as_str(), edition.code())
    }

    /// Where the edition with exempt business is, for whoever may read that.
    fn exempt(&self, ending: &str) -> Option<String> {
        sees_exempt(self.0.tx(), self.0.tenant()).then(|| self.path(Edition::Exempt, ending))
    }
}

/// A committee pack: what is before a meeting, frozen as at a day. What changes afterwards changes no pack. A pack of the committee that
/// receives lead members' quarterly returns holds those, the neighbourhood feedback of their areas as it was collated, and what the
/// Treasurer determined of reported risks since it met last.
#[Object]
impl MeetingPack {
    /// The pack's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::MeetingPack, self.0.row()).to_id()
    }

    /// The meeting.
    async fn meeting(&self) -> Result<Option<Meeting>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.meeting_id).collect();
        let load = || async move { self.0.tx().get_many::<meeting::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("MeetingPack.meeting", Some(self.0.row().meeting_id), load).await?.map(Meeting))
    }

    /// Counted from 1 for each meeting.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// Why there is a version after the first; null for the first.
    fn reason(&self) -> Option<&str> {
        self.0.row().reason.as_deref()
    }

    /// What changed from the version before, part by part, as the edition that you may read says it: of exempt parts the public one tells
    /// only that some changed. Empty for a first version.
    async fn changes(&self) -> Result<Option<Vec<String>>> {
        let edition = if sees_exempt(self.0.tx(), self.0.tenant()) { Edition::Exempt } else { Edition::Public };
        Ok(Some(meeting_packs::told_changes(self.0.row(), edition)?))
    }

    /// SHA-256 of what its public edition shows, in hexadecimal, as that edition prints it. Nothing that is exempt from publication goes into
    /// it.
    async fn content_hash(&self) -> Result<Option<String>> {
        Ok(Some(meeting_packs::public_hash(self.0.row())?))
    }

    /// SHA-256 of the whole content with exempt business, in hexadecimal, as the edition for those who may read that prints it; null when
    /// you may not.
    fn exempt_content_hash(&self) -> Option<&str> {
        sees_exempt(self.0.tx(), self.0.tenant()).then(|| self.0.row().content_hash.as_str())
    }

    /// The business date as at which it shows everything.
    fn frozen_on(&self) -> Date {
        Date(self.0.row().frozen_on)
    }

    /// The moment at which it was frozen.
    fn frozen_at(&self) -> DateTime {
        DateTime(self.0.row().frozen_at)
    }

    /// Where its public edition is found, as HTML beneath this server's address, with your access token.
    fn public_path(&self) -> String {
        self.path(Edition::Public, HTML)
    }

    /// Where its public edition is found as PDF (PDF/UA-1), beneath this server's address, with your access token.
    fn public_pdf_path(&self) -> String {
        self.path(Edition::Public, PDF)
    }

    /// Where its edition with exempt business is found, as HTML; null when you may not read that.
    fn exempt_path(&self) -> Option<String> {
        self.exempt(HTML)
    }

    /// Where its edition with exempt business is found as PDF (PDF/UA-1); null when you may not read that.
    fn exempt_pdf_path(&self) -> Option<String> {
        self.exempt(PDF)
    }

    /// Who froze it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("MeetingPack.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

connection!(MeetingPackConnection, MeetingPackEdge, MeetingPack, "packs");

/// The meeting whose pack is to be frozen.
#[derive(InputObject)]
pub struct PublishMeetingPackInput {
    /// The meeting.
    meeting: ID,
    /// Why there is a further version, for everybody to read, and so nothing that is exempt from publication; needed for a version after
    /// the first.
    reason: Option<String>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What freezing a pack gives.
#[derive(SimpleObject, Default)]
pub struct PublishMeetingPackPayload {
    /// The pack.
    pack: Option<MeetingPack>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Packs being frozen.
#[derive(Default)]
pub struct MeetingPackMutation;

#[Object]
impl MeetingPackMutation {
    /// Publishes a meeting's pack, frozen as at today, in a public edition and one with exempt business. A published pack is never changed:
    /// published again, it is a further version, which says why there is one and what changed. None begins once the meeting's minutes are
    /// approved.
    async fn publish_meeting_pack(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The meeting whose pack is to be frozen.")] input: PublishMeetingPackInput,
    ) -> Result<PublishMeetingPackPayload> {
        let acting = Acting::of(ctx)?;
        match published(&acting, &input).await {
            Ok(pack) => Ok(PublishMeetingPackPayload { pack: Some(pack), user_errors: Vec::new() }),
            Err(error) => Ok(PublishMeetingPackPayload { user_errors: for_user(error)?, ..PublishMeetingPackPayload::default() }),
        }
    }
}

async fn published(acting: &Acting<'_>, input: &PublishMeetingPackInput) -> Result<MeetingPack, Error> {
    let (tenant, meeting) = NodeId::expect("meeting", &input.meeting, NodeKind::Meeting)?;
    let id = acting.writing(tenant, input)?.once(|tx| meeting_packs::publish(tx, meeting, input.reason.as_deref())).await?;
    let view = acting.view_after();
    let row = view.tx().get::<meeting_pack::Entity>(tenant, id).await?;
    Ok(MeetingPack(Member::alone(&view, row)))
}
