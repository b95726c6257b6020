//! The database file: written once by [`Builder`], opened without parsing by [`Database`].
//!
//! ```text
//! header    magic, format version, lengths of the sections, SHA-256 of the content, CRC-32 of the block table and of itself
//! content   meta      sources, namespaces, counts
//!           index     per package: hash of namespace and name, offset of its record; sorted by hash
//!           vectors   CVSS vectors, each once
//!           packages  per package: namespace, name, the versions that its advisories name, the advisories
//!           exploited, likelihoods   per CVE: the day on which it was listed as exploited; the likelihood that it will be
//!           lifecycles   per product: its series and their ends
//! blocks    CRC-32 of every 16 KiB of content
//! ```
//!
//! A look-up is a binary search in the index and the decoding of one record. Every block is checked against its CRC-32 when
//! it is first touched, so a flipped bit is reported as damage and never taken for "no advisory".

mod blocks;
mod codec;
mod cves;
mod format;
mod id;
mod lifecycles;
mod reader;
mod record;
mod tally;
mod writer;

pub(crate) use cves::key as cve_key;
pub use format::{FORMAT_VERSION, OpenError};
pub use reader::{Database, Info, KnownAdvisory, NamespaceInfo, SourceInfo};
pub use record::{Entry, PackageRecord};
pub use writer::{Builder, Source};
