//! Registers of risks, and what became of those that were passed on to the Authority.

use crate::schema::{
    Kind::{Date, Json, Moment, Text, Truth, Uuid, Whole},
    Table, migration_of,
};

migration_of! {
    recorded(Table::of_tenants("risk"))
        .columns(Whole, &["number", "appetite", "version"])
        .columns(Text, &["title", "nature", "category", "cause", "event", "effect", "owner_office", "response", "source"])
        .within("body_id", "body")
        .beyond("area_id", "area")
        .beyond_or_none("owner_organisation_id", "organisation")
        .optional(Text, &["transferee", "approval", "closing_reason"])
        .optional(Date, &["ends_on", "approval_expires_on", "resolve_by", "closed_on"])
        .column("is_illustrative", Truth)
        .unique(&["number"])
        .check("appetite", "appetite BETWEEN 1 AND 25"),
    recorded(Table::of_tenants("risk_assessment"))
        .within("risk_id", "risk")
        .columns(Whole, &[
            "number", "inherent_likelihood", "inherent_impact", "residual_likelihood", "residual_impact", "target_likelihood",
            "target_impact",
        ])
        .optional(Text, &["reason"])
        .unique(&["risk_id", "number"])
        .check("scale", "inherent_likelihood BETWEEN 1 AND 5 AND inherent_impact BETWEEN 1 AND 5 \
            AND residual_likelihood BETWEEN 1 AND 5 AND residual_impact BETWEEN 1 AND 5 \
            AND target_likelihood BETWEEN 1 AND 5 AND target_impact BETWEEN 1 AND 5"),
    recorded(Table::of_tenants("risk_control")).within("risk_id", "risk").columns(Text, &["description", "owner_office"]),
    recorded(Table::of_tenants("risk_action"))
        .within("risk_id", "risk")
        .columns(Text, &["description", "owner_office", "status"])
        .optional(Text, &["progress"])
        .optional(Date, &["due_on", "ended_on"]),
    recorded(Table::of_tenants("risk_attempt"))
        .within("risk_id", "risk")
        .column("tried_on", Date)
        .columns(Text, &["description", "counterpart", "result"]),
    Table::of_tenants("risk_link")
        .within("risk_id", "risk")
        .within_or_none("indicator_id", "indicator")
        .within_or_none("agreement_id", "agreement")
        .check("what", "indicator_id IS NULL OR agreement_id IS NULL"),
    // The risk itself is a row of another tenant, to which no key may point.
    recorded(Table::of_tenants("risk_referral"))
        .columns(Whole, &["number", "round", "residual_score", "version"])
        .beyond("origin_tenant_id", "tenant")
        .column("origin_risk_id", Uuid)
        .columns(Text, &["title", "common_state", "last_quarter"])
        .beyond("area_id", "area")
        .optional(Text, &["authority_state", "partnership_state", "scope"])
        .within_or_none("captured_as_id", "risk")
        .optional(Date, &["due_on"])
        .unique(&["number"])
        .unique(&["origin_tenant_id", "origin_risk_id", "round"])
        .check("round", "round >= 1"),
    recorded(Table::of_tenants("risk_referral_step"))
        .within("referral_id", "risk_referral")
        .beyond("origin_tenant_id", "tenant")
        .column("number", Whole)
        .columns(Text, &["step", "branch", "from_state", "to_state", "office"])
        .within_or_none("appointment_id", "appointment")
        .optional(Text, &["reason", "proposed_action", "mitigations", "minute_reference", "scope", "quarter"])
        .optional(Whole, &["residual_score"])
        .optional(Json, &["statement"])
        .optional(Date, &["met_on", "due_on"])
        .unique(&["referral_id", "number"]),
    recorded(Table::of_tenants("risk_review"))
        .column("quarter", Text)
        .columns(Whole, &["number", "reported"])
        .unique(&["quarter", "number"]),
}

/// By which act a row was written, and when.
fn recorded(table: Table) -> Table {
    table.within("act_id", "act").column("recorded_on", Date).column("recorded_at", Moment)
}
