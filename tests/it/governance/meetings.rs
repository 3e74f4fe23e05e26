//! A meeting from its calling to its summary: agenda, attendance, a decision with its actions in one step, and five working days.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, MailServer, Probe, TestApp, day};

both_dbs!(
    the_documents_meetings_and_minutes_are_there,
    a_meeting_is_called_minuted_and_summed_up_in_time,
    a_late_summary_says_why_and_stays_late,
    a_decision_with_a_bad_action_leaves_nothing_behind,
    what_a_decision_left_to_be_done_arises_at_the_next_meeting,
    exempt_business_is_hidden_from_those_who_may_not_read_it,
    bad_meetings_are_refused_with_every_fault,
    a_meeting_at_short_notice_says_so_and_an_agenda_stands_from_its_day_on,
    only_those_who_keep_meetings_keep_them,
    a_published_summary_is_written_to_each_who_gets_it,
    whoever_publishes_for_nobody_else_is_told_so,
    a_person_is_there_once_in_whichever_appointment,
    a_day_that_no_record_can_bear_is_refused,
);

/// A tenant's identifier and that of one of its bodies.
pub async fn body(actor: &Actor, slug: &str, reference: &str) -> String {
    let query = "query ($slug: String!) { tenant(by: { slug: $slug }) { bodies(first: 100) { nodes { id reference } } } }";
    let answer = actor.ask(query, json!({ "slug": slug })).await;
    let bodies = answer.list("/tenant/bodies/nodes");
    let found = bodies.iter().find(|body| body["reference"] == reference).expect("the body is there");
    found["id"].as_str().unwrap().to_owned()
}

/// Does something and gives the answer.
pub async fn done(actor: &Actor, mutation: &str, input: Value, wanted: &str) -> Answer {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document =
        format!("mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ {wanted} userErrors {{ code field message }} }} }}");
    actor.ask(&document, json!({ "input": input })).await
}

/// The problems with something, each as field and code.
pub fn faults(answer: &Answer, mutation: &str) -> Vec<String> {
    let errors = answer.user_errors(&format!("/{mutation}"));
    let field = |error: &Value| {
        let parts: Vec<&str> = error["field"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        format!("{} {}", parts.join("."), error["code"].as_str().unwrap())
    };
    errors.iter().map(field).collect()
}

/// Calls a meeting of Halton's board and gives its identifier.
async fn called(officer: &Actor, held_on: &str, agenda: Value) -> String {
    let board = body(officer, "halton", "hspb").await;
    let input = json!({ "body": board, "title": "Board", "heldOn": held_on, "agenda": agenda });
    let answer = done(officer, "createMeeting", input, "meeting { id }").await;
    assert_eq!(faults(&answer, "createMeeting"), [""; 0], "{answer}");
    answer.text("/createMeeting/meeting/id").to_owned()
}

fn an_action(words: &str) -> Value {
    json!({ "words": words, "timescale": "31.03.10", "resources": "Staff Time", "successMeasure": "The plan is agreed",
        "owners": [{ "office": "PERFORMANCE_OFFICER", "isAccountable": true }, { "office": "SSP_CHAIR", "isAccountable": false }] })
}

async fn the_documents_meetings_and_minutes_are_there(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let query = "query ($body: ID) { tenant(by: { slug: \"cheshire-police-authority\" }) { meetings(filter: { body: $body }) {
        totalCount nodes { heldOn standing papersDueOn summaryDueOn decisions { nodes { minuteNumber } }
            agendaItems { nodes { number title links { kind subject { __typename ... on PlanAction { reference } } } } } } } } }";
    let committee = body(&clerk, "cheshire-police-authority", "engagement-committee").await;
    let answer = clerk.ask(query, json!({ "body": committee })).await;
    let meetings = answer.list("/tenant/meetings/nodes");
    let days: Vec<&str> = meetings.iter().map(|meeting| meeting["heldOn"].as_str().unwrap()).collect();
    assert_eq!(days, ["2010-05-18", "2010-02-09", "2009-11-03", "2009-08-25", "2008-11-24"]);
    assert_eq!(meetings[0]["standing"], "CALLED");
    // The vectors of the working-day clock, on the documents' own days.
    assert_eq!((&meetings[1]["papersDueOn"], &meetings[2]["summaryDueOn"]), (&json!("2010-02-01"), &json!("2009-11-10")));
    assert_eq!(meetings[4]["decisions"]["nodes"], json!([{ "minuteNumber": "34" }]));
    let update = &meetings[1]["agendaItems"]["nodes"][2];
    assert_eq!(update["links"], json!([{ "kind": "ACTION", "subject": { "__typename": "PlanAction", "reference": "4" } }]));
    let all = clerk.ask(query, json!({})).await;
    assert_eq!(all.data("/tenant/meetings/totalCount"), 6, "and the full Authority's of 28 September 2009");
}

