//! Brings the database up to date from the publishers' feeds.
//!
//! [`update`] fetches what changed into a download folder, builds a database out of all that lies there, and puts it in the
//! place of the old one when it is whole. Until then the old one stays, whatever happens.

mod answer;
mod check;
mod error;
mod feed;
mod feeds;
mod fetch;
mod folder;
mod place;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use boltseal_advisory::database::SourceInfo;
use boltseal_advisory::{Database, import};
use boltseal_http::{Client, Trust};
use boltseal_model::Limits;
use sha2::{Digest, Sha256};

use super::DatabaseFile;
use super::build::{self, BuildError, BuildSummary, Composed};
use crate::progress::UpdateProgress;
use fetch::{Fetched, Fetcher};
use folder::{Built, Folder, Name, Stage, State};

pub use error::FetchError;
pub use feed::{Feed, FeedError, FeedFile};
pub use feeds::embedded;
pub use fetch::Patience;
pub use folder::FolderError;

/// Files fetched at once. Publishers' servers are not all fast, and no one of them is asked for many at a time.
const AT_ONCE: usize = 4;
/// A feed, or a source, that has less than one part in so many of what it had is not believed.
const SHRINKS_TO: u64 = 2;

/// What is to be brought up to date.
#[derive(Debug)]
pub struct Plan<'a> {
    /// Every feed that is known.
    pub feeds: &'a [Feed],
    /// The ids of those to ask for; when empty, those that are asked for by default and those that are here already.
    pub only: &'a [String],
    /// The download folder.
    pub keep: &'a Path,
    /// The database.
    pub database: &'a Path,
    /// Whether feeds may have far fewer advisories than before.
    pub accept_shrinking: bool,
    /// How long servers are waited for.
    pub patience: Patience,
    /// Bounds on what they send.
    pub limits: Limits,
}

/// What came of an update.
#[derive(Debug)]
pub struct Updated {
    /// Per feed that was asked for, in the order of the plan.
    pub feeds: Vec<FeedOutcome>,
    /// The feeds that were not asked for and are in the database all the same, since they were fetched before.
    pub others: Vec<String>,
    /// What became of the database.
    pub database: DatabaseOutcome,
}

impl Updated {
    /// Whether all is as was asked for.
    pub fn is_complete(&self) -> bool {
        let is_read = match &self.database {
            DatabaseOutcome::Written(summary) => summary.problems.is_empty(),
            DatabaseOutcome::Current => true,
            DatabaseOutcome::Kept(_) => false,
        };
        is_read && self.feeds.iter().all(|feed| feed.failures.is_empty() && feed.shrunk.is_none())
    }
}

/// What came of one feed.
#[derive(Debug)]
pub struct FeedOutcome {
    /// The feed's id.
    pub id: String,
    /// Bytes of its new files; `None` when nothing changed.
    pub fetched: Option<u64>,
    /// Its files that could not be fetched.
    pub failures: Vec<Failure>,
    /// Advisories before and now, if there were so many fewer that the earlier files were used.
    pub shrunk: Option<(u64, u64)>,
}

/// A file that could not be fetched.
#[derive(Debug)]
pub struct Failure {
    /// Its name.
    pub file: String,
    /// Why not.
    pub error: FetchError,
    /// Whether an earlier download of it was used.
    pub has_earlier: bool,
}

/// What became of the database.
#[derive(Debug)]
pub enum DatabaseOutcome {
    /// It is new.
    Written(BuildSummary),
    /// It holds all there is already.
    Current,
    /// It was left as it is.
    Kept(Kept),
}

/// Why the database was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum Kept {
    /// Feeds that were asked for by name were never fetched.
    #[error("nothing was ever fetched of {}", .0.join(", "))]
    Missing(Vec<String>),
    /// A source has far fewer advisories, and it cannot be told which feed is to blame.
    #[error(
        "the new one would have {after} advisories of {source_name}, and this one has {before}; --accept-shrinking takes it nevertheless"
    )]
    Shrinking {
        /// The importer.
        source_name: String,
        /// Advisories in the database that is there.
        before: u64,
        /// Advisories in the new one.
        after: u64,
    },
    /// The new one could not be built or written.
    #[error("the new one could not be made")]
    NotBuilt(#[source] BuildError),
    /// The new one is not what it should be.
    #[error("the new one is damaged: {0}")]
    Damaged(String),
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// No feed is called so.
    #[error("no feed is called {0:?}; `boltseal db update --list` names them")]
    UnknownFeed(String),
    /// The download folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// Fetches what changed, and builds the database anew when something did.
///
/// # Errors
/// When nothing could be done at all. What could not be fetched is told in the outcome, and the others go on.
pub fn update(plan: &Plan<'_>, progress: &dyn UpdateProgress) -> Result<Updated, UpdateError> {
    if let Some(id) = plan.only.iter().find(|id| plan.feeds.iter().all(|feed| feed.id != **id)) {
        return Err(UpdateError::UnknownFeed(id.clone()));
    }
    let folder = Folder::open(plan.keep)?;
    let asked = asked(plan, &folder);
    let client = Client::new(&Trust::of_the_system());
    let fetcher =
        Fetcher { client: &client, folder: &folder, limits: &plan.limits, patience: &plan.patience, progress };
    let mut feeds = fetch_all(&asked, &fetcher);
    let others = others(&folder, &asked);
    let missing: Vec<String> = feeds
        .iter()
        .filter(|feed| plan.only.contains(&feed.id) && feed.failures.iter().any(|failure| !failure.has_earlier))
        .map(|feed| feed.id.clone())
        .collect();
    let database = if missing.is_empty() {
        progress.database_started();
        let outcome = rebuild(plan, &folder, &asked, &mut feeds).unwrap_or_else(DatabaseOutcome::Kept);
        progress.database_finished();
        outcome
    } else {
        DatabaseOutcome::Kept(Kept::Missing(missing))
    };
    Ok(Updated { feeds, others, database })
}

/// The feeds to ask for.
fn asked<'a>(plan: &Plan<'a>, folder: &Folder) -> Vec<&'a Feed> {
    let held: BTreeSet<String> =
        [Stage::New, Stage::Accepted].into_iter().flat_map(|stage| folder.names(stage)).map(|name| name.feed).collect();
    let is_asked = |feed: &&Feed| {
        if plan.only.is_empty() { feed.default || held.contains(&feed.id) } else { plan.only.contains(&feed.id) }
    };
    plan.feeds.iter().filter(is_asked).collect()
}

