//! Clears away what a test process leaves behind, however that process ends.
//!
//! Rust runs no destructor for a static, and nothing at all in a process that is killed. So each lasting thing (the
//! PostgreSQL server, the directory of SQLite files) has a small shell beside it. The shell's standard input is a pipe
//! whose other end only the test process holds: when that process ends, by success, panic or `kill -9`, the kernel closes
//! the pipe, the shell reads the end of it, and tidies up. It lives in a process group of its own, so that an interrupt at
//! the terminal ends the tests and not the shell, and it holds none of the test's output streams, so that whoever reads
//! those isn't kept waiting.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The numeric user and group that a watchdog, and all it starts, runs as.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
}

/// A shell that waits for this process to end. Dropping it is that end, as far as the shell can tell.
#[derive(Debug)]
pub struct Watchdog {
    /// Kept for the pipe in it: the standard library opens pipes close-on-exec, so no other child inherits this one.
    _shell: Child,
}

impl Watchdog {
    /// Starts `script` in the directory `place`, with `arguments` as `$1`, `$2`…, as `account` where one is given (for
    /// which this process must be root).
    ///
    /// The script reads its standard input to the end, by `cat > /dev/null`, and then tidies up.
    ///
    /// # Errors
    /// When `sh` can't be started, or `account` not assumed.
    pub fn start<A: AsRef<OsStr>>(script: &str, place: &Path, arguments: &[A], account: Option<Account>) -> io::Result<Self> {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(script).arg("concordat-tests-watchdog").args(arguments).current_dir(place);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        if let Some(account) = account {
            shell.uid(account.uid).gid(account.gid);
        }
        Ok(Self { _shell: shell.spawn()? })
    }
}
