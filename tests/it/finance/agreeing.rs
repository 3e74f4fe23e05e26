//! The six conditions of delegated agreement, asked over HTTP: what is met is decided and numbered, what isn't is refused with its
//! condition, and nothing is written.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{TestApp, day};

use super::fixtures::{
    MAY_I, agree, body, change, conditions, everything, line, mutate, objective, organisation, priority, spending, tenant,
};

both_dbs!(
    a_member_agrees_to_the_last_penny_and_no_further,
    each_condition_refuses_by_itself_and_nothing_is_written,
    one_may_ask_beforehand_with_as_much_as_one_knows,
    amounts_that_are_no_money_are_refused_by_their_field,
    figures_are_read_exactly_or_not_at_all,
    the_office_counts_on_its_last_day_and_not_the_day_after,
    interests_are_declared_or_the_decision_is_another_s,
    an_interest_isn_t_passed_by_by_leaving_out_who_is_paid,
    what_an_agreement_leaves_is_told_with_it,
    what_is_told_of_a_refusal_helps_whoever_asked,
    nobody_spends_from_a_budget_of_their_own_making,
    only_the_lead_member_agrees_and_only_at_home,
    priorities_and_plans_are_agreed_with_regard_to_the_policing_plan,
);

async fn a_member_agrees_to_the_last_penny_and_no_further(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let answer = agree(&member, spending(&line("hsp-2009/1"), 8399.99)).await;
    let decided = answer.data("/agreeExpenditure/decision");
    assert_eq!(decided["reference"], "2009/10, decision 4", "after the demonstration's three: {answer}");
    assert_eq!((&decided["amount"], &decided["committed"]), (&json!(8399.99), &json!(8399.99)));
    assert_eq!(decided["minuteReference"], "Engagement Committee 24 November 2008, minute 34");
    assert_eq!(decided["instrumentNumber"], 2);
    assert_eq!(decided["regardedObjectives"], json!(["Objective 3"]));
    assert_eq!(decided["priorities"]["nodes"], json!([{ "name": "A Safer Halton" }]));
    assert_eq!(decided["line"]["headroom"], 0.01);
    let answer = agree(&member, spending(&line("hsp-2009/1"), 0.02)).await;
    assert_eq!(conditions(&answer), ["ABOVE_LINE"], "{answer}");
    assert_eq!(answer.user_errors("/agreeExpenditure")[0]["code"], "OUTSIDE_DELEGATION");
    assert_eq!(answer.user_errors("/agreeExpenditure")[0]["field"], json!(["amount"]));
    let answer = agree(&member, spending(&line("hsp-2009/1"), "0.01")).await;
    assert_eq!(answer.data("/agreeExpenditure/decision/number"), 5, "{answer}");
    assert_eq!(answer.data("/agreeExpenditure/decision/line/headroom"), 0);
}

