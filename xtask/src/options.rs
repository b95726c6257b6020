//! The few options that commands share.

use std::env;

use lexopt::prelude::*;

/// What the user said.
pub struct Options {
    /// The command and its arguments.
    pub words: Vec<String>,
    /// Install packages without asking.
    pub yes: bool,
    /// Seconds for each fuzz target.
    pub seconds: u32,
}

impl Options {
    /// Reads the command line. CI counts as a yes.
    pub fn parse() -> anyhow::Result<Self> {
        let mut options = Self { words: Vec::new(), yes: env::var_os("CI").is_some(), seconds: crate::fuzz::SECONDS };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("yes") | Short('y') => options.yes = true,
                Long("seconds") => options.seconds = parser.value()?.parse()?,
                Long("help") | Short('h') => options.words.insert(0, "help".into()),
                Value(word) => options.words.push(word.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        if options.words.first().is_some_and(|word| word == "help") {
            options.words.truncate(1);
        }
        Ok(options)
    }
}
