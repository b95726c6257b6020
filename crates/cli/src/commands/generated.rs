//! What is generated from the list of flags and from the model.

use std::io::{self, Write};

use boltseal_audit::Audit;
use boltseal_model::{Report, Reports};
use clap::CommandFactory;
use clap_complete::Shell;

use crate::Outcome;
use crate::arguments::Arguments;
use crate::exit::Exit;

/// A completion script.
pub fn completions(shell: Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "boltseal", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Exit::Clean)
}

/// The manual page, with a section for every command.
pub fn manual() -> Outcome {
    let mut page = Vec::new();
    let mut command = Arguments::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for (name, command) in subcommands("boltseal", &command) {
        writeln!(page, ".SH \"{}\"", name.to_uppercase())?;
        let man = clap_mangen::Man::new(command);
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    io::stdout().write_all(&page)?;
    Ok(Exit::Clean)
}

fn subcommands(parent: &str, command: &clap::Command) -> Vec<(String, clap::Command)> {
    let named = |command: &clap::Command| (format!("{parent} {}", command.get_name()), command.clone());
    let children: Vec<_> = command.get_subcommands().map(named).collect();
    children
        .into_iter()
        .flat_map(|(name, command)| {
            let below = subcommands(&name, &command);
            std::iter::once((name, command)).chain(below)
        })
        .collect()
}

/// The schema of the report of one target, of several, or of an audit.
pub fn schema(document: &str) -> Outcome {
    let schema = match document {
        "audit" => schemars::schema_for!(Audit),
        "reports" => schemars::schema_for!(Reports<'_>),
        _ => schemars::schema_for!(Report),
    };
    writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&schema)?)?;
    Ok(Exit::Clean)
}
