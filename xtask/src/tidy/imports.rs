//! Who may import whom: the import table of ARCHITECTURE.md.

use super::Tree;
use super::tree::dependencies;

/// Folder of a crate, and the crates of ours that it may depend on.
///
/// Engines import the core only and never each other; edges compose the engines of their own wing; the command composes
/// the edges. A new crate gets a line here before it gets a dependency.
const TABLE: &[(&str, &[&str])] = &[
    ("crates/core/archive", &["boltseal-model"]),
    ("crates/core/intent", &["boltseal-model", "boltseal-yaml"]),
    ("crates/core/model", &[]),
    ("crates/core/policy", &["boltseal-model", "boltseal-yaml"]),
    ("crates/core/seal", &["boltseal-model"]),
    ("crates/core/yaml", &["boltseal-model"]),
    ("crates/build/advisory", CORE),
    // Benchmarks over facts: the rules are those of posture, and its tests collect the facts of a genuine host.
    (
        "crates/build/audit",
        &["boltseal-model", "boltseal-policy", "boltseal-yaml", "boltseal-posture", "boltseal-host"],
    ),
    ("crates/build/content", CORE),
    ("crates/build/image", CORE),
    ("crates/build/inventory", CORE),
    ("crates/build/posture", CORE),
    ("crates/build/pipeline", &["boltseal-model", "boltseal-policy", "boltseal-seal", "boltseal-posture"]),
    (
        "crates/build/scan",
        &[
            "boltseal-model",
            "boltseal-intent",
            "boltseal-policy",
            "boltseal-seal",
            "boltseal-advisory",
            "boltseal-clamd",
            "boltseal-containerd",
            "boltseal-content",
            "boltseal-http",
            "boltseal-image",
            "boltseal-inventory",
            "boltseal-posture",
            "boltseal-s3",
        ],
    ),
    // What edges of several wings need to reach outside.
    ("crates/edge/clamd", &[]),
    ("crates/edge/containerd", &[]),
    ("crates/edge/host", &["boltseal-http", "boltseal-model", "boltseal-yaml"]),
    ("crates/edge/http", &[]),
    ("crates/edge/pkcs11", &["boltseal-model", "boltseal-seal"]),
    ("crates/edge/s3", &["boltseal-http"]),
    ("crates/ship/admission", CORE),
    ("crates/ship/registry", &["boltseal-model", "boltseal-policy", "boltseal-seal", "boltseal-http"]),
    ("crates/run/detect", CORE),
    ("crates/run/ips", CORE),
    ("crates/run/rasp", CORE),
    ("crates/run/sensor", CORE),
    (
        "crates/run/guard",
        &[
            "boltseal-model",
            "boltseal-policy",
            "boltseal-seal",
            "boltseal-detect",
            "boltseal-ips",
            "boltseal-rasp",
            "boltseal-sensor",
        ],
    ),
    ("crates/watch/console", CORE),
    ("crates/testkit", &["boltseal-model"]),
    ("xtask", &[]),
];

const CORE: &[&str] = &["boltseal-archive", "boltseal-model", "boltseal-policy", "boltseal-seal", "boltseal-yaml"];

/// Folders that may depend on every crate: they glue, or they test.
const FREE: &[&str] = &["crates/cli", "e2e", "fuzz"];

pub fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let mut breaches = Vec::new();
    for (folder, manifest) in tree.crates()? {
        if FREE.contains(&folder) {
            continue;
        }
        let Some((_, allowed)) = TABLE.iter().find(|(name, _)| *name == folder) else {
            breaches.push(format!(
                "{folder}/Cargo.toml: the crate has no line in the import table of xtask/src/tidy/imports.rs"
            ));
            continue;
        };
        for table in ["dependencies", "build-dependencies"] {
            for name in dependencies(&manifest, table).into_iter().filter(|name| name.starts_with("boltseal-")) {
                if !allowed.contains(&name) {
                    breaches.push(format!(
                        "{folder}/Cargo.toml: {folder} may not import {name}; see the import table in ARCHITECTURE.md"
                    ));
                }
            }
        }
        for name in dependencies(&manifest, "dev-dependencies").into_iter().filter(|name| name.starts_with("boltseal-"))
        {
            if name != "boltseal-testkit" && !allowed.contains(&name) {
                breaches.push(format!("{folder}/Cargo.toml: tests of {folder} may not import {name}"));
            }
        }
    }
    Ok(breaches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_imports_another_engine_is_named() {
        let tree =
            Tree::of(&[("crates/build/image/Cargo.toml", "[dependencies]\nboltseal-inventory.workspace = true\n")]);
        let breaches = check(&tree).unwrap();
        assert_eq!(breaches.len(), 1);
        assert!(breaches[0].contains("may not import boltseal-inventory"), "{breaches:?}");
    }

    #[test]
    fn an_unlisted_crate_is_named() {
        assert_eq!(check(&Tree::of(&[("crates/build/new/Cargo.toml", "")])).unwrap().len(), 1);
    }
}
