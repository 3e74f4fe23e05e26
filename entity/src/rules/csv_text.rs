//! Comma-separated values as RFC 4180 has them, counted as a spreadsheet counts and safe to open in one.
//!
//! What is written here is read back to the byte. Reading is strict: a quote out of place or a short row is somebody's mistake,
//! and guessing at it would put a figure into the wrong column. A cell that a spreadsheet would run as a formula is written
//! behind an apostrophe (OWASP, CSV Injection), and the same apostrophe is taken off when it comes back.

/// A row of cells with the number that a spreadsheet shows beside it; the header is row 1, and empty rows count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row's number.
    pub line: usize,
    /// Its cells, without quotes, apostrophes as they stand.
    pub cells: Vec<String>,
}

/// Why a text is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A quoted cell has no closing quote.
    #[error("a quoted cell that begins in row {0} never ends")]
    Unclosed(usize),
    /// A quote within a cell that isn't quoted, or something between a closing quote and the comma.
    #[error("row {0} has a quotation mark out of place; quote the whole cell and double the marks within it")]
    StrayQuote(usize),
}

/// Reads rows; empty rows are counted and left out. A byte order mark is skipped; lines end in LF or CRLF.
///
/// # Errors
/// [`Malformed`], with the number of the row.
pub fn read(text: &str) -> Result<Vec<Row>, Malformed> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut rows, mut line) = (Vec::new(), 0);
    while !rest.is_empty() {
        line += 1;
        let mut cells = Vec::new();
        loop {
            let (cell, end, after) = cell(rest, line)?;
            rest = after;
            cells.push(cell);
            if end == End::Row {
                break;
            }
        }
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row { line, cells });
        }
    }
    Ok(rows)
}

#[derive(PartialEq)]
enum End {
    Cell,
    Row,
}

/// Takes one cell off the text: the cell, what ended it, and what follows.
fn cell(text: &str, line: usize) -> Result<(String, End, &str), Malformed> {
    let Some(quoted) = text.strip_prefix('"') else {
        let at = text.find([',', '\n']).unwrap_or(text.len());
        let (cell, rest) = text.split_at(at);
        let (end, rest) = after(rest).ok_or(Malformed::StrayQuote(line))?;
        let cell = if end == End::Row { cell.strip_suffix('\r').unwrap_or(cell) } else { cell };
        return if cell.contains('"') { Err(Malformed::StrayQuote(line)) } else { Ok((cell.to_owned(), end, rest)) };
    };
    let (mut cell, mut rest) = (String::new(), quoted);
    loop {
        let (inside, beyond) = rest.split_once('"').ok_or(Malformed::Unclosed(line))?;
        cell.push_str(inside);
        match beyond.strip_prefix('"') {
            // A doubled mark stands for one.
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None => {
                let beyond = if beyond.starts_with("\r\n") || beyond == "\r" {
                    beyond.strip_prefix('\r').unwrap_or(beyond)
                } else {
                    beyond
                };
                let (end, beyond) = after(beyond).ok_or(Malformed::StrayQuote(line))?;
                return Ok((cell, end, beyond));
            }
        }
    }
}

fn after(text: &str) -> Option<(End, &str)> {
    match text.strip_prefix(',') {
        Some(rest) => Some((End::Cell, rest)),
        None if text.is_empty() => Some((End::Row, text)),
        None => text.strip_prefix('\n').map(|rest| (End::Row, rest)),
    }
}

/// Writes a row, ended by LF.
pub fn write<'c>(into: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    for (number, cell) in cells.into_iter().enumerate() {
        if number > 0 {
            into.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            into.push('"');
            into.push_str(&cell.replace('"', "\"\""));
            into.push('"');
        } else {
            into.push_str(cell);
        }
    }
    into.push('\n');
}

/// A text as it may stand in a spreadsheet's cell without being run as a formula.
#[must_use]
pub fn guarded(text: &str) -> String {
    if is_risky(text) { format!("'{text}") } else { text.to_owned() }
}

/// Takes off the apostrophe that [`guarded`] put there, and no other.
#[must_use]
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_risky(text) => text,
        _ => cell,
    }
}

/// Apostrophes in front are looked through, so that every text comes back as it was.
fn is_risky(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(usize, Vec<String>)> {
        read(text).expect("a table").into_iter().map(|row| (row.line, row.cells)).collect()
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        let text = "\u{feff}a,b\r\n\r\n\"x\ny\",2\r\n3,\"say \"\"so\"\"\"";
        let expected = vec![
            (1, vec!["a".to_owned(), "b".to_owned()]),
            (3, vec!["x\ny".to_owned(), "2".to_owned()]),
            (4, vec!["3".to_owned(), "say \"so\"".to_owned()]),
        ];
        assert_eq!(cells(text), expected);
        assert_eq!(cells("a,\n"), vec![(1, vec!["a".to_owned(), String::new()])]);
        assert!(cells("").is_empty() && cells("\n\n").is_empty());
    }

    #[test]
    fn quotes_out_of_place_are_refused_with_their_row() {
        assert_eq!(read("a\nb\"c\n"), Err(Malformed::StrayQuote(2)));
        assert_eq!(read("a\n\"b\"c\n"), Err(Malformed::StrayQuote(2)));
        assert_eq!(read("a\n\"b,\nc"), Err(Malformed::Unclosed(2)));
    }

    #[test]
    fn every_text_comes_back_as_it_was_and_none_begins_a_formula() {
        for text in
            ["=1+1", "+44", "-6", "@x", "'=1", "''@", "'quoted'", "plain", "", "\tx", "\r", "a\r\nb", "\"", ",", "＝1", "\r\n"]
        {
            let guarded = guarded(text);
            assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']), "{guarded:?}");
            assert_eq!(unguarded(&guarded), text);
            let mut row = String::new();
            write(&mut row, ["x", guarded.as_str()]);
            assert_eq!(cells(&row), vec![(1, vec!["x".to_owned(), guarded])], "{text:?}");
        }
        // What somebody typed without our apostrophe is a text all the same.
        assert_eq!(unguarded("=SUM(A1)"), "=SUM(A1)");
    }
}
