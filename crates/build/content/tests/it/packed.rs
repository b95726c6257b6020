//! What lies in archives and in repositories of git.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use boltseal_content::secret::case::expanded;
use boltseal_content::{File, Hit, Rules, Searcher, Sought};
use boltseal_model::{Limits, Problem, ProblemKind};
use boltseal_testkit::image::{Compression, Layer, compress};
use boltseal_testkit::skip;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::built_in(Sought { malware: true, secrets: true }).0);

fn search(path: &str, bytes: &[u8], limits: &Limits) -> (Vec<Hit>, Vec<Problem>) {
    let (hits, problems) = Searcher::new(&RULES, limits).search(File { path, bytes });
    (hits, problems.into_sorted())
}

/// Hits as `rule within:line`.
fn found(path: &str, bytes: &[u8]) -> Vec<String> {
    let (hits, problems) = search(path, bytes, &Limits::default());
    assert_eq!(problems, []);
    hits.iter().map(|hit| format!("{} {}:{}", hit.rule, hit.within.join("|"), hit.line.unwrap_or(0))).collect()
}

fn token(seed: u64) -> String {
    expanded("token = ghp_<crc32-base62>\n", seed).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    compress(Compression::Gzip, bytes, &mut packed).unwrap();
    packed
}

fn shell() -> Vec<u8> {
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, "PD9waHAgc3lzdGVtKCRfR0VUWydjbWQnXSk7ID8+")
        .unwrap()
}

#[test]
fn members_are_searched_and_named() {
    let tar = Layer::new().file("app/.env", format!("A=1\n{}", token(1))).file("up.php", shell()).to_tar();
    let expected = ["github-personal-token app/.env:2", "php-runs-request-as-command up.php:1"];
    assert_eq!(found("backup.tar.gz", &gzip(&tar)), expected);
    // What is not compressed is seen twice and said once.
    assert_eq!(found("backup.tar", &tar), expected);
    let nested = Layer::new().file("inner.tgz", gzip(&tar)).to_tar();
    let nested = found("outer.tgz", &gzip(&nested));
    assert_eq!(nested[0], "github-personal-token inner.tgz|app/.env:2");
    assert_eq!(nested.len(), 2);
}

#[test]
fn rules_for_certain_files_go_by_the_name_of_the_member() {
    let text = expanded("//registry.shop.internal/:_authToken=<uuid>\n", 3).unwrap();
    let inside = |name: &str| found("x.tgz", &gzip(&Layer::new().file(name, &text).to_tar()));
    assert_eq!(inside("home/.npmrc").len(), 1);
    assert_eq!(inside("home/notes").len(), 0);
}

#[test]
fn archives_within_each_other_end_at_the_limit() {
    let mut bytes = token(1).into_bytes();
    for _ in 0..6 {
        bytes = gzip(&bytes);
    }
    let (hits, problems) = search("x.gz", &bytes, &Limits::default());
    assert_eq!(hits, []);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].kind, ProblemKind::TooDeep);
    assert!(
        problems[0].detail.ends_with(", in gzip data, in gzip data, in gzip data, in gzip data"),
        "{}",
        problems[0].detail
    );
}

#[test]
fn a_broken_archive_is_a_problem_and_its_beginning_is_searched() {
    let packed = gzip(format!("{}{}", token(1), "x".repeat(100_000)).as_bytes());
    let (hits, problems) = search("x.gz", &packed[..packed.len() - 20], &Limits::default());
    assert_eq!(hits.len(), 1);
    assert_eq!(problems[0].kind, ProblemKind::NotUnpacked);
    assert_eq!(problems[0].path.as_deref(), Some("x.gz"));
}

