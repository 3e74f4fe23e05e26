//! Keeps and checks passwords without letting the work starve everything else.
//!
//! One Argon2id computation takes some 20 ms of processor and 19 MiB of memory on purpose. Left to itself a burst of
//! sign-ins would fill every core and hundreds of megabytes, and queries would stand still. So each password goes
//! through a turnstile: a bounded queue, then a permit (one, unless configured otherwise), then a thread that lets queries go first.
//! When the queue is full the caller learns [`PasswordFault::Busy`] at once and can ask the client to try again.
//!
//! A sign-in for an account that does not exist goes through [`Passwords::verify_nobody`], which costs the same, so
//! neither the answer nor its delay tells which accounts exist.

use std::fmt;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// What one Argon2id computation costs.
///
/// The default follows the OWASP password storage guidance: 19 MiB, two passes, one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Cost {
    /// Memory in KiB; at least eight times `lanes`.
    pub memory_kib: u32,
    /// Passes over that memory; at least one.
    pub passes: u32,
    /// Lanes of computation; at least one.
    pub lanes: u32,
}

impl Default for Argon2Cost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

/// How many passwords are worked on at once, and how many may wait for their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingQueue {
    /// Computations running at the same time; nought is read as one.
    pub at_once: usize,
    /// Computations waiting beyond those; the next one is told [`PasswordFault::Busy`].
    pub waiting: usize,
}

impl Default for HashingQueue {
    /// One at a time; fifty waiting, which is about a second's work.
    fn default() -> Self {
        Self { at_once: 1, waiting: 50 }
    }
}

/// Why a password could not be hashed or checked. A wrong password is not a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// The queue is full: answer with a retryable error.
    #[error("too many sign-ins are waiting; try again in a moment")]
    Busy,
    /// The configured cost is outside what Argon2 allows.
    #[error("the configured Argon2 cost is out of range")]
    Cost,
    /// What is stored for the account is not an Argon2 hash in PHC form.
    #[error("the stored password hash cannot be read")]
    UnreadableHash,
    /// The computation failed: no memory or no randomness.
    #[error("the password could not be hashed")]
    Hashing,
    /// There is nothing to compute on.
    #[error("no thread could be had for hashing passwords")]
    Threads,
    /// The computation was cut short, as happens when the server stops.
    #[error("password hashing was interrupted")]
    Interrupted,
}

/// Hashes and verifies passwords with Argon2id, one at a time by default.
pub struct Passwords {
    argon2: Argon2<'static>,
    /// A hash of random bytes that nobody knows, at the current cost.
    nobody: String,
    turnstile: Turnstile,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").field("params", self.argon2.params()).finish_non_exhaustive()
    }
}

impl Passwords {
    /// Prepares hashing at `cost` with the default queue, and computes the hash that stands in for unknown accounts.
    ///
    /// # Errors
    /// [`PasswordFault::Cost`] when Argon2 refuses the cost, [`PasswordFault::Hashing`] when the first hash fails,
    /// [`PasswordFault::Threads`] when the operating system gives no thread.
    pub fn new(cost: Argon2Cost) -> Result<Self, PasswordFault> {
        Self::with_queue(cost, HashingQueue::default())
    }

