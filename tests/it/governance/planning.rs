//! The planning cycle: a specialist partnership drafts its plan, the Performance and Standards Group challenges it, and the final plan
//! follows in December; each closes its duty for the year, and none comes out of turn.

use entity::rules::quarter_return::content_hash;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, day};

use super::{
    duties::{one, owed},
    fixtures::{done, refused},
};
use crate::finance::fixtures::body;

both_dbs!(
    a_plan_goes_from_draft_by_feedback_to_final_and_closes_each_duty,
    a_late_draft_leaves_the_group_ten_working_days,
    plans_and_feedback_have_their_offices_and_their_turns,
);

const KINDS: [&str; 3] = ["DRAFT_ACTION_PLAN", "ACTION_PLAN_FEEDBACK", "FINAL_ACTION_PLAN"];

fn plan(year: &str, activity: &str) -> Value {
    let activities =
        json!([{ "activity": activity, "outcome": "Fewer assaults at night", "funding": "Within the area based grant" }]);
    json!({ "body": body("shp"), "year": year, "activities": activities })
}

fn feedback(plan: &Value, version: i32) -> Value {
    json!({ "plan": plan, "version": version, "prioritisation": "Nights before days.", "plausibility": "Volunteers are too few.",
        "recommendedChanges": "Begin with two wards." })
}

/// What the Safer Halton Partnership and the group owe for 2011/12: kind, due day and standing.
async fn lines(actor: &Actor) -> Vec<String> {
    let found = owed(actor, "halton", &KINDS).await;
    let own = found.iter().filter(|one| one["title"].as_str().unwrap().contains("Safer Halton Partnership"));
    let own = own.filter(|one| one["title"].as_str().unwrap().ends_with("for 2011/12"));
    own.map(|one| format!("{} {} {}", one["kind"], one["dueOn"], one["standing"]).replace('"', "")).collect()
}

async fn a_plan_goes_from_draft_by_feedback_to_final_and_closes_each_duty(app: TestApp) {
    let (chair, group) = (app.sign_in("halton.ssp-chair").await, app.sign_in("halton.psg-member").await);
    assert_eq!(
        lines(&chair).await,
        ["DRAFT_ACTION_PLAN 2010-10-31 UPCOMING", "FINAL_ACTION_PLAN 2010-12-31 UPCOMING"],
        "there is no feedback to give before there is a draft"
    );
    app.clock().set_business_date(day("2010-09-15"));
    let found = owed(&chair, "halton", &KINDS).await;
    let drafts = found.iter().filter(|one| one["kind"] == "DRAFT_ACTION_PLAN" && one["dueOn"] == "2010-10-31");
    assert_eq!(drafts.count(), 5, "one of each specialist partnership");
    let draft = found.iter().find(|one| one["kind"] == "DRAFT_ACTION_PLAN" && one["body"]["reference"] == "shp").unwrap();
    assert_eq!((&draft["duty"], &draft["office"], &draft["opensOn"]), (&json!(33), &json!("SSP_CHAIR"), &json!("2010-08-01")));

    let shown = "actionPlan { id reference title fromOn toOn body { reference }
        versions { number stage content contentHash isIntact submittedOn activities { activity outcome funding } feedback { prioritisation } } }";
    let made = done(&chair, "submitDraftActionPlan", plan("FY2011", "Street pastors"), shown).await;
    let made = &made["actionPlan"];
    assert_eq!(
        (&made["reference"], &made["title"], &made["fromOn"], &made["toOn"], &made["body"]["reference"]),
        (
            &json!("shp-FY2011"),
            &json!("Action plan 2011/12 of Safer Halton Partnership"),
            &json!("2011-04-01"),
            &json!("2012-03-31"),
            &json!("shp")
        )
    );
    let first = made["versions"][0].clone();
    assert_eq!((&first["number"], &first["stage"], &first["feedback"]), (&json!(1), &json!("DRAFT"), &Value::Null));
    assert_eq!(
        first["activities"][0],
        json!({ "activity": "Street pastors", "outcome": "Fewer assaults at night", "funding": "Within the area based grant" })
    );
    assert_eq!(first["contentHash"], content_hash(first["content"].as_str().unwrap()));
    assert_eq!(
        lines(&group).await,
        ["ACTION_PLAN_FEEDBACK 2010-10-31 DUE", "DRAFT_ACTION_PLAN 2010-10-31 MET", "FINAL_ACTION_PLAN 2010-12-31 UPCOMING"]
    );
    let found = owed(&group, "halton", &["ACTION_PLAN_FEEDBACK"]).await;
    let due = one(&found, "feedback on its draft");
    assert_eq!((&due["duty"], &due["office"]), (&json!(31), &json!("PSG_MEMBER")));
    assert_eq!(due["holders"][0]["appointment"]["person"]["name"], "Halton PSG member");

    let id = made["id"].clone();
    let seen = done(
        &group,
        "recordActionPlanFeedback",
        feedback(&id, 1),
        "actionPlan { versions { feedback { prioritisation plausibility recommendedChanges givenOn } } }",
    )
    .await;
    assert_eq!(
        seen["actionPlan"]["versions"][0]["feedback"],
        json!({ "prioritisation": "Nights before days.", "plausibility": "Volunteers are too few.",
            "recommendedChanges": "Begin with two wards.", "givenOn": "2010-09-15" })
    );
    assert_eq!(lines(&group).await[0], "ACTION_PLAN_FEEDBACK 2010-10-31 MET");

    app.clock().set_business_date(day("2011-01-04"));
    assert_eq!(lines(&chair).await[2], "FINAL_ACTION_PLAN 2010-12-31 LATE");
    let last = done(&chair, "submitFinalActionPlan", plan("FY2011", "Street pastors in two wards"), shown).await;
    let versions = last["actionPlan"]["versions"].as_array().unwrap().clone();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0]["contentHash"], first["contentHash"], "the draft stands as it was frozen");
    assert_eq!((&versions[1]["stage"], &versions[1]["isIntact"]), (&json!("FINAL"), &json!(true)));
    assert_eq!(versions[1]["activities"][0]["activity"], "Street pastors in two wards");
    assert_eq!(lines(&chair).await[2], "FINAL_ACTION_PLAN 2010-12-31 MET_LATE");
}

