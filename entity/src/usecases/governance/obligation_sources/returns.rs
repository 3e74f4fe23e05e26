//! The quarter's way to the committee: the summary of feedback (duty 5), the lead member's return (duty 1), and its receipt.

use std::collections::HashMap;

use super::{Holder, Obligation, ObligationKind, Owed, Subject, readable};
use crate::{
    error::Result,
    policy::Office,
    tables::{Id, TenantId, governance::feedback_summary, organisation::body, performance::area},
    tenancy::TenantTx,
    usecases::governance::{
        collation,
        committees::{self, ENGAGEMENT_COMMITTEE},
        feedback,
        quarterly_returns::{self, Return},
    },
};

/// The number of the duty to report each quarter.
const QUARTERLY_RETURN: i32 = 1;
/// The number of the duty to sum up what members wrote, for the area's lead member.
const FEEDBACK_SUMMARY: i32 = 5;

/// All three for each area and quarter for which a committee's meeting is fixed.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    let returns = readable(quarterly_returns::of_tenant(tx, tenant, &quarterly_returns::Filter::default()).await)?;
    if returns.is_empty() {
        return Ok(Vec::new());
    }
    let committee = committees::named(tx, tenant, ENGAGEMENT_COMMITTEE).await?.map(|row| row.id);
    let summaries = readable(collation::summaries(tx, tenant, &feedback::Filter::default()).await)?;
    let mut sent: HashMap<(Id<area::Model>, &str), &feedback_summary::Model> = HashMap::new();
    for summary in summaries.iter().filter(|summary| summary.sent_on.is_some()) {
        let first = sent.entry((summary.area_id, summary.quarter.as_str())).or_insert(summary);
        if summary.sent_on < first.sent_on {
            *first = summary;
        }
    }
    let mut found = Vec::new();
    for one in &returns {
        found.extend(handing_in(tenant, one));
        found.extend(receipt(tenant, one, committee));
        let summary = sent.get(&(one.area.id, one.quarter.code().as_str())).copied();
        found.extend(summing_up(tenant, one, summary));
    }
    Ok(found)
}

/// Owed by the area's lead member, and met by handing the return in.
fn handing_in(tenant: TenantId, one: &Return) -> Option<Obligation> {
    let opens_on = one.quarter.end().succ_opt()?;
    let owed = Owed {
        kind: ObligationKind::QuarterlyReturn,
        code: one.obligation_code(),
        title: format!("Hand in the return on {} for {}", one.area.name, one.quarter.label()),
        holder: Holder { office: Some(Office::PartnershipLeadMember), area: Some(one.area.id), ..Holder::default() },
        subject: Subject::Return(one.id),
        duty: Some(QUARTERLY_RETURN),
        known_on: opens_on,
        opens_on,
        // What is in was due when it was due: no meeting that is called later makes it late.
        due_on: one.standing().and_then(|submission| submission.due_on).or(one.due_on)?,
    };
    let met = one.standing().map(|submission| {
        (submission.submitted_on, format!("Submission {}, SHA-256 {}", submission.number, submission.content_hash))
    });
    Some(owed.met(tenant, met))
}

/// Owed by the Research Officer, in time for the return that it goes into, and met by sending it to the area's lead member. The documents
/// name no day; a summary that came after the return was due would serve nobody.
fn summing_up(tenant: TenantId, one: &Return, sent: Option<&feedback_summary::Model>) -> Option<Obligation> {
    let opens_on = one.quarter.end().succ_opt()?;
    let owed = Owed {
        kind: ObligationKind::FeedbackSummary,
        code: format!("FEEDBACK_SUMMARY/{}/{}", one.area.id, one.quarter.code()),
        title: format!("Send the summary of neighbourhood feedback for {}, {}", one.area.name, one.quarter.label()),
        holder: Holder { office: Some(Office::ResearchOfficer), ..Holder::default() },
        subject: Subject::Area(one.area.id),
        duty: Some(FEEDBACK_SUMMARY),
        known_on: opens_on,
        opens_on,
        due_on: one.due_on?,
    };
    let met = sent.and_then(|summary| Some((summary.sent_on?, format!("The summary of {} forms", summary.forms))));
    Some(owed.met(tenant, met))
}

/// Owed by the committee's clerk once a return is in, by the meeting to which it goes, and met by minuting that it was received.
fn receipt(tenant: TenantId, one: &Return, committee: Option<Id<body::Model>>) -> Option<Obligation> {
    let submission = one.standing()?;
    let owed = Owed {
        kind: ObligationKind::ReturnReceipt,
        code: format!("RETURN_RECEIPT/{}", submission.id),
        title: format!("Minute that the committee received the return on {} for {}", one.area.name, one.quarter.label()),
        holder: Holder { office: Some(Office::CommitteeClerk), body: Some(committee?), ..Holder::default() },
        subject: Subject::Return(one.id),
        duty: None,
        known_on: submission.submitted_on,
        opens_on: submission.submitted_on,
        due_on: one.heard_on?,
    };
    let minute = |number: &String| format!("Minute {number}");
    let minute = submission.minute_reference.as_ref().map_or_else(|| "The minute of its receipt".to_owned(), minute);
    let met = submission.received_on.map(|day| (day, minute));
    Some(owed.met(tenant, met))
}
