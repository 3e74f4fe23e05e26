//! A committee pack: what is before a meeting, frozen as at a day, and written as one accessible document.
//!
//! The content is one thing; its two editions are drawn from it, each with a hash of its own. The public edition leaves out what is exempt
//! from publication and says that and why it does, and its hash is of what it shows: one that rested on what is left out would let anybody
//! find out whether they guess that right. That happens here, once, in [`Content::shown`]: whoever writes an edition down, as HTML
//! ([`html`]) or as PDF, is handed what it shows and never what it leaves out.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::chain::hexadecimal;

pub mod changes;
pub mod html;

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
    /// What it says of the version before; nothing in a first version, and in what was frozen before that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<changes::Since>,
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
    /// That its item was withdrawn from the agenda, when and by which office, in words that everybody may read; nothing while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
}

/// What stands behind the heading of an item that was withdrawn.
const WITHDRAWN: &str = " (withdrawn)";

impl Part {
    /// A part of what is before the meeting.
    #[must_use]
    pub fn new(heading: impl Into<String>, exemption: Option<String>, blocks: Vec<Block>) -> Self {
        Self { heading: heading.into(), exemption, blocks, withdrawn: None }
    }

    /// An item that was withdrawn from the agenda: nothing of it is before the meeting but that, and why.
    #[must_use]
    pub fn withdrawn(heading: &str, exemption: Option<String>, (words, reason): (String, &str)) -> Self {
        let blocks = vec![Block::Text(words.clone()), Block::Text(format!("Reason: {reason}"))];
        Self { withdrawn: Some(words), ..Self::new(format!("{heading}{WITHDRAWN}"), exemption, blocks) }
    }

    /// What its item is called, withdrawn or not.
    fn subject(&self) -> &str {
        match self.withdrawn {
            Some(_) => self.heading.strip_suffix(WITHDRAWN).unwrap_or(&self.heading),
            None => &self.heading,
        }
    }
}

/// A piece of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Paragraphs, with an empty line between two.
    Text(String),
    /// A heading within the part.
    Heading(String),
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
    /// What is exempt from publication within a part that isn't.
    Exempt {
        /// Why.
        exemption: String,
        /// What it is.
        blocks: Vec<Block>,
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

    /// The body, the meeting and its day; the body once, where the meeting is called after it.
    fn heading(&self) -> String {
        let names_body = self.title.to_lowercase().contains(&self.body.to_lowercase());
        let meeting = if names_body { self.title.clone() } else { format!("{}: {}", self.body, self.title) };
        format!("{meeting}, {}", self.held_on)
    }

    /// The hash of the public edition: of what that shows, and of nothing that it leaves out.
    ///
    /// # Errors
    /// Never for what this type can hold.
    pub fn public_hash(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.shown(Edition::Public)).map(|shown| hash(&shown))
    }

    /// What one of its editions shows.
    #[must_use]
    pub fn shown(&self, edition: Edition) -> Shown<'_> {
        Shown {
            title: self.heading(),
            place: &self.place,
            kind: match edition {
                Edition::Public => "Public edition",
                Edition::Exempt => "Edition with exempt business: not for publication",
            },
            frozen_on: &self.frozen_on,
            sections: self
                .since
                .iter()
                .map(|since| changes::section(since, edition))
                .chain(self.parts.iter().map(|part| section(part, edition)))
                .collect(),
        }
    }
}

/// Entries of one part: those that may be published, and those that may not, by the reason why. Each is judged by itself, so that one exempt
/// entry takes no other out of the public edition.
#[must_use]
pub fn by_exemption<T>(entries: impl IntoIterator<Item = (Option<String>, T)>) -> (Vec<T>, BTreeMap<String, Vec<T>>) {
    let (mut public, mut exempt) = (Vec::new(), BTreeMap::<String, Vec<T>>::new());
    for (exemption, entry) in entries {
        match exemption {
            Some(exemption) => exempt.entry(exemption).or_default().push(entry),
            None => public.push(entry),
        }
    }
    (public, exempt)
}

/// What an edition shows, in the order in which it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown<'c> {
    /// The body, the meeting and its day.
    pub title: String,
    /// Where and when.
    pub place: &'c str,
    /// Which edition it is, for a reader.
    pub kind: &'static str,
    /// The day as at which everything is shown.
    pub frozen_on: &'c str,
    /// Part by part.
    pub sections: Vec<Section<'c>>,
}

