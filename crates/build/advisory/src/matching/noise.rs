//! Matches that are true by name and mean nothing.

use boltseal_model::Package;

/// Whether a package holds headers of the Linux kernel and is looked up as the kernel.
///
/// Headers are built from the kernel's source and bear its version, so that every advisory for the kernel names them. They hold
/// declarations, and no code that runs.
pub fn is_kernel_headers(package: &Package) -> bool {
    let name = package.name.as_str();
    let is_headers = match package.ecosystem.name() {
        "deb" => name.starts_with("linux-libc-dev") || (name.starts_with("linux-") && name.contains("headers")),
        "rpm" => name.starts_with("kernel-") && name.ends_with("headers"),
        "apk" => name.starts_with("linux-") && name.ends_with("headers"),
        _ => false,
    };
    let (source, _) = package.advisory_key();
    let is_kernel = |source: &str| {
        let family = source.split_once('-').map_or(source, |(family, _)| family);
        matches!(family, "linux" | "kernel")
    };
    is_headers && is_kernel(source)
}

#[cfg(test)]
mod tests {
    use boltseal_model::{Ecosystem, Location, SourcePackage};

    use super::*;

    #[test]
    fn headers_are_told_from_kernels() {
        for (ecosystem, name, source, expected) in [
            (Ecosystem::Deb, "linux-libc-dev", Some("linux"), true),
            (Ecosystem::Deb, "linux-headers-6.1.0-18-amd64", Some("linux"), true),
            (Ecosystem::Deb, "linux-headers-amd64", Some("linux-signed-amd64"), true),
            (Ecosystem::Deb, "linux-aws-headers-5.15.0-1004", Some("linux-aws"), true),
            (Ecosystem::Deb, "linux-image-6.1.0-18-amd64", Some("linux-signed-amd64"), false),
            (Ecosystem::Deb, "linux-headers-of-something", Some("something"), false),
            (Ecosystem::Rpm, "kernel-headers", Some("kernel"), true),
            (Ecosystem::Rpm, "kernel-rt-headers", Some("kernel-rt"), true),
            (Ecosystem::Rpm, "kernel-core", Some("kernel"), false),
            (Ecosystem::Apk, "linux-headers", None, true),
            (Ecosystem::Npm, "linux-headers", None, false),
        ] {
            let mut package = Package::new("test", ecosystem, name, "1", Location::default());
            package.source = source.map(|name| SourcePackage { name: name.into(), version: "1".into() });
            assert_eq!(is_kernel_headers(&package), expected, "{name}");
        }
    }
}
