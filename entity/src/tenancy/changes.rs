//! Telling those who wait that something changed: which tenant, which area of records, which version, and nothing of what was written.
//!
//! Whoever listens looks afresh, as themselves, by the same use cases as everybody. On SQLite one process has the database to itself, and
//! tells itself after the commit. On PostgreSQL the transaction that writes says so by `pg_notify`, which leaves with its commit and
//! reaches every server; each has a connection that does nothing but listen. What is said while that connection is broken is lost, so
//! when it comes back everybody is told to look again.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::sqlx::{
    self, Executor as _,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::{runtime::Handle, sync::broadcast, task::JoinHandle, time::timeout};

use super::versions::DataVersion;
use crate::tables::Id;

/// What those who wait are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// An area of a tenant's records has come to a version.
    Of(DataVersion),
    /// Something may have changed unnoticed: look again, whatever it is.
    LookAgain,
}

/// How word of changes gets from those who write to those who wait.
pub trait ChangeFeed: Send + Sync {
    /// What the statement that moves versions on returns beside each of them, so that word of it leaves with the transaction's
    /// commit, and only with it.
    fn announcing(&self) -> &'static str;

    /// Takes note that the transaction's commit is over, whether or not the database could say how it ended.
    fn committed(&self, moved: &[DataVersion]);

    /// From now on hears of every change.
    fn listen(&self) -> Listening;

    /// Ends it: whoever still listens hears no more.
    fn close(&self);
}

/// Hears of changes, one after the other. Whoever is too slow to hear each hears [`News::LookAgain`].
#[derive(Debug)]
pub struct Listening(broadcast::Receiver<News>);

impl Listening {
    /// The next change; none when there will be no more.
    pub async fn next(&mut self) -> Option<News> {
        match self.0.recv().await {
            Ok(change) => Some(change),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(News::LookAgain),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

/// Changes that are kept for those who are slow to hear them; then they are told to look again.
const KEPT: usize = 1024;

/// Within one process, for the embedded database.
#[derive(Debug)]
pub struct WithinProcess(Mutex<Option<broadcast::Sender<News>>>);

impl Default for WithinProcess {
    fn default() -> Self {
        Self(Mutex::new(Some(broadcast::channel(KEPT).0)))
    }
}

impl WithinProcess {
    fn tell(&self, news: News) {
        if let Some(sender) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            // Nobody may be listening.
            let _ = sender.send(news);
        }
    }
}

impl ChangeFeed for WithinProcess {
    fn announcing(&self) -> &'static str {
        ""
    }

    fn committed(&self, moved: &[DataVersion]) {
        for version in moved {
            self.tell(News::Of(*version));
        }
    }

    fn listen(&self) -> Listening {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Listening(sender.as_ref().map_or_else(|| broadcast::channel(1).1, broadcast::Sender::subscribe))
    }

    fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// The channel's name, as [`ChangeFeed::announcing`] has it. It is the same for all databases of a cluster, each of which keeps to itself what is said there.
const CHANNEL: &str = "concordat_change";

/// How long to wait before the listening connection is opened anew, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// A connection on which nothing was heard for so long is asked whether it lives; the answer may take as long.
const DOUBTFUL_AFTER: Duration = Duration::from_secs(30);

/// Between the server processes of one PostgreSQL database.
#[derive(Debug)]
pub struct BetweenServers {
    url: String,
    here: Arc<WithinProcess>,
    /// Where the listening goes on: it is to outlive whoever happens to listen first.
    runtime: Handle,
    listening: Mutex<Option<JoinHandle<()>>>,
}

impl BetweenServers {
    /// Listens at `url` from the first time that somebody wants to hear of changes.
    #[must_use]
    pub fn new(url: String, runtime: Handle) -> Self {
        Self { url, here: Arc::default(), runtime, listening: Mutex::default() }
    }
}

impl Drop for BetweenServers {
    fn drop(&mut self) {
        self.close();
    }
}

impl ChangeFeed for BetweenServers {
    fn announcing(&self) -> &'static str {
        ", pg_notify('concordat_change', concat_ws(' ', tenant_id, area, version))"
    }

    fn committed(&self, _moved: &[DataVersion]) {
        // This server hears of it like every other, in the order of commits.
    }

    fn listen(&self) -> Listening {
        let heard = self.here.listen();
        let mut listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        listening.get_or_insert_with(|| self.runtime.spawn(keep_listening(self.url.clone(), Arc::clone(&self.here))));
        heard
    }

    fn close(&self) {
        self.here.close();
        if let Some(listening) = &*self.listening.lock().unwrap_or_else(PoisonError::into_inner) {
            listening.abort();
        }
    }
}

/// Listens; after each beginning everybody looks again.
async fn keep_listening(url: String, here: Arc<WithinProcess>) {
    let (mut pause, longest) = PAUSES;
    loop {
        match open(&url).await {
            Ok(mut listener) => {
                pause = PAUSES.0;
                here.tell(News::LookAgain);
                hear(&mut listener, &here).await;
                tracing::warn!("the connection that listens for changes broke off; it is opened anew");
            }
            Err(error) => tracing::warn!(error = %error, "changes can't be listened for just now"),
        }
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2).min(longest);
    }
}

async fn open(url: &str) -> sqlx::Result<PgListener> {
    let options: PgConnectOptions = url.parse()?;
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options.application_name("concordat-listening")).await?;
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Passes on what is heard, until the connection breaks.
async fn hear(listener: &mut PgListener, here: &WithinProcess) {
    loop {
        // `try_recv` says when the connection was lost; `recv` would mend it and keep silent about what was missed.
        match timeout(DOUBTFUL_AFTER, listener.try_recv()).await {
            Ok(Ok(Some(notification))) => {
                here.tell(read(notification.payload()).map_or(News::LookAgain, News::Of));
            }
            Ok(_) => return,
            Err(_silence) => {
                if !matches!(timeout(DOUBTFUL_AFTER, listener.execute("SELECT 1")).await, Ok(Ok(_))) {
                    return;
                }
            }
        }
    }
}

fn read(text: &str) -> Option<DataVersion> {
    let mut parts = text.split(' ');
    let tenant = Id::from_uuid(parts.next()?.parse().ok()?);
    let (area, version) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(DataVersion { tenant, area, version })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::RecordArea;

    #[test]
    fn what_is_said_between_servers_is_tenant_area_and_version() {
        let said =
            DataVersion { tenant: Id::named("tenant", "halton"), area: RecordArea::Performance, version: 1_265_706_000_000_001 };
        let text = format!("{} PERFORMANCE 1265706000000001", said.tenant.uuid());
        assert_eq!(read(&text), Some(said));
        for text in ["", "x", "a b c", &text[1..], "7f0d1f0e-8a52-4bd3-9f5d-0a8c3c1f5b11 NOWHERE 1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[tokio::test]
    async fn whoever_is_too_slow_looks_again() {
        let feed = WithinProcess::default();
        let mut slow = feed.listen();
        let version = |version| DataVersion { tenant: Id::named("tenant", "halton"), area: RecordArea::Performance, version };
        feed.committed(&(0..=i64::try_from(KEPT).unwrap()).map(version).collect::<Vec<_>>());
        assert_eq!(slow.next().await, Some(News::LookAgain));
        assert_eq!(slow.next().await, Some(News::Of(version(1))), "then it goes on with what was kept");
        feed.close();
        while let Some(news) = slow.next().await {
            assert!(matches!(news, News::Of(_)));
        }
        assert_eq!(feed.listen().next().await, None);
    }
}