fn git(folder: &Path, arguments: &[&str]) -> Option<()> {
    let settings = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(settings).args(arguments).current_dir(folder).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

/// A repository whose history has a token in the third of twenty versions of a file, which none of its later versions has,
/// another in a message, and a third beside it in one line of a large file.
fn repository(folder: &Path, format: &str) -> Option<()> {
    git(folder, &["init", "--quiet", &format!("--object-format={format}")])?;
    let lines: String = (0..2_000).map(|line| format!("line {line} of a file that changes little\n")).collect();
    for version in 0..20 {
        let changed = lines.replace("line 1000 ", &format!("version {version} "));
        let secret = if version == 3 { token(1) } else { String::new() };
        fs::write(folder.join("settings.ini"), changed.replace("line 1500 of", &format!("{secret}line 1500 of")))
            .ok()?;
        git(folder, &["add", "--all"])?;
        let message = if version == 5 { token(2) } else { format!("Version {version}") };
        git(folder, &["commit", "--quiet", "--message", &message])?;
    }
    Some(())
}

/// What is found in the files of git's own, and in how many packs.
fn in_git(folder: &Path) -> (Vec<Hit>, usize) {
    let (mut hits, mut packs, mut open) = (Vec::new(), 0, vec![folder.join(".git")]);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
        packs += usize::from(name.ends_with(".pack"));
        let (more, problems) = search(name, &fs::read(&path).unwrap(), &Limits::default());
        assert_eq!(problems, [], "{name}");
        hits.extend(more);
    }
    hits.retain(|hit| !hit.within.is_empty());
    hits.sort();
    (hits, packs)
}

#[test]
fn what_a_history_remembers_is_found_loose_and_packed() {
    for format in ["sha1", "sha256"] {
        let folder = tempfile::tempdir().unwrap();
        if repository(folder.path(), format).is_none() {
            return skip("git is not there");
        }
        let (loose, packs) = in_git(folder.path());
        assert_eq!(packs, 0);
        assert_eq!(loose.len(), 2, "{loose:?}");
        let (first, column) = (loose[0].within[0].clone(), loose[0].column);
        assert!(first.starts_with("blob ") && loose[1].within[0].starts_with("commit "), "{loose:?}");
        assert_eq!((loose[0].line, column), (Some(1501), Some(9)));
        assert!(loose[0].remedy.contains("leave .git out of the image"));
        // The id is one that git itself knows.
        let id = first.split(' ').nth(1).unwrap().to_owned();
        git(folder.path(), &["cat-file", "-e", &id]).unwrap();
        for by in ["true", "false"] {
            // Differences from what stands before, or from what has an id.
            let by_place = format!("repack.useDeltaBaseOffset={by}");
            git(folder.path(), &["-c", &by_place, "repack", "-a", "-d", "-f", "--quiet", "--depth=50"]).unwrap();
            let (packed, packs) = in_git(folder.path());
            assert_eq!(packs, 1);
            assert_eq!(packed, loose, "{format} {by_place}");
        }
    }
}

#[test]
fn broken_packs_are_problems() {
    let folder = tempfile::tempdir().unwrap();
    if repository(folder.path(), "sha1").is_none() {
        return skip("git is not there");
    }
    git(folder.path(), &["repack", "-a", "-d", "--quiet"]).unwrap();
    let packs = folder.path().join(".git/objects/pack");
    let pack = fs::read_dir(packs)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().unwrap() == "pack");
    let bytes = fs::read(pack.unwrap()).unwrap();
    let path = format!(".git/objects/pack/pack-{}.pack", "0".repeat(40));
    let kinds = |bytes: &[u8], limits: &Limits| -> Vec<ProblemKind> {
        search(&path, bytes, limits).1.iter().map(|problem| problem.kind).collect()
    };
    let limits = Limits::default();
    assert_eq!(kinds(&bytes, &limits), []);
    assert_eq!(kinds(&bytes[..bytes.len() / 2], &limits), [ProblemKind::Truncated]);
    assert_eq!(kinds(b"PACK", &limits), [ProblemKind::Malformed]);
    assert_eq!(kinds(&bytes, &Limits { git_objects: 10, ..Limits::default() }), [ProblemKind::TooMany]);
    assert_eq!(kinds(&bytes, &Limits { version_bytes: 100_000, ..Limits::default() }), [ProblemKind::TooLarge]);
    assert!(kinds(&bytes, &Limits { file_bytes: 50_000, ..Limits::default() }).contains(&ProblemKind::TooLarge));
    let mut changed = bytes.clone();
    for at in (12..bytes.len()).step_by(bytes.len() / 500 + 1) {
        changed[at] ^= 0x55;
        kinds(&changed, &limits);
        changed[at] = bytes[at];
    }
}
