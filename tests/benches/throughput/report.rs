//! What is printed: ratios first, then what they are made of.

use std::fmt::Write as _;

use super::world::Engine;

/// What one contestant did with one question over so many connections.
pub struct Measured {
    /// The question's name.
    pub question: &'static str,
    /// Connections that asked at a time.
    pub connections: usize,
    /// Tenants in the database.
    pub tenants: u64,
    /// Whether it is the floor.
    pub is_floor: bool,
    /// SQL statements for one request, BEGIN and its end apart; known of Concordat.
    pub statements: Option<f64>,
    /// Bytes of the usual answer.
    pub bytes: usize,
    /// Requests a second: the median turn.
    pub rate: f64,
    /// The median time for an answer, in milliseconds.
    pub p50: f64,
}

/// The middle value; 0 of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The table of one engine.
pub fn table(engine: Engine, measured: &[Measured]) -> String {
    let mut text = format!(
        "\n{:<10} {:<10} {:>5} {:>7} | {:>8} {:>9} | {:>9} {:>9} | {:>8} {:>8} | {:>4} {:>7}\n",
        engine.name(),
        "question",
        "conns",
        "tenants",
        "of F1",
        "many/few",
        "ours /s",
        "F1 /s",
        "p50 ms",
        "F1 p50",
        "SQL",
        "bytes"
    );
    for ours in measured.iter().filter(|each| !each.is_floor) {
        let same = |each: &&Measured| each.question == ours.question && each.connections == ours.connections;
        let Some(floor) = measured.iter().filter(same).find(|each| each.is_floor && each.tenants == ours.tenants) else {
            continue;
        };
        let fewest = measured.iter().filter(same).filter(|each| !each.is_floor).min_by_key(|each| each.tenants).unwrap_or(ours);
        let _ = writeln!(
            text,
            "{:<10} {:<10} {:>5} {:>7} | {:>8.3} {:>9.3} | {:>9.1} {:>9.1} | {:>8.2} {:>8.2} | {:>4.1} {:>7}",
            "",
            ours.question,
            ours.connections,
            ours.tenants,
            ours.rate / floor.rate,
            ours.rate / fewest.rate,
            ours.rate,
            floor.rate,
            ours.p50,
            floor.p50,
            ours.statements.unwrap_or(0.0),
            ours.bytes
        );
    }
    text
}
