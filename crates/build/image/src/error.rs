//! Why there is no image to be had.

use std::io;

/// Why no image could be opened. What is wrong inside an image that could be opened is a problem instead.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The bytes are no tar archive.
    #[error("it is not a tar archive")]
    NotAnArchive,
    /// The archive itself is compressed, so that its members cannot be found without reading all of it.
    #[error("the archive is compressed with {format}; decompress it first, with `{command}`")]
    Compressed {
        /// Name of the compression.
        format: &'static str,
        /// The command that undoes it.
        command: &'static str,
    },
    /// Neither an OCI layout nor an archive of `docker save`.
    #[error("there is neither an index.json (OCI layout) nor a manifest.json (docker save) in it")]
    NoManifest,
    /// Index and manifest list nothing that is an image.
    #[error("it lists no image")]
    NoImage,
    /// Nothing matches the selector.
    #[error("no image in it matches {wanted}; there is {choices}")]
    NoMatch {
        /// What was asked for.
        wanted: String,
        /// What there is.
        choices: String,
    },
    /// Several images match.
    #[error("it holds several images, choose one by tag or platform: {choices}")]
    Ambiguous {
        /// What there is.
        choices: String,
    },
    /// The index refers to a blob that is not there.
    #[error("{name} is missing")]
    Missing {
        /// Name of the blob.
        name: String,
    },
    /// The operating system refused to give the bytes.
    #[error("{name} cannot be read")]
    Unreadable {
        /// Name of the blob.
        name: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Larger than [`Limits::manifest_bytes`](boltseal_model::Limits::manifest_bytes).
    #[error("{name} has {size} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Name of the blob.
        name: String,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Not the JSON that it should be.
    #[error("{name} is malformed: {reason}")]
    Malformed {
        /// Name of the blob.
        name: String,
        /// Where and why. A text, because the parser's own error quotes the input, which may be long and hostile.
        reason: String,
    },
    /// A format that is not read.
    #[error("{name} is of a kind that is not read: {what}")]
    Unsupported {
        /// Name of the blob.
        name: String,
        /// What it says it is.
        what: String,
    },
}
