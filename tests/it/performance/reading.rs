//! How a partnership is doing, and why: colours, reasons, direction, progress and roll-up as an officer of Halton sees them on
//! 9 February 2010. The expected figures were worked out by hand from the agreed points.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{TestApp, day};

both_dbs!(
    each_colour_follows_from_the_agreed_path_and_the_tolerance,
    what_has_no_colour_says_why,
    direction_of_travel_keeps_movement_and_judgement_apart,
    progress_runs_from_the_baseline_to_the_target,
    an_outlook_stands_beside_the_computed_colour,
    the_roll_up_s_sentence_is_the_count_of_the_lines,
    an_earlier_day_shows_what_was_known_then,
    a_day_that_has_not_come_is_refused,
    a_period_can_be_asked_for_by_its_code,
);

const LINES: &str = "query ($asAt: Date) { tenant(by: { slug: \"halton\" }, asAt: $asAt) { reportedOn agreement {
    rollUp { total blue green amber red notRated notRatedReasons { reason count } summary }
    indicators(first: 100) { totalCount nodes { code reviewGroup
        status { colour notRated reason actual expected shortfall amberWidth overdueDays period { code } policy { name version kind } }
        direction { words movement judgement notComparable comparator change comparedWith { code } }
        progress { share rewardShare }
        target { trajectory }
        outlook { judgement leaning optimismGap rationale colour }
        observations { totalCount } } } } } }";

/// The lines of Halton's agreement by code, and the agreement itself.
async fn lines(app: &TestApp, as_at: Option<&str>) -> (BTreeMap<String, Value>, Value) {
    let answer = app.sign_in("halton.performance-officer").await.ask(LINES, json!({ "asAt": as_at })).await;
    let nodes = answer.list("/tenant/agreement/indicators/nodes").iter();
    let lines = nodes.map(|line| (line["code"].as_str().unwrap().to_owned(), line.clone())).collect();
    (lines, answer.data("/tenant").clone())
}

fn close(value: &Value, expected: f64) -> bool {
    value.as_f64().is_some_and(|value| (value - expected).abs() < 0.000_001)
}

async fn each_colour_follows_from_the_agreed_path_and_the_tolerance(app: TestApp) {
    let (lines, _) = lines(&app, None).await;
    // Code, colour, actual, expected, shortfall, width of amber.
    let worked_out = [
        // Three quarters of 14.00 a year, lower is better: 0.64 below; five per cent of 10.50 is amber.
        ("NI 16", "GREEN", 9.86, 10.5, -0.64, 0.525),
        // Three quarters of 8.40: 0.21 above, within five per cent of 6.30.
        ("NI 20", "AMBER", 6.51, 6.3, 0.21, 0.315),
        // From 28.0 to 24.0 over eight quarters, three of which have passed: 2.6 above 26.5.
        ("NI 32", "RED", 29.1, 26.5, 2.6, 1.325),
        // From 31.2 to 29.0 over twelve quarters, five of which have passed: red by two thousandths.
        ("NI 153", "RED", 31.8, 30.283_333, 1.516_667, 1.514_167),
        // The last value is held until the year ends (STEP), higher is better.
        ("NI 142", "GREEN", 98.1, 97.8, -0.3, 4.89),
        // A quarter of the agreed improvement from 30.5 to 35.0 would be amber.
        ("NI 192", "GREEN", 33.4, 32.1875, -1.2125, 1.125),
        // One per cent of 810 is 8.1 and 15 are missing: amber only because it is no worse than the 770 of a year before.
        ("NI 123", "AMBER", 795.0, 810.0, 15.0, 8.1),
    ];
    for (code, colour, actual, expected, shortfall, amber) in worked_out {
        let status = &lines[code]["status"];
        assert_eq!(status["colour"], colour, "{code}: {status:#}");
        assert_eq!(status["notRated"], Value::Null);
        for (field, figure) in [("actual", actual), ("expected", expected), ("shortfall", shortfall), ("amberWidth", amber)] {
            assert!(close(&status[field], figure), "{code}.{field}: {status:#}");
        }
        let reason = status["reason"].as_str().unwrap();
        let policy = &status["policy"];
        assert!(reason.to_uppercase().starts_with(colour), "the word goes with the colour: {reason}");
        assert!(reason.contains(policy["name"].as_str().unwrap()), "the policy is named: {reason}");
        assert!(
            reason.contains("agreed by the Performance and Standards Group on 14 January 2009"),
            "by whom and when: {reason}"
        );
    }
    let kind = |code: &str| lines[code]["status"]["policy"]["kind"].clone();
    assert_eq!((kind("NI 192"), kind("NI 123")), (json!("PERCENT_OF_IMPROVEMENT"), json!("HAVERING")));
    assert_eq!(lines["NI 142"]["target"]["trajectory"], "STEP");
    assert!(lines["NI 123"]["status"]["reason"].as_str().unwrap().contains("770"), "what it was no worse than");
}

