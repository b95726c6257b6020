//! Runs the analyzers, and the inspection of every file, over the files of one layer or tree as they stream past.

use std::io;

use boltseal_content::Digests;
use boltseal_image::{Blob, Entry, EntryKind, Visitor, Want};
use boltseal_inventory::{
    Analyzer, File, Interest, Inventory, interest, is_for_integrity, is_program, is_quiet_program, may_be_run, wanted,
};
use boltseal_model::{Limits, Problem, ProblemKind, Problems};

use crate::content::{Program, Spotted, lends_rights};
use crate::inspection::{self, Findings, PooledInspection};
use crate::intent::{Link, Runnable};
use crate::posture::{Judged, TELLING};

/// What one analyzer read from one file.
#[derive(Debug)]
pub struct Found {
    /// Path of the file in the subject.
    pub path: String,
    /// The analyzer.
    pub analyzer: &'static Analyzer,
    /// What it read.
    pub inventory: Inventory,
    /// What it could not read.
    pub problems: Problems,
}

/// Takes the files that an analyzer wants, lets it read them, and keeps what it read. The bytes are gone afterwards.
pub struct Collector<'a> {
    limits: &'a Limits,
    packages: usize,
    inspection: Option<PooledInspection<'a>>,
    /// Whether programs are held to what packages recorded of them.
    holds_to_records: bool,
    /// Whether the file that comes next is read for the inspection alone.
    is_for_inspection: bool,
    found: Vec<Found>,
    programs: Vec<Program>,
    links: Vec<String>,
    to_files: Vec<Link>,
    problems: Problems,
}

/// What was collected of one layer or tree.
pub struct Collected {
    /// What analyzers read.
    pub found: Vec<Found>,
    /// Malware and secrets.
    pub spotted: Vec<Spotted>,
    /// Programs and libraries, if malware is sought.
    pub programs: Vec<Program>,
    /// Paths of links that an analyzer wants; what they lead to is known only when every layer is read.
    pub links: Vec<String>,
    /// What rules say of declarations.
    pub judged: Judged,
    /// What can be executed, if that is asked for.
    pub runnable: Runnable,
    /// What could not be collected.
    pub problems: Problems,
}

impl<'a> Collector<'a> {
    /// An empty collector, which also has every file inspected if it is to be held to something.
    pub fn new(limits: &'a Limits, inspection: Option<PooledInspection<'a>>) -> Self {
        Self {
            limits,
            packages: 0,
            holds_to_records: inspection.as_ref().is_some_and(PooledInspection::seeks_malware),
            inspection,
            is_for_inspection: false,
            found: Vec::new(),
            programs: Vec::new(),
            links: Vec::new(),
            to_files: Vec::new(),
            problems: Problems::default(),
        }
    }

    /// Lets every analyzer that wants `path` read `bytes`.
    pub fn analyze(&mut self, path: &str, bytes: &[u8]) {
        for analyzer in wanted(path) {
            let (inventory, problems) = (analyzer.parse)(&File { path, bytes }, self.limits);
            // An image has thousands of programs, and few of them say anything.
            if inventory == Inventory::default() && problems.is_empty() && interest(path) == Interest::IfProgram {
                continue;
            }
            self.packages = self.packages.saturating_add(inventory.packages.len());
            if self.packages > self.limits.packages {
                let detail =
                    format!("more than {} packages; the packages of this file are left out", self.limits.packages);
                self.problems.push(Problem::at(ProblemKind::TooMany, path, detail));
                continue;
            }
            self.found.push(Found { path: path.to_owned(), analyzer, inventory, problems });
        }
    }
}

impl Collector<'_> {
    /// What the analyzers want of an entry.
    fn wanted(&mut self, entry: &Entry<'_>) -> Want {
        match (interest(entry.path), entry.kind) {
            (Interest::None, _) => return Want::Skip,
            // What a link leads to is looked at under its own path.
            (Interest::IfProgram | Interest::Archive, EntryKind::File) => return Want::Peek,
            (Interest::IfProgram | Interest::Archive, _) => return Want::Skip,
            (Interest::Whole, _) if !self.holds_to_records && is_for_integrity(entry.path) => return Want::Skip,
            (Interest::Whole, _) => {}
        }
        match entry.kind {
            EntryKind::File => {}
            // In a tree the content of a link is read at once; in a layer it is not there yet.
            EntryKind::Symlink(_) | EntryKind::HardLink(_) if self.links.len() < self.limits.wanted_links => {
                self.links.push(entry.path.to_owned());
            }
            EntryKind::Symlink(_) | EntryKind::HardLink(_) => {
                let detail = format!(
                    "more than {} links to package records; this one is not followed",
                    self.limits.wanted_links
                );
                self.problems.push(Problem::at(ProblemKind::TooMany, entry.path, detail));
                return Want::Skip;
            }
            EntryKind::Folder | EntryKind::Other => return Want::Skip,
        }
        Want::Read
    }

    /// Whether the analyzers want a file that begins so.
    fn is_wanted(path: &str, head: &[u8], file: Option<&dyn Blob>) -> bool {
        let is_quiet = |file: &dyn Blob| is_quiet_program(path, head, &|offset, length| piece(file, offset, length));
        match interest(path) {
            Interest::None => false,
            Interest::Archive | Interest::Whole => true,
            Interest::IfProgram => is_program(head) && !file.is_some_and(is_quiet),
        }
    }

    fn inspect(&mut self, entry: &Entry<'_>, bytes: &[u8]) {
        // What a link leads to is inspected under its own path.
        if let Some(inspection) = self.inspection.as_mut().filter(|_| entry.kind == EntryKind::File) {
            inspection.file(inspection::File { path: entry.path, bytes, mode: entry.mode });
        }
    }

    /// What was collected, once every file is inspected.
    pub fn finish(self) -> Collected {
        let inspected = self.inspection.map(PooledInspection::finish).unwrap_or_default();
        let Findings { spotted, judged, executables, problems } = inspected;
        let Self { found, programs, links, to_files, problems: mut all, .. } = self;
        all.append(problems);
        let runnable = Runnable { files: executables, links: to_files };
        Collected { found, spotted, programs, links, judged, runnable, problems: all }
    }
}

