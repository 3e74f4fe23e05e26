//! One question in every shape: the same rows, the same powers, the same record.

use serde_json::{Value, json};
use tests::support::TestApp;
use tests::{both_dbs, each_wall_alone};

use super::fixtures::{Got, bodies, get, get_with, publish, stored};

both_dbs!(
    a_query_comes_as_answer_rows_and_csv_alike,
    the_same_columns_come_when_there_are_no_rows,
    rows_say_when_by_date_year_and_milliseconds_and_where_by_code,
    grafana_s_times_and_lists_are_understood,
    what_cannot_be_read_is_refused_by_name,
    all_pages_are_fetched_as_of_one_moment,
    five_thousand_rows_come_at_once_and_a_link_leads_on,
    a_table_with_holes_is_refused,
    a_cell_is_no_formula,
    areas_are_compared_with_what_is_withheld_and_why,
    accept_decides_where_the_address_does_not,
    addresses_are_only_read_and_nonsense_is_refused_in_json,
);
each_wall_alone!(another_s_query_is_not_found, what_is_shared_is_read_by_one_s_own_query_and_once_on_record);

const LINES: &str = "/v1/halton/queries/agreement-lines";

async fn a_query_comes_as_answer_rows_and_csv_alike(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let rows = get(&app, &officer, LINES).await;
    assert_eq!((rows.status, rows.header("content-type")), (200, "application/json; charset=utf-8"), "{}", rows.text);
    assert_eq!(rows.json()["query"], json!({ "tenant": "halton", "name": "agreement-lines", "version": 1 }));
    assert_eq!((rows.rows().len(), &rows.json()["next"]), (34, &Value::Null));
    assert!(rows.header("x-query-cost").parse::<u64>().unwrap() > 1_000, "the cost is told");
    assert!(!rows.header("x-request-id").is_empty());
    assert_eq!(rows.header("cache-control"), "private, no-cache");

    let columns = rows.json()["columns"].as_array().unwrap().clone();
    let names: Vec<&str> = columns.iter().map(|column| column["name"].as_str().unwrap()).collect();
    let csv = get(&app, &officer, &format!("{LINES}.csv")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    let lines = csv.csv();
    assert_eq!((lines.len(), &lines[0]), (35, &names.iter().map(|name| (*name).to_owned()).collect()), "columns in order");
    for (line, row) in lines[1..].iter().zip(rows.rows()) {
        for (cell, name) in line.iter().zip(&names) {
            let expected = match &row[name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(*cell, expected, "{name}");
        }
    }

    let answer = get(&app, &officer, &format!("{LINES}.json")).await.json();
    let nodes = answer.pointer("/data/tenant/agreement/indicators/nodes").and_then(Value::as_array).unwrap();
    let codes = |items: &[Value]| -> Vec<String> { items.iter().map(|item| item["code"].to_string()).collect() };
    assert_eq!(codes(nodes), codes(&rows.rows()));

    let described = csv.links("describedby");
    assert_eq!(described, [format!("{LINES}.csv-metadata.json")]);
    let metadata = get(&app, &officer, &described[0]).await;
    assert_eq!(metadata.header("content-type"), "application/csvm+json; charset=utf-8");
    let told: Vec<Value> =
        metadata.json()["tableSchema"]["columns"].as_array().unwrap().iter().map(|column| column["name"].clone()).collect();
    assert_eq!(told, names, "the metadata name the same columns");
    assert_eq!(metadata.json()["tableSchema"]["primaryKey"], "line_id");
}

async fn the_same_columns_come_when_there_are_no_rows(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for name in ["agreement-lines", "observations"] {
        let full = get(&app, &officer, &format!("/v1/halton/queries/{name}.csv")).await;
        let empty = get(&app, &officer, &format!("/v1/halton/queries/{name}.csv?codes=NI+999")).await;
        assert_eq!(empty.status, 200);
        assert_eq!(empty.csv(), [full.csv()[0].clone()], "{name}");
        let rows = get(&app, &officer, &format!("/v1/halton/queries/{name}?codes=NI+999")).await;
        let columns = get(&app, &officer, &format!("/v1/halton/queries/{name}")).await.json()["columns"].clone();
        assert_eq!((rows.rows().len(), &rows.json()["columns"]), (0, &columns));
    }
    // On a day on which no agreement runs there are no lines; whoever names what isn't there is told so.
    for name in ["agreement-lines", "theme-roll-up"] {
        let full = get(&app, &officer, &format!("/v1/halton/queries/{name}.csv")).await;
        let before = get(&app, &officer, &format!("/v1/halton/queries/{name}.csv?asAt=2001-01-01")).await;
        assert_eq!((before.status, before.csv()), (200, vec![full.csv()[0].clone()]), "{name}: {}", before.text);
        let rows = get(&app, &officer, &format!("/odata/halton/{}?asAt=2001-01-01", name.replace('-', "_"))).await;
        assert_eq!((rows.status, &rows.json()["value"]), (200, &json!([])), "{name}: {}", rows.text);
    }
    let definition = json!({
        "document": "query Named($tenant: String!, $named: String!, $after: String) { tenant(by: { slug: $tenant }) {
            agreement(by: { reference: $named }) { indicators(first: 10, after: $after) { pageInfo { hasNextPage endCursor } nodes { id code } } } } }",
        "rowsPath": "tenant.agreement.indicators.nodes",
    });
    let (_, version) = stored(&officer, "halton", "named", &definition).await;
    publish(&officer, &version, &[]).await.data("/publishStoredQueryVersion/version/standing");
    assert_eq!(get(&app, &officer, "/v1/halton/queries/named?named=halton-laa-2008").await.rows().len(), 10 * 3 + 4);
    let nowhere = get(&app, &officer, "/v1/halton/queries/named?named=nothing").await;
    assert_eq!((nowhere.status, nowhere.code()), (404, "NOT_FOUND".to_owned()), "{}", nowhere.text);
}

