//! Every rule for secrets fires where its cases say, and nowhere else.

use std::collections::BTreeSet;

use boltseal_content::secret::{self, SecretFile, case};
use boltseal_content::{File, Rules, Searcher, Sought};
use boltseal_model::Limits;

/// Expansions of each case.
const SEEDS: u64 = 20;

fn files() -> Vec<(&'static str, SecretFile)> {
    let parse = |(name, text): &(&'static str, &str)| match toml::from_str(text) {
        Ok(file) => (*name, file),
        Err(error) => panic!("content/secrets/{name}.toml: {error}"),
    };
    secret::BUILT_IN.iter().map(parse).collect()
}

fn built_in() -> Rules {
    let (rules, faults) = Rules::built_in(Sought { malware: false, secrets: true });
    assert_eq!(faults, []);
    rules
}

#[test]
fn every_rule_compiles() {
    for rule in built_in().secrets() {
        assert_eq!(rule.compile(), Ok(()));
    }
}

#[test]
fn ids_are_unique_and_begin_with_their_file() {
    let mut ids = BTreeSet::new();
    for (name, file) in files() {
        for rule in file.rules {
            assert!(rule.id.starts_with(name), "content/secrets/{name}.toml: {} does not begin with {name}", rule.id);
            assert!(ids.insert(rule.id.clone()), "{} is given twice", rule.id);
        }
    }
}

#[test]
fn every_rule_fires_where_its_cases_say_and_nowhere_else() {
    let (rules, limits) = (built_in(), Limits::default());
    let mut searcher = Searcher::new(&rules, &limits);
    let mut failures = Vec::new();
    for (_, file) in files() {
        for rule in &file.rules {
            assert!(
                !rule.fires.is_empty() && !rule.quiet.is_empty(),
                "{}: needs cases that fire and that do not",
                rule.id
            );
            let path = match rule.paths.first() {
                Some(ending) => ending.replacen('*', "app/file", 1),
                None => "app/settings.txt".to_owned(),
            };
            let mut check = |case: &String, expected: bool| {
                for seed in 0..SEEDS {
                    let text = case::expanded(case, seed).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
                    let (hits, problems) = searcher.search(File { path: &path, bytes: text.as_bytes() });
                    assert!(problems.is_empty(), "{}: {problems:?}", rule.id);
                    let fired: Vec<&str> = hits.iter().map(|hit| hit.rule.as_str()).collect();
                    if fired.contains(&rule.id.as_str()) != expected {
                        failures.push(format!(
                            "{}: {text:?} should {}fire, and these do: {fired:?}",
                            rule.id,
                            if expected { "" } else { "not " }
                        ));
                        return;
                    }
                    for hit in &hits {
                        assert!(!hit.evidence.contains(&text), "{}: the evidence shows the secret", rule.id);
                    }
                }
            };
            rule.fires.iter().for_each(|case| check(case, true));
            rule.quiet.iter().for_each(|case| check(case, false));
        }
    }
    assert!(failures.is_empty(), "{} cases failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn a_secret_is_found_in_base64_and_placed() {
    let (rules, limits) = (built_in(), Limits::default());
    let text = case::expanded("key: value\ndata: <base64-of:token>\n", 1).unwrap();
    let token = case::expanded("ghp_<crc32-base62>", 1).unwrap();
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("user:{token}"));
    let text = text.replace(&base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "token"), &encoded);
    let (hits, problems) = Searcher::new(&rules, &limits).search(File { path: "a.yaml", bytes: text.as_bytes() });
    assert!(problems.is_empty());
    let [hit] = hits.as_slice() else { panic!("{hits:?}") };
    assert_eq!(
        (hit.rule.as_str(), hit.within.as_slice()),
        ("github-personal-token", &["base64 in line 2".to_owned()][..])
    );
    assert!(hit.evidence.starts_with("ghp_…"), "{}", hit.evidence);
}

#[test]
fn a_secret_that_two_rules_know_is_reported_once() {
    let (rules, limits) = (built_in(), Limits::default());
    let text = case::expanded("api_key = \"ghp_<crc32-base62>\"\n", 1).unwrap();
    let (hits, _) = Searcher::new(&rules, &limits).search(File { path: "settings.py", bytes: text.as_bytes() });
    let ids: Vec<&str> = hits.iter().map(|hit| hit.rule.as_str()).collect();
    assert_eq!(ids, ["github-personal-token"]);
}

