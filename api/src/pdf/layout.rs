//! Where everything stands: pages of words and rules, and the tree that says what those words are, in the order in which they are read.

use entity::rules::pack::{Piece, Section, Shown};

use super::{
    columns::{Wanted, from_count, widths},
    face::{Faces, Weight},
    lines::{Line, broken},
    paper::{BOTTOM, CAPTION, CELL, FOOT, FOOTER, MARGIN, PADDING, PART, ROOM, Size, TEXT, TITLE, WIDTH, WITHIN},
};

/// Something drawn on a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// Words on a line; those that belong to nothing, such as a page's number, aren't read out.
    Words { x: f32, baseline: f32, size: Size, weight: Weight, text: String, width: f32, address: Option<String>, is_read: bool },
    /// A line of a table, from left to right.
    Rule { x: f32, y: f32, width: f32 },
}

/// What words are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Section,
    Heading { level: u16, words: String },
    Paragraph,
    Strong,
    Link { says: String },
    Table,
    Caption,
    Head,
    Body,
    Row,
    ColumnHeader,
    RowHeader,
    Cell,
}

/// A node of the tree, with what belongs to it in the order of reading.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) role: Role,
    pub(super) children: Vec<Child>,
}

/// What belongs to a node.
#[derive(Clone, Copy, Debug)]
pub(super) enum Child {
    /// A further node, by its place among all.
    Node(usize),
    /// Words, by their page and their place on it.
    Words(usize, usize),
}

/// A heading to which readers jump.
#[derive(Clone, Debug)]
pub(super) struct Bookmark {
    pub(super) words: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// A pack, laid out.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub(super) pages: Vec<Vec<Mark>>,
    /// The nodes; a parent stands before its children.
    pub(super) nodes: Vec<Node>,
    /// Those that have no parent, in the order of reading.
    pub(super) roots: Vec<usize>,
    pub(super) bookmarks: Vec<Bookmark>,
}

/// A part of a paragraph.
struct Run<'r> {
    text: &'r str,
    weight: Weight,
    role: Option<Role>,
    address: Option<&'r str>,
}

impl<'r> Run<'r> {
    const fn plain(text: &'r str) -> Self {
        Self { text, weight: Weight::Regular, role: None, address: None }
    }

    const fn bold(text: &'r str) -> Self {
        Self { text, weight: Weight::Bold, role: None, address: None }
    }

    const fn strong(text: &'r str) -> Self {
        Self { text, weight: Weight::Bold, role: Some(Role::Strong), address: None }
    }
}

/// Lays an edition out.
pub(super) fn laid_out(shown: &Shown<'_>, content_hash: &str, faces: &Faces) -> Layout {
    let mut composer = Composer { layout: Layout { pages: vec![Vec::new()], ..Layout::default() }, y: MARGIN, faces };
    composer.heading(None, (1, TITLE), &shown.title);
    if !shown.place.is_empty() {
        composer.paragraph(None, TEXT, &[Run::plain(shown.place)]);
    }
    let as_at = format!(", as at {}.", shown.frozen_on);
    composer.paragraph(None, TEXT, &[Run::strong(shown.kind), Run::plain(&as_at)]);
    for section in &shown.sections {
        composer.section(section);
    }
    let frozen = format!("Frozen on {}. SHA-256 of the content of this edition: {content_hash}", shown.frozen_on);
    composer.paragraph(None, TEXT, &[Run::plain(&frozen)]);
    composer.number_pages(shown);
    composer.layout
}

struct Composer<'f> {
    layout: Layout,
    /// How far down the page is filled.
    y: f32,
    faces: &'f Faces,
}

