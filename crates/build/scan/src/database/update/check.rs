//! Whether a download is what it should be, before it takes the place of an earlier one.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use boltseal_advisory::import;
use boltseal_model::Limits;
use serde::de::IgnoredAny;

use super::super::archive::documents;

/// Reads a file to its end: every member of it, with the checksums that archives carry, and JSON by its form.
///
/// # Errors
/// When it breaks off, does not follow its format, decompresses to more than is allowed, or holds nothing for the importer:
/// the page of a proxy or of a server that is down is none of these.
pub fn is_whole(path: &Path, importer: &str, limits: &Limits) -> io::Result<()> {
    let (name, mut is_known) = (path.to_string_lossy(), false);
    let members = format!("{name}/");
    documents(&name, File::open(path)?, limits, &mut |document, stream| {
        let mut head = Vec::new();
        stream.take(import::HEAD_BYTES as u64).read_to_end(&mut head)?;
        is_known |= import::detect(document, &head).is_some_and(|found| found.id == importer);
        let mut whole = head.as_slice().chain(stream);
        if document.ends_with(".json") && !document.starts_with(&members) {
            // One member of an archive that nobody can read is a problem of the build; here it would be all there is.
            serde_json::from_reader::<_, IgnoredAny>(BufReader::new(whole)).map_err(io::Error::from)?;
            return Ok(());
        }
        io::copy(&mut whole, &mut io::sink()).map(drop)
    })?;
    if is_known {
        return Ok(());
    }
    let detail = format!("nothing in it is what the importer {importer} reads");
    Err(io::Error::new(io::ErrorKind::InvalidData, detail))
}
