//! How surely somebody has to have shown who they are before they may do a thing.
//!
//! Offices that decide or export do so from a session that showed a one-time code; approving and its like take a fresh proof of
//! identity. Both follow from the action, so a new action has to say what it takes before it compiles.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Action, Office, TABLE};
use crate::tables::values::closed_set;

/// A proof of identity is fresh for this long.
pub const FRESH: TimeDelta = TimeDelta::minutes(5);

closed_set! {
    /// With what a session was signed in, in the words of RFC 8176.
    pub enum SignInMethod {
        /// With a password.
        Password = "PWD",
        /// With a password and a one-time or recovery code.
        PasswordAndCode = "PWD_OTP",
    }
}

/// What an installation insists on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Demand {
    /// Nothing beyond signing in: demonstrations.
    Nothing,
    /// A fresh proof of identity where one is due; codes only from those who have an authenticator.
    StepUp,
    /// One-time codes from offices that decide or export, and fresh ones where a fresh proof is due.
    #[default]
    Codes,
}

/// How surely a session knows whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Assurance {
    /// What the installation insists on.
    pub demand: Demand,
    /// With what the session was signed in.
    pub method: SignInMethod,
    /// When that was shown last.
    pub shown_at: Option<DateTime<Utc>>,
    /// Whether the account has an authenticator.
    pub has_authenticator: bool,
}

/// What is missing, in a sentence that says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Shortfall {
    /// A one-time code is needed, and the account has no authenticator.
    #[error(
        "This needs a one-time code, and your account has no authenticator yet: set one up with createAuthenticator, then enableAuthenticator."
    )]
    NoAuthenticator,
    /// A one-time code is needed, and the session has shown none.
    #[error("This needs a one-time code: show one to this session with verifyIdentity, or sign in with one.")]
    NoCode,
    /// The last proof of identity is too old.
    #[error("Please show again that it is you: call verifyIdentity with a {} and try again within five minutes.", if *.by_code { "one-time code" } else { "password" })]
    Stale {
        /// Whether a code is asked for, and not the password.
        by_code: bool,
    },
}

/// Whether the action decides something for the partnership, lets somebody in, or takes data out.
#[must_use]
pub const fn decides_or_exports(action: Action) -> bool {
    match action {
        Action::Approve
        | Action::Set
        | Action::Resolve
        | Action::Export
        | Action::Invite
        | Action::Admit
        | Action::Publish
        | Action::Propose
        | Action::Withdraw
        | Action::Determine
        | Action::Agree => true,
        Action::Read
        | Action::Record
        | Action::Revise
        | Action::State
        | Action::Verify
        | Action::Import
        | Action::Submit
        | Action::Report
        | Action::Collate
        | Action::Define => false,
    }
}

/// Whether the action takes a fresh proof of identity.
#[must_use]
pub const fn needs_step_up(action: Action) -> bool {
    match action {
        // Sharing with others begins with a proposal and ends with a withdrawal; agreeing commits public money.
        Action::Approve | Action::Propose | Action::Withdraw | Action::Agree => true,
        Action::Read
        | Action::Record
        | Action::Revise
        | Action::Set
        | Action::Resolve
        | Action::State
        | Action::Verify
        | Action::Import
        | Action::Export
        | Action::Invite
        | Action::Admit
        | Action::Submit
        | Action::Report
        | Action::Collate
        | Action::Determine
        | Action::Define
        | Action::Publish => false,
    }
}

/// Whether an office may decide or export anything, and so needs one-time codes.
#[must_use]
pub fn needs_codes(office: Office) -> bool {
    TABLE.iter().any(|row| decides_or_exports(row.action) && row.offices.contains(&office))
}

impl Assurance {
    /// The assurance of whoever works on the installation's own command line, who is asked for nothing.
    #[must_use]
    pub const fn of_the_operator() -> Self {
        Self { demand: Demand::Nothing, method: SignInMethod::Password, shown_at: None, has_authenticator: false }
    }

