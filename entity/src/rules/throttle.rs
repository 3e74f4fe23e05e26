//! Slows down guessing at the sign-in door, by account and by network address.
//!
//! Three counts are kept for every attempt: under the account that was named (whether or not it exists), under the address it came
//! from, and under both together. The rules here are pure; the caller stores the [`ThrottleState`] under the key that
//! [`account_key`] or [`address_key`] gives, and works in this order, holding the rows for the whole of it so that a
//! parallel burst cannot pass on one reading:
//!
//! 1. [`Throttle::decide`] for both; on [`Attempt::Wait`] refuse without looking at the password, and count nothing,
//!    so that a barrier ends when it says it will;
//! 2. verify the password (or, for an unknown account, go through the same motions);
//! 3. [`Throttle::after_failure`] or [`Throttle::after_success`] for both, and store.
//!
//! Limits follow the NCSC's advice to throttle after five to ten attempts instead of locking accounts for good: the
//! longest anybody can be kept out by somebody else's guessing is a quarter of an hour.

use std::net::{IpAddr, Ipv6Addr};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Failures against one account from one address that cost nothing.
const FREE_FAILURES: i32 = 5;
/// Failures against one account from all addresses together that cost nothing: more than one stranger makes by hand, so that nobody
/// keeps a member out from elsewhere, and few enough to slow down guessing from many addresses.
const FREE_FAILURES_FROM_ANYWHERE: i32 = 50;
/// The wait after the first failure beyond those; each further failure doubles it.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(30);
/// No wait for an account is longer than this.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);
/// Failures against an account are forgotten this long after the first of them.
const ACCOUNT_WINDOW: TimeDelta = TimeDelta::hours(24);
/// Links that are sent to one account in one window without a wait.
const FREE_LINKS: i32 = 3;
/// The wait for each further link.
const LINK_WAIT: TimeDelta = TimeDelta::hours(1);
/// Failures from one address in one window that are let through.
const ADDRESS_FAILURES: i32 = 30;
/// The window for addresses.
const ADDRESS_WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Which count a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Throttle {
    /// The account that was named, from the address it was named from: five failures free, then waits of 30 s doubling up to 15
    /// minutes.
    AccountFromAddress,
    /// The account that was named, from anywhere: fifty failures free, then the same waits.
    Account,
    /// The address the attempt came from: 30 failures in 15 minutes, then nothing until those have passed.
    Address,
    /// The one-time codes of an account, from anywhere: five failures free, then waits of 30 s doubling up to 15 minutes. Only
    /// those who know the password, or hold a session, get so far; so nobody keeps a member out from elsewhere.
    OneTimeCode,
    /// Mail to an account that anybody may ask for: three in a day, then one an hour.
    LinkRequest,
}

/// The count of failures under one key, as the caller stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleState {
    /// Failures since `window_started_at`.
    pub failures: i32,
    /// When the first of these failures happened.
    pub window_started_at: DateTime<Utc>,
    /// Until when every attempt is refused unseen.
    pub blocked_until: Option<DateTime<Utc>>,
}

impl ThrottleState {
    /// The state of a key that has no row yet.
    #[must_use]
    pub const fn fresh(now: DateTime<Utc>) -> Self {
        Self { failures: 0, window_started_at: now, blocked_until: None }
    }
}

/// Whether a sign-in may be attempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Verify the password.
    Allow,
    /// Refuse without looking at it.
    Wait {
        /// The first moment at which an attempt is allowed again.
        until: DateTime<Utc>,
    },
}

impl Throttle {
    /// What is counted, in a word for the record.
    #[must_use]
    pub const fn counts(self) -> &'static str {
        match self {
            Self::AccountFromAddress => "ACCOUNT_FROM_ADDRESS",
            Self::Account => "ACCOUNT",
            Self::Address => "ADDRESS",
            Self::OneTimeCode => "ONE_TIME_CODE",
            Self::LinkRequest => "LINK_REQUEST",
        }
    }

    /// Whether an attempt is allowed at `now`.
    #[must_use]
    pub fn decide(self, state: &ThrottleState, now: DateTime<Utc>) -> Attempt {
        match state.blocked_until {
            Some(until) if now < until => Attempt::Wait { until },
            _ => Attempt::Allow,
        }
    }

    /// The state after a failed attempt at `now`.
    #[must_use]
    pub fn after_failure(self, state: &ThrottleState, now: DateTime<Utc>) -> ThrottleState {
        let counted = if now >= state.window_started_at + self.window() { ThrottleState::fresh(now) } else { *state };
        let started = if counted.failures == 0 { now } else { counted.window_started_at };
        let failures = counted.failures.saturating_add(1);
        let blocked_until = match self {
            Self::AccountFromAddress | Self::OneTimeCode => wait_after(failures - FREE_FAILURES).map(|wait| now + wait),
            Self::Account => wait_after(failures - FREE_FAILURES_FROM_ANYWHERE).map(|wait| now + wait),
            Self::Address => (failures >= ADDRESS_FAILURES).then(|| started + ADDRESS_WINDOW),
            Self::LinkRequest => (failures >= FREE_LINKS).then(|| now + LINK_WAIT),
        };
        ThrottleState { failures, window_started_at: started, blocked_until }
    }

    /// The state after a successful attempt at `now`.
    ///
    /// An account starts afresh. An address keeps its count: otherwise a guesser who owns one account could sign in
    /// to it every so often and never be slowed.
    #[must_use]
    pub fn after_success(self, state: &ThrottleState, now: DateTime<Utc>) -> ThrottleState {
        match self {
            Self::Account | Self::AccountFromAddress | Self::OneTimeCode => ThrottleState::fresh(now),
            Self::Address | Self::LinkRequest => *state,
        }
    }

    const fn window(self) -> TimeDelta {
        match self {
            Self::Account | Self::AccountFromAddress | Self::OneTimeCode | Self::LinkRequest => ACCOUNT_WINDOW,
            Self::Address => ADDRESS_WINDOW,
        }
    }
}

