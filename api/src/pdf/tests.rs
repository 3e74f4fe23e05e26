//! Packs of every kind become PDFs that krilla lets pass as PDF/UA-1, whatever stands in them.

use entity::rules::pack::{Block, Content, Edition, Part};

use super::{
    Seal, document,
    face::Faces,
    layout::{Child, Layout, Mark, Role, laid_out},
};

fn content(blocks: Vec<Block>) -> Content {
    let price = vec![Block::Text("The price is £1.".to_owned())];
    let exempt = Part::new("2. A contract with Acme", Some("paragraph 3".to_owned()), price);
    Content {
        body: "Engagement Committee".to_owned(),
        title: "Meeting".to_owned(),
        held_on: "9 February 2010".to_owned(),
        place: "Winsford".to_owned(),
        frozen_on: "1 February 2010".to_owned(),
        parts: vec![Part::new("1. Returns", None, blocks), exempt],
        since: None,
    }
}

fn table(rows: Vec<Vec<&str>>) -> Block {
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect::<Vec<_>>();
    Block::Table {
        caption: "Actions".to_owned(),
        columns: owned(vec!["Number", "What", "Why"]),
        rows: rows.into_iter().map(owned).collect(),
    }
}

fn written(content: &Content, edition: Edition) -> Vec<u8> {
    let seal = Seal { content_hash: "0123abcd", frozen_at: "2010-02-01T09:30:00Z".parse().unwrap() };
    document(&content.shown(edition), seal).unwrap()
}

fn layout(content: &Content, edition: Edition) -> Layout {
    laid_out(&content.shown(edition), "0123abcd", &Faces::embedded().unwrap())
}

/// What is read out, node by node.
fn read(layout: &Layout) -> Vec<(Role, String)> {
    let words = |child: &Child| match child {
        Child::Words(page, place) => match &layout.pages[*page][*place] {
            Mark::Words { text, .. } => text.clone(),
            Mark::Rule { .. } => String::new(),
        },
        Child::Node(_) => String::new(),
    };
    let told = layout.nodes.iter().map(|node| (node.role.clone(), node.children.iter().map(words).collect::<String>()));
    told.filter(|(_, words)| !words.is_empty()).collect()
}

fn everything(layout: &Layout) -> String {
    read(layout).into_iter().map(|(_, words)| words + "\n").collect()
}

#[test]
fn the_same_pack_gives_the_same_bytes_and_is_marked_as_accessible() {
    let pack = content(vec![Block::Text("One.\n\nTwo.".to_owned()), table(vec![vec!["4", "Protocols", ""]])]);
    let bytes = written(&pack, Edition::Exempt);
    assert_eq!(bytes, written(&pack, Edition::Exempt));
    assert_ne!(bytes, written(&pack, Edition::Public));
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes.trim_ascii_end().ends_with(b"%%EOF"));
    let text = String::from_utf8_lossy(&bytes);
    for mark in ["/MarkInfo", "/StructTreeRoot", "/Lang(en-GB)", "/DisplayDocTitle true", "pdfuaid:part", "/Outlines"] {
        assert!(text.contains(mark), "{mark}");
    }
}

#[test]
fn words_are_read_as_what_they_are_and_in_order() {
    let link = Block::Link { title: "A paper".to_owned(), address: "https://papers.example/1".to_owned(), exemption: None };
    let pack = content(vec![Block::Heading("Halton".to_owned()), table(vec![vec!["4", "Protocols", ""]]), link]);
    let told = read(&layout(&pack, Edition::Public));
    let told: Vec<(String, &str)> = told.iter().map(|(role, words)| (format!("{role:?}"), words.trim())).collect();
    let roles: Vec<&str> = told.iter().map(|(role, _)| role.split([' ', '{']).next().unwrap()).collect();
    assert_eq!(
        roles,
        [
            "Heading",
            "Paragraph",
            "Paragraph",
            "Strong",
            "Heading",
            "Heading",
            "Caption",
            "ColumnHeader",
            "ColumnHeader",
            "ColumnHeader",
            "RowHeader",
            "Cell",
            "Cell",
            "Paragraph",
            "Link",
            "Heading",
            "Paragraph",
            "Paragraph"
        ]
    );
    assert_eq!(told[10].1, "4");
    assert_eq!(told[14], ("Link { says: \"Paper: A paper\" }".to_owned(), "A paper"));
}

