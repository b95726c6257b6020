//! Alpine's security database: one file per release and repository, YAML or JSON. Wolfi, Chainguard and others that build
//! on apk publish the same, without releases.
//!
//! ```yaml
//! distroversion: v3.11
//! packages:
//!   - pkg:
//!       name: apache2
//!       secfixes:
//!         2.4.41-r0:
//!           - CVE-2019-10081
//!         "0":
//!           - CVE-2019-0190
//! ```
//!
//! A package is affected below the version that lists a fix; under version `0` stand vulnerabilities that never affected it.
//! A line may name several identifiers of one vulnerability, divided by spaces, slashes or commas, and end in a remark in
//! parentheses.

use std::collections::BTreeMap;

use boltseal_model::{Ecosystem, HeldTo, Limits, Namespace, ProblemKind, Problems};
use serde::Deserialize;

use super::{Imported, Importer, has_extension, mentions};
use crate::advisory::Advisory;
use crate::document::File;
use crate::range::Range;
use crate::version;

pub static IMPORTER: Importer = Importer {
    id: "alpine-secdb",
    revision: 1,
    title: "Alpine Linux security database",
    licence: "none stated by the publisher; facts only",
    ecosystems: &[Ecosystem::Apk],
    sees: "for every release and repository of Alpine, and for Wolfi, Chainguard, MinimOS and SecureOS: which \
           version of which package fixes what, and what never affected it",
    misses: "what is not fixed yet, which the files do not list; severities and dates; lines that name no \
             identifier or no apk version, which are reported as problems",
    source: "the files at secdb.alpinelinux.org and of the publishers that follow its form",
    held_to: Some(HeldTo {
        what: "what Vunnel records of the same files",
        tests: &["crates/build/advisory/tests/it/feeds.rs::facts_are_those_of_the_expected_records"],
    }),
    accepts,
    import,
};

fn accepts(path: &str, head: &[u8]) -> bool {
    has_extension(path, &["yaml", "yml", "json"])
        && (mentions(head, "distroversion") || (mentions(head, "apkurl") && mentions(head, "urlprefix")))
}

#[derive(Debug, Deserialize)]
struct Document {
    distroversion: Option<String>,
    urlprefix: Option<String>,
    #[serde(default)]
    packages: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct Item {
    pkg: Fixes,
}

#[derive(Debug, Deserialize)]
struct Fixes {
    name: String,
    #[serde(default)]
    secfixes: BTreeMap<String, Option<Vec<String>>>,
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if let Some(document) = file.yaml::<Document>(bytes) {
        convert(&mut file, &document);
    }
    file.finish()
}

fn convert(file: &mut File<'_>, document: &Document) {
    let order = version::of(Ecosystem::Apk);
    let Some(namespace) = namespace(document) else {
        return file.problem(ProblemKind::Malformed, "neither a release of Alpine nor a known publisher");
    };
    for Item { pkg } in &document.packages {
        for (fixed, lines) in &pkg.secfixes {
            if fixed != "0" && !(order.is_valid)(fixed) {
                let count = lines.as_ref().map_or(0, Vec::len);
                let detail = format!(
                    "{} lists {count} fixes under {fixed:?}, which is no apk version; they are left out",
                    pkg.name
                );
                file.problem(ProblemKind::Malformed, detail);
                continue;
            }
            for line in lines.iter().flatten() {
                let mut ids = identifiers(line);
                let Some(id) = ids.next() else {
                    file.problem(ProblemKind::Malformed, format!("{} {fixed}: {line:?} names no identifier", pkg.name));
                    continue;
                };
                let mut advisory = Advisory::new(id, namespace.clone(), &pkg.name);
                advisory.aliases = ids.collect();
                if fixed != "0" {
                    advisory.ranges.push(Range::until(fixed.as_str()));
                }
                file.add(advisory);
            }
        }
    }
}

/// Where packages come from, and the distribution that has them. None of these has releases.
const PUBLISHERS: [(&str, &str); 4] = [
    ("packages.wolfi.dev", "wolfi"),
    ("packages.cgr.dev", "chainguard"),
    ("packages.mini.dev", "minimos"),
    ("apk.cve0.io", "secureos"),
];

fn namespace(document: &Document) -> Option<Namespace> {
    let prefix = document.urlprefix.as_deref().unwrap_or_default();
    let publisher = PUBLISHERS.iter().find(|(host, _)| prefix.contains(host));
    if let Some((_, name)) = publisher {
        return Some(Namespace::new(*name));
    }
    let release = document.distroversion.as_deref()?;
    Some(Namespace::new(format!("alpine:{}", release.strip_prefix('v').unwrap_or(release))))
}

/// The identifiers in a line: words of letters and numbers joined by hyphens. Placeholders like `CVE-????-?????` are none.
fn identifiers(line: &str) -> impl Iterator<Item = String> {
    let line = line.split_once('(').map_or(line, |(ids, _)| ids);
    let words = line.split(|c: char| c.is_whitespace() || matches!(c, '/' | ',')).filter(|word| !word.is_empty());
    words.filter(|word| is_identifier(word)).map(|word| match word.strip_prefix("CVE_") {
        // A slip of the publisher that no one would search for.
        Some(rest) => format!("CVE-{rest}"),
        None => word.to_owned(),
    })
}

fn is_identifier(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.contains(['-', '_'])
        && word.contains(|c: char| c.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_name_identifiers() {
        for (line, expected) in [
            ("CVE-2019-10081", &["CVE-2019-10081"] as &[_]),
            ("CVE-2018-7542 XSA-256", &["CVE-2018-7542", "XSA-256"]),
            ("CVE-2018-3665   XSA-267", &["CVE-2018-3665", "XSA-267"]),
            ("CVE-2020-1/GHSA-5phf-pp7p-vc2r, ZBX-11023", &["CVE-2020-1", "GHSA-5phf-pp7p-vc2r", "ZBX-11023"]),
            ("CVE-????-?????  XSA-295", &["XSA-295"]),
            ("CVE-2018-16301 (was fixed in libpcap-1)", &["CVE-2018-16301"]),
            ("CVE_2019-2426", &["CVE-2019-2426"]),
            ("(none)", &[]),
        ] {
            assert_eq!(identifiers(line).collect::<Vec<_>>(), expected, "{line}");
        }
    }
}
