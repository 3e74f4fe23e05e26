//! The demonstration's feedback, summaries and returns of the second quarter of 2009/10, and the feedback of the third. All of it is
//! illustrative: the documents describe the report and print none.

use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    agreements::{self, line_name},
    figures::{Acts, midday},
    files::{data, id, minute, tenant_id},
};
use crate::{
    error::{Error, Result},
    policy::Office,
    rules::{
        colour::Colour,
        feedback::{Mentions, recurs_in_quarters, recurs_in_units},
        period::Period,
        quarter_return::{Answers, canonical, content_hash, due_on},
    },
    tables::{
        Id, TenantId,
        governance::{
            feedback,
            feedback_issue::{self, FeedbackSubject},
            feedback_source, feedback_summary, feedback_theme, quarterly_return, quarterly_return_follow_up,
            quarterly_return_submission,
        },
        performance::{agreement_indicator, indicator},
    },
    tenancy::system::BeyondTenantsTx,
    usecases::governance::{
        quarterly_return_handing_in::follow_ups,
        quarterly_return_parts::{
            Contents, Draft, FeedbackPart, FollowUp, IndicatorPart, MissingPart, Part, SourcePart, ThemePart,
        },
        quarterly_returns::id_of,
    },
};

/// The tenant that keeps returns.
const AUTHORITY: &str = "cheshire-police-authority";

#[derive(Deserialize)]
struct Form {
    person: String,
    unit: String,
    council_area: String,
    quarter: String,
    words: String,
    sent_on: NaiveDate,
}

#[derive(Deserialize)]
struct Issue {
    person: String,
    unit: String,
    quarter: String,
    number: i32,
    subject: FeedbackSubject,
    text: String,
}

#[derive(Deserialize)]
struct Summary {
    area: String,
    quarter: String,
    text: String,
    forms: i32,
    units_heard: i32,
    units_awaited: i32,
    collated_on: NaiveDate,
    sent_on: NaiveDate,
}

#[derive(Deserialize)]
struct Theme {
    area: String,
    quarter: String,
    number: i32,
    subject: FeedbackSubject,
    title: String,
    text: String,
    merged: i32,
}

#[derive(Deserialize)]
struct Source {
    area: String,
    quarter: String,
    number: i32,
    unit: String,
    mentions: i32,
}

#[derive(Deserialize)]
struct Submitted {
    area: String,
    quarter: String,
    outcomes: String,
    prospects: String,
    risks: String,
    follow_up: String,
    submitted_on: NaiveDate,
    received_on: NaiveDate,
    minute: String,
    receipt_note: Option<String>,
}

#[derive(Deserialize)]
struct Promised {
    area: String,
    quarter: String,
    number: i32,
    text: String,
    due_on: NaiveDate,
    closed_on: Option<NaiveDate>,
    outcome: Option<String>,
}

#[derive(Deserialize)]
struct Note {
    area: String,
    quarter: String,
    agreement: String,
    indicator: String,
    place: String,
    words: String,
}

/// Everything that is to be loaded.
pub(super) struct Loading {
    forms: Vec<feedback::Model>,
    issues: Vec<feedback_issue::Model>,
    summaries: Vec<feedback_summary::Model>,
    themes: Vec<feedback_theme::Model>,
    sources: Vec<feedback_source::Model>,
    returns: Vec<quarterly_return::Model>,
    submissions: Vec<quarterly_return_submission::Model>,
    follow_ups: Vec<quarterly_return_follow_up::Model>,
}

