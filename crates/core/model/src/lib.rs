//! The nouns that every part of Boltseal shares.
//!
//! The wings (build, ship, run, watch) meet only in these types. Reading an image yields [`Package`]s with a
//! [`Location`]; matching them yields [`Finding`]s; whatever could not be read becomes a [`Problem`]; the three together
//! with the [`Subject`] and the [`Decision`] are a [`Report`]. A [`Workload`] is what somebody declares to be run.
//!
//! Invariant: this crate imports nothing of ours, does no input or output, and holds no policy.
//!
//! Deliberately absent: parsing of any file format, version comparison, and rendering.

mod digest;
mod ecosystem;
mod finding;
mod held_to;
mod limits;
mod package;
mod platform;
mod position;
mod problem;
mod purl;
mod purl_parts;
mod redacted;
mod report;
mod severity;

pub mod workload;

pub use digest::{Algorithm, Digest, ParseDigestError};
pub use ecosystem::{Distribution, Ecosystem, Namespace};
pub use finding::{Finding, FindingKind, FixStatus, Scores};
pub use held_to::HeldTo;
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
pub use severity::{ParseSeverityError, Severity};
pub use workload::Workload;
