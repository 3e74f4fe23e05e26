//! What the Engagement Committee's pack holds: lead members' returns as they were handed in, feedback as it was collated, what the Treasurer
//! determined; and items of agendas that are about returns and risks.

use api::graphql::relay::{NodeId, NodeKind};
use entity::tables::{
    Id, TenantId,
    risk::{risk, risk_referral},
};
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Probe, TestApp, day};

use super::{
    fixtures::{AUTHORITY, area, done, form, handed_in, quarterly_return, refused, return_id, tenant},
    meetings::body,
    packs::{fetched, meeting, published},
};

both_dbs!(
    the_committee_s_pack_holds_what_was_handed_in_and_no_later_word,
    feedback_is_in_it_as_it_was_collated_and_never_in_members_own_words,
    the_treasurer_s_determinations_are_for_those_who_read_exempt_business,
    an_item_about_returns_and_risks_brings_them_into_the_pack_under_its_own_exemption,
    what_somebody_may_not_read_they_neither_link_nor_see_behind_a_link,
    a_pack_tells_no_more_than_its_publishing_office_may_read,
);

/// Both editions of the pack of the meeting of 9 February 2010, public first.
async fn editions(app: &TestApp, clerk: &Actor) -> (String, String) {
    let (meeting, _) = meeting(clerk).await;
    let pack = published(clerk, &meeting).await;
    (fetched(app, clerk, &pack["publicPath"]).await.1, fetched(app, clerk, &pack["exemptPath"]).await.1)
}

fn has(document: &str, parts: &[&str]) {
    for part in parts {
        assert!(document.contains(part), "{part} in\n{document}");
    }
}

fn lacks(document: &str, parts: &[&str]) {
    for part in parts {
        assert!(!document.contains(part), "{part} in\n{document}");
    }
}

/// A record of the demonstration by its reference.
fn id<R>(kind: NodeKind, slug: &str, id: Id<R>) -> String {
    NodeId { kind, tenant: Some(Id::named("tenant", slug)), id: id.uuid() }.to_id().to_string()
}

fn funding_risk() -> String {
    id(NodeKind::Risk, "halton", Id::<risk::Model>::named("risk", "halton-funding"))
}

fn funding_referral() -> String {
    id(NodeKind::RiskReferral, AUTHORITY, Id::<risk_referral::Model>::named("risk-referral", "halton-funding-1"))
}

/// Calls a meeting of the committee with an agenda; gives its identifier.
async fn called(clerk: &Actor, agenda: Value) -> String {
    let committee = body(clerk, AUTHORITY, "engagement-committee").await;
    let input = json!({ "body": committee, "title": "Special meeting", "heldOn": "2010-02-11", "agenda": agenda });
    done(clerk, "createMeeting", input, "meeting { id }").await["meeting"]["id"].as_str().unwrap().to_owned()
}

