//! From one entry of a bill of materials to a package.

use boltseal_model::{Distribution, Ecosystem, PackageUrl, ParsePurlError, ProblemKind, SourcePackage};

use crate::reading::{Reading, quoted};

/// What an entry says of a package, in any format.
#[derive(Debug, Default)]
pub(super) struct Entry<'a> {
    pub purl: Option<&'a str>,
    pub name: &'a str,
    pub version: Option<&'a str>,
    /// The source package, where the format or its writer has a place for it.
    pub source: Option<(String, Option<String>)>,
    pub owner: Option<&'a str>,
    pub licences: Vec<String>,
    /// The file that the package was found in, in the subject.
    pub path: Option<&'a str>,
}

/// Adds the package of an entry. One without a package URL cannot be looked up; that is said.
///
/// Gives the distribution that the package URL names.
pub(super) fn add(reading: &mut Reading<'_>, entry: Entry<'_>) -> Option<Distribution> {
    let shown = format!("{} {}", quoted(entry.name), quoted(entry.version.unwrap_or_default()));
    let Some(text) = entry.purl else {
        reading.problem(ProblemKind::Unsupported, format!("{shown} has no package URL, so it is not looked up"));
        return None;
    };
    let url: PackageUrl = match text.parse() {
        Ok(url) => url,
        Err(ParsePurlError::Type) => {
            let kind = text.get(4..).and_then(|rest| rest.split('/').next()).unwrap_or_default();
            let detail = format!("packages of the type {} are not looked up", quoted(kind));
            reading.problem(ProblemKind::Unsupported, detail);
            return None;
        }
        Err(error) => {
            reading.problem(ProblemKind::Malformed, format!("{shown} has {error}"));
            return None;
        }
    };
    let ecosystem = url.ecosystem()?;
    // Of two versions, that in the package URL has the epoch in the place where it is looked for.
    let version = Some(url.version()).filter(|version| !version.is_empty());
    let version = version.or_else(|| entry.version.map(str::to_owned)).unwrap_or_default();
    if version.is_empty() {
        reading.problem(ProblemKind::Unpinned, format!("{shown} has no version, so it is not looked up"));
        return None;
    }
    let architecture = reading.optional("architecture", url.qualifier("arch"), None);
    let source = entry.source.or_else(|| upstream(&url)).and_then(|(name, source_version)| {
        let name = reading.optional("source", Some(&name), None)?;
        let source_version = reading.optional("version of the source", source_version.as_deref(), None);
        Some(SourcePackage { name, version: source_version.unwrap_or_else(|| version.clone()) })
    });
    let owner = reading.optional("owner", entry.owner, None);
    let licences: Vec<String> =
        entry.licences.iter().filter_map(|licence| reading.optional("licence", Some(licence), None)).collect();
    let path = entry.path.filter(|path| reading.is_path(path)).map(|path| path.trim_start_matches('/').to_owned());
    let distribution = ecosystem.is_os().then(|| distribution(&url)).flatten();
    let package = reading.package(ecosystem, &url.package_name(), &version, None)?;
    package.architecture = architecture.filter(|_| ecosystem.is_os());
    package.source = source.filter(|source| source.name != package.name || source.version != package.version);
    package.owner = owner;
    package.licences = licences;
    if let Some(path) = path {
        package.location.path = path;
    }
    package.name_in(distribution.as_ref());
    distribution
}

/// The source package as Syft writes it: `upstream=openssl@3.0.11-1`, without a version where it is the same.
fn upstream(url: &PackageUrl) -> Option<(String, Option<String>)> {
    let text = url.qualifier("upstream")?;
    if url.ecosystem() == Some(Ecosystem::Rpm) {
        // `openssl-3.0.7-6.el9.src.rpm`
        let text = text.strip_suffix(".src.rpm").unwrap_or(text);
        let (rest, release) = text.rsplit_once('-')?;
        let (name, version) = rest.rsplit_once('-')?;
        return Some((name.to_owned(), Some(format!("{version}-{release}"))));
    }
    Some(match text.split_once('@') {
        Some((name, version)) => (name.to_owned(), Some(version.to_owned())),
        None => (text.to_owned(), None),
    })
}

/// The distribution of an operating system package: `pkg:deb/debian/…?distro=debian-12`.
fn distribution(url: &PackageUrl) -> Option<Distribution> {
    let id = url.namespace()?.to_lowercase();
    let release = url.qualifier("distro")?;
    // Some write the id before the release, some a code name alone, which says no release.
    let release = release.strip_prefix(&format!("{id}-")).unwrap_or(release);
    let version = release.starts_with(|first: char| first.is_ascii_digit()).then(|| release.to_owned());
    Some(Distribution { id, version, name: None })
}
