//! A container of a task definition.

use boltseal_model::workload::{
    Capabilities, Container, ContainerRole, Device, EnvironmentSource, EnvironmentVariable, Mount, Port, Quantity,
    RegistryCredential, RestartPolicy, Ulimit,
};
use boltseal_model::{Located, ProblemKind, Workload};
use boltseal_yaml::{Node, Value};

use super::{cpu, is_open};
use crate::engine;
use crate::reading::{Reading, key_at};

pub(super) fn read(reading: &mut Reading<'_>, node: &Node<'_>, workload: &mut Workload) -> Container {
    let name = reading.name_at(node, "name").map(|name| name.value).unwrap_or_default();
    let mut container = Container::new(ContainerRole::Main, name, node.at);
    container.image = reading.text_at(node, "image");
    container.command = reading.texts_at(node, "entryPoint");
    container.arguments = reading.texts_at(node, "command");
    container.privileged = reading.flag_at(node, "privileged");
    container.read_only_root = reading.flag_at(node, "readonlyRootFilesystem");
    container.terminal = reading.flag_at(node, "pseudoTerminal");
    container.interactive = reading.flag_at(node, "interactive");
    if let Some(user) = reading.text_at(node, "user") {
        engine::user(&user, &mut container.confinement);
    }
    for option in reading.texts_at(node, "dockerSecurityOptions") {
        engine::security_option(reading, &option, &mut container);
    }
    if let Some(linux) = reading.mapping_at(node, "linuxParameters") {
        linux_parameters(reading, linux, &mut container);
    }
    ports(reading, node, workload, &mut container);
    for node in reading.mappings_at(node, "mountPoints") {
        container.mounts.push(Mount {
            volume: reading.name_at(node, "sourceVolume").unwrap_or_else(|| Located::new(String::new(), node.at)),
            path: reading.name_at(node, "containerPath"),
            read_only: reading.flag_at(node, "readOnly"),
            propagation: None,
        });
    }
    environment(reading, node, &mut container);
    resources(reading, node, &mut container);
    if let Some(check) = reading.mapping_at(node, "healthCheck") {
        container.hooks.extend(engine::health_check(reading.texts_at(check, "command"), check.at));
    }
    let logging = reading.mapping_at(node, "logConfiguration");
    container.log_driver = logging.and_then(|logging| reading.text_at(logging, "logDriver"));
    for node in reading.mappings_at(node, "ulimits") {
        container.ulimits.push(Ulimit {
            name: reading.text_at(node, "name").unwrap_or_else(|| Located::new(String::new(), node.at)),
            soft: reading.integer_at(node, "softLimit"),
            hard: reading.integer_at(node, "hardLimit"),
        });
    }
    for node in reading.mappings_at(node, "systemControls") {
        if let Some(name) = reading.text_at(node, "namespace") {
            workload.sysctls.push((name, reading.name_at(node, "value")));
        }
    }
    let restart = reading.mapping_at(node, "restartPolicy");
    container.restart = restart.and_then(|policy| reading.flag_at(policy, "enabled")).map(|enabled| {
        let when = if enabled.value { "Always" } else { "Never" };
        RestartPolicy { when: Located::new(when.to_owned(), enabled.at), attempts: None }
    });
    if let Some(credentials) = reading.mapping_at(node, "repositoryCredentials") {
        let password = reading.name_at(credentials, "credentialsParameter").map(EnvironmentSource::Secret);
        container.registry = Some(RegistryCredential { at: credentials.at, server: None, user: None, password });
    }
    container
}

fn linux_parameters(reading: &mut Reading<'_>, node: &Node<'_>, container: &mut Container) {
    container.init_process = reading.flag_at(node, "initProcessEnabled");
    let capabilities = reading.mapping_at(node, "capabilities");
    container.capabilities = capabilities.map(|node| Capabilities {
        at: node.at,
        add: reading.texts_at(node, "add").into_iter().map(engine::capability).collect(),
        drop: reading.texts_at(node, "drop").into_iter().map(engine::capability).collect(),
    });
    for node in reading.mappings_at(node, "devices") {
        let permissions = reading.texts_at(node, "permissions");
        let letters = permissions.iter().filter_map(|word| match word.value.as_str() {
            "read" => Some('r'),
            "write" => Some('w'),
            "mknod" => Some('m'),
            _ => None,
        });
        let letters: String = letters.collect();
        container.devices.push(Device {
            at: node.at,
            host: reading.text_at(node, "hostPath"),
            container: reading.text_at(node, "containerPath"),
            permissions: permissions.first().map(|first| Located::new(letters, first.at)),
        });
    }
}

