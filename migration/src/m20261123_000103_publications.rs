//! The Environmental Scan and the Members' Bulletin, with what they tell lead members.

use crate::schema::{
    Kind::{Date, Moment, Text, Uuid, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("publication")
        .column("kind", Text)
        .column("number", Whole)
        .optional(Text, &["month"])
        .column("published_on", Date)
        .column("published_at", Moment)
        .within("act_id", "act")
        .unique(&["kind", "number"])
        .unique(&["kind", "month"]),
    Table::of_tenants("publication_item")
        .within("publication_id", "publication")
        .column("number", Whole)
        .beyond("area_id", "area")
        .columns(Text, &["headline", "words"])
        .optional(Text, &["action_asked", "about_kind", "address"])
        .optional(Uuid, &["about_id"])
        .unique(&["publication_id", "number", "area_id"])
        .check("about", "(about_kind IS NULL) = (about_id IS NULL)"),
}
