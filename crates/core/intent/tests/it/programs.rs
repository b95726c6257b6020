//! What programs say of themselves, held to the C library of this machine, and to what the kernel sees of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use boltseal_intent::{Image, Present, Program, derive, examine, symbol};
use boltseal_model::{Algorithm, Digest, ImageConfiguration, Limits, Located, Position};
use boltseal_testkit::skip;

/// Where Debian has libraries.
const LIBRARIES: [&str; 2] = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];

fn program(path: &Path) -> Option<Program> {
    examine(&fs::read(path).ok()?, 0o755, &Limits::default())
}

#[test]
fn functions_of_the_c_library_come_to_their_system_calls() {
    let Some(library) = LIBRARIES.iter().find_map(|folder| program(&Path::new(folder).join("libc.so.6"))) else {
        return skip("no C library where Debian has it");
    };
    let processor = library.processor.unwrap();
    let calls = |name: &str| -> Vec<&str> {
        let found = library.offers.iter().find(|(offered, _)| *offered == symbol(name.as_bytes()));
        found.map(|(_, calls)| calls.iter().filter_map(|number| processor.name(number)).collect()).unwrap_or_default()
    };
    for (function, call) in
        [("socket", "socket"), ("execve", "execve"), ("chown", "fchownat"), ("memfd_create", "memfd_create")]
    {
        let made = calls(function);
        assert!(made == [call] || made == [function], "{function}: {made:?}");
    }
    for (function, call) in [("open", "openat"), ("_exit", "exit_group"), ("system", "execve"), ("mmap", "mmap")] {
        assert!(calls(function).contains(&call), "{function}: {:?}", calls(function));
    }
    assert_eq!(calls("strlen"), [""; 0]);
    for function in ["open", "malloc", "printf", "system", "fork"] {
        let rare = ["mount", "reboot", "ptrace", "init_module", "sethostname", "setns"];
        assert!(!calls(function).iter().any(|call| rare.contains(call)), "{function}: {:?}", calls(function));
    }
}

/// The links that lie on the way to a file of this machine, from the root.
fn links_to(path: &Path) -> Vec<(String, String)> {
    let (mut links, mut next) = (Vec::new(), vec![path.to_owned()]);
    while let Some(path) = next.pop() {
        for place in path.ancestors() {
            let Ok(target) = fs::read_link(place) else { continue };
            let rest = path.strip_prefix(place).unwrap();
            next.push(place.parent().unwrap().join(&target).join(rest));
            let name = |path: &Path| path.to_str().unwrap().to_owned();
            links.push((name(place.strip_prefix("/").unwrap()), name(&target)));
        }
    }
    links
}

/// The system calls of an image of one command: the program and the libraries that it is linked to, as they lie on this machine.
fn estimate(words: &[&str]) -> BTreeSet<String> {
    let mut paths = vec![PathBuf::from(words[0])];
    let (mut files, mut links, mut next) = (Vec::new(), Vec::new(), 0);
    while let Some(path) = paths.get(next).cloned() {
        next += 1;
        links.extend(links_to(&path));
        let real = fs::canonicalize(&path).unwrap();
        let program = program(&real).unwrap();
        let linked = program.libraries.iter().flat_map(|name| LIBRARIES.map(|folder| Path::new(folder).join(name)));
        for more in linked.chain(program.interpreter.iter().map(Into::into)).filter(|path| path.exists()) {
            if !paths.contains(&more) {
                paths.push(more);
            }
        }
        let path = real.to_str().unwrap().trim_start_matches('/').to_owned();
        let digest = Digest::from_bytes(Algorithm::Sha256, &[0; 32]).unwrap();
        files.push(Present { path, digest, layer: None, package: None, program: Some(program) });
    }
    let words = words.iter().map(|word| Located::new((*word).to_owned(), Position::default()));
    let configuration = ImageConfiguration { entrypoint: words.collect(), ..ImageConfiguration::default() };
    let intent = derive(&Image { configuration: &configuration, files: &files, links: &links, vulnerabilities: &[] });
    intent.system_calls.into_iter().map(|call| call.value).collect()
}

#[test]
fn what_programs_are_seen_to_call_is_in_the_estimate() {
    if Command::new("strace").arg("--version").output().is_err() {
        return skip("strace is not installed");
    }
    let scratch = tempfile::tempdir().unwrap();
    for words in [
        &["/usr/bin/ls", "-lR", "/etc"][..],
        &["/usr/bin/sort", "/etc/passwd"],
        &["/usr/bin/find", "/etc", "-name", "passwd"],
        &["/usr/bin/tar", "-cf", "/dev/null", "/etc/passwd"],
        &["/usr/bin/dash", "-c", "echo one | read it; wait"],
        &["/usr/bin/perl", "-e", "use Socket; socket(S, PF_INET, SOCK_STREAM, 0); fork; sleep 0.1"],
    ] {
        if !Path::new(words[0]).exists() {
            return skip(&format!("{} is not installed", words[0]));
        }
        let trace = scratch.path().join("trace");
        let status = Command::new("strace").args(["-f", "-qq", "-o"]).arg(&trace).args(words).output().unwrap().status;
        assert!(status.code().is_some(), "{words:?}");
        let text = fs::read_to_string(&trace).unwrap();
        // Lines are `PID name(arguments) = result`, or the rest of one that was interrupted.
        let name = |line: &str| Some(line.split_whitespace().nth(1)?.split_once('(')?.0.to_owned());
        let seen: BTreeSet<String> = text.lines().filter_map(name).collect();
        assert!(seen.len() > 10, "{seen:?}");
        let estimate = estimate(words);
        assert_eq!(seen.difference(&estimate).collect::<Vec<_>>(), [""; 0], "{words:?}");
        // `mount` is in that of `ls`: its library for SELinux takes it from the C library, for others than `ls`.
        let rare = ["bpf", "delete_module", "init_module", "pivot_root", "reboot", "setns", "swapon"];
        let odd: Vec<&str> = rare.into_iter().filter(|call| estimate.contains(*call)).collect();
        assert_eq!(odd, [""; 0], "{words:?}");
    }
}
