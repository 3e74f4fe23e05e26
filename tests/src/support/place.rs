//! Where the tests' databases lie: in memory, if the machine has room there.
//!
//! A PostgreSQL database is some three hundred files, and SQLite waits for the disc at every commit. On a disc that others
//! are writing to, a PostgreSQL copy took anything from 0.1 to 2 seconds; in memory, steadily about 0.04. So `/dev/shm` is
//! preferred where it has [`ROOM`], which a container's usual 64 MB isn't; else the temporary directory serves.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::postgres::Outcome;

/// Kibibytes that must be free: a database of each test thread's, the server's log of writes, and as much again.
pub const ROOM: u64 = 2 * 1024 * 1024;

/// The address of a unix socket holds about 107 bytes; the directory's own name and the file's take some of them.
const LONGEST_PARENT: usize = 50;

/// A new directory, closed to other users; its name begins with `prefix`. Nothing in its path needs quoting in a URL, and
/// it leaves room for a socket's name. Dropping it removes it: `keep` it and set a
/// [`Watchdog`](super::watchdog::Watchdog) over it.
///
/// # Errors
/// When it can't be made.
pub fn new_directory(prefix: &str) -> Outcome<TempDir> {
    let memory = PathBuf::from("/dev/shm");
    let usual = std::env::temp_dir();
    let parent = if free_kibibytes(&memory) >= Some(ROOM) {
        memory
    } else if is_fit(&usual) {
        usual
    } else {
        PathBuf::from("/tmp")
    };
    let made = tempfile::Builder::new().prefix(prefix).tempdir_in(&parent);
    made.map_err(|error| format!("no directory for test databases under {}: {error}", parent.display()))
}

/// Whether a parent is short and plainly spelled, and lets every user through: root's tests run their server as another.
fn is_fit(parent: &Path) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    let passable = |place: &Path| place.metadata().is_ok_and(|about| about.mode() & 1 == 1);
    parent.as_os_str().len() <= LONGEST_PARENT && parent.to_string_lossy().chars().all(plain) && parent.ancestors().all(passable)
}

/// What `df` says is free; nothing if there is no such place, or no `df`.
fn free_kibibytes(place: &Path) -> Option<u64> {
    let said = Command::new("df").arg("-Pk").arg(place).output().ok().filter(|output| output.status.success())?;
    String::from_utf8_lossy(&said.stdout).lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}