async fn the_committee_s_pack_holds_what_was_handed_in_and_no_later_word(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let before = handed_in(&app, "halton", "FY2009-Q3").await;
    let hash = before["submission"]["contentHash"].as_str().unwrap();
    let (public, exempt) = editions(&app, &clerk).await;
    for edition in [&public, &exempt] {
        has(
            edition,
            &[
                "<h2 id=\"part-7\">Lead members&#39; quarterly returns</h2>",
                "<h3>Halton, Q3 2009/10</h3>",
                "<h3>Warrington, Q3 2009/10</h3>\n<p>This return hasn&#39;t been handed in.</p>",
                "late (The figures came late.)",
                "Two of three indicators improved.",
                "<th scope=\"row\">Follow-up action for the lead member</th><td>Speak with the licensing officer.</td>",
                "<th scope=\"col\">Status and why</th>",
                "Amber: ",
            ],
        );
        // The second quarter's went to the meeting before.
        lacks(edition, &["Halton, Q2 2009/10", "Better once licensing visits begin"]);
    }
    // What a return tells of registers and of decisions within delegated powers is for those who work with them.
    let working = [
        hash,
        "Funding of the marshals ends in March.",
        "Funding for joint projects is reduced",
        "2009/10, decision 1",
        "£12,000",
    ];
    has(&exempt, &working);
    lacks(&public, &working);
    has(&public, &["What else was laid before the meeting here is exempt from publication: registers of risks"]);

    // It is taken back and handed in anew with other words: a pack from before stands, and a further one says the new.
    let (committee, _) = meeting(&clerk).await;
    let pack = published(&clerk, &committee).await;
    let lead = app.sign_in("halton.lead-member").await;
    let id = return_id("halton", "FY2009-Q3");
    done(&lead, "revokeQuarterlyReturn", json!({ "return": id, "reason": "One figure was wrong." }), "").await;
    let between = published(&clerk, &committee).await;
    let answers = json!({ "outcomes": "All three indicators improved." });
    done(&lead, "updateQuarterlyReturn", json!({ "return": id, "answers": answers }), "").await;
    done(&lead, "submitQuarterlyReturn", json!({ "return": id, "lateReason": "Corrected." }), "").await;
    let after = published(&clerk, &committee).await;
    let said = async |pack: &Value| fetched(&app, &clerk, &pack["publicPath"]).await.1;
    let (first, gone, second) = (said(&pack).await, said(&between).await, said(&after).await);
    has(&first, &["Two of three indicators improved."]);
    lacks(&first, &["All three indicators improved."]);
    has(&gone, &["<h3>Halton, Q3 2009/10</h3>\n<p>This return hasn&#39;t been handed in.</p>"]);
    lacks(&gone, &[hash, "indicators improved."]);
    has(&second, &["All three indicators improved."]);
    lacks(&second, &[hash, "Two of three indicators improved."]);

    // A draft is the lead member's own and in no pack.
    let warrington = app.sign_in("warrington.lead-member").await;
    let draft = json!({ "return": return_id("warrington", "FY2009-Q3"), "answers": { "outcomes": "A first thought." } });
    done(&warrington, "updateQuarterlyReturn", draft, "").await;
    let further = published(&clerk, &committee).await;
    lacks(&fetched(&app, &clerk, &further["exemptPath"]).await.1, &["A first thought."]);
}

async fn feedback_is_in_it_as_it_was_collated_and_never_in_members_own_words(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let officer = app.sign_in("authority.research-officer").await;
    // A member's own words, and the Research Officer's edited ones.
    let member = app.sign_in("halton.lead-member").await;
    let sent = form("npu-runcorn", "FY2009-Q3", &[("ARSON", "Old Mrs Baker's shed burned.")]);
    let sent = done(&member, "sendFeedback", sent, "feedback { id }").await;
    let issue = json!([{ "feedback": sent["feedback"]["id"], "number": 1 }]);
    let summary = json!({ "tenant": tenant(AUTHORITY), "area": area("halton"), "quarter": "FY2009-Q3", "text": "Fires concern one unit.",
        "themes": [{ "subject": "ARSON", "title": "Sheds alight", "text": "A fire behind homes.", "issues": issue }] });
    let summary = done(&officer, "recordFeedbackSummary", summary, "summary { id }").await;
    let (before, _) = editions(&app, &clerk).await;
    lacks(&before, &["Fires concern one unit.", "Sheds alight"]);
    done(&officer, "sendFeedbackSummary", json!({ "summary": summary["summary"]["id"] }), "").await;
    let (public, exempt) = editions(&app, &clerk).await;
    for edition in [&public, &exempt] {
        has(
            edition,
            &["Neighbourhood feedback by council area", "Fires concern one unit.", "Sheds alight", "A fire behind homes."],
        );
        has(edition, &["<h3>Warrington, Q3 2009/10</h3>\n<p>No summary has been sent.</p>"]);
        lacks(edition, &["Mrs Baker", "The unit is doing well.", "Runcorn"]);
    }
}

