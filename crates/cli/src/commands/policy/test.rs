//! `boltseal policy test`

use std::path::{Path, PathBuf};

use anyhow::Context;
use boltseal_model::Limits;
use boltseal_policy::cases::{Broken, Promise, case_of_expected, hold, lacking};
use boltseal_policy::{Policy, Schemas, Subject};
use boltseal_posture::{File, fix, schemas};
use boltseal_scan::visible;

use super::load::{POLICY, entries, load, say};
use super::subjects::{bytes, declared};
use crate::arguments::PolicyTest;
use crate::commands::write;
use crate::exit::Exit;
use crate::{Failure, Outcome};

/// What came of the cases.
#[derive(Default)]
struct Tested {
    policies: usize,
    cases: usize,
    mistakes: usize,
    broken: usize,
}

/// Runs the cases of every policy in the folders.
pub fn run(arguments: &PolicyTest) -> Outcome {
    let (schemas, mut tested) = (schemas(), Tested::default());
    for folder in &arguments.folders {
        walk(folder, &schemas, &mut tested)?;
    }
    let Tested { policies, cases, mistakes, broken } = tested;
    if policies == 0 && mistakes == 0 {
        return Err(Failure::usage(anyhow::anyhow!("no folder has a {POLICY} in it")));
    }
    write(None, &format!("{policies} policies, {cases} cases, {mistakes} mistakes, {broken} broken\n"))?;
    Ok(if mistakes > 0 {
        Exit::Usage
    } else if broken > 0 {
        Exit::Denied
    } else {
        Exit::Clean
    })
}

fn walk(folder: &Path, schemas: &Schemas, tested: &mut Tested) -> Result<(), Failure> {
    let policy = folder.join(POLICY);
    if policy.is_file() {
        return run_folder(folder, policy, schemas, tested);
    }
    for path in entries(folder)? {
        if path.is_dir() {
            walk(&path, schemas, tested)?;
        }
    }
    Ok(())
}

/// Runs the cases beside a policy.
fn run_folder(folder: &Path, policy: PathBuf, schemas: &Schemas, tested: &mut Tested) -> Result<(), Failure> {
    let (library, mistakes) = load(&[policy], schemas)?;
    say(&mistakes);
    tested.mistakes += mistakes.len();
    tested.policies += library.policies.len();
    let [policy] = library.policies.as_slice() else {
        if mistakes.is_empty() {
            let (place, count) = (folder.display(), library.policies.len());
            anstream::eprintln!("{place}: cases stand beside one policy, and there are {count}");
            tested.broken += 1;
        }
        return Ok(());
    };
    let (mut promises, mut expected) = (Vec::new(), 0);
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(case) = case_of_expected(&name) {
            expected += 1;
            tested.complain(fixed(policy, &folder.join(case), &path)?);
            continue;
        }
        let Some(promise) = Promise::of(&name) else { continue };
        promises.push(promise);
        tested.cases += 1;
        tested.complain(case(policy, &path, promise)?);
    }
    lacking(policy, &promises, expected).into_iter().for_each(|broken| tested.complain(Some(broken)));
    Ok(())
}

fn case(policy: &Policy, path: &Path, promise: Promise) -> Result<Option<Broken>, Failure> {
    let name = path.to_string_lossy().into_owned();
    let (declared, problems) = declared(path)?;
    // What is not read of a case is not tested.
    if let Some(problem) = problems.into_sorted().first() {
        return Ok(Some(Broken { name, detail: problem.detail.clone() }));
    }
    let subjects: Vec<Subject<'_>> = declared.iter().map(|it| Subject::new(it.root, &it.facts)).collect();
    Ok(hold(policy, &name, promise, &subjects, &Limits::default()))
}

/// Mends a case, and holds it to what is expected of it.
fn fixed(policy: &Policy, case: &Path, expected: &Path) -> Result<Option<Broken>, Failure> {
    let limits = Limits::default();
    let read =
        |path: &Path| bytes(path, limits.manifest_file_bytes).with_context(|| format!("reading {}", path.display()));
    let (case_bytes, expected) = (read(case).map_err(Failure::usage)?, read(expected).map_err(Failure::usage)?);
    let file = File { path: &case.to_string_lossy(), bytes: &case_bytes };
    Ok(fix::hold(policy, &file, &expected, &limits))
}

impl Tested {
    fn complain(&mut self, broken: Option<Broken>) {
        if let Some(Broken { name, detail }) = broken {
            anstream::eprintln!("{}", visible(&format!("{name}: {detail}")));
            self.broken += 1;
        }
    }
}
