//! The calendar by private address, and reminders: for those whose it is, on working days, once.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, MailServer, Probe, TestApp, app::PASSWORD, day};

use super::meetings::{done, faults};

both_dbs!(
    a_calendar_shows_its_owner_s_obligations_and_nothing_new_twice,
    an_address_is_good_until_it_is_revoked_or_replaced_or_the_office_ends,
    an_address_ends_with_the_password_under_which_it_was_made,
    reminders_come_on_working_days_and_once,
);

async fn made(actor: &Actor) -> String {
    let answer = done(actor, "createCalendarFeed", json!({ "password": PASSWORD }), "path").await;
    assert_eq!(faults(&answer, "createCalendarFeed"), [""; 0], "{answer}");
    answer.text("/createCalendarFeed/path").to_owned()
}

async fn read(app: &TestApp, path: &str, tag: Option<&str>) -> (u16, Option<String>, String) {
    let mut request = app.http().get(format!("{}{path}", app.url()));
    if let Some(tag) = tag {
        request = request.header("if-none-match", tag);
    }
    let answer = request.send().await.unwrap();
    let tag = answer.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned());
    (answer.status().as_u16(), tag, answer.text().await.unwrap())
}

async fn a_calendar_shows_its_owner_s_obligations_and_nothing_new_twice(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    let wrong = done(&treasurer, "createCalendarFeed", json!({ "password": "not this one at all" }), "path").await;
    assert_eq!(faults(&wrong, "createCalendarFeed"), ["password CREDENTIALS"]);
    let path = made(&treasurer).await;
    let (status, tag, text) = read(&app, &path, None).await;
    assert_eq!(status, 200, "{text}");
    let unfolded = text.replace("\r\n ", "");
    assert!(unfolded.starts_with("BEGIN:VCALENDAR\r\n") && unfolded.ends_with("END:VCALENDAR\r\n"), "{text}");
    assert_eq!(unfolded.matches("SUMMARY:Due: Action").count(), 1, "the Treasurer has one dated action: {unfolded}");
    assert!(
        unfolded.contains("DTSTART;VALUE=DATE:20101130\r\nSUMMARY:Due: Action 18: Review money and staff input"),
        "{unfolded}"
    );
    let (status, _, body) = read(&app, &path, tag.as_deref()).await;
    assert_eq!((status, body.as_str()), (304, ""));
    // Once it is late the calendar is another one.
    app.clock().set_business_date(day("2010-12-01"));
    let (status, _, text) = read(&app, &path, tag.as_deref()).await;
    assert_eq!(status, 200);
    assert!(text.contains("SUMMARY:LATE: Action 18"), "{text}");
    let answer = treasurer.ask("{ viewer { calendarFeed { createdAt } } }", json!({})).await;
    assert_eq!(answer.data("/viewer/calendarFeed/createdAt"), "2010-02-09T09:00:00Z");
}

async fn an_address_is_good_until_it_is_revoked_or_replaced_or_the_office_ends(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    let first = made(&treasurer).await;
    let second = made(&treasurer).await;
    assert_eq!(read(&app, &first, None).await.0, 404, "a new one takes the place of the old one");
    assert_eq!(read(&app, &second, None).await.0, 200);
    for bad in ["/calendars/cf1_nonsense.ics", "/calendars/.ics", "/calendars/x", &second.replace("cf1_", "cr1_")] {
        assert_eq!(read(&app, bad, None).await.0, 404, "{bad}");
    }
    let posted = app.http().post(format!("{}{second}", app.url())).send().await.unwrap();
    assert_eq!(posted.status().as_u16(), 405);
    // What the office gave ends with the office.
    let probe = Probe::open(app.database()).await;
    let ended = "UPDATE appointment SET to_on = '2010-02-08' WHERE office = 'TREASURER'";
    assert_eq!(probe.change(ended).await, 1);
    let (status, _, text) = read(&app, &second, None).await;
    assert_eq!((status, text.matches("BEGIN:VEVENT").count()), (200, 0), "{text}");
    let answer = done(&treasurer, "revokeCalendarFeed", json!({ "password": PASSWORD }), "revokedAt").await;
    assert_eq!(faults(&answer, "revokeCalendarFeed"), [""; 0], "{answer}");
    assert_eq!(read(&app, &second, None).await.0, 404);
    let again = done(&treasurer, "revokeCalendarFeed", json!({ "password": PASSWORD }), "revokedAt").await;
    assert_eq!(faults(&again, "revokeCalendarFeed"), [" MISSING"]);
    let stored = probe.rows("SELECT digest FROM calendar_feed").await.concat();
    assert!(stored.iter().all(|digest| digest.len() == 64 && !second.contains(digest.as_str())), "only digests are kept");
    probe.close().await;
}

