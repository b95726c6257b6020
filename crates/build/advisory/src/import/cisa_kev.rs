//! CISA's catalogue of known exploited vulnerabilities, `known_exploited_vulnerabilities.json`.
//!
//! Source: the JSON schema that CISA publishes beside it. The CSV of the same name and the schema itself hold nothing more,
//! and are skipped and counted.

use boltseal_model::{Limits, ProblemKind, Problems};
use serde::Deserialize;

use super::{Exploited, Imported, Importer, Skip, file_name, has_extension, mentions};
use crate::advisory::Date;
use crate::document::File;

pub static IMPORTER: Importer = Importer {
    id: "cisa-kev",
    revision: 1,
    title: "CISA known exploited vulnerabilities",
    licence: "CC0-1.0",
    ecosystems: &[],
    sees: "which CVEs are known to be exploited, and since when",
    misses: "packages and versions, which the catalogue does not name in comparable form; use by extortionists \
             and days of grace, which are not kept",
    source: "the JSON schema that CISA publishes beside the catalogue",
    held_to: None,
    accepts,
    import,
};

fn accepts(path: &str, head: &[u8]) -> bool {
    let is_named = file_name(path).starts_with("known_exploited_vulnerabilities");
    (is_named && has_extension(path, &["json", "csv"]))
        || (has_extension(path, &["json"]) && mentions(head, "\"catalogVersion\""))
}

#[derive(Debug, Deserialize)]
struct Document {
    vulnerabilities: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(rename = "cveID")]
    cve: String,
    date_added: String,
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if has_extension(path, &["csv"]) || file_name(path).ends_with("_schema.json") {
        file.skip(Skip::Index);
    } else if let Some(shape) = file.json::<Document>(bytes) {
        shape
            .into_vec()
            .into_iter()
            .flat_map(|document| document.vulnerabilities)
            .for_each(|row| convert(&mut file, row));
    }
    file.finish()
}

fn convert(file: &mut File<'_>, Row { cve, date_added }: Row) {
    if !is_cve(&cve) {
        return file.problem(ProblemKind::Malformed, format!("{cve:?} is no CVE"));
    }
    let Some(since) = Date::parse(&date_added) else {
        return file.problem(ProblemKind::Malformed, format!("{cve} was added on {date_added:?}, which is no day"));
    };
    file.add_exploited(Exploited { cve, since });
}

/// Whether a text is a CVE that the database can hold.
pub fn is_cve(text: &str) -> bool {
    crate::database::cve_key(text).is_some()
}
