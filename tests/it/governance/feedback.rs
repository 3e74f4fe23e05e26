//! Members write about their units; the Research Officer sees who hasn't, collates by council area, and sends what came of it to that
//! area's lead member. The members' own words stay with their authors and those who collate.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, MailServer, Probe, TestApp};

use super::fixtures::{AUTHORITY, area, done, form, mutate, refused, tenant};

both_dbs!(
    the_eighteen_units_are_awaited_by_council_area_and_not_by_policing_area,
    a_member_writes_about_their_own_units_and_corrects_what_they_wrote,
    a_member_s_words_are_read_by_their_author_and_by_those_who_collate_which_is_on_record,
    a_collation_merges_duplicates_counts_sources_and_flags_what_recurs,
    feedback_after_collation_is_refused,
    a_quarter_for_which_nobody_wrote_is_closed_only_with_a_reason,
    a_summary_reaches_its_own_lead_member_by_letter_and_no_other,
    what_is_wrong_with_a_form_or_a_collation_is_named_and_nothing_is_written,
    a_form_and_a_collation_at_the_same_moment_leave_no_form_behind,
    one_unit_in_each_of_two_quarters_recurs_in_units,
);

const FEEDBACK: &str = "query ($filter: FeedbackFilter) { tenant(by: { slug: \"cheshire-police-authority\" }) {
    feedback(filter: $filter) { totalCount nodes { id version words unit { reference } area { reference } quarter { code }
        author { name } issues { number subject text } isIllustrative sentOn } } } }";
const SUMMARIES: &str = "query ($filter: FeedbackFilter) { tenant(by: { slug: \"cheshire-police-authority\" }) {
    feedbackSummaries(filter: $filter) { nodes { id version text forms unitsHeard unitsAwaited membersAwaited sentOn area { reference } quarter { code }
        themes { number subject title text mergedIssues recursInUnits recursInQuarters
            sources { unit { reference } quarter { code } mentions } } } } } }";

async fn forms(actor: &Actor, filter: Value) -> Vec<Value> {
    actor.ask(FEEDBACK, json!({ "filter": filter })).await.list("/tenant/feedback/nodes").to_vec()
}

fn halton_in(quarter: &str) -> Value {
    json!({ "area": area("halton"), "quarter": quarter })
}

/// Halton's third quarter as it is collated, with the issues of the two units in one theme.
async fn collation(officer: &Actor) -> Value {
    let sent = forms(officer, halton_in("FY2009-Q3")).await;
    let by = |unit: &str| sent.iter().find(|form| form["unit"]["reference"] == unit).expect("it was sent")["id"].clone();
    json!({ "tenant": tenant(AUTHORITY), "area": area("halton"), "quarter": "FY2009-Q3", "text": "Noise after school; fires are rarer.",
        "themes": [
            { "subject": "ANTI_SOCIAL_BEHAVIOUR", "title": "Trouble where young people meet", "text": "Two units name it.",
              "issues": [{ "feedback": by("npu-widnes"), "number": 1 }, { "feedback": by("npu-runcorn"), "number": 1 }] },
            { "subject": "ARSON", "title": "Bin fires", "text": "One more.", "issues": [{ "feedback": by("npu-widnes"), "number": 2 }] },
        ] })
}

async fn collated(officer: &Actor) -> String {
    let input = collation(officer).await;
    let made = done(officer, "recordFeedbackSummary", input, "summary { id version sentOn }").await;
    made["summary"]["id"].as_str().expect("an identifier").to_owned()
}