impl Loading {
    /// Reads the files; the acts are loaded by whoever loads the others.
    pub(super) fn read(acts: &mut Acts) -> Result<Self> {
        let tenant = tenant_id(AUTHORITY);
        let forms: Vec<Form> = data!("demonstration/feedback.csv")?;
        let forms = forms.into_iter().map(|form| feedback_row(tenant, acts, form)).collect();
        let issues: Vec<Issue> = data!("demonstration/feedback_issues.csv")?;
        let summaries: Vec<Summary> = data!("demonstration/feedback_summaries.csv")?;
        let themes: Vec<Theme> = data!("demonstration/feedback_themes.csv")?;
        let sources: Vec<Source> = data!("demonstration/feedback_sources.csv")?;
        let submitted: Vec<Submitted> = data!("demonstration/quarterly_returns.csv")?;
        let promised: Vec<Promised> = data!("demonstration/quarterly_return_follow_ups.csv")?;
        let notes: Vec<Note> = data!("demonstration/quarterly_return_notes.csv")?;
        let (indicators, _) = agreements::indicators()?;
        let mut loading = Self {
            forms,
            issues: issues.into_iter().map(|issue| issue_row(tenant, issue)).collect(),
            summaries: summaries.iter().map(|summary| summary_row(tenant, acts, summary)).collect(),
            themes: themes.iter().map(|theme| theme_row(tenant, theme)).collect(),
            sources: sources.iter().map(|source| source_row(tenant, source)).collect(),
            returns: Vec::new(),
            submissions: Vec::new(),
            follow_ups: Vec::new(),
        };
        for row in submitted {
            let own: Vec<&Promised> =
                promised.iter().filter(|promised| (&promised.area, &promised.quarter) == (&row.area, &row.quarter)).collect();
            let feedback = summaries.iter().find(|summary| (&summary.area, &summary.quarter) == (&row.area, &row.quarter));
            let feedback = feedback.map(|summary| feedback_part(summary, &themes, &sources)).transpose()?;
            let noted = notes.iter().filter(|note| (&note.area, &note.quarter) == (&row.area, &row.quarter));
            let noted = noted.map(|note| noted_indicator(note, &indicators)).collect::<Result<_>>()?;
            loading.add_return(tenant, acts, row, (&own, feedback, noted))?;
        }
        Ok(loading)
    }

    fn add_return(
        &mut self,
        tenant: TenantId,
        acts: &mut Acts,
        row: Submitted,
        (promised, feedback, noted): (&[&Promised], Option<FeedbackPart>, Vec<IndicatorPart>),
    ) -> Result<()> {
        let quarter: Period = row.quarter.parse().map_err(Error::internal)?;
        let (area, act) = (id("area", &row.area), acts.of(tenant, Some(Office::PartnershipLeadMember), row.submitted_on));
        let follow_up = |promised: &&Promised| FollowUp { text: promised.text.clone(), due_on: promised.due_on };
        let draft = Draft {
            answers: Answers { outcomes: row.outcomes, prospects: row.prospects, risks: row.risks, follow_up: row.follow_up },
            notes: noted.iter().filter_map(|part| Some((part.line, part.note.clone()?))).collect(),
            follow_ups: promised.iter().map(follow_up).collect(),
        };
        let saved = quarterly_return::Model {
            tenant_id: tenant,
            id: id_of(tenant, area, quarter),
            area_id: area,
            quarter: row.quarter.clone(),
            version: 3,
            draft: serde_json::to_value(&draft).map_err(Error::internal)?,
            act_id: act,
            saved_on: row.submitted_on,
            saved_at: midday(row.submitted_on),
        };
        let contents = contents(&row.area, &row.quarter, row.submitted_on, (draft.clone(), feedback, noted));
        let content = canonical(&serde_json::to_value(contents).map_err(Error::internal)?);
        let (number, minute_id) = minute(&row.minute);
        let submission = quarterly_return_submission::Model {
            tenant_id: tenant,
            id: id("quarterly_return_submission", &format!("{}/{}", row.area, row.quarter)),
            return_id: saved.id,
            area_id: area,
            quarter: row.quarter,
            number: 1,
            content_hash: content_hash(&content),
            content,
            meeting_on: Some(row.received_on),
            due_on: Some(due_on(row.received_on)),
            is_late: row.submitted_on > due_on(row.received_on),
            late_reason: None,
            is_illustrative: true,
            act_id: act,
            submitted_on: row.submitted_on,
            submitted_at: midday(row.submitted_on),
            withdrawn_on: None,
            withdrawal_reason: None,
            withdrawn_act_id: None,
            received_on: Some(row.received_on),
            minute_reference: Some(number),
            minute_id: Some(minute_id),
            receipt_note: row.receipt_note,
            received_act_id: Some(acts.of(tenant, Some(Office::CommitteeClerk), row.received_on)),
        };
        for promise in follow_ups(&submission, &draft.follow_ups) {
            let closed = promised.iter().find(|promised| promised.number == promise.number);
            let closed_on = closed.and_then(|closed| closed.closed_on);
            self.follow_ups.push(quarterly_return_follow_up::Model {
                closed_on,
                outcome: closed.and_then(|closed| closed.outcome.clone()),
                closed_act_id: closed_on.map(|day| acts.of(tenant, Some(Office::PartnershipLeadMember), day)),
                ..promise
            });
        }
        self.returns.push(saved);
        self.submissions.push(submission);
        Ok(())
    }

