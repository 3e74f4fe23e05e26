//! From text to a syntax tree.
//!
//! Descriptions of operations, fragments and variables (September 2025, section 2.2) are for readers of the document; the parser
//! doesn't know them, so they are blanked out first, sign by sign, and every line and column stays what it was.

use std::borrow::Cow;

use apollo_compiler::{ast, parser::Parser};
use async_graphql::Pos;

use super::grammar::{self, Span};
use crate::graphql::frontdoor::{limits::Limits, refusal::Refusal};

/// Parses a document that has passed the scan of its brackets and strings; answers the tree, and the text that it is the tree of.
///
/// # Errors
/// [`Refusal::Syntax`], or [`Refusal::Internal`] should the parser itself fail.
pub fn parse<'a>(text: &'a str, limits: &Limits) -> Result<(ast::Document, Cow<'a, str>), Refusal> {
    let readable = undescribed(text, &grammar::check(text)?);
    Ok((tree(&readable, limits)?, readable))
}

fn tree(text: &str, limits: &Limits) -> Result<ast::Document, Refusal> {
    let depth = usize::try_from(limits.nesting).unwrap_or(usize::MAX).saturating_mul(2).saturating_add(16);
    // The parser has assertions of its own; a panic must not take the connection with it.
    let parsed = std::panic::catch_unwind(|| Parser::new().recursion_limit(depth).parse_ast(text, "document"));
    parsed.map_err(|_| Refusal::Internal)?.map_err(|wrong| {
        let first = wrong.errors.iter().next();
        let message = first.as_ref().map(|one| one.error.to_string()).unwrap_or_default();
        let place = first.and_then(|one| one.line_column_range()).map(|range| range.start);
        let places = place.map(|start| Pos { line: start.line, column: start.column });
        let message = message.strip_prefix("syntax error: ").unwrap_or(&message).to_owned();
        Refusal::Syntax(message, places.into_iter().collect())
    })
}

/// The text with its descriptions blanked out.
fn undescribed<'a>(text: &'a str, descriptions: &[Span]) -> Cow<'a, str> {
    if descriptions.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut result, mut copied) = (String::with_capacity(text.len()), 0);
    for span in descriptions {
        result.push_str(text.get(copied..span.start).unwrap_or_default());
        let blank = |sign| if sign == '\n' || sign == '\r' { sign } else { ' ' };
        result.extend(text.get(span.clone()).unwrap_or_default().chars().map(blank));
        copied = span.end;
    }
    result.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_blanked_and_everything_else_stays_in_its_place() {
        let text = "\"Été\" query A(\"\"\"the\nyear\"\"\" $y: Int = 1, \"rows\" $n: String = \"x\", $m: Int) { a(l: [\"v\" $y], s: \"query\") }";
        let blank = undescribed(text, &grammar::check(text).unwrap());
        assert_eq!(
            blank,
            "      query A(      \n        $y: Int = 1,        $n: String = \"x\", $m: Int) { a(l: [\"v\" $y], s: \"query\") }"
        );
        assert_eq!(parse("\"d\" { a }", &Limits::default()).unwrap_err().code(), "SYNTAX", "a query in short form has none");
    }

    #[test]
    fn strings_are_read_with_every_escape() {
        let (parsed, _) = parse(r#"{ a(s: "\u{1F600}\uD83D\uDE00é\n") }"#, &Limits::default()).unwrap();
        assert!(parsed.to_string().contains('😀'));
        for wrong in [r#"{ a(s: "\uD83D") }"#, r#"{ a(s: "\u{110000}") }"#, r#"{ a(s: "\q") }"#] {
            assert_eq!(parse(wrong, &Limits::default()).unwrap_err().code(), "SYNTAX", "{wrong}");
        }
    }
}
