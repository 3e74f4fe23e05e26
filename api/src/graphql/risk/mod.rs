//! Registers of risks, and the way of those that are passed on: who holds a risk, since when, what was decided and what came back.

#![expect(clippy::module_inception, reason = "risks are one of the things of the area that bears their name")]

mod custody;
mod deciding;
mod enums;
mod parts;
mod recording;
mod referral;
mod registering;
mod registers;
mod risk;
mod statement;

pub use deciding::RiskReferralMutation;
pub use enums::*;
pub use parts::{RiskAction, RiskAssessment, RiskAttempt, RiskControl};
pub use recording::RiskRecordMutation;
pub use referral::{RiskReferral, RiskReferralStep};
pub use registering::RiskRegisterMutation;
pub use registers::RiskRegisters;
pub use risk::Risk;

/// Declares what a mutation gives: one thing, or what was wrong with the input.
macro_rules! payload {
    ($(#[$about:meta])* $name:ident { $(#[$what:meta])* $field:ident: $type:ty }) => {
        $(#[$about])*
        #[derive(async_graphql::SimpleObject, Default)]
        pub struct $name {
            $(#[$what])*
            $field: Option<$type>,
            /// What was wrong with the input; empty when it was accepted.
            user_errors: Vec<$crate::graphql::errors::UserError>,
        }

        impl $name {
            fn of(done: Result<$type, entity::error::Error>) -> async_graphql::Result<Self> {
                match done {
                    Ok(thing) => Ok(Self { $field: Some(thing), user_errors: Vec::new() }),
                    Err(error) => Ok(Self { $field: None, user_errors: $crate::graphql::errors::for_user(error)? }),
                }
            }
        }
    };
}
use payload;