async fn each_condition_refuses_by_itself_and_nothing_is_written(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let change = |name: &str, amount: i32, field: &str, value: Value| {
        let mut input = spending(&line(name), amount);
        input[field] = value;
        input
    };
    let on = |name: &str, spend_on: &str| change(name, 100, "spendOn", json!(spend_on));
    let before = everything(&app).await;
    for (condition, input) in [
        ("ABOVE_LINE", spending(&line("hsp-2009/1"), 8400.01)),
        ("LINE_CLOSED", spending(&line("hsp-2009/3"), 100)),
        ("NO_AGREED_BUDGET", on("hsp-2010/1", "2010-05-01")),
        ("NO_AGREED_BUDGET", on("hsp-2009/1", "2010-04-01")),
        ("NO_AGREED_BUDGET", on("hsp-2009/1", "2011-04-01")),
        ("BUDGET_CLOSED", on("hsp-2008/1", "2009-03-31")),
        ("OTHER_YEAR", on("hsp-2008/1", "2009-04-01")),
        ("NO_PRIORITY", change("hsp-2009/1", 100, "priorities", json!([]))),
        ("NO_REGARD", change("hsp-2009/1", 100, "policingPlanRegard", json!({}))),
        ("NO_REGARD", change("hsp-2009/1", 100, "policingPlanRegard", json!({ "noneRelevantBecause": "  " }))),
        (
            "PREJUDICIAL_INTEREST",
            change("hsp-2009/1", 100, "interest", json!({ "kind": "PREJUDICIAL", "description": "My firm." })),
        ),
    ] {
        let answer = agree(&member, input.clone()).await;
        assert_eq!(conditions(&answer), [condition], "{input}: {answer}");
        assert_eq!(answer.value("/agreeExpenditure/decision"), &Value::Null);
        assert_eq!(answer.user_errors("/agreeExpenditure")[0]["code"], "OUTSIDE_DELEGATION");
        // Asked beforehand the same rule answers the same.
        let asked = member.ask(MAY_I, json!({ "expenditure": input })).await;
        assert_eq!(asked.data("/tenant/mayIAgree"), answer.value("/agreeExpenditure/answer"), "{condition}");
    }
    // With what can't be read, each problem has its field.
    for (field, code, input) in [
        ("priorities.0", "OUT_OF_RANGE", change("hsp-2009/1", 1, "priorities", json!([priority("halton", "halton-laa-2006/5")]))),
        ("priorities.0", "NOT_FOUND", change("hsp-2009/1", 1, "priorities", json!([priority("warrington", "warrington-laa/1")]))),
        ("purpose", "MISSING", change("hsp-2009/1", 1, "purpose", json!(" "))),
        ("interest.description", "MISSING", change("hsp-2009/1", 1, "interest", json!({ "kind": "PERSONAL" }))),
        (
            "policingPlanRegard",
            "MALFORMED",
            change(
                "hsp-2009/1",
                1,
                "policingPlanRegard",
                json!({ "objectives": [objective()], "noneRelevantBecause": "It isn't." }),
            ),
        ),
        ("line", "NOT_FOUND", spending(&line("hsp-2009/9"), 1)),
    ] {
        let answer = agree(&member, input).await;
        let errors = answer.user_errors("/agreeExpenditure");
        assert_eq!(crate::performance::fixtures::fields(errors), [field], "{answer}");
        assert_eq!(crate::performance::fixtures::codes(errors), [code]);
    }
    assert_eq!(everything(&app).await, before, "nothing was written, not even an act");
}

async fn one_may_ask_beforehand_with_as_much_as_one_knows(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let before = everything(&app).await;
    let ask = async |expenditure: Value| member.ask(MAY_I, json!({ "expenditure": expenditure })).await;
    let answer = ask(json!({ "line": line("hsp-2009/1"), "amount": 8400 })).await;
    let said = answer.data("/tenant/mayIAgree");
    assert_eq!(
        said["sentence"],
        "Within your delegation (Engagement Committee 24 November 2008, minute 34): £8,400 of £30,000 remains on line 1 (Safer neighbourhoods). \
         Before you can agree it, state what it is for, which priorities it serves, what regard was had to the Policing Plan and whether you \
         have an interest in it."
    );
    assert_eq!(said["canBeAgreed"], false, "it is within, and something has to be stated yet");
    assert_eq!((&said["isWithin"], &said["headroom"], &said["agreed"]), (&json!(true), &json!(8400), &json!(30000)));
    assert_eq!(said["stillNeeded"], json!(["PURPOSE", "PRIORITIES", "POLICING_PLAN_REGARD", "INTEREST"]));
    assert_eq!(said["referral"], Value::Null);
    let outside = json!({ "line": line("hsp-2009/1"), "amount": 12000, "purpose": "A second advocate", "draftReferral": true });
    let answer = ask(outside).await;
    let said = answer.data("/tenant/mayIAgree");
    assert_eq!(said["isWithin"], false);
    let referral = said["referral"].as_str().unwrap();
    for words in ["To the Engagement Committee", "£12,000", "A second advocate", "£8,400 of £30,000"] {
        assert!(referral.contains(words), "{words}: {referral}");
    }
    // Whoever may see the budget may ask, and is told that it isn't theirs to agree.
    let officer = app.sign_in("halton.performance-officer").await;
    let answer = officer.ask(MAY_I, json!({ "expenditure": { "line": line("hsp-2009/1"), "amount": 1 } })).await;
    assert_eq!(answer.data("/tenant/mayIAgree/refusals/0/condition"), "NOT_LEAD_MEMBER");
    let stranger = app.sign_in("warrington.performance-officer").await;
    let answer = stranger.ask(MAY_I, json!({ "expenditure": { "line": line("hsp-2009/1"), "amount": 1 } })).await;
    assert_eq!(answer.error_codes(), ["NOT_FOUND"]);
    assert_eq!(everything(&app).await, before, "asking writes nothing");
}

