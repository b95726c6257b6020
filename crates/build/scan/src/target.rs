//! What the user asked to look at.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use boltseal_image::Selector;

use crate::posture::{TELLING, declares};

/// A target, with its scheme decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An archive written by `docker save`, or an OCI layout in a tar.
    Archive {
        /// The file.
        path: PathBuf,
        /// Which image of it, where there are several.
        tag: Option<String>,
    },
    /// A folder in OCI layout.
    Layout {
        /// The folder.
        path: PathBuf,
        /// Which image of it, where there are several.
        tag: Option<String>,
    },
    /// A folder that is a root file system or a source tree.
    Directory {
        /// The folder.
        path: PathBuf,
    },
    /// An image by its name, in an engine's store or a registry.
    Image {
        /// Who keeps it.
        keeper: Keeper,
        /// Its name.
        name: String,
    },
    /// The files that a container has now.
    Container {
        /// The engine that runs it.
        engine: EngineKind,
        /// Its name or identifier.
        name: String,
    },
    /// One commit of a git repository.
    Repository {
        /// Address or folder.
        address: String,
        /// Branch, tag or commit; the repository's head where none is named.
        revision: Option<String>,
    },
    /// A file that declares how an image is built, or what is run.
    Configuration {
        /// The file.
        path: PathBuf,
    },
    /// A bill of materials.
    Sbom {
        /// The file.
        path: PathBuf,
    },
}

/// Who keeps an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    /// Docker's engine where it has the image, otherwise the registry.
    Nearest,
    /// An engine.
    Engine(EngineKind),
    /// containerd, whose store has images and no more than that.
    Containerd,
    /// The registry in the name.
    Registry,
}

/// An engine with Docker's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// Docker.
    Docker,
    /// Podman's service.
    Podman,
}

impl EngineKind {
    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Docker => "Docker",
            Self::Podman => "Podman",
        }
    }
}

/// Why a target cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Nothing lies there.
    #[error(
        "{target}: there is no such file or folder, and it is no name of an image; targets are listed in `boltseal scan --help`"
    )]
    Absent {
        /// The target as given.
        target: String,
    },
    /// The scheme says one thing, the file system another.
    #[error("{target}: {scheme} needs a {needs}")]
    Mismatch {
        /// The target as given.
        target: String,
        /// The scheme before the colon.
        scheme: &'static str,
        /// What must lie there.
        needs: &'static str,
    },
}

/// What a scheme makes of the text behind it; the whole target is there for the error.
type Reader = fn(rest: &str, target: &str) -> Result<Target, TargetError>;

/// Every scheme, with what it reads.
const SCHEMES: &[(&str, Reader)] = &[
    ("docker-archive:", docker_archive),
    ("oci:", oci),
    ("dir:", directory),
    ("registry:", |rest, target| image(Keeper::Registry, rest, target)),
    ("docker:", |rest, target| image(Keeper::Engine(EngineKind::Docker), rest, target)),
    ("podman:", |rest, target| image(Keeper::Engine(EngineKind::Podman), rest, target)),
    ("containerd:", |rest, target| image(Keeper::Containerd, rest, target)),
    ("container:", |rest, target| container(EngineKind::Docker, rest, target)),
    ("podman-container:", |rest, target| container(EngineKind::Podman, rest, target)),
    ("git:", repository),
    ("file:", configuration),
    ("sbom:", sbom),
];

