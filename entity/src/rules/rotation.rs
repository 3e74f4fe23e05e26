//! What becomes of a refresh token that is presented (RFC 9700, section 4.14.2).

use chrono::{DateTime, Utc};

/// What is stored about a refresh token, apart from its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredRefresh {
    /// When it was exchanged for its successor; `None` while it can still be.
    pub used_at: Option<DateTime<Utc>>,
    /// When its family was ended by sign-out, an administrator or a detected reuse.
    pub revoked_at: Option<DateTime<Utc>>,
    /// From this moment on it is no longer accepted.
    pub expires_at: DateTime<Utc>,
}

/// What to do with a refresh token that was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Mark it used and issue a successor in the same family.
    Rotate,
    /// It was used before: end the whole family and refuse.
    Reused,
    /// Its time has run out: refuse; the holder signs in again.
    Expired,
    /// Its family was already ended: refuse.
    Revoked,
}

impl StoredRefresh {
    /// Decides on this token at `now`.
    ///
    /// Reuse weighs more than expiry, because an old used token still betrays a thief while its successors live;
    /// revocation comes first, because an ended family needs no second ending.
    #[must_use]
    pub fn rotation(&self, now: DateTime<Utc>) -> Rotation {
        if self.revoked_at.is_some() {
            Rotation::Revoked
        } else if self.used_at.is_some() {
            Rotation::Reused
        } else if now >= self.expires_at {
            Rotation::Expired
        } else {
            Rotation::Rotate
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_265_716_800 + seconds, 0).unwrap()
    }

    fn unused() -> StoredRefresh {
        StoredRefresh { used_at: None, revoked_at: None, expires_at: at(3600) }
    }

    #[test]
    fn an_unused_token_rotates_until_the_moment_it_expires() {
        assert_eq!(unused().rotation(at(0)), Rotation::Rotate);
        assert_eq!(unused().rotation(at(3600) - TimeDelta::milliseconds(1)), Rotation::Rotate);
        assert_eq!(unused().rotation(at(3600)), Rotation::Expired);
    }

    #[test]
    fn a_used_token_ends_the_family_even_after_its_own_expiry() {
        let used = StoredRefresh { used_at: Some(at(10)), ..unused() };
        assert_eq!(used.rotation(at(11)), Rotation::Reused);
        assert_eq!(used.rotation(at(7200)), Rotation::Reused);
    }

    #[test]
    fn a_revoked_token_is_only_ever_revoked() {
        let revoked = StoredRefresh { revoked_at: Some(at(20)), ..unused() };
        assert_eq!(revoked.rotation(at(21)), Rotation::Revoked);
        let used_before = StoredRefresh { used_at: Some(at(10)), ..revoked };
        assert_eq!(used_before.rotation(at(7200)), Rotation::Revoked);
    }
}