async fn the_eighteen_units_are_awaited_by_council_area_and_not_by_policing_area(app: TestApp) {
    let query =
        "query ($quarter: String) { tenant(by: { slug: \"cheshire-police-authority\" }) { areaFeedback(quarter: $quarter) {
        area { reference } quarter { code } unitsHeard unitsAwaited membersAwaited summary { id }
        duties { unit { reference } member { name } feedback { id } } } } }";
    let officer = app.sign_in("authority.research-officer").await;
    let answer = officer.ask(query, json!({})).await;
    let areas = answer.list("/tenant/areaFeedback");
    let said: Vec<_> = areas
        .iter()
        .map(|area| (area["area"]["reference"].as_str().unwrap(), &area["unitsHeard"], &area["unitsAwaited"]))
        .map(|(area, heard, awaited)| (area, heard.as_i64().unwrap(), awaited.as_i64().unwrap()))
        .collect();
    // Warrington and Halton are one policing area and two council areas.
    assert_eq!(said, [("cheshire-east", 0, 6), ("cheshire-west-and-chester", 0, 6), ("halton", 2, 0), ("warrington", 1, 3)]);
    assert!(areas.iter().all(|area| area["quarter"]["code"] == "FY2009-Q3" && area["summary"].is_null()));
    let halton = areas.iter().find(|area| area["area"]["reference"] == "halton").unwrap();
    let duties: Vec<_> = halton["duties"].as_array().unwrap().iter().collect();
    let missing: Vec<_> = duties.iter().filter(|duty| duty["feedback"].is_null()).collect();
    assert_eq!(halton["membersAwaited"], 1, "a unit that was heard of can still be owed");
    assert_eq!(duties.len(), 3, "two members are linked to Runcorn and one to Widnes: {duties:?}");
    assert_eq!(
        missing.iter().map(|duty| (&duty["unit"]["reference"], &duty["member"]["name"])).collect::<Vec<_>>(),
        [(&json!("npu-runcorn"), &json!("Halton lead member"))]
    );
    let earlier = officer.ask(query, json!({ "quarter": "FY2009-Q2" })).await;
    assert!(earlier.list("/tenant/areaFeedback").iter().all(|area| area["summary"].is_object()), "{earlier}");
    let member = app.sign_in("halton.lead-member").await.ask(query, json!({})).await;
    assert_eq!(member.error_codes(), ["FORBIDDEN"], "a member sees their own forms, not who else owes one");
}

async fn a_member_writes_about_their_own_units_and_corrects_what_they_wrote(app: TestApp) {
    let member = app.sign_in("warrington.lead-member").await;
    let mut input = form("npu-warrington-south", "FY2009-Q3", &[("ROAD_SAFETY", "Speeding."), ("OTHER", "A lamp is out.")]);
    input["expectedVersion"] = json!(0);
    let fields =
        "feedback { id version words area { reference } quarter { code } issues { number subject text } sentOn isIllustrative }";
    let sent = done(&member, "sendFeedback", input.clone(), fields).await["feedback"].clone();
    assert_eq!(
        (&sent["version"], &sent["area"]["reference"], &sent["isIllustrative"]),
        (&json!(1), &json!("warrington"), &json!(false))
    );
    assert_eq!(sent["issues"][1], json!({ "number": 2, "subject": "OTHER", "text": "A lamp is out." }));

    assert_eq!(refused(&member, "sendFeedback", input).await, ["expectedVersion STALE_VERSION"]);
    let mut correction = form("npu-warrington-south", "FY2009-Q3", &[("LIVEABILITY", "A lamp is out in Chapel Street.")]);
    correction["expectedVersion"] = json!(1);
    let again = done(&member, "sendFeedback", correction, fields).await["feedback"].clone();
    assert_eq!((&again["id"], &again["version"]), (&sent["id"], &json!(2)), "the same form");
    assert_eq!(again["issues"].as_array().unwrap().len(), 1, "the correction's issues stand");

    // What stands is corrected only by whoever names it, and says which version that is.
    let answer = mutate(&member, "sendFeedback", form("npu-warrington-south", "FY2009-Q3", &[("OTHER", "Again.")]), "").await;
    let error = &answer.user_errors("/sendFeedback")[0];
    assert_eq!((&error["code"], &error["currentVersion"]), (&json!("STALE_VERSION"), &json!(2)), "{answer}");

    let answer = mutate(&member, "sendFeedback", form("npu-runcorn", "FY2009-Q3", &[]), "").await;
    let error = &answer.user_errors("/sendFeedback")[0];
    assert_eq!((&error["code"], &error["field"]), (&json!("FORBIDDEN"), &json!(["unit"])), "{answer}");
    assert!(error["message"].as_str().unwrap_or_default().contains("Warrington South"), "one's own units are named: {answer}");
    let treasurer = app.sign_in("authority.treasurer").await;
    assert_eq!(refused(&treasurer, "sendFeedback", form("npu-runcorn", "FY2009-Q3", &[])).await, ["FORBIDDEN"]);
    // An appointment's last day is its last.
    let former = app.sign_in("former.lead-member").await;
    assert_eq!(refused(&former, "sendFeedback", form("npu-runcorn", "FY2009-Q3", &[])).await, ["tenant NOT_FOUND"]);
}

