//! Power BI and Excel speak OData: they read what there is, and ask for columns, rows and order by it.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Probe, TestApp};

use super::fixtures::{Got, get, get_with, publish, stored};

both_dbs!(
    a_service_tells_what_there_is,
    rows_are_chosen_ordered_and_cut,
    pages_lead_on_until_the_rows_change,
    rows_as_they_come_are_walked_to_their_end,
    rows_without_a_name_of_their_own_are_named_by_their_number,
    what_is_not_understood_is_refused_in_odata_s_manner,
    a_row_is_found_by_its_key,
    another_s_service_is_not_found,
    a_table_that_outgrows_its_room_is_refused,
    a_condition_that_takes_too_long_is_refused,
);

const ROOT: &str = "/odata/halton/";

async fn rows(app: &TestApp, actor: &Actor, query: &str) -> Vec<Value> {
    let got = get(app, actor, &format!("{ROOT}{query}")).await;
    assert_eq!(got.status, 200, "{query}: {}", got.text);
    got.json()["value"].as_array().unwrap().clone()
}

async fn a_service_tells_what_there_is(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let service = get(&app, &officer, ROOT).await;
    assert_eq!((service.status, service.header("odata-version")), (200, "4.0"));
    let context = format!("{}{ROOT}$metadata", app.url());
    assert_eq!(service.json()["@odata.context"], context);
    let sets = service.json();
    let names: Vec<&str> = sets["value"].as_array().unwrap().iter().map(|set| set["url"].as_str().unwrap()).collect();
    assert_eq!(names, ["agreement_lines", "area_comparison", "observations", "sharing_agreements", "theme_roll_up"]);
    assert_eq!(get(&app, &officer, "/odata/halton").await.json(), sets, "with or without its slash");

    let metadata = get(&app, &officer, &format!("{ROOT}$metadata")).await;
    assert_eq!(metadata.header("content-type"), "application/xml; charset=utf-8");
    for expected in [
        "<edmx:Edmx Version=\"4.0\"",
        "<EntityType Name=\"agreement_lines\"><Key><PropertyRef Name=\"line_id\"/></Key>",
        "<Property Name=\"value\" Type=\"Edm.Decimal\" Precision=\"28\" Scale=\"6\">",
        "<Property Name=\"period_end\" Type=\"Edm.Date\">",
        "<Property Name=\"period_end_ms\" Type=\"Edm.Int64\">",
        "<Property Name=\"is_illustrative\" Type=\"Edm.Boolean\">",
        // Whoever withholds has no line, so rows are named by their number.
        "<EntityType Name=\"area_comparison\"><Key><PropertyRef Name=\"row_number\"/></Key>",
        "<EntitySet Name=\"agreement_lines\" EntityType=\"Concordat.agreement_lines\">",
    ] {
        assert!(metadata.text.contains(expected), "{expected} in {}", metadata.text);
    }
    // Every column of the rows is among the properties.
    for name in names {
        let first = rows(&app, &officer, &format!("{name}?$top=1")).await;
        for column in first.iter().filter_map(Value::as_object).flat_map(|row| row.keys()) {
            assert!(metadata.text.contains(&format!("<Property Name=\"{column}\"")), "{name}.{column}");
        }
    }
}

async fn rows_are_chosen_ordered_and_cut(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let all = rows(&app, &officer, "agreement_lines").await;
    let plain = get(&app, &officer, "/v1/halton/queries/agreement-lines").await.rows();
    assert_eq!(all, plain, "the same rows as in every shape");
    let red = rows(&app, &officer, "agreement_lines?$filter=colour%20eq%20'RED'&$select=code,colour").await;
    assert!(!red.is_empty() && red.iter().all(|row| row["colour"] == "RED" && row.as_object().unwrap().len() == 2));
    assert_eq!(red.len(), all.iter().filter(|row| row["colour"] == "RED").count());
    let worst = rows(&app, &officer, "agreement_lines?$filter=shortfall%20ne%20null&$orderby=shortfall%20desc&$top=3").await;
    let mut shortfalls: Vec<f64> = all.iter().filter_map(|row| row["shortfall"].as_f64()).collect();
    shortfalls.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(worst.iter().map(|row| row["shortfall"].as_f64().unwrap()).collect::<Vec<_>>(), shortfalls[..3]);
    let late = "observations?$filter=period_end%20ge%202009-12-31%20and%20contains(code,'NI%20')%20and%20value%20gt%200&$count=true&$top=2";
    let got = get(&app, &officer, &format!("{ROOT}{late}")).await.json();
    assert_eq!(got["value"].as_array().unwrap().len(), 2);
    assert!(got["@odata.count"].as_u64().unwrap() > 2, "the count doesn't know of the cut: {got}");
    assert!(got.get("@odata.nextLink").is_none(), "whoever asked for two got two");
    let count = get(&app, &officer, &format!("{ROOT}observations/$count?$filter=code%20in%20('NI%2016','NI%2020')")).await;
    assert_eq!(count.header("content-type"), "text/plain; charset=utf-8");
    let there = rows(&app, &officer, "observations?$filter=code%20eq%20'NI%2016'%20or%20code%20eq%20'NI%2020'").await;
    assert_eq!(count.text, there.len().to_string());
    let skipped = rows(&app, &officer, "agreement_lines?$skip=30").await;
    assert_eq!(skipped, all[30..]);
    // The query's own parameters stand beside OData's.
    let earlier = rows(&app, &officer, "agreement_lines?asAt=2009-11-30&$filter=code%20eq%20'NI%2020'").await;
    assert_eq!(earlier[0]["period"], "FY2009-Q2");
}

