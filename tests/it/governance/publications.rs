//! The Environmental Scan and the Members' Bulletin: officers tell lead members what happens in partnerships of their areas, who read what
//! is theirs at once; a scan closes its month's duty.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Probe, TestApp, day};

use super::{
    duties::owed,
    fixtures::{AUTHORITY, area, done, refused, tenant},
};

both_dbs!(
    a_scan_reaches_the_lead_members_of_its_areas_and_closes_its_month,
    a_bulletin_comes_issue_by_issue,
    scans_and_bulletins_are_officers_business_and_in_order,
);

fn item(areas: &[&str], headline: &str) -> Value {
    let areas: Vec<String> = areas.iter().map(|reference| area(reference)).collect();
    json!({ "areas": areas, "headline": headline, "words": "It was agreed on Monday.", "actionAsked": "Ask at the next board." })
}

fn scan(month: &str, items: &[Value]) -> Value {
    json!({ "tenant": tenant(AUTHORITY), "month": month, "items": items })
}

/// What somebody reads of all publications: headlines with their areas.
async fn read(actor: &Actor) -> Vec<String> {
    let query = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { publications { nodes { kind number month { code }
        items { number headline words actionAsked address about { kind subject { __typename } } areas { nodes { reference } } } } } } }";
    let answer = actor.ask(query, json!({})).await;
    let mut found = Vec::new();
    for one in answer.list("/tenant/publications/nodes") {
        for item in one["items"].as_array().unwrap() {
            let mut areas: Vec<&str> =
                item["areas"]["nodes"].as_array().unwrap().iter().map(|area| area["reference"].as_str().unwrap()).collect();
            areas.sort_unstable();
            found.push(format!("{} {}: {}", one["number"], item["headline"].as_str().unwrap(), areas.join(" ")));
        }
    }
    found
}

async fn a_scan_reaches_the_lead_members_of_its_areas_and_closes_its_month(app: TestApp) {
    let officer = app.sign_in("authority.engagement-manager").await;
    app.clock().set_business_date(day("2010-04-20"));
    let line = async |month: &str| {
        let found = owed(&officer, AUTHORITY, &["ENVIRONMENTAL_SCAN"]).await;
        let of = found
            .iter()
            .find(|one| one["code"].as_str().unwrap().ends_with(month))
            .unwrap_or_else(|| panic!("{month}: {found:?}"));
        ["standing", "dueOn", "office", "duty", "metOn", "evidence"].map(|field| of[field].to_string().replace('"', ""))
    };
    assert_eq!(line("FY2010-M01").await, ["DUE", "2010-04-30", "AUTHORITY_OFFICERS", "11", "null", "null"]);
    assert_eq!(line("FY2010-M02").await[0], "UPCOMING");
    let both = item(&["halton", "warrington"], "Protocols are out");
    let items = [both, item(&["cheshire-east"], "Talks go on"), item(&["halton"], "A new chair")];
    let made = done(
        &officer,
        "publishEnvironmentalScan",
        scan("FY2010-M01", &items),
        "publication { kind number publishedOn month { code } }",
    )
    .await;
    assert_eq!(
        made["publication"],
        json!({ "kind": "ENVIRONMENTAL_SCAN", "number": 1, "publishedOn": "2010-04-20", "month": { "code": "FY2010-M01" } })
    );
    assert_eq!(line("FY2010-M01").await, ["MET", "2010-04-30", "AUTHORITY_OFFICERS", "11", "2010-04-20", "Environmental Scan 1"]);
    assert_eq!(line("FY2010-M02").await[0], "UPCOMING", "one month's is not another's");

    let everything = ["1 Protocols are out: halton warrington", "1 Talks go on: cheshire-east", "1 A new chair: halton"];
    for all in ["authority.engagement-manager", "authority.research-officer", "authority.chairman", "authority.audit"] {
        assert_eq!(read(&app.sign_in(all).await).await, everything, "{all}");
    }
    assert_eq!(read(&app.sign_in("halton.lead-member").await).await, ["1 Protocols are out: halton", "1 A new chair: halton"]);
    assert_eq!(read(&app.sign_in("warrington.lead-member").await).await, ["1 Protocols are out: warrington"]);
    assert_eq!(read(&app.sign_in("cheshire-west-and-chester.lead-member").await).await, [""; 0]);
    let probe = Probe::open(app.database()).await;
    let letters = probe.rows("SELECT recipient, subject, body FROM mail_outbox WHERE kind = 'NOTICE' ORDER BY recipient").await;
    let to: Vec<&str> = letters.iter().map(|row| row[0].split('@').next().unwrap()).collect();
    assert_eq!(to, ["cheshire-east.lead-member", "halton.lead-member", "warrington.lead-member"], "once each: {letters:?}");
    assert!(
        letters.iter().all(|row| !row[2].contains("chair") && !row[1].contains("Protocols")),
        "mail tells nothing of it: {letters:?}"
    );
    let shared = probe.rows("SELECT kind FROM audit_event WHERE kind = 'READ_SHARED'").await;
    assert_eq!(shared.len(), 0, "it is the Authority's own: nothing is read across tenants for it");
    probe.close().await;

    app.clock().set_business_date(day("2010-06-01"));
    assert_eq!(line("FY2010-M02").await[0], "LATE");
    assert_eq!(refused(&officer, "publishEnvironmentalScan", scan("FY2010-M02", &items)).await, ["lateReason MISSING"]);
    let because = |month: &str, reason: &str| {
        let mut late = scan(month, &items);
        late["lateReason"] = json!(reason);
        late
    };
    assert_eq!(refused(&officer, "publishEnvironmentalScan", because("FY2010-M02", "\u{200b}")).await, ["lateReason MISSING"]);
    assert_eq!(refused(&officer, "publishEnvironmentalScan", because("FY2010-M03", "Early.")).await, ["lateReason OUT_OF_RANGE"]);
    let why = "The Engagement Manager was ill.";
    let late = done(&officer, "publishEnvironmentalScan", because("FY2010-M02", why), "publication { lateReason }").await;
    assert_eq!(late["publication"]["lateReason"], why);
    assert_eq!(line("FY2010-M02").await[0], "MET_LATE");
}

