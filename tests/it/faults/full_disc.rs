//! A SQLite database on a disc that is full: a small file system of the server's own, which a test fills and makes room on.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use tests::support::{Engine, TestDatabase, app::DEMONSTRATION};

use super::{
    RECORD, kept, outlook,
    process::{Caller, Server, signing_key},
    today, whole,
};

/// Mounts a file system on `$1` that only this process sees, copies the database `$2` there, and becomes the rest.
const ON_A_SMALL_DISC: &str = r#"mount -t tmpfs -o size=6m tmpfs "$1" && cp "$2" "$1/concordat.sqlite" && shift 2 && exec "$@""#;

const READ: &str =
    "{ tenant(by: { slug: \"halton\" }) { agreement { rollUp { summary } indicators { nodes { status { reason } } } } } }";

#[test]
fn a_full_disc_refuses_writes_and_lets_reads_go_on() {
    let can_mount = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    if !Engine::Sqlite.is_wanted() || !can_mount.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: without leave to mount a file system of its own a process can't have a small disc (unshare -rm)");
        return;
    }
    actix_web::rt::System::new().block_on(fill_and_make_room());
}

async fn fill_and_make_room() {
    let database = TestDatabase::fresh(Engine::Sqlite, &DEMONSTRATION).await;
    let (folder, keys) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", ON_A_SMALL_DISC, "sh"]).arg(folder.path()).arg(database.file());
    command.arg(std::env::current_exe().unwrap());
    let url = format!("sqlite://{}/concordat.sqlite", folder.path().display());
    let mut server = Server::start_by(command, &url, &signing_key(keys.path())).await;
    let disc = PathBuf::from(format!("/proc/{}/root{}", server.pid(), folder.path().display()));
    let officer = server.sign_in("halton.performance-officer").await;
    let line = officer.line("NI 16").await;
    let mut acknowledged = Vec::new();
    write(&officer, &line, "stream before", &mut acknowledged).await.expect("there is room");
    let read = officer.ask(READ, json!({})).await;

    let filler = fill(&disc);
    let mut refused = 0;
    // What lies prepared in the log still takes a few.
    for number in 0..500 {
        let outcome = write(&officer, &line, &format!("stream {number}"), &mut acknowledged).await;
        let Err(answer) = outcome else { continue };
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "UNAVAILABLE", "{answer}");
        assert_eq!(error["message"], "The database can't answer just now; nothing was written. Please try again.");
        assert_eq!(officer.ask(READ, json!({})).await, read, "reads go on");
        refused += 1;
        if refused == 5 {
            break;
        }
    }
    assert_eq!(refused, 5, "the disc was never full");

    std::fs::remove_file(filler).unwrap();
    for number in 0..5 {
        write(&officer, &line, &format!("stream after {number}"), &mut acknowledged).await.expect("there is room again");
    }
    // The disc goes with the server, so the database is looked at where it came from.
    for suffix in ["", "-wal"] {
        let name = |file: &Path| PathBuf::from(format!("{}{suffix}", file.display()));
        std::fs::copy(name(&disc.join("concordat.sqlite")), name(&database.file())).unwrap();
    }
    server.kill();
    let written = whole(&database).await;
    assert_eq!(written.len(), acknowledged.len(), "what was refused isn't there");
    kept(&acknowledged, &written, 0);
}

/// Takes all the room there is.
fn fill(disc: &Path) -> PathBuf {
    let path = disc.join("filler");
    let mut file = File::create(&path).unwrap();
    for size in [64 * 1024, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    path
}

async fn write(officer: &Caller, line: &str, rationale: &str, acknowledged: &mut Vec<String>) -> Result<(), Value> {
    let answer = officer.ask(RECORD, outlook(line, rationale, today())).await.expect("an answer");
    if answer.pointer("/data/recordOutlook/outlook/id").is_none_or(Value::is_null) {
        return Err(answer);
    }
    acknowledged.push(rationale.to_owned());
    Ok(())
}
