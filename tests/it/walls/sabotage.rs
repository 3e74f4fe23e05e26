//! `tests/sabotage/run` breaks walls to see the tests notice, which takes too long to be done with them. What it breaks has to stand where it
//! looks for it all the same, or nobody would know that it has stopped trying.

use std::{path::Path, process::Command};

#[test]
fn what_is_to_be_broken_stands_where_it_is_looked_for() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("sabotage/run");
    let seen = Command::new("bash").arg(script).arg("--places").output().expect("bash runs");
    assert!(seen.status.success(), "{}{}", String::from_utf8_lossy(&seen.stdout), String::from_utf8_lossy(&seen.stderr));
}
