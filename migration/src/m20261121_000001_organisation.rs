//! Areas and reference data, tenants, organisations, people, bodies, appointments and acts.

use crate::schema::{
    Kind::{Date, Json, Moment, Text, Truth, Whole},
    Table, migration_of,
};

migration_of! {
    Table::global("area")
        .columns(Text, &["reference", "name", "kind", "source"])
        .optional(Text, &["gss_code", "gss_basis", "note"])
        .optional(Date, &["valid_from", "valid_to"])
        .unique(&["reference"])
        .unique(&["gss_code"]),
    Table::global("area_link")
        .columns(Text, &["hierarchy", "source"])
        .beyond("parent_id", "area")
        .beyond("child_id", "area")
        .optional(Date, &["from_on", "to_on"]),
    Table::global("area_succession")
        .beyond("predecessor_id", "area")
        .beyond("successor_id", "area")
        .column("on_date", Date)
        .column("source", Text),
    Table::global("national_indicator")
        .columns(Whole, &["number", "decimals"])
        .columns(Text, &["code", "title", "polarity", "unit", "measure_kind", "frequency", "source"])
        .columns(Date, &["valid_from", "valid_to"])
        .column("is_place_survey", Truth)
        .optional(Text, &["note"])
        .unique(&["number"]),
    Table::global("organisation")
        .columns(Text, &["reference", "name", "kind", "sector", "part_played", "source"])
        .column("aliases", Json)
        .beyond_or_none("area_id", "area")
        .unique(&["reference"]),
    Table::global("person")
        .column("name", Text)
        .beyond_or_none("organisation_id", "organisation"),
    Table::global("tenant")
        .columns(Text, &["slug", "name", "kind", "source"])
        .beyond("area_id", "area")
        .beyond_or_none("organisation_id", "organisation")
        .optional(Date, &["ended_on"])
        .unique(&["slug"]),
    Table::global("tenant_relation")
        .beyond("from_tenant_id", "tenant")
        .columns(Text, &["kind", "source"])
        .beyond_or_none("to_tenant_id", "tenant")
        .beyond_or_none("to_organisation_id", "organisation")
        .optional(Date, &["from_on", "to_on"]),
    Table::of_tenants("body")
        .columns(Text, &["reference", "name", "kind", "is_statutory", "purpose", "source"])
        .column("aliases", Json)
        .within_or_none("parent_id", "body")
        .optional(Text, &["legal_basis", "established", "ended"])
        .unique(&["reference"])
        .index(&["name", "id"]),
    Table::of_tenants("body_membership")
        .within("body_id", "body")
        .beyond("organisation_id", "organisation")
        .optional(Text, &["capacity", "note"])
        .column("source", Text),
    Table::of_tenants("appointment")
        .beyond("person_id", "person")
        .column("office", Text)
        .within_or_none("body_id", "body")
        .beyond_or_none("area_id", "area")
        .beyond_or_none("organisation_id", "organisation")
        .column("from_on", Date)
        .optional(Date, &["to_on"])
        .optional(Text, &["minute_reference"])
        .column("source", Text)
        .check("dates", "to_on IS NULL OR to_on >= from_on"),
    Table::of_tenants("act")
        .column("kind", Text)
        .beyond_or_none("person_id", "person")
        .within_or_none("appointment_id", "appointment")
        .optional(Text, &["office", "request_id"])
        .column("done_on", Date)
        .column("done_at", Moment),
}