async fn what_has_no_colour_says_why(app: TestApp) {
    let (lines, _) = lines(&app, None).await;
    let expected = [
        ("NI 7", "NO_TARGET"),
        ("NI 17", "NO_BASELINE"),
        ("NI 5", "OUT_OF_RANGE"),
        ("NI 111", "NO_DATA"),
        ("NI 150", "SUPPRESSED"),
        ("NI 40", "SERIES_BREAK"),
        ("NI 175", "STALE"),
        ("NI 186", "ZERO_TARGET_NEEDS_ABSOLUTE_TOLERANCE"),
    ];
    for (code, why) in expected {
        let status = &lines[code]["status"];
        assert_eq!((&status["colour"], &status["notRated"]), (&json!("NOT_RATED"), &json!(why)), "{code}: {status:#}");
        assert!(status["reason"].as_str().unwrap().starts_with("Not rated: "), "{code}: {status:#}");
    }
    assert_eq!(lines["NI 111"]["status"]["overdueDays"], 10, "due on 30 January 2010");
    assert_eq!(lines["NI 150"]["status"]["actual"], Value::Null, "what is held back isn't shown beside its reason");
    assert!(lines["NI 175"]["status"]["reason"].as_str().unwrap().contains("315 days"), "{:#}", lines["NI 175"]["status"]);
    // Every line without a colour has one of the reasons, and none of the others has.
    for (code, line) in &lines {
        let status = &line["status"];
        assert_eq!(status["colour"] == "NOT_RATED", status["notRated"].is_string(), "{code}: {status:#}");
    }
}

