//! The server's own secret, and what is kept under it: authenticators' secrets sealed, recovery codes as keyed digests.
//!
//! A copy of the database alone then opens no account: the secret lies in a file beside it. Two keys are derived from it
//! (HKDF, RFC 5869), one to a purpose. What is sealed is bound to its account (as associated data), so a sealed secret that
//! somebody moves to another row can't be opened there.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use data_encoding::BASE32_NOPAD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Bytes of the server's secret, and of the keys derived from it.
const KEY_BYTES: usize = 32;
/// Bytes of a nonce, which is random: a server seals thousands of secrets, and 96 bits allow for billions.
const NONCE_BYTES: usize = 12;
/// Recovery codes that are given at a time.
pub const RECOVERY_CODES: usize = 10;
/// Bytes of a recovery code: 80 bits can't be guessed.
const RECOVERY_BYTES: usize = 10;

/// Why nothing could be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// The text is not 32 bytes of unpadded base64url.
    #[error("this is not a server secret; make one with: concordat secret")]
    Unreadable,
    /// The operating system gave no randomness.
    #[error("the operating system gives no randomness")]
    Randomness,
    /// What is stored was sealed under another secret, for another account, or was tampered with.
    #[error("a stored secret can't be opened; was it sealed under another server secret?")]
    Unopenable,
}

/// The server's secret. Wiped from memory when dropped and never shown by `Debug`.
pub struct ServerSecret(Zeroizing<[u8; KEY_BYTES]>);

impl fmt::Debug for ServerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSecret(..)")
    }
}

impl ServerSecret {
    /// A new one from the operating system's randomness.
    ///
    /// # Errors
    /// [`SealFault::Randomness`].
    pub fn generate() -> Result<Self, SealFault> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| SealFault::Randomness)?;
        Ok(Self(bytes))
    }

    /// One as it stands in its file.
    ///
    /// # Errors
    /// [`SealFault::Unreadable`].
    pub fn from_text(text: &str) -> Result<Self, SealFault> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| SealFault::Unreadable)?);
        let bytes = bytes.as_slice().try_into().map_err(|_| SealFault::Unreadable)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// For its file: one line.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}\n", URL_SAFE_NO_PAD.encode(self.0.as_slice())))
    }

    fn derived(&self, purpose: &[u8]) -> Zeroizing<[u8; KEY_BYTES]> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        // It only fails for keys of more than 8,160 bytes.
        let _ = Hkdf::<Sha256>::new(None, self.0.as_slice()).expand(purpose, key.as_mut_slice());
        key
    }
}

/// Seals and opens, under keys derived from the server's secret.
pub struct Seals {
    cipher: ChaCha20Poly1305,
    digesting: Zeroizing<[u8; KEY_BYTES]>,
}

impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seals(..)")
    }
}

impl Seals {
    /// Under the server's secret.
    #[must_use]
    pub fn new(secret: &ServerSecret) -> Self {
        let sealing = secret.derived(b"concordat: authenticator secrets, version 1");
        let digesting = secret.derived(b"concordat: recovery codes, version 1");
        Self { cipher: ChaCha20Poly1305::new((&*sealing).into()), digesting }
    }

    /// Seals an account's secret: base64url of a nonce and the sealed bytes.
    ///
    /// # Errors
    /// [`SealFault::Randomness`].
    pub fn seal(&self, account: Uuid, secret: &[u8]) -> Result<String, SealFault> {
        let mut sealed = vec![0; NONCE_BYTES];
        getrandom::fill(&mut sealed).map_err(|_| SealFault::Randomness)?;
        let nonce = Nonce::try_from(sealed.as_slice()).map_err(|_| SealFault::Randomness)?;
        let bytes =
            self.cipher.encrypt(&nonce, Payload { msg: secret, aad: account.as_bytes() }).map_err(|_| SealFault::Unopenable)?;
        sealed.extend(bytes);
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what was sealed for an account.
    ///
    /// # Errors
    /// [`SealFault::Unopenable`].
    pub fn open(&self, account: Uuid, sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealFault> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| SealFault::Unopenable)?;
        let (nonce, bytes) = bytes.split_at_checked(NONCE_BYTES).ok_or(SealFault::Unopenable)?;
        let nonce = Nonce::try_from(nonce).map_err(|_| SealFault::Unopenable)?;
        let opened = self.cipher.decrypt(&nonce, Payload { msg: bytes, aad: account.as_bytes() });
        opened.map(Zeroizing::new).map_err(|_| SealFault::Unopenable)
    }

