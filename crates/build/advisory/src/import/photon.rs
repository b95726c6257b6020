//! Photon OS's vulnerability metadata, `cve_data_photon<release>.json`: an array of one row per CVE and package.
//!
//! `res_ver` is the version that resolves; `NA` with the status `Not Affected` means that the package never was affected.

use boltseal_model::{Ecosystem, FixStatus, HeldTo, Limits, Namespace, ProblemKind, Problems};
use serde::Deserialize;

use super::{Imported, Importer, file_name};
use crate::advisory::Advisory;
use crate::document::{File, Shape};
use crate::range::Range;
use crate::severity::Rating;
use crate::version;

pub static IMPORTER: Importer = Importer {
    id: "photon",
    revision: 1,
    title: "Photon OS security advisories",
    licence: "none stated by the publisher; facts only",
    ecosystems: &[Ecosystem::Rpm],
    sees: "every package and CVE of a Photon OS release: the version that resolves it, that there is none, or \
           that it never was affected, with a severity by score",
    misses: "days, CVSS vectors and the reason why there is no fix, which the file does not hold",
    source: "the rows of cve_data_photon<release>.json",
    held_to: Some(HeldTo {
        what: "what Vunnel records of the same files",
        tests: &["crates/build/advisory/tests/it/feeds.rs::facts_are_those_of_the_expected_records"],
    }),
    accepts: |path, _| release(path).is_some(),
    import,
};

/// The release in `cve_data_photon4.0.json`.
fn release(path: &str) -> Option<&str> {
    let release = file_name(path).strip_prefix("cve_data_photon")?.strip_suffix(".json")?;
    let is_number = !release.is_empty() && release.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_number.then_some(release)
}

#[derive(Debug, Deserialize)]
struct Row {
    cve_id: String,
    pkg: String,
    cve_score: Option<f64>,
    res_ver: Option<String>,
    status: Option<String>,
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    let Some(release) = release(path) else {
        file.problem(ProblemKind::Malformed, "file name does not tell the release: cve_data_photon<release>.json");
        return file.finish();
    };
    let namespace = Namespace::new(format!("photon:{release}"));
    let rows = file.json::<Row>(bytes).map_or_else(Vec::new, Shape::into_vec);
    rows.iter().for_each(|row| convert(&mut file, &namespace, row));
    file.finish()
}

fn convert(file: &mut File<'_>, namespace: &Namespace, row: &Row) {
    let mut advisory = Advisory::new(row.cve_id.as_str(), namespace.clone(), &row.pkg);
    advisory.rating = row.cve_score.filter(|&score| score > 0.0).and_then(Rating::from_score);
    let named = row.res_ver.as_deref().filter(|version| !matches!(*version, "" | "NA" | "None"));
    match (named, row.status.as_deref().unwrap_or_default()) {
        (_, "Not Affected") => advisory.status = Some(FixStatus::NotAffected),
        (Some(fixed), _) if (version::of(Ecosystem::Rpm).is_valid)(fixed) => advisory.ranges.push(Range::until(fixed)),
        (Some(fixed), _) => {
            let detail = format!("{} of {} is resolved in {fixed:?}, which is no rpm version", row.cve_id, row.pkg);
            return file.problem(ProblemKind::Malformed, detail);
        }
        (None, _) => {
            advisory.ranges.push(Range::all());
            advisory.status = Some(FixStatus::Affected);
        }
    }
    file.add(advisory);
}
