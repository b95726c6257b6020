//! The flags of `boltseal verify`.

use std::path::PathBuf;
use std::time::Duration;

use boltseal_model::Timestamp;
use clap::{Args, ValueEnum};

use super::Reach;
use super::seal::PolicyFlags;

/// Flags of `verify`.
#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub struct Verify {
    /// The image
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// How it is reached.
    #[command(flatten)]
    pub reach: Reach,
    /// Whom to believe: a document of trust, or public keys
    #[arg(long, value_name = "FILE")]
    pub trust: PathBuf,
    /// Read the seals from this folder, or from this file, and not from beside the image; may be given several times
    #[arg(long, value_name = "PATH")]
    pub seals: Vec<PathBuf>,
    /// The policy that must have been satisfied.
    #[command(flatten)]
    pub policy: PolicyFlags,
    /// The oldest that the verdict may be: 12h, 7d
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub max_age: Option<Duration>,
    /// The oldest that the advisories may be which the image was held to: 30d
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub max_advisory_age: Option<Duration>,
    /// A level that the image must reach, as SLSA_BUILD_LEVEL_2 or BOLTSEAL_SCANNED; may be given several times
    #[arg(long, value_name = "LEVEL")]
    pub level: Vec<String>,
    /// Who may have built it, by URI; may be given several times
    #[arg(long, value_name = "URI")]
    pub builder: Vec<String>,
    /// The repository that it may have been built from; may be given several times
    #[arg(long, value_name = "URI")]
    pub source: Vec<String>,
    /// The branch that it may have been built from; may be given several times
    #[arg(long, value_name = "NAME")]
    pub branch: Vec<String>,
    /// The time of asking, as 2027-01-31T12:00:00Z; without it, that of the clock
    #[arg(long, value_name = "TIME")]
    pub at: Option<Timestamp>,
    /// How to write the answer
    #[arg(long, value_enum, default_value_t)]
    pub format: VerifyFormat,
}

const NOTES: &str = "\
With --policy, --policy-set or --fail-on, the verdict must be for exactly that policy: give the flags that the image was sealed
with. Without them, it may be for any policy of whoever is believed. The image is not scanned; its bytes are held to its digest.

Targets:
  image.tar                     an archive of `docker save`, or an OCI layout in a tar
  docker-archive:FILE[:TAG]     the same, and which image of several
  oci:PATH[:TAG]                an OCI layout, as a folder or a tar
  NAME[:TAG][@DIGEST]           an image that Docker has here, otherwise one in a registry
  docker:NAME  podman:NAME      an image in the store of an engine
  containerd:NAME               an image in containerd; its namespace is in CONTAINERD_NAMESPACE
  registry:NAME                 an image in a registry, and not what an engine may have of it";

/// How the answer is written.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum VerifyFormat {
    /// Lines of words.
    #[default]
    Text,
    /// One object in JSON.
    Json,
}

/// A number and what it is of.
fn age(text: &str) -> Result<Duration, String> {
    const UNITS: [(char, u64); 4] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
    let (_, seconds) = UNITS.into_iter().find(|(unit, _)| text.ends_with(*unit)).ok_or_else(spelling)?;
    let number = text.get(..text.len() - 1).and_then(|number| number.parse::<u64>().ok()).ok_or_else(spelling)?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(spelling)
}

fn spelling() -> String {
    "write it as a number with s, m, h or d: 12h, 7d".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_with_its_unit() {
        for (text, seconds) in [("90s", 90), ("5m", 300), ("12h", 43_200), ("7d", 604_800), ("0d", 0)] {
            assert_eq!(age(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "7", "d", "-1d", "1.5d", "7 days", "99999999999999999999d", "999999999999999999d", "7é"] {
            assert!(age(text).is_err(), "{text}");
        }
    }
}
