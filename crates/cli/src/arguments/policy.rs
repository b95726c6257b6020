//! The flags of `boltseal policy`.

use std::path::PathBuf;

use boltseal_posture::pod_security::{Level, Version};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};

/// Flags of `policy`.
#[derive(Debug, Args)]
pub struct Policy {
    /// What to do.
    #[command(subcommand)]
    pub command: PolicyCommand,
}

/// What to do with policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Hold manifests of Kubernetes to its Pod Security Standards
    ///
    /// Writes a line of JSON for each file, with the checks that refuse it. Exits with 1 when a file is refused, and with 3 when
    /// one could not be read whole.
    Pss(PodSecurity),
    /// Read policies of your own, and say what is wrong with them
    ///
    /// Every expression is checked against what can be known of a subject. Exits with 2 when anything is wrong.
    Check(PolicyCheck),
    /// Run the cases of policies
    ///
    /// The cases of a policy stand beside it, as files called fires-…, quiet-… and not-applicable-…. Exits with 1 when a policy does
    /// not stand one, or lacks cases.
    Test(PolicyTest),
    /// Say why a policy comes to its verdict on what a file declares
    ///
    /// Shows every part of its condition with its value, and marks what decided. Exits with 1 when the policy is broken.
    Explain(PolicyExplain),
    /// Propose network policies for manifests of Kubernetes, or say what policies do to flows
    ///
    /// Writes NetworkPolicies that deny everything but what the manifests say, with the reasons and what could not be derived as
    /// comments. With --flows, writes a line of JSON for each flow instead, and exits with 1 when one would be blocked. Exits with 3
    /// when something could not be read whole, or a flow cannot be judged.
    Network(PolicyNetwork),
}

/// Flags of `policy pss`.
#[derive(Debug, Args)]
pub struct PodSecurity {
    /// How much is demanded
    #[arg(long, value_name = "LEVEL", value_parser = levels())]
    pub level: Level,
    /// The version of Kubernetes whose standards count, as v1.30
    #[arg(long, value_name = "VERSION", default_value = "latest")]
    pub version: Version,
    /// Files of manifests, in YAML or JSON; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// Flags of `policy check`.
#[derive(Debug, Args)]
pub struct PolicyCheck {
    /// Files of policies, sets and exemptions, and folders of them; those that are named together are read as one
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// Flags of `policy test`.
#[derive(Debug, Args)]
pub struct PolicyTest {
    /// Folders: each with a policy.yaml and its cases, or with such folders in it
    #[arg(required = true, value_name = "DIR")]
    pub folders: Vec<PathBuf>,
}

/// Flags of `policy explain`.
#[derive(Debug, Args)]
pub struct PolicyExplain {
    /// A file of policies, or a folder of them
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    /// Explain this policy alone
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// What declares the subjects; `-` is standard input
    #[arg(value_name = "SUBJECT-FILE")]
    pub file: PathBuf,
}

/// Flags of `policy network`.
#[derive(Debug, Args)]
pub struct PolicyNetwork {
    /// Say what becomes of these flows under the policies of the manifests: lines of JSON, as {"from": "shop/web", "to": "10.0.0.7",
    /// "port": 443, "protocol": "TCP"}; the ends are pods with their namespaces, or addresses
    #[arg(long, value_name = "FLOWS-FILE")]
    pub flows: Option<PathBuf>,
    /// Let the policies that would be proposed count as well
    #[arg(long, requires = "flows")]
    pub proposed: bool,
    /// Files of manifests, in YAML or JSON, which are read as one; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

fn levels() -> impl TypedValueParser<Value = Level> {
    PossibleValuesParser::new(Level::ALL.map(Level::name))
        .try_map(|name| Level::ALL.into_iter().find(|level| level.name() == name).ok_or("no such level"))
}
