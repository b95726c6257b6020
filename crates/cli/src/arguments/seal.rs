//! The flags of `boltseal seal`.

use std::path::PathBuf;

use boltseal_model::{Severity, Timestamp};
use clap::{Args, Subcommand, ValueEnum};

use super::Subjects;

/// Flags of `seal`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, after_help = SEALING)]
pub struct Seal {
    /// What else to do.
    #[command(subcommand)]
    pub command: Option<SealCommand>,
    /// What to seal, and how.
    #[command(flatten)]
    pub image: SealImage,
}

const SEALING: &str = "\
The image is scanned for everything, held to the policy, and what came of it is signed: bill of materials, vulnerability report,
intent and verdict. A target that is called like one of the commands is written as ./NAME or registry:NAME.

Examples:
  boltseal seal key new --output release.key
  boltseal seal registry.example/shop:1.2 --key release.key --policy-set baseline --fail-on high --attach
  boltseal verify registry.example/shop:1.2 --trust release.key.pub --max-age 7d
  boltseal seal shop.tar --key release.key --output seals
  boltseal verify shop.tar --trust release.key.pub --seals seals";

/// Flags of `seal IMAGE`.
#[derive(Debug, Args)]
pub struct SealImage {
    /// What to seal, and how to reach it.
    #[command(flatten)]
    pub subjects: Subjects,
    /// The key to sign with: a file; env:VARIABLE for one whose text is in the environment; or one in a token, as
    /// pkcs11:token=LABEL;object=LABEL?module-path=FILE. Its password or PIN is in BOLTSEAL_KEY_PASSWORD, or asked for
    #[arg(long, value_name = "KEY", required = true)]
    pub key: Option<String>,
    /// The policy.
    #[command(flatten)]
    pub policy: PolicyFlags,
    /// Let an image pass of which something could not be read
    #[arg(long)]
    pub accept_incomplete: bool,
    /// Take how the image was built from provenance: a file with an envelope or a bundle; may be given several times
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub provenance: Vec<PathBuf>,
    /// Whom to believe in provenance: a document of trust, or public keys
    #[arg(long, value_name = "FILE", requires = "provenance")]
    pub trust: Option<PathBuf>,
    /// The level of SLSA's build track that a builder reaches; without it, its provenance proves level 1. May be given several times
    #[arg(long, value_name = "URI=LEVEL", value_parser = builder, requires = "provenance")]
    pub builder: Vec<(String, u8)>,
    /// Put the statements beside the image: as referrers in its registry, or into its OCI layout
    #[arg(long)]
    pub attach: bool,
    /// Write the statements as files to this folder; without it and --attach, one on each line to standard output
    #[arg(long, short, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
    /// What is declared of the intent, beside what is derived
    #[arg(long, value_name = "FILE")]
    pub declared: Option<PathBuf>,
    /// The time that the statements bear, as 2027-01-31T12:00:00Z; without it, that of the clock. The same image, database, policy and
    /// time give the same statements
    #[arg(long, value_name = "TIME")]
    pub at: Option<Timestamp>,
}

/// The policy that an image is held to.
#[derive(Debug, Args)]
pub struct PolicyFlags {
    /// Hold what is declared to further policies: a file of policies in YAML, or a folder of them; may be given several times
    #[arg(long, value_name = "PATH", env = "BOLTSEAL_POLICY")]
    pub policy: Vec<PathBuf>,
    /// Hold what is declared to the rules of this set alone: baseline, strict, audit, or one of your policies. Without it, those of
    /// your policies that deny do
    #[arg(long, value_name = "SET", env = "BOLTSEAL_POLICY_SET")]
    pub policy_set: Option<String>,
    /// Deny an image with a finding this severe or worse: critical, high, medium, low or unknown
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<Severity>,
}

impl PolicyFlags {
    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.policy.is_empty() && self.policy_set.is_none() && self.fail_on.is_none()
    }
}

/// What to do with seals.
#[derive(Debug, Subcommand)]
pub enum SealCommand {
    /// Derive what an image is meant to do, from the image alone
    ///
    /// Writes the intent in JSON: what may be executed, user, ports, peers, paths that are written to, capabilities and system calls
    /// (both an estimate), and the vulnerabilities to guard.
    Intent(SealIntent),
    /// Say what changed between the intents of two images
    ///
    /// Each of the two is an image, or a file that `seal intent` wrote. Writes a line for each difference.
    Diff(SealDiff),
    /// Make, show and revoke keys
    Key(Key),
}

/// Flags of `seal key`.
#[derive(Debug, Args)]
pub struct Key {
    /// What to do.
    #[command(subcommand)]
    pub command: KeyCommand,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key, and write it encrypted to FILE and its public key to FILE.pub
    ///
    /// The password is taken from BOLTSEAL_KEY_PASSWORD, or asked for twice. Files that are there are not overwritten.
    New(KeyNew),
    /// Say what a key file, a token or a document of trust holds: algorithm, id and public key of each key
    Show {
        /// A private or public key, a document of trust, or a key in a token as --key takes it
        #[arg(value_name = "FILE|KEY")]
        key: String,
    },
    /// Take a key back in a document of trust: nothing that it signs is believed any more, whatever time it states
    Revoke(KeyRevoke),
}

/// Flags of `seal key new`.
#[derive(Debug, Args)]
pub struct KeyNew {
    /// Where to write it
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
    /// What the key signs by
    #[arg(long, value_enum, default_value_t)]
    pub algorithm: KeyKind,
}

/// What keys sign by.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum KeyKind {
    /// Ed25519.
    #[default]
    Ed25519,
    /// ECDSA on the curve P-256 over SHA-256.
    EcdsaP256,
}

/// Flags of `seal key revoke`.
#[derive(Debug, Args)]
pub struct KeyRevoke {
    /// The key: a file with its public key, or its id, sha256:…
    #[arg(value_name = "KEY")]
    pub key: String,
    /// The document of trust that the revocation is added to
    #[arg(long, value_name = "FILE")]
    pub trust: PathBuf,
    /// Why, for people
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// From when on the key is not believed, as 2027-01-31T12:00:00Z; without it, from now on
    #[arg(long, value_name = "TIME")]
    pub at: Option<Timestamp>,
}

/// Flags of `seal intent`.
#[derive(Debug, Args)]
pub struct SealIntent {
    /// What to look at, and how to reach it.
    #[command(flatten)]
    pub subjects: Subjects,
    /// What is declared of it, beside what is derived
    #[arg(long, value_name = "FILE")]
    pub declared: Option<PathBuf>,
    /// Write it to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Flags of `seal diff`.
#[derive(Debug, Args)]
pub struct SealDiff {
    /// The two images, or files with their intents, and how to reach them.
    #[command(flatten)]
    pub subjects: Subjects,
    /// How to write the differences
    #[arg(long, value_enum, default_value_t)]
    pub format: DiffFormat,
}

/// How differences are written.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum DiffFormat {
    /// A line of words for each.
    #[default]
    Text,
    /// A list in JSON.
    Json,
}

fn builder(text: &str) -> Result<(String, u8), String> {
    let parts = text.rsplit_once('=').and_then(|(uri, level)| Some((uri.to_owned(), level.parse::<u8>().ok()?)));
    parts
        .filter(|(uri, level)| !uri.is_empty() && *level <= 3)
        .ok_or_else(|| "write it as https://builder.example/hosted=2, with a level from 0 to 3".into())
}
