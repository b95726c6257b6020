//! `go.mod` and `go.sum` together.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use boltseal_inventory::{File, complete_go_modules, wanted};
use boltseal_model::{Limits, Problem};
use boltseal_testkit::skip;

/// `NAME VERSION` of every module that the files of a subject name together, and what is wrong.
fn read(files: &[(&str, &str)]) -> (BTreeSet<String>, Vec<Problem>) {
    let (mut packages, mut modules) = (Vec::new(), Vec::new());
    for (path, text) in files {
        for analyzer in wanted(path) {
            let file = File { path, bytes: text.as_bytes() };
            let (inventory, problems) = (analyzer.parse)(&file, &Limits::default());
            assert!(problems.is_empty(), "{problems:?}");
            packages.extend(inventory.packages);
            modules.extend(inventory.go_module);
        }
    }
    let problems = complete_go_modules(&mut packages, &modules).into_sorted();
    let name = |package: &boltseal_model::Package| {
        assert_eq!(package.purl, format!("pkg:golang/{}@{}", package.name, package.version.replace('+', "%2B")));
        format!("{} {}", package.name, package.version)
    };
    let names: BTreeSet<String> = packages.iter().map(name).collect();
    assert_eq!(names.len(), packages.len(), "each is named once: {packages:?}");
    (names, problems)
}

/// A `go.sum` with a line for the content of each module.
fn sums(modules: &[&str]) -> String {
    modules.iter().map(|module| format!("{module} h1:Y/yl/+YNO8GZSjAhjMsSuLt29uWRFHdHYUb5lYOV9qE=\n")).collect()
}

#[test]
fn a_file_before_1_17_is_completed_by_the_sums_beside_it_alone() {
    let module = "module m\n\ngo 1.16\n\nrequire example.org/a v1.0.0\n";
    let sum = sums(&["example.org/a v1.1.0", "example.org/b v1.0.0", "example.org/b v1.2.0"]);
    let (names, problems) = read(&[("app/go.mod", module), ("app/go.sum", &sum)]);
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["example.org/a v1.0.0", "example.org/b v1.2.0"]);
    assert_eq!(problems, []);
    for other in ["go.sum", "app/sub/go.sum", "other/go.sum"] {
        let (names, problems) = read(&[("app/go.mod", module), (other, &sum)]);
        assert_eq!(names.len(), 3, "{other}: {names:?}");
        let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_deref()).collect();
        assert_eq!(paths, [Some("app/go.mod")], "{other}");
    }
    assert_eq!(read(&[("go.mod", "module m\n")]).1, [], "who requires nothing lacks nothing");
}

#[test]
fn a_complete_file_needs_no_sums_and_sums_alone_are_all_there_is() {
    let sum = sums(&["example.org/a v1.1.0", "example.org/b v1.0.0"]);
    let module = "module m\n\ngo 1.17\n\nrequire example.org/a v1.0.0\n";
    assert_eq!(read(&[("go.mod", module), ("go.sum", &sum)]).0, BTreeSet::from(["example.org/a v1.0.0".to_owned()]));
    assert_eq!(read(&[("go.sum", &sum)]).0.len(), 2);
}

