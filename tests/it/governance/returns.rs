//! The lead member's quarterly return: it exists by rule, opens pre-filled, is saved as often as they like, frozen when it is handed in, and
//! received by the committee.

use entity::rules::quarter_return::content_hash;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Probe, TestApp, day};

use super::fixtures::{AUTHORITY, answers, done, handed_in, mutate, quarterly_return, refused, return_id, tenant};

both_dbs!(
    a_return_exists_for_each_area_and_quarter_with_its_due_date,
    it_opens_with_every_police_indicator_of_the_agreement_and_says_what_is_missing,
    it_is_saved_as_often_as_the_lead_member_likes_and_nobody_s_words_are_lost,
    what_is_wrong_with_it_is_named_and_nothing_is_written,
    what_is_handed_in_never_changes_whatever_is_revised_later,
    a_late_return_says_why,
    nobody_hands_in_another_area_s_or_reads_what_isn_t_in,
    a_return_that_is_taken_back_and_handed_in_again_keeps_both,
    the_clerk_chases_and_the_committee_receives,
    promises_come_back_until_they_are_closed,
    a_sharing_agreement_withdrawn_in_mid_quarter_leaves_a_gap_that_says_why,
    two_submissions_at_once_leave_one,
);

const CONTENTS: &str = "contents { reportedOn missing { part reason } lastAnswers { outcomes risks } answers { outcomes followUp }
    indicators { line code area owner unit period value expected target targetPeriod colour reason direction isIllustrative lastWords note }
    feedback { text forms unitsAwaited sentOn themes { subject title recursInUnits recursInQuarters sources { unit quarter { code } mentions } } }
    promises { quarter { code } text dueOn isOverdue } followUps { text dueOn } risks { reference title score standing } decisions { reference title amount decidedOn } }";

async fn a_return_exists_for_each_area_and_quarter_with_its_due_date(app: TestApp) {
    let query = "query ($filter: QuarterlyReturnFilter) { tenant(by: { slug: \"cheshire-police-authority\" }) {
        quarterlyReturns(filter: $filter) { totalCount nodes { id version status dueOn meetingOn opensOn area { reference } quarter { code } } } } }";
    let clerk = app.sign_in("authority.clerk").await;
    let answer = clerk.ask(query, json!({})).await;
    let said: Vec<String> = answer
        .list("/tenant/quarterlyReturns/nodes")
        .iter()
        .map(|node| {
            let text = |pointer: &str| node.pointer(pointer).and_then(Value::as_str).unwrap_or("-").to_owned();
            [text("/quarter/code"), text("/area/reference"), text("/status"), text("/dueOn"), text("/meetingOn")].join(" ")
        })
        .collect();
    let areas = ["cheshire-east", "cheshire-west-and-chester", "halton", "warrington"];
    let expected = [
        "FY2009-Q4 {} NOT_STARTED 2010-05-10 2010-05-18",
        "FY2009-Q3 {} LATE 2010-02-01 2010-02-09",
        "FY2009-Q2 {} RECEIVED 2009-10-26 2009-11-03",
    ];
    let expected: Vec<String> = expected.iter().flat_map(|line| areas.map(|area| line.replace("{}", area))).collect();
    assert_eq!(said, expected);
    // The last day on which it is in time.
    app.clock().set_business_date(day("2010-02-01"));
    let answer = clerk.ask(query, json!({ "filter": { "quarter": "FY2009-Q3", "status": "NOT_STARTED" } })).await;
    assert_eq!(answer.data("/tenant/quarterlyReturns/totalCount"), 4);
    // A meeting that nobody has fixed gives no due date, and a quarter that hasn't begun no return.
    app.clock().set_business_date(day("2010-07-01"));
    let answer = clerk.ask(query, json!({ "filter": { "quarter": "FY2010-Q1" } })).await;
    assert!(answer.list("/tenant/quarterlyReturns/nodes").iter().all(|node| node["dueOn"].is_null()), "{answer}");
    let answer = clerk.ask(query, json!({ "filter": { "quarter": "FY2010-Q3" } })).await;
    assert_eq!(answer.data("/tenant/quarterlyReturns/totalCount"), 0);
    // Lead members report to the Authority; a partnership has no returns of its own.
    let lead = app.sign_in("halton.lead-member").await;
    let answer = lead.ask("{ tenant(by: { slug: \"halton\" }) { quarterlyReturns { totalCount } } }", json!({})).await;
    assert_eq!(answer.data("/tenant/quarterlyReturns/totalCount"), 0);
}

