//! What several tests of this area start from: finding a line, and a past that the demonstration doesn't have.
//!
//! The past is written through the heart's own door, as somebody who holds an appointment, because no mutation rewrites it.

use std::sync::Arc;

use entity::{
    clock::Clock,
    policy::{Assurance, Office},
    tables::{
        Id, TenantId,
        organisation::{appointment, person},
        performance::{agreement, area_set_member, indicator, observation, period_close},
    },
    tenancy::{Actor as Person, Db, Held, Limits, Principal, SignedIn, TenantTx, deeds},
};
use serde_json::{Value, json};
use tests::support::{
    TestApp,
    app::{Actor, TestClock, day},
};

/// The identifier of a line of an agreement.
pub async fn line(actor: &Actor, tenant: &str, agreement: &str, code: &str, area: &str) -> String {
    let query = "query ($slug: String!, $agreement: String!, $codes: [String!]) { tenant(by: { slug: $slug }) {
        agreement(by: { reference: $agreement }) { indicators(filter: { codes: $codes }) { nodes { id area { reference } } } } } }";
    let answer = actor.ask(query, json!({ "slug": tenant, "agreement": agreement, "codes": [code] })).await;
    let lines = answer.list("/tenant/agreement/indicators/nodes");
    let line = lines.iter().find(|line| line["area"]["reference"] == area).expect("the line is there");
    line["id"].as_str().expect("a line has an identifier").to_owned()
}

/// The identifier of a tenant.
pub async fn tenant(actor: &Actor, slug: &str) -> String {
    let answer = actor.ask("query ($slug: String!) { tenant(by: { slug: $slug }) { id } }", json!({ "slug": slug })).await;
    answer.text("/tenant/id").to_owned()
}

/// The codes of problems with an input.
pub fn codes(errors: &[Value]) -> Vec<&str> {
    errors.iter().filter_map(|error| error["code"].as_str()).collect()
}

/// The fields that problems are with, with dots between the parts.
pub fn fields(errors: &[Value]) -> Vec<String> {
    let parts = |error: &Value| error["field"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| parts(error).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(".")).collect()
}

/// Lets a person have recorded an observation of the demonstration, by its number there.
pub async fn recorded_by(app: &TestApp, person: &str, slug: &str, number: &str) {
    let (tenant, row) = (Id::named("tenant", slug), Id::<observation::Model>::named("observation", number));
    let tx = behind_the_server(app, person, tenant).await;
    let observed = tx.get::<observation::Entity>(tenant, row).await.expect("the observation is there");
    let leave = tx.authorise::<indicator::Entity, deeds::RecordObservation>(observed.indicator_id).await.expect("the office may");
    let act = tx.act("RECORD_OBSERVATIONS", &leave).await.expect("the act is written");
    tx.set::<observation::Entity>([row], vec![(observation::Column::ActId, act.into())]).await.expect("the row changes");
    tx.commit().await.expect("the past is written");
}

/// Lets an observation count so many out of so many.
pub async fn counted(app: &TestApp, slug: &str, number: &str, (numerator, denominator): (i64, i64)) {
    let (tenant, row) = (Id::named("tenant", slug), Id::<observation::Model>::named("observation", number));
    let tx = behind_the_server(app, "halton.performance-officer", tenant).await;
    let millionths = |count: i64| (count * 1_000_000).into();
    let values = vec![
        (observation::Column::Numerator, millionths(numerator)),
        (observation::Column::Denominator, millionths(denominator)),
    ];
    tx.set::<observation::Entity>([row], values).await.expect("the row changes");
    put_down(tx).await;
}

/// Lets government have designated the targets of an agreement on a day.
pub async fn designated(app: &TestApp, slug: &str, agreement: &str, on: &str) {
    let tenant = Id::named("tenant", slug);
    let tx = behind_the_server(app, "halton.performance-officer", tenant).await;
    let values = vec![(agreement::Column::DesignatedOn, day(on).into())];
    tx.set::<agreement::Entity>([Id::named("agreement", agreement)], values).await.expect("the row changes");
    put_down(tx).await;
}

