//! Tokens that mean nothing in themselves: what keeps a session alive, and what stands in the links of mails.
//!
//! Each is 32 random bytes; the database keeps only their SHA-256, so a stolen copy of it opens nothing. Each is used once. A
//! refresh token keeps a session alive after its ten-minute access tokens: the use that is accepted issues a successor in the
//! same family. One that is presented a second time means that two parties hold it, and as nobody can tell which is the
//! thief, the whole family ends (RFC 9700, section 4.14.2). A link's token sets a password, once and within its time.
//!
//! The use case looks the row up by [`SecretToken::digest`] and decides what becomes of it.

use std::{fmt, marker::PhantomData};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

/// What a token is for; its prefix tells people and secret scanners.
pub trait TokenPurpose {
    /// What the token's text begins with.
    const PREFIX: &'static str;
    /// The type's name.
    const NAME: &'static str;
}

/// Keeping a session alive.
#[derive(Debug)]
pub struct Refreshing;

impl TokenPurpose for Refreshing {
    const PREFIX: &'static str = "cr1_";
    const NAME: &'static str = "RefreshToken";
}

/// Setting a password by a link.
#[derive(Debug)]
pub struct Linking;

impl TokenPurpose for Linking {
    const PREFIX: &'static str = "cl1_";
    const NAME: &'static str = "LinkToken";
}

/// Reading a calendar by its private address.
#[derive(Debug)]
pub struct Feeding;

impl TokenPurpose for Feeding {
    const PREFIX: &'static str = "cf1_";
    const NAME: &'static str = "FeedToken";
}

/// Stands in the private address of a calendar.
pub type FeedToken = SecretToken<Feeding>;
/// Keeps a session alive.
pub type RefreshToken = SecretToken<Refreshing>;
/// Stands in a link that sets a password.
pub type LinkToken = SecretToken<Linking>;

/// A token in clear. Wiped from memory when dropped and never shown by `Debug`.
pub struct SecretToken<P>([u8; 32], PhantomData<P>);

/// Why no token could be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretTokenError {
    /// The text is not the prefix and 32 bytes of unpadded base64url.
    #[error("this is not a token of that kind")]
    Malformed,
    /// The operating system gave no randomness.
    #[error("no randomness for a token")]
    Randomness,
}

impl<P: TokenPurpose> SecretToken<P> {
    /// Makes a new token from the operating system's randomness.
    ///
    /// # Errors
    /// [`SecretTokenError::Randomness`].
    pub fn generate() -> Result<Self, SecretTokenError> {
        let mut token = Self([0; 32], PhantomData);
        getrandom::fill(&mut token.0).map_err(|_| SecretTokenError::Randomness)?;
        Ok(token)
    }

    /// Reads a token as a client sends it; one spelling only, so that a digest stands for one text.
    ///
    /// # Errors
    /// [`SecretTokenError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, SecretTokenError> {
        let encoded = text.strip_prefix(P::PREFIX).ok_or(SecretTokenError::Malformed)?;
        // 32 bytes are 43 characters; measuring first keeps long rubbish from being decoded.
        if encoded.len() != 43 {
            return Err(SecretTokenError::Malformed);
        }
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).map_err(|_| SecretTokenError::Malformed)?);
        bytes.as_slice().try_into().map(|bytes| Self(bytes, PhantomData)).map_err(|_| SecretTokenError::Malformed)
    }

    /// The text to hand out, once: the prefix and 43 characters.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{}{}", P::PREFIX, URL_SAFE_NO_PAD.encode(self.0))
    }

    /// What the database keeps instead of the token.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        TokenDigest::of(&self.0)
    }
}

impl<P> Drop for SecretToken<P> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<P: TokenPurpose> fmt::Debug for SecretToken<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(..)", P::NAME)
    }
}

/// The SHA-256 of a token. Plain SHA-256 suffices: 256 random bits cannot be guessed from it.
#[derive(Clone, Copy)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    pub(super) fn of(bytes: &[u8; 32]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// To store and to look up by: 64 hexadecimal figures.
    #[must_use]
    pub fn to_hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }
}

impl PartialEq for TokenDigest {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenDigest {}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest(..)")
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
        assert_eq!(zeros.digest().to_hex(), "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
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
            // A link's token keeps no session alive.
            LinkToken::generate().unwrap().reveal(),
            format!("{good}="),
            format!(" {good}"),
            format!("cr1_{}", "+".repeat(43)),
            format!("cr1_{}", "é".repeat(22)),
            // The last character carries four bits; "B" would set two that nothing reads.
            format!("cr1_{}B", "A".repeat(42)),
        ];
        for text in cases {
            assert_eq!(RefreshToken::parse(&text).unwrap_err(), SecretTokenError::Malformed, "{text}");
        }
    }

    #[test]
    fn nothing_secret_is_shown_for_debugging() {
        let token = RefreshToken::parse(&format!("cr1_{}", "A".repeat(43))).unwrap();
        assert_eq!(format!("{token:?} {:?}", token.digest()), "RefreshToken(..) TokenDigest(..)");
    }
}
