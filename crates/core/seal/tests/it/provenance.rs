//! What becomes of provenance: facts of a verdict.

use boltseal_model::Limits;
use boltseal_seal::predicates::{Facts, PROVENANCE_V0_2, PROVENANCE_V1, Provenance};
use boltseal_seal::{Statement, StatementError};

use crate::support::digest;

fn facts(predicate_type: &str, predicate: &str) -> Result<Facts, StatementError> {
    let stated = Statement::of_json("shop", &digest("image"), predicate_type, predicate.as_bytes(), &Limits::default());
    Provenance::of(&stated.unwrap()).map(|provenance| provenance.facts)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_workflow_of_github_names_builder_source_branch_and_commit() {
    let found = facts(
        PROVENANCE_V1,
        r#"{"buildDefinition":{"buildType":"https://actions.example/workflow/v1",
        "externalParameters":{"workflow":{"ref":"refs/heads/main","repository":"https://forge.example/acme/shop","path":".github/workflows/release.yml"}},
        "internalParameters":{"x":[1]},
        "resolvedDependencies":[{"uri":"git+https://forge.example/other/x@refs/heads/main","digest":{"gitCommit":"bbbb"}},
            {"uri":"git+https://forge.example/acme/shop@refs/heads/main","digest":{"gitCommit":"aaaa"}}]},
        "runDetails":{"builder":{"id":"https://builder.example/hosted"},"metadata":{"invocationId":"1"}}}"#,
    );
    assert_eq!(
        found.unwrap(),
        Facts {
            builder: some("https://builder.example/hosted"),
            source: some("https://forge.example/acme/shop"),
            branch: some("main"),
            tag: None,
            commit: some("aaaa"),
        }
    );
}

#[test]
fn a_source_in_parameters_or_dependencies_is_found() {
    let of = |parameters: &str, dependencies: &str| {
        let text = format!(
            r#"{{"buildDefinition":{{"buildType":"b","externalParameters":{parameters},"resolvedDependencies":{dependencies}}},"runDetails":{{"builder":{{"id":"x"}}}}}}"#
        );
        let facts = facts(PROVENANCE_V1, &text).unwrap();
        (facts.source, facts.branch, facts.tag, facts.commit)
    };
    let git = r#"[{"uri":"git+https://user@forge.example/shop@refs/tags/v1","digest":{"sha1":"cc"}}]"#;
    let shop = || some("https://user@forge.example/shop");
    assert_eq!(of("{}", git), (shop(), None, some("v1"), some("cc")));
    let config = r#"{"configSource":{"uri":"git+https://forge.example/a@refs/heads/x/y#sub","digest":{"sha1":"dd"}}}"#;
    assert_eq!(of(config, git), (some("https://forge.example/a"), some("x/y"), None, some("dd")));
    let source = r#"{"source":"https://forge.example/a","ref":"refs/heads/z"}"#;
    assert_eq!(of(source, "[]"), (some("https://forge.example/a"), some("z"), None, None));
    assert_eq!(of("{}", "[]"), (None, None, None, None));
    assert_eq!(of("{\"anything\":[{\"else\":1}]}", r#"[{"name":"base"}]"#), (None, None, None, None));
}

#[test]
fn the_older_form_names_the_same() {
    let found = facts(
        PROVENANCE_V0_2,
        r#"{"builder":{"id":"https://builder.example/v0"},"buildType":"t",
        "invocation":{"configSource":{"uri":"git+https://forge.example/shop@refs/heads/main","digest":{"sha1":"ee"},"entryPoint":"x"}},
        "materials":[{"uri":"pkg:docker/base@1","digest":{"sha256":"ff"}}]}"#,
    );
    let found = found.unwrap();
    assert_eq!((found.builder, found.branch), (some("https://builder.example/v0"), some("main")));
    assert_eq!((found.source, found.commit), (some("https://forge.example/shop"), some("ee")));
}

#[test]
fn another_version_and_another_form_are_refused() {
    let unknown = facts("https://slsa.dev/provenance/v2", "{}");
    assert!(matches!(unknown, Err(StatementError::PredicateType { .. })));
    assert!(matches!(facts(PROVENANCE_V1, "{}"), Err(StatementError::Predicate(_))));
    assert!(matches!(facts(PROVENANCE_V0_2, "[]"), Err(StatementError::Predicate(_))));
}
