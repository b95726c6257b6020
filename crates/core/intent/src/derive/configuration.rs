//! What the configuration of an image says outright.

use boltseal_model::workload::EnvironmentSource;
use boltseal_model::{ImageConfiguration, Origin, Port, Stated, Transport};

/// Folders that programs write to by convention.
const WRITTEN: [&str; 4] = ["/dev/shm", "/run", "/tmp", "/var/tmp"];

/// Endings of files that interpreters and virtual machines run.
const MODULES: [&str; 15] = [
    ".cjs", ".class", ".dll", ".exs", ".jar", ".js", ".lua", ".mjs", ".php", ".pl", ".py", ".rb", ".sh", ".ts", ".war",
];

fn derived<T>(value: T, evidence: &str) -> Stated<T> {
    Stated { value, origin: Origin::Derived, evidence: Some(evidence.to_owned()) }
}

/// The words that a container is started with.
pub(super) fn words(configuration: &ImageConfiguration) -> Vec<&str> {
    configuration.entrypoint.iter().chain(&configuration.command).map(|word| word.value.as_str()).collect()
}

pub(super) fn entry_point(configuration: &ImageConfiguration) -> Option<Stated<Vec<String>>> {
    let words: Vec<String> = words(configuration).into_iter().map(str::to_owned).collect();
    let evidence = match (configuration.entrypoint.is_empty(), configuration.command.is_empty()) {
        (true, _) => "CMD",
        (false, true) => "ENTRYPOINT",
        (false, false) => "ENTRYPOINT and CMD",
    };
    (!words.is_empty()).then(|| derived(words, evidence))
}

/// Without one, containers run as root.
pub(super) fn user(configuration: &ImageConfiguration) -> Option<Stated<String>> {
    let user = configuration.user.as_ref().map(|user| user.value.as_str()).filter(|user| !user.is_empty());
    Some(user.map_or_else(|| derived("root".to_owned(), "no USER"), |user| derived(user.to_owned(), "USER")))
}

pub(super) fn ports(configuration: &ImageConfiguration) -> Vec<Stated<Port>> {
    let mut ports = Vec::new();
    for port in &configuration.ports {
        let protocol = port.protocol.as_ref().map_or("TCP", |protocol| protocol.value.as_str());
        let protocol = match protocol.to_ascii_uppercase().as_str() {
            "TCP" => Transport::Tcp,
            "UDP" => Transport::Udp,
            "SCTP" => Transport::Sctp,
            _ => continue,
        };
        let Some(first) = port.container.as_ref().and_then(|it| u16::try_from(it.value).ok()) else { continue };
        let last = port.last.as_ref().and_then(|it| u16::try_from(it.value).ok()).unwrap_or(first);
        ports.extend((first..=last).map(|number| derived(Port { number, protocol }, "EXPOSE")));
    }
    sorted(ports)
}

pub(super) fn volumes(configuration: &ImageConfiguration) -> Vec<Stated<String>> {
    sorted(configuration.volumes.iter().map(|volume| derived(volume.value.clone(), "VOLUME")).collect())
}

pub(super) fn writable_paths(configuration: &ImageConfiguration) -> Vec<Stated<String>> {
    let written = WRITTEN.into_iter().map(|path| derived(path.to_owned(), "by convention"));
    let volumes = configuration.volumes.iter().map(|volume| derived(volume.value.clone(), "VOLUME"));
    sorted(written.chain(volumes).collect())
}

fn sorted<T: Ord>(mut values: Vec<Stated<T>>) -> Vec<Stated<T>> {
    values.sort();
    values.dedup_by(|later, earlier| later.value == earlier.value);
    values
}

/// A variable of the environment, where its value is known.
pub(super) fn variable<'c>(configuration: &'c ImageConfiguration, name: &str) -> Option<&'c str> {
    let found = configuration.environment.iter().rev().find(|variable| variable.name.value == name)?;
    match &found.source {
        EnvironmentSource::Literal { value, .. } => Some(value.expose()),
        _ => None,
    }
}

/// Paths that the words of a container may name, as files for an interpreter: normalised, without a leading slash, sorted.
pub fn named_files(configuration: &ImageConfiguration) -> Vec<String> {
    let folder = configuration.working_directory.as_ref().map_or("/", |folder| folder.value.as_str());
    let text = words(configuration).join(" ");
    let is_module = |word: &&str| MODULES.iter().any(|ending| word.len() > ending.len() && word.ends_with(ending));
    let words = text.split([' ', '\t', '\n', '"', '\'', ';', '&', '|', '=']);
    let mut files: Vec<String> = words.filter(is_module).map(|word| super::reach::absolute(folder, word)).collect();
    files.sort_unstable();
    files.dedup();
    files
}

#[cfg(test)]
mod tests {
    use boltseal_model::{Located, Position};

    use super::*;

    fn at<T>(value: T) -> Located<T> {
        Located::new(value, Position::default())
    }

    #[test]
    fn files_that_an_interpreter_is_told_to_run_are_found_in_the_words() {
        let configuration = ImageConfiguration {
            entrypoint: vec![at("java".into()), at("-jar".into()), at("/srv/../app/shop.jar".into())],
            command: vec![at("sh".into()), at("-c".into()), at("python3 ./run.py --conf=a.conf".into())],
            working_directory: Some(at("/work".into())),
            ..ImageConfiguration::default()
        };
        assert_eq!(named_files(&configuration), ["app/shop.jar", "work/run.py"]);
    }

    #[test]
    fn ports_are_numbers_with_what_they_carry() {
        let port = |number, last: Option<i64>, protocol: Option<&str>| boltseal_model::workload::Port {
            container: Some(at(number)),
            last: last.map(at),
            protocol: protocol.map(|protocol| at(protocol.to_owned())),
            ..Default::default()
        };
        let ports = vec![
            port(8080, Some(8081), None),
            port(53, None, Some("udp")),
            port(70_000, None, None),
            port(53, None, Some("UDP")),
        ];
        let configuration = ImageConfiguration { ports, ..ImageConfiguration::default() };
        let found: Vec<(u16, Transport)> =
            super::ports(&configuration).iter().map(|it| (it.value.number, it.value.protocol)).collect();
        assert_eq!(found, [(53, Transport::Udp), (8080, Transport::Tcp), (8081, Transport::Tcp)]);
    }
}
