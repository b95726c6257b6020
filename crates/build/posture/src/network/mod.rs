//! Who may connect to whom: NetworkPolicies of Kubernetes, what they let through, and which ones manifests call for.
//!
//! [`Cluster::of`] takes namespaces, pods and [`Policy`]s out of subjects; a [`Simulator`] holds [`Flow`]s to them; [`propose`]
//! derives policies from what workloads, Services and Ingresses say.
//!
//! Deliberately absent: policies of other groups, such as those of administrators, and what a network plugin adds or leaves out.

mod address;
mod cluster;
mod flow;
mod policy;
mod propose;
mod read;
mod selector;
mod simulate;

pub use address::Block;
pub use cluster::{Cluster, NAMESPACE_NAME};
pub use flow::{Endpoint, Flow, flows};
pub use policy::{Peer, Pod, PodPort, Policy, Ports, Protocol, Rule, Which};
pub use propose::{Proposal, Proposed, propose};
pub use read::policy;
pub use selector::{Labels, Requirement, Selector};
pub use simulate::{Decision, Outcome, Simulator, Verdict};