async fn the_treasurer_s_determinations_are_for_those_who_read_exempt_business(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let heading = "The Treasurer&#39;s determinations of reported risks";
    let (public, exempt) = editions(&app, &clerk).await;
    // Since the committee met on 3 November: one determination, and since it was reported again it is to be determined anew.
    let again = "Reported again since, and that is still to be determined, due on 23 February 2010.";
    has(&exempt, &[heading, "16 November 2009: not significant. One area only", again]);
    has(&exempt, &["<th scope=\"col\">Number of the report</th><th scope=\"col\">Risk</th>"]);
    lacks(&exempt, &["Not determined yet, due on 23 February 2010."]);
    lacks(&public, &[heading, "Funding for joint projects is reduced", "not significant", "One area only"]);
    has(&public, &["This part is exempt from publication: registers of risks, and what was passed on from them"]);
    let (meeting, _) = meeting(&clerk).await;
    let pack = published(&clerk, &meeting).await;
    let frozen = fetched(&app, &clerk, &pack["exemptPath"]).await.1;

    app.clock().set_business_date(day("2010-02-16"));
    let treasurer = app.sign_in("authority.treasurer").await;
    let both = json!({ "referral": funding_referral(), "determination": "BOTH", "reason": "It touches all partners",
        "mitigations": "Reserves are set aside." });
    done(&treasurer, "recordRiskDetermination", both, "").await;
    let clerk = app.sign_in("authority.clerk").await;
    assert_eq!(fetched(&app, &clerk, &pack["exemptPath"]).await.1, frozen, "a later determination changes no pack");
    let later = published(&clerk, &meeting).await;
    let told = "16 February 2010: captured in the Authority&#39;s register, and the chief executive is advised. It touches all \
        partners. What makes it less: Reserves are set aside.";
    has(&fetched(&app, &clerk, &later["exemptPath"]).await.1, &[told]);
    lacks(&fetched(&app, &clerk, &later["publicPath"]).await.1, &["It touches all partners", "Reserves are set aside"]);
}

async fn an_item_about_returns_and_risks_brings_them_into_the_pack_under_its_own_exemption(app: TestApp) {
    handed_in(&app, "halton", "FY2009-Q3").await;
    let clerk = app.sign_in("authority.clerk").await;
    let agenda = json!([
        { "title": "Halton", "links": [return_id("halton", "FY2009-Q3"), funding_referral()] },
        { "title": "Warrington, in private", "exemption": "paragraph 1", "links": [return_id("warrington", "FY2009-Q2")] },
    ]);
    let special = called(&clerk, agenda).await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Meeting { agendaItems { nodes { links { kind subject { __typename id } } } } } } }";
    let seen = clerk.ask(query, json!({ "id": special })).await;
    let mut links = seen.data("/node/agendaItems/nodes/0/links").as_array().unwrap().clone();
    links.sort_by_key(|link| link["kind"].to_string());
    assert_eq!(
        links,
        [
            json!({ "kind": "QUARTERLY_RETURN", "subject": { "__typename": "QuarterlyReturn", "id": return_id("halton", "FY2009-Q3") } }),
            json!({ "kind": "RISK_REFERRAL", "subject": { "__typename": "RiskReferral", "id": funding_referral() } }),
        ]
    );
    let pack = published(&clerk, &special).await;
    let (public, exempt) =
        (fetched(&app, &clerk, &pack["publicPath"]).await.1, fetched(&app, &clerk, &pack["exemptPath"]).await.1);
    has(&public, &["Two of three indicators improved."]);
    // A risk stays exempt under an item that isn't, and a return is exempt under one that is.
    let told =
        ["Warrington, in private", "The town centre is calmer than last year", "Funding for joint projects", "One area only"];
    has(&exempt, &told);
    lacks(&public, &told);
    assert_eq!(
        exempt.matches("Two of three indicators improved.").count(),
        1,
        "what an item is about isn't laid before it twice"
    );

    // A partnership's board looks at a risk on its own register.
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let input = json!({ "body": board, "title": "Board", "heldOn": "2010-02-09", "agenda": [{ "title": "Money", "links": [funding_risk()] }] });
    let made =
        done(&officer, "createMeeting", input, "meeting { id agendaItems { nodes { links { kind subject { __typename } } } } }")
            .await;
    let link = &made["meeting"]["agendaItems"]["nodes"][0]["links"][0];
    assert_eq!(link, &json!({ "kind": "RISK", "subject": { "__typename": "Risk" } }));
    let pack = published(&officer, made["meeting"]["id"].as_str().unwrap()).await;
    has(
        &fetched(&app, &officer, &pack["exemptPath"]).await.1,
        &["Funding for joint projects is reduced", "Partners withdraw money"],
    );
    let scrutiny = app.sign_in("halton.scrutiny-member").await;
    let public = fetched(&app, &scrutiny, &pack["publicPath"]).await.1;
    has(&public, &["1. Money", "is exempt from publication: registers of risks"]);
    lacks(&public, &["Funding for joint projects is reduced", "Partners withdraw money", "quarterly returns"]);
}