async fn an_address_ends_with_the_password_under_which_it_was_made(app: TestApp) {
    const NEW: &str = "three-otters-under-the-viaduct";
    let treasurer = app.sign_in("authority.treasurer").await;
    let path = made(&treasurer).await;
    let wrong = json!({ "currentPassword": "not this one at all", "newPassword": NEW });
    done(&treasurer, "changePassword", wrong, "changedAt").await;
    assert_eq!(read(&app, &path, None).await.0, 200, "nothing was changed");
    let change = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    let answer = done(&treasurer, "changePassword", change, "changedAt").await;
    assert_eq!(faults(&answer, "changePassword"), [""; 0], "{answer}");
    assert_eq!(read(&app, &path, None).await.0, 404);
    assert_eq!(
        treasurer.ask("{ viewer { calendarFeed { createdAt } } }", json!({})).await.value("/viewer/calendarFeed"),
        &Value::Null
    );

    // A forgotten one that is set anew ends it as well.
    let clerk = app.sign_in("authority.clerk").await;
    let path = made(&clerk).await;
    let post = MailServer::start().await;
    let asked = json!({ "email": "authority.clerk@concordat.example" });
    done(&app.anonymous(), "requestPasswordReset", asked, "requestedAt").await;
    post.collect(&app).await;
    let token = post.arrived().remove(0).token().to_owned();
    let answer = done(&app.anonymous(), "resetPassword", json!({ "token": token, "password": NEW }), "resetAt").await;
    assert_eq!(faults(&answer, "resetPassword"), [""; 0], "{answer}");
    assert_eq!(read(&app, &path, None).await.0, 404);

    // The record tells of it with what ended it.
    let probe = Probe::open(app.database()).await;
    let ended = "SELECT kind FROM audit_event WHERE body LIKE '%calendar_feed%' AND body LIKE '%revoked_at%' ORDER BY kind";
    assert_eq!(probe.rows(ended).await.concat(), ["CHANGE_PASSWORD", "RESET_PASSWORD"]);
    probe.close().await;
}

/// The letters in the outbox, as recipient and text.
async fn letters(probe: &Probe) -> Vec<(String, String)> {
    let rows = probe.rows("SELECT recipient, body FROM mail_outbox WHERE kind = 'REMINDER' ORDER BY id").await;
    rows.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()
}

async fn reminders_come_on_working_days_and_once(app: TestApp) {
    let probe = Probe::open(app.database()).await;
    let to_the_treasurer = async || {
        let all = letters(&probe).await;
        all.into_iter().filter(|(to, _)| to == "authority.treasurer@concordat.example").map(|(_, text)| text).collect::<Vec<_>>()
    };
    // Action 18 is due on Tuesday 30 November 2010: ten working days before is the 16th, five the 23rd, one the 29th.
    for (today, expected) in [
        ("2010-11-15", 0),
        ("2010-11-16", 1),
        ("2010-11-16", 1),
        ("2010-11-20", 1),
        ("2010-11-22", 1),
        ("2010-11-23", 2),
        ("2010-11-27", 2),
        ("2010-11-29", 3),
        ("2010-11-30", 3),
        ("2010-12-01", 4),
        ("2010-12-02", 4),
    ] {
        app.clock().set_business_date(day(today));
        app.remind().await;
        assert_eq!(to_the_treasurer().await.len(), expected, "on {today}");
    }
    let last = to_the_treasurer().await.pop().unwrap();
    assert!(last.contains("30 November 2010") && last.contains("Action 18"), "{last}");
    // Two servers that come to it at once remind once.
    app.clock().set_business_date(day("2011-03-24"));
    let before = letters(&probe).await.len();
    let (one, other) = futures::join!(app.remind(), app.remind());
    let after = letters(&probe).await.len();
    assert_eq!(after - before, one + other);
    let mut recipients: Vec<String> = letters(&probe).await.into_iter().skip(before).map(|(to, _)| to).collect();
    let count = recipients.len();
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), count, "nobody got two letters: {recipients:?}");
    // What was done is nothing to be reminded of, and neither is what nobody holds any more.
    probe.change("UPDATE appointment SET to_on = '2010-12-31' WHERE office = 'ENGAGEMENT_MANAGER'").await;
    app.clock().set_business_date(day("2011-03-30"));
    app.remind().await;
    let last: Vec<String> = letters(&probe).await.into_iter().skip(after).map(|(to, _)| to).collect();
    assert!(!last.contains(&"authority.engagement-manager@concordat.example".to_owned()), "{last:?}");
    probe.close().await;
}
