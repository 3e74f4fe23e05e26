//! `concordat backup`

use std::{
    fs::{File, OpenOptions},
    io::BufWriter,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use entity::{
    clock::RealClock,
    tenancy::Db,
    usecases::upkeep::{backup, backup::Failure},
};

use super::{DatabaseAddress, said};
use crate::config::Unfit;

/// Writes everything but sessions to one file, as it is at one moment, while the server goes on.
#[derive(Debug, Args)]
pub struct Backup {
    #[command(flatten)]
    database: DatabaseAddress,
    /// The file; one that is there already is left alone, and nothing is written.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

impl Backup {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        let db = self.database.open_current(Arc::new(RealClock)).await?;
        let rows = write(&db, &self.to).await?;
        db.close().await.map_err(|error| said(&error))?;
        println!("{} holds {rows} rows. It holds personal data and password hashes; only you can read it.", self.to.display());
        Ok(())
    }
}

/// Writes beside the file and moves, so that a file of that name is always a whole backup.
async fn write(db: &Db, to: &Path) -> Result<u64, Unfit> {
    let cannot = |error: std::io::Error| Unfit(format!("{} can't be written: {error}", to.display()));
    if to.try_exists().map_err(cannot)? {
        return Err(Unfit(format!("{} is there already; name another file", to.display())));
    }
    let mut beside = to.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = PathBuf::from(beside);
    let file = create(&beside).map_err(cannot)?;
    let written = match backup::take(db, BufWriter::new(&file)).await {
        Ok(rows) => file.sync_all().and_then(|()| settle(&beside, to)).map_err(cannot).map(|()| rows.values().sum()),
        Err(error) => Err(failed(&error)),
    };
    // Gone already when all went well; else half a backup is of no use to anybody.
    let _ = std::fs::remove_file(&beside);
    written
}

/// Gives the whole file its name; a link, unlike a move, never takes the place of another file.
fn settle(beside: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::hard_link(beside, to)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// A new file that only its owner can read.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A failure, with its cause, for the operator.
pub(super) fn failed(failure: &Failure) -> Unfit {
    match failure {
        Failure::Database(error) => said(error),
        other => Unfit::because(other),
    }
}