async fn amounts_that_are_no_money_are_refused_by_their_field(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let before = everything(&app).await;
    for (amount, code) in [
        (json!(0), "OUT_OF_RANGE"),
        (json!(-1), "OUT_OF_RANGE"),
        (json!("-0.01"), "OUT_OF_RANGE"),
        (json!("0.001"), "MALFORMED"),
        (json!(12.345), "MALFORMED"),
        (json!("1000000000.01"), "OUT_OF_RANGE"),
        (json!("8400.000000000000000000000001"), "MALFORMED"),
    ] {
        let answer = agree(&member, spending(&line("hsp-2009/1"), amount.clone())).await;
        let error = &answer.user_errors("/agreeExpenditure")[0];
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &json!(["amount"])), "{amount}: {answer}");
        let asked = member.ask(MAY_I, json!({ "expenditure": { "line": line("hsp-2009/1"), "amount": amount } })).await;
        assert_eq!(asked.errors()[0]["extensions"]["argument"], "expenditure.amount", "{asked}");
    }
    assert_eq!(everything(&app).await, before);
}

async fn an_interest_isn_t_passed_by_by_leaving_out_who_is_paid(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let input = json!({ "tenant": tenant("halton"), "description": "Trustee", "organisation": organisation("cen"), "isPrejudicial": true });
    mutate(&member, "registerInterest", input, "interest { id }").await;
    let before = everything(&app).await;
    let answer = agree(&member, spending(&line("hsp-2009/1"), 100)).await;
    let error = &answer.user_errors("/agreeExpenditure")[0];
    assert_eq!((&error["code"], &error["field"]), (&json!("MISSING"), &json!(["recipient"])), "{answer}");
    let asked = member.ask(MAY_I, json!({ "expenditure": spending(&line("hsp-2009/1"), 100) })).await;
    assert_eq!(asked.data("/tenant/mayIAgree/stillNeeded"), &json!(["RECIPIENT"]), "{asked}");
    assert_eq!(everything(&app).await, before);
    let mut named = spending(&line("hsp-2009/1"), 100);
    named["recipient"] = json!(organisation("halton-bc"));
    assert!(agree(&member, named).await.data("/agreeExpenditure/decision").is_object());
    let by_the_line = agree(&member, spending(&line("hsp-2009/2"), 100)).await;
    assert!(by_the_line.data("/agreeExpenditure/decision").is_object(), "the line names who does the work");
}

async fn what_an_agreement_leaves_is_told_with_it(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let mut input = spending(&line("hsp-2009/1"), 6000);
    input["idempotencyKey"] = json!("six-thousand");
    for _ in 0..2 {
        let answer = agree(&member, input.clone()).await;
        let told = answer.data("/agreeExpenditure/answer");
        assert_eq!(
            (&told["isWithin"], &told["headroom"], &told["committed"]),
            (&json!(true), &json!(2400), &json!(27600)),
            "{answer}"
        );
        let sentence = told["sentence"].as_str().unwrap_or_default();
        assert!(sentence.ends_with(": £2,400 of £30,000 remains on line 1 (Safer neighbourhoods)."), "{sentence}");
    }
}

async fn what_is_told_of_a_refusal_helps_whoever_asked(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let ask = async |change: &dyn Fn(&mut Value)| {
        let mut input = spending(&line("hsp-2009/1"), 100);
        input["draftReferral"] = json!(true);
        change(&mut input);
        member.ask(MAY_I, json!({ "expenditure": input })).await.data("/tenant/mayIAgree").clone()
    };
    let words = |said: &Value| said["sentence"].as_str().unwrap_or_default().to_owned();
    // What only has to be filled in is nothing for a committee.
    let unfilled = ask(&|input| input["priorities"] = json!([])).await;
    assert_eq!((&unfilled["isWithin"], &unfilled["referral"]), (&json!(false), &Value::Null));
    assert!(!words(&unfilled).contains("refer it to the Engagement Committee"), "{unfilled}");
    // Another year's headroom is none.
    let other_year = ask(&|input| input["spendOn"] = json!("2010-04-01")).await;
    assert!(
        words(&other_year).contains("refer it to the Engagement Committee") && !words(&other_year).contains("remains"),
        "{other_year}"
    );
    // Whoever may not read the Authority's instruments isn't told that there is none.
    let officer = app.sign_in("halton.performance-officer").await;
    let said = officer.ask(MAY_I, json!({ "expenditure": spending(&line("hsp-2009/1"), 100) })).await;
    let conditions: Vec<&Value> = said.list("/tenant/mayIAgree/refusals").iter().map(|refusal| &refusal["condition"]).collect();
    assert_eq!(conditions, ["NOT_LEAD_MEMBER"], "{said}");
}

