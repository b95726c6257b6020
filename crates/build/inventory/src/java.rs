//! How a Java archive says which package it is.

use std::borrow::Cow;

/// Group, artifact and version of a package, as far as they are known.
#[derive(Debug, Default)]
pub(crate) struct Coordinates {
    pub(crate) group: Option<String>,
    pub(crate) artifact: String,
    pub(crate) version: String,
}

impl Coordinates {
    /// The name of the package: `GROUP:ARTIFACT`, or the artifact alone where nothing tells the group.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        match &self.group {
            Some(group) => Cow::Owned(format!("{group}:{}", self.artifact)),
            None => Cow::Borrowed(&self.artifact),
        }
    }
}

/// What Maven wrote beside the classes: lines `KEY=VALUE`.
///
/// Source: Apache Maven Archiver, "pom.properties content".
pub(crate) fn properties(text: &str) -> Option<Coordinates> {
    let value = |key: &str| {
        text.lines().find_map(|line| {
            let (found, value) = line.split_once(['=', ':'])?;
            (found.trim() == key && !line.starts_with('#')).then(|| value.trim().to_owned())
        })
    };
    Some(Coordinates { group: value("groupId"), artifact: value("artifactId")?, version: value("version")? })
}

/// The main section of a manifest.
///
/// Source: Java's "JAR File Specification", section "Notes on Manifest and Signature Files": a line that begins with a blank
/// continues the one before, in the middle of a word.
pub(crate) struct Manifest(Vec<(String, String)>);

impl Manifest {
    pub(crate) fn parse(text: &str) -> Self {
        let mut attributes: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            if line.is_empty() {
                break;
            }
            match (line.strip_prefix(' '), attributes.last_mut(), line.split_once(':')) {
                (Some(more), Some((_, value)), _) => value.push_str(more),
                (None, _, Some((name, value))) => attributes.push((name.to_owned(), value.trim_start().to_owned())),
                _ => {}
            }
        }
        Self(attributes)
    }

    /// The first of some attributes that is there.
    fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|wanted| {
            let (_, value) = self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
            Some(value.trim()).filter(|value| !value.is_empty())
        })
    }
}

/// Families of packages without Maven's files: beginning of the artifact, folder of the classes, group. The longer beginning
/// stands first.
const FAMILIES: [(&str, &str, &str); 7] = [
    ("spring-boot", "org/springframework/boot/", "org.springframework.boot"),
    ("spring-cloud-", "org/springframework/cloud/", "org.springframework.cloud"),
    ("spring-data-", "org/springframework/data/", "org.springframework.data"),
    ("spring-security-", "org/springframework/security/", "org.springframework.security"),
    ("spring-", "org/springframework/", "org.springframework"),
    ("kotlin-stdlib", "kotlin/", "org.jetbrains.kotlin"),
    ("snakeyaml", "org/yaml/snakeyaml/", "org.yaml"),
];

/// What an archive without Maven's files is, by its manifest, its name and the folders of its classes.
pub(crate) fn guess(manifest: &Manifest, file: &str, has_folder: impl Fn(&str) -> bool) -> Option<Coordinates> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (artifact, version) = split_version(stem);
    let stated = manifest.first(&["Implementation-Version", "Bundle-Version", "Specification-Version"]);
    // The name of the file is what the build tool gave it; manifests also have versions of interfaces.
    let version = version.or(stated)?;
    let family = FAMILIES.iter().find(|(prefix, folder, _)| artifact.starts_with(prefix) && has_folder(folder));
    let group = match family {
        Some((_, _, group)) => Some((*group).to_owned()),
        None => group(manifest, artifact),
    };
    Some(Coordinates { group, artifact: artifact.to_owned(), version: version.to_owned() })
}

/// The group, where the manifest names the artifact with it: `GROUP.ARTIFACT`. Of an artifact of one word this says too
/// little, because groups often end in that word too.
fn group(manifest: &Manifest, artifact: &str) -> Option<String> {
    let symbolic = manifest.first(&["Bundle-SymbolicName", "Automatic-Module-Name"]);
    let symbolic = symbolic.and_then(|name| name.split(';').next()).filter(|_| artifact.contains('-'));
    let stated = symbolic.and_then(|name| name.strip_suffix(artifact)?.strip_suffix('.'));
    let is_group = |text: &&str| text.contains('.') && !text.contains(char::is_whitespace);
    stated.or_else(|| manifest.first(&["Implementation-Vendor-Id"])).filter(is_group).map(str::to_owned)
}

/// Parts `NAME-VERSION`, where the version begins with the first digit behind a hyphen.
fn split_version(stem: &str) -> (&str, Option<&str>) {
    let place = stem.match_indices('-').find_map(|(place, _)| {
        let version = stem.get(place + 1..)?;
        version.starts_with(|first: char| first.is_ascii_digit()).then_some((place, version))
    });
    match place {
        Some((place, version)) => (stem.get(..place).unwrap_or(stem), Some(version)),
        None => (stem, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(manifest: &str, file: &str, folder: &str) -> Option<(String, String)> {
        let found = guess(&Manifest::parse(manifest), file, |wanted| folder.starts_with(wanted));
        found.map(|found| (found.name().into_owned(), found.version))
    }

    fn package(name: &str, version: &str) -> Option<(String, String)> {
        Some((name.into(), version.into()))
    }

    #[test]
    fn names_of_files_and_manifests_tell_packages() {
        let spring = "org/springframework/core/";
        assert_eq!(guessed("", "spring-core-5.3.20.jar", spring), package("org.springframework:spring-core", "5.3.20"));
        assert_eq!(guessed("", "spring-core-5.3.20.jar", ""), package("spring-core", "5.3.20"));
        let bundle =
            "Manifest-Version: 1.0\r\nBundle-SymbolicName: com.fasterxml.jackson.co\r\n re.jackson-core;x:=true\r\n";
        assert_eq!(
            guessed(bundle, "jackson-core-2.9.8.jar", ""),
            package("com.fasterxml.jackson.core:jackson-core", "2.9.8")
        );
        let bundle = "Bundle-SymbolicName: com.google.guava\nBundle-Version: 31.0.1\n";
        assert_eq!(guessed(bundle, "guava.jar", ""), package("guava", "31.0.1"));
        let vendor = "Implementation-Vendor-Id: com.example\nImplementation-Version: 1.2\n\nBundle-Version: 9\n";
        assert_eq!(guessed(vendor, "tool.jar", ""), package("com.example:tool", "1.2"));
        assert_eq!(guessed("Main-Class: App\n", "app.jar", ""), None);
    }

    #[test]
    fn properties_are_lines() {
        let found = properties("#Generated\n#version=9\nversion=2.14.1\r\ngroupId=org.a\nartifactId = b\n").unwrap();
        assert_eq!((found.name().as_ref(), found.version.as_str()), ("org.a:b", "2.14.1"));
        assert!(properties("version=1").is_none());
    }
}