    /// Loads it, once acts and people are there.
    pub(super) async fn load(self, tx: &BeyondTenantsTx) -> Result<()> {
        tx.load::<feedback::Entity>(self.forms).await?;
        tx.load::<feedback_issue::Entity>(self.issues).await?;
        tx.load::<feedback_summary::Entity>(self.summaries).await?;
        tx.load::<feedback_theme::Entity>(self.themes).await?;
        tx.load::<feedback_source::Entity>(self.sources).await?;
        tx.load::<quarterly_return::Entity>(self.returns).await?;
        tx.load::<quarterly_return_submission::Entity>(self.submissions).await?;
        tx.load::<quarterly_return_follow_up::Entity>(self.follow_ups).await
    }
}

/// Why the second quarter's returns have no figures.
const ON_PAPER: &str =
    "Written on paper before returns were kept here; words alone were carried over, and no figures (illustrative).";

/// An indicator of which a return on paper said something.
fn noted_indicator(note: &Note, indicators: &[indicator::Model]) -> Result<IndicatorPart> {
    let found = indicators.iter().find(|row| row.id == id("indicator", &note.indicator));
    let found = found.ok_or_else(|| Error::internal(format!("no indicator is called {}", note.indicator)))?;
    let line = id::<agreement_indicator::Model>("agreement_indicator", &line_name(&note.agreement, &note.indicator, &note.area));
    Ok(IndicatorPart {
        line: line.uuid(),
        code: found.code.clone(),
        title: found.title.clone(),
        area: note.place.clone(),
        owner: found.police_owner,
        unit: found.unit.clone(),
        period: None,
        value: None,
        expected: None,
        target: None,
        target_period: None,
        colour: Colour::NotRated.code().to_owned(),
        reason: ON_PAPER.to_owned(),
        direction: "No arrow: no figure was carried over.".to_owned(),
        is_illustrative: true,
        last_words: None,
        note: Some(note.words.clone()),
    })
}

/// What the second quarter's returns say: they came on paper, and words alone were carried over.
fn contents(
    area: &str,
    quarter: &str,
    as_at: NaiveDate,
    (draft, feedback, indicators): (Draft, Option<FeedbackPart>, Vec<IndicatorPart>),
) -> Contents {
    Contents {
        // Partnerships bear the short names of their areas.
        partnership: tenant_id(area).uuid(),
        area: area.to_owned(),
        quarter: quarter.to_owned(),
        as_at,
        indicators,
        feedback,
        risks: Vec::new(),
        decisions: Vec::new(),
        promises: Vec::new(),
        last_answers: None,
        missing: vec![MissingPart { part: Part::Indicators, why: ON_PAPER.to_owned() }],
        answers: draft.answers,
        follow_ups: draft.follow_ups,
    }
}

fn feedback_part(summary: &Summary, themes: &[Theme], sources: &[Source]) -> Result<FeedbackPart> {
    let own = themes.iter().filter(|theme| (&theme.area, &theme.quarter) == (&summary.area, &summary.quarter));
    let quarter: Period = summary.quarter.parse().map_err(Error::internal)?;
    let part = |theme: &Theme| {
        let found: Vec<_> = sources
            .iter()
            .filter(|source| (&source.area, &source.quarter, source.number) == (&theme.area, &theme.quarter, theme.number))
            .collect();
        let mentions: Vec<_> =
            found.iter().map(|source| Mentions { unit: &source.unit, quarter, count: source.mentions }).collect();
        let source = |source: &&Source| SourcePart {
            unit: source.unit.clone(),
            quarter: source.quarter.clone(),
            mentions: source.mentions,
        };
        ThemePart {
            subject: theme.subject,
            title: theme.title.clone(),
            text: theme.text.clone(),
            recurs_in_units: recurs_in_units(&mentions),
            recurs_in_quarters: recurs_in_quarters(&mentions),
            sources: found.iter().map(source).collect(),
        }
    };
    Ok(FeedbackPart {
        text: summary.text.clone(),
        forms: summary.forms,
        units_awaited: summary.units_awaited,
        sent_on: summary.sent_on,
        themes: own.map(part).collect(),
    })
}

