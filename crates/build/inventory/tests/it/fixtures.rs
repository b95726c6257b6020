//! Every case below `tests/fixtures/analyzers`.

use std::path::{Path, PathBuf};

use boltseal_inventory::{ALL, Analyzer, File, wanted};
use boltseal_model::Problems;
use boltseal_testkit::fixtures::{Case, Outcome, check};
use serde_json::json;

/// The folder of the fixtures.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/analyzers")
}

#[test]
fn every_case_keeps_the_promise_in_its_name() {
    let ids: Vec<&str> = ALL.iter().map(|analyzer| analyzer.id).collect();
    check(&root(), &ids, run);
}

/// What the case's own analyzer makes of those files that it wants.
fn run(case: &Case) -> Outcome {
    let limits = case.limits();
    let (mut distributions, mut packages, mut owned) = (Vec::new(), Vec::new(), Vec::new());
    let mut notices = Vec::new();
    let mut problems = Problems::default();
    for (path, bytes) in case.files() {
        let file = File { path: &path, bytes: &bytes };
        let own = |analyzer: &&Analyzer| analyzer.id == case.id;
        let Some(analyzer) = wanted(&path).find(own) else { continue };
        let (inventory, found) = (analyzer.parse)(&file, &limits);
        problems.append(found);
        for package in &inventory.packages {
            assert!(analyzer.ecosystems.contains(&package.ecosystem), "{} finds {}", case.id, package.purl);
        }
        assert!(!analyzer.evidence.is_empty() || inventory.packages.is_empty(), "{} finds packages", case.id);
        distributions.extend(inventory.distribution);
        packages.extend(inventory.packages);
        notices.extend(
            inventory.notices.into_iter().map(|notice| json!({ "path": notice.path, "licences": notice.licences })),
        );
        owned.extend(inventory.owned.into_iter().map(|file| json!(file)));
    }
    let problems = problems.into_sorted();
    let hits = distributions.len() + packages.len() + owned.len() + notices.len();
    let mut golden =
        json!({ "distributions": distributions, "packages": packages, "owned": owned, "problems": problems });
    // Hardly any analyzer has them.
    if let Some(golden) = golden.as_object_mut().filter(|_| !notices.is_empty()) {
        golden.insert("notices".into(), notices.into());
    }
    Outcome { hits, golden, problems }
}
