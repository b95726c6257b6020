//! An advisory database of arbitrary bytes: as they are, and behind the header and checksums of a genuine file.
#![no_main]

use boltseal_advisory::{Builder, Database, evaluate};
use boltseal_model::{Ecosystem, Location, Namespace, Package};
use libfuzzer_sys::fuzz_target;

fn use_it(bytes: &[u8]) {
    let Ok(database) = Database::open(bytes) else { return };
    let _ = database.verify();
    let _ = database.knows("CVE-2030-0001");
    for known in &database.info().namespaces {
        let _ = database.package(&known.namespace, "tiny");
    }
    let _ = database.package(&Namespace::new("npm"), "tiny");
    let package = Package::new("fuzz", Ecosystem::Npm, "tiny", "1.0.0", Location::default());
    let _ = evaluate(&database, &package, None);
}

/// Lengths of meta and index come first, then the content; the checksums are made to fit.
fn forge(data: &[u8]) -> Option<Vec<u8>> {
    let (lengths, content) = data.split_at_checked(3)?;
    let meta = usize::from(lengths[0]).min(content.len());
    let index = (usize::from(lengths[1]) * 12).min((content.len() - meta) / 12 * 12);
    let vectors = usize::from(lengths[2]).min(content.len() - meta - index);
    let mut bytes = Builder::new().finish().get(..84)?.to_vec();
    for (at, length) in [(12, meta), (20, index), (28, vectors), (36, content.len() - meta - index - vectors)] {
        bytes[at..at + 8].copy_from_slice(&(length as u64).to_le_bytes());
    }
    let table: Vec<u8> = content.chunks(16 << 10).flat_map(|block| crc32fast::hash(block).to_le_bytes()).collect();
    bytes[76..80].copy_from_slice(&crc32fast::hash(&table).to_le_bytes());
    let crc = crc32fast::hash(&bytes[..80]);
    bytes[80..84].copy_from_slice(&crc.to_le_bytes());
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