/// In the mode `awsvpc` a task has addresses of its own, so that what is called a port of the host is none.
fn ports(reading: &mut Reading<'_>, node: &Node<'_>, workload: &Workload, container: &mut Container) {
    let has_own_address = workload.network.mode.as_ref().is_some_and(|mode| mode.value == "awsvpc");
    for node in reading.mappings_at(node, "portMappings") {
        let protocol = reading.text_at(node, "protocol");
        let host = reading.integer_at(node, "hostPort").filter(|_| !has_own_address);
        let mut port = Port {
            name: None,
            container: reading.integer_at(node, "containerPort"),
            host,
            host_address: None,
            protocol: protocol.map(|it| Located::new(it.value.to_ascii_uppercase(), it.at)),
            last: None,
        };
        if let Some(range) = reading.text_at(node, "containerPortRange") {
            match engine::exposed(&range.value, range.at) {
                Some(several) => (port.container, port.last) = (several.container, several.last),
                None => {
                    let node = Node::new(Value::Text(range.value.into()), range.at);
                    reading.wrong(&node, "containerPortRange", "ports, as 8000-8010");
                }
            }
        }
        container.ports.push(port);
    }
}

fn environment(reading: &mut Reading<'_>, node: &Node<'_>, container: &mut Container) {
    for node in reading.mappings_at(node, "environment") {
        let name = reading.name_at(node, "name").unwrap_or_else(|| Located::new(String::new(), node.at));
        let source = if is_open(node, "value") {
            EnvironmentSource::Deployer {}
        } else {
            EnvironmentSource::literal(reading.text_at(node, "value").map(|value| value.value).unwrap_or_default())
        };
        container.environment.push(EnvironmentVariable { name, source });
    }
    for node in reading.mappings_at(node, "secrets") {
        let name = reading.name_at(node, "name").unwrap_or_else(|| Located::new(String::new(), node.at));
        match reading.name_at(node, "valueFrom") {
            Some(from) => {
                container.environment.push(EnvironmentVariable { name, source: EnvironmentSource::Secret(from) });
            }
            None => reading.problem_at(ProblemKind::Missing, node.at, "a secret without `valueFrom`"),
        }
    }
    for node in reading.mappings_at(node, "environmentFiles") {
        if let Some(file) = reading.name_at(node, "value") {
            let name = Located::new(String::new(), node.at);
            container.environment.push(EnvironmentVariable { name, source: EnvironmentSource::Configuration(file) });
        }
    }
}

/// Units of processors are set aside, not a limit, on Linux. Nought is nothing.
fn resources(reading: &mut Reading<'_>, node: &Node<'_>, container: &mut Container) {
    let mut amount = |key: &str, name: &str| {
        let number = reading.integer_at(node, key).filter(|number| number.value > 0)?;
        let units = u64::try_from(number.value).ok()?;
        let spelled = if name == "cpu" { cpu(units)? } else { format!("{units}Mi") };
        let name = Located::new(name.to_owned(), key_at(node, key));
        Some(Quantity { name, amount: Located::new(spelled, number.at) })
    };
    let requests = [amount("cpu", "cpu"), amount("memoryReservation", "memory")];
    let limit = amount("memory", "memory");
    container.resources.requests.extend(requests.into_iter().flatten());
    container.resources.limits.extend(limit);
    for node in reading.mappings_at(node, "resourceRequirements") {
        let (kind, value) = (reading.text_at(node, "type"), reading.amount_at(node, "value"));
        if let (Some(kind), Some(amount)) = (kind, value) {
            let name = Located::new(kind.value.to_ascii_lowercase(), kind.at);
            container.resources.limits.push(Quantity { name, amount });
        }
    }
}
