//! Collating neighbourhood feedback by council area, and sending the summary to that area's lead member (S4, Appendix 2, action 3).
//!
//! A summary says in edited words what came up, where and how often. Who wrote it stays with those who collate.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, Order};

use super::feedback::{self as forms, Filter, begun};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::{Office, Resource},
    rules::{
        blank::{is_blank, unless_blank},
        entry::{LONGEST_LINE, LONGEST_NOTE, needed_line_fault, text_fault},
        feedback::{Mentions, counts_towards, drawn_together},
        letter,
        period::Period,
        version,
    },
    tables::{
        Id, TenantId,
        governance::{
            feedback,
            feedback_issue::{self, FeedbackSubject},
            feedback_source, feedback_summary, feedback_theme,
        },
        organisation::appointment,
        performance::area,
    },
    tenancy::{Authorised, Hold, TenantTx, deeds},
    usecases::performance::areas,
};

/// Themes in one summary at most.
const MOST_THEMES: usize = 30;

/// A theme as it is collated.
#[derive(Clone, Debug)]
pub struct Theme {
    /// What it is about.
    pub subject: FeedbackSubject,
    /// In a few words.
    pub title: String,
    /// In edited words.
    pub text: String,
    /// The issues that are merged into it: the form, and the issue's number in it.
    pub issues: Vec<(Id<feedback::Model>, i32)>,
}

