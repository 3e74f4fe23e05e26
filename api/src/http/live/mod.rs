//! Answers that go on: by WebSocket (`graphql-transport-ws`, as npm `graphql-ws` 6 speaks it) and by events (`text/event-stream`, as
//! npm `graphql-sse` 2 speaks it with a connection for each operation).
//!
//! Both carry an operation out as every request is carried out, through the front door, and both follow a subscription in the same
//! way ([`operation`]): whenever something may have changed, whoever follows is recognised anew and the document is answered anew. So
//! nobody is told what they may not read at that moment, and what is read of other tenants goes on their records.

mod caller;
mod events;
mod limits;
mod operation;
mod places;
mod protocol;
mod socket;

pub use limits::LiveLimits;

pub(super) use caller::{Bearer, Caller};
pub(super) use events::events;
pub(super) use places::Places;
pub(super) use socket::{connect, is_upgrade};

use actix_web::HttpResponse;
use tokio::sync::watch;

use super::envelope::unavailable;

/// Everything that is shared by what goes on.
pub(super) struct Live {
    pub(super) limits: LiveLimits,
    pub(super) places: Places,
    closing: watch::Sender<bool>,
}

impl Live {
    pub(super) fn new(limits: LiveLimits) -> Self {
        Self { places: Places::new(&limits), limits, closing: watch::Sender::new(false) }
    }

    /// Lets everything that goes on come to its end.
    pub(super) fn close(&self) {
        self.closing.send_replace(true);
    }

    fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }
}

/// The answer to whoever finds no place.
fn crowded(request_id: &str) -> HttpResponse {
    unavailable("There are too many connections just now. Please try again.", 5, request_id)
}

/// Waits until the server goes away.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // Whoever could say it being gone says the same.
    let _ = closing.wait_for(|closing| *closing).await;
}