fn others(folder: &Folder, asked: &[&Feed]) -> Vec<String> {
    let mut others: Vec<String> =
        [Stage::New, Stage::Accepted].into_iter().flat_map(|stage| folder.names(stage)).map(|name| name.feed).collect();
    others.sort();
    others.dedup();
    others.retain(|id| asked.iter().all(|feed| feed.id != *id));
    others
}

/// Fetches every file of the feeds, several at once.
fn fetch_all(feeds: &[&Feed], fetcher: &Fetcher<'_>) -> Vec<FeedOutcome> {
    let mut outcomes: Vec<FeedOutcome> = feeds
        .iter()
        .map(|feed| FeedOutcome { id: feed.id.clone(), fetched: None, failures: Vec::new(), shrunk: None })
        .collect();
    let files =
        feeds.iter().enumerate().flat_map(|(index, feed)| feed.files.iter().map(move |file| (index, *feed, file)));
    let (waiting, done) = (Mutex::new(files), Mutex::new(Vec::new()));
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((index, feed, file)) = next() {
                    let fetched = fetcher.fetch(feed, file);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, feed, file, fetched));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by(|(a, _, first, _), (b, _, second, _)| (a, &first.name).cmp(&(b, &second.name)));
    for (index, feed, file, fetched) in done {
        let Some(outcome) = outcomes.get_mut(index) else { continue };
        match fetched {
            Ok(Fetched::Unchanged) => {}
            Ok(Fetched::New(bytes)) => outcome.fetched = Some(outcome.fetched.unwrap_or(0).saturating_add(bytes)),
            Err(error) => {
                let name = Name { feed: feed.id.clone(), file: file.name.clone() };
                let has_earlier = fetcher.folder.held(&name).is_some();
                outcome.failures.push(Failure { file: file.name.clone(), error, has_earlier });
            }
        }
    }
    outcomes
}

/// A file that goes into the database.
struct Part {
    name: Name,
    stage: Stage,
    path: PathBuf,
    state: State,
}

/// The newest whole download of every file, but for those that a known feed does not name any more, and the new ones of
/// feeds that are not believed.
fn parts(plan: &Plan<'_>, folder: &Folder, unbelieved: &BTreeSet<String>) -> io::Result<Vec<Part>> {
    let mut newest: BTreeMap<Name, Stage> = BTreeMap::new();
    newest.extend(folder.names(Stage::Accepted).into_iter().map(|name| (name, Stage::Accepted)));
    let new = folder.names(Stage::New).into_iter().filter(|name| !unbelieved.contains(&name.feed));
    newest.extend(new.map(|name| (name, Stage::New)));
    newest.retain(|name, _| is_named(plan, name));
    let mut parts = Vec::with_capacity(newest.len());
    for (name, stage) in newest {
        let path = folder.path(stage, &name);
        let (bytes, mut state) = folder.find(stage, &name).unwrap_or_default();
        if state.sha256.is_none() {
            // Somebody put it here by hand.
            state = State { bytes: Some(bytes), sha256: Some(folder::sha256(&path)?), ..state };
        }
        parts.push(Part { name, stage, path, state });
    }
    Ok(parts)
}

fn is_named(plan: &Plan<'_>, name: &Name) -> bool {
    let feed = plan.feeds.iter().find(|feed| feed.id == name.feed);
    feed.is_none_or(|feed| feed.files.iter().any(|file| file.name == name.file))
}

