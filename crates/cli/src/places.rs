//! Where things lie on this machine. The only place that reads the environment and the
//! clock, but for flags.

use std::env;
use std::path::PathBuf;
use std::time::SystemTime;

use boltseal_advisory::Date;
use boltseal_host::Connection;
use boltseal_model::{Redacted, Timestamp};
use boltseal_policy::Day;
use boltseal_s3::{Bucket, Location, S3Error, Settings};
use boltseal_scan::{ContainerdPlace, Sockets};

/// Where programs keep a user's data.
pub fn data() -> Option<PathBuf> {
    folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share")))
}

/// Where programs keep what they can make again.
pub fn cache() -> Option<PathBuf> {
    folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))
}

/// A bucket in the store that the variables of the AWS tools describe.
pub fn bucket(location: Location) -> Result<Bucket, S3Error> {
    Ok(Bucket::new(location, Settings::read(&|variable| env::var(variable).ok())?))
}

/// Where engines have their sockets: where their own clients are told to look, then the usual places.
pub fn sockets() -> Sockets {
    let runtime = folder("XDG_RUNTIME_DIR");
    let usual = |told: &str, name: &str, of_the_system: &[&str]| {
        let told = env::var(told).ok().and_then(|host| host.strip_prefix("unix://").map(PathBuf::from));
        let own = runtime.as_ref().map(|runtime| runtime.join(name));
        told.into_iter().chain(own).chain(of_the_system.iter().map(PathBuf::from)).collect()
    };
    Sockets {
        docker: usual("DOCKER_HOST", "docker.sock", &["/var/run/docker.sock"]),
        podman: usual("CONTAINER_HOST", "podman/podman.sock", &["/run/podman/podman.sock"]),
        containerd: containerd(),
    }
}

/// The engine of a host whose files are below a folder: where its own client is told to look, otherwise the usual place there.
pub fn docker() -> Connection {
    match env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty()) {
        None => Connection::Usual,
        Some(host) => match host.strip_prefix("unix://") {
            Some(socket) => Connection::Socket(socket.into()),
            None => Connection::Other(host),
        },
    }
}

/// Where containerd is, by the variables that its own clients read; k3s and Docker bring one of their own.
fn containerd() -> ContainerdPlace {
    let told = env::var("CONTAINERD_ADDRESS").ok().filter(|told| !told.is_empty());
    let told = told.map(|told| PathBuf::from(told.strip_prefix("unix://").unwrap_or(&told)));
    let usual = ["containerd/containerd.sock", "k3s/containerd/containerd.sock", "docker/containerd/containerd.sock"];
    let usual = usual.iter().map(|socket| PathBuf::from("/run").join(socket));
    ContainerdPlace {
        sockets: told.map_or_else(|| usual.collect(), |told| vec![told]),
        namespace: env::var("CONTAINERD_NAMESPACE").ok().filter(|namespace| !namespace.is_empty()),
    }
}

/// Files in which `docker login` and `podman login` store credentials.
pub fn credentials() -> Vec<PathBuf> {
    let docker = folder("DOCKER_CONFIG").or_else(|| Some(folder("HOME")?.join(".docker")));
    let podman = folder("XDG_RUNTIME_DIR").map(|runtime| runtime.join("containers/auth.json"));
    folder("REGISTRY_AUTH_FILE")
        .into_iter()
        .chain(docker.map(|docker| docker.join("config.json")))
        .chain(podman)
        .collect()
}

/// Folders with certificate authorities for single registries.
pub fn certificates() -> Vec<PathBuf> {
    ["/etc/containers/certs.d", "/etc/docker/certs.d"].map(PathBuf::from).into()
}

/// The day by this machine's clock, in UTC.
pub fn today() -> Option<Date> {
    date(now()?)
}

/// A day as policies have it.
pub fn day(date: Date) -> Option<Day> {
    Day::parse(&date.to_string())
}

/// Whole days that passed since a time; `None` for one that is still to come.
pub fn days_since(time: SystemTime) -> Option<u64> {
    Some(time.elapsed().ok()?.as_secs() / 86_400)
}

/// The password for registries. It has no flag: a command line is seen by everybody on the machine.
pub fn registry_password() -> Redacted<String> {
    Redacted::new(env::var("BOLTSEAL_REGISTRY_PASSWORD").unwrap_or_default())
}

/// The password of a key. It has no flag either.
pub fn key_password() -> Option<Redacted<String>> {
    secret("BOLTSEAL_KEY_PASSWORD")
}

/// A secret in the environment.
pub fn secret(variable: &str) -> Option<Redacted<String>> {
    env::var(variable).ok().filter(|value| !value.is_empty()).map(Redacted::new)
}

/// The time by this machine's clock.
pub fn now() -> Option<Timestamp> {
    Timestamp::from_seconds(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs())
}

/// The day of a time, in UTC.
pub fn date(time: Timestamp) -> Option<Date> {
    Date::from_days(u32::try_from(time.seconds() / 86_400).ok()?)
}

fn folder(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}
