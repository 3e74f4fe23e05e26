//! Sizes on paper, in points.

/// A4.
pub(super) const WIDTH: f32 = 595.28;
/// A4.
pub(super) const HEIGHT: f32 = 841.89;
/// Around the text.
pub(super) const MARGIN: f32 = 56.7;
/// As wide as lines may be.
pub(super) const ROOM: f32 = WIDTH - 2.0 * MARGIN;
/// Where the text ends.
pub(super) const BOTTOM: f32 = HEIGHT - MARGIN - 12.0;
/// Where the line with the page's number stands.
pub(super) const FOOT: f32 = HEIGHT - MARGIN;
/// Around the text of a cell.
pub(super) const PADDING: f32 = 4.0;

/// How large letters are, and how far lines are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size {
    pub(super) letters: f32,
    pub(super) leading: f32,
    /// What is left free before.
    pub(super) before: f32,
}

const fn size(letters: f32, leading: f32, before: f32) -> Size {
    Size { letters, leading, before }
}

pub(super) const TITLE: Size = size(18.0, 23.0, 0.0);
pub(super) const PART: Size = size(14.0, 18.0, 16.0);
pub(super) const WITHIN: Size = size(11.5, 15.0, 11.0);
pub(super) const TEXT: Size = size(10.5, 14.5, 6.0);
pub(super) const CAPTION: Size = size(10.0, 13.5, 9.0);
pub(super) const CELL: Size = size(9.0, 12.0, 0.0);
pub(super) const FOOTER: Size = size(8.0, 10.0, 0.0);
