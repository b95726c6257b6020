//! The configuration file: what no flag says, and no variable.
//!
//! A key is the name of a flag, and its value is checked as that of the flag is: there is one list of flags, and none of keys but
//! which of them make sense in a file. A value of the file becomes the default of its flag, so that the command line and the
//! environment come first.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use boltseal_scan::{Target, visible};
use clap::builder::OsStr;
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches, Parser, ValueHint};
use toml::de::{DeTable, DeValue};

use crate::Failure;
use crate::arguments::{self, Arguments, SealCommand, Subjects};

/// The file that is taken from the folder where the command runs.
const USUAL: &str = "boltseal.toml";
/// Bytes of the file. It is written by hand.
const MOST_BYTES: u64 = 1 << 20;
/// The commands that it is for.
const COMMANDS: [&[&str]; 6] = [&["scan"], &["sbom"], &["seal"], &["seal", "intent"], &["seal", "diff"], &["verify"]];
/// The flags of `scan` that are keys: those that say how this team scans, and not what is wanted of one scan.
const KEYS: &[&str] = &[
    "cache",
    "cache-mb",
    "clamd",
    "db",
    "exclude-base",
    "fail-on",
    "forbid-licence",
    "ignore-file",
    "ignore-unfixed",
    "min-severity",
    "mirror",
    "no-cache",
    "offline",
    "only",
    "plain-http",
    "platform",
    "policy",
    "policy-set",
    "registry-user",
    "rules",
    "show-suppressed",
    "sort",
    "vex",
];

/// The arguments of this process, with what the file says where they and the environment say nothing.
pub fn arguments() -> Result<Arguments, Failure> {
    let given = Arguments::parse();
    let of = |subjects: &Subjects| (subjects.targets.clone(), subjects.reach.config.clone());
    let (targets, named) = match &given.command {
        arguments::Command::Scan(scan) => of(&scan.subjects),
        arguments::Command::Sbom(sbom) => of(&sbom.subjects),
        arguments::Command::Seal(seal) => match &seal.command {
            None => of(&seal.image.subjects),
            Some(SealCommand::Intent(intent)) => of(&intent.subjects),
            Some(SealCommand::Diff(diff)) => of(&diff.subjects),
            Some(SealCommand::Key(_)) => return Ok(given),
        },
        arguments::Command::Verify(verify) => (vec![verify.target.clone()], verify.reach.config.clone()),
        arguments::Command::Audit(_)
        | arguments::Command::Db(_)
        | arguments::Command::Rules(_)
        | arguments::Command::Policy(_)
        | arguments::Command::Completions { .. }
        | arguments::Command::Man
        | arguments::Command::Schema { .. } => return Ok(given),
    };
    let Some(path) = file(&targets, named)? else { return Ok(given) };
    let text = read(&path).with_context(|| format!("reading {}", path.display())).map_err(Failure::usage)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let settings = settings(&text, folder).map_err(|wrong| {
        let (line, column) = place(&text, wrong.at.start);
        Failure::usage(anyhow!("{}:{line}:{column}: {}", path.display(), visible(&wrong.reason)))
    })?;
    let with_them = with_defaults(Arguments::command(), &settings);
    Ok(Arguments::from_arg_matches(&with_them.get_matches())?)
}

/// The file named, or the usual one if it lies here. One that belongs to what is looked at is not taken: whoever wrote what is
/// looked at would say how.
fn file(targets: &[String], named: Option<PathBuf>) -> Result<Option<PathBuf>, Failure> {
    if named.is_some() {
        return Ok(named);
    }
    let usual = PathBuf::from(USUAL);
    let place = match fs::canonicalize(&usual) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        place => place.with_context(|| format!("reading {USUAL}")).map_err(Failure::usage)?,
    };
    let targets = targets.iter().map(|target| Target::parse(target).map_err(Failure::usage));
    let targets: Vec<Target> = targets.collect::<Result<_, _>>()?;
    let within = |target: &Target| {
        let folder = target.folder().and_then(|folder| fs::canonicalize(folder).ok());
        folder.is_some_and(|folder| place.starts_with(folder))
    };
    if let Some(target) = targets.iter().find(|target| within(target)) {
        anstream::eprintln!(
            "boltseal: {USUAL} lies in {} and is not taken from there; --config {USUAL} takes it all the same",
            visible(&target.to_string())
        );
        return Ok(None);
    }
    Ok(Some(usual))
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {MOST_BYTES} bytes")));
    }
    Ok(text)
}

