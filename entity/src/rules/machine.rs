//! What holds for machine clients: how long a grant and a key last, how many keys there are, what a list of scopes and networks says.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    addresses::{MOST_NETWORKS, Network},
    entry::needed_line_fault,
};
use crate::{
    error::{Problem, ProblemCode},
    policy::Scope,
};

/// A grant lasts this long at most; then somebody looks at it again.
pub const LONGEST_GRANT: TimeDelta = TimeDelta::days(3 * 366);
/// A key lasts this long at most.
pub const LONGEST_KEY: TimeDelta = TimeDelta::days(400);
/// Keys of one service account that are good at a time: the one in use, and the one that is to follow.
pub const MOST_KEYS: usize = 2;
/// Characters in a name or a purpose, at most.
pub const LONGEST_LINE: usize = 200;

/// What a tenant is about to grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// From which networks; any when empty.
    pub allowed_addresses: Vec<String>,
    /// What it is for.
    pub purpose: String,
}

impl Terms {
    /// What is wrong with them at `now`.
    #[must_use]
    pub fn faults(&self, now: DateTime<Utc>) -> Vec<Problem> {
        let mut faults = Vec::new();
        if self.scopes.is_empty() {
            faults.push(Problem::new("scopes", ProblemCode::Missing, "Name at least one scope; without one it may do nothing."));
        }
        faults.extend(term_fault(self.expires_at, now, LONGEST_GRANT, "three years"));
        if self.allowed_addresses.len() > MOST_NETWORKS {
            let message = format!("Name at most {MOST_NETWORKS} networks.");
            faults.push(Problem::new("allowedAddresses", ProblemCode::OutOfRange, message));
        }
        for (at, network) in self.allowed_addresses.iter().enumerate().filter(|(_, network)| Network::parse(network).is_none()) {
            let shown: String = network.chars().take(60).collect();
            let message = format!("{shown} is neither an address nor a network such as 192.0.2.0/24.");
            faults.push(Problem::new(&format!("allowedAddresses.{at}"), ProblemCode::Malformed, message));
        }
        faults.extend(line_fault("purpose", &self.purpose));
        faults
    }

    /// The networks as they are stored.
    #[must_use]
    pub fn networks(&self) -> String {
        self.allowed_addresses.join(" ")
    }
}

/// What is wrong with the moment at which a grant or a key is to end.
#[must_use]
pub fn term_fault(expires_at: DateTime<Utc>, now: DateTime<Utc>, longest: TimeDelta, said: &str) -> Option<Problem> {
    if expires_at <= now {
        return Some(Problem::new("expiresAt", ProblemCode::OutOfRange, "This moment has passed."));
    }
    let is_far = expires_at - now > longest;
    is_far.then(|| Problem::new("expiresAt", ProblemCode::OutOfRange, format!("It may last {said} at most.")))
}

/// What is wrong with one line of text.
#[must_use]
pub fn line_fault(field: &str, text: &str) -> Option<Problem> {
    needed_line_fault(field, text, LONGEST_LINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_265_706_000, 0).unwrap() + TimeDelta::days(days)
    }

    fn terms() -> Terms {
        let scopes = vec![Scope::ReadPrioritiesAndIndicators];
        Terms {
            scopes,
            expires_at: at(365),
            allowed_addresses: vec!["192.0.2.0/24".to_owned()],
            purpose: "Wall board".to_owned(),
        }
    }

    fn faulty(terms: &Terms) -> Vec<(String, ProblemCode)> {
        terms.faults(at(0)).into_iter().map(|fault| (fault.field.join("."), fault.code)).collect()
    }

    #[test]
    fn terms_in_order_have_no_fault_and_each_fault_is_named() {
        assert_eq!(faulty(&terms()), []);
        let wrong = Terms {
            scopes: Vec::new(),
            expires_at: at(0),
            allowed_addresses: vec!["10.0.0.0/8".to_owned(), "everywhere".to_owned()],
            purpose: " ".to_owned(),
        };
        let expected = [
            ("scopes", ProblemCode::Missing),
            ("expiresAt", ProblemCode::OutOfRange),
            ("allowedAddresses.1", ProblemCode::Malformed),
            ("purpose", ProblemCode::Missing),
        ];
        assert_eq!(faulty(&wrong), expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn nothing_lasts_for_ever() {
        assert_eq!(faulty(&Terms { expires_at: at(3 * 366), ..terms() }), []);
        assert_eq!(faulty(&Terms { expires_at: at(3 * 366 + 1), ..terms() }).len(), 1);
        assert!(term_fault(at(401), at(0), LONGEST_KEY, "400 days").is_some());
    }
}
