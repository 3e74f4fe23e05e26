//! One-time codes by time (RFC 6238): six figures that change every half minute.
//!
//! An authenticator and we share 20 random bytes; both hash them with the number of half minutes since 1970. Here is only the
//! arithmetic. That a step serves once, even when two requests bring its code together, is for the database to see to
//! (`entity::usecases::identity::authenticators`), and guessing is slowed down as it is for passwords.

use std::fmt;

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Seconds for which a code is shown (RFC 6238, section 4: the default).
const STEP_SECONDS: i64 = 30;
/// Figures of a code; what every authenticator shows.
const DIGITS: usize = 6;
/// Bytes of a secret: the length of the hash (RFC 4226, section 4, R6).
const SECRET_BYTES: usize = 20;
/// Who issued it, as authenticators show it.
const ISSUER: &str = "Concordat";

/// What an authenticator and we share. Wiped from memory when dropped and never shown by `Debug`.
pub struct OneTimeSecret(Zeroizing<Vec<u8>>);

impl fmt::Debug for OneTimeSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeSecret(..)")
    }
}

impl OneTimeSecret {
    /// A new secret from the operating system's randomness; `None` when it gives none.
    #[must_use]
    pub fn generate() -> Option<Self> {
        let mut bytes = Zeroizing::new(vec![0; SECRET_BYTES]);
        getrandom::fill(bytes.as_mut_slice()).ok()?;
        Some(Self(bytes))
    }

    /// A secret as it was stored.
    #[must_use]
    pub fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// A secret as people type it into an authenticator; `None` when the text is not base 32.
    #[must_use]
    pub fn from_base32(text: &str) -> Option<Self> {
        BASE32_NOPAD.decode(text.as_bytes()).ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The bytes to be sealed and stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it into an authenticator that can't read the address: 32 letters and figures.
    #[must_use]
    pub fn to_base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The address that authenticators read from a picture (the key URI format of Google Authenticator).
    #[must_use]
    pub fn uri(&self, email: &str) -> String {
        let label: String = email.bytes().map(escaped).collect();
        format!(
            "otpauth://totp/{ISSUER}:{label}?secret={}&issuer={ISSUER}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            self.to_base32()
        )
    }

    /// The code of a step.
    #[must_use]
    pub fn code(&self, step: i64) -> String {
        hotp(&self.0, step.cast_unsigned(), DIGITS)
    }

    /// The step whose code this is, of the one at `now` and its two neighbours: clocks differ and people type slowly.
    #[must_use]
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let current = step_at(now);
        // All three are compared, so that the time taken doesn't tell which one it was.
        let found =
            [current, current - 1, current + 1].map(|step| (bool::from(self.code(step).as_bytes().ct_eq(code.as_bytes())), step));
        found.into_iter().find_map(|(same, step)| same.then_some(step))
    }
}

/// The step at a moment: half minutes since 1970.
#[must_use]
pub fn step_at(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(STEP_SECONDS)
}

/// What somebody typed where a code is asked for.
#[derive(Clone, PartialEq, Eq)]
pub enum GivenCode {
    /// The six figures of an authenticator.
    OneTime(String),
    /// Anything else is taken for a recovery code, in its one spelling.
    Recovery(String),
}

impl GivenCode {
    /// Reads what was typed; blanks, hyphens and the letters' case don't matter.
    #[must_use]
    pub fn read(text: &str) -> Self {
        // Longer texts are no code, and aren't worth copying.
        let typed: String = text.chars().take(64).filter(|sign| !sign.is_whitespace() && *sign != '-').collect();
        if typed.len() == DIGITS && typed.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::OneTime(typed)
        } else {
            Self::Recovery(typed.to_ascii_uppercase())
        }
    }
}

/// The code of a counter (RFC 4226, section 5.3).
fn hotp(secret: &[u8], counter: u64, digits: usize) -> String {
    // A key of any length will do; there is nothing to go wrong.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&counter.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let offset = usize::from(hash.last().copied().unwrap_or_default() & 0x0f);
    let four = hash.iter().skip(offset).take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    let modulus = 10_u32.pow(u32::try_from(digits).unwrap_or(9).min(9));
    format!("{:0digits$}", (four & 0x7fff_ffff) % modulus)
}

/// A byte of a label as an address may hold it (RFC 3986, section 2.1).
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC_SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let step = step_at(DateTime::from_timestamp(seconds, 0).unwrap());
            assert_eq!(hotp(RFC_SECRET, step.cast_unsigned(), 8), code, "{seconds}");
            let secret = OneTimeSecret(Zeroizing::new(RFC_SECRET.to_vec()));
            assert_eq!(secret.code(step), code[2..], "six figures are the last six of the eight");
        }
    }

    #[test]
    fn codes_are_those_of_rfc_4226_appendix_d() {
        let codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (counter, code) in (0..).zip(codes) {
            assert_eq!(hotp(RFC_SECRET, counter, 6), code, "{counter}");
        }
    }

    #[test]
    fn a_code_is_taken_one_step_early_and_one_late_and_no_further() {
        let secret = OneTimeSecret::generate().unwrap();
        let now = DateTime::from_timestamp(1_265_706_015, 0).unwrap();
        let current = step_at(now);
        for (step, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let found = secret.step_of(&secret.code(current + step), now);
            // Two of five random codes are alike once in a hundred thousand times.
            if found.is_none_or(|found| found == current + step) {
                assert_eq!(found.is_some(), taken, "{step}");
            }
        }
        assert_eq!(secret.step_of("", now), None);
        assert_eq!(secret.step_of("1234567", now), None);
    }

    #[test]
    fn an_authenticator_can_read_the_address_and_a_person_the_secret() {
        let secret = OneTimeSecret(Zeroizing::new(RFC_SECRET.to_vec()));
        let uri = secret.uri("o'neill+psg@halton.example");
        assert_eq!(
            uri,
            "otpauth://totp/Concordat:o%27neill%2Bpsg@halton.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Concordat&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(OneTimeSecret::from_base32(&secret.to_base32()).unwrap().as_bytes(), RFC_SECRET);
        assert!(OneTimeSecret::from_base32("not base 32").is_none());
        assert!(!format!("{secret:?}").contains("GEZD"));
    }

    #[test]
    fn a_code_may_be_typed_with_blanks_and_in_any_case() {
        let one_time = |text: &str| matches!(GivenCode::read(text), GivenCode::OneTime(code) if code == "012345");
        assert!(one_time("012345") && one_time(" 012 345\n") && one_time("012-345"));
        let recovery = |text: &str| matches!(GivenCode::read(text), GivenCode::Recovery(code) if code == "ABCDEFGH");
        assert!(recovery("abcd-efgh") && recovery("ABCD EFGH"));
        assert!(matches!(GivenCode::read("٠١٢٣٤٥"), GivenCode::Recovery(_)), "only the figures of ASCII");
    }
}
