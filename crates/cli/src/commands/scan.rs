//! `boltseal scan`

use std::fs;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use boltseal_advisory::Database;
use boltseal_advisory::vex::{self, Statements};
use boltseal_clamd::Clamd;
use boltseal_http::Trust;
use boltseal_model::{FindingKind, Limits, Problem, ProblemKind, Problems, Report};
use boltseal_policy::{Action, Mistake};
use boltseal_scan::content::{self, ClamdScanner, Content, FileScanner, Sought, Verifier};
use boltseal_scan::format::{self, Style};
use boltseal_scan::{Exemptions, Options, Posture, Scanned, Sort, explain, visible};

use super::{policy, write};
use crate::arguments::Scan;
use crate::exit::Exit;
use crate::{Failure, Outcome, places, policies, subjects};

/// Scans every target and writes one report of all.
pub fn run(arguments: &Scan) -> Outcome {
    let targets = subjects::targets(&arguments.subjects)?;
    let format = format::find(&arguments.format).ok_or_else(|| anyhow!("no format {}", arguments.format))?;
    if arguments.explain.is_none() {
        format.admits(targets.len()).map_err(Failure::usage)?;
    }
    let file = subjects::database(&arguments.subjects)?;
    let database = file.database().map_err(Failure::usage)?;
    let (mut options, mut unread) = options(arguments)?;
    let content = content(arguments, &options, &mut unread)?;
    let posture = posture(arguments, &options, &mut unread)?;
    if let Some(posture) = posture.as_ref().filter(|_| arguments.policy_set.is_some()) {
        let denying = posture.checks.rules().into_iter().filter(|rule| rule.action == Action::Deny);
        options.denying = denying.map(|rule| rule.policy.id.clone()).collect();
    }
    let sought = subjects::Sought { content: content.as_ref(), posture: posture.as_ref() };
    let looked = subjects::look(&targets, &arguments.subjects, &database, file.origin(), sought, &options)?;
    let text = match &arguments.explain {
        None if arguments.diff => difference(arguments, &looked.scanned),
        Some(id) => {
            looked.scanned.iter().map(|scanned| explained(id, scanned, &database)).collect::<Vec<_>>().join("\n")
        }
        None => {
            let reports: Vec<Report> = looked.scanned.into_iter().map(|scanned| scanned.report).collect();
            format.write(&reports, style(arguments)).map_err(Failure::usage)?
        }
    };
    write(arguments.output.as_deref(), &text)?;
    for problem in &unread {
        let path = problem.path.as_deref().unwrap_or_default();
        anstream::eprintln!("problem: {}: {}", visible(path), visible(&problem.detail));
    }
    Ok(if unread.is_empty() { looked.exit } else { looked.exit.and(Exit::Incomplete) })
}

/// What the flags ask for, and what could not be read of the files that they name.
fn options(arguments: &Scan) -> Result<(Options, Vec<Problem>), Failure> {
    let sort = Sort::ALL.into_iter().find(|(name, _)| *name == arguments.sort).map(|(_, sort)| sort);
    let (vex, unread) = statements(&arguments.vex)?;
    let options = Options {
        platform: arguments.subjects.reach.platform.clone(),
        fail_on: arguments.fail_on,
        explain: arguments.explain.clone(),
        only: arguments.only.clone(),
        sort: sort.unwrap_or_default(),
        exclude_base: arguments.exclude_base,
        ignore_unfixed: arguments.ignore_unfixed,
        min_severity: arguments.min_severity,
        exemptions: exemptions(&arguments.ignore_file)?,
        vex,
        lifecycles_on: arguments.today,
        exemptions_on: arguments.today.or_else(places::today),
        forbidden_licences: arguments.forbid_licence.clone(),
        show_suppressed: arguments.show_suppressed,
        ..Options::default()
    };
    Ok((options, unread))
}

/// The rules for what is searched for; what is wrong with those of the user joins what could not be read.
fn content(arguments: &Scan, options: &Options, unread: &mut Vec<Problem>) -> Result<Option<Content>, Failure> {
    let sought = Sought { malware: options.wants(FindingKind::Malware), secrets: options.wants(FindingKind::Secret) };
    if !sought.malware && !sought.secrets {
        return Ok(None);
    }
    let cache = places::cache().map(|cache| cache.join("boltseal"));
    let loaded = content::load(sought, &arguments.rules, cache.as_deref(), &options.limits);
    let (mut content, faults) = loaded.map_err(Failure::usage)?;
    content.scanner = clamd(arguments, sought)?;
    content.verifier = verifier(arguments, options)?;
    unread.extend(faults.into_iter().map(|fault| {
        let line = fault.line.map(|line| format!(", line {line}")).unwrap_or_default();
        Problem::at(ProblemKind::Malformed, fault.file + &line, fault.reason)
    }));
    Ok(Some(content))
}

