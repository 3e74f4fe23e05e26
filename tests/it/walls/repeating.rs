//! Every mutation that writes in a tenant can be repeated under a key without being done twice. Generated from the schema.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Probe, TestApp};

use super::busy_day::busy_day;
use super::walker::{Schema, named};

both_dbs!(every_mutation_takes_a_key, what_is_repeated_under_its_key_is_answered_alike_and_leaves_no_trace);

/// Mutations that take no key. The list may only shrink.
const WITHOUT_A_KEY: &[&str] = &[
    // Their links serve once, and so are keys themselves; passwords aren't kept, and neither is a digest of one.
    "acceptInvitation",
    "resetPassword",
    // Secrets and codes are shown once and not kept; a code serves once.
    "createAuthenticator",
    "enableAuthenticator",
    "revokeAuthenticator",
    "verifyIdentity",
    // The address of a calendar is shown once and not kept; whoever asks again gets another in its place.
    "createCalendarFeed",
    // Whoever asks again may want another letter; how many there are is limited.
    "requestPasswordReset",
    // A digest of the password would lie in the table; done again, it is refused, since the old password is no longer right.
    "changePassword",
    // A refresh token is a key itself: one that comes a second time tells of a thief, and has to.
    "refreshSession",
    // A key of a machine is shown once and not kept; whoever asks again makes another, of which there are two at most.
    "createApiKey",
    // Ending what has ended changes nothing.
    "revokeSession",
    "revokeCalendarFeed",
    // Nobody is known yet whose key it could be, and tokens aren't kept.
    "signIn",
];

/// The mutations that take a key, and those that don't.
fn by_key(schema: &Schema) -> (BTreeSet<&str>, BTreeSet<&str>) {
    let takes = |field: &Value| schema.input_fields(named(&field["args"][0]["type"])).contains(&"idempotencyKey");
    let mutations = schema.fields("Mutation").iter().map(|field| (field["name"].as_str().unwrap(), takes(field)));
    let (keyed, keyless): (Vec<_>, Vec<_>) = mutations.partition(|(_, takes)| *takes);
    (keyed.into_iter().map(|(name, _)| name).collect(), keyless.into_iter().map(|(name, _)| name).collect())
}

async fn every_mutation_takes_a_key(app: TestApp) {
    let schema = Schema::read(&app.sign_in("halton.performance-officer").await).await;
    let (_, without) = by_key(&schema);
    assert_eq!(
        without,
        WITHOUT_A_KEY.iter().copied().collect(),
        "mutations without a key, against the list of those that need none"
    );
}

async fn what_is_repeated_under_its_key_is_answered_alike_and_leaves_no_trace(app: TestApp) {
    let day = busy_day(&app).await;
    let schema = Schema::read(&app.sign_in("halton.performance-officer").await).await;
    let tried: BTreeSet<&str> = day.iter().map(|done| done.mutation.as_str()).collect();
    assert_eq!(tried, by_key(&schema).0, "the busy day does each of them");
    let probe = Probe::open(app.database()).await;
    let before = probe.counts(migration::TENANT_TABLES).await;
    for done in &day {
        let again = done.actor.ask(&done.document, json!({ "input": done.input })).await;
        assert_eq!(again.body, done.answer.body, "{}", done.mutation);
    }
    assert_eq!(probe.counts(migration::TENANT_TABLES).await, before, "nothing was done twice, and nothing is on record twice");
    probe.close().await;
}