fn row<'r>(rows: &'r [Value], code: &str, period: &str) -> &'r Value {
    rows.iter().find(|row| row["code"] == code && row["period"] == period).unwrap_or_else(|| panic!("no {code} {period}"))
}

async fn rows_say_when_by_date_year_and_milliseconds_and_where_by_code(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let rows = get(&app, &officer, &format!("{LINES}?codes=NI%2020")).await.rows();
    let line = row(&rows, "NI 20", "FY2009-Q3");
    for (column, expected) in [
        ("gss_code", json!("E06000006")),
        ("area_reference", json!("halton")),
        ("value", json!(6.51)),
        ("expected", json!(6.3)),
        ("colour", json!("AMBER")),
        ("direction", json!("Down, better")),
        ("period_start", json!("2009-10-01")),
        ("period_end", json!("2009-12-31")),
        ("financial_year", json!("2009/10")),
        ("period_start_ms", json!(1_254_355_200_000_i64)),
        ("period_end_ms", json!(1_262_217_600_000_i64)),
        ("reported_on", json!("2010-02-09")),
        ("is_illustrative", json!(true)),
    ] {
        assert_eq!(line[column], expected, "{column} of {line}");
    }
    assert!(line["reason"].as_str().unwrap().starts_with("Amber: 6.51 against an expected 6.30"));
    // The identifier is the one that the schema knows.
    let node = officer.ask("query ($id: ID!) { node(id: $id) { __typename } }", json!({ "id": line["line_id"] })).await;
    assert_eq!(node.text("/node/__typename"), "AgreementIndicator");
    // As the committee saw it in November.
    let earlier = get(&app, &officer, &format!("{LINES}?codes=NI+20&asAt=2009-11-30")).await.rows();
    assert_eq!((&earlier[0]["period"], &earlier[0]["reported_on"]), (&json!("FY2009-Q2"), &json!("2009-11-30")));
}

async fn grafana_s_times_and_lists_are_understood(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let rows = async |query: &str| get(&app, &officer, &format!("/v1/halton/queries/observations?{query}")).await.rows();
    let all = rows("").await;
    assert!(all.len() > 60, "{}", all.len());
    // 1 October 2009 to 31 December 2009 in the milliseconds that Grafana sends, and by ISO 8601.
    let by_milliseconds = rows("from=1254355200000&to=1262303999999&codes=NI+20").await;
    assert_eq!(by_milliseconds, rows("from=2009-10-01&to=2009-12-31T23:59:59Z&codes=NI+20").await);
    assert_eq!(by_milliseconds.iter().map(|row| row["period"].as_str().unwrap()).collect::<Vec<_>>(), ["FY2009-Q3"]);
    let two = rows("codes=%7BNI+16,NI+20%7D&areas=E06000006").await;
    assert!(two.iter().all(|row| ["NI 16", "NI 20"].contains(&row["code"].as_str().unwrap()) && row["gss_code"] == "E06000006"));
    assert_eq!(two, rows("codes=NI+16&codes=NI+20&areas=halton").await);
    assert_eq!(all, rows("codes=$__all&areas=").await);
}

