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

use entity::tenancy::PoolState;

use crate::graphql::frontdoor::{cache::Served, kept};

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
    cost: AtomicU64,
    weighed: AtomicU64,
}

/// What others know at the moment of asking.
#[derive(Debug)]
pub struct Readings {
    /// SQL statements that the database was sent.
    pub statements: u64,
    /// Pools of connections.
    pub pools: [PoolState; 3],
    /// The cache of documents.
    pub documents: Served,
    /// Answers that are kept.
    pub answers: kept::Served,
    /// Documents kept by their hash.
    pub persisted: usize,
    /// WebSockets and streams of events that are open.
    pub live: usize,
}

impl Metrics {
    /// Counts one request for data.
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

    /// Counts what a request drew.
    pub fn weigh(&self, cost: u64) {
        self.cost.fetch_add(cost, Ordering::Relaxed);
        self.weighed.fetch_add(1, Ordering::Relaxed);
    }

    /// Everything as text.
    #[must_use]
    pub fn text(&self, readings: &Readings) -> String {
        let mut text = String::new();
        head(
            &mut text,
            "concordat_requests_total",
            "counter",
            "Requests for data by HTTP status: documents, stored queries, packs, calendars and tokens.",
        );
        for (status, count) in &*self.by_status.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = writeln!(text, "concordat_requests_total{{status=\"{status}\"}} {count}");
        }
        head(&mut text, "concordat_errors_total", "counter", "Errors in their answers by code.");
        for (code, count) in &*self.by_code.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = writeln!(text, "concordat_errors_total{{code=\"{code}\"}} {count}");
        }
        head(&mut text, "concordat_request_duration_seconds", "histogram", "How long they took.");
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            let _ =
                writeln!(text, "concordat_request_duration_seconds_bucket{{le=\"{bound}\"}} {}", bucket.load(Ordering::Relaxed));
        }
        let count = self.count.load(Ordering::Relaxed);
        let sum = Duration::from_micros(self.micros.load(Ordering::Relaxed)).as_secs_f64();
        let _ = writeln!(text, "concordat_request_duration_seconds_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(text, "concordat_request_duration_seconds_sum {sum}\nconcordat_request_duration_seconds_count {count}");
        head(&mut text, "concordat_request_cost", "summary", "Units of cost that they drew.");
        let (cost, weighed) = (self.cost.load(Ordering::Relaxed), self.weighed.load(Ordering::Relaxed));
        let _ = writeln!(text, "concordat_request_cost_sum {cost}\nconcordat_request_cost_count {weighed}");
        readings.write(&mut text);
        text
    }
}

impl Readings {
    fn write(&self, text: &mut String) {
        head(text, "concordat_sql_statements_total", "counter", "SQL statements sent to the database.");
        let _ = writeln!(text, "concordat_sql_statements_total {}", self.statements);
        head(text, "concordat_pool_connections", "gauge", "Connections to the database by pool and state.");
        for PoolState { name, in_use, idle, .. } in &self.pools {
            let _ = writeln!(text, "concordat_pool_connections{{pool=\"{name}\",state=\"in_use\"}} {in_use}");
            let _ = writeln!(text, "concordat_pool_connections{{pool=\"{name}\",state=\"idle\"}} {idle}");
        }
        head(text, "concordat_pool_connections_max", "gauge", "Connections to the database that a pool may have.");
        for PoolState { name, most, .. } in &self.pools {
            let _ = writeln!(text, "concordat_pool_connections_max{{pool=\"{name}\"}} {most}");
        }
        let Served { found, prepared, kept } = self.documents;
        head(text, "concordat_document_cache_total", "counter", "Documents found in the cache, and those made ready.");
        let _ = writeln!(text, "concordat_document_cache_total{{result=\"found\"}} {found}");
        let _ = writeln!(text, "concordat_document_cache_total{{result=\"prepared\"}} {prepared}");
        head(text, "concordat_documents_kept", "gauge", "Documents in the cache, and those kept by their hash.");
        let _ = writeln!(text, "concordat_documents_kept{{store=\"cache\"}} {kept}");
        let _ = writeln!(text, "concordat_documents_kept{{store=\"persisted\"}} {}", self.persisted);
        let kept::Served { given, replaced, kept } = self.answers;
        head(
            text,
            "concordat_kept_answers_total",
            "counter",
            "Kept answers that were given again, and those that no longer stood.",
        );
        let _ = writeln!(text, "concordat_kept_answers_total{{result=\"given\"}} {given}");
        let _ = writeln!(text, "concordat_kept_answers_total{{result=\"replaced\"}} {replaced}");
        head(text, "concordat_kept_answers", "gauge", "Answers kept for whoever asks the same again.");
        let _ = writeln!(text, "concordat_kept_answers {kept}");
        head(text, "concordat_live_connections", "gauge", "WebSockets and streams of events that are open.");
        let _ = writeln!(text, "concordat_live_connections {}", self.live);
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}
