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

/// Runs of base64, each with a token in it.
fn encoded_tokens(count: u64) -> String {
    let encode = |text: String| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text);
    let token = |seed| boltseal_content::secret::case::expanded("me:ghp_<crc32-base62>", seed).unwrap();
    (0..count).map(|seed| encode(token(seed)) + "\n").collect()
}

#[test]
fn runs_of_base64_over_the_limit_are_a_problem() {
    let text = encoded_tokens(6);
    let found = |limits: &Limits| {
        let (hits, problems) = Searcher::new(&RULES, limits).search(File { path: "a", bytes: text.as_bytes() });
        (hits.len(), problems.iter().map(|problem| problem.kind).collect::<Vec<_>>())
    };
    assert_eq!(found(&Limits::default()), (6, vec![]));
    assert_eq!(found(&Limits { anchors_per_file: 4, ..Limits::default() }), (4, vec![ProblemKind::TooMany]));
    // Each says 43 bytes.
    let (hits, problems) = found(&Limits { unpacked_bytes: 100, ..Limits::default() });
    assert_eq!((hits, problems.first()), (2, Some(&ProblemKind::TooLarge)));
    let (hits, problems) = found(&Limits { archive_depth: 0, ..Limits::default() });
    assert_eq!((hits, problems.first()), (0, Some(&ProblemKind::TooDeep)));
}

#[test]
fn a_run_of_base64_is_read_no_farther_than_the_limit() {
    // The beginning of a token in base64, and nothing around it that any rule knows.
    let (anchor, around) = ("Z2hwX0FB", "A".repeat(96));
    let problems = |text: &str, unpacked_bytes| {
        let limits = Limits { base64_bytes: 1_000, unpacked_bytes, ..Limits::default() };
        let (_, problems) = Searcher::new(&RULES, &limits).search(File { path: "a", bytes: text.as_bytes() });
        problems.iter().map(|problem| problem.kind).collect::<Vec<_>>()
    };
    let one = [&around.repeat(5_000), anchor, &around.repeat(5_000)].concat();
    assert_eq!(problems(&one, 1_600), [], "a thousand characters to either side say 1,500 bytes");
    assert_eq!(problems(&one, 1_400), [ProblemKind::TooLarge]);
    let many = [anchor, &around].concat().repeat(2_000);
    assert_eq!(problems(&many, 2 * many.len() as u64), [], "what is decoded already is not decoded at the next anchor");
}
