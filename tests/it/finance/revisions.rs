//! An agreed budget is revised within its year: figures go by the version in force, earlier ones stay readable, and no revision takes
//! away what is committed.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, TestApp, app::day};

use super::fixtures::{MAY_I, agree, conditions, everything, line, mutate, node, spending};
use api::graphql::relay::NodeKind;

both_dbs!(
    money_moves_between_lines_and_decisions_go_by_the_version_in_force,
    what_an_agreed_revision_takes_later_can_t_be_committed_until_then,
    a_line_isn_t_lowered_below_what_is_committed_or_was_paid,
    a_line_is_opened_closed_and_added_by_a_revision,
    a_revision_is_drafted_and_agreed_by_different_people,
    a_revision_that_changes_nothing_is_refused,
    a_line_that_a_revision_adds_or_opens_later_isn_t_open_before_its_day,
    what_is_held_back_is_told_of_the_line_that_it_is_held_back_on,
);

const REVISION: &str = "revision { id number version status reason effectiveOn total agreedOn minuteReference
    lines { line { id } name formerly agreed standing } }";

fn budget(name: &str) -> String {
    node(NodeKind::Budget, "halton", "budget", name)
}

/// £2,000 from help for witnesses to arson reduction.
fn virement() -> Value {
    json!({ "budget": budget("cdrp-halton-2009"), "reason": "Fires are back in Runcorn.", "lines": [
        { "line": line("cdrp-halton-2009/1"), "amount": 12000 }, { "line": line("cdrp-halton-2009/2"), "amount": 13000 } ] })
}

async fn drafted(app: &TestApp, input: Value) -> Answer {
    mutate(&app.sign_in("halton.performance-officer").await, "submitBudgetRevision", input, REVISION).await
}

async fn agreed(app: &TestApp, drafted: &Answer) -> Answer {
    let input = json!({ "revision": drafted.text("/submitBudgetRevision/revision/id"), "minuteReference": "SSP 9 February 2010, minute 6" });
    mutate(&app.sign_in("halton.psg-member").await, "approveBudgetRevision", input, REVISION).await
}

fn problems(answer: &Answer, mutation: &str) -> Vec<(String, String)> {
    let errors = answer.user_errors(&format!("/{mutation}"));
    let fields = crate::performance::fixtures::fields(errors).into_iter().map(|field| field.to_string());
    fields.zip(crate::performance::fixtures::codes(errors).into_iter().map(ToString::to_string)).collect()
}

fn problem(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

/// The community safety partnership's budget for 2009/10, at the end of a day.
async fn shown(actor: &Actor, as_at: Value) -> Value {
    let query = "query ($asAt: Date) { tenant(by: { slug: \"halton\" }, asAt: $asAt) { budgets(filter: { year: \"FY2009\" }) { nodes { id total
        firstAgreedTotal headroom revision { number } revisions { nodes { number version status } }
        lines { nodes { number name agreed firstAgreed withheld headroom isOpen closedOn closingReason fromOn } } } } } }";
    let answer = actor.ask(query, json!({ "asAt": as_at })).await;
    let found = answer.list("/tenant/budgets/nodes").iter().find(|one| one["id"] == budget("cdrp-halton-2009"));
    found.cloned().unwrap_or_else(|| panic!("{answer}"))
}

fn of_lines(budget: &Value, field: &str) -> Vec<Value> {
    budget["lines"]["nodes"].as_array().unwrap().iter().map(|line| line[field].clone()).collect()
}

