//! The data files that the program comes with, read by the tests on their own account: what the server answers is compared
//! with the files, not with what the loader made of them.

use std::collections::BTreeMap;
use std::path::Path;

/// A row by the names of its columns.
pub type Row = BTreeMap<String, String>;

/// Every row of a file such as `demonstration/targets.csv`.
pub fn rows(file: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../entity/data").join(file);
    let mut reader = csv::Reader::from_path(&path).expect("the file is there");
    let rows: Vec<Row> = reader.deserialize().map(|row| row.expect("the file is in order")).collect();
    assert!(!rows.is_empty(), "{file} holds something");
    rows
}

/// A cell as text, or null when it is empty.
pub fn text(row: &Row, column: &str) -> serde_json::Value {
    let cell = &row[column];
    if cell.is_empty() { serde_json::Value::Null } else { cell.as_str().into() }
}

/// A cell as a number, or null when it is empty.
pub fn number(row: &Row, column: &str) -> Option<f64> {
    let cell = &row[column];
    (!cell.is_empty()).then(|| cell.parse().expect("a number"))
}

/// An office whose holder reads everything in a tenant.
pub fn reader_of(tenant: &str) -> String {
    match tenant {
        "cheshire-police-authority" => "authority.research-officer".to_owned(),
        area => format!("{area}.performance-officer"),
    }
}

/// The five tenants.
pub const TENANTS: [&str; 5] =
    ["halton", "warrington", "cheshire-east", "cheshire-west-and-chester", "cheshire-police-authority"];
