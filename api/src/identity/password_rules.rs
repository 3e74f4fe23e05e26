//! What a new password must be: long, and not among those that guessers try first.
//!
//! The rules follow the NCSC's guidance (length over complexity): at least twelve characters, no demand for capitals,
//! figures or signs, no expiry, and a list of common passwords that are refused. They are asked once, when a password
//! is set; signing in asks only whether it matches.
//!
//! The list is `common_passwords.txt`. Both its entries and a candidate are brought to one plain spelling first
//! (`plain`), so that `P@ssw0rd-1234` is seen for what it is.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The fewest characters (Unicode scalar values) of a password.
pub const SHORTEST: usize = 12;
/// The most bytes (UTF-8) of a password: room for any phrase, and a bound on what is hashed.
pub const LONGEST_BYTES: usize = 1024;

/// The name of the service, which everybody who guesses knows.
const SERVICE: &str = "concordat";
/// Shorter e-mail names turn up in passwords by chance and are let pass.
const SHORTEST_EMAIL_NAME: usize = 4;
/// What repeats in steps as short as this is no better than a word on the list.
const SHORT_STEP: usize = 4;

static COMMON: LazyLock<HashSet<String>> = LazyLock::new(|| listed_lines().map(plain).collect());

/// Why a password is not fit to be set; each is a sentence to show to the person choosing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitPassword {
    /// Fewer than [`SHORTEST`] characters.
    #[error("Choose a password of at least {SHORTEST} characters; three random words work well.")]
    TooShort,
    /// More than [`LONGEST_BYTES`] bytes.
    #[error("Choose a password of at most {LONGEST_BYTES} bytes.")]
    TooLong,
    /// On the list of common passwords, or as easily guessed as one.
    #[error("This password is among those that are guessed first; choose another, such as three random words.")]
    Common,
    /// Contains the part of the account's e-mail address before the `@`.
    #[error("Choose a password that does not contain the name in your e-mail address.")]
    ContainsEmailName,
    /// Contains the name of this service.
    #[error("Choose a password that does not contain the name of this service.")]
    ContainsService,
}

/// Whether `password` may be set for the account with this e-mail address.
///
/// # Errors
/// The first reason that applies, length before content.
pub fn check_new_password(password: &str, email: &str) -> Result<(), UnfitPassword> {
    if password.len() > LONGEST_BYTES {
        return Err(UnfitPassword::TooLong);
    }
    if password.chars().count() < SHORTEST {
        return Err(UnfitPassword::TooShort);
    }
    let spelled = plain(password);
    if spelled.contains(&plain(SERVICE)) {
        return Err(UnfitPassword::ContainsService);
    }
    if contains_email_name(password, &spelled, email) {
        return Err(UnfitPassword::ContainsEmailName);
    }
    if is_common(password) {
        return Err(UnfitPassword::Common);
    }
    Ok(())
}

/// Whether the name before the `@` (and before any `+tag`) is in the password, as written or in plain spelling.
fn contains_email_name(password: &str, spelled: &str, email: &str) -> bool {
    let local = email.trim().split('@').next().unwrap_or_default();
    let name = local.split('+').next().unwrap_or_default();
    if name.chars().count() < SHORTEST_EMAIL_NAME {
        return false;
    }
    let plain_name = plain(name);
    password.to_lowercase().contains(&name.to_lowercase())
        || (plain_name.chars().count() >= SHORTEST_EMAIL_NAME && spelled.contains(&plain_name))
}

/// Whether the password, or what it repeats, is listed in one of its spellings; or whether it only repeats a very
/// short step.
fn is_common(password: &str) -> bool {
    let spellings = spellings(password);
    spellings.iter().any(|spelling| COMMON.contains(spelling) || COMMON.contains(repeated_step(spelling)))
        || repeats_a_short_step(&password.to_lowercase())
}

/// The password in plain spelling: as it is; without any signs; without the signs around it; and its stem, which has
/// neither signs nor figures around it.
fn spellings(password: &str) -> [String; 4] {
    let bare: String = password.chars().filter(|c| c.is_alphanumeric()).collect();
    [
        plain(password),
        plain(&bare),
        plain(password.trim_matches(|c: char| !c.is_alphanumeric())),
        plain(password.trim_matches(|c: char| !c.is_alphabetic())),
    ]
}

fn repeats_a_short_step(text: &str) -> bool {
    let step = repeated_step(text);
    step.len() < text.len() && step.chars().count() <= SHORT_STEP
}

/// The shortest beginning of `text` that gives the whole text when repeated; the text itself if none shorter does.
fn repeated_step(text: &str) -> &str {
    (1..=text.len() / 2)
        .filter(|length| text.len().is_multiple_of(*length))
        .filter_map(|length| text.get(..length))
        .find(|step| text.as_bytes().chunks(step.len()).all(|part| part == step.as_bytes()))
        .unwrap_or(text)
}

/// One spelling for all the ways of writing a word: lower case, the usual figures and signs read as the letters they
/// stand for, everything else that is neither letter nor figure left out.
///
/// Entries and candidates both go through it, so it need not be readable: `l` and `1` both become `i`.
fn plain(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).filter_map(plain_letter).collect()
}

