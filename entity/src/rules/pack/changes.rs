//! What changed from one version of a pack to the next, part by part.

use serde::{Deserialize, Serialize};

use super::{Content, Edition, Part, Piece, Section, section as shown};

/// What a further version of a pack says of the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// The version before.
    pub version: i32,
    /// Why there is a further one, in words that everybody may read.
    pub reason: String,
    /// Which parts changed.
    pub changes: Vec<Change>,
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It is new.
    Added,
    /// It says something else.
    Changed,
    /// Its item was withdrawn from the agenda.
    Withdrawn,
    /// It is gone.
    LeftOut,
}

/// A part that isn't as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its heading.
    pub heading: String,
    /// What became of it.
    pub became: Became,
    /// Whether it is exempt from publication, or was; or what changed in it is.
    pub is_exempt: bool,
}

/// What changed from one content to the next, in the order of the new one.
#[must_use]
pub fn changes(former: &Content, new: &Content) -> Vec<Change> {
    let mut left: Vec<&Part> = former.parts.iter().collect();
    let mut changes = Vec::new();
    for part in &new.parts {
        let before = left.iter().position(|other| other.subject() == part.subject()).map(|at| left.remove(at));
        let (became, was_exempt) = match before {
            Some(before) if before == part => continue,
            // A part of which the public sees what it saw before changed in exempt business alone.
            Some(before) => {
                let is_withdrawn = part.withdrawn.is_some() && before.withdrawn.is_none();
                let became = if is_withdrawn { Became::Withdrawn } else { Became::Changed };
                (became, shown(before, Edition::Public) == shown(part, Edition::Public))
            }
            None => (Became::Added, false),
        };
        let was_exempt = was_exempt || before.is_some_and(|before| before.exemption.is_some());
        changes.push(Change { heading: part.subject().to_owned(), became, is_exempt: was_exempt || part.exemption.is_some() });
    }
    let gone =
        |part: &&Part| Change { heading: part.heading.clone(), became: Became::LeftOut, is_exempt: part.exemption.is_some() };
    changes.extend(left.iter().map(gone));
    changes
}

/// What changed, in sentences: in public of exempt parts only that some did.
#[must_use]
pub fn told(changes: &[Change], edition: Edition) -> Vec<String> {
    let is_told = |change: &&Change| edition == Edition::Exempt || !change.is_exempt;
    let mut sentences: Vec<String> = changes
        .iter()
        .filter(is_told)
        .map(|Change { heading, became, .. }| match became {
            Became::Added => format!("Added: {heading}."),
            Became::Changed => format!("Changed: {heading}."),
            Became::Withdrawn => format!("Withdrawn: {heading}."),
            Became::LeftOut => format!("Left out: {heading}."),
        })
        .collect();
    if changes.iter().any(|change| !is_told(&change)) {
        sentences.push("Exempt business changed.".to_owned());
    }
    if sentences.is_empty() {
        sentences.push("No part says anything else than before.".to_owned());
    }
    sentences
}

/// The section at the head of a further version.
pub(super) fn section(since: &Since, edition: Edition) -> Section<'_> {
    let opening = format!("This takes the place of version {}: {}", since.version, since.reason);
    let paragraphs = std::iter::once(opening).chain(told(&since.changes, edition));
    Section {
        heading: "What changed since the version before",
        pieces: paragraphs.map(|paragraph| Piece::Paragraph(paragraph.into())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Block, Became, Content, Edition, Part, changes, told};

    fn content(parts: &[(&str, Option<&str>, &str)]) -> Content {
        let part = |(heading, exemption, text): &(&str, Option<&str>, &str)| {
            Part::new(*heading, exemption.map(str::to_owned), vec![Block::Text((*text).to_owned())])
        };
        Content {
            body: "Engagement Committee".to_owned(),
            title: "Meeting".to_owned(),
            held_on: "9 February 2010".to_owned(),
            place: String::new(),
            frozen_on: "1 February 2010".to_owned(),
            parts: parts.iter().map(part).collect(),
            since: None,
        }
    }

    #[test]
    fn an_exempt_piece_that_changed_doesnt_say_in_public_where_it_stands() {
        let with = |public: &str, price: &str| {
            let mut content = content(&[("4. Mixed", None, public)]);
            let blocks = vec![Block::Text(price.to_owned())];
            content.parts[0].blocks.push(Block::Exempt { exemption: "paragraph 3".to_owned(), blocks });
            content
        };
        let unseen = changes(&with("Received.", "£1"), &with("Received.", "£2"));
        assert_eq!(told(&unseen, Edition::Public), ["Exempt business changed."]);
        assert_eq!(told(&unseen, Edition::Exempt), ["Changed: 4. Mixed."]);
        let seen = changes(&with("Received.", "£1"), &with("Noted.", "£2"));
        assert_eq!(told(&seen, Edition::Public), ["Changed: 4. Mixed."]);
    }

    #[test]
    fn an_item_that_was_withdrawn_is_neither_new_nor_left_out() {
        let former = content(&[("1. A", None, "as it is"), ("2. B", Some("3"), "£1")]);
        let mut new = former.clone();
        for part in &mut new.parts {
            *part = Part::withdrawn(&part.heading, part.exemption.clone(), ("Withdrawn.".to_owned(), "Acme is gone"));
        }
        assert_eq!(told(&changes(&former, &new), Edition::Exempt), ["Withdrawn: 1. A.", "Withdrawn: 2. B."]);
        assert_eq!(told(&changes(&former, &new), Edition::Public), ["Withdrawn: 1. A.", "Exempt business changed."]);
        assert_eq!(changes(&new, &new.clone()), []);
    }

    #[test]
    fn a_later_version_tells_what_was_added_changed_and_left_out_and_in_public_nothing_of_what_is_exempt() {
        let former =
            content(&[("1. A", None, "as it is"), ("2. B", None, "before"), ("3. C", None, "gone"), ("4. D", Some("3"), "£1")]);
        let new =
            content(&[("1. A", None, "as it is"), ("2. B", None, "after"), ("4. D", Some("3"), "£2"), ("5. E", None, "new")]);
        let changes = changes(&former, &new);
        let became: Vec<_> = changes.iter().map(|change| (change.heading.as_str(), change.became)).collect();
        let expected = [("2. B", Became::Changed), ("4. D", Became::Changed), ("5. E", Became::Added), ("3. C", Became::LeftOut)];
        assert_eq!(became, expected);
        let public = ["Changed: 2. B.", "Added: 5. E.", "Left out: 3. C.", "Exempt business changed."];
        assert_eq!(told(&changes, Edition::Public), public);
        assert_eq!(told(&changes, Edition::Exempt), ["Changed: 2. B.", "Changed: 4. D.", "Added: 5. E.", "Left out: 3. C."]);
        assert_eq!(told(&[], Edition::Public), ["No part says anything else than before."]);
    }
}
