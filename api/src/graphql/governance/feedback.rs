//! Neighbourhood feedback.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::period::Period as Known,
    tables::{Id, TenantId, governance::feedback, organisation::person, performance::area},
    usecases::{
        governance::feedback::{self as forms, Form, Issue, OfArea},
        organisation::appointments,
    },
};

use super::{FeedbackSubject, FeedbackSummary};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::Person,
    performance::{Area, Period, period_argument},
    relay::{Member, NodeId, NodeKind, View, connection},
    scalars::{Date, DateTime},
};

/// Which feedback, or which summaries of it, are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct FeedbackFilter {
    /// Only that of this council area.
    area: Option<ID>,
    /// Only that for this quarter, by its code, such as FY2009-Q3.
    quarter: Option<String>,
}

impl FeedbackFilter {
    /// As the use cases take it.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field.
    pub fn known(&self) -> Result<forms::Filter, Error> {
        Ok(forms::Filter {
            area: self.area.as_ref().map(|id| area_id("filter.area", id)).transpose()?,
            quarter: period_argument("filter.quarter", self.quarter.as_deref())?,
        })
    }
}

/// The area that an input field names.
pub(super) fn area_id(field: &str, id: &ID) -> Result<Id<area::Model>, Error> {
    NodeId::expect_beyond(field, id, NodeKind::Area)
}

/// Feedback of a member.
#[derive(Clone)]
pub struct Feedback(pub Member<feedback::Model>);

/// What a member sent about a neighbourhood policing unit for a quarter, in their own words. They are read by their author, and by the
/// offices that collate and follow feedback, whose reading is on record.
#[Object]
impl Feedback {
    /// The feedback's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Feedback, self.0.row()).to_id()
    }

    /// Counted from 1 along its corrections.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// The neighbourhood policing unit.
    async fn unit(&self) -> Result<Option<Area>> {
        Area::one(self.0.view(), Some(self.0.row().unit_id)).await
    }

    /// The council area in which the unit lies.
    async fn area(&self) -> Result<Option<Area>> {
        Area::one(self.0.view(), Some(self.0.row().council_area_id)).await
    }

    /// The quarter.
    async fn quarter(&self) -> Option<Period> {
        self.0.row().quarter.parse::<Known>().ok().map(Period::from)
    }

    /// Who wrote it.
    async fn author(&self) -> Result<Option<Person>> {
        Person::who(&self.0, |row| Some(row.author_id)).await
    }

    /// What there is to say of the unit beyond partnership issues.
    fn words(&self) -> &str {
        &self.0.row().words
    }

    /// Partnership issues, in order.
    async fn issues(&self) -> Result<Vec<FeedbackIssue>> {
        let versions: Vec<_> = self.0.rows().iter().map(|row| (row.id, row.version)).collect();
        let load = || async move { forms::issues(self.0.tx(), self.0.tenant(), &versions).await };
        let issues = self.0.below("Feedback.issues", load, |issue| Some(issue.feedback_id)).await?;
        let shown = |issue: &Member<entity::tables::governance::feedback_issue::Model>| FeedbackIssue {
            number: issue.row().number,
            subject: issue.row().subject.into(),
            text: issue.row().text.clone(),
        };
        Ok(issues.iter().map(shown).collect())
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The business date on which it was sent, or corrected last.
    fn sent_on(&self) -> Date {
        Date(self.0.row().sent_on)
    }

    /// The moment at which it was sent, or corrected last.
    fn sent_at(&self) -> DateTime {
        DateTime(self.0.row().sent_at)
    }
}

connection!(FeedbackConnection, FeedbackEdge, Feedback, "forms of feedback");

/// A partnership issue in feedback.
#[derive(Clone, SimpleObject)]
pub struct FeedbackIssue {
    /// Counted from 1 within the form.
    number: i32,
    /// What it is about.
    subject: FeedbackSubject,
    /// In the member's own words.
    text: String,
}

/// How the feedback of a council area for a quarter stands.
#[derive(SimpleObject)]
pub struct AreaFeedback {
    /// The council area; policing areas are others.
    area: Area,
    /// The quarter.
    quarter: Period,
    /// How many units something was heard of.
    units_heard: i32,
    /// Of how many units nothing was heard.
    units_awaited: i32,
    /// How many members still owe a form about a unit of theirs, even where others wrote about it; 0 once the feedback was collated, from
    /// when on no form is taken.
    members_awaited: i32,
    /// Who is to write about which unit, and what they sent.
    duties: Vec<FeedbackDuty>,
    /// What was made of it; from then on nothing more is taken for the quarter.
    summary: Option<FeedbackSummary>,
}

/// A member's duty to write about a unit.
#[derive(SimpleObject)]
pub struct FeedbackDuty {
    /// The neighbourhood policing unit.
    unit: Area,
    /// Who is linked to it; null where nobody is.
    member: Option<Person>,
    /// What they sent; null while they haven't.
    feedback: Option<Feedback>,
}