async fn what_cannot_be_read_is_refused_by_name(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for (query, argument) in [
        ("code=NI+20", "code"),
        ("asAt=yesterday", "asAt"),
        ("asAt=2010-02-09&asAt=2010-02-08", "asAt"),
        ("limit=0", "limit"),
        ("limit=5001", "limit"),
        ("cursor=nonsense", "cursor"),
        ("tenant=warrington", "tenant"),
        ("codes=a%00b", "codes"),
    ] {
        let got = get(&app, &officer, &format!("{LINES}?{query}")).await;
        assert_eq!((got.status, got.code().as_str()), (400, "BAD_USER_INPUT"), "{query}: {}", got.text);
        assert_eq!(got.json()["errors"][0]["extensions"]["argument"], argument, "{query}");
    }
    // What the document itself can't take.
    for query in ["period=FY2009-Q9", "asAt=2010-02-10"] {
        let got = get(&app, &officer, &format!("{LINES}?{query}")).await;
        assert_eq!((got.status, got.code().as_str()), (400, "BAD_USER_INPUT"), "{query}: {}", got.text);
    }
    let posted = app.http().post(format!("{}{LINES}", app.url())).bearer_auth(officer.token()).send().await.unwrap();
    assert_eq!((posted.status().as_u16(), posted.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD, OPTIONS"));
    let head = app.http().head(format!("{}{LINES}", app.url())).bearer_auth(officer.token()).send().await.unwrap();
    assert_eq!(head.status().as_u16(), 200);
    for address in [
        format!("{LINES}.xml"),
        format!("{LINES}/v2"),
        "/v1/halton/queries/none".to_owned(),
        "/v1/halton/queries/..%2f".to_owned(),
    ] {
        let got = get(&app, &officer, &address).await;
        assert_eq!((got.status, got.code().as_str()), (404, "NOT_FOUND"), "{address}");
    }
    let nobody = get_with(&app, None, LINES, &[]).await;
    assert_eq!((nobody.status, nobody.code().as_str()), (401, "UNAUTHENTICATED"));
    let ways: Vec<&str> = nobody.headers.get_all("www-authenticate").iter().map(|way| way.to_str().unwrap()).collect();
    assert_eq!(ways, ["Bearer", "Basic realm=\"Concordat\", charset=\"UTF-8\""], "spreadsheets ask for a key only when told to");
}

async fn all_pages_are_fetched_as_of_one_moment(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let got = get(&app, &officer, "/v1/halton/queries/observations").await;
    let rows = got.rows();
    let count = officer.ask("{ tenant(by: { slug: \"halton\" }) { observations { totalCount } } }", json!({})).await;
    assert_eq!(rows.len() as u64, count.data("/tenant/observations/totalCount").as_u64().unwrap());
    assert!(rows.len() > 100, "more than a page: {}", rows.len());
    let ids: std::collections::BTreeSet<&str> = rows.iter().map(|row| row["observation_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rows.len(), "none is met twice");
    // The GraphQL answer has the nodes of all pages.
    let answer = get(&app, &officer, "/v1/halton/queries/observations.json").await.json();
    assert_eq!(answer.pointer("/data/tenant/observations/nodes").and_then(Value::as_array).unwrap().len(), rows.len());
    assert_eq!(answer.pointer("/data/tenant/observations/pageInfo/hasNextPage"), Some(&json!(false)));
}

async fn five_thousand_rows_come_at_once_and_a_link_leads_on(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let whole = get(&app, &officer, "/v1/halton/queries/observations").await.rows();
    for (limit, ending) in [(7, ""), (100, ".rows.json"), (130, "")] {
        let mut address = format!("/v1/halton/queries/observations{ending}?limit={limit}");
        let mut rows = Vec::new();
        loop {
            let got = get(&app, &officer, &address).await;
            assert!(got.rows().len() <= limit);
            rows.extend(got.rows());
            let next = got.json()["next"].as_str().map(str::to_owned);
            assert_eq!(got.links("next"), next.clone().into_iter().collect::<Vec<_>>(), "the header says the same");
            match next {
                Some(next) => address = next,
                None => break,
            }
        }
        assert_eq!(rows, whole, "by {limit}");
    }
    // A link of one query leads on in no other, nor with other parameters.
    let next = get(&app, &officer, "/v1/halton/queries/observations?limit=7").await.json()["next"].as_str().unwrap().to_owned();
    let other = next.replace("observations?", "theme-roll-up?");
    assert_eq!(get(&app, &officer, &other).await.status, 400);
    assert_eq!(get(&app, &officer, &format!("{next}&codes=NI+16")).await.status, 400);
}

async fn a_table_with_holes_is_refused(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    // Outlooks are for insiders; associates see the rest.
    let definition = json!({
        "document": "query ($tenant: String!, $after: String) { tenant(by: { slug: $tenant }) { agreement {
            indicators(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { code outlook { judgement } } } } } }",
        "rowsPath": "tenant.agreement.indicators.nodes",
    });
    let (_, version) = stored(&officer, "halton", "outlooks", &definition).await;
    publish(&officer, &version, &[]).await.data("/publishStoredQueryVersion/version");
    let associate = app.sign_in("halton.scrutiny-member").await;
    assert_eq!(get(&app, &officer, "/v1/halton/queries/outlooks.csv").await.status, 200);
    for ending in ["", ".csv"] {
        let got = get(&app, &associate, &format!("/v1/halton/queries/outlooks{ending}")).await;
        assert_eq!((got.status, got.code().as_str()), (403, "FORBIDDEN"), "{}", got.text);
    }
    // In GraphQL's own answer the holes can be seen.
    let got = get(&app, &associate, "/v1/halton/queries/outlooks.json").await;
    assert_eq!(got.status, 200);
    assert_eq!(got.json().pointer("/data/tenant/agreement/indicators/nodes/0/outlook"), Some(&Value::Null));
    assert_eq!(got.code(), "FORBIDDEN");
}

async fn a_cell_is_no_formula(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = super::fixtures::tenant(&officer, "halton").await;
    let source = "=HYPERLINK(\"http://evil.example\",\"click\")";
    let figure = json!({ "indicator": { "reference": "halton-ni-53" }, "area": { "reference": "halton" }, "period": "FY2008-Q1",
        "value": 40, "source": source });
    let record = "mutation ($input: RecordObservationsInput!) { recordObservations(input: $input) { userErrors { message } } }";
    let answer = officer.ask(record, json!({ "input": { "tenant": halton, "observations": [figure] } })).await;
    assert_eq!(answer.user_errors("/recordObservations"), &[] as &[Value]);
    let csv = get(&app, &officer, "/v1/halton/queries/observations.csv?codes=NI+53&from=2008-04-01&to=2008-06-30").await;
    let lines = csv.csv();
    let column = lines[0].iter().position(|name| name == "source").unwrap();
    assert_eq!(lines[1][column], format!("'{source}"));
    assert!(csv.text.lines().all(|line| !line.starts_with(['=', '+', '@'])) && !csv.text.contains(",="));
    // JSON is data.
    let rows = get(&app, &officer, "/v1/halton/queries/observations?codes=NI+53&from=2008-04-01&to=2008-06-30").await.rows();
    assert_eq!(rows[0]["source"], source);
}

async fn areas_are_compared_with_what_is_withheld_and_why(app: TestApp) {
    let authority = app.sign_in("authority.research-officer").await;
    let rows = get(&app, &authority, "/v1/cheshire-police-authority/queries/area-comparison?nationalIndicator=16").await.rows();
    let of = |tenant: &str| rows.iter().filter(|row| row["tenant"] == tenant).cloned().collect::<Vec<_>>();
    assert!(of("halton").iter().any(|row| row["code"] == "NI 16" && row["gss_code"] == "E06000006" && row["colour"].is_string()));
    let withheld = of("cheshire-east");
    assert_eq!(withheld.len(), 1, "{rows:?}");
    assert!(withheld[0]["withheld"].is_string() && withheld[0]["value"].is_null() && withheld[0]["line_id"].is_null());
}

async fn accept_decides_where_the_address_does_not(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for (accept, expected) in [
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("application/json;q=0.9,text/plain", "application/json; charset=utf-8"),
        ("application/csvm+json", "application/csvm+json; charset=utf-8"),
        ("image/png", "application/json; charset=utf-8"),
    ] {
        let got: Got = get_with(&app, Some(&officer), LINES, &[("accept", accept)]).await;
        assert_eq!((got.status, got.header("content-type")), (200, expected), "{accept}");
        let named = get_with(&app, Some(&officer), &format!("{LINES}.csv"), &[("accept", accept)]).await;
        assert!(named.header("content-type").starts_with("text/csv"), "an ending goes before {accept}");
    }
}

async fn another_s_query_is_not_found(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let (_, version) = stored(&officer, "halton", "bodies", &bodies()).await;
    publish(&officer, &version, &[]).await.data("/publishStoredQueryVersion/version");
    // The Authority reads much of Halton's by agreement, but not what Halton's dashboards ask.
    for office in ["warrington.performance-officer", "authority.research-officer", "former.lead-member"] {
        let stranger = app.sign_in(office).await;
        let missing = get(&app, &stranger, "/v1/atlantis/queries/bodies").await;
        for address in [
            "/v1/halton/queries/bodies",
            "/v1/halton/queries/bodies.csv",
            "/v1/halton/queries/bodies/v1",
            "/v1/halton/queries",
            "/v1/halton/queries/agreement-lines.csv-metadata.json",
        ] {
            let got = get(&app, &stranger, address).await;
            assert_eq!((got.status, got.code()), (404, missing.code()), "{office} {address}: {}", got.text);
            assert!(!got.text.contains("odies") && !got.text.contains("board"), "{}", got.text);
        }
    }
}

async fn what_is_shared_is_read_by_one_s_own_query_and_once_on_record(app: TestApp) {
    let authority = app.sign_in("authority.research-officer").await;
    let definition = json!({
        "document": "query ($slug: String! = \"halton\", $after: String) { tenant(by: { slug: $slug }) { agreement {
            indicators(first: 10, after: $after) { pageInfo { hasNextPage endCursor } nodes { id code status { colour } } } } } }",
        "rowsPath": "tenant.agreement.indicators.nodes",
    });
    let (_, version) = stored(&authority, "cheshire-police-authority", "lines-of-others", &definition).await;
    publish(&authority, &version, &[]).await.data("/publishStoredQueryVersion/version");
    let rows = get(&app, &authority, "/v1/cheshire-police-authority/queries/lines-of-others").await.rows();
    assert_eq!(rows.len(), 34, "four pages of ten");
    let record = "{ tenant(by: { slug: \"halton\" }) { auditEvents(filter: { deed: \"READ_SHARED\" }) { totalCount } } }";
    let auditor = app.sign_in("halton.auditor").await;
    assert_eq!(auditor.ask(record, json!({})).await.data("/tenant/auditEvents/totalCount"), 1, "one read, whatever its pages");
    // Where nothing is shared, there is nothing: as in GraphQL.
    let got = get(&app, &authority, "/v1/cheshire-police-authority/queries/lines-of-others?slug=cheshire-east").await;
    assert_eq!((got.status, got.code().as_str()), (404, "NOT_FOUND"));
}

