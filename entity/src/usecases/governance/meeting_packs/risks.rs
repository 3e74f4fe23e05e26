//! Risks in a pack: what the Treasurer determined of those that were reported, and single risks that an item of the agenda is about.
//!
//! All of it is exempt, wherever it stands: registers, and what was passed on from them, are read only by those who work with them.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::returns::{filled, text};
use crate::{
    error::Result,
    rules::{
        escalation::{Scope, Step},
        pack::{Block, Part},
        period::Period,
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        performance::area,
        risk::{risk, risk_referral, risk_referral_step},
    },
    tenancy::TenantTx,
    usecases::{
        performance::areas,
        risk::{READ_BY_FEW, referrals, registers},
    },
};

/// A reported risk with its way so far and the name of its area.
pub(super) struct Reported {
    pub(super) referral: risk_referral::Model,
    steps: Vec<risk_referral_step::Model>,
    area: String,
}

/// Everything that a tenant received, in the order in which the Treasurer takes it up.
pub(super) async fn reported(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Reported>> {
    let received = referrals::received(tx, tenant, &referrals::Filter::default()).await?;
    let steps = referrals::steps(tx, &received).await?;
    let areas = names(tx, received.iter().map(|referral| referral.area_id).collect()).await?;
    let of = |referral: risk_referral::Model| Reported {
        steps: steps.iter().filter(|step| step.referral_id == referral.id).cloned().collect(),
        area: areas.get(&referral.area_id).cloned().unwrap_or_default(),
        referral,
    };
    Ok(received.into_iter().map(of).collect())
}

async fn names(tx: &TenantTx, ids: Vec<Id<area::Model>>) -> Result<HashMap<Id<area::Model>, String>> {
    Ok(areas::many(tx, ids).await?.into_iter().map(|area| (area.id, area.name)).collect())
}

/// What the Treasurer determined after a day, and what is still to be determined; none when there is neither.
pub(super) fn part<'r>(reported: impl Iterator<Item = &'r Reported>, after: Option<NaiveDate>) -> Option<Part> {
    let before_it = reported.filter(|one| one.referral.custody().is_undetermined() || !one.determined(after).is_empty());
    let table = determinations(before_it.map(|one| one.row(after)))?;
    let heading = "The Treasurer's determinations of reported risks".to_owned();
    Some(Part::new(heading, Some(READ_BY_FEW.to_owned()), vec![table]))
}

/// Reported risks that an item of the agenda is about, with everything that was determined of each.
pub(super) fn of_referrals<'r>(reported: impl Iterator<Item = &'r Reported>) -> Option<Block> {
    determinations(reported.map(|one| one.row(None))).map(|table| exempt(vec![table]))
}

fn determinations(rows: impl Iterator<Item = Vec<String>>) -> Option<Block> {
    let columns = ["Number of the report", "Risk", "Reported for", "Determined", "Where it stands"];
    filled("Reported risks and what the Treasurer determined", &columns, rows)
}

impl Reported {
    /// What was determined after a day, each determination with the steps that it took.
    fn determined(&self, after: Option<NaiveDate>) -> Vec<Vec<&risk_referral_step::Model>> {
        let is_determination = |step: &&risk_referral_step::Model| {
            matches!(step.step, Step::NotSignificant | Step::Capture | Step::Advise)
                && after.is_none_or(|day| step.recorded_on > day)
        };
        let mut found: Vec<Vec<&risk_referral_step::Model>> = Vec::new();
        for step in self.steps.iter().filter(is_determination) {
            let goes_on = found.last().is_some_and(|last| is_both(last, step));
            match found.last_mut().filter(|_| goes_on) {
                Some(last) => last.push(step),
                None => found.push(vec![step]),
            }
        }
        found
    }

