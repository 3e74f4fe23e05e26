//! How risks are scored, how often they are looked at again, and what each way of responding to one needs (domain, Risk scoring).
//!
//! Likelihood and impact go from 1 to 5; their product is the score, whose band says when it is reviewed. A risk is scored three
//! times: before any control, as it is now, and as it is meant to be. Opportunities use the same scale, on which more is better, so
//! the two rules about falling scores are for threats alone.

use chrono::{Months, NaiveDate};

use crate::{
    error::{Problem, ProblemCode},
    rules::blank::is_blank,
    tables::values::closed_set,
};

closed_set! {
    /// Whether it would do harm or good.
    pub enum Nature {
        /// Something that would do harm.
        Threat = "THREAT",
        /// Something that would do good (S1, Managing Risk).
        Opportunity = "OPPORTUNITY",
    }
}

closed_set! {
    /// At what level it lies (S1, Managing Risk).
    pub enum Category {
        /// For medium and long-term goals.
        Strategic = "STRATEGIC",
        /// Met in planning and doing the work.
        Operational = "OPERATIONAL",
    }
}

closed_set! {
    /// What is done about it.
    pub enum Response {
        /// A threat is made less by action.
        Treat = "TREAT",
        /// A threat is borne.
        Tolerate = "TOLERATE",
        /// A threat is passed to somebody who bears it.
        Transfer = "TRANSFER",
        /// What brings the threat about is ended.
        Terminate = "TERMINATE",
        /// An opportunity is made sure of.
        Exploit = "EXPLOIT",
        /// An opportunity is made likelier or greater.
        Enhance = "ENHANCE",
        /// An opportunity is shared with somebody who can use it better.
        Share = "SHARE",
        /// An opportunity is left alone.
        Ignore = "IGNORE",
    }
}

closed_set! {
    /// How much a score weighs.
    pub enum Band {
        /// 1 to 4.
        Low = "LOW",
        /// 5 to 9.
        Medium = "MEDIUM",
        /// 10 to 14.
        High = "HIGH",
        /// 15 to 25.
        VeryHigh = "VERY_HIGH",
    }
}

impl Response {
    /// To what it responds.
    #[must_use]
    pub const fn nature(self) -> Nature {
        match self {
            Self::Treat | Self::Tolerate | Self::Transfer | Self::Terminate => Nature::Threat,
            Self::Exploit | Self::Enhance | Self::Share | Self::Ignore => Nature::Opportunity,
        }
    }
}

impl Band {
    /// The band of a score.
    #[must_use]
    pub const fn of(score: i32) -> Self {
        match score {
            ..=4 => Self::Low,
            5..=9 => Self::Medium,
            10..=14 => Self::High,
            _ => Self::VeryHigh,
        }
    }

    /// Months until the next review, at most.
    #[must_use]
    pub const fn review_months(self) -> u32 {
        match self {
            Self::Low => 12,
            Self::Medium => 6,
            Self::High | Self::VeryHigh => 3,
        }
    }

    /// Whether the Treasurer takes part in the review.
    #[must_use]
    pub const fn is_reviewed_with_treasurer(self) -> bool {
        matches!(self, Self::VeryHigh)
    }
}

/// Likelihood and impact, each from 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Score {
    /// How likely it is.
    pub likelihood: i32,
    /// How much it would matter.
    pub impact: i32,
}

impl Score {
    /// Likelihood times impact.
    #[must_use]
    pub const fn value(self) -> i32 {
        self.likelihood.saturating_mul(self.impact)
    }

    /// The band that this lies in.
    #[must_use]
    pub const fn band(self) -> Band {
        Band::of(self.value())
    }

    fn faults(self, field: &str) -> Vec<Problem> {
        [("likelihood", self.likelihood), ("impact", self.impact)]
            .into_iter()
            .filter(|(_, figure)| !(1..=5).contains(figure))
            .map(|(part, _)| Problem::new(&format!("{field}.{part}"), ProblemCode::OutOfRange, "The scale goes from 1 to 5."))
            .collect()
    }
}

/// The three scores of a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Scores {
    /// Before any control.
    pub inherent: Score,
    /// As things are.
    pub residual: Score,
    /// As it is meant to be.
    pub target: Score,
}