async fn a_meeting_is_called_minuted_and_summed_up_in_time(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let agenda = json!([
        { "title": "Six-month report", "duty": 43, "papers": [{ "title": "The report", "address": "https://halton.example/report" }] },
        { "title": "A contract", "exemption": "Schedule 12A, paragraph 3" },
    ]);
    let meeting = called(&officer, "2010-02-09", agenda).await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Meeting { agendaItems { nodes { id papers { address exemption } } }
        summaryDueOn summary { publishedOn dueOn isLate lateReason recipients { office isScrutiny appointment { id } } }
        attendance { presence guest appointment { office } }
        decisions { nodes { minuteNumber exemption actions { nodes { reference status dueOn timescalePrecision owners { office isAccountable } } } } } } } }";
    let first = officer.ask(query, json!({ "id": meeting })).await;
    let items = first.list("/node/agendaItems/nodes");
    assert_eq!(items[0]["papers"], json!([{ "address": "https://halton.example/report", "exemption": null }]));
    let appointments = "{ tenant(by: { slug: \"halton\" }) { appointments(first: 100, filter: { inForceOn: \"2010-02-09\" }) { nodes { id office } } } }";
    let appointments = officer.ask(appointments, json!({})).await;
    let board_member = appointments.list("/tenant/appointments/nodes").iter().find(|row| row["office"] == "HSPB_MEMBER").unwrap();
    let came = json!([{ "appointment": board_member["id"], "presence": "APOLOGIES" }, { "guest": "Mersey Travel", "presence": "PRESENT" }]);
    let answer = done(&officer, "recordAttendance", json!({ "meeting": meeting, "attendance": came }), "meeting { id }").await;
    assert_eq!(faults(&answer, "recordAttendance"), [""; 0], "{answer}");
    // Said again, it takes the place of what was said.
    let came = json!([{ "appointment": board_member["id"], "presence": "PRESENT" }]);
    done(&officer, "recordAttendance", json!({ "meeting": meeting, "attendance": came }), "meeting { id }").await;
    let decision = json!({ "meeting": meeting, "agendaItem": items[1]["id"], "minuteNumber": "12", "words": "The contract is let.",
        "actions": [an_action("Let the contract"), an_action("Tell the board")] });
    let answer = done(&officer, "recordMeetingDecision", decision.clone(), "decision { id }").await;
    assert_eq!(faults(&answer, "recordMeetingDecision"), [""; 0], "{answer}");
    let again = done(&officer, "recordMeetingDecision", decision, "decision { id }").await;
    assert_eq!(faults(&again, "recordMeetingDecision"), ["minuteNumber DUPLICATE"]);
    let summary = json!({ "meeting": meeting, "words": "The board heard the six-month report.", "address": "https://halton.example/summary" });
    app.clock().set_business_date(day("2010-02-16"));
    let answer = done(&officer, "publishMeetingSummary", summary.clone(), "meeting { id }").await;
    assert_eq!(faults(&answer, "publishMeetingSummary"), [""; 0], "{answer}");
    let again = done(&officer, "publishMeetingSummary", summary, "meeting { id }").await;
    assert_eq!(faults(&again, "publishMeetingSummary"), ["meeting DUPLICATE"]);

    let now = officer.ask(query, json!({ "id": meeting })).await;
    let now = now.data("/node");
    assert_eq!(
        now["attendance"],
        json!([{ "presence": "PRESENT", "guest": null, "appointment": { "office": "HSPB_MEMBER" } },
            { "presence": "PRESENT", "guest": "Mersey Travel", "appointment": null }])
    );
    let minute = &now["decisions"]["nodes"][0];
    assert_eq!(minute["exemption"], "Schedule 12A, paragraph 3", "as its item");
    let actions = minute["actions"]["nodes"].as_array().unwrap();
    assert_eq!(
        actions[0],
        json!({ "reference": "minute 12/1", "status": "NOT_STARTED", "dueOn": "2010-03-31", "timescalePrecision": "DAY",
            "owners": [{ "office": "PERFORMANCE_OFFICER", "isAccountable": true }, { "office": "SSP_CHAIR", "isAccountable": false }] })
    );
    assert_eq!(actions.len(), 2);
    let summary = &now["summary"];
    assert_eq!(
        (&summary["publishedOn"], &summary["dueOn"], &summary["isLate"]),
        (&json!("2010-02-16"), &json!("2010-02-16"), &json!(false))
    );
    let offices: Vec<(&str, bool)> = summary["recipients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["office"].as_str().unwrap(), one["isScrutiny"].as_bool().unwrap()))
        .collect();
    assert_eq!(offices, [("HSPB_MEMBER", false), ("PPB_MEMBER", true)], "the board's member and the scrutiny member");
}

