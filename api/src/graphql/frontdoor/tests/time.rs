//! When time is up, and whose turn it is.

use std::time::Duration;

use actix_web::{test::TestRequest, web};
use async_graphql::Request;
use serde_json::{Value, json};
use tokio::{join, time::Instant};

use super::toy::{Answer, Gate, Toy, body, contract, schema, send_through};
use crate::graphql::frontdoor::{Executors, FrontDoor, Limits, nulls::Deadline};

fn ask(query: &str) -> TestRequest {
    body(json!({ "query": query }))
}

fn door(limits: Limits) -> web::Data<FrontDoor> {
    web::Data::new(FrontDoor::new(limits, Executors::start(2).unwrap(), contract()))
}

/// Codes and paths of errors.
fn errors(answer: &Value) -> Vec<(&str, String)> {
    let errors = answer["errors"].as_array().map_or(&[][..], Vec::as_slice);
    errors.iter().map(|error| (error["extensions"]["code"].as_str().unwrap_or(""), error["path"].to_string())).collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_after_the_deadline_is_not_resolved_and_what_came_before_stays() {
    let schema = schema();
    let query = "{ before: ok  inTime: later(seconds: 5) { id childOpt { id } }  late: itemOpt { id } }";
    let within = |seconds| Request::new(query).data(Deadline(Instant::now() + Duration::from_secs(seconds)));
    let whole = serde_json::to_value(schema.execute(within(6)).await).unwrap();
    assert_eq!(errors(&whole), []);
    assert_eq!(whole["data"], json!({ "before": 1, "inTime": { "id": 0, "childOpt": { "id": 0 } }, "late": { "id": 1 } }));

    let late = "{ before: ok  itemOpt { id }  sparse { id }  later(seconds: 5) { id } }";
    let request = Request::new(late).data(Deadline(Instant::now() + Duration::from_secs(5)));
    let cut = serde_json::to_value(schema.execute(request).await).unwrap();
    // A field that may not be null takes its parent along, and what was resolved before time was up is gone with it.
    assert_eq!(errors(&cut), [("TIME_LIMIT", json!(["later", "id"]).to_string())]);
    assert_eq!(cut["data"], Value::Null);

    let optional = "{ before: ok  itemOpt { id later: childOpt { id } } }";
    let request = Request::new(optional).data(Deadline(Instant::now()));
    let none = serde_json::to_value(schema.execute(request).await).unwrap();
    let codes: Vec<_> = errors(&none).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["TIME_LIMIT", "TIME_LIMIT"], "no field is resolved any more, nor anything below one");

    // The next request has time of its own.
    let next = serde_json::to_value(schema.execute(within(6)).await).unwrap();
    assert_eq!(next["data"]["before"], 1);
}

#[actix_web::test]
async fn whoever_waits_for_what_never_ends_is_told_so_and_the_next_is_answered() {
    let (schema, hasty) = (schema(), door(Limits { time: Duration::ZERO, ..Limits::default() }));
    // A mutation, which runs to its end whenever that is; of a query the fields would fail first.
    let answer = send_through(&schema, &hasty, ask("mutation { gate }")).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (503, "TIME_LIMIT"));
    assert!(answer.body.get("data").is_none());
    let patient = web::Data::new(FrontDoor::new(Limits::default(), hasty.executors.clone(), contract()));
    assert_eq!(send_through(&schema, &patient, ask("{ ok }")).await.body, json!({ "data": { "ok": 1 } }));
}

async fn as_account(schema: &Toy, door: &web::Data<FrontDoor>, account: &str, query: &str) -> Answer {
    send_through(schema, door, ask(query).insert_header(("account", account))).await
}

#[actix_web::test]
async fn an_account_that_has_all_its_turns_waits_and_nobody_else_does() {
    let (schema, door) = (schema(), door(Limits { at_once: 2, ..Limits::default() }));
    let gate = schema.data::<Gate>().unwrap();
    let heavy = || as_account(&schema, &door, "a", "{ gate }");
    let meanwhile = async {
        // Both stand before the gate, with a turn each.
        gate.arrived.acquire_many(2).await.unwrap().forget();
        for other in ["b", "c"] {
            assert_eq!(as_account(&schema, &door, other, "{ ok }").await.body, json!({ "data": { "ok": 1 } }));
        }
        assert_eq!(
            send_through(&schema, &door, ask("{ ok }")).await.body,
            json!({ "data": { "ok": 1 } }),
            "nobody in particular"
        );
        let (third, ()) = join!(heavy(), async {
            // The third comes no further than the door until one of the two has gone.
            assert_eq!(gate.arrived.available_permits(), 0);
            gate.open.add_permits(1);
            gate.arrived.acquire().await.unwrap().forget();
            gate.open.add_permits(2);
        });
        third
    };
    let (first, second, third) = join!(heavy(), heavy(), meanwhile);
    for answer in [first, second, third] {
        assert_eq!(answer.body, json!({ "data": { "gate": 1 } }));
    }
}

#[actix_web::test]
async fn whoever_waits_too_long_for_a_turn_is_told_when_to_come_again() {
    let (schema, hasty) = (schema(), door(Limits { at_once: 1, time: Duration::ZERO, ..Limits::default() }));
    let gate = schema.data::<Gate>().unwrap();
    // Its client is told that time is up, but the work goes on and keeps the turn.
    assert_eq!(as_account(&schema, &hasty, "a", "mutation { gate }").await.code(), "TIME_LIMIT");
    gate.arrived.acquire().await.unwrap().forget();
    let busy = as_account(&schema, &hasty, "a", "{ ok }").await;
    assert_eq!((busy.status.as_u16(), busy.code(), busy.header("retry-after")), (429, "BUSY", "2"));
    assert!(busy.body.get("data").is_none());
    assert_eq!(as_account(&schema, &hasty, "b", "mutation { gate }").await.code(), "TIME_LIMIT", "another account has a turn");
    gate.open.add_permits(2);
}
