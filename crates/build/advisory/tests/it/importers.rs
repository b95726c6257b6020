//! Every importer against its fixtures, and against bytes of any kind.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use boltseal_advisory::import::{self, Imported};
use boltseal_advisory::lifecycle::End;
use boltseal_advisory::range::{Bound, Range};
use boltseal_advisory::{Advisory, Date, version};
use boltseal_model::{FixStatus, Limits, Problems};
use boltseal_testkit::fixtures::{self, Case, Outcome};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[test]
fn fixtures_hold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importers");
    let ids: Vec<&str> = import::ALL.iter().map(|importer| importer.id).collect();
    fixtures::check(&root, &ids, run);
}

/// What each importer makes of each fixture, and its revision, as written down: a fixture that says something else than before, while
/// its input is the same, is a change that databases must see.
#[test]
fn whoever_reads_something_else_has_another_revision() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importers");
    let path = root.join("revisions.json");
    let known: BTreeMap<String, Value> = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let mut now = BTreeMap::new();
    for importer in import::ALL {
        let mut cases = BTreeMap::new();
        for case in fixtures::cases(&root, importer.id) {
            let digest =
                |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let read = run(&case).golden["files"].to_string();
            let both = json!([digest(format!("{:?}", case.files()).as_bytes()), digest(read.as_bytes())]);
            let before = &known.get(importer.id).unwrap_or(&Value::Null);
            let earlier = &before["cases"][&case.name];
            assert!(
                earlier[0] != both[0] || earlier[1] == both[1] || before["revision"] != json!(importer.revision),
                "{}/{} is read in another way: raise the revision of the importer",
                importer.id,
                case.name
            );
            cases.insert(case.name.clone(), both);
        }
        now.insert(importer.id.to_owned(), json!({ "revision": importer.revision, "cases": cases }));
    }
    if now != known {
        assert!(std::env::var_os("BOLTSEAL_BLESS").is_some(), "{}: BOLTSEAL_BLESS=1 writes it anew", path.display());
        fs::write(path, serde_json::to_string_pretty(&now).unwrap() + "\n").unwrap();
    }
}

fn run(case: &Case) -> Outcome {
    let (mut hits, mut all, mut files) = (0, Problems::default(), Vec::new());
    for (path, bytes) in case.files() {
        let importer = import::detect(&path, &bytes).unwrap_or_else(|| panic!("{}: nobody reads {path}", case.name));
        assert_eq!(importer.id, case.id, "{}: {path}", case.name);
        let (imported, problems) = (importer.import)(&path, &bytes, &case.limits());
        for advisory in &imported.advisories {
            let ecosystem = version::ecosystem_of(&advisory.namespace).unwrap();
            assert!(importer.ecosystems.contains(&ecosystem), "{} tells of {}", case.id, advisory.namespace);
        }
        hits += imported.advisories.len() + imported.facts();
        let skipped: Value =
            imported.skipped.iter().map(|(reason, count)| (reason.name().to_owned(), json!(count))).collect();
        let advisories: Vec<Value> = imported.advisories.iter().map(advisory).collect();
        let mut read = json!({ "path": path, "advisories": advisories, "skipped": skipped });
        if imported.facts() > 0 {
            read["facts"] = facts(&imported);
        }
        files.push(read);
        all.append(problems);
    }
    let problems = all.into_sorted();
    Outcome { hits, golden: json!({ "files": files, "problems": problems }), problems }
}

/// What is no advisory, a line each.
fn facts(imported: &Imported) -> Value {
    let exploited = imported.exploited.iter().map(|row| format!("{} exploited since {}", row.cve, row.since));
    let likelihoods = imported.likelihoods.iter().map(|row| {
        let scored = row.scored.map_or(String::new(), |day| format!(" on {day}"));
        format!("{} {}{scored}", row.cve, row.probability.value())
    });
    let lifecycles = imported.lifecycles.iter().flat_map(|product| {
        let subjects: Vec<String> = product.subjects.iter().map(ToString::to_string).collect();
        let name = format!("{} ({})", product.title, subjects.join(", "));
        product.cycles.iter().map(move |cycle| {
            let extended = cycle.extended.map_or(String::new(), |end| format!(", extended {}", ends(end)));
            format!("{name} {} {}{extended}", cycle.name, ends(cycle.end))
        })
    });
    exploited.chain(likelihoods).chain(lifecycles).collect()
}

fn ends(end: End) -> String {
    match end {
        End::Open => "open".into(),
        End::Past => "past".into(),
        End::On(day) => format!("until {day}"),
    }
}

fn advisory(advisory: &Advisory) -> Value {
    // What an advisory does not say is not listed, so that a golden file shows what it does.
    let mut said = json!({
        "id": advisory.id,
        "aliases": advisory.aliases,
        "package": format!("{} {}", advisory.namespace, advisory.package),
        "ranges": advisory.ranges.iter().map(range).collect::<Vec<_>>(),
        "versions": advisory.versions,
        "severity_vector": advisory.severity_vector,
        "rating": advisory.rating.map(|rating| format!("{rating:?}")),
        "status": advisory.status.map(FixStatus::name),
        "module": advisory.module,
        "published": advisory.published.as_ref().map(Date::to_string),
        "modified": advisory.modified.as_ref().map(Date::to_string),
    });
    for key in ["rating", "status", "module"] {
        if said[key].is_null() {
            said.as_object_mut().unwrap().remove(key);
        }
    }
    said
}

/// In the notation of mathematics: `[1.0, 2.0) fixed in 2.0`.
fn range(range: &Range) -> String {
    let end = |bound: &Option<Bound>, signs: [&str; 2]| match bound {
        Some(bound) => (bound.version.clone(), signs[usize::from(bound.inclusive)].to_owned()),
        None => (String::new(), signs[0].to_owned()),
    };
    let (lower, open) = end(&range.lower, ["(", "["]);
    let (upper, close) = end(&range.upper, [")", "]"]);
    let fixed = range.fixed.as_ref().map_or(String::new(), |fixed| format!(" fixed in {fixed}"));
    format!("{open}{lower}, {upper}{close}{fixed}")
}

/// The files of all fixtures, to be cut and changed.
fn fixture_files() -> &'static [(String, Vec<u8>)] {
    fn walk(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                walk(&path, files);
            } else if path.components().any(|part| part.as_os_str() == "input") {
                files.push((path.to_string_lossy().into_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    static FILES: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut files = Vec::new();
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importers"), &mut files);
        files.sort();
        files
    })
}

proptest! {
    #[test]
    fn importers_never_panic_on_any_bytes(bytes: Vec<u8>, text: String) {
        for (path, genuine) in fixture_files() {
            let importer = import::detect(path, genuine).unwrap();
            let _ = (importer.import)(path, &bytes, &Limits::default());
            let _ = (importer.import)(path, text.as_bytes(), &Limits::default());
            let _ = import::detect(path, &bytes);
        }
    }

    #[test]
    fn importers_never_panic_on_damaged_files(file in 0usize..1000, cut in 0usize..2000, place in 0usize..2000, byte: u8) {
        let files = fixture_files();
        let (path, mut bytes) = files[file % files.len()].clone();
        let importer = import::detect(&path, &bytes).unwrap();
        let length = bytes.len();
        bytes[place % length] = byte;
        bytes.truncate(length.saturating_sub(cut % 200));
        let _ = (importer.import)(&path, &bytes, &Limits::default());
    }
}
