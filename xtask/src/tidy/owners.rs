//! A heavy dependency has one owner, so that it can be replaced in one place and weighs on one crate's build.

use super::Tree;
use super::tree::dependencies;

/// A dependency, and the crates that may have it. More than one owner needs a reason beside it.
const OWNERS: &[(&str, &[&str])] = &[
    ("anyhow", &["crates/cli", "xtask"]),
    ("askama", &["crates/build/scan", "crates/watch/console"]),
    ("axum", &["crates/watch/console"]),
    ("bzip2", &["crates/build/scan", "crates/core/archive"]),
    ("cel", &["crates/core/policy"]),
    ("clap", &["crates/cli"]),
    ("cryptoki", &["crates/edge/pkcs11"]),
    ("cvss", &["crates/build/advisory"]),
    ("ed25519-dalek", &["crates/core/seal"]),
    // Images are compressed streams; `scan` opens compressed advisory archives; Rust programs carry a compressed list; and all
    // that is packed within files is opened in one place.
    (
        "flate2",
        &["crates/build/image", "crates/build/inventory", "crates/build/scan", "crates/core/archive", "crates/testkit"],
    ),
    ("granit-parser", &["crates/core/yaml"]),
    ("h2", &["crates/edge/containerd"]),
    ("iced-x86", &["crates/core/intent"]),
    ("indicatif", &["crates/cli"]),
    ("liblzma", &["crates/core/archive"]),
    ("memmap2", &["crates/build/scan"]),
    // What programs were built from; what they need to run.
    ("object", &["crates/build/inventory", "crates/core/intent"]),
    ("p256", &["crates/core/seal"]),
    ("pkcs8", &["crates/core/seal"]),
    ("prost", &["crates/edge/containerd"]),
    // Project files of Maven; OVAL and updateinfo of distributions.
    ("quick-xml", &["crates/build/advisory", "crates/build/inventory"]),
    // What TLS is made with; requests to a bucket are signed with the same.
    ("ring", &["crates/edge/s3"]),
    // Locks and memory maps; links of a host that must not lead out of its folder.
    ("rustix", &["crates/build/scan", "crates/edge/host", "crates/run/sensor"]),
    ("rustls", &["crates/edge/http"]),
    // Chains of certificates that are not those of TLS.
    ("rustls-webpki", &["crates/core/seal"]),
    // Trees are read in one place; what has the shape of its document is read straight into it.
    ("serde-saphyr", &["crates/build/advisory", "crates/build/inventory", "crates/core/policy", "crates/core/yaml"]),
    ("spdx", &["crates/build/scan"]),
    ("sqlx", &["crates/watch/console"]),
    ("tar", &["crates/build/image", "crates/build/scan", "crates/testkit"]),
    // containerd speaks HTTP/2, whose libraries need an event loop; it stays inside that crate.
    (
        "tokio",
        &[
            "crates/cli",
            "crates/edge/containerd",
            "crates/ship/registry",
            "crates/ship/admission",
            "crates/run/guard",
            "crates/watch/console",
        ],
    ),
    ("ureq", &["crates/edge/http"]),
    ("x509-cert", &["crates/core/seal"]),
    ("yara-x", &["crates/build/content"]),
    // What is packed within files; advisories as they are published.
    ("zip", &["crates/build/scan", "crates/core/archive"]),
    ("zstd", &["crates/build/image", "crates/build/scan", "crates/core/archive", "crates/testkit"]),
];

pub fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let mut breaches = Vec::new();
    for (folder, manifest) in tree.crates()? {
        for name in dependencies(&manifest, "dependencies") {
            let owners = OWNERS.iter().find(|(dependency, _)| *dependency == name).map(|(_, owners)| *owners);
            if owners.is_some_and(|owners| !owners.contains(&folder)) {
                breaches
                    .push(format!("{folder}/Cargo.toml: {name} belongs to {}", owners.unwrap_or_default().join(", ")));
            }
        }
    }
    Ok(breaches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_owner_is_named() {
        let tree = Tree::of(&[("crates/build/image/Cargo.toml", "[dependencies]\nclap = \"4\"\n")]);
        assert_eq!(check(&tree).unwrap(), ["crates/build/image/Cargo.toml: clap belongs to crates/cli"]);
    }
}