/// Builds a database out of all that was fetched and puts it in the place of the old one.
fn rebuild(
    plan: &Plan<'_>,
    folder: &Folder,
    asked: &[&Feed],
    outcomes: &mut [FeedOutcome],
) -> Result<DatabaseOutcome, Kept> {
    let unreadable = |source| Kept::NotBuilt(BuildError::Read { path: plan.keep.to_owned(), source });
    let mut unbelieved = BTreeSet::new();
    loop {
        let parts = parts(plan, folder, &unbelieved).map_err(unreadable)?;
        let files = fingerprint(&parts);
        if is_current(plan, folder, &files) {
            return Ok(DatabaseOutcome::Current);
        }
        let paths: Vec<PathBuf> = parts.iter().map(|part| part.path.clone()).collect();
        let composed = build::compose(&paths, &plan.limits).map_err(Kept::NotBuilt)?;
        let shrunk = if plan.accept_shrinking { BTreeMap::new() } else { shrunk(folder, &parts, &composed.records) };
        if !shrunk.is_empty() {
            for outcome in outcomes.iter_mut() {
                outcome.shrunk = outcome.shrunk.or(shrunk.get(&outcome.id).copied());
            }
            unbelieved.extend(shrunk.into_keys());
            continue;
        }
        let digest = accept(plan, asked, &composed)?;
        build::write(plan.database, &composed.bytes).map_err(Kept::NotBuilt)?;
        for (part, records) in parts.into_iter().zip(&composed.records) {
            let state = State { records: Some(*records), ..part.state };
            // The database is in its place. What cannot be moved now is found again, and moved, by the next update.
            let _ = match part.stage {
                Stage::Partial | Stage::New => folder.promote(part.stage, Stage::Accepted, &part.name, &state),
                Stage::Accepted => folder.describe(Stage::Accepted, &part.name, &state),
            };
        }
        folder.names(Stage::Accepted).iter().filter(|name| !is_named(plan, name)).for_each(|name| {
            folder.remove(Stage::Accepted, name);
        });
        let _ = folder.set_built(&Built { program: PROGRAM.into(), database: digest, files });
        return Ok(DatabaseOutcome::Written(composed.summary));
    }
}

/// Version orders and the like change with the program.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

fn fingerprint(parts: &[Part]) -> String {
    let mut hasher = Sha256::new();
    for Part { name, state, .. } in parts {
        let digest = state.sha256.as_deref().unwrap_or_default();
        hasher.update(format!("{}/{} {digest}\n", name.feed, name.file));
    }
    folder::hex(&hasher.finalize())
}

/// Whether the database that is there was built from these files, by importers that would read the same in them today.
fn is_current(plan: &Plan<'_>, folder: &Folder, files: &str) -> bool {
    let built = folder.built();
    if built.program != PROGRAM || built.files != files {
        return false;
    }
    let Ok(file) = DatabaseFile::open(Some(plan.database), None) else { return false };
    file.database().is_ok_and(|database| {
        let info = database.info();
        info.digest.to_string() == built.database && info.sources.iter().all(is_of_today) && database.verify().is_ok()
    })
}

fn is_of_today(source: &SourceInfo) -> bool {
    import::ALL.iter().any(|importer| importer.id == source.name && importer.revision == source.revision)
}

/// The feeds whose new files hold far less than those that were accepted, with what they held and hold.
fn shrunk(folder: &Folder, parts: &[Part], records: &[u64]) -> BTreeMap<String, (u64, u64)> {
    let mut feeds: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (part, records) in parts.iter().zip(records) {
        let (before, after) = feeds.entry(part.name.feed.clone()).or_default();
        let earlier = folder.find(Stage::Accepted, &part.name).and_then(|(_, state)| state.records);
        *before = before.saturating_add(earlier.unwrap_or(0));
        *after = after.saturating_add(*records);
    }
    let has_new = |id: &String| parts.iter().any(|part| part.name.feed == *id && part.stage == Stage::New);
    feeds.into_iter().filter(|(id, (before, after))| has_new(id) && is_shrinking(*before, *after)).collect()
}

const fn is_shrinking(before: u64, after: u64) -> bool {
    after.saturating_mul(SHRINKS_TO) < before
}

/// Checks the new database as a whole, and against the old one; gives its digest.
fn accept(plan: &Plan<'_>, asked: &[&Feed], composed: &Composed) -> Result<String, Kept> {
    let database = Database::open(&composed.bytes).map_err(|error| Kept::Damaged(error.to_string()))?;
    database.verify().map_err(|error| Kept::Damaged(error.to_string()))?;
    let digest = database.info().digest.to_string();
    let Ok(file) = DatabaseFile::open(Some(plan.database), None) else { return Ok(digest) };
    // One that nobody can read any more is nothing to hold on to.
    let Ok(old) = file.database() else { return Ok(digest) };
    for source in old.info().sources.iter().filter(|_| !plan.accept_shrinking) {
        let is_asked = asked.iter().any(|feed| feed.importer == source.name);
        let new = database.info().sources.iter().find(|new| new.name == source.name);
        let before = source.advisories.saturating_add(source.facts);
        let after = new.map_or(0, |new| new.advisories.saturating_add(new.facts));
        if is_asked && is_shrinking(before, after) {
            return Err(Kept::Shrinking { source_name: source.name.clone(), before, after });
        }
    }
    Ok(digest)
}