async fn a_late_summary_says_why_and_stays_late(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let meeting = called(&officer, "2010-02-09", json!([])).await;
    let early = json!({ "meeting": meeting, "words": "In short.", "lateReason": "Snow" });
    let answer = done(&officer, "publishMeetingSummary", early, "meeting { id }").await;
    assert_eq!(faults(&answer, "publishMeetingSummary"), ["lateReason OUT_OF_RANGE"], "it isn't late");
    app.clock().set_business_date(day("2010-02-17"));
    let answer =
        done(&officer, "publishMeetingSummary", json!({ "meeting": meeting, "words": "In short." }), "meeting { id }").await;
    assert_eq!(faults(&answer, "publishMeetingSummary"), ["lateReason MISSING"]);
    let input = json!({ "meeting": meeting, "words": "In short.", "lateReason": "The clerk was ill." });
    let answer = done(&officer, "publishMeetingSummary", input, "meeting { summary { isLate lateReason } }").await;
    assert_eq!(
        answer.data("/publishMeetingSummary/meeting/summary"),
        &json!({ "isLate": true, "lateReason": "The clerk was ill." })
    );
}

async fn a_decision_with_a_bad_action_leaves_nothing_behind(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let meeting = called(&officer, "2010-02-09", json!([])).await;
    let probe = Probe::open(app.database()).await;
    let before = probe.counts(migration::TENANT_TABLES).await;
    let mut bad = an_action("Do something");
    bad["owners"] = json!([{ "office": "SSP_CHAIR", "isAccountable": false }]);
    let mut undated = an_action("Some day");
    undated["timescale"] = json!("On-going");
    let input =
        json!({ "meeting": meeting, "minuteNumber": "3", "words": "So be it.", "actions": [an_action("Well"), bad, undated] });
    let answer = done(&officer, "recordMeetingDecision", input, "decision { id }").await;
    assert_eq!(faults(&answer, "recordMeetingDecision"), ["actions.1.owners OUT_OF_RANGE", "actions.2.reviewOn MISSING"]);
    assert_eq!(probe.counts(migration::TENANT_TABLES).await, before, "nothing was written, the good action neither");
    probe.close().await;
}

async fn what_a_decision_left_to_be_done_arises_at_the_next_meeting(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let meeting = called(&officer, "2010-02-09", json!([])).await;
    let input = json!({ "meeting": meeting, "minuteNumber": "4", "words": "Two things to do.", "actions": [an_action("One"), an_action("Two")] });
    let answer = done(&officer, "recordMeetingDecision", input, "decision { actions { nodes { id } } }").await;
    let first = &answer.list("/recordMeetingDecision/decision/actions/nodes")[0]["id"];
    let close = json!({ "action": first, "outcome": "COMPLETED", "words": "Done.", "evidence": "Minute of the panel" });
    let closed = done(&officer, "closeAction", close, "action { status }").await;
    assert_eq!(closed.data("/closeAction/action/status"), "COMPLETED", "{closed}");
    let next = called(&officer, "2010-05-11", json!([])).await;
    let arising = "query ($id: ID!) { node(id: $id) { ... on Meeting { mattersArising { nodes { words status } } } } }";
    let answer = officer.ask(arising, json!({ "id": next })).await;
    assert_eq!(answer.data("/node/mattersArising/nodes"), &json!([{ "words": "Two", "status": "NOT_STARTED" }]));
}

