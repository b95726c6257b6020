//! Every path that a document names exists.

use super::Tree;

/// Folders whose paths are recognised in documents.
const TOPS: &[&str] =
    &["crates/", "content/", "docs/", "e2e/", "fuzz/", "xtask/", "deploy/", "agents/", ".ci/", ".cargo/"];

pub fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let mut breaches = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".md") && !path.contains("/fixtures/")) {
        for (number, line) in text.lines().enumerate() {
            let named = code_spans(line).filter(|span| is_path(span)).map(str::to_owned);
            let linked = links(line).map(|link| beside(path, link));
            for name in named.chain(linked) {
                if !exists(tree, &name) {
                    breaches.push(format!("{path}:{}: {name} does not exist", number + 1));
                }
            }
        }
    }
    Ok(breaches)
}

fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether a code span is a path into the workspace, and not a pattern or a placeholder.
fn is_path(span: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    TOPS.iter().any(|top| span.starts_with(top)) && span.chars().all(plain)
}

/// Targets of Markdown links that point to files.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|link| !link.is_empty() && !link.contains("://") && !link.starts_with("mailto:"))
}

/// A link's path from the root of the workspace.
fn beside(document: &str, link: &str) -> String {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn exists(tree: &Tree, name: &str) -> bool {
    let folder = format!("{}/", name.trim_end_matches('/'));
    tree.files.contains_key(name) || tree.files.keys().any(|path| path.starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_or_link_to_nothing_is_named() {
        let tree = Tree::of(&[(
            "docs/a.md",
            "see `docs/a.md`, `docs/gone.md`, `docs/<id>.md`\n[b](b.md) [a](../docs/a.md#x)",
        )]);
        assert_eq!(
            check(&tree).unwrap(),
            ["docs/a.md:1: docs/gone.md does not exist", "docs/a.md:2: docs/b.md does not exist"]
        );
    }
}
