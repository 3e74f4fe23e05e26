//! The Ed25519 keys that sign access tokens.
//!
//! One private key is current; the public halves of earlier ones may be kept, so that tokens they signed stay good
//! until they expire (ten minutes) and rotation interrupts nobody. A key's name (`kid`) is its RFC 7638 thumbprint:
//! it follows from the key, so no configuration can name it wrongly. Partners who verify tokens themselves fetch
//! [`SigningKeys::jwks`].
//!
//! The private key lives in configuration as PKCS#8 PEM or as a base64 seed, and here only inside
//! `jsonwebtoken::EncodingKey`, which wipes it when dropped and hides it from `Debug`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _};
use ed25519_dalek::pkcs8::{EncodePublicKey as _, KeypairBytes};
use ed25519_dalek::{SigningKey, VerifyingKey};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const PRIVATE_LABEL: &str = "PRIVATE KEY";
const PUBLIC_LABEL: &str = "PUBLIC KEY";
/// A PEM line carries 64 characters (RFC 7468, section 2).
const PEM_LINE: usize = 64;

/// Why a signing key could not be used. Never carries any of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither an Ed25519 PKCS#8 PEM nor 32 bytes of base64.
    #[error("the private signing key is neither an Ed25519 key in PKCS#8 PEM nor a base64 seed of 32 bytes")]
    PrivateKey,
    /// Neither an Ed25519 SubjectPublicKeyInfo PEM nor 32 bytes of base64 that are a sound public key.
    #[error("a previous public key is neither an Ed25519 key in PEM nor 32 bytes of base64")]
    PublicKey,
    /// The operating system gave no randomness.
    #[error("no randomness for a signing key")]
    Randomness,
    /// The key could not be put in PKCS#8 form or did not sign.
    #[error("the signing key could not be used")]
    Unusable,
}

/// The current signing key and the public keys that tokens are still accepted from.
pub struct SigningKeys {
    private: EncodingKey,
    current: PublicKey,
    previous: Vec<PublicKey>,
}

/// A public key under its name.
struct PublicKey {
    kid: String,
    key: VerifyingKey,
    decoding: DecodingKey,
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let previous: Vec<_> = self.previous.iter().map(|key| &key.kid).collect();
        f.debug_struct("SigningKeys").field("current", &self.current.kid).field("previous", &previous).finish_non_exhaustive()
    }
}