/// Counts whose window began at this moment or before are forgotten, whichever rule they are for; unless they still block.
#[must_use]
pub fn forgotten_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now - ACCOUNT_WINDOW.max(ADDRESS_WINDOW)
}

/// How long to wait after so many failures beyond the free ones; `None` while they are free.
fn wait_after(failures: i32) -> Option<TimeDelta> {
    let doublings = u32::try_from(failures - 1).ok()?;
    let factor = 2_i32.checked_pow(doublings).unwrap_or(i32::MAX);
    Some(FIRST_WAIT.checked_mul(factor).map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT)))
}

/// The key for the account that an e-mail address names, existing or not.
///
/// A digest, so that the table of counts does not become a list of whatever strangers typed.
#[must_use]
pub fn account_key(email: &str) -> String {
    let digest = Sha256::digest(email.trim().to_lowercase().as_bytes());
    format!("account:{}", URL_SAFE_NO_PAD.encode(digest))
}

/// The key for an account as named from one address.
#[must_use]
pub fn account_from_address_key(email: &str, address: IpAddr) -> String {
    format!("{} {}", account_key(email), address_key(address))
}

/// The key for the one-time codes of an account.
#[must_use]
pub fn code_key(account: Uuid) -> String {
    format!("code:{account}")
}

/// The key for a network address: an IPv4 address whole, an IPv6 address by its /64, which is one subscriber's.
#[must_use]
pub fn address_key(address: IpAddr) -> String {
    match subscriber(address) {
        IpAddr::V4(v4) => format!("address:{v4}"),
        IpAddr::V6(network) => format!("address:{network}/64"),
    }
}

