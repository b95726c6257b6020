//! Looks at every target of a command line.

use anyhow::anyhow;
use boltseal_advisory::Database;
use boltseal_model::Verdict;
use boltseal_scan::database::DatabaseFile;
use boltseal_scan::{
    DiskCache, LayerCache, NoCache, NoRegistry, Options, Place, Registry, Scanned, Surroundings, Target,
};

use crate::arguments::Subjects;
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
    if let Some(target) = targets.iter().find(|target| subjects.offline && target.is_remote()) {
        return Err(Failure::usage(anyhow!("{target} needs the network, and --offline forbids it")));
    }
    Ok(targets)
}

/// Opens the database that the flags name.
pub fn database(subjects: &Subjects) -> Result<DatabaseFile, Failure> {
    let default = commands::default_database();
    DatabaseFile::open(subjects.db.as_deref(), default.as_deref()).map_err(Failure::usage)
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
    options: &Options,
) -> Result<Looked, Failure> {
    let remote = Remote::new(subjects);
    let registry: &dyn Registry = if subjects.offline { &NoRegistry } else { &remote };
    let (bars, sockets) = (Bars::new(), places::sockets());
    let disk = if subjects.no_cache { None } else { cache(subjects) };
    let cache: &dyn LayerCache = disk.as_ref().map_or(&NoCache, |disk| disk);
    let around = Surroundings { database, origin, registry, sockets: &sockets, cache, progress: &bars };
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
    if let Some(disk) = &disk {
        // What cannot be trimmed now will be by a later scan.
        let _ = disk.trim();
    }
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
fn cache(subjects: &Subjects) -> Option<DiskCache> {
    let folder = subjects.cache.clone().or_else(|| Some(places::cache()?.join("boltseal/layers")))?;
    let place = Place { folder: folder.clone(), most_bytes: subjects.cache_mb.saturating_mul(1 << 20) };
    DiskCache::open(place)
        .inspect_err(|error| anstream::eprintln!("boltseal: no layer cache in {}: {error}", folder.display()))
        .ok()
}

fn exit(scanned: &Scanned) -> Exit {
    let report = &scanned.report;
    match report.decision.verdict {
        Verdict::Deny => Exit::Denied,
        Verdict::Allow if !report.summary.complete => Exit::Incomplete,
        Verdict::Allow => Exit::Clean,
    }
}