async fn exempt_business_is_hidden_from_those_who_may_not_read_it(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let agenda = json!([{ "title": "In public" }, { "title": "In private", "exemption": "Schedule 12A, paragraph 3",
        "papers": [{ "title": "The contract", "address": "https://halton.example/contract" }] }]);
    let meeting = called(&officer, "2010-02-09", agenda).await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Meeting { papers { title } agendaItems { nodes { id title } } decisions { nodes { id } } } } }";
    let inside = officer.ask(query, json!({ "id": meeting })).await;
    let private = inside.list("/node/agendaItems/nodes")[1]["id"].clone();
    let input = json!({ "meeting": meeting, "agendaItem": private, "minuteNumber": "5", "words": "Let." });
    let decided = done(&officer, "recordMeetingDecision", input, "decision { id }").await;
    let decision = decided.data("/recordMeetingDecision/decision/id").clone();
    let scrutiny = app.sign_in("halton.scrutiny-member").await;
    let outside = scrutiny.ask(query, json!({ "id": meeting })).await;
    assert_eq!(outside.data("/node/papers"), &json!([]));
    assert_eq!(outside.data("/node/decisions/nodes"), &json!([]));
    let titles: Vec<&Value> = outside.list("/node/agendaItems/nodes").iter().map(|item| &item["title"]).collect();
    assert_eq!(titles, ["In public"]);
    let nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let answer = scrutiny.ask(nodes, json!({ "ids": [private, decision] })).await;
    assert_eq!(answer.data("/nodes"), &json!([null, null]), "nor by its identifier");
    let answer = officer.ask(nodes, json!({ "ids": [private, decision] })).await;
    assert_eq!(answer.data("/nodes"), &json!([{ "id": private }, { "id": decision }]));
}

async fn bad_meetings_are_refused_with_every_fault(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let line = "{ tenant(by: { slug: \"halton\" }) { agreement { id } } }";
    let agreement = officer.ask(line, json!({})).await.text("/tenant/agreement/id").to_owned();
    let input = json!({ "body": board, "title": " ", "heldOn": "2010-03-09", "agenda": [
        { "title": "", "duty": 999, "papers": [{ "title": "P", "address": "http://insecure.example/p" }] } ] });
    let answer = done(&officer, "createMeeting", input, "meeting { id }").await;
    assert_eq!(
        faults(&answer, "createMeeting"),
        ["title MISSING", "agenda.0.title MISSING", "agenda.0.duty NOT_FOUND", "agenda.0.papers.0.address MALFORMED"]
    );
    let input =
        json!({ "body": board, "title": "T", "heldOn": "2010-03-09", "agenda": [{ "title": "I", "links": [agreement] }] });
    let answer = done(&officer, "createMeeting", input, "meeting { id }").await;
    assert_eq!(faults(&answer, "createMeeting"), ["agenda.0.links.0 NOT_FOUND"], "an agreement is nothing that an item links");

    let ahead = called(&officer, "2010-03-09", json!([])).await;
    let twice = json!({ "body": board, "title": "Board", "heldOn": "2010-03-09" });
    assert_eq!(faults(&done(&officer, "createMeeting", twice, "meeting { id }").await, "createMeeting"), ["title DUPLICATE"]);
    let early = json!({ "meeting": ahead, "minuteNumber": "1", "words": "Too soon." });
    let answer = done(&officer, "recordMeetingDecision", early, "decision { id }").await;
    assert_eq!(faults(&answer, "recordMeetingDecision"), ["meeting OUT_OF_RANGE"]);
    let answer = done(&officer, "publishMeetingSummary", json!({ "meeting": ahead, "words": "S" }), "meeting { id }").await;
    assert_eq!(faults(&answer, "publishMeetingSummary"), ["meeting OUT_OF_RANGE"]);
    let item = json!({ "meeting": ahead, "item": { "title": "Any other business" } });
    let answer = done(&officer, "addAgendaItem", item.clone(), "agendaItem { number }").await;
    assert_eq!(answer.data("/addAgendaItem/agendaItem/number"), 1);
    let cancel = json!({ "meeting": ahead, "reason": "Snow." });
    let answer = done(&officer, "cancelMeeting", cancel.clone(), "meeting { standing cancellationReason }").await;
    assert_eq!(answer.data("/cancelMeeting/meeting"), &json!({ "standing": "CANCELLED", "cancellationReason": "Snow." }));
    assert_eq!(faults(&done(&officer, "cancelMeeting", cancel, "meeting { id }").await, "cancelMeeting"), ["meeting LOCKED"]);
    assert_eq!(faults(&done(&officer, "addAgendaItem", item, "agendaItem { id }").await, "addAgendaItem"), ["meeting LOCKED"]);
}