    /// As [`Passwords::new`], with a queue of the caller's choosing.
    ///
    /// # Errors
    /// As [`Passwords::new`].
    pub fn with_queue(cost: Argon2Cost, queue: HashingQueue) -> Result<Self, PasswordFault> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(|_| PasswordFault::Cost)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut unknowable = Zeroizing::new([0_u8; 32]);
        getrandom::fill(unknowable.as_mut_slice()).map_err(|_| PasswordFault::Hashing)?;
        let nobody = phc_string(&argon2, unknowable.as_slice())?;
        Ok(Self { argon2, nobody, turnstile: Turnstile::new(queue)? })
    }

    /// Hashes `password` with a fresh salt; answers the PHC string to store. The plaintext is wiped afterwards.
    ///
    /// # Errors
    /// [`PasswordFault::Busy`] when the queue is full; [`PasswordFault::Hashing`] or [`PasswordFault::Interrupted`].
    pub async fn hash(&self, password: String) -> Result<String, PasswordFault> {
        let password = Zeroizing::new(password);
        let argon2 = self.argon2.clone();
        self.turnstile.run(move || phc_string(&argon2, password.as_bytes())).await?
    }

    /// Whether `password` is the one behind the `stored` PHC string. The plaintext is wiped afterwards.
    ///
    /// The cost is the one the hash was made at, whatever is configured now.
    ///
    /// # Errors
    /// [`PasswordFault::Busy`] when the queue is full; [`PasswordFault::UnreadableHash`] when `stored` is not an
    /// Argon2 hash; [`PasswordFault::Hashing`] or [`PasswordFault::Interrupted`].
    pub async fn verify(&self, password: String, stored: &str) -> Result<bool, PasswordFault> {
        let password = Zeroizing::new(password);
        let stored = PasswordHash::new(stored).map_err(|_| PasswordFault::UnreadableHash)?;
        let argon2 = self.argon2.clone();
        self.turnstile.run(move || matches_stored(&argon2, password.as_bytes(), &stored)).await?
    }

    /// Does the work of a verification for an account that does not exist; there is nothing it could confirm.
    ///
    /// Equal in cost to [`Passwords::verify`] against a hash made at the configured cost.
    ///
    /// # Errors
    /// As [`Passwords::verify`], so that a busy server says so to everybody alike.
    pub async fn verify_nobody(&self, password: String) -> Result<(), PasswordFault> {
        self.verify(password, &self.nobody).await.map(|_| ())
    }

    /// Whether `stored` was made with another algorithm or cost than is configured now (or cannot be read), so that
    /// it should be replaced when its owner next signs in.
    #[must_use]
    pub fn needs_rehash(&self, stored: &str) -> bool {
        let Ok(hash) = PasswordHash::new(stored) else { return true };
        let Ok(params) = Params::try_from(&hash) else { return true };
        let current = self.argon2.params();
        hash.algorithm.as_str() != "argon2id"
            || hash.version != Some(u32::from(Version::V0x13))
            || (params.m_cost(), params.t_cost(), params.p_cost()) != (current.m_cost(), current.t_cost(), current.p_cost())
    }
}

fn phc_string(argon2: &Argon2<'_>, password: &[u8]) -> Result<String, PasswordFault> {
    argon2.hash_password(password).map(|hash| hash.to_string()).map_err(|_| PasswordFault::Hashing)
}

fn matches_stored(argon2: &Argon2<'_>, password: &[u8], stored: &PasswordHash) -> Result<bool, PasswordFault> {
    match argon2.verify_password(password, stored) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(password_hash::Error::Algorithm | password_hash::Error::Version) => Err(PasswordFault::UnreadableHash),
        Err(_) => Err(PasswordFault::Hashing),
    }
}

/// Lets a set number of computations through at once and a bounded number wait.
struct Turnstile {
    running: Arc<Semaphore>,
    /// One place for each computation running or waiting.
    places: Arc<Semaphore>,
    threads: Threads,
}

impl Turnstile {
    fn new(queue: HashingQueue) -> Result<Self, PasswordFault> {
        let at_once = queue.at_once.clamp(1, Semaphore::MAX_PERMITS);
        let places = at_once.saturating_add(queue.waiting).min(Semaphore::MAX_PERMITS);
        let threads = Threads::start(at_once)?;
        Ok(Self { running: Arc::new(Semaphore::new(at_once)), places: Arc::new(Semaphore::new(places)), threads })
    }

    /// Runs `work` when its turn comes.
    ///
    /// Both permits travel with the work: a client that hangs up frees its place in the queue, but a computation
    /// already begun keeps its turn until it ends, because it cannot be stopped and still occupies a core.
    async fn run<T, W>(&self, work: W) -> Result<T, PasswordFault>
    where
        T: Send + 'static,
        W: FnOnce() -> T + Send + 'static,
    {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| PasswordFault::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| PasswordFault::Interrupted)?;
        let work = move || {
            let _held = (place, turn);
            work()
        };
        self.threads.run(work).await
    }
}

/// Threads that do nothing else: what a thread gives up of its priority it can't have back. They are kept while there is a burst,
/// since each leaves some of its memory with the allocator when it goes.
struct Threads(Option<Runtime>);

