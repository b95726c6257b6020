//! An application, declared for every platform.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// An application, in the words of Kubernetes.
#[derive(Debug, Clone)]
pub struct App {
    host_network: Option<bool>,
    host_processes: Option<bool>,
    host_ipc: Option<bool>,
    /// Names, with the path on the host.
    volumes: Vec<(String, Option<String>)>,
    containers: Vec<One>,
}

#[derive(Debug, Clone)]
pub struct One {
    image: String,
    command: Vec<String>,
    arguments: Vec<String>,
    user: Option<(u32, Option<u32>)>,
    privileged: Option<bool>,
    read_only: Option<bool>,
    /// Whether it may not gain more than it started with.
    is_held: bool,
    added: Vec<String>,
    dropped: Vec<String>,
    /// In the container and on the host, and whether it is UDP.
    ports: Vec<(u16, Option<u16>, bool)>,
    /// By name: a literal or a secret.
    variables: BTreeMap<String, Result<String, String>>,
    /// Number of the volume, and whether it is read alone.
    mounts: Vec<(usize, Option<bool>)>,
    /// MiB.
    memory: Option<u32>,
    memory_set_aside: Option<u32>,
    /// Eighths of a processor.
    cpu_set_aside: Option<u8>,
    probe: Option<Vec<String>>,
    terminal: Option<bool>,
    interactive: Option<bool>,
}

fn word() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9-]{0,8}"
}

fn words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[ -~é]{1,8}".prop_filter("templates", |text| !text.contains(['$', '{'])), 0..3)
}

fn one() -> impl Strategy<Value = One> {
    let capability = || prop::collection::vec(prop::sample::select(vec!["ALL", "NET_ADMIN", "SYS_PTRACE"]), 0..3);
    let value = prop_oneof![words().prop_map(|words| Ok(words.concat())), word().prop_map(Err)];
    let flags =
        (any::<Option<bool>>(), any::<Option<bool>>(), any::<Option<bool>>(), any::<Option<bool>>(), any::<bool>());
    let lists = (
        prop::collection::vec((1..u16::MAX, prop::option::of(1..u16::MAX), any::<bool>()), 0..3),
        prop::collection::btree_map("[A-Z][A-Z_]{0,6}", value, 0..4),
        prop::collection::vec((0..3_usize, any::<Option<bool>>()), 0..3),
    );
    let amounts = (prop::option::of(6..4_096_u32), prop::option::of(6..4_096_u32), prop::option::of(1..32_u8));
    let user = prop::option::of((any::<u32>(), any::<Option<u32>>()));
    let probe = prop::option::of(prop::collection::vec(word(), 1..3));
    ((word(), words(), words(), user), flags, (capability(), capability()), lists, amounts, probe).prop_map(
        |((image, command, arguments, user), flags, (added, dropped), (ports, variables, mounts), amounts, probe)| {
            let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
            One {
                image: format!("registry.example/{image}:1"),
                command,
                arguments,
                user,
                privileged: flags.0,
                read_only: flags.1,
                terminal: flags.2,
                interactive: flags.3,
                is_held: flags.4,
                added: owned(added),
                dropped: owned(dropped),
                ports,
                variables,
                mounts,
                memory: amounts.0,
                memory_set_aside: amounts.1,
                cpu_set_aside: amounts.2,
                probe,
            }
        },
    )
}

pub fn app() -> impl Strategy<Value = App> {
    let volumes = prop::collection::vec((word(), prop::option::of("/[a-z]{1,6}")), 3);
    let host = (any::<Option<bool>>(), any::<Option<bool>>(), any::<Option<bool>>());
    (host, volumes, prop::collection::vec(one(), 1..3)).prop_map(|(host, volumes, containers)| {
        let volumes = volumes.into_iter().enumerate().map(|(index, (name, path))| (format!("{name}-{index}"), path));
        App { host_network: host.0, host_processes: host.1, host_ipc: host.2, volumes: volumes.collect(), containers }
    })
}

/// A mapping without what is absent.
fn object(members: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(members.collect::<Map<_, _>>())
}

fn some<T: serde::Serialize>(list: &[T]) -> Option<Value> {
    (!list.is_empty()).then(|| json!(list))
}

fn flag(flag: Option<bool>) -> Option<Value> {
    flag.map(Value::from)
}

