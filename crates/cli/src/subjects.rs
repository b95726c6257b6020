//! Looks at every target of a command line.

use std::io;
use std::path::Path;

use anyhow::anyhow;
use boltseal_advisory::Database;
use boltseal_model::{Limits, Verdict};
use boltseal_scan::content::Content;
use boltseal_scan::database::DatabaseFile;
use boltseal_scan::{
    DiskCache, LayerCache, NoCache, NoRegistry, Options, Place, Posture, Registry, Scanned, SharedCache, Surroundings,
    Target,
};

use crate::arguments::{CachePlace, Reach, Subjects};
use crate::exit::Exit;
use crate::progress::Bars;
use crate::remote::Remote;
use crate::{Failure, commands, places};

/// What came of it.
pub struct Looked {
    /// One for each target that could be read, in the order given.
    pub scanned: Vec<Scanned>,
    /// How the command ends: as the worst of them.
    pub exit: Exit,
}

/// Decides what the targets are, before anything is looked at.
pub fn targets(subjects: &Subjects) -> Result<Vec<Target>, Failure> {
    let targets: Vec<Target> =
        subjects.targets.iter().map(|text| Target::parse(text).map_err(Failure::usage)).collect::<Result<_, _>>()?;
    targets.iter().try_for_each(|target| reachable(target, &subjects.reach))?;
    if let Some(store) = subjects.cache.iter().find_map(CachePlace::store).filter(|_| subjects.reach.offline) {
        return Err(Failure::usage(anyhow!("the cache in {store} needs the network, and --offline forbids it")));
    }
    Ok(targets)
}

/// Refuses a target that needs what the flags forbid.
pub fn reachable(target: &Target, reach: &Reach) -> Result<(), Failure> {
    match reach.offline && target.is_remote() {
        true => Err(Failure::usage(anyhow!("{target} needs the network, and --offline forbids it"))),
        false => Ok(()),
    }
}

/// Opens the database that the flags name.
pub fn database(subjects: &Subjects) -> Result<DatabaseFile, Failure> {
    let default = commands::default_database();
    DatabaseFile::open(subjects.db.as_deref(), default.as_deref()).map_err(Failure::usage)
}

/// What is looked for in files, beside packages.
#[derive(Clone, Copy, Default)]
pub struct Sought<'a> {
    /// Malware and secrets.
    pub content: Option<&'a Content>,
    /// What declarations are held to.
    pub posture: Option<&'a Posture>,
}

/// Looks at every target. One that cannot be read does not keep the others from being looked at.
///
/// # Errors
/// When none could be read.
pub fn look(
    targets: &[Target],
    subjects: &Subjects,
    database: &Database<'_>,
    origin: &str,
    sought: Sought<'_>,
    options: &Options,
) -> Result<Looked, Failure> {
    let remote = Remote::new(&subjects.reach);
    let registry: &dyn Registry = if subjects.reach.offline { &NoRegistry } else { &remote };
    let (bars, sockets) = (Bars::new(), places::sockets());
    let cache = if subjects.no_cache || !targets.iter().any(Target::has_layers) { None } else { cache(subjects) };
    let cache = cache.unwrap_or_else(|| Box::new(NoCache));
    let Sought { content, posture } = sought;
    let (sockets, cache) = (&sockets, &*cache);
    let around = Surroundings { database, origin, registry, sockets, cache, content, posture, progress: &bars };
    let mut looked = Looked { scanned: Vec::new(), exit: Exit::Clean };
    let mut failures = Vec::new();
    for target in targets {
        match boltseal_scan::scan(target, &around, options) {
            Ok(scanned) => {
                looked.exit = looked.exit.and(exit(&scanned));
                looked.scanned.push(scanned);
            }
            Err(error) => failures.push(Failure::incomplete(error)),
        }
    }
    // What cannot be trimmed now will be by a later scan.
    let _ = around.cache.trim();
    let last = failures.pop();
    match last {
        Some(failure) if looked.scanned.is_empty() && failures.is_empty() => return Err(failure),
        last => {
            for failure in failures.into_iter().chain(last) {
                looked.exit = looked.exit.and(failure.exit);
                anstream::eprintln!("boltseal: {:#}", failure.error);
            }
        }
    }
    Ok(looked)
}

/// The layer cache, where there is a place for one. A scan does without rather than not at all.
fn cache(subjects: &Subjects) -> Option<Box<dyn LayerCache>> {
    let told = subjects.cache.iter().find_map(CachePlace::folder).map(Path::to_owned);
    let folder = told.or_else(|| Some(places::cache()?.join("boltseal/layers")));
    let place = |folder| Place { folder, most_bytes: subjects.cache_mb.saturating_mul(1 << 20) };
    if let Some(store) = subjects.cache.iter().find_map(CachePlace::store) {
        let bucket = places::bucket(store.clone());
        return Some(Box::new(SharedCache::open(bucket, folder.map(place), &Limits::default())));
    }
    let folder = folder?;
    let disk = DiskCache::open(place(folder.clone()));
    let complain = |error: &io::Error| anstream::eprintln!("boltseal: no layer cache in {}: {error}", folder.display());
    Some(Box::new(disk.inspect_err(complain).ok()?))
}

fn exit(scanned: &Scanned) -> Exit {
    let report = &scanned.report;
    match report.decision.verdict {
        Verdict::Deny => Exit::Denied,
        Verdict::Allow if !report.summary.complete => Exit::Incomplete,
        Verdict::Allow => Exit::Clean,
    }
}
