//! OVAL definitions of SUSE, Oracle Linux and Azure Linux: `suse.linux.enterprise.server.15.xml`, `com.oracle.elsa-all.xml`,
//! `azurelinux-3.0-oval.xml`.
//!
//! Source: the OVAL language 5.11, and the publishers' files. SUSE and Oracle ask for the release that is installed; Azure Linux
//! publishes a file per release, which the release of each version names: `1.20.7-1.cm2`, `3.4.0-1.azl3`.

use boltseal_model::{Ecosystem, FixStatus, HeldTo, Limits, Namespace, ProblemKind, Problems};

use super::{Imported, Importer, Skip, has_extension, mentions};
use crate::advisory::{Advisory, Date};
use crate::document::File;
use crate::document::oval::{Hit, Tests, hits};
use crate::document::xml::{self, Element};
use crate::severity::Rating;
use crate::version;

pub static IMPORTER: Importer = Importer {
    id: "oval",
    revision: 2,
    title: "OVAL definitions of SUSE, Oracle and Azure Linux",
    licence: "as each publisher states; facts only",
    ecosystems: &[Ecosystem::Rpm],
    sees: "which version of which package and module stream of SUSE, openSUSE, Oracle Linux and Azure Linux fixes or \
           is affected, and what never was, with severity and days",
    misses: "definitions without a CVE; tests other than of a package's version, such as of a running kernel; \
             architectures and signatures: all count as one; whether Oracle's builds for FIPS and Ksplice are affected \
             before a bulletin of their own fixes them",
    source: "OVAL language 5.11, and the files of SUSE, Oracle and Microsoft",
    held_to: Some(HeldTo {
        what: "what Vunnel records of the same files",
        tests: &["crates/build/advisory/tests/it/feeds.rs::facts_are_those_of_the_expected_records"],
    }),
    accepts,
    import,
};

fn accepts(path: &str, head: &[u8]) -> bool {
    // SUSE's and Oracle's file names end in many ways; the first element does not.
    !has_extension(path, &["json", "yaml", "yml", "md"]) && mentions(head, "<oval_definitions")
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if let Some(root) = file.text(bytes).and_then(|text| xml::parse(&mut file, text)) {
        let tests = Tests::of(&root);
        for definition in root.all("definitions").flat_map(|definitions| definitions.all("definition")) {
            convert(&mut file, &tests, definition);
        }
    }
    file.finish()
}

fn convert<'d>(file: &mut File<'_>, tests: &Tests<'d>, definition: &'d Element) {
    let (Some(metadata), Some(criteria)) = (definition.child("metadata"), definition.child("criteria")) else {
        return file.skip(Skip::NoVersions);
    };
    let ids = identifiers(metadata);
    let Some((id, cves)) = ids else {
        // Oracle's and SUSE's notices of bugs and features.
        return file.skip(Skip::Informational);
    };
    let advisory = metadata.child("advisory");
    let word = advisory.and_then(|advisory| advisory.text_of("severity")).or_else(|| metadata.text_of("severity"));
    let day = |name: &str| advisory?.child(name)?.attribute("date").and_then(Date::parse);
    let published = day("issued").or_else(|| metadata.text_of("advisory_date").and_then(Date::parse));
    let order = version::of(Ecosystem::Rpm);
    let mut is_placed = false;
    let hits = hits(file, tests, criteria, order);
    let facts = hits.len().saturating_mul(cves.len());
    let limit = file.limits.advisories_per_file;
    if file.within(facts, limit, || format!("{id} names {facts} packages and vulnerabilities")).is_none() {
        return;
    }
    for Hit { release, package, module, range } in hits {
        let Some(namespace) =
            namespace(release, range.as_ref().and_then(|range| range.upper.as_ref()).map(|end| end.version.as_str()))
        else {
            file.skip(Skip::UnknownEcosystem);
            continue;
        };
        is_placed = true;
        let ends = range.iter().flat_map(|range| [&range.lower, &range.upper]).flatten();
        if let Some(end) = ends.into_iter().find(|end| !(order.is_valid)(&end.version)) {
            let detail = format!("{id}: {package} is compared with {:?}, which is no rpm version", end.version);
            file.problem(ProblemKind::Malformed, detail);
            continue;
        }
        let mut advisory = Advisory::new(id.as_str(), namespace, package);
        advisory.status = if range.is_none() { Some(FixStatus::NotAffected) } else { None };
        advisory.ranges.extend(range);
        advisory.module = module.map(str::to_owned);
        advisory.rating = word.and_then(Rating::from_word);
        advisory.published = published;
        advisory.modified = day("updated");
        for cve in &cves {
            file.add(Advisory { aliases: vec![cve.clone()], ..advisory.clone() });
        }
    }
    if !is_placed {
        file.skip(Skip::NoVersions);
    }
}

/// The publisher's identifier and the CVEs. Each CVE is a vulnerability of its own.
fn identifiers(metadata: &Element) -> Option<(String, Vec<String>)> {
    let named = |element: &Element| {
        let text = element.attribute("ref_id")?.trim();
        // `Mitre CVE-2030-0001`, `SUSE CVE-2030-0001`
        text.rsplit(' ').next().map(str::to_owned)
    };
    let mut names: Vec<String> = metadata.all("reference").filter_map(named).collect();
    let cve = |element: &Element| element.text.split_whitespace().next().map(str::to_owned);
    names.extend(metadata.all("advisory").flat_map(|advisory| advisory.all("cve")).filter_map(cve));
    let mut cves: Vec<String> = names.iter().filter(|name| name.starts_with("CVE-")).cloned().collect();
    cves.sort();
    cves.dedup();
    let own = names.iter().find(|name| !name.starts_with("CVE-")).filter(|name| name.starts_with("ELSA-"));
    let id = own.or(cves.first())?.clone();
    (!cves.is_empty()).then_some((id, cves))
}

/// The namespace of a release package and its version, or of the version that fixes.
fn namespace(release: Option<(&str, &str)>, fixed: Option<&str>) -> Option<Namespace> {
    let Some((name, version)) = release else {
        let (_, release) = fixed?.rsplit_once('.')?;
        let number = |prefix: &str| {
            release.strip_prefix(prefix).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        };
        return match (number("cm"), number("azl")) {
            (Some(number), _) => Some(Namespace::new(format!("mariner:{number}.0"))),
            (_, Some(number)) => Some(Namespace::new(format!("azurelinux:{number}.0"))),
            (None, None) => None,
        };
    };
    let version = version.trim_start_matches('^');
    let version = version.split("-LTSS").next().unwrap_or(version);
    let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let name = name.to_ascii_lowercase();
    let family = match name.as_str() {
        "oraclelinux-release" => "ol",
        "opensuse-release" | "leap-release" => "opensuse-leap",
        // Servers, desktops and modules of one service pack share their packages.
        name if name.starts_with("sle") => "sles",
        _ => return None,
    };
    is_version.then(|| Namespace::new(format!("{family}:{version}")))
}
