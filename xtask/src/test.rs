//! `cargo xtask test`: every check and every test, with the real parts they need.

use std::path::Path;

use crate::debian::{self, Need, Pockets};
use crate::options::Options;
use crate::shell::{self, step};
use crate::{demo, generate, new, objects, python, schemas, tidy};

/// What the tests need beside the demo's needs.
const NEEDS: &[Need] = &[
    Need { program: "mmdebstrap", package: "mmdebstrap" },
    Need { program: "dpkg", package: "dpkg" },
    Need { program: "node", package: "nodejs" },
    Need { program: "db5.3_load", package: "db5.3-util" },
    Need { program: "go", package: "golang-go" },
    Need { program: "objcopy", package: "binutils" },
    Need { program: "ruby", package: "ruby" },
    Need { program: "rpm", package: "rpm" },
    Need { program: "/usr/bin/jsonschema", package: "python3-jsonschema" },
    Need { program: "skopeo", package: "skopeo" },
    Need { program: "/usr/bin/time", package: "time" },
    Need { program: "strace", package: "strace" },
    Need { program: "docker-registry", package: "docker-registry" },
    Need { program: "htpasswd", package: "apache2-utils" },
    Need { program: "openssl", package: "openssl" },
    Need { program: "softhsm2-util", package: "softhsm2" },
    Need { program: "/usr/sbin/dockerd", package: "docker.io" },
    Need { program: "/usr/bin/containerd", package: "containerd" },
    Need { program: "/usr/bin/podman", package: "podman" },
    Need { program: "/usr/sbin/runc", package: "runc" },
    Need { program: "git", package: "git" },
    Need { program: "clamscan", package: "clamav" },
    Need { program: "/usr/sbin/clamd", package: "clamav-daemon" },
    Need { program: "php", package: "php-cli" },
    Need { program: "/usr/share/php/Composer/Semver/autoload.php", package: "php-composer-semver" },
    Need { program: "kubectl", package: "kubernetes-client" },
    Need { program: "java", package: "default-jre-headless" },
    Need { program: "/usr/share/java/maven3-artifact.jar", package: "libmaven3-core-java" },
];

/// Runs everything, cheapest first.
pub fn run(options: &Options) -> anyhow::Result<()> {
    debian::ensure(demo::NEEDS, options)?;
    debian::ensure(NEEDS, options)?;
    debian::ensure(python::NEEDS, options)?;
    debian::ensure(schemas::NEEDS, options)?;
    step("formatting");
    shell::run(&mut shell::command("cargo", ["fmt", "--all", "--check"]))?;
    step("rules of the house");
    tidy::run()?;
    step("lints");
    let arguments = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    shell::run(&mut shell::command("cargo", arguments))?;
    step("fuzz targets compile");
    shell::run(&mut shell::command("cargo", ["check", "--quiet", "--locked", "--manifest-path", "fuzz/Cargo.toml"]))?;
    step("the command");
    let boltseal = demo::build()?;
    step("real parts: two Debian trees and the demo's image");
    let release = debian::unpacked(&debian::tree(Pockets::Release)?)?;
    let updated = debian::unpacked(&debian::tree(Pockets::Updated)?)?;
    let shop = demo::shop_image()?;
    step("schemas of the report formats");
    let schemas = schemas::python()?;
    step("a store of objects");
    let objects = objects::python()?;
    step("generated files");
    generate::check()?;
    step("a skeleton of every kind passes");
    new::check()?;
    step("tests");
    let mut tests = shell::command("cargo", ["test", "--workspace"]);
    let parts: [(&str, &Path); 6] = [
        ("BOLTSEAL_BINARY", &boltseal),
        ("BOLTSEAL_TREE_RELEASE", &release),
        ("BOLTSEAL_TREE_UPDATED", &updated),
        ("BOLTSEAL_SHOP_IMAGE", &shop),
        ("BOLTSEAL_SCHEMAS", &schemas),
        ("BOLTSEAL_OBJECTS", &objects),
    ];
    shell::run(tests.envs(parts))
}
