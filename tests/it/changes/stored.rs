//! What is stored, by tenant and area of records, beside the versions that the areas have come to: what changed is to be what moved.

use std::collections::{BTreeMap, BTreeSet};

use entity::tables::{RecordArea, stored::StoredTable, stored_tables};
use tests::support::{Engine, Probe, TestApp};

/// An area of a tenant's records, the tenant by its identifier in hexadecimal.
type Place = (String, RecordArea);

/// Everything in the database, at one moment.
pub struct Stored {
    rows: BTreeMap<Place, BTreeSet<String>>,
    versions: BTreeMap<Place, i64>,
}

/// The area that a register is expected to belong to, said here once more.
fn area(table: &str) -> RecordArea {
    match table {
        "act" | "audit_chain" | "audit_event" => RecordArea::Record,
        "appointment" | "body" | "body_membership" => RecordArea::Organisation,
        "service_account_grant" => RecordArea::Identity,
        "feedback"
        | "feedback_issue"
        | "feedback_source"
        | "feedback_summary"
        | "feedback_theme"
        | "quarterly_return"
        | "quarterly_return_follow_up"
        | "quarterly_return_submission" => RecordArea::Governance,
        "agreement"
        | "agreement_indicator"
        | "area_set"
        | "area_set_member"
        | "indicator"
        | "observation"
        | "outcome"
        | "outlook"
        | "period_close"
        | "target"
        | "theme"
        | "tolerance_policy"
        | "transformational_issue" => RecordArea::Performance,
        "delegation" | "policing_plan_alignment" | "policing_plan_measure" | "policing_plan_objective" => RecordArea::Governance,
        "budget"
        | "budget_line"
        | "budget_revision"
        | "budget_revision_line"
        | "commitment"
        | "decision"
        | "decision_priority"
        | "interest" => RecordArea::Finance,
        "stored_query" | "stored_query_version" => RecordArea::Dashboards,
        "risk" | "risk_action" | "risk_assessment" | "risk_attempt" | "risk_control" | "risk_link" | "risk_referral"
        | "risk_referral_step" | "risk_review" => RecordArea::Risk,
        "action"
        | "action_owner"
        | "action_plan"
        | "action_plan_feedback"
        | "action_plan_version"
        | "action_progress"
        | "agenda_item"
        | "agenda_link"
        | "attendance"
        | "attendance_correction"
        | "corrected_attendance"
        | "interview_correction"
        | "meeting"
        | "meeting_cascade"
        | "meeting_decision"
        | "meeting_pack"
        | "meeting_paper"
        | "meeting_summary"
        | "member_interview"
        | "minute_correction"
        | "minutes_approval"
        | "obligation_waiver"
        | "publication"
        | "publication_item"
        | "summary_recipient" => RecordArea::Governance,
        other => panic!("say to which area {other} belongs"),
    }
}

/// What is seen in a tenant of tables that belong to none: the table, and how its rows are found for a tenant called `seen.tenant_id`.
const BEYOND: [(&str, &str, RecordArea); 8] = [
    (
        "sharing_agreement",
        "JOIN (SELECT party_id AS tenant_id, agreement_id FROM sharing_party) AS seen ON seen.agreement_id = t.id",
        RecordArea::Sharing,
    ),
    (
        "sharing_party",
        "JOIN (SELECT party_id AS tenant_id, agreement_id FROM sharing_party) AS seen ON seen.agreement_id = t.agreement_id",
        RecordArea::Sharing,
    ),
    (
        "sharing_clause",
        "JOIN (SELECT party_id AS tenant_id, agreement_id FROM sharing_party) AS seen ON seen.agreement_id = t.agreement_id",
        RecordArea::Sharing,
    ),
    ("account", "JOIN appointment AS seen ON seen.person_id = t.person_id", RecordArea::Identity),
    (
        "session",
        "JOIN account AS a ON a.id = t.account_id JOIN appointment AS seen ON seen.person_id = a.person_id",
        RecordArea::Identity,
    ),
    ("service_account", "JOIN service_account_grant AS seen ON seen.service_account_id = t.id", RecordArea::Identity),
    ("api_key", "JOIN service_account_grant AS seen ON seen.service_account_id = t.service_account_id", RecordArea::Identity),
    (
        "authenticator",
        "JOIN account AS a ON a.id = t.account_id JOIN appointment AS seen ON seen.person_id = a.person_id",
        RecordArea::Identity,
    ),
];

