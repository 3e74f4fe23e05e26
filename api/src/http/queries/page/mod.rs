//! The page about a stored query: what it tells, what can be given, what its columns mean, and how each tool gets at it.
//!
//! Plain HTML from the server, without a script and without anything from elsewhere. Everything that somebody wrote is escaped by
//! [`Html::text`], the one way in which a text gets onto the page; and the policy in its header would let nothing else run.

mod snippets;
mod words;

use actix_web::{HttpResponse, http::StatusCode};
use base64::{Engine, engine::general_purpose::STANDARD};
use entity::{
    rules::stored_query::{Column, Parameter, Standing, ValueKind},
    usecases::dashboards::stored_queries::{self, Shelved},
};
use sha2::{Digest, Sha256};

use super::{
    address::{Face, path},
    freshness::{Shelf, Tag},
    opening::Served,
    serving::head,
};
use words::Html;

/// Contrast of at least 4.5 to 1 everywhere (WCAG 2.2, 1.4.3), readable at 320 pixels and at 200 %.
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--faint:#57606a;--line:#d0d7de;--tint:#f3f5f8;--accent:#0b5394;--warn:#7a4100;--warn-tint:#fff4e5}\
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--faint:#a5b0bc;--line:#39424d;--tint:#161b22;--accent:#79b8ff;--warn:#ffc680;--warn-tint:#2b1d0a}}\
*{box-sizing:border-box}body{margin:0;font:1rem/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:var(--ink);background:var(--paper)}\
header,nav,main,footer{max-width:60rem;margin:0 auto;padding:1rem 1.25rem}nav{padding-bottom:0}header{padding-top:2rem;border-bottom:4px solid var(--accent)}\
h1{margin:.1rem 0 .4rem;font-size:1.9rem;line-height:1.2}h2{margin:2.2rem 0 .6rem;font-size:1.3rem}h3{margin:1.6rem 0 .4rem;font-size:1.05rem}\
p{max-width:45rem;margin:.5rem 0}a{color:var(--accent)}a:focus,summary:focus,pre:focus{outline:3px solid var(--accent);outline-offset:2px}\
.where{color:var(--faint);margin:0}.notice{border-left:6px solid var(--warn);background:var(--warn-tint);color:var(--warn);padding:.6rem .9rem;margin:1rem 0}\
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.94rem}caption{text-align:left;color:var(--faint);padding:.2rem 0}\
th,td{text-align:left;vertical-align:top;padding:.42rem .8rem .42rem 0;border-bottom:1px solid var(--line)}th{font-weight:600}td:last-child,th:last-child{padding-right:0}\
code,pre{font:.88rem/1.5 ui-monospace,SFMono-Regular,Consolas,monospace}td code{overflow-wrap:anywhere}\
pre{background:var(--tint);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;overflow-x:auto;white-space:pre;user-select:all;margin:.4rem 0 1rem}\
nav ul{list-style:none;padding:0;margin:.8rem 0;display:flex;flex-wrap:wrap;gap:.3rem 1.1rem}footer{color:var(--faint);border-top:1px solid var(--line);margin-top:3rem;font-size:.9rem}\
.skip{position:absolute;left:-100rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.4rem .8rem}";

/// What the page may do: show itself in its own style, and lead elsewhere.
fn policy() -> String {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
}

fn written(html: Html, tag: &Tag) -> HttpResponse {
    let mut builder = head(StatusCode::OK);
    tag.put_on(&mut builder);
    builder
        .insert_header(("content-security-policy", policy()))
        .insert_header(("referrer-policy", "no-referrer"))
        .content_type("text/html; charset=utf-8")
        .body(html.done())
}

fn begin(title: &str, about: &str, tenant: &str) -> Html {
    let mut html = Html::default();
    html.raw("<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>");
    html.text(title).text(" – ").text(tenant);
    html.raw("</title><style>")
        .raw(STYLE)
        .raw("</style></head><body><a class=\"skip\" href=\"#content\">To the content</a><header><p class=\"where\">");
    html.text(tenant).raw(" · stored query</p><h1>").text(title).raw("</h1><p>").text(about).raw("</p></header>");
    html
}