impl SigningKeys {
    /// A new key from the operating system's randomness, for the demonstration and for `key generate`.
    ///
    /// # Errors
    /// [`KeyError::Randomness`] or [`KeyError::Unusable`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0_u8; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(|_| KeyError::Randomness)?;
        Self::from_key(&SigningKey::from_bytes(&seed))
    }

    /// Reads the current private key: PKCS#8 PEM text, or its 32-byte seed in base64 (either alphabet).
    ///
    /// # Errors
    /// [`KeyError::PrivateKey`] when it is neither.
    pub fn from_text(private: &str) -> Result<Self, KeyError> {
        let key = match pem_body(private, PRIVATE_LABEL) {
            Some(der) => SigningKey::from_pkcs8_der(&der).map_err(|_| KeyError::PrivateKey)?,
            None => SigningKey::from_bytes(&*bytes_of_key(private).ok_or(KeyError::PrivateKey)?),
        };
        Self::from_key(&key)
    }

    /// Goes on accepting tokens signed by the private half of `public`: PEM text, or 32 bytes in base64 (either
    /// alphabet). A key that is already accepted changes nothing.
    ///
    /// # Errors
    /// [`KeyError::PublicKey`] when it is neither, or a point that would accept forged signatures.
    pub fn with_previous(mut self, public: &str) -> Result<Self, KeyError> {
        let key = match pem_body(public, PUBLIC_LABEL) {
            Some(der) => VerifyingKey::from_public_key_der(&der).ok(),
            None => bytes_of_key(public).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()),
        };
        let key = key.filter(|key| !key.is_weak()).ok_or(KeyError::PublicKey)?;
        let public = PublicKey::new(key);
        if self.decoding(&public.kid).is_none() {
            self.previous.push(public);
        }
        Ok(self)
    }

    /// The name of the current key: its RFC 7638 thumbprint in base64url.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.current.kid
    }

    /// The public keys as a JSON Web Key Set (RFC 7517 and RFC 8037), the current one first.
    #[must_use]
    pub fn jwks(&self) -> Value {
        let keys: Vec<_> = std::iter::once(&self.current).chain(&self.previous).map(PublicKey::jwk).collect();
        json!({ "keys": keys })
    }

    /// The private key as PKCS#8 PEM, to be stored where secrets are stored.
    #[must_use]
    pub fn to_pem(&self) -> Zeroizing<String> {
        pem(PRIVATE_LABEL, self.private.as_bytes())
    }

    /// The current public key as PEM, to be kept for [`SigningKeys::with_previous`] when the key is replaced.
    ///
    /// # Errors
    /// [`KeyError::Unusable`] when the key cannot be encoded.
    pub fn public_pem(&self) -> Result<String, KeyError> {
        let der = self.current.key.to_public_key_der().map_err(|_| KeyError::Unusable)?;
        Ok(pem(PUBLIC_LABEL, der.as_bytes()).to_string())
    }

    pub(super) const fn encoding(&self) -> &EncodingKey {
        &self.private
    }

    /// The accepted public key of that name, if there is one.
    pub(super) fn decoding(&self, kid: &str) -> Option<&DecodingKey> {
        let mut accepted = std::iter::once(&self.current).chain(&self.previous);
        accepted.find(|key| key.kid == kid).map(|key| &key.decoding)
    }

    fn from_key(key: &SigningKey) -> Result<Self, KeyError> {
        // Version 1 of PKCS#8, without the public half: every tool reads it.
        let secret = KeypairBytes { secret_key: key.to_bytes(), public_key: None };
        let der = secret.to_pkcs8_der().map_err(|_| KeyError::Unusable)?;
        Ok(Self {
            private: EncodingKey::from_ed_der(der.as_bytes()),
            current: PublicKey::new(key.verifying_key()),
            previous: Vec::new(),
        })
    }
}

impl PublicKey {
    fn new(key: VerifyingKey) -> Self {
        // `from_ed_der` takes the bare 32 bytes in spite of its name.
        Self { kid: thumbprint(&key), key, decoding: DecodingKey::from_ed_der(key.as_bytes()) }
    }

    fn jwk(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.key.as_bytes());
        json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": self.kid, "use": "sig", "alg": "EdDSA" })
    }
}

/// The RFC 7638 thumbprint: SHA-256 over the required members in lexicographic order (RFC 8037, section 2).
fn thumbprint(key: &VerifyingKey) -> String {
    let x = URL_SAFE_NO_PAD.encode(key.as_bytes());
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members.as_bytes()))
}

/// The 32 bytes that base64 text of either alphabet stands for, with or without padding.
fn bytes_of_key(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let url_safe = |c| match c {
        '+' => '-',
        '/' => '_',
        other => other,
    };
    let text: Zeroizing<String> = Zeroizing::new(text.trim().trim_end_matches('=').chars().map(url_safe).collect());
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.as_bytes()).ok()?);
    bytes.as_slice().try_into().ok().map(Zeroizing::new)
}

/// The bytes inside a PEM block with this label (RFC 7468); `None` when the text is no such block.
fn pem_body(text: &str, label: &str) -> Option<Zeroizing<Vec<u8>>> {
    let inner = text.trim().strip_prefix(&format!("-----BEGIN {label}-----"))?;
    let inner = inner.strip_suffix(&format!("-----END {label}-----"))?;
    let joined: Zeroizing<String> = Zeroizing::new(inner.split_whitespace().collect());
    STANDARD.decode(joined.as_bytes()).ok().map(Zeroizing::new)
}

