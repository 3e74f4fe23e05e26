//! What a dashboard reads by the hundred, in one text beside the rest of the row, which PostgreSQL makes when the row is written: of figures
//! and targets as much as a colour rests on, of indicators and the lines of agreements everything. Most of what a row of many columns costs
//! there is that each of its cells is sent and read by itself. SQLite has no need of it: it hands over many rows in one text as it is.
//!
//! The cells stand in the order in which they are read (`observation::Found` without its first, `target::Brief`, the columns of the other
//! two), with a unit separator between them and a substitute for what is nothing; the three signs that mean something here are left out of
//! the texts, where they can mean nothing.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What somebody wrote.
fn words(column: &str) -> String {
    format!(r"translate({column}, E'\x1a\x1e\x1f', '')")
}

/// A day, counted from the beginning of 2000. Its name would depend on the session's settings, on which nothing that is kept may rest.
fn day(column: &str) -> String {
    format!("({column} - date '2000-01-01')::text")
}

/// An identifier, a number or a word of ours.
fn plain(column: &str) -> String {
    format!("{column}::text")
}

/// Whether, as 1 or 0.
fn whether(column: &str) -> String {
    format!("{column}::integer::text")
}

fn figure() -> Vec<String> {
    let mut cells = vec![plain("id"), words("period"), words("period_label"), day("starts_on"), day("ends_on")];
    let numbers = ["value_millionths", "value_high_millionths", "denominator_millionths", "status", "qualifier"];
    cells.extend(numbers.map(plain));
    cells.push(whether("is_illustrative"));
    cells
}

fn target() -> Vec<String> {
    let mut cells: Vec<_> = ["id", "agreement_indicator_id", "version"].map(plain).into();
    cells.extend([words("target_period"), day("target_ends_on")]);
    cells.extend(["expression", "amount_millionths", "comparator_area_id"].map(plain));
    cells.extend([words("source_text"), plain("reading"), words("baseline_period")]);
    cells.extend(["baseline_millionths", "trajectory"].map(plain));
    cells.push("nullif(milestones::text, '[]')".to_owned());
    cells.extend([plain("tolerance_policy_id"), whether("is_illustrative")]);
    cells
}

fn indicator() -> Vec<String> {
    let mut cells: Vec<_> = ["tenant_id", "id"].map(plain).into();
    cells.extend(["reference", "code", "title"].map(words));
    cells.extend(["national_indicator_id", "polarity"].map(plain));
    cells.push(words("unit"));
    let plain_ones = ["decimals", "measure_kind", "frequency", "data_lag_days", "police_owner", "control", "data_owner_id"];
    cells.extend(plain_ones.map(plain));
    cells.extend(["note", "source"].map(words));
    cells
}

fn line() -> Vec<String> {
    let ids = ["tenant_id", "id", "agreement_id", "indicator_id", "area_id", "theme_id", "outcome_id"];
    let mut cells: Vec<_> = ids.map(plain).into();
    cells.extend(["position", "review_group", "lead_organisation_id"].map(plain));
    cells.extend([words("lead_office"), whether("is_illustrative"), words("source")]);
    cells
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if connection.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let tables =
            [("observation", figure()), ("target", target()), ("indicator", indicator()), ("agreement_indicator", line())];
        for (table, cells) in tables {
            let cells: Vec<String> = cells.iter().map(|cell| format!(r"coalesce({cell}, E'\x1a')")).collect();
            let brief = cells.join(r" || E'\x1f' || ");
            let column = format!("ALTER TABLE {table} ADD COLUMN brief text NOT NULL GENERATED ALWAYS AS ({brief}) STORED");
            connection.execute_unprepared(&column).await?;
        }
        Ok(())
    }
}