async fn pages_lead_on_until_the_rows_change(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let all = rows(&app, &officer, "agreement_lines?$orderby=code").await;
    let page =
        async |address: &str| -> Got { get_with(&app, Some(&officer), address, &[("prefer", "odata.maxpagesize=10")]).await };
    let (mut address, mut collected) = (format!("{ROOT}agreement_lines?$orderby=code&$count=true"), Vec::new());
    let first = page(&address).await;
    assert_eq!(first.header("preference-applied"), "odata.maxpagesize=10");
    loop {
        let got = page(&address).await.json();
        assert_eq!(got["@odata.count"], 34);
        collected.extend(got["value"].as_array().unwrap().clone());
        match got["@odata.nextLink"].as_str() {
            Some(next) => address = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(collected, all);
    // A page isn't continued with rows that have moved.
    let next = first.json()["@odata.nextLink"].as_str().unwrap().to_owned();
    let halton = super::fixtures::tenant(&officer, "halton").await;
    let figure = json!({ "indicator": { "reference": "halton-ni-53" }, "area": { "reference": "halton" }, "period": "FY2009-Q3",
        "value": 40, "source": "Quarterly return" });
    let record = "mutation ($input: RecordObservationsInput!) { recordObservations(input: $input) { userErrors { message } } }";
    let answer = officer.ask(record, json!({ "input": { "tenant": halton, "observations": [figure] } })).await;
    assert_eq!(answer.user_errors("/recordObservations"), &[] as &[Value]);
    let moved = page(&next).await;
    assert_eq!((moved.status, &moved.json()["error"]["code"]), (410, &json!("CHANGED_MEANWHILE")), "{}", moved.text);
}

/// Every row that a walk meets, page after page.
async fn walked(app: &TestApp, actor: &Actor, query: &str, size: usize) -> Vec<Value> {
    let (mut address, mut met) = (format!("{ROOT}{query}"), Vec::new());
    loop {
        let got = get_with(app, Some(actor), &address, &[("prefer", &format!("odata.maxpagesize={size}"))]).await;
        assert_eq!(got.status, 200, "{address}: {}", got.text);
        let page = got.json();
        let rows = page["value"].as_array().unwrap();
        assert!(rows.len() <= size && !rows.is_empty(), "{address}: {} rows", rows.len());
        met.extend(rows.clone());
        match page["@odata.nextLink"].as_str() {
            Some(next) => address = next.to_owned(),
            None => return met,
        }
    }
}

async fn rows_as_they_come_are_walked_to_their_end(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for set in ["agreement_lines", "observations", "area_comparison"] {
        let all = rows(&app, &officer, set).await;
        for size in [1, 3, all.len(), all.len() + 1] {
            if all.len() / size < 40 {
                assert_eq!(walked(&app, &officer, set, size).await, all, "{set} by {size}");
            }
        }
    }
    let all = rows(&app, &officer, "observations").await;
    assert_eq!(walked(&app, &officer, "observations?$skip=3", 20).await, all[3..]);
    assert_eq!(walked(&app, &officer, "observations?$top=25", 10).await, all[..25]);
    assert_eq!(walked(&app, &officer, "observations?$skip=5&$top=20&$select=code", 7).await.len(), 20);
    // A token is good for its own rows only.
    let by = async |path: &str, size: &str| get_with(&app, Some(&officer), path, &[("prefer", size)]).await;
    let (ten, hundred) = ("odata.maxpagesize=10", "odata.maxpagesize=100");
    let first = by(&format!("{ROOT}observations"), ten).await.json();
    let next = first["@odata.nextLink"].as_str().unwrap();
    let beyond = next.replace("skiptoken=10.", "skiptoken=18446744073709551615.");
    assert_ne!(beyond, next);
    for other in [next.replace("observations", "agreement_lines"), format!("{next}&$orderby=code"), beyond] {
        let got = get(&app, &officer, &other).await;
        assert_eq!((got.status, &got.json()["error"]["target"]), (400, &json!("$skiptoken")), "{other}: {}", got.text);
    }
    // Where the next rows are told by counting, something written meanwhile would have some of them missed; behind a known row it doesn't.
    let behind = by(&format!("{ROOT}observations"), hundred).await.json()["@odata.nextLink"].as_str().unwrap().to_owned();
    let figure =
        json!({ "observation": first["value"][0]["observation_id"], "value": 1, "reason": "Counted again.", "source": "Return" });
    let revise = "mutation ($input: RecordObservationRevisionInput!) { recordObservationRevision(input: $input) { userErrors { message } } }";
    let revised = officer.ask(revise, json!({ "input": figure })).await;
    assert_eq!(revised.user_errors("/recordObservationRevision"), &[] as &[Value]);
    let moved = by(next, ten).await;
    assert_eq!((moved.status, &moved.json()["error"]["code"]), (410, &json!("CHANGED_MEANWHILE")), "{}", moved.text);
    let rest = get(&app, &officer, &behind).await.json()["value"].as_array().unwrap().clone();
    assert!(all.len() > 110 && all[100..].iter().all(|row| rest.contains(row)), "{} of {}", rest.len(), all.len());
}

async fn rows_without_a_name_of_their_own_are_named_by_their_number(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let all = rows(&app, &officer, "area_comparison").await;
    let numbers: Vec<u64> = all.iter().map(|row| row["row_number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=all.len() as u64).collect::<Vec<_>>());
    assert_eq!(rows(&app, &officer, "area_comparison?$skip=1&$top=1").await, all[1..2]);
    assert_eq!(rows(&app, &officer, "area_comparison?$filter=row_number%20eq%202").await, all[1..2]);
    let backwards: Vec<Value> = all.iter().rev().cloned().collect();
    assert_eq!(rows(&app, &officer, "area_comparison?$orderby=row_number%20desc").await, backwards);
    let chosen = rows(&app, &officer, "area_comparison?$select=row_number,tenant&$top=1").await;
    assert_eq!(chosen, [json!({ "row_number": 1, "tenant": all[0]["tenant"] })]);
}

async fn what_is_not_understood_is_refused_in_odata_s_manner(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for (query, status, code, target) in [
        ("agreement_lines?$filter=colour%20eq%20RED", 400, "BAD_USER_INPUT", "$filter"),
        ("agreement_lines?$filter=value%20eq%20'x'", 400, "BAD_USER_INPUT", "$filter"),
        ("agreement_lines?$orderby=nothing", 400, "BAD_USER_INPUT", "$orderby"),
        ("agreement_lines?$select=nothing", 400, "BAD_USER_INPUT", "$select"),
        ("agreement_lines?$top=many", 400, "BAD_USER_INPUT", "$top"),
        ("agreement_lines?$skiptoken=x", 400, "BAD_USER_INPUT", "$skiptoken"),
        ("agreement_lines?asAt=x", 400, "BAD_USER_INPUT", "asAt"),
        ("agreement_lines?$expand=x", 501, "UNSUPPORTED", ""),
        ("agreement_lines?$filter=value%20add%201%20eq%202", 501, "UNSUPPORTED", ""),
        ("nothing", 404, "NOT_FOUND", ""),
        ("agreement-lines", 404, "NOT_FOUND", ""),
        ("agreement_lines/theme", 404, "NOT_FOUND", ""),
    ] {
        let got = get(&app, &officer, &format!("{ROOT}{query}")).await;
        assert_eq!((got.status, got.header("odata-version")), (status, "4.0"), "{query}: {}", got.text);
        let error = &got.json()["error"];
        assert_eq!(error["code"], code, "{query}: {}", got.text);
        assert_eq!(error["target"].as_str().unwrap_or_default(), target, "{query}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    let nobody = get_with(&app, None, ROOT, &[]).await;
    assert_eq!((nobody.status, &nobody.json()["error"]["code"]), (401, &json!("UNAUTHENTICATED")));
    assert!(nobody.headers.get_all("www-authenticate").iter().any(|way| way.to_str().unwrap().starts_with("Basic")));
    let posted =
        app.http().post(format!("{}{ROOT}agreement_lines", app.url())).bearer_auth(officer.token()).send().await.unwrap();
    assert_eq!(posted.status().as_u16(), 405);
}

async fn a_row_is_found_by_its_key(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let all = rows(&app, &officer, "agreement_lines").await;
    let id = all[7]["line_id"].as_str().unwrap();
    for key in [format!("('{id}')"), format!("(line_id='{id}')")] {
        let got = get(&app, &officer, &format!("{ROOT}agreement_lines{key}")).await;
        assert_eq!(got.status, 200, "{key}: {}", got.text);
        assert_eq!(got.json()["code"], all[7]["code"]);
        assert!(got.json()["@odata.context"].as_str().unwrap().ends_with("#agreement_lines/$entity"));
    }
    let numbered = rows(&app, &officer, "area_comparison").await;
    let got = get(&app, &officer, &format!("{ROOT}area_comparison(2)")).await.json();
    assert_eq!((&got["row_number"], &got["tenant"]), (&json!(2), &numbered[1]["tenant"]));
    for key in ["('nothing')", "(999)", "()", "(line_id=1)"] {
        assert_eq!(get(&app, &officer, &format!("{ROOT}agreement_lines{key}")).await.status, 404, "{key}");
    }
}

async fn another_s_service_is_not_found(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for path in [
        "/odata",
        "/odata/",
        "/odata//x",
        "/odata/halton/nothing",
        "/odata/halton/agreement_lines/nothing",
        "/odata/atlantis/x/y/z",
    ] {
        let got = get(&app, &officer, path).await;
        let error = got.json()["error"].clone();
        assert!(got.status == 404 || got.status == 501, "{path}: {}", got.text);
        assert!(
            error["code"].is_string() && error["message"].is_string() && got.json()["errors"].is_null(),
            "{path}: {}",
            got.text
        );
    }
    for office in ["warrington.performance-officer", "authority.research-officer"] {
        let stranger = app.sign_in(office).await;
        for path in ["", "$metadata", "agreement_lines", "agreement_lines/$count", "nothing"] {
            let got = get(&app, &stranger, &format!("{ROOT}{path}")).await;
            assert_eq!((got.status, &got.json()["error"]["code"]), (404, &json!("NOT_FOUND")), "{office} {path}: {}", got.text);
        }
    }
}

/// A stored query whose rows each repeat a long list that stands above them, in so many columns.
async fn wide(officer: &Actor, columns: usize) {
    let column =
        |at: usize| json!({ "name": format!("c{at}"), "path": "$.tenant.above.nodes.name", "description": "All of them." });
    let columns: Vec<Value> = (0..columns).map(column).collect();
    let definition = json!({
        "document": "query Wide($tenant: String!, $after: String) { tenant(by: { slug: $tenant }) {
            above: bodies(first: 100) { nodes { name } }
            bodies(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { name } } } }",
        "rowsPath": "tenant.bodies.nodes",
        "columns": columns,
    });
    let (_, version) = stored(officer, "halton", "wide", &definition).await;
    publish(officer, &version, &[]).await.data("/publishStoredQueryVersion/version/standing");
}

async fn a_table_that_outgrows_its_room_is_refused(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    long_names(&app).await;
    wide(&officer, 100).await;
    for address in ["/v1/halton/queries/wide.csv", "/v1/halton/queries/wide.json"] {
        let got = get(&app, &officer, address).await;
        assert_eq!((got.status, got.code().as_str()), (422, "LIMIT_TABLE"), "{}", got.text);
    }
    let got = get(&app, &officer, "/odata/halton/wide").await;
    assert_eq!((got.status, got.json()["error"]["code"].as_str()), (422, Some("LIMIT_TABLE")), "{}", got.text);
    // So many rows as there is room for can still be had.
    let got = get(&app, &officer, "/v1/halton/queries/wide.rows.json?limit=5").await;
    assert_eq!((got.status, got.json()["rows"].as_array().map(Vec::len)), (200, Some(5)));
}

async fn a_condition_that_takes_too_long_is_refused(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    long_names(&app).await;
    wide(&officer, 2).await;
    let short = "contains(tolower(c0),'qqq')";
    assert_eq!(get(&app, &officer, &format!("/odata/halton/wide?$filter={short}")).await.status, 200);
    let long = vec![short; 240].join("%20or%20");
    for path in [format!("wide?$filter={long}"), format!("wide/$count?$filter={long}")] {
        let got = get(&app, &officer, &format!("/odata/halton/{path}")).await;
        assert_eq!((got.status, got.json()["error"]["code"].as_str()), (422, Some("LIMIT_WORK")), "{}", got.text);
    }
}

/// Makes the names of all bodies a thousand characters longer.
async fn long_names(app: &TestApp) {
    let probe = Probe::open(app.database()).await;
    assert!(probe.change(&format!("UPDATE body SET name = name || '{}'", "x".repeat(1_000))).await > 0);
    probe.close().await;
}
