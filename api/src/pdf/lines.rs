//! Breaking a text into lines: at blanks, and within a word only where it is longer than a line.

/// A piece of a line that belongs to one run of the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stretch {
    /// Which run, counted from 0.
    pub(super) run: usize,
    pub(super) text: String,
    /// How wide it is, in points.
    pub(super) width: f32,
}

/// A line, from left to right.
pub(super) type Line = Vec<Stretch>;

#[derive(Clone, Copy)]
struct Sign {
    run: usize,
    sign: char,
    width: f32,
}

/// The lines of a text that consists of runs (such as bold words and plain ones), none wider than `room` unless a single character is.
/// `width` tells how wide a character of a run is. A line that was broken at a blank keeps it at its end, so that whoever reads the text out
/// or copies it hears two words.
pub(super) fn broken(runs: &[&str], room: f32, width: impl Fn(usize, char) -> f32) -> Vec<Line> {
    let signs = runs.iter().enumerate().flat_map(|(run, text)| text.chars().map(move |sign| (run, sign)));
    let mut lines = Vec::new();
    let mut line: Vec<Sign> = Vec::new();
    let mut filled = 0.0;
    for (run, sign) in signs {
        let width = width(run, sign);
        if sign == ' ' && line.last().is_none_or(|last| last.sign == ' ') {
            continue;
        }
        if sign != ' ' && filled + width > room && !line.is_empty() {
            let rest = match line.iter().rposition(|before| before.sign == ' ') {
                Some(blank) => line.split_off(blank + 1),
                None => Vec::new(),
            };
            lines.push(stretches(&line));
            filled = rest.iter().map(|sign| sign.width).sum();
            line = rest;
        }
        filled += width;
        line.push(Sign { run, sign, width });
    }
    if line.last().is_some_and(|last| last.sign == ' ') {
        line.pop();
    }
    if !line.is_empty() {
        lines.push(stretches(&line));
    }
    lines
}

fn stretches(signs: &[Sign]) -> Line {
    let mut line: Line = Vec::new();
    for sign in signs {
        match line.last_mut() {
            Some(last) if last.run == sign.run => {
                last.text.push(sign.sign);
                last.width += sign.width;
            }
            _ => line.push(Stretch { run: sign.run, text: sign.sign.to_string(), width: sign.width }),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::broken;

    fn texts(runs: &[&str], room: f32) -> Vec<String> {
        let lines = broken(runs, room, |_, _| 1.0);
        lines.into_iter().map(|line| line.into_iter().map(|stretch| stretch.text).collect()).collect()
    }

    #[test]
    fn a_text_breaks_at_blanks_and_nothing_of_it_is_lost() {
        assert_eq!(texts(&["one two three"], 7.0), ["one two ", "three"]);
        assert_eq!(texts(&["one two"], 7.0), ["one two"]);
        assert_eq!(texts(&["  one   two  "], 5.0), ["one ", "two"]);
        assert_eq!(texts(&["", " "], 5.0), [""; 0]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken_and_a_character_wider_than_one_stands_alone() {
        assert_eq!(texts(&["abcdefg hi"], 3.0), ["abc", "def", "g ", "hi"]);
        assert_eq!(texts(&["abc"], 0.5), ["a", "b", "c"]);
    }

    #[test]
    fn runs_stay_apart_on_the_same_line_and_words_may_cross_them() {
        let lines = broken(&["Exempt", ": why not"], 9.0, |_, _| 1.0);
        let told: Vec<Vec<(usize, &str)>> =
            lines.iter().map(|line| line.iter().map(|stretch| (stretch.run, stretch.text.as_str())).collect()).collect();
        assert_eq!(told, [vec![(0, "Exempt"), (1, ": ")], vec![(1, "why not")]]);
        assert!((lines[0][0].width - 6.0).abs() < f32::EPSILON);
    }

    #[test]
    fn a_hundred_thousand_words_are_broken_without_effort() {
        let text = "word ".repeat(100_000);
        assert_eq!(texts(&[&text], 50.0).len(), 10_000);
    }
}
