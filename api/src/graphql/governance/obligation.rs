//! Obligations: duties with their due dates, and how they were met.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::{
        holidays::Calendar,
        obligations::{ObligationKind as Kind, ObligationStanding as Standing},
        working_days::end_of,
    },
    tables::TenantId,
    usecases::{
        governance::obligations::{self, Obligation as Known, Subject},
        organisation::bodies,
    },
};

use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    node::{self, Node},
    organisation::{Appointment, Body, Office, Tenant},
    performance::Area,
    relay::{Member, NodeId, NodeKind, View, connection},
    scalars::{Date, DateTime},
};

/// What sort of obligation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum ObligationKind {
    /// A meeting's summary, in five working days.
    MeetingSummary,
    /// An action of a plan or of a meeting, by its date.
    Action,
    /// A report to a body, by the end of its period.
    Report,
    /// A lead member's quarterly return, in time for the committee.
    QuarterlyReturn,
    /// The Treasurer's determination of a reported risk.
    RiskDetermination,
}

/// How an obligation stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Standing")]
pub enum ObligationStanding {
    /// It hasn't opened.
    Upcoming,
    /// It is open, and its day hasn't passed.
    Due,
    /// Its day has passed, and it isn't met.
    Late,
    /// It was met by its day.
    Met,
    /// It was met after its day.
    MetLate,
    /// It was waived, with a reason.
    Waived,
}

/// By whose working days something is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Calendar")]
pub enum WorkingCalendar {
    /// Those of England and Wales.
    England,
    /// Those on which no part of the United Kingdom has a holiday.
    AnyPartOfUk,
}

/// An obligation.
#[derive(Clone)]
pub struct Obligation {
    view: View,
    known: Arc<Known>,
}

impl Obligation {
    /// An obligation seen in a view.
    #[must_use]
    pub fn new(view: &View, known: Known) -> Self {
        Self { view: view.clone(), known: Arc::new(known) }
    }

    /// Obligations as a list is paged.
    #[must_use]
    pub fn listed(view: &View, found: Vec<Known>) -> Vec<(uuid::Uuid, Self)> {
        found.into_iter().map(|known| (known.uuid(), Self::new(view, known))).collect()
    }
}

/// A duty with its due date. It follows from what was decided and done, and is closed by the act that it asks for: nobody ticks it off.
#[Object]
impl Obligation {
    /// What it is called: the same whenever it is asked for.
    async fn code(&self) -> &str {
        &self.known.code
    }

    /// The tenant from whose records it follows.
    async fn tenant(&self) -> Result<Option<Tenant>> {
        Tenant::one(&self.view, self.known.tenant).await
    }

    /// What sort it is.
    async fn kind(&self) -> ObligationKind {
        self.known.kind.into()
    }

    /// What is to be done.
    async fn title(&self) -> &str {
        &self.known.title
    }

    /// The number of the reporting duty from which it follows.
    async fn duty(&self) -> Option<i32> {
        self.known.duty
    }

    /// The office whose it is.
    async fn office(&self) -> Option<Office> {
        self.known.holder.office.map(Into::into)
    }

    /// The area for which the office is held, where only that one is meant.
    async fn area(&self) -> Result<Option<Area>> {
        Area::one(&self.view, self.known.holder.area).await
    }

    /// The body on which the office is held, or whose obligation it is.
    async fn body(&self) -> Result<Option<Body>> {
        let Some(body) = self.known.holder.body else { return Ok(None) };
        let row = bodies::many(self.view.tx(), self.known.tenant, vec![body]).await?.pop();
        Ok(row.map(|row| Body(Member::alone(&self.view, row))))
    }

    /// Those whose it is today, by office.
    async fn holders(&self) -> Result<Option<Vec<ObligationHolder>>> {
        let rows = obligations::holders(self.view.tx(), &self.known).await?;
        let rows = Member::gather(&self.view, self.known.tenant, rows).into_iter();
        Ok(Some(
            rows.map(|row| ObligationHolder { office: row.row().office.into(), appointment: Some(Appointment(row)) }).collect(),
        ))
    }

    /// What it is about: the meeting, the action, the return, the reported risk, or the body that is to hear a report.
    async fn subject(&self) -> Result<Option<Node>> {
        let (kind, id) = match self.known.subject {
            Subject::Meeting(id) => (NodeKind::Meeting, id.uuid()),
            Subject::Action(id) => (NodeKind::PlanAction, id.uuid()),
            Subject::Body(id) => (NodeKind::Body, id.uuid()),
            Subject::Return(id) => (NodeKind::QuarterlyReturn, id.uuid()),
            Subject::Referral(id) => (NodeKind::RiskReferral, id.uuid()),
        };
        let id = NodeId { kind, tenant: Some(self.known.tenant), id }.to_id();
        Ok(node::find(&self.view, &[id]).await?.pop().flatten())
    }

