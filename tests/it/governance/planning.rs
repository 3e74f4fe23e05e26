//! The planning cycle: a specialist partnership drafts its plan, the Performance and Standards Group challenges it, and the final plan
//! follows in December; each closes its duty for the year, and none comes out of turn.

use entity::rules::quarter_return::content_hash;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, day};

use super::{
    duties::{one, owed},
    fixtures::{area, done, refused},
};
use crate::finance::fixtures::body;

both_dbs!(
    a_plan_goes_from_draft_by_feedback_to_final_and_closes_each_duty,
    a_late_draft_leaves_the_group_ten_working_days,
    plans_and_feedback_have_their_offices_and_their_turns,
    a_final_plan_s_actions_come_into_the_register_with_it_or_nothing_does,
);

const KINDS: [&str; 3] = ["DRAFT_ACTION_PLAN", "ACTION_PLAN_FEEDBACK", "FINAL_ACTION_PLAN"];

fn plan(year: &str, activity: &str) -> Value {
    let activities =
        json!([{ "activity": activity, "outcome": "Fewer assaults at night", "funding": "Within the area based grant" }]);
    json!({ "body": body("shp"), "year": year, "activities": activities })
}

/// An action as a final plan names it.
fn action(reference: Option<&str>, words: &str) -> Value {
    json!({ "reference": reference, "words": words, "timescale": "March 2012", "successMeasure": "Fewer assaults",
        "owners": [{ "office": "SSP_CHAIR", "isAccountable": true }] })
}

/// A final plan for 2011/12 with its actions.
fn final_plan(activity: &str, actions: &[Value]) -> Value {
    let mut plan = plan("FY2011", activity);
    plan["actions"] = json!(actions);
    plan
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
    let last =
        done(&chair, "submitFinalActionPlan", final_plan("Street pastors in two wards", &[action(None, "Train pastors")]), shown)
            .await;
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
    let whole = final_plan("Street pastors", &[action(None, "Train pastors")]);
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
    assert_eq!(refused(&chair, "submitFinalActionPlan", whole.clone()).await, ["year OUT_OF_TURN"], "the draft comes first");
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
    done(&chair, "submitFinalActionPlan", whole, "").await;
    let further = final_plan("Street pastors", &[]);
    assert_eq!(refused(&chair, "submitDraftActionPlan", draft.clone()).await, ["year LOCKED"]);
    assert_eq!(refused(&chair, "submitFinalActionPlan", further.clone()).await, ["year DUPLICATE"]);
    // The group may challenge the final plan, too, and another one then follows.
    done(&group, "recordActionPlanFeedback", feedback(&id, 3), "").await;
    done(&chair, "submitFinalActionPlan", further, "").await;
}

const REGISTER: &str = "query ($plan: String) { tenant(by: { slug: \"halton\" }) { actions(filter: { planReference: $plan }) { nodes {
    id reference words plan { reference versions { number } } } } actionPlans { nodes { reference versions { number stage } } } } }";