/// Whose address it is, as far as that can be told: an IPv4 address stands for itself, an IPv6 address for its /64.
#[must_use]
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_265_716_800 + seconds, 0).unwrap()
    }

    /// Fails `times` times at the given second, barriers or not.
    fn failing(rule: Throttle, times: usize, second: i64) -> ThrottleState {
        (0..times).fold(ThrottleState::fresh(at(second)), |state, _| rule.after_failure(&state, at(second)))
    }

    #[test]
    fn five_failures_against_an_account_cost_nothing() {
        let state = failing(Throttle::AccountFromAddress, 5, 0);
        assert_eq!(state.failures, 5);
        assert_eq!(Throttle::AccountFromAddress.decide(&state, at(0)), Attempt::Allow);
    }

    #[test]
    fn from_the_sixth_on_the_waits_double_up_to_a_quarter_of_an_hour() {
        let mut state = failing(Throttle::AccountFromAddress, 5, 0);
        let mut now = at(0);
        let mut waits = Vec::new();
        for _ in 0..8 {
            state = Throttle::AccountFromAddress.after_failure(&state, now);
            let Attempt::Wait { until } = Throttle::AccountFromAddress.decide(&state, now) else { panic!("no wait") };
            waits.push((until - now).num_seconds());
            now = until;
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900, 900]);
    }

    #[test]
    fn what_is_forgotten_would_have_begun_afresh_with_the_next_failure() {
        for rule in [Throttle::AccountFromAddress, Throttle::Account, Throttle::Address] {
            let begun = forgotten_before(at(200_000));
            let old = ThrottleState { failures: 40, window_started_at: begun, blocked_until: None };
            let fresh = ThrottleState::fresh(at(200_000));
            assert_eq!(rule.after_failure(&old, at(200_000)), rule.after_failure(&fresh, at(200_000)));
        }
        let kept = ThrottleState { window_started_at: forgotten_before(at(200_001)), ..failing(Throttle::Account, 40, 0) };
        assert_eq!(Throttle::Account.after_failure(&kept, at(200_000)).failures, 41, "a second before it still counts");
    }

    #[test]
    fn a_fourth_link_in_a_day_waits_for_an_hour() {
        let state = failing(Throttle::LinkRequest, 2, 0);
        assert_eq!(Throttle::LinkRequest.decide(&state, at(0)), Attempt::Allow);
        let state = Throttle::LinkRequest.after_failure(&state, at(0));
        assert_eq!(Throttle::LinkRequest.decide(&state, at(3599)), Attempt::Wait { until: at(3600) });
        assert_eq!(Throttle::LinkRequest.decide(&state, at(3600)), Attempt::Allow);
    }

    #[test]
    fn a_wait_ends_at_the_moment_it_names() {
        let state = failing(Throttle::AccountFromAddress, 6, 0);
        assert_eq!(Throttle::AccountFromAddress.decide(&state, at(29)), Attempt::Wait { until: at(30) });
        assert_eq!(Throttle::AccountFromAddress.decide(&state, at(30)), Attempt::Allow);
    }

    #[test]
    fn signing_in_clears_the_account() {
        let state = Throttle::AccountFromAddress.after_success(&failing(Throttle::AccountFromAddress, 7, 0), at(61));
        assert_eq!(state, ThrottleState::fresh(at(61)));
        let next = Throttle::AccountFromAddress.after_failure(&state, at(62));
        assert_eq!(Throttle::AccountFromAddress.decide(&next, at(62)), Attempt::Allow);
    }

    #[test]
    fn failures_against_an_account_are_forgotten_a_day_after_the_first() {
        let day = 24 * 60 * 60;
        let state = failing(Throttle::AccountFromAddress, 5, 0);
        let within = Throttle::AccountFromAddress.after_failure(&state, at(day - 1));
        assert_eq!(Throttle::AccountFromAddress.decide(&within, at(day - 1)), Attempt::Wait { until: at(day + 29) });
        let later = Throttle::AccountFromAddress.after_failure(&state, at(day));
        assert_eq!((later.failures, later.window_started_at, later.blocked_until), (1, at(day), None));
    }

    #[test]
    fn endless_failures_neither_overflow_nor_wait_longer() {
        let state = ThrottleState { failures: i32::MAX, ..failing(Throttle::AccountFromAddress, 6, 0) };
        let state = Throttle::AccountFromAddress.after_failure(&state, at(30));
        assert_eq!(state.blocked_until, Some(at(30 + 900)));
        for failures in 6..100 {
            assert!(wait_after(failures - FREE_FAILURES).unwrap() <= LONGEST_WAIT, "{failures}");
        }
    }

    #[test]
    fn an_address_is_let_through_thirty_times_in_a_quarter_of_an_hour() {
        let almost = failing(Throttle::Address, 29, 0);
        assert_eq!(Throttle::Address.decide(&almost, at(60)), Attempt::Allow);
        let full = Throttle::Address.after_failure(&almost, at(60));
        assert_eq!(Throttle::Address.decide(&full, at(60)), Attempt::Wait { until: at(900) });
        assert_eq!(Throttle::Address.decide(&full, at(900)), Attempt::Allow);
        let next_window = Throttle::Address.after_failure(&full, at(900));
        assert_eq!((next_window.failures, next_window.blocked_until), (1, None));
    }

    #[test]
    fn a_window_begins_with_its_first_failure_and_not_with_its_row() {
        let state = Throttle::Address.after_failure(&ThrottleState::fresh(at(0)), at(600));
        assert_eq!(state.window_started_at, at(600));
    }

    #[test]
    fn signing_in_to_an_account_of_ones_own_does_not_clear_the_address() {
        let state = failing(Throttle::Address, 29, 0);
        let state = Throttle::Address.after_success(&state, at(10));
        let state = Throttle::Address.after_failure(&state, at(11));
        assert_eq!(Throttle::Address.decide(&state, at(11)), Attempt::Wait { until: at(900) });
    }

    #[test]
    fn one_account_has_one_key_however_it_is_typed() {
        assert_eq!(account_key("Lead.Member@halton.example"), account_key(" lead.member@HALTON.example "));
        assert_ne!(account_key("lead.member@halton.example"), account_key("clerk@halton.example"));
        assert!(!account_key("lead.member@halton.example").contains("halton"));
    }

    #[test]
    fn one_subscriber_has_one_key() {
        let key = |text: &str| address_key(text.parse().unwrap());
        assert_eq!(key("192.0.2.7"), "address:192.0.2.7");
        assert_eq!(key("::ffff:192.0.2.7"), key("192.0.2.7"));
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "address:2001:db8:1:2::/64");
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    }
}
