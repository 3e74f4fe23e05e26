//! Two agreements race for the same headroom: exactly one of them gets it, however often it is tried, and numbers have no gaps.

use serde_json::json;
use tests::both_dbs;
use tests::support::{Probe, TestApp};

use super::fixtures::{agree, conditions, line, mutate, spending};

both_dbs!(of_two_that_race_for_the_same_headroom_exactly_one_succeeds);

/// Names how often two race, such as 1000.
const RACES: &str = "CONCORDAT_RACES";

fn races() -> usize {
    std::env::var(RACES).ok().and_then(|races| races.parse().ok()).unwrap_or(20)
}

async fn of_two_that_race_for_the_same_headroom_exactly_one_succeeds(app: TestApp) {
    let (one, other) = (app.sign_in("halton.lead-member").await, app.sign_in("halton.lead-member").await);
    // £10,000, of which nothing is committed; the budget has £25,000 in all.
    let wanted = || spending(&line("cdrp-halton-2009/1"), 6000);
    let races = races();
    for race in 0..races {
        let (first, second) = futures::join!(agree(&one, wanted()), agree(&other, wanted()));
        let decided: Vec<_> = [&first, &second]
            .into_iter()
            .filter_map(|answer| answer.value("/agreeExpenditure/decision/id").as_str().map(str::to_owned))
            .collect();
        let refused: Vec<_> = [&first, &second].into_iter().flat_map(conditions).collect();
        assert_eq!((decided.len(), &refused[..]), (1, &["ABOVE_LINE".to_owned()][..]), "race {race}: {first}\n{second}");
        let input = json!({ "decision": decided[0], "reason": "The next race needs it." });
        let answer = mutate(&one, "revokeCommitment", input, "decision { committed line { headroom } }").await;
        assert_eq!(
            answer.data("/revokeCommitment/decision"),
            &json!({ "committed": 0, "line": { "headroom": 10000 } }),
            "{answer}"
        );
    }
    let probe = Probe::open(app.database()).await;
    let numbers = probe
        .rows("SELECT CAST(d.number AS text) AS shown FROM decision AS d WHERE d.financial_year = 'FY2009' ORDER BY d.number")
        .await;
    let expected: Vec<String> = (1..=races + 3).map(|number| number.to_string()).collect();
    assert_eq!(numbers.concat(), expected, "the demonstration's three, and one for each race");
    probe.close().await;
}
