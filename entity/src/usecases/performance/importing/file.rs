//! A file of observations: its columns, and what a row says. Export writes them and import reads them, so they agree.

use std::str::FromStr;

use rust_decimal::Decimal;

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::is_blank,
        csv_text::{self, Row, guarded, unguarded},
        measure::ObservationStatus,
    },
    tables::{
        Figure,
        performance::{
            area, indicator,
            observation::{self, Qualifier},
        },
    },
    usecases::performance::recording::FigureEntry,
};

/// The largest file that is taken in: 20 MB.
pub const LARGEST: usize = 20 * 1024 * 1024;

/// The columns, in the order in which export writes them.
pub const COLUMNS: [&str; 14] = [
    "indicator",
    "gss_code",
    "area",
    "period",
    "value",
    "value_high",
    "qualifier",
    "numerator",
    "denominator",
    "status",
    "no_value_reason",
    "note",
    "source",
    "is_illustrative",
];

/// What is said about a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::usecases::performance) struct Said {
    pub value: Option<Decimal>,
    pub value_high: Option<Decimal>,
    pub qualifier: Qualifier,
    pub numerator: Option<Decimal>,
    pub denominator: Option<Decimal>,
    pub status: ObservationStatus,
    pub no_value_reason: Option<String>,
    pub note: Option<String>,
    pub source: String,
    pub is_illustrative: bool,
}

impl Said {
    /// What is said when nothing is.
    pub fn nothing() -> Self {
        Self {
            value: None,
            value_high: None,
            qualifier: Qualifier::Exact,
            numerator: None,
            denominator: None,
            status: ObservationStatus::Normal,
            no_value_reason: None,
            note: None,
            source: String::new(),
            is_illustrative: false,
        }
    }

    /// What a file says of an observation: a confidential one keeps its figures to itself.
    pub fn of(row: &observation::Model) -> Self {
        let is_shown = row.status != ObservationStatus::Confidential;
        let shown = |figure: Option<Figure>| figure.filter(|_| is_shown).map(Figure::decimal);
        Self {
            value: shown(row.value),
            value_high: shown(row.value_high),
            qualifier: row.qualifier,
            numerator: shown(row.numerator),
            denominator: row.denominator.map(Figure::decimal),
            status: row.status,
            no_value_reason: row.no_value_reason.clone(),
            note: row.note.clone(),
            source: row.source.clone(),
            is_illustrative: row.is_illustrative,
        }
    }

    /// For the checks.
    pub fn figure(&self) -> FigureEntry {
        FigureEntry {
            value: self.value,
            numerator: self.numerator,
            denominator: self.denominator,
            status: self.status,
            no_value_reason: self.no_value_reason.clone(),
            note: self.note.clone(),
            source: self.source.clone(),
        }
    }

    /// What is wrong with the upper end of a range, which only a figure between two others has.
    pub fn range_fault(&self) -> Option<Problem> {
        let message = match (self.value_high, self.value, self.qualifier) {
            (None, _, Qualifier::Between) => "A figure BETWEEN two others has an upper end.",
            (None, ..) => return None,
            (Some(_), _, qualifier) if qualifier != Qualifier::Between => "Only a figure BETWEEN two others has an upper end.",
            (Some(high), Some(low), _) if high < low => "The upper end lies below the figure.",
            (Some(high), ..) if Figure::new(high).is_none() => "The upper end has more than six decimal places or is too large.",
            _ => return None,
        };
        Some(Problem::new("value_high", ProblemCode::OutOfRange, message))
    }
}

/// Writes the header.
pub(in crate::usecases::performance) fn write_header(into: &mut String) {
    csv_text::write(into, COLUMNS);
}

/// Writes an observation as one row.
pub(in crate::usecases::performance) fn write_row(
    into: &mut String,
    indicator: &indicator::Model,
    area: &area::Model,
    row: &observation::Model,
) {
    let said = Said::of(row);
    let number = |value: Option<Decimal>| value.map(|value| value.normalize().to_string()).unwrap_or_default();
    let text = |text: Option<&String>| text.map(|text| guarded(text)).unwrap_or_default();
    let cells = [
        guarded(&indicator.reference),
        text(area.gss_code.as_ref()),
        guarded(&area.reference),
        guarded(&row.period),
        number(said.value),
        number(said.value_high),
        said.qualifier.to_string(),
        number(said.numerator),
        number(said.denominator),
        said.status.to_string(),
        text(said.no_value_reason.as_ref()),
        text(said.note.as_ref()),
        guarded(&said.source),
        said.is_illustrative.to_string(),
    ];
    csv_text::write(into, cells.iter().map(String::as_str));
}

