//! Whether Halton's priority wards catch up: the partnership's own vectors, and what must not be shown.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{TestApp, answer::Answer, app::Actor};

use super::fixtures::{counted, left_the_set, line};

both_dbs!(
    halton_levelled_up_by_22_per_cent_between_2007_and_2008,
    the_usual_earlier_period_is_the_year_before,
    a_small_count_is_withheld_with_whatever_would_give_it_away,
    members_are_those_of_the_day_that_is_shown,
    without_an_earlier_figure_it_says_why_not,
    another_tenants_set_is_not_there,
);

const GAP: &str = "query ($id: ID!, $set: AreaSetBy!, $period: String, $since: String) { node(id: $id) { ... on AgreementIndicator {
    closingTheGap(areaSet: $set, period: $period, since: $since) {
        areaSet { name } isIllustrative sentence now { ...picture } earlier { ...picture }
        toBorough { ...gap } toRestOfBorough { ...gap } boroughToNation { ...gap } toNation { ...gap } } } } }
    fragment picture on GapPicture { period { code } set { ...figure } members { ...figure } borough { ...figure } restOfBorough { ...figure } nation { ...figure } }
    fragment figure on GapFigure { area { reference } value numerator denominator status isWithheld missing missingSentence }
    fragment gap on GapComparison { absolute relative earlierAbsolute earlierRelative missing change closedPercent verdict quality changeMissing sentence }";

const HERE: &str = "/node/closingTheGap";

async fn unemployment(actor: &Actor) -> String {
    line(actor, "halton", "halton-laa-2006", "UNEMPLOYMENT", "halton").await
}

async fn gap(actor: &Actor, line: &str, period: Option<&str>, since: Option<&str>) -> Answer {
    let set = json!({ "reference": "halton-priority-wards" });
    actor.ask(GAP, json!({ "id": line, "set": set, "period": period, "since": since })).await
}

fn figure(answer: &Answer, pointer: &str) -> f64 {
    answer.data(&format!("{HERE}{pointer}")).as_f64().unwrap_or_else(|| panic!("no figure at {pointer}: {answer}"))
}

/// To four places, as the vectors are printed.
fn four(answer: &Answer, pointer: &str) -> f64 {
    (figure(answer, pointer) * 10_000.0).round() / 10_000.0
}

fn at<'a>(answer: &'a Answer, pointer: &str) -> &'a Value {
    answer.data(&format!("{HERE}{pointer}"))
}

async fn halton_levelled_up_by_22_per_cent_between_2007_and_2008(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = unemployment(&officer).await;
    let answer = gap(&officer, &line, Some("FY2008"), Some("FY2007")).await;
    // 1,730 and then 1,540 of 24,000, pooled: the mean of the six rates of 2007/08 would be 7.2106.
    assert_eq!((four(&answer, "/earlier/set/value"), four(&answer, "/now/set/value")), (7.2083, 6.4167));
    assert_eq!((at(&answer, "/now/set/numerator"), at(&answer, "/now/set/denominator")), (&json!(1_540), &json!(24_000)));
    assert_eq!(
        (at(&answer, "/now/members").as_array().map(Vec::len), at(&answer, "/now/members/0/isWithheld")),
        (Some(6), &json!(false))
    );
    assert_eq!((four(&answer, "/earlier/borough/value"), four(&answer, "/now/borough/value")), (4.75, 4.5));
    assert_eq!((four(&answer, "/earlier/restOfBorough/value"), four(&answer, "/now/restOfBorough/value")), (3.4674, 3.5));
    assert_eq!((at(&answer, "/now/nation/area/reference"), four(&answer, "/now/nation/value")), (&json!("england"), 5.0));

    assert_eq!((four(&answer, "/toBorough/earlierAbsolute"), four(&answer, "/toBorough/absolute")), (2.4583, 1.9167));
    assert_eq!((four(&answer, "/toBorough/earlierRelative"), four(&answer, "/toBorough/relative")), (1.5175, 1.4259));
    assert_eq!(four(&answer, "/toBorough/change"), -0.5417);
    assert_eq!((figure(&answer, "/toBorough/closedPercent") * 100.0).round() / 100.0, 22.03);
    assert_eq!(
        (at(&answer, "/toBorough/verdict"), at(&answer, "/toBorough/quality")),
        (&json!("NARROWING"), &json!("LEVELLING_UP"))
    );
    assert_eq!((four(&answer, "/toRestOfBorough/earlierAbsolute"), four(&answer, "/toRestOfBorough/absolute")), (3.7409, 2.9167));
    assert_eq!(at(&answer, "/toRestOfBorough/quality"), "LEVELLING_UP");
    assert_eq!((four(&answer, "/boroughToNation/absolute"), four(&answer, "/toNation/absolute")), (-0.5, 1.4167));
    let sentence = "Priority wards against Halton, 2007/08 to 2008/09 (narrowing): a gap of 2.458 became 1.917, 22.0% of it closed; \
                    the priority side improved.";
    assert_eq!(at(&answer, "/sentence"), sentence);
    assert_eq!(at(&answer, "/isIllustrative"), true);
}

async fn the_usual_earlier_period_is_the_year_before(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = unemployment(&officer).await;
    let answer = gap(&officer, &line, None, None).await;
    assert_eq!((at(&answer, "/now/period/code"), at(&answer, "/earlier/period/code")), (&json!("FY2008"), &json!("FY2007")));
    let backwards = gap(&officer, &line, Some("FY2007"), Some("FY2008")).await;
    assert_eq!(backwards.error_codes(), ["BAD_USER_INPUT"]);
}