async fn money_moves_between_lines_and_decisions_go_by_the_version_in_force(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let arson = line("cdrp-halton-2009/1");
    let before = agree(&member, spending(&arson, 4000)).await;
    let draft = drafted(&app, virement()).await;
    let lines = draft.data("/submitBudgetRevision/revision/lines");
    assert_eq!((&lines[0]["formerly"], &lines[0]["agreed"]), (&json!(10000), &json!(12000)), "{draft}");
    assert_eq!((&lines[1]["formerly"], &lines[1]["agreed"]), (&json!(15000), &json!(13000)));
    assert_eq!(
        (draft.data("/submitBudgetRevision/revision/status"), draft.data("/submitBudgetRevision/revision/total")),
        (&json!("DRAFT"), &json!(25000))
    );
    assert_eq!(conditions(&agree(&member, spending(&arson, 8000)).await), ["ABOVE_LINE"], "a draft moves no money");
    let revision = agreed(&app, &draft).await;
    assert_eq!(revision.data("/approveBudgetRevision/revision/status"), "IN_FORCE", "{revision}");
    assert_eq!(revision.data("/approveBudgetRevision/revision/effectiveOn"), "2010-02-09");

    let may = member.ask(MAY_I, json!({ "expenditure": { "line": arson, "amount": 8000 } })).await;
    assert_eq!(
        (may.data("/tenant/mayIAgree/agreed"), may.data("/tenant/mayIAgree/headroom")),
        (&json!(12000), &json!(8000)),
        "{may}"
    );
    let after = agree(&member, spending(&arson, 8000)).await;
    assert_eq!(after.data("/agreeExpenditure/decision/line/headroom"), 0, "{after}");
    let own = member.ask(
        "query ($id: ID!) { node(id: $id) { ... on Decision { act { deed office } } } }",
        json!({ "id": after.text("/agreeExpenditure/decision/id") }),
    );
    assert_eq!(
        own.await.data("/node/act"),
        &json!({ "deed": "AGREE_EXPENDITURE", "office": "PARTNERSHIP_LEAD_MEMBER" }),
        "one's own act"
    );
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Decision { agreedOnLine budgetRevision { number } line { agreed } } } }";
    let ids = [before.text("/agreeExpenditure/decision/id"), after.text("/agreeExpenditure/decision/id")];
    let judged = member.ask(query, json!({ "ids": ids })).await;
    let expected = json!([{ "agreedOnLine": 10000, "budgetRevision": null, "line": { "agreed": 12000 } },
        { "agreedOnLine": 12000, "budgetRevision": { "number": 1 }, "line": { "agreed": 12000 } }]);
    assert_eq!(judged.data("/nodes"), &expected, "each keeps the figure by which it was judged");

    let today = shown(&member, Value::Null).await;
    assert_eq!((&today["total"], &today["revision"]["number"]), (&json!(25000), &json!(1)));
    assert_eq!(of_lines(&today, "agreed"), [12000, 13000]);
    assert_eq!(of_lines(&today, "firstAgreed"), [10000, 15000]);
    let yesterday = shown(&member, json!("2010-02-08")).await;
    assert_eq!((of_lines(&yesterday, "agreed"), &yesterday["revision"]), (vec![json!(10000), json!(15000)], &Value::Null));
    // The next revision starts from this one.
    let next =
        drafted(&app, json!({ "budget": budget("cdrp-halton-2009"), "reason": "A grant has come.", "total": 26000 })).await;
    assert_eq!(
        (next.data("/submitBudgetRevision/revision/number"), next.data("/submitBudgetRevision/revision/lines/0/formerly")),
        (&json!(2), &json!(12000))
    );
}