async fn what_somebody_may_not_read_they_neither_link_nor_see_behind_a_link(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let officer = app.sign_in("halton.policy-officer").await;
    let committee = body(&clerk, AUTHORITY, "engagement-committee").await;
    let probe = Probe::open(app.database()).await;
    let before = probe.counts(migration::TENANT_TABLES).await;
    let item = |link: &str| json!({ "body": committee, "title": "Special", "heldOn": "2010-02-11", "agenda": [{ "title": "One", "links": [link] }] });
    let forged = id(NodeKind::RiskReferral, AUTHORITY, Id::<risk_referral::Model>::named("risk-referral", "nothing"));
    let unbegun = return_id("halton", "FY2010-Q1");
    // Another tenant's risk, even one that was reported here; what isn't there; a return whose quarter hasn't begun; what no agenda is about.
    let authority: TenantId = Id::named("tenant", AUTHORITY);
    let other =
        NodeId { kind: NodeKind::Risk, tenant: Some(authority), id: Id::<risk::Model>::named("risk", "halton-funding").uuid() };
    for link in [funding_risk(), other.to_id().to_string(), forged, unbegun, tenant(AUTHORITY)] {
        assert_eq!(refused(&clerk, "createMeeting", item(&link)).await, ["agenda.0.links.0 NOT_FOUND"], "{link}");
    }
    // An officer who keeps meetings in Halton reads nothing that was passed on to the Authority.
    let board = body(&officer, "halton", "hspb").await;
    for link in [funding_referral(), return_id("halton", "FY2009-Q3")] {
        let input =
            json!({ "body": board, "title": "Special", "heldOn": "2010-02-11", "agenda": [{ "title": "One", "links": [link] }] });
        assert_eq!(refused(&officer, "createMeeting", input).await, ["agenda.0.links.0 NOT_FOUND"]);
    }
    assert_eq!(probe.counts(migration::TENANT_TABLES).await, before, "nothing was written");
    probe.close().await;

    let special =
        called(&clerk, json!([{ "title": "Halton", "links": [return_id("halton", "FY2009-Q3"), funding_referral()] }])).await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Meeting { agendaItems { nodes { links { kind subject { __typename } } } } } } }";
    let kinds = async |actor: &Actor| {
        let seen = actor.ask(query, json!({ "id": special })).await;
        let mut links = seen.data("/node/agendaItems/nodes/0/links").as_array().unwrap().clone();
        links.sort_by_key(|link| link["kind"].to_string());
        links.into_iter().map(|link| link["subject"]["__typename"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let (found, referred) = (Some("QuarterlyReturn".to_owned()), Some("RiskReferral".to_owned()));
    assert_eq!(kinds(&clerk).await, [found.clone(), referred.clone()]);
    // Lead members read returns of their own area alone.
    assert_eq!(kinds(&app.sign_in("halton.lead-member").await).await, [found, referred.clone()]);
    assert_eq!(kinds(&app.sign_in("warrington.lead-member").await).await, [None, referred]);
    // Reading a return through a link shows what the return's own field shows: a draft is nobody else's.
    let own = quarterly_return(&clerk, "halton", "FY2009-Q3", "submission { id }").await;
    assert_eq!(own["submission"], Value::Null);
    // Nobody beyond the Authority finds the item.
    let items = clerk
        .ask("query ($id: ID!) { node(id: $id) { ... on Meeting { agendaItems { nodes { id } } } } }", json!({ "id": special }))
        .await;
    let item = items.data("/node/agendaItems/nodes/0/id");
    let seen = officer.ask("query ($id: ID!) { node(id: $id) { __typename } }", json!({ "id": item })).await;
    assert_eq!(seen.data("/node"), &Value::Null);
}

async fn a_pack_tells_no_more_than_its_publishing_office_may_read(app: TestApp) {
    // Everybody who keeps meetings of the Authority in the demonstration reads returns, so an office that doesn't is appointed.
    let probe = Probe::open(app.database()).await;
    handed_in(&app, "halton", "FY2009-Q3").await;
    probe.change("UPDATE appointment SET office = 'POLICY_STRATEGY_STAFF' WHERE office = 'COMMITTEE_CLERK'").await;
    probe.close().await;
    let keeper = app.sign_in("authority.clerk").await;
    let (public, exempt) = editions(&app, &keeper).await;
    for edition in [&public, &exempt] {
        has(edition, &["Quarterly returns aren&#39;t in this pack: the office that published it may not read them."]);
        lacks(edition, &["Two of three indicators improved.", "One area only", "Neighbourhood feedback"]);
    }
}