async fn a_member_s_words_are_read_by_their_author_and_by_those_who_collate_which_is_on_record(app: TestApp) {
    let own = forms(&app.sign_in("halton.lead-member").await, json!({})).await;
    assert_eq!(own.len(), 3);
    assert!(own.iter().all(|form| form["author"]["name"] == "Halton lead member"), "{own:?}");
    let chairman = forms(&app.sign_in("authority.chairman").await, json!({})).await;
    assert!(chairman.iter().all(|form| form["author"]["name"] == "Authority chairman") && chairman.len() == 2);
    let probe = Probe::open(app.database()).await;
    let reads = async || probe.deeds(AUTHORITY).await.into_iter().filter(|deed| deed == "READ_FEEDBACK").count();
    assert_eq!(reads().await, 0, "one's own words are no secret to oneself");

    for (place, office) in
        ["authority.research-officer", "authority.engagement-manager", "authority.chief-executive"].iter().enumerate()
    {
        assert_eq!(forms(&app.sign_in(office).await, json!({})).await.len(), 9, "{office}");
        assert_eq!(reads().await, place + 1, "{office} is on record");
    }
    for office in ["authority.treasurer", "authority.clerk", "authority.audit"] {
        let answer = app.sign_in(office).await.ask(FEEDBACK, json!({})).await;
        assert_eq!(answer.error_codes(), ["FORBIDDEN"], "{office}: {answer}");
    }
    // Nor by an identifier that somebody passed on.
    let theirs = own[0]["id"].clone();
    for office in ["warrington.lead-member", "authority.chairman", "authority.clerk"] {
        let answer = app.sign_in(office).await.ask("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": theirs })).await;
        assert_eq!(answer.data("/node"), &Value::Null, "{office}");
    }
    probe.close().await;
}

async fn a_collation_merges_duplicates_counts_sources_and_flags_what_recurs(app: TestApp) {
    let officer = app.sign_in("authority.research-officer").await;
    collated(&officer).await;
    let answer = officer.ask(SUMMARIES, json!({ "filter": halton_in("FY2009-Q3") })).await;
    let summary = &answer.list("/tenant/feedbackSummaries/nodes")[0];
    assert_eq!(
        [&summary["version"], &summary["forms"], &summary["unitsHeard"], &summary["unitsAwaited"], &summary["sentOn"]],
        [&json!(1), &json!(2), &json!(2), &json!(0), &Value::Null]
    );
    assert_eq!(summary["membersAwaited"], 1, "of Runcorn one of two members wrote");
    let (asb, arson) = (&summary["themes"][0], &summary["themes"][1]);
    assert_eq!([&asb["mergedIssues"], &asb["recursInUnits"], &asb["recursInQuarters"]], [&json!(2), &json!(true), &json!(true)]);
    let sources = |theme: &Value| {
        let source = |source: &Value| {
            format!(
                "{} {} {}",
                source["unit"]["reference"].as_str().unwrap(),
                source["quarter"]["code"].as_str().unwrap(),
                source["mentions"]
            )
        };
        let mut sources: Vec<String> = theme["sources"].as_array().unwrap().iter().map(source).collect();
        sources.sort();
        sources
    };
    // Counted and dated, never named: the quarter before had named Runcorn twice.
    assert_eq!(sources(asb), ["npu-runcorn FY2009-Q2 2", "npu-runcorn FY2009-Q3 1", "npu-widnes FY2009-Q3 1"]);
    assert_eq!([&arson["recursInUnits"], &arson["recursInQuarters"]], [&json!(false), &json!(true)], "one unit, two quarters");
    assert_eq!(sources(arson), ["npu-widnes FY2009-Q2 1", "npu-widnes FY2009-Q3 1"]);
    for name in ["Halton lead member", "Authority chairman"] {
        assert!(!answer.raw().contains(name), "{name} is told in {answer}");
    }

    // Until it is sent it can be collated anew, in place of what stood.
    let mut again = collation(&officer).await;
    again["themes"] = json!([again["themes"][1]]);
    again["expectedVersion"] = json!(1);
    let stale = json!({ "expectedVersion": 2 });
    let mut other = again.clone();
    other.as_object_mut().unwrap().extend(stale.as_object().unwrap().clone());
    assert_eq!(refused(&officer, "recordFeedbackSummary", other).await, ["expectedVersion STALE_VERSION"]);
    let fields = "summary { version themes { number title } }";
    let made = done(&officer, "recordFeedbackSummary", again, fields).await;
    assert_eq!(made["summary"], json!({ "version": 2, "themes": [{ "number": 1, "title": "Bin fires" }] }));
}

