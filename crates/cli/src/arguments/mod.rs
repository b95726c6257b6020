//! The one list of commands and flags. Help, manual page and completions all come from it.

mod audit;
mod policy;
mod seal;
mod verify;

use std::path::{Path, PathBuf};

use boltseal_advisory::Date;
use boltseal_clamd::Address;
use boltseal_model::{FindingKind, Severity};
use boltseal_s3::{Location, LocationError};
use boltseal_scan::Sort;
use boltseal_scan::format::{self, Format};
use boltseal_scan::licence::Rule;
use clap::builder::{OsStringValueParser, PathBufValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

pub use audit::{Audit, AuditCommand, AuditFlags, AuditFormat};
pub use policy::{PodSecurity, Policy, PolicyCheck, PolicyCommand, PolicyExplain, PolicyNetwork, PolicyTest};
pub use seal::{
    DiffFormat, Key, KeyCommand, KeyKind, KeyNew, KeyRevoke, PolicyFlags, Seal, SealCommand, SealDiff, SealImage,
    SealIntent,
};
pub use verify::{Verify, VerifyFormat};

/// Everything in a container runs as intended, and only as intended.
#[derive(Debug, Parser)]
#[command(name = "boltseal", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 clean, 1 denied, 2 usage or configuration, 3 incomplete, 4 internal.")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find vulnerabilities, malware and secrets in images, containers, folders and repositories
    Scan(Box<Scan>),
    /// Write the bill of materials of an image, a container, a folder or a repository
    Sbom(Sbom),
    /// Hold this host, its engine or its node to a benchmark
    Audit(Audit),
    /// Scan an image, hold it to a policy, and sign what came of it; look after keys and intents
    Seal(Box<Seal>),
    /// Say from its seals alone whether an image may be believed
    Verify(Box<Verify>),
    /// Look after the advisory database
    Db(Db),
    /// Hold what is declared to be run to a policy
    Policy(Policy),
    /// Say what is seen and what is not
    Rules(Rules),
    /// Write a completion script for a shell to standard output
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write the manual page to standard output
    Man,
    /// Write the JSON schema of the report to standard output
    Schema {
        /// Of the report of one target, of the document of several, or of an audit
        #[arg(value_name = "DOCUMENT", default_value = "report", value_parser = ["report", "reports", "audit"])]
        document: String,
    },
}