    /// Whether it is enough for an action at `now`.
    ///
    /// # Errors
    /// What is missing.
    pub fn suffices_for(&self, action: Action, now: DateTime<Utc>) -> Result<(), Shortfall> {
        let has_shown_code = self.method == SignInMethod::PasswordAndCode;
        if self.demand == Demand::Codes && decides_or_exports(action) && !has_shown_code {
            return Err(if self.has_authenticator { Shortfall::NoCode } else { Shortfall::NoAuthenticator });
        }
        if self.demand == Demand::Nothing || !needs_step_up(action) {
            return Ok(());
        }
        let is_fresh = self.shown_at.is_some_and(|shown| now - shown < FRESH);
        // A password doesn't stand in for the code of an account that has an authenticator.
        if is_fresh && (has_shown_code || !self.has_authenticator) {
            return Ok(());
        }
        Err(Shortfall::Stale { by_code: self.has_authenticator })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_265_706_000 + minutes * 60, 0).unwrap()
    }

    fn by_password(demand: Demand) -> Assurance {
        Assurance { demand, method: SignInMethod::Password, shown_at: Some(at(0)), has_authenticator: false }
    }

    fn by_code(demand: Demand) -> Assurance {
        Assurance { method: SignInMethod::PasswordAndCode, has_authenticator: true, ..by_password(demand) }
    }

    #[test]
    fn reading_and_entering_take_nothing_beyond_signing_in() {
        for demand in [Demand::Nothing, Demand::StepUp, Demand::Codes] {
            for action in [Action::Read, Action::Record, Action::Revise, Action::State, Action::Verify, Action::Import] {
                assert_eq!(by_password(demand).suffices_for(action, at(600)), Ok(()), "{demand:?} {action}");
            }
        }
    }

    #[test]
    fn deciding_and_exporting_take_a_code_where_codes_are_demanded() {
        for action in [Action::Approve, Action::Set, Action::Resolve, Action::Export, Action::Invite] {
            let bare = by_password(Demand::Codes);
            assert_eq!(bare.suffices_for(action, at(0)), Err(Shortfall::NoAuthenticator), "{action}");
            let enrolled = Assurance { has_authenticator: true, ..bare };
            assert_eq!(enrolled.suffices_for(action, at(0)), Err(Shortfall::NoCode), "{action}");
            assert_eq!(by_code(Demand::Codes).suffices_for(action, at(0)), Ok(()), "{action}");
            assert_eq!(by_password(Demand::Nothing).suffices_for(action, at(600)), Ok(()), "{action}");
        }
    }

    #[test]
    fn approving_takes_a_proof_of_less_than_five_minutes_ago() {
        let coded = by_code(Demand::Codes);
        assert_eq!(coded.suffices_for(Action::Approve, at(4)), Ok(()));
        assert_eq!(coded.suffices_for(Action::Approve, at(5)), Err(Shortfall::Stale { by_code: true }));
        assert_eq!(coded.suffices_for(Action::Set, at(5)), Ok(()), "setting takes a code, but no fresh one");
        let unknown = Assurance { shown_at: None, ..coded };
        assert_eq!(unknown.suffices_for(Action::Approve, at(0)), Err(Shortfall::Stale { by_code: true }));
    }

    #[test]
    fn where_codes_are_not_demanded_a_fresh_password_does_unless_there_is_an_authenticator() {
        let bare = by_password(Demand::StepUp);
        assert_eq!(bare.suffices_for(Action::Approve, at(4)), Ok(()));
        assert_eq!(bare.suffices_for(Action::Approve, at(5)), Err(Shortfall::Stale { by_code: false }));
        let enrolled = Assurance { has_authenticator: true, ..bare };
        assert_eq!(enrolled.suffices_for(Action::Approve, at(0)), Err(Shortfall::Stale { by_code: true }));
    }
}
