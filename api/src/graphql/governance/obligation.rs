//! Obligations: duties with their due dates, and how they were met.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::{
        holidays::Calendar,
        obligations::{ObligationKind as Kind, ObligationStanding as Standing},
        working_days::end_of,
    },
    tables::{TenantId, organisation::appointment},
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
    relay::{Loaded, Member, NodeId, NodeKind, Paging, View, connection},
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
    /// A member's form about a neighbourhood policing unit, ten working days after the quarter; closed by sending it.
    FeedbackForm,
    /// The summary of such forms for a council area, in time for its return; closed by sending it to the lead member.
    FeedbackSummary,
    /// The committee's receipt of a return that was handed in, by its meeting; closed by minuting it.
    ReturnReceipt,
    /// A risk's review by the day that its last assessment sets; closed by assessing it anew or closing it.
    RiskReview,
    /// The Engagement Committee's note on a reported risk, by its next meeting.
    RiskNote,
    /// The chief executive's decision on a risk that the Treasurer advised of, in ten working days.
    RiskDecision,
    /// What came of a risk with the Audit Committee, by its next meeting, or with the sub-regional team, in three months.
    RiskOutcome,
    /// The Treasurer's review of a quarter's reported risks, ten working days after the committee met on them.
    RiskQuarterReview,
    /// An information-sharing agreement's review by its date; closed by proposing the next version, or by withdrawing.
    SharingReview,
    /// What a board's member carries back to the organisation that they represent: the key actions of a meeting, by the next one.
    Cascade,
    /// Progress on a key action of a board, for each of its meetings until the action is closed; closed by telling it.
    KeyActionProgress,
    /// A specialist strategic partnership's draft action plan for the year to come, by the end of October; closed by submitting it.
    DraftActionPlan,
    /// The Performance and Standards Group's feedback on such a draft, by the end of October, or ten working days after a later one.
    ActionPlanFeedback,
    /// A specialist strategic partnership's final action plan for the year to come, by the end of December; closed by submitting it.
    FinalActionPlan,
    /// The Environmental Scan of a month, by its end; closed by publishing it. The Members' Bulletin has no calendar.
    EnvironmentalScan,
    /// The chairman's interview of a member in a financial year, by its end; closed by recording it. Only the two of them see it.
    MemberInterview,
    /// The yearly monitoring meeting with the government office, by the end of November; closed by recording who came.
    GovernmentOfficeMeeting,
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
    /// It wasn't met, and can't be any more: what it was to go into has been closed. Nobody waits for it, and nobody is reminded of it.
    Missed,
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

/// Obligations of a page, with what was looked up about all of them together.
struct Gathered {
    view: View,
    all: Vec<Arc<Known>>,
    loaded: Loaded,
}

/// An obligation among those that are shown with it.
#[derive(Clone)]
pub struct Obligation {
    gathered: Arc<Gathered>,
    known: Arc<Known>,
}

impl Obligation {
    /// Obligations that are shown together.
    fn gather(view: &View, found: Vec<Known>) -> Vec<Self> {
        let all = found.into_iter().map(Arc::new).collect();
        let gathered = Arc::new(Gathered { view: view.clone(), all, loaded: Loaded::default() });
        gathered.all.iter().map(|known| Self { gathered: Arc::clone(&gathered), known: Arc::clone(known) }).collect()
    }

    /// A page of obligations.
    ///
    /// # Errors
    /// When the page begins or ends nowhere in the list.
    pub fn page(view: &View, paging: &Paging, found: Vec<Known>) -> Result<ObligationConnection, Error> {
        let listed = found.into_iter().map(|known| (known.uuid(), known)).collect();
        Ok(paging.slice(listed)?.made(|found| Self::gather(view, found)).into())
    }

    fn view(&self) -> &View {
        &self.gathered.view
    }

