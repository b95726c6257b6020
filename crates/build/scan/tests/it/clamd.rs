//! A clamd that judges files too: what it finds is found, and what it does not say is never taken for clean.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use boltseal_clamd::{Address, Clamd, Patience};
use boltseal_content::Rules;
use boltseal_model::{FindingKind, ProblemKind, Report, Severity};
use boltseal_scan::content::{ClamdScanner, Content};
use boltseal_scan::{LayerCache, NoCache};
use boltseal_testkit::image::{Image, Layer};
use tempfile::TempDir;

use crate::cache::{cache, registry_target, remote, searched};

/// A version as one with the publisher's signatures says it, and as one without does.
const VERSION: &str = "ClamAV 1.4.3/27800/Mon Oct 20 08:26:06 2026";

/// A daemon that finds whatever has "needle" in it, and cannot do more than it is told.
struct Daemon {
    socket: PathBuf,
    asked: Arc<AtomicUsize>,
    is_dead: Arc<AtomicBool>,
    _folder: TempDir,
}

impl Daemon {
    /// One that answers to `VERSION` with a text, and dies after so many files.
    fn start(version: &'static str, dies_after: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("clamd.ctl");
        let listener = UnixListener::bind(&socket).unwrap();
        let (asked, is_dead) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let daemon = Self { socket, asked: asked.clone(), is_dead: is_dead.clone(), _folder: folder };
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                if is_dead.load(Ordering::SeqCst) {
                    continue;
                }
                match command(&mut stream).as_str() {
                    "zPING" => stream.write_all(b"PONG\0").unwrap(),
                    "zVERSION" => stream.write_all(version.as_bytes()).unwrap(),
                    "zINSTREAM" => {
                        let before = asked.fetch_add(1, Ordering::SeqCst);
                        is_dead.store(before >= dies_after, Ordering::SeqCst);
                        if before < dies_after {
                            judge(&mut stream);
                        }
                    }
                    other => panic!("{other}"),
                }
            }
        });
        daemon
    }

    fn content(&self) -> Content {
        let patience = Patience { greeting: Duration::from_secs(1), verdict: Duration::from_secs(1) };
        let clamd = Clamd::with_patience(Address::Unix(self.socket.clone()), patience);
        let scanner = ClamdScanner::new(clamd);
        Content {
            rules: Rules::new(None, Vec::new()),
            digest: "none".into(),
            scanner: Some(Box::new(scanner)),
            verifier: None,
        }
    }

    fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }
}

fn command(stream: &mut UnixStream) -> String {
    let mut command = Vec::new();
    let mut byte = [0];
    // Not a byte more than the command: what follows it is a stream.
    while stream.read_exact(&mut byte).is_ok() && byte != [0] {
        command.push(byte[0]);
    }
    String::from_utf8(command).unwrap()
}

fn judge(stream: &mut UnixStream) {
    let mut bytes = Vec::new();
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length).unwrap();
        let mut piece = vec![0; u32::from_be_bytes(length) as usize];
        if piece.is_empty() {
            break;
        }
        stream.read_exact(&mut piece).unwrap();
        bytes.extend(piece);
    }
    let text = String::from_utf8_lossy(&bytes);
    let answer: &[u8] = match &*text {
        text if text.contains("needle") => b"stream: Own.Needle-1 FOUND\0",
        text if text.contains("unwanted") => b"stream: PUA.Own-1 FOUND\0",
        text if text.contains("large") => b"INSTREAM size limit exceeded. ERROR\0",
        text if text.contains("deep") => b"stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND\0",
        _ => b"stream: OK\0",
    };
    stream.write_all(answer).unwrap();
}

fn image() -> Image {
    let first = Layer::new().file("a/clean", "hay").file("b/bad", "a needle").file("c/empty", "").made_by("FIRST");
    Image::new().layer(first).layer(Layer::new().file("d/other", "more hay").made_by("SECOND"))
}

fn scanned(image: Image, cache: &dyn LayerCache, content: &Content) -> Report {
    searched(cache, &remote(image).0, &registry_target(), Some(content))
}

