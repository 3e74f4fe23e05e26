//! What nobody sees makes no difference: a change that changes nothing visible is none, and what is printed within a line is one.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::TestApp;

use super::{
    fixtures::{AUTHORITY, done, handed_in, refused, return_id},
    meetings::body,
    records::meeting_on,
};

both_dbs!(
    a_correction_that_nobody_would_see_is_none,
    what_is_printed_within_a_line_is_one,
    a_minute_s_number_is_one_however_many_zeros_stand_before_it,
);

/// The same words with what nobody sees in them.
fn with_unseen(words: &str) -> [String; 4] {
    let (first, rest) = words.split_at(words.char_indices().nth(1).expect("a word").0);
    [format!("{first}\u{200b}{rest}"), format!("{first}\u{ad}{rest}"), words.replace(' ', "  "), format!(" {words}\u{2060}")]
}

async fn a_correction_that_nobody_would_see_is_none(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let (former, later) = (meeting_on(&clerk, "2009-11-03").await, meeting_on(&clerk, "2010-02-09").await);
    let minute = former["decisions"]["nodes"].as_array().unwrap()[0].clone();
    for words in with_unseen(minute["words"].as_str().unwrap()) {
        let correction = json!({ "minute": minute["id"], "words": words, "reason": "It was wrong." });
        assert_eq!(refused(&clerk, "recordMinuteCorrection", correction.clone()).await, ["words OUT_OF_RANGE"], "{words:?}");
        let approval = json!({ "meeting": former["id"], "at": later["id"], "minuteNumber": "69", "corrections": [correction] });
        assert_eq!(refused(&clerk, "approveMinutes", approval).await, ["corrections.0.words OUT_OF_RANGE"], "{words:?}");
    }
    for unsaid in ["\u{200b}", "\u{202e}", "\u{b}\u{85}"] {
        let correction = json!({ "minute": minute["id"], "words": "Something else.", "reason": unsaid });
        assert_eq!(refused(&clerk, "recordMinuteCorrection", correction).await, ["reason MISSING"], "{unsaid:?}");
    }
    assert_eq!(meeting_on(&clerk, "2009-11-03").await, former, "nothing was written");

    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let made = json!({ "body": board, "title": "Board", "heldOn": "2010-02-09" });
    let meeting = done(&officer, "createMeeting", made, "meeting { id }").await["meeting"]["id"].clone();
    let summary = json!({ "meeting": meeting, "words": "The grant is £1,000.", "address": "https://halton.example/summary" });
    done(&officer, "publishMeetingSummary", summary.clone(), "").await;
    for words in with_unseen("The grant is £1,000.") {
        let mut same = summary.clone();
        (same["words"], same["reason"]) = (json!(words), json!("It was wrong."));
        assert_eq!(refused(&officer, "replaceMeetingSummary", same).await, ["words OUT_OF_RANGE"], "{words:?}");
    }
    done(&officer, "publishMeetingPack", json!({ "meeting": meeting }), "").await;
    let again = json!({ "meeting": meeting, "reason": "\u{200b}\u{202e}" });
    assert_eq!(refused(&officer, "publishMeetingPack", again).await, ["reason MISSING"]);
}

async fn what_is_printed_within_a_line_is_one(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let called = |title: &str, agenda: Value| json!({ "body": board, "title": title, "heldOn": "2010-02-09", "agenda": agenda });
    for title in ["Board\nRejected", "Board\tmeeting", "Board \u{202e}gniteem", "Board\u{2028}meeting", "Board \u{2066}x\u{2069}"]
    {
        assert_eq!(refused(&officer, "createMeeting", called(title, json!([]))).await, ["title MALFORMED"], "{title:?}");
        let item = json!([{ "title": title, "exemption": title }]);
        let expected = ["agenda.0.title MALFORMED", "agenda.0.exemption MALFORMED"];
        assert_eq!(refused(&officer, "createMeeting", called("Board", item)).await, expected, "{title:?}");
    }
    for unsaid in [" ", "\u{b}", "\u{200b}\u{202e}", "\u{85}"] {
        let agenda = json!([{ "title": unsaid }]);
        let expected = ["title MISSING", "agenda.0.title MISSING"];
        assert_eq!(
            refused(&officer, "createMeeting", called(unsaid, agenda)).await,
            expected,
            "missing and nothing else: {unsaid:?}"
        );
    }
    let meeting = done(&officer, "createMeeting", called("Board", json!([])), "meeting { id }").await["meeting"]["id"].clone();
    let minute = |number: &str, words: &str| json!({ "meeting": meeting, "minuteNumber": number, "words": words });
    assert_eq!(refused(&officer, "recordMeetingDecision", minute("\u{200b}", "Noted.")).await, ["minuteNumber MISSING"]);
    assert_eq!(refused(&officer, "recordMeetingDecision", minute("9", "\u{202e}.detoN")).await, ["words MALFORMED"]);
    done(&officer, "recordMeetingDecision", minute("9", "Noted:\n\n- one\n- two"), "").await;
}

async fn a_minute_s_number_is_one_however_many_zeros_stand_before_it(app: TestApp) {
    handed_in(&app, "halton", "FY2009-Q3").await;
    handed_in(&app, "warrington", "FY2009-Q3").await;
    let clerk = app.sign_in("authority.clerk").await;
    let (former, later) = (meeting_on(&clerk, "2009-11-03").await, meeting_on(&clerk, "2010-02-09").await);
    let minute = |meeting: &Value, number: &str| json!({ "meeting": meeting["id"], "minuteNumber": number, "words": "Noted." });
    done(&clerk, "recordMeetingDecision", minute(&later, "069"), "").await;
    for number in ["69", "069", "0069", " 69"] {
        assert_eq!(
            refused(&clerk, "recordMeetingDecision", minute(&later, number)).await,
            ["minuteNumber DUPLICATE"],
            "{number:?}"
        );
    }
    let approval = json!({ "meeting": former["id"], "at": later["id"], "minuteNumber": "69" });
    assert_eq!(refused(&clerk, "approveMinutes", approval).await, ["minuteNumber DUPLICATE"]);
    // Another meeting of the body and year goes on where the one before ended; the number of a minute of last year's is free.
    for (number, expected) in [("51", &["minuteNumber DUPLICATE"][..]), ("0051", &["minuteNumber DUPLICATE"]), ("34", &[])] {
        assert_eq!(refused(&clerk, "recordMeetingDecision", minute(&later, number)).await, expected, "{number}");
    }
    // Several returns stand under one minute, however its number is written.
    let receipt = |area: &str, number: &str| json!({ "return": return_id(area, "FY2009-Q3"), "metOn": "2010-02-09", "minuteNumber": number });
    let fields = "quarterlyReturn { submission { minute { id } } }";
    let first = done(&clerk, "acceptQuarterlyReturn", receipt("halton", "71"), fields).await;
    let second = done(&clerk, "acceptQuarterlyReturn", receipt("warrington", "071"), fields).await;
    assert_eq!(first, second);
    let other = body(&clerk, AUTHORITY, "audit-committee").await;
    let keeper = app.sign_in("authority.audit-committee-clerk").await;
    let made = json!({ "body": other, "title": "Audit Committee", "heldOn": "2010-02-09" });
    let audit = done(&keeper, "createMeeting", made, "meeting { id }").await["meeting"].clone();
    done(&keeper, "recordMeetingDecision", minute(&audit, "69"), "").await;
}
