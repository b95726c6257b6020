//! Python environments of their own, each made once.

use std::fs;
use std::path::{Path, PathBuf};

use crate::debian::Need;
use crate::shell;

/// What an environment is made with. Debian's own interpreter, since another one on the search path may come and go; its
/// `venv` is a package of its own that brings no program, only files.
pub const NEEDS: &[Need] = &[
    Need { program: PYTHON, package: "python3" },
    Need { program: "/usr/share/doc/python3-venv/copyright", package: "python3-venv" },
];

const PYTHON: &str = "/usr/bin/python3";

/// The interpreter of an environment, which `fill` gets with its folder. It is made once; another list of `packages` makes
/// another one.
pub fn environment(
    name: &str,
    packages: &[&str],
    fill: impl FnOnce(&Path, &str) -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    let folder = shell::target().join(name);
    let interpreter = folder.join("bin/python");
    let done = folder.join("packages.txt");
    let wanted = packages.join("\n");
    if interpreter.exists() && fs::read_to_string(&done).is_ok_and(|found| found == wanted) {
        return Ok(interpreter);
    }
    shell::run(&mut shell::command(PYTHON, ["-m", "venv", "--clear", &folder.to_string_lossy()]))?;
    fill(&folder, &interpreter.to_string_lossy())?;
    fs::write(done, wanted)?;
    Ok(interpreter)
}

/// Installs packages from PyPI, none of which may run anything to be built.
pub fn install(interpreter: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"];
    shell::run(&mut shell::command(interpreter, pip.iter().chain(arguments)))
}
