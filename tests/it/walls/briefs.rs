//! What PostgreSQL keeps of a row as one text says what the row's columns do, each in its place: nothing else would tell two columns of one
//! kind that changed places.

use std::collections::BTreeMap;

use entity::tables::performance::{agreement_indicator, indicator};
use sea_orm::{Iden as _, Iterable as _};
use tests::both_dbs;
use tests::support::{Engine, Probe, TestApp};

both_dbs!(a_row_s_text_says_what_its_columns_do);

/// As `observation::Found` is read, without the number of the series.
const FIGURE: &str = "id, period, period_label, starts_on, ends_on, value_millionths, value_high_millionths, denominator_millionths, \
    status, qualifier, is_illustrative";
/// As `target::Brief` is read, without the tenant.
const TARGET: &str = "id, agreement_indicator_id, version, target_period, target_ends_on, expression, amount_millionths, \
    comparator_area_id, source_text, reading, baseline_period, baseline_millionths, trajectory, milestones, tolerance_policy_id, \
    is_illustrative";

async fn a_row_s_text_says_what_its_columns_do(app: TestApp) {
    if app.engine() == Engine::Sqlite {
        return;
    }
    let columns = |columns: Vec<String>| columns.join(", ");
    let tables = [
        ("observation", FIGURE.to_owned()),
        ("target", TARGET.to_owned()),
        ("indicator", columns(indicator::Column::iter().map(|column| column.to_string()).collect())),
        ("agreement_indicator", columns(agreement_indicator::Column::iter().map(|column| column.to_string()).collect())),
    ];
    let probe = Probe::open(app.database()).await;
    for (table, columns) in tables {
        let kinds = "SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_name = ";
        let kinds: BTreeMap<_, _> =
            probe.rows(&format!("{kinds}'{table}'")).await.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        let cell = |column: &str| match kinds[column].as_str() {
            "date" => format!("({column} - date '2000-01-01')::text"),
            "boolean" => format!("{column}::integer::text"),
            "jsonb" => format!("nullif({column}::text, '[]')"),
            _ => format!("{column}::text"),
        };
        let cells: Vec<String> = columns.split(", ").map(cell).collect();
        let text = format!(r"array_to_string(ARRAY[{}], E'\x1f', E'\x1a')", cells.join(", "));
        let counted =
            format!("SELECT count(*)::text, (count(*) FILTER (WHERE brief IS DISTINCT FROM {text}))::text FROM {table}");
        let counts = probe.rows(&counted).await.concat();
        assert!(counts[0].parse::<u32>().is_ok_and(|rows| rows > 20), "{table}: {counts:?}");
        assert_eq!(counts[1], "0", "{table}: rows whose text says something else");
    }
    probe.close().await;
}
