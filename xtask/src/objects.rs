//! A store of objects with the interface of S3, for the tests of the shared layer cache, in a Python environment of its own.

use std::path::PathBuf;

use crate::python;

/// The store, which computes signatures with the library of AWS and refuses others; here without the libraries for the hundred
/// other services that its extra `server` names.
const PACKAGES: &[&str] = &["moto==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];

/// The interpreter of an environment with it.
pub fn python() -> anyhow::Result<PathBuf> {
    python::environment("objects", PACKAGES, |_, interpreter| python::install(interpreter, PACKAGES))
}
