//! Whether somebody changes what they saw, so that nobody's change is lost under another's.

use crate::error::{Error, Problem, ProblemCode, Result};

/// Holds the version that somebody expects to stand against the one that does; nothing expected is nothing to hold against.
///
/// `standing` is the version that stands now, none when nothing does; `expected` calls that 0. Whoever asks holds the line
/// first, so that what stands can't change before the write.
///
/// # Errors
/// [`Error::Invalid`] with `STALE_VERSION` on `expectedVersion`, which tells the version that stands.
pub fn expect(expected: Option<i32>, standing: Option<i32>) -> Result<()> {
    let current = standing.unwrap_or(0);
    let Some(expected) = expected.filter(|&expected| expected != current) else { return Ok(()) };
    let stands = if current == 0 { "nothing stands".to_owned() } else { format!("version {current} stands") };
    Err(stale(current, format!("You expected version {expected}, but {stands} now; look at it again before you change it.")))
}

/// The same for what is put in the place of what stands as a whole: only whoever names the version that stands puts something there.
///
/// # Errors
/// As [`expect`], also when something stands and nothing was expected.
pub fn named(expected: Option<i32>, standing: Option<i32>) -> Result<()> {
    match (expected, standing) {
        (None, Some(current)) => {
            let message = format!("Version {current} stands; name it as expectedVersion to put this in its place.");
            Err(stale(current, message))
        }
        _ => expect(expected, standing),
    }
}

/// The version that stands of a record that was put right: that of the last correction, or 1 where there is none.
#[must_use]
pub fn corrected(last: Option<i32>) -> i32 {
    last.unwrap_or(1)
}

fn stale(current: i32, message: String) -> Error {
    let problem = Problem::new("expectedVersion", ProblemCode::StaleVersion, message);
    Error::Invalid(vec![Problem { current_version: Some(current), ..problem }])
}

#[cfg(test)]
mod tests {
    use super::{expect, named};
    use crate::error::Error;

    /// The version that whoever was refused is told of.
    fn told(expected: Option<i32>, standing: Option<i32>) -> Option<i32> {
        current(expect(expected, standing))
    }

    fn current(outcome: crate::error::Result<()>) -> Option<i32> {
        match outcome {
            Ok(()) => None,
            Err(Error::Invalid(problems)) => problems[0].current_version,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn only_what_stands_may_be_expected() {
        assert_eq!([(None, Some(3)), (None, None), (Some(3), Some(3)), (Some(0), None)].map(|(e, s)| told(e, s)), [None; 4]);
        assert_eq!(
            [(Some(2), Some(3)), (Some(4), Some(3)), (Some(0), Some(3)), (Some(-1), Some(3))].map(|(e, s)| told(e, s)),
            [Some(3); 4]
        );
        assert_eq!(told(Some(1), None), Some(0));
    }

    #[test]
    fn what_stands_is_replaced_only_by_its_version() {
        let told = |expected, standing| current(named(expected, standing));
        assert_eq!([told(None, Some(3)), told(Some(2), Some(3)), told(Some(3), Some(3))], [Some(3), Some(3), None]);
        assert_eq!([told(None, None), told(Some(0), None), told(Some(1), None)], [None, None, Some(0)]);
    }
}