fn end(html: &mut Html) {
    html.raw("<footer><p>Each answer has what whoever asks may read, no more; every read of another tenant's records is on that tenant's record.</p></footer></body></html>\n");
}

/// The page about one query.
pub fn page(served: &Served, (origin, tenant, own_path): (&str, &str, &str), tag: &Tag) -> HttpResponse {
    let query = &served.shelved.query;
    let mut html = begin(&query.title, &query.description, tenant);
    html.raw("<nav aria-label=\"On this page\"><ul>");
    for (id, words) in [
        ("addresses", "Addresses"),
        ("parameters", "Parameters"),
        ("columns", "Columns"),
        ("tools", "In your tool"),
        ("versions", "Versions"),
        ("document", "What it asks"),
    ] {
        html.raw("<li><a href=\"#").text(id).raw("\">").text(words).raw("</a></li>");
    }
    html.raw("</ul></nav><main id=\"content\">");
    notice(&mut html, served);
    addresses(&mut html, (origin, tenant, own_path), &query.name);
    parameters(&mut html, &served.definition.parameters);
    columns(&mut html, &served.definition.columns);
    html.raw("<h2 id=\"tools\">In your tool</h2><p>Put an API key, or an access token, where it says <code>$CONCORDAT_KEY</code>. Keys don't belong in addresses that others see.</p>");
    for snippet in snippets::all(origin, tenant, own_path, served) {
        html.raw("<h3>").text(snippet.tool).raw("</h3><p>").text(snippet.how).raw("</p>");
        html.raw("<pre tabindex=\"0\" aria-label=\"")
            .text(snippet.tool)
            .raw("\"><code>")
            .text(&snippet.text)
            .raw("</code></pre>");
    }
    versions(&mut html, served, tenant);
    html.raw("<h2 id=\"document\">What it asks</h2><p>The rows are at <code>").text(&served.definition.rows_path);
    html.raw("</code> in the answer of this GraphQL document.</p><pre tabindex=\"0\" aria-label=\"GraphQL document\"><code>");
    html.text(&served.definition.document).raw("</code></pre></main>");
    end(&mut html);
    written(html, tag)
}

/// The page with all queries of a tenant.
pub fn index(shelf: &Shelf, on: chrono::NaiveDate, tenant: &str, tag: &Tag) -> HttpResponse {
    let about = "Questions with an address that stays, for dashboards and spreadsheets.";
    let mut html = begin("Stored queries", about, tenant);
    html.raw("<main id=\"content\"><div class=\"scroll\"><table><caption>Served today</caption><thead><tr><th scope=\"col\">Query</th><th scope=\"col\">What it tells</th><th scope=\"col\">Version</th></tr></thead><tbody>");
    for shelved in shelf.queries.iter() {
        let Some(current) = stored_queries::current(&shelved.versions, on) else { continue };
        let Shelved { query, .. } = shelved;
        html.raw("<tr><th scope=\"row\"><a href=\"").text(&path(tenant, &query.name, None)).raw(".html\">").text(&query.title);
        html.raw("</a></th><td>").text(&query.description).raw("</td><td>").text(&current.number.to_string()).raw("</td></tr>");
    }
    html.raw("</tbody></table></div></main>");
    end(&mut html);
    written(html, tag)
}

fn notice(html: &mut Html, served: &Served) {
    if let (Some(deprecated), Some(sunset)) = (served.version.deprecated_on, served.version.sunset_on) {
        html.raw("<p class=\"notice\" role=\"note\"><strong>This version is given up.</strong> Notice is given from ");
        html.text(&deprecated.to_string()).raw("; from ").text(&sunset.to_string()).raw(" on it isn't served any more. ");
        html.text(served.version.retirement_reason.as_deref().unwrap_or_default()).raw("</p>");
    }
}