async fn it_opens_with_every_police_indicator_of_the_agreement_and_says_what_is_missing(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let found = quarterly_return(&lead, "halton", "FY2009-Q3", CONTENTS).await;
    assert_eq!((&found["id"], &found["version"]), (&json!(return_id("halton", "FY2009-Q3")), &json!(0)), "nothing was saved");
    let contents = &found["contents"];
    // What the partnership itself says of the same lines and quarter.
    let query = "{ tenant(by: { slug: \"halton\" }) { agreement { indicators(first: 100) { nodes { id code indicator { policeOwner frequency }
        area { name } status(period: \"FY2009-Q3\") { colour reason actual expected period { label } } direction(period: \"FY2009-Q3\") { words } } } } } }";
    let officer = app.sign_in("halton.performance-officer").await;
    let answer = officer.ask(query, json!({})).await;
    let own: Vec<&Value> = answer
        .list("/tenant/agreement/indicators/nodes")
        .iter()
        .filter(|line| line["indicator"]["policeOwner"] != "NEITHER")
        .collect();
    let parts = contents["indicators"].as_array().unwrap();
    assert!(own.len() >= 2, "{answer}");
    assert_eq!(parts.len(), own.len());
    for (part, line) in parts.iter().zip(own) {
        assert_eq!(
            [&part["line"], &part["code"], &part["area"], &part["owner"]],
            [&line["id"], &line["code"], &line["area"]["name"], &line["indicator"]["policeOwner"]]
        );
        if line["indicator"]["frequency"] == "QUARTERLY" {
            let status = &line["status"];
            assert_eq!(
                [&part["colour"], &part["reason"], &part["value"], &part["expected"]],
                [&status["colour"], &status["reason"], &status["actual"], &status["expected"]]
            );
            assert_eq!([&part["period"], &part["direction"]], [&status["period"]["label"], &line["direction"]["words"]]);
        }
    }
    assert!(parts.iter().any(|part| part["target"].is_number() && part["targetPeriod"].is_string()), "{contents}");
    assert_eq!(
        contents["lastAnswers"]["risks"],
        "Arson near terraces could turn serious; a housing association does not attend."
    );
    assert_eq!(contents["promises"][0]["isOverdue"], true, "{contents}");
    assert_eq!(contents["promises"].as_array().unwrap().len(), 1, "what was closed is no promise any more");
    // The area's open risks and the quarter's decisions are the partnership's own records.
    let risks = contents["risks"].as_array().unwrap();
    let standing = |title: &str| risks.iter().find(|risk| risk["title"] == title).map(|risk| &risk["standing"]);
    assert_eq!(standing("Funding for joint projects is reduced"), Some(&json!("with the Treasurer")), "{contents}");
    assert_eq!(standing("Targets of the agreement are missed"), Some(&json!("with the lead member, at source")));
    assert_eq!(standing("The risk analysis of the Community Strategy is out of date"), None, "it is closed");
    let decided: Vec<_> = contents["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| (&each["reference"], &each["amount"], &each["decidedOn"]))
        .collect();
    assert_eq!(
        decided,
        [
            (&json!("2009/10, decision 1"), &json!(12000), &json!("2009-10-20")),
            (&json!("2009/10, decision 2"), &json!(9600), &json!("2009-12-08")),
        ]
    );
    assert_eq!(contents["missing"].as_array().unwrap().len(), 1, "{contents}");
    assert_eq!(contents["missing"][0]["part"], "FEEDBACK");
    // It was read for the Authority, under the agreement, and Halton's record says so although the lead member holds an office there.
    let probe = Probe::open(app.database()).await;
    assert!(probe.deeds("halton").await.contains(&"READ_SHARED".to_owned()));
    probe.close().await;
}

async fn it_is_saved_as_often_as_the_lead_member_likes_and_nobody_s_words_are_lost(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let (id, line) = (return_id("halton", "FY2009-Q3"), first_line(&lead).await);
    let save = async |input: Value| {
        let mut whole = json!({ "return": id });
        whole.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
        done(&lead, "updateQuarterlyReturn", whole, &format!("quarterlyReturn {{ version status savedOn {CONTENTS} }}")).await["quarterlyReturn"].clone()
    };
    let saved = save(json!({ "answers": { "outcomes": " Well. " }, "expectedVersion": 0 })).await;
    assert_eq!([&saved["version"], &saved["status"], &saved["savedOn"]], [&json!(1), &json!("LATE"), &json!("2010-02-09")]);
    assert_eq!(saved["contents"]["answers"], json!({ "outcomes": "Well.", "followUp": "" }));
    // What isn't given stays, and an empty text takes away.
    let follow_up = json!([{ "text": "Ring the director", "dueOn": "2010-03-01" }]);
    let saved = save(json!({ "answers": { "followUp": "One call." }, "notes": [{ "line": line, "words": "Down since visits began." }], "followUps": follow_up, "expectedVersion": 1 })).await;
    assert_eq!(saved["contents"]["answers"], json!({ "outcomes": "Well.", "followUp": "One call." }));
    assert_eq!(saved["contents"]["indicators"][0]["note"], "Down since visits began.");
    assert_eq!(saved["contents"]["followUps"], follow_up);
    let saved = save(json!({ "answers": { "outcomes": "" }, "notes": [{ "line": line, "words": " " }], "followUps": [] })).await;
    assert_eq!(
        [&saved["contents"]["answers"]["outcomes"], &saved["contents"]["indicators"][0]["note"], &saved["contents"]["followUps"]],
        [&json!(""), &Value::Null, &json!([])]
    );

    let stale = json!({ "return": id, "answers": { "risks": "None." }, "expectedVersion": 1 });
    let answer = mutate(&lead, "updateQuarterlyReturn", stale, "").await;
    let error = &answer.user_errors("/updateQuarterlyReturn")[0];
    assert_eq!((&error["code"], &error["currentVersion"]), (&json!("STALE_VERSION"), &json!(3)));
    let shown = quarterly_return(&lead, "halton", "FY2009-Q3", "shortcomings { field code }").await;
    let fields: Vec<_> = shown["shortcomings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each["field"].as_array().unwrap().last().unwrap().as_str().unwrap())
        .collect();
    assert_eq!(fields, ["outcomes", "prospects", "risks", "lateReason"]);
}

async fn first_line(lead: &Actor) -> String {
    let found = quarterly_return(lead, "halton", "FY2009-Q3", "contents { indicators { line } }").await;
    found["contents"]["indicators"][0]["line"].as_str().expect("a line").to_owned()
}

async fn what_is_wrong_with_it_is_named_and_nothing_is_written(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let (id, line) = (return_id("halton", "FY2009-Q3"), first_line(&lead).await);
    let probe = Probe::open(app.database()).await;
    let before = probe.counts(migration::TENANT_TABLES).await;
    let words = |count: usize| vec!["word"; count].join(" ");
    let bad = async |input: Value| {
        let mut whole = json!({ "return": id });
        whole.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
        refused(&lead, "updateQuarterlyReturn", whole).await
    };
    assert_eq!(
        bad(json!({ "answers": { "outcomes": words(151), "risks": words(151) } })).await,
        ["answers.outcomes OUT_OF_RANGE", "answers.risks OUT_OF_RANGE"]
    );
    assert_eq!(bad(json!({ "notes": [{ "line": line, "words": words(151) }] })).await, ["notes.0.words OUT_OF_RANGE"]);
    assert_eq!(bad(json!({ "notes": [{ "line": tenant("halton"), "words": "x" }] })).await, ["notes.0.line NOT_FOUND"]);
    assert_eq!(
        bad(json!({ "followUps": [{ "text": "", "dueOn": "2010-02-08" }] })).await,
        ["followUps.0.text MISSING", "followUps.0.dueOn OUT_OF_RANGE"]
    );
    let many = vec![json!({ "text": "x", "dueOn": "2010-03-01" }); 21];
    assert_eq!(bad(json!({ "followUps": many })).await, ["followUps OUT_OF_RANGE"]);
    assert_eq!(bad(json!({ "return": return_id("halton", "FY2010-Q1") })).await, ["NOT_FOUND"], "a quarter that hasn't begun");
    assert_eq!(bad(json!({ "return": tenant(AUTHORITY) })).await, ["return NOT_FOUND"]);
    // A line of another partnership's.
    let there = app.sign_in("warrington.lead-member").await;
    let foreign = quarterly_return(&there, "warrington", "FY2009-Q3", "contents { indicators { line } }").await;
    let foreign = &foreign["contents"]["indicators"][0]["line"];
    assert!(foreign.is_string());
    assert_eq!(bad(json!({ "notes": [{ "line": foreign, "words": "x" }] })).await, ["notes.0.line NOT_FOUND"]);

    let submit = async |input: Value| refused(&lead, "submitQuarterlyReturn", input).await;
    let missing = ["answers.outcomes MISSING", "answers.prospects MISSING", "answers.risks MISSING", "answers.followUp MISSING"];
    assert_eq!(submit(json!({ "return": id, "lateReason": "x" })).await, missing);
    let early = submit(json!({ "return": return_id("halton", "FY2009-Q4") })).await;
    assert_eq!(early, [&["return OUT_OF_RANGE"], &missing[..]].concat(), "its quarter isn't over");
    let answer = probe.counts(migration::TENANT_TABLES).await;
    let unrecorded = |counts: Vec<(String, String)>| {
        counts.into_iter().filter(|(table, _)| !["audit_event", "data_version"].contains(&table.as_str())).collect::<Vec<_>>()
    };
    assert_eq!(unrecorded(answer), unrecorded(before), "nothing was written, but that Warrington's figures were read");
    probe.close().await;
}

async fn what_is_handed_in_never_changes_whatever_is_revised_later(app: TestApp) {
    let submitted = handed_in(&app, "halton", "FY2009-Q3").await;
    let submission = &submitted["submission"];
    assert_eq!(
        [&submitted["status"], &submission["isIntact"], &submission["isLate"]],
        [&json!("SUBMITTED"), &json!(true), &json!(true)]
    );
    let content = submission["content"].as_str().unwrap();
    assert_eq!(submission["contentHash"], content_hash(content));
    let frozen: Value = serde_json::from_str(content).expect("JSON");
    let before =
        frozen["indicators"].as_array().unwrap().iter().find(|part| part["code"] == "NI 16").expect("it is there").clone();

    // Halton revises the figure that was reported.
    let officer = app.sign_in("halton.performance-officer").await;
    let query = "{ tenant(by: { slug: \"halton\" }) { agreement { indicators(filter: { codes: [\"NI 16\"] }) { nodes { observations(last: 1) { nodes { id value period { code } } } } } } } }";
    let answer = officer.ask(query, json!({})).await;
    let figure = answer.data("/tenant/agreement/indicators/nodes/0/observations/nodes/0").clone();
    let revision = json!({ "observation": figure["id"], "value": 99, "reason": "Counted anew.", "source": "Audit" });
    done(&officer, "recordObservationRevision", revision, "").await;

    let lead = app.sign_in("halton.lead-member").await;
    let now = quarterly_return(
        &lead,
        "halton",
        "FY2009-Q3",
        "submission { content contentHash isIntact contents { indicators { code value } } }",
    )
    .await;
    assert_eq!(
        (&now["submission"]["content"], &now["submission"]["contentHash"]),
        (&submission["content"], &submission["contentHash"])
    );
    assert_eq!(now["submission"]["isIntact"], true);
    let shown =
        now["submission"]["contents"]["indicators"].as_array().unwrap().iter().find(|part| part["code"] == "NI 16").unwrap();
    assert_eq!(shown["value"].to_string(), before["value"].as_str().unwrap());
    // And somebody who changes it past the server is found out.
    let probe = Probe::open(app.database()).await;
    assert!(
        probe.change("UPDATE quarterly_return_submission SET content = content || ' ' WHERE is_illustrative = (1 = 0)").await
            == 1
    );
    probe.close().await;
    let now = quarterly_return(&lead, "halton", "FY2009-Q3", "submission { isIntact }").await;
    assert_eq!(now["submission"]["isIntact"], false);
}

async fn a_late_return_says_why(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let id = return_id("halton", "FY2009-Q3");
    done(&lead, "updateQuarterlyReturn", json!({ "return": id, "answers": answers() }), "").await;
    for reason in [Value::Null, json!(""), json!("  ")] {
        let input = json!({ "return": id, "lateReason": reason });
        assert_eq!(refused(&lead, "submitQuarterlyReturn", input).await, ["lateReason MISSING"]);
    }
    // In time it needs none, and says none.
    app.clock().set_business_date(day("2010-02-01"));
    let input = json!({ "return": id, "lateReason": "I thought it was." });
    let made = done(
        &lead,
        "submitQuarterlyReturn",
        input,
        "quarterlyReturn { submission { isLate lateReason dueOn meetingOn submittedOn } }",
    )
    .await;
    assert_eq!(
        made["quarterlyReturn"]["submission"],
        json!({ "isLate": false, "lateReason": null, "dueOn": "2010-02-01", "meetingOn": "2010-02-09", "submittedOn": "2010-02-01" })
    );
    assert_eq!(refused(&lead, "submitQuarterlyReturn", json!({ "return": id })).await, ["return DUPLICATE"], "twice");
    assert_eq!(refused(&lead, "updateQuarterlyReturn", json!({ "return": id, "answers": answers() })).await, ["return LOCKED"]);
}

async fn nobody_hands_in_another_area_s_or_reads_what_isn_t_in(app: TestApp) {
    let (own, there) = (return_id("halton", "FY2009-Q3"), app.sign_in("warrington.lead-member").await);
    let lead = app.sign_in("halton.lead-member").await;
    done(&lead, "updateQuarterlyReturn", json!({ "return": own, "answers": answers() }), "").await;
    let officers = ["authority.research-officer", "authority.engagement-manager", "authority.clerk", "authority.chairman"];
    for office in officers.into_iter().chain(["warrington.lead-member"]) {
        let actor = app.sign_in(office).await;
        for (mutation, input) in [
            ("updateQuarterlyReturn", json!({ "return": own, "answers": answers() })),
            ("submitQuarterlyReturn", json!({ "return": own, "lateReason": "x" })),
            ("revokeQuarterlyReturn", json!({ "return": own, "reason": "x" })),
        ] {
            assert_eq!(refused(&actor, mutation, input).await, ["FORBIDDEN"], "{office}: {mutation}");
        }
    }
    // Somebody of the partnership who holds no office in the Authority reads what it shares, and writes nothing.
    let officer = app.sign_in("halton.performance-officer").await;
    assert_eq!(
        refused(&officer, "updateQuarterlyReturn", json!({ "return": own, "answers": answers() })).await,
        ["return FORBIDDEN"]
    );
    let clerk = app.sign_in("authority.clerk").await;
    let seen = quarterly_return(&clerk, "halton", "FY2009-Q3", "contents { reportedOn } shortcomings { message }").await;
    assert_eq!(seen["contents"], Value::Null, "a draft is the lead member's own");
    assert_eq!(seen["shortcomings"], Value::Null, "and so is what it lacks, which tells what was answered");
    let query = "query ($id: ID!) { node(id: $id) { ... on QuarterlyReturn { status contents { reportedOn } submissions { totalCount } } } }";
    assert_eq!(there.ask(query, json!({ "id": own })).await.data("/node"), &Value::Null, "another lead member");
    let submission = handed_in(&app, "halton", "FY2009-Q3").await["submission"]["id"].clone();
    assert_eq!(clerk.ask(query, json!({ "id": own })).await.data("/node/contents/reportedOn"), "2010-02-09");
    for actor in [&there, &app.sign_in("cheshire-east.lead-member").await] {
        let answer = actor.ask("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": submission })).await;
        assert_eq!(answer.data("/node"), &Value::Null);
    }
}

async fn a_return_that_is_taken_back_and_handed_in_again_keeps_both(app: TestApp) {
    let first = handed_in(&app, "halton", "FY2009-Q3").await["submission"].clone();
    let (lead, id) = (app.sign_in("halton.lead-member").await, return_id("halton", "FY2009-Q3"));
    assert_eq!(refused(&lead, "revokeQuarterlyReturn", json!({ "return": id, "reason": " " })).await, ["reason MISSING"]);
    let input = json!({ "return": id, "reason": "The wrong quarter's survey.", "expectedVersion": 2 });
    let taken = done(&lead, "revokeQuarterlyReturn", input, "quarterlyReturn { status version submission { id } }").await;
    assert_eq!(taken["quarterlyReturn"], json!({ "status": "WITHDRAWN", "version": 3, "submission": null }));
    assert_eq!(refused(&lead, "revokeQuarterlyReturn", json!({ "return": id, "reason": "Again." })).await, ["return MISSING"]);

    done(
        &lead,
        "updateQuarterlyReturn",
        json!({ "return": id, "answers": { "outcomes": "The survey of the third quarter." } }),
        "",
    )
    .await;
    let input = json!({ "return": id, "lateReason": "It was handed in anew." });
    done(&lead, "submitQuarterlyReturn", input, "").await;
    let fields =
        "submissions { nodes { number contentHash isIntact withdrawnOn withdrawalReason contents { answers { outcomes } } } }";
    let found = quarterly_return(&app.sign_in("authority.clerk").await, "halton", "FY2009-Q3", fields).await;
    let both = found["submissions"]["nodes"].as_array().unwrap();
    assert_eq!(both.iter().map(|each| &each["number"]).collect::<Vec<_>>(), [&json!(2), &json!(1)]);
    assert_eq!(
        [&both[1]["contentHash"], &both[1]["withdrawnOn"], &both[1]["withdrawalReason"]],
        [&first["contentHash"], &json!("2010-02-09"), &json!("The wrong quarter's survey.")]
    );
    assert_eq!([&both[0]["withdrawnOn"], &both[0]["isIntact"], &both[1]["isIntact"]], [&Value::Null, &json!(true), &json!(true)]);
    assert_eq!(both[0]["contents"]["answers"]["outcomes"], "The survey of the third quarter.");
    assert_ne!(both[0]["contentHash"], both[1]["contentHash"]);
}

async fn the_clerk_chases_and_the_committee_receives(app: TestApp) {
    handed_in(&app, "halton", "FY2009-Q3").await;
    let clerk = app.sign_in("authority.clerk").await;
    let query = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { quarterlyReturns(filter: { quarter: \"FY2009-Q3\" }) {
        nodes { status area { reference } submission { isLate lateReason } } } } }";
    let answer = clerk.ask(query, json!({})).await;
    let list: Vec<_> = answer.list("/tenant/quarterlyReturns/nodes").iter().map(|node| &node["status"]).collect();
    assert_eq!(list, ["LATE", "LATE", "SUBMITTED", "LATE"]);
    assert_eq!(
        answer.data("/tenant/quarterlyReturns/nodes/2/submission"),
        &json!({ "isLate": true, "lateReason": "The figures came late." })
    );

    let id = return_id("halton", "FY2009-Q3");
    let receipt = json!({ "return": id, "metOn": "2010-02-09", "minuteNumber": "71", "note": "Noted with thanks." });
    let bad = async |change: &dyn Fn(&mut Value)| {
        let mut input = receipt.clone();
        change(&mut input);
        refused(&clerk, "acceptQuarterlyReturn", input).await
    };
    assert_eq!(bad(&|input| input["metOn"] = json!("2010-02-08")).await, ["metOn OUT_OF_RANGE"], "no meeting");
    assert_eq!(bad(&|input| input["metOn"] = json!("2009-11-03")).await, ["metOn OUT_OF_RANGE"], "before it was in");
    assert_eq!(bad(&|input| input["metOn"] = json!("2010-05-18")).await, ["metOn OUT_OF_RANGE"], "not yet");
    assert_eq!(bad(&|input| input["minuteNumber"] = json!(" ")).await, ["minuteNumber MISSING"]);
    assert_eq!(
        bad(&|input| input["return"] = json!(return_id("warrington", "FY2009-Q3"))).await,
        ["return MISSING"],
        "it isn't in"
    );
    for office in ["halton.lead-member", "authority.engagement-manager", "authority.audit-committee-clerk"] {
        assert_eq!(
            refused(&app.sign_in(office).await, "acceptQuarterlyReturn", receipt.clone()).await,
            ["FORBIDDEN"],
            "{office}"
        );
    }
    let fields = "quarterlyReturn { status submission { receivedOn minuteNumber receiptNote } }";
    let received = done(&clerk, "acceptQuarterlyReturn", receipt.clone(), fields).await;
    assert_eq!(
        received["quarterlyReturn"],
        json!({ "status": "RECEIVED", "submission": { "receivedOn": "2010-02-09", "minuteNumber": "71", "receiptNote": "Noted with thanks." } })
    );
    assert_eq!(refused(&clerk, "acceptQuarterlyReturn", receipt).await, ["return DUPLICATE"]);
    let lead = app.sign_in("halton.lead-member").await;
    assert_eq!(refused(&lead, "revokeQuarterlyReturn", json!({ "return": id, "reason": "x" })).await, ["return LOCKED"]);
}

async fn promises_come_back_until_they_are_closed(app: TestApp) {
    let (lead, id) = (app.sign_in("halton.lead-member").await, return_id("halton", "FY2009-Q3"));
    let promised = json!([{ "text": "Ring the director", "dueOn": "2010-03-01" }]);
    done(&lead, "updateQuarterlyReturn", json!({ "return": id, "followUps": promised }), "").await;
    let submission = handed_in(&app, "halton", "FY2009-Q3").await["submission"]["id"].clone();
    let next = async || {
        let found = quarterly_return(&lead, "halton", "FY2009-Q4", CONTENTS).await;
        let promises = found["contents"]["promises"].as_array().unwrap().clone();
        promises.iter().map(|each| format!("{} {}", each["text"].as_str().unwrap(), each["isOverdue"])).collect::<Vec<_>>()
    };
    let old = "Meet the director of the housing association that stays away true";
    assert_eq!(next().await, [old, "Ring the director false"]);
    app.clock().set_business_date(day("2010-03-02"));
    assert_eq!(next().await, [old, "Ring the director true"]);

    let close = json!({ "submission": submission, "number": 1, "outcome": "They will attend." });
    let bad = async |actor: &Actor, change: &dyn Fn(&mut Value)| {
        let mut input = close.clone();
        change(&mut input);
        refused(actor, "resolveReturnFollowUp", input).await
    };
    assert_eq!(bad(&lead, &|input| input["number"] = json!(2)).await, ["number NOT_FOUND"]);
    assert_eq!(bad(&lead, &|input| input["outcome"] = json!("")).await, ["outcome MISSING"]);
    assert_eq!(bad(&app.sign_in("warrington.lead-member").await, &|_| {}).await, ["NOT_FOUND"]);
    assert_eq!(bad(&app.sign_in("authority.clerk").await, &|_| {}).await, ["FORBIDDEN"]);
    let fields = "submission { followUps { number text closedOn outcome isOverdue } content }";
    let closed = done(&lead, "resolveReturnFollowUp", close.clone(), fields).await;
    assert_eq!(
        closed["submission"]["followUps"],
        json!([{ "number": 1, "text": "Ring the director", "closedOn": "2010-03-02", "outcome": "They will attend.", "isOverdue": false }])
    );
    assert_eq!(bad(&lead, &|_| {}).await, ["number DUPLICATE"]);
    assert_eq!(next().await, [old]);
}

async fn a_sharing_agreement_withdrawn_in_mid_quarter_leaves_a_gap_that_says_why(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let codes = async || {
        let found = quarterly_return(&lead, "halton", "FY2009-Q3", CONTENTS).await;
        let missing = found["contents"]["missing"].as_array().unwrap();
        let missing =
            missing.iter().find(|part| part["part"] == "INDICATORS").map(|part| part["reason"].as_str().unwrap().to_owned());
        (found["contents"]["indicators"].as_array().unwrap().len(), missing)
    };
    assert!(codes().await.0 >= 2);
    let member = app.sign_in("halton.psg-member").await;
    let query = "{ tenant(by: { slug: \"halton\" }) { sharingAgreements { nodes { id reference } } } }";
    let answer = member.ask(query, json!({})).await;
    let agreement = answer
        .list("/tenant/sharingAgreements/nodes")
        .iter()
        .find(|node| node["reference"] == "authority-and-halton")
        .unwrap()["id"]
        .clone();
    let input = json!({ "agreement": agreement, "tenant": tenant("halton"), "reason": "It is being drawn up anew." });
    done(&member, "revokeSharingAgreement", input, "").await;

    // The lead member still reads Halton's figures in Halton, by their own appointment there; the return doesn't.
    let answer = lead.ask("{ tenant(by: { slug: \"halton\" }) { agreement { name } } }", json!({})).await;
    assert!(answer.data("/tenant/agreement/name").is_string());
    let (shown, why) = codes().await;
    assert_eq!(shown, 0);
    let why = why.expect("it says why");
    assert!(
        why.contains("Police Authority and Halton: priorities and results") && why.contains("was withdrawn on 9 February 2010"),
        "{why}"
    );
    let submitted = handed_in(&app, "halton", "FY2009-Q3").await;
    let content: Value = serde_json::from_str(submitted["submission"]["content"].as_str().unwrap()).unwrap();
    assert_eq!((&content["indicators"], &content["missing"][0]["why"]), (&json!([]), &json!(why)), "what is frozen says so, too");
    // Cheshire East never approved its agreement; Cheshire West and Chester's has lapsed.
    for (area, reason) in
        [("cheshire-east", "has not been approved by"), ("cheshire-west-and-chester", "lapsed on 31 December 2009")]
    {
        let there = app.sign_in(&format!("{area}.lead-member")).await;
        let found = quarterly_return(&there, area, "FY2009-Q3", CONTENTS).await;
        assert!(found["contents"]["missing"][0]["reason"].as_str().unwrap().contains(reason), "{found}");
    }
}

async fn two_submissions_at_once_leave_one(app: TestApp) {
    let (lead, id) = (app.sign_in("halton.lead-member").await, return_id("halton", "FY2009-Q3"));
    done(&lead, "updateQuarterlyReturn", json!({ "return": id, "answers": answers() }), "").await;
    let submit =
        || mutate(&lead, "submitQuarterlyReturn", json!({ "return": id, "lateReason": "Late." }), "quarterlyReturn { id }");
    let all = futures::future::join_all((0..4).map(|_| submit())).await;
    let accepted = all.iter().filter(|answer| answer.value("/submitQuarterlyReturn/quarterlyReturn").is_object()).count();
    assert_eq!(accepted, 1);
    let found = quarterly_return(&lead, "halton", "FY2009-Q3", "submissions { totalCount }").await;
    assert_eq!(found["submissions"]["totalCount"], 1);
}
