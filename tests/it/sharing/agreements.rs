//! Agreements are proposed by one side, approved by each for itself, and ended by either; bad ones are refused with every fault.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Probe, TestApp};

both_dbs!(
    two_approvals_open_the_door_and_a_withdrawal_shuts_it,
    only_named_offices_decide_and_only_for_their_own_tenant,
    a_bad_proposal_is_refused_with_every_fault,
    nobody_sees_an_agreement_to_which_they_are_no_party,
    what_lapsed_or_was_withdrawn_can_t_be_approved,
);

const CREATE: &str = "mutation ($input: CreateSharingAgreementInput!) { createSharingAgreement(input: $input) {
    agreement { id reference version tier standing parties { slug approvedOn approvedInOffice } clauses { number category discloser } }
    userErrors { code field message } } }";
const APPROVE: &str = "mutation ($input: ApproveSharingAgreementInput!) { approveSharingAgreement(input: $input) {
    agreement { id standing parties { slug approvedOn approvedInOffice minuteReference } } userErrors { code field message } } }";
const REVOKE: &str = "mutation ($input: RevokeSharingAgreementInput!) { revokeSharingAgreement(input: $input) {
    agreement { standing withdrawnOn withdrawnBy withdrawalReason } userErrors { code field message } } }";

/// The identifiers of tenants, which everybody can work out.
fn tenant(slug: &str) -> String {
    use api::graphql::relay::{NodeId, NodeKind};
    use entity::tables::{Id, organisation::tenant};
    NodeId::beyond(NodeKind::Tenant, Id::<tenant::Model>::named("tenant", slug)).to_id().to_string()
}

fn proposal() -> Value {
    json!({
        "tenant": tenant("halton"), "reference": "halton-and-warrington", "title": "Halton and Warrington: indicators", "tier": 2,
        "purpose": "The Youth Justice Plan serves both areas.", "lawfulBasis": "Crime and Disorder Act 1998, section 115", "source": "S0",
        "parties": [tenant("halton"), tenant("warrington")],
        "clauses": [{ "category": "PRIORITIES_AND_INDICATORS", "discloser": tenant("halton") }],
        "effectiveFrom": "2010-02-01", "effectiveTo": "2011-03-31", "reviewOn": "2010-10-01",
    })
}

async fn proposed(app: &TestApp) -> String {
    let answer = app.sign_in("halton.performance-officer").await.ask(CREATE, json!({ "input": proposal() })).await;
    assert_eq!(answer.user_errors("/createSharingAgreement"), &[] as &[Value], "{answer}");
    answer.text("/createSharingAgreement/agreement/id").to_owned()
}

async fn approve(actor: &Actor, agreement: &str, slug: &str) -> tests::support::Answer {
    actor
        .ask(APPROVE, json!({ "input": { "agreement": agreement, "tenant": tenant(slug), "minuteReference": "minute 12" } }))
        .await
}

async fn reads_halton(actor: &Actor) -> bool {
    let answer = actor.ask("{ tenant(by: { slug: \"halton\" }) { agreement { name } } }", json!({})).await;
    answer.value("/tenant/agreement/name").is_string()
}

async fn two_approvals_open_the_door_and_a_withdrawal_shuts_it(app: TestApp) {
    let there = app.sign_in("warrington.performance-officer").await;
    let agreement = proposed(&app).await;
    assert!(!reads_halton(&there).await, "nobody has approved");
    let halton = app.sign_in("halton.psg-member").await;
    let answer = approve(&halton, &agreement, "halton").await;
    assert_eq!(answer.data("/approveSharingAgreement/agreement/standing"), "AWAITING_READER", "{answer}");
    assert!(!reads_halton(&there).await, "one has approved");
    let answer = approve(&app.sign_in("warrington.psg-member").await, &agreement, "warrington").await;
    assert_eq!(answer.data("/approveSharingAgreement/agreement/standing"), "IN_FORCE", "{answer}");
    let parties = answer.data("/approveSharingAgreement/agreement/parties");
    assert_eq!(
        parties[1],
        json!({ "slug": "warrington", "approvedOn": "2010-02-09", "approvedInOffice": "PSG_MEMBER", "minuteReference": "minute 12" })
    );
    assert!(reads_halton(&there).await, "both have approved");
    // Halton reads nothing in return: no clause says so.
    let back = halton.ask("{ tenant(by: { slug: \"warrington\" }) { agreement { name } } }", json!({})).await;
    assert_eq!(back.error_codes(), ["NOT_FOUND"]);

    let again = approve(&halton, &agreement, "halton").await;
    assert_eq!(again.user_errors("/approveSharingAgreement")[0]["code"], "DUPLICATE");
    let input = json!({ "agreement": agreement, "tenant": tenant("halton"), "reason": "The plan has ended." });
    let answer = halton.ask(REVOKE, json!({ "input": input })).await;
    let withdrawn = answer.data("/revokeSharingAgreement/agreement");
    assert_eq!(
        (&withdrawn["standing"], &withdrawn["withdrawnBy"]),
        (&json!("WITHDRAWN"), &json!("Halton Strategic Partnership")),
        "{answer}"
    );
    assert!(!reads_halton(&there).await, "with the very next request");
    // Both acts of Halton's are on its record, and Warrington's on Warrington's.
    let probe = Probe::open(app.database()).await;
    let halton = ["PROPOSE_SHARING", "APPROVE_SHARING", "READ_SHARED", "WITHDRAW_SHARING"];
    for (slug, expected) in [("halton", &halton[..]), ("warrington", &halton[1..2])] {
        let mut deeds = probe.deeds(slug).await;
        deeds.retain(|deed| deed != "SIGN_IN");
        assert_eq!(deeds, expected, "{slug}");
        assert_eq!(entity::usecases::upkeep::record::verify(app.db(), Some(slug)).await.unwrap().remove(0).broken, None);
    }
    probe.close().await;
}

