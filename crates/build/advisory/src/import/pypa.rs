//! The Python Packaging Advisory Database: OSV documents in YAML, `vulns/<package>/PYSEC-….yaml`.

use boltseal_model::{Ecosystem, Limits, Problems};

use super::{Imported, Importer, file_name, has_extension};
use crate::document::File;
use crate::document::osv::{Document, convert};

pub static IMPORTER: Importer = Importer {
    id: "pypa",
    revision: 1,
    title: "Python Packaging Advisory Database",
    licence: "CC-BY-4.0",
    ecosystems: &[Ecosystem::Pypi],
    sees: "which versions of a Python package are affected, by range and by list, with aliases, severity and \
           days",
    misses: "advisories that only GitHub has; ranges of commits; affected modules and functions; what was \
             withdrawn",
    source: "OSV schema; the README of pypa/advisory-database",
    held_to: None,
    accepts,
    import,
};

fn accepts(path: &str, _head: &[u8]) -> bool {
    file_name(path).starts_with("PYSEC-") && has_extension(path, &["yaml", "yml"])
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if let Some(document) = file.yaml::<Document>(bytes) {
        convert(&mut file, vec![document]);
    }
    file.finish()
}
