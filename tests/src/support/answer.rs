//! What the server answered.

use serde_json::Value;

/// An answer: its status, its headers and its JSON.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The HTTP headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body.
    pub body: Value,
}

impl Answer {
    /// Reads a response to its end.
    ///
    /// # Panics
    /// When the body isn't JSON.
    #[expect(clippy::expect_used, clippy::panic, reason = "every answer is JSON, or a test fails")]
    pub async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the answer arrives whole");
        let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("the answer isn't JSON ({status}): {text}"));
        Self { status, headers, body }
    }

    /// What stands at a JSON pointer beneath `data`, as in `/tenant/agreement/name`; null is something.
    ///
    /// # Panics
    /// With the whole body, when there are errors or nothing is there.
    #[expect(clippy::panic, reason = "that is what it is for")]
    pub fn data(&self, pointer: &str) -> &Value {
        if !self.errors().is_empty() {
            panic!("asked for {pointer}, and there are errors: {self}");
        }
        self.found(pointer).unwrap_or_else(|| panic!("nothing is at {pointer}: {self}"))
    }

    /// What stands at a JSON pointer beneath `data`; null when nothing does, whatever errors there are.
    pub fn value(&self, pointer: &str) -> &Value {
        self.found(pointer).unwrap_or(&Value::Null)
    }

    /// The list at a JSON pointer beneath `data`.
    ///
    /// # Panics
    /// As [`Answer::data`], and when no list is there.
    #[expect(clippy::panic, reason = "that is what it is for")]
    pub fn list(&self, pointer: &str) -> &[Value] {
        self.data(pointer).as_array().unwrap_or_else(|| panic!("no list is at {pointer}: {self}"))
    }

    /// The text at a JSON pointer beneath `data`.
    ///
    /// # Panics
    /// As [`Answer::data`], and when no text is there.
    #[expect(clippy::panic, reason = "that is what it is for")]
    pub fn text(&self, pointer: &str) -> &str {
        self.data(pointer).as_str().unwrap_or_else(|| panic!("no text is at {pointer}: {self}"))
    }

    fn found(&self, pointer: &str) -> Option<&Value> {
        self.body.get("data")?.pointer(pointer)
    }

    /// The errors, none when all went well.
    pub fn errors(&self) -> &[Value] {
        self.body.get("errors").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The codes of the errors, in order; a dash for an error without one.
    pub fn error_codes(&self) -> Vec<String> {
        let code = |error: &Value| error.pointer("/extensions/code").and_then(Value::as_str).unwrap_or("-").to_owned();
        self.errors().iter().map(code).collect()
    }

    /// The problems with the input of the mutation at a JSON pointer beneath `data`, as in `/recordObservations`.
    ///
    /// # Panics
    /// With the whole body, when there are errors or the mutation isn't there.
    pub fn user_errors(&self, pointer: &str) -> &[Value] {
        self.list(&format!("{pointer}/userErrors"))
    }

    /// The whole body as text, to look for what mustn't be in it.
    pub fn raw(&self) -> String {
        self.body.to_string()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:#}", self.status, self.body)
    }
}
