//! A root file system on disk, and one that misbehaves.

use std::collections::BTreeMap;
use std::io;

use boltseal_image::{Blob, Entry, EntryKind, Reading, Tree, TreeEntry, TreeKind, Visitor, Want, walk_tree};
use boltseal_model::{Limits, ProblemKind};

use crate::support::{Programs, Seen};

/// A tree in memory: a file with its content, a folder, a link, or something that cannot be read.
#[derive(Default)]
struct Model(BTreeMap<String, Node>);

enum Node {
    File(&'static str),
    Folder,
    Link(&'static str),
    Pipe,
    Refused(TreeKind),
}

impl Model {
    fn of(nodes: Vec<(&str, Node)>) -> Self {
        let mut tree = Self::default();
        for (path, node) in nodes {
            for (at, _) in path.match_indices('/') {
                tree.0.entry(path[..at].to_owned()).or_insert(Node::Folder);
            }
            tree.0.insert(path.to_owned(), node);
        }
        tree
    }
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "permission denied")
}

impl Tree for Model {
    fn list(&self, folder: &str, most: usize) -> io::Result<Vec<TreeEntry>> {
        if matches!(self.0.get(folder), Some(Node::Refused(_))) {
            return Err(refused());
        }
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let names = self.0.iter().rev().filter_map(|(path, node)| {
            let name = path.strip_prefix(&prefix).filter(|name| !name.contains('/'))?;
            let kind = match node {
                Node::File(_) => TreeKind::File,
                Node::Folder => TreeKind::Folder,
                Node::Link(_) => TreeKind::Symlink,
                Node::Pipe => TreeKind::Other,
                Node::Refused(kind) => *kind,
            };
            Some(TreeEntry { name: name.to_owned(), kind })
        });
        Ok(names.take(most).collect())
    }

