//! Which programs the entry point and the command come to.

use std::collections::{HashMap, HashSet};

use boltseal_model::{ExecutableKind, ImageConfiguration};

use super::{Image, Present, configuration};
use crate::Program;
use crate::program::symbol;

/// Folders in which commands are looked for where the environment names none.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Links that are followed one after the other, as many as the kernel does.
const LINKS: usize = 40;
/// What loads a library by a name that is known when it runs.
const LOADS: u64 = symbol(b"dlopen");

/// The programs that an image comes to when it is started.
pub(super) struct Reach<'i> {
    files: HashMap<&'i str, &'i Present>,
    links: HashMap<&'i str, &'i str>,
    libraries: HashMap<&'i str, Vec<&'i Present>>,
    path: &'i str,
    reached: Vec<&'i Present>,
    known: HashSet<&'i str>,
}

impl<'i> Reach<'i> {
    pub(super) fn of(image: &Image<'i>) -> Self {
        let mut libraries: HashMap<&str, Vec<&Present>> = HashMap::new();
        let mut files: Vec<&Present> = image.files.iter().collect();
        files.sort_by(|left, right| left.path.cmp(&right.path));
        for file in &files {
            let Some(program) = &file.program else { continue };
            let own = name(&file.path);
            libraries.entry(own).or_default().push(file);
            // The loader finds it by the link that has its name.
            if let Some(known) = program.name.as_deref().filter(|known| *known != own) {
                libraries.entry(known).or_default().push(file);
            }
        }
        let links: HashMap<&str, &str> =
            image.links.iter().map(|(path, target)| (path.as_str(), target.as_str())).collect();
        let path = configuration::variable(image.configuration, "PATH").unwrap_or(PATH);
        let by_path = files.iter().map(|file| (file.path.as_str(), *file)).collect();
        let (reached, known) = (Vec::new(), HashSet::new());
        let mut reach = Self { files: by_path, links, libraries, path, reached, known };
        reach.start(image.configuration);
        reach.follow(&files);
        reach
    }

    /// The programs, in the order in which they are come to.
    pub(super) fn programs(&self) -> impl Iterator<Item = (&'i str, &'i Program)> + '_ {
        self.reached.iter().filter_map(|file| Some((file.path.as_str(), file.program.as_ref()?)))
    }

    /// A program by the path that it has for others.
    pub(super) fn find(&self, path: &str) -> Option<&'i Present> {
        self.files.get(self.resolved(&absolute("/", path)).as_str()).copied()
    }

    fn start(&mut self, configuration: &'i ImageConfiguration) {
        let folder = configuration.working_directory.as_ref().map_or("/", |folder| folder.value.as_str());
        let words = configuration::words(configuration);
        for (index, word) in words.iter().enumerate() {
            match index {
                0 => self.command(folder, word),
                // A shell is told to run what stands in one word; others, as `tini --`, what follows.
                _ => word
                    .split([' ', '\t', '\n', ';', '&', '|', '(', ')', '"', '\''])
                    .for_each(|word| self.command(folder, word)),
            }
        }
    }

    /// A word that may be a command.
    fn command(&mut self, folder: &str, word: &str) {
        if word.is_empty() || word.starts_with('-') {
            return;
        }
        if word.contains('/') {
            self.add(&absolute(folder, word));
            return;
        }
        let folders: Vec<String> = self.path.split(':').map(|folder| absolute(folder, word)).collect();
        let found = folders.into_iter().find(|path| self.files.contains_key(self.resolved(path).as_str()));
        found.into_iter().for_each(|path| self.add(&path));
    }

    fn add(&mut self, path: &str) {
        let resolved = self.resolved(path);
        if let Some(file) = self.files.get(resolved.as_str()).copied() {
            self.take(file);
        }
    }

    fn take(&mut self, file: &'i Present) {
        if self.known.insert(file.path.as_str()) {
            self.reached.push(file);
        }
    }

    /// What is reached is looked at, until nothing new is.
    fn follow(&mut self, files: &[&'i Present]) {
        let (mut next, mut loads) = (0, false);
        while let Some(file) = self.reached.get(next).copied() {
            next += 1;
            let Some(program) = &file.program else { continue };
            match program.kind {
                ExecutableKind::Script => {
                    // `env` is told which interpreter is meant.
                    program.interpreter.iter().for_each(|word| self.command("/", word));
                    program.commands.iter().for_each(|word| self.command("/", word));
                }
                _ => program.interpreter.iter().for_each(|path| self.add(&absolute("/", path))),
            }
            for library in &program.libraries {
                let found = self.libraries.get(name(library)).cloned().unwrap_or_default();
                // Libraries of another processor have the same name.
                found.into_iter().filter(|it| fits(program, it)).for_each(|file| self.take(file));
            }
            if program.imports.binary_search(&LOADS).is_ok() && program.kind == ExecutableKind::Program && !loads {
                loads = true;
                let plugins = files.iter().filter(|file| is_plugin(file));
                plugins.filter(|file| fits(program, file)).for_each(|file| self.take(file));
            }
        }
    }

    /// A path with its links followed, those of its folders too.
    fn resolved(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for _ in 0..LINKS {
            let link = prefixes(&path).find_map(|prefix| Some((prefix.to_owned(), *self.links.get(prefix)?)));
            let Some((prefix, target)) = link else { break };
            let rest = path.get(prefix.len()..).unwrap_or_default().to_owned();
            let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
            path = absolute("/", &format!("{}{rest}", absolute(folder, target)));
        }
        path
    }
}

/// Whether one can load the other.
fn fits(program: &Program, library: &Present) -> bool {
    library.program.as_ref().is_some_and(|library| library.processor == program.processor)
}

/// Whether it is a library that stands apart from those that programs are linked to: extensions of interpreters, modules of servers.
fn is_plugin(file: &Present) -> bool {
    const LINKED: [&str; 6] = ["lib", "lib64", "usr/lib", "usr/lib64", "usr/local/lib", "usr/local/lib64"];
    let is_library = file.program.as_ref().is_some_and(|program| program.kind == ExecutableKind::Library);
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    // Debian has a folder for each processor.
    let above = folder.rsplit_once('/').filter(|(_, last)| last.contains("-linux-")).map_or(folder, |(above, _)| above);
    is_library && !LINKED.contains(&above)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The path itself and the folders above it, the uppermost first.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    ends.filter_map(|end| path.get(..end)).filter(|prefix| !prefix.is_empty())
}

/// A path as it is from the root, without a leading slash, and without `.` and `..`.
pub(super) fn absolute(folder: &str, path: &str) -> String {
    let folder = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