#[test]
fn what_replaces_a_module_is_named_in_its_place() {
    let module = "module m\n\nrequire example.org/a v1.0.0\n\nreplace (\n\texample.org/a => example.org/fork v1.0.1\n\
                  \texample.org/b v1.5.0 => example.org/c v1.0.0\n\texample.org/d => ./d\n\texample.org/e => example.org/e v1.0.0\n)\n";
    // A line for what was replaced is left over from before.
    let sum = sums(&[
        "example.org/a v1.0.0",
        "example.org/b v1.5.0",
        "example.org/c v1.0.0",
        "example.org/d v1.0.0",
        "example.org/e v1.9.0",
        "example.org/fork v1.0.1",
    ]);
    let (names, problems) = read(&[("go.mod", module), ("go.sum", &sum)]);
    let expected = ["example.org/c v1.0.0", "example.org/e v1.0.0", "example.org/fork v1.0.1"];
    assert_eq!(names.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(problems, []);
}

/// Puts a module with one package into a proxy made of files.
///
/// Source: the Go modules reference, "GOPROXY protocol" and "Module zip files".
fn publish(proxy: &Path, name: &str, version: &str, requires: &[(&str, &str)]) {
    let folder = proxy.join(name).join("@v");
    fs::create_dir_all(&folder).unwrap();
    let required: String = requires.iter().map(|(name, version)| format!("require {name} {version}\n")).collect();
    let module = format!("module {name}\n\ngo 1.16\n\n{required}");
    let imports: String = requires.iter().map(|(name, _)| format!("import _ \"{name}\"\n")).collect();
    fs::write(folder.join(format!("{version}.info")), format!("{{\"Version\": \"{version}\"}}")).unwrap();
    fs::write(folder.join(format!("{version}.mod")), &module).unwrap();
    let mut zip = zip::ZipWriter::new(fs::File::create(folder.join(format!("{version}.zip"))).unwrap());
    for (path, text) in [("go.mod", module), ("p.go", format!("package p\n\n{imports}"))] {
        zip.start_file(format!("{name}@{version}/{path}"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn names_the_modules_that_go_itself_builds_with() {
    let folder = tempfile::tempdir().unwrap();
    let (proxy, app) = (folder.path().join("proxy"), folder.path().join("app"));
    publish(&proxy, "example.org/b", "v1.0.0", &[]);
    publish(&proxy, "example.org/b", "v1.2.0", &[]);
    publish(&proxy, "example.org/b", "v1.10.0", &[("example.org/z", "v0.1.0")]);
    publish(&proxy, "example.org/z", "v0.1.0", &[]);
    publish(&proxy, "example.org/e", "v1.0.0", &[("example.org/g", "v1.0.0")]);
    publish(
        &proxy,
        "example.org/fork",
        "v2.0.0+incompatible",
        &[("example.org/h", "v0.0.0-20200116001909-b77594299b42")],
    );
    publish(&proxy, "example.org/h", "v0.0.0-20200116001909-b77594299b42", &[]);
    publish(&proxy, "example.org/g", "v1.0.0", &[]);
    publish(&proxy, "example.org/a", "v1.0.0", &[("example.org/b", "v1.0.0")]);
    publish(&proxy, "example.org/c", "v1.0.0", &[("example.org/b", "v1.2.0"), ("example.org/d", "v1.0.0")]);
    publish(&proxy, "example.org/d", "v1.0.0", &[("example.org/e", "v1.0.0")]);
    fs::create_dir_all(&app).unwrap();
    fs::write(
        app.join("main.go"),
        "package main\n\nimport _ \"example.org/a\"\nimport _ \"example.org/c\"\n\nfunc main() {}\n",
    )
    .unwrap();
    let replaced = "replace example.org/g => example.org/fork v2.0.0+incompatible\n";
    let required = "require (\n\texample.org/a v1.0.0\n\texample.org/c v1.0.0\n)\n";
    for language in ["1.16", "1.17"] {
        let _ = fs::remove_file(app.join("go.sum"));
        fs::write(app.join("go.mod"), format!("module example.org/app\n\ngo {language}\n\n{required}\n{replaced}"))
            .unwrap();
        let go = |arguments: &[&str]| {
            let output = Command::new("go")
                .args(arguments)
                .current_dir(&app)
                .env("GOPROXY", format!("file://{}", proxy.display()))
                .env("GOMODCACHE", folder.path().join("modules"))
                .env("GOCACHE", folder.path().join("cache"))
                .env("GOFLAGS", "-mod=mod -modcacherw")
                .env("GOSUMDB", "off")
                .env("GOTOOLCHAIN", "local")
                .output();
            let Ok(output) = output else {
                skip("go is absent");
                return None;
            };
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8(output.stdout).unwrap())
        };
        if go(&["mod", "tidy"]).is_none() {
            return;
        }
        const MODULE: &str = "{{with .Module}}{{if not .Main}}{{with .Replace}}{{.Path}} {{.Version}}{{else}}{{.Path}} {{.Version}}{{end}}{{end}}{{end}}";
        let Some(built) = go(&["list", "-deps", "-f", MODULE, "./..."]) else { return };
        let built: BTreeSet<String> = built.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
        assert_eq!(built.len(), 7, "{built:?}");
        let text = |name| fs::read_to_string(app.join(name)).unwrap();
        let (found, problems) = read(&[("go.mod", &text("go.mod")), ("go.sum", &text("go.sum"))]);
        assert_eq!(found, built, "{}\n{}", text("go.mod"), text("go.sum"));
        assert_eq!(problems, []);
    }
}
