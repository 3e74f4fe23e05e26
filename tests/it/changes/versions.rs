//! Every write moves the version of each area that it writes to, in its own commit, and nothing else does.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::{
    policy::Demand,
    tables::{Id, RecordArea, TenantId},
    tenancy::{self, DataVersions, Wanted},
    usecases::identity::sessions,
};
use futures::future::join_all;
use serde_json::{Value, json};
use tests::{
    both_dbs,
    support::{
        Actor, TestApp, TestDatabase, TestServer, Walls,
        app::{BUSINESS_DATE, EMPTY, day},
    },
};

use super::stored::Stored;
use crate::{
    faults::{
        LINES, RECORD,
        backup::{backed_up, restore},
        outlook,
    },
    performance::fixtures::{self, line},
    walls::busy_day::watched_day,
};

both_dbs!(
    every_mutation_moves_what_it_writes_and_nothing_else,
    a_refused_write_moves_nothing,
    writers_at_the_same_moment_each_move_it,
    an_actor_sees_the_versions_of_their_own_and_of_those_who_share,
    who_signs_in_or_is_let_in_moves_the_accounts,
    a_restored_database_repeats_no_version,
    deeds_that_touch_several_tenants_wait_in_no_circle,
);

fn tenant(slug: &str) -> TenantId {
    Id::named("tenant", slug)
}

/// Who somebody is to the server.
pub async fn known(app: &TestApp, actor: &Actor) -> Arc<tenancy::Actor> {
    Arc::new(recognised(app, actor, Wanted::Actor).await.0)
}

/// The versions of what somebody may read anything of.
async fn seen(app: &TestApp, actor: &Actor) -> DataVersions {
    recognised(app, actor, Wanted::ActorWithVersions).await.1.expect("they were wanted")
}

