//! The Go vulnerability database: OSV documents named `GO-….json`.
//!
//! The standard library and the toolchain are kept under their names there, `stdlib` and `toolchain`.

use boltseal_model::Ecosystem;

use super::{Importer, file_name, has_extension, osv};

pub static IMPORTER: Importer = Importer {
    id: "golang-vulndb",
    revision: 1,
    title: "Go vulnerability database",
    licence: "CC-BY-4.0",
    ecosystems: &[Ecosystem::Golang],
    sees: "which versions of a Go module, of the standard library and of the toolchain are affected, with \
           aliases and days",
    misses: "which functions of a module are affected: the whole module counts; severities, which the database \
             does not state; what was withdrawn",
    source: "OSV schema; Go's documentation, Go Vulnerability Database",
    held_to: None,
    accepts,
    import: osv::import,
};

fn accepts(path: &str, _head: &[u8]) -> bool {
    file_name(path).starts_with("GO-") && has_extension(path, &["json"])
}
