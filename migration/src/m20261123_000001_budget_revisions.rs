//! Agreed budgets can be revised within their year; a decision knows the revision by which it was judged.

use crate::schema::{
    Kind::{Date, Long, Moment, Text, Uuid, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("budget_revision")
        .within("budget_id", "budget")
        .columns(Whole, &["number", "version"])
        .column("total_pence", Long)
        .column("reason", Text)
        .column("effective_on", Date)
        .within("act_id", "act")
        .column("recorded_on", Date)
        .column("recorded_at", Moment)
        .optional(Date, &["agreed_on", "superseded_on"])
        .optional(Text, &["minute_reference"])
        .within_or_none("agreed_act_id", "act")
        .unique(&["budget_id", "number", "version"])
        .unique_where("standing", &["budget_id", "number"], "superseded_on IS NULL")
        .check("total", "total_pence > 0"),
    Table::of_tenants("budget_revision_line")
        .within("revision_id", "budget_revision")
        .column("number", Whole)
        .within_or_none("line_id", "budget_line")
        .optional(Text, &["name", "fund", "standing"])
        .beyond_or_none("delivered_by_id", "organisation")
        .column("agreed_pence", Long)
        .unique(&["revision_id", "number"])
        .check("named", "line_id IS NOT NULL OR name IS NOT NULL")
        .check("agreed", "agreed_pence >= 0"),
    Table::added_to("budget_line").optional(Date, &["from_on"]),
    Table::added_to("decision").optional(Long, &["line_agreed_pence"]).optional(Uuid, &["revision_id"]),
}
