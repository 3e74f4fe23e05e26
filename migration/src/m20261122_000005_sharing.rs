//! Information-sharing agreements between tenants. They belong to all their parties, so they bear no tenant's key.

use crate::schema::{
    Kind::{Date, Moment, Text, Truth, Uuid, Whole},
    Table, migration_of,
};

migration_of! {
    Table::global("sharing_agreement")
        .columns(Text, &["reference", "title", "purpose", "lawful_basis", "source"])
        .columns(Whole, &["tier", "version"])
        .columns(Date, &["effective_from", "effective_to", "review_on", "proposed_on"])
        .column("recorded_at", Moment)
        .beyond("proposed_by_id", "tenant")
        .optional(Uuid, &["supersedes_id"])
        .beyond_or_none("withdrawn_by_id", "tenant")
        .optional(Date, &["withdrawn_on"])
        .optional(Text, &["withdrawal_reason"])
        .column("is_illustrative", Truth)
        .unique(&["reference", "version"])
        .check("term", "effective_to >= effective_from")
        .check("tier", "tier IN (1, 2)"),
    Table::global("sharing_party")
        .beyond("agreement_id", "sharing_agreement")
        .beyond("party_id", "tenant")
        .optional(Date, &["approved_on"])
        .optional(Text, &["approved_office", "minute_reference"])
        .unique(&["agreement_id", "party_id"]),
    Table::global("sharing_clause")
        .beyond("agreement_id", "sharing_agreement")
        .column("number", Whole)
        .column("category", Text)
        .beyond("discloser_id", "tenant")
        .unique(&["agreement_id", "number"]),
}
