//! Reads a PDF as far as a test needs it: its objects, and the words on its pages by way of what each font says its glyphs mean.

use std::{collections::HashMap, io::Read};

use flate2::read::ZlibDecoder;

/// A PDF with its objects by number.
pub struct Pdf {
    objects: HashMap<u32, Vec<u8>>,
    whole: String,
}

impl Pdf {
    /// Reads a file, which has to begin and to end as one.
    pub fn read(bytes: &[u8]) -> Self {
        assert!(bytes.starts_with(b"%PDF-1.7"), "it begins as a PDF");
        assert!(bytes.trim_ascii_end().ends_with(b"%%EOF"), "it ends as one");
        // One character a byte, so that places in the text are places in the file.
        let whole: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let start: usize = after(&whole, "startxref").split_whitespace().next().unwrap().parse().unwrap();
        assert!(whole[whole.char_indices().nth(start).unwrap().0..].starts_with("xref"), "the table of objects is where it says");
        let mut objects = HashMap::new();
        for part in whole.split("endobj").filter(|part| part.contains(" 0 obj")) {
            let (before, body) = part.rsplit_once(" 0 obj").unwrap();
            let number = before.split_whitespace().last().unwrap().parse().expect("a number");
            objects.insert(number, body.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect());
        }
        Self { objects, whole }
    }

    /// Whether it holds a text outside what is compressed.
    pub fn has(&self, text: &str) -> bool {
        self.whole.contains(text)
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.whole.matches("/Type/Page/").count()
    }

    /// The words on all its pages, in the order in which they are drawn, each line's after the one before.
    pub fn text(&self) -> String {
        let mut pages: Vec<_> = self.objects.iter().filter(|(_, body)| plain(body).contains("/Type/Page/")).collect();
        pages.sort_by_key(|(number, _)| **number);
        pages.into_iter().map(|(_, page)| self.page(&plain(page))).collect()
    }

    fn page(&self, page: &str) -> String {
        let fonts = plain(self.object(reference(page, "/Resources ")));
        let fonts: HashMap<String, HashMap<u16, String>> = after(&fonts, "/Font<<")
            .split('/')
            .filter_map(|entry| {
                let (name, target) = entry.split_once(' ')?;
                let font = plain(self.objects.get(&target.split(' ').next()?.parse().ok()?)?);
                font.contains("/ToUnicode").then(|| (name.to_owned(), self.meanings(reference(&font, "/ToUnicode "))))
            })
            .collect();
        let drawn = inflated(self.object(reference(page, "/Contents ")));
        let (mut text, mut font) = (String::new(), String::new());
        let mut at = 0;
        while let Some(sign) = drawn.get(at) {
            match sign {
                b'/' => {
                    let name: String = drawn[at + 1..]
                        .iter()
                        .take_while(|byte| byte.is_ascii_alphanumeric())
                        .map(|byte| char::from(*byte))
                        .collect();
                    if fonts.contains_key(&name) {
                        font = name;
                    }
                    at += 1;
                }
                b'(' => {
                    let (bytes, next) = literal(&drawn, at + 1);
                    let glyphs = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                    text.extend(glyphs.map(|glyph| fonts[&font][&glyph].as_str()));
                    at = next;
                }
                _ => at += 1,
            }
        }
        text
    }

    /// What a font's glyphs mean.
    fn meanings(&self, number: u32) -> HashMap<u16, String> {
        let map: String = inflated(self.object(number)).into_iter().map(char::from).collect();
        let pairs = map.lines().filter_map(|line| line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <"));
        let meaning = |(glyph, signs): (&str, &str)| {
            let units: Vec<u16> = signs
                .as_bytes()
                .chunks(4)
                .map(|unit| u16::from_str_radix(std::str::from_utf8(unit).unwrap(), 16).unwrap())
                .collect();
            Some((u16::from_str_radix(glyph, 16).ok()?, String::from_utf16(&units).ok()?))
        };
        pairs.filter_map(meaning).collect()
    }

    fn object(&self, number: u32) -> &[u8] {
        &self.objects[&number]
    }
}

fn plain(body: &[u8]) -> String {
    body.iter().map(|byte| char::from(*byte)).collect()
}

fn after<'t>(text: &'t str, mark: &str) -> &'t str {
    text.rsplit_once(mark).unwrap_or_else(|| panic!("{mark} is there")).1
}

fn reference(object: &str, key: &str) -> u32 {
    after(object, key).split(' ').next().unwrap().parse().expect("a reference")
}

fn inflated(body: &[u8]) -> Vec<u8> {
    let begin = body.windows(6).position(|window| window == b"stream").unwrap() + 6;
    let mut found = Vec::new();
    ZlibDecoder::new(body[begin..].trim_ascii_start()).read_to_end(&mut found).expect("it was compressed");
    found
}

/// The bytes of a text in brackets that begins at a place, and the place behind it.
fn literal(drawn: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let mut bytes = Vec::new();
    // Brackets within it needn't be escaped where each has its other.
    let mut open = 0;
    loop {
        match drawn[at] {
            b')' if open == 0 => return (bytes, at + 1),
            b'\\' => {
                let octal: Vec<u8> =
                    drawn[at + 1..].iter().copied().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).collect();
                if octal.is_empty() {
                    let escaped = drawn[at + 1];
                    bytes.push(match escaped {
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'b' => 8,
                        b'f' => 12,
                        itself => itself,
                    });
                    at += 2;
                } else {
                    bytes.push(octal.iter().fold(0, |sum: u8, digit| sum.wrapping_mul(8).wrapping_add(digit - b'0')));
                    at += 1 + octal.len();
                }
            }
            byte => {
                open += i32::from(byte == b'(') - i32::from(byte == b')');
                bytes.push(byte);
                at += 1;
            }
        }
    }
}