    fn read(&self, path: &str, most: u64, buffer: &mut Vec<u8>) -> io::Result<Reading> {
        assert!(buffer.is_empty());
        match self.0.get(path) {
            Some(Node::File(text)) if text.len() as u64 > most => Ok(Reading::TooLarge),
            Some(Node::File(text)) => {
                buffer.extend_from_slice(text.as_bytes());
                Ok(Reading::Whole)
            }
            Some(Node::Link(target)) => self.read(target, most, buffer),
            Some(Node::Refused(_)) => Err(refused()),
            Some(Node::Folder | Node::Pipe) => Ok(Reading::NotAFile),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn open(&self, path: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        let mut bytes = Vec::new();
        match self.read(path, u64::MAX, &mut bytes)? {
            Reading::Whole => Ok(Some(Box::new(bytes))),
            Reading::TooLarge | Reading::NotAFile => Ok(None),
        }
    }

    fn link(&self, path: &str) -> io::Result<String> {
        match self.0.get(path) {
            Some(Node::Link(target)) => Ok((*target).to_owned()),
            _ => Err(refused()),
        }
    }
}

fn walk(tree: &Model, limits: &Limits) -> (Seen, Vec<(ProblemKind, Option<String>)>) {
    let mut seen = Seen::default();
    let problems = walk_tree(tree, limits, &mut seen).into_sorted();
    (seen, problems.into_iter().map(|problem| (problem.kind, problem.path)).collect())
}

#[test]
fn folders_come_before_their_content_in_the_order_of_names() {
    let tree = Model::of(vec![
        ("usr/lib/os-release", Node::File("ID=debian")),
        ("etc/os-release", Node::Link("usr/lib/os-release")),
        ("etc/hosts", Node::File("")),
        ("lib", Node::Link("usr/lib")),
        ("run/pipe", Node::Pipe),
    ]);
    let (seen, problems) = walk(&tree, &Limits::default());
    let entries = [
        "etc/ 0",
        "etc/hosts 0 0",
        "etc/os-release -> usr/lib/os-release",
        "lib -> usr/lib",
        "run/ 0",
        "run/pipe other",
        "usr/ 0",
        "usr/lib/ 0",
        "usr/lib/os-release 0 0",
    ];
    assert_eq!(seen.entries, entries);
    let files: Vec<_> = seen.files.iter().map(|(path, bytes)| (path.as_str(), bytes.len())).collect();
    assert_eq!(files, [("etc/hosts", 0), ("etc/os-release", 9), ("usr/lib/os-release", 9)]);
    assert_eq!(problems, [], "a link to a folder is wanted by nobody");
}

#[test]
fn what_cannot_be_read_is_named() {
    let tree = Model::of(vec![
        ("a/locked", Node::Refused(TreeKind::Folder)),
        ("a/secret", Node::Refused(TreeKind::File)),
        ("a/link", Node::Refused(TreeKind::Symlink)),
        ("a/dangling", Node::Link("nowhere")),
        ("z", Node::File("read")),
    ]);
    let (seen, problems) = walk(&tree, &Limits::default());
    let path = |path: &str| Some(path.to_owned());
    assert_eq!(
        problems,
        [
            (ProblemKind::Unreadable, path("a/link")),
            (ProblemKind::Unreadable, path("a/locked")),
            (ProblemKind::Unreadable, path("a/secret")),
            (ProblemKind::BrokenLink, path("a/dangling")),
        ]
    );
    assert_eq!(seen.files.len(), 1);
    let (seen, problems) = walk(&Model::of(vec![("", Node::Refused(TreeKind::Folder))]), &Limits::default());
    assert_eq!((seen.entries.len(), problems), (0, vec![(ProblemKind::Unreadable, path(""))]));
}

#[test]
fn only_a_root_file_system_is_spared_its_pseudo_folders() {
    let nodes = || {
        vec![
            ("dev/a", Node::File("")),
            ("proc/a", Node::File("")),
            ("sys/a", Node::File("")),
            ("x/dev/a", Node::File("")),
        ]
    };
    let (seen, _) = walk(&Model::of(nodes()), &Limits::default());
    assert_eq!(seen.files.len(), 4, "in a source tree these are folders like others");
    let mut root = nodes();
    root.extend([("etc", Node::Folder), ("usr", Node::Folder)]);
    let (seen, problems) = walk(&Model::of(root), &Limits::default());
    assert_eq!((seen.files, problems), (vec![("x/dev/a".to_owned(), Vec::new())], Vec::new()));
}

#[test]
fn depth_number_and_size_are_bounded() {
    let tree = || Model::of(vec![("a/b/c/d", Node::File("12345")), ("e", Node::File("123"))]);
    let path = |path: &str| Some(path.to_owned());
    let (seen, problems) = walk(&tree(), &Limits { folder_depth: 2, ..Limits::default() });
    assert_eq!(problems, [(ProblemKind::TooDeep, path("a/b"))]);
    assert_eq!(seen.files.len(), 1);
    let (seen, problems) = walk(&tree(), &Limits { layer_entries: 3, ..Limits::default() });
    assert_eq!(problems, [(ProblemKind::TooMany, path("a/b"))]);
    assert_eq!(seen.entries, ["a/ 0", "a/b/ 0"]);
    let (_, problems) = walk(&tree(), &Limits { file_bytes: 4, ..Limits::default() });
    assert_eq!(problems, [(ProblemKind::TooLarge, path("a/b/c/d"))]);
}

#[test]
fn a_program_is_read_to_its_own_limit_and_only_if_it_begins_as_one() {
    let tree = Model::of(vec![
        ("large", Node::File("PROGRAM of many bytes")),
        ("link", Node::Link("small")),
        ("small", Node::File("PROGRAM")),
        ("text", Node::File("words of a text")),
    ]);
    let mut programs = Programs::default();
    let limits = Limits { file_bytes: 3, program_bytes: 10, ..Limits::default() };
    let problems = walk_tree(&tree, &limits, &mut programs).into_sorted();
    assert_eq!(programs.0, [("small".to_owned(), 7)]);
    let found: Vec<_> = problems.iter().map(|problem| (problem.kind, problem.path.as_deref())).collect();
    assert_eq!(found, [(ProblemKind::TooLarge, Some("large"))]);
}

#[test]
fn nothing_is_read_that_nobody_wants() {
    struct Nobody;
    impl Visitor for Nobody {
        fn entry(&mut self, entry: &Entry<'_>) -> Want {
            assert_eq!(entry.kind, EntryKind::File);
            Want::Skip
        }

        fn file(&mut self, entry: &Entry<'_>, _: &[u8]) {
            panic!("{} is not wanted", entry.path);
        }
    }
    let tree = Model::of(vec![("secret", Node::Refused(TreeKind::File))]);
    assert!(walk_tree(&tree, &Limits::default(), &mut Nobody).is_empty());
}
