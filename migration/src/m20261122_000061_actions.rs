//! Actions of every plan and meeting, their owners and progress; obligations that were waived.

use crate::schema::{
    Kind::{Date, Moment, Text, Truth, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("action_plan")
        .columns(Text, &["reference", "title", "source"])
        .within_or_none("body_id", "body")
        .optional(Date, &["from_on", "to_on"])
        .column("is_illustrative", Truth)
        .unique(&["reference"]),
    Table::of_tenants("action")
        .within_or_none("plan_id", "action_plan")
        .within_or_none("decision_id", "meeting_decision")
        .columns(Text, &["reference", "words", "state", "source"])
        .optional(
            Text,
            &[
                "part", "heading", "success_measure", "timescale_words", "timescale_precision", "resources", "printed_progress",
                "printed_status",
            ],
        )
        .optional(Date, &["due_on", "starts_on", "review_on", "closed_on"])
        .beyond_or_none("area_id", "area")
        .columns(Whole, &["place", "version"])
        .column("recorded_on", Date)
        .column("is_illustrative", Truth)
        .within_or_none("act_id", "act")
        .unique(&["plan_id", "reference", "part"])
        .unique_where("whole", &["plan_id", "reference"], "part IS NULL")
        .index(&["due_on"]),
    Table::of_tenants("action_owner")
        .within("action_id", "action")
        .column("number", Whole)
        .column("words", Text)
        .optional(Text, &["office"])
        .beyond_or_none("area_id", "area")
        .within_or_none("body_id", "body")
        .column("is_accountable", Truth)
        .unique(&["action_id", "number"])
        .unique_where("accountable", &["action_id"], "is_accountable"),
    Table::of_tenants("action_progress")
        .within("action_id", "action")
        .column("number", Whole)
        .columns(Text, &["state", "words"])
        .optional(Text, &["evidence", "evidence_address"])
        .column("recorded_on", Date)
        .column("recorded_at", Moment)
        .within("act_id", "act")
        .unique(&["action_id", "number"]),
    Table::of_tenants("obligation_waiver")
        .columns(Text, &["code", "title", "reason"])
        .columns(Date, &["due_on", "waived_on"])
        .within("act_id", "act")
        .unique(&["code"]),
}