/// A file whose rows can be told apart; what they say is looked at one by one.
pub(super) struct File {
    places: [Option<usize>; COLUMNS.len()],
    width: usize,
    pub rows: Vec<Row>,
}

fn refused(code: ProblemCode, message: impl Into<String>) -> Error {
    Error::invalid("csv", code, message)
}

/// Takes a file apart.
///
/// # Errors
/// [`Error::Invalid`] on the field `csv` when the file as a whole can't be read, with the row where that shows.
pub(super) fn read(bytes: &[u8]) -> Result<File> {
    if bytes.len() > LARGEST {
        return Err(refused(ProblemCode::OutOfRange, "The file is larger than 20 MB; please split it."));
    }
    let line_of = |at: usize| bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = line_of(error.valid_up_to());
        refused(ProblemCode::Malformed, format!("Line {line} isn't in UTF-8; save the file as \"CSV UTF-8\"."))
    })?;
    if let Some(at) = text.find('\0') {
        return Err(refused(ProblemCode::Malformed, format!("Line {} holds a NUL, so the file isn't a text.", line_of(at))));
    }
    let mut rows =
        csv_text::read(text).map_err(|error| refused(ProblemCode::Malformed, format!("The file can't be read: {error}.")))?;
    if rows.is_empty() {
        return Err(refused(ProblemCode::Missing, "The file is empty; it begins with a row of column names."));
    }
    let header = rows.remove(0);
    let places = places(&header)?;
    if rows.is_empty() {
        return Err(refused(ProblemCode::Missing, "The file has a row of column names and no figures."));
    }
    Ok(File { places, width: header.cells.len(), rows })
}

fn places(header: &Row) -> Result<[Option<usize>; COLUMNS.len()]> {
    let mut places = [None; COLUMNS.len()];
    for (at, name) in header.cells.iter().enumerate() {
        let column = COLUMNS.iter().position(|column| column == name);
        let Some(place) = column.and_then(|column| places.get_mut(column)) else {
            let message = format!("There is no column {name:?}; the columns are {}.", COLUMNS.join(", "));
            return Err(refused(ProblemCode::Malformed, message));
        };
        if place.replace(at).is_some() {
            return Err(refused(ProblemCode::Duplicate, format!("The column {name} is there twice.")));
        }
    }
    let has = |name: &str| COLUMNS.iter().zip(&places).any(|(column, place)| *column == name && place.is_some());
    for needed in ["indicator", "period", "value", "source"] {
        if !has(needed) {
            return Err(refused(ProblemCode::Missing, format!("The column {needed} is missing.")));
        }
    }
    if has("area") || has("gss_code") {
        Ok(places)
    } else {
        Err(refused(ProblemCode::Missing, "The column area or gss_code is missing."))
    }
}

/// A row, with its cells by their columns.
pub(super) struct Cells<'f> {
    file: &'f File,
    row: &'f Row,
}

impl File {
    /// A row's cells.
    ///
    /// # Errors
    /// When it has more or fewer cells than the header.
    pub fn cells<'f>(&'f self, row: &'f Row) -> Result<Cells<'f>, Problem> {
        if row.cells.len() == self.width {
            return Ok(Cells { file: self, row });
        }
        let message = format!("This row has {} cells, and the header has {}.", row.cells.len(), self.width);
        Err(Problem::new("", ProblemCode::Malformed, message))
    }
}

