//! Answers by events: `next` and `complete`, refusals by status.

use api::{config::Settings, http::live::LiveLimits};
use entity::policy::Demand;
use serde_json::{Value, json};
use tests::{
    both_dbs,
    support::{Actor, Answer, TestApp},
};

use super::{
    client::{PROTOCOL, connect, silent},
    following::{CHANGED, revised},
};
use crate::performance::fixtures::tenant;

both_dbs!(
    a_query_by_events_is_one_next_and_complete,
    a_subscription_by_events_goes_on,
    what_is_not_executed_is_refused_by_status,
    a_mutation_is_not_executed_by_get,
    a_session_that_ends_ends_its_events,
    those_who_say_nothing_keep_nobody_out,
);

/// Asks for events, by POST.
pub async fn asked(app: &TestApp, actor: &Actor, body: &Value) -> reqwest::Response {
    let request = app.http().post(format!("{}/graphql", app.url())).header("accept", "text/event-stream");
    request.bearer_auth(actor.token()).json(body).send().await.expect("an answer")
}

/// The events of an answer, as they come.
pub struct Events {
    response: reqwest::Response,
    rest: String,
}

impl Events {
    pub fn of(response: reqwest::Response) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        Self { response, rest: String::new() }
    }

    /// Kind and data of the next event; nothing at the end.
    pub async fn next(&mut self) -> Option<(String, String)> {
        loop {
            if let Some((event, rest)) = self.rest.split_once("\n\n") {
                let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(|text| text.trim().to_owned());
                let found = line("event:").map(|kind| (kind, line("data:").unwrap_or_default()));
                self.rest = rest.to_owned();
                if found.is_some() {
                    return found;
                }
                continue;
            }
            let chunk =
                tokio::time::timeout(std::time::Duration::from_secs(20), self.response.chunk()).await.expect("something comes");
            self.rest.push_str(std::str::from_utf8(&chunk.expect("it is read")?).expect("it is text"));
        }
    }

    /// The data of the next event, which is an execution result.
    pub async fn result(&mut self) -> Value {
        let (kind, data) = self.next().await.expect("an event");
        assert_eq!(kind, "next");
        serde_json::from_str(&data).expect("it is JSON")
    }

    /// The end.
    pub async fn complete(&mut self) {
        assert_eq!(self.next().await, Some(("complete".to_owned(), String::new())));
        assert_eq!(self.next().await, None);
    }
}

async fn a_query_by_events_is_one_next_and_complete(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let mut events = Events::of(asked(&app, &officer, &json!({ "query": "{ viewer { email } }" })).await);
    assert_eq!(events.result().await["data"]["viewer"]["email"], "halton.performance-officer@concordat.example");
    events.complete().await;
    // By GET, as EventSource does.
    let address = format!("{}/graphql?query=%7Bviewer%7Bemail%7D%7D", app.url());
    let request = app.http().get(address).header("accept", "text/event-stream").bearer_auth(officer.token());
    let mut events = Events::of(request.send().await.unwrap());
    assert!(events.result().await["data"]["viewer"]["email"].is_string());
    events.complete().await;
}

async fn a_subscription_by_events_goes_on(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let before = super::client::counted(&app, "concordat_requests_total{status=\"200\"}").await;
    let mut events = Events::of(asked(&app, &officer, &json!({ "query": CHANGED, "variables": { "tenant": halton } })).await);
    // One for the request, one for the first look.
    while super::client::counted(&app, "concordat_requests_total{status=\"200\"}").await < before + 2 {}
    for value in [6.1, 6.15] {
        revised(&officer, "NI 20", value).await;
        let told = events.result().await;
        assert_eq!(told["data"]["indicatorStatusChanged"]["status"]["actual"], value, "{told}");
    }
}

async fn what_is_not_executed_is_refused_by_status(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for (body, status, code) in [
        (json!({ "query": "{" }), 400, "SYNTAX"),
        (json!({ "query": "{ viewer { email } }", "variables": [] }), 400, "MALFORMED_REQUEST"),
        (json!([{ "query": "{ viewer { email } }" }]), 400, "BATCH_REFUSED"),
    ] {
        let response = asked(&app, &officer, &body).await;
        assert_eq!(response.status(), status, "{body}");
        assert!(response.headers().contains_key("x-request-id"));
        let refused: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(refused["errors"][0]["extensions"]["code"], code, "{body}");
    }
    let response = asked(&app, &app.bearing("nonsense"), &json!({ "query": "{ viewer { email } }" })).await;
    assert_eq!(response.status(), 401);
    // What a resolver refuses is told by an event.
    let subscription = json!({ "query": "subscription { indicatorStatusChanged(tenant: \"x\") { previousColour } }" });
    let mut events = Events::of(asked(&app, &officer, &subscription).await);
    assert_eq!(events.result().await["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    events.complete().await;
}

async fn a_mutation_is_not_executed_by_get(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let address =
        format!("{}/graphql?query=mutation%7BrevokeSession(input:%7Bsession:%22x%22%7D)%7BuserErrors%7Bcode%7D%7D%7D", app.url());
    let request = app.http().get(address).header("accept", "text/event-stream").bearer_auth(officer.token());
    let response = request.send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["allow"]),
        (405, &reqwest::header::HeaderValue::from_static("POST"))
    );
}

async fn a_session_that_ends_ends_its_events(app: TestApp) {
    let officer = app.sign_in("warrington.performance-officer").await;
    let query = json!({ "query": "subscription { recordAwaitingMyOffice { action } }" });
    let mut events = Events::of(asked(&app, &officer, &query).await);
    assert_eq!(events.result().await["data"]["recordAwaitingMyOffice"]["action"], "VERIFY");
    let sessions = officer.ask("{ viewer { sessions { nodes { id isCurrent } } } }", Value::Null).await;
    let own = sessions.list("/viewer/sessions/nodes").iter().find(|session| session["isCurrent"] == true).expect("it is live");
    let revoke = "mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { userErrors { code } } }";
    officer.ask(revoke, json!({ "input": { "session": own["id"] } })).await.data("/revokeSession");
    assert_eq!(events.result().await["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    events.complete().await;
}

async fn those_who_say_nothing_keep_nobody_out(app: TestApp) {
    let live = LiveLimits { connections: 8, per_account: 2, ..LiveLimits::default() };
    let app = app.with_settings(Settings { live, demand: Demand::Nothing, ..Settings::default() });
    let officer = app.sign_in("halton.performance-officer").await;
    let _silent = [silent(&app).await, silent(&app).await];
    assert!(matches!(connect(&app, &[("sec-websocket-protocol", PROTOCOL)]).await, Err(503)), "a quarter is theirs");
    let follow = json!({ "query": CHANGED, "variables": { "tenant": tenant(&officer, "halton").await } });
    let mut held = Vec::new();
    for _ in 0..2 {
        held.push(Events::of(asked(&app, &officer, &follow).await));
    }
    let third = Answer::of(asked(&app, &officer, &follow).await).await;
    assert_eq!((third.status, third.error_codes()), (429, vec!["BUSY".to_owned()]), "{third}");
    for office in ["halton.auditor", "halton.psg-member"] {
        let other = app.sign_in(office).await;
        for _ in 0..2 {
            held.push(Events::of(asked(&app, &other, &follow).await));
        }
    }
    let last = Answer::of(asked(&app, &app.sign_in("halton.board-member").await, &follow).await).await;
    assert_eq!((last.status, last.error_codes()), (503, vec!["UNAVAILABLE".to_owned()]), "{last}");
}
