//! Lists of digests of malware, as texts and packed.

use std::fs;
use std::path::{Path, PathBuf};

use boltseal_content::{File, Searcher, Sought};
use boltseal_model::Limits;
use boltseal_scan::content::{self, Content, Fault, LoadError};

/// The SHA-256 of "abc", of FIPS 180-2.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn load(rules: &Path, cache: Option<&Path>) -> (Content, Vec<Fault>) {
    let sought = Sought { malware: true, secrets: false };
    content::load(sought, &[rules.to_owned()], cache, &Limits::default()).unwrap()
}

fn finds_abc(content: &Content) -> bool {
    let limits = Limits::default();
    let (hits, problems) = Searcher::new(&content.rules, &limits).search(File { path: "srv/abc", bytes: b"abc" });
    assert!(problems.is_empty(), "{problems:?}");
    hits.iter().any(|hit| hit.rule == "known-malware-hash" && hit.evidence.contains("Example.Worm"))
}

fn kept(cache: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(cache.join("rules")).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "hashes")).collect()
}

#[test]
fn a_text_is_packed_once_and_a_changed_one_again() {
    let scratch = tempfile::tempdir().unwrap();
    let (list, cache) = (scratch.path().join("bad.sha256"), scratch.path().join("cache"));
    fs::write(&list, format!("{ABC} Example.Worm\n")).unwrap();
    let (first, faults) = load(&list, Some(&cache));
    assert_eq!(faults, []);
    assert!(finds_abc(&first));
    assert_eq!(kept(&cache).len(), 1);
    let (second, _) = load(&list, Some(&cache));
    assert!(finds_abc(&second));
    assert_eq!(first.digest, second.digest);

    fs::write(&list, "# nothing is bad any more\n").unwrap();
    let (third, _) = load(&list, Some(&cache));
    assert!(!finds_abc(&third));
    assert_ne!(first.digest, third.digest, "what was found with another list is not believed");
    assert!(finds_abc(&first), "a list that is in use keeps its bytes");
}

#[test]
fn a_kept_list_that_is_damaged_is_packed_anew() {
    let scratch = tempfile::tempdir().unwrap();
    let (list, cache) = (scratch.path().join("bad.sha256"), scratch.path().join("cache"));
    fs::write(&list, format!("{ABC} Example.Worm\n")).unwrap();
    load(&list, Some(&cache));
    fs::write(&kept(&cache)[0], b"bshashes and no more").unwrap();
    assert!(finds_abc(&load(&list, Some(&cache)).0));
    assert!(finds_abc(&load(&list, None).0), "without a cache it is in memory");
}

#[test]
fn a_text_with_faults_says_them_each_time() {
    let scratch = tempfile::tempdir().unwrap();
    let (list, cache) = (scratch.path().join("bad.sha256"), scratch.path().join("cache"));
    fs::write(&list, format!("{ABC} Example.Worm\nnonsense\n")).unwrap();
    for _ in 0..2 {
        let (content, faults) = load(&list, Some(&cache));
        assert!(finds_abc(&content));
        assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [Some(2)]);
    }
}

#[test]
fn a_packed_list_finds_what_its_texts_say() {
    let scratch = tempfile::tempdir().unwrap();
    let at = |name: &str| scratch.path().join(name);
    fs::write(at("a.sha256"), format!("{ABC} Example.Worm\nnonsense\n")).unwrap();
    fs::write(at("b.sha256"), format!("{}\n{ABC} Another.Name\n", "0".repeat(64))).unwrap();
    let packed = content::pack(&[at("a.sha256"), at("b.sha256")], &at("all.hashes"), &Limits::default()).unwrap();
    assert_eq!((packed.digests, packed.faults.len()), (2, 1));
    let (content, faults) = load(&at("all.hashes"), None);
    assert_eq!(faults, []);
    assert!(finds_abc(&content));
    assert_eq!(content::check(&[at("all.hashes")]).unwrap().faults, []);

    let mut bytes = fs::read(at("all.hashes")).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(at("damaged.hashes"), &bytes).unwrap();
    assert_eq!(content::check(&[at("damaged.hashes")]).unwrap().faults.len(), 1);
    fs::write(at("damaged.hashes"), &bytes[..last]).unwrap();
    let (content, faults) = load(&at("damaged.hashes"), None);
    assert!(!finds_abc(&content));
    assert!(faults[0].reason.contains("cut off or damaged"), "{faults:?}");
}

#[test]
fn a_list_over_the_limit_is_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let list = scratch.path().join("bad.sha256");
    fs::write(&list, format!("{ABC}\n")).unwrap();
    let limits = Limits { hash_list_bytes: 10, ..Limits::default() };
    let sought = Sought { malware: true, secrets: false };
    let refused = content::load(sought, std::slice::from_ref(&list), None, &limits);
    assert!(matches!(refused, Err(LoadError::TooLarge { most: 10, .. })), "{refused:?}");
    let refused = content::pack(&[list], &scratch.path().join("all.hashes"), &limits);
    assert!(matches!(refused, Err(LoadError::TooLarge { .. })), "{refused:?}");
}