async fn a_meeting_at_short_notice_says_so_and_an_agenda_stands_from_its_day_on(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let calling = async |held_on: &str| {
        let input = json!({ "body": board, "title": "Board", "heldOn": held_on });
        let answer = done(&officer, "createMeeting", input, "notice meeting { id standing papersDueOn }").await;
        assert_eq!(faults(&answer, "createMeeting"), [""; 0], "{answer}");
        (answer.data("/createMeeting/meeting").clone(), answer.data("/createMeeting/notice").clone())
    };
    // Five clear working days before Wednesday 17 February end on the 9th, which is today; before the 16th they ended on the 8th.
    let (in_time, notice) = calling("2010-02-17").await;
    assert_eq!((&in_time["papersDueOn"], &notice), (&json!("2010-02-09"), &Value::Null));
    let (short, notice) = calling("2010-02-16").await;
    assert_eq!(
        (&short["papersDueOn"], &short["standing"]),
        (&json!("2010-02-08"), &json!("CALLED")),
        "it is called all the same"
    );
    assert!(notice.as_str().unwrap().contains("were due by 8 February 2010, 5 clear working days before it"), "{notice}");

    let adding = async |meeting: &Value| {
        let item = json!({ "meeting": meeting["id"], "item": { "title": "Any other business" } });
        faults(&done(&officer, "addAgendaItem", item, "agendaItem { id }").await, "addAgendaItem")
    };
    assert_eq!(adding(&short).await, [""; 0]);
    app.clock().set_business_date(day("2010-02-16"));
    assert_eq!(adding(&short).await, ["meeting LOCKED"], "it stands as held from its day on");
    assert_eq!(adding(&in_time).await, [""; 0]);
    let cancel = json!({ "meeting": in_time["id"], "reason": "Snow." });
    done(&officer, "cancelMeeting", cancel, "meeting { id }").await;
    assert_eq!(adding(&in_time).await, ["meeting LOCKED"]);
}

async fn only_those_who_keep_meetings_keep_them(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let input = json!({ "body": board, "title": "Board", "heldOn": "2010-03-09" });
    for (office, code) in [
        ("halton.lead-member", "FORBIDDEN"),
        ("halton.scrutiny-member", "FORBIDDEN"),
        ("halton.auditor", "FORBIDDEN"),
        ("warrington.performance-officer", "NOT_FOUND"),
        ("authority.clerk", "FORBIDDEN"),
    ] {
        let answer = done(&app.sign_in(office).await, "createMeeting", input.clone(), "meeting { id }").await;
        assert_eq!(answer.user_errors("/createMeeting")[0]["code"], code, "{office}: {answer}");
    }
}

async fn a_published_summary_is_written_to_each_who_gets_it(app: TestApp) {
    let post = MailServer::start().await;
    let officer = app.sign_in("halton.policy-officer").await;
    let meeting = called(&officer, "2010-02-09", json!([])).await;
    let input =
        json!({ "meeting": meeting, "words": "The board heard of the arsons.", "address": "https://halton.example/summary" });
    let answer = done(&officer, "publishMeetingSummary", input, "notice meeting { summary { recipients { office } } }").await;
    let published = answer.data("/publishMeetingSummary");
    assert_eq!(published["meeting"]["summary"]["recipients"], json!([{ "office": "HSPB_MEMBER" }, { "office": "PPB_MEMBER" }]));
    assert_eq!(published["notice"], Value::Null, "it reached others: {answer}");
    assert_eq!(post.collect(&app).await, 2, "one letter to each");
    let mut letters = post.arrived();
    letters.sort_by(|a, b| a.recipient.cmp(&b.recipient));
    for (letter, office) in letters.iter().zip(["halton.board-member@", "halton.scrutiny-member@"]) {
        assert!(letter.recipient.contains(office), "{}", letter.recipient);
        assert!(letter.text.contains("on 9 February 2010 has been published"), "{}", letter.text);
        assert!(letter.text.contains("https://halton.example/summary") && !letter.text.contains("arsons"), "{}", letter.text);
    }
}