#[test]
fn a_text_is_shown_without_its_secrets() {
    let (rules, limits) = (built_in(), Limits::default());
    let text =
        case::expanded("RUN git clone https://ghp_<crc32-base62>@github.com/a/b && ENV T=ghp_<crc32-base62> # end", 7)
            .unwrap();
    let shown = Searcher::new(&rules, &limits).conceal(&text);
    assert_eq!(shown.matches("(40 characters)").count(), 2, "{shown}");
    assert!(shown.starts_with("RUN git clone https://ghp_…") && shown.ends_with(" # end"), "{shown}");
    assert!(
        !text.split(|char: char| !char.is_ascii_alphanumeric()).any(|word| word.len() == 36 && shown.contains(word)),
        "{shown}"
    );
}

#[test]
fn base64_with_a_secret_in_it_is_not_shown() {
    let (rules, limits) = (built_in(), Limits::default());
    let token = case::expanded("user:ghp_<crc32-base62>", 3).unwrap();
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, token);
    let shown = Searcher::new(&rules, &limits).conceal(&format!("RUN echo {encoded} | base64 -d # end"));
    assert!(!shown.contains(&encoded) && shown.starts_with("RUN echo ") && shown.ends_with(" # end"), "{shown}");
}

#[test]
fn a_text_that_is_not_searched_to_its_end_is_not_shown() {
    let rules = built_in();
    let limits = Limits { anchors_per_file: 2, ..Limits::default() };
    let text = case::expanded("ENV A=ghp_A B=ghp_A C=ghp_A TOKEN=ghp_<crc32-base62>", 3).unwrap();
    assert_eq!(Searcher::new(&rules, &limits).conceal(&text), "…");
}

#[test]
fn what_only_a_name_makes_a_secret_is_not_searched_in_tests() {
    let (rules, limits) = (built_in(), Limits::default());
    let mut searcher = Searcher::new(&rules, &limits);
    let mut found = |path: &str, text: &str| {
        let (hits, _) = searcher.search(File { path, bytes: text.as_bytes() });
        hits.into_iter().map(|hit| hit.rule).collect::<Vec<_>>()
    };
    let guessed = case::expanded("api_key = \"<alnum:39>3\"\n", 1).unwrap();
    let known = case::expanded("api_key = \"ghp_<crc32-base62>\"\n", 1).unwrap();
    for path in ["app/settings.py", "app/contest/settings.py"] {
        assert_eq!(found(path, &guessed), ["generic-secret"], "{path}");
    }
    for path in ["app/tests/settings.py", "app/test_settings.py", "tests/a/b/settings.py"] {
        assert!(found(path, &guessed).is_empty(), "{path}");
        assert_eq!(found(path, &known), ["github-personal-token"], "{path}");
    }
}

#[test]
fn a_secret_has_nothing_of_what_stands_behind_it() {
    let (rules, limits) = (built_in(), Limits::default());
    let mut searcher = Searcher::new(&rules, &limits);
    for (_, file) in files() {
        for rule in &file.rules {
            let path = rule.paths.first().map_or_else(|| "a/b.txt".into(), |path| path.replacen('*', "app/file", 1));
            for case in &rule.fires {
                let mut shown = |behind: &str| {
                    let text = case::expanded(case, 1).unwrap() + behind;
                    let (hits, _) = searcher.search(File { path: &path, bytes: text.as_bytes() });
                    hits.into_iter().find(|hit| hit.rule == rule.id).map(|hit| hit.evidence)
                };
                let alone = shown("");
                for behind in ["\n", "\" ", "'"] {
                    let followed = shown(behind);
                    assert!(followed.is_none() || followed == alone, "{}: {case:?}: {alone:?}, {followed:?}", rule.id);
                }
            }
        }
    }
}

#[test]
fn whom_a_secret_may_be_sent_to_is_documented() {
    let page = include_str!("../../../../../docs/secrets.md");
    let rules = built_in();
    let asked = rules.secrets().iter().filter_map(|rule| Some((rule, rule.verify.as_ref()?)));
    for (rule, verify) in asked.clone() {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{}` |", verify.host())));
        assert!(row.is_some_and(|row| row.contains(&format!("`{}`", rule.id))), "{} asks {}", rule.id, verify.host());
    }
    assert!(asked.count() > 20);
}
