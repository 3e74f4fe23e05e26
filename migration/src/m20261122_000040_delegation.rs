//! Instruments of delegation; objectives and measures of the Policing Plan, and how areas' priorities answer to them.

use crate::schema::{
    Kind::{Date, Json, Moment, Text, Truth, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("delegation")
        .column("number", Whole)
        .within("delegated_by_id", "body")
        .optional(Text, &["to_office"])
        .within_or_none("to_body_id", "body")
        .columns(Text, &["power", "words", "source"])
        .optional(Text, &["limit_words", "approved_by", "minute", "revocation_reason"])
        .beyond_or_none("area_id", "area")
        .optional(Date, &["approved_on", "starts_on", "ends_on", "revoked_on"])
        .column("is_illustrative", Truth)
        .within_or_none("act_id", "act")
        .within_or_none("revocation_act_id", "act")
        .unique(&["number"])
        .check("holder", "(to_office IS NULL) <> (to_body_id IS NULL)")
        .check("term", "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on"),
    Table::of_tenants("policing_plan_objective")
        .within("agreement_id", "agreement")
        .column("number", Whole)
        .columns(Text, &["title", "source"])
        .optional(Text, &["note"])
        .column("aims", Json)
        .unique(&["agreement_id", "number"]),
    Table::of_tenants("policing_plan_measure")
        .within("objective_id", "policing_plan_objective")
        .column("number", Whole)
        .columns(Text, &["words", "source"])
        .column("is_priority", Truth)
        .optional(Text, &["projected"])
        .column("targets", Json)
        .beyond_or_none("national_indicator_id", "national_indicator")
        .unique(&["objective_id", "number"]),
    Table::of_tenants("policing_plan_alignment")
        .within("objective_id", "policing_plan_objective")
        .beyond("area_id", "area")
        .columns(Text, &["priority_reference", "priority_name", "judgement"])
        .optional(Text, &["note"])
        .column("version", Whole)
        .column("is_illustrative", Truth)
        .within("act_id", "act")
        .column("recorded_on", Date)
        .column("recorded_at", Moment)
        .optional(Date, &["superseded_on"])
        .unique_where("standing", &["objective_id", "priority_reference"], "superseded_on IS NULL"),
}
