//! The partnerships that are measured: as many as are wanted, alike in size, no two alike in figures.
//!
//! A tenant has an agreement of 5 themes, 40 outcomes and 120 quarterly indicators, each with five yearly targets and twelve
//! observations, a tolerance policy that a body agreed, and sixty people with appointments. Figures have one decimal place, and a year's step is a multiple
//! of 0.4, so that a quarter's expectation has one decimal place, too. The generator is deterministic: both databases hold
//! the same rows. Rows are handed over as cells, which [`super::load`] writes in each database's own way.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

/// Lines of an agreement; a tenant's indicators.
pub const LINES: u64 = 120;
/// The business date of the measurement.
pub const BUSINESS_DATE: &str = "2010-02-09";

const OUTCOMES: u64 = 40;
const THEMES: u64 = 5;
const FIRST_TARGET: i32 = 2008;
const TARGETS: i32 = 5;
const QUARTERS: u64 = 12;
const MOMENT: &str = "2008-04-01T09:00:00+00:00";
/// Other people with an appointment in a tenant.
const COLLEAGUES: u64 = 59;
/// Areas that no agreement is about; figures are written for them.
const WARDS: u64 = 100;
const SOURCE: &str = "generated for the measurement";

/// One value of a row.
pub enum Cell {
    /// An identifier.
    Id(Uuid),
    /// Text, JSON, a date or a moment.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Truth(bool),
}

/// One row.
pub type Row = Vec<Cell>;

/// A table, and the rows in it that belong to the tenant of a number.
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns that are filled, in order.
    pub columns: &'static str,
    /// The rows of one tenant.
    pub rows: fn(u64) -> Vec<Row>,
}

/// What an identifier is of.
#[derive(Clone, Copy)]
enum Kind {
    Area = 1,
    Person,
    Account,
    Tenant,
    Body,
    Appointment,
    Act,
    Agreement,
    Theme,
    Outcome,
    Indicator,
    Line,
    Policy,
    Target,
    Observation,
    StoredQuery,
    StoredQueryVersion,
}

/// Identifiers rise in the order of making, as those of version 7 do.
fn uuid(kind: Kind, tenant: u64, number: u64) -> Uuid {
    let rising = (u128::from(tenant) << 32) | u128::from(number);
    Uuid::from_u128((0x0119_0000_0000_7000_8000_0000_0000_0000 + ((kind as u128) << 96)) | rising)
}

fn id(kind: Kind, tenant: u64, number: u64) -> Cell {
    Cell::Id(uuid(kind, tenant, number))
}

fn text(value: impl Into<String>) -> Cell {
    Cell::Text(value.into())
}

fn whole(value: impl Into<i64>) -> Cell {
    Cell::Whole(value.into())
}

fn number(value: u64) -> Cell {
    Cell::Whole(value.cast_signed())
}

/// Tenants in which an account works: as many as there are in the county.
pub const TENANTS_OF_ACCOUNT: u64 = 5;

/// The account that asks about a tenant, with its person.
pub fn account(tenant: u64) -> (Uuid, Uuid) {
    let first = tenant - tenant % TENANTS_OF_ACCOUNT;
    (uuid(Kind::Account, first, 0), uuid(Kind::Person, first, 0))
}

/// Where a tenant's dashboard is served as a stored query.
pub fn stored(tenant: u64) -> String {
    format!("/v1/{0}/queries/dashboard.json?slug={0}", slug(tenant))
}

/// The short name of a tenant.
pub fn slug(tenant: u64) -> String {
    format!("tenant-{tenant:04}")
}

/// The identifier of a tenant.
pub fn tenant_id(tenant: u64) -> Uuid {
    uuid(Kind::Tenant, tenant, 0)
}

/// Indicator, area and period of the `at`-th figure to be written in a tenant; there are 132,000 of them.
pub fn unwritten(at: u64) -> (String, String, String) {
    let (line, ward, quarter) = (at % LINES, at / LINES % WARDS, at / LINES / WARDS % (QUARTERS - 1));
    (reference(line), format!("ward-{ward:03}"), self::quarter(quarter).0)
}

fn reference(line: u64) -> String {
    format!("local-{line:03}")
}