/// Kind and path of every problem.
fn problems(report: &Report) -> Vec<(ProblemKind, String)> {
    report.problems.iter().map(|it| (it.kind, it.path.clone().unwrap_or_default())).collect()
}

#[test]
fn what_it_finds_is_a_finding_with_the_name_of_the_signature() {
    let daemon = Daemon::start(VERSION, usize::MAX);
    let image = image().layer(Layer::new().file("e/tool", "unwanted").made_by("THIRD"));
    let report = scanned(image, &NoCache, &daemon.content());
    let found: Vec<_> =
        report.findings.iter().map(|it| (&*it.id, &*it.location.path, it.severity, &*it.evidence)).collect();
    assert_eq!(
        found,
        [
            ("clamd", "b/bad", Severity::Critical, "clamd calls it Own.Needle-1"),
            ("clamd", "e/tool", Severity::Medium, "clamd calls it PUA.Own-1"),
        ]
    );
    assert!(report.findings.iter().all(|finding| finding.kind == FindingKind::Malware));
    assert_eq!(problems(&report), []);
    assert_eq!(daemon.asked(), 4, "a file without bytes is not sent");
}

#[test]
fn one_that_is_not_there_is_one_problem() {
    let daemon = Daemon::start(VERSION, usize::MAX);
    daemon.is_dead.store(true, Ordering::SeqCst);
    let content = daemon.content();
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path(), 1 << 30);
    for _ in 0..2 {
        let report = scanned(image(), &cache, &content);
        let address = format!("unix:{}", daemon.socket.display());
        assert_eq!(problems(&report), [(ProblemKind::ScannerUnavailable, address)]);
        assert!(!report.summary.complete);
    }
    daemon.is_dead.store(false, Ordering::SeqCst);
    let report = scanned(image(), &cache, &daemon.content());
    assert_eq!((problems(&report), report.findings.len()), (vec![], 1), "nothing was kept of a search without it");
}

#[test]
fn one_that_dies_in_between_is_one_problem_and_nothing_is_kept() {
    let daemon = Daemon::start(VERSION, 1);
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path(), 1 << 30);
    let report = scanned(image(), &cache, &daemon.content());
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
    assert_eq!(report.problems[0].kind, ProblemKind::ScannerUnavailable);
    assert!(!report.summary.complete);
    let whole = Daemon::start(VERSION, usize::MAX);
    let report = scanned(image(), &cache, &whole.content());
    assert_eq!((problems(&report), report.findings.len()), (vec![], 1));
}

#[test]
fn what_it_does_not_look_at_is_a_problem_of_that_file() {
    let daemon = Daemon::start(VERSION, usize::MAX);
    let image = || image().layer(Layer::new().file("e/large", "large").file("f/deep", "deep").made_by("THIRD"));
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path(), 1 << 30);
    for asked in [5, 2] {
        let report = scanned(image(), &cache, &daemon.content());
        let kind = ProblemKind::ScannerUnavailable;
        assert_eq!(problems(&report), [(kind, "e/large".into()), (kind, "f/deep".into())]);
        assert_eq!(report.findings.len(), 1);
        assert_eq!(daemon.asked(), asked, "its limits may be others tomorrow, so that only what it judged is kept");
    }
}

#[test]
fn a_layer_is_judged_anew_when_its_signatures_are_others() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path(), 1 << 30);
    let daemon = Daemon::start(VERSION, usize::MAX);
    for asked in [3, 0] {
        assert_eq!(scanned(image(), &cache, &daemon.content()).findings.len(), 1);
        assert_eq!(daemon.asked(), asked);
    }
    let newer = Daemon::start("ClamAV 1.4.3/27801/Tue Oct 21 08:26:06 2026", usize::MAX);
    scanned(image(), &cache, &newer.content());
    assert_eq!(newer.asked(), 3);
    let without = Content { scanner: None, ..daemon.content() };
    assert_eq!(scanned(image(), &cache, &without).findings, [], "and what it found is its word alone");
    // One that does not say which signatures it has may have others each time.
    let unknown = Daemon::start("ClamAV 1.4.3", usize::MAX);
    for _ in 0..2 {
        scanned(image(), &cache, &unknown.content());
        assert_eq!(unknown.asked(), 3);
    }
}
