//! Budgets of partnerships, decisions within delegated powers, what they commit, and the interests of those who take them.

use crate::schema::{
    Kind::{Date, Json, Long, Moment, Text, Truth, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("budget")
        .within("body_id", "body")
        .columns(Text, &["financial_year", "source"])
        .column("version", Whole)
        .column("total_pence", Long)
        .column("is_illustrative", Truth)
        .within("act_id", "act")
        .column("recorded_on", Date)
        .column("recorded_at", Moment)
        .optional(Date, &["agreed_on", "closed_on", "superseded_on"])
        .optional(Text, &["minute_reference"])
        .within_or_none("agreed_act_id", "act")
        .within_or_none("closed_act_id", "act")
        .unique(&["body_id", "financial_year", "version"])
        .unique_where("standing", &["body_id", "financial_year"], "superseded_on IS NULL")
        .check("total", "total_pence > 0"),
    Table::of_tenants("budget_line")
        .within("budget_id", "budget")
        .column("number", Whole)
        .column("name", Text)
        .column("agreed_pence", Long)
        .optional(Text, &["fund", "closing_reason"])
        .beyond_or_none("delivered_by_id", "organisation")
        .optional(Date, &["closed_on"])
        .within_or_none("closing_act_id", "act")
        .unique(&["budget_id", "number"])
        .check("agreed", "agreed_pence > 0"),
    Table::of_tenants("decision")
        .columns(Text, &["kind", "financial_year", "subject", "authority", "interest", "source"])
        .columns(Whole, &["number", "delegation_number"])
        .within("body_id", "body")
        .optional(Text, &["statement", "regard_reason", "interest_words"])
        .column("regard_objectives", Json)
        .within_or_none("line_id", "budget_line")
        .optional(Long, &["amount_pence"])
        .optional(Date, &["spend_on"])
        .beyond_or_none("recipient_id", "organisation")
        .column("is_illustrative", Truth)
        .within("act_id", "act")
        .column("decided_on", Date)
        .column("recorded_at", Moment)
        .unique(&["financial_year", "number"])
        .check("money", "(line_id IS NULL) = (amount_pence IS NULL) AND (line_id IS NULL) = (spend_on IS NULL)")
        .check("number", "number > 0"),
    Table::of_tenants("decision_priority")
        .within("decision_id", "decision")
        .within("theme_id", "theme")
        .unique(&["decision_id", "theme_id"]),
    Table::of_tenants("commitment")
        .within("decision_id", "decision")
        .within("line_id", "budget_line")
        .column("kind", Text)
        .column("pence", Long)
        .optional(Text, &["words"])
        .column("is_illustrative", Truth)
        .within("act_id", "act")
        .column("entered_on", Date)
        .column("recorded_at", Moment)
        .unique_where("once", &["decision_id", "kind"], "kind <> 'SPENT'")
        .check("pence", "pence > 0"),
    Table::of_tenants("interest")
        .beyond("person_id", "person")
        .column("words", Text)
        .beyond_or_none("organisation_id", "organisation")
        .column("is_prejudicial", Truth)
        .within("act_id", "act")
        .column("declared_on", Date)
        .column("recorded_at", Moment)
        .optional(Date, &["ends_on"])
        .within_or_none("ending_act_id", "act"),
}