/// Flags of `scan`.
#[derive(Debug, Args)]
#[command(after_help = TARGETS_AND_EXAMPLES)]
pub struct Scan {
    /// What to look at, and how to reach it.
    #[command(flatten)]
    pub subjects: Subjects,
    /// How to write the report
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = formats())]
    pub format: String,
    /// Write the report to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Say of each finding on a declaration what edit mends it, where that is mechanical, or why only words do. No file is written
    #[arg(long)]
    pub fix: bool,
    /// With --fix, write what mends the findings as a difference in unified format, for `patch -p1` and `git apply`, instead of a
    /// report
    #[arg(long, requires = "fix", conflicts_with_all = ["format", "explain"])]
    pub diff: bool,
    /// Exit with 1 when a finding is this severe or worse: critical, high, medium, low or unknown
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<Severity>,
    /// Look for these kinds of findings only: vulnerability, end-of-life, licence, malware, secret, misconfiguration;
    /// several with commas
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind)]
    pub only: Vec<FindingKind>,
    /// Search with further rules: a file or folder of YARA rules (.yar), rules for secrets (.toml), lists of digests (.sha256,
    /// .hashes) and signatures of ClamAV (.ndb, .ldb, .hdb, .hsb); may be given several times
    #[arg(long, value_name = "PATH", env = "BOLTSEAL_RULES")]
    pub rules: Vec<PathBuf>,
    /// Hold declarations to further policies: a file of policies in YAML, or a folder of them; may be given several times
    #[arg(long, value_name = "PATH", env = "BOLTSEAL_POLICY")]
    pub policy: Vec<PathBuf>,
    /// Hold declarations to the rules of this set alone, and exit with 1 when one that it denies is broken: baseline, strict, audit, or
    /// one of your policies
    #[arg(long, value_name = "SET", env = "BOLTSEAL_POLICY_SET")]
    pub policy_set: Option<String>,
    /// Ask whoever issued a secret whether it still opens something: each secret that is found is sent there, over TLS, for the
    /// providers that docs/secrets.md names, and nowhere else
    #[arg(long)]
    pub verify_secrets: bool,
    /// Have a clamd judge every file too: unix:PATH of its socket, or tcp:HOST:PORT
    #[arg(long, value_name = "ADDRESS", env = "BOLTSEAL_CLAMD")]
    pub clamd: Option<Address>,
    /// The order of findings: by severity, or by the risk that severity, exploitation and its likelihood make
    #[arg(long, value_name = "ORDER", default_value = "severity", value_parser = orders())]
    pub sort: String,
    /// Leave out what the base image brought
    #[arg(long)]
    pub exclude_base: bool,
    /// Leave out vulnerabilities for which no fixed version is known
    #[arg(long)]
    pub ignore_unfixed: bool,
    /// Leave out what is less severe: critical, high, medium, low or unknown
    #[arg(long, value_name = "SEVERITY")]
    pub min_severity: Option<Severity>,
    /// Leave out what a file of exemptions names; without it, what boltseal-ignore.toml in this folder names
    #[arg(long, value_name = "FILE")]
    pub ignore_file: Vec<PathBuf>,
    /// Leave out what a VEX document (OpenVEX, CSAF, CycloneDX) says is of no concern; may be given several times
    #[arg(long, value_name = "FILE")]
    pub vex: Vec<PathBuf>,
    /// List what was left out, with the reasons
    #[arg(long)]
    pub show_suppressed: bool,
    /// Report packages whose licence is of a family or has an SPDX identifier; may be given several times
    #[arg(long, value_name = "FAMILY|ID")]
    pub forbid_licence: Vec<Rule>,
    /// The day on which ends of life and exemptions are judged, as 2027-01-31; without it, that of the newest advisory for
    /// ends of life, and the day of the scan for exemptions
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub today: Option<Date>,
    /// Say for every package why this vulnerability does or does not affect it, instead of a report
    #[arg(long, value_name = "ID", conflicts_with_all = ["format", "output"])]
    pub explain: Option<String>,
}

/// Flags of `sbom`.
#[derive(Debug, Args)]
pub struct Sbom {
    /// What to look at, and how to reach it.
    #[command(flatten)]
    pub subjects: Subjects,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "cyclonedx", value_parser = sbom_formats())]
    pub format: String,
    /// Write it to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

