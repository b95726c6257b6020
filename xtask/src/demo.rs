//! `cargo xtask demo`: the main job on real input, from nothing.

use std::fs;
use std::path::{Path, PathBuf};

use crate::debian::{self, Need};
use crate::image::{self, Layer};
use crate::options::Options;
use crate::planted;
use crate::shell::{self, step};

/// Old releases with well-known vulnerabilities. Pure Python, so that every wheel fits every machine.
const PYTHON: &[&str] =
    &["django==2.2.0", "flask==0.12.2", "jinja2==2.10", "requests==2.19.1", "urllib3==1.24.1", "werkzeug==0.15.2"];
const NODE: &[&str] = &["handlebars@3.0.3", "hoek@4.2.0", "lodash@4.17.4", "marked@0.3.3", "moment@2.10.6", "qs@0.6.6"];

/// What the demo's image is made with.
pub const NEEDS: &[Need] = &[
    Need { program: "debootstrap", package: "debootstrap" },
    Need { program: "python3", package: "python3" },
    Need { program: "pip3", package: "python3-pip" },
    Need { program: "npm", package: "npm" },
];

/// Builds the image, scans it, and says what to try next.
pub fn run(options: &Options) -> anyhow::Result<()> {
    debian::ensure(NEEDS, options)?;
    step("building boltseal");
    let boltseal = build()?;
    let image = shop_image()?;
    step("boltseal scan shop.tar");
    // As short as the reader would type it.
    let workspace = shell::workspace();
    let short = |path: &Path| path.strip_prefix(&workspace).unwrap_or(path).display().to_string();
    let (program, shop) = (short(&boltseal), short(&image));
    step(&format!("{program} scan {shop}"));
    shell::run(&mut shell::command(&boltseal.to_string_lossy(), ["scan", &shop]))?;
    step("what four platforms are told of the same application");
    let declared = ["Dockerfile", "deployment.yaml", "task-definition.json", "container-group.yaml"];
    let declared: Vec<String> = declared.iter().map(|name| format!("docs/examples/shop/{name}")).collect();
    let flags = ["--only", "misconfiguration", "--min-severity", "high"];
    step(&format!("{program} scan {} {}", declared.join(" "), flags.join(" ")));
    let arguments = ["scan"].into_iter().chain(declared.iter().map(String::as_str)).chain(flags);
    shell::run(shell::command(&boltseal.to_string_lossy(), arguments).current_dir(&workspace))?;
    println!(
        "\nTry next:\n\n\
         # why a package is affected, and which instruction brought it\n\
         {program} scan {shop} --explain CVE-2019-11324\n\n\
         # malware and secrets alone\n\
         {program} scan {shop} --only malware,secret\n\n\
         # what a pipeline reads; the exit code is 1\n\
         {program} scan {shop} --format json --output report.json --fail-on high\n\n\
         # the same as a page to show\n\
         {program} scan {shop} --format html --output report.html\n\n\
         # why a rule says what it says\n\
         {program} policy explain --policy content/checks/container-runs-as-root docs/examples/shop/deployment.yaml\n\n\
         # which advisories that rests on, and how to bring them up to date\n\
         {program} db status && {program} db update --list\n\n\
         # an image of yours\n\
         {program} scan YOUR-IMAGE"
    );
    Ok(())
}

/// Compiles the command as it is released.
pub fn build() -> anyhow::Result<PathBuf> {
    shell::run(&mut shell::command("cargo", ["build", "--release", "--package", "boltseal-cli"]))?;
    Ok(shell::target().join("release/boltseal"))
}

/// A Debian 12 image with a Python and a Node application on it, malware and secrets beside them, built once.
pub fn shop_image() -> anyhow::Result<PathBuf> {
    let folder = shell::target().join("demo");
    let image = folder.join("shop.tar");
    if image.exists() {
        return Ok(image);
    }
    fs::create_dir_all(&folder)?;
    step("a Debian 12 base, with debootstrap");
    let base = folder.join("debian-12");
    let base_layer = folder.join("debian-12.tar");
    if !base_layer.exists() {
        let root = base.to_string_lossy();
        let arguments = ["--variant=minbase", "bookworm", &root].map(str::to_owned);
        let mirror = debian::mirror("bookworm")?;
        shell::run(
            shell::as_root("debootstrap", arguments.into_iter().chain(mirror))?.stdout(std::process::Stdio::null()),
        )?;
        let unfinished = folder.join("unfinished.tar");
        let tar = unfinished.to_string_lossy();
        shell::run(&mut shell::as_root(
            "tar",
            ["--create", "--file", &tar, "--directory", &root, "--exclude=./dev/*", "."],
        )?)?;
        shell::run(&mut shell::as_root("rm", ["-rf", &root])?)?;
        debian::own(&unfinished)?;
        fs::rename(&unfinished, &base_layer)?;
    }
    step("a Python application, with pip");
    let python = folder.join("python");
    let packages = python.join("opt/shop/python/lib/python3.11/site-packages");
    fs::create_dir_all(&packages)?;
    let into = packages.to_string_lossy();
    let arguments = [
        "install",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--root-user-action=ignore",
        "--upgrade",
        "--target",
        &into,
    ];
    shell::run(&mut shell::command("pip3", arguments.into_iter().chain(PYTHON.iter().copied())))?;
    step("a Node application, with npm");
    let node = folder.join("node");
    let application = node.join("opt/shop/web");
    fs::create_dir_all(&application)?;
    fs::write(
        application.join("package.json"),
        "{\"name\": \"shop-web\", \"version\": \"1.0.0\", \"private\": true}\n",
    )?;
    let arguments = ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"];
    shell::run(shell::command("npm", arguments.into_iter().chain(NODE.iter().copied())).current_dir(&application))?;
    step("what no image should have");
    let (careless, regret) = (folder.join("careless"), folder.join("regret"));
    planted::write(&careless, &regret)?;
    step("packing the image");
    let layers = [
        Layer { tar: base_layer, instruction: "ADD debian-12.tar / # bookworm, minbase" },
        Layer { tar: image::pack_folder(&python)?, instruction: "RUN pip install -r requirements.txt" },
        Layer { tar: image::pack_folder(&node)?, instruction: "RUN npm ci --omit=dev" },
        Layer { tar: image::pack_folder(&careless)?, instruction: "COPY . /" },
        Layer { tar: image::pack_folder(&regret)?, instruction: "RUN rm /root/.aws/credentials" },
    ];
    image::pack(&layers, "shop:1.0", &image)?;
    Ok(image)
}