async fn what_an_agreed_revision_takes_later_can_t_be_committed_until_then(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let (arson, witnesses) = (line("cdrp-halton-2009/1"), line("cdrp-halton-2009/2"));
    let mut later = virement();
    later["effectiveOn"] = json!("2010-03-01");
    let revision = agreed(&app, &drafted(&app, later).await).await;
    assert_eq!(revision.data("/approveBudgetRevision/revision/status"), "AGREED", "{revision}");
    let may = |line: &str, amount: i32| json!({ "expenditure": { "line": line, "amount": amount } });
    let answer = member.ask(MAY_I, may(&witnesses, 14000)).await;
    assert_eq!(answer.data("/tenant/mayIAgree/refusals/0/condition"), "ABOVE_LINE", "{answer}");
    assert_eq!(
        (answer.data("/tenant/mayIAgree/agreed"), answer.data("/tenant/mayIAgree/headroom")),
        (&json!(15000), &json!(13000))
    );
    assert!(answer.text("/tenant/mayIAgree/sentence").contains("£2,000 is held back"), "{answer}");
    let answer = member.ask(MAY_I, may(&arson, 11000)).await;
    assert_eq!(answer.data("/tenant/mayIAgree/headroom"), 10000, "what it gives isn't there before its day: {answer}");
    let decided = agree(&member, spending(&witnesses, 13000)).await;
    assert_eq!(decided.data("/agreeExpenditure/decision/line/headroom"), 0, "{decided}");
    let budget = shown(&member, Value::Null).await;
    assert_eq!(of_lines(&budget, "withheld"), [0, 2000]);

    app.clock().set_business_date(day("2010-03-01"));
    let member = app.sign_in("halton.lead-member").await;
    let budget = shown(&member, Value::Null).await;
    assert_eq!(
        (of_lines(&budget, "agreed"), of_lines(&budget, "headroom")),
        (vec![json!(12000), json!(13000)], vec![json!(12000), json!(0)])
    );
    assert_eq!(budget["revisions"]["nodes"], json!([{ "number": 1, "version": 1, "status": "IN_FORCE" }]));
}

async fn a_line_isn_t_lowered_below_what_is_committed_or_was_paid(app: TestApp) {
    // £21,600 is committed on the first line.
    let lowered = |amount: Value| {
        json!({ "budget": budget("hsp-2009"), "reason": "Less is needed.",
        "lines": [{ "line": line("hsp-2009/1"), "amount": amount }] })
    };
    let answer = drafted(&app, lowered(json!(21599.99))).await;
    assert_eq!(problems(&answer, "submitBudgetRevision"), [problem("lines.0.amount", "OUT_OF_RANGE")], "{answer}");
    let message = answer.user_errors("/submitBudgetRevision")[0]["message"].as_str().unwrap();
    assert!(message.contains("Line 1 (Safer neighbourhoods)") && message.contains("£21,600"), "{message}");
    let mut less = lowered(json!(21600));
    less["total"] = json!(21599);
    assert_eq!(problems(&drafted(&app, less).await, "submitBudgetRevision"), [problem("total", "OUT_OF_RANGE")]);
    assert_eq!(problems(&drafted(&app, lowered(json!(21600))).await, "submitBudgetRevision"), []);

    // What is decided between the draft and its agreement counts, too.
    let draft = drafted(&app, lowered(json!(22000))).await;
    let member = app.sign_in("halton.lead-member").await;
    assert!(agree(&member, spending(&line("hsp-2009/1"), 1000)).await.value("/agreeExpenditure/decision").is_object());
    let refused = agreed(&app, &draft).await;
    assert_eq!(problems(&refused, "approveBudgetRevision"), [problem("revision", "OUT_OF_RANGE")], "{refused}");
    let message = refused.user_errors("/approveBudgetRevision")[0]["message"].as_str().unwrap();
    assert!(message.contains("Line 1 (Safer neighbourhoods)") && message.contains("£22,600"), "{message}");

    let before = everything(&app).await;
    let foreign = json!({ "budget": budget("hsp-2009"), "reason": " ", "effectiveOn": "2010-02-08",
        "lines": [{ "line": line("cdrp-halton-2009/1"), "amount": 5 }, { "line": line("hsp-2009/2") },
            { "line": line("hsp-2009/3"), "standing": "CLOSED" }], "newLines": [{ "name": "Safer neighbourhoods", "amount": 0 }] });
    assert_eq!(problems(&drafted(&app, foreign.clone()).await, "submitBudgetRevision"), [problem("reason", "MISSING")]);
    let mut stated = foreign;
    stated["reason"] = json!("Less is needed.");
    let expected = [
        problem("effectiveOn", "OUT_OF_RANGE"),
        problem("lines.0.line", "NOT_FOUND"),
        problem("lines.1.standing", "OUT_OF_RANGE"),
        problem("lines.2.standing", "OUT_OF_RANGE"),
        problem("newLines.0.name", "DUPLICATE"),
        problem("newLines.0.amount", "OUT_OF_RANGE"),
    ];
    assert_eq!(problems(&drafted(&app, stated).await, "submitBudgetRevision"), expected);
    assert_eq!(everything(&app).await, before);
}

