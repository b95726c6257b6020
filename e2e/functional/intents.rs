//! What an image is meant to do, held to what happens when it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use boltseal_model::{ExecutableKind, Intent};
use boltseal_testkit::skip;

use crate::parts::{part, run};

fn intent(target: &str) -> Option<Intent> {
    let output = run(&["seal", "intent", target, "--no-cache"])?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    Some(serde_json::from_slice(&output.stdout).expect("an intent"))
}

fn shop() -> Option<String> {
    Some(part("BOLTSEAL_SHOP_IMAGE")?.to_string_lossy().into_owned())
}

/// The files that containers of an image see. The demo's layers hide nothing of each other.
fn unpacked(image: &str, folder: &Path) {
    let unpack = |archive: &Path, to: &Path| {
        let flags = ["--extract", "--no-same-owner", "--exclude=./dev", "--file"];
        let status =
            Command::new("tar").args(flags).arg(archive).arg("--directory").arg(to).status().expect("tar runs");
        assert!(status.success(), "{}", archive.display());
    };
    let parts = folder.join("parts");
    fs::create_dir(&parts).unwrap();
    unpack(Path::new(image), &parts);
    let manifest: serde_json::Value =
        serde_json::from_reader(File::open(parts.join("manifest.json")).unwrap()).unwrap();
    for layer in manifest[0]["Layers"].as_array().unwrap() {
        unpack(&parts.join(layer.as_str().unwrap()), &folder.join("root"));
    }
}

/// The file that a path leads to inside a root.
fn resolved(root: &Path, path: &str) -> PathBuf {
    let mut rest: Vec<PathBuf> = vec![PathBuf::from(path)];
    let mut at = PathBuf::new();
    while let Some(next) = rest.pop() {
        let mut parts = next.components();
        let Some(part) = parts.next() else { continue };
        rest.push(parts.as_path().to_owned());
        match part {
            Component::RootDir => at.clear(),
            Component::ParentDir => drop(at.pop()),
            Component::Normal(name) => {
                at.push(name);
                if let Ok(target) = fs::read_link(root.join(&at)) {
                    at.pop();
                    rest.push(target);
                }
            }
            Component::CurDir | Component::Prefix(_) => {}
        }
    }
    at
}

#[test]
fn nothing_runs_in_a_container_that_the_intent_of_its_image_lacks() {
    let Some(image) = shop() else { return };
    if !is_root() {
        return skip("only root can change the root of a process");
    }
    let Some(intent) = intent(&image) else { return };
    let executables: BTreeSet<&str> = intent.executables.iter().map(|it| it.path.as_str()).collect();
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path().join("root");
    fs::create_dir(&root).unwrap();
    unpacked(&image, scratch.path());
    // What a shell, a script, a program with children and one with extensions run; and one more program than the image brought.
    let work = "ls -lR /etc | sort | head -3; grep -c root /etc/passwd; perl -MPOSIX -e 'system(\"uname\")'; \
                find /usr/bin -name 'ca*' -exec true {} +; tar -cf /dev/null /etc; ldd /bin/ls; /tmp/dropped";
    // Perl wants something there, and devices are not unpacked.
    fs::create_dir_all(root.join("dev")).unwrap();
    fs::write(root.join("dev/null"), "").unwrap();
    fs::copy(root.join("usr/bin/true"), root.join("tmp/dropped")).unwrap();
    let trace = scratch.path().join("trace");
    let ran = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=execve,execveat,openat", "-e", "status=successful", "-o"])
        .arg(&trace)
        .arg("chroot")
        .arg(&root)
        .args(["/bin/sh", "-c", work])
        .output()
        .expect("strace runs");
    assert!(ran.status.code().is_some(), "{}", String::from_utf8_lossy(&ran.stderr));
    let (mut run, mut loaded) = (BTreeMap::new(), BTreeSet::new());
    let text = fs::read_to_string(&trace).unwrap();
    for line in text.lines().skip_while(|line| !line.contains("execve(\"/bin/sh\"")) {
        let path = line.split('"').nth(1).unwrap_or_default();
        let inside = format!("/{}", resolved(&root, path).display());
        if line.contains("execve") {
            *run.entry(inside).or_insert(0) += 1;
        } else if path.starts_with('/') && path.contains(".so") && !path.starts_with("/etc/") {
            loaded.insert(inside);
        }
    }
    assert!(run.len() > 9, "{run:?}");
    assert!(loaded.iter().any(|path| path.ends_with("POSIX.so")) && loaded.len() > 4, "{loaded:?}");
    let drift: Vec<&str> =
        run.keys().chain(&loaded).map(String::as_str).filter(|it| !executables.contains(it)).collect();
    assert_eq!(drift, ["/tmp/dropped"]);
}

