//! What isn't a whole backup, or doesn't fit, is refused with a sentence, and nothing of it is restored.

use std::{path::Path, sync::Arc};

use entity::{
    clock::RealClock,
    tenancy::{Db, Limits},
    usecases::upkeep::backup::take,
};
use tests::{
    both_dbs,
    support::{Engine, Probe, TestApp, TestDatabase, app::EMPTY},
};

use super::{
    backup::{back_up, backed_up, restore},
    process::try_run,
};

both_dbs!(
    a_file_that_is_no_whole_backup_is_refused,
    a_backup_goes_into_an_empty_database_only,
    a_backup_of_an_altered_record_is_restored_only_on_demand,
    a_file_that_is_there_is_left_alone,
);

fn refusal(database: &TestDatabase, from: &Path) -> String {
    let outcome = try_run(&["restore", "--database-url", &database.url, "--from", from.to_str().unwrap()]);
    outcome.expect_err("it is refused")
}

async fn is_empty(database: &TestDatabase) {
    let tables = [migration::TENANT_TABLES, migration::REFERENCE_TABLES, migration::LOCAL_TABLES].concat();
    let probe = Probe::open(database).await;
    let counts = probe.counts(&tables).await;
    probe.close().await;
    assert!(counts.iter().all(|(_, count)| count == "0"), "{counts:?}");
}

async fn a_file_that_is_no_whole_backup_is_refused(app: TestApp) {
    let (folder, file) = backed_up(&app);
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let but = |at: usize| [&lines[..at], &lines[at + 1..]].concat().join("\n") + "\n";
    let spoilt = [
        ("without its end", lines[..lines.len() - 1].join("\n") + "\n", "cut off"),
        ("cut in a line", lines[..lines.len() / 2].join("\n") + "\n[\"", "cut off or damaged"),
        ("without one row", but(lines.len() / 2), "altered or damaged"),
        ("with a letter changed", text.replacen("Halton", "Halten", 1), "altered or damaged"),
        ("with something after its end", format!("{text}[1]\n"), "altered or damaged"),
        ("of another form", text.replacen("\"concordat_backup\":1", "\"concordat_backup\":9", 1), "form 9"),
        ("another program's", "CREATE TABLE account (id int);\n".to_owned(), "no backup"),
        ("empty", String::new(), "no backup"),
    ];
    let database = TestDatabase::fresh(app.engine(), &EMPTY).await;
    for (what, text, words) in spoilt {
        let path = folder.path().join("spoilt");
        std::fs::write(&path, text).unwrap();
        let said = refusal(&database, &path);
        assert!(said.contains(words), "{what}: {said}");
    }
    is_empty(&database).await;
    restore(&database, &file);
}

async fn a_backup_goes_into_an_empty_database_only(app: TestApp) {
    let (_folder, file) = backed_up(&app);
    let said = refusal(app.database(), &file);
    assert!(said.contains("isn't empty"), "{said}");
    // The schema has to be the same: this one was taken before the latest change.
    let database = TestDatabase::fresh(app.engine(), &EMPTY).await;
    let probe = Probe::open(app.database()).await;
    probe.change("UPDATE seaql_migrations SET version = 'm20991231_000001_other' WHERE version LIKE '%000002_audit'").await;
    let db = Db::connect(&app.database().url, Arc::new(RealClock), Limits::default()).await.unwrap();
    let other = file.with_extension("other");
    take(&db, std::fs::File::create(&other).unwrap()).await.unwrap();
    db.close().await.unwrap();
    let said = refusal(&database, &other);
    assert!(said.contains("another schema") && said.contains("m20991231_000001_other") && said.contains("_audit)"), "{said}");
    // Nor does the program work on a database that is newer than it.
    let said = refusal(app.database(), &other);
    assert!(said.contains("use the newer one"), "{said}");
    probe.change("UPDATE seaql_migrations SET version = 'm20261122_000002_audit' WHERE version LIKE 'm2099%'").await;
    probe.close().await;
    std::fs::remove_file(other).unwrap();
    is_empty(&database).await;
    if app.engine() == Engine::Postgres {
        // The server's own role sees a part only, and may not restore.
        let to = file.with_extension("partial");
        let url = &app.database().server_url;
        let said = try_run(&["backup", "--database-url", url, "--to", to.to_str().unwrap()]).expect_err("it would have gaps");
        assert!(said.contains("as the owner"), "{said}");
        assert!(!to.exists() && std::fs::read_dir(to.parent().unwrap()).unwrap().count() == 1, "nothing is left lying about");
        let said = try_run(&["restore", "--database-url", &database.server_url, "--from", file.to_str().unwrap()]);
        assert!(said.clone().expect_err("it may not").contains("as the owner"), "{said:?}");
    }
}

async fn a_backup_of_an_altered_record_is_restored_only_on_demand(app: TestApp) {
    let probe = Probe::open(app.database()).await;
    // The chain's head knows of an event that isn't there.
    probe.change("UPDATE audit_chain SET length = 1 WHERE tenant_id = (SELECT id FROM tenant WHERE slug = 'halton')").await;
    probe.close().await;
    let (_folder, file) = backed_up(&app);
    let database = TestDatabase::fresh(app.engine(), &EMPTY).await;
    let said = refusal(&database, &file);
    assert!(said.contains("altered before") && said.contains("halton: events from 1 on are missing"), "{said}");
    is_empty(&database).await;
    let file = file.to_str().unwrap();
    let told = try_run(&["restore", "--database-url", &database.url, "--from", file, "--accept-broken-record"]);
    assert!(told.expect_err("it is told").contains("halton: events from 1 on are missing"));
    let probe = Probe::open(&database).await;
    assert_ne!(probe.counts(&["observation"]).await[0].1, "0");
    probe.close().await;
}

async fn a_file_that_is_there_is_left_alone(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("yesterday");
    std::fs::write(&file, "yesterday's").unwrap();
    let said = try_run(&["backup", "--database-url", &app.database().url, "--to", file.to_str().unwrap()]);
    assert!(said.clone().expect_err("it is refused").contains("is there already"), "{said:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "yesterday's");
    std::fs::remove_file(&file).unwrap();
    back_up(app.database(), &file);
}