impl Target {
    /// Decides what a target is: by its scheme (`docker-archive:`, `registry:`, …), otherwise by looking at it.
    ///
    /// # Errors
    /// When nothing lies there, or something else than the scheme says.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        for (scheme, read) in SCHEMES {
            if let Some(rest) = text.strip_prefix(scheme) {
                return read(rest, text);
            }
        }
        let path = PathBuf::from(text);
        match () {
            () if path.join("oci-layout").is_file() => Ok(Self::Layout { path, tag: None }),
            () if path.is_dir() => Ok(Self::Directory { path }),
            () if path.is_file() && is_configuration(&path) => Ok(Self::Configuration { path }),
            () if path.is_file() && is_bill(&path) => Ok(Self::Sbom { path }),
            () if path.exists() => Ok(Self::Archive { path, tag: None }),
            // What looks like a path was meant as one, and would only confuse as the name of an image.
            () if text.starts_with(['/', '.', '~']) => Err(TargetError::Absent { target: text.to_owned() }),
            () => image(Keeper::Nearest, text, text),
        }
    }

    /// Whether looking at it may need the network.
    pub const fn is_remote(&self) -> bool {
        matches!(self, Self::Image { keeper: Keeper::Registry, .. } | Self::Repository { .. })
    }

    /// Whether it is an image, whose layers may have been read before.
    pub const fn has_layers(&self) -> bool {
        matches!(self, Self::Archive { .. } | Self::Layout { .. } | Self::Image { .. })
    }

    /// The folder of this machine that it is read from, if there is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Directory { path } | Self::Layout { path, .. } => Some(path),
            Self::Repository { address, .. } => Some(Path::new(address.strip_prefix("file://").unwrap_or(address))),
            Self::Archive { .. } | Self::Image { .. } | Self::Container { .. } => None,
            Self::Configuration { .. } | Self::Sbom { .. } => None,
        }
    }

    /// Whether it names an image.
    pub const fn is_image(&self) -> bool {
        matches!(self, Self::Archive { .. } | Self::Layout { .. } | Self::Image { .. })
    }

    /// Which image to take out of several.
    pub(crate) fn selector(&self, platform: Option<&str>) -> Selector {
        let tag = match self {
            Self::Archive { tag, .. } | Self::Layout { tag, .. } => tag.clone(),
            _ => None,
        };
        Selector { tag, platform: platform.map(str::to_owned) }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tagged = |f: &mut fmt::Formatter<'_>, scheme: &str, path: &Path, tag: &Option<String>| {
            write!(f, "{scheme}:{}", path.display())?;
            tag.as_ref().map_or(Ok(()), |tag| write!(f, ":{tag}"))
        };
        match self {
            Self::Archive { path, tag } => tagged(f, "docker-archive", path, tag),
            Self::Layout { path, tag } => tagged(f, "oci", path, tag),
            Self::Directory { path } => tagged(f, "dir", path, &None),
            Self::Configuration { path } => tagged(f, "file", path, &None),
            Self::Sbom { path } => tagged(f, "sbom", path, &None),
            Self::Image { keeper: Keeper::Nearest, name } => f.write_str(name),
            Self::Image { keeper: Keeper::Registry, name } => write!(f, "registry:{name}"),
            Self::Image { keeper: Keeper::Engine(EngineKind::Docker), name } => write!(f, "docker:{name}"),
            Self::Image { keeper: Keeper::Engine(EngineKind::Podman), name } => write!(f, "podman:{name}"),
            Self::Image { keeper: Keeper::Containerd, name } => write!(f, "containerd:{name}"),
            Self::Container { engine: EngineKind::Docker, name } => write!(f, "container:{name}"),
            Self::Container { engine: EngineKind::Podman, name } => write!(f, "podman-container:{name}"),
            Self::Repository { address, revision } => {
                write!(f, "git:{address}")?;
                revision.as_ref().map_or(Ok(()), |revision| write!(f, "#{revision}"))
            }
        }
    }
}

fn docker_archive(rest: &str, target: &str) -> Result<Target, TargetError> {
    let (path, tag) = split_tag(rest);
    let path = existing(path, target, "docker-archive:", "file", Path::is_file)?;
    Ok(Target::Archive { path, tag })
}

fn oci(rest: &str, target: &str) -> Result<Target, TargetError> {
    let (path, tag) = split_tag(rest);
    match () {
        () if path.is_dir() => Ok(Target::Layout { path, tag }),
        () if path.is_file() => Ok(Target::Archive { path, tag }),
        () => Err(TargetError::Absent { target: target.to_owned() }),
    }
}

fn directory(rest: &str, target: &str) -> Result<Target, TargetError> {
    let path = existing(PathBuf::from(rest), target, "dir:", "folder", Path::is_dir)?;
    Ok(Target::Directory { path })
}

fn sbom(rest: &str, target: &str) -> Result<Target, TargetError> {
    let path = existing(PathBuf::from(rest), target, "sbom:", "file", Path::is_file)?;
    Ok(Target::Sbom { path })
}

fn image(keeper: Keeper, name: &str, target: &str) -> Result<Target, TargetError> {
    named(name, target).map(|name| Target::Image { keeper, name })
}

fn container(engine: EngineKind, name: &str, target: &str) -> Result<Target, TargetError> {
    named(name, target).map(|name| Target::Container { engine, name })
}

fn repository(rest: &str, target: &str) -> Result<Target, TargetError> {
    let (address, revision) = match rest.rsplit_once('#') {
        Some((address, revision)) => (address, Some(revision.to_owned())),
        None => (rest, None),
    };
    named(address, target).map(|address| Target::Repository { address, revision })
}

/// A name of an image, container or repository, as far as all of them allow; who keeps it knows the rest.
fn named(name: &str, target: &str) -> Result<String, TargetError> {
    let is_name =
        !name.is_empty() && !name.contains(|character: char| character.is_whitespace() || character.is_control());
    if is_name { Ok(name.to_owned()) } else { Err(TargetError::Absent { target: target.to_owned() }) }
}

