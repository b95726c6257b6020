//! The engine, asked over its API.
//!
//! Source: the API of the Docker Engine, version 1.41, which later ones answer alike.

use std::collections::HashSet;
use std::path::PathBuf;

use boltseal_http::{Client, Request};
use boltseal_model::host::{Engine, EngineNetwork, Swarm};
use serde_json::Value;

use super::inspect;
use super::{Connection, SOCKETS};
use crate::root::{Reason, Root};

/// Bytes of one answer.
const ANSWER_BYTES: u64 = 16 << 20;
/// Containers and images that are asked about, each with a request of its own.
const INSPECTED: usize = 5_000;

/// What the engine says of itself, and of its containers and images.
pub(super) fn collect(root: &Root, connection: &Connection) -> Result<(Engine, Vec<Value>), Reason> {
    let (path, _held) = match connection {
        Connection::Socket(path) => (path.clone(), None),
        Connection::Other(address) => {
            return Err(format!("{address}: only sockets of the host are asked, as unix:///run/docker.sock"));
        }
        Connection::Usual => {
            let path = root.first(SOCKETS).ok_or("no socket of Docker at /run/docker.sock; is it running?")?;
            let (path, held) = root.socket(path)?.ok_or("no socket of Docker at /run/docker.sock; is it running?")?;
            (path, Some(held))
        }
    };
    Asking { client: Client::unix(&path), path }.collect()
}

struct Asking {
    client: Client,
    path: PathBuf,
}

impl Asking {
    fn ask(&self, address: &str) -> Result<Value, Reason> {
        let said = |detail: String| format!("the engine at {}: {address}: {detail}", self.path.display());
        let answer = self.client.send(&Request::get(address)).map_err(|error| said(error.to_string()))?;
        if answer.status() != 200 {
            return Err(said(format!("it answers {}", answer.status())));
        }
        let bytes = answer.into_bytes(ANSWER_BYTES).map_err(|error| said(error.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|error| said(format!("no JSON: {error}")))
    }

    fn collect(&self) -> Result<(Engine, Vec<Value>), Reason> {
        let info = self.ask("/info")?;
        let version = self.ask("/version")?;
        let listed = self.ask("/containers/json?all=1")?;
        let images = self.ask("/images/json")?;
        let used: HashSet<&str> = items(&listed).iter().map(|container| text(container, "ImageID")).collect();
        let unused = items(&images).iter().filter(|image| !used.contains(text(image, "Id"))).count();
        let engine = Engine {
            version: text(&version, "Version").to_owned(),
            storage_driver: text(&info, "Driver").to_owned(),
            log_driver: text(&info, "LoggingDriver").to_owned(),
            security_options: texts(&info, "SecurityOptions"),
            insecure_registries: insecure(&info),
            live_restore: flag(&info, "LiveRestoreEnabled"),
            experimental: flag(&info, "ExperimentalBuild"),
            data_root: text(&info, "DockerRootDir").to_owned(),
            containers: number(&info, "Containers"),
            running: number(&info, "ContainersRunning"),
            images: count(items(&images).len()),
            unused_images: count(unused),
            networks: items(&self.ask("/networks")?).iter().map(network).collect(),
            swarm: self.swarm(&info)?,
        };
        let mut inspected = Vec::new();
        for (list, before, keep) in [
            (&listed, "/containers/", inspect::container as fn(&Value) -> Value),
            (&images, "/images/", inspect::image as fn(&Value) -> Value),
        ] {
            if items(list).len() > INSPECTED {
                return Err(format!("the engine has more than {INSPECTED} containers or images"));
            }
            let mut answers = Vec::new();
            for item in items(list) {
                let id = text(item, "Id");
                // What it is asked for next must not be chosen by what it said.
                if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b':') {
                    return Err("the engine names a container or an image by what is no identifier".into());
                }
                match self.ask(&format!("{before}{id}/json")) {
                    Ok(answer) => answers.push(keep(&answer)),
                    // It may have ended since it was listed.
                    Err(reason) if reason.ends_with("it answers 404") => {}
                    Err(reason) => return Err(reason),
                }
            }
            if !answers.is_empty() {
                inspected.push(Value::Array(answers));
            }
        }
        Ok((engine, inspected))
    }

    fn swarm(&self, info: &Value) -> Result<Option<Swarm>, Reason> {
        let Some(swarm) = info.get("Swarm").filter(|swarm| text(swarm, "LocalNodeState") == "active") else {
            return Ok(None);
        };
        let is_manager = flag(swarm, "ControlAvailable");
        let spec = if is_manager { self.ask("/swarm")? } else { Value::Null };
        let at = |path: &str| spec.pointer(path);
        Ok(Some(Swarm {
            is_manager,
            managers: number(swarm, "Managers"),
            nodes: number(swarm, "Nodes"),
            listens: text(swarm, "NodeAddr").to_owned(),
            auto_lock: at("/Spec/EncryptionConfig/AutoLockManagers").and_then(Value::as_bool),
            // Nanoseconds.
            certificate_hours: at("/Spec/CAConfig/NodeCertExpiry")
                .and_then(Value::as_i64)
                .map(|it| it / 3_600_000_000_000),
        }))
    }
}

/// Registries that are reached without TLS. Those of the host itself always are.
fn insecure(info: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let Some(registries) = info.get("RegistryConfig") else { return found };
    let own = ["127.0.0.0/8", "::1/128"];
    found.extend(texts(registries, "InsecureRegistryCIDRs").into_iter().filter(|range| !own.contains(&range.as_str())));
    if let Some(Value::Object(configs)) = registries.get("IndexConfigs") {
        let is_insecure = |config: &Value| config.get("Secure").and_then(Value::as_bool) == Some(false);
        found.extend(configs.iter().filter(|(_, config)| is_insecure(config)).map(|(name, _)| name.clone()));
    }
    found
}

fn network(network: &Value) -> EngineNetwork {
    let option = |name: &str| network.get("Options").and_then(|options| options.get(name)).and_then(Value::as_str);
    EngineNetwork {
        name: text(network, "Name").to_owned(),
        driver: text(network, "Driver").to_owned(),
        icc: option("com.docker.network.bridge.enable_icc").map(|it| it == "true"),
        is_encrypted: option("encrypted").is_some_and(|it| it != "false"),
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let values = value.get(key).map_or(&[][..], items);
    values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}

fn number(value: &Value, key: &str) -> i64 {
    value.get(key).and_then(Value::as_i64).unwrap_or_default()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
