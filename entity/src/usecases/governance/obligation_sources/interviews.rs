//! The chairman's interview of each member in each year (duty 24), closed by recording it. The chairman sees every line, each member
//! their own, and nobody else any: whether somebody was interviewed is between the two.

use super::{Holder, Obligation, ObligationKind, Owed, Subject, readable};
use crate::{
    error::{Error, Result},
    policy::{Office, Resource},
    rules::wording::LongDate,
    tables::TenantId,
    tenancy::TenantTx,
    usecases::{governance::interviews, organisation::appointments},
};

/// The number of the duty.
const INTERVIEW: i32 = 24;

/// One for each year that has begun and each who was a member at its end, or is today.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    let held = match interviews::of_tenant(tx, tenant).await {
        Err(Error::Denied { .. } | Error::NotShared { .. }) => return Ok(Vec::new()),
        held => held?,
    };
    let own = tx.own_only(tenant, Resource::Interview);
    let today = tx.business_date();
    let members = readable(interviews::members(tx, tenant).await)?;
    let people = readable(appointments::people(tx, tenant, members.iter().map(|row| row.person_id).collect()).await)?;
    let mut found = Vec::new();
    for year in interviews::years(today) {
        let interviewed = interviews::interviewed(&members, year.end().min(today));
        for member in interviewed.into_iter().filter(|member| own.is_none_or(|own| own == *member)) {
            let Some(person) = people.iter().find(|person| person.id == member) else { continue };
            let owed = Owed {
                kind: ObligationKind::MemberInterview,
                code: format!("{}/{member}/{}", ObligationKind::MemberInterview.code(), year.code()),
                title: format!("Interview {} for {}, partnership effectiveness included", person.name, year.label()),
                holder: Holder { office: Some(Office::AuthorityChairman), ..Holder::default() },
                subject: Subject::Tenant,
                duty: Some(INTERVIEW),
                known_on: year.start(),
                opens_on: year.start(),
                due_on: year.end(),
            };
            // One that left out what the duty is about leaves it open.
            let own = held.iter().filter(|row| row.member_id == member && row.year == year.code());
            let interview = own.filter(|row| row.is_effectiveness_discussed).min_by_key(|row| row.held_on);
            let met = interview.map(|row| (row.recorded_on, format!("The interview of {}", LongDate(row.held_on))));
            found.push(owed.met(tenant, met));
        }
    }
    Ok(found)
}
