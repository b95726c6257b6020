//! Programs, libraries and scripts, and an image that is made of one of each.
#![no_main]

use boltseal_intent::{Image, Present, derive, examine};
use boltseal_model::{Algorithm, Digest, ImageConfiguration, Limits, Located, Position};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(program) = examine(data, 0o755, &Limits::default()) else { return };
    let Ok(digest) = Digest::from_bytes(Algorithm::Sha256, &[0; 32]) else { return };
    let file = |path: &str| Present {
        path: path.to_owned(),
        digest: digest.clone(),
        layer: None,
        package: None,
        program: Some(program.clone()),
    };
    let entrypoint = vec![Located::new("/bin/a".to_owned(), Position::default())];
    let configuration = ImageConfiguration { entrypoint, ..ImageConfiguration::default() };
    let files = [file("bin/a"), file("usr/lib/libc.so.6")];
    derive(&Image { configuration: &configuration, files: &files, links: &[], vulnerabilities: &[] });
});