/// Lets an area have left a set after a day.
pub async fn left_the_set(app: &TestApp, slug: &str, area: &str, last: &str) {
    let tenant = Id::named("tenant", slug);
    let tx = behind_the_server(app, "halton.performance-officer", tenant).await;
    let members = tx.rows::<area_set_member::Entity>(tenant).expect("the office may").all().await.expect("the members load");
    let left: Vec<_> =
        members.iter().filter(|member| member.area_id == Id::named("area", area)).map(|member| member.id).collect();
    assert!(!left.is_empty(), "{area} belongs to a set");
    tx.set::<area_set_member::Entity>(left, vec![(area_set_member::Column::ToOn, day(last).into())])
        .await
        .expect("the row changes");
    put_down(tx).await;
}

/// Nothing is written but under an act.
async fn put_down(tx: TenantTx) {
    let leave = tx.authorise_tenant::<deeds::ImportObservations>().expect("the office may");
    tx.act("TELL_THE_PAST", &leave).await.expect("the act is written");
    tx.commit().await.expect("the past is written");
}

/// Writes as a person who holds, beside their own office, that of somebody who records figures.
async fn behind_the_server(app: &TestApp, person: &str, tenant: TenantId) -> TenantTx {
    let (db, actor) = of_two_offices(app, person, tenant).await;
    db.write(actor, tenant, None).await.expect("writing begins")
}

/// A database of the test's own, and a person who records figures and approves them, which nobody should.
pub async fn of_two_offices(app: &TestApp, person: &str, tenant: TenantId) -> (Db, Arc<Person>) {
    let clock = Arc::new(TestClock::new());
    let limits = Limits { readers: 1, writers: 2, ..Limits::default() };
    let db = Db::connect(&app.database().url, Arc::clone(&clock) as Arc<dyn Clock>, limits).await.expect("the database opens");
    let person: Id<person::Model> = Id::named("person", person);
    let acting = |appointment: Id<appointment::Model>| {
        let held = |office| Held { id: appointment, tenant, office, body: None, area: None, organisation: None };
        let appointments = vec![held(Office::PerformanceOfficer), held(Office::PsgMember)];
        let (account, session) = (Id::new(), Id::new());
        let assurance = Assurance::of_the_operator();
        let principal = Principal::Person(SignedIn { person, account, session, appointments, assurance });
        Arc::new(Person { principal, business_date: clock.business_date(), shares: Vec::new() })
    };
    let looking = db.read(acting(Id::new())).await.expect("reading begins");
    let appointments = looking.rows::<appointment::Entity>(tenant).expect("the office may").all().await.expect("the rows load");
    let own = appointments.iter().find(|row| row.person_id == person).expect("the person holds an appointment").id;
    (db, acting(own))
}

/// Lets somebody else have verified the figures of these periods, whatever is missing.
pub async fn verified(app: &TestApp, slug: &str, periods: &[String]) {
    let tenant = Id::named("tenant", slug);
    let tx = behind_the_server(app, "halton.performance-officer", tenant).await;
    let leave = tx.authorise_tenant::<deeds::VerifyPeriod>().expect("the office may");
    let act = tx.act("VERIFY_PERIOD", &leave).await.expect("the act is written");
    let close = |period: &String| period_close::Model {
        tenant_id: tenant,
        id: Id::new(),
        period: period.clone(),
        verified_by_id: tx.actor().person().expect("a person writes").person,
        verified_act_id: act,
        verified_at: tx.now(),
        approved_by_id: None,
        approved_act_id: None,
        approved_at: None,
    };
    tx.insert::<period_close::Entity>(periods.iter().map(close).collect()).await.expect("the rows are new");
    tx.commit().await.expect("the past is written");
}

/// Lets a person have verified the figures of a period.
pub async fn verified_by(app: &TestApp, person: &str, slug: &str, period: &str) {
    let tx = behind_the_server(app, person, Id::named("tenant", slug)).await;
    entity::usecases::performance::periods::verify(tx, period).await.expect("the figures are complete");
}
