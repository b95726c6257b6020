//! From the programs of an image and its configuration to what it is meant to do.

mod capabilities;
mod configuration;
mod peers;
mod reach;
mod system_calls;

use boltseal_model::{Digest, Executable, ExecutableKind, Guarded, ImageConfiguration, Intent, Origin};

pub use configuration::named_files;
pub(crate) use peers::host_and_port;
use reach::Reach;

use crate::Program;

/// A file of an image that may be executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Normalised path from the root, without a leading slash.
    pub path: String,
    /// SHA-256 of its content.
    pub digest: Digest,
    /// The layer that brought it, by the digest of its uncompressed content.
    pub layer: Option<Digest>,
    /// The package that owns it, as a package URL.
    pub package: Option<String>,
    /// What it is; `None` for a file that the configuration names and an interpreter runs.
    pub program: Option<Program>,
}

/// What a container of an image sees.
#[derive(Debug)]
pub struct Image<'i> {
    /// What the image says of its containers.
    pub configuration: &'i ImageConfiguration,
    /// The files that may be executed, in any order.
    pub files: &'i [Present],
    /// Symbolic links: normalised path, and target as it is written.
    pub links: &'i [(String, String)],
    /// Vulnerabilities that are not fixed: id, and package URL.
    pub vulnerabilities: &'i [(String, String)],
}

/// What an image is meant to do. The same image gives the same intent, to the byte.
pub fn derive(image: &Image<'_>) -> Intent {
    let configuration = image.configuration;
    let reach = Reach::of(image);
    let (system_calls, calls_of_programs) = system_calls::of(&reach);
    let ports = configuration::ports(configuration);
    let user = configuration::user(configuration);
    let mut executables: Vec<Executable> = image.files.iter().map(executable).collect();
    executables.sort_by(|left, right| left.path.cmp(&right.path));
    executables.dedup_by(|later, earlier| later.path == earlier.path);
    let mut guarded: Vec<Guarded> = image
        .vulnerabilities
        .iter()
        .map(|(id, package)| Guarded { id: id.clone(), package: package.clone(), virtual_patch: None })
        .collect();
    guarded.sort_by(|left, right| (&left.id, &left.package).cmp(&(&right.id, &right.package)));
    guarded.dedup();
    Intent {
        entry_point: configuration::entry_point(configuration),
        capabilities: capabilities::of(user.as_ref(), &ports, &calls_of_programs),
        user,
        executables,
        ports,
        volumes: configuration::volumes(configuration),
        writable_paths: configuration::writable_paths(configuration),
        system_calls,
        peers: peers::of(configuration),
        guarded,
    }
}

fn executable(file: &Present) -> Executable {
    Executable {
        path: format!("/{}", file.path),
        digest: file.digest.clone(),
        kind: file.program.as_ref().map_or(ExecutableKind::Module, |program| program.kind),
        layer: file.layer.clone(),
        package: file.package.clone(),
        origin: Origin::Derived,
    }
}
