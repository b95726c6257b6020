//! Any text at all gives facts or a reason.

use boltseal_host::readers;
use boltseal_model::host::{DockerSettings, Podman};
use proptest::prelude::*;

/// Pieces that the readers know, so that what they make of them is tried too.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~\n\t]{0,12}",
        Just("Include a*\n".to_owned()),
        Just("Match all\n".to_owned()),
        Just("-w /a -k b\n-a never,exit -F dir=/a -S x\n".to_owned()),
        Just("0: 0100007F:1F90 00000000:0000 0A 0\n".to_owned()),
        Just("resources: [{providers: [{kms: {}}, identity]}]\n".to_owned()),
        Just("[containers]\n".to_owned()),
        Just("[[registry]]\ninsecure = true\n".to_owned()),
        Just("spec: {containers: [{name: etcd, command: [etcd, --a=b, -c, d]}]}\n".to_owned()),
        Just("{\"hosts\": [\"tcp://\"], \"log-opts\": {\"a\": 1}}".to_owned()),
        Just("[plugins.\"x.cri\".containerd.runtimes.a]\n".to_owned()),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn readers_never_panic(text in text()) {
        let _ = readers::parse_rules(&text);
        let _ = readers::parse_config(&text);
        let _ = readers::parse_daemon(&text);
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
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
        // What is included is the text itself: the depth is bounded, and so is the number of files that a host gives.
        let mut room = 50;
        let _ = readers::parse_sshd(&text, &mut |_| {
            room -= 1;
            if room > 0 { Ok(vec![text.clone()]) } else { Err("too many".into()) }
        });
    }
}
