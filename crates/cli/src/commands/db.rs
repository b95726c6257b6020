//! `boltseal db`

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use boltseal_model::Limits;
use boltseal_scan::database::{self, BuildSummary, DatabaseFile};
use boltseal_scan::visible;

use crate::arguments::{Db, DbCommand};
use crate::exit::Exit;
use crate::{Failure, Outcome, places};

/// Days after which a database is called old: publishers add to theirs every day.
const OLD_AFTER_DAYS: u64 = 7;

/// Runs one of the database commands.
pub fn run(arguments: &Db) -> Outcome {
    match &arguments.command {
        DbCommand::Build { from, db } => build(from, db.as_deref()),
        DbCommand::Update(flags) => super::update::run(flags),
        DbCommand::Status { db } => status(db.as_deref()),
    }
}

fn build(from: &[PathBuf], db: Option<&Path>) -> Outcome {
    let into = destination(db)?;
    let summary = database::build(from, &into, &Limits::default()).map_err(Failure::usage)?;
    let (text, exit) = told(&into, summary)?;
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit)
}

/// Where to write a database.
pub fn destination(db: Option<&Path>) -> Result<PathBuf, Failure> {
    db.map(Path::to_owned)
        .or_else(super::default_database)
        .ok_or_else(|| Failure::usage(anyhow!("say with --db where to write the database: there is no home folder")))
}

/// What a build read and wrote, in words; what it could not read goes to standard error at once.
pub fn told(into: &Path, summary: BuildSummary) -> Result<(String, Exit), Failure> {
    let mut text = String::new();
    for source in &summary.sources {
        let (name, advisories, files) = (&source.name, source.advisories, source.files);
        // What is known of exploits and ends of life is counted apart: it is no advisory.
        let facts = if source.facts > 0 { format!(", {} facts", source.facts) } else { String::new() };
        writeln!(text, "{name:22} {advisories:>7} advisories{facts} from {files} files")?;
        for (reason, count) in &source.skipped {
            writeln!(text, "{:22} {count:>7} left out: {reason}", "")?;
        }
    }
    if summary.unrecognised > 0 {
        writeln!(text, "{} files are no advisories that any importer knows", summary.unrecognised)?;
    }
    writeln!(text, "wrote {} ({} bytes)", into.display(), summary.bytes)?;
    let problems = summary.problems.into_sorted();
    for problem in &problems {
        let path = problem.path.as_deref().unwrap_or_default();
        anstream::eprintln!("problem: {}: {}", visible(path), visible(&problem.detail));
    }
    Ok((text, if problems.is_empty() { Exit::Clean } else { Exit::Incomplete }))
}

fn status(db: Option<&Path>) -> Outcome {
    let file = DatabaseFile::open(db, super::default_database().as_deref()).map_err(Failure::usage)?;
    let database = file.database().map_err(Failure::usage)?;
    let info = database.info();
    let mut text = String::new();
    writeln!(text, "database    {}", file.origin())?;
    if let Some(days) = file.written().and_then(places::days_since) {
        writeln!(text, "written     {days} days ago")?;
        if days > OLD_AFTER_DAYS {
            anstream::eprintln!("boltseal: the database is {days} days old; `boltseal db update` brings it up to date");
        }
    }
    writeln!(text, "digest      {}", info.digest)?;
    writeln!(text, "advisories  {}", info.advisories)?;
    writeln!(text, "packages    {}", info.packages)?;
    writeln!(text, "newest      {}", info.newest.as_deref().unwrap_or("unknown"))?;
    writeln!(text, "\n{:22} {:>10} {:>8}  {:10}  LICENCE", "SOURCE", "ADVISORIES", "FACTS", "NEWEST")?;
    for source in &info.sources {
        let newest = source.newest.as_deref().unwrap_or("unknown");
        let (name, advisories, facts) = (&source.name, source.advisories, source.facts);
        writeln!(text, "{name:22} {advisories:>10} {facts:>8}  {newest:10}  {}", source.licence)?;
    }
    writeln!(text, "\n{:22} {:>10} {:>9}", "COVERS", "ADVISORIES", "PACKAGES")?;
    for covered in &info.namespaces {
        writeln!(text, "{:22} {:>10} {:>9}", covered.namespace, covered.advisories, covered.packages)?;
    }
    io::stdout().write_all(text.as_bytes())?;
    database
        .verify()
        .map_err(|error| Failure::usage(anyhow!(error).context(format!("{} is damaged", file.origin()))))?;
    Ok(Exit::Clean)
}
