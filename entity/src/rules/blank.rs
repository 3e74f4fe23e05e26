//! What a reader sees of a text: whether it says anything, and whether another says the same. What nobody sees is no word: blanks, and signs
//! that only tell how others are joined, turned or broken, which pass for letters wherever blanks alone are looked for. Control characters
//! are no writing at all, and refused as such (`entry::text_fault`, `entry::line_fault`).

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

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

/// A name or a number as a reader tells it from others: as it is read, whatever its capitals, without blanks and without full stops at its
/// end, and Cyrillic and Greek letters as what their capitals look like (Unicode Technical Standard 39, Confusable Detection). Latin
/// letters and figures stay apart from each other: no. 1 isn't no. l. For comparing only.
#[must_use]
pub fn as_named(text: &str) -> String {
    let mut shapes = String::with_capacity(text.len());
    for sign in as_read(text).chars() {
        match script(sign) {
            Some(Script::Cyrillic | Script::Greek) => shapes.extend(sign.to_uppercase().flat_map(shape)),
            _ => shapes.push(sign),
        }
    }
    let mut named: String = shapes.to_lowercase().nfc().collect();
    named.retain(|sign| sign != ' ');
    named.truncate(named.trim_end_matches('.').len());
    named
}

/// What a capital looks like. The standard takes a capital I for a small L, which no Latin name here is taken for.
fn shape(capital: char) -> Vec<char> {
    let shape = skeleton(capital.encode_utf8(&mut [0; 4])).collect();
    if shape == ['l'] { vec!['I'] } else { shape }
}

/// Whether two names are the same to a reader, for whom "Night buses." and "night buses" are one line of a budget.
#[must_use]
pub fn is_same_name(one: &str, other: &str) -> bool {
    as_named(one) == as_named(other)
}

/// Who bears a name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// One that was recorded before.
    Recorded,
    /// One that comes before in the same list.
    Here,
}

/// Whether each of these names is taken, as a reader tells them apart, and by whom.
#[must_use]
pub fn taken(names: &[&str], recorded: &[&str]) -> Vec<Option<Taken>> {
    let recorded: HashSet<String> = recorded.iter().map(|name| as_named(name)).collect();
    let mut here = HashSet::with_capacity(names.len());
    let by_whom = |name: String| match (recorded.contains(&name), here.insert(name)) {
        (true, _) => Some(Taken::Recorded),
        (false, false) => Some(Taken::Here),
        (false, true) => None,
    };
    names.iter().map(|name| as_named(name)).map(by_whom).collect()
}

/// A script whose letters can be taken for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
}

/// The script of a letter, where letters of another look like it (Unicode 16.0, Scripts.txt, by block).
const fn script(sign: char) -> Option<Script> {
    match sign {
        'A'..='Z' | 'a'..='z' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2af}' => {
            Some(Script::Latin)
        }
        '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a722}'..='\u{a7ff}' => Some(Script::Latin),
        '\u{370}'..='\u{373}' | '\u{376}'..='\u{37d}' | '\u{37f}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Script::Greek),
        '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{2de0}'..='\u{2dff}' | '\u{a640}'..='\u{a69f}' => {
            Some(Script::Cyrillic)
        }
        _ => None,
    }
}

/// A word of a text that mixes Latin letters with Cyrillic or Greek ones, which look like them: no reader tells it from the one that is
/// written in Latin letters throughout. A word of another script by itself is a word.
#[must_use]
pub fn mixed_word(text: &str) -> Option<String> {
    // The signs of micrometres and ohms are no letters of a word, though they are read as Greek ones.
    let read = as_read(&text.replace(['\u{b5}', '\u{3bc}', '\u{2126}', '\u{3a9}'], " "));
    let is_mixed = |word: &&str| {
        let has = |wanted: Script| word.chars().any(|sign| script(sign) == Some(wanted));
        has(Script::Latin) && (has(Script::Cyrillic) || has(Script::Greek))
    };
    read.split(|sign: char| !sign.is_alphanumeric() && !is_accent(sign)).find(is_mixed).map(str::to_owned)
}

