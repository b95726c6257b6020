//! The server of SSH.
//!
//! Source: sshd_config(5). The first value of a keyword counts; `Include` is read where it stands; what stands behind `Match` is for some
//! connections only and is left out.

use std::collections::BTreeMap;

use boltseal_model::host::{Collected, Ssh};

use crate::root::{Found, Reason, Root};
use crate::system::perhaps;

const FILE: &str = "/etc/ssh/sshd_config";
/// As deep as sshd includes files.
const DEPTH: usize = 16;
/// Files that are read in all.
const FILES: usize = 200;

pub(crate) fn collect(root: &Root) -> Option<Collected<Ssh>> {
    perhaps(read(root))
}

fn read(root: &Root) -> Found<Ssh> {
    let Some(text) = root.text(FILE)? else { return Ok(None) };
    let mut room = FILES;
    parse_sshd(&text, &mut |pattern| included(root, pattern, &mut room)).map(Some)
}

/// The texts of the files that a pattern names.
fn included(root: &Root, pattern: &str, room: &mut usize) -> Result<Vec<String>, Reason> {
    let pattern = if pattern.starts_with('/') { pattern.to_owned() } else { format!("/etc/ssh/{pattern}") };
    let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", &pattern));
    if folder.contains(['*', '?', '[']) || name.contains(['?', '[']) {
        return Err(format!("{FILE}: `Include {pattern}` is a pattern that is not understood"));
    }
    let names = match name.split_once('*') {
        None => vec![name.to_owned()],
        Some((before, after)) => {
            let fits = |name: &String| {
                name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
            };
            root.names(folder)?.unwrap_or_default().into_iter().filter(fits).collect()
        }
    };
    let mut texts = Vec::new();
    for name in names {
        *room = room.checked_sub(1).ok_or_else(|| format!("{FILE}: more than {FILES} files are included"))?;
        texts.extend(root.text(&format!("{folder}/{name}"))?);
    }
    Ok(texts)
}

/// Reads the configuration of sshd. `include` gives the texts of the files that a pattern names.
///
/// # Errors
/// When a file that is included cannot be read, or includes are nested too deep: then nobody knows what is set.
pub fn parse_sshd(text: &str, include: &mut dyn FnMut(&str) -> Result<Vec<String>, Reason>) -> Result<Ssh, Reason> {
    let mut ssh = Ssh::default();
    let mut settings = BTreeMap::new();
    read_into(text, include, DEPTH, &mut settings, &mut ssh.has_match)?;
    ssh.settings = settings;
    Ok(ssh)
}

fn read_into(
    text: &str,
    include: &mut dyn FnMut(&str) -> Result<Vec<String>, Reason>,
    depth: usize,
    settings: &mut BTreeMap<String, String>,
    has_match: &mut bool,
) -> Result<(), Reason> {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let end = line.find(|letter: char| letter.is_ascii_whitespace() || letter == '=').unwrap_or(line.len());
        let (keyword, rest) = line.split_at_checked(end).unwrap_or((line, ""));
        let keyword = keyword.to_ascii_lowercase();
        let value = rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '=');
        let value = value.split(" #").next().unwrap_or_default().trim().trim_matches('"');
        match keyword.as_str() {
            // What follows is for some, up to the end of the file.
            "match" => {
                *has_match = true;
                return Ok(());
            }
            "include" => {
                let deeper = depth.checked_sub(1).ok_or_else(|| format!("{FILE}: files include each other"))?;
                for pattern in value.split_ascii_whitespace() {
                    for text in include(pattern.trim_matches('"'))? {
                        read_into(&text, include, deeper, settings, has_match)?;
                    }
                }
            }
            _ => {
                settings.entry(keyword).or_insert_with(|| value.to_owned());
            }
        }
    }
    Ok(())
}