/// What one key says, as values of its flag.
#[derive(Debug, PartialEq, Eq)]
struct Setting {
    key: &'static str,
    values: Vec<String>,
}

/// What is wrong with a file, and with which bytes of it.
#[derive(Debug)]
struct Wrong {
    at: Range<usize>,
    reason: String,
}

/// Reads a file that lies in a folder.
fn settings(text: &str, folder: &Path) -> Result<Vec<Setting>, Wrong> {
    let table = DeTable::parse(text)
        .map_err(|error| Wrong { at: error.span().unwrap_or_default(), reason: error.message().to_owned() })?;
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let command = Arguments::command();
    let flags = command.find_subcommand("scan").into_iter().flat_map(Command::get_arguments);
    let flags: Vec<&Arg> = flags.collect();
    let mut settings = Vec::new();
    for (key, value) in entries {
        let name = key.get_ref().as_ref();
        let wrong = |at, reason| Wrong { at, reason };
        let known =
            KEYS.iter().copied().find(|known| *known == name).zip(flags.iter().find(|it| it.get_long() == Some(name)));
        let Some((key, flag)) = known else { return Err(wrong(key.span(), unknown(name))) };
        let values =
            values(value.get_ref(), flag, folder).map_err(|reason| wrong(value.span(), format!("{key}: {reason}")))?;
        check(key, &values, flag).map_err(|reason| wrong(value.span(), reason))?;
        settings.push(Setting { key, values });
    }
    Ok(settings)
}

fn unknown(name: &str) -> String {
    let nearest = KEYS.iter().min_by_key(|key| strsim::damerau_levenshtein(key, name)).unwrap_or(&"");
    format!("unknown key `{name}`; the nearest is `{nearest}`")
}

/// The values of a key, as its flag would be given them. Paths are taken from the folder of the file.
fn values(value: &DeValue<'_>, flag: &Arg, folder: &Path) -> Result<Vec<String>, String> {
    if matches!(flag.get_action(), ArgAction::SetTrue) {
        return match value {
            DeValue::Boolean(value) => Ok(vec![value.to_string()]),
            _ => Err("write true or false".to_owned()),
        };
    }
    let is_path = flag.get_value_hint() == ValueHint::AnyPath;
    let one = |value: &DeValue<'_>| match value {
        DeValue::String(text) if is_path && !text.contains("://") => {
            folder.join(&**text).into_os_string().into_string().map_err(|_| "the folder's path is no text".to_owned())
        }
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Ok(number.as_str().to_owned()),
        _ => Err("write a text".to_owned()),
    };
    match value {
        DeValue::Array(all) if matches!(flag.get_action(), ArgAction::Append) => {
            all.iter().map(|value| one(value.get_ref())).collect()
        }
        DeValue::Array(_) => Err("write one value".to_owned()),
        value => Ok(vec![one(value)?]),
    }
}

/// Lets the command line say what is wrong with values.
fn check(key: &str, values: &[String], flag: &Arg) -> Result<(), String> {
    if matches!(flag.get_action(), ArgAction::SetTrue) {
        return Ok(());
    }
    let flags = values.iter().map(|value| format!("--{key}={value}"));
    let line = ["boltseal", "scan", "TARGET"].map(str::to_owned).into_iter().chain(flags);
    Arguments::command().try_get_matches_from(line).map(drop).map_err(|error| {
        let text = error.render().to_string();
        let said = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    })
}

/// Makes settings the defaults of their flags, in every command that has them.
fn with_defaults(command: Command, settings: &[Setting]) -> Command {
    COMMANDS.into_iter().fold(command, |command, names| with_defaults_of(command, names, settings))
}