/// Whether this process may change its root.
fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

#[test]
fn programs_have_their_packages_and_layers() {
    let Some(intent) = shop().and_then(|shop| intent(&shop)) else { return };
    let of = |path: &str| intent.executables.iter().find(|it| it.path == path).unwrap_or_else(|| panic!("{path}"));
    let dash = of("/usr/bin/dash");
    assert!(dash.package.as_ref().unwrap().starts_with("pkg:deb/debian/dash@"), "{dash:?}");
    assert!(dash.layer.is_some() && dash.kind == ExecutableKind::Program);
    assert_eq!(of("/usr/bin/ldd").kind, ExecutableKind::Script);
    assert!(intent.executables.iter().any(|it| it.path.ends_with("/libc.so.6") && it.kind == ExecutableKind::Library));
    assert_eq!(intent.user.as_ref().unwrap().value, "root");
    assert!(intent.guarded.iter().any(|it| it.id == "CVE-2019-11324" && it.package.starts_with("pkg:pypi/urllib3@")));
    assert!(intent.executables.is_sorted_by_key(|it| &it.path));
}

#[test]
fn the_same_image_gives_the_same_intent_whatever_is_known_of_its_layers() {
    let Some(image) = shop() else { return };
    let scratch = tempfile::tempdir().unwrap();
    let cache = scratch.path().to_str().unwrap();
    let Some(first) = run(&["seal", "intent", &image, "--cache", cache]) else { return };
    // A scan that derives nothing must not be taken for one that does.
    run(&["scan", &image, "--cache", cache, "--only", "vulnerability"]);
    let second = run(&["seal", "intent", &image, "--cache", cache]).unwrap();
    let without = run(&["seal", "intent", &image, "--no-cache"]).unwrap();
    assert!(!first.stdout.is_empty() && first.stdout == second.stdout && first.stdout == without.stdout);
    let written = scratch.path().join("shop.json");
    fs::write(&written, &first.stdout).unwrap();
    let written = written.to_str().unwrap();
    let same = run(&["seal", "diff", written, &image, "--cache", cache]).unwrap();
    assert_eq!((same.status.code(), same.stdout.as_slice()), (Some(0), &b""[..]));
    // One program less.
    let mut intent: Intent = serde_json::from_slice(&first.stdout).unwrap();
    intent.executables.retain(|it| it.path != "/usr/bin/dash");
    let fewer = scratch.path().join("fewer.json");
    fs::write(&fewer, serde_json::to_vec(&intent).unwrap()).unwrap();
    let more = run(&["seal", "diff", fewer.to_str().unwrap(), written]).unwrap();
    let words = String::from_utf8(more.stdout).unwrap();
    assert!(words.starts_with("new executable: /usr/bin/dash (pkg:deb/debian/dash@"), "{words}");
    assert_eq!(words.lines().count(), 1, "{words}");
}

#[test]
fn what_has_no_intent_says_so() {
    let scratch = tempfile::tempdir().unwrap();
    symlink("/nonexistent", scratch.path().join("a")).unwrap();
    let folder = format!("dir:{}", scratch.path().display());
    let Some(output) = run(&["seal", "intent", &folder]) else { return };
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("is no image, and only an image is meant to do something"), "{said}");
    let broken = scratch.path().join("broken.json");
    fs::write(&broken, "{\"entryPoint\": 1}").unwrap();
    let output = run(&["seal", "diff", broken.to_str().unwrap(), "b.json"]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("broken.json is no intent"), "{said}");
}