impl Composer<'_> {
    fn section(&mut self, section: &Section<'_>) {
        let part = self.node(None, Role::Section);
        self.heading(Some(part), (2, PART), section.heading);
        for piece in &section.pieces {
            match piece {
                Piece::Heading(words) => self.heading(Some(part), (3, WITHIN), words),
                Piece::Paragraph(words) => self.paragraph(Some(part), TEXT, &[Run::plain(words)]),
                Piece::Marked(mark, words) => self.paragraph(Some(part), TEXT, &[Run::strong(mark), Run::plain(words)]),
                Piece::Paper { title, address, remark } => {
                    let says = format!("Paper: {title}");
                    let link =
                        Run { text: title, weight: Weight::Regular, role: Some(Role::Link { says }), address: Some(address) };
                    let remark = remark.as_deref().map(|remark| format!(" ({remark})")).unwrap_or_default();
                    // The address is printed, too: paper has no links.
                    let printed = format!(", {address}{remark}");
                    self.paragraph(Some(part), TEXT, &[Run::plain("Paper: "), link, Run::plain(&printed)]);
                }
                Piece::Table { caption, columns, rows } => self.table(part, caption, columns, rows),
            }
        }
    }

    fn node(&mut self, parent: Option<usize>, role: Role) -> usize {
        let node = self.layout.nodes.len();
        self.layout.nodes.push(Node { role, children: Vec::new() });
        match parent {
            Some(parent) => self.belongs(parent, Child::Node(node)),
            None => self.layout.roots.push(node),
        }
        node
    }

    fn belongs(&mut self, node: usize, child: Child) {
        if let Some(node) = self.layout.nodes.get_mut(node) {
            node.children.push(child);
        }
    }

    fn put(&mut self, node: Option<usize>, mark: Mark) {
        let page = self.layout.pages.len().saturating_sub(1);
        let Some(marks) = self.layout.pages.last_mut() else { return };
        let place = marks.len();
        marks.push(mark);
        if let Some(node) = node {
            self.belongs(node, Child::Words(page, place));
        }
    }

    fn turn_page(&mut self) {
        self.layout.pages.push(Vec::new());
        self.y = MARGIN;
    }

    /// Turns the page unless so much is left of it; whether it did.
    fn room_for(&mut self, height: f32) -> bool {
        let turns = self.y + height > BOTTOM && self.y > MARGIN;
        if turns {
            self.turn_page();
        }
        turns
    }

    fn before(&mut self, size: Size) {
        if self.y > MARGIN {
            self.y += size.before;
        }
    }

    fn lines(&self, texts: &[(&str, Weight)], size: Size, room: f32) -> Vec<Line> {
        let weight = |run: usize| texts.get(run).map_or(Weight::Regular, |(_, weight)| *weight);
        let readable: Vec<String> = texts.iter().map(|(text, weight)| self.faces.of(*weight).readable(text)).collect();
        let runs: Vec<&str> = readable.iter().map(String::as_str).collect();
        broken(&runs, room, |run, sign| self.width(weight(run), sign) * size.letters)
    }

    fn width(&self, weight: Weight, sign: char) -> f32 {
        self.faces.of(weight).placed(sign).map_or(0.0, |placed| placed.advance)
    }

    fn heading(&mut self, parent: Option<usize>, (level, size): (u16, Size), words: &str) {
        let lines = self.lines(&[(words, Weight::Bold)], size, ROOM);
        if lines.is_empty() {
            return;
        }
        self.before(size);
        // A heading at the foot of a page would have nothing beneath it.
        self.room_for(size.leading * from_count(lines.len().min(8)) + 3.0 * TEXT.leading);
        let told: String = lines.iter().flatten().map(|stretch| stretch.text.as_str()).take(100).collect();
        if level <= 2 {
            let page = self.layout.pages.len().saturating_sub(1);
            self.layout.bookmarks.push(Bookmark { words: told.clone(), page, y: self.y });
        }
        let node = self.node(parent, Role::Heading { level, words: told });
        self.put_lines(node, &[Run::bold(words)], size, lines);
    }

    fn paragraph(&mut self, parent: Option<usize>, size: Size, runs: &[Run<'_>]) {
        let texts: Vec<(&str, Weight)> = runs.iter().map(|run| (run.text, run.weight)).collect();
        let lines = self.lines(&texts, size, ROOM);
        if lines.is_empty() {
            return;
        }
        self.before(size);
        let node = self.node(parent, Role::Paragraph);
        self.put_lines(node, runs, size, lines);
    }

    fn put_lines(&mut self, node: usize, runs: &[Run<'_>], size: Size, lines: Vec<Line>) {
        let mut nodes: Vec<Option<usize>> = vec![None; runs.len()];
        for line in lines {
            self.room_for(size.leading);
            let mut x = MARGIN;
            for stretch in line {
                let Some(run) = runs.get(stretch.run) else { continue };
                let owner = match (&run.role, nodes.get_mut(stretch.run)) {
                    (Some(role), Some(own)) => match *own {
                        Some(own) => own,
                        None => {
                            let made = self.node(Some(node), role.clone());
                            *own = Some(made);
                            made
                        }
                    },
                    _ => node,
                };
                let (weight, width, address) = (run.weight, stretch.width, run.address.map(str::to_owned));
                let baseline = baseline(self.y, size);
                let words = Mark::Words { x, baseline, size, weight, text: stretch.text, width, address, is_read: true };
                self.put(Some(owner), words);
                x += width;
            }
            self.y += size.leading;
        }
    }

    fn table(&mut self, part: usize, caption: &str, columns: &[String], rows: &[Vec<String>]) {
        let count = rows.iter().map(Vec::len).chain([columns.len()]).max().unwrap_or(0);
        if count == 0 {
            return self.paragraph(Some(part), TEXT, &[Run::plain(caption)]);
        }
        let widths = self.columns(count, columns, rows);
        let heads = self.cells(columns, &widths, |_| Weight::Bold);
        self.before(CAPTION);
        // The caption stays with the headers and the beginning of the first row.
        self.room_for(CAPTION.leading + row_height(&heads) + 3.0 * CELL.leading);
        let table = self.node(Some(part), Role::Table);
        let lines = self.lines(&[(caption, Weight::Bold)], CAPTION, ROOM);
        if !lines.is_empty() {
            let node = self.node(Some(table), Role::Caption);
            self.put_lines(node, &[Run::bold(caption)], CAPTION, lines);
        }
        self.rule();
        let head = self.node(Some(table), Role::Head);
        self.row(head, &widths, &heads, None, |_| Role::ColumnHeader);
        if rows.is_empty() {
            return;
        }
        let body = self.node(Some(table), Role::Body);
        let is_header = |place: usize| if place == 0 { Weight::Bold } else { Weight::Regular };
        let role = |place: usize| if place == 0 { Role::RowHeader } else { Role::Cell };
        for row in rows {
            let cells = self.cells(row, &widths, is_header);
            self.row(body, &widths, &cells, Some(&heads), role);
        }
    }

    /// The widths of a table's columns.
    fn columns(&self, count: usize, columns: &[String], rows: &[Vec<String>]) -> Vec<f32> {
        let mut wanted = vec![Wanted::default(); count];
        let texts = |row: &[String], weight: fn(usize) -> Weight, wanted: &mut Vec<Wanted>| {
            for (place, (text, column)) in row.iter().zip(wanted).enumerate() {
                let face = self.faces.of(weight(place));
                let words = face.readable(text);
                let width = |text: &str| text.chars().map(|sign| self.width(weight(place), sign)).sum::<f32>() * CELL.letters;
                let longest = words.split(' ').map(width).fold(0.0, f32::max);
                column.least = column.least.max(longest + 2.0 * PADDING);
                column.most = column.most.max(width(&words) + 2.0 * PADDING);
            }
        };
        texts(columns, |_| Weight::Bold, &mut wanted);
        for row in rows {
            texts(row, |place| if place == 0 { Weight::Bold } else { Weight::Regular }, &mut wanted);
        }
        widths(&wanted, ROOM)
    }

    fn cells(&self, row: &[String], widths: &[f32], weight: impl Fn(usize) -> Weight) -> Vec<(Weight, Vec<Line>)> {
        let cell = |(place, width): (usize, &f32)| {
            let text = row.get(place).map_or("", String::as_str);
            let lines = self.lines(&[(text, weight(place))], CELL, width - 2.0 * PADDING);
            // A cell that says nothing is there all the same, so that what follows stands in its own column.
            (weight(place), if lines.is_empty() { self.blank() } else { lines })
        };
        widths.iter().enumerate().map(cell).collect()
    }

    fn blank(&self) -> Vec<Line> {
        let width = self.width(Weight::Regular, ' ') * CELL.letters;
        vec![vec![super::lines::Stretch { run: 0, text: " ".to_owned(), width }]]
    }

    /// A row, over as many pages as it takes; on a further page `heads` stand above it once more, for the eye alone.
    fn row(
        &mut self,
        group: usize,
        widths: &[f32],
        cells: &[(Weight, Vec<Line>)],
        heads: Option<&[(Weight, Vec<Line>)]>,
        role: impl Fn(usize) -> Role,
    ) {
        let row = self.node(Some(group), Role::Row);
        let nodes: Vec<usize> = (0..cells.len()).map(|place| self.node(Some(row), role(place))).collect();
        let whole = row_height(cells);
        // A row that fits on a page isn't broken in two.
        if whole <= BOTTOM - MARGIN - 4.0 * CELL.leading && self.room_for(whole) {
            self.heads_again(widths, heads);
        }
        let height = cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        let mut from = 0;
        while from < height {
            if self.room_for(CELL.leading + 2.0 * PADDING) {
                self.heads_again(widths, heads);
            }
            let to = (from + fitting(BOTTOM - self.y - 2.0 * PADDING)).min(height);
            self.slice(widths, cells, (from, to), &nodes);
            from = to;
        }
    }

    fn heads_again(&mut self, widths: &[f32], heads: Option<&[(Weight, Vec<Line>)]>) {
        self.rule();
        if let Some(heads) = heads {
            let few = heads.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0).min(6);
            self.slice(widths, heads, (0, few), &[]);
        }
    }

    /// Some of the lines of a row's cells; without nodes they belong to nothing.
    fn slice(&mut self, widths: &[f32], cells: &[(Weight, Vec<Line>)], (from, to): (usize, usize), nodes: &[usize]) {
        let mut left = MARGIN;
        let top = self.y + PADDING;
        for (place, ((weight, lines), width)) in cells.iter().zip(widths).enumerate() {
            for (at, line) in lines.iter().enumerate().take(to).skip(from) {
                let mut x = left + PADDING;
                for stretch in line {
                    let baseline = baseline(top + CELL.leading * place_of(at - from), CELL);
                    let (text, width, node) = (stretch.text.clone(), stretch.width, nodes.get(place).copied());
                    let is_read = node.is_some();
                    let words = Mark::Words { x, baseline, size: CELL, weight: *weight, text, width, address: None, is_read };
                    self.put(node, words);
                    x += stretch.width;
                }
            }
            left += width;
        }
        self.y = top + CELL.leading * place_of(to - from) + PADDING;
        self.rule();
    }

    fn rule(&mut self) {
        let y = self.y;
        self.put(None, Mark::Rule { x: MARGIN, y, width: ROOM });
    }

    /// Says at the foot of each page what it is a page of, and which.
    fn number_pages(&mut self, shown: &Shown<'_>) {
        let count = self.layout.pages.len();
        let numbers: Vec<String> = (1..=count).map(|number| format!("Page {number} of {count}")).collect();
        // Which edition it is comes first, since a long title is cut.
        let of = format!("{}. {}", shown.kind, shown.title);
        let title = self.lines(&[(&of, Weight::Regular)], FOOTER, ROOM * 0.8).into_iter().next().unwrap_or_default();
        let number = |number: &String| self.lines(&[(number, Weight::Regular)], FOOTER, ROOM).into_iter().flatten().next();
        let numbers: Vec<_> = numbers.iter().map(number).collect();
        for (page, number) in self.layout.pages.iter_mut().zip(numbers) {
            let right = number.as_ref().map_or(0.0, |number| WIDTH - MARGIN - number.width);
            let feet = title.iter().map(|title| (MARGIN, title)).chain(number.iter().map(|number| (right, number)));
            page.extend(feet.map(|(x, stretch)| Mark::Words {
                x,
                baseline: FOOT,
                size: FOOTER,
                weight: Weight::Regular,
                text: stretch.text.clone(),
                width: stretch.width,
                address: None,
                is_read: false,
            }));
        }
    }
}

/// Where letters stand on a line that begins at `y`.
fn baseline(y: f32, size: Size) -> f32 {
    y + (size.leading - size.letters) / 2.0 + size.letters * 0.85
}

fn row_height(cells: &[(Weight, Vec<Line>)]) -> f32 {
    let lines = cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
    CELL.leading * place_of(lines) + 2.0 * PADDING
}

/// How many lines of a cell fit into a height; one at least, so that something is always placed.
fn fitting(height: f32) -> usize {
    let page = (BOTTOM - MARGIN) / CELL.leading;
    let fits = (height / CELL.leading).clamp(1.0, page);
    // Between 1 and some fifty.
    (1_u8..=100).take_while(|lines| f32::from(*lines) <= fits).last().map_or(1, usize::from)
}

/// A number of lines as a factor.
fn place_of(lines: usize) -> f32 {
    f32::from(u16::try_from(lines).unwrap_or(u16::MAX))
}