async fn figures_are_read_exactly_or_not_at_all(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let before = everything(&app).await;
    for amount in ["1_000", "1e3", "1E3", "+5", " 5 ", "8,400", ".5", "5.", "8400.0000000000000000000000000000001", "0x10", ""] {
        let answer = agree(&member, spending(&line("hsp-2009/1"), amount)).await;
        assert_eq!(answer.error_codes(), ["BAD_USER_INPUT"], "{amount:?}: {answer}");
    }
    assert_eq!(everything(&app).await, before);
    assert!(agree(&member, spending(&line("hsp-2009/1"), "100.50")).await.data("/agreeExpenditure/decision").is_object());
}

/// The lead member's appointment on a body of Halton's ends.
async fn ends(app: &TestApp, body: &str, last: &str) {
    let of = "person_id IN (SELECT person_id FROM account WHERE email LIKE 'halton.lead-member@%')";
    let sql = format!(
        "UPDATE appointment SET to_on = '{last}' WHERE {of} AND body_id IN (SELECT id FROM body WHERE reference IN ({body}))"
    );
    change(app, &sql).await;
}

async fn the_office_counts_on_its_last_day_and_not_the_day_after(app: TestApp) {
    ends(&app, "'hsp'", "2010-02-09").await;
    let member = app.sign_in("halton.lead-member").await;
    let answer = agree(&member, spending(&line("hsp-2009/1"), 100)).await;
    assert_eq!(answer.data("/agreeExpenditure/decision/number"), 4, "the last day counts: {answer}");
    app.clock().set_business_date(day("2010-02-10"));
    let member = app.sign_in("halton.lead-member").await;
    let before = everything(&app).await;
    let answer = agree(&member, spending(&line("hsp-2009/1"), 100)).await;
    assert_eq!(conditions(&answer), ["NOT_LEAD_MEMBER"], "for the others she still is: {answer}");
    let answer = agree(&member, spending(&line("cdrp-halton-2009/1"), 100)).await;
    assert_eq!(answer.data("/agreeExpenditure/decision/number"), 5, "{answer}");
    assert_ne!(everything(&app).await, before);
    // Once nothing is left in Halton, she only reads there, as a member of the Authority.
    ends(&app, "'hsp', 'cdrp-halton', 'ct-halton'", "2010-02-10").await;
    app.clock().set_business_date(day("2010-02-11"));
    let member = app.sign_in("halton.lead-member").await;
    let before = everything(&app).await;
    let answer = agree(&member, spending(&line("cdrp-halton-2009/1"), 100)).await;
    assert_eq!(answer.user_errors("/agreeExpenditure")[0]["code"], "FORBIDDEN", "{answer}");
    assert_eq!(everything(&app).await, before);
}

async fn interests_are_declared_or_the_decision_is_another_s(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let halton = tenant("halton");
    let register = async |organisation_name: &str, is_prejudicial: bool| {
        let input = json!({ "tenant": halton, "description": "Trustee", "organisation": organisation(organisation_name),
            "isPrejudicial": is_prejudicial });
        mutate(&member, "registerInterest", input, "interest { id isPrejudicial organisation { reference } declaredOn }").await
    };
    let answer = register("cen", false).await;
    assert_eq!(answer.data("/registerInterest/interest/declaredOn"), "2010-02-09", "{answer}");
    let to = |recipient: &str, interest: Value| {
        let mut input = spending(&line("hsp-2009/1"), 100);
        input["recipient"] = json!(organisation(recipient));
        input["interest"] = interest;
        input
    };
    let none = json!({ "kind": "NONE" });
    let personal = json!({ "kind": "PERSONAL", "description": "I am one of its trustees." });
    assert_eq!(conditions(&agree(&member, to("cen", none.clone())).await), ["UNDECLARED_INTEREST"]);
    // It bears on what goes to that organisation, and on nothing else.
    assert!(agree(&member, to("halton-bc", none.clone())).await.data("/agreeExpenditure/decision").is_object());
    let answer = agree(&member, to("cen", personal.clone())).await;
    assert_eq!(answer.data("/agreeExpenditure/decision/interest"), "PERSONAL", "{answer}");
    let id = register("cen", true).await.text("/registerInterest/interest/id").to_owned();
    assert_eq!(conditions(&agree(&member, to("cen", personal.clone())).await), ["PREJUDICIAL_INTEREST"]);
    let answer = mutate(&member, "closeInterest", json!({ "interest": id }), "interest { endsOn }").await;
    assert_eq!(answer.data("/closeInterest/interest/endsOn"), "2010-02-09", "{answer}");
    assert_eq!(
        conditions(&agree(&member, to("cen", personal.clone())).await),
        ["PREJUDICIAL_INTEREST"],
        "until the end of the day"
    );
    app.clock().set_business_date(day("2010-02-10"));
    let member = app.sign_in("halton.lead-member").await;
    assert!(agree(&member, to("cen", personal)).await.data("/agreeExpenditure/decision").is_object());
}