impl One {
    fn capabilities(&self) -> Option<Value> {
        let is_there = !self.added.is_empty() || !self.dropped.is_empty();
        is_there.then(|| object([("add", some(&self.added)), ("drop", some(&self.dropped))]))
    }

    fn user(&self) -> Option<Value> {
        self.user.map(|(user, group)| json!(group.map_or(user.to_string(), |group| format!("{user}:{group}"))))
    }

    fn literals(&self) -> impl Iterator<Item = (&String, &String)> {
        self.variables.iter().filter_map(|(name, value)| Some((name, value.as_ref().ok()?)))
    }

    fn secrets(&self) -> impl Iterator<Item = (&String, &String)> {
        self.variables.iter().filter_map(|(name, value)| Some((name, value.as_ref().err()?)))
    }

    fn pod(&self, index: usize, app: &App) -> Value {
        let literal = |(name, value): (&String, &String)| json!({ "name": name, "value": value });
        let mut variables: Vec<Value> = self.literals().map(literal).collect();
        variables.extend(
            self.secrets().map(
                |(name, key)| json!({ "name": name, "valueFrom": { "secretKeyRef": { "name": key, "key": "k" } } }),
            ),
        );
        let limits = object([("memory", self.memory.map(|it| json!(format!("{it}Mi"))))]);
        let requests = object([
            ("memory", self.memory_set_aside.map(|it| json!(format!("{it}Mi")))),
            ("cpu", self.cpu_set_aside.map(|it| json!(format!("{}m", u32::from(it) * 125)))),
        ]);
        let security = object([
            ("runAsUser", self.user.map(|(user, _)| json!(user))),
            ("runAsGroup", self.user.and_then(|(_, group)| group).map(|group| json!(group))),
            ("privileged", flag(self.privileged)),
            ("readOnlyRootFilesystem", flag(self.read_only)),
            ("allowPrivilegeEscalation", self.is_held.then(|| json!(false))),
            ("capabilities", self.capabilities()),
        ]);
        object([
            ("name", Some(json!(format!("c{index}")))),
            ("image", Some(json!(self.image))),
            ("command", some(&self.command)),
            ("args", some(&self.arguments)),
            ("env", some(&variables)),
            ("ports", some(&self.ports("containerPort", Some("hostPort")))),
            ("volumeMounts", some(&self.mounts(app, "name", "mountPath"))),
            ("resources", Some(json!({ "limits": limits, "requests": requests }))),
            ("securityContext", Some(security)),
            ("livenessProbe", self.probe.as_ref().map(|command| json!({ "exec": { "command": command } }))),
            ("tty", flag(self.terminal)),
            ("stdin", flag(self.interactive)),
        ])
    }

    fn ports(&self, inside: &'static str, outside: Option<&'static str>) -> Vec<Value> {
        let port = |(port, host, is_udp): &(u16, Option<u16>, bool)| {
            let host = host.as_ref().filter(|_| outside.is_some());
            object([
                (inside, Some(json!(port))),
                (outside.unwrap_or_default(), host.map(|host| json!(host))),
                ("protocol", Some(json!(if *is_udp { "UDP" } else { "TCP" }))),
            ])
        };
        self.ports.iter().map(port).collect()
    }

    fn mounts(&self, app: &App, name: &'static str, path: &'static str) -> Vec<Value> {
        let mount = |(volume, read_only): &(usize, Option<bool>)| {
            object([
                (name, Some(json!(app.volumes[*volume].0))),
                (path, Some(json!(format!("/mount/{volume}")))),
                ("readOnly", flag(*read_only)),
            ])
        };
        self.mounts.iter().map(mount).collect()
    }

    fn test(&self) -> Option<Vec<String>> {
        let command = self.probe.as_ref()?;
        Some(["CMD".to_owned()].into_iter().chain(command.iter().cloned()).collect())
    }