async fn a_line_is_opened_closed_and_added_by_a_revision(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let engagement = line("hsp-2009/3");
    assert_eq!(conditions(&agree(&member, spending(&engagement, 100)).await), ["LINE_CLOSED"]);
    let input = json!({ "budget": budget("hsp-2009"), "reason": "The forums ask for it.", "lines": [
            { "line": engagement, "standing": "OPEN" }, { "line": line("hsp-2009/2"), "amount": 0, "standing": "CLOSED" } ],
        "newLines": [{ "name": "Fire-proof letter boxes", "amount": 20000, "fund": "LAA aligned budgets" }] });
    let draft = drafted(&app, input).await;
    assert_eq!(
        draft.data("/submitBudgetRevision/revision/lines/3"),
        &json!({ "line": null, "name": "Fire-proof letter boxes", "formerly": null,
        "agreed": 20000, "standing": null }),
        "{draft}"
    );
    let revision = agreed(&app, &draft).await;
    let added = revision.text("/approveBudgetRevision/revision/lines/3/line/id").to_owned();
    assert_eq!(conditions(&agree(&member, spending(&engagement, 100)).await), [""; 0]);
    assert_eq!(conditions(&agree(&member, spending(&line("hsp-2009/2"), 1)).await), ["LINE_CLOSED", "ABOVE_LINE"]);
    let decided = agree(&member, spending(&added, 20000)).await;
    assert_eq!(decided.data("/agreeExpenditure/decision/line/headroom"), 0, "{decided}");

    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on BudgetLine { number isOpen closedOn closingReason fromOn } } }";
    let ids = json!({ "ids": [line("hsp-2009/2"), engagement, added] });
    let lines = member.ask(query, ids).await;
    let expected = json!([
        { "number": 2, "isOpen": false, "closedOn": "2010-02-09", "closingReason": "The forums ask for it.", "fromOn": null },
        { "number": 3, "isOpen": true, "closedOn": null, "closingReason": null, "fromOn": null },
        { "number": 4, "isOpen": true, "closedOn": null, "closingReason": null, "fromOn": "2010-02-09" }]);
    assert_eq!(lines.data("/nodes"), &expected);
    let officer = app.sign_in("halton.performance-officer").await;
    let closing = mutate(&officer, "closeBudgetLine", json!({ "line": engagement, "reason": "Enough." }), "").await;
    assert_eq!(problems(&closing, "closeBudgetLine"), [problem("line", "LOCKED")], "its first closing stays readable: {closing}");
    // Yesterday the new line wasn't there.
    let query = "query ($day: Date) { tenant(by: { slug: \"halton\" }, asAt: $day) { budgets(filter: { year: \"FY2009\" }) { nodes { lines { nodes { name } } } } } }";
    let yesterday = member.ask(query, json!({ "day": "2010-02-08" })).await;
    assert!(!yesterday.body.to_string().contains("letter boxes"), "{yesterday}");
}

