//! Any text as a file of a host.
#![no_main]

use boltseal_host::readers;
use boltseal_model::host::{DockerSettings, Podman};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let _ = readers::parse_rules(&text);
    let _ = readers::parse_config(&text);
    let _ = readers::parse_daemon(&text);
    let words: Vec<String> = text.split('\0').map(str::to_owned).collect();
    readers::parse_arguments(&words, &mut DockerSettings::default());
    let _ = readers::parse_kubelet(&text);
    let _ = readers::parse_encryption(&text);
    let _ = readers::parse_listeners(&text);
    let _ = readers::parse_static_pod(&text, "etcd");
    let _ = readers::parse_containers(&text, &mut Podman::default());
    let _ = readers::parse_policy(&text);
    let _ = readers::parse_registries(&text);
    let _ = readers::parse_mounts(&text);
    let _ = readers::parse_os_release(&text);
    let _ = readers::parse_sshd(&text, &mut |_| Ok(Vec::new()));
});