impl Threads {
    fn start(at_once: usize) -> Result<Self, PasswordFault> {
        // Its own thread would be that of whoever drives it, and nobody does: only those that may block are made, when there is work.
        let threads = Builder::new_current_thread()
            .max_blocking_threads(at_once)
            .thread_name("passwords")
            .on_thread_start(let_others_go_first)
            .build();
        let threads = threads.map_err(|fault| {
            tracing::error!(%fault, "no threads for hashing passwords");
            PasswordFault::Threads
        })?;
        Ok(Self(Some(threads)))
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordFault> {
        let Self(Some(threads)) = self else { return Err(PasswordFault::Interrupted) };
        threads.spawn_blocking(work).await.map_err(|fault| {
            tracing::error!(%fault, "password hashing did not finish");
            PasswordFault::Interrupted
        })
    }
}

impl Drop for Threads {
    // A runtime that is dropped in the midst of asynchronous work panics; it has to be told to go.
    fn drop(&mut self) {
        if let Some(threads) = self.0.take() {
            threads.shutdown_background();
        }
    }
}

/// Takes a third of what a query gets of a core where there aren't enough of them: a burst of sign-ins is to be felt by those who
/// sign in, but they still get in.
fn let_others_go_first() {
    // Elsewhere this is the whole process's priority.
    #[cfg(target_os = "linux")]
    if let Err(fault) = rustix::process::nice(5) {
        tracing::warn!(%fault, "hashing goes on at the priority of everything else");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use tokio::task::JoinSet;

    use super::*;

    const CHEAP: Argon2Cost = Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 };

    fn cheap() -> Passwords {
        Passwords::new(CHEAP).unwrap()
    }

    #[test]
    fn the_default_cost_is_the_one_owasp_recommends() {
        let passwords = Passwords::new(Argon2Cost::default()).unwrap();
        assert!(passwords.nobody.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", passwords.nobody);
    }

    #[test]
    fn a_cost_that_argon2_cannot_do_is_refused() {
        let cost = Argon2Cost { memory_kib: 1, passes: 0, lanes: 1 };
        assert_eq!(Passwords::new(cost).unwrap_err(), PasswordFault::Cost);
    }

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let passwords = cheap();
        let stored = passwords.hash("weaver ferry saltmarsh".to_owned()).await.unwrap();
        assert_eq!(passwords.verify("weaver ferry saltmarsh".to_owned(), &stored).await, Ok(true));
        assert_eq!(passwords.verify("weaver ferry saltmarsH".to_owned(), &stored).await, Ok(false));
        assert_eq!(passwords.verify(String::new(), &stored).await, Ok(false));
    }

    #[tokio::test]
    async fn the_same_password_is_stored_differently_each_time() {
        let passwords = cheap();
        let first = passwords.hash("weaver ferry saltmarsh".to_owned()).await.unwrap();
        let second = passwords.hash("weaver ferry saltmarsh".to_owned()).await.unwrap();
        assert_ne!(first, second);
        assert!(!first.contains("weaver"));
    }

    #[tokio::test]
    async fn a_hash_outlives_a_change_of_cost_and_asks_to_be_renewed() {
        let before = cheap();
        let after = Passwords::new(Argon2Cost { passes: 2, ..CHEAP }).unwrap();
        let stored = before.hash("weaver ferry saltmarsh".to_owned()).await.unwrap();
        assert_eq!(after.verify("weaver ferry saltmarsh".to_owned(), &stored).await, Ok(true));
        assert!(after.needs_rehash(&stored));
        assert!(!before.needs_rehash(&stored));
    }

    #[test]
    fn another_algorithm_or_an_unreadable_hash_asks_to_be_renewed() {
        let passwords = cheap();
        assert!(passwords.needs_rehash(&passwords.nobody.replace("argon2id", "argon2i")));
        assert!(passwords.needs_rehash("plain text"));
        assert!(!passwords.needs_rehash(&passwords.nobody));
    }

    #[tokio::test]
    async fn a_stored_value_that_is_no_argon2_hash_is_a_fault_and_never_a_match() {
        let passwords = cheap();
        for stored in ["", "plain text", "$scrypt$ln=1,r=8,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"] {
            let answer = passwords.verify("plain text".to_owned(), stored).await;
            assert_eq!(answer, Err(PasswordFault::UnreadableHash), "{stored}");
        }
    }

    #[tokio::test]
    async fn an_unknown_account_costs_what_a_real_one_costs() {
        let passwords = cheap();
        let real = PasswordHash::new(&passwords.hash("weaver ferry saltmarsh".to_owned()).await.unwrap()).unwrap();
        let nobody = PasswordHash::new(&passwords.nobody).unwrap();
        assert_eq!((nobody.algorithm, nobody.version, nobody.params), (real.algorithm, real.version, real.params));
        assert_eq!(nobody.hash.unwrap().len(), real.hash.unwrap().len());
        assert_eq!(passwords.verify_nobody("weaver ferry saltmarsh".to_owned()).await, Ok(()));
    }

    #[tokio::test]
    async fn in_a_burst_only_one_hash_runs_at_a_time() {
        let turnstile = Arc::new(Turnstile::new(HashingQueue { at_once: 1, waiting: 15 }).unwrap());
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut burst = JoinSet::new();
        for _ in 0..16 {
            let (turnstile, running, most) = (Arc::clone(&turnstile), Arc::clone(&running), Arc::clone(&most));
            burst.spawn(async move {
                let work = move || {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let hash = Passwords::new(CHEAP).map(|passwords| passwords.nobody);
                    running.fetch_sub(1, Ordering::SeqCst);
                    hash
                };
                turnstile.run(work).await
            });
        }
        let outcomes = burst.join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Ok(Ok(_)))).count(), 16);
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn hashing_stands_back_and_nothing_else_does() {
        let turnstile = Turnstile::new(HashingQueue::default()).unwrap();
        let (mine, before) = (rustix::process::nice(0).unwrap(), turnstile.run(|| rustix::process::nice(0).unwrap()).await);
        assert_eq!(before, Ok(mine + 5));
        // The thread is the same, and doesn't stand back a second time.
        assert_eq!(turnstile.run(|| rustix::process::nice(0).unwrap()).await, Ok(mine + 5));
        assert_eq!(rustix::process::nice(0).unwrap(), mine);
    }

    #[tokio::test]
    async fn beyond_the_queue_the_server_says_it_is_busy_and_recovers() {
        let queue = HashingQueue { at_once: 1, waiting: 2 };
        let passwords = Arc::new(Passwords::with_queue(CHEAP, queue).unwrap());
        let (release, held) = mpsc::channel::<()>();
        let mut burst = JoinSet::new();
        let first = Arc::clone(&passwords);
        burst.spawn(async move { first.turnstile.run(move || held.recv().is_ok()).await });
        for _ in 0..2 {
            let waiting = Arc::clone(&passwords);
            burst.spawn(async move { waiting.hash("weaver ferry saltmarsh".to_owned()).await.map(|_| true) });
        }
        while passwords.turnstile.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }

        let busy = Err(PasswordFault::Busy);
        assert_eq!(passwords.hash("one too many".to_owned()).await.map(|_| ()), busy);
        assert_eq!(passwords.verify_nobody("one too many".to_owned()).await, busy);

        release.send(()).unwrap();
        assert!(burst.join_all().await.iter().all(|outcome| *outcome == Ok(true)));
        assert_eq!(passwords.verify_nobody("there is room again".to_owned()).await, Ok(()));
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_gives_its_place_back() {
        let queue = HashingQueue { at_once: 1, waiting: 1 };
        let passwords = Passwords::with_queue(CHEAP, queue).unwrap();
        let turn = Arc::clone(&passwords.turnstile.running).acquire_owned().await.unwrap();
        let mut waiting = Box::pin(passwords.hash("weaver ferry saltmarsh".to_owned()));
        let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
        assert!(waiting.as_mut().poll(context).is_pending());
        assert_eq!(passwords.turnstile.places.available_permits(), 1);
        drop(waiting);
        assert_eq!(passwords.turnstile.places.available_permits(), 2);
        drop(turn);
    }

    #[test]
    fn nothing_secret_is_shown_for_debugging() {
        let passwords = cheap();
        assert!(!format!("{passwords:?}").contains("argon2id$"));
    }
}
