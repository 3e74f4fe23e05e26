//! One cheap pass over the document text before it is parsed.
//!
//! The parser recurses on every bracket and bounds selection sets only after its first, recursive pass; lists
//! and input objects it never bounds. So bytes, tokens and nesting are counted here, without recursion, by the
//! same lexical rules. Text the two could read differently (an unclosed string) is refused outright, because a
//! bracket hidden from this pass must not reach the parser.

use async_graphql::Pos;

use super::{
    limits::Limits,
    refusal::{Limit, Refusal},
};

/// Counts the tokens of `text`.
///
/// # Errors
/// [`Refusal::Exceeded`] for bytes, tokens or nesting; [`Refusal::Syntax`] for an unclosed string.
pub fn scan(text: &str, limits: &Limits) -> Result<u64, Refusal> {
    Refusal::above(Limit::Bytes, text.len() as u64, limits.document_bytes)?;
    let (mut rest, mut tokens, mut nesting) = (text.as_bytes(), 0_u64, 0_u64);
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                rest = after;
                continue;
            }
            b'#' => {
                rest = skip_while(after, |b| b != b'\n' && b != b'\r');
                continue;
            }
            b'"' => after_string(after).ok_or_else(|| unclosed(text, rest.len()))?,
            b'.' => skip_while(after, |b| b == b'.'),
            _ if is_word(byte) => skip_while(after, is_word),
            b'{' | b'(' | b'[' => {
                nesting += 1;
                Refusal::above(Limit::Nesting, nesting, limits.nesting)?;
                after
            }
            b'}' | b')' | b']' => {
                nesting = nesting.saturating_sub(1);
                after
            }
            _ => after,
        };
        tokens += 1;
        Refusal::above(Limit::Tokens, tokens, limits.tokens)?;
    }
    Ok(tokens)
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn skip_while(bytes: &[u8], mut belongs: impl FnMut(u8) -> bool) -> &[u8] {
    let length = bytes.iter().take_while(|&&byte| belongs(byte)).count();
    bytes.get(length..).unwrap_or_default()
}

/// What follows a string whose first quote has been taken, or nothing when it never closes.
pub(super) fn after_string(bytes: &[u8]) -> Option<&[u8]> {
    match bytes.strip_prefix(b"\"\"") {
        Some(block) => after_block(block),
        None => after_line(bytes),
    }
}

fn after_line(mut bytes: &[u8]) -> Option<&[u8]> {
    loop {
        bytes = match bytes.split_first()? {
            (b'"', after) => return Some(after),
            (b'\n' | b'\r', _) => return None,
            (b'\\', after) => after.split_first()?.1,
            (_, after) => after,
        };
    }
}

fn after_block(mut bytes: &[u8]) -> Option<&[u8]> {
    loop {
        if let Some(after) = bytes.strip_prefix(b"\"\"\"") {
            return Some(after);
        }
        bytes = bytes.strip_prefix(b"\\\"\"\"").or_else(|| Some(bytes.split_first()?.1))?;
    }
}

fn unclosed(text: &str, left: usize) -> Refusal {
    let before = text.get(..text.len().saturating_sub(left)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
    Refusal::Syntax("a string is not closed".to_owned(), vec![Pos { line, column }])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Result<u64, &'static str> {
        scan(text, &Limits::default()).map_err(|refusal| refusal.code())
    }

    #[test]
    fn names_numbers_punctuators_spreads_and_strings_count_one_each() {
        assert_eq!(tokens("{ a(first: 10) ...F }"), Ok(10));
        assert_eq!(tokens("# a comment { ( [\n, ,{a}"), Ok(3));
        assert_eq!(tokens(r#"{ a(b: "x \" { y", c: """block " \""" {{{ """) }"#), Ok(11));
    }

    #[test]
    fn brackets_inside_strings_and_comments_do_not_nest_but_real_ones_do() {
        let hidden = format!("{{ a(b: \"{0}\") }} #{0}", "[".repeat(500));
        assert!(tokens(&hidden).is_ok());
        let open = format!("{{ a(b: {}1{}) }}", "[".repeat(500), "]".repeat(500));
        assert_eq!(tokens(&open), Err("LIMIT_NESTING"));
        assert_eq!(tokens(&"{a".repeat(4_000)), Err("LIMIT_NESTING"));
    }

    #[test]
    fn a_string_that_never_closes_cannot_hide_brackets_from_the_scan() {
        let text = format!("{{ a(b: [\"\"\" \" {}", "{a:".repeat(2_000));
        assert_eq!(tokens(&text), Err("SYNTAX"));
        assert_eq!(tokens("{ a(b: \"x\n\") }"), Err("SYNTAX"));
    }

    #[test]
    fn the_refusal_says_what_was_measured_and_what_is_allowed() {
        let refusal = scan(&"a ".repeat(20_000), &Limits::default()).unwrap_err();
        assert_eq!(refusal.to_string(), "The request has 10001 tokens; 10000 are allowed.");
        let refusal = scan(&" ".repeat(100_001), &Limits::default()).unwrap_err();
        assert_eq!(refusal.code(), "LIMIT_BYTES");
    }
}
