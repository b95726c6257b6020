//! Any bytes at all give hits and problems, and nothing else.

use std::sync::LazyLock;

use boltseal_content::{File, Rules, Searcher, Sought};
use boltseal_model::{Limits, ProblemKind};
use proptest::prelude::*;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::built_in(Sought { malware: true, secrets: true }).0);

/// Pieces that rules begin with, and what may stand around them.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let anchors: Vec<String> = RULES.secrets().iter().flat_map(|rule| rule.anchors.clone()).collect();
    let piece = prop_oneof![
        proptest::sample::select(anchors).prop_map(String::into_bytes),
        "[A-Za-z0-9+/=_.-]{0,80}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..20),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in pieces()) {
        let limits = Limits::default();
        Searcher::new(&RULES, &limits).search(File { path: "a/.npmrc", bytes: &bytes });
    }
}

#[test]
fn more_hits_than_the_limit_are_a_problem() {
    let limits = Limits { hits_per_file: 3, ..Limits::default() };
    let text: String =
        (0..10).map(|seed| boltseal_content::secret::case::expanded("ghp_<crc32-base62>\n", seed).unwrap()).collect();
    let (hits, problems) = Searcher::new(&RULES, &limits).search(File { path: "tokens", bytes: text.as_bytes() });
    assert_eq!(hits.len(), 3);
    assert!(problems.iter().any(|problem| problem.kind == ProblemKind::TooMany));
}

#[test]
fn more_places_to_try_than_the_limit_are_a_problem() {
    let limits = Limits { anchors_per_file: 5, ..Limits::default() };
    let (_, problems) = Searcher::new(&RULES, &limits).search(File { path: "a", bytes: &b" ghp_A".repeat(10) });
    assert!(problems.iter().any(|problem| problem.kind == ProblemKind::TooMany));
}

#[test]
fn made_up_secrets_do_not_hide_malware_behind_them() {
    let limits = Limits { hits_per_file: 3, ..Limits::default() };
    let expanded = |seed| boltseal_content::secret::case::expanded("ghp_<crc32-base62>\n", seed).unwrap();
    let tokens: String = (0..10).map(expanded).collect();
    let shell =
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, "PD9waHAgc3lzdGVtKCRfR0VUWydjbWQnXSk7ID8+");
    let shell = shell.unwrap();
    let bytes = [tokens.as_bytes(), &shell].concat();
    let (hits, problems) = Searcher::new(&RULES, &limits).search(File { path: "up.php", bytes: &bytes });
    assert!(hits.iter().any(|hit| hit.rule == "php-runs-request-as-command"), "{hits:?}");
    assert!(problems.iter().any(|problem| problem.kind == ProblemKind::TooMany));
}
