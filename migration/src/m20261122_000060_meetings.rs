//! Meetings with agenda, papers, attendance, decisions, summaries and packs.

use crate::schema::{
    Kind::{Date, Moment, Text, Truth, Uuid, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("meeting")
        .within("body_id", "body")
        .columns(Text, &["title", "source"])
        .column("held_on", Date)
        .optional(Text, &["starts_at", "place", "key_issue", "cancellation_reason"])
        .optional(Date, &["called_on", "cancelled_on"])
        .column("is_illustrative", Truth)
        .within_or_none("act_id", "act")
        .unique(&["body_id", "held_on", "title"])
        .index(&["held_on"]),
    Table::of_tenants("agenda_item")
        .within("meeting_id", "meeting")
        .column("number", Whole)
        .column("title", Text)
        .optional(Text, &["exemption", "source"])
        .optional(Whole, &["duty"])
        .unique(&["meeting_id", "number"]),
    Table::of_tenants("agenda_link")
        .within("agenda_item_id", "agenda_item")
        .column("kind", Text)
        .column("subject_id", Uuid)
        .unique(&["agenda_item_id", "kind", "subject_id"]),
    Table::of_tenants("meeting_paper")
        .within("meeting_id", "meeting")
        .within_or_none("agenda_item_id", "agenda_item")
        .columns(Text, &["title", "address"])
        .optional(Text, &["exemption"]),
    Table::of_tenants("attendance")
        .within("meeting_id", "meeting")
        .within_or_none("appointment_id", "appointment")
        .optional(Text, &["guest"])
        .column("presence", Text)
        .unique(&["meeting_id", "appointment_id"])
        .check("who", "(appointment_id IS NULL) <> (guest IS NULL)"),
    Table::of_tenants("meeting_decision")
        .within("meeting_id", "meeting")
        .within_or_none("agenda_item_id", "agenda_item")
        .columns(Text, &["minute_number", "words", "source"])
        .optional(Text, &["exemption"])
        .column("recorded_on", Date)
        .column("is_illustrative", Truth)
        .within_or_none("act_id", "act")
        .unique(&["meeting_id", "minute_number"]),
    Table::of_tenants("meeting_summary")
        .within("meeting_id", "meeting")
        .column("words", Text)
        .optional(Text, &["address", "late_reason"])
        .columns(Date, &["due_on", "published_on"])
        .within("act_id", "act")
        .unique(&["meeting_id"]),
    Table::of_tenants("summary_recipient")
        .within("meeting_summary_id", "meeting_summary")
        .beyond("person_id", "person")
        .within("appointment_id", "appointment")
        .column("office", Text)
        .unique(&["meeting_summary_id", "person_id"]),
    Table::of_tenants("meeting_pack")
        .within("meeting_id", "meeting")
        .column("version", Whole)
        .columns(Text, &["content", "content_hash"])
        .column("frozen_on", Date)
        .column("frozen_at", Moment)
        .within("act_id", "act")
        .unique(&["meeting_id", "version"]),
}
