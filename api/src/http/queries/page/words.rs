//! Writing HTML.

/// A page in the making.
#[derive(Debug, Default)]
pub struct Html(String);

impl Html {
    /// Adds markup of our own.
    pub fn raw(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds a text, whoever wrote it, fit to stand between tags and within quotation marks.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        self
    }

    /// The page.
    #[must_use]
    pub fn done(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn what_somebody_wrote_is_never_markup() {
        let mut html = Html::default();
        html.raw("<p title=\"").text("\" onload='x'").raw("\">").text("<script>&amp;").raw("</p>");
        assert_eq!(html.done(), "<p title=\"&quot; onload=&#39;x&#39;\">&lt;script&gt;&amp;amp;</p>");
    }
}