#[test]
fn the_public_edition_holds_no_word_of_what_is_exempt() {
    let withheld = Block::Exempt { exemption: "for few".to_owned(), blocks: vec![Block::Text("Marshals.".to_owned())] };
    let pack = content(vec![withheld]);
    let (public, exempt) = (everything(&layout(&pack, Edition::Public)), everything(&layout(&pack, Edition::Exempt)));
    assert!(exempt.contains("Acme") && exempt.contains("£1") && exempt.contains("Marshals"));
    assert!(!public.contains("Acme") && !public.contains('£') && !public.contains("Marshals"));
    assert!(public.contains("paragraph 3") && public.contains("for few"));
    // Every page says which edition it is of, however long the meeting's title.
    let long = Content { title: "A very long title ".repeat(30), ..pack };
    let kept = layout(&long, Edition::Exempt);
    let says = |mark: &Mark| matches!(mark, Mark::Words { text, is_read: false, .. } if text.contains("not for publication"));
    assert!(kept.pages.iter().all(|page| page.iter().any(says)));
}

#[test]
fn a_long_text_runs_over_pages_and_every_word_of_it_is_there_within_the_margins() {
    let text: String = (0..9_000).map(|number| format!("word{number} ")).collect();
    let pack = content(vec![Block::Text(text.clone()), table(vec![vec!["1", &text, "short"], vec!["2", "next", "row"]])]);
    let layout = layout(&pack, Edition::Public);
    assert!(layout.pages.len() > 30, "{}", layout.pages.len());
    let told = everything(&layout);
    assert_eq!(told.matches("word8999 ").count() + told.matches("word8999\n").count(), 2);
    for mark in layout.pages.iter().flatten() {
        match mark {
            Mark::Words { x, baseline, width, text, .. } => {
                let blanks = 4.0;
                assert!(*x >= 56.0 && x + width <= 595.28 - 56.0 + blanks, "{text} at {x} is {width} wide");
                assert!(*baseline > 56.0 && *baseline < 841.89 - 50.0, "{text} at {baseline}");
            }
            Mark::Rule { y, .. } => assert!(*y < 841.89 - 50.0, "{y}"),
        }
    }
    assert!(written(&pack, Edition::Public).starts_with(b"%PDF"));
}

#[test]
fn no_text_keeps_a_pack_from_being_written() {
    let strange = "nul\0 bell\u{7} bom\u{feff} \u{fffe}\u{10ffff} \u{e000} emoji 😀 \u{200f}עברית العربية 漢字 soft\u{ad}hyphen a\u{301} \u{a0}\ttab\r\nline \u{2028} ﬁ";
    let ragged = Block::Table {
        caption: strange.to_owned(),
        columns: vec![],
        rows: vec![vec![], vec![strange.to_owned(); 40], vec![String::new()]],
    };
    let none = Block::Table { caption: String::new(), columns: vec![], rows: vec![] };
    let heads = Block::Table { caption: "Heads".to_owned(), columns: vec!["x".repeat(3_000), String::new()], rows: vec![] };
    let link = Block::Link {
        title: String::new(),
        address: "https://".to_owned() + &"a".repeat(1_992),
        exemption: Some(strange.to_owned()),
    };
    let mut pack = content(vec![
        Block::Text(strange.to_owned()),
        Block::Heading(String::new()),
        Block::Heading(strange.repeat(50)),
        ragged,
        none,
        heads,
        link,
        Block::Text("x".repeat(50_000)),
    ]);
    for edition in [Edition::Public, Edition::Exempt] {
        assert!(written(&pack, edition).starts_with(b"%PDF"));
    }
    let told = everything(&layout(&pack, Edition::Public));
    assert!(told.contains("emoji \u{fffd}") || told.contains("emoji □") || told.contains("emoji ?"), "{told:.300}");
    (pack.title, pack.body, pack.held_on, pack.place) = (String::new(), "\0".to_owned(), String::new(), String::new());
    pack.parts.clear();
    assert!(written(&pack, Edition::Public).starts_with(b"%PDF"));
}