async fn feedback_after_collation_is_refused(app: TestApp) {
    let officer = app.sign_in("authority.research-officer").await;
    let (member, there) = (app.sign_in("halton.lead-member").await, app.sign_in("warrington.lead-member").await);
    collated(&officer).await;
    let probe = Probe::open(app.database()).await;
    let before = probe.counts(migration::TENANT_TABLES).await;
    for unit in ["npu-runcorn", "npu-widnes"] {
        assert_eq!(refused(&member, "sendFeedback", form(unit, "FY2009-Q3", &[("ARSON", "Another.")])).await, ["quarter LOCKED"]);
    }
    assert_eq!(probe.counts(migration::TENANT_TABLES).await, before, "nothing was written");
    probe.close().await;
    // The next quarter takes it, and so does the other council area of the same policing area.
    done(&member, "sendFeedback", form("npu-runcorn", "FY2009-Q4", &[("ARSON", "Another.")]), "").await;
    done(&there, "sendFeedback", form("npu-warrington-west", "FY2009-Q3", &[("ARSON", "One.")]), "").await;
}

async fn a_quarter_for_which_nobody_wrote_is_closed_only_with_a_reason(app: TestApp) {
    let (officer, member) = (app.sign_in("authority.research-officer").await, app.sign_in("cheshire-east.lead-member").await);
    let summary = |reason: Value| {
        json!({ "tenant": tenant(AUTHORITY), "area": area("cheshire-east"), "quarter": "FY2009-Q3",
        "text": "Nothing was heard.", "themes": [], "noFormsReason": reason })
    };
    let probe = Probe::open(app.database()).await;
    let before = probe.counts(migration::TENANT_TABLES).await;
    for unsaid in [Value::Null, json!(" ")] {
        assert_eq!(refused(&officer, "recordFeedbackSummary", summary(unsaid)).await, ["noFormsReason MISSING"]);
    }
    assert_eq!(
        refused(&officer, "recordFeedbackSummary", summary(json!("x".repeat(4001)))).await,
        ["noFormsReason OUT_OF_RANGE"]
    );
    assert_eq!(probe.counts(migration::TENANT_TABLES).await, before, "the quarter stays open");
    probe.close().await;
    let reason = json!("The members were asked twice.");
    let made = done(&officer, "recordFeedbackSummary", summary(reason.clone()), "summary { forms noFormsReason }").await;
    assert_eq!(made["summary"], json!({ "forms": 0, "noFormsReason": reason }));
    assert_eq!(refused(&member, "sendFeedback", form("npu-crewe", "FY2009-Q3", &[("OTHER", "One.")])).await, ["quarter LOCKED"]);

    // Whoever says that nobody wrote, while somebody did, is told so and reads it first.
    let there = app.sign_in("warrington.lead-member").await;
    done(&there, "sendFeedback", form("npu-warrington-west", "FY2009-Q3", &[("ARSON", "One.")]), "").await;
    let mut unread = summary(reason);
    unread["area"] = json!(area("warrington"));
    assert_eq!(refused(&officer, "recordFeedbackSummary", unread.clone()).await, ["noFormsReason OUT_OF_RANGE"]);
    unread["noFormsReason"] = Value::Null;
    let made = done(&officer, "recordFeedbackSummary", unread, "summary { forms noFormsReason }").await;
    assert_eq!(made["summary"]["noFormsReason"], Value::Null);
}

