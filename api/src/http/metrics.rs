//! Figures about the server itself, in the Prometheus text format.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Upper bounds of the latency histogram, in seconds.
const BOUNDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Counts of requests by outcome, and how long they took.
#[derive(Debug, Default)]
pub struct Metrics {
    by_status: Mutex<BTreeMap<u16, u64>>,
    by_code: Mutex<BTreeMap<String, u64>>,
    buckets: [AtomicU64; 10],
    count: AtomicU64,
    micros: AtomicU64,
}

impl Metrics {
    /// Counts one GraphQL request.
    pub fn count(&self, status: u16, codes: impl IntoIterator<Item = impl Into<String>>, took: Duration) {
        *self.by_status.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
        let mut by_code = self.by_code.lock().unwrap_or_else(PoisonError::into_inner);
        for code in codes {
            *by_code.entry(code.into()).or_default() += 1;
        }
        let seconds = took.as_secs_f64();
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            if seconds <= *bound {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Everything as text, with the number of SQL statements that the database was sent.
    #[must_use]
    pub fn text(&self, statements: u64) -> String {
        let mut text = String::new();
        let head = |text: &mut String, name: &str, kind: &str, help: &str| {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        };
        head(&mut text, "concordat_requests_total", "counter", "GraphQL requests by HTTP status.");
        for (status, count) in &*self.by_status.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = writeln!(text, "concordat_requests_total{{status=\"{status}\"}} {count}");
        }
        head(&mut text, "concordat_errors_total", "counter", "Errors in GraphQL answers by code.");
        for (code, count) in &*self.by_code.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = writeln!(text, "concordat_errors_total{{code=\"{code}\"}} {count}");
        }
        head(&mut text, "concordat_request_duration_seconds", "histogram", "How long GraphQL requests took.");
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            let _ =
                writeln!(text, "concordat_request_duration_seconds_bucket{{le=\"{bound}\"}} {}", bucket.load(Ordering::Relaxed));
        }
        let count = self.count.load(Ordering::Relaxed);
        let sum = Duration::from_micros(self.micros.load(Ordering::Relaxed)).as_secs_f64();
        let _ = writeln!(text, "concordat_request_duration_seconds_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(text, "concordat_request_duration_seconds_sum {sum}\nconcordat_request_duration_seconds_count {count}");
        head(&mut text, "concordat_sql_statements_total", "counter", "SQL statements sent to the database.");
        let _ = writeln!(text, "concordat_sql_statements_total {statements}");
        text
    }
}
