//! The keys of machine clients.
//!
//! A key is `cak1_`, 32 random bytes in 52 letters and figures of base 32, and seven that check those: in all 64 signs that a double click
//! selects. A secret scanner finds one by `\bcak1_[a-z2-7]{59}\b` and knows by the check whether it is one, without asking us:
//! the seven are the first four bytes of the SHA-256 over everything before them. Whoever mistypes a key is told so without a look-up.
//!
//! The database keeps the SHA-256 of the random bytes. That is enough: 256 random bits can't be guessed from it, so there is nothing that
//! slow hashing would protect, and recognition stays one look-up.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use super::tokens::TokenDigest;

/// What every key begins with.
pub const PREFIX: &str = "cak1_";
/// Signs of the random bytes.
const SECRET: usize = 52;
/// Signs of the check.
const CHECK: usize = 7;
/// Signs of a key that are shown: of 256 bits 40 are given away.
const SHOWN: usize = PREFIX.len() + 8;

/// A key in clear. Wiped from memory when dropped and never shown by `Debug`.
pub struct ApiKey([u8; 32]);

/// The operating system gave no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no randomness for a key")]
pub struct NoRandomness;

impl ApiKey {
    /// Makes a new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut key = Self([0; 32]);
        getrandom::fill(&mut key.0).map_err(|_| NoRandomness)?;
        Ok(key)
    }

    /// Whether a text is meant to be a key, good or not.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// Reads a key as a client sends it; one spelling only. `None` for anything else, such as a key with a sign that is wrong.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let signs = text.strip_prefix(PREFIX)?;
        if signs.len() != SECRET + CHECK || signs.bytes().any(|sign| sign.is_ascii_uppercase()) {
            return None;
        }
        let secret = signs.get(..SECRET)?;
        let bytes = Zeroizing::new(BASE32_NOPAD.decode(secret.to_ascii_uppercase().as_bytes()).ok()?);
        let key = Self(bytes.as_slice().try_into().ok()?);
        (*key.reveal() == *text).then_some(key)
    }

    /// The text to hand out, once.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(format!("{PREFIX}{}", BASE32_NOPAD.encode(&self.0).to_ascii_lowercase()));
        let check: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let check = check.first_chunk::<4>().map(|first| BASE32_NOPAD.encode(first)).unwrap_or_default();
        text.push_str(&check.to_ascii_lowercase());
        text
    }

    /// Its beginning, by which people tell it from others.
    #[must_use]
    pub fn prefix(&self) -> String {
        self.reveal().chars().take(SHOWN).collect()
    }

    /// What the database keeps instead of the key.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        TokenDigest::of(&self.0)
    }
}

impl Drop for ApiKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_the_journey_and_has_the_shape_that_scanners_look_for() {
        let key = ApiKey::generate().unwrap();
        let text = key.reveal();
        assert_eq!(text.len(), 64);
        assert!(text.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_'), "{}", *text);
        assert_eq!(ApiKey::parse(&text).unwrap().digest(), key.digest());
        assert!(text.starts_with(&key.prefix()) && key.prefix().len() == 13);
        assert_ne!(*ApiKey::generate().unwrap().reveal(), *text);
    }

    #[test]
    fn one_key_is_known_so_that_scanners_can_be_tried() {
        let text = ApiKey([7; 32]).reveal();
        assert_eq!(*text, "cak1_a4dqobyha4dqobyha4dqobyha4dqobyha4dqobyha4dqobyha4dql4xekuq");
        assert_eq!(ApiKey::parse(&text).unwrap().0, [7; 32]);
    }

    #[test]
    fn a_key_with_one_wrong_sign_is_none() {
        let good = ApiKey::generate().unwrap().reveal();
        for at in PREFIX.len()..good.len() {
            let mut signs: Vec<char> = good.chars().collect();
            signs[at] = if signs[at] == 'a' { 'b' } else { 'a' };
            let wrong: String = signs.into_iter().collect();
            assert!(ApiKey::parse(&wrong).is_none(), "{at}");
        }
        for text in ["", "cak1_", &good[1..], &good.to_ascii_uppercase(), &format!("{}a", *good), "cak1_é"] {
            assert!(ApiKey::parse(text).is_none(), "{text}");
        }
        assert_eq!(format!("{:?}", ApiKey([7; 32])), "ApiKey(..)");
    }
}
