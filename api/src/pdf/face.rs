//! The two fonts that are embedded: which glyph a character has, how wide it is, and what stands for a character that has none.
//!
//! Liberation Sans 2.1.5 by Red Hat and Google, under the SIL Open Font License 1.1 (`api/fonts`).

use krilla::{Data, text::Font};
use skrifa::{
    FontRef, GlyphId, MetadataProvider as _,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};

const REGULAR: &[u8] = include_bytes!("../../fonts/LiberationSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../fonts/LiberationSans-Bold.ttf");

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// Both weights.
pub(super) struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    /// The fonts of this program; `None` when it was built with files that aren't fonts.
    pub(super) fn embedded() -> Option<Self> {
        Some(Self { regular: Face::read(REGULAR)?, bold: Face::read(BOLD)? })
    }

    pub(super) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

/// One weight.
pub(super) struct Face {
    pub(super) font: Font,
    signs: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units_per_em: f32,
}

/// A character's glyph, and how far it moves on, for letters of size 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) glyph: u32,
    pub(super) advance: f32,
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let read = FontRef::new(bytes).ok()?;
        let units_per_em = f32::from(read.metrics(Size::unscaled(), LocationRef::default()).units_per_em).max(1.0);
        let metrics = read.glyph_metrics(Size::unscaled(), LocationRef::default());
        Some(Self { font: Font::new(Data::from(bytes), 0)?, signs: read.charmap(), metrics, units_per_em })
    }

    fn glyph(&self, sign: char) -> Option<GlyphId> {
        self.signs.map(sign).filter(|glyph| glyph.to_u32() != 0)
    }

    /// A character as it is drawn; nothing for one that has no glyph, which [`readable`](Self::readable) leaves none of.
    pub(super) fn placed(&self, sign: char) -> Option<Placed> {
        let glyph = self.glyph(sign)?;
        let advance = self.metrics.advance_width(glyph).unwrap_or_default() / self.units_per_em;
        Some(Placed { glyph: glyph.to_u32(), advance })
    }

    /// A text as this face can show it: blanks of every kind as one kind, without characters that show nothing, and a replacement for
    /// those that have no glyph.
    pub(super) fn readable(&self, text: &str) -> String {
        let shown = text.chars().filter_map(|sign| match sign {
            '\u{a0}' => Some(sign),
            blank if blank.is_whitespace() => Some(' '),
            hidden if shows_nothing(hidden) => None,
            sign if self.glyph(sign).is_some() => Some(sign),
            _ => Some(self.replacement()),
        });
        shown.collect()
    }

    fn replacement(&self) -> char {
        [char::REPLACEMENT_CHARACTER, '\u{25a1}'].into_iter().find(|sign| self.glyph(*sign).is_some()).unwrap_or('?')
    }
}

/// Control characters, marks of direction and joining, and what is no character at all; PDF/UA forbids some of them.
fn shows_nothing(sign: char) -> bool {
    let code = u32::from(sign);
    sign.is_control()
        || matches!(code, 0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfe00..=0xfe0f | 0xfeff | 0xfff9..=0xfffb)
        || code & 0xfffe == 0xfffe
        || matches!(code, 0xfdd0..=0xfdef | 0xe000..=0xf8ff | 0xe0000..=0xe0fff | 0xf0000..)
}
