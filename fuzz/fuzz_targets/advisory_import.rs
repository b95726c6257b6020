//! Every importer, on a file of arbitrary bytes. The last byte chooses its name, so that any file can be where it starts from.
#![no_main]

use boltseal_advisory::import;
use boltseal_model::Limits;
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 20] = [
    "main.yaml",
    "main.json",
    "debian-12-fixed.tsv",
    "GO-2030-0001.json",
    "vuln/npm/1.json",
    "A-1.json",
    "PYSEC-2030-1.yaml",
    "crates/tiny/RUSTSEC-2030-0001.md",
    "known_exploited_vulnerabilities.json",
    "epss_scores-2030-02-20.csv",
    "products/tiny.md",
    "tiny/tiny/CVE-2030-0001.yaml",
    "gems/tiny/CVE-2030-0001.yml",
    "debian.json",
    "cve_data_photon5.0.json",
    "rhsa-2030_1.json",
    "CVE-2030-0001",
    "oval.xml",
    "updateinfo.xml",
    "security.json",
];

fuzz_target!(|data: &[u8]| {
    let Some((&choice, bytes)) = data.split_last() else { return };
    let path = PATHS[usize::from(choice) % PATHS.len()];
    let limits = Limits { advisory_bytes: 1 << 20, ..Limits::default() };
    let _ = import::detect(path, bytes);
    for importer in import::ALL {
        let _ = (importer.import)(path, bytes, &limits);
    }
});
