//! The rules of the house, checked over the files that git tracks or would track.
//!
//! One rule is one file with a function that takes the [`Tree`] and gives sentences. A sentence names the file, the rule
//! and the way out.

mod documents;
mod fuzz_targets;
mod imports;
mod licences;
mod owners;
mod purity;
mod registries;
mod sizes;
mod tree;
mod unsafety;

use anyhow::bail;

pub use registries::{REGISTRIES, Registry, slice};
pub use tree::Tree;

type Rule = fn(&Tree) -> anyhow::Result<Vec<String>>;

/// Every rule, by name.
const RULES: &[(&str, Rule)] = &[
    ("documents", documents::check),
    ("fuzz-targets", fuzz_targets::check),
    ("imports", imports::check),
    ("licences", licences::check),
    ("owners", owners::check),
    ("purity", purity::check),
    ("registries", registries::check),
    ("sizes", sizes::check),
    ("unsafety", unsafety::check),
];

/// Checks every rule and lists every breach.
pub fn run() -> anyhow::Result<()> {
    let tree = Tree::load(&crate::shell::workspace())?;
    let breaches = breaches(&tree)?;
    for breach in &breaches {
        println!("{breach}");
    }
    if !breaches.is_empty() {
        bail!("{} breaches of the rules of the house", breaches.len());
    }
    println!("tidy: {} rules hold over {} files", RULES.len(), tree.files.len());
    Ok(())
}

/// Every breach of every rule.
pub fn breaches(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let mut breaches = Vec::new();
    for (name, rule) in RULES {
        breaches.extend(rule(tree)?.into_iter().map(|breach| format!("{name}: {breach}")));
    }
    Ok(breaches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_keeps_every_rule() {
        let tree = Tree::load(&crate::shell::workspace()).unwrap();
        assert_eq!(breaches(&tree).unwrap(), Vec::<String>::new());
    }
}
