//! What survives what: crashes of the server and of the database, a full disc, a backup under load and its restoration.
//!
//! Each of these streams writes, lets something break, and then asks the database itself: is every acknowledged write there once, is
//! none half-done, does the record hold?

pub mod backup;
mod crashes;
mod full_disc;
mod outage;
pub mod process;
mod refused_backups;
mod stopping;

use std::sync::Arc;

use entity::{
    clock::{Clock as _, RealClock},
    tenancy::{Db, Limits},
    usecases::upkeep::record::verify,
};
use serde_json::{Value, json};
use tests::support::{Probe, TestDatabase};

/// The lines that streams write to.
pub const LINES: [&str; 4] = ["NI 16", "NI 20", "NI 17", "NI 30"];

pub const RECORD: &str =
    "mutation ($input: RecordOutlookInput!) { recordOutlook(input: $input) { outlook { id } userErrors { code message } } }";

/// An outlook that is told apart by its rationale.
pub fn outlook(line: &str, rationale: &str, today: chrono::NaiveDate) -> Value {
    let expires = today + chrono::Months::new(6);
    json!({ "input": { "line": line, "judgement": "UNLIKELY", "rationale": rationale, "expiresOn": expires.to_string() } })
}

/// Any number below a bound.
pub fn any_below(bound: u64) -> u64 {
    let random = uuid::Uuid::now_v7().as_u128() & u128::from(u32::MAX);
    u64::try_from(random).unwrap() % bound
}

/// What mustn't be found, each as a count.
const HALF_DONE: [(&str, &str); 5] = [
    (
        "an outlook without its act on record",
        "outlook AS o WHERE rationale LIKE 'stream%' AND (SELECT count(*) FROM audit_event AS e \
         WHERE e.tenant_id = o.tenant_id AND e.act_id = o.act_id AND e.kind = 'RECORD_OUTLOOK') <> 1",
    ),
    (
        "an act without what it wrote",
        "act AS a WHERE kind = 'RECORD_OUTLOOK' AND (SELECT count(*) FROM outlook AS o \
         WHERE o.tenant_id = a.tenant_id AND o.act_id = a.id) <> 1",
    ),
    (
        "an act that isn't on record",
        "act AS a WHERE kind = 'RECORD_OUTLOOK' AND (SELECT count(*) FROM audit_event AS e \
         WHERE e.tenant_id = a.tenant_id AND e.act_id = a.id) <> 1",
    ),
    (
        "a line with more or less than one outlook standing",
        "(SELECT DISTINCT tenant_id, agreement_indicator_id AS id FROM outlook WHERE rationale LIKE 'stream%') AS line \
         WHERE (SELECT count(*) FROM outlook AS o WHERE o.tenant_id = line.tenant_id AND o.agreement_indicator_id = line.id \
         AND o.superseded_on IS NULL) <> 1",
    ),
    (
        "an outlook written twice",
        "(SELECT rationale FROM outlook WHERE rationale LIKE 'stream%' GROUP BY rationale HAVING count(*) > 1) AS twice",
    ),
];

/// Fails unless everything in a database that is at rest belongs together; gives the rationales of what the streams wrote.
pub async fn whole(database: &TestDatabase) -> Vec<String> {
    let probe = Probe::open(database).await;
    for (what, found) in HALF_DONE {
        let count = probe.rows(&format!("SELECT CAST(count(*) AS text) FROM {found}")).await.concat().concat();
        assert_eq!(count, "0", "{what}");
    }
    let written = probe.rows("SELECT rationale FROM outlook WHERE rationale LIKE 'stream%'").await.concat();
    let events =
        probe.rows("SELECT CAST(count(*) AS text) FROM audit_event WHERE kind = 'RECORD_OUTLOOK'").await.concat().concat();
    assert_eq!(events, written.len().to_string(), "each write is an event");
    probe.close().await;
    heads(database).await;
    written
}

/// The tenant, length and latest seal of every record, each of which holds.
pub async fn heads(database: &TestDatabase) -> Vec<(String, i64, String)> {
    let db = Db::connect(&database.url, Arc::new(RealClock), Limits::default()).await.expect("the database opens");
    let records = verify(&db, None).await.expect("the records can be followed");
    db.close().await.expect("the database closes");
    for record in &records {
        assert_eq!(record.broken, None, "{}", record.tenant);
    }
    records.into_iter().map(|record| (record.tenant, record.length, record.head)).collect()
}

/// Fails unless every acknowledged write is there, with nothing more than the few whose acknowledgement was under way.
pub fn kept(acknowledged: &[String], written: &[String], under_way: usize) {
    let written: std::collections::HashSet<&String> = written.iter().collect();
    let lost: Vec<&String> = acknowledged.iter().filter(|rationale| !written.contains(rationale)).collect();
    assert!(lost.is_empty(), "of {} acknowledged writes {} are lost: {lost:?}", acknowledged.len(), lost.len());
    let more = written.len() - acknowledged.len();
    assert!(more <= under_way, "{more} writes are there that nobody was told of");
}

/// Today, for a server that runs by the real clocks.
pub fn today() -> chrono::NaiveDate {
    RealClock.business_date()
}
