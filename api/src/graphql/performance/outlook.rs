//! Outlooks.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::{colour::Colour as Judged, outlook::optimism_gap, period::Period as Known},
    tables::performance::{agreement_indicator, outlook},
    usecases::performance::outlooks::{self, Stated},
};

use uuid::Uuid;

use super::{
    AgreementIndicator, Colour, Leaning, OutlookJudgement,
    period::{self, Period},
};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::Act,
    relay::{Member, NodeId, NodeKind},
    scalars::{Date, DateTime},
};

/// An outlook.
#[derive(Clone)]
pub struct Outlook {
    pub(super) row: Member<outlook::Model>,
    pub(super) computed: Judged,
}

impl Outlook {
    /// Outlooks that were loaded together, each with the colour that is computed for its line.
    ///
    /// # Errors
    /// When the database fails, or you may not read figures or targets.
    pub async fn many(rows: Vec<Member<outlook::Model>>) -> Result<Vec<Self>, Error> {
        let Some(first) = rows.first() else { return Ok(Vec::new()) };
        let lines = rows.iter().map(|row| row.row().agreement_indicator_id);
        let lines = first.tx().get_many::<agreement_indicator::Entity>(first.tenant(), lines).await?;
        let lines: Vec<_> = Member::gather(first.view(), first.tenant(), lines).into_iter().map(AgreementIndicator).collect();
        let mut outlooks = Vec::with_capacity(rows.len());
        for row in rows {
            let line = lines.iter().find(|line| line.0.row().id == row.row().agreement_indicator_id);
            let line = line.ok_or(Error::NotFound("outlook"))?;
            let computed = line.evidence().await?.status(line.0.row(), None)?.verdict.colour;
            outlooks.push(Self { row, computed });
        }
        Ok(outlooks)
    }

    /// Its identifier within the tenant.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        self.row.row().id.uuid()
    }
}

/// An officer's judgement of whether a target will be achieved, kept beside the computed colour.
#[Object]
impl Outlook {
    /// The outlook's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Outlook, self.row.row()).to_id()
    }

    /// Counted from 1 along the outlooks of the line, each of which took the place of the one before.
    fn version(&self) -> i32 {
        self.row.row().version
    }

    /// How likely achievement is.
    fn judgement(&self) -> OutlookJudgement {
        self.row.row().judgement.into()
    }

    /// The colour that goes with the judgement: green, amber or red.
    fn colour(&self) -> Colour {
        self.row.row().judgement.colour().into()
    }

    /// Why.
    fn rationale(&self) -> &str {
        &self.row.row().rationale
    }

    /// The action that will close the difference, where the judgement is better than the computed colour.
    fn closing_action(&self) -> Option<&str> {
        self.row.row().closing_action.as_deref()
    }

    /// The day by which it will.
    fn closing_on(&self) -> Option<Date> {
        self.row.row().closing_on.map(Date)
    }

    /// The period that was looked at.
    async fn period(&self) -> Option<Period> {
        self.row.row().period.parse::<Known>().ok().map(Period::from)
    }

    /// The day of the next review, after which it no longer stands.
    fn expires_on(&self) -> Date {
        Date(self.row.row().expires_on)
    }

    /// How it leans against the computed colour: optimistic, agreeing or cautious; null when there is no colour to compare with.
    fn leaning(&self) -> Option<Leaning> {
        optimism_gap(self.row.row().judgement, self.computed).map(|gap| gap.leaning.into())
    }

    /// Steps by which it is better than the computed colour, from -2 to 2.
    fn optimism_gap(&self) -> Option<i32> {
        optimism_gap(self.row.row().judgement, self.computed).map(|gap| i32::from(gap.steps))
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.row.row().is_illustrative
    }

    /// The business date on which it was stated.
    fn recorded_on(&self) -> Date {
        Date(self.row.row().recorded_on)
    }

    /// The moment at which it was written.
    fn recorded_at(&self) -> DateTime {
        DateTime(self.row.row().recorded_at)
    }

    /// Who stated it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.row.rows().iter().map(|row| row.act_id).collect();
        let load =
            || async move { self.row.tx().get_many::<entity::tables::organisation::act::Entity>(self.row.tenant(), ids).await };
        Ok(self.row.beside("Outlook.act", Some(self.row.row().act_id), load).await?.map(Act))
    }
}

/// An outlook to be recorded.
#[derive(InputObject)]
pub struct RecordOutlookInput {
    /// The line of an agreement that it is about.
    line: ID,
    /// How likely achievement is.
    judgement: OutlookJudgement,
    /// Why.
    rationale: String,
    /// The action that will close the difference; required when the judgement is better than the computed colour.
    closing_action: Option<String>,
    /// The day by which it will; required when the judgement is better than the computed colour.
    closing_on: Option<Date>,
    /// The day of the next review, within twelve months; the outlook stands until then.
    expires_on: Date,
    /// The period that was looked at, by its code; the current one when left out.
    period: Option<String>,
    /// The version of the line's outlook that you expect to stand, 0 for none; another one refuses the call. Left out, it isn't
    /// looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What recording an outlook gives.
#[derive(SimpleObject, Default)]
pub struct RecordOutlookPayload {
    /// The outlook that stands now.
    outlook: Option<Outlook>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Outlooks being recorded.
#[derive(Default)]
pub struct OutlookMutation;

#[Object]
impl OutlookMutation {
    /// Records an officer's judgement of a line, in place of the one that stood. It doesn't change the computed colour.
    async fn record_outlook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The outlook to be recorded.")] input: RecordOutlookInput,
    ) -> Result<RecordOutlookPayload> {
        let acting = Acting::of(ctx)?;
        match recorded(&acting, input).await {
            Ok(outlook) => Ok(RecordOutlookPayload { outlook: Some(outlook), user_errors: Vec::new() }),
            Err(error) => Ok(RecordOutlookPayload { user_errors: for_user(error)?, ..RecordOutlookPayload::default() }),
        }
    }
}

async fn recorded(acting: &Acting<'_>, input: RecordOutlookInput) -> Result<Outlook, Error> {
    let (tenant, line) = NodeId::expect("line", &input.line, NodeKind::AgreementIndicator)?;
    let writing = acting.writing(tenant, &input)?;
    let stated = Stated {
        line,
        judgement: input.judgement.into(),
        rationale: input.rationale,
        closing_action: input.closing_action,
        closing_on: input.closing_on.map(|day| day.0),
        expires_on: input.expires_on.0,
        period: period::argument("period", input.period.as_deref())?,
        expected_version: input.expected_version,
    };
    let id = writing.once(|tx| outlooks::record(tx, &stated)).await?;
    let view = acting.view_after();
    let row = view.tx().get::<outlook::Entity>(tenant, id).await?;
    Outlook::many(vec![Member::alone(&view, row)]).await?.pop().ok_or(Error::NotFound("outlook"))
}
