//! Neighbourhood feedback with its collation, and lead members' quarterly returns.

use crate::schema::{
    Kind::{Date, Json, Moment, Text, Truth, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("feedback")
        .beyond("unit_id", "area")
        .beyond("council_area_id", "area")
        .columns(Text, &["quarter", "words"])
        .beyond("author_id", "person")
        .column("version", Whole)
        .column("is_illustrative", Truth)
        .within("act_id", "act")
        .column("sent_on", Date)
        .column("sent_at", Moment)
        .unique(&["quarter", "unit_id", "author_id"]),
    Table::of_tenants("feedback_issue")
        .within("feedback_id", "feedback")
        .columns(Whole, &["version", "number"])
        .beyond("author_id", "person")
        .columns(Text, &["subject", "text"])
        .unique(&["feedback_id", "version", "number"]),
    Table::of_tenants("feedback_summary")
        .beyond("area_id", "area")
        .columns(Text, &["quarter", "text"])
        .columns(Whole, &["version", "forms", "units_heard", "units_awaited"])
        .column("is_illustrative", Truth)
        .within("act_id", "act")
        .column("collated_on", Date)
        .column("collated_at", Moment)
        .optional(Date, &["sent_on"])
        .within_or_none("sent_act_id", "act")
        .unique(&["quarter", "area_id"]),
    Table::of_tenants("feedback_theme")
        .within("summary_id", "feedback_summary")
        .beyond("area_id", "area")
        .columns(Whole, &["version", "number", "merged"])
        .columns(Text, &["subject", "title", "text"])
        .unique(&["summary_id", "version", "number"]),
    Table::of_tenants("feedback_source")
        .within("theme_id", "feedback_theme")
        .beyond("area_id", "area")
        .beyond("unit_id", "area")
        .column("quarter", Text)
        .column("mentions", Whole)
        .unique(&["theme_id", "quarter", "unit_id"]),
    Table::of_tenants("quarterly_return")
        .beyond("area_id", "area")
        .column("quarter", Text)
        .column("version", Whole)
        .column("draft", Json)
        .within("act_id", "act")
        .column("saved_on", Date)
        .column("saved_at", Moment)
        .unique(&["quarter", "area_id"]),
    Table::of_tenants("quarterly_return_submission")
        .within("return_id", "quarterly_return")
        .beyond("area_id", "area")
        .columns(Text, &["quarter", "content", "content_hash"])
        .column("number", Whole)
        .optional(Date, &["meeting_on", "due_on", "withdrawn_on", "received_on"])
        .columns(Truth, &["is_late", "is_illustrative"])
        .optional(Text, &["late_reason", "withdrawal_reason", "minute_reference", "receipt_note"])
        .within("act_id", "act")
        .column("submitted_on", Date)
        .column("submitted_at", Moment)
        .within_or_none("withdrawn_act_id", "act")
        .within_or_none("received_act_id", "act")
        .unique(&["return_id", "number"])
        .unique_where("standing", &["return_id"], "withdrawn_on IS NULL"),
    Table::of_tenants("quarterly_return_follow_up")
        .within("submission_id", "quarterly_return_submission")
        .beyond("area_id", "area")
        .column("number", Whole)
        .column("text", Text)
        .column("due_on", Date)
        .optional(Date, &["closed_on"])
        .optional(Text, &["outcome"])
        .within_or_none("closed_act_id", "act")
        .unique(&["submission_id", "number"]),
}