async fn a_revision_is_drafted_and_agreed_by_different_people(app: TestApp) {
    for office in ["halton.lead-member", "halton.psg-member", "halton.auditor"] {
        let answer = mutate(&app.sign_in(office).await, "submitBudgetRevision", virement(), "").await;
        assert_eq!(problems(&answer, "submitBudgetRevision"), [problem("", "FORBIDDEN")], "{office}");
    }
    let mut input = virement();
    input["expectedVersion"] = json!(0);
    let first = drafted(&app, input.clone()).await;
    assert_eq!(
        problems(&drafted(&app, input.clone()).await, "submitBudgetRevision"),
        [problem("expectedVersion", "STALE_VERSION")]
    );
    input["expectedVersion"] = json!(1);
    let second = drafted(&app, input).await;
    assert_eq!(
        (second.data("/submitBudgetRevision/revision/number"), second.data("/submitBudgetRevision/revision/version")),
        (&json!(1), &json!(2))
    );
    for office in ["halton.lead-member", "halton.performance-officer"] {
        let input = json!({ "revision": second.text("/submitBudgetRevision/revision/id"), "minuteReference": "minute 6" });
        let answer = mutate(&app.sign_in(office).await, "approveBudgetRevision", input, "").await;
        assert_eq!(problems(&answer, "approveBudgetRevision"), [problem("", "FORBIDDEN")], "{office}");
    }
    assert_eq!(
        problems(&agreed(&app, &first).await, "approveBudgetRevision"),
        [problem("revision", "LOCKED")],
        "it was replaced"
    );
    assert_eq!(problems(&agreed(&app, &second).await, "approveBudgetRevision"), []);
    assert_eq!(problems(&agreed(&app, &second).await, "approveBudgetRevision"), [problem("revision", "LOCKED")]);
    // Whoever drew it up agrees nothing from the budget, and doesn't agree it either, whatever else they hold.
    let mut back = virement();
    (back["lines"][0]["amount"], back["lines"][1]["amount"]) = (json!(10000), json!(15000));
    let third = drafted(&app, back).await;
    let officer = "(SELECT person_id FROM account WHERE email LIKE 'halton.performance-officer@%')";
    let change = async |office: &str| {
        let board = format!("(SELECT person_id FROM account WHERE email LIKE '{office}@%')");
        super::fixtures::change(&app, &format!("UPDATE appointment SET person_id = {officer} WHERE person_id = {board}")).await;
    };
    change("halton.psg-member").await;
    let both = app.sign_in("halton.performance-officer").await;
    let input = json!({ "revision": third.text("/submitBudgetRevision/revision/id"), "minuteReference": "minute 6" });
    let answer = mutate(&both, "approveBudgetRevision", input, "").await;
    assert_eq!(problems(&answer, "approveBudgetRevision"), [problem("revision", "SEPARATION_OF_DUTIES")], "{answer}");
    change("halton.lead-member").await;
    let all = app.sign_in("halton.performance-officer").await;
    assert_eq!(conditions(&agree(&all, spending(&line("cdrp-halton-2009/1"), 1)).await), ["SET_THE_BUDGET"]);
    // Drafts aren't revised, nor is what is closed.
    for (name, code) in [("hsp-2010", "LOCKED"), ("hsp-2008", "LOCKED")] {
        let input = json!({ "budget": budget(name), "reason": "Less is needed.", "total": 1 });
        assert_eq!(
            problems(&mutate(&all, "submitBudgetRevision", input, "").await, "submitBudgetRevision"),
            [problem("budget", code)],
            "{name}"
        );
    }
}

