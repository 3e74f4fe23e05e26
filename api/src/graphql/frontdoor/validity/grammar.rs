//! The grammar of executable documents (September 2025, section 2), checked token by token.
//!
//! apollo-parser mends what it can't read: `a(x x: 1)` comes out of it as `a(x: 1)`. A client must be told instead. So the text is
//! held to the grammar here first, which also finds the descriptions of operations, fragments and variables. What a string may
//! contain is left to the parser.

use async_graphql::Pos;

use super::tokens::{Kind, Token, tokens};
use crate::graphql::frontdoor::refusal::Refusal;

/// Where a description stands, in bytes.
pub(super) type Span = std::ops::Range<usize>;

/// Checks the text; answers where its descriptions stand.
///
/// # Errors
/// [`Refusal::Syntax`] at the first token that can't stand where it does; [`Refusal::Invalid`] for a definition that belongs to a
/// schema.
pub(super) fn check(text: &str) -> Result<Vec<Span>, Refusal> {
    let tokens = tokens(text).map_err(|at| Refusal::Syntax("unexpected sign or number".to_owned(), vec![pos(text, at)]))?;
    let mut grammar = Grammar { text, tokens, at: 0, descriptions: Vec::new() };
    grammar.definition()?;
    while grammar.peek().is_some() {
        grammar.definition()?;
    }
    Ok(grammar.descriptions)
}

struct Grammar<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    descriptions: Vec<Span>,
}

/// Whether variables may stand in a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    Constant,
    Any,
}

type Checked = Result<(), Refusal>;

impl<'a> Grammar<'a> {
    fn definition(&mut self) -> Checked {
        let described = self.description();
        match self.word() {
            Some("query" | "mutation" | "subscription") => self.operation(),
            Some("fragment") => self.fragment(),
            Some("schema" | "scalar" | "type" | "interface" | "union" | "enum" | "input" | "directive" | "extend") => {
                Err(Refusal::invalid("A definition of the schema isn't executable.".to_owned()))
            }
            _ if !described && self.is(b'{') => self.set(),
            _ => self.expected("an operation or a fragment"),
        }
    }

    fn operation(&mut self) -> Checked {
        self.at += 1;
        if self.word().is_some() {
            self.at += 1;
        }
        if self.is(b'(') {
            self.many(b'(', b')', Self::variable)?;
        }
        self.directives(Values::Any)?;
        self.set()
    }

    fn fragment(&mut self) -> Checked {
        self.at += 1;
        if self.word() == Some("on") {
            return self.expected("the name of a fragment");
        }
        self.name()?;
        self.type_condition()?;
        self.directives(Values::Any)?;
        self.set()
    }

    fn type_condition(&mut self) -> Checked {
        if self.word() != Some("on") {
            return self.expected("on");
        }
        self.at += 1;
        self.name()
    }

    fn variable(&mut self) -> Checked {
        self.description();
        self.sign(b'$')?;
        self.name()?;
        self.sign(b':')?;
        self.ty()?;
        if self.take(b'=') {
            self.value(Values::Constant)?;
        }
        self.directives(Values::Constant)
    }

    fn ty(&mut self) -> Checked {
        if self.take(b'[') {
            self.ty()?;
            self.sign(b']')?;
        } else {
            self.name()?;
        }
        self.take(b'!');
        Ok(())
    }

    fn set(&mut self) -> Checked {
        self.many(b'{', b'}', Self::selection)
    }

    fn selection(&mut self) -> Checked {
        if self.peek() != Some(Kind::Spread) {
            return self.field();
        }
        self.at += 1;
        match self.word() {
            Some("on") => self.type_condition()?,
            Some(_) => {
                self.at += 1;
                return self.directives(Values::Any);
            }
            None => {}
        }
        self.directives(Values::Any)?;
        self.set()
    }

    fn field(&mut self) -> Checked {
        self.name()?;
        if self.take(b':') {
            self.name()?;
        }
        self.arguments(Values::Any)?;
        self.directives(Values::Any)?;
        if self.is(b'{') { self.set() } else { Ok(()) }
    }

    fn arguments(&mut self, values: Values) -> Checked {
        if self.is(b'(') { self.many(b'(', b')', |grammar| grammar.named_value(values)) } else { Ok(()) }
    }

    fn named_value(&mut self, values: Values) -> Checked {
        self.name()?;
        self.sign(b':')?;
        self.value(values)
    }

    fn directives(&mut self, values: Values) -> Checked {
        while self.take(b'@') {
            self.name()?;
            self.arguments(values)?;
        }
        Ok(())
    }

    fn value(&mut self, values: Values) -> Checked {
        match self.peek() {
            Some(Kind::Name | Kind::Number | Kind::Text) => {
                self.at += 1;
                Ok(())
            }
            Some(Kind::Sign(b'$')) if values == Values::Any => {
                self.at += 1;
                self.name()
            }
            Some(Kind::Sign(b'[')) => self.any(b'[', b']', |grammar| grammar.value(values)),
            Some(Kind::Sign(b'{')) => self.any(b'{', b'}', |grammar| grammar.named_value(values)),
            _ => self.expected("a value"),
        }
    }

    /// One or more of something in brackets.
    fn many(&mut self, open: u8, close: u8, each: impl Fn(&mut Self) -> Checked) -> Checked {
        self.sign(open)?;
        each(self)?;
        while !self.take(close) {
            each(self)?;
        }
        Ok(())
    }

    /// None or more of something in brackets.
    fn any(&mut self, open: u8, close: u8, each: impl Fn(&mut Self) -> Checked) -> Checked {
        self.sign(open)?;
        while !self.take(close) {
            each(self)?;
        }
        Ok(())
    }

    fn description(&mut self) -> bool {
        let Some(token) = self.tokens.get(self.at).filter(|token| token.kind == Kind::Text) else { return false };
        self.descriptions.push(token.start..token.end);
        self.at += 1;
        true
    }

    fn name(&mut self) -> Checked {
        if self.word().is_none() {
            return self.expected("a name");
        }
        self.at += 1;
        Ok(())
    }

    fn sign(&mut self, sign: u8) -> Checked {
        if self.take(sign) { Ok(()) } else { self.expected(&char::from(sign).to_string()) }
    }

    fn take(&mut self, sign: u8) -> bool {
        let is = self.is(sign);
        self.at += usize::from(is);
        is
    }

    fn is(&self, sign: u8) -> bool {
        self.peek() == Some(Kind::Sign(sign))
    }

    fn peek(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    fn word(&self) -> Option<&'a str> {
        let token = self.tokens.get(self.at).filter(|token| token.kind == Kind::Name)?;
        self.text.get(token.start..token.end)
    }

    fn expected(&self, what: &str) -> Checked {
        let found = self.tokens.get(self.at);
        let start = found.map_or(self.text.len(), |token| token.start);
        let shown = found.and_then(|token| self.text.get(token.start..token.end)).map_or_else(
            || "the end of the document".to_owned(),
            |text| format!("\"{}\"", text.chars().take(40).collect::<String>()),
        );
        Err(Refusal::Syntax(format!("expected {what}, found {shown}"), vec![pos(self.text, start)]))
    }
}

/// The line and the column of a byte.
fn pos(text: &str, at: usize) -> Pos {
    let before = text.get(..at).unwrap_or(text);
    Pos { line: before.matches('\n').count() + 1, column: before.chars().rev().take_while(|&sign| sign != '\n').count() + 1 }
}
