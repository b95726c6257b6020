//! OSV documents: single, in an array, or in `{"vulns": […]}`.
//!
//! Source: OSV schema 1.7. Ecosystems that are none of ours are skipped and counted.

use boltseal_model::{Ecosystem, Limits, Problems};

use super::{Imported, Importer, has_extension, mentions};
use crate::document::osv::{Document, convert};
use crate::document::{File, Shape};

pub static IMPORTER: Importer = Importer {
    id: "osv",
    revision: 1,
    title: "Open Source Vulnerabilities",
    licence: "as each publisher states",
    ecosystems: &[
        Ecosystem::Apk,
        Ecosystem::Cargo,
        Ecosystem::Cocoapods,
        Ecosystem::Composer,
        Ecosystem::Conan,
        Ecosystem::Deb,
        Ecosystem::Gem,
        Ecosystem::Golang,
        Ecosystem::Hex,
        Ecosystem::Maven,
        Ecosystem::Npm,
        Ecosystem::Nuget,
        Ecosystem::Pub,
        Ecosystem::Pypi,
        Ecosystem::Rpm,
        Ecosystem::Swift,
    ],
    sees: "affected versions and ranges of every package that an OSV document names, of languages and \
           distributions alike, with aliases, severity and days; fixes of Ubuntu Pro and Red Hat's ELS as such",
    misses: "ranges of commits; ecosystems that are none of ours, such as Bitnami and GitHub Actions; editions \
             with versions of their own, such as Ubuntu's FIPS and Red Hat's support of one minor release (EUS, \
             AUS, TUS, E4S): their hosts are told the ordinary release's fixes; affected functions; prose",
    source: "OSV schema 1.7",
    held_to: None,
    accepts,
    import,
};

/// Publishers put the keys in any order, and a long text may push the telling ones out of the head.
fn accepts(path: &str, head: &[u8]) -> bool {
    const KEYS: [&str; 7] = [
        "\"schema_version\"",
        "\"affected\"",
        "\"vulns\"",
        "\"modified\"",
        "\"aliases\"",
        "\"details\"",
        "\"summary\"",
    ];
    let is_vex = mentions(head, "openvex.dev");
    !is_vex && has_extension(path, &["json"]) && KEYS.iter().any(|key| mentions(head, key))
}

pub fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    match file.json::<Document>(bytes) {
        Some(Shape::One(document)) if document.vulns.is_some() => {
            convert(&mut file, document.vulns.unwrap_or_default());
        }
        Some(Shape::One(document)) => convert(&mut file, vec![document]),
        Some(Shape::Many(documents)) => convert(&mut file, documents),
        None => {}
    }
    file.finish()
}