async fn a_bulletin_comes_issue_by_issue(app: TestApp) {
    let officer = app.sign_in("authority.research-officer").await;
    let actions = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { actions(first: 1) { nodes { id } } } }";
    let action = officer.ask(actions, json!({})).await.text("/tenant/actions/nodes/0/id").to_owned();
    let mut told = item(&["halton"], "Protocols are out");
    told["about"] = json!(action);
    told["address"] = json!("https://authority.example/protocols");
    let issue = json!({ "tenant": tenant(AUTHORITY), "items": [told] });
    let shown = "publication { kind number month { code } items { about { kind subject { __typename } } address } }";
    let made = done(&officer, "publishMembersBulletin", issue.clone(), shown).await;
    assert_eq!(
        made["publication"],
        json!({ "kind": "MEMBERS_BULLETIN", "number": 1, "month": null, "items": [{
            "about": { "kind": "ACTION", "subject": { "__typename": "PlanAction" } }, "address": "https://authority.example/protocols" }] })
    );
    let made = done(&officer, "publishMembersBulletin", issue, "publication { number }").await;
    assert_eq!(made["publication"]["number"], 2, "as many in a month as there are");
    app.clock().set_business_date(day("2010-05-04"));
    let found = owed(&officer, AUTHORITY, &["ENVIRONMENTAL_SCAN"]).await;
    let april = found.iter().find(|one| one["dueOn"] == "2010-04-30").expect("April's scan is owed");
    assert_eq!(april["standing"], "LATE", "a bulletin is no scan");
}

async fn scans_and_bulletins_are_officers_business_and_in_order(app: TestApp) {
    app.clock().set_business_date(day("2010-04-20"));
    let officer = app.sign_in("authority.engagement-manager").await;
    let good = item(&["halton"], "Protocols are out");
    let april = scan("FY2010-M01", std::slice::from_ref(&good));
    for other in ["halton.lead-member", "authority.chairman", "authority.clerk", "authority.audit"] {
        assert_eq!(refused(&app.sign_in(other).await, "publishEnvironmentalScan", april.clone()).await, ["FORBIDDEN"], "{other}");
    }
    let stranger = app.sign_in("cheshire-east.performance-officer").await;
    assert_eq!(refused(&stranger, "publishEnvironmentalScan", april.clone()).await, ["tenant NOT_FOUND"]);
    for (month, code) in [
        ("January", "month MALFORMED"),
        ("FY2009-Q4", "month MALFORMED"),
        ("FY2010-M02", "month OUT_OF_RANGE"),
        ("FY2009-M12", "month OUT_OF_RANGE"),
    ] {
        assert_eq!(
            refused(&officer, "publishEnvironmentalScan", scan(month, std::slice::from_ref(&good))).await,
            [code],
            "{month}"
        );
    }
    assert_eq!(refused(&officer, "publishEnvironmentalScan", scan("FY2010-M01", &[])).await, ["items MISSING"]);
    let mut bad = item(&["halton", "npu-runcorn", "halton"], " ");
    bad["address"] = json!("http://authority.example");
    bad["words"] = json!("");
    let faults = refused(&officer, "publishEnvironmentalScan", scan("FY2010-M01", &[good.clone(), bad])).await;
    let wanted = [
        "items.1.headline MISSING",
        "items.1.words MISSING",
        "items.1.address MALFORMED",
        "items.1.areas.1 NOT_FOUND",
        "items.1.areas.2 DUPLICATE",
    ];
    assert_eq!(faults, wanted);
    // What concerns another tenant isn't there.
    let halton = app.sign_in("halton.performance-officer").await;
    let halton = halton.ask("{ tenant(by: { slug: \"halton\" }) { actions(first: 1) { nodes { id } } } }", json!({})).await;
    let mut foreign = good;
    foreign["about"] = halton.data("/tenant/actions/nodes/0/id").clone();
    assert_eq!(refused(&officer, "publishEnvironmentalScan", scan("FY2010-M01", &[foreign])).await, ["items.0.about NOT_FOUND"]);
    done(&officer, "publishEnvironmentalScan", april.clone(), "").await;
    assert_eq!(refused(&officer, "publishEnvironmentalScan", april).await, ["month DUPLICATE"]);
}
