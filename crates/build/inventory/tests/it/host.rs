//! Analyzers against the tools whose files they read, on the machine that runs the tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use boltseal_inventory::{File, Inventory, assign_owners, wanted};
use boltseal_model::{Limits, Package, Problem};
use boltseal_testkit::data::workspace;
use boltseal_testkit::skip;

use crate::fixtures::root;

/// What a program prints; `None`, and a printed reason, where it is absent or fails.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    match Command::new(program).args(arguments).output() {
        Ok(output) if output.status.success() => Some(String::from_utf8(output.stdout).unwrap()),
        _ => {
            skip(&format!("{program} is absent or fails"));
            None
        }
    }
}

/// Reads a file of this machine.
pub fn read(path: &Path) -> (Inventory, Vec<Problem>) {
    let bytes = fs::read(path).unwrap();
    let path = path.to_str().unwrap().trim_start_matches('/');
    let analyzer = wanted(path).next().unwrap_or_else(|| panic!("{path} is not wanted"));
    let (inventory, problems) = (analyzer.parse)(&File { path, bytes: &bytes }, &Limits::default());
    (inventory, problems.into_sorted())
}

#[test]
fn finds_what_dpkg_says_is_installed() {
    const FORMAT: &str =
        "${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n";
    let Some(listed) = output("dpkg-query", &["-W", &format!("-f={FORMAT}")]) else { return };
    let expected: BTreeSet<String> = listed
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter(|(state, _)| !matches!(state.as_bytes()[1], b'n' | b'c'))
        .map(|(_, rest)| rest.to_owned())
        .collect();
    let (inventory, problems) = read(Path::new("/var/lib/dpkg/status"));
    let describe = |package: &Package| {
        let (source, source_version) = package.advisory_key();
        let architecture = package.architecture.as_deref().unwrap_or_default();
        [&package.name, &package.version, architecture, source, source_version].join("\t")
    };
    let found: BTreeSet<String> = inventory.packages.iter().map(describe).collect();
    assert!(found.len() > 50, "{}", found.len());
    assert_eq!(found, expected);
    assert_eq!(problems, []);
}

#[test]
fn lines_of_dpkg_packages_are_those_of_their_names() {
    let path = Path::new("/var/lib/dpkg/status");
    let Ok(text) = fs::read_to_string(path) else { return skip("there is no dpkg database") };
    let lines: Vec<&str> = text.lines().collect();
    for package in read(path).0.packages {
        let line = package.location.line.unwrap() as usize;
        assert_eq!(lines[line - 1], format!("Package: {}", package.name));
    }
}

#[test]
fn finds_what_python_says_is_installed() {
    const PROGRAM: &str = "import importlib.metadata as m, pathlib, re\n\
        for d in m.distributions():\n\
        \x20   p = pathlib.Path(d._path)\n\
        \x20   f = p if p.is_file() else p / ('METADATA' if p.suffix == '.dist-info' else 'PKG-INFO')\n\
        \x20   r = {re.match('[A-Za-z0-9._-]+', n)[0] for n in d.metadata.get_all('Requires-Dist') or [] if 'extra ==' not in n}\n\
        \x20   if f.is_file(): print(f, d.metadata['Name'], d.metadata['Version'], ','.join(sorted(r)), sep='\\t')\n";
    let Some(listed) = output("python3", &["-c", PROGRAM]) else { return };
    if listed.is_empty() {
        return skip("python3 has no package");
    }
    for line in listed.lines() {
        let [path, name, version, dependencies] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (inventory, problems) = read(Path::new(path));
        let found: Vec<_> = inventory
            .packages
            .iter()
            .map(|package| (&*package.name, &*package.version, package.dependencies.join(",")))
            .collect();
        assert_eq!((found, problems.len()), (vec![(name, version, dependencies.to_owned())], 0), "{path}");
    }
}

