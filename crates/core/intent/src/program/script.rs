//! Scripts.

use std::collections::BTreeSet;

use boltseal_model::{ExecutableKind, Limits};

use super::Program;

/// Bytes of the first line that the kernel looks at.
const FIRST_LINE: usize = 256;

/// Source: execve(2), "Interpreter scripts".
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Option<Program> {
    let line = bytes.strip_prefix(b"#!")?;
    let line = line.get(..FIRST_LINE).unwrap_or(line).split(|&byte| byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.trim_matches([' ', '\t', '\r']);
    let (interpreter, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    if interpreter.is_empty() {
        return None;
    }
    let arguments = rest.split([' ', '\t']).filter(|word| !word.is_empty());
    let mut program = Program::new(ExecutableKind::Script);
    program.interpreter = std::iter::once(interpreter).chain(arguments).map(str::to_owned).collect();
    if is_shell(&program.interpreter) {
        let text = bytes.get(..limits.script_bytes).unwrap_or(bytes);
        program.is_cut = text.len() < bytes.len();
        program.commands = words(&String::from_utf8_lossy(text));
    }
    Some(program)
}

/// Whether the words of a script may be commands.
fn is_shell(interpreter: &[String]) -> bool {
    let name = |path: &String| path.rsplit('/').next().unwrap_or_default().to_owned();
    let named = interpreter.iter().map(name).find(|name| name != "env" && !name.starts_with('-'));
    named.is_some_and(|name| {
        matches!(name.as_str(), "sh" | "ash" | "bash" | "dash" | "ksh" | "mksh" | "zsh" | "busybox")
    })
}

/// Words that could name a command; those that are in comments are not. What is none is not in the image either, or does no
/// harm: an intent says what may run.
fn words(text: &str) -> Vec<String> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "/._-+".contains(character);
    let mut found = BTreeSet::new();
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with('#') {
            continue;
        }
        let words = line.split(|character| !is_part(character));
        let is_command = |word: &&str| {
            word.len() > 1
                && word.len() < 256
                && word.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '/')
        };
        found.extend(words.filter(is_command).map(str::to_owned));
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Program> {
        super::read(text.as_bytes(), &Limits::default())
    }

    #[test]
    fn the_first_line_names_the_interpreter_and_its_arguments() {
        let script = read("#! /usr/bin/env -S python3 -u\nprint()\n").unwrap();
        assert_eq!(script.interpreter, ["/usr/bin/env", "-S", "python3", "-u"]);
        assert_eq!(script.commands, [""; 0], "what is no shell has no commands in its words");
        assert_eq!(read("#!\nls\n"), None);
    }

    #[test]
    fn words_of_a_shell_that_may_be_commands_are_kept() {
        let script = read("#!/bin/sh -e\n# not this\nexec su-exec redis \"$@\" && /opt/run --now\n").unwrap();
        assert_eq!(script.commands, ["/opt/run", "exec", "redis", "su-exec"]);
    }
}
