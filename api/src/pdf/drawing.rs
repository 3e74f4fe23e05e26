//! Writing a layout down as tagged PDF. krilla checks what PDF/UA-1 asks for that a machine can check, and refuses the rest.

use std::{collections::HashMap, num::NonZeroU16};

use chrono::{Datelike as _, Timelike as _};
use entity::rules::pack::Shown;
use krilla::{
    Document, SerializeSettings,
    action::{Action, LinkAction},
    annotation::{Annotation, LinkAnnotation, Target},
    color::luma,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::{Page, PageSettings},
    paint::Fill,
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, Node as TagNode, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind,
        TagTree,
    },
    text::{GlyphId, KrillaGlyph},
};

use super::{
    Seal, Unwritten,
    face::{Face, Faces},
    layout::{Child, Layout, Mark, Role},
    paper::{FOOT, HEIGHT, WIDTH},
};

/// Strings in a PDF have a limit; headings and titles don't come near it.
const LONGEST_TITLE: usize = 2_000;
/// How thick the lines of tables are.
const RULE: f32 = 0.5;

/// The bytes of a layout.
pub(super) fn drawn(layout: &Layout, shown: &Shown<'_>, seal: Seal<'_>, faces: &Faces) -> Result<Vec<u8>, Unwritten> {
    let accessible = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = accessible.map_err(|error| Unwritten::Refused(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut identifiers = Identifiers::default();
    for (number, marks) in layout.pages.iter().enumerate() {
        let settings =
            PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Unwritten::Refused("a page without a size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        draw_page(&mut page, (number, marks), faces, &mut identifiers);
        page.finish();
    }
    let mut tree = TagTree::new().with_lang(Some("en-GB".to_owned()));
    for root in &layout.roots {
        tree.push(group(layout, *root, &mut identifiers));
    }
    document.set_tag_tree(tree);
    document.set_outline(outline(layout));
    document.set_metadata(metadata(shown, seal));
    document.finish().map_err(|error| Unwritten::Refused(error.to_string()))
}

fn metadata(shown: &Shown<'_>, seal: Seal<'_>) -> Metadata {
    let at = seal.frozen_at;
    let within = |number: u32| u8::try_from(number).unwrap_or_default();
    let frozen = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(within(at.month()))
        .day(within(at.day()))
        .hour(within(at.hour()))
        .minute(within(at.minute()))
        .second(within(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(shortened(&shown.title))
        .description(format!(
            "{}, as at {}. SHA-256 of the content of both editions: {}",
            shown.kind, shown.frozen_on, seal.content_hash
        ))
        .language("en-GB".to_owned())
        .creator("Concordat".to_owned())
        .creation_date(frozen)
        .document_id(format!("{}/{}", seal.content_hash, shown.kind))
}

fn outline(layout: &Layout) -> Outline {
    let mut outline = Outline::new();
    for bookmark in &layout.bookmarks {
        let there = XyzDestination::new(bookmark.page, Point::from_xy(0.0, bookmark.y));
        outline.push_child(OutlineNode::new(shortened(&bookmark.words), there));
    }
    outline
}

fn shortened(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(LONGEST_TITLE).collect()
}

/// What was drawn, by page and place, under the identifiers by which the tree names it.
#[derive(Default)]
struct Identifiers {
    words: HashMap<(usize, usize), Identifier>,
    links: HashMap<(usize, usize), Identifier>,
}

fn draw_page(page: &mut Page<'_>, (number, marks): (usize, &[Mark]), faces: &Faces, identifiers: &mut Identifiers) {
    let mut surface = page.surface();
    for (place, mark) in marks.iter().enumerate() {
        if let Some(drawn) = draw(&mut surface, mark, faces) {
            identifiers.words.insert((number, place), drawn);
        }
    }
    surface.finish();
    for (place, mark) in marks.iter().enumerate() {
        if let Some(link) = link(mark) {
            identifiers.links.insert((number, place), page.add_tagged_annotation(link));
        }
    }
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, faces: &Faces) -> Option<Identifier> {
    match mark {
        Mark::Words { x, baseline, size, weight, text, is_read, .. } => {
            let beside = if *baseline >= FOOT { ArtifactType::Footer } else { ArtifactType::Other };
            let tag =
                if *is_read { ContentTag::Span(SpanTag::empty()) } else { ContentTag::Artifact(Artifact::with_kind(beside)) };
            let face = faces.of(*weight);
            let drawn = surface.start_tagged(tag);
            surface.set_fill(Some(Fill { paint: luma::Color::black().into(), ..Fill::default() }));
            let from = Point::from_xy(*x, *baseline);
            surface.draw_glyphs(from, &glyphs(face, text), face.font.clone(), text, size.letters, false);
            surface.end_tagged();
            is_read.then_some(drawn)
        }
        Mark::Rule { x, y, width } => {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
            let mut path = PathBuilder::new();
            if let Some(rule) = Rect::from_xywh(*x, *y, *width, RULE) {
                path.push_rect(rule);
            }
            if let Some(path) = path.finish() {
                surface.set_fill(Some(Fill { paint: luma::Color::new(96).into(), ..Fill::default() }));
                surface.draw_path(&path);
            }
            surface.end_tagged();
            None
        }
    }
}

fn glyphs(face: &Face, text: &str) -> Vec<KrillaGlyph> {
    let glyph = |(at, sign): (usize, char)| {
        let placed = face.placed(sign)?;
        Some(KrillaGlyph {
            glyph_id: GlyphId::new(placed.glyph),
            text_range: at..at + sign.len_utf8(),
            x_advance: placed.advance,
            x_offset: 0.0,
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        })
    };
    text.char_indices().filter_map(glyph).collect()
}

/// Where words lead to, if they lead anywhere.
fn link(mark: &Mark) -> Option<Annotation> {
    let Mark::Words { x, baseline, size, text, width, address: Some(address), .. } = mark else { return None };
    let area = Rect::from_xywh(*x, baseline - size.letters, width.max(1.0), size.leading)?;
    let target = Target::Action(Action::Link(LinkAction::new(address.clone())));
    Some(Annotation::new_link(LinkAnnotation::new(area, target), Some(shortened(&format!("{text}: {address}")))))
}

/// A node with everything that belongs to it. Nodes nest six deep at most.
fn group(layout: &Layout, at: usize, identifiers: &mut Identifiers) -> TagGroup {
    let Some(node) = layout.nodes.get(at) else { return TagGroup::new(Tag::P) };
    let mut group = TagGroup::new(tag(&node.role));
    for child in &node.children {
        match child {
            Child::Node(child) => group.push(group_of(layout, *child, identifiers)),
            Child::Words(page, place) => {
                let found = [identifiers.links.remove(&(*page, *place)), identifiers.words.remove(&(*page, *place))];
                found.into_iter().flatten().for_each(|identifier| group.push(identifier));
            }
        }
    }
    group
}

fn group_of(layout: &Layout, at: usize, identifiers: &mut Identifiers) -> TagNode {
    TagNode::Group(group(layout, at, identifiers))
}

fn tag(role: &Role) -> TagKind {
    match role {
        Role::Section => Tag::Section.into(),
        Role::Heading { level, words } => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(shortened(words))).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::Strong => Tag::Strong.into(),
        Role::Link { says } => Tag::Link.with_alt_text(Some(shortened(says))).into(),
        Role::Table => Tag::Table.into(),
        Role::Caption => Tag::Caption.into(),
        Role::Head => Tag::THead.into(),
        Role::Body => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::ColumnHeader => Tag::TH(TableHeaderScope::Column).into(),
        Role::RowHeader => Tag::TH(TableHeaderScope::Row).into(),
        Role::Cell => Tag::TD.into(),
    }
}
