//! What users apply a difference with.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What `patch -p1` and `git apply` make of a file; `None`, and a printed reason, where one is not there.
pub fn applied(path: &str, before: &str, diff: &str) -> Option<[String; 2]> {
    let made = [("patch", &["-p1", "--silent", "--binary"][..]), ("git", &["apply", "--whitespace=nowarn", "-"][..])];
    let made = made.map(|(program, arguments)| with(program, arguments, path, before, diff));
    let [Some(by_patch), Some(by_git)] = made else { return None };
    Some([by_patch, by_git])
}

fn with(program: &str, arguments: &[&str], path: &str, before: &str, diff: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join(path);
    fs::create_dir_all(place.parent().unwrap_or(Path::new("."))).unwrap();
    fs::write(&place, before).unwrap();
    let child = Command::new(program)
        .args(arguments)
        .current_dir(folder.path())
        // A repository around the scratch folder is none of its business.
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap_or(Path::new("/")))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        boltseal_testkit::skip(&format!("there is no {program}"));
        return None;
    };
    child.stdin.take().unwrap().write_all(diff.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program}: {}\n{diff}", String::from_utf8_lossy(&output.stderr));
    Some(fs::read_to_string(&place).unwrap())
}
