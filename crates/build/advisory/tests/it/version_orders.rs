//! Version orders: fixtures, the real lists, the tools that define them, and the laws of an order.

use std::cmp::Ordering;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use boltseal_advisory::range::Range;
use boltseal_advisory::range::requirement::npm;
use boltseal_advisory::version::{self, VersionOrder};
use boltseal_testkit::{data, fixtures, skip};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::version_tools;

pub fn order(id: &str) -> &'static VersionOrder {
    version::ALL.iter().find(|order| order.id == id).unwrap()
}

pub fn compare(id: &str, left: &str, right: &str) -> Ordering {
    (order(id).compare)(left, right)
}

/// Every line `left sign right` of a fixture holds, in both directions.
#[test]
fn fixtures_of_every_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version-orders");
    let ids: Vec<&str> = version::ALL.iter().map(|order| order.id).collect();
    fixtures::check(&root, &ids, |case| {
        let mut lines = 0;
        for (_, bytes) in case.files() {
            let text = String::from_utf8(bytes).unwrap();
            for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                hold(&case.id, line);
                lines += 1;
            }
        }
        fixtures::Outcome { hits: lines, problems: Vec::new(), golden: serde_json::json!({ "lines": lines }) }
    });
}

fn hold(id: &str, line: &str) {
    let words: Vec<&str> = line.split(' ').collect();
    let [left, sign, right] = words[..] else { panic!("{id}: {line:?} is not `left sign right`") };
    let expected = match sign {
        "<" => Ordering::Less,
        "=" => Ordering::Equal,
        ">" => Ordering::Greater,
        _ => panic!("{id}: {line:?} has no sign"),
    };
    assert_eq!(compare(id, left, right), expected, "{id}: {line}");
    assert_eq!(compare(id, right, left), expected.reverse(), "{id}: {line}, the other way round");
}

#[test]
fn debian_lists_are_newest_first() {
    let Some(path) = data::find("advisories/debian/debian-version-lists.tsv") else { return };
    let text = fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    let mut pairs = 0;
    for neighbours in rows.windows(2).filter(|rows| rows[0][..2] == rows[1][..2]) {
        let (newer, older) = (neighbours[0][3], neighbours[1][3]);
        // The lists begin anew where the position does.
        if neighbours[1][2] != "0" {
            assert_eq!(compare("dpkg", newer, older), Ordering::Greater, "{newer} {older}");
            assert!((order("dpkg").is_valid)(newer), "{newer}");
            pairs += 1;
        }
    }
    assert_eq!(pairs, 1_709);
}

/// apk-tools is not packaged outside Alpine, so the lists that Alpine keeps in order stand in for it.
#[test]
fn alpine_lists_are_in_order() {
    let Some(folder) = data::find("advisories/alpine-secdb") else { return };
    let mut lists: Vec<Vec<String>> = Vec::new();
    for file in ["v3.8", "v3.9", "v3.10", "v3.11"].map(|release| folder.join(release)) {
        for text in ["main.yaml", "community.yaml"].map(|name| fs::read_to_string(file.join(name)).unwrap()) {
            for line in text.lines() {
                let key = line.strip_prefix("        ").and_then(|line| line.strip_suffix(':'));
                match key.map(|key| key.trim_matches('"')).filter(|key| (order("apk").is_valid)(key)) {
                    Some(version) => lists.last_mut().unwrap().push(version.to_owned()),
                    None if line.starts_with("  - pkg:") => lists.push(Vec::new()),
                    None => {}
                }
            }
        }
    }
    lists.retain(|list| list.len() > 1);
    let is_sorted = |list: &[String], sign| list.windows(2).all(|pair| compare("apk", &pair[0], &pair[1]) == sign);
    let (sorted, mixed): (Vec<_>, Vec<_>) =
        lists.iter().partition(|list| is_sorted(list, Ordering::Greater) || is_sorted(list, Ordering::Less));
    // Some lists were begun oldest first and continued newest first; they say nothing.
    assert_eq!((sorted.len(), mixed.len()), (419, 44));
}

/// Samples of a strategy, the same in every run.
pub fn samples<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, count: usize) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn dpkg_version() -> impl Strategy<Value = String> {
    "([0-2]:)?[0-2]([.+~a-]?[0-9a-c~]{0,3}){0,2}(-[0-9a-b.+~]{1,4})?"
}

fn apk_version() -> impl Strategy<Value = String> {
    "[0-2](\\.[0-2]{1,2}){0,2}[ab]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-2]{0,2}){0,2}(~[0-9a-f]{1,2})?(-r[0-2]{1,2})?"
}

