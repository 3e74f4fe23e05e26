//! A risk is passed on to an authority once at a time: of its referrals there only one is not closed. One that went both ways is closed
//! when both are.

use crate::schema::{Table, migration_of};

migration_of! {
    Table::added_to("risk_referral").unique_where(
        "open",
        &["origin_tenant_id", "origin_risk_id"],
        "NOT (COALESCE(authority_state, partnership_state, common_state) = 'CLOSED' \
            AND COALESCE(partnership_state, authority_state, common_state) = 'CLOSED')",
    ),
}