async fn a_revision_that_changes_nothing_is_refused(app: TestApp) {
    let before = everything(&app).await;
    let revision = |mut input: Value| {
        (input["budget"], input["reason"]) = (json!(budget("hsp-2009")), json!("The board asks for it."));
        input
    };
    for nothing in [
        json!({ "lines": [{ "line": line("hsp-2009/1"), "amount": 30000 }] }),
        json!({ "total": 60000 }),
        json!({ "total": 60000, "lines": [{ "line": line("hsp-2009/1"), "amount": 30000.00 }, { "line": line("hsp-2009/2"), "amount": 20000 }] }),
    ] {
        let answer = drafted(&app, revision(nothing.clone())).await;
        assert_eq!(problems(&answer, "submitBudgetRevision"), [problem("lines", "OUT_OF_RANGE")], "{nothing}: {answer}");
    }
    let answer = drafted(&app, revision(json!({}))).await;
    assert_eq!(
        problems(&answer, "submitBudgetRevision"),
        [problem("lines", "OUT_OF_RANGE")],
        "nothing is nothing, however it is said"
    );
    // A name that reads as another's is taken.
    let told_apart = ["safer neighbourhoods", "Safer neighbourhoods.", "SaferNeighbourhoods"];
    for name in
        ["Safer\u{200b} neighbourhoods", " Safer  neighbourhoods", "Safer\u{a0}neighbourhoods"].into_iter().chain(told_apart)
    {
        let answer = drafted(&app, revision(json!({ "newLines": [{ "name": name, "amount": 1 }] }))).await;
        assert_eq!(problems(&answer, "submitBudgetRevision"), [problem("newLines.0.name", "DUPLICATE")], "{name:?}");
    }
    // Nor does a letter of another script make a new one: this а is Cyrillic, this ο Greek.
    for (name, codes) in [
        ("Safer\nhomes", &["MALFORMED"][..]),
        ("S\u{430}fer neighbourhoods", &["DUPLICATE", "MALFORMED"]),
        ("Safer neighb\u{3bf}urhoods", &["DUPLICATE", "MALFORMED"]),
    ] {
        let answer = drafted(&app, revision(json!({ "newLines": [{ "name": name, "amount": 1 }] }))).await;
        let expected: Vec<_> = codes.iter().map(|code| problem("newLines.0.name", code)).collect();
        assert_eq!(problems(&answer, "submitBudgetRevision"), expected, "{name:?}");
    }
    assert_eq!(everything(&app).await, before);
    // A line that is opened changes something, whatever its figure.
    let opened = revision(json!({ "lines": [{ "line": line("hsp-2009/3"), "standing": "OPEN" }] }));
    assert_eq!(problems(&drafted(&app, opened).await, "submitBudgetRevision"), []);
}

/// A revision from today on.
fn revision_of(changes: &Value) -> Value {
    let mut input = json!({ "budget": budget("hsp-2009"), "reason": "The forums ask for it.", "effectiveOn": "2010-02-09" });
    input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    input
}

