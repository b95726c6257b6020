//! The nouns that every part of Boltseal shares.
//!
//! The wings (build, ship, run, watch) meet only in these types. Reading an image yields [`Package`]s with a
//! [`Location`]; matching them yields [`Finding`]s; whatever could not be read becomes a [`Problem`]; the three together
//! with the [`Subject`] and the [`Decision`] are a [`Report`]. A [`Workload`] is what somebody declares to be run,
//! a [`Dockerfile`](dockerfile::Dockerfile) and an [`ImageConfiguration`] what it is made of, and a [`Resource`] what stands around it;
//! a [`Host`] is the machine that runs them. An [`Intent`] is what an image is meant to do; a [`Timestamp`] says when something was
//! stated.
//!
//! Invariant: this crate imports nothing of ours, does no input or output, and holds no policy.
//!
//! Deliberately absent: parsing of any file format, version comparison, and rendering.

mod digest;
mod ecosystem;
mod finding;
mod fix;
mod held_to;
mod image_configuration;
mod intent;
mod limits;
mod package;
mod platform;
mod position;
mod problem;
mod purl;
mod purl_parts;
mod redacted;
mod report;
mod resource;
mod severity;
mod timestamp;

pub mod dockerfile;
pub mod host;
pub mod text;
pub mod workload;

pub use digest::{Algorithm, Digest, ParseDigestError};
pub use ecosystem::{Distribution, Ecosystem, Namespace};
pub use finding::{Finding, FindingKind, FixStatus, Scores};
pub use fix::{Fix, TextEdit};
pub use held_to::HeldTo;
pub use host::Host;
pub use image_configuration::{HistoryEntry, ImageConfiguration};
pub use intent::{Executable, ExecutableKind, Guarded, Intent, Origin, Peer, Port, Stated, Transport};
pub use limits::Limits;
pub use package::{Archive, Location, Package, SourcePackage};
pub use platform::{keep_platform, native_platform};
pub use position::{Located, Position};
pub use problem::{Problem, ProblemKind, Problems};
pub use purl::PackageUrl;
pub use purl_parts::{ParsePurlError, Purl};
pub use redacted::Redacted;
pub use report::{
    DatabaseInfo, Decision, LayerInfo, Report, Reports, SCHEMA, SCHEMA_OF_MANY, Subject, SubjectKind, Summary,
    Suppressed, Suppression, Tool, Verdict,
};
pub use resource::{Declared, Resource};
pub use severity::{ParseSeverityError, Severity};
pub use timestamp::{ParseTimestampError, Timestamp};
pub use workload::Workload;
