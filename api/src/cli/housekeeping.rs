//! What a server that runs does by itself: once at the start and then every hour it reminds of what is due and removes what
//! identity needs no longer.

use std::{convert::Infallible, time::Duration};

use actix_web::rt;
use entity::{
    tenancy::Db,
    usecases::{identity::purging, upkeep::reminders},
};

/// Time between two rounds.
const ROUND: Duration = Duration::from_secs(60 * 60);

/// Goes on beside a server until that ends, and is let go of where the runtime still runs: a round under way may hold a connection, which
/// goes back to its pool. A round that fails is told in the log, and the next one makes up for it.
pub(super) async fn beside<T>(server: impl Future<Output = T>, db: Db) -> T {
    tokio::select! {
        ended = server => ended,
        never = rounds(db) => match never {},
    }
}

async fn rounds(db: Db) -> Infallible {
    loop {
        if let Err(error) = purging::forget_budgets(&db).await {
            tracing::warn!(error = %error, "budgets that are whole could not be removed");
        }
        match reminders::remind(&db).await {
            Ok(0) => {}
            Ok(letters) => tracing::info!(letters, "reminded of what is due"),
            Err(error) => tracing::warn!(error = %error, "nobody could be reminded of what is due"),
        }
        match purging::purge(&db).await {
            Ok(purged) => tracing::info!(
                sessions = purged.sessions,
                refresh_tokens = purged.refresh_tokens,
                throttles = purged.throttles,
                calls = purged.calls,
                "removed what was over"
            ),
            Err(error) => tracing::warn!(error = %error, "what is over could not be removed"),
        }
        rt::time::sleep(ROUND).await;
    }
}