async fn a_late_draft_leaves_the_group_ten_working_days(app: TestApp) {
    let chair = app.sign_in("halton.ssp-chair").await;
    app.clock().set_business_date(day("2010-11-01"));
    assert_eq!(lines(&chair).await[0], "DRAFT_ACTION_PLAN 2010-10-31 LATE");
    done(&chair, "submitDraftActionPlan", plan("FY2011", "Street pastors"), "").await;
    let found = lines(&chair).await;
    assert!(found.contains(&"DRAFT_ACTION_PLAN 2010-10-31 MET_LATE".to_owned()), "{found:?}");
    assert!(found.contains(&"ACTION_PLAN_FEEDBACK 2010-11-15 DUE".to_owned()), "{found:?}");
}

async fn plans_and_feedback_have_their_offices_and_their_turns(app: TestApp) {
    let (chair, group) = (app.sign_in("halton.ssp-chair").await, app.sign_in("halton.psg-member").await);
    let draft = plan("FY2011", "Street pastors");
    assert_eq!(refused(&chair, "submitDraftActionPlan", draft.clone()).await, ["year OUT_OF_TURN"], "not before August");
    app.clock().set_business_date(day("2010-09-15"));
    for other in ["halton.psg-member", "halton.performance-officer", "halton.board-member", "halton.lead-member"] {
        assert_eq!(refused(&app.sign_in(other).await, "submitDraftActionPlan", draft.clone()).await, ["FORBIDDEN"], "{other}");
    }
    let stranger = app.sign_in("warrington.psg-member").await;
    assert_eq!(refused(&stranger, "submitDraftActionPlan", draft.clone()).await, ["body NOT_FOUND"]);
    let mut another = draft.clone();
    another["body"] = json!(body("ssp-healthy"));
    assert_eq!(refused(&chair, "submitDraftActionPlan", another).await, ["FORBIDDEN"], "another partnership has its own chair");
    assert_eq!(refused(&chair, "submitFinalActionPlan", draft.clone()).await, ["year OUT_OF_TURN"], "the draft comes first");
    let plans = "{ tenant(by: { slug: \"halton\" }) { actionPlans { nodes { id reference } } } }";
    let found = chair.ask(plans, json!({})).await;
    let nodes = found.list("/tenant/actionPlans/nodes");
    assert!(!nodes.iter().any(|plan| plan["reference"] == "shp-FY2011"), "what was refused left nothing behind: {nodes:?}");
    let old = nodes[0]["id"].clone();
    assert_eq!(
        refused(&group, "recordActionPlanFeedback", feedback(&old, 1)).await,
        ["plan OUT_OF_TURN"],
        "nothing was submitted"
    );
    let mut empty = draft.clone();
    empty["activities"] = json!([{ "activity": "Street pastors", "outcome": " ", "funding": "" }]);
    let missing = ["activities.0.outcome MISSING", "activities.0.funding MISSING"];
    assert_eq!(refused(&chair, "submitDraftActionPlan", empty).await, missing);
    for (year, code) in [("FY2011-Q1", "year MALFORMED"), ("FY2009", "year OUT_OF_RANGE"), ("FY2012", "year OUT_OF_TURN")] {
        assert_eq!(refused(&chair, "submitDraftActionPlan", plan(year, "Street pastors")).await, [code], "{year}");
    }

    let made = done(&chair, "submitDraftActionPlan", draft.clone(), "actionPlan { id }").await;
    let id = made["actionPlan"]["id"].clone();
    for other in ["halton.ssp-chair", "halton.performance-officer", "halton.board-member"] {
        assert_eq!(
            refused(&app.sign_in(other).await, "recordActionPlanFeedback", feedback(&id, 1)).await,
            ["FORBIDDEN"],
            "{other}"
        );
    }
    assert_eq!(refused(&stranger, "recordActionPlanFeedback", feedback(&id, 1)).await, ["plan NOT_FOUND"]);
    assert_eq!(refused(&group, "recordActionPlanFeedback", feedback(&id, 2)).await, ["version NOT_FOUND"]);
    done(&chair, "submitDraftActionPlan", plan("FY2011", "Street pastors and marshals"), "").await;
    assert_eq!(
        refused(&group, "recordActionPlanFeedback", feedback(&id, 1)).await,
        ["version OUT_OF_TURN"],
        "a later draft stands"
    );
    done(&group, "recordActionPlanFeedback", feedback(&id, 2), "").await;
    assert_eq!(refused(&group, "recordActionPlanFeedback", feedback(&id, 2)).await, ["version DUPLICATE"]);
    done(&chair, "submitFinalActionPlan", draft.clone(), "").await;
    assert_eq!(refused(&chair, "submitDraftActionPlan", draft.clone()).await, ["year LOCKED"]);
    assert_eq!(refused(&chair, "submitFinalActionPlan", draft.clone()).await, ["year DUPLICATE"]);
    // The group may challenge the final plan, too, and another one then follows.
    done(&group, "recordActionPlanFeedback", feedback(&id, 3), "").await;
    done(&chair, "submitFinalActionPlan", draft, "").await;
}
