//! An advisory database of arbitrary bytes: as they are, and behind the header and checksums of a genuine file.
#![no_main]

use boltseal_advisory::{Builder, Database, Date, evaluate};
use boltseal_model::{Ecosystem, Location, Namespace, Package};
use libfuzzer_sys::fuzz_target;

fn use_it(bytes: &[u8]) {
    let Ok(database) = Database::open(bytes) else { return };
    let _ = database.verify();
    let _ = database.knows("CVE-2030-0001");
    let _ = (database.exploited_since("CVE-2030-0001"), database.likelihood("CVE-2030-0001"));
    if let Ok(lifecycles) = database.lifecycles() {
        let package = Package::new("fuzz", Ecosystem::Generic, "tiny", "1.0.0", Location::default());
        let _ = Date::from_days(20_000).and_then(|day| lifecycles.package(&package, day).map(drop));
    }
    for known in &database.info().namespaces {
        let _ = database.package(&known.namespace, "tiny");
    }
    let _ = database.package(&Namespace::new("npm"), "tiny");
    let package = Package::new("fuzz", Ecosystem::Npm, "tiny", "1.0.0", Location::default());
    let _ = evaluate(&database, &package, None);
}

/// Lengths of the sections come first, then the content; the checksums are made to fit.
fn forge(data: &[u8]) -> Option<Vec<u8>> {
    let (lengths, content) = data.split_at_checked(6)?;
    let mut bytes = Builder::new().finish().get(..108)?.to_vec();
    let mut rest = content.len();
    // Meta, index, vectors, packages, exploited, likelihoods; what is left are the life cycles.
    for ((at, length), unit) in (12..).step_by(8).zip(lengths).zip([1, 12, 1, 1, 7, 7]) {
        let length = (usize::from(*length) * unit).min(rest / unit * unit);
        bytes[at..at + 8].copy_from_slice(&(length as u64).to_le_bytes());
        rest -= length;
    }
    bytes[60..68].copy_from_slice(&(rest as u64).to_le_bytes());
    let table: Vec<u8> = content.chunks(16 << 10).flat_map(|block| crc32fast::hash(block).to_le_bytes()).collect();
    bytes[100..104].copy_from_slice(&crc32fast::hash(&table).to_le_bytes());
    let crc = crc32fast::hash(&bytes[..104]);
    bytes[104..108].copy_from_slice(&crc.to_le_bytes());
    bytes.extend_from_slice(content);
    bytes.extend_from_slice(&table);
    Some(bytes)
}

fuzz_target!(|data: &[u8]| {
    use_it(data);
    if let Some(forged) = forge(data) {
        use_it(&forged);
    }
});