/// What declarations are held to; what is wrong with policies of the user joins what could not be read.
fn posture(arguments: &Scan, options: &Options, unread: &mut Vec<Problem>) -> Result<Option<Posture>, Failure> {
    if !options.wants(FindingKind::Misconfiguration) {
        return Ok(None);
    }
    let files = policy::files(&arguments.policy)?;
    let (checks, mistakes) = policies::checks(&files, arguments.policy_set.as_deref(), &options.limits)?;
    unread.extend(mistakes.into_iter().map(|mistake| {
        let Mistake { path, at, detail } = mistake;
        Problem::at(ProblemKind::Malformed, path, format!("{at}: {detail}"))
    }));
    let today = options.exemptions_on.and_then(places::day);
    Ok(Some(Posture { checks, today, fixes: arguments.fix }))
}

/// Who asks about secrets, if the user wants that.
fn verifier(arguments: &Scan, options: &Options) -> Result<Option<Verifier>, Failure> {
    if arguments.verify_secrets && arguments.subjects.reach.offline {
        return Err(Failure::usage(anyhow!("--verify-secrets needs the network, and --offline forbids it")));
    }
    let most = options.limits.secrets_verified;
    Ok(arguments.verify_secrets.then(|| Verifier::new(&Trust::of_the_system(), most)))
}

/// The clamd that judges files too.
fn clamd(arguments: &Scan, sought: Sought) -> Result<Option<Box<dyn FileScanner>>, Failure> {
    let Some(address) = arguments.clamd.clone().filter(|_| sought.malware) else { return Ok(None) };
    if arguments.subjects.reach.offline && address.is_remote() {
        return Err(Failure::usage(anyhow!("the clamd at {address} needs the network, and --offline forbids it")));
    }
    Ok(Some(Box::new(ClamdScanner::new(Clamd::new(address)))))
}

/// The exemptions of the files named, or of the one in this folder, if there is one.
fn exemptions(named: &[PathBuf]) -> Result<Exemptions, Failure> {
    let usual = PathBuf::from("boltseal-ignore.toml");
    let usual = (named.is_empty() && usual.exists()).then_some(usual);
    named.iter().chain(&usual).try_fold(Exemptions::default(), |all, path| {
        let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()));
        let text = text.map_err(Failure::usage)?;
        let more = Exemptions::parse(&text).with_context(|| path.display().to_string()).map_err(Failure::usage)?;
        Ok(all.and(more))
    })
}

/// What VEX documents say, and what could not be read of them.
fn statements(paths: &[PathBuf]) -> Result<(Statements, Vec<Problem>), Failure> {
    let (mut all, mut problems) = (Vec::new(), Problems::default());
    for path in paths {
        let bytes = fs::read(path).with_context(|| format!("reading {}", path.display())).map_err(Failure::usage)?;
        let (statements, unread) = vex::parse(&path.to_string_lossy(), &bytes, &Limits::default());
        all.extend(statements);
        problems.append(unread);
    }
    Ok((Statements::new(all), problems.into_sorted()))
}

/// What mends the findings of all targets. A terminal shows letters that it would obey; whatever else reads it gets the bytes.
fn difference(arguments: &Scan, scanned: &[Scanned]) -> String {
    let findings = scanned.iter().flat_map(|scanned| &scanned.report.findings);
    let of_declarations = findings.filter(|finding| finding.kind == FindingKind::Misconfiguration);
    let (mut all, mut mended) = (0, 0);
    for finding in of_declarations {
        all += 1;
        mended += usize::from(finding.fix.as_deref().is_some_and(|fix| !fix.edits.is_empty()));
    }
    anstream::eprintln!("{mended} of {all} findings on declarations have a patch");
    let diffs: String = scanned.iter().flat_map(|scanned| &scanned.patches).map(|patch| patch.diff.as_str()).collect();
    if arguments.output.is_some() || !io::stdout().is_terminal() {
        return diffs;
    }
    diffs.split_inclusive('\n').map(|line| visible(line.trim_end_matches('\n')).into_owned() + "\n").collect()
}

fn explained(id: &str, scanned: &Scanned, database: &Database<'_>) -> String {
    let mut text = explain(id, scanned, database);
    for problem in &scanned.report.problems {
        text += &format!("problem: {} ({})\n", visible(&problem.detail), problem.kind.name());
    }
    text
}

/// Colours on a terminal that wants them; lines as wide as the terminal, and of any length elsewhere.
fn style(arguments: &Scan) -> Style {
    if arguments.output.is_some() || !io::stdout().is_terminal() {
        return Style::default();
    }
    let color = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    Style { color, width: terminal_size::terminal_size().map(|(width, _)| width.0), ..Style::default() }
}
