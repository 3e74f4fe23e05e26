//! Being told to stop.

use std::io::Result;

/// The signals by which a process is told to stop. From the moment that it is made they are heard and no longer end the process by
/// themselves, so it is made before anybody is told that a server listens.
#[derive(Debug)]
pub struct Stop {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

impl Stop {
    /// Begins to hear them.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn heard() -> Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self { signals: [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?] })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits for the next one.
    pub(super) async fn told(&mut self) -> Result<()> {
        #[cfg(unix)]
        {
            let [terminated, interrupted] = &mut self.signals;
            tokio::select! {
                _ = terminated.recv() => {}
                _ = interrupted.recv() => {}
            }
            Ok(())
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await
    }
}
