//! What closes duties by itself: a plan on its way through the planning cycle, publications for members, and the chairman's interviews.

use serde_json::json;

use super::{Day, done, made};
use crate::{
    finance::fixtures::body,
    governance::fixtures::{AUTHORITY, area, tenant},
};

pub(super) async fn all(day: &mut Day<'_>) {
    a_plan_of_the_safer_halton_partnership(day).await;
    a_scan_and_a_bulletin(day).await;
    an_interview_of_halton_s_lead_member(day).await;
}

/// A draft is challenged and followed by the final plan, late as they are.
async fn a_plan_of_the_safer_halton_partnership(day: &mut Day<'_>) {
    let app = day.app;
    let (chair, group) = (app.sign_in("halton.ssp-chair").await, app.sign_in("halton.psg-member").await);
    let marshals = json!([{ "activity": "Marshals at taxi ranks", "outcome": "Fewer assaults", "funding": "Within the grant" }]);
    let version = json!({ "body": body("shp"), "year": "FY2010", "activities": marshals });
    done(day, &chair, "submitDraftActionPlan", version.clone()).await;
    let plan = made(day, "/submitDraftActionPlan/actionPlan/id");
    let feedback = json!({ "plan": plan, "version": 1, "prioritisation": "Right.", "plausibility": "It costs more than that.",
        "recommendedChanges": "Begin with one rank." });
    done(day, &group, "recordActionPlanFeedback", feedback).await;
    let mut whole = version;
    whole["actions"] = json!([{ "words": "Train marshals", "timescale": "March 2011", "owners": [{ "office": "SSP_CHAIR", "isAccountable": true }] }]);
    done(day, &chair, "submitFinalActionPlan", whole).await;
}

/// What happens in partnerships is told to lead members.
async fn a_scan_and_a_bulletin(day: &mut Day<'_>) {
    let officer = day.app.sign_in("authority.engagement-manager").await;
    let query = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { actions(first: 1) { nodes { id } } } }";
    let action = officer.ask(query, json!({})).await.text("/tenant/actions/nodes/0/id").to_owned();
    let item = json!({ "areas": [area("halton"), area("warrington")], "headline": "Protocols", "words": "New ones are out.",
        "actionAsked": "Ask for yours.", "about": action, "address": "https://authority.example/protocols" });
    let scan = json!({ "tenant": tenant(AUTHORITY), "month": "FY2010-M01", "lateReason": "Snow.", "items": [item] });
    // April's is the first that is owed.
    day.app.clock().set_business_date(tests::support::day("2010-05-04"));
    done(day, &day.app.sign_in("authority.engagement-manager").await, "publishEnvironmentalScan", scan).await;
    day.app.clock().set_business_date(tests::support::day("2010-02-09"));
    done(day, &officer, "publishMembersBulletin", json!({ "tenant": tenant(AUTHORITY), "items": [item] })).await;
}

/// The chairman interviews a member.
async fn an_interview_of_halton_s_lead_member(day: &mut Day<'_>) {
    let query = "{ viewer { person { id } } }";
    let member = day.app.sign_in("halton.lead-member").await.ask(query, json!({})).await.text("/viewer/person/id").to_owned();
    let interview = json!({ "tenant": tenant(AUTHORITY), "member": member, "year": "FY2009", "heldOn": "2010-02-08",
        "isEffectivenessDiscussed": true, "note": "More training is wanted." });
    done(day, &day.app.sign_in("authority.chairman").await, "recordMemberInterview", interview).await;
    let interview = made(day, "/recordMemberInterview/interview/id");
    let right = json!({ "interview": interview, "heldOn": "2010-02-05", "isEffectivenessDiscussed": true, "note": "Less training is wanted.",
        "reason": "It was misheard." });
    done(day, &day.app.sign_in("authority.chairman").await, "recordInterviewCorrection", right).await;
}
