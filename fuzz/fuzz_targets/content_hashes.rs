//! A list of digests of arbitrary bytes: as they are, behind a genuine header, and as text.
#![no_main]

use boltseal_content::malware::{Hashes, HashesBuilder};
use libfuzzer_sys::fuzz_target;

/// Bytes of the header.
const HEADER: usize = 56;

fn use_it(bytes: &[u8], data: &[u8]) {
    let Ok(list) = Hashes::open(bytes) else { return };
    let mut digest = [0; 32];
    for (to, from) in digest.iter_mut().zip(data) {
        *to = *from;
    }
    let _ = list.name(&digest);
}

fuzz_target!(|data: &[u8]| {
    use_it(data, data);
    let mut builder = HashesBuilder::default();
    builder.add("fuzz", data).expect("bytes in memory are read");
    let one = format!("{} a name\n", "0".repeat(64));
    builder.add("fuzz", one.as_bytes()).expect("bytes in memory are read");
    let mut bytes = Vec::new();
    builder.write(&mut bytes).expect("memory is written");
    use_it(&bytes, data);
    // Damage behind the header: the fan-out, the sums, the digests, the places of names and the names.
    let last = bytes.len() - HEADER;
    for damage in data.chunks_exact(5) {
        let at = u32::from_le_bytes([damage[0], damage[1], damage[2], damage[3]]) as usize % last;
        bytes[HEADER + at] = damage[4];
    }
    use_it(&bytes, data);
    use_it(&bytes, &[]);
});
