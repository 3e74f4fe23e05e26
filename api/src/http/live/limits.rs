//! What answers that go on are held to.

use std::time::Duration;

/// The numbers for sockets and streams of events. A message may be as long as a request's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveLimits {
    /// Sockets and streams of events at a time, of everybody.
    pub connections: usize,
    /// The same of one account.
    pub per_account: usize,
    /// The same of those at one address of whom nothing is known as yet.
    pub unknown_per_address: usize,
    /// Operations at a time on one socket.
    pub operations: usize,
    /// Messages that wait to be sent on one connection; then what makes more of them waits.
    pub waiting: usize,
    /// How long a client may take to say who it is.
    pub initialisation: Duration,
    /// How often a connection shows that it lives, and is looked at whether it may go on.
    pub keep_alive: Duration,
    /// How long a client may take to make room for the next message.
    pub patience: Duration,
    /// How long to wait after a change whether more of them come, before looking at it.
    pub quiet: Duration,
}

impl Default for LiveLimits {
    fn default() -> Self {
        Self {
            connections: 2_000,
            per_account: 20,
            unknown_per_address: 50,
            operations: 20,
            waiting: 16,
            initialisation: Duration::from_secs(10),
            keep_alive: Duration::from_secs(12),
            patience: Duration::from_secs(20),
            quiet: Duration::from_millis(250),
        }
    }
}
