//! Debian: the packages that a command needs, and trees built from the package archive.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::options::Options;
use crate::shell;

/// A program that a command needs, and the Debian package that has it.
pub struct Need {
    /// Name of the program.
    pub program: &'static str,
    /// The package to install when the program is not there.
    pub package: &'static str,
}

/// Installs what is missing, after saying what and asking.
pub fn ensure(needs: &[Need], options: &Options) -> anyhow::Result<()> {
    let missing: Vec<&str> = needs.iter().filter(|need| !shell::has(need.program)).map(|need| need.package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !shell::has("apt-get") {
        bail!("these are missing, and there is no apt-get to install them with: {}", missing.join(" "));
    }
    println!("These Debian packages will be installed: {}", missing.join(" "));
    if !options.yes && !confirmed()? {
        bail!("nothing was installed; --yes installs without asking");
    }
    shell::run(shell::as_root("apt-get", ["update", "--quiet"])?.stdout(std::process::Stdio::null()))?;
    let arguments =
        ["DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--quiet", "--yes", "--no-install-recommends"];
    shell::run(shell::as_root("env", arguments.into_iter().chain(missing))?.stdout(std::process::Stdio::null()))
}

fn confirmed() -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("Install them now? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Which parts of the Debian 12 archive a tree is built from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pockets {
    /// The release as it was published.
    Release,
    /// The release with its updates and security updates.
    Updated,
}

/// Packages that are added to the tree, so that it has about as many as a server's image (222) and some of the sources
/// with the most advisories.
const EXTRA: &str = "ca-certificates,curl,git,nginx,openssh-client,python3-requests,python3-yaml,python3-setuptools,openssl,\
                     sqlite3,xz-utils,wget,libxml2-utils,redis-server,tree,lsof";

/// Builds a Debian 12 tree as a tar archive with `mmdebstrap`, once; later calls find it.
pub fn tree(pockets: Pockets) -> anyhow::Result<PathBuf> {
    let name = match pockets {
        Pockets::Release => "debian-12-release.tar",
        Pockets::Updated => "debian-12-updated.tar",
    };
    let folder = shell::target().join("trees");
    fs::create_dir_all(&folder)?;
    let path = folder.join(name);
    if path.exists() {
        return Ok(path);
    }
    let unfinished = folder.join(format!("unfinished-{name}"));
    let include = format!("--include={EXTRA}");
    let mut arguments = vec!["--quiet", "--variant=important", include.as_str(), "bookworm"];
    let unfinished_name = unfinished.to_string_lossy().into_owned();
    arguments.push(&unfinished_name);
    let lines = archive_lines(pockets)?;
    arguments.extend(lines.iter().map(String::as_str));
    shell::run(&mut shell::as_root("mmdebstrap", arguments)?)?;
    own(&unfinished)?;
    fs::rename(&unfinished, &path)?;
    Ok(path)
}

/// Unpacks a tree beside its archive, without its devices, readable by us.
pub fn unpacked(archive: &Path) -> anyhow::Result<PathBuf> {
    let folder = archive.with_extension("");
    let done = folder.join(".unpacked");
    if done.exists() {
        return Ok(folder);
    }
    if folder.exists() {
        shell::run(&mut shell::as_root("rm", ["-rf".as_ref(), folder.as_os_str()])?)?;
    }
    fs::create_dir_all(&folder)?;
    let (archive, into) = (archive.to_string_lossy(), folder.to_string_lossy());
    let arguments = ["--extract", "--file", &archive, "--directory", &into, "--exclude=./dev/*", "--no-same-owner"];
    shell::run(&mut shell::command("tar", arguments))?;
    shell::run(&mut shell::command("chmod", ["-R", "u+rwX", &into]))?;
    fs::write(done, "")?;
    Ok(folder)
}

/// Hands a file that root made to the user who runs this.
pub fn own(path: &Path) -> anyhow::Result<()> {
    let ids = shell::output(&mut shell::command("id", ["-u"]))?;
    shell::run(&mut shell::as_root("chown", ["-R".as_ref(), ids.trim().as_ref(), path.as_os_str()])?)
}

/// The address of the archive that this machine itself installs Debian packages from.
pub fn mirror(suite: &str) -> anyhow::Result<Option<String>> {
    let sites = shell::output(&mut shell::command("apt-get", ["indextargets", "--format", "$(CODENAME) $(SITE)"]))
        .context("asking apt where it installs from")?;
    let site = |codename: &str| {
        sites.lines().find_map(|line| line.split_once(' ').filter(|(name, _)| *name == codename).map(|(_, site)| site))
    };
    // A machine that runs another release of Debian has the same archive under the name of its own release.
    let own = shell::output(&mut shell::command("sh", ["-c", ". /etc/os-release; echo $VERSION_CODENAME"]))?;
    let kind = suite.strip_prefix("bookworm").unwrap_or_default();
    Ok(site(suite).or_else(|| site(&format!("{}{kind}", own.trim()))).map(str::to_owned))
}

fn archive_lines(pockets: Pockets) -> anyhow::Result<Vec<String>> {
    let suites: &[&str] = match pockets {
        Pockets::Release => &["bookworm"],
        Pockets::Updated => &["bookworm", "bookworm-updates", "bookworm-security"],
    };
    let keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    suites
        .iter()
        .map(|suite| {
            let site =
                mirror(suite)?.with_context(|| format!("apt has no source for {suite}; run apt-get update first"))?;
            Ok(format!("deb [signed-by={keyring}] {site} {suite} main"))
        })
        .collect()
}
