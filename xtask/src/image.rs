//! Packs layers into an archive as `docker save` writes it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;

use crate::shell;

/// A layer, and the instruction that the image's history shall name.
pub struct Layer {
    /// The uncompressed tar.
    pub tar: PathBuf,
    /// The instruction.
    pub instruction: &'static str,
}

/// Packs a folder as a layer, beside it.
pub fn pack_folder(folder: &Path) -> anyhow::Result<PathBuf> {
    let tar = folder.with_extension("tar");
    let (name, from) = (tar.to_string_lossy(), folder.to_string_lossy());
    let arguments = [
        "--create",
        "--sort=name",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        "--file",
        &name,
        "--directory",
        &from,
        ".",
    ];
    shell::run(&mut shell::command("tar", arguments))?;
    Ok(tar)
}

/// Packs layers, base first, into an image archive.
pub fn pack(layers: &[Layer], tag: &str, into: &Path) -> anyhow::Result<()> {
    let folder = into.with_extension("unpacked");
    fs::create_dir_all(&folder)?;
    let mut diff_ids = Vec::new();
    let mut names = Vec::new();
    for layer in layers {
        let digest = sha256(&layer.tar)?;
        let name = format!("{digest}.tar");
        let link = folder.join(&name);
        if !link.exists() {
            fs::hard_link(&layer.tar, &link).or_else(|_| fs::copy(&layer.tar, &link).map(drop))?;
        }
        diff_ids.push(format!("sha256:{digest}"));
        names.push(name);
    }
    let history: Vec<_> = layers.iter().map(|layer| json!({ "created_by": layer.instruction })).collect();
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "config": { "Env": ["PATH=/usr/local/bin:/usr/bin:/bin"], "WorkingDir": "/opt/shop" },
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
        "history": history,
    });
    let text = serde_json::to_string(&config)?;
    fs::write(folder.join("config.json"), &text)?;
    let config_name = format!("{}.json", sha256(&folder.join("config.json"))?);
    fs::rename(folder.join("config.json"), folder.join(&config_name))?;
    let manifest = json!([{ "Config": config_name, "RepoTags": [tag], "Layers": names }]);
    fs::write(folder.join("manifest.json"), serde_json::to_string(&manifest)?)?;
    let unfinished = into.with_extension("unfinished");
    let (tar, from) = (unfinished.to_string_lossy(), folder.to_string_lossy());
    shell::run(&mut shell::command("tar", ["--create", "--file", &tar, "--directory", &from, "."]))?;
    fs::remove_dir_all(&folder)?;
    fs::rename(&unfinished, into)?;
    Ok(())
}

fn sha256(path: &Path) -> anyhow::Result<String> {
    let line = shell::output(&mut shell::command("sha256sum", [path]))?;
    line.split_whitespace().next().map(str::to_owned).context("sha256sum printed nothing")
}