async fn whoever_publishes_for_nobody_else_is_told_so(app: TestApp) {
    let manager = app.sign_in("authority.engagement-manager").await;
    // The panel has no members here; the committee has.
    for (reference, is_alone) in [("performance-panel", true), ("engagement-committee", false)] {
        let committee = body(&manager, "cheshire-police-authority", reference).await;
        let input = json!({ "body": committee, "title": "Extraordinary meeting", "heldOn": "2010-02-08" });
        let meeting = done(&manager, "createMeeting", input, "meeting { id }").await.text("/createMeeting/meeting/id").to_owned();
        let input = json!({ "meeting": meeting, "words": "Nobody came.", "idempotencyKey": reference });
        for _ in 0..2 {
            let answer = done(&manager, "publishMeetingSummary", input.clone(), "notice meeting { id }").await;
            let notice = answer.data("/publishMeetingSummary/notice").as_str().unwrap_or_default().to_owned();
            assert_eq!(notice.starts_with("It went to nobody but you"), is_alone, "{answer}");
        }
    }
}

async fn a_person_is_there_once_in_whichever_appointment(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let meeting = called(&officer, "2010-02-09", json!([])).await;
    let appointments = "{ tenant(by: { slug: \"halton\" }) { appointments(first: 100, filter: { inForceOn: \"2010-02-09\" }) { nodes { id office } } } }";
    let appointments = officer.ask(appointments, json!({})).await;
    let lead: Vec<&Value> = appointments
        .list("/tenant/appointments/nodes")
        .iter()
        .filter(|row| row["office"] == "PARTNERSHIP_LEAD_MEMBER")
        .map(|row| &row["id"])
        .collect();
    assert_eq!(lead.len(), 3, "of the strategic, the crime and the children's partnership");
    let came = async |attendance: Value| {
        let input = json!({ "meeting": meeting, "attendance": attendance });
        done(&officer, "recordAttendance", input, "meeting { attendance { presence appointment { id } } }").await
    };
    came(json!([{ "appointment": lead[0], "presence": "PRESENT" }])).await;
    let answer = came(json!([{ "appointment": lead[1], "presence": "APOLOGIES" }])).await;
    assert_eq!(
        answer.data("/recordAttendance/meeting/attendance"),
        &json!([{ "presence": "APOLOGIES", "appointment": { "id": lead[1] } }]),
        "{answer}"
    );
    let both = json!([{ "appointment": lead[0], "presence": "PRESENT" }, { "appointment": lead[2], "presence": "ABSENT" }]);
    assert_eq!(faults(&came(both).await, "recordAttendance"), ["attendance.1 DUPLICATE"]);
}

async fn a_day_that_no_record_can_bear_is_refused(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    for held_on in ["9999-12-31", "1066-10-14", "2201-01-01"] {
        let input = json!({ "body": board, "title": "Board", "heldOn": held_on });
        let answer = done(&officer, "createMeeting", input, "meeting { id }").await;
        assert_eq!(faults(&answer, "createMeeting"), ["heldOn OUT_OF_RANGE"], "{held_on}");
    }
    // So of every other day that somebody enters.
    let clerk = app.sign_in("authority.clerk").await;
    let committee = body(&clerk, "cheshire-police-authority", "engagement-committee").await;
    let instrument = json!({ "delegatedBy": committee, "to": { "office": "PARTNERSHIP_LEAD_MEMBER" }, "power": "EXPENDITURE", "words": "W",
        "approvedBy": "Committee", "approvedOn": "1066-10-14", "minute": "1", "startsOn": "2010-02-09", "endsOn": "9999-12-31", "source": "S" });
    let answer = done(&clerk, "createDelegation", instrument, "delegation { id }").await;
    assert_eq!(faults(&answer, "createDelegation"), ["approvedOn OUT_OF_RANGE", "endsOn OUT_OF_RANGE"]);
    let lead = app.sign_in("halton.lead-member").await;
    let id = super::fixtures::return_id("halton", "FY2009-Q3");
    let input = json!({ "return": id, "followUps": [{ "text": "Meet them", "dueOn": "9999-12-31" }] });
    let answer = done(&lead, "updateQuarterlyReturn", input, "quarterlyReturn { id }").await;
    assert_eq!(faults(&answer, "updateQuarterlyReturn"), ["followUps.0.dueOn OUT_OF_RANGE"], "{answer}");
    let mut risk = crate::risk::fixtures::new_risk();
    risk["resolveBy"] = json!("9999-12-31");
    risk["actions"][0]["dueOn"] = json!("9999-12-31");
    let answer = done(&app.sign_in("halton.ssp-chair").await, "registerRisk", risk, "risk { id }").await;
    assert_eq!(faults(&answer, "registerRisk"), ["actions.0.dueOn OUT_OF_RANGE", "resolveBy OUT_OF_RANGE"], "{answer}");
}
