//! One zlib stream (RFC 1950), such as an object of git.

use std::io::{self, Read};

use boltseal_model::ProblemKind;

use crate::{Budget, Failure};

/// Writes what the zlib stream at the beginning of `bytes` holds into `content`, and gives how many bytes the stream takes.
///
/// # Errors
/// When it is broken, or holds more than `most` bytes.
pub fn inflate(bytes: &[u8], most: u64, content: &mut Vec<u8>) -> Result<usize, Failure> {
    content.clear();
    let mut decoder = flate2::bufread::ZlibDecoder::new(bytes);
    let reading = (&mut decoder).take(most.saturating_add(1)).read_to_end(content);
    if content.len() as u64 > most {
        return Err((ProblemKind::TooLarge, format!("more than {most} bytes are compressed in it")));
    }
    reading.map_err(|error| broken(&error))?;
    Ok(usize::try_from(decoder.total_in()).unwrap_or(bytes.len()))
}

/// How many bytes the zlib stream at the beginning of `bytes` takes. What it holds is taken out of the budget.
///
/// # Errors
/// When it is broken, or holds more than the budget has.
pub fn zlib_length(bytes: &[u8], budget: &Budget) -> Result<usize, Failure> {
    let mut decoder = flate2::bufread::ZlibDecoder::new(bytes);
    let mut chunk = [0; 16 << 10];
    loop {
        match decoder.read(&mut chunk).map_err(|error| broken(&error))? {
            0 => return Ok(usize::try_from(decoder.total_in()).unwrap_or(bytes.len())),
            read => budget.take(read as u64)?,
        }
    }
}

fn broken(error: &io::Error) -> Failure {
    let kind = match error.kind() {
        io::ErrorKind::UnexpectedEof => ProblemKind::Truncated,
        _ => ProblemKind::Malformed,
    };
    (kind, format!("it cannot be decompressed: {error}"))
}
