//! A committee pack: what is before a meeting, frozen as at a day, and written as one accessible document.
//!
//! The content is one thing with a hash; its two editions are written from it. The public edition leaves out what is exempt from
//! publication and says that and why it does. Both are plain HTML that a screen reader can follow: one main heading, landmarks,
//! the language, tables with captions and headers of their columns.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::chain::hexadecimal;

/// Which of the two editions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// For everybody.
    Public,
    /// With what is exempt from publication.
    Exempt,
}

codes!(Edition, "edition", {
    Public => "public",
    Exempt => "exempt",
});

/// All that is in a pack. The order of the fields is the order in the frozen text, so none may be moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The body that meets.
    pub body: String,
    /// What the meeting is called.
    pub title: String,
    /// Its day, as people write it.
    pub held_on: String,
    /// Where and when.
    pub place: String,
    /// The day as at which everything is shown.
    pub frozen_on: String,
    /// Its parts, in the order of the agenda.
    pub parts: Vec<Part>,
}

/// A part of a pack: an item of the agenda, or what is laid before the meeting beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its heading.
    pub heading: String,
    /// Why it is exempt from publication, if it is.
    pub exemption: Option<String>,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A piece of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A paper that is found elsewhere.
    Link {
        /// What it is called.
        title: String,
        /// Where it is found.
        address: String,
        /// Why it is exempt from publication, if it is.
        exemption: Option<String>,
    },
    /// A table.
    Table {
        /// What it shows.
        caption: String,
        /// The headers of its columns.
        columns: Vec<String>,
        /// Its rows; the first cell of each is its header.
        rows: Vec<Vec<String>>,
    },
}

impl Content {
    /// The content as it is frozen: one text for one content.
    ///
    /// # Errors
    /// Never for what this type can hold.
    pub fn frozen(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// The content of a frozen text.
    ///
    /// # Errors
    /// When it isn't one.
    pub fn thaw(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// The hash of a frozen text: SHA-256, in hexadecimal.
#[must_use]
pub fn hash(frozen: &str) -> String {
    hexadecimal(Sha256::new().chain_update(frozen))
}

/// An edition of a pack as a document.
#[must_use]
pub fn document(content: &Content, edition: Edition, content_hash: &str) -> String {
    let mut html = String::new();
    let title = escaped(&format!("{}: {}, {}", content.body, content.title, content.held_on));
    let kind = match edition {
        Edition::Public => "Public edition",
        Edition::Exempt => "Edition with exempt business: not for publication",
    };
    let _ = write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip to the content</a>\n\
         <header>\n<h1>{title}</h1>\n<p>{}</p>\n<p><strong>{kind}</strong>, as at {}.</p>\n</header>\n",
        escaped(&content.place),
        escaped(&content.frozen_on),
    );
    html.push_str("<nav aria-label=\"Contents\">\n<h2>Contents</h2>\n<ol>\n");
    for (number, part) in (1..).zip(&content.parts) {
        let _ = writeln!(html, "<li><a href=\"#part-{number}\">{}</a></li>", escaped(heading(part, edition)));
    }
    html.push_str("</ol>\n</nav>\n<main id=\"content\">\n");
    for (number, part) in (1..).zip(&content.parts) {
        write_part(&mut html, number, part, edition);
    }
    let _ = write!(
        html,
        "</main>\n<footer>\n<p>Frozen on {}. SHA-256 of the content of both editions: <code>{}</code></p>\n</footer>\n</body>\n</html>\n",
        escaped(&content.frozen_on),
        escaped(content_hash),
    );
    html
}

const STYLE: &str = "body{font:1rem/1.5 sans-serif;max-width:50rem;margin:auto;padding:1rem}table{border-collapse:collapse;width:100%}\
    th,td{border:1px solid #444;padding:.3rem;text-align:left;vertical-align:top}caption{text-align:left;font-weight:bold}\
    .skip:not(:focus){position:absolute;left:-99rem}";

/// In public an exempt part's heading isn't told.
fn heading(part: &Part, edition: Edition) -> &str {
    if edition == Edition::Public && part.exemption.is_some() { "Exempt business" } else { &part.heading }
}

fn write_part(html: &mut String, number: usize, part: &Part, edition: Edition) {
    let heading = escaped(heading(part, edition));
    let _ = writeln!(html, "<section aria-labelledby=\"part-{number}\">\n<h2 id=\"part-{number}\">{heading}</h2>");
    match &part.exemption {
        Some(why) if edition == Edition::Public => {
            let _ = writeln!(html, "<p>This part is exempt from publication: {}.</p>", escaped(why));
        }
        why => {
            if let Some(why) = why {
                let _ = writeln!(html, "<p><strong>Exempt from publication</strong>: {}.</p>", escaped(why));
            }
            for block in &part.blocks {
                write_block(html, block, edition);
            }
        }
    }
    html.push_str("</section>\n");
}

fn write_block(html: &mut String, block: &Block, edition: Edition) {
    match block {
        Block::Text(text) => {
            for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
                let _ = writeln!(html, "<p>{}</p>", escaped(paragraph.trim()));
            }
        }
        Block::Link { exemption: Some(why), .. } if edition == Edition::Public => {
            let _ = writeln!(html, "<p>A paper is exempt from publication: {}.</p>", escaped(why));
        }
        Block::Link { title, address, exemption } => {
            let why = exemption.as_deref().map(|why| format!(" (exempt from publication: {})", escaped(why))).unwrap_or_default();
            let _ = writeln!(html, "<p>Paper: <a href=\"{}\">{}</a>{why}</p>", escaped(address), escaped(title));
        }
        Block::Table { caption, columns, rows } => {
            let _ = write!(html, "<table>\n<caption>{}</caption>\n<thead><tr>", escaped(caption));
            for column in columns {
                let _ = write!(html, "<th scope=\"col\">{}</th>", escaped(column));
            }
            html.push_str("</tr></thead>\n<tbody>\n");
            for row in rows {
                html.push_str("<tr>");
                for (place, cell) in row.iter().enumerate() {
                    let cell = escaped(cell);
                    let _ =
                        if place == 0 { write!(html, "<th scope=\"row\">{cell}</th>") } else { write!(html, "<td>{cell}</td>") };
                }
                html.push_str("</tr>\n");
            }
            html.push_str("</tbody>\n</table>\n");
        }
    }
}

/// A text that a document can hold wherever a text or an attribute goes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            sign => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{Block, Content, Edition, Part, document, hash};

