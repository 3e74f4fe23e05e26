//! Committee packs as PDF, for reading on paper and by screen readers alike (PDF/UA-1, ISO 14289-1).
//!
//! What an edition shows is handed over by [`entity::rules::pack`], the same that becomes HTML. [`layout`] breaks it into lines ([`lines`])
//! and tables into columns ([`columns`]), places them on pages and notes which words belong to which heading, paragraph or cell;
//! [`drawing`] writes both down with krilla, which refuses whatever PDF/UA forbids. All of it is pure: the same pack gives the same bytes.
//!
//! Text runs from left to right, a glyph for a character. What the fonts ([`face`]) have no glyph for shows as a replacement, so no text
//! makes a pack unwritable.

mod columns;
mod drawing;
mod face;
mod layout;
mod lines;
mod paper;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use entity::rules::pack::Shown;

use face::Faces;

/// Why a PDF wasn't written; never because of what a pack says.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// An embedded font can't be read.
    #[error("an embedded font can't be read")]
    Font,
    /// The document would break a rule of PDF/UA-1, or of PDF itself.
    #[error("the document can't be written: {0}")]
    Refused(String),
}

/// What marks a document as this one and no other.
#[derive(Clone, Copy, Debug)]
pub struct Seal<'s> {
    /// SHA-256 of the edition's content, in hexadecimal.
    pub content_hash: &'s str,
    /// The moment at which the pack was frozen.
    pub frozen_at: DateTime<Utc>,
}

/// An edition of a pack as PDF.
///
/// # Errors
/// [`Unwritten`], which a pack's content doesn't bring about.
pub fn document(shown: &Shown<'_>, seal: Seal<'_>) -> Result<Vec<u8>, Unwritten> {
    let faces = Faces::embedded().ok_or(Unwritten::Font)?;
    let layout = layout::laid_out(shown, seal.content_hash, &faces);
    drawing::drawn(&layout, shown, seal, &faces)
}