    /// What the obligations of the page have in a tenant, each once.
    fn of_tenant<T: Ord>(&self, what: impl Fn(&Known) -> Option<T>) -> Vec<T> {
        let own = self.gathered.all.iter().filter(|one| one.tenant == self.known.tenant);
        own.filter_map(|one| what(one)).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// What an obligation is about, by its global identifier.
fn subject_of(known: &Known) -> ID {
    let (tenant, kind, id) = match known.subject {
        Subject::Meeting(id) => (Some(known.tenant), NodeKind::Meeting, id.uuid()),
        Subject::Action(id) => (Some(known.tenant), NodeKind::PlanAction, id.uuid()),
        Subject::Body(id) => (Some(known.tenant), NodeKind::Body, id.uuid()),
        Subject::Return(id) => (Some(known.tenant), NodeKind::QuarterlyReturn, id.uuid()),
        Subject::Referral(id) => (Some(known.tenant), NodeKind::RiskReferral, id.uuid()),
        Subject::Risk(id) => (Some(known.tenant), NodeKind::Risk, id.uuid()),
        Subject::Area(id) => (None, NodeKind::Area, id.uuid()),
        Subject::Sharing(id) => (None, NodeKind::SharingAgreement, id.uuid()),
        Subject::Tenant => (None, NodeKind::Tenant, known.tenant.uuid()),
    };
    NodeId { kind, tenant, id }.to_id()
}

/// A duty with its due date. It follows from what was decided and done, and is closed by the act that it asks for: nobody ticks it off.
#[Object]
impl Obligation {
    /// What it is called: the same whenever it is asked for.
    fn code(&self) -> &str {
        &self.known.code
    }

    /// The tenant from whose records it follows.
    async fn tenant(&self) -> Result<Option<Tenant>> {
        Tenant::one(self.view(), self.known.tenant).await
    }

    /// What sort it is.
    fn kind(&self) -> ObligationKind {
        self.known.kind.into()
    }

    /// What is to be done.
    fn title(&self) -> &str {
        &self.known.title
    }

    /// The number of the reporting duty from which it follows.
    fn duty(&self) -> Option<i32> {
        self.known.duty
    }

    /// The office whose it is.
    fn office(&self) -> Option<Office> {
        self.known.holder.office.map(Into::into)
    }

    /// The area for which the office is held, where only that one is meant.
    async fn area(&self) -> Result<Option<Area>> {
        let areas = || self.gathered.all.iter().filter_map(|one| one.holder.area).collect::<Vec<_>>();
        Area::beside(self.view(), &self.gathered.loaded, self.known.holder.area, areas).await
    }

    /// The body on which the office is held, or whose obligation it is.
    async fn body(&self) -> Result<Option<Body>> {
        let Some(body) = self.known.holder.body else { return Ok(None) };
        let load = || async {
            let rows = bodies::many(self.view().tx(), self.known.tenant, self.of_tenant(|one| one.holder.body)).await?;
            Ok::<_, Error>(Member::gather(self.view(), self.known.tenant, rows))
        };
        let found = self.gathered.loaded.once(("Obligation.body", self.known.tenant.uuid()), load).await?;
        Ok(found.iter().find(|row| row.row().id == body).cloned().map(Body))
    }

    /// Those whose it is today, by office.
    async fn holders(&self) -> Result<Option<Vec<ObligationHolder>>> {
        let load = || async {
            let rows = obligations::appointments(self.view().tx(), self.known.tenant).await?;
            Ok::<_, Error>(Member::gather(self.view(), self.known.tenant, rows))
        };
        let held = self.gathered.loaded.once(("Obligation.holders", self.known.tenant.uuid()), load).await?;
        let own = held.iter().filter(|row| self.known.holder.is(row.row())).cloned();
        let holder = |row: Member<appointment::Model>| ObligationHolder {
            office: row.row().office.into(),
            appointment: Some(Appointment(row)),
        };
        Ok(Some(own.map(holder).collect()))
    }

    /// What it is about: the meeting, the action, the return, the risk, the risk that was passed on, the unit or council area, the
    /// sharing agreement, the body that is to hear a report, or the tenant where all that it has of a kind is meant.
    async fn subject(&self) -> Result<Option<Node>> {
        let load = || async {
            let ids: Vec<ID> = self.gathered.all.iter().map(|one| subject_of(one)).collect();
            let mut found: HashMap<String, Option<Node>> = HashMap::new();
            // As many as are looked up in one go elsewhere.
            for ids in ids.chunks(100) {
                let nodes = node::find(self.view(), ids).await?;
                found.extend(ids.iter().map(|id| id.to_string()).zip(nodes));
            }
            Ok::<_, Error>(found)
        };
        let found = self.gathered.loaded.once("Obligation.subject", load).await?;
        Ok(found.get(subject_of(&self.known).as_str()).cloned().flatten())
    }

    /// From when on it can be met.
    fn opens_on(&self) -> Date {
        Date(self.known.opens_on)
    }

    /// The day until which it is to be met.
    fn due_on(&self) -> Date {
        Date(self.known.due_on)
    }

    /// The moment at which that day ends in London.
    fn due_at(&self) -> DateTime {
        DateTime(end_of(self.known.due_on))
    }

    /// By whose working days it is counted.
    fn calendar(&self) -> WorkingCalendar {
        self.known.calendar.into()
    }

    /// How it stands today.
    fn standing(&self) -> ObligationStanding {
        self.known.standing(self.view().business_date()).into()
    }

    /// The day on which it was met.
    fn met_on(&self) -> Option<Date> {
        self.known.met_on.map(Date)
    }

    /// What shows that it was met.
    fn evidence(&self) -> Option<&str> {
        self.known.evidence.as_deref()
    }

    /// Since when it can't be met any more; null unless it was missed.
    fn missed_on(&self) -> Option<Date> {
        self.known.missed().map(|closed| Date(closed.on))
    }

    /// Why it can't be met any more; null unless it was missed.
    fn missed_because(&self) -> Option<&str> {
        self.known.missed().map(|closed| closed.reason.as_str())
    }

    /// The waiver, when it was waived.
    async fn waiver(&self) -> Option<ObligationWaiver> {
        self.known.waived.as_ref().map(|waived| ObligationWaiver::new(waived.on, &waived.reason))
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

impl ObligationWaiver {
    fn new(on: chrono::NaiveDate, reason: &str) -> Self {
        Self { waived_on: Date(on), reason: reason.to_owned() }
    }

    /// The waiver of what is called so, if it was waived and the viewer may read obligations in the tenant; looked up once for all that
    /// is shown of the tenant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(view: &View, tenant: TenantId, code: &str) -> Result<Option<Self>, Error> {
        let load = || async move {
            match obligations::waivers(view.tx(), tenant).await {
                Err(Error::Denied { .. }) => Ok(Vec::new()),
                found => found,
            }
        };
        let found = view.loaded().once(("ObligationWaiver", tenant.uuid()), load).await?;
        Ok(found.iter().find(|row| row.code == code).map(|row| Self::new(row.waived_on, &row.reason)))
    }
}

/// Which obligations are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct ObligationFilter {
    /// Only the one that is called so, whenever it is due.
    #[graphql(validator(max_length = 200))]
    code: Option<String>,
    /// Only those of these sorts.
    #[graphql(validator(max_items = 40))]
    kinds: Option<Vec<ObligationKind>>,
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
            code: filter.code,
            kinds: filter.kinds.map(|kinds| kinds.into_iter().map(Into::into).collect()),
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
    /// Waives an obligation, with a reason: on the Authority's side by the chief executive, in a partnership by a member of its Performance
    /// and Standards Group or one of the council's chief executives, and never by those whose it is. There is no way to mark one as met.
    async fn record_obligation_waiver(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The obligation to be waived.")] input: RecordObligationWaiverInput,
    ) -> Result<RecordObligationWaiverPayload> {
        let acting = Acting::of(ctx)?;
        let (tenant, code) = match waive(&acting, &input).await {
            Ok(waived) => waived,
            Err(error) => {
                return Ok(RecordObligationWaiverPayload {
                    user_errors: for_user(error)?,
                    ..RecordObligationWaiverPayload::default()
                });
            }
        };
        // From here on it is waived, and what can't be shown of it is no fault of the input.
        let view = acting.view_after();
        let waived = obligations::waived(view.tx(), tenant, &code).await?;
        Ok(RecordObligationWaiverPayload {
            obligation: Obligation::gather(&view, waived.into_iter().collect()).pop(),
            ..RecordObligationWaiverPayload::default()
        })
    }
}

async fn waive(acting: &Acting<'_>, input: &RecordObligationWaiverInput) -> Result<(TenantId, String), Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let code = acting.writing(tenant, input)?.once(|tx| obligations::waive(tx, &input.code, &input.reason)).await?;
    Ok((tenant, code))
}
