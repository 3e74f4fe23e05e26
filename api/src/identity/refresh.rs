//! Refresh tokens: what keeps a session alive after its ten-minute access tokens.
//!
//! A refresh token is 32 random bytes that mean nothing in themselves; the database keeps only their SHA-256, so a
//! stolen copy of it opens no session. Each token is used once: the use that is accepted issues a successor in the
//! same family. A token presented a second time means that two parties hold it, and as nobody can tell which is the
//! thief, the whole family ends (RFC 9700, section 4.14.2).
//!
//! The use case looks the row up by [`RefreshToken::digest`] and lets the rules decide what becomes of it
//! (`entity::rules::rotation`).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

/// Marks the text as a Concordat refresh token, version 1, for people and for secret scanners.
const PREFIX: &str = "cr1_";

/// A refresh token in clear. Wiped from memory when dropped and never shown by `Debug`.
pub struct RefreshToken([u8; 32]);

/// Why no refresh token could be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// The text is not `cr1_` and 32 bytes of unpadded base64url.
    #[error("this is not a refresh token")]
    Malformed,
    /// The operating system gave no randomness.
    #[error("no randomness for a refresh token")]
    Randomness,
}

impl RefreshToken {
    /// Makes a new token from the operating system's randomness.
    ///
    /// # Errors
    /// [`RefreshError::Randomness`].
    pub fn generate() -> Result<Self, RefreshError> {
        let mut token = Self([0; 32]);
        getrandom::fill(&mut token.0).map_err(|_| RefreshError::Randomness)?;
        Ok(token)
    }

    /// Reads a token as a client sends it; one spelling only, so that a digest stands for one text.
    ///
    /// # Errors
    /// [`RefreshError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, RefreshError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(RefreshError::Malformed)?;
        // 32 bytes are 43 characters; measuring first keeps long rubbish from being decoded.
        if encoded.len() != 43 {
            return Err(RefreshError::Malformed);
        }
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).map_err(|_| RefreshError::Malformed)?);
        bytes.as_slice().try_into().map(Self).map_err(|_| RefreshError::Malformed)
    }

    /// The text to hand to the client, once: `cr1_` and 43 characters.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0))
    }

    /// What the database keeps instead of the token.
    #[must_use]
    pub fn digest(&self) -> RefreshDigest {
        RefreshDigest(Sha256::digest(self.0).into())
    }
}

impl Drop for RefreshToken {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(..)")
    }
}

/// The SHA-256 of a refresh token. Plain SHA-256 suffices: 256 random bits cannot be guessed from it.
#[derive(Clone, Copy)]
pub struct RefreshDigest([u8; 32]);

impl RefreshDigest {
    /// A digest as read from the database.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes to store and to look up by.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for RefreshDigest {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for RefreshDigest {}

impl fmt::Debug for RefreshDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshDigest(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_journey_to_the_client_and_back() {
        let token = RefreshToken::generate().unwrap();
        let text = token.reveal();
        assert!(text.starts_with("cr1_"));
        assert_eq!(text.len(), 47);
        assert_eq!(RefreshToken::parse(&text).unwrap().digest(), token.digest());
    }

    #[test]
    fn no_two_tokens_are_alike() {
        let (one, other) = (RefreshToken::generate().unwrap(), RefreshToken::generate().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_ne!(one.digest(), other.digest());
    }

    #[test]
    fn the_digest_is_the_sha_256_of_the_32_bytes() {
        let zeros = RefreshToken::parse(&format!("cr1_{}", "A".repeat(43))).unwrap();
        let hex: String = zeros.digest().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
        assert_eq!(RefreshDigest::from_bytes(*zeros.digest().as_bytes()), zeros.digest());
    }

    #[test]
    fn any_other_text_is_refused() {
        let good = RefreshToken::generate().unwrap().reveal();
        let bare = good.trim_start_matches("cr1_").to_owned();
        let cases = [
            String::new(),
            "cr1_".to_owned(),
            bare.clone(),
            format!("cr2_{bare}"),
            format!("{good}="),
            format!(" {good}"),
            format!("cr1_{}", "+".repeat(43)),
            format!("cr1_{}", "é".repeat(22)),
            // The last character carries four bits; "B" would set two that nothing reads.
            format!("cr1_{}B", "A".repeat(42)),
        ];
        for text in cases {
            assert_eq!(RefreshToken::parse(&text).unwrap_err(), RefreshError::Malformed, "{text}");
        }
    }

    #[test]
    fn nothing_secret_is_shown_for_debugging() {
        let token = RefreshToken::parse(&format!("cr1_{}", "A".repeat(43))).unwrap();
        assert_eq!(format!("{token:?} {:?}", token.digest()), "RefreshToken(..) RefreshDigest(..)");
    }
}
