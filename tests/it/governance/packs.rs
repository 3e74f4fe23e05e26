//! A committee pack: frozen under its hash, in a public edition and one with exempt business, as a document that a screen reader follows.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, TestApp};

use super::meetings::{done, faults};

both_dbs!(
    a_pack_is_frozen_and_later_changes_leave_it_alone,
    each_edition_is_for_those_who_may_read_it,
    whoever_fetches_exempt_business_is_on_record_and_who_fetches_the_public_edition_is_not,
);

/// The Engagement Committee of 9 February 2010, and an action that an item of its agenda is about.
pub async fn meeting(clerk: &Actor) -> (String, String) {
    let query = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { meetings(filter: { heldFrom: \"2010-02-09\", heldTo: \"2010-02-09\" }) {
        nodes { id agendaItems { nodes { links { subject { id } } } } } } } }";
    let answer = clerk.ask(query, json!({})).await;
    let meeting = &answer.list("/tenant/meetings/nodes")[0];
    let action = meeting["agendaItems"]["nodes"][2]["links"][0]["subject"]["id"].as_str().unwrap();
    (meeting["id"].as_str().unwrap().to_owned(), action.to_owned())
}

/// Freezes a meeting's pack; a further version for a reason, as it needs one.
pub async fn published(clerk: &Actor, meeting: &str) -> Value {
    let packs = "query ($id: ID!) { node(id: $id) { ... on Meeting { packs { totalCount } } } }";
    let packs = clerk.ask(packs, json!({ "id": meeting })).await;
    let is_first = packs.data("/node/packs/totalCount") == 0;
    published_again(clerk, meeting, if is_first { Value::Null } else { json!("It is frozen anew.") }).await
}

/// Freezes a pack for a reason, as a further version needs one.
async fn published_again(clerk: &Actor, meeting: &str, reason: Value) -> Value {
    let wanted = "pack { version reason changes contentHash exemptContentHash frozenOn publicPath exemptPath publicPdfPath exemptPdfPath }";
    let answer = done(clerk, "publishMeetingPack", json!({ "meeting": meeting, "reason": reason }), wanted).await;
    assert_eq!(faults(&answer, "publishMeetingPack"), [""; 0], "{answer}");
    answer.data("/publishMeetingPack/pack").clone()
}

