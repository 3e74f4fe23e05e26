//! Where documents are executed: threads of their own, with room on their stacks.
//!
//! The library resolves a document by futures within futures, one for each level, so a deep document needs a deep stack; on an
//! ordinary worker's two megabytes a debug build overflows at a dozen levels, and an overflow ends the process. The limits
//! bound the depth, and these stacks are made for it. Memory is only taken when it is touched.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};

/// Bytes of stack for each executing thread: some eight times what the deepest document that the limits allow was seen to need.
const STACK: usize = 64 * 1024 * 1024;

/// The executing threads. They go when the last of those who hold them goes.
#[derive(Debug, Clone)]
pub struct Executors {
    handle: Handle,
    threads: Arc<Threads>,
}

#[derive(Debug)]
struct Threads(Mutex<Option<Runtime>>);

impl Threads {
    fn stop(&self) {
        if let Some(runtime) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Threads {
    // A runtime that is dropped in the midst of asynchronous work panics; it has to be told to go.
    fn drop(&mut self) {
        self.stop();
    }
}

impl Executors {
    /// So many threads.
    ///
    /// # Errors
    /// When the operating system gives none.
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .thread_name("execute")
            .thread_stack_size(STACK)
            .enable_all()
            .build()?;
        Ok(Self { handle: runtime.handle().clone(), threads: Arc::new(Threads(Mutex::new(Some(runtime)))) })
    }

    /// The way to give them work.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Lets them go without waiting for work that nobody waits for any more.
    pub fn stop(&self) {
        self.threads.stop();
    }
}
