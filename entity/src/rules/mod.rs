//! The conventions of the partnerships as pure functions: no database, no clock, no I/O.
//!
//! They stand apart so that a performance officer can check them against the papers, and so that
//! a colour never depends on who asked or on when the machine thought it was. Data flows one way:
//! storage hands over figures and agreed conventions, a rule answers with a result **and** the
//! reason in words, and the caller stores or shows both. Arithmetic is decimal and unrounded;
//! rounding happens only inside sentences. A rule that cannot be evaluated says why: it never
//! answers zero, and never green by default.

/// Gives a closed set its stored codes: `ALL`, `code()`, `Display` and `FromStr`.
macro_rules! codes {
    ($type:ty, $what:literal, { $($variant:ident => $code:literal),+ $(,)? }) => {
        impl $type {
            /// Every member, in the order of the definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code under which this is stored and exchanged.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl ::std::str::FromStr for $type {
            type Err = $crate::rules::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::rules::UnknownCode::new($what, code)),
                }
            }
        }
    };
}

pub mod action;
pub mod addresses;
pub mod attendance;
pub mod blank;
pub mod budget_revision;
pub mod chain;
pub mod closing;
pub mod colour;
pub mod comparator;
pub mod csv_text;
pub mod delegation;
pub mod designation;
pub mod direction;
pub mod entry;
pub mod escalation;
pub mod feedback;
pub mod gap;
pub mod given;
pub mod holidays;
pub mod icalendar;
pub mod invitation;
pub mod letter;
pub mod lint;
pub mod machine;
pub mod mailing;
pub mod margin;
pub mod measure;
pub mod meter;
pub mod minutes;
pub mod money;
pub mod obligations;
pub mod outlier;
pub mod outlook;
pub mod pack;
pub mod period;
pub mod planning_cycle;
pub mod process_chart;
pub mod progress;
pub mod quarter_return;
mod reason;
pub mod risk_score;
pub mod rollup;
pub mod rotation;
pub mod sharing;
pub mod stored_query;
pub mod suppression;
pub mod target;
pub mod throttle;
pub mod timescale;
pub mod tolerance;
pub mod trajectory;
pub mod urgency;
pub mod version;
pub mod withdrawal;
pub mod wording;
pub mod working_days;

#[cfg(test)]
mod tests;

/// A code that belongs to no member of a closed set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not a known {what}")]
pub struct UnknownCode {
    /// What the code should have named, such as "frequency".
    pub what: &'static str,
    /// The code as given, cut to a length that is safe to repeat.
    pub found: String,
}

impl UnknownCode {
    /// Records that `found` names no `what`; only the first 40 characters are kept.
    #[must_use]
    pub fn new(what: &'static str, found: &str) -> Self {
        Self { what, found: found.chars().take(40).collect() }
    }
}
