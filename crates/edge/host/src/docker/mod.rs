//! Docker: how its daemon is configured, and what it says of itself, of its containers and of its images.

mod engine;
mod inspect;
mod settings;

use std::path::{Path, PathBuf};

use boltseal_model::host::{Collected, Docker, DockerSettings};
use serde_json::Value;

pub use settings::{parse_arguments, parse_daemon};

use crate::process::command_lines;
use crate::root::{Reason, Root};

/// Where the engine answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Connection {
    /// At the socket where engines have theirs.
    #[default]
    Usual,
    /// At a socket of this machine, wherever the files of the host are.
    Socket(PathBuf),
    /// At an address that is not spoken to, as `DOCKER_HOST` names it.
    Other(String),
}

/// Sockets of Docker's, the first of which is the one of every distribution.
pub(crate) const SOCKETS: &[&str] = &["/run/docker.sock", "/var/run/docker.sock"];
const PROGRAMS: &[&str] = &["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"];
const CONFIGURATION: &str = "/etc/docker/daemon.json";

/// What is known of Docker, and what it says of containers and images; nothing where there is no Docker.
pub(crate) fn collect(root: &Root, connection: &Connection) -> (Option<Docker>, Vec<Value>) {
    let is_there = *connection != Connection::Usual
        || [PROGRAMS, SOCKETS, &[CONFIGURATION]].concat().into_iter().any(|path| root.has(path));
    if !is_there {
        return (None, Vec::new());
    }
    let (engine, inspected) = match engine::collect(root, connection) {
        Ok((engine, inspected)) => (Collected::Known(engine), inspected),
        Err(reason) => (Collected::unknown(reason), Vec::new()),
    };
    let mut settings = match settings(root, connection) {
        Ok(settings) => Collected::Known(settings),
        Err(reason) => Collected::unknown(reason),
    };
    if let (Collected::Known(settings), Some(engine)) = (&mut settings, engine.known())
        && !engine.data_root.is_empty()
    {
        settings.data_root.clone_from(&engine.data_root);
    }
    (Some(Docker { settings, engine }), inspected)
}

fn settings(root: &Root, connection: &Connection) -> Result<DockerSettings, Reason> {
    let lines = command_lines(root, "dockerd")?;
    let line = match (lines.iter().find(|line| is_meant(line, connection)), connection) {
        (Some(line), _) => line.clone(),
        // One that does not run is configured by its file.
        (None, Connection::Usual) => Vec::new(),
        // Another engine with the same API may answer there, as Podman's service does, or a daemon of another host.
        (None, Connection::Socket(socket)) => {
            return Err(format!("{}: no process of dockerd is seen that listens there", socket.display()));
        }
        (None, Connection::Other(address)) => {
            return Err(format!("{address}: no process of dockerd is seen that listens there"));
        }
    };
    let arguments = line.get(1..).unwrap_or_default();
    let given = settings::value_of(arguments, "config-file");
    let file = given.unwrap_or_else(|| CONFIGURATION.to_owned());
    let mut settings = match root.text(&file)? {
        Some(text) => parse_daemon(&text).map_err(|reason| format!("{file}: {reason}"))?,
        None => DockerSettings::default(),
    };
    parse_arguments(arguments, &mut settings);
    if settings.data_root.is_empty() {
        settings.data_root = "/var/lib/docker".to_owned();
    }
    Ok(DockerSettings { file, ..settings })
}

/// Whether a daemon is the one that is asked: a host may run several.
fn is_meant(line: &[String], connection: &Connection) -> bool {
    let mut settings = DockerSettings::default();
    parse_arguments(line.get(1..).unwrap_or_default(), &mut settings);
    let listens_at = |socket: &str| settings.listens.iter().any(|at| at.strip_prefix("unix://") == Some(socket));
    match connection {
        Connection::Socket(socket) if !SOCKETS.iter().any(|usual| socket == Path::new(usual)) => {
            listens_at(&socket.to_string_lossy())
        }
        Connection::Usual | Connection::Socket(_) => {
            let is_elsewhere = settings.listens.iter().all(|at| at.starts_with("unix://"))
                && !settings.listens.is_empty()
                && !SOCKETS.iter().any(|socket| listens_at(socket));
            !is_elsewhere
        }
        Connection::Other(address) => settings.listens.iter().any(|at| at == address),
    }
}