impl Scores {
    /// Every fault of an assessment; the fields are named `inherent`, `residual`, `target` and `reason`.
    #[must_use]
    pub fn faults(&self, nature: Nature, reason: Option<&str>) -> Vec<Problem> {
        let mut faults = self.inherent.faults("inherent");
        faults.extend(self.residual.faults("residual"));
        faults.extend(self.target.faults("target"));
        if nature == Nature::Opportunity || !faults.is_empty() {
            return faults;
        }
        if self.residual.value() > self.inherent.value() && reason.is_none_or(is_blank) {
            let message = "The residual score is above the inherent one; say how controls can have made it worse.";
            faults.push(Problem::new("reason", ProblemCode::Missing, message));
        }
        if self.target.value() > self.residual.value() {
            let message = "The target is above the residual score, which would let the risk grow.";
            faults.push(Problem::new("target", ProblemCode::OutOfRange, message));
        }
        faults
    }

    /// The day by which a risk assessed on a day is reviewed again.
    #[must_use]
    pub fn review_due(&self, assessed_on: NaiveDate) -> Option<NaiveDate> {
        assessed_on.checked_add_months(Months::new(self.residual.band().review_months()))
    }
}

/// How a risk is responded to, with what the response rests on.
#[derive(Clone, Copy, Debug)]
pub struct Responding<'r> {
    /// To what.
    pub nature: Nature,
    /// How.
    pub response: Response,
    /// The residual score.
    pub residual: Score,
    /// The residual score that the body is ready to bear.
    pub appetite: i32,
    /// Actions that are still to be done.
    pub open_actions: usize,
    /// To whom it is passed.
    pub transferee: Option<&'r str>,
    /// The day on which what brings it about ends.
    pub ends_on: Option<NaiveDate>,
    /// Who approved bearing it, and where that is minuted.
    pub approval: Option<&'r str>,
    /// The last day on which that approval holds.
    pub approval_expires_on: Option<NaiveDate>,
}