/// A part of a pack as an edition shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section<'c> {
    /// Its heading; in public an exempt part's own isn't told.
    pub heading: &'c str,
    /// What stands beneath it.
    pub pieces: Vec<Piece<'c>>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Piece<'c> {
    /// A heading within the section.
    Heading(&'c str),
    /// A paragraph.
    Paragraph(Cow<'c, str>),
    /// A paragraph that begins with words that stand out.
    Marked(&'static str, String),
    /// A paper that is found elsewhere.
    Paper {
        /// What it is called.
        title: &'c str,
        /// Where it is found.
        address: &'c str,
        /// What is said behind it, in brackets.
        remark: Option<String>,
    },
    /// A table.
    Table {
        /// What it shows.
        caption: &'c str,
        /// The headers of its columns.
        columns: &'c [String],
        /// Its rows; the first cell of each is its header.
        rows: &'c [Vec<String>],
    },
}

/// What stands before something exempt, for those who may read it.
const MARK: &str = "Exempt from publication";

fn section(part: &Part, edition: Edition) -> Section<'_> {
    match (&part.exemption, edition) {
        (Some(why), Edition::Public) => {
            let left_out = Piece::Paragraph(format!("This part is exempt from publication: {why}.").into());
            let withdrawn = part.withdrawn.as_deref().map(|words| Piece::Paragraph(words.into()));
            let heading = if withdrawn.is_some() { "Exempt business (withdrawn)" } else { "Exempt business" };
            Section { heading, pieces: withdrawn.into_iter().chain([left_out]).collect() }
        }
        (exemption, _) => {
            let mark = exemption.iter().map(|why| Piece::Marked(MARK, format!(": {why}.")));
            let pieces = mark.chain(part.blocks.iter().flat_map(|block| pieces(block, edition))).collect();
            Section { heading: &part.heading, pieces }
        }
    }
}

fn pieces(block: &Block, edition: Edition) -> Vec<Piece<'_>> {
    match block {
        Block::Text(text) => {
            let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
            paragraphs.map(|paragraph| Piece::Paragraph(paragraph.into())).collect()
        }
        Block::Heading(words) => vec![Piece::Heading(words)],
        Block::Link { exemption: Some(why), .. } if edition == Edition::Public => {
            vec![Piece::Paragraph(format!("A paper is exempt from publication: {why}.").into())]
        }
        Block::Link { title, address, exemption } => {
            let remark = exemption.as_deref().map(|why| format!("exempt from publication: {why}"));
            vec![Piece::Paper { title, address, remark }]
        }
        Block::Table { caption, columns, rows } => vec![Piece::Table { caption, columns, rows }],
        Block::Exempt { exemption, .. } if edition == Edition::Public => {
            vec![Piece::Paragraph(
                format!("What else was laid before the meeting here is exempt from publication: {exemption}.").into(),
            )]
        }
        Block::Exempt { exemption, blocks } => {
            let mark = std::iter::once(Piece::Marked(MARK, format!(": {exemption}.")));
            mark.chain(blocks.iter().flat_map(|block| pieces(block, edition))).collect()
        }
    }
}

/// The hash of a frozen text: SHA-256, in hexadecimal.
#[must_use]
pub fn hash(frozen: &str) -> String {
    hexadecimal(Sha256::new().chain_update(frozen))
}

#[cfg(test)]
mod tests {
    use super::{Block, Content, Edition, Part, by_exemption, hash, html};

    fn document(content: &Content, edition: Edition) -> String {
        html::document(&content.shown(edition), "x")
    }

    fn content() -> Content {
        let table = Block::Table {
            caption: "Actions".to_owned(),
            columns: vec!["Number".to_owned(), "What".to_owned()],
            rows: vec![vec!["4".to_owned(), "Protocols <now>".to_owned()]],
        };
        let withheld = Block::Exempt {
            exemption: "registers aren't published".to_owned(),
            blocks: vec![Block::Heading("Risks".to_owned()), Block::Text("Marshals may leave.".to_owned())],
        };
        let part = |heading: &str, exemption: Option<&str>, blocks| Part::new(heading, exemption.map(str::to_owned), blocks);
        Content {
            body: "Engagement Committee".to_owned(),
            title: "Meeting".to_owned(),
            held_on: "9 February 2010".to_owned(),
            place: "Winsford".to_owned(),
            frozen_on: "1 February 2010".to_owned(),
            parts: vec![
                part("1. Returns", None, vec![Block::Text("One.\n\nTwo.".to_owned()), table, withheld]),
                part("2. A contract with Acme", Some("paragraph 3"), vec![Block::Text("The price is £1.".to_owned())]),
            ],
            since: None,
        }
    }

    #[test]
    fn the_public_edition_says_that_something_is_left_out_and_tells_nothing_of_it() {
        let (public, exempt) = (document(&content(), Edition::Public), document(&content(), Edition::Exempt));
        assert!(!public.contains("Acme") && !public.contains("£1"), "{public}");
        assert!(public.contains("exempt from publication: paragraph 3"));
        assert!(exempt.contains("Acme") && exempt.contains("£1") && exempt.contains("not for publication"));
        // Nor does it tell what is exempt within a part that isn't.
        assert!(!public.contains("Risks") && !public.contains("Marshals") && public.contains("registers aren&#39;t published"));
        assert!(exempt.contains("<h3>Risks</h3>") && exempt.contains("Marshals may leave."));
    }

    #[test]
    fn the_public_hash_is_of_what_is_shown_and_says_nothing_of_what_is_left_out() {
        let public = content().public_hash().unwrap();
        let mut other = content();
        other.parts[1].blocks = vec![Block::Text("The price is £2.".to_owned())];
        if let Block::Exempt { blocks, .. } = &mut other.parts[0].blocks[2] {
            blocks.push(Block::Text("More.".to_owned()));
        }
        assert_eq!(other.public_hash().unwrap(), public, "a guess at what is exempt isn't confirmed");
        assert_ne!(hash(&other.frozen().unwrap()), hash(&content().frozen().unwrap()));
        other.parts[0].blocks[0] = Block::Text("Three.".to_owned());
        assert_ne!(other.public_hash().unwrap(), public);
    }

    #[test]
    fn in_public_an_exempt_item_that_was_withdrawn_is_withdrawn_and_no_more() {
        let said = "This item was withdrawn from the agenda on 3 February 2010.";
        let mut pack = content();
        for part in &mut pack.parts {
            *part = Part::withdrawn(&part.heading, part.exemption.clone(), (said.to_owned(), "Acme went bankrupt."));
        }
        let (public, exempt) = (document(&pack, Edition::Public), document(&pack, Edition::Exempt));
        assert_eq!(public.matches(said).count(), 2, "{public}");
        assert!(
            public.contains("1. Returns (withdrawn)</h2>") && public.contains("Exempt business (withdrawn)</h2>"),
            "{public}"
        );
        assert_eq!(public.matches("bankrupt").count(), 1, "the reason of an exempt item is exempt: {public}");
        assert!(!public.contains("A contract"), "{public}");
        assert!(exempt.contains("2. A contract with Acme (withdrawn)</h2>"), "{exempt}");
    }

    #[test]
    fn an_exempt_entry_takes_no_other_with_it() {
        let why = |why: &str| Some(why.to_owned());
        let (public, exempt) =
            by_exemption([(None, 1), (why("paragraph 3"), 2), (None, 3), (why("paragraph 1"), 4), (why("paragraph 3"), 5)]);
        assert_eq!(public, [1, 3]);
        assert_eq!(
            exempt.into_iter().collect::<Vec<_>>(),
            [("paragraph 1".to_owned(), vec![4]), ("paragraph 3".to_owned(), vec![2, 5])]
        );
    }

    #[test]
    fn a_document_has_what_a_screen_reader_goes_by_and_nothing_breaks_out_of_it() {
        let html = document(&content(), Edition::Exempt);
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
    fn what_was_frozen_before_parts_had_headings_is_still_read() {
        let old = r#"{"body":"B","title":"T","held_on":"1 May 2010","place":"","frozen_on":"1 May 2010","parts":[{"heading":"1. A","exemption":null,
            "blocks":[{"text":"One."},{"link":{"title":"P","address":"https://a","exemption":null}},{"table":{"caption":"C","columns":["N"],"rows":[["1"]]}}]}]}"#;
        let shown = Content::thaw(old).unwrap();
        assert_eq!(shown.shown(Edition::Public).sections[0].pieces.len(), 3);
    }

    #[test]
    fn a_meeting_that_is_called_after_its_body_says_so_once() {
        let mut pack = content();
        assert_eq!(pack.shown(Edition::Public).title, "Engagement Committee: Meeting, 9 February 2010");
        pack.title = "Special meeting of the Engagement committee".to_owned();
        assert_eq!(pack.shown(Edition::Public).title, "Special meeting of the Engagement committee, 9 February 2010");
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