    fn content() -> Content {
        let table = Block::Table {
            caption: "Actions".to_owned(),
            columns: vec!["Number".to_owned(), "What".to_owned()],
            rows: vec![vec!["4".to_owned(), "Protocols <now>".to_owned()]],
        };
        let part = |heading: &str, exemption: Option<&str>, blocks| Part {
            heading: heading.to_owned(),
            exemption: exemption.map(str::to_owned),
            blocks,
        };
        Content {
            body: "Engagement Committee".to_owned(),
            title: "Meeting".to_owned(),
            held_on: "9 February 2010".to_owned(),
            place: "Winsford".to_owned(),
            frozen_on: "1 February 2010".to_owned(),
            parts: vec![
                part("1. Returns", None, vec![Block::Text("One.\n\nTwo.".to_owned()), table]),
                part("2. A contract with Acme", Some("paragraph 3"), vec![Block::Text("The price is £1.".to_owned())]),
            ],
        }
    }

    #[test]
    fn the_public_edition_says_that_something_is_left_out_and_tells_nothing_of_it() {
        let (public, exempt) = (document(&content(), Edition::Public, "x"), document(&content(), Edition::Exempt, "x"));
        assert!(!public.contains("Acme") && !public.contains("£1"), "{public}");
        assert!(public.contains("exempt from publication: paragraph 3"));
        assert!(exempt.contains("Acme") && exempt.contains("£1") && exempt.contains("not for publication"));
    }

    #[test]
    fn a_document_has_what_a_screen_reader_goes_by_and_nothing_breaks_out_of_it() {
        let html = document(&content(), Edition::Exempt, "x");
        for part in [
            "<html lang=\"en-GB\">",
            "<title>",
            "<main id=\"content\">",
            "<nav aria-label=\"Contents\">",
            "<caption>Actions</caption>",
            "<th scope=\"col\">Number</th>",
            "<th scope=\"row\">4</th>",
            "Protocols &lt;now&gt;",
            "<p>One.</p>\n<p>Two.</p>",
        ] {
            assert!(html.contains(part), "{part} in\n{html}");
        }
        assert_eq!((html.matches("<h1>").count(), html.matches("<section ").count()), (1, 2));
    }

    #[test]
    fn the_same_content_has_the_same_hash_and_another_has_another() {
        let frozen = content().frozen().unwrap();
        assert_eq!(hash(&frozen), hash(&content().frozen().unwrap()));
        assert_eq!(Content::thaw(&frozen).unwrap(), content());
        let mut other = content();
        other.parts[0].heading.push('!');
        assert_ne!(hash(&frozen), hash(&other.frozen().unwrap()));
    }
}
