//! Members' forms about their neighbourhood policing units (duty 4), closed by sending them; missed where the feedback was collated before.

use super::{Closed, Holder, Obligation, ObligationKind, Owed, Subject, readable};
use crate::{
    error::Result,
    policy::{Office, Resource},
    rules::{obligations::feedback_due, quarter_return::quarters, wording::LongDate},
    tables::{TenantId, performance::area_link::Hierarchy},
    tenancy::TenantTx,
    usecases::{governance::feedback, performance::areas},
};

/// The number of the duty to write about one's units.
const FORM: i32 = 4;

/// The forms that are owed for each quarter that has begun: one of each member for each unit to which they were linked at its end, or are
/// today. Members see their own, who collates or follows feedback everybody's.
///
/// # Errors
/// When the database fails.
pub(super) async fn forms(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    let Some(sent) = tx.feedback_sent(tenant).await? else { return Ok(Vec::new()) };
    let author = tx.own_only(tenant, Resource::Feedback);
    let today = tx.business_date();
    let links = readable(feedback::links(tx, tenant).await)?;
    let units = areas::many(tx, links.iter().map(|link| link.unit).collect()).await?;
    let collated = tx.feedback_collated(tenant).await?;
    let placed = areas::links(tx, Hierarchy::Partnership).await?;
    let mut found = Vec::new();
    for quarter in quarters(today) {
        let on = quarter.end().min(today);
        let linked = links.iter().filter(|link| link.holds(on) && author.is_none_or(|own| own == link.member));
        for link in linked {
            let Some(unit) = units.iter().find(|unit| unit.id == link.unit) else { continue };
            let form = sent.iter().find(|form| {
                (form.unit_id, form.author_id, form.quarter.as_str()) == (link.unit, link.member, quarter.code().as_str())
            });
            let holder =
                Holder { office: Some(Office::NpuMember), area: Some(link.unit), person: Some(link.member), ..Holder::default() };
            let owed = Owed {
                kind: ObligationKind::FeedbackForm,
                code: format!("FEEDBACK_FORM/{}/{}/{}", link.unit, link.member, quarter.code()),
                title: format!("Write to the Research Officer about {} for {}", unit.name, quarter.label()),
                holder,
                subject: Subject::Area(link.unit),
                duty: Some(FORM),
                known_on: quarter.start().max(link.from_on),
                opens_on: quarter.start(),
                due_on: feedback_due(quarter),
            };
            let met = form.map(|form| (form.first_sent_on.unwrap_or(form.sent_on), "The form as it was sent".to_owned()));
            let lies_in = |area| {
                let of_unit = placed.iter().filter(|link| (link.child_id, link.parent_id) == (unit.id, area));
                of_unit.into_iter().any(|link| areas::holds(link.from_on, link.to_on, quarter.end()))
            };
            let collation = collated.iter().find(|one| one.quarter == quarter.code() && lies_in(one.area_id));
            // However often it is collated anew, no form was taken from the first time on.
            let closed = collation.map(|one| one.first_collated_on.unwrap_or(one.collated_on)).map(|on| Closed {
                on,
                reason: format!(
                    "The feedback for {} was collated on {}, and no form is taken for it any more.",
                    quarter.label(),
                    LongDate(on)
                ),
            });
            found.push(Obligation { closed, ..owed.met(tenant, met) });
        }
    }
    // Somebody can be linked to a unit twice over.
    found.sort_by(|a: &Obligation, b| a.code.cmp(&b.code));
    found.dedup_by(|a, b| a.code == b.code);
    Ok(found)
}