impl Cells<'_> {
    /// A text; `None` when the file has no such column.
    pub fn text(&self, column: &str) -> Option<&str> {
        let at = COLUMNS.iter().zip(&self.file.places).find(|(name, _)| **name == column).and_then(|(_, place)| *place)?;
        self.row.cells.get(at).map(|cell| unguarded(cell))
    }

    /// A name that isn't blank.
    pub fn name(&self, column: &str) -> Option<&str> {
        self.text(column).filter(|name| !name.is_empty())
    }

    /// What the row says, on top of what is said `otherwise`: a column that the file doesn't have leaves that as it is.
    ///
    /// # Errors
    /// Every cell that can't be read.
    pub fn said(&self, otherwise: Said) -> Result<Said, Vec<Problem>> {
        let mut faults = Vec::new();
        let mut said = otherwise;
        self.number("value", &mut said.value, &mut faults);
        self.number("value_high", &mut said.value_high, &mut faults);
        self.number("numerator", &mut said.numerator, &mut faults);
        self.number("denominator", &mut said.denominator, &mut faults);
        self.member("qualifier", &mut said.qualifier, Qualifier::Exact, &mut faults);
        self.member("status", &mut said.status, ObservationStatus::Normal, &mut faults);
        self.member("is_illustrative", &mut said.is_illustrative, false, &mut faults);
        for (column, into) in [("no_value_reason", &mut said.no_value_reason), ("note", &mut said.note)] {
            if let Some(text) = self.text(column) {
                *into = (!is_blank(text)).then(|| text.to_owned());
            }
        }
        if let Some(source) = self.text("source") {
            source.clone_into(&mut said.source);
        }
        if faults.is_empty() { Ok(said) } else { Err(faults) }
    }

    fn number(&self, column: &str, into: &mut Option<Decimal>, faults: &mut Vec<Problem>) {
        match self.text(column).map(str::trim) {
            None => {}
            Some("") => *into = None,
            Some(text) => match plain_number(text) {
                Some(number) => *into = Some(number),
                None => {
                    let message = format!("{} isn't a figure; write it as 1234.5.", shortened(text));
                    faults.push(Problem::new(column, ProblemCode::Malformed, message));
                }
            },
        }
    }

    fn member<T: FromStr>(&self, column: &str, into: &mut T, usual: T, faults: &mut Vec<Problem>) {
        match self.text(column).map(str::trim) {
            None => {}
            Some("") => *into = usual,
            Some(text) => match text.parse() {
                Ok(member) => *into = member,
                Err(_) => {
                    faults.push(Problem::new(column, ProblemCode::Malformed, format!("{} is no {column}.", shortened(text))));
                }
            },
        }
    }
}

/// Digits with at most one point and a sign: no separators, exponents or spaces, which people mean in several ways.
fn plain_number(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_plain { Decimal::from_str_exact(text).ok() } else { None }
}

/// What a cell holds, short enough to be repeated in a sentence.
fn shortened(text: &str) -> String {
    format!("{:?}", text.chars().take(40).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> (ProblemCode, String) {
        match read(text.as_bytes()).map(|_| ()) {
            Err(Error::Invalid(problems)) => {
                problems.into_iter().next().map(|problem| (problem.code, problem.message)).expect("a problem")
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_that_is_none_is_refused_with_the_reason() {
        assert_eq!(refusal("").0, ProblemCode::Missing);
        assert_eq!(refusal("indicator,area,period,value,source\n").0, ProblemCode::Missing);
        assert!(refusal("indicator,area,period,value\nx,y,z,1\n").1.contains("source"));
        assert!(refusal("indicator,area,period,value,source,colour\n").1.contains("colour"));
        assert_eq!(refusal("indicator,indicator\n").0, ProblemCode::Duplicate);
        assert!(refusal("indicator,area\na\0b,c\n").1.contains("Line 2"));
        let latin = [b"indicator,area\nok,ok\ncaf".as_slice(), &[0xe9], b",x\n"].concat();
        assert!(
            matches!(read(&latin), Err(Error::Invalid(problems)) if problems.iter().any(|problem| problem.message.contains("Line 3")))
        );
        assert_eq!(refusal(&"x".repeat(LARGEST + 1)).0, ProblemCode::OutOfRange);
    }

    #[test]
    fn columns_may_come_in_any_order_and_a_missing_one_says_nothing() {
        let file = read(b"source,value,period,area,indicator\nReturn,3.5,FY2009-Q1,halton,halton-ni-16\n").expect("a file");
        let row = file.rows.first().expect("a row");
        let otherwise = Said { note: Some("kept".to_owned()), ..Said::nothing() };
        let said = file.cells(row).expect("cells").said(otherwise).expect("figures");
        assert_eq!((said.value, said.note.as_deref(), said.source.as_str()), (Some(Decimal::new(35, 1)), Some("kept"), "Return"));
    }

    #[test]
    fn figures_are_plain_numbers() {
        for text in ["1234.5", "-6", "0.000001", "12."] {
            assert!(plain_number(text).is_some(), "{text}");
        }
        for text in ["1,234", "1e5", "+4", "1_0", "٣", "NaN", "", "-", ".", "1.2.3", "0.00000000000000000000000000000001"] {
            assert!(plain_number(text).is_none(), "{text}");
        }
    }
}
