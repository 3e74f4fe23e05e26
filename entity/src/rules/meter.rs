//! Budgets by cost: how much a caller may still ask for, and when more.
//!
//! A budget is a bucket that holds a minute's worth and fills evenly (the generic cell rate algorithm, ITU-T I.371): one number says
//! everything, the moment at which it will be whole again. Drawing puts that moment off; what would put it off beyond a minute from
//! now is refused. Whatever costs more than the whole bucket is let through when that is full, and waited for afterwards.
//!
//! Servers share the moment and draw more than one request needs, a twentieth of the bucket: the rest of it they hand out without
//! asking anybody. That moment never moves back, so what a server knows of it is enough to refuse by.

/// The length of a budget.
const MINUTE: i64 = 60_000_000_000;
/// The part of a budget that a server draws at a time.
const SLICE: u64 = 20;
/// Nanoseconds in a second.
const SECOND: i64 = 1_000_000_000;

/// A budget: so many units of cost a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance(u64);

/// What was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// When the budget will be whole again, in nanoseconds since 1970.
    pub whole_at: i64,
    /// How many units were drawn.
    pub drawn: u64,
}

/// After so many seconds it is worth trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub u64);

/// How a budget stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Units in a minute.
    pub limit: u64,
    /// Units that may still be drawn now.
    pub remaining: u64,
    /// Seconds until all of it may be.
    pub reset: u64,
}

impl Allowance {
    /// So many units a minute; `None` for no limit, which is what 0 stands for.
    #[must_use]
    pub fn per_minute(units: u64) -> Option<Self> {
        (units > 0).then_some(Self(units))
    }

    /// By how much drawing so many units puts the moment off, in nanoseconds, rounded up.
    #[must_use]
    pub fn nanos(self, units: u64) -> i64 {
        let nanos = (u128::from(units) * MINUTE.unsigned_abs() as u128).div_ceil(u128::from(self.0));
        i64::try_from(nanos).unwrap_or(i64::MAX)
    }

    /// The length of the bucket, in nanoseconds.
    #[must_use]
    pub const fn window(self) -> i64 {
        MINUTE
    }

    /// What a server draws for a request of such a cost.
    #[must_use]
    pub fn slice(self, cost: u64) -> u64 {
        cost.max(self.0 / SLICE)
    }

    /// Whether a budget that is whole at a moment lets a cost be drawn at `now`; both in nanoseconds since 1970.
    ///
    /// # Errors
    /// How long to wait.
    pub fn admits(self, whole_at: i64, now: i64, cost: u64) -> Result<(), Wait> {
        let least = self.nanos(cost).min(MINUTE);
        let late = whole_at.saturating_add(least).saturating_sub(now.saturating_add(MINUTE));
        if whole_at <= now || late <= 0 {
            return Ok(());
        }
        Err(Wait(seconds(late).max(1)))
    }

    /// Draws a slice where there is room for one, else what the cost is.
    ///
    /// # Errors
    /// How long to wait.
    pub fn draw(self, whole_at: i64, now: i64, cost: u64) -> Result<Taken, Wait> {
        self.admits(whole_at, now, cost)?;
        let (base, slice) = (whole_at.max(now), self.slice(cost));
        let with_slice = base.saturating_add(self.nanos(slice));
        if with_slice <= now.saturating_add(MINUTE) {
            return Ok(Taken { whole_at: with_slice, drawn: slice });
        }
        Ok(Taken { whole_at: base.saturating_add(self.nanos(cost)), drawn: cost })
    }

    /// How a budget stands at `now` of which a server holds so many units that it drew already.
    #[must_use]
    pub fn standing(self, whole_at: i64, now: i64, held: u64) -> Standing {
        let open = now.saturating_add(MINUTE).saturating_sub(whole_at.max(now)).max(0);
        let units = u128::from(open.unsigned_abs()) * u128::from(self.0) / u128::from(MINUTE.unsigned_abs());
        let remaining = u64::try_from(units).unwrap_or(u64::MAX).saturating_add(held).min(self.0);
        Standing { limit: self.0, remaining, reset: seconds(whole_at.saturating_sub(now)) }
    }
}

/// Nanoseconds as seconds, rounded up; none for what lies behind.
fn seconds(nanos: i64) -> u64 {
    u64::try_from(nanos.max(0)).unwrap_or_default().div_ceil(SECOND.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_265_706_000 * SECOND;

    fn allowance() -> Allowance {
        Allowance::per_minute(6_000).unwrap()
    }

    #[test]
    fn a_minute_s_worth_may_be_drawn_at_once_and_then_as_fast_as_it_fills() {
        let (mut whole_at, mut drawn) = (0, 0);
        while let Ok(taken) = allowance().draw(whole_at, NOW, 100) {
            (whole_at, drawn) = (taken.whole_at, drawn + taken.drawn);
        }
        assert_eq!(drawn, 6_000);
        assert_eq!(allowance().standing(whole_at, NOW, 0), Standing { limit: 6_000, remaining: 0, reset: 60 });
        // A hundred a second: exactly one more after a second, and not before.
        assert_eq!(allowance().draw(whole_at, NOW, 100), Err(Wait(1)));
        assert_eq!(allowance().draw(whole_at, NOW + SECOND - 1, 100), Err(Wait(1)));
        let taken = allowance().draw(whole_at, NOW + SECOND, 100).unwrap();
        assert_eq!((taken.drawn, allowance().draw(taken.whole_at, NOW + SECOND, 100)), (100, Err(Wait(1))));
        assert_eq!(allowance().admits(whole_at, NOW, 3_000), Err(Wait(30)));
    }

    #[test]
    fn a_slice_is_drawn_where_there_is_room_and_the_bare_cost_at_the_end() {
        let first = allowance().draw(0, NOW, 1).unwrap();
        assert_eq!((first.drawn, first.whole_at), (300, NOW + 3 * SECOND));
        let nearly = NOW + 58 * SECOND;
        assert_eq!(allowance().draw(nearly, NOW, 1).unwrap().drawn, 1);
    }

    #[test]
    fn what_costs_more_than_the_bucket_passes_when_that_is_full_and_is_waited_for() {
        let taken = allowance().draw(NOW, NOW, 12_000).unwrap();
        assert_eq!(taken, Taken { whole_at: NOW + 120 * SECOND, drawn: 12_000 });
        assert_eq!(allowance().draw(taken.whole_at, NOW + 60 * SECOND, 100), Err(Wait(1)));
        assert!(allowance().draw(taken.whole_at, NOW + 61 * SECOND, 100).is_ok());
        assert!(allowance().draw(NOW + 1, NOW, 12_000).is_err(), "not on top of something else");
    }

    #[test]
    fn no_number_overflows() {
        let least = Allowance::per_minute(1).unwrap();
        assert_eq!(least.nanos(u64::MAX), i64::MAX);
        assert_eq!(least.draw(0, NOW, u64::MAX).unwrap().whole_at, i64::MAX);
        assert!(least.draw(i64::MAX, NOW, 1).is_err());
        assert_eq!(Allowance::per_minute(u64::MAX).unwrap().standing(0, NOW, u64::MAX).remaining, u64::MAX);
        assert_eq!(Allowance::per_minute(0), None);
    }
}