impl Responding<'_> {
    /// Everything that the response lacks on a day; the fields are named as the parts are.
    #[must_use]
    pub fn faults(&self, on: NaiveDate) -> Vec<Problem> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code, message: &str| faults.push(Problem::new(field, code, message));
        let given = |text: Option<&str>| text.is_some_and(|text| !is_blank(text));
        if !(1..=25).contains(&self.appetite) {
            fault("appetite", ProblemCode::OutOfRange, "What a body is ready to bear is a score from 1 to 25.");
        }
        if self.response.nature() != self.nature {
            let message = match self.nature {
                Nature::Threat => "A threat is treated, tolerated, transferred or terminated.",
                Nature::Opportunity => "An opportunity is exploited, enhanced, shared or ignored.",
            };
            fault("response", ProblemCode::OutOfRange, message);
            return faults;
        }
        match self.response {
            Response::Treat if self.open_actions == 0 => {
                fault("actions", ProblemCode::Missing, "Treating a risk needs an action that is still open.");
            }
            Response::Tolerate if self.residual.value() > self.appetite => {
                if !given(self.approval) {
                    let message =
                        "The residual score is above what the body is ready to bear; name the approval for tolerating it.";
                    fault("approval", ProblemCode::Missing, message);
                }
                match self.approval_expires_on {
                    None => fault("approvalExpiresOn", ProblemCode::Missing, "An approval for tolerating a risk has an end."),
                    Some(day) if day < on => {
                        fault("approvalExpiresOn", ProblemCode::OutOfRange, "The approval for tolerating this risk has expired.");
                    }
                    Some(_) => {}
                }
            }
            Response::Transfer | Response::Share if !given(self.transferee) => {
                fault("transferee", ProblemCode::Missing, "Say to whom it passes, or with whom it is shared.");
            }
            Response::Terminate if self.ends_on.is_none() => {
                fault("endsOn", ProblemCode::Missing, "Say on which day what brings the risk about ends.");
            }
            _ => {}
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn score(likelihood: i32, impact: i32) -> Score {
        Score { likelihood, impact }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn faults(found: &[Problem]) -> Vec<String> {
        found.iter().map(|problem| format!("{} {}", problem.field.join("."), problem.code)).collect()
    }

    #[test]
    fn bands_are_those_of_the_domain() {
        for (likelihood, impact, value, band) in [
            (1, 1, 1, Band::Low),
            (2, 2, 4, Band::Low),
            (1, 5, 5, Band::Medium),
            (3, 3, 9, Band::Medium),
            (2, 5, 10, Band::High),
            (3, 4, 12, Band::High),
            (3, 5, 15, Band::VeryHigh),
            (5, 5, 25, Band::VeryHigh),
        ] {
            assert_eq!((score(likelihood, impact).value(), score(likelihood, impact).band()), (value, band));
        }
        assert_eq!(Band::of(14), Band::High);
    }

    #[test]
    fn review_follows_the_band() {
        let due = |residual| {
            let scores = Scores { inherent: score(5, 5), residual, target: score(1, 1) };
            scores.review_due(day("2009-11-30")).unwrap().to_string()
        };
        assert_eq!(
            [score(1, 4), score(3, 3), score(2, 5), score(5, 5)].map(due),
            ["2010-11-30", "2010-05-30", "2010-02-28", "2010-02-28"]
        );
        assert_eq!(Band::ALL.iter().filter(|band| band.is_reviewed_with_treasurer()).collect::<Vec<_>>(), [&Band::VeryHigh]);
    }

    #[test]
    fn a_threat_falls_from_inherent_over_residual_to_target() {
        let of = |inherent, residual, target| Scores { inherent, residual, target };
        assert_eq!(faults(&of(score(4, 4), score(3, 4), score(2, 4)).faults(Nature::Threat, None)), [""; 0]);
        assert_eq!(faults(&of(score(3, 3), score(3, 3), score(3, 3)).faults(Nature::Threat, None)), [""; 0]);
        let grown = of(score(2, 4), score(3, 4), score(2, 4));
        assert_eq!(faults(&grown.faults(Nature::Threat, Some(" "))), ["reason MISSING"]);
        assert_eq!(faults(&grown.faults(Nature::Threat, Some("The grant that paid for it ended."))), [""; 0]);
        let rising = of(score(4, 4), score(2, 4), score(3, 4));
        assert_eq!(faults(&rising.faults(Nature::Threat, None)), ["target OUT_OF_RANGE"]);
        assert_eq!(faults(&rising.faults(Nature::Opportunity, None)), [""; 0], "an opportunity is meant to grow");
        let outside = of(score(0, 6), score(5, 5), score(1, 1));
        let expected = ["inherent.likelihood OUT_OF_RANGE", "inherent.impact OUT_OF_RANGE"];
        assert_eq!(faults(&outside.faults(Nature::Threat, None)), expected);
    }

    #[test]
    fn each_response_needs_what_makes_it_one() {
        let bare = Responding {
            nature: Nature::Threat,
            response: Response::Treat,
            residual: score(3, 4),
            appetite: 4,
            open_actions: 0,
            transferee: None,
            ends_on: None,
            approval: None,
            approval_expires_on: None,
        };
        let on = day("2010-02-09");
        let lacks = |responding: Responding<'_>| faults(&responding.faults(on));
        assert_eq!(lacks(bare), ["actions MISSING"]);
        assert_eq!(lacks(Responding { open_actions: 1, ..bare }), [""; 0]);
        let tolerated = Responding { response: Response::Tolerate, ..bare };
        assert_eq!(lacks(tolerated), ["approval MISSING", "approvalExpiresOn MISSING"]);
        assert_eq!(lacks(Responding { residual: score(2, 2), ..tolerated }), [""; 0], "within the appetite");
        let approved =
            Responding { approval: Some("The Board, minute 12"), approval_expires_on: Some(day("2010-02-09")), ..tolerated };
        assert_eq!(lacks(approved), [""; 0], "until its last day");
        assert_eq!(
            lacks(Responding { approval_expires_on: Some(day("2010-02-08")), ..approved }),
            ["approvalExpiresOn OUT_OF_RANGE"]
        );
        assert_eq!(lacks(Responding { response: Response::Transfer, ..bare }), ["transferee MISSING"]);
        assert_eq!(lacks(Responding { response: Response::Transfer, transferee: Some("The insurer"), ..bare }), [""; 0]);
        assert_eq!(lacks(Responding { response: Response::Terminate, ..bare }), ["endsOn MISSING"]);
        assert_eq!(lacks(Responding { response: Response::Terminate, ends_on: Some(on), ..bare }), [""; 0]);
        assert_eq!(lacks(Responding { response: Response::Exploit, ..bare }), ["response OUT_OF_RANGE"]);
        for response in [Response::Exploit, Response::Enhance, Response::Ignore] {
            assert_eq!(lacks(Responding { nature: Nature::Opportunity, response, ..bare }), [""; 0], "{response}");
        }
        let shared = Responding { nature: Nature::Opportunity, response: Response::Share, ..bare };
        assert_eq!(lacks(shared), ["transferee MISSING"]);
        assert_eq!(lacks(Responding { nature: Nature::Opportunity, ..bare }), ["response OUT_OF_RANGE"]);
        assert_eq!(lacks(Responding { appetite: 0, open_actions: 1, ..bare }), ["appetite OUT_OF_RANGE"]);
    }
}