const TARGETS_AND_EXAMPLES: &str = "\
Targets:
  image.tar                     an archive of `docker save`, or an OCI layout in a tar
  docker-archive:FILE[:TAG]     the same, and which image of several
  oci:PATH[:TAG]                an OCI layout, as a folder or a tar
  NAME[:TAG][@DIGEST]           an image that Docker has here, otherwise one in a registry
  docker:NAME  podman:NAME      an image in the store of an engine
  containerd:NAME               an image in containerd; its namespace is in CONTAINERD_NAMESPACE
  registry:NAME                 an image in a registry, and not what an engine may have of it
  container:NAME                the files that a container has now; podman-container:NAME likewise
  dir:FOLDER                    a root file system or a source tree
  git:ADDRESS[#REVISION]        one commit of a git repository
  file:FILE                     a Dockerfile, a manifest of Kubernetes, a Compose file, a task definition of ECS, a container
                                group of ACI, a plan of Terraform, an answer of `docker inspect`
  sbom:FILE                     a bill of materials: CycloneDX in JSON or XML, SPDX in JSON or as tags

Examples:
  boltseal scan shop:1.2
  boltseal scan registry.example/shop:1.2 --format json --output report.json --fail-on high
  boltseal scan shop.tar --only malware,secret
  boltseal scan Dockerfile deployment.yaml task.json
  boltseal scan shop.tar --explain CVE-2021-28363
  boltseal scan web.tar worker.tar sbom:database.cdx.json";

/// What to look at, and how to reach it.
#[derive(Debug, Args)]
pub struct Subjects {
    /// What to look at
    #[arg(required = true, value_name = "TARGET")]
    pub targets: Vec<String>,
    /// How it is reached.
    #[command(flatten)]
    pub reach: Reach,
    /// The advisory database to use; without it, the one that `db update` or `db build` wrote, otherwise the embedded snapshot
    #[arg(long, value_name = "PATH", env = "BOLTSEAL_DB")]
    pub db: Option<PathBuf>,
    /// Where to keep what was read from layers; without it, the user's folder for caches. A bucket of an S3-compatible store,
    /// as s3://BUCKET/PREFIX, is asked after the folder, and both may be given
    #[arg(long, value_name = "FOLDER|BUCKET", env = "BOLTSEAL_CACHE", value_parser = cache_place())]
    #[arg(value_hint = ValueHint::AnyPath)]
    pub cache: Vec<CachePlace>,
    /// How large the folder may grow, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 1024)]
    pub cache_mb: u64,
    /// Read every layer anew, and keep nothing of it
    #[arg(long, conflicts_with_all = ["cache", "cache_mb"])]
    pub no_cache: bool,
}

/// How images are reached.
#[derive(Debug, Args)]
pub struct Reach {
    /// Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in
    /// what is looked at
    #[arg(long, value_name = "FILE", env = "BOLTSEAL_CONFIG")]
    pub config: Option<PathBuf>,
    /// Which image to take where there are several
    #[arg(long, value_name = "OS/ARCH")]
    pub platform: Option<String>,
    /// Refuse targets that need the network
    #[arg(long)]
    pub offline: bool,
    /// Ask another host first for the images of a registry; may be given several times
    #[arg(long, value_name = "REGISTRY=HOST", value_parser = mirror)]
    pub mirror: Vec<(String, String)>,
    /// Reach a registry without TLS; those on this machine are tried without when TLS fails
    #[arg(long, value_name = "HOST")]
    pub plain_http: Vec<String>,
    /// Name for registries, instead of what `docker login` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD
    #[arg(long, value_name = "NAME", env = "BOLTSEAL_REGISTRY_USER")]
    pub registry_user: Option<String>,
}

/// Flags of `db`.
#[derive(Debug, Args)]
pub struct Db {
    /// What to do with it.
    #[command(subcommand)]
    pub command: DbCommand,
}

/// What to do with the database.
#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Make a database from advisory sources
    ///
    /// Folders are read through, with the .zip, .tar, .tar.gz and .tar.zst archives in them. What a file is, is recognised
    /// by its name and content.
    Build {
        /// Files and folders with advisories
        #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
        from: Vec<PathBuf>,
        /// Where to write it; without it, where `scan` looks for it
        #[arg(long, value_name = "PATH", env = "BOLTSEAL_DB")]
        db: Option<PathBuf>,
    },
    /// Bring the database up to date from the publishers' feeds
    ///
    /// Downloads what changed, goes on where an earlier download broke off, checks it, and builds the database anew. The old
    /// one stays until the new one is whole. Exits with 3 when a feed could not be had and an earlier download of it was used.
    Update(Update),
    /// Say which advisories the database holds, and check that it is whole
    Status {
        /// The database; without it, the one that `scan` would use
        #[arg(long, value_name = "PATH", env = "BOLTSEAL_DB")]
        db: Option<PathBuf>,
    },
}

/// Flags of `db update`.
#[derive(Debug, Args)]
pub struct Update {
    /// Ask for this feed only; may be given several times. Without it, for those marked in the list, and those that were
    /// downloaded before
    #[arg(long, value_name = "ID")]
    pub feed: Vec<String>,
    /// List the feeds, and download nothing
    #[arg(long)]
    pub list: bool,
    /// Take the descriptions of further feeds from a TOML file or a folder of them; may be given several times
    #[arg(long, value_name = "PATH")]
    pub feeds: Vec<PathBuf>,
    /// Where to write the database; without it, where `scan` looks for it
    #[arg(long, value_name = "PATH", env = "BOLTSEAL_DB")]
    pub db: Option<PathBuf>,
    /// Where to keep downloads; without it, the user's folder for caches
    #[arg(long, value_name = "FOLDER", env = "BOLTSEAL_FEEDS")]
    pub keep: Option<PathBuf>,
    /// Take feeds that have less than half of the advisories that they had
    #[arg(long)]
    pub accept_shrinking: bool,
    /// Refused: an update needs the network
    #[arg(long, hide = true)]
    pub offline: bool,
}

