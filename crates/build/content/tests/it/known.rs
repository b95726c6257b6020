//! Files that lists of digests know.

use boltseal_content::malware::{HashesBuilder, HashesError, Yara};
use boltseal_content::{File, Known, Rules, Searcher};
use boltseal_model::{Limits, ProblemKind};

#[test]
fn a_file_whose_digest_is_listed_is_found_with_its_name() {
    let mut builder = HashesBuilder::default();
    // The SHA-256 of "abc" and of nothing, of FIPS 180-2 and RFC 6234.
    let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad Example.Worm\n\
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n";
    assert_eq!(builder.add("list.txt", text.as_bytes()).unwrap(), []);
    let mut rules = Rules::new(None::<Yara>, Vec::new());
    let mut bytes = Vec::new();
    assert_eq!(builder.write(&mut bytes).unwrap(), 2);
    let list = Known { name: "ours".to_owned(), bytes: Box::new(bytes) };
    rules.know(list).unwrap();
    let limits = Limits::default();
    let mut searcher = Searcher::new(&rules, &limits);
    let mut evidence = |bytes: &[u8]| {
        let (hits, problems) = searcher.search(File { path: "srv/file", bytes });
        assert!(problems.is_empty());
        hits.into_iter().map(|hit| format!("{}: {}", hit.rule, hit.evidence)).collect::<Vec<_>>()
    };
    assert_eq!(evidence(b"abc"), ["known-malware-hash: its SHA-256 is in the list ours as Example.Worm"]);
    assert_eq!(evidence(b""), ["known-malware-hash: its SHA-256 is in the list ours"]);
    assert!(evidence(b"abd").is_empty());
}

#[test]
fn what_is_no_list_is_refused() {
    let mut rules = Rules::new(None, Vec::new());
    let list = Known { name: "ours".to_owned(), bytes: Box::new(b"nonsense".to_vec()) };
    assert_eq!(rules.know(list), Err(HashesError::Magic));
}

#[test]
fn a_damaged_list_is_a_problem_and_no_silence() {
    let mut builder = HashesBuilder::default();
    let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n";
    assert_eq!(builder.add("list.txt", text.as_bytes()).unwrap(), []);
    let mut bytes = Vec::new();
    builder.write(&mut bytes).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let mut rules = Rules::new(None::<Yara>, Vec::new());
    rules.know(Known { name: "ours".to_owned(), bytes: Box::new(bytes) }).unwrap();
    let limits = Limits::default();
    let (hits, problems) = Searcher::new(&rules, &limits).search(File { path: "srv/file", bytes: b"abc" });
    assert_eq!(hits, []);
    let said: Vec<_> = problems.iter().map(|problem| (problem.kind, problem.path.as_deref())).collect();
    assert_eq!(said, [(ProblemKind::Unreadable, Some("ours"))]);
}
