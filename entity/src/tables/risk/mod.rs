//! Registers of risks, and what became of those that were passed on.

#![expect(clippy::module_inception, reason = "risks are one of the things of the area that bears their name")]

pub mod risk;
pub mod risk_action;
pub mod risk_assessment;
pub mod risk_attempt;
pub mod risk_control;
pub mod risk_link;
pub mod risk_referral;
pub mod risk_referral_step;
pub mod risk_review;