fn pem(label: &str, der: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(STANDARD.encode(der));
    // Room for everything at once: a buffer that grows leaves copies of the key behind.
    let mut text = Zeroizing::new(String::with_capacity(2 * body.len() + 128));
    text.push_str(&format!("-----BEGIN {label}-----\n"));
    for (place, letter) in body.chars().enumerate() {
        if place > 0 && place.is_multiple_of(PEM_LINE) {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push_str(&format!("\n-----END {label}-----\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037, appendix A.1: the private key `d`, the public key `x`, and A.3: the thumbprint.
    const RFC_8037_D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    const RFC_8037_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const RFC_8037_THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    /// RFC 8410, section 10.3 (private) and 10.1 (public): one key pair.
    const RFC_8410_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    const RFC_8410_PUBLIC: &str =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

    #[test]
    fn the_name_of_a_key_is_its_rfc_7638_thumbprint() {
        assert_eq!(SigningKeys::from_text(RFC_8037_D).unwrap().kid(), RFC_8037_THUMBPRINT);
    }

    #[test]
    fn the_key_set_shows_the_public_half_and_nothing_else() {
        let keys = SigningKeys::from_text(RFC_8037_D).unwrap();
        let expected = json!({ "keys": [{
            "kty": "OKP", "crv": "Ed25519", "x": RFC_8037_X, "kid": RFC_8037_THUMBPRINT, "use": "sig", "alg": "EdDSA",
        }] });
        assert_eq!(keys.jwks(), expected);
    }

    #[test]
    fn a_pem_key_comes_out_as_it_went_in() {
        let keys = SigningKeys::from_text(RFC_8410_PRIVATE).unwrap();
        assert_eq!(*keys.to_pem(), RFC_8410_PRIVATE);
        assert_eq!(keys.public_pem().unwrap(), RFC_8410_PUBLIC);
    }

    #[test]
    fn a_seed_is_read_in_either_alphabet_padded_or_not() {
        let standard = format!("{}=\n", RFC_8037_D.replace('_', "/").replace('-', "+"));
        assert_eq!(SigningKeys::from_text(&standard).unwrap().kid(), RFC_8037_THUMBPRINT);
    }

    #[test]
    fn a_generated_key_is_new_and_survives_storage() {
        let (one, other) = (SigningKeys::generate().unwrap(), SigningKeys::generate().unwrap());
        assert_ne!(one.kid(), other.kid());
        assert_eq!(SigningKeys::from_text(&one.to_pem()).unwrap().kid(), one.kid());
    }

    #[test]
    fn what_is_no_private_key_is_refused() {
        let empty = "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----";
        let cut = RFC_8410_PRIVATE.replace("MC4C", "");
        for text in ["", "secret", RFC_8410_PUBLIC, empty, &cut, &RFC_8037_D[1..]] {
            assert_eq!(SigningKeys::from_text(text).unwrap_err(), KeyError::PrivateKey, "{text}");
        }
    }

    #[test]
    fn previous_keys_stay_published_after_the_current_one() {
        let keys = SigningKeys::generate().unwrap().with_previous(RFC_8037_X).unwrap();
        let keys = keys.with_previous(RFC_8410_PUBLIC).unwrap();
        let jwks = keys.jwks();
        let kids: Vec<_> = jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect();
        let rfc_8410 = SigningKeys::from_text(RFC_8410_PRIVATE).unwrap();
        assert_eq!(kids, [keys.kid(), RFC_8037_THUMBPRINT, rfc_8410.kid()]);
    }

    #[test]
    fn a_key_is_not_published_twice() {
        let keys = SigningKeys::from_text(RFC_8037_D).unwrap().with_previous(RFC_8037_X).unwrap();
        assert_eq!(keys.jwks()["keys"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn what_is_no_sound_public_key_is_refused() {
        // The identity point, for which anybody can make signatures.
        let weak = URL_SAFE_NO_PAD.encode([[1].as_slice(), &[0; 31]].concat());
        for text in ["", "public", RFC_8410_PRIVATE, weak.as_str()] {
            let answer = SigningKeys::generate().unwrap().with_previous(text);
            assert_eq!(answer.unwrap_err(), KeyError::PublicKey, "{text}");
        }
    }

    #[test]
    fn nothing_secret_is_shown_for_debugging() {
        let shown = format!("{:?}", SigningKeys::from_text(RFC_8037_D).unwrap());
        assert!(shown.contains(RFC_8037_THUMBPRINT));
        assert!(!shown.contains(RFC_8037_D) && !shown.contains("157, 97, 177"), "{shown}");
    }
}
