//! Files that lists of digests know.

use boltseal_content::malware::{HashesBuilder, HashesError, Yara};
use boltseal_content::{File, Known, Rules, Searcher};
use boltseal_model::Limits;

#[test]
fn a_file_whose_digest_is_listed_is_found_with_its_name() {
    let mut builder = HashesBuilder::default();
    // The SHA-256 of "abc" and of nothing, of FIPS 180-2 and RFC 6234.
    let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad Example.Worm\n\
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n";
    assert_eq!(builder.add("list.txt", text), []);
    let mut rules = Rules::new(None::<Yara>, Vec::new());
    let list = Known { name: "ours".to_owned(), bytes: Box::new(builder.finish().unwrap()) };
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
