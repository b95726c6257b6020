//! Programs that compilers made.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use boltseal_inventory::{File, Inventory, wanted};
use boltseal_model::{Limits, Package, Problem};
use boltseal_testkit::skip;

/// What one analyzer makes of a program.
fn read(id: &str, path: &Path) -> (Inventory, Vec<Problem>) {
    let bytes = fs::read(path).unwrap();
    let analyzer = wanted("usr/bin/program").find(|analyzer| analyzer.id == id).unwrap();
    let (inventory, problems) = (analyzer.parse)(&File { path: "usr/bin/program", bytes: &bytes }, &Limits::default());
    (inventory, problems.into_sorted())
}

/// Runs a program. `None`, and a printed reason, where it is absent.
fn run(folder: &Path, program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Option<String> {
    let output = Command::new(program).args(arguments).envs(variables.iter().copied()).current_dir(folder).output();
    let Ok(output) = output else {
        skip(&format!("{program} is absent"));
        return None;
    };
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn finds_what_go_says_of_its_own_programs() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "go.mod",
        "module example.org/app\n\ngo 1.17\n\nrequire (\n\texample.org/a v1.2.3\n\texample.org/b/v2 v2.0.1\n)\n",
    );
    write(
        "main.go",
        "package main\n\nimport (\n\t\"example.org/a\"\n\t\"example.org/b/v2\"\n)\n\nfunc main() { println(a.A, b.B) }\n",
    );
    write("vendor/example.org/a/a.go", "package a\n\nconst A = 1\n");
    write("vendor/example.org/b/v2/b.go", "package b\n\nconst B = 2\n");
    let modules = "# example.org/a v1.2.3\n## explicit\nexample.org/a\n# example.org/b/v2 v2.0.1\n## explicit\nexample.org/b/v2\n";
    write("vendor/modules.txt", modules);
    let cache = folder.path().join("cache").display().to_string();
    for (system, strip) in [("linux", ""), ("linux", "-s -w"), ("windows", "-s -w")] {
        let variables = [
            ("GOCACHE", &*cache),
            ("GOFLAGS", "-mod=vendor"),
            ("GOOS", system),
            ("CGO_ENABLED", "0"),
            ("GOPROXY", "off"),
        ];
        let Some(_) = run(folder.path(), "go", &["build", "-ldflags", strip, "-o", "app", "."], &variables) else {
            return;
        };
        let listed = run(folder.path(), "go", &["version", "-m", "app"], &variables).unwrap();
        let mut expected: BTreeSet<String> = listed
            .lines()
            .filter_map(|line| line.trim().strip_prefix("dep\t"))
            .map(|line| line.split('\t').take(2).collect::<Vec<_>>().join("@"))
            .collect();
        assert_eq!(expected.len(), 2, "{listed}");
        let version = run(folder.path(), "go", &["env", "GOVERSION"], &[]).unwrap();
        let mut numbers: Vec<&str> = version.trim().trim_start_matches("go").split('.').collect();
        numbers.resize(3, "0");
        expected.insert(format!("stdlib@{}", numbers.join(".")));
        let (inventory, problems) = read("go-binary", &folder.path().join("app"));
        let describe = |package: &Package| format!("{}@{}", package.name, package.version);
        let found: BTreeSet<String> = inventory.packages.iter().map(describe).collect();
        assert_eq!((found, problems), (expected, vec![]), "{system} {strip}");
    }
}

#[test]
fn finds_the_list_in_a_program_that_rust_built() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.rs"), "fn main() {}\n").unwrap();
    let Some(_) = run(folder.path(), "rustc", &["main.rs", "-o", "app"], &[]) else { return };
    assert_eq!(read("rust-binary", &folder.path().join("app")), (Inventory::default(), vec![]));
    let list =
        br#"{"packages": [{"name": "app", "version": "0.1.0", "source": "local", "root": true, "dependencies": [1]},
        {"name": "serde", "version": "1.0.0", "source": "crates.io"}]}"#;
    let mut compressed = flate2::read::ZlibEncoder::new(&list[..], flate2::Compression::default());
    let mut section = fs::File::create(folder.path().join("section")).unwrap();
    std::io::copy(&mut compressed, &mut section).unwrap();
    let Some(_) = run(folder.path(), "objcopy", &["--add-section", ".dep-v0=section", "app", "audited"], &[]) else {
        return;
    };
    let (inventory, problems) = read("rust-binary", &folder.path().join("audited"));
    let found: Vec<_> = inventory.packages.iter().map(|package| (&*package.name, &*package.version)).collect();
    assert_eq!((found, problems), (vec![("serde", "1.0.0")], vec![]));
}

#[test]
fn programs_say_the_version_that_is_found_in_them() {
    let mut found = 0;
    for (program, arguments) in [
        ("bash", ["--version"]),
        ("curl", ["--version"]),
        ("node", ["--version"]),
        ("openssl", ["version"]),
        ("perl", ["--version"]),
        ("python3", ["--version"]),
        ("redis-cli", ["--version"]),
    ] {
        let path = Path::new("/usr/bin").join(program);
        // `python3` is a link to the program of one version, whose name tells it.
        let (Ok(path), Ok(output)) = (path.canonicalize(), Command::new(&path).args(arguments).output()) else {
            continue;
        };
        let bytes = fs::read(&path).unwrap();
        let path = path.to_str().unwrap().trim_start_matches('/');
        let analyzer = wanted(path).find(|analyzer| analyzer.id == "program-version").unwrap();
        let (inventory, _) = (analyzer.parse)(&File { path, bytes: &bytes }, &Limits::default());
        // A script that starts the program is none.
        let [package] = &inventory.packages[..] else { continue };
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains(&package.version), "{path}: {} is not in {said:?}", package.version);
        found += 1;
    }
    assert!(found > 0, "not even bash was found");
}
