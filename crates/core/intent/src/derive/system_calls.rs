//! System calls that the programs which are come to make: an estimate.
//!
//! A program makes those in its own code, and those that the functions of libraries come to which it takes. What a library does
//! of itself counts wherever it is loaded, and all of the loader.

use std::collections::{BTreeMap, HashMap};

use boltseal_model::{ExecutableKind, Origin, Stated};

use super::reach::Reach;
use crate::calls::{Processor, SystemCalls};

/// What every process makes.
const EVERYWHERE: [&str; 4] = ["execve", "exit_group", "restart_syscall", "rt_sigreturn"];

/// System calls by name, each with the first program that makes it.
pub(super) type Calls = BTreeMap<&'static str, String>;

/// All of them, and those that programs name themselves or take from a library by its name, which are what they are for.
pub(super) fn of(reach: &Reach<'_>) -> (Vec<Stated<String>>, Calls) {
    let mut offers: HashMap<u64, SystemCalls> = HashMap::new();
    for (_, program) in reach.programs().filter(|(_, program)| program.kind == ExecutableKind::Library) {
        for (name, calls) in &program.offers {
            offers.entry(*name).or_default().extend(calls);
        }
    }
    let (mut all, mut meant) = (Calls::new(), Calls::new());
    let mut is_understood = false;
    for (path, program) in reach.programs() {
        let Some(processor) = program.processor else { continue };
        is_understood = true;
        let add = |to: &mut Calls, calls: &SystemCalls| add(to, processor, calls, path);
        for import in &program.imports {
            let Some(calls) = offers.get(import) else { continue };
            add(&mut all, calls);
            if program.kind == ExecutableKind::Program {
                add(&mut meant, calls);
            }
        }
        match program.kind {
            ExecutableKind::Program => {
                add(&mut all, &program.makes);
                add(&mut meant, &program.makes);
            }
            _ => add(&mut all, &program.always),
        }
        let loader = program.interpreter.first().and_then(|path| reach.find(path));
        if let Some(loader) = loader.and_then(|loader| loader.program.as_ref()) {
            add(&mut all, &loader.makes);
        }
    }
    if is_understood {
        for name in EVERYWHERE {
            all.entry(name).or_insert_with(|| "every process".to_owned());
        }
    }
    (all.into_iter().map(stated).collect(), meant)
}

fn add(to: &mut Calls, processor: Processor, calls: &SystemCalls, path: &str) {
    for name in calls.iter().filter_map(|number| processor.name(number)) {
        to.entry(name).or_insert_with(|| format!("/{path}"));
    }
}

fn stated((name, evidence): (&'static str, String)) -> Stated<String> {
    Stated { value: name.to_owned(), origin: Origin::Derived, evidence: Some(evidence) }
}