async fn a_summary_reaches_its_own_lead_member_by_letter_and_no_other(app: TestApp) {
    let post = MailServer::start().await;
    let officer = app.sign_in("authority.research-officer").await;
    let id = collated(&officer).await;
    let (halton, warrington) = (app.sign_in("halton.lead-member").await, app.sign_in("warrington.lead-member").await);
    let seen = async |actor: &Actor| {
        let answer = actor.ask(SUMMARIES, json!({})).await;
        let nodes = answer.list("/tenant/feedbackSummaries/nodes");
        nodes
            .iter()
            .map(|node| format!("{} {}", node["area"]["reference"].as_str().unwrap(), node["quarter"]["code"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    let node = "query ($id: ID!) { node(id: $id) { ... on FeedbackSummary { text themes { title sources { mentions } } } } }";
    let by_id = async |actor: &Actor| actor.ask(node, json!({ "id": id })).await.data("/node").clone();
    assert_eq!(seen(&halton).await, ["halton FY2009-Q2"], "it wasn't sent yet");
    assert_eq!(by_id(&halton).await, Value::Null);

    let input = json!({ "summary": id, "expectedVersion": 1 });
    let sent = done(&officer, "sendFeedbackSummary", input.clone(), "summary { sentOn }").await;
    assert_eq!(sent["summary"]["sentOn"], "2010-02-09");
    assert_eq!(seen(&halton).await, ["halton FY2009-Q3", "halton FY2009-Q2"]);
    assert_eq!(by_id(&halton).await["themes"][0]["title"], "Trouble where young people meet");
    assert_eq!(seen(&warrington).await, ["warrington FY2009-Q2"]);
    assert_eq!(by_id(&warrington).await, Value::Null);

    assert_eq!(post.collect(&app).await, 1, "one letter");
    let letter = post.arrived().remove(0);
    assert!(letter.text.contains("Halton, Q3 2009/10") && !letter.text.contains("Noise"), "{}", letter.text);
    assert_eq!(refused(&officer, "sendFeedbackSummary", input).await, ["summary LOCKED"]);
    let again = collation(&officer).await;
    assert_eq!(refused(&officer, "recordFeedbackSummary", again).await, ["summary LOCKED"]);
    for office in ["authority.engagement-manager", "halton.lead-member"] {
        let input = json!({ "summary": id });
        assert_eq!(refused(&app.sign_in(office).await, "sendFeedbackSummary", input).await, ["FORBIDDEN"], "{office}");
    }
}

async fn what_is_wrong_with_a_form_or_a_collation_is_named_and_nothing_is_written(app: TestApp) {
    let (member, officer) = (app.sign_in("halton.lead-member").await, app.sign_in("authority.research-officer").await);
    let good = collation(&officer).await;
    let probe = Probe::open(app.database()).await;
    let before = probe.writes_on_record().await;
    let bad_form = async |change: &dyn Fn(&mut Value)| {
        let mut input = form("npu-runcorn", "FY2009-Q3", &[("ARSON", "A fire.")]);
        change(&mut input);
        refused(&member, "sendFeedback", input).await
    };
    assert_eq!(bad_form(&|input| input["quarter"] = json!("Q3")).await, ["quarter MALFORMED"]);
    assert_eq!(bad_form(&|input| input["quarter"] = json!("FY2009")).await, ["quarter MALFORMED"]);
    assert_eq!(bad_form(&|input| input["quarter"] = json!("FY2010-Q1")).await, ["quarter OUT_OF_RANGE"]);
    assert_eq!(bad_form(&|input| input["quarter"] = json!("FY2009-Q1")).await, ["quarter OUT_OF_RANGE"]);
    assert_eq!(bad_form(&|input| input["issues"][0]["text"] = json!(" ")).await, ["issues.0.text MISSING"]);
    assert_eq!(bad_form(&|input| input["words"] = json!("x".repeat(4001))).await, ["words OUT_OF_RANGE"]);
    assert_eq!(
        bad_form(&|input| {
            input["words"] = json!("");
            input["issues"] = json!([]);
        })
        .await,
        ["words MISSING"]
    );
    assert_eq!(bad_form(&|input| input["issues"] = json!(vec![input["issues"][0].clone(); 21])).await, ["issues OUT_OF_RANGE"]);
    assert_eq!(bad_form(&|input| input["unit"] = json!(area("halton"))).await, ["unit NOT_FOUND"], "a council area is no unit");
    assert_eq!(bad_form(&|input| input["unit"] = json!(area("npu-crewe"))).await, ["unit FORBIDDEN"], "another's");
    assert_eq!(bad_form(&|input| input["unit"] = input["tenant"].clone()).await, ["unit NOT_FOUND"]);

    let bad = async |change: &dyn Fn(&mut Value)| {
        let mut input = good.clone();
        change(&mut input);
        refused(&officer, "recordFeedbackSummary", input).await
    };
    assert_eq!(bad(&|input| input["text"] = json!("")).await, ["text MISSING"]);
    assert_eq!(bad(&|input| input["quarter"] = json!("FY2009-Q4")).await, ["quarter OUT_OF_RANGE"]);
    assert_eq!(bad(&|input| input["area"] = json!(area("npu-runcorn"))).await, ["area NOT_FOUND"]);
    assert_eq!(bad(&|input| input["area"] = json!(area("policing-area-north"))).await, ["area NOT_FOUND"]);
    assert_eq!(bad(&|input| input["themes"][0]["title"] = json!("")).await, ["themes.0.title MISSING"]);
    assert_eq!(bad(&|input| input["themes"][0]["issues"] = json!([])).await, ["themes.0.issues MISSING"]);
    assert_eq!(bad(&|input| input["themes"][0]["issues"][0]["number"] = json!(9)).await, ["themes.0.issues.0 NOT_FOUND"]);
    assert_eq!(
        bad(&|input| input["themes"][1]["issues"][0] = input["themes"][0]["issues"][0].clone()).await,
        ["themes.1.issues.0 DUPLICATE"]
    );
    // Issues of another area's, or another quarter's.
    let elsewhere = forms(&officer, json!({ "area": area("warrington"), "quarter": "FY2009-Q3" })).await[0]["id"].clone();
    let earlier = forms(&officer, halton_in("FY2009-Q2")).await[0]["id"].clone();
    for foreign in [elsewhere, earlier] {
        assert_eq!(
            bad(&|input| input["themes"][0]["issues"][0]["feedback"] = foreign.clone()).await,
            ["themes.0.issues.0 NOT_FOUND"]
        );
    }
    for office in ["halton.lead-member", "authority.engagement-manager"] {
        assert_eq!(refused(&app.sign_in(office).await, "recordFeedbackSummary", good.clone()).await, ["FORBIDDEN"], "{office}");
    }
    assert_eq!(probe.writes_on_record().await, before, "nothing was written");
    probe.close().await;
}

async fn a_form_and_a_collation_at_the_same_moment_leave_no_form_behind(app: TestApp) {
    let (member, officer) = (app.sign_in("cheshire-east.lead-member").await, app.sign_in("authority.research-officer").await);
    let units = ["npu-congleton", "npu-crewe", "npu-knutsford", "npu-macclesfield", "npu-nantwich", "npu-wilmslow"];
    let summary = json!({ "tenant": tenant(AUTHORITY), "area": area("cheshire-east"), "quarter": "FY2009-Q3", "text": "What there was.", "themes": [] });
    let sending =
        units.map(|unit| mutate(&member, "sendFeedback", form(unit, "FY2009-Q3", &[("OTHER", "Something.")]), "feedback { id }"));
    // Whoever collates before anything has come says that nothing has; whoever says so although something has is told, and reads it.
    let collating = async {
        let unsaid = mutate(&officer, "recordFeedbackSummary", summary.clone(), "summary { forms }").await;
        if unsaid.data("/recordFeedbackSummary/summary").is_object() {
            return unsaid.data("/recordFeedbackSummary").clone();
        }
        let mut silent = summary.clone();
        silent["noFormsReason"] = json!("Nobody wrote.");
        let said = mutate(&officer, "recordFeedbackSummary", silent, "summary { forms }").await;
        if said.data("/recordFeedbackSummary/summary").is_object() {
            return said.data("/recordFeedbackSummary").clone();
        }
        done(&officer, "recordFeedbackSummary", summary.clone(), "summary { forms }").await
    };
    let (answers, made) = futures::future::join(futures::future::join_all(sending), collating).await;
    let sent = answers.iter().filter(|answer| answer.data("/sendFeedback/feedback").is_object()).count();
    assert_eq!(made["summary"]["forms"], json!(sent), "whoever came later was refused");
}

async fn one_unit_in_each_of_two_quarters_recurs_in_units(app: TestApp) {
    let officer = app.sign_in("authority.research-officer").await;
    // The quarter before had arson in Widnes; now it is Runcorn that names it.
    let lead = app.sign_in("halton.lead-member").await;
    let sent = done(&lead, "sendFeedback", form("npu-runcorn", "FY2009-Q3", &[("ARSON", "A shed.")]), "feedback { id }").await;
    let mut input = collation(&officer).await;
    input["themes"] = json!([{ "subject": "ARSON", "title": "Fires", "text": "A shed burned.",
        "issues": [{ "feedback": sent["feedback"]["id"], "number": 1 }] }]);
    let fields = "summary { themes { recursInUnits recursInQuarters sources { unit { reference } quarter { code } } } }";
    let made = done(&officer, "recordFeedbackSummary", input, fields).await;
    let theme = &made["summary"]["themes"][0];
    assert_eq!([&theme["recursInUnits"], &theme["recursInQuarters"]], [&json!(true), &json!(true)], "{theme}");
    assert_eq!(theme["sources"].as_array().map(Vec::len), Some(2), "{theme}");
}