    fn task(&self, index: usize, app: &App) -> Value {
        let variables: Vec<Value> =
            self.literals().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        let secrets: Vec<Value> = self.secrets().map(|(name, key)| json!({ "name": name, "valueFrom": key })).collect();
        let options: &[&str] = if self.is_held { &["no-new-privileges"] } else { &[] };
        object([
            ("name", Some(json!(format!("c{index}")))),
            ("image", Some(json!(self.image))),
            ("entryPoint", some(&self.command)),
            ("command", some(&self.arguments)),
            ("user", self.user()),
            ("privileged", flag(self.privileged)),
            ("readonlyRootFilesystem", flag(self.read_only)),
            ("dockerSecurityOptions", some(options)),
            ("linuxParameters", self.capabilities().map(|capabilities| json!({ "capabilities": capabilities }))),
            ("portMappings", some(&self.ports("containerPort", Some("hostPort")))),
            ("environment", some(&variables)),
            ("secrets", some(&secrets)),
            ("mountPoints", some(&self.mounts(app, "sourceVolume", "containerPath"))),
            ("memory", self.memory.map(|it| json!(it))),
            ("memoryReservation", self.memory_set_aside.map(|it| json!(it))),
            ("cpu", self.cpu_set_aside.map(|it| json!(u32::from(it) * 128))),
            ("healthCheck", self.test().map(|command| json!({ "command": command }))),
            ("pseudoTerminal", flag(self.terminal)),
            ("interactive", flag(self.interactive)),
        ])
    }

    fn group(&self, index: usize, app: &App) -> Value {
        let variables = self.literals().map(|(name, value)| json!({ "name": name, "value": value }));
        let secrets = self.secrets().map(|(name, key)| json!({ "name": name, "secureValueReference": key }));
        let variables: Vec<Value> = variables.chain(secrets).collect();
        let gigabytes = |mebibytes: u32| json!(f64::from(mebibytes) * 1_048_576.0 / 1e9);
        let requests = object([
            ("cpu", self.cpu_set_aside.map(|it| json!(f64::from(it) / 8.0))),
            ("memoryInGB", self.memory_set_aside.map(gigabytes)),
        ]);
        let limits = object([("memoryInGB", self.memory.map(gigabytes))]);
        let security = object([
            ("privileged", flag(self.privileged)),
            ("allowPrivilegeEscalation", self.is_held.then(|| json!(false))),
            ("runAsUser", self.user.map(|(user, _)| json!(user))),
            ("runAsGroup", self.user.and_then(|(_, group)| group).map(|group| json!(group))),
            ("capabilities", self.capabilities()),
        ]);
        let properties = object([
            ("image", Some(json!(self.image))),
            ("command", some(&[self.command.clone(), self.arguments.clone()].concat())),
            ("ports", some(&self.ports("port", None))),
            ("environmentVariables", some(&variables)),
            ("volumeMounts", some(&self.mounts(app, "name", "mountPath"))),
            ("resources", Some(json!({ "requests": requests, "limits": limits }))),
            ("livenessProbe", self.probe.as_ref().map(|command| json!({ "exec": { "command": command } }))),
            ("securityContext", Some(security)),
        ]);
        json!({ "name": format!("c{index}"), "properties": properties })
    }

    fn service(&self, app: &App) -> Value {
        let variables: Map<String, Value> = self.literals().map(|(name, value)| (name.clone(), json!(value))).collect();
        let options: &[&str] = if self.is_held { &["no-new-privileges:true"] } else { &[] };
        let volume = |(volume, read_only): &(usize, Option<bool>)| {
            let folder = &app.volumes[*volume].1;
            object([
                ("type", Some(json!(if folder.is_some() { "bind" } else { "tmpfs" }))),
                ("source", folder.as_ref().map(|folder| json!(folder))),
                ("target", Some(json!(format!("/mount/{volume}")))),
                ("read_only", flag(*read_only)),
            ])
        };
        let volumes: Vec<Value> = self.mounts.iter().map(volume).collect();
        let mode = |is_host: Option<bool>, other: &'static str| {
            is_host.map(|is_host| json!(if is_host { "host" } else { other }))
        };
        let reserved = self.cpu_set_aside.map(|it| json!({ "cpus": (f64::from(it) / 8.0).to_string() }));
        object([
            ("image", Some(json!(self.image))),
            ("entrypoint", some(&self.command)),
            ("command", some(&self.arguments)),
            ("user", self.user()),
            ("privileged", flag(self.privileged)),
            ("read_only", flag(self.read_only)),
            ("security_opt", some(options)),
            ("cap_add", some(&self.added)),
            ("cap_drop", some(&self.dropped)),
            ("ports", some(&self.ports("target", Some("published")))),
            ("environment", Some(Value::Object(variables))),
            ("volumes", some(&volumes)),
            ("mem_limit", self.memory.map(|it| json!(format!("{it}m")))),
            ("mem_reservation", self.memory_set_aside.map(|it| json!(format!("{it}MB")))),
            ("deploy", reserved.map(|it| json!({ "resources": { "reservations": it } }))),
            ("healthcheck", self.test().map(|test| json!({ "test": test }))),
            ("tty", flag(self.terminal)),
            ("stdin_open", flag(self.interactive)),
            ("network_mode", mode(app.host_network, "bridge")),
            ("pid", mode(app.host_processes, "service:other")),
            ("ipc", mode(app.host_ipc, "private")),
        ])
    }
}

