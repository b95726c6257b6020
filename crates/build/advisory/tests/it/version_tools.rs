//! Version orders and requirements against the package managers that define them.

use std::cmp::Ordering;
use std::path::Path;
use std::process::Command;

use boltseal_advisory::range::Range;
use boltseal_advisory::range::requirement::{ParseRequirementError, composer as composer_range, gem};
use boltseal_advisory::range::set::Interval;
use boltseal_testkit::skip;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::version_orders::{ask, compare, order, samples, sign};

pub fn gem_version() -> impl Strategy<Value = String> {
    "[0-2](\\.(0|1|2|10|a|b|rc|rc1|1a|B)){0,4}(-[0-1a-b.]{1,3})?"
}

pub fn composer_version() -> impl Strategy<Value = String> {
    let classical =
        "v?[0-2](\\.[0-2]){0,3}([._-]?(stable|beta|b|RC|alpha|a|patch|pl|p)([.-]?[0-2]){0,2})?([.-]?dev)?(\\+b)?";
    let date = "20[12]0([.:-]?(01|10)){1,3}(-(beta|rc)[0-2]?)?";
    prop_oneof![4 => classical, 1 => date, 1 => "[0-2](\\.[0-2x]){0,2}\\.x-dev"]
}

/// Words after hyphens only, and at the end alone those that say nothing: elsewhere the Maven of Debian 12 is older than the
/// specification.
pub fn maven_version() -> impl Strategy<Value = String> {
    let token = "1|2|10|alpha|beta|rc|cr|m|milestone|snapshot|SNAPSHOT|sp|foo|Bar|jre|a1|b2|rc1|foo1|1x";
    prop::string::string_regex(&format!("[0-2](\\.[0-2]){{0,3}}(-({token}))?(-({token}|0|final|ga))?")).unwrap()
}

pub fn conda_version() -> impl Strategy<Value = String> {
    "([01]!)?[0-2](\\.?(0|1|2|10|a|b|rc|dev|post|\\*)){0,4}_?(\\+[0-2](\\.[0-1a])?)?"
}

/// What is wrong in one place shows in full, so that one run tells all.
fn agree(id: &str, pairs: &[(String, String)], answers: &Value, at_least: usize) {
    let mut compared = 0;
    for ((left, right), answer) in pairs.iter().zip(answers.as_array().unwrap()) {
        let Some(expected) = answer.as_i64() else { continue };
        assert_eq!(sign(compare(id, left, right)), expected, "{id}: {left} {right}");
        assert!((order(id).is_valid)(left) && (order(id).is_valid)(right), "{id}: {left} {right}");
        compared += 1;
    }
    assert!(compared >= at_least, "{id}: {compared}");
}

#[test]
fn rpm_agrees_with_rpm() {
    let part = "[0-2a]([.~^_+]?(0|1|01|10|a|b|rc|el9|A)){0,5}";
    let pairs = samples((part, part), 3_000);
    // One expression for all pairs: every call of rpm costs as much as all of them.
    let calls: String = pairs.iter().map(|(left, right)| format!("a[#a+1]=rpm.vercmp('{left}','{right}') ")).collect();
    let expression = format!("%{{lua: local a={{}} {calls} print('['..table.concat(a,',')..']')}}");
    let script = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(script.path(), expression).unwrap();
    let Some(answers) = Command::new("sh")
        .args(["-c", "exec rpm --eval \"$(cat \"$0\")\""])
        .arg(script.path())
        .output()
        .ok()
        .filter(|output| output.status.success())
    else {
        return skip("rpm is not installed");
    };
    let answers: Value = serde_json::from_slice(&answers.stdout).unwrap();
    agree("rpm", &pairs, &answers, 3_000);
}

#[test]
fn gem_agrees_with_rubygems() {
    const SCRIPT: &str = "
require 'json'
parse = ->(text) { Gem::Version.correct?(text) ? Gem::Version.new(text) : nil }
puts JSON.parse(STDIN.read).map { |a, b| a, b = parse.(a), parse.(b); a && b ? a <=> b : nil }.to_json
";
    let pairs = samples((gem_version(), gem_version()), 6_000);
    let Some(answers) = ask(Command::new("ruby").args(["-e", SCRIPT]), &json!(pairs)) else {
        return skip("ruby is not installed");
    };
    agree("gem", &pairs, &answers, 3_000);
}

/// PHP with composer/semver, as Debian packages it.
fn composer(script: &str, input: &Value) -> Option<Value> {
    let autoload = "/usr/share/php/Composer/Semver/autoload.php";
    Path::new(autoload).exists().then_some(())?;
    let script = format!("require '{autoload}'; $input = json_decode(stream_get_contents(STDIN)); {script}");
    ask(Command::new("php").args(["-r", &script]), input)
}