    /// New recovery codes of an account as people see them, each with the digest to store.
    ///
    /// # Errors
    /// [`SealFault::Randomness`].
    pub fn recovery_codes(&self, account: Uuid) -> Result<Vec<(String, String)>, SealFault> {
        let code = |_| {
            let mut bytes = Zeroizing::new([0; RECOVERY_BYTES]);
            getrandom::fill(bytes.as_mut_slice()).map_err(|_| SealFault::Randomness)?;
            let plain = BASE32_NOPAD.encode(bytes.as_slice());
            let digest = self.recovery_digest(account, &plain);
            Ok((grouped(&plain), digest))
        };
        (0..RECOVERY_CODES).map(code).collect()
    }

    /// The digest of a recovery code of an account, in hexadecimal; `code` is in its one spelling.
    #[must_use]
    pub fn recovery_digest(&self, account: Uuid, code: &str) -> String {
        let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.digesting.as_slice()) else {
            return String::new();
        };
        mac.update(account.as_bytes());
        mac.update(code.as_bytes());
        data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
    }
}

/// In groups of four, which people can copy.
fn grouped(plain: &str) -> String {
    let signs: Vec<char> = plain.chars().collect();
    let groups: Vec<String> = signs.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::totp::GivenCode;

    fn seals() -> Seals {
        Seals::new(&ServerSecret::generate().unwrap())
    }

    #[test]
    fn what_is_sealed_opens_for_its_account_under_its_secret_only() {
        let secret = ServerSecret::generate().unwrap();
        let (account, other) = (Uuid::now_v7(), Uuid::now_v7());
        let sealed = Seals::new(&secret).seal(account, b"seven herons").unwrap();
        let reread = Seals::new(&ServerSecret::from_text(&secret.to_text()).unwrap());
        assert_eq!(reread.open(account, &sealed).unwrap().as_slice(), b"seven herons");
        assert_eq!(reread.open(other, &sealed), Err(SealFault::Unopenable));
        assert_eq!(seals().open(account, &sealed), Err(SealFault::Unopenable));
    }

    #[test]
    fn what_was_tampered_with_does_not_open() {
        let (seals, account) = (seals(), Uuid::now_v7());
        let sealed = seals.seal(account, b"seven herons").unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        for place in 0..bytes.len() {
            let mut tampered = bytes.clone();
            tampered[place] ^= 1;
            assert_eq!(seals.open(account, &URL_SAFE_NO_PAD.encode(tampered)), Err(SealFault::Unopenable), "byte {place}");
        }
        for text in ["", "x", "AAAA", &sealed[..20]] {
            assert_eq!(seals.open(account, text), Err(SealFault::Unopenable), "{text}");
        }
        assert_ne!(seals.seal(account, b"seven herons").unwrap(), sealed, "twice the same is sealed differently");
    }

    #[test]
    fn recovery_codes_are_found_again_however_they_are_typed() {
        let (seals, account) = (seals(), Uuid::now_v7());
        let codes = seals.recovery_codes(account).unwrap();
        assert_eq!(codes.len(), RECOVERY_CODES);
        for (shown, digest) in &codes {
            assert_eq!(shown.len(), 19, "four groups of four: {shown}");
            let GivenCode::Recovery(typed) = GivenCode::read(&shown.to_lowercase().replace('-', " ")) else { panic!("{shown}") };
            assert_eq!(seals.recovery_digest(account, &typed), *digest);
            assert_ne!(seals.recovery_digest(Uuid::now_v7(), &typed), *digest, "another account's");
        }
    }

    #[test]
    fn a_text_of_another_shape_is_no_server_secret() {
        for text in ["", "x", "AAAA", &"A".repeat(44), "-----BEGIN PRIVATE KEY-----"] {
            assert_eq!(ServerSecret::from_text(text).unwrap_err(), SealFault::Unreadable, "{text}");
        }
    }
}