impl Collector<'_> {
    /// Takes note of a program, which packages may know otherwise.
    fn program(&mut self, entry: &Entry<'_>, bytes: &[u8]) {
        let is_run = may_be_run(entry.path) && (is_program(bytes) || entry.mode & 0o111 != 0);
        if !self.holds_to_records || entry.kind != EntryKind::File || !(is_run || lends_rights(entry.mode)) {
            return;
        }
        if self.programs.len() >= self.limits.packages {
            let detail = format!("more than {} programs; this one is not held to its package", self.limits.packages);
            self.problems.push(Problem::at(ProblemKind::TooMany, entry.path, detail));
            return;
        }
        let digests = Digests::of(bytes);
        self.programs.push(Program { path: entry.path.to_owned(), mode: entry.mode, digests });
    }
}

impl Collector<'_> {
    /// Takes note of a link, by which a program may be known.
    fn link(&mut self, entry: &Entry<'_>) {
        if !self.inspection.as_ref().is_some_and(PooledInspection::notes_executables) {
            return;
        }
        let (target, is_hard) = match entry.kind {
            EntryKind::Symlink(target) => (target, false),
            EntryKind::HardLink(target) => (target, true),
            EntryKind::File | EntryKind::Folder | EntryKind::Other => return,
        };
        if self.to_files.len() < self.limits.links {
            self.to_files.push(Link { path: entry.path.to_owned(), target: target.to_owned(), is_hard });
        } else {
            let detail = format!("more than {} links; programs are not known by this one", self.limits.links);
            self.problems.push(Problem::at(ProblemKind::TooMany, entry.path, detail));
        }
    }
}

impl Visitor for Collector<'_> {
    fn entry(&mut self, entry: &Entry<'_>) -> Want {
        self.link(entry);
        self.is_for_inspection = false;
        let may_inspect = |inspection: &PooledInspection<'_>| inspection.may_want(entry.path);
        match self.wanted(entry) {
            Want::Skip if entry.kind == EntryKind::File && self.inspection.as_ref().is_some_and(may_inspect) => {
                Want::Peek
            }
            want => want,
        }
    }

    fn peek(&mut self, entry: &Entry<'_>, head: &[u8], file: Option<&dyn Blob>) -> Want {
        let is_wanted = Self::is_wanted(entry.path, head, file);
        self.is_for_inspection = !is_wanted;
        let more = || file.and_then(|file| piece(file, 0, usize::try_from(file.size()).ok()?.min(TELLING)));
        let is_inspected = |inspection: &PooledInspection<'_>| inspection.wants(entry.path, head, more);
        let is_read = is_wanted || self.inspection.as_ref().is_some_and(is_inspected);
        if is_read { Want::Read } else { Want::Skip }
    }

    fn file(&mut self, entry: &Entry<'_>, bytes: &[u8]) {
        if !self.is_for_inspection {
            self.analyze(entry.path, bytes);
        }
        self.inspect(entry, bytes);
        self.program(entry, bytes);
    }
}

/// Bytes of a file, if it has so many there.
fn piece(file: &dyn Blob, offset: u64, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(offset.checked_add(filled as u64)?, rest) {
            Ok(0) => return None,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    Some(bytes)
}

/// Takes named files only, each under the path by which the subject knows it.
pub struct Fetcher<'a, 'c> {
    /// Where the bytes go.
    pub collector: &'c mut Collector<'a>,
    /// (path in the layer, path to analyze it as), sorted.
    pub aliases: &'c [(String, String)],
}

impl Fetcher<'_, '_> {
    fn aliases_of(&self, path: &str) -> impl Iterator<Item = &(String, String)> + use<'_> {
        let first = self.aliases.partition_point(|(target, _)| target.as_str() < path);
        let path = path.to_owned();
        self.aliases.iter().skip(first).take_while(move |(target, _)| *target == path)
    }
}

impl Visitor for Fetcher<'_, '_> {
    fn entry(&mut self, entry: &Entry<'_>) -> Want {
        let is_wanted = matches!(entry.kind, EntryKind::File) && self.aliases_of(entry.path).next().is_some();
        if is_wanted { Want::Read } else { Want::Skip }
    }

    fn file(&mut self, entry: &Entry<'_>, bytes: &[u8]) {
        let aliases: Vec<String> = self.aliases_of(entry.path).map(|(_, alias)| alias.clone()).collect();
        for alias in aliases {
            self.collector.analyze(&alias, bytes);
        }
    }
}
