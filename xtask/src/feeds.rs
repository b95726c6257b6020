//! The page on feeds, from their descriptions in `content/feeds`.

use std::fmt::Write as _;
use std::fs;

use anyhow::Context;
use toml::{Table, Value};

use crate::shell;

/// `docs/reference/feeds.md`.
pub fn page() -> anyhow::Result<String> {
    let mut feeds = Vec::new();
    for entry in fs::read_dir(shell::workspace().join("content/feeds"))? {
        let path = entry?.path();
        let text = fs::read_to_string(&path)?;
        feeds.push((path.clone(), text.parse::<Table>().with_context(|| format!("reading {}", path.display()))?));
    }
    feeds.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut page = String::from(HEAD);
    for (_, feed) in &feeds {
        let megabytes = feed.get("megabytes").and_then(Value::as_integer).unwrap_or_default();
        let is_default = feed.get("default").and_then(Value::as_bool).unwrap_or_default();
        writeln!(
            page,
            "| `{}` | {} | {} | {} | `{}` | {} | {megabytes} |",
            text(feed, "id")?,
            text(feed, "title")?,
            covers(feed),
            text(feed, "publisher")?,
            text(feed, "importer")?,
            if is_default { "yes" } else { "no" },
        )?;
    }
    page.push_str("\n## Addresses and licences\n\n| Feed | Licence of the data | Addresses |\n| --- | --- | --- |\n");
    for (_, feed) in &feeds {
        writeln!(page, "| `{}` | {} | {} |", text(feed, "id")?, text(feed, "licence")?, addresses(feed)?)?;
    }
    Ok(page)
}

const HEAD: &str = "\
# Feeds

Generated from `content/feeds` by `cargo xtask gen`. [advisories.md](../advisories.md) tells how they are used. *Unasked* are those
that `boltseal db update` fetches without being told; *MB* is about what a first download costs, as estimated.

| Feed | What | Covers | Publisher | Importer | Unasked | MB |
| --- | --- | --- | --- | --- | --- | ---: |
";

fn text<'a>(feed: &'a Table, key: &str) -> anyhow::Result<&'a str> {
    feed.get(key).and_then(Value::as_str).with_context(|| format!("a feed has no {key}"))
}

fn covers(feed: &Table) -> String {
    let covers = feed.get("covers").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    covers.collect::<Vec<_>>().join(", ")
}

/// The address, or the first and the last of many.
fn addresses(feed: &Table) -> anyhow::Result<String> {
    let files = feed.get("files").and_then(Value::as_array).into_iter().flatten();
    let addresses: Vec<&str> = files.filter_map(|file| file.get("address").and_then(Value::as_str)).collect();
    match addresses.as_slice() {
        [] => anyhow::bail!("a feed has no file"),
        [only] => Ok(format!("<{only}>")),
        [first, .., last] => Ok(format!("{} files, <{first}> to <{last}>", addresses.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feed_has_its_rows() {
        let page = page().unwrap();
        let files = fs::read_dir(shell::workspace().join("content/feeds")).unwrap();
        for file in files {
            let path = file.unwrap().path();
            let id = path.file_stem().unwrap().to_string_lossy();
            assert_eq!(page.matches(&format!("\n| `{id}` |")).count(), 2, "{id}");
        }
    }
}