    fn row(&self, after: Option<NaiveDate>) -> Vec<String> {
        let Self { referral, area, .. } = self;
        let due = referral.due_on.map(|day| format!(", due on {}", LongDate(day))).unwrap_or_default();
        let quarter = referral.last_quarter.parse::<Period>();
        let determined: Vec<String> = self.determined(after).iter().map(|steps| sentence(steps)).collect();
        let awaited = referral.custody().is_undetermined().then(|| {
            let open = if determined.is_empty() {
                "Not determined yet"
            } else {
                "Reported again since, and that is still to be determined"
            };
            format!("{open}{due}.")
        });
        vec![
            referral.number.to_string(),
            format!("{} ({area}); residual score {}", referral.title, referral.residual_score),
            quarter.map_or_else(|_| referral.last_quarter.clone(), Period::label),
            determined.into_iter().chain(awaited).collect::<Vec<_>>().join(" "),
            format!("With {}", referral.custody().state().held_by()),
        ]
    }
}

/// Whether a step is the second of a determination that concerns both the Authority and the partnership.
fn is_both(last: &[&risk_referral_step::Model], step: &risk_referral_step::Model) -> bool {
    matches!(last, [first] if first.step == Step::Capture && first.scope == Some(Scope::Both) && first.number + 1 == step.number)
}

/// A determination in words: when, what, and why.
fn sentence(steps: &[&risk_referral_step::Model]) -> String {
    let Some(first) = steps.first() else { return String::new() };
    let what = steps.iter().map(|step| match step.step {
        Step::Capture => "captured in the Authority's register",
        Step::Advise => "the chief executive is advised",
        _ => "not significant",
    });
    let what = what.collect::<Vec<_>>().join(", and ");
    let minute = first.minute_reference.as_deref().map(|minute| format!(" ({minute})")).unwrap_or_default();
    let reason = first.reason.as_deref().map(|reason| format!(" {}", ended(reason))).unwrap_or_default();
    let mitigations = steps.iter().find_map(|step| step.mitigations.as_deref());
    let mitigations = mitigations.map(|words| format!(" What makes it less: {}", ended(words))).unwrap_or_default();
    format!("{}: {what}{minute}.{reason}{mitigations}", LongDate(first.recorded_on))
}

fn ended(words: &str) -> String {
    let words = words.trim();
    if words.ends_with(['.', '!', '?']) { words.to_owned() } else { format!("{words}.") }
}

/// Risks of the tenant's own registers that an item of the agenda is about.
pub(super) async fn of_registers(tx: &TenantTx, tenant: TenantId, risks: Vec<Id<risk::Model>>) -> Result<Option<Block>> {
    let mut rows = tx.get_many::<risk::Entity>(tenant, risks).await?;
    rows.sort_by_key(|row| row.number);
    let assessments = registers::assessments(tx, tenant, rows.iter().map(|row| row.id).collect()).await?;
    let areas = names(tx, rows.iter().map(|row| row.area_id).collect()).await?;
    let line = |row: &risk::Model| {
        let latest = assessments.iter().rev().find(|assessment| assessment.risk_id == row.id);
        let score =
            latest.map_or_else(|| "Not assessed".to_owned(), |latest| registers::scores(latest).residual.value().to_string());
        let area = areas.get(&row.area_id).map_or("", String::as_str);
        let closed = row.closed_on.map(|day| format!(", closed on {}", LongDate(day))).unwrap_or_default();
        vec![
            row.number.to_string(),
            format!("{} ({area})", row.title),
            [&row.cause, &row.event, &row.effect].map(|words| ended(words)).join(" "),
            score,
            format!("{}{closed}", row.response.as_str().to_lowercase()),
        ]
    };
    let columns = ["Number on the register", "Risk", "Cause, event and effect", "Residual score", "Response"];
    Ok(filled("Risks on the register", &columns, rows.iter().map(line)).map(|table| exempt(vec![table])))
}

/// What is said where something is linked that the publishing office doesn't read.
pub(super) fn unread() -> Block {
    exempt(vec![text("This item is about risks that the office that published this pack may not read.")])
}

fn exempt(blocks: Vec<Block>) -> Block {
    Block::Exempt { exemption: READ_BY_FEW.to_owned(), blocks }
}