/// Whether a sign stands above or below the letter before it.
const fn is_accent(sign: char) -> bool {
    matches!(sign, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// Whether a text has letters of a script that can be taken for Latin ones.
#[must_use]
pub fn has_look_alikes(text: &str) -> bool {
    as_read(text).chars().any(|sign| matches!(script(sign), Some(Script::Cyrillic | Script::Greek)))
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
    fn a_name_is_the_same_whatever_its_capitals_blanks_and_full_stop() {
        for other in ["night buses", "Night Buses.", " NIGHT  buses . ", "Nightbuses", "Night\u{a0}bu\u{ad}ses"] {
            assert!(is_same_name("Night buses", other), "{other:?}");
        }
        for other in ["Night bus", "Night buses 2", "Day buses", "Night-buses"] {
            assert!(!is_same_name("Night buses", other), "{other:?}");
        }
        for (written, shape) in
            [("\u{421}\u{410}\u{420}", "CAP"), ("\u{430}1", "A 1"), ("\u{39f}\u{39d}", "on"), ("\u{451}", "\u{eb}")]
        {
            assert!(is_same_name(written, shape), "{written:?}");
        }
        for names in [
            ["\u{412}\u{410}\u{422}", "\u{432}\u{430}\u{442}", "BAT"],
            ["\u{406}\u{422}", "\u{456}\u{442}", "IT"],
            ["\u{3a4}\u{397}", "\u{3c4}\u{3b7}", "th"],
        ] {
            assert!(names.iter().all(|name| is_same_name(name, names[0])), "{names:?}");
        }
        assert!(!is_same_name("\u{41c}\u{43e}\u{441}\u{43a}\u{432}\u{430}", "Moscow") && !is_same_name("1", "l"));
        assert!(!is_same_name("2.1", "21"), "only a full stop at the end says nothing");
    }

    #[test]
    fn a_name_is_taken_by_whatever_a_reader_takes_for_it() {
        let found = taken(&["1", "4a", " 4 A.", "2", "\u{410}1", "A1"], &["2.", "3"]);
        assert_eq!(found, [None, None, Some(Taken::Here), Some(Taken::Recorded), None, Some(Taken::Here)]);
    }

    #[test]
    fn a_word_is_of_one_script() {
        let (cyrillic_a, greek_o) = ('\u{430}', '\u{3bf}');
        for (text, word) in [
            (format!("S{cyrillic_a}fer homes"), format!("S{cyrillic_a}fer")),
            (format!("Safer h{greek_o}mes"), format!("h{greek_o}mes")),
            (format!("Safer-h{greek_o}\u{200b}mes 2"), format!("h{greek_o}mes")),
            (format!("69a{cyrillic_a}"), format!("69a{cyrillic_a}")),
        ] {
            assert_eq!(mixed_word(&text), Some(word), "{text:?}");
        }
        for text in [
            "Safer homes",
            "Caf\u{e9} Z\u{fc}rich",
            "\u{41c}\u{43e}\u{441}\u{43a}\u{432}\u{430} street",
            "\u{3b2}-blockers",
            "",
            "5 \u{b5}m",
            "5 \u{3bc}m and 5 k\u{3a9}",
            "\u{ff33}afer",
        ] {
            assert_eq!(mixed_word(text), None, "{text:?}");
        }
        assert!(has_look_alikes("69\u{430}") && !has_look_alikes("69a"));
    }

    #[test]
    fn whatever_has_a_shape_or_is_no_writing_is_not_blank() {
        for text in ["x", ".", "–", "é", "ㄱ", "की", "👍\u{fe0f}", "\u{200e}٣\u{200e}", "\u{2801}", "\u{7}"] {
            assert!(!is_blank(text), "{text:?}");
        }
        assert_eq!(unless_blank(" co\u{ad}operate \n"), Some("co\u{ad}operate"), "what joins words stays");
    }
}
