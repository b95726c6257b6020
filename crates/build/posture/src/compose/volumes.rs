//! What a service mounts.

use std::collections::HashMap;

use boltseal_model::workload::{Container, Mount, Volume, VolumeSource};
use boltseal_model::{Located, Position, Workload};
use boltseal_yaml::{Node, Value};

use crate::engine;
use crate::reading::{Reading, is_unresolved};

/// The volumes that the file declares and that are folders of the host, by name.
pub(super) struct Declared(HashMap<String, Located<String>>);

impl Declared {
    /// A volume with the options `type: none`, `o: bind` is a folder of the host, however it is called.
    pub(super) fn read(reading: &mut Reading<'_>, file: &Node<'_>) -> Self {
        let mut folders = HashMap::new();
        for entry in reading.mapping_at(file, "volumes").map(Node::counted).unwrap_or_default() {
            let Some(options) = reading.mapping_at(&entry.node, "driver_opts") else { continue };
            let is_bound =
                reading.text_at(options, "o").is_some_and(|it| it.value.split(',').any(|it| it.contains("bind")));
            if let Some(device) = reading.text_at(options, "device").filter(|_| is_bound) {
                folders.insert(entry.key.clone().into_owned(), device);
            }
        }
        Self(folders)
    }

    fn source(&self, kind: Located<String>, source: Option<Located<String>>) -> VolumeSource {
        let folder = source.as_ref().filter(|_| kind.value == "volume").and_then(|source| self.0.get(&source.value));
        match folder {
            Some(folder) => VolumeSource::new(Located::new("hostPath".to_owned(), kind.at), Some(folder.clone())),
            None => VolumeSource::new(engine::volume_kind(kind), source),
        }
    }
}

pub(super) fn read(
    reading: &mut Reading<'_>,
    service: &Node<'_>,
    declared: &Declared,
    container: &mut Container,
    workload: &mut Workload,
) {
    let mut add = |mount: Mount, source: VolumeSource, at: Position| {
        workload.volumes.push(Volume { name: mount.volume.value.clone(), at, sources: vec![source] });
        container.mounts.push(mount);
    };
    for node in reading.list_at(service, "volumes") {
        match &node.value {
            Value::Mapping(_) => {
                let (mount, source) = long(reading, node, declared);
                add(mount, source, node.at);
            }
            Value::Text(text) if !is_unresolved(node) => {
                let (mount, source) = short(text, node.at, declared);
                add(mount, source, node.at);
            }
            _ => reading.wrong(node, "volumes", "a volume, as source:/target:ro"),
        }
    }
    let folders = match service.child("tmpfs") {
        Some(Node { value: Value::List(_), .. }) => reading.texts_at(service, "tmpfs"),
        _ => reading.text_at(service, "tmpfs").into_iter().collect(),
    };
    for folder in folders {
        let path = folder.value.split(':').next().unwrap_or_default().to_owned();
        let kind = Located::new("emptyDir".to_owned(), folder.at);
        add(mount(&folder.value, Some(path), folder.at), VolumeSource::new(kind, None), folder.at);
    }
    for (key, kind) in [("secrets", "secret"), ("configs", "configMap")] {
        for node in reading.list_at(service, key) {
            let (name, path) = match &node.value {
                Value::Mapping(_) => (reading.name_at(node, "source"), reading.name_at(node, "target")),
                Value::Text(text) => (Some(Located::new(text.clone().into_owned(), node.at)), None),
                _ => (None, None),
            };
            let Some(name) = name else {
                reading.wrong(node, key, "a name");
                continue;
            };
            let source = VolumeSource::new(Located::new(kind.to_owned(), node.at), Some(name.clone()));
            add(Mount { volume: name, path, read_only: None, propagation: None }, source, node.at);
        }
    }
    if let Some(flag) = reading.flag_at(service, "use_api_socket").filter(|flag| flag.value) {
        let socket = "/var/run/docker.sock";
        let kind = Located::new("hostPath".to_owned(), flag.at);
        let source = VolumeSource::new(kind, Some(Located::new(socket.to_owned(), flag.at)));
        add(mount(socket, Some(socket.to_owned()), flag.at), source, flag.at);
    }
}

fn mount(name: &str, path: Option<String>, at: Position) -> Mount {
    let located = |text: String| Located::new(text, at);
    Mount { volume: located(name.to_owned()), path: path.map(located), read_only: None, propagation: None }
}

/// `source:/target:ro`, where the source may be missing, and may be a path of Windows.
fn short(text: &str, at: Position, declared: &Declared) -> (Mount, VolumeSource) {
    let drive = text.as_bytes();
    let has_drive = matches!(drive, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    let from = if has_drive { 2 } else { 0 };
    let colon = text.get(from..).and_then(|rest| rest.find(':')).map(|index| from + index);
    let located = |text: &str| Located::new(text.to_owned(), at);
    let Some((source, rest)) = colon.and_then(|colon| Some((text.get(..colon)?, text.get(colon + 1..)?))) else {
        let source = VolumeSource::new(located("volume"), None);
        return (mount(text, Some(text.to_owned()), at), source);
    };
    let (target, modes) = match rest.rsplit_once(':') {
        Some((target, modes)) if !modes.contains(['/', '\\']) => (target, modes),
        _ => (rest, ""),
    };
    let mut found = mount(source, Some(target.to_owned()), at);
    for mode in modes.split(',') {
        match mode {
            "ro" => found.read_only = Some(Located::new(true, at)),
            "rw" => found.read_only = Some(Located::new(false, at)),
            mode if mode.trim_start_matches('r') == "shared"
                || mode.ends_with("slave")
                || mode.ends_with("private") =>
            {
                found.propagation = Some(engine::propagation(located(mode)));
            }
            _ => {}
        }
    }
    let is_folder = has_drive || source.starts_with(['.', '/', '~', '\\']);
    let kind = located(if is_folder { "bind" } else { "volume" });
    (found, declared.source(kind, Some(located(source))))
}

fn long(reading: &mut Reading<'_>, node: &Node<'_>, declared: &Declared) -> (Mount, VolumeSource) {
    let kind = reading.text_at(node, "type").unwrap_or_else(|| Located::new("volume".to_owned(), node.at));
    let source = if kind.value == "bind" { reading.text_at(node, "source") } else { reading.name_at(node, "source") };
    let path = reading.name_at(node, "target");
    let name = source.clone().or_else(|| path.clone()).unwrap_or_else(|| Located::new(String::new(), node.at));
    let bind = reading.mapping_at(node, "bind");
    let propagation = bind.and_then(|bind| reading.text_at(bind, "propagation"));
    let read_only = reading.flag_at(node, "read_only");
    let mount = Mount { volume: name, path, read_only, propagation: propagation.map(engine::propagation) };
    (mount, declared.source(kind, source))
}
