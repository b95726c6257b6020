//! The Go vulnerability database: OSV documents named `GO-….json`.
//!
//! The standard library and the toolchain are kept under their names there, `stdlib` and `toolchain`.

use super::{Importer, file_name, has_extension, osv};

pub static IMPORTER: Importer = Importer {
    id: "golang-vulndb",
    title: "Go vulnerability database",
    licence: "CC-BY-4.0",
    accepts,
    import: osv::import,
};

fn accepts(path: &str, _head: &[u8]) -> bool {
    file_name(path).starts_with("GO-") && has_extension(path, &["json"])
}