fn semver_version() -> impl Strategy<Value = String> {
    "[0-2]\\.[0-2]\\.[0-2](-(rc|[0-2]|beta-1|A|1a)(\\.(10|9|x|a-b)){0,2})?(\\+(1|b)(\\.2)?)?"
}

fn pep440_version() -> impl Strategy<Value = String> {
    // Release, pre-release, post-release, development release, local version.
    let parts = [
        "v?([01]!)?[0-2](\\.[0-2]){0,2}",
        "([-_.]?(a|b|c|rc|alpha|beta|pre|preview|RC)[-_.]?[0-2]?)?",
        "(-[0-2]|[-_.]?(post|rev|r)[-_.]?[0-2]?)?",
        "([-_.]?dev[-_.]?[0-2]?)?",
        "(\\+[01a](\\.[0-9A-b]{1,2})?)?",
    ];
    prop::string::string_regex(&parts.concat()).unwrap()
}

pub fn sign(order: Ordering) -> i64 {
    order as i64
}

#[test]
fn dpkg_agrees_with_dpkg() {
    if Command::new("dpkg").arg("--version").output().is_err() {
        return skip("dpkg is not installed");
    }
    let holds = |left: &str, sign: &str, right: &str| {
        Command::new("dpkg").args(["--compare-versions", left, sign, right]).status().unwrap().success()
    };
    let valid = |version: &String| (order("dpkg").is_valid)(version);
    let mut pairs = 0;
    for (left, right) in samples((dpkg_version(), dpkg_version()), 600) {
        if !valid(&left) || !valid(&right) {
            continue;
        }
        let expected = match (holds(&left, "lt", &right), holds(&left, "eq", &right)) {
            (true, _) => Ordering::Less,
            (_, true) => Ordering::Equal,
            _ => Ordering::Greater,
        };
        assert_eq!(compare("dpkg", &left, &right), expected, "{left} {right}");
        pairs += 1;
    }
    assert!(pairs > 400, "{pairs}");
}