async fn only_named_offices_decide_and_only_for_their_own_tenant(app: TestApp) {
    let agreement = proposed(&app).await;
    for (office, slug, code) in [
        ("halton.performance-officer", "halton", "FORBIDDEN"),
        ("halton.board-member", "warrington", "NOT_FOUND"),
        ("halton.psg-member", "warrington", "NOT_FOUND"),
        ("cheshire-east.performance-officer", "cheshire-east", "FORBIDDEN"),
        ("authority.chief-executive", "cheshire-police-authority", "NOT_FOUND"),
    ] {
        let answer = approve(&app.sign_in(office).await, &agreement, slug).await;
        assert_eq!(answer.user_errors("/approveSharingAgreement")[0]["code"], code, "{office} for {slug}: {answer}");
    }
    let answer = app.sign_in("halton.lead-member").await.ask(CREATE, json!({ "input": proposal() })).await;
    assert_eq!(answer.user_errors("/createSharingAgreement")[0]["code"], "FORBIDDEN");
}

async fn a_bad_proposal_is_refused_with_every_fault(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let faults = async |change: &dyn Fn(&mut Value)| {
        let mut input = proposal();
        change(&mut input);
        let answer = officer.ask(CREATE, json!({ "input": input })).await;
        let errors = answer.user_errors("/createSharingAgreement").to_vec();
        errors
            .iter()
            .map(|error| {
                format!(
                    "{} {}",
                    crate::performance::fixtures::fields(std::slice::from_ref(error)).concat(),
                    error["code"].as_str().unwrap()
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        faults(&|input| input["parties"] = json!([])).await,
        ["parties MISSING", "parties MISSING", "clauses.0.discloser OUT_OF_RANGE"]
    );
    assert_eq!(
        faults(&|input| input["parties"] = json!([tenant("halton"), tenant("halton")])).await,
        ["parties MISSING", "parties DUPLICATE"]
    );
    assert_eq!(faults(&|input| input["parties"] = json!([tenant("halton"), tenant("atlantis")])).await, ["parties.1 NOT_FOUND"]);
    assert_eq!(faults(&|input| input["effectiveTo"] = json!("2010-01-31")).await, ["effectiveTo OUT_OF_RANGE"]);
    assert_eq!(faults(&|input| input["reviewOn"] = json!("2012-01-31")).await, ["reviewOn OUT_OF_RANGE"]);
    assert_eq!(faults(&|input| input["tier"] = json!(3)).await, ["tier OUT_OF_RANGE"]);
    assert_eq!(faults(&|input| input["clauses"] = json!([])).await, ["clauses MISSING"]);
    assert_eq!(faults(&|input| input["purpose"] = json!("  ")).await, ["purpose MISSING"]);
    assert_eq!(
        faults(&|input| input["clauses"][0]["discloser"] = json!(tenant("cheshire-east"))).await,
        ["clauses.0.discloser OUT_OF_RANGE"]
    );
    assert_eq!(faults(&|input| input["supersedes"] = input["tenant"].clone()).await, ["supersedes NOT_FOUND"]);
    assert_eq!(faults(&|input| input["reference"] = json!("authority-and-cheshire-east")).await, ["reference DUPLICATE"]);
    let mut unknown = proposal();
    unknown["clauses"][0]["category"] = json!("GOSSIP");
    assert_eq!(officer.ask(CREATE, json!({ "input": unknown })).await.error_codes(), ["BAD_VARIABLES"]);
    let probe = Probe::open(app.database()).await;
    assert_eq!(probe.writes_on_record().await, 0, "nothing was written");
    probe.close().await;
}

async fn nobody_sees_an_agreement_to_which_they_are_no_party(app: TestApp) {
    let agreement = proposed(&app).await;
    let node = "query ($id: ID!) { node(id: $id) { id } }";
    for (office, seen) in [
        ("halton.performance-officer", true),
        ("warrington.performance-officer", true),
        ("cheshire-east.performance-officer", false),
        ("authority.engagement-manager", false),
    ] {
        let answer = app.sign_in(office).await.ask(node, json!({ "id": agreement })).await;
        assert_eq!(answer.value("/node").is_object(), seen, "{office}: {answer}");
    }
    let list = "query ($slug: String!) { tenant(by: { slug: $slug }) { sharingAgreements { nodes { reference standing } } } }";
    let answer = app.sign_in("cheshire-east.performance-officer").await.ask(list, json!({ "slug": "cheshire-east" })).await;
    assert_eq!(
        answer.data("/tenant/sharingAgreements/nodes"),
        &json!([
            { "reference": "authority-and-cheshire-east", "standing": "AWAITING_DISCLOSER" },
            { "reference": "cheshire-principles", "standing": "IN_FORCE" },
        ])
    );
}

async fn what_lapsed_or_was_withdrawn_can_t_be_approved(app: TestApp) {
    let agreement = proposed(&app).await;
    app.clock().set_business_date(tests::support::day("2011-04-01"));
    let answer = approve(&app.sign_in("halton.psg-member").await, &agreement, "halton").await;
    assert_eq!(answer.user_errors("/approveSharingAgreement")[0]["code"], "LOCKED", "{answer}");
}