impl AreaFeedback {
    /// How the feedback of each council area stands, for a quarter or the latest that is over.
    ///
    /// # Errors
    /// When the viewer may not read all feedback, the quarter isn't one, or the database fails.
    pub async fn of(view: &View, tenant: TenantId, quarter: Option<&str>) -> Result<Vec<Self>, Error> {
        let latest = || Known::latest_ended(entity::rules::period::PeriodKind::Quarter, view.business_date());
        let Some(quarter) = period_argument("quarter", quarter)?.or_else(latest) else { return Ok(Vec::new()) };
        let areas = forms::by_area(view.tx(), tenant, quarter).await?;
        let ids = areas.iter().flat_map(|area| &area.duties).filter_map(|duty| duty.member).collect();
        let people = appointments::people(view.tx(), tenant, ids).await?;
        let people: HashMap<_, _> = people.into_iter().map(|row| (row.id, row)).collect();
        let sent = areas.iter().flat_map(|area| &area.duties).filter_map(|duty| duty.feedback.clone()).collect();
        let sent = Member::gather(view, tenant, sent);
        let summaries = areas.iter().filter_map(|area| area.summary.clone()).collect();
        let summaries = Member::gather(view, tenant, summaries);
        Ok(areas.into_iter().map(|area| Self::new(view, area, &people, (&sent, &summaries))).collect())
    }

    fn new(
        view: &View,
        of: OfArea,
        people: &HashMap<Id<person::Model>, person::Model>,
        (sent, summaries): (&[Member<feedback::Model>], &[Member<entity::tables::governance::feedback_summary::Model>]),
    ) -> Self {
        let ((heard, awaited), members) = (of.heard_and_awaited(), of.members_awaited());
        let whole = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let summary = of.summary.as_ref().and_then(|own| summaries.iter().find(|row| row.row().id == own.id));
        let duty = |duty: forms::Duty| FeedbackDuty {
            unit: Area::new(view, duty.unit),
            member: duty.member.and_then(|member| people.get(&member)).map(|row| Person::new(view, row.clone())),
            feedback: duty
                .feedback
                .and_then(|own| sent.iter().find(|row| row.row().id == own.id))
                .map(|row| Feedback(row.clone())),
        };
        Self {
            area: Area::new(view, of.area),
            quarter: of.quarter.into(),
            units_heard: whole(heard),
            units_awaited: whole(awaited),
            members_awaited: whole(members),
            duties: of.duties.into_iter().map(duty).collect(),
            summary: summary.map(|row| FeedbackSummary(row.clone())),
        }
    }
}

/// A partnership issue to be sent.
#[derive(InputObject)]
pub struct FeedbackIssueInput {
    /// What it is about.
    subject: FeedbackSubject,
    /// In your own words, up to 2,000 characters.
    text: String,
}

/// Feedback to be sent.
#[derive(InputObject)]
pub struct SendFeedbackInput {
    /// The authority.
    tenant: ID,
    /// The neighbourhood policing unit, to which you are linked.
    unit: ID,
    /// The quarter, by its code, such as FY2009-Q3.
    quarter: String,
    /// What there is to say of the unit beyond partnership issues; may be empty when there are issues.
    words: String,
    /// Partnership issues, up to twenty.
    #[graphql(validator(max_items = 100))]
    issues: Vec<FeedbackIssueInput>,
    /// The version of your feedback that you expect to stand, 0 for none; another one refuses the call. Needed to correct what stands:
    /// left out, the call is refused (STALE_VERSION) and tells which version that is.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What sending feedback gives.
#[derive(SimpleObject, Default)]
pub struct SendFeedbackPayload {
    /// The feedback as it stands now.
    feedback: Option<Feedback>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Feedback being sent.
#[derive(Default)]
pub struct FeedbackMutation;

#[Object]
impl FeedbackMutation {
    /// Sends your feedback about a neighbourhood policing unit for a quarter, or corrects what you sent before. Once the council area's
    /// feedback has been collated none is taken any more (LOCKED): write it in the next quarter's.
    async fn send_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The feedback to be sent.")] input: SendFeedbackInput,
    ) -> Result<SendFeedbackPayload> {
        let acting = Acting::of(ctx)?;
        match sent(&acting, input).await {
            Ok(feedback) => Ok(SendFeedbackPayload { feedback: Some(feedback), user_errors: Vec::new() }),
            Err(error) => Ok(SendFeedbackPayload { user_errors: for_user(error)?, ..SendFeedbackPayload::default() }),
        }
    }
}

async fn sent(acting: &Acting<'_>, input: SendFeedbackInput) -> Result<Feedback, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, &input)?;
    let issue = |issue: FeedbackIssueInput| Issue { subject: issue.subject.into(), text: issue.text };
    let form = Form {
        unit: area_id("unit", &input.unit)?,
        quarter: input.quarter,
        words: input.words,
        issues: input.issues.into_iter().map(issue).collect(),
        expected_version: input.expected_version,
    };
    let id = writing.once(|tx| forms::send(tx, &form)).await?;
    let view = acting.view_after();
    Ok(Feedback(Member::alone(&view, view.tx().get::<feedback::Entity>(tenant, id).await?)))
}
