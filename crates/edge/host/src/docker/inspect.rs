//! What of an answer about a container or an image is kept: what rules judge, and nothing that may be secret.

use serde_json::{Map, Value};

/// Members that are kept as they are.
const CONTAINER: &[&str] = &["Name", "AppArmorProfile", "Mounts"];
const HOST: &[&str] = &[
    "CapAdd",
    "CapDrop",
    "CgroupParent",
    "CgroupnsMode",
    "CpuShares",
    "Devices",
    "GroupAdd",
    "Init",
    "IpcMode",
    "MaskedPaths",
    "Memory",
    "MemoryReservation",
    "NanoCpus",
    "NetworkMode",
    "PidMode",
    "PidsLimit",
    "PortBindings",
    "Privileged",
    "ReadonlyRootfs",
    "RestartPolicy",
    "Runtime",
    "SecurityOpt",
    "Sysctls",
    "UTSMode",
    "Ulimits",
    "UsernsMode",
];
const CONFIG: &[&str] =
    &["ExposedPorts", "Image", "OnBuild", "OpenStdin", "StopSignal", "Tty", "User", "Volumes", "WorkingDir"];
const IMAGE: &[&str] = &["Architecture", "Created", "Os", "RepoTags"];

/// A container.
pub(super) fn container(answer: &Value) -> Value {
    let mut kept = chosen(answer, CONTAINER);
    let mut host = chosen(answer.get("HostConfig").unwrap_or(&Value::Null), HOST);
    // Options of a log driver hold its credentials.
    if let Some(driver) = answer.pointer("/HostConfig/LogConfig/Type") {
        host.insert("LogConfig".into(), serde_json::json!({ "Type": driver }));
    }
    kept.insert("HostConfig".into(), Value::Object(host));
    kept.insert("Config".into(), Value::Object(config(answer)));
    if let Some(Value::Object(networks)) = answer.pointer("/NetworkSettings/Networks") {
        let names: Map<String, Value> = networks.keys().map(|name| (name.clone(), Value::Object(Map::new()))).collect();
        kept.insert("NetworkSettings".into(), serde_json::json!({ "Networks": names }));
    }
    Value::Object(kept)
}

/// An image.
pub(super) fn image(answer: &Value) -> Value {
    let mut kept = chosen(answer, IMAGE);
    kept.insert("Config".into(), Value::Object(config(answer)));
    // By which a reader knows that it is one.
    kept.insert("RootFS".into(), serde_json::json!({ "Type": "layers" }));
    Value::Object(kept)
}

fn chosen(value: &Value, names: &[&str]) -> Map<String, Value> {
    names.iter().filter_map(|name| Some(((*name).to_owned(), value.get(*name)?.clone()))).collect()
}

/// Of programs that are started the first word, of variables and labels the names, and whether they have a value.
fn config(answer: &Value) -> Map<String, Value> {
    let config = answer.get("Config").unwrap_or(&Value::Null);
    let mut kept = chosen(config, CONFIG);
    for name in ["Entrypoint", "Cmd"] {
        if let Some(Value::Array(words)) = config.get(name) {
            kept.insert(name.into(), Value::Array(words.iter().take(1).cloned().collect()));
        }
    }
    if let Some(Value::Array(test)) = config.pointer("/Healthcheck/Test") {
        // How it is asked, and of the command nothing.
        let asked: Vec<Value> = test.iter().take(1).cloned().chain((test.len() > 1).then(|| HIDDEN.into())).collect();
        kept.insert("Healthcheck".into(), serde_json::json!({ "Test": asked }));
    }
    if let Some(Value::Array(variables)) = config.get("Env") {
        let hidden = variables.iter().filter_map(Value::as_str).map(|variable| match variable.split_once('=') {
            Some((name, "")) => format!("{name}=").into(),
            Some((name, _)) => format!("{name}={HIDDEN}").into(),
            None => variable.into(),
        });
        kept.insert("Env".into(), Value::Array(hidden.collect()));
    }
    if let Some(Value::Object(labels)) = config.get("Labels") {
        let hidden: Map<String, Value> = labels.keys().map(|name| (name.clone(), HIDDEN.into())).collect();
        kept.insert("Labels".into(), Value::Object(hidden));
    }
    kept
}

/// What stands in place of a value.
const HIDDEN: &str = "(not collected)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_may_be_secret_is_kept() {
        let answer = serde_json::json!({
            "Id": "a", "Name": "/shop",
            "Config": {
                "Env": ["PASSWORD=hunter2", "EMPTY="], "Cmd": ["serve", "--key=hunter2"], "Labels": {"owner": "hunter2"},
                "Entrypoint": ["/entry", "hunter2"], "User": "app", "Healthcheck": {"Test": ["CMD-SHELL", "curl -u hunter2"]},
            },
            "HostConfig": {"LogConfig": {"Type": "splunk", "Config": {"splunk-token": "hunter2"}}, "Privileged": true},
            "NetworkSettings": {"Networks": {"bridge": {"EndpointID": "hunter2"}}},
            "GraphDriver": {"Data": "hunter2"},
        });
        for kept in [container(&answer), image(&answer)] {
            assert!(!kept.to_string().contains("hunter2"), "{kept}");
            assert_eq!(kept.pointer("/Config/Env/0").unwrap(), "PASSWORD=(not collected)");
            assert_eq!(kept.pointer("/Config/Env/1").unwrap(), "EMPTY=");
        }
        assert_eq!(container(&answer).pointer("/HostConfig/LogConfig/Type").unwrap(), "splunk");
    }
}
