//! `concordat import`

use std::{
    io::{IsTerminal as _, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::Args;
use entity::{
    clock::RealClock,
    tenancy::{Actor, Db, Writing},
    usecases::{
        identity::account::actor_of,
        organisation::tenants::{TenantBy, tenant},
        performance::importing::{Import, Intent, file::LARGEST, import},
    },
};
use indicatif::{ProgressBar, ProgressStyle};

use super::{DatabaseAddress, said};
use crate::config::Unfit;

/// Looks at a file of observations and says what it would change; takes it in, all or nothing, with --commit.
#[derive(Debug, Args)]
pub struct ImportObservations {
    #[command(flatten)]
    database: DatabaseAddress,
    /// The slug of the tenant whose indicators the figures are of, such as halton.
    #[arg(long)]
    tenant: String,
    /// The e-mail address of the account under whose appointments in force it is done.
    #[arg(long = "as", value_name = "EMAIL")]
    account: String,
    /// Take the file in; without this it is only looked at.
    #[arg(long)]
    commit: bool,
    /// Why figures that stand are revised; needed when the file changes any.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The file: comma-separated values in UTF-8, 20 MB at most.
    file: PathBuf,
}

impl ImportObservations {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        let bytes = read(&self.file)?;
        let db = self.database.open_current(Arc::new(RealClock)).await?;
        let (actor, tenant) = office(&db, &self.account, &self.tenant).await?;
        let intent = if self.commit { Intent::Commit { reason: self.reason.as_deref() } } else { Intent::Preview };
        let busy = spinner();
        let imported = import(&Writing::new(&db, actor, tenant, None), &bytes, intent).await;
        busy.finish_and_clear();
        let imported = imported.map_err(|error| refused(&error))?;
        print!("{}", told(&imported));
        db.close().await.map_err(|error| said(&error))?;
        match (imported.is_committed, self.commit) {
            (false, true) => Err(Unfit("nothing was imported".to_owned())),
            (false, false) if imported.preview.rejected > 0 => Err(Unfit("the file can't be imported as it is".to_owned())),
            _ => Ok(()),
        }
    }
}

/// The account's actor and the tenant in which it acts.
pub(super) async fn office(db: &Db, email: &str, slug: &str) -> Result<(Arc<Actor>, entity::tables::TenantId), Unfit> {
    let actor =
        Arc::new(actor_of(db, email).await.map_err(|_| Unfit(format!("no account is called {email}, or it is disabled")))?);
    let tx = db.read(Arc::clone(&actor)).await.map_err(|error| said(&error))?;
    let found = tenant(&tx, &TenantBy::Slug(slug.to_owned())).await;
    let found = found.map_err(|_| Unfit(format!("{email} holds no appointment today in a tenant called {slug}")))?;
    Ok((actor, found.id))
}

/// Reads the file, and no more of it than may be taken in.
fn read(path: &Path) -> Result<Vec<u8>, Unfit> {
    let unreadable = |error: std::io::Error| Unfit(format!("{} can't be read: {error}", path.display()));
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("reading {bar:40} {bytes} of {total_bytes}") {
        bar.set_style(style);
    }
    let mut bytes = Vec::new();
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    bar.wrap_read(file).take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    bar.finish_and_clear();
    if bytes.len() > LARGEST {
        return Err(Unfit(format!("{} is larger than 20 MB; please split it", path.display())));
    }
    Ok(bytes)
}

/// Shows on a terminal that something is happening.
fn spinner() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let busy = ProgressBar::new_spinner().with_message("holding the figures against what stands");
    busy.enable_steady_tick(Duration::from_millis(120));
    busy
}

/// Every problem of a file that couldn't be read, or why nothing was done.
fn refused(error: &entity::error::Error) -> Unfit {
    match error {
        entity::error::Error::Invalid(problems) => {
            Unfit(problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("\n"))
        }
        error => said(error),
    }
}

/// What the file says, for the operator.
fn told(import: &Import) -> String {
    use std::fmt::Write as _;
    let preview = &import.preview;
    let mut text = format!(
        "{} rows: {} new, {} unchanged, {} changed, {} rejected ({} duplicates).\n",
        preview.rows, preview.new, preview.unchanged, preview.changed, preview.rejected, preview.duplicates
    );
    for problem in &preview.problems {
        let column = problem.column.as_ref().map(|column| format!(", {column}")).unwrap_or_default();
        let _ = writeln!(text, "  row {}{column}: {}", problem.line, problem.message);
    }
    for warning in &preview.warnings {
        let _ = writeln!(text, "  row {} (a warning): {}", warning.line, warning.message);
    }
    let of_rows = |path: &[String]| path.first().is_some_and(|field| field == "csv");
    for refusal in import.refusals.iter().filter(|refusal| !of_rows(&refusal.field)) {
        let _ = writeln!(text, "  {}", refusal.message);
    }
    let _ = match import.is_committed {
        true if preview.new + preview.changed == 0 => {
            writeln!(text, "Everything in the file stands already; nothing was written.")
        }
        true => writeln!(text, "The file is imported."),
        false => writeln!(text, "Nothing was written."),
    };
    text
}