    /// From when on it can be met.
    async fn opens_on(&self) -> Date {
        Date(self.known.opens_on)
    }

    /// The day until which it is to be met.
    async fn due_on(&self) -> Date {
        Date(self.known.due_on)
    }

    /// The moment at which that day ends in London.
    async fn due_at(&self) -> DateTime {
        DateTime(end_of(self.known.due_on))
    }

    /// By whose working days it is counted.
    async fn calendar(&self) -> WorkingCalendar {
        self.known.calendar.into()
    }

    /// How it stands today.
    async fn standing(&self) -> ObligationStanding {
        self.known.standing(self.view.business_date()).into()
    }

    /// The day on which it was met.
    async fn met_on(&self) -> Option<Date> {
        self.known.met_on.map(Date)
    }

    /// What shows that it was met.
    async fn evidence(&self) -> Option<&str> {
        self.known.evidence.as_deref()
    }

    /// The waiver, when it was waived.
    async fn waiver(&self) -> Option<ObligationWaiver> {
        self.known.waived.as_ref().map(|waived| ObligationWaiver { waived_on: Date(waived.on), reason: waived.reason.clone() })
    }
}

connection!(ObligationConnection, ObligationEdge, Obligation, "obligations");

/// Somebody whose an obligation is.
#[derive(SimpleObject)]
pub struct ObligationHolder {
    /// The office that makes it theirs.
    office: Office,
    /// The appointment in which they hold it.
    appointment: Option<Appointment>,
}

/// That an obligation was waived.
#[derive(SimpleObject)]
pub struct ObligationWaiver {
    /// The business date on which it was.
    waived_on: Date,
    /// Why.
    reason: String,
}

/// Which obligations are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct ObligationFilter {
    /// Only those of this office.
    office: Option<Office>,
    /// Only those that stand so.
    #[graphql(validator(max_items = 10))]
    standings: Option<Vec<ObligationStanding>>,
    /// Only those due from this day on; a year back when left out, and whatever is late.
    due_from: Option<Date>,
    /// Only those due up to this day; a year ahead when left out.
    due_to: Option<Date>,
}

impl From<ObligationFilter> for obligations::Filter {
    fn from(filter: ObligationFilter) -> Self {
        Self {
            office: filter.office.map(Into::into),
            standings: filter.standings.map(|standings| standings.into_iter().map(Into::into).collect()),
            from: filter.due_from.map(|day| day.0),
            to: filter.due_to.map(|day| day.0),
        }
    }
}

/// Whoever asks has in these tenants.
///
/// # Errors
/// When the database fails.
pub async fn own(
    view: &View,
    tenants: impl IntoIterator<Item = TenantId>,
    filter: &obligations::Filter,
) -> Result<Vec<Known>, Error> {
    let mut found = Vec::new();
    for tenant in tenants {
        match obligations::own(view.tx(), tenant, filter).await {
            Ok(own) => found.extend(own),
            // Offices from outside see no obligations there, and have none.
            Err(Error::Denied { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    found.sort_by(|a, b| (a.due_on, &a.code).cmp(&(b.due_on, &b.code)));
    Ok(found)
}

/// An obligation to be waived.
#[derive(InputObject)]
pub struct RecordObligationWaiverInput {
    /// The tenant from whose records it follows.
    tenant: ID,
    /// What it is called.
    code: String,
    /// Why.
    reason: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What waiving an obligation gives.
#[derive(SimpleObject, Default)]
pub struct RecordObligationWaiverPayload {
    /// The obligation, which is owed no more.
    obligation: Option<Obligation>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Obligations being waived.
#[derive(Default)]
pub struct ObligationMutation;

#[Object]
impl ObligationMutation {
    /// Waives an obligation, with a reason, by an office that isn't the one whose it is. There is no way to mark one as met.
    async fn record_obligation_waiver(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The obligation to be waived.")] input: RecordObligationWaiverInput,
    ) -> Result<RecordObligationWaiverPayload> {
        let acting = Acting::of(ctx)?;
        match waived(&acting, &input).await {
            Ok(obligation) => Ok(RecordObligationWaiverPayload { obligation: Some(obligation), user_errors: Vec::new() }),
            Err(error) => {
                Ok(RecordObligationWaiverPayload { user_errors: for_user(error)?, ..RecordObligationWaiverPayload::default() })
            }
        }
    }
}

async fn waived(acting: &Acting<'_>, input: &RecordObligationWaiverInput) -> Result<Obligation, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let code = acting.writing(tenant, input)?.once(|tx| obligations::waive(tx, &input.code, &input.reason)).await?;
    let view = acting.view_after().await?;
    let found = obligations::of_tenant(view.tx(), tenant, &obligations::Filter::default()).await?;
    let known = found.into_iter().find(|one| one.code == code).ok_or(Error::NotFound("obligation"))?;
    Ok(Obligation::new(&view, known))
}
