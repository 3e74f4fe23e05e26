//! What is exempt from publication is left out of what is public entry by entry, and nothing that is public tells of it.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp};

use super::{
    fixtures::{done, refused},
    meetings::body,
    packs::{fetched, published},
};

both_dbs!(
    one_exempt_action_takes_no_other_out_of_the_public_pack,
    the_public_edition_bears_a_hash_of_its_own,
    a_wording_that_was_minuted_publicly_by_mistake_is_shown_to_those_alone_who_may_read_exempt_things,
);

const WHY: &str = "Schedule 12A, paragraph 3";

/// Calls a meeting of Halton's board and gives its identifier.
async fn called(officer: &Actor, held_on: &str) -> Value {
    let board = body(officer, "halton", "hspb").await;
    let input = json!({ "body": board, "title": "Board", "heldOn": held_on, "agenda": [{ "title": "Money" }] });
    done(officer, "createMeeting", input, "meeting { id }").await["meeting"]["id"].clone()
}

fn minute(meeting: &Value, number: &str, words: &str, exemption: &Value) -> Value {
    let action = json!({ "words": format!("{words} is to be done"), "timescale": "31.03.10",
        "owners": [{ "office": "PERFORMANCE_OFFICER", "isAccountable": true }] });
    json!({ "meeting": meeting, "minuteNumber": number, "words": words, "exemption": exemption, "actions": [action] })
}

async fn one_exempt_action_takes_no_other_out_of_the_public_pack(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let meeting = called(&officer, "2010-02-09").await;
    for (number, words, exemption) in
        [("11", "Gritting the roads", Value::Null), ("12", "Buying Acme", json!(WHY)), ("13", "Selling Bodgit", json!(WHY))]
    {
        done(&officer, "recordMeetingDecision", minute(&meeting, number, words, &exemption), "").await;
    }
    let next = called(&officer, "2010-02-24").await;
    let pack = published(&officer, next.as_str().unwrap()).await;
    let (_, public) = fetched(&app, &officer, &pack["publicPath"]).await;
    let (_, exempt) = fetched(&app, &officer, &pack["exemptPath"]).await;
    for words in
        ["Matters arising</h2>", "Gritting the roads is to be done", "exempt from publication: Schedule 12A, paragraph 3"]
    {
        assert!(public.contains(words), "{words} in\n{public}");
    }
    assert!(!public.contains("Acme") && !public.contains("Bodgit") && !public.contains("This part is exempt"), "{public}");
    assert_eq!(public.matches("exempt from publication").count(), 1, "how many there are isn't told: {public}");
    for words in ["Gritting the roads is to be done", "Buying Acme is to be done", "Selling Bodgit is to be done"] {
        assert!(exempt.contains(words), "{words} in\n{exempt}");
    }
}

async fn the_public_edition_bears_a_hash_of_its_own(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let meeting = called(&officer, "2010-02-09").await;
    let query =
        "query ($id: ID!) { node(id: $id) { ... on Meeting { packs { nodes { contentHash exemptContentHash publicPath } } } } }";
    published(&officer, meeting.as_str().unwrap()).await;
    let packs = officer.ask(query, json!({ "id": meeting })).await;
    let pack = packs.data("/node/packs/nodes/0").clone();
    let (public, exempt) = (pack["contentHash"].as_str().unwrap(), pack["exemptContentHash"].as_str().unwrap());
    assert_ne!(public, exempt);
    let (_, document) = fetched(&app, &officer, &pack["publicPath"]).await;
    assert!(document.contains(public) && !document.contains(exempt), "{document}");
    let scrutiny = app.sign_in("halton.scrutiny-member").await;
    let seen = scrutiny.ask(query, json!({ "id": meeting })).await;
    assert_eq!(seen.data("/node/packs/nodes/0/contentHash"), public);
    assert_eq!(seen.data("/node/packs/nodes/0/exemptContentHash"), &Value::Null);
}

async fn a_wording_that_was_minuted_publicly_by_mistake_is_shown_to_those_alone_who_may_read_exempt_things(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let meeting = called(&officer, "2010-02-09").await;
    let made = json!({ "meeting": meeting, "minuteNumber": "11", "words": "Acme gets £9,000." });
    let id = done(&officer, "recordMeetingDecision", made, "decision { id }").await["decision"]["id"].clone();
    let corrected = |words: &str, exemption: Value| json!({ "minute": id, "words": words, "reason": "It says too much.", "earlierWordingExemption": exemption });
    done(&officer, "recordMinuteCorrection", corrected("Acme gets a sum.", Value::Null), "").await;
    let query = "query ($id: ID!) { node(id: $id) { ... on MeetingDecision { words corrections { version formerWords formerWordsExemption reason } } } }";
    let scrutiny = app.sign_in("halton.scrutiny-member").await;
    let seen = async |actor: &Actor| {
        let answer = actor.ask(query, json!({ "id": id })).await;
        let all = answer.data("/node/corrections").as_array().unwrap().clone();
        all.iter().map(|one| (one["formerWords"].clone(), one["formerWordsExemption"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(seen(&scrutiny).await, [(json!("Acme gets £9,000."), Value::Null)]);
    let long = json!("x".repeat(201));
    assert_eq!(
        refused(&officer, "recordMinuteCorrection", corrected("The contract is let.", long)).await,
        ["earlierWordingExemption OUT_OF_RANGE"]
    );
    done(&officer, "recordMinuteCorrection", corrected("The contract is let.", json!(WHY)), "").await;
    // Every wording before the one that stands is out of sight, and that there is one isn't.
    assert_eq!(seen(&scrutiny).await, [(Value::Null, json!(WHY)), (Value::Null, json!(WHY))]);
    assert_eq!(seen(&officer).await, [(json!("Acme gets £9,000."), json!(WHY)), (json!("Acme gets a sum."), json!(WHY))]);
    done(&officer, "recordMinuteCorrection", corrected("The contract was let.", Value::Null), "").await;
    let after = seen(&scrutiny).await;
    assert_eq!(after[2], (json!("The contract is let."), Value::Null), "what was said since is public");
    assert_eq!(after[0].0, Value::Null);
    // Forgotten at first, it is said later, of words that stay; but not by a sign that nobody sees.
    let unseen = refused(&officer, "recordMinuteCorrection", corrected("The contract was let.", json!("\u{200b}"))).await;
    assert_eq!(unseen, ["earlierWordingExemption MISSING"]);
    done(&officer, "recordMinuteCorrection", corrected("The contract was let.", json!(WHY)), "").await;
    assert!(seen(&scrutiny).await.iter().all(|former| *former == (Value::Null, json!(WHY))));
}