fn plain_letter(written: char) -> Option<char> {
    match written {
        '0' => Some('o'),
        '1' | 'l' | '!' | '|' => Some('i'),
        '2' => Some('z'),
        '3' | '€' => Some('e'),
        '4' | '@' => Some('a'),
        '5' | '$' => Some('s'),
        '7' | '+' => Some('t'),
        '8' => Some('b'),
        '9' => Some('g'),
        other => other.is_alphanumeric().then_some(other),
    }
}

fn listed_lines() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("common_passwords.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMAIL: &str = "Pat.Lead-Member+halton@council.example";

    fn check(password: &str) -> Result<(), UnfitPassword> {
        check_new_password(password, EMAIL)
    }

    #[test]
    fn three_random_words_will_do_and_so_will_any_long_phrase() {
        for password in [
            "weaver ferry saltmarsh",
            "sandstonekettledrum",
            "трамвай сосна ложка",
            "Chester's old walls hum at dusk",
            "9f2c7be1a04d",
        ] {
            assert_eq!(check(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn eleven_characters_are_too_few_and_twelve_are_enough() {
        assert_eq!(check("kettledrums"), Err(UnfitPassword::TooShort));
        assert_eq!(check("kettledrumsy"), Ok(()));
    }

    #[test]
    fn characters_are_counted_and_not_bytes() {
        assert_eq!(check("éèêëàâäôöûü"), Err(UnfitPassword::TooShort));
        assert_eq!(check("éèêëàâäôöûüç"), Ok(()));
    }

    #[test]
    fn a_thousand_and_twenty_four_bytes_are_the_limit() {
        let phrase = |bytes: usize| (0..bytes).map(|n| char::from(b'a' + (n * n / 7 % 26) as u8)).collect::<String>();
        assert_eq!(check(&phrase(1024)), Ok(()));
        assert_eq!(check(&phrase(1025)), Err(UnfitPassword::TooLong));
    }

    #[test]
    fn what_guessers_try_first_is_refused_however_it_is_dressed_up() {
        for password in [
            "password1234",
            "PASSWORD1234",
            "P@ssw0rd-1234",
            "p455w0rd!p455w0rd!",
            "Password!!!!!",
            "letmeinletmein",
            "L3tM31n-please",
            "qwertyuiop12",
            "1q2w3e4r5t6y",
            "Summer2024!!",
            "september2010",
            "2010september",
            "Runcorn-123456",
            "widnesvikings1",
            "Macclesfield",
            "everton1878!!",
            "111111111111",
            "abababababab",
            "!!!!!!!!!!!!!",
            "            ",
            "-a-a-a-a-a-a",
            "p@ssword1234!",
            "policepolicepolice",
            "correct horse battery staple",
        ] {
            assert_eq!(check(password), Err(UnfitPassword::Common), "{password}");
        }
    }

    #[test]
    fn a_common_word_among_others_is_no_reason_to_refuse() {
        assert_eq!(check("runcorn heron teapot"), Ok(()));
        assert_eq!(check("my password is a heron"), Ok(()));
    }

    #[test]
    fn neither_the_name_in_the_address_nor_that_of_the_service_may_be_in_it() {
        assert_eq!(check("pat.lead-member rides out"), Err(UnfitPassword::ContainsEmailName));
        assert_eq!(check("heron PATLEADMEMBER teapot"), Err(UnfitPassword::ContainsEmailName));
        assert_eq!(check("heron p4t l3ad member"), Err(UnfitPassword::ContainsEmailName));
        assert_eq!(check("heron council teapot"), Ok(()));
        assert_eq!(check("my C0nc0rdat teapot"), Err(UnfitPassword::ContainsService));
    }

    #[test]
    fn a_name_too_short_to_matter_is_let_pass() {
        assert_eq!(check_new_password("heron jo teapot", "jo@council.example"), Ok(()));
        assert_eq!(check_new_password("weaver ferry saltmarsh", ""), Ok(()));
    }

    #[test]
    fn every_refusal_is_a_sentence_without_the_password_in_it() {
        use UnfitPassword::{Common, ContainsEmailName, ContainsService, TooLong, TooShort};
        for reason in [TooShort, TooLong, Common, ContainsEmailName, ContainsService] {
            assert!(reason.to_string().ends_with('.'), "{reason}");
        }
        assert!(TooShort.to_string().contains("12 characters"));
        assert!(TooLong.to_string().contains("1024 bytes"));
    }

    #[test]
    fn the_list_is_long_lower_case_and_without_repeats() {
        let lines: Vec<_> = listed_lines().collect();
        assert!(lines.len() > 500, "{}", lines.len());
        assert!(lines.iter().all(|line| *line == line.to_lowercase()));
        assert_eq!(lines.iter().collect::<HashSet<_>>().len(), lines.len());
        assert!(COMMON.iter().all(|entry| entry.chars().count() >= 3));
    }

    #[test]
    fn every_listed_password_that_is_long_enough_is_refused() {
        for line in listed_lines().filter(|line| line.chars().count() >= SHORTEST) {
            assert!(check_new_password(line, "").is_err(), "{line}");
        }
    }

    #[test]
    fn a_step_is_the_shortest_part_that_repeats() {
        assert_eq!(repeated_step("abababab"), "ab");
        assert_eq!(repeated_step("abcabcab"), "abcabcab");
        assert_eq!(repeated_step("éé"), "é");
        assert_eq!(repeated_step(""), "");
    }
}