/// What is collated for a council area and a quarter.
#[derive(Clone, Debug)]
pub struct Collation {
    /// The council area.
    pub area: Id<area::Model>,
    /// The quarter's code.
    pub quarter: String,
    /// What there is to say of the whole.
    pub text: String,
    /// Theme by theme.
    pub themes: Vec<Theme>,
    /// Why the quarter is closed although no form has come, where none has.
    pub no_forms_reason: Option<String>,
    /// The version that is to stand until then, 0 for none; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Collates the feedback of a council area for a quarter that is over, in place of what was collated before. From then on no more
/// feedback is taken for it.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when the quarter isn't over, the text or a theme says nothing, no form has come and it isn't said
/// why the quarter is closed all the same, or some has and it is; when an issue isn't of that area and quarter or is merged twice, or (with `LOCKED`) the summary has been sent; with `STALE_VERSION` when another version stands than was
/// expected.
pub async fn collate(tx: TenantTx, collation: &Collation) -> Result<Id<feedback_summary::Model>> {
    let leave: Authorised<(), deeds::CollateFeedback> = tx.authorise_tenant()?;
    let (tenant, today) = (tx.acting_tenant()?, tx.business_date());
    let quarter = begun("quarter", &collation.quarter, today)?;
    if quarter.end() >= today {
        let message = format!("{} isn't over yet, and members may still write.", quarter.label());
        return Err(Error::invalid("quarter", ProblemCode::OutOfRange, message));
    }
    let units = forms::units(&tx, quarter.end()).await?;
    let units: BTreeSet<_> = units.into_iter().filter(|(area, _)| *area == collation.area).map(|(_, unit)| unit.id).collect();
    if units.is_empty() {
        let message = "This is no council area with neighbourhood policing units.";
        return Err(Error::invalid("area", ProblemCode::NotFound, message));
    }
    hold_members(&tx).await?;
    let filter = Filter { area: Some(collation.area), quarter: Some(quarter) };
    let sent = forms::of_tenant(&tx, tenant, &filter).await?;
    let versions: Vec<_> = sent.iter().map(|form| (form.id, form.version)).collect();
    let issues = forms::issues(&tx, tenant, &versions).await?;
    check(collation, &issues, (sent.len(), quarter))?;
    let old = summaries(&tx, tenant, &filter).await?.pop();
    version::expect(collation.expected_version, old.as_ref().map(|old| old.version))?;
    if old.as_ref().is_some_and(|old| old.sent_on.is_some()) {
        return Err(sent_already());
    }

    let act = tx.act("COLLATE_FEEDBACK", &leave).await?;
    let heard: BTreeSet<_> = sent.iter().map(|form| form.unit_id).collect();
    let linked = forms::linked(&tx, tenant, quarter.end()).await?;
    let owed = |(unit, member): &(Id<area::Model>, _)| {
        units.contains(unit) && !sent.iter().any(|form| form.unit_id == *unit && form.author_id == *member)
    };
    let owing: BTreeSet<_> = linked.iter().filter(|link| owed(link)).map(|(_, member)| *member).collect();
    let whole = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let row = feedback_summary::Model {
        tenant_id: tenant,
        id: old.as_ref().map_or_else(Id::new, |old| old.id),
        area_id: collation.area,
        quarter: quarter.code(),
        version: old.as_ref().map_or(1, |old| old.version.saturating_add(1)),
        text: collation.text.trim().to_owned(),
        forms: whole(sent.len()),
        units_heard: whole(heard.len()),
        units_awaited: whole(units.difference(&heard).count()),
        members_awaited: Some(whole(owing.len())),
        no_forms_reason: collation.no_forms_reason.as_deref().and_then(unless_blank).map(str::to_owned),
        is_illustrative: false,
        act_id: act,
        collated_on: today,
        collated_at: tx.now(),
        sent_on: None,
        sent_act_id: None,
        // Collating anew leaves it; where it isn't known nothing is made up.
        first_collated_on: old.as_ref().map_or(Some(today), |old| old.first_collated_on),
    };
    write(&tx, &row, old.is_some()).await?;
    let mentions = |theme: &Theme| {
        let merged = theme.issues.iter().filter_map(|(form, _)| sent.iter().find(|sent| sent.id == *form));
        merged.map(|form| Mentions { unit: form.unit_id, quarter, count: 1 }).collect::<Vec<_>>()
    };
    let earlier = earlier(&tx, tenant, collation.area, quarter).await?;
    let (mut themes, mut sources) = (Vec::new(), Vec::new());
    for (number, theme) in (1..).zip(&collation.themes) {
        let stored = theme_row(&row, number, theme);
        let before = earlier.iter().filter(|(subject, _)| *subject == theme.subject).map(|(_, mention)| *mention);
        let all: Vec<_> = mentions(theme).into_iter().chain(before).collect();
        sources.extend(drawn_together(&all).into_iter().map(|mention| source_row(&stored, mention)));
        themes.push(stored);
    }
    tx.insert::<feedback_theme::Entity>(themes).await?;
    tx.insert::<feedback_source::Entity>(sources).await?;
    let id = row.id;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Nobody sends feedback while it is being collated.
async fn hold_members(tx: &TenantTx) -> Result<()> {
    let members = tx.rows::<appointment::Entity>(tx.acting_tenant()?)?;
    let members = members.filter(appointment::Column::Office.eq(Office::NpuMember)).all().await?;
    tx.hold::<appointment::Entity>(Some(members.into_iter().map(|row| row.id).collect()), Hold::Alone).await
}

fn check(collation: &Collation, issues: &[feedback_issue::Model], (forms, quarter): (usize, Period)) -> Result<()> {
    let mut found: Vec<Problem> = text_fault("text", &collation.text, LONGEST_NOTE).into_iter().collect();
    if is_blank(&collation.text) {
        found.push(Problem::new("text", ProblemCode::Missing, "Say what came of the quarter's feedback."));
    }
    found.extend(no_forms_fault(collation.no_forms_reason.as_deref(), forms, quarter));
    if collation.themes.len() > MOST_THEMES {
        found.push(Problem::new("themes", ProblemCode::OutOfRange, format!("{MOST_THEMES} themes fit into one summary.")));
    }
    let mut merged = BTreeSet::new();
    for (at, theme) in collation.themes.iter().enumerate() {
        found.extend(needed_line_fault(&format!("themes.{at}.title"), &theme.title, LONGEST_LINE));
        let field = format!("themes.{at}.text");
        if is_blank(&theme.text) {
            found.push(Problem::required(&field));
        }
        found.extend(text_fault(&field, &theme.text, LONGEST_NOTE));
        if theme.issues.is_empty() {
            let message = "Name the issues that this theme is made of.";
            found.push(Problem::new(&format!("themes.{at}.issues"), ProblemCode::Missing, message));
        }
        for (place, issue) in theme.issues.iter().enumerate() {
            let field = format!("themes.{at}.issues.{place}");
            if !issues.iter().any(|row| (row.feedback_id, row.number) == *issue) {
                let message = "This is no issue of that area and quarter.";
                found.push(Problem::new(&field, ProblemCode::NotFound, message));
            } else if !merged.insert(*issue) {
                found.push(Problem::new(&field, ProblemCode::Duplicate, "This issue is part of a theme already."));
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Error::Invalid(found)) }
}

/// What is wrong with the reason why a quarter is closed for which nobody wrote: it is needed then, and out of place otherwise, since what
/// has come meanwhile is to be read first.
fn no_forms_fault(reason: Option<&str>, forms: usize, quarter: Period) -> Option<Problem> {
    const FIELD: &str = "noFormsReason";
    match (reason.and_then(unless_blank), forms) {
        (None, 0) => {
            let message = format!(
                "No form has come for {}, and once it is collated none is taken any more; say why it is closed all the same.",
                quarter.label()
            );
            Some(Problem::new(FIELD, ProblemCode::Missing, message))
        }
        (Some(reason), 0) => text_fault(FIELD, reason, LONGEST_NOTE),
        (Some(_), forms) => {
            let message = format!("Forms received for {} by now: {forms}. Read them, and leave this out.", quarter.label());
            Some(Problem::new(FIELD, ProblemCode::OutOfRange, message))
        }
        (None, _) => None,
    }
}

async fn write(tx: &TenantTx, row: &feedback_summary::Model, stands: bool) -> Result<()> {
    use feedback_summary::Column;
    if !stands {
        return tx.insert::<feedback_summary::Entity>(vec![row.clone()]).await;
    }
    let values = vec![
        (Column::Version, row.version.into()),
        (Column::Text, row.text.as_str().into()),
        (Column::Forms, row.forms.into()),
        (Column::UnitsHeard, row.units_heard.into()),
        (Column::UnitsAwaited, row.units_awaited.into()),
        (Column::MembersAwaited, row.members_awaited.into()),
        (Column::NoFormsReason, row.no_forms_reason.clone().into()),
        (Column::IsIllustrative, row.is_illustrative.into()),
        (Column::ActId, row.act_id.into()),
        (Column::CollatedOn, row.collated_on.into()),
        (Column::CollatedAt, row.collated_at.into()),
    ];
    tx.set::<feedback_summary::Entity>([row.id], values).await?;
    Ok(())
}

fn theme_row(summary: &feedback_summary::Model, number: i32, theme: &Theme) -> feedback_theme::Model {
    feedback_theme::Model {
        tenant_id: summary.tenant_id,
        id: Id::new(),
        summary_id: summary.id,
        area_id: summary.area_id,
        version: summary.version,
        number,
        subject: theme.subject,
        title: theme.title.trim().to_owned(),
        text: theme.text.trim().to_owned(),
        merged: i32::try_from(theme.issues.len()).unwrap_or(i32::MAX),
    }
}

fn source_row(theme: &feedback_theme::Model, mention: Mentions<Id<area::Model>>) -> feedback_source::Model {
    feedback_source::Model {
        tenant_id: theme.tenant_id,
        id: Id::new(),
        theme_id: theme.id,
        area_id: theme.area_id,
        unit_id: mention.unit,
        quarter: mention.quarter.code(),
        mentions: mention.count,
    }
}

/// Where subjects came up in the area in the quarters before, as it was collated then.
async fn earlier(
    tx: &TenantTx,
    tenant: TenantId,
    area: Id<area::Model>,
    quarter: Period,
) -> Result<Vec<(FeedbackSubject, Mentions<Id<area::Model>>)>> {
    let before = summaries(tx, tenant, &Filter { area: Some(area), quarter: None }).await?;
    let before: BTreeMap<_, _> = before
        .into_iter()
        .filter_map(|summary| Some((summary.id, (summary.version, summary.quarter.parse::<Period>().ok()?))))
        .filter(|(_, (_, earlier))| counts_towards(*earlier, quarter))
        .collect();
    let versions: Vec<_> = before.iter().map(|(id, (version, _))| (*id, *version)).collect();
    let themes = themes(tx, tenant, &versions).await?;
    let sources = sources(tx, tenant, themes.iter().map(|theme| theme.id).collect()).await?;
    let mut found = Vec::new();
    for source in sources {
        let Some(theme) = themes.iter().find(|theme| theme.id == source.theme_id) else { continue };
        // Each summary answers for its own quarter; what it took over from before is in those of before.
        let own = before.get(&theme.summary_id).map(|(_, quarter)| *quarter).filter(|own| own.code() == source.quarter);
        let mention = |quarter| Mentions { unit: source.unit_id, quarter, count: source.mentions };
        found.extend(own.map(|own| (theme.subject, mention(own))));
    }
    Ok(found)
}

/// Sends a summary to the lead member of its area, who may read it from then on and is written to.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when it was sent, or nobody is lead member of the area today; with
/// `STALE_VERSION` when another version stands than was expected.
pub async fn send(
    tx: TenantTx,
    id: Id<feedback_summary::Model>,
    expected_version: Option<i32>,
) -> Result<Id<feedback_summary::Model>> {
    let leave: Authorised<(), deeds::ReportFeedbackSummary> = tx.authorise_tenant()?;
    let tenant = tx.acting_tenant()?;
    tx.hold::<feedback_summary::Entity>(Some(vec![id]), Hold::Alone).await?;
    let summary = tx.get::<feedback_summary::Entity>(tenant, id).await?;
    version::expect(expected_version, Some(summary.version))?;
    if summary.sent_on.is_some() {
        return Err(sent_already());
    }
    let area = areas::many(&tx, vec![summary.area_id]).await?.pop().ok_or(Error::NotFound("area"))?;
    let quarter = summary.quarter.parse::<Period>().map_err(Error::internal)?;
    let letter = letter::feedback_summary(&area.name, &quarter.label());
    if tx.notify(&leave, (Office::PartnershipLeadMember, area.id), &letter).await? == 0 {
        let message = format!("Nobody is lead member for {} today, so there is nobody to send it to.", area.name);
        return Err(Error::invalid("summary", ProblemCode::Missing, message));
    }
    let act = tx.act("SEND_FEEDBACK_SUMMARY", &leave).await?;
    let values =
        vec![(feedback_summary::Column::SentOn, tx.business_date().into()), (feedback_summary::Column::SentActId, act.into())];
    tx.set::<feedback_summary::Entity>([id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

fn sent_already() -> Error {
    let message = "This summary has been sent to the area's lead member, and stands as it is.";
    Error::invalid("summary", ProblemCode::Locked, message)
}

/// Whether somebody sees a summary: lead members see those of their area that were sent.
fn is_seen(tx: &TenantTx, summary: &feedback_summary::Model) -> bool {
    summary.sent_on.is_some() || tx.reads_all(summary.tenant_id, Resource::FeedbackSummary)
}

/// The summaries of a tenant, latest quarter first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn summaries(tx: &TenantTx, tenant: TenantId, filter: &Filter) -> Result<Vec<feedback_summary::Model>> {
    use feedback_summary::Column;
    let mut rows = tx.rows::<feedback_summary::Entity>(tenant)?;
    if let Some(area) = filter.area {
        rows = rows.filter(Column::AreaId.eq(area));
    }
    if let Some(quarter) = filter.quarter {
        rows = rows.filter(Column::Quarter.eq(quarter.code()));
    }
    let rows = rows.order_by(Column::Quarter, Order::Desc).order_by(Column::Id, Order::Asc).all().await?;
    Ok(rows.into_iter().filter(|row| is_seen(tx, row)).collect())
}

/// The summaries with these identifiers.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn many(
    tx: &TenantTx,
    tenant: TenantId,
    ids: impl IntoIterator<Item = Id<feedback_summary::Model>>,
) -> Result<Vec<feedback_summary::Model>> {
    let rows = tx.get_many::<feedback_summary::Entity>(tenant, ids).await?;
    Ok(rows.into_iter().filter(|row| is_seen(tx, row)).collect())
}

/// The themes that stand in summaries, each summary with its version, in their order.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn themes(
    tx: &TenantTx,
    tenant: TenantId,
    versions: &[(Id<feedback_summary::Model>, i32)],
) -> Result<Vec<feedback_theme::Model>> {
    use feedback_theme::Column;
    let rows = tx.rows::<feedback_theme::Entity>(tenant)?;
    let rows = rows.filter(tx.any_of(Column::SummaryId, versions.iter().map(|(id, _)| *id)));
    let rows = rows.order_by(Column::Number, Order::Asc).all().await?;
    Ok(rows.into_iter().filter(|row| versions.contains(&(row.summary_id, row.version))).collect())
}

/// Where themes came up, latest quarter first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn sources(
    tx: &TenantTx,
    tenant: TenantId,
    themes: Vec<Id<feedback_theme::Model>>,
) -> Result<Vec<feedback_source::Model>> {
    use feedback_source::Column;
    let rows = tx.rows::<feedback_source::Entity>(tenant)?;
    let rows = rows.filter(tx.any_of(Column::ThemeId, themes));
    rows.order_by(Column::Quarter, Order::Desc).order_by(Column::UnitId, Order::Asc).all().await
}