fn form_id(person: &str, unit: &str, quarter: &str) -> Id<feedback::Model> {
    id("feedback", &format!("{person}/{unit}/{quarter}"))
}

fn feedback_row(tenant: TenantId, acts: &mut Acts, form: Form) -> feedback::Model {
    feedback::Model {
        tenant_id: tenant,
        id: form_id(&form.person, &form.unit, &form.quarter),
        unit_id: id("area", &form.unit),
        council_area_id: id("area", &form.council_area),
        quarter: form.quarter,
        author_id: id("person", &form.person),
        version: 1,
        words: form.words,
        is_illustrative: true,
        act_id: acts.of(tenant, Some(Office::NpuMember), form.sent_on),
        sent_on: form.sent_on,
        sent_at: midday(form.sent_on),
        first_sent_on: Some(form.sent_on),
    }
}

fn issue_row(tenant: TenantId, issue: Issue) -> feedback_issue::Model {
    let form = form_id(&issue.person, &issue.unit, &issue.quarter);
    feedback_issue::Model {
        tenant_id: tenant,
        id: id("feedback_issue", &format!("{form}/{}", issue.number)),
        feedback_id: form,
        version: 1,
        number: issue.number,
        author_id: id("person", &issue.person),
        subject: issue.subject,
        text: issue.text,
    }
}

fn summary_row(tenant: TenantId, acts: &mut Acts, summary: &Summary) -> feedback_summary::Model {
    feedback_summary::Model {
        tenant_id: tenant,
        id: id("feedback_summary", &format!("{}/{}", summary.area, summary.quarter)),
        area_id: id("area", &summary.area),
        quarter: summary.quarter.clone(),
        version: 1,
        text: summary.text.clone(),
        forms: summary.forms,
        units_heard: summary.units_heard,
        units_awaited: summary.units_awaited,
        is_illustrative: true,
        act_id: acts.of(tenant, Some(Office::ResearchOfficer), summary.collated_on),
        first_collated_on: Some(summary.collated_on),
        collated_on: summary.collated_on,
        collated_at: midday(summary.collated_on),
        sent_on: Some(summary.sent_on),
        sent_act_id: Some(acts.of(tenant, Some(Office::ResearchOfficer), summary.sent_on)),
        members_awaited: None,
        no_forms_reason: None,
    }
}

fn theme_id(area: &str, quarter: &str, number: i32) -> Id<feedback_theme::Model> {
    id("feedback_theme", &format!("{area}/{quarter}/{number}"))
}

fn theme_row(tenant: TenantId, theme: &Theme) -> feedback_theme::Model {
    feedback_theme::Model {
        tenant_id: tenant,
        id: theme_id(&theme.area, &theme.quarter, theme.number),
        summary_id: id("feedback_summary", &format!("{}/{}", theme.area, theme.quarter)),
        area_id: id("area", &theme.area),
        version: 1,
        number: theme.number,
        subject: theme.subject,
        title: theme.title.clone(),
        text: theme.text.clone(),
        merged: theme.merged,
    }
}

fn source_row(tenant: TenantId, source: &Source) -> feedback_source::Model {
    let theme = theme_id(&source.area, &source.quarter, source.number);
    feedback_source::Model {
        tenant_id: tenant,
        id: id("feedback_source", &format!("{theme}/{}", source.unit)),
        theme_id: theme,
        area_id: id("area", &source.area),
        unit_id: id("area", &source.unit),
        quarter: source.quarter.clone(),
        mentions: source.mentions,
    }
}