fn addresses(html: &mut Html, (origin, tenant, own_path): (&str, &str, &str), name: &str) {
    html.raw("<h2 id=\"addresses\">Addresses</h2><div class=\"scroll\"><table><caption>The same rows in every shape; up to 5,000 at once, and a link to the next</caption><thead><tr><th scope=\"col\">Shape</th><th scope=\"col\">Address</th></tr></thead><tbody>");
    let odata = format!("{origin}/odata/{tenant}/{}", super::odata::set_name(name));
    let own = |face: Face| format!("{origin}{own_path}.{}", face.ending());
    let shapes = [
        ("Rows in JSON", own(Face::Rows)),
        ("Comma-separated values", own(Face::Csv)),
        ("What the columns are (CSV on the Web)", own(Face::CsvMetadata)),
        ("The GraphQL answer", own(Face::Answer)),
        ("OData 4.0", odata),
    ];
    for (shape, address) in shapes {
        html.raw("<tr><th scope=\"row\">").text(shape).raw("</th><td><code>").text(&address).raw("</code></td></tr>");
    }
    html.raw("</tbody></table></div>");
}

fn parameters(html: &mut Html, parameters: &[Parameter]) {
    html.raw("<h2 id=\"parameters\">Parameters</h2>");
    if parameters.is_empty() {
        html.raw("<p>It takes none.</p>");
        return;
    }
    html.raw("<div class=\"scroll\"><table><caption>To be put behind a question mark; also <code>limit</code>, for fewer rows</caption><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">What to give</th><th scope=\"col\">What it means</th></tr></thead><tbody>");
    for parameter in parameters {
        let several = if parameter.is_list { ", or several with commas" } else { "" };
        let required = if parameter.is_required { " (required)" } else { "" };
        html.raw("<tr><th scope=\"row\"><code>").text(&parameter.name).raw("</code></th><td>").text(kind(parameter.kind));
        html.text(several).text(required).raw("</td><td>").text(&parameter.description).raw("</td></tr>");
    }
    html.raw("</tbody></table></div>");
}

fn columns(html: &mut Html, columns: &[Column]) {
    html.raw("<h2 id=\"columns\">Columns</h2><div class=\"scroll\"><table><caption>Always these, in this order, also when there are no rows</caption><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">What it is</th><th scope=\"col\">What it means</th></tr></thead><tbody>");
    for column in columns {
        html.raw("<tr><th scope=\"row\"><code>").text(&column.name).raw("</code></th><td>").text(kind(column.kind));
        html.raw("</td><td>").text(&column.description).raw("</td></tr>");
    }
    html.raw("</tbody></table></div>");
}

fn versions(html: &mut Html, served: &Served, tenant: &str) {
    html.raw("<h2 id=\"versions\">Versions</h2><div class=\"scroll\"><table><caption>A version never changes; the address without a number is the latest that is served</caption><thead><tr><th scope=\"col\">Version</th><th scope=\"col\">Served from</th><th scope=\"col\">Until before</th></tr></thead><tbody>");
    let shown = served.shelved.versions.iter().filter(|version| {
        version.number == served.version.number || stored_queries::standing(version, served.today) != Standing::Draft
    });
    for version in shown {
        let address = path(tenant, &served.shelved.query.name, Some(version.number));
        let day =
            |day: Option<chrono::NaiveDate>, otherwise: &str| day.map_or_else(|| otherwise.to_owned(), |day| day.to_string());
        html.raw("<tr><th scope=\"row\"><a href=\"").text(&address).raw(".html\">").text(&version.number.to_string());
        html.raw("</a></th><td>").text(&day(version.published_on, "draft")).raw("</td><td>");
        html.text(&day(version.sunset_on, "no end in sight")).raw("</td></tr>");
    }
    html.raw("</tbody></table></div>");
}

const fn kind(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Text => "text",
        ValueKind::Identifier => "global identifier",
        ValueKind::Whole => "whole number",
        ValueKind::Decimal => "figure",
        ValueKind::Truth => "true or false",
        ValueKind::Date => "day, as 2010-02-09",
        ValueKind::Moment => "moment (RFC 3339)",
        ValueKind::EpochMilliseconds => "milliseconds since 1970",
    }
}
