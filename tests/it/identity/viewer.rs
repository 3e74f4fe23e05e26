//! What the viewer holds, and what goes with it: everything follows from the appointments in force on the business date.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, TestApp, day};

both_dbs!(
    the_viewer_sees_who_they_are_what_they_hold_and_what_they_may_do,
    a_lead_member_acts_in_the_partnership_and_in_the_authority,
    a_person_whose_appointment_ended_sees_no_tenant,
    an_appointment_that_ends_takes_the_tenant_away_the_same_moment,
);

const VIEWER: &str = "{ viewer { email businessDate person { name organisation { reference } }
    appointments { totalCount nodes { office fromOn toOn isInForce tenant { slug } body { reference } area { reference } minuteReference } }
    tenants { offices tenant { slug } permissions { action resource reach offices } } } }";

async fn view(actor: &Actor) -> Answer {
    actor.ask(VIEWER, json!({})).await
}

fn slugs(answer: &Answer) -> Vec<&str> {
    answer.list("/viewer/tenants").iter().map(|held| held["tenant"]["slug"].as_str().unwrap()).collect()
}

async fn the_viewer_sees_who_they_are_what_they_hold_and_what_they_may_do(app: TestApp) {
    let answer = view(&app.sign_in("halton.partner-analyst").await).await;
    assert_eq!(answer.text("/viewer/email"), "halton.partner-analyst@concordat.example");
    assert_eq!(answer.text("/viewer/businessDate"), "2010-02-09");
    assert_eq!(answer.text("/viewer/person/name"), "Halton partner analyst");
    assert_eq!(answer.text("/viewer/person/organisation/reference"), "cheshire-constabulary");
    assert_eq!(
        answer.list("/viewer/appointments/nodes"),
        [
            json!({ "office": "PARTNER_ANALYST", "fromOn": "2009-04-01", "toOn": null, "isInForce": true, "tenant": { "slug": "halton" },
            "body": { "reference": "hsp" }, "area": { "reference": "halton" }, "minuteReference": null })
        ]
    );
    assert_eq!(slugs(&answer), ["halton"]);
    let permissions = answer.list("/viewer/tenants/0/permissions");
    let reach = |action: &str, resource: &str| {
        permissions
            .iter()
            .find(|may| may["action"] == action && may["resource"] == resource)
            .map_or(&Value::Null, |may| &may["reach"])
    };
    assert_eq!(reach("RECORD", "OBSERVATION"), "OWN_ORGANISATION", "an analyst records their own organisation's figures only");
    assert_eq!(reach("READ", "OUTLOOK"), "TENANT");
    assert_eq!(reach("APPROVE", "PERIOD"), &Value::Null);
    assert_eq!(reach("READ", "ACT"), &Value::Null);
}

async fn a_lead_member_acts_in_the_partnership_and_in_the_authority(app: TestApp) {
    let answer = view(&app.sign_in("halton.lead-member").await).await;
    assert_eq!(slugs(&answer), ["cheshire-police-authority", "halton"]);
    // Membership of the Authority and the lead member's office there, three partnerships of Halton, two neighbourhood policing units.
    assert_eq!(answer.data("/viewer/appointments/totalCount"), 7);
    let lead = answer.list("/viewer/appointments/nodes").iter().find(|held| held["body"]["reference"] == "hsp").unwrap();
    assert_eq!(lead["office"], "PARTNERSHIP_LEAD_MEMBER");
    assert_eq!(lead["minuteReference"], "Authority 28 September 2009, minute 59");
}

async fn a_person_whose_appointment_ended_sees_no_tenant(app: TestApp) {
    let former = app.sign_in("former.lead-member").await;
    let answer = view(&former).await;
    assert_eq!(slugs(&answer), [] as [&str; 0]);
    assert_eq!(answer.data("/viewer/appointments/totalCount"), 0);
    let asked = former.ask("{ tenants { totalCount } tenant(by: { slug: \"halton\" }) { name } }", json!({})).await;
    assert_eq!(asked.value("/tenants/totalCount"), 0);
    assert_eq!(asked.value("/tenant"), &Value::Null);
    assert_eq!(asked.error_codes(), ["NOT_FOUND"], "not forbidden: a stranger doesn't learn that it is there");
}

async fn an_appointment_that_ends_takes_the_tenant_away_the_same_moment(app: TestApp) {
    let name = "{ tenant(by: { slug: \"halton\" }) { name } }";
    // The last day of the appointment, and the day after: with the same token.
    app.clock().set_business_date(day("2009-09-27"));
    let member = app.sign_in("former.lead-member").await;
    assert_eq!(slugs(&view(&member).await), ["cheshire-police-authority", "halton"]);
    assert!(member.ask(name, json!({})).await.text("/tenant/name").contains("Halton"));

    app.clock().set_business_date(day("2009-09-28"));
    assert_eq!(slugs(&view(&member).await), [] as [&str; 0]);
    assert_eq!(member.ask(name, json!({})).await.error_codes(), ["NOT_FOUND"]);

    // And the other way about: before the first day there is nothing either.
    let successor = app.sign_in("halton.lead-member").await;
    assert_eq!(slugs(&view(&successor).await), ["cheshire-police-authority", "halton"]);
    app.clock().set_business_date(day("2009-09-27"));
    assert_eq!(slugs(&view(&successor).await), [] as [&str; 0]);
}