async fn a_small_count_is_withheld_with_whatever_would_give_it_away(app: TestApp) {
    // In 2008/09 three people in Kingsway; the next smallest, Riverside with 251, has to go with it.
    counted(&app, "halton", "1139", (3, 3_850)).await;
    let officer = app.sign_in("halton.performance-officer").await;
    let line = unemployment(&officer).await;
    let answer = gap(&officer, &line, Some("FY2008"), Some("FY2007")).await;
    let members = at(&answer, "/now/members").as_array().expect("a list");
    let withheld: Vec<&str> = members
        .iter()
        .filter(|member| member["isWithheld"] == true)
        .filter_map(|member| member["area"]["reference"].as_str())
        .collect();
    assert_eq!(withheld, ["ward-kingsway", "ward-riverside"]);
    for member in members.iter().filter(|member| member["isWithheld"] == true) {
        assert_eq!((&member["value"], &member["numerator"], &member["denominator"]), (&Value::Null, &Value::Null, &Value::Null));
        assert_eq!(member["missing"], "WITHHELD");
    }
    assert_eq!(at(&answer, "/now/set/numerator"), 1_324, "the set as a whole is large enough");

    // With all wards but one small, the set would give them away, and so would every gap that rests on it.
    for number in ["1135", "1136", "1137", "1138"] {
        counted(&app, "halton", number, (1, 4_000)).await;
    }
    let answer = gap(&officer, &line, Some("FY2008"), Some("FY2007")).await;
    for gap in ["toBorough", "toRestOfBorough", "toNation"] {
        assert_eq!(at(&answer, &format!("/{gap}/missing")), "WITHHELD", "{answer}");
        assert_eq!(at(&answer, &format!("/{gap}/absolute")), &Value::Null);
        assert_eq!(at(&answer, &format!("/{gap}/changeMissing")), "WITHHELD");
    }
    assert_eq!((at(&answer, "/now/set/isWithheld"), at(&answer, "/now/restOfBorough/isWithheld")), (&json!(true), &json!(true)));
    assert_eq!(four(&answer, "/boroughToNation/absolute"), -0.5, "what doesn't rest on the set is shown");
}

async fn members_are_those_of_the_day_that_is_shown(app: TestApp) {
    left_the_set(&app, "halton", "ward-appleton", "2009-12-31").await;
    let officer = app.sign_in("halton.performance-officer").await;
    let query = "query ($asAt: Date, $set: AreaSetBy!) { tenant(by: { slug: \"halton\" }, asAt: $asAt) {
        agreement(by: { reference: \"halton-laa-2006\" }) { indicators(filter: { codes: [\"UNEMPLOYMENT\"] }) { nodes {
        closingTheGap(areaSet: $set, period: \"FY2008\") { now { set { numerator } members { area { reference } } } } } } } } }";
    let pooled = async |as_at: &str| {
        let set = json!({ "reference": "halton-priority-wards" });
        let answer = officer.ask(query, json!({ "asAt": as_at, "set": set })).await;
        answer.data("/tenant/agreement/indicators/nodes/0/closingTheGap/now/set/numerator").clone()
    };
    assert_eq!(pooled("2009-12-31").await, 1_540);
    assert_eq!(pooled("2010-01-01").await, 1_260);
}

async fn without_an_earlier_figure_it_says_why_not(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let employed = unemployment(&officer).await;
    let answer = gap(&officer, &employed, Some("FY2007"), None).await;
    assert_eq!(four(&answer, "/toBorough/absolute"), 2.4583);
    assert_eq!(
        (at(&answer, "/toBorough/verdict"), at(&answer, "/toBorough/changeMissing")),
        (&Value::Null, &json!("MEMBER_MISSING"))
    );
    assert_eq!(at(&answer, "/earlier/borough/missingSentence"), "No figure can be given, because a figure is missing.");
    let inactive = line(&officer, "halton", "halton-laa-2006", "ECON-INACTIVE", "halton").await;
    let answer = gap(&officer, &inactive, Some("FY2007"), None).await;
    assert_eq!(at(&answer, "/toBorough/missing"), "MEMBER_MISSING");
    assert!(answer.text(&format!("{HERE}/sentence")).ends_with("no gap can be given, because an area of the set has no figure."));
}

async fn another_tenants_set_is_not_there(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let sets = officer.ask("{ tenant(by: { slug: \"halton\" }) { areaSets { nodes { id } } } }", Value::Null).await;
    let id = sets.data("/tenant/areaSets/nodes/0/id").clone();
    let stranger = app.sign_in("warrington.performance-officer").await;
    let theirs = line(&stranger, "warrington", "warrington-laa", "NI 16", "warrington").await;
    for set in [json!({ "id": id }), json!({ "reference": "halton-priority-wards" })] {
        let answer = stranger.ask(GAP, json!({ "id": theirs, "set": set })).await;
        assert_eq!((answer.value(HERE), answer.error_codes()), (&Value::Null, vec!["NOT_FOUND".to_owned()]), "{answer}");
    }
    let halton = unemployment(&officer).await;
    assert_eq!(gap(&stranger, &halton, None, None).await.value("/node"), &Value::Null);
}
