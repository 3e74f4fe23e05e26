//! Files of figures: what goes out comes back without a change, and what can't come in is named by row and column.

use serde_json::{Value, json};
use tests::{
    both_dbs,
    support::{
        TestApp,
        answer::Answer,
        app::{Actor, day},
    },
};

use super::fixtures::tenant;

const IMPORT: &str = "mutation Import($input: ImportObservationsInput!) { importObservations(input: $input) { isCommitted
    preview { rows new unchanged changed duplicates rejected problems { line column code message } outliers { line value median message } }
    userErrors { code field message } } }";

const HEADER: &str = "indicator,area,period,value,source,note,status\n";

async fn import(actor: &Actor, csv: &str, commit: bool, reason: Option<&str>) -> Answer {
    let tenant = tenant(actor, "halton").await;
    actor.ask(IMPORT, json!({ "input": { "tenant": tenant, "csv": csv, "commit": commit, "reason": reason } })).await
}

async fn export(actor: &Actor, as_at: &str) -> Answer {
    let query = "query Export($asAt: Date!) { tenant(by: { slug: \"halton\" }, asAt: $asAt) { name observationsCsv } }";
    actor.ask(query, json!({ "asAt": as_at })).await
}

fn counts(answer: &Answer) -> [i64; 5] {
    let preview = answer.data("/importObservations/preview");
    ["rows", "new", "unchanged", "changed", "rejected"].map(|name| preview[name].as_i64().unwrap_or(-1))
}

/// Line, column and code of each problem.
fn problems(answer: &Answer) -> Vec<(i64, &str, &str)> {
    let list = answer.list("/importObservations/preview/problems");
    list.iter()
        .map(|problem| {
            (
                problem["line"].as_i64().unwrap_or(-1),
                problem["column"].as_str().unwrap_or(""),
                problem["code"].as_str().unwrap_or(""),
            )
        })
        .collect()
}

both_dbs!(
    what_was_exported_comes_back_without_a_change,
    a_file_brings_new_figures_and_revisions_with_a_reason,
    rows_that_cannot_come_in_are_named_as_a_spreadsheet_counts_them,
    a_text_like_a_formula_goes_out_guarded_and_comes_back_as_it_was,
    a_file_that_is_none_is_refused,
    a_figure_far_from_its_series_is_pointed_out,
    who_may_not_take_figures_out_gets_none,
);

async fn what_was_exported_comes_back_without_a_change(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let answer = export(&officer, "2010-02-09").await;
    let text = answer.text("/tenant/observationsCsv");
    let rows = i64::try_from(text.lines().count()).expect("a number") - 1;
    assert!(rows > 100, "{rows}");
    assert!(
        text.starts_with("indicator,gss_code,area,period,value,")
            && text.contains("\nhalton-pop,E06000006,halton,CHANGE-1991-2002,-6500,")
    );
    let back = import(&officer, text, true, None).await;
    assert_eq!(counts(&back), [rows, 0, rows, 0, 0], "{back}");
    assert_eq!(back.data("/importObservations/isCommitted"), true);
    assert_eq!(export(&officer, "2010-02-09").await.text("/tenant/observationsCsv"), text);
}

async fn a_file_brings_new_figures_and_revisions_with_a_reason(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    app.clock().set_business_date(day("2010-02-15"));
    let file = format!(
        "{HEADER}halton-ni-16,halton,FY2007-Q4,14.57,Return,,\nhalton-ni-32,halton,FY2009-Q2,27.4,Return,recounted,REVISED\n"
    );
    let looked_at = import(&officer, &file, false, None).await;
    assert_eq!((counts(&looked_at), looked_at.data("/importObservations/isCommitted")), ([2, 1, 0, 1, 0], &json!(false)));
    let refused = import(&officer, &file, true, None).await;
    assert_eq!(refused.data("/importObservations/userErrors/0/field"), &json!(["reason"]));
    assert_eq!(refused.data("/importObservations/isCommitted"), false);
    let before = export(&officer, "2010-02-15").await.text("/tenant/observationsCsv").to_owned();
    assert!(!before.contains("FY2007-Q4") && before.contains("halton-ni-32,E06000006,halton,FY2009-Q2,28.9,"));
    let taken = import(&officer, &file, true, Some("The return was corrected.")).await;
    assert_eq!(taken.data("/importObservations/isCommitted"), true, "{taken}");
    let after = export(&officer, "2010-02-15").await.text("/tenant/observationsCsv").to_owned();
    assert!(
        after.contains("halton-ni-32,E06000006,halton,FY2009-Q2,27.4,")
            && after.contains("halton-ni-16,E06000006,halton,FY2007-Q4,14.57,")
    );
    // A figure that was made up stays marked, since the file has no column to say otherwise; a new one isn't marked.
    let marked =
        |text: &str, start: &str| text.lines().find(|line| line.starts_with(start)).is_some_and(|line| line.ends_with(",true"));
    assert!(
        marked(&after, "halton-ni-32,E06000006,halton,FY2009-Q2,") && !marked(&after, "halton-ni-16,E06000006,halton,FY2007-Q4,")
    );
    let earlier = export(&officer, "2010-02-14").await;
    assert_eq!(earlier.text("/tenant/observationsCsv"), before);
    assert_eq!(counts(&import(&officer, &file, false, None).await), [2, 0, 2, 0, 0], "the same file again changes nothing");
}