/// Runs a script with a JSON value on its standard input, and gives the JSON that it prints; `None` when it cannot run.
pub fn ask(command: &mut Command, input: &serde_json::Value) -> Option<serde_json::Value> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    child.stdin.take()?.write_all(input.to_string().as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn pep440_agrees_with_packaging() {
    const SCRIPT: &str = "
import json, sys
try:
    from packaging.version import Version, InvalidVersion
except ImportError:
    from pip._vendor.packaging.version import Version, InvalidVersion
def parse(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None
answers = []
for left, right in json.load(sys.stdin):
    a, b = parse(left), parse(right)
    answers.append([a is not None, (a > b) - (a < b) if a is not None and b is not None else None])
print(json.dumps(answers))
";
    let loose = || prop_oneof![4 => pep440_version(), 1 => "[0-1a-crv.!+_-]{1,8}"];
    let pairs = samples((loose(), loose()), 4_000);
    let Some(answers) = ask(Command::new("python3").args(["-c", SCRIPT]), &serde_json::json!(pairs)) else {
        return skip("Python with packaging is not installed");
    };
    let mut compared = 0;
    for ((left, right), answer) in pairs.iter().zip(answers.as_array().unwrap()) {
        assert_eq!((order("pep440").is_valid)(left), answer[0].as_bool().unwrap(), "{left}");
        if let Some(expected) = answer[1].as_i64() {
            assert_eq!(sign(compare("pep440", left, right)), expected, "{left} {right}");
            compared += 1;
        }
    }
    assert!(compared > 2_000, "{compared}");
}

#[test]
fn semver_agrees_with_the_semver_crate() {
    for (left, right) in samples((semver_version(), semver_version()), 4_000) {
        let (a, b) = (semver::Version::parse(&left).unwrap(), semver::Version::parse(&right).unwrap());
        assert_eq!(compare("semver", &left, &right), a.cmp_precedence(&b), "{left} {right}");
    }
}

/// node-semver, as npm brings it along.
fn node(script: &str, input: &serde_json::Value) -> Option<serde_json::Value> {
    let output = Command::new("npm").args(["root", "-g"]).output().ok()?;
    let global = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let found = [format!("{global}/npm/node_modules/semver"), "/usr/share/nodejs/semver".to_owned()];
    let module = found.iter().find(|path| Path::new(path).exists())?;
    let script = format!("const semver = require({module:?});\n{script}");
    ask(Command::new("node").args(["-e", &script]), input)
}

#[test]
fn semver_agrees_with_npm() {
    const SCRIPT: &str = "
const options = { loose: true };
const pairs = JSON.parse(require('fs').readFileSync(0));
const compare = (a, b) => semver.valid(a, options) && semver.valid(b, options) ? semver.compare(a, b, options) : null;
console.log(JSON.stringify(pairs.map(([a, b]) => compare(a, b))));
";
    let loose = || {
        prop_oneof![semver_version(), "[v=]{0,2} ?0?[0-2]\\.0?[0-2]\\.[0-2](beta|rc1|-?alpha\\.1|-[0-1]{1,2})?(\\+a)?",]
    };
    let pairs = samples((loose(), loose()), 4_000);
    let Some(answers) = node(SCRIPT, &serde_json::json!(pairs)) else { return skip("node with npm is not installed") };
    let mut compared = 0;
    for ((left, right), answer) in pairs.iter().zip(answers.as_array().unwrap()) {
        if let Some(expected) = answer.as_i64() {
            assert_eq!(sign(compare("semver", left, right)), expected, "{left} {right}");
            compared += 1;
        }
    }
    assert!(compared > 3_000, "{compared}");
}

#[test]
fn npm_ranges_agree_with_npm() {
    const SCRIPT: &str = "
const options = { loose: true, includePrerelease: true };
const pairs = JSON.parse(require('fs').readFileSync(0));
console.log(JSON.stringify(pairs.map(([v, r]) => semver.validRange(r, options) === null ? null : semver.satisfies(v, r, options))));
";
    let part = "([<>]=?|=|~|\\^|~>)? ?v?([0-2x*]|[0-2]\\.[0-2x]|[0-2]\\.[0-2]\\.([0-2x]|[0-2]-(rc|0)\\.1))";
    let hyphen = "[0-2](\\.[0-2](\\.[0-2](-rc)?)?)? - [0-2](\\.[0-2](\\.[0-2](-rc)?)?)?";
    let range = prop_oneof![
        3 => prop::collection::vec(part, 1..3).prop_map(|parts| parts.join(" ")),
        1 => hyphen,
        1 => prop::collection::vec(part, 2..4).prop_map(|parts| parts.join(" || ")),
    ];
    let version = "[0-2]\\.[0-2]\\.[0-2](-(0|rc|rc\\.1|0\\.1))?";
    let pairs = samples((version, range), 6_000);
    let Some(answers) = node(SCRIPT, &serde_json::json!(pairs)) else { return skip("node with npm is not installed") };
    let mut compared = 0;
    for ((version, range), answer) in pairs.iter().zip(answers.as_array().unwrap()) {
        let Some(expected) = answer.as_bool() else { continue };
        let ours = npm::parse(range).unwrap_or_else(|error| panic!("{range}: {error}"));
        let holds = ours.into_iter().any(|interval| Range::from(interval).contains(version, order("semver")));
        assert_eq!(holds, expected, "{version} in {range}");
        compared += 1;
    }
    assert!(compared > 4_000, "{compared}");
}

/// Anything that might stand in a version field: grammatical for some order, nearly so, or not at all.
fn any_version() -> impl Strategy<Value = String> {
    prop_oneof![
        dpkg_version(),
        apk_version(),
        semver_version(),
        pep440_version(),
        version_tools::gem_version(),
        version_tools::composer_version(),
        version_tools::maven_version(),
        version_tools::conda_version(),
        "[0-2]:[0-2a~^.]{0,6}-[0-2a~^.]{0,3}",
        "[0-2a-b.~_+:!v-]{0,6}",
        "0{0,3}[0-9]{1,25}(\\.[0-9]{18,22})?",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn every_order_is_total_over_all_strings((a, b, c) in (any_version(), any_version(), any_version())) {
        for order in version::ALL {
            let compare = order.compare;
            prop_assert_eq!(compare(&a, &a), Ordering::Equal, "{}: {:?} is itself", order.id, a);
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse(), "{}: {:?} {:?}", order.id, a, b);
            let mut sorted = [&a, &b, &c];
            sorted.sort_by(|one, two| compare(one, two));
            let [low, middle, high] = sorted;
            prop_assert!(compare(low, middle).is_le() && compare(middle, high).is_le(), "{}", order.id);
            prop_assert!(compare(low, high).is_le(), "{}: {:?}", order.id, sorted);
            if compare(&a, &b).is_eq() {
                prop_assert_eq!(compare(&a, &c), compare(&b, &c), "{}: {:?} {:?} {:?}", order.id, a, b, c);
            }
        }
    }

    #[test]
    fn what_a_grammar_accepts_sorts_above_what_it_refuses((a, b) in (any_version(), any_version())) {
        // In these every string has its place.
        let everywhere = ["dpkg", "maven", "rpm"];
        for order in version::ALL.iter().filter(|order| !everywhere.contains(&order.id)) {
            if (order.is_valid)(&a) && !(order.is_valid)(&b) {
                prop_assert_eq!((order.compare)(&a, &b), Ordering::Greater, "{}: {:?} {:?}", order.id, a, b);
            }
        }
    }
}