async fn direction_of_travel_keeps_movement_and_judgement_apart(app: TestApp) {
    let (lines, _) = lines(&app, None).await;
    let direction = |code: &str| lines[code]["direction"].clone();
    let rising = direction("NI 32");
    assert_eq!(
        (&rising["movement"], &rising["judgement"], &rising["words"]),
        (&json!("UP"), &json!("WORSE"), &json!("Up, worse"))
    );
    assert_eq!((&rising["comparator"], &rising["comparedWith"]["code"]), (&json!("SAME_PERIOD_LAST_YEAR"), &json!("FY2008-Q3")));
    assert_eq!(direction("NI 16")["words"], "Down, better");
    assert_eq!(direction("NI 80")["words"], "Up, better");
    assert_eq!(direction("NI 80")["comparator"], "PREVIOUS_PERIOD", "yearly figures are compared with the year before");
    assert_eq!(direction("NI 8")["words"], "Down, worse");
    assert_eq!(direction("NI 8")["comparator"], "PREVIOUS_WAVE");
    let alone = direction("NI 142");
    assert_eq!((&alone["movement"], &alone["judgement"], &alone["change"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(alone["notComparable"], "NO_PRIOR");
    assert!(alone["words"].as_str().unwrap().starts_with("Not comparable: "), "{alone:#}");
    // Green and still getting worse, or red and getting better, are told apart: colour and direction are two things.
    for (code, line) in &lines {
        let direction = &line["direction"];
        assert_eq!(direction["movement"].is_null(), direction["notComparable"].is_string(), "{code}: {direction:#}");
    }
}

async fn progress_runs_from_the_baseline_to_the_target(app: TestApp) {
    let (lines, _) = lines(&app, None).await;
    // (33.4 - 30.5) / (35.0 - 30.5): past the sixty per cent at which reward begins.
    assert!(close(&lines["NI 192"]["progress"]["share"], 0.644_444), "{:#}", lines["NI 192"]["progress"]);
    assert!(close(&lines["NI 192"]["progress"]["rewardShare"], 0.644_444));
    // (44.1 - 40.2) / (47.0 - 40.2): short of it, so nothing.
    assert!(close(&lines["NI 80"]["progress"]["share"], 0.573_529), "{:#}", lines["NI 80"]["progress"]);
    assert!(close(&lines["NI 80"]["progress"]["rewardShare"], 0.0));
    // (29.1 - 28.0) / (24.0 - 28.0): backwards.
    assert!(close(&lines["NI 32"]["progress"]["share"], -0.275), "{:#}", lines["NI 32"]["progress"]);
    assert!(close(&lines["NI 32"]["progress"]["rewardShare"], 0.0));
    // The target slows a rise and lies on the worse side of the baseline: there is no way from one to the other.
    assert_eq!(lines["NI 39"]["progress"], Value::Null);
    assert_eq!(lines["NI 17"]["progress"], Value::Null, "no baseline");
}

async fn an_outlook_stands_beside_the_computed_colour(app: TestApp) {
    let (lines, _) = lines(&app, None).await;
    let outlook = |code: &str, field: &str| lines[code]["outlook"][field].clone();
    // Likely to be met, say the officers; red, say the figures.
    assert_eq!(lines["NI 32"]["status"]["colour"], "RED");
    assert_eq!((outlook("NI 32", "judgement"), outlook("NI 32", "colour")), (json!("LIKELY"), json!("GREEN")));
    assert_eq!((outlook("NI 32", "leaning"), outlook("NI 32", "optimismGap")), (json!("OPTIMISTIC"), json!(2)));
    assert!(outlook("NI 32", "rationale").as_str().unwrap().contains("1 March 2010"), "it names the day that will close the gap");
    assert_eq!((outlook("NI 39", "leaning"), outlook("NI 39", "optimismGap")), (json!("OPTIMISTIC"), json!(1)));
    assert_eq!((outlook("NI 16", "leaning"), outlook("NI 16", "optimismGap")), (json!("AGREEING"), json!(0)));
    assert_eq!((outlook("NI 33", "leaning"), outlook("NI 33", "optimismGap")), (json!("CAUTIOUS"), json!(-1)));
    assert_eq!(lines["NI 8"]["outlook"], Value::Null, "nobody has said");
}

async fn the_roll_up_s_sentence_is_the_count_of_the_lines(app: TestApp) {
    let (lines, tenant) = lines(&app, None).await;
    let roll_up = &tenant["agreement"]["rollUp"];
    let count = |colour: &str| lines.values().filter(|line| line["status"]["colour"] == colour).count();
    assert_eq!((lines.len(), &roll_up["total"]), (34, &json!(34)));
    for (field, colour) in [("blue", "BLUE"), ("green", "GREEN"), ("amber", "AMBER"), ("red", "RED"), ("notRated", "NOT_RATED")] {
        assert_eq!(roll_up[field], count(colour), "{colour}");
    }
    let mut reasons = BTreeMap::<&str, u64>::new();
    for line in lines.values() {
        if let Some(reason) = line["status"]["notRated"].as_str() {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let told: BTreeMap<&str, u64> = roll_up["notRatedReasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|counted| (counted["reason"].as_str().unwrap(), counted["count"].as_u64().unwrap()))
        .collect();
    assert_eq!(told, reasons);
    let summary = roll_up["summary"].as_str().unwrap();
    let (green, amber, red, not_rated) = (count("GREEN"), count("AMBER"), count("RED"), count("NOT_RATED"));
    let begins = format!("{green} green, {amber} amber, {red} red, {not_rated} not rated (15 no target, ");
    assert!(summary.starts_with(&begins), "{summary}");
    assert!(green > 0 && amber > 0 && red > 0);
    // The themes' roll-ups add up to the agreement's.
    let query =
        "{ tenant(by: { slug: \"halton\" }) { agreement { themes { nodes { rollUp { total green amber red notRated } } } } } }";
    let answer = app.sign_in("halton.board-member").await.ask(query, json!({})).await;
    let themes = answer.list("/tenant/agreement/themes/nodes");
    for field in ["total", "green", "amber", "red", "notRated"] {
        let sum: u64 = themes.iter().map(|theme| theme["rollUp"][field].as_u64().unwrap()).sum();
        assert_eq!(roll_up[field], sum, "{field}");
    }
}

async fn an_earlier_day_shows_what_was_known_then(app: TestApp) {
    let figures = |lines: &BTreeMap<String, Value>| -> u64 {
        lines.values().map(|line| line["observations"]["totalCount"].as_u64().unwrap()).sum()
    };
    let (today, tenant) = lines(&app, None).await;
    assert_eq!(tenant["reportedOn"], "2010-02-09");
    let (october, tenant) = lines(&app, Some("2009-10-01")).await;
    assert_eq!(tenant["reportedOn"], "2009-10-01");
    assert!(figures(&october) < figures(&today), "{} figures then, {} now", figures(&october), figures(&today));
    assert!(october["NI 32"]["outlook"].is_null(), "the outlook was stated in February 2010");
    assert_ne!(october["NI 16"]["status"]["period"]["code"], "FY2009-Q3", "its third quarter hadn't ended");
    // Before anything was agreed or recorded nothing has a colour, and nothing fails.
    let (early, tenant) = lines(&app, Some("2008-05-01")).await;
    assert_eq!((&tenant["agreement"]["rollUp"]["green"], &tenant["agreement"]["rollUp"]["red"]), (&json!(0), &json!(0)));
    assert!(figures(&early) < figures(&october));
    // What is shown for a day stays what it was, whatever the day on which it is asked.
    app.clock().set_business_date(day("2010-06-30"));
    let (again, _) = lines(&app, Some("2009-10-01")).await;
    assert_eq!(again, october);
}

async fn a_day_that_has_not_come_is_refused(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for (as_at, is_refused) in [("2010-02-10", true), ("9999-12-31", true), ("2010-02-09", false)] {
        let answer = officer.ask(LINES, json!({ "asAt": as_at })).await;
        assert_eq!(answer.error_codes() == ["BAD_USER_INPUT"], is_refused, "{as_at}: {answer}");
        assert_eq!(answer.value("/tenant").is_null(), is_refused);
    }
}

async fn a_period_can_be_asked_for_by_its_code(app: TestApp) {
    let query = "query ($period: String!) { tenant(by: { slug: \"halton\" }) { agreement { rollUp(period: $period) { total summary }
        indicators(filter: { codes: [\"NI 16\"] }) { nodes {
            status(period: $period) { colour actual expected period { code } } direction(period: $period) { period { code } } } } } } }";
    let officer = app.sign_in("halton.performance-officer").await;
    let second = officer.ask(query, json!({ "period": "FY2009-Q2" })).await;
    let status = second.data("/tenant/agreement/indicators/nodes/0/status");
    assert_eq!(status["period"]["code"], "FY2009-Q2");
    assert!(close(&status["expected"], 7.0), "half of 14.00 a year: {status:#}");
    assert_eq!(second.data("/tenant/agreement/indicators/nodes/0/direction/period/code"), "FY2009-Q2");
    for nonsense in ["", "FY2009-Q5", "soon"] {
        let answer = officer.ask(query, json!({ "period": nonsense })).await;
        assert!(answer.error_codes().iter().all(|code| code == "BAD_USER_INPUT") && !answer.errors().is_empty(), "{answer}");
    }
}