/// The same for one command, which is named by the words that lead to it.
fn with_defaults_of(mut command: Command, names: &[&'static str], settings: &[Setting]) -> Command {
    if let [name, rest @ ..] = names {
        return command.mut_subcommand(*name, |inner| with_defaults_of(inner, rest, settings));
    }
    for setting in settings {
        let id = command.get_arguments().find(|it| it.get_long() == Some(setting.key)).map(|it| it.get_id().clone());
        if let Some(id) = id {
            let values: Vec<OsStr> = setting.values.iter().map(OsStr::from).collect();
            command = command.mut_arg(id, |flag| flag.default_values(values));
        }
    }
    command
}

/// Line and column, from 1, of a place in a text.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Scan;

    /// What a scan is asked to do by a file and a command line.
    fn scan(text: &str, line: &[&str]) -> Scan {
        let settings = settings(text, Path::new("/etc/team")).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let command = with_defaults(Arguments::command(), &settings);
        let line = ["boltseal", "scan", "image.tar"].iter().chain(line);
        let arguments = Arguments::from_arg_matches(&command.try_get_matches_from(line).unwrap()).unwrap();
        match arguments.command {
            arguments::Command::Scan(scan) => *scan,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_key_is_a_flag_of_scan() {
        let command = Arguments::command();
        let scan = command.find_subcommand("scan").unwrap();
        for key in KEYS {
            assert!(scan.get_arguments().any(|flag| flag.get_long() == Some(key)), "{key}");
            let page = include_str!("../../../docs/configuration.md");
            assert!(page.contains(&format!("`{key}`")), "docs/configuration.md says nothing of {key}");
        }
        assert!(KEYS.is_sorted());
    }

    #[test]
    fn a_file_says_what_the_command_line_does_not() {
        let text = "rules = ['rules', '/srv/rules']\nonly = ['malware', 'secret']\nfail-on = 'high'\nexclude-base = true\n\
                    ignore-file = 'exempt.toml'\nclamd = 'unix:/run/clamd.ctl'\ncache-mb = 5\nno-cache = false\n";
        let paths = |paths: &[PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
        let told = scan(text, &[]);
        assert_eq!(paths(&told.rules), ["/etc/team/rules", "/srv/rules"]);
        assert_eq!(paths(&told.ignore_file), ["/etc/team/exempt.toml"]);
        assert_eq!(told.only.iter().map(|kind| kind.name()).collect::<Vec<_>>(), ["malware", "secret"]);
        assert!(told.fail_on.is_some() && told.exclude_base && told.clamd.is_some());
        assert_eq!((told.subjects.cache_mb, told.subjects.no_cache), (5, false));
        let told = scan(text, &["--rules", "mine", "--only", "licence", "--no-cache"]);
        assert_eq!(paths(&told.rules), ["mine"]);
        assert_eq!(told.only.iter().map(|kind| kind.name()).collect::<Vec<_>>(), ["licence"]);
        assert!(told.exclude_base && told.subjects.no_cache);
    }

    #[test]
    fn a_bucket_is_no_path() {
        let told = scan("cache = ['s3://bucket/layers', 'layers']\n", &[]);
        let places: Vec<String> = told.subjects.cache.iter().map(|place| format!("{place:?}")).collect();
        assert!(places[0].contains("bucket") && places[1].contains("/etc/team/layers"), "{places:?}");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, at, said) in [
            ("\n  ruels = []\n", (2, 3), "unknown key `ruels`; the nearest is `rules`"),
            ("fail_on = 'high'\n", (1, 1), "the nearest is `fail-on`"),
            ("output = 'x'\n", (1, 1), "unknown key `output`"),
            ("[scan]\nrules = []\n", (1, 2), "unknown key `scan`"),
            ("fail-on = 'terrible'\n", (1, 11), "critical, high, medium, low or unknown"),
            ("only = ['malware', 'secrets']\n", (1, 8), "no kind of findings"),
            ("sort = 'age'\n", (1, 8), "possible values: risk, severity"),
            ("exclude-base = 'yes'\n", (1, 16), "exclude-base: write true or false"),
            ("fail-on = ['high']\n", (1, 11), "fail-on: write one value"),
            ("clamd = '/run/clamd.ctl'\n", (1, 9), "write it as unix:"),
            ("rules = [1.5]\n", (1, 9), "rules: write a text"),
            ("rules = \n", (1, 9), ""),
            ("sort = 'risk'\nsort = 'risk'\n", (2, 1), "duplicate key"),
        ] {
            let wrong = settings(text, Path::new("")).unwrap_err();
            assert_eq!(place(text, wrong.at.start), at, "{text}: {wrong:?}");
            assert!(wrong.reason.contains(said), "{text}: {}", wrong.reason);
        }
    }
}
