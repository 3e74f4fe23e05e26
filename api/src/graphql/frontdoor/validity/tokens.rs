//! The tokens of a document, with their places.

use crate::graphql::frontdoor::scan::after_string;

/// What a token is, as far as the grammar asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A string, on one line or as a block.
    Text,
    /// A name or a keyword.
    Name,
    /// A whole number or another.
    Number,
    /// Three points.
    Spread,
    /// A sign of its own.
    Sign(u8),
}

/// A token, from its first byte to the one after its last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// The tokens, or the byte at which none begins.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, usize> {
    let (bytes, mut tokens, mut at) = (text.as_bytes(), Vec::new(), 0);
    while let Some((&byte, after)) = bytes.get(at..).and_then(<[u8]>::split_first) {
        let start = at;
        let rest = bytes.get(at..).unwrap_or_default();
        let (kind, length) = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => (None, 1),
            b'#' => (None, run(rest, |byte| byte != b'\n' && byte != b'\r')),
            // The byte order mark.
            0xEF if rest.starts_with("\u{feff}".as_bytes()) => (None, 3),
            b'"' => (Some(Kind::Text), rest.len() - after_string(after).ok_or(start)?.len()),
            b'.' if rest.starts_with(b"...") => (Some(Kind::Spread), 3),
            b'!' | b'$' | b'(' | b')' | b':' | b'=' | b'@' | b'[' | b']' | b'{' | b'}' => (Some(Kind::Sign(byte)), 1),
            _ if byte == b'_' || byte.is_ascii_alphabetic() => (Some(Kind::Name), run(rest, is_of_name)),
            _ => (Some(Kind::Number), number(rest).ok_or(start)?),
        };
        at += length;
        tokens.extend(kind.map(|kind| Token { kind, start, end: at }));
    }
    Ok(tokens)
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|&&byte| belongs(byte)).count()
}

/// The length of the number at the beginning, if there is one and nothing sticks to it.
fn number(bytes: &[u8]) -> Option<usize> {
    let from = |at: usize| bytes.get(at..).unwrap_or_default();
    let figures = |at: usize| match run(from(at), |byte| byte.is_ascii_digit()) {
        0 => None,
        length => Some(at + length),
    };
    let whole = usize::from(bytes.first() == Some(&b'-'));
    let mut end = figures(whole)?;
    if from(whole).first() == Some(&b'0') && end > whole + 1 {
        return None;
    }
    if from(end).first() == Some(&b'.') {
        end = figures(end + 1)?;
    }
    if matches!(from(end).first(), Some(b'e' | b'E')) {
        let signed = matches!(from(end + 1).first(), Some(b'+' | b'-'));
        end = figures(end + 1 + usize::from(signed))?;
    }
    let sticks = from(end).first().is_some_and(|&byte| is_of_name(byte) || byte == b'.');
    (!sticks).then_some(end)
}
