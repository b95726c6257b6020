//! Running other programs, and where things lie.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// The folder of the workspace. Cargo says at run time where this crate lies; what it said when it compiled this may be
/// another copy, since copies may share what cargo builds.
pub fn workspace() -> PathBuf {
    let crate_folder =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    crate_folder.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Where cargo puts what it builds; the demo and the tests keep their trees and images there too.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// A command in the workspace's folder.
pub fn command<S: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace()).stdin(Stdio::null());
    command
}

/// Runs a command with its output on the terminal.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("starting {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs a command and gives its standard output.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("starting {}", shown(command)))?;
    if !output.status.success() {
        bail!("{} ended with {}", shown(command), output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Prints what begins now.
pub fn step(text: &str) {
    println!("\n== {text}");
}

/// Whether a program is on the search path. An absolute path names one program and no other of its name.
pub fn has(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]).any(|folder| folder.join(program).is_file())
}

/// A command that runs as root: as it is when we are root, otherwise through sudo.
pub fn as_root<S: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = S>) -> anyhow::Result<Command> {
    if is_root()? {
        return Ok(command(program, arguments));
    }
    if !has("sudo") {
        bail!("{program} must run as root, and there is no sudo: run this as root, or install sudo");
    }
    let mut command = command("sudo", [program]);
    command.args(arguments).stdin(Stdio::inherit());
    Ok(command)
}

/// Whether we are root.
pub fn is_root() -> anyhow::Result<bool> {
    Ok(output(&mut command("id", ["-u"]))?.trim() == "0")
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
