//! What is declared to be run, read from configuration and held to security standards.
//!
//! [`kubernetes::parse`] reads a [`File`] of manifests to [`Workload`](boltseal_model::Workload)s; [`pod_security::judge`] holds a
//! workload to a [`Level`](pod_security::Level) of the Pod Security Standards as a [`Version`](pod_security::Version) of Kubernetes
//! has them, and gives the [`Denial`](pod_security::Denial)s.
//!
//! Invariant: bytes in, values out. Any bytes at all give workloads and the problems met. A value of the wrong type is a problem and
//! counts as absent, so that a file with problems is never held to be allowed by whoever asks.
//!
//! Deliberately absent: opening files, what a cluster adds to a manifest on admission, and kinds that an operator brings along.

mod facts;
mod reading;

pub mod kubernetes;
pub mod pod_security;

pub use facts::schemas;
pub use reading::File;