/// Scatters a number over all of 64 bits (splitmix64).
fn scattered(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// A line's figures, in tenths of the unit.
struct Figures {
    seed: u64,
    baseline: i64,
    step: i64,
}

impl Figures {
    fn of(tenant: u64, line: u64) -> Self {
        let seed = scattered(tenant * 1_000 + line);
        let step = 4 + 4 * (seed % 5).cast_signed();
        Self { seed, baseline: 200 + (seed / 5 % 400).cast_signed(), step: if is_higher_better(line) { step } else { -step } }
    }

    fn target(&self, year: i32) -> i64 {
        self.baseline + self.step * i64::from(year - FIRST_TARGET + 1)
    }

    fn observed(&self, quarter: u64) -> i64 {
        let spread = self.baseline / 4;
        self.baseline - spread / 2 + (scattered(self.seed ^ quarter) % spread.cast_unsigned()).cast_signed()
    }
}

fn is_higher_better(line: u64) -> bool {
    line.is_multiple_of(2)
}

fn millionths(tenths: i64) -> Cell {
    whole(tenths * 100_000)
}

/// Every table, in an order in which each row finds what it points to.
pub const TABLES: &[Table] = &[
    Table { name: "area", columns: "id, reference, name, kind, source", rows: area },
    Table { name: "person", columns: "id, name", rows: person },
    Table { name: "account", columns: "id, person_id, email, password_hash, created_at, password_set_at", rows: account_row },
    Table { name: "tenant", columns: "id, slug, name, kind, area_id, source", rows: tenant },
    Table { name: "body", columns: "tenant_id, id, reference, name, kind, is_statutory, purpose, aliases, source", rows: body },
    Table { name: "appointment", columns: "tenant_id, id, person_id, office, area_id, from_on, source", rows: appointment },
    Table { name: "act", columns: "tenant_id, id, kind, done_on, done_at", rows: act },
    Table {
        name: "agreement",
        columns: "tenant_id, id, reference, name, kind, parties, area_id, starts_on, ends_on, is_illustrative, source",
        rows: agreement,
    },
    Table { name: "theme", columns: "tenant_id, id, agreement_id, number, name, source", rows: themes },
    Table { name: "outcome", columns: "tenant_id, id, theme_id, number, statement, is_illustrative, source", rows: outcomes },
    Table {
        name: "indicator",
        columns: "tenant_id, id, reference, code, title, polarity, unit, measure_kind, frequency, police_owner, control, decimals, \
                  data_lag_days, source",
        rows: indicators,
    },
    Table {
        name: "agreement_indicator",
        columns: "tenant_id, id, agreement_id, indicator_id, area_id, theme_id, outcome_id, position, review_group, is_illustrative, \
                  source",
        rows: lines,
    },
    Table {
        name: "tolerance_policy",
        columns: "tenant_id, id, reference, name, kind, version, amount_millionths, exceeding_is_blue, missing_is_red, \
                  is_illustrative, agreed_by_id, agreed_on, effective_from, source",
        rows: policy,
    },
    Table {
        name: "target",
        columns: "tenant_id, id, agreement_indicator_id, target_period, target_ends_on, expression, trajectory, amount_millionths, \
                  baseline_period, baseline_millionths, milestones, acknowledged_lints, is_illustrative, act_id, recorded_on, \
                  recorded_at, source",
        rows: targets,
    },
    Table {
        name: "observation",
        columns: "tenant_id, id, indicator_id, area_id, period, period_label, status, qualifier, starts_on, ends_on, \
                  value_millionths, revision, is_illustrative, act_id, recorded_on, recorded_at, source",
        rows: observations,
    },
    Table {
        name: "stored_query",
        columns: "tenant_id, id, name, title, description, act_id, recorded_on, recorded_at",
        rows: stored_query,
    },
    Table {
        name: "stored_query_version",
        columns: "tenant_id, id, stored_query_id, number, definition, published_on, act_id, recorded_on, recorded_at",
        rows: stored_query_version,
    },
];

fn area(tenant: u64) -> Vec<Row> {
    let row = |number, reference, name, kind| {
        vec![id(Kind::Area, tenant, number), text(reference), text(name), text(kind), text(SOURCE)]
    };
    let own = row(0, format!("area-{tenant:04}"), format!("Area {tenant:04}"), "UNITARY_AUTHORITY");
    let wards = if tenant > 0 { 0 } else { WARDS };
    let ward = |at| row(at + 1, format!("ward-{at:03}"), format!("Ward {at}"), "WARD");
    std::iter::once(own).chain((0..wards).map(ward)).collect()
}

/// Who asks about a tenant and its neighbours is number 0 of the first of them; everybody else works in one tenant.
fn person(tenant: u64) -> Vec<Row> {
    let first = u64::from(!tenant.is_multiple_of(TENANTS_OF_ACCOUNT));
    (first..=COLLEAGUES).map(|at| vec![id(Kind::Person, tenant, at), text(format!("Person {at} of {tenant:04}"))]).collect()
}

fn account_row(tenant: u64) -> Vec<Row> {
    if !tenant.is_multiple_of(TENANTS_OF_ACCOUNT) {
        return Vec::new();
    }
    let (account, person) = account(tenant);
    let email = text(format!("officer-{tenant:04}@example.org"));
    vec![vec![Cell::Id(account), Cell::Id(person), email, text("no password"), text(MOMENT), text(MOMENT)]]
}

fn tenant(tenant: u64) -> Vec<Row> {
    let name = format!("Partnership {tenant:04}");
    vec![vec![id(Kind::Tenant, tenant, 0), text(slug(tenant)), text(name), text("AREA"), id(Kind::Area, tenant, 0), text(SOURCE)]]
}

/// The beginning of every row of a tenant's table.
fn row(tenant: u64, kind: Kind, number: u64, rest: Vec<Cell>) -> Row {
    [id(Kind::Tenant, tenant, 0), id(kind, tenant, number)].into_iter().chain(rest).collect()
}

fn body(tenant: u64) -> Vec<Row> {
    let name = text(format!("Performance and Standards Group of Partnership {tenant:04}"));
    let rest =
        vec![text("psg"), name, text("PERFORMANCE_GROUP"), text("NO"), text("Follows performance."), text("[]"), text(SOURCE)];
    vec![row(tenant, Kind::Body, 0, rest)]
}

fn appointment(tenant: u64) -> Vec<Row> {
    let appointment = |at: u64| {
        let person = if at == 0 { Cell::Id(account(tenant).1) } else { id(Kind::Person, tenant, at) };
        let office = text(if at == 0 { "PERFORMANCE_OFFICER" } else { "HSPB_MEMBER" });
        let rest = vec![person, office, id(Kind::Area, tenant, 0), text("2008-04-01"), text(SOURCE)];
        row(tenant, Kind::Appointment, at, rest)
    };
    (0..=COLLEAGUES).map(appointment).collect()
}

fn act(tenant: u64) -> Vec<Row> {
    vec![row(tenant, Kind::Act, 0, vec![text("LOAD"), text("2008-04-01"), text(MOMENT)])]
}

fn agreement(tenant: u64) -> Vec<Row> {
    let rest = vec![
        text("agreement-2008"),
        text(format!("Local Area Agreement of Partnership {tenant:04}")),
        text("LOCAL_AREA_AGREEMENT"),
        text("the partners and government"),
        id(Kind::Area, tenant, 0),
        text("2008-04-01"),
        text("2013-03-31"),
        Cell::Truth(true),
        text(SOURCE),
    ];
    vec![row(tenant, Kind::Agreement, 0, rest)]
}

fn themes(tenant: u64) -> Vec<Row> {
    let theme = |at: u64| {
        let name = text(format!("Theme {} of Partnership {tenant:04}", at + 1));
        row(tenant, Kind::Theme, at, vec![id(Kind::Agreement, tenant, 0), number(at + 1), name, text(SOURCE)])
    };
    (0..THEMES).map(theme).collect()
}

fn outcomes(tenant: u64) -> Vec<Row> {
    let outcome = |at: u64| {
        let theme = id(Kind::Theme, tenant, at / (OUTCOMES / THEMES));
        let statement = text(format!("Outcome {}: people in the area are better off in a way that is worth measuring", at + 1));
        let place = number(at % (OUTCOMES / THEMES) + 1);
        row(tenant, Kind::Outcome, at, vec![theme, place, statement, Cell::Truth(true), text(SOURCE)])
    };
    (0..OUTCOMES).map(outcome).collect()
}

fn indicators(tenant: u64) -> Vec<Row> {
    let indicator = |line: u64| {
        let rest = vec![
            text(reference(line)),
            text(format!("L {line:03}")),
            text(format!("Measure {line:03}: share of residents of whom something worth counting is true")),
            text(if is_higher_better(line) { "HIGHER" } else { "LOWER" }),
            text("PERCENT"),
            text("SNAPSHOT"),
            text("QUARTERLY"),
            text("NEITHER"),
            text("SHARED"),
            whole(1),
            whole(30),
            text(SOURCE),
        ];
        row(tenant, Kind::Indicator, line, rest)
    };
    (0..LINES).map(indicator).collect()
}

fn lines(tenant: u64) -> Vec<Row> {
    let line = |at: u64| {
        let outcome = at / (LINES / OUTCOMES);
        let rest = vec![
            id(Kind::Agreement, tenant, 0),
            id(Kind::Indicator, tenant, at),
            id(Kind::Area, tenant, 0),
            id(Kind::Theme, tenant, outcome / (OUTCOMES / THEMES)),
            id(Kind::Outcome, tenant, outcome),
            number(at + 1),
            text("AGREED"),
            Cell::Truth(true),
            text(SOURCE),
        ];
        row(tenant, Kind::Line, at, rest)
    };
    (0..LINES).map(line).collect()
}

fn policy(tenant: u64) -> Vec<Row> {
    let rest = vec![
        text("default"),
        text("Default tolerance"),
        text("PERCENT_OF_EXPECTED"),
        whole(1),
        whole(5_000_000),
        Cell::Truth(false),
        Cell::Truth(false),
        Cell::Truth(true),
        id(Kind::Body, tenant, 0),
        text("2009-01-14"),
        text("2008-04-01"),
        text(SOURCE),
    ];
    vec![row(tenant, Kind::Policy, 0, rest)]
}

fn targets(tenant: u64) -> Vec<Row> {
    let of_line = |line: u64| {
        let figures = Figures::of(tenant, line);
        (FIRST_TARGET..FIRST_TARGET + TARGETS).zip(0..).map(move |(year, at)| {
            let rest = vec![
                id(Kind::Line, tenant, line),
                text(format!("FY{year}")),
                text(format!("{}-03-31", year + 1)),
                text("ABSOLUTE"),
                text("LINEAR"),
                millionths(figures.target(year)),
                text(format!("FY{}", FIRST_TARGET - 1)),
                millionths(figures.baseline),
                text("[]"),
                text("[]"),
                Cell::Truth(true),
                id(Kind::Act, tenant, 0),
                text("2008-04-01"),
                text(MOMENT),
                text(SOURCE),
            ];
            row(tenant, Kind::Target, line * 10 + at, rest)
        })
    };
    (0..LINES).flat_map(of_line).collect()
}

/// Code, label, first and last day of the `at`-th quarter from the fourth of 2006/07.
fn quarter(at: u64) -> (String, String, NaiveDate, NaiveDate) {
    let at = i32::try_from(at).unwrap_or(0) + 3;
    let (year, part) = (2006 + at / 4, at % 4 + 1);
    let month = |months: i32| {
        let months = year * 12 + 3 + months;
        NaiveDate::from_ymd_opt(months / 12, u32::try_from(months % 12).unwrap_or(0) + 1, 1).unwrap_or_default()
    };
    let (starts, after) = (month(3 * (part - 1)), month(3 * part));
    let label = format!("Q{part} {year}/{:02}", (year + 1) % 100);
    (format!("FY{year}-Q{part}"), label, starts, after.pred_opt().unwrap_or_default())
}

fn observations(tenant: u64) -> Vec<Row> {
    let quarters: Vec<_> = (0..QUARTERS).map(quarter).collect();
    let of_line = |line: u64| {
        let figures = Figures::of(tenant, line);
        let quarters = quarters.clone();
        quarters.into_iter().zip(0..).map(move |((code, label, starts, ends), at)| {
            let recorded = ends.checked_add_days(chrono::Days::new(20)).unwrap_or(ends);
            let rest = vec![
                id(Kind::Indicator, tenant, line),
                id(Kind::Area, tenant, 0),
                text(code),
                text(label),
                text("NORMAL"),
                text("EXACT"),
                text(starts.to_string()),
                text(ends.to_string()),
                millionths(figures.observed(at)),
                whole(1),
                Cell::Truth(true),
                id(Kind::Act, tenant, 0),
                text(recorded.to_string()),
                text(MOMENT),
                text(SOURCE),
            ];
            row(tenant, Kind::Observation, line * 100 + at, rest)
        })
    };
    (0..LINES).flat_map(of_line).collect()
}

fn stored_query(tenant: u64) -> Vec<Row> {
    let texts = ["dashboard", "Dashboard of the agreement", SOURCE].map(text);
    vec![row(tenant, Kind::StoredQuery, 0, texts.into_iter().chain(recorded(tenant)).collect())]
}

fn stored_query_version(tenant: u64) -> Vec<Row> {
    // In one line, as what is loaded has to be.
    let document: Vec<&str> = include_str!("dashboard.graphql").split_whitespace().collect();
    let definition = json!({
        "document": document.join(" "),
        "rowsPath": "tenant.agreement.themes.nodes",
        "pagesBy": null,
        "columns": [{ "name": "name", "path": "name", "kind": "TEXT" }],
        "parameters": [{ "name": "slug", "kind": "TEXT", "is_required": true }],
    });
    let first = [id(Kind::StoredQuery, tenant, 0), whole(1), text(definition.to_string()), text("2008-04-01")];
    vec![row(tenant, Kind::StoredQueryVersion, 0, first.into_iter().chain(recorded(tenant)).collect())]
}

/// By which act, and when.
fn recorded(tenant: u64) -> [Cell; 3] {
    [id(Kind::Act, tenant, 0), text("2008-04-01"), text(MOMENT)]
}
