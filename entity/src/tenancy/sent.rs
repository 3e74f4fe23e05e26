//! Who sent feedback, when, and whether any more is taken, which is all that it takes to know what is owed. Their words aren't among it, so
//! nothing restricted is read:
//! whoever only looks at a calendar of duties doesn't stand on record as a reader of members' own words.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use super::{TenantTx, part};
use crate::{
    error::Result,
    policy::{Action, Resource},
    tables::{
        Id, RecordArea, TenantId, TenantTable,
        governance::{feedback, feedback_summary},
        organisation::person,
        performance::area,
    },
};

/// That a member sent feedback about a unit.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct FeedbackSent {
    /// The unit.
    pub(crate) unit_id: Id<area::Model>,
    /// The quarter's code.
    pub(crate) quarter: String,
    /// The member.
    pub(crate) author_id: Id<person::Model>,
    /// When its latest version was sent.
    pub(crate) sent_on: NaiveDate,
    /// When its first version was, where that is known.
    pub(crate) first_sent_on: Option<NaiveDate>,
}

/// That the feedback of a council area for a quarter was collated, from when on no form is taken for it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct FeedbackCollated {
    /// The council area.
    pub(crate) area_id: Id<area::Model>,
    /// The quarter's code.
    pub(crate) quarter: String,
    /// When it was collated last.
    pub(crate) collated_on: NaiveDate,
    /// When it was collated first, where that is known.
    pub(crate) first_collated_on: Option<NaiveDate>,
}

impl TenantTx {
    /// What was sent in a tenant: by everybody for those who read all feedback, by themselves for members; `None` for those who read none.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(clippy::disallowed_methods, reason = "the tenant filter and the confinement to one's own work are put on")]
    pub(crate) async fn feedback_sent(&self, tenant: TenantId) -> Result<Option<Vec<FeedbackSent>>> {
        use feedback::Column::{AuthorId, FirstSentOn, Quarter, SentOn, UnitId};
        if !self.actor().may(tenant, Action::Read, Resource::Feedback) {
            return Ok(None);
        }
        self.trail.led_to((tenant, RecordArea::of(Resource::Feedback)));
        let all = feedback::Entity::find().filter(feedback::Entity::tenant_column().eq(tenant));
        let seen = match self.actor().confined(tenant, Resource::Feedback) {
            Some(confined) => all.filter(part::confined_to::<feedback::Entity>(&confined)),
            None => all,
        };
        let columns = seen.select_only().columns([UnitId, Quarter, AuthorId, SentOn, FirstSentOn]).into_model::<FeedbackSent>();
        self.asked(|connection| async move { Ok(Some(columns.all(&*connection).await?)) }).await
    }

    /// What was collated in a tenant, for those who read feedback or send it; of what came of it they learn nothing here.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(clippy::disallowed_methods, reason = "the tenant filter is put on, and no word of a summary is among the columns")]
    pub(crate) async fn feedback_collated(&self, tenant: TenantId) -> Result<Vec<FeedbackCollated>> {
        use feedback_summary::Column::{AreaId, CollatedOn, FirstCollatedOn, Quarter};
        if !self.actor().may(tenant, Action::Read, Resource::Feedback) {
            return Ok(Vec::new());
        }
        self.trail.led_to((tenant, RecordArea::of(Resource::FeedbackSummary)));
        let all = feedback_summary::Entity::find().filter(feedback_summary::Entity::tenant_column().eq(tenant));
        let columns = all.select_only().columns([AreaId, Quarter, CollatedOn, FirstCollatedOn]).into_model::<FeedbackCollated>();
        self.asked(|connection| async move { Ok(columns.all(&*connection).await?) }).await
    }

    /// The person to whose own records the actor's reading of such in a tenant is confined; `None` when it isn't.
    #[must_use]
    pub(crate) fn own_only(&self, tenant: TenantId, resource: Resource) -> Option<Id<person::Model>> {
        self.actor().confined(tenant, resource).and_then(|confined| confined.person)
    }
}
