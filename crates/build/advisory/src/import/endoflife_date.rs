//! The life cycles of endoflife.date: Markdown with YAML at its head, `products/<product>.md`.
//!
//! Source: `product-schema.json` of endoflife.date. A series has an end (`eol`) and may have an end of extended support
//! (`eoes`): a day, or whether it has come. The product's page name serves as the name of a program, and so does each
//! `pkg:generic` identifier; distributions are looked up by the `ID` of their os-release.

use boltseal_model::{Limits, ProblemKind, Problems};
use serde::Deserialize;

use super::{Imported, Importer, Skip, has_extension};
use crate::advisory::Date;
use crate::document::File;
use crate::lifecycle::{Cycle, End, Lifecycle, Subject};

pub static IMPORTER: Importer = Importer {
    id: "endoflife-date",
    revision: 1,
    title: "endoflife.date",
    licence: "MIT",
    ecosystems: &[],
    sees: "how long publishers look after the series of their distributions and programs, ordinary and extended \
           support apart",
    misses: "vulnerabilities; products that no os-release and no recognised program is called after; support \
             that is sold apart, other than extended support",
    source: "product-schema.json of endoflife.date",
    held_to: None,
    accepts,
    import,
};

/// Page names of distributions, with the `ID` that their os-release has.
const DISTRIBUTIONS: [(&str, &str); 20] = [
    ("almalinux", "almalinux"),
    ("alpine-linux", "alpine"),
    ("amazon-linux", "amzn"),
    ("centos", "centos"),
    ("centos-stream", "centos-stream"),
    ("debian", "debian"),
    ("devuan", "devuan"),
    ("fedora", "fedora"),
    ("linuxmint", "linuxmint"),
    ("mageia", "mageia"),
    ("opensuse", "opensuse-leap"),
    ("oracle-linux", "ol"),
    ("pop-os", "pop"),
    ("postmarketos", "postmarketos"),
    ("rhel", "rhel"),
    ("rocky-linux", "rocky"),
    ("sles", "sles"),
    ("steamos", "steamos"),
    ("ubuntu", "ubuntu"),
    ("vmware-photon", "photon"),
];

fn accepts(path: &str, head: &[u8]) -> bool {
    has_extension(path, &["md"]) && path.rsplit('/').nth(1) == Some("products") && head.starts_with(b"---")
}

#[derive(Debug, Deserialize)]
struct Document {
    title: String,
    permalink: String,
    #[serde(default)]
    identifiers: Vec<Identifier>,
    releases: Vec<Release>,
}

#[derive(Debug, Deserialize)]
struct Identifier {
    purl: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Release {
    release_cycle: String,
    eol: String,
    eoes: Option<String>,
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if let Some(document) = file.front_matter::<Document>(bytes) {
        convert(&mut file, document);
    }
    file.finish()
}

fn convert(file: &mut File<'_>, document: Document) {
    let count = document.releases.len();
    let limit = file.limits.advisory_versions;
    if file.within(count, limit, || format!("{} has {count} series", document.title)).is_none() {
        return;
    }
    if count == 0 {
        return file.skip(Skip::NoVersions);
    }
    let page = document.permalink.trim_start_matches('/');
    let distribution = DISTRIBUTIONS.iter().find(|(name, _)| *name == page);
    let programs =
        document.identifiers.iter().filter_map(|identifier| identifier.purl.as_deref()?.strip_prefix("pkg:generic/"));
    let mut subjects: Vec<Subject> = match distribution {
        Some((_, id)) => vec![Subject::distribution(id)],
        None => programs.chain([page]).map(Subject::program).collect(),
    };
    subjects.sort();
    subjects.dedup();
    let mut cycles = Vec::with_capacity(count);
    for Release { release_cycle: name, eol, eoes } in document.releases {
        match (parse_end(&eol), eoes.as_deref().map(parse_end).transpose()) {
            (Ok(end), Ok(extended)) => cycles.push(Cycle { name, end, extended }),
            _ => {
                let detail = format!("{} {name} ends on what is no day; the series is left out", document.title);
                file.problem(ProblemKind::Malformed, detail);
            }
        }
    }
    cycles.sort();
    file.add_lifecycle(Lifecycle { subjects, title: document.title, cycles });
}

struct NoDay;

fn parse_end(text: &str) -> Result<End, NoDay> {
    match text.trim() {
        "true" => Ok(End::Past),
        "false" => Ok(End::Open),
        day => Date::parse(day).map(End::On).ok_or(NoDay),
    }
}