/// Flags of `rules`.
#[derive(Debug, Args)]
pub struct Rules {
    /// What to say of them.
    #[command(subcommand)]
    pub command: RulesCommand,
}

/// What to say of rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List every analyzer, importer, version order and report format, with what it sees and what it misses, and every rule for
    /// malware and secrets
    List {
        /// Of the parts of the program, the rules for malware and secrets, or those for what is declared; without it, of all
        #[arg(long, value_name = "WHICH", value_enum)]
        only: Option<RulesListed>,
        /// How to write the list
        #[arg(long, value_name = "FORMAT", default_value = "table", value_enum)]
        format: RulesFormat,
    },
    /// Compile rules of your own, and say what is wrong with them
    Check {
        /// Files and folders: YARA rules, rules for secrets, lists of digests, signatures of ClamAV
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Pack lists of digests into one file, which a scan maps into memory instead of reading it
    ///
    /// In each line of a list is a SHA-256 and, if there is one, a name behind it. Exits with 1 if a line is none; the others are
    /// packed.
    Pack {
        /// Lists
        #[arg(required = true, value_name = "LIST.sha256")]
        lists: Vec<PathBuf>,
        /// Where to write it; its name ends with .hashes
        #[arg(long, short, value_name = "FILE.hashes", value_parser = packed())]
        output: PathBuf,
    },
    /// Compile rules of your own, and run their cases
    ///
    /// Rules for secrets state their cases. Those of other rules are files beside them, called fires-… and quiet-…, in base64
    /// where they end with .b64.
    Test {
        /// Files and folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
}

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesListed {
    /// Analyzers, importers, version orders and report formats
    Parts,
    /// Rules for malware and secrets
    Content,
    /// Rules for what is declared
    Checks,
}

/// How the list is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RulesFormat {
    /// For people at a terminal
    Table,
    /// For programs
    Json,
    /// The reference pages
    Markdown,
}

/// A kind of findings.
fn kind(text: &str) -> Result<FindingKind, String> {
    FindingKind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
        let names: Vec<&str> = FindingKind::ALL.iter().map(|kind| kind.name()).collect();
        format!("no kind of findings; there are {}", names.join(", "))
    })
}

/// A place for the layer cache.
#[derive(Debug, Clone)]
pub enum CachePlace {
    /// A folder.
    Folder(PathBuf),
    /// A place in an S3-compatible store.
    Store(Location),
}

impl CachePlace {
    /// The folder, if it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Store(_) => None,
        }
    }

    /// The place in a store, if it is one.
    pub const fn store(&self) -> Option<&Location> {
        match self {
            Self::Store(location) => Some(location),
            Self::Folder(_) => None,
        }
    }
}

fn cache_place() -> impl TypedValueParser<Value = CachePlace> {
    OsStringValueParser::new().try_map(|text| match text.to_str().filter(|text| text.starts_with("s3://")) {
        Some(text) => text.parse().map(CachePlace::Store),
        None => Ok::<_, LocationError>(CachePlace::Folder(text.into())),
    })
}

/// A file that `--rules` takes for a packed list.
fn packed() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path.extension() {
        Some(ending) if ending == "hashes" => Ok(path),
        Some(_) | None => Err("a packed list is known by its ending: call it FILE.hashes"),
    })
}

fn formats() -> impl TypedValueParser<Value = String> {
    named(format::ALL.iter().copied())
}

fn sbom_formats() -> impl TypedValueParser<Value = String> {
    named(format::sboms())
}

fn named(formats: impl Iterator<Item = &'static Format>) -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(formats.map(|format| PossibleValue::new(format.id).help(format.title)))
}

fn orders() -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(Sort::ALL.map(|(name, _)| name))
}

fn day(text: &str) -> Result<Date, String> {
    Date::parse(text).filter(|_| text.len() == 10).ok_or_else(|| "write it as 2027-01-31".into())
}

fn mirror(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((registry, host)) if !registry.is_empty() && !host.is_empty() => Ok((registry.into(), host.into())),
        _ => Err("write it as docker.io=mirror.example:5000".into()),
    }
}
