//! The page about a stored query tells every tool how to get at it, and lets nothing run that somebody wrote into it.

use serde_json::json;
use tests::both_dbs;
use tests::support::TestApp;

use super::fixtures::{bodies, get_with, publish, stored};

both_dbs!(a_page_tells_every_tool_how, what_somebody_wrote_is_text);

async fn a_page_tells_every_tool_how(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let html = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    let page = get_with(&app, Some(&officer), "/v1/halton/queries/agreement-lines", &html).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{}", page.text);
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let address = format!("{}/v1/halton/queries/agreement-lines", app.url());
    for expected in [
        "<html lang=\"en-GB\">",
        "<h1>How the agreement is doing, line by line</h1>",
        &format!("{address}.csv"),
        &format!("OData.Feed(&quot;{}/odata/halton/&quot;", app.url()),
        "Name = &quot;agreement_lines&quot;",
        "root_selector",
        "req_auth_bearer_token",
        "pandas.DataFrame",
        "Csv.Document",
        "<th scope=\"row\"><code>gss_code</code></th>",
        "query AgreementLines(",
    ] {
        assert!(page.text.contains(expected), "{expected}");
    }
    // No script, nothing from elsewhere, and no data.
    assert!(!page.text.contains("<script") && !page.text.contains("src=") && !page.text.contains("Amber: 6.51"));
    let index = get_with(&app, Some(&officer), "/v1/halton/queries", &html).await;
    assert!(index.text.contains("<a href=\"/v1/halton/queries/agreement-lines.html\">"), "{}", index.text);
    let stranger = app.sign_in("warrington.performance-officer").await;
    assert_eq!(get_with(&app, Some(&stranger), "/v1/halton/queries/agreement-lines", &html).await.status, 404);
}

async fn what_somebody_wrote_is_text(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let mut definition = bodies();
    let evil = "</code><script>alert(1)</script>";
    definition["columns"] = json!([{ "name": "name", "path": "name", "description": evil }]);
    definition["parameters"] = json!([{ "name": "named", "description": evil }]);
    let (_, version) = stored(&officer, "halton", "bodies", &definition).await;
    publish(&officer, &version, &[]).await.data("/publishStoredQueryVersion/version");
    let page = get_with(&app, Some(&officer), "/v1/halton/queries/bodies.html", &[]).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("<script") && page.text.matches("&lt;script&gt;").count() == 2, "{}", page.text);
}