async fn a_final_plan_s_actions_come_into_the_register_with_it_or_nothing_does(app: TestApp) {
    let chair = app.sign_in("halton.ssp-chair").await;
    app.clock().set_business_date(day("2010-12-06"));
    done(&chair, "submitDraftActionPlan", plan("FY2011", "Street pastors"), "").await;
    let register = async || chair.ask(REGISTER, json!({ "plan": "shp-FY2011" })).await.data("/tenant").clone();
    let before = register().await;
    assert_eq!(before["actions"]["nodes"], json!([]));
    let (good, nameless) = (action(None, "Train pastors"), action(None, " "));
    let mut unowned = action(Some("2"), "Buy lamps");
    unowned["owners"] = json!([]);
    let mut undated = action(Some("2"), "Buy lamps");
    undated["timescale"] = json!("On-going");
    let mut elsewhere = good.clone();
    let plans = chair.ask("{ tenant(by: { slug: \"halton\" }) { actionPlans { nodes { id reference } } } }", json!({})).await;
    let other =
        plans.list("/tenant/actionPlans/nodes").iter().find(|plan| plan["reference"] != "shp-FY2011").expect("there is another");
    elsewhere["plan"] = other["id"].clone();
    for (actions, fault) in [
        (vec![], "actions MISSING"),
        (vec![good.clone(), nameless], "actions.1.words MISSING"),
        (vec![good.clone(), action(Some("1"), "Buy lamps")], "actions.1.reference DUPLICATE"),
        (vec![good.clone(), unowned], "actions.1.owners OUT_OF_RANGE"),
        (vec![good.clone(), undated], "actions.1.reviewOn MISSING"),
        (vec![elsewhere], "actions.0.plan OUT_OF_RANGE"),
    ] {
        assert_eq!(refused(&chair, "submitFinalActionPlan", final_plan("Street pastors", &actions)).await, [fault]);
        assert_eq!(register().await, before, "nothing is half-written: {fault}");
    }

    let mut lamps = action(Some("4a"), "Buy lamps");
    lamps["area"] = json!(area("halton"));
    lamps["owners"] = json!([
        { "office": "SSP_CHAIR", "isAccountable": true },
        { "body": body("ssp-healthy"), "isAccountable": false, "words": "its street drinking group" },
    ]);
    let both = [good.clone(), lamps];
    let fields = "actionPlan { id actions { nodes { id reference } } versions { number content contentHash
        actions { nodes { id reference words plan { reference } owners { office isAccountable } dueOn } } } }";
    let made = done(&chair, "submitFinalActionPlan", final_plan("Street pastors", &both), fields).await;
    let versions = &made["actionPlan"]["versions"];
    assert_eq!(versions[0]["actions"]["nodes"], json!([]), "a draft brings none");
    let own = &versions[1]["actions"]["nodes"];
    assert_eq!((own.as_array().unwrap().len(), &own[0]["reference"], &own[1]["reference"]), (2, &json!("1"), &json!("4a")));
    assert_eq!(own[0]["plan"]["reference"], "shp-FY2011");
    assert_eq!(
        (&own[0]["owners"], &own[0]["dueOn"]),
        (&json!([{ "office": "SSP_CHAIR", "isAccountable": true }]), &json!("2012-03-31"))
    );
    let frozen = versions[1]["content"].as_str().unwrap();
    let kept: Value = serde_json::from_str(frozen).expect("it is JSON");
    assert_eq!((&kept["actions"][1]["reference"], &kept["actions"][1]["words"]), (&json!("4a"), &json!("Buy lamps")));
    assert_eq!(kept["actions"][0].get("area"), None, "it is about no single area");
    let (area, owners) = (&kept["actions"][1]["area"], &kept["actions"][1]["owners"]);
    assert_eq!((area, owners.as_array().map(Vec::len)), (&json!("Halton"), Some(2)));
    assert_eq!((&owners[0]["office"], &owners[0]["is_accountable"]), (&json!("SSP_CHAIR"), &json!(true)));
    assert_eq!((&owners[1]["body"], &owners[1]["is_accountable"]), (&json!("SSP for A Healthy Halton"), &json!(false)));
    assert_eq!(owners[1]["words"], "its street drinking group");
    assert_eq!(versions[1]["contentHash"], content_hash(frozen));
    let now = register().await;
    let found = now["actions"]["nodes"].as_array().unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|action| action["plan"]["reference"] == "shp-FY2011"), "{found:?}");

    // The group challenges it: a further final plan adds, and what the register has stays.
    let group = app.sign_in("halton.psg-member").await;
    done(&group, "recordActionPlanFeedback", feedback(&made["actionPlan"]["id"], 2), "").await;
    let again = final_plan("Street pastors", &[good]);
    assert_eq!(refused(&chair, "submitFinalActionPlan", again).await, ["actions.0.reference DUPLICATE"]);
    let further = final_plan("Street pastors", &[action(Some("5"), "Map the ranks")]);
    let made = done(&chair, "submitFinalActionPlan", further, fields).await;
    assert_eq!(made["actionPlan"]["versions"][2]["actions"]["nodes"][0]["reference"], "5");
    assert_eq!(made["actionPlan"]["versions"][2]["actions"]["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(made["actionPlan"]["actions"]["nodes"].as_array().unwrap().len(), 3);
}