async fn recognised(app: &TestApp, actor: &Actor, wanted: Wanted) -> (tenancy::Actor, Option<DataVersions>) {
    let claims = BASE64_URL_SAFE_NO_PAD.decode(actor.token().split('.').nth(1).expect("it has three parts")).expect("base 64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    let id = |name: &str| claims[name].as_str().expect("a text").parse().expect("an identifier");
    let (account, session) = (Id::from_uuid(id("sub")), Id::from_uuid(id("sid")));
    let found = sessions::recognised(app.db(), account, session, (Demand::Nothing, wanted)).await;
    found.expect("the database answers").expect("the session is live")
}

async fn every_mutation_moves_what_it_writes_and_nothing_else(app: TestApp) {
    let done = watched_day(&app).await;
    assert!(done.len() > 12, "{} mutations were watched", done.len());
}

async fn a_refused_write_moves_nothing(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = line(&officer, "halton", "halton-laa-2008", "NI 16", "halton").await;
    let group = app.sign_in("halton.psg-member").await;
    let before = Stored::of(&app).await;
    // Refused for what it says, for who says it, and for a version that isn't the standing one.
    let mut input = outlook(&line, "", day(BUSINESS_DATE));
    let refused = officer.ask(RECORD, input.clone()).await;
    assert_eq!(refused.user_errors("/recordOutlook")[0]["code"], "MISSING", "{refused}");
    input["input"]["rationale"] = json!("The winter was quiet.");
    let refused = group.ask(RECORD, input.clone()).await;
    assert_eq!(refused.user_errors("/recordOutlook")[0]["code"], "FORBIDDEN", "{refused}");
    input["input"]["expectedVersion"] = json!(7);
    let refused = officer.ask(RECORD, input).await;
    assert_eq!(refused.user_errors("/recordOutlook")[0]["code"], "STALE_VERSION", "{refused}");
    before.stood_still_until(&Stored::of(&app).await);
}

async fn writers_at_the_same_moment_each_move_it(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let lines = join_all(LINES.map(|code| line(&officer, "halton", "halton-laa-2008", code, "halton"))).await;
    let before = Stored::of(&app).await;
    let writing = lines.iter().map(|line| officer.ask(RECORD, outlook(line, "At once.", day(BUSINESS_DATE))));
    for answer in join_all(writing).await {
        answer.text("/recordOutlook/outlook/id");
    }
    let after = Stored::of(&app).await;
    for area in [RecordArea::Performance, RecordArea::Record] {
        let moved = after.version("halton", area) - before.version("halton", area);
        assert_eq!(moved, i64::try_from(lines.len()).unwrap(), "{area}");
    }
}

async fn an_actor_sees_the_versions_of_their_own_and_of_those_who_share(app: TestApp) {
    let halton = app.sign_in("halton.performance-officer").await;
    let manager = app.sign_in("authority.engagement-manager").await;
    let abroad = known(&app, &manager).await;
    let statements = app.statements().await;
    let before = seen(&app, &halton).await;
    assert_eq!(app.statements().await - statements, 1, "who it is and what the versions are takes one statement");
    let tenants =
        |versions: &DataVersions| versions.iter().map(|version| version.tenant).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(
        tenants(&before),
        [tenant("halton"), tenant("cheshire-police-authority")].into(),
        "Halton's own, and the Authority's, which shares with it"
    );
    // The Authority sees its own and those of whoever shares with it, and not Cheshire West's, which shares nothing.
    let there = seen(&app, &manager).await;
    let mut expected = abroad.tenants();
    expected.extend(abroad.disclosers());
    assert!(tenants(&there) == expected && expected.contains(&tenant("halton")), "{there:?}");
    assert!(!expected.contains(&tenant("cheshire-west-and-chester")), "{expected:?}");
    assert!(there.of(tenant("halton"), RecordArea::Performance) > 0, "and it knows how far they have come");

    let line = line(&halton, "halton", "halton-laa-2008", "NI 16", "halton").await;
    halton.ask(RECORD, outlook(&line, "The winter was quiet.", day(BUSINESS_DATE))).await.text("/recordOutlook/outlook/id");
    let after = seen(&app, &manager).await;
    let moved: Vec<_> =
        after.iter().filter(|now| there.of(now.tenant, now.area) != now.version).map(|now| (now.tenant, now.area)).collect();
    assert_eq!(moved, [(tenant("halton"), RecordArea::Performance), (tenant("halton"), RecordArea::Record)]);
    assert_eq!(after.of(tenant("halton"), RecordArea::Performance), before.of(tenant("halton"), RecordArea::Performance) + 1);

    // Reading across tenants moves the record of the one that was read, and nothing else.
    manager.ask("{ tenant(by: { slug: \"halton\" }) { agreement { name } } }", json!({})).await.text("/tenant/agreement/name");
    let read = seen(&app, &manager).await;
    let moved: Vec<_> =
        read.iter().filter(|now| after.of(now.tenant, now.area) != now.version).map(|now| (now.tenant, now.area)).collect();
    assert_eq!(moved, [(tenant("halton"), RecordArea::Record)]);
}

async fn who_signs_in_or_is_let_in_moves_the_accounts(app: TestApp) {
    app.sign_in("halton.auditor").await;
    let before = Stored::of(&app).await;
    app.sign_in("halton.performance-officer").await;
    let after = Stored::of(&app).await;
    before.moved_to(&after, "signing in");
    assert!(after.version("halton", RecordArea::Identity) > before.version("halton", RecordArea::Identity));
}

async fn a_restored_database_repeats_no_version(app: TestApp) {
    let (_folder, file) = backed_up(&app);
    let before = Stored::of(&app).await;
    let restored = TestDatabase::fresh(app.engine(), &EMPTY).await;
    restore(&restored, &file);
    let server = TestServer::over(restored, Walls::All).await;
    let after = Stored::of(&server.app()).await;
    for slug in ["halton", "cheshire-police-authority"] {
        for area in RecordArea::ALL {
            assert!(after.version(slug, *area) > before.version(slug, *area), "{slug} {area}");
        }
    }
    server.stop().await;
}

async fn deeds_that_touch_several_tenants_wait_in_no_circle(app: TestApp) {
    const CREATE: &str = "mutation ($input: CreateSharingAgreementInput!) { createSharingAgreement(input: $input) {
        agreement { id } userErrors { code message } } }";
    const APPROVE: &str = "mutation ($input: ApproveSharingAgreementInput!) { approveSharingAgreement(input: $input) {
        userErrors { code message } } }";
    let officer = app.sign_in("halton.performance-officer").await;
    let (halton, warrington) = (fixtures::tenant(&officer, "halton").await, {
        let there = app.sign_in("warrington.performance-officer").await;
        fixtures::tenant(&there, "warrington").await
    });
    let mut agreements = Vec::new();
    for number in 0..6 {
        let input = json!({ "tenant": halton, "reference": format!("both-{number}"), "title": "Both", "tier": 2, "purpose": "Both.",
            "lawfulBasis": "Section 115", "source": "S0", "parties": [halton, warrington],
            "clauses": [{ "category": "PRIORITIES_AND_INDICATORS", "discloser": halton }],
            "effectiveFrom": "2010-02-01", "effectiveTo": "2011-03-31", "reviewOn": "2010-10-01" });
        let answer = officer.ask(CREATE, json!({ "input": input })).await;
        agreements.push(answer.text("/createSharingAgreement/agreement/id").to_owned());
    }
    let groups = [(app.sign_in("halton.psg-member").await, &halton), (app.sign_in("warrington.psg-member").await, &warrington)];
    let before = Stored::of(&app).await;
    // Each side approves the others in its own order, at the same time.
    let approvals = agreements.iter().enumerate().map(|(number, agreement)| {
        let (group, tenant) = &groups[number % 2];
        group.ask(APPROVE, json!({ "input": { "agreement": agreement, "tenant": tenant, "minuteReference": "minute 12" } }))
    });
    for answer in join_all(approvals).await {
        assert_eq!(answer.user_errors("/approveSharingAgreement"), &[] as &[Value], "{answer}");
    }
    let after = Stored::of(&app).await;
    for (slug, own) in [("halton", 3), ("warrington", 3)] {
        let moved = |area| after.version(slug, area) - before.version(slug, area);
        assert_eq!((moved(RecordArea::Sharing), moved(RecordArea::Record)), (6, own), "{slug}");
    }
}
