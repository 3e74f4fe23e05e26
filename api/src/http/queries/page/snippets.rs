//! How each tool gets at a stored query, to be copied and pasted.

use entity::rules::stored_query::{Parameter, ValueKind};
use serde_json::json;

use crate::http::queries::{address::Face, odata::set_name, opening::Served, parameters::escaped};

/// What to paste into a tool.
pub struct Snippet {
    /// The tool.
    pub tool: &'static str,
    /// Where to paste it.
    pub how: &'static str,
    /// What to paste.
    pub text: String,
}

/// What to paste into each of the tools.
#[must_use]
pub fn all(origin: &str, tenant: &str, own_path: &str, served: &Served) -> Vec<Snippet> {
    let (name, parameters) = (&served.shelved.query.name, &served.definition.parameters);
    let given: Vec<(&str, &str)> =
        parameters.iter().filter(|parameter| parameter.is_required).map(|given| (given.name.as_str(), example(given))).collect();
    let query: Vec<String> = given.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let (csv, rows) = (Face::Csv.ending(), Face::Rows.ending());
    let record = if given.is_empty() {
        String::new()
    } else {
        let fields: Vec<String> = given.iter().map(|(name, value)| format!("{name} = \"{value}\"")).collect();
        format!(", Query = [{}]", fields.join(", "))
    };
    let relative = own_path.trim_start_matches('/');
    vec![
        Snippet {
            tool: "curl",
            how: "On a command line. A repeated call with --etag-compare costs next to nothing while nothing has changed.",
            text: format!(
                "curl --fail --header \"Authorization: Bearer $CONCORDAT_KEY\" \\\n  --etag-save {name}.etag --etag-compare {name}.etag \\\n  --output {name}.csv '{origin}{own_path}.{csv}{query}'"
            ),
        },
        Snippet {
            tool: "Grafana (Infinity data source)",
            how: "Authenticate the data source by a bearer token and allow this host; then paste this as a panel's target. Grafana's time range can be given as from=${__from} and to=${__to} where the query has such parameters.",
            text: grafana(&format!("{origin}{own_path}.{rows}{query}"), served),
        },
        Snippet {
            tool: "Power Query (Power BI)",
            how: "New source, blank query, advanced editor. Choose Basic as the way to sign in: any user name, the key as the password.",
            text: format!(
                "let\n    Source = OData.Feed(\"{origin}/odata/{tenant}/\", null, [Implementation = \"2.0\"]),\n    Rows = Source{{[Name = \"{}\", Signature = \"table\"]}}[Data]\nin\n    Rows",
                set_name(name)
            ),
        },
        Snippet {
            tool: "Excel",
            how: "Data, get data, from other sources, blank query, advanced editor; Basic as the way to sign in. This one takes parameters.",
            text: format!(
                "let\n    File = Web.Contents(\"{origin}\", [RelativePath = \"{relative}.{csv}\"{record}]),\n    Table = Csv.Document(File, [Delimiter = \",\", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),\n    Rows = Table.PromoteHeaders(Table, [PromoteAllScalars = true])\nin\n    Rows"
            ),
        },
        Snippet {
            tool: "Python",
            how: "With pandas and requests.",
            text: python(&format!("{origin}{own_path}.{rows}"), &given, served),
        },
        Snippet {
            tool: "R",
            how: "With httr2 and readr.",
            text: format!(
                "library(httr2)\nlibrary(readr)\n\nanswer <- request(\"{origin}{own_path}.{csv}{query}\") |>\n  req_auth_bearer_token(Sys.getenv(\"CONCORDAT_KEY\")) |>\n  req_perform()\nrows <- read_csv(resp_body_raw(answer))"
            ),
        },
    ]
}

/// A target of the Infinity data source: rows in JSON, with each column's kind.
fn grafana(address: &str, served: &Served) -> String {
    let columns: Vec<_> = served
        .definition
        .columns
        .iter()
        .map(|column| {
            let kind = match column.kind {
                ValueKind::Whole | ValueKind::Decimal => "number",
                ValueKind::Truth => "boolean",
                ValueKind::Date | ValueKind::Moment => "timestamp",
                ValueKind::EpochMilliseconds => "timestamp_epoch",
                ValueKind::Text | ValueKind::Identifier => "string",
            };
            json!({ "selector": column.name, "text": column.name, "type": kind })
        })
        .collect();
    let target = json!({
        "refId": "A",
        "type": "json",
        "source": "url",
        "format": "table",
        "parser": "backend",
        "url": address,
        "url_options": { "method": "GET" },
        "root_selector": "rows",
        "columns": columns,
    });
    serde_json::to_string_pretty(&target).unwrap_or_default()
}

fn python(address: &str, given: &[(&str, &str)], served: &Served) -> String {
    let given: Vec<String> = given.iter().map(|(name, value)| format!("{name:?}: {value:?}")).collect();
    let days: Vec<String> = served
        .definition
        .columns
        .iter()
        .filter(|column| matches!(column.kind, ValueKind::Date | ValueKind::Moment))
        .map(|column| format!("{:?}", column.name))
        .collect();
    format!(
        "import os\nimport pandas\nimport requests\n\nrows, address = [], \"{address}\"\nparameters = {{{}}}\nwhile address:\n    answer = requests.get(address, params=parameters, headers={{\"Authorization\": f\"Bearer {{os.environ['CONCORDAT_KEY']}}\"}})\n    answer.raise_for_status()\n    page = answer.json()\n    rows += page[\"rows\"]\n    # The link to the next rows has the parameters in it.\n    address, parameters = page[\"next\"], None\nframe = pandas.DataFrame(rows, columns=[column[\"name\"] for column in page[\"columns\"]])\nfor day in [{}]:\n    frame[day] = pandas.to_datetime(frame[day])",
        given.join(", "),
        days.join(", ")
    )
}

/// Something that could be given for a parameter.
const fn example(parameter: &Parameter) -> &'static str {
    match parameter.kind {
        ValueKind::Text | ValueKind::Identifier => "…",
        ValueKind::Whole => "16",
        ValueKind::Decimal => "32.5",
        ValueKind::Truth => "true",
        ValueKind::Date => "2010-02-09",
        ValueKind::Moment | ValueKind::EpochMilliseconds => "2010-02-09T09:00:00Z",
    }
}