impl App {
    fn each(&self, declare: impl Fn(usize, &One) -> Value) -> Vec<Value> {
        self.containers.iter().enumerate().map(|(index, one)| declare(index, one)).collect()
    }

    pub fn pod(&self) -> Value {
        let volume = |(name, path): &(String, Option<String>)| match path {
            Some(path) => json!({ "name": name, "hostPath": { "path": path } }),
            None => json!({ "name": name, "emptyDir": {} }),
        };
        let spec = object([
            ("hostNetwork", flag(self.host_network)),
            ("hostPID", flag(self.host_processes)),
            ("hostIPC", flag(self.host_ipc)),
            ("volumes", some(&self.volumes.iter().map(volume).collect::<Vec<_>>())),
            ("containers", some(&self.each(|index, one| one.pod(index, self)))),
        ]);
        json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "app" }, "spec": spec })
    }

    pub fn task(&self) -> Value {
        let mode = |is_host: Option<bool>, other: &'static str| {
            is_host.map(|is_host| json!(if is_host { "host" } else { other }))
        };
        let volume = |(name, path): &(String, Option<String>)| match path {
            Some(path) => json!({ "name": name, "host": { "sourcePath": path } }),
            None => json!({ "name": name }),
        };
        object([
            ("family", Some(json!("app"))),
            ("networkMode", mode(self.host_network, "bridge")),
            ("pidMode", mode(self.host_processes, "task")),
            ("ipcMode", mode(self.host_ipc, "task")),
            ("volumes", some(&self.volumes.iter().map(volume).collect::<Vec<_>>())),
            ("containerDefinitions", some(&self.each(|index, one| one.task(index, self)))),
        ])
    }

    pub fn group(&self) -> Value {
        let volumes: Vec<Value> =
            self.volumes.iter().map(|(name, _)| json!({ "name": name, "emptyDir": {} })).collect();
        let containers = self.each(|index, one| one.group(index, self));
        json!({
            "name": "app",
            "type": "Microsoft.ContainerInstance/containerGroups",
            "properties": { "volumes": volumes, "containers": containers },
        })
    }

    pub fn project(&self) -> Value {
        let services: Map<String, Value> =
            self.containers.iter().enumerate().map(|(index, one)| (format!("c{index}"), one.service(self))).collect();
        json!({ "services": services })
    }
}

/// The task definition as CloudFormation spells it.
pub fn cloudformation(task: &Value) -> Value {
    let properties = capitalised(task);
    json!({ "Resources": { "App": { "Type": "AWS::ECS::TaskDefinition", "Properties": properties } } })
}

fn capitalised(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let (first, rest) = name.split_at(1);
                (format!("{}{rest}", first.to_uppercase()), capitalised(value))
            };
            Value::Object(members.iter().map(member).collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(capitalised).collect()),
        other => other.clone(),
    }
}

/// The task definition in a plan of Terraform.
pub fn plan(task: &Value) -> Value {
    let volume = |volume: &Value| json!({ "name": volume["name"], "host_path": volume["host"]["sourcePath"] });
    let volumes: Vec<Value> = task["volumes"].as_array().unwrap().iter().map(volume).collect();
    let values = json!({
        "family": "app",
        "network_mode": task["networkMode"],
        "pid_mode": task["pidMode"],
        "ipc_mode": task["ipcMode"],
        "volume": volumes,
        "container_definitions": task["containerDefinitions"].to_string(),
    });
    let resource = json!({ "address": "a", "type": "aws_ecs_task_definition", "name": "a", "values": values });
    json!({ "format_version": "1.2", "planned_values": { "root_module": { "resources": [resource] } } })
}

/// The group in a template of Azure.
pub fn template(group: &Value) -> Value {
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    json!({ "$schema": schema, "resources": [escaped(group)] })
}

/// What begins with a bracket would be an expression.
fn escaped(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with('[') => json!(format!("[{text}")),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), escaped(value))).collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(escaped).collect()),
        other => other.clone(),
    }
}
