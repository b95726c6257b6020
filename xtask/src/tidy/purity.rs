//! Engines do no input or output: bytes and a clock come in, values come out.

use super::Tree;

/// The crates that are engines, and the core below them.
const ENGINES: &[&str] = &[
    "crates/core/",
    "crates/build/advisory/",
    "crates/build/audit/",
    "crates/build/content/",
    "crates/build/image/",
    "crates/build/inventory/",
    "crates/build/posture/",
    "crates/run/detect/",
    "crates/run/ips/",
    "crates/run/rasp/",
];

/// Modules of the standard library, and crates, that reach outside.
const OUTSIDE: &[&str] = &["env", "fs", "net", "os", "process", "thread"];
const WORDS: &[&str] = &["SystemTime", "Instant", "tokio", "println!", "eprintln!", "stdin()", "stdout()"];

pub fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let mut breaches = Vec::new();
    for (path, text) in tree.product_code().filter(|(path, _)| ENGINES.iter().any(|engine| path.starts_with(engine))) {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if let Some(what) = reaches_outside(code) {
                breaches.push(format!(
                    "{path}:{}: an engine may not use {what}; take it as a value or a trait",
                    number + 1
                ));
            }
        }
    }
    Ok(breaches)
}

fn reaches_outside(code: &str) -> Option<String> {
    let modules = |rest: &str| -> Option<String> {
        let group = rest.strip_prefix('{').map_or_else(
            || rest.split([':', ';', ' ', ',']).take(1).collect(),
            |group| group.split(['}', ',']).map(str::trim).collect::<Vec<_>>(),
        );
        let first = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
        group.into_iter().map(first).find(|module| OUTSIDE.contains(&module.as_str()))
    };
    let module = code.match_indices("std::").find_map(|(at, _)| modules(code.get(at + 5..).unwrap_or_default()));
    let word = || WORDS.iter().find(|word| contains_word(code, word)).map(|word| (*word).to_owned());
    module.map(|module| format!("std::{module}")).or_else(word)
}

fn contains_word(code: &str, word: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices(word).any(|(at, _)| !code.get(..at).is_some_and(|before| before.ends_with(is_part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reaching_outside_is_seen_in_every_spelling() {
        for code in [
            "use std::fs;",
            "use std::{io, fs};",
            "std::env::var(x)",
            "let now = Instant::now();",
            "use std::{net::IpAddr};",
        ] {
            assert!(reaches_outside(code).is_some(), "{code}");
        }
        for code in ["use std::io::Read;", "use std::{fmt, io};", "let instant = 1;", "my_println!()"] {
            assert_eq!(reaches_outside(code), None, "{code}");
        }
    }

    #[test]
    fn tests_of_an_engine_may_read_files() {
        let text = "fn pure() {}\n#[cfg(test)]\nmod tests { use std::fs; }";
        assert!(check(&Tree::of(&[("crates/build/image/src/lib.rs", text)])).unwrap().is_empty());
    }
}
