//! `unsafe` only where ARCHITECTURE.md allows it.

use super::Tree;

/// Where it is allowed. A file outside the two edges needs a decision in `docs/decisions/`.
const ALLOWED: &[&str] = &["crates/run/sensor/", "agents/", "crates/build/scan/src/database/map.rs"];

pub fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let mut breaches = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".rs") && !path.starts_with("xtask/")) {
        if ALLOWED.iter().any(|allowed| path.starts_with(allowed)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern"].iter().any(|word| code.contains(word)) {
                breaches.push(format!("{path}:{}: unsafe code is not allowed here", number + 1));
            }
        }
    }
    Ok(breaches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_is_named_outside_its_places_only() {
        let text = "fn f() { unsafe { g() } }";
        assert_eq!(check(&Tree::of(&[("crates/cli/src/main.rs", text)])).unwrap().len(), 1);
        assert_eq!(check(&Tree::of(&[("crates/run/sensor/src/lib.rs", text)])).unwrap().len(), 0);
    }
}