/// A document with the status under which it came.
pub async fn fetched(app: &TestApp, actor: &Actor, path: &Value) -> (u16, String) {
    let request = app.http().get(format!("{}{}", app.url(), path.as_str().unwrap())).bearer_auth(actor.token());
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn a_pack_is_frozen_and_later_changes_leave_it_alone(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let (meeting, action) = meeting(&clerk).await;
    let pack = published(&clerk, &meeting).await;
    assert_eq!((&pack["version"], &pack["frozenOn"]), (&json!(1), &json!("2010-02-09")));
    let (status, before) = fetched(&app, &clerk, &pack["exemptPath"]).await;
    assert_eq!(status, 200);
    for part in [
        "<html lang=\"en-GB\">",
        "<h1>Engagement Committee, 9 February 2010</h1>",
        "<main id=\"content\">",
        "<h2 id=\"part-4\">3. Information sharing protocols: update by the force</h2>",
        "<th scope=\"col\">Owners</th>",
        "<th scope=\"row\">4</th>",
        "9 February 2010",
        pack["exemptContentHash"].as_str().unwrap(),
    ] {
        assert!(before.contains(part), "{part} in\n{before}");
    }
    let close = json!({ "action": action, "outcome": "COMPLETED", "words": "Told.", "evidence": "The update" });
    assert_eq!(faults(&done(&clerk, "closeAction", close, "action { id }").await, "closeAction"), [""; 0]);
    assert_eq!(fetched(&app, &clerk, &pack["exemptPath"]).await.1, before, "what changes afterwards changes no pack");
    let again = json!({ "meeting": meeting });
    assert_eq!(faults(&done(&clerk, "publishMeetingPack", again, "").await, "publishMeetingPack"), ["reason MISSING"]);
    assert_eq!((&pack["reason"], &pack["changes"]), (&Value::Null, &json!([])));
    let second = published_again(&clerk, &meeting, json!("An action was closed.")).await;
    assert_eq!((&second["version"], &second["reason"]), (&json!(2), &json!("An action was closed.")));
    assert_eq!(second["changes"], json!(["Changed: 3. Information sharing protocols: update by the force."]));
    let (_, public) = fetched(&app, &clerk, &second["publicPath"]).await;
    for part in [
        "What changed since the version before</h2>",
        "<p>This takes the place of version 1: An action was closed.</p>",
        "<p>Changed: 3. Information sharing protocols: update by the force.</p>",
    ] {
        assert!(public.contains(part), "{part} in\n{public}");
    }
    assert!(!before.contains("What changed since"), "a first version takes no other's place");
    assert_eq!(fetched(&app, &clerk, &pack["exemptPath"]).await.1, before, "and stays as it is");
    assert_ne!(second["contentHash"], pack["contentHash"]);
    let packs = "query ($id: ID!) { node(id: $id) { ... on Meeting { packs { nodes { version } } } } }";
    let answer = clerk.ask(packs, json!({ "id": meeting })).await;
    let versions: Vec<&Value> =
        answer.value("/node/packs/nodes").as_array().unwrap().iter().map(|pack| &pack["version"]).collect();
    assert_eq!(versions, [2, 1]);
}

async fn each_edition_is_for_those_who_may_read_it(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let (committee, _) = meeting(&clerk).await;
    let pack = published(&clerk, &committee).await;
    let (_, public) = fetched(&app, &clerk, &pack["publicPath"]).await;
    let (_, exempt) = fetched(&app, &clerk, &pack["exemptPath"]).await;
    assert!(exempt.contains("Partnership risks reported by lead members"));
    assert!(!public.contains("Partnership risks reported by lead members"), "not even its heading");
    assert!(public.contains("exempt from publication"));
    // In Halton the scrutiny member reads the public edition, and no other.
    let officer = app.sign_in("halton.policy-officer").await;
    let board = super::meetings::body(&officer, "halton", "hspb").await;
    let input = json!({ "body": board, "title": "Board", "heldOn": "2010-02-09", "agenda": [{ "title": "In private", "exemption": "paragraph 3" }] });
    let made = done(&officer, "createMeeting", input, "meeting { id }").await;
    let pack = published(&officer, made.text("/createMeeting/meeting/id")).await;
    let scrutiny = app.sign_in("halton.scrutiny-member").await;
    for (actor, edition, status) in [
        (&scrutiny, "publicPath", 200),
        (&scrutiny, "exemptPath", 404),
        (&officer, "exemptPath", 200),
        (&clerk, "publicPath", 404),
        (&clerk, "exemptPath", 404),
    ] {
        assert_eq!(fetched(&app, actor, &pack[edition]).await.0, status, "{edition}");
    }
    let path = format!("{}{}", app.url(), pack["publicPath"].as_str().unwrap());
    let nobody = Answer::of(app.http().get(&path).send().await.unwrap()).await;
    assert_eq!((nobody.status, nobody.error_codes()), (401, vec!["UNAUTHENTICATED".to_owned()]));
    let forged =
        Answer::of(app.http().get(path.replace("public", "secret")).bearer_auth(officer.token()).send().await.unwrap()).await;
    assert_eq!((forged.status, forged.error_codes()), (404, vec!["NOT_FOUND".to_owned()]));
}

async fn whoever_fetches_exempt_business_is_on_record_and_who_fetches_the_public_edition_is_not(app: TestApp) {
    let (clerk, auditor) = (app.sign_in("authority.clerk").await, app.sign_in("authority.audit").await);
    let (committee, _) = meeting(&clerk).await;
    published(&clerk, &committee).await;
    let pack = published_again(&clerk, &committee, json!("It was printed badly.")).await;
    let events = async || {
        let query =
            "{ tenant(by: { slug: \"cheshire-police-authority\" }) { auditEvents(filter: { deed: \"READ_EXEMPT_BUSINESS\" }) {
            nodes { office person { name } justification request doneOn changes { register } } } } }";
        auditor.ask(query, json!({})).await.list("/tenant/auditEvents/nodes").to_vec()
    };
    for edition in ["publicPath", "publicPdfPath"] {
        assert_eq!(fetched(&app, &clerk, &pack[edition]).await.0, 200);
    }
    let stranger = app.sign_in("halton.policy-officer").await;
    assert_eq!(fetched(&app, &stranger, &pack["exemptPath"]).await.0, 404);
    assert_eq!(events().await, [] as [Value; 0], "what is public is nobody's secret, and what was refused wasn't read");

    assert_eq!(fetched(&app, &clerk, &pack["exemptPath"]).await.0, 200);
    let manager = app.sign_in("authority.engagement-manager").await;
    let path = format!("{}{}", app.url(), pack["exemptPdfPath"].as_str().unwrap());
    let answer = app.http().get(&path).bearer_auth(manager.token()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    let again = app.http().get(&path).bearer_auth(manager.token()).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    let events = events().await;
    let told: Vec<_> =
        events.iter().map(|one| (one["person"]["name"].as_str().unwrap(), one["office"].as_str().unwrap())).collect();
    let by_manager = ("Authority engagement manager", "ENGAGEMENT_MANAGER");
    assert_eq!(told, [by_manager, by_manager, ("Authority clerk", "COMMITTEE_CLERK")], "each time, latest first");
    let why = |at: usize| events[at]["justification"].as_str().unwrap();
    assert!(why(2).contains("version 2, for Engagement Committee, 9 February 2010") && why(2).contains("as HTML"), "{}", why(2));
    assert!(why(0).contains("as PDF"), "{}", why(0));
    assert!(events.iter().all(|one| one["doneOn"] == "2010-02-09" && one["request"].is_string() && one["changes"] == json!([])));
}
