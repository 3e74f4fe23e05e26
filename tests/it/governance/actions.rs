//! One register of actions: the documents' plans exactly as printed, owners, progress, and the closing that takes evidence.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, day};

use super::{
    fixtures::area,
    meetings::{done, faults},
    records::meeting_on,
};
use crate::data;

both_dbs!(
    the_partnership_action_plan_stands_as_it_is_printed,
    an_owner_tells_what_became_of_an_action_and_others_do_not,
    closing_takes_evidence_and_is_final,
    two_notes_at_once_do_not_overwrite_each_other,
    an_action_is_overdue_by_its_date_alone,
    a_new_action_is_checked,
    a_plan_s_actions_are_told_apart_as_a_reader_does,
    an_office_that_is_held_for_several_areas_owns_for_one_of_them,
    progress_on_what_several_share_tells_whose_it_is,
);

const PLAN: &str = "partnership-action-plan-2009-12";

async fn action(actor: &Actor, slug: &str, plan: &str, reference: &str) -> Value {
    let query = "query ($slug: String!, $plan: String!) { tenant(by: { slug: $slug }) { actions(first: 100, filter: { planReference: $plan }) {
        nodes { id reference part status version plan { id } } } } }";
    let answer = actor.ask(query, json!({ "slug": slug, "plan": plan })).await;
    let actions = answer.list("/tenant/actions/nodes");
    actions.iter().find(|row| row["reference"] == reference).expect("the action is there").clone()
}