/// A path with what the scheme needs there.
fn existing(
    path: PathBuf,
    target: &str,
    scheme: &'static str,
    needs: &'static str,
    fits: fn(&Path) -> bool,
) -> Result<PathBuf, TargetError> {
    match () {
        () if fits(&path) => Ok(path),
        () if path.exists() => Err(TargetError::Mismatch { target: target.to_owned(), scheme, needs }),
        () => Err(TargetError::Absent { target: target.to_owned() }),
    }
}

/// Splits `PATH:TAG`. A path that exists as it stands has no tag, since file names may contain colons.
fn split_tag(text: &str) -> (PathBuf, Option<String>) {
    if !Path::new(text).exists()
        && let Some((at, _)) =
            text.match_indices(':').find(|(at, _)| text.get(..*at).is_some_and(|path| Path::new(path).exists()))
        && let (Some(path), Some(tag)) = (text.get(..at), text.get(at + 1..))
    {
        return (PathBuf::from(path), Some(tag.to_owned()));
    }
    (PathBuf::from(text), None)
}

fn configuration(rest: &str, target: &str) -> Result<Target, TargetError> {
    let path = existing(PathBuf::from(rest), target, "file:", "file", Path::is_file)?;
    Ok(Target::Configuration { path })
}

/// Whether a file declares something, by its name and its beginning.
fn is_configuration(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(TELLING as u64).read_to_end(&mut head));
    read.is_ok() && declares(&path.to_string_lossy(), &head)
}

/// Whether a file begins as a JSON object or an XML document does. A tar archive begins with the name of a member, which is no such
/// thing.
fn is_bill(path: &Path) -> bool {
    let mut head = [0; 64];
    let read = File::open(path).and_then(|mut file| file.read(&mut head)).unwrap_or_default();
    let head = head.get(..read).unwrap_or_default();
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = head.trim_ascii_start();
    let is_xml = text.starts_with(b"<?xml") || text.starts_with(b"<bom ") || text.starts_with(b"<!--");
    is_xml
        || text.first() == Some(&b'{')
            && text.get(1..).is_some_and(|rest| rest.trim_ascii_start().first() == Some(&b'"'))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_scheme_is_guessed_by_looking() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("image.tar"), "").unwrap();
        fs::write(path("bom.json"), "\u{feff}{\n \"bomFormat\": \"CycloneDX\"}").unwrap();
        fs::write(path("bom.xml"), "\n<?xml version=\"1.0\"?>").unwrap();
        fs::create_dir(path("layout")).unwrap();
        fs::write(path("layout/oci-layout"), "{}").unwrap();
        let parse = |name: &str| Target::parse(&path(name).to_string_lossy()).unwrap();
        assert!(matches!(parse("image.tar"), Target::Archive { .. }));
        assert!(matches!(parse("bom.json"), Target::Sbom { .. }));
        assert!(matches!(parse("bom.xml"), Target::Sbom { .. }));
        assert!(matches!(parse("layout"), Target::Layout { .. }));
        assert!(matches!(parse(""), Target::Directory { .. }));
        assert!(matches!(Target::parse("debian:12"), Ok(Target::Image { keeper: Keeper::Nearest, .. })));
        assert!(matches!(Target::parse("./debian"), Err(TargetError::Absent { .. })));
    }

    #[test]
    fn a_target_is_shown_as_it_is_written() {
        for text in [
            "registry:localhost:5000/shop:1.0",
            "docker:shop:1.0",
            "podman:shop",
            "containerd:shop:1.0",
            "container:web",
            "podman-container:web",
            "git:https://git.example/shop#main",
            "shop:1.0",
        ] {
            assert_eq!(Target::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_tag_follows_the_path_and_may_contain_colons() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("image.tar");
        fs::write(&archive, "").unwrap();
        let target = Target::parse(&format!("docker-archive:{}:shop:1.2", archive.display())).unwrap();
        assert_eq!(target, Target::Archive { path: archive, tag: Some("shop:1.2".into()) });
    }

    #[test]
    fn an_absent_target_and_a_wrong_scheme_say_so() {
        let folder = tempfile::tempdir().unwrap();
        let absent = Target::parse("dir:/no/such/folder").unwrap_err().to_string();
        assert!(absent.contains("no such file or folder"), "{absent}");
        let wrong = Target::parse(&format!("docker-archive:{}", folder.path().display())).unwrap_err().to_string();
        assert!(wrong.ends_with("docker-archive: needs a file"), "{wrong}");
    }
}