async fn addresses_are_only_read_and_nonsense_is_refused_in_json(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for path in [LINES, "/v1/halton/queries", "/odata/halton", "/odata/halton/agreement_lines"] {
        let ask = |method| app.http().request(method, format!("{}{path}", app.url())).bearer_auth(officer.token()).send();
        let head = ask(reqwest::Method::HEAD).await.unwrap();
        assert_eq!((head.status().as_u16(), head.headers().contains_key("etag")), (200, true), "{path}");
        assert!(head.bytes().await.unwrap().is_empty());
        for method in [reqwest::Method::POST, reqwest::Method::DELETE, reqwest::Method::PATCH] {
            let refused = ask(method).await.unwrap();
            assert_eq!((refused.status().as_u16(), &refused.headers()["allow"]), (405, &"GET, HEAD, OPTIONS".parse().unwrap()));
            assert!(refused.text().await.unwrap().contains("\"METHOD_NOT_ALLOWED\""), "{path}");
        }
    }
    for path in [
        "/v1/%ff/queries",
        "/v1/%00/queries/agreement-lines",
        "/v1/halton/queries/%ff%00",
        "/v1/halton/queries/agreement-lines%2Fv1%2F..",
        "/v1/halton/queries/agreement-lines.csv.csv",
        "/v1/halton/queries/agreement-lines?%ff=%00",
        "/v1/halton/queries/agreement-lines?limit=0",
        "/odata/%ff/agreement_lines",
        "/odata/halton/$%00",
        "/odata/halton/agreement_lines('%00')",
        "/odata/halton/agreement_lines(((",
        "/odata/halton/agreement_lines?$filter=%ff",
        "/odata/halton/agreement_lines?$filter=code%20eq%20'%00'",
        "/odata/halton/agreement_lines?$top=99999999999999999999",
    ] {
        let got = get(&app, &officer, path).await;
        assert!((400..500).contains(&got.status), "{path}: {} {}", got.status, got.text);
        let body = got.json();
        let code = body.pointer("/errors/0/extensions/code").or_else(|| body.pointer("/error/code"));
        assert!(code.is_some_and(Value::is_string), "{path}: {}", got.text);
        assert!(!got.header("x-request-id").is_empty(), "{path}");
    }
}
