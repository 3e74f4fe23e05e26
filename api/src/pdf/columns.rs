//! How wide the columns of a table are.

/// What a column asks for, in points.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted {
    /// As wide as its longest word.
    pub(super) least: f32,
    /// As wide as its longest text on one line.
    pub(super) most: f32,
}

/// The widths of columns that together fill `room`: each gets what its longest word needs, and what is left goes to those with longer texts.
/// Where not even the words fit, they are broken.
pub(super) fn widths(wanted: &[Wanted], room: f32) -> Vec<f32> {
    let least: f32 = wanted.iter().map(|column| column.least).sum();
    if least >= room {
        // A single long word, such as a hash, doesn't press the others flat.
        let fair = room / from_count(wanted.len());
        let small: f32 = wanted.iter().filter(|column| column.least <= fair).map(|column| column.least).sum();
        let large: f32 = wanted.iter().filter(|column| column.least > fair).map(|column| column.least).sum();
        let share = |column: &Wanted| if column.least <= fair { column.least } else { column.least / large * (room - small) };
        return wanted.iter().map(share).collect();
    }
    let further = |column: &Wanted| (column.most - column.least).max(0.0).min(room) + 1.0;
    let all: f32 = wanted.iter().map(further).sum();
    wanted.iter().map(|column| column.least + (room - least) * further(column) / all).collect()
}

/// A number of columns as a length; tables have few.
pub(super) fn from_count(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX)).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::{Wanted, widths};

    fn filled(wanted: &[(f32, f32)], room: f32) -> Vec<f32> {
        let wanted: Vec<_> = wanted.iter().map(|(least, most)| Wanted { least: *least, most: *most }).collect();
        let widths = widths(&wanted, room);
        assert!((widths.iter().sum::<f32>() - room).abs() < 0.01, "{widths:?}");
        assert!(widths.iter().all(|width| *width > 0.0), "{widths:?}");
        widths
    }

    #[test]
    fn a_column_is_never_narrower_than_its_longest_word_while_there_is_room() {
        let found = filled(&[(20.0, 20.0), (60.0, 900.0), (30.0, 40.0)], 400.0);
        assert!(found[0] >= 20.0 && found[1] > 250.0 && found[2] >= 30.0, "{found:?}");
    }

    #[test]
    fn a_word_that_is_too_long_leaves_the_others_theirs() {
        let found = filled(&[(50.0, 60.0), (500.0, 500.0)], 400.0);
        assert!((found[0] - 50.0).abs() < 0.01, "{found:?}");
        filled(&[(500.0, 500.0); 7], 400.0);
    }
}
