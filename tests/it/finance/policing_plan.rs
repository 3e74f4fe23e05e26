//! The Policing Plan as the Authority's record, and how each area's priorities answer to it.

use serde_json::{Value, json};
use tests::each_wall_alone;
use tests::support::TestApp;

use super::fixtures::{mutate, objective, priority};

each_wall_alone!(
    objectives_and_measures_are_as_the_document_has_them,
    gaps_are_shown_area_by_area,
    a_lead_member_judges_priorities_of_the_own_area_only,
);

const PLAN: &str =
    "query ($slug: String!) { tenant(by: { slug: $slug }) { policingPlanObjectives { nodes { number reference title aims
    measures { nodes { words isPriority projected nationalNumber targets { year words } } }
    alignments { nodes { priorityReference judgement version } }
    areas { slug judgement isGap serving against unjudged } } } } }";

const AUTHORITY: &str = "cheshire-police-authority";

async fn objectives_and_measures_are_as_the_document_has_them(app: TestApp) {
    let answer = app.sign_in("authority.clerk").await.ask(PLAN, json!({ "slug": AUTHORITY })).await;
    let objectives = answer.list("/tenant/policingPlanObjectives/nodes");
    assert_eq!(objectives.len(), 1, "only Objective 3 is printed");
    let only = &objectives[0];
    assert_eq!((&only["reference"], only["aims"].as_array().map(Vec::len)), (&json!("Objective 3"), Some(3)));
    assert_eq!(only["title"], "Work in partnership to create strong and vibrant communities");
    assert_eq!(
        only["measures"]["nodes"],
        json!([{ "words": "% of people who feel they can influence decisions in their locality", "isPriority": true,
            "projected": "2006/07 data Cheshire = 30% Halton = 32% Warrington = 31%", "nationalNumber": 4,
            "targets": [{ "year": "FY2009", "words": "+1% increase from baseline" },
                { "year": "FY2010", "words": "4% increase from baseline" }, { "year": "FY2011", "words": "7% increase from baseline" }] }])
    );
    // Halton reads the plan under the agreement, and of the judgements those about itself.
    let answer = app.sign_in("halton.performance-officer").await.ask(PLAN, json!({ "slug": AUTHORITY })).await;
    let seen = answer.data("/tenant/policingPlanObjectives/nodes/0");
    assert_eq!(
        seen["alignments"]["nodes"],
        json!([{ "priorityReference": "halton-laa-2008/5", "judgement": "ALIGNED", "version": 1 }])
    );
    assert_eq!(seen["areas"].as_array().map(Vec::len), Some(1), "{answer}");
    let stranger = app.sign_in("warrington.performance-officer").await.ask(PLAN, json!({ "slug": AUTHORITY })).await;
    assert_eq!(stranger.value("/tenant/policingPlanObjectives"), &Value::Null);
    assert_eq!(stranger.error_codes(), ["NOT_SHARED"], "Warrington and the Authority share no plans: {stranger}");
}

async fn gaps_are_shown_area_by_area(app: TestApp) {
    let answer = app.sign_in("authority.chief-executive").await.ask(PLAN, json!({ "slug": AUTHORITY })).await;
    let areas = answer.list("/tenant/policingPlanObjectives/nodes/0/areas");
    let of = |slug: &str| areas.iter().find(|area| area["slug"] == slug).expect("the area is there");
    assert_eq!(areas.len(), 4);
    let halton = of("halton");
    assert_eq!(
        (&halton["judgement"], &halton["isGap"], &halton["serving"]),
        (&json!("ALIGNED"), &json!(false), &json!(["A Safer Halton"]))
    );
    assert_eq!(halton["unjudged"].as_array().map(Vec::len), Some(4), "of five priorities one is judged: {answer}");
    assert_eq!((&of("warrington")["judgement"], &of("warrington")["isGap"]), (&json!("PARTIAL"), &json!(true)));
    let east = of("cheshire-east");
    assert_eq!((&east["judgement"], &east["isGap"]), (&Value::Null, &json!(true)), "nobody has judged anything there");
    assert_eq!(east["unjudged"], Value::Null, "it shares its agreement with nobody");
}

async fn a_lead_member_judges_priorities_of_the_own_area_only(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let judge = |priority: String, judgement: &str, note: Option<&str>, expected: Option<i32>| json!({ "objective": objective(), "priority": priority, "judgement": judgement, "note": note, "expectedVersion": expected });
    let selection = "alignment { version judgement priorityName note }";
    let set = async |input: Value| mutate(&member, "setPolicingPlanAlignment", input, selection).await;
    let safer = || priority("halton", "halton-laa-2008/5");
    let silent = set(judge(safer(), "CONFLICT", None, None)).await;
    assert_eq!(silent.user_errors("/setPolicingPlanAlignment")[0]["field"], json!(["note"]));
    let answer = set(judge(safer(), "CONFLICT", Some("It moves people on instead of asking them."), Some(1))).await;
    assert_eq!(answer.data("/setPolicingPlanAlignment/alignment/version"), 2, "{answer}");
    let stale = set(judge(safer(), "ALIGNED", None, Some(1))).await;
    assert_eq!(stale.user_errors("/setPolicingPlanAlignment")[0]["code"], "STALE_VERSION");
    let areas = app.sign_in("authority.chief-executive").await.ask(PLAN, json!({ "slug": AUTHORITY })).await;
    let halton = areas.list("/tenant/policingPlanObjectives/nodes/0/areas").iter().find(|area| area["slug"] == "halton").cloned();
    assert_eq!(
        halton.map(|area| (area["isGap"].clone(), area["against"].clone())),
        Some((json!(true), json!(["A Safer Halton"])))
    );
    let other = app.sign_in("warrington.lead-member").await;
    let theirs = mutate(&other, "setPolicingPlanAlignment", judge(safer(), "ALIGNED", None, None), selection).await;
    assert_eq!(theirs.user_errors("/setPolicingPlanAlignment")[0]["code"], "FORBIDDEN", "{theirs}");
    let clerk = app.sign_in("authority.clerk").await;
    let answer = mutate(&clerk, "setPolicingPlanAlignment", judge(safer(), "ALIGNED", None, None), selection).await;
    assert_eq!(answer.user_errors("/setPolicingPlanAlignment")[0]["code"], "FORBIDDEN");
}
