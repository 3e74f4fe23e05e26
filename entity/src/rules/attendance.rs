//! What a correction changes in the list of who came to a meeting: the list before and the list after, line by line.

/// A line of either list: who it is about, and what was said of them before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<W, P> {
    /// Who.
    pub who: W,
    /// What the list said before; none where they weren't on it.
    pub former: Option<P>,
    /// What it says after; none where they are taken off it.
    pub now: Option<P>,
}

/// Both lists in one: the lines of the former in their order, then those that are new. Whoever stood on the former twice, as under two
/// spellings of a name, stands on the latter once: the second line is taken off.
#[must_use]
pub fn lines<W: PartialEq + Clone, P: Copy>(former: &[(W, P)], now: &[(W, P)]) -> Vec<Line<W, P>> {
    let said = |list: &[(W, P)], who: &W| list.iter().find(|(other, _)| other == who).map(|(_, presence)| *presence);
    let is_again = |at: usize, who: &W| former.iter().take(at).any(|(other, _)| other == who);
    let stood = former.iter().enumerate().map(|(at, (who, presence))| Line {
        who: who.clone(),
        former: Some(*presence),
        now: if is_again(at, who) { None } else { said(now, who) },
    });
    let new = now.iter().filter(|(who, _)| said(former, who).is_none());
    stood.chain(new.map(|(who, presence)| Line { who: who.clone(), former: None, now: Some(*presence) })).collect()
}

/// Whether the list says anything else after than before.
#[must_use]
pub fn is_changed<W, P: PartialEq>(lines: &[Line<W, P>]) -> bool {
    lines.iter().any(|line| line.former != line.now)
}

#[cfg(test)]
mod tests {
    use super::{Line, is_changed, lines};

    #[test]
    fn whoever_was_on_the_list_or_is_now_has_one_line() {
        let line = |who, former, now| Line { who, former, now };
        let former = [("chair", true), ("fire", true), ("health", false)];
        let now = [("health", true), ("chair", true), ("police", false)];
        let both = lines(&former, &now);
        let expected = [
            line("chair", Some(true), Some(true)),
            line("fire", Some(true), None),
            line("health", Some(false), Some(true)),
            line("police", None, Some(false)),
        ];
        assert_eq!(both, expected);
        assert!(is_changed(&both) && is_changed(&lines(&former, &former[..2])) && is_changed(&lines(&[], &now)));
        let turned: Vec<_> = former.iter().rev().copied().collect();
        assert!(!is_changed(&lines(&former, &turned)), "the order says nothing");
        let twice = lines(&[("fire", true), ("fire", false)], &[("fire", true)]);
        assert_eq!(twice, [line("fire", Some(true), Some(true)), line("fire", Some(false), None)]);
    }
}