#[test]
fn finds_what_npm_reads_in_a_lock_file() {
    let lock = root().join("npm-lock/fires-version-3/input/app/package-lock.json");
    let folder = tempfile::tempdir().unwrap();
    fs::copy(&lock, folder.path().join("package-lock.json")).unwrap();
    fs::write(folder.path().join("package.json"), r#"{"name": "app", "version": "1.0.0"}"#).unwrap();
    // It exits with an error, because nothing asks for the packages.
    let arguments = ["ls", "--all", "--package-lock-only", "--offline", "--parseable", "--long"];
    let Ok(output) = Command::new("npm").args(arguments).current_dir(folder.path()).output() else {
        return skip("npm is absent");
    };
    let listed = String::from_utf8(output.stdout).unwrap();
    let expected: BTreeSet<String> = listed
        .lines()
        .filter_map(|line| line.split_once("/node_modules/")?.1.split_once(':'))
        .filter(|(path, _)| *path != "workspace")
        .map(|(_, rest)| rest.strip_suffix(":EXTRANEOUS").unwrap_or(rest))
        .map(|package| package.split_once("@npm:").map_or(package, |(_, real)| real).to_owned())
        .collect();
    let (inventory, _) = read(&lock.canonicalize().unwrap());
    let describe = |package: &Package| format!("{}@{}", package.name, package.version);
    let mut found: BTreeSet<String> = inventory.packages.iter().map(describe).collect();
    // The workspace, from which this hangs, is no folder here, so npm does not get that far.
    assert!(found.remove("minimist@1.2.0"));
    assert_eq!(found, expected);
}

#[test]
fn finds_every_crate_of_this_workspace_that_has_a_source() {
    let path = workspace().join("Cargo.lock").canonicalize().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let value = |entry: &str, key: &str| {
        let rest = entry.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""));
        rest.and_then(|rest| rest.strip_suffix('"')).map(str::to_owned)
    };
    let mut expected = Vec::new();
    let mut line = 1;
    for entry in text.split_inclusive("[[package]]\n") {
        if value(entry, "source").is_some() {
            expected.push((value(entry, "name").unwrap(), value(entry, "version").unwrap(), Some(line)));
        }
        line += u32::try_from(entry.lines().count()).unwrap();
    }
    let (inventory, problems) = read(&path);
    let found: Vec<_> =
        inventory.packages.into_iter().map(|package| (package.name, package.version, package.location.line)).collect();
    assert!(found.len() > 50, "{}", found.len());
    assert_eq!((found, problems), (expected, vec![]));
}

#[test]
fn dpkg_agrees_on_who_owns_the_python_packages_of_debian() {
    let folder = Path::new("/usr/lib/python3/dist-packages");
    let Ok(entries) = fs::read_dir(folder) else { return skip("there is no Python package of Debian") };
    let mut packages = Vec::new();
    for entry in entries.map(|entry| entry.unwrap().path()) {
        let candidates = [entry.join("METADATA"), entry.join("PKG-INFO"), entry.clone()];
        if let Some(file) = candidates.iter().find(|path| path.is_file() && wanted(path.to_str().unwrap()).count() > 0)
        {
            packages.extend(read(file).0.packages);
        }
    }
    let mut owned = Vec::new();
    for entry in fs::read_dir("/var/lib/dpkg/info").unwrap().map(|entry| entry.unwrap().path()) {
        if entry.extension().is_some_and(|extension| extension == "list") {
            let (inventory, problems) = read(&entry);
            assert_eq!(problems, []);
            owned.extend(inventory.owned);
        }
    }
    assign_owners(&mut packages, &owned);
    for package in packages {
        let path = format!("/{}", package.location.path);
        let Some(found) = Command::new("dpkg-query").args(["-S", &path]).output().ok() else {
            return skip("no dpkg-query");
        };
        let found = String::from_utf8(found.stdout).unwrap();
        let expected = found.split(':').next().filter(|name| !name.is_empty());
        assert_eq!(package.owner.as_deref(), expected, "{path}");
    }
}
