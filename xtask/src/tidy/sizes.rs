//! A file that is too long has more than one subject.

use super::Tree;

/// Lines of a source file.
const MOST_LINES: usize = 450;
/// Characters of a line of Rust: rustfmt does not break texts and comments.
const MOST_COLUMNS: usize = 140;

pub fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let mut breaches = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| is_source(path)) {
        let lines = text.lines().count();
        if lines > MOST_LINES {
            breaches.push(format!("{path}: {lines} lines, more than {MOST_LINES}; split it by what it is about"));
        }
        let long = text.lines().position(|line| line.chars().count() > MOST_COLUMNS);
        // Patterns and expected texts of tests are as long as they are.
        if let Some(line) = long.filter(|_| path.ends_with(".rs") && !path.contains("/tests/")) {
            breaches.push(format!("{path}:{}: longer than {MOST_COLUMNS} characters", line + 1));
        }
    }
    Ok(breaches)
}

fn is_source(path: &str) -> bool {
    [".rs", ".c", ".h", ".py", ".ts", ".js", ".java", ".sh"].iter().any(|ending| path.ends_with(ending))
        && !path.contains("/fixtures/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_named_with_its_length() {
        let text = "\n".repeat(451);
        assert_eq!(check(&Tree::of(&[("crates/a/src/lib.rs", &text)])).unwrap().len(), 1);
        assert_eq!(check(&Tree::of(&[("docs/a.md", &text)])).unwrap().len(), 0);
    }
}
