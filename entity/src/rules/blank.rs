//! What a reader sees of a text: whether it says anything, and whether another says the same. What nobody sees is no word: blanks, and signs
//! that only tell how others are joined, turned or broken, which pass for letters wherever blanks alone are looked for. Control characters
//! are no writing at all, and refused as such (`entry::text_fault`, `entry::line_fault`).

use unicode_normalization::UnicodeNormalization;

/// Whether nobody would see anything of a text.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|sign| sign.is_whitespace() || is_unseen(sign))
}

/// A text without the blanks around it; nothing where nobody would see anything of it.
#[must_use]
pub fn unless_blank(text: &str) -> Option<&str> {
    if is_blank(text) { None } else { Some(text.trim()) }
}

/// A text as a reader takes it in: one blank between words, whatever stands there, without what nobody sees, and the forms that Unicode
/// holds to be of one sign as that sign (its compatibility composition, NFKC), such as wide digits and ligatures; but not what is raised,
/// lowered, a fraction or in a ring, which says something else: 10² isn't 102. For comparing only; what is kept is what was written.
#[must_use]
pub fn as_read(text: &str) -> String {
    let mut composed = String::with_capacity(text.len());
    for part in text.split_inclusive(is_set_apart) {
        let plain = part.strip_suffix(is_set_apart).unwrap_or(part);
        composed.extend(plain.nfkc());
        composed.push_str(part.get(plain.len()..).unwrap_or_default());
    }
    composed.retain(|sign| sign.is_whitespace() || !is_unseen(sign));
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a sign is a figure or letter that is raised, lowered or in a ring, or a fraction.
const fn is_set_apart(sign: char) -> bool {
    matches!(
        sign,
        '\u{aa}' | '\u{b2}'..='\u{b3}' | '\u{b9}'..='\u{ba}' | '\u{bc}'..='\u{be}' | '\u{2070}'..='\u{209c}' | '\u{2150}'..='\u{215f}'
            | '\u{2189}' | '\u{2460}'..='\u{24ff}'
    )
}

/// Whether two texts are the same to a reader. Capitals count: "may" and "May" aren't one word.
#[must_use]
pub fn is_same_to_a_reader(one: &str, other: &str) -> bool {
    as_read(one) == as_read(other)
}

/// Whether a sign makes the text after it run in another direction than its letters do (Unicode's explicit embeddings, overrides and
/// isolates), so that it reads otherwise than it was written.
#[must_use]
pub const fn turns_direction(sign: char) -> bool {
    matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a sign has no shape of its own: what Unicode lets a font leave out (`Default_Ignorable_Code_Point`, Unicode 16.0), the marks
/// around annotations (U+FFF9 to U+FFFB), and the Braille pattern without a dot (U+2800), which is drawn as nothing.
const fn is_unseen(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_nobody_sees_are_no_words() {
        let unseen = [
            "",
            " ",
            "\t\r\n",
            "\u{a0}",
            "\u{3000}",
            "\u{ad}",
            "\u{200b}",
            "\u{200d}",
            "\u{200e}",
            "\u{202e}",
            "\u{2060}",
            "\u{2063}",
            "\u{2800}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{115f}",
            "\u{180e}",
            "\u{fe0f}",
            "\u{feff}",
            "\u{fffb}",
            "\u{e0020}",
            "\u{34f}",
            " \u{200b}\u{2060} \u{ad}\n\u{3164}",
        ];
        for text in unseen {
            assert!(is_blank(text) && unless_blank(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn what_differs_in_nothing_that_is_seen_is_the_same_to_a_reader() {
        for other in [
            " Safer  homes\n",
            "Safer\u{a0}homes",
            "Sa\u{ad}fer homes\u{200b}",
            "Safer \u{202e}homes",
            "Ｓafer homes",
            "Safer\thomes",
        ] {
            assert!(is_same_to_a_reader("Safer homes", other), "{other:?}");
        }
        assert!(is_same_to_a_reader("caf\u{e9}", "cafe\u{301}") && is_same_to_a_reader("ﬁre", "fire"));
        for (one, other) in [("10\u{b2} m", "102 m"), ("\u{bd}", "1/2"), ("CO\u{2082}", "CO2"), ("\u{2460}", "1")] {
            assert!(!is_same_to_a_reader(one, other) && is_same_to_a_reader(one, one), "{one:?}, {other:?}");
        }
        for other in ["safer homes", "Saferhomes", "Safer homes.", "Safer hom\u{e9}s"] {
            assert!(!is_same_to_a_reader("Safer homes", other), "{other:?}");
        }
    }

    #[test]
    fn whatever_has_a_shape_or_is_no_writing_is_not_blank() {
        for text in ["x", ".", "–", "é", "ㄱ", "की", "👍\u{fe0f}", "\u{200e}٣\u{200e}", "\u{2801}", "\u{7}"] {
            assert!(!is_blank(text), "{text:?}");
        }
        assert_eq!(unless_blank(" co\u{ad}operate \n"), Some("co\u{ad}operate"), "what joins words stays");
    }
}