async fn the_partnership_action_plan_stands_as_it_is_printed(app: TestApp) {
    let officer = app.sign_in("authority.research-officer").await;
    let query = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { actionPlans { nodes { reference title
        actions(first: 100) { nodes { reference part words timescaleWords timescalePrecision dueOn startsOn printedProgress printedStatus
            owners { words office isAccountable area { reference } body { reference } } } } } } } }";
    let answer = officer.ask(query, json!({})).await;
    let plan = &answer.list("/tenant/actionPlans/nodes")[0];
    let actions = plan["actions"]["nodes"].as_array().unwrap();
    let numbers: Vec<String> = actions
        .iter()
        .map(|row| format!("{}{}", row["reference"].as_str().unwrap(), row["part"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(numbers.join(" "), "1a 1b 2 3 4 5 6 9 10 11 12 13 14 15 16 17 18", "7 and 8 are missing, and stay missing");
    let printed: Vec<data::Row> = data::rows("demonstration/actions.csv").into_iter().filter(|row| row["plan"] == PLAN).collect();
    for (row, printed) in actions.iter().zip(&printed) {
        assert_eq!(row["words"], data::text(printed, "words"));
        assert_eq!(row["timescaleWords"], data::text(printed, "timescale_words"));
        assert_eq!(row["printedProgress"], data::text(printed, "printed_progress"));
    }
    let by = |number: &str| &actions[numbers.iter().position(|other| other == number).unwrap()];
    for (number, precision, due) in [
        ("1a", json!("DAY"), json!("2010-03-31")),
        ("2", json!("ONGOING"), Value::Null),
        ("4", json!("DAY"), json!("2010-02-09")),
        ("13", json!("MONTH"), json!("2011-03-31")),
        ("14", json!("MONTH"), json!("2010-09-30")),
        ("15", json!("RECURRING"), Value::Null),
        ("17", json!("MONTH"), json!("2013-02-28")),
    ] {
        assert_eq!((&by(number)["timescalePrecision"], &by(number)["dueOn"]), (&precision, &due), "{number}");
    }
    assert_eq!(by("2")["startsOn"], "2009-11-03", "a beginning isn't a target");
    assert_eq!(
        by("1a")["owners"],
        json!([
            { "words": "Chief Executive", "office": "AUTHORITY_CHIEF_EXECUTIVE", "isAccountable": true, "area": null, "body": null },
            { "words": "Lead member for East", "office": "PARTNERSHIP_LEAD_MEMBER", "isAccountable": false,
                "area": { "reference": "cheshire-east" }, "body": null },
        ])
    );
    assert_eq!(by("14")["owners"][0]["body"]["reference"], "partnership-forum");
}

async fn an_owner_tells_what_became_of_an_action_and_others_do_not(app: TestApp) {
    let authority = "cheshire-police-authority";
    let treasurer = app.sign_in("authority.treasurer").await;
    let review = action(&treasurer, authority, PLAN, "18").await;
    let note = json!({ "action": review["id"], "state": "IN_PROGRESS", "words": "Figures asked for.", "expectedVersion": 1 });
    let answer =
        done(&treasurer, "recordActionProgress", note.clone(), "action { status version progress { number words } }").await;
    assert_eq!(faults(&answer, "recordActionProgress"), [""; 0], "{answer}");
    let told = answer.data("/recordActionProgress/action");
    assert_eq!((&told["status"], &told["version"]), (&json!("IN_PROGRESS"), &json!(2)));
    assert_eq!(told["progress"], json!([{ "number": 1, "words": "Figures asked for." }]));
    // The Cheshire East lead member owns 1a as a lead member of that area; Halton's doesn't.
    let talks = action(&treasurer, authority, PLAN, "1").await;
    assert_eq!(talks["part"], "a");
    let note = json!({ "action": talks["id"], "state": "IN_PROGRESS", "words": "Talks go on." });
    for (office, fault) in [
        ("cheshire-east.lead-member", vec![]),
        ("halton.lead-member", vec!["action FORBIDDEN"]),
        ("authority.treasurer", vec!["action FORBIDDEN"]),
        ("authority.audit", vec![" FORBIDDEN"]),
        ("halton.performance-officer", vec!["action FORBIDDEN"]),
        ("warrington.performance-officer", vec!["action FORBIDDEN"]),
    ] {
        let answer = done(&app.sign_in(office).await, "recordActionProgress", note.clone(), "action { id }").await;
        assert_eq!(faults(&answer, "recordActionProgress"), fault, "{office}");
    }
}

async fn closing_takes_evidence_and_is_final(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    let review = action(&treasurer, "cheshire-police-authority", PLAN, "18").await;
    let close = |outcome: &str, evidence: Value| json!({ "action": review["id"], "outcome": outcome, "words": "The report is in.", "evidence": evidence });
    let answer = done(&treasurer, "closeAction", close("COMPLETED", Value::Null), "action { id }").await;
    assert_eq!(faults(&answer, "closeAction"), ["evidence MISSING"]);
    let answer = done(&treasurer, "closeAction", close("IN_PROGRESS", Value::Null), "action { id }").await;
    assert_eq!(faults(&answer, "closeAction"), ["state OUT_OF_RANGE"]);
    let note = json!({ "action": review["id"], "state": "CANCELLED", "words": "No." });
    let answer = done(&treasurer, "recordActionProgress", note, "action { id }").await;
    assert_eq!(faults(&answer, "recordActionProgress"), ["state OUT_OF_RANGE"]);
    let wanted = "action { status closedOn progress { state evidence } }";
    let answer = done(&treasurer, "closeAction", close("COMPLETED", json!("Report to the Authority")), wanted).await;
    assert_eq!(
        answer.data("/closeAction/action"),
        &json!({ "status": "COMPLETED", "closedOn": "2010-02-09",
            "progress": [{ "state": "COMPLETED", "evidence": "Report to the Authority" }] })
    );
    let answer = done(&treasurer, "closeAction", close("CANCELLED", Value::Null), "action { id }").await;
    assert_eq!(faults(&answer, "closeAction"), ["action LOCKED"]);
}

async fn two_notes_at_once_do_not_overwrite_each_other(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    let review = action(&treasurer, "cheshire-police-authority", PLAN, "2").await;
    let note = |words: &str| json!({ "action": review["id"], "state": "IN_PROGRESS", "words": words, "expectedVersion": 1 });
    let (a, b) = futures::join!(
        done(&treasurer, "recordActionProgress", note("First"), "action { version }"),
        done(&treasurer, "recordActionProgress", note("Second"), "action { version }")
    );
    let mut outcomes = [faults(&a, "recordActionProgress").concat(), faults(&b, "recordActionProgress").concat()];
    outcomes.sort();
    assert_eq!(outcomes, ["", "expectedVersion STALE_VERSION"], "exactly one was written");
}

async fn an_action_is_overdue_by_its_date_alone(app: TestApp) {
    let officer = app.sign_in("authority.engagement-manager").await;
    let overdue = "query ($on: Date!) { tenant(by: { slug: \"cheshire-police-authority\" }) {
        actions(filter: { overdueOn: $on }) { nodes { reference status } } } }";
    let numbers = async |on: &str| {
        app.clock().set_business_date(day(on));
        let answer = officer.ask(overdue, json!({ "on": on })).await;
        let rows = answer.list("/tenant/actions/nodes").to_vec();
        assert!(rows.iter().all(|row| row["status"] == "OVERDUE"), "{rows:?}");
        rows.iter().map(|row| row["reference"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(numbers("2010-02-09").await, "9 10", "what is due today isn't overdue");
    assert_eq!(numbers("2010-02-10").await, "4 9 10 12");
    let ongoing = action(&officer, "cheshire-police-authority", PLAN, "3").await;
    assert_eq!(ongoing["status"], "ONGOING");
}

async fn a_new_action_is_checked(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let tenant = crate::machines::fixtures::tenant_id("halton");
    let good = json!({ "reference": "A1", "words": "Map the skills", "timescale": "Sept 2010", "resources": "Staff Time",
        "owners": [{ "office": "LEAD_OFFICER", "isAccountable": true }, { "words": "All partners", "isAccountable": false }] });
    let record = async |change: &dyn Fn(&mut Value)| {
        let mut action = good.clone();
        change(&mut action);
        let input = json!({ "tenant": tenant, "action": action });
        let wanted = "action { dueOn timescalePrecision smartGaps owners { words } }";
        done(&officer, "recordAction", input, wanted).await
    };
    let answer = record(&|_| {}).await;
    assert_eq!(
        answer.data("/recordAction/action"),
        &json!({ "dueOn": "2010-09-30", "timescalePrecision": "MONTH", "smartGaps": ["NO_MEASURE"],
            "owners": [{ "words": "lead officer" }, { "words": "All partners" }] }),
        "{answer}"
    );
    let fault = async |change: &dyn Fn(&mut Value)| faults(&record(change).await, "recordAction").join(", ");
    assert_eq!(fault(&|action| action["reference"] = json!(" ")).await, "reference MISSING");
    assert_eq!(fault(&|action| action["words"] = json!("")).await, "words MISSING");
    assert_eq!(fault(&|action| action["dueOn"] = json!("2010-10-31")).await, "dueOn OUT_OF_RANGE");
    assert_eq!(fault(&|action| action["timescale"] = json!("On going")).await, "reviewOn MISSING");
    assert_eq!(
        fault(&|action| action["owners"][1]["isAccountable"] = json!(true)).await,
        "owners.1.office MISSING, owners OUT_OF_RANGE"
    );
    assert_eq!(fault(&|action| action["owners"] = json!([])).await, "owners OUT_OF_RANGE");
    assert_eq!(fault(&|action| action["plan"] = json!(tenant)).await, "action.plan NOT_FOUND");
}

async fn a_plan_s_actions_are_told_apart_as_a_reader_does(app: TestApp) {
    let officer = app.sign_in("authority.clerk").await;
    let plan = action(&officer, "cheshire-police-authority", PLAN, "3").await["plan"]["id"].clone();
    let tenant = crate::machines::fixtures::tenant_id("cheshire-police-authority");
    let owners = json!([{ "office": "ENGAGEMENT_MANAGER", "isAccountable": true }]);
    let record = async |reference: &str| {
        let action =
            json!({ "plan": plan, "reference": reference, "words": "Ask the wards", "timescale": "31.03.10", "owners": owners });
        let answer = done(&officer, "recordAction", json!({ "tenant": tenant, "action": action }), "action { id }").await;
        faults(&answer, "recordAction").join(", ")
    };
    assert_eq!(record("20A").await, "");
    // The third is in Cyrillic: no reader tells it from the Latin letter.
    for same in ["20A", " 20 a.", "20\u{410}", "3", "3."] {
        assert_eq!(record(same).await, "reference DUPLICATE", "{same}");
    }
    assert_eq!(record("20B").await, "");
    // Those that come with a minute are told apart from each other, too, and one that is called by its minute is no nameless one.
    let meeting = meeting_on(&officer, "2010-02-09").await["id"].clone();
    let with = |reference: Value| json!({ "plan": plan, "reference": reference, "words": "Ask the wards", "timescale": "31.03.10", "owners": owners });
    let minute = async |actions: Value| {
        let input = json!({ "meeting": meeting, "minuteNumber": "170", "words": "The wards are asked.", "actions": actions });
        let answer = done(&officer, "recordMeetingDecision", input, "decision { actions { nodes { reference } } }").await;
        (faults(&answer, "recordMeetingDecision").join(", "), answer)
    };
    assert_eq!(minute(json!([with(json!("21A")), with(json!("21\u{410}"))])).await.0, "actions.1.reference DUPLICATE");
    assert_eq!(minute(json!([with(json!("20 b"))])).await.0, "actions.0.reference DUPLICATE");
    let (faults, answer) = minute(json!([with(Value::Null), with(json!("21A"))])).await;
    assert_eq!(faults, "", "{answer}");
    let named = answer.list("/recordMeetingDecision/decision/actions/nodes");
    assert_eq!(named, [json!({ "reference": "21A" }), json!({ "reference": "minute 170/1" })]);
}

async fn an_office_that_is_held_for_several_areas_owns_for_one_of_them(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let tenant = crate::machines::fixtures::tenant_id("cheshire-police-authority");
    let record = async |reference: &str, area: Value, about: Value| {
        let owner = json!({ "office": "PARTNERSHIP_LEAD_MEMBER", "area": area, "isAccountable": true });
        let action = json!({ "reference": reference, "words": "Speak with the council", "timescale": "31.03.10", "area": about, "owners": [owner] });
        done(
            &clerk,
            "recordAction",
            json!({ "tenant": tenant, "action": action }),
            "action { id owners { words area { reference } } }",
        )
        .await
    };
    let answer = record("A1", Value::Null, Value::Null).await;
    assert_eq!(faults(&answer, "recordAction"), ["owners.0.area MISSING"]);
    let message = answer.user_errors("/recordAction")[0]["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("Halton") && message.contains("Cheshire East"), "{message}");
    let nowhere = json!(area("nowhere"));
    let answer = record("A1", nowhere.clone(), nowhere).await;
    assert_eq!(faults(&answer, "recordAction"), ["area NOT_FOUND", "owners.0.area NOT_FOUND"], "{answer}");
    let answer = record("A1", json!(area("halton")), json!(area("halton"))).await;
    let action = answer.data("/recordAction/action");
    assert_eq!(action["owners"], json!([{ "words": "partnership lead member", "area": { "reference": "halton" } }]), "{answer}");
    let close = json!({ "action": action["id"], "outcome": "COMPLETED", "words": "Done.", "evidence": "Minute 3" });
    let other = app.sign_in("warrington.lead-member").await;
    assert_eq!(faults(&done(&other, "closeAction", close.clone(), "action { id }").await, "closeAction"), ["action FORBIDDEN"]);
    let own = app.sign_in("halton.lead-member").await;
    assert_eq!(faults(&done(&own, "closeAction", close, "action { id }").await, "closeAction"), [""; 0]);
}

async fn progress_on_what_several_share_tells_whose_it_is(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let shared = action(&lead, "cheshire-police-authority", PLAN, "9").await;
    let shown = "action { progress { words office area { reference } } }";
    for place in ["halton", "cheshire-east"] {
        let lead = app.sign_in(&format!("{place}.lead-member")).await;
        let note = json!({ "action": shared["id"], "state": "IN_PROGRESS", "words": format!("Begun in {place}.") });
        let answer = done(&lead, "recordActionProgress", note, shown).await;
        assert_eq!(
            answer.data("/recordActionProgress/action/progress/0"),
            &json!({ "words": format!("Begun in {place}."), "office": "PARTNERSHIP_LEAD_MEMBER", "area": { "reference": place } }),
            "{answer}"
        );
    }
    let clerk = app.sign_in("authority.clerk").await;
    let note = json!({ "action": shared["id"], "state": "IN_PROGRESS", "words": "Asked for." });
    let answer = done(&clerk, "recordActionProgress", note, shown).await;
    assert_eq!(answer.data("/recordActionProgress/action/progress/0/office"), "COMMITTEE_CLERK", "{answer}");
}
