//! Differences in unified format, as `patch` and `git apply` take them.

use similar::TextDiff;

/// Lines around a change that say where it belongs.
const CONTEXT: usize = 3;

/// The difference between two texts of a file.
pub(super) fn unified(path: &str, before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    let mut unified = diff.unified_diff();
    unified.context_radius(CONTEXT).header(&name("a", path), &name("b", path));
    unified.to_string()
}

/// The name of a side, relative to where it is applied; in quotes, as git writes it, where it has letters that no name should.
fn name(side: &str, path: &str) -> String {
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let is_usual = |letter: char| !letter.is_control() && !matches!(letter, '"' | '\\');
    if path.chars().all(is_usual) {
        // A blank would end the name without a tab behind it.
        let tab = if path.contains(' ') { "\t" } else { "" };
        return format!("{side}/{path}{tab}");
    }
    let mut quoted = format!("\"{side}/");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => quoted.push_str(&format!("\\{byte:03o}")),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_both_sides_and_keeps_ends_of_lines() {
        let diff = unified("./a b.yaml", "1\r\n2\r\n3", "1\r\nx\r\n3");
        let expected =
            "--- a/a b.yaml\t\n+++ b/a b.yaml\t\n@@ -1,3 +1,3 @@\n 1\r\n-2\r\n+x\r\n 3\n\\ No newline at end of file\n";
        assert_eq!(diff, expected);
        assert!(unified("/a\n\"b", "1\n", "2\n").starts_with("--- \"a/a\\012\\\"b\"\n+++ \"b/a\\012\\\"b\"\n"));
    }
}