impl Stored {
    /// Reads all of it.
    pub async fn of(app: &TestApp) -> Self {
        let probe = Probe::open(app.database()).await;
        let hex = |column: &str| match app.engine() {
            Engine::Sqlite => format!("lower(hex({column}))"),
            Engine::Postgres => format!("replace(CAST({column} AS text), '-', '')"),
        };
        let whole = |table: &StoredTable| match app.engine() {
            Engine::Sqlite => {
                let columns: Vec<String> = table.column_names().iter().map(|column| format!("quote(t.{column})")).collect();
                columns.join("||'|'||")
            }
            Engine::Postgres => "CAST(t AS text)".to_owned(),
        };
        let mut rows: BTreeMap<Place, BTreeSet<String>> = BTreeMap::new();
        for table in stored_tables().iter().filter(|table| table.name != "data_version") {
            let beyond = BEYOND.iter().find(|(name, ..)| *name == table.name);
            let (from, tenant, area) = match beyond {
                Some((_, join, area)) => (format!("{} AS t {join}", table.name), "seen.tenant_id", *area),
                None if table.of_tenants => (format!("{} AS t", table.name), "t.tenant_id", area(&table.name)),
                None => continue,
            };
            for row in probe.rows(&format!("SELECT {}, {} FROM {from}", hex(tenant), whole(table))).await {
                rows.entry((row[0].clone(), area)).or_default().insert(format!("{} {}", table.name, row[1]));
            }
            // What was passed on is the record of the tenant that it came from, too.
            if table.column_names().contains(&"origin_tenant_id") {
                for row in probe.rows(&format!("SELECT {}, {} FROM {from}", hex("t.origin_tenant_id"), whole(table))).await {
                    rows.entry((row[0].clone(), area)).or_default().insert(format!("{} {}", table.name, row[1]));
                }
            }
        }
        let sql = format!("SELECT {}, area, CAST(version AS text) FROM data_version", hex("tenant_id"));
        let version = |row: Vec<String>| ((row[0].clone(), row[1].parse().expect("an area")), row[2].parse().expect("a number"));
        let versions = probe.rows(&sql).await.into_iter().map(version).collect();
        probe.close().await;
        Self { rows, versions }
    }

    /// Holds it that between two moments exactly the versions of what changed moved, each by one.
    pub fn moved_to(&self, after: &Self, what: &str) {
        let places: BTreeSet<&Place> = self.rows.keys().chain(after.rows.keys()).collect();
        let changed: BTreeSet<&Place> =
            places.into_iter().filter(|place| self.rows.get(place) != after.rows.get(place)).collect();
        let moved: BTreeSet<&Place> = after
            .versions
            .iter()
            .filter(|(place, version)| self.versions.get(place) != Some(version))
            .map(|(place, _)| place)
            .collect();
        assert_eq!(moved, changed, "{what}: what moved on the left, what changed on the right");
        assert!(!changed.is_empty(), "{what} changed something");
        for place in moved {
            if let Some(before) = self.versions.get(place) {
                assert_eq!(after.versions.get(place), Some(&(before + 1)), "{what}: {place:?}");
            }
        }
    }

    /// The same for something that is to change nothing.
    pub fn stood_still_until(&self, after: &Self) {
        assert_eq!(self.versions, after.versions);
        assert_eq!(self.rows, after.rows);
    }

    /// How far a tenant's area has come.
    pub fn version(&self, tenant: &str, area: RecordArea) -> i64 {
        let id = entity::tables::Id::<entity::tables::organisation::tenant::Model>::named("tenant", tenant);
        self.versions.get(&(id.uuid().simple().to_string(), area)).copied().unwrap_or(0)
    }
}