async fn nobody_spends_from_a_budget_of_their_own_making(app: TestApp) {
    let whose = "(SELECT person_id FROM account WHERE email LIKE 'halton.lead-member@%')";
    let acts = "(SELECT agreed_act_id FROM budget WHERE financial_year = 'FY2009')";
    change(&app, &format!("UPDATE act SET person_id = {whose} WHERE id IN {acts}")).await;
    let member = app.sign_in("halton.lead-member").await;
    let answer = agree(&member, spending(&line("hsp-2009/1"), 100)).await;
    assert_eq!(conditions(&answer), ["SET_THE_BUDGET"], "{answer}");
}

async fn only_the_lead_member_agrees_and_only_at_home(app: TestApp) {
    for (office, code) in [
        ("halton.performance-officer", "FORBIDDEN"),
        ("halton.board-member", "FORBIDDEN"),
        ("warrington.lead-member", "FORBIDDEN"),
        ("authority.treasurer", "FORBIDDEN"),
        ("warrington.performance-officer", "NOT_FOUND"),
        ("former.lead-member", "NOT_FOUND"),
    ] {
        let answer = agree(&app.sign_in(office).await, spending(&line("hsp-2009/1"), 100)).await;
        assert_eq!(answer.user_errors("/agreeExpenditure")[0]["code"], code, "{office}: {answer}");
    }
}

async fn priorities_and_plans_are_agreed_with_regard_to_the_policing_plan(app: TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let plan = |regard: Value| {
        json!({ "body": body("cdrp-halton"), "kind": "STRATEGIC_PLAN", "title": "Community safety plan 2010-13",
            "statement": "Arson and night-time violence come first.", "priorities": [priority("halton", "halton-laa-2008/5")],
            "policingPlanRegard": regard, "interest": { "kind": "NONE" } })
    };
    let selection =
        "decision { reference kind subject statement amount line { name } minuteReference instrumentNumber regardedObjectives }
        refusals { condition }";
    let before = everything(&app).await;
    let answer = mutate(&member, "approvePartnershipPlan", plan(json!({ "objectives": [] })), selection).await;
    assert_eq!(answer.data("/approvePartnershipPlan/refusals"), &json!([{ "condition": "NO_REGARD" }]), "{answer}");
    assert_eq!(answer.user_errors("/approvePartnershipPlan")[0]["code"], "OUTSIDE_DELEGATION");
    assert_eq!(everything(&app).await, before);
    let answer = mutate(&member, "approvePartnershipPlan", plan(json!({ "objectives": [objective()] })), selection).await;
    let decided = answer.data("/approvePartnershipPlan/decision");
    assert_eq!((&decided["reference"], &decided["kind"]), (&json!("2009/10, decision 4"), &json!("STRATEGIC_PLAN")), "{answer}");
    assert_eq!((&decided["amount"], &decided["line"], &decided["instrumentNumber"]), (&Value::Null, &Value::Null, &json!(1)));
    assert_eq!(decided["minuteReference"], "Engagement Committee 24 November 2008, minute 34");
    let officer = app.sign_in("halton.performance-officer").await;
    let answer = mutate(&officer, "approvePartnershipPlan", plan(json!({ "objectives": [] })), selection).await;
    assert_eq!(answer.user_errors("/approvePartnershipPlan")[0]["code"], "FORBIDDEN");
}
