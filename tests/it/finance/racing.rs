//! Two agreements race for the same headroom: exactly one of them gets it, however often it is tried, and numbers have no gaps.

use serde_json::json;
use tests::both_dbs;
use tests::support::{Probe, TestApp};

use super::fixtures::{agree, body, conditions, line, mutate, spending};

both_dbs!(
    of_two_that_race_for_the_same_headroom_exactly_one_succeeds,
    of_a_decision_and_a_revision_that_race_for_a_line_s_money_one_comes_first,
    a_draft_that_is_being_agreed_isn_t_replaced_at_the_same_moment,
);

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

async fn of_a_decision_and_a_revision_that_race_for_a_line_s_money_one_comes_first(app: TestApp) {
    use api::graphql::relay::NodeKind;
    let (member, board) = (app.sign_in("halton.lead-member").await, app.sign_in("halton.psg-member").await);
    let officer = app.sign_in("halton.performance-officer").await;
    let arson = line("cdrp-halton-2009/1");
    let lowered = |amount: i32| {
        json!({ "budget": super::fixtures::node(NodeKind::Budget, "halton", "budget", "cdrp-halton-2009"),
        "reason": "Race", "lines": [{ "line": arson, "amount": amount }] })
    };
    let draft = async |amount: i32| {
        let drawn = mutate(&officer, "submitBudgetRevision", lowered(amount), "revision { id }").await;
        json!({ "revision": drawn.text("/submitBudgetRevision/revision/id"), "minuteReference": "minute 6" })
    };
    let fields = "revision { status }";
    let mut firsts = [0, 0];
    for race in 0..races() {
        // £10,000 are there: the revision leaves £5,000, the decision takes £6,000.
        let approval = draft(5000).await;
        let (decided, revised) =
            futures::join!(agree(&member, spending(&arson, 6000)), mutate(&board, "approveBudgetRevision", approval, fields),);
        let outcomes = (
            decided.value("/agreeExpenditure/decision").is_object(),
            revised.value("/approveBudgetRevision/revision").is_object(),
        );
        assert!(outcomes.0 != outcomes.1, "one of them, race {race}: {decided}\n{revised}");
        if outcomes.0 {
            let codes = crate::performance::fixtures::codes(revised.user_errors("/approveBudgetRevision"));
            assert_eq!(codes, ["OUT_OF_RANGE"], "race {race}");
            let input = json!({ "decision": decided.text("/agreeExpenditure/decision/id"), "reason": "The next race needs it." });
            let freed = mutate(&member, "revokeCommitment", input, "decision { line { headroom } }").await;
            assert_eq!(freed.data("/revokeCommitment/decision/line/headroom"), 10000, "race {race}");
        } else {
            assert_eq!(conditions(&decided), ["ABOVE_LINE"], "race {race}");
            let back = mutate(&board, "approveBudgetRevision", draft(10000).await, fields).await;
            assert_eq!(back.data("/approveBudgetRevision/revision/status"), "IN_FORCE", "race {race}");
        }
        firsts[usize::from(outcomes.1)] += 1;
    }
    eprintln!("the decision came first {} times, the revision {} times", firsts[0], firsts[1]);
}

async fn a_draft_that_is_being_agreed_isn_t_replaced_at_the_same_moment(app: TestApp) {
    let (officer, board) = (app.sign_in("halton.performance-officer").await, app.sign_in("halton.psg-member").await);
    for year in 2030..2042 {
        let draft = |total: i32, version: i32| {
            json!({ "body": body("ct-halton"), "year": format!("FY{year}"), "total": total, "source": "Report 7",
                "lines": [{ "name": "Youth work", "amount": total }], "expectedVersion": version })
        };
        let drawn = mutate(&officer, "setBudget", draft(100, 0), "budget { id }").await;
        let id = drawn.text("/setBudget/budget/id");
        let approval = json!({ "budget": id, "minuteReference": "minute 4", "expectedVersion": 1 });
        let (agreed, replaced) = futures::join!(
            mutate(&board, "approveBudget", approval, "budget { status total }"),
            mutate(&officer, "setBudget", draft(999, 1), "budget { status total }"),
        );
        let outcomes = (agreed.value("/approveBudget/budget").is_object(), replaced.value("/setBudget/budget").is_object());
        assert!(outcomes.0 != outcomes.1, "one of them, {year}: {agreed}\n{replaced}");
        let refused = if outcomes.0 { replaced.user_errors("/setBudget") } else { agreed.user_errors("/approveBudget") };
        let codes = crate::performance::fixtures::codes(refused);
        assert_eq!(codes, [if outcomes.0 { "LOCKED" } else { "STALE_VERSION" }], "{year}");
        let standing = "query ($year: String!) { tenant(by: { slug: \"halton\" }) { budgets(filter: { year: $year }) { nodes { status total } } } }";
        let standing = officer.ask(standing, json!({ "year": format!("FY{year}") })).await;
        let expected =
            if outcomes.0 { json!([{ "status": "AGREED", "total": 100 }]) } else { json!([{ "status": "DRAFT", "total": 999 }]) };
        assert_eq!(standing.data("/tenant/budgets/nodes"), &expected, "{year}");
    }
}