async fn rows_that_cannot_come_in_are_named_as_a_spreadsheet_counts_them(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let file = format!(
        "{HEADER}halton-ni-16,halton,FY2007-Q4,14.57,Return,\"two\nlines\",\n\nno-such,atlantis,FY2007-Q4,1,Return,,\n\
         halton-ni-16,halton,FY2007-Q3,\"1,234\",Return,,\nhalton-ni-16,halton,FY2007-Q2,1,Return\nhalton-ni-16,halton,FY2007-Q4,3,Return,,\n\
         halton-ni-16,halton,FY2007-Q1,-1,,,GUESSED\nhalton-ni-16,halton,FY2007-Q1,-1,,,\n"
    );
    let refused = import(&officer, &file, true, None).await;
    let wanted = [
        (4, "indicator", "NOT_FOUND"),
        (4, "area", "NOT_FOUND"),
        (5, "value", "MALFORMED"),
        (6, "", "MALFORMED"),
        (7, "period", "DUPLICATE"),
        (8, "status", "MALFORMED"),
        (9, "period", "DUPLICATE"),
    ];
    assert_eq!(problems(&refused), wanted, "{refused}");
    assert_eq!(counts(&refused), [7, 1, 0, 0, 6]);
    assert_eq!(refused.data("/importObservations/isCommitted"), false);
    assert_eq!(refused.data("/importObservations/userErrors/0/field"), &json!(["csv", "4", "indicator"]));
    let text = export(&officer, "2010-02-09").await;
    assert!(!text.text("/tenant/observationsCsv").contains("FY2007-Q4"), "the good row isn't there either");
}

async fn a_text_like_a_formula_goes_out_guarded_and_comes_back_as_it_was(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let file =
        format!("{HEADER}halton-ni-16,halton,FY2007-Q4,14.57,@SUM(A1),=1+1,\nhalton-ni-16,halton,FY2007-Q3,10.9,'=x,'plain',\n");
    assert_eq!(import(&officer, &file, true, None).await.data("/importObservations/isCommitted"), true);
    let query = "{ tenant(by: { slug: \"halton\" }) { indicators(filter: { codes: [\"NI 16\"] }) { nodes {
        observations(filter: { period: \"FY2007-Q4\" }) { nodes { provenance { source note } } } } } } }";
    let stored = officer.ask(query, Value::Null).await;
    let provenance = stored.data("/tenant/indicators/nodes/0/observations/nodes/0/provenance");
    assert_eq!(provenance, &json!({ "source": "@SUM(A1)", "note": "=1+1" }));
    let out = export(&officer, "2010-02-09").await;
    let text = out.text("/tenant/observationsCsv");
    assert!(text.contains(",'=1+1,'@SUM(A1),false\n") && text.contains(",'plain','=x,false\n"), "{text}");
    let back = import(&officer, text, true, None).await;
    let [rows, _, unchanged, ..] = counts(&back);
    assert_eq!(rows, unchanged);
}

async fn a_file_that_is_none_is_refused(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for (file, code) in [
        ("", "MISSING"),
        (HEADER, "MISSING"),
        ("indicator,area,period,value,source,colour\nx,y,z,1,s,red\n", "MALFORMED"),
        ("indicator,area,period,value,source\nx,y,\"z,1,s\n", "MALFORMED"),
    ] {
        let answer = import(&officer, file, true, None).await;
        let errors = answer.user_errors("/importObservations");
        assert_eq!((errors[0]["code"].as_str(), &errors[0]["field"]), (Some(code), &json!(["csv"])), "{file:?}");
        assert_eq!(answer.value("/importObservations/preview"), &Value::Null);
    }
}

async fn a_figure_far_from_its_series_is_pointed_out(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    // Seven quarters of NI 32 are on record, from 27.1 to 29.1, around 28.0.
    let file = format!("{HEADER}halton-ni-32,halton,FY2007-Q4,82.0,Return,,\nhalton-ni-32,halton,FY2007-Q3,27.0,Return,,\n");
    let answer = import(&officer, &file, true, None).await;
    let outliers = answer.list("/importObservations/preview/outliers");
    assert_eq!(outliers.len(), 1, "{answer}");
    assert_eq!((&outliers[0]["line"], &outliers[0]["value"], &outliers[0]["median"]), (&json!(2), &json!(82), &json!(28)));
    assert_eq!(answer.data("/importObservations/isCommitted"), true, "a warning needs no acknowledgement");
}

async fn who_may_not_take_figures_out_gets_none(app: TestApp) {
    let member = app.sign_in("halton.board-member").await;
    let refused = export(&member, "2010-02-09").await;
    assert_eq!(refused.error_codes(), ["FORBIDDEN"]);
    assert_eq!(refused.value("/tenant/observationsCsv"), &Value::Null);
    assert!(refused.value("/tenant/name").is_string(), "what stands beside it is answered");
    let file = format!("{HEADER}halton-ni-16,halton,FY2007-Q4,14.57,Return,,\n");
    let answer = import(&member, &file, true, None).await;
    assert_eq!(answer.data("/importObservations/userErrors/0/code"), "FORBIDDEN");
    let analyst = app.sign_in("halton.partner-analyst").await;
    let foreign = format!("{HEADER}halton-ni-33,halton,FY2007-Q4,60,Return,,\n");
    assert_eq!(problems(&import(&analyst, &foreign, true, None).await), [(2, "indicator", "FORBIDDEN")]);
    assert_eq!(import(&analyst, &file, true, None).await.data("/importObservations/isCommitted"), true);
}