#[test]
fn composer_agrees_with_composer() {
    const SCRIPT: &str = "
$parser = new Composer\\Semver\\VersionParser;
$normal = function ($text) use ($parser) { try { return $parser->normalize($text); } catch (Exception $e) { return null; } };
echo json_encode(array_map(function ($pair) use ($normal) {
    [$a, $b] = array_map($normal, $pair);
    return $a === null || $b === null ? null : version_compare($a, $b);
}, $input));
";
    let pairs = samples((composer_version(), composer_version()), 6_000);
    let Some(answers) = composer(SCRIPT, &json!(pairs)) else { return skip("php-composer-semver is not installed") };
    agree("composer", &pairs, &answers, 4_000);
}

#[test]
fn maven_agrees_with_maven() {
    let jar = ["/usr/share/java/maven3-artifact.jar", "/usr/share/java/commons-lang3.jar"];
    if Command::new("java").arg("-version").output().is_err() || !jar.iter().all(|jar| Path::new(jar).exists()) {
        return skip("libmaven3-core-java or java is not installed");
    }
    let versions = samples(maven_version(), 4_000);
    // The program compares each version with the one before: `   1.0 < 1.1`.
    let output = Command::new("java")
        .args(["-cp", &jar.join(":"), "org.apache.maven.artifact.versioning.ComparableVersion"])
        .args(&versions)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut compared = 0;
    for line in text.lines().filter_map(|line| line.strip_prefix("   ")) {
        let words: Vec<&str> = line.split(' ').collect();
        let expected = match words[1] {
            "<" => Ordering::Less,
            "==" => Ordering::Equal,
            _ => Ordering::Greater,
        };
        assert_eq!(compare("maven", words[0], words[2]), expected, "{line}");
        compared += 1;
    }
    assert_eq!(compared, versions.len() - 1);
}

/// Asks whether versions are in requirements, and holds ours to the answers.
fn requirements_agree(
    id: &str,
    pairs: &[(String, String)],
    answers: &Value,
    parse: impl Fn(&str) -> Result<Vec<Interval>, ParseRequirementError>,
) {
    let mut compared = 0;
    for ((version, requirement), answer) in pairs.iter().zip(answers.as_array().unwrap()) {
        let Some(expected) = answer.as_bool() else { continue };
        let ours = parse(requirement).unwrap_or_else(|error| panic!("{requirement}: {error}"));
        let holds = ours.into_iter().any(|interval| Range::from(interval).contains(version, order(id)));
        assert_eq!(holds, expected, "{version} in {requirement}");
        compared += 1;
    }
    assert!(compared > 2_000, "{id}: {compared}");
}

#[test]
fn gem_requirements_agree_with_rubygems() {
    const SCRIPT: &str = "
require 'json'
answer = ->(version, requirement) {
  begin
    Gem::Requirement.new(requirement.split(',').map(&:strip)).satisfied_by?(Gem::Version.new(version))
  rescue ArgumentError
    nil
  end
}
puts JSON.parse(STDIN.read).map { |pair| answer.(*pair) }.to_json
";
    // `~>` on a version with words ends elsewhere only for prereleases of its own end.
    let part = "(~>|>=|<=|!=|>|<|=)? ?[0-2](\\.[0-2]){0,3}";
    let requirement = prop::collection::vec(part, 1..3).prop_map(|parts| parts.join(", "));
    let pairs = samples(("[0-2](\\.[0-2]){0,3}(\\.(b|rc)[12]?)?", requirement), 6_000);
    let Some(answers) = ask(Command::new("ruby").args(["-e", SCRIPT]), &json!(pairs)) else {
        return skip("ruby is not installed");
    };
    requirements_agree("gem", &pairs, &answers, gem::parse);
}

#[test]
fn composer_constraints_agree_with_composer() {
    const SCRIPT: &str = "
echo json_encode(array_map(function ($pair) {
    try { return Composer\\Semver\\Semver::satisfies($pair[0], $pair[1]); } catch (Exception $e) { return null; }
}, $input));
";
    let part = "([<>]=?|=|==|!=|~|\\^)? ?v?([0-2]|[0-2]\\.[0-2]|[0-2](\\.[0-2]){2,3}|[0-2]\\.[0-2]-beta1|[0-2]\\.\\*)";
    let hyphen = "[0-2](\\.[0-2]){0,3} - [0-2](\\.[0-2]){0,3}";
    let requirement = prop_oneof![
        3 => prop::collection::vec(part, 1..3).prop_map(|parts| parts.join(", ")),
        1 => hyphen,
        1 => prop::collection::vec(part, 2..4).prop_map(|parts| parts.join(" || ")),
    ];
    let pairs = samples(("[0-2](\\.[0-2]){0,3}(-(dev|alpha1|beta1|RC|p1))?", requirement), 6_000);
    let Some(answers) = composer(SCRIPT, &json!(pairs)) else { return skip("php-composer-semver is not installed") };
    requirements_agree("composer", &pairs, &answers, composer_range::parse);
}