async fn a_line_that_a_revision_adds_or_opens_later_isn_t_open_before_its_day(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let input = json!({ "budget": budget("hsp-2009"), "reason": "The forums ask for it.", "effectiveOn": "2010-03-01",
        "lines": [{ "line": line("hsp-2009/3"), "standing": "OPEN" }], "newLines": [{ "name": "Fire-proof letter boxes", "amount": 20000 }] });
    let revision = agreed(&app, &drafted(&app, input).await).await;
    let lines = revision.list("/approveBudgetRevision/revision/lines");
    let added = lines.iter().find(|line| line["name"] == "Fire-proof letter boxes").expect("the new line")["line"]["id"].clone();
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on BudgetLine { agreed headroom isOpen opensOn } } }";
    let ids = json!({ "ids": [added, line("hsp-2009/3")] });
    // It stands among the budget's lines, from the day of its agreement on.
    let listed = "query ($id: ID!) { node(id: $id) { ... on Budget { lines { nodes { id agreed isOpen opensOn } } } } }";
    let listed = member.ask(listed, json!({ "id": budget("hsp-2009") })).await;
    let nodes = listed.list("/node/lines/nodes");
    let shown = nodes.iter().find(|line| line["id"] == added).unwrap_or_else(|| panic!("it is shown: {listed}"));
    assert_eq!((&shown["agreed"], &shown["isOpen"], &shown["opensOn"]), (&Value::Null, &json!(false), &json!("2010-03-01")));
    let earlier = "{ tenant(by: { slug: \"halton\" }, asAt: \"2010-02-08\") { budgets { nodes { lines { nodes { id } } } } } }";
    let earlier = member.ask(earlier, json!({})).await;
    assert!(!earlier.to_string().contains(added.as_str().unwrap()), "nobody knew of it the day before: {earlier}");
    let again = revision_of(&json!({ "lines": [{ "line": added, "standing": "OPEN" }] }));
    let again = drafted(&app, again).await;
    let faults = again.user_errors("/submitBudgetRevision");
    let standing =
        faults.iter().find(|fault| fault["field"] == json!(["lines", "0", "standing"])).unwrap_or_else(|| panic!("{again}"));
    let told = standing["message"].as_str().unwrap();
    assert!(told.contains("1 March 2010") && !told.contains("open already"), "{told}");
    let before = member.ask(query, ids.clone()).await;
    assert_eq!(before.data("/nodes/0"), &json!({ "agreed": null, "headroom": 0, "isOpen": false, "opensOn": "2010-03-01" }));
    assert_eq!((before.data("/nodes/1/isOpen"), before.data("/nodes/1/opensOn")), (&json!(false), &json!("2010-03-01")));
    for of in [added.as_str().unwrap().to_owned(), line("hsp-2009/3")] {
        let may = member.ask(MAY_I, json!({ "expenditure": { "line": of, "amount": 100 } })).await;
        assert_eq!(may.data("/tenant/mayIAgree/isWithin"), false, "{may}");
        assert_eq!(may.data("/tenant/mayIAgree/refusals/0/condition"), "LINE_NOT_YET_OPEN", "{may}");
        assert!(
            may.text("/tenant/mayIAgree/sentence")
                .contains("is open from 1 March 2010 on. What counts is the day of the decision"),
            "{may}"
        );
        let asked = agree(&member, spending(&of, 100)).await;
        assert_eq!(conditions(&asked), ["LINE_NOT_YET_OPEN"], "{asked}");
        assert_eq!(problems(&asked, "agreeExpenditure"), [problem("line", "OUTSIDE_DELEGATION")]);
    }
    app.clock().set_business_date(day("2010-03-01"));
    let member = app.sign_in("halton.lead-member").await;
    let after = member.ask(query, ids).await;
    assert_eq!(after.data("/nodes/0"), &json!({ "agreed": 20000, "headroom": 20000, "isOpen": true, "opensOn": null }));
    let decided = agree(&member, spending(added.as_str().unwrap(), 20000)).await;
    assert_eq!(decided.data("/agreeExpenditure/decision/line/headroom"), 0, "{decided}");
}

async fn what_is_held_back_is_told_of_the_line_that_it_is_held_back_on(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let (arson, witnesses) = (line("cdrp-halton-2009/1"), line("cdrp-halton-2009/2"));
    // £2,000 is taken from help for witnesses, and £1,000 more from the whole.
    let mut later = virement();
    (later["effectiveOn"], later["total"]) = (json!("2010-03-01"), json!(22000));
    agreed(&app, &drafted(&app, later).await).await;
    let sentence = async |line: &str, amount: i32| {
        let may = member.ask(MAY_I, json!({ "expenditure": { "line": line, "amount": amount } })).await;
        (may.data("/tenant/mayIAgree/refusals").clone(), may.text("/tenant/mayIAgree/sentence").to_owned())
    };
    let (_, told) = sentence(&witnesses, 1000).await;
    assert!(told.contains("£2,000 is held back on this line") && !told.contains("£3,000"), "{told}");
    let (_, told) = sentence(&arson, 1000).await;
    assert!(!told.contains("held back"), "nothing is taken from this line, and the whole has enough: {told}");
    let (refusals, told) = sentence(&witnesses, 14000).await;
    assert_eq!(told.matches("held back").count(), 1, "it is said once: {told}");
    assert!(
        refusals[0]["message"].as_str().unwrap().contains("£13,000 of £15,000 (£2,000 is held back on this line"),
        "{refusals}"
    );
    let (refusals, _) = sentence(&witnesses, 23000).await;
    assert!(
        refusals[1]["message"].as_str().unwrap().contains("£22,000 of £25,000 (£3,000 is held back of the budget in all"),
        "{refusals}"
    );
}
