//! What is declared to be run, read from configuration and held to security standards.
//!
//! [`read`] reads a [`File`] of any [`Format`] to [`Subject`]s: [`Workload`](boltseal_model::Workload)s, Dockerfiles, configurations
//! of images, facts of hosts, and other objects; [`recognise`] tells from the beginning of a file whether that is worth while.
//! [`kubernetes::parse`] takes every file for manifests of Kubernetes, and gives the workloads alone; [`pod_security::judge`] holds a
//! workload to a [`Level`](pod_security::Level) of the Pod Security Standards as a [`Version`](pod_security::Version) of Kubernetes
//! has them, and gives the [`Denial`](pod_security::Denial)s.
//!
//! [`Checks`] holds what is declared to rules, and [`fix`] mends what they find.
//!
//! Invariant: bytes in, values out. Any bytes at all give workloads and the problems met. A value of the wrong type is a problem and
//! counts as absent, so that a file with problems is never held to be allowed by whoever asks.
//!
//! Deliberately absent: opening files, what a cluster adds to a manifest on admission, and kinds that an operator brings along.

mod aci;
mod checks;
mod compose;
mod docker;
mod dockerfile;
mod ecs;
mod engine;
mod facts;
mod formats;
mod host;
mod reading;
mod subject;
mod template;
mod terraform;
mod view;

pub mod fix;
pub mod kubernetes;
pub mod network;
pub mod pod_security;

pub use checks::{Check, Checks};
pub use facts::{Known, schemas};
pub use formats::{ALL, Format, read, recognise};
pub use reading::File;
pub use subject::Subject;
