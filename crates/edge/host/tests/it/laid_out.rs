//! A host in a folder: what is collected of its files, and that no link leads out of it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use boltseal_host::{Connection, Facts, Root, collect, warning};
use boltseal_model::Host;
use boltseal_model::host::{Collected, FileKind};
use tempfile::TempDir;

fn host(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn facts(folder: &TempDir) -> Facts {
    collect(&Root::open(folder.path()).unwrap(), &Connection::Usual)
}

fn collected(folder: &TempDir) -> Host {
    facts(folder).host
}

fn known<T>(fact: &Collected<T>) -> &T {
    fact.known().unwrap_or_else(|| panic!("not known"))
}

#[test]
fn an_empty_host_is_unknown_where_facts_must_be_and_silent_where_they_need_not() {
    let host = collected(&host(&[]));
    for reason in [
        host.mounts.known().map(drop),
        host.units.known().map(drop),
        host.kernel.release.known().map(drop),
        host.kernel.security_modules.known().map(drop),
    ] {
        assert_eq!(reason, None);
    }
    assert_eq!(host.kernel.lockdown, Collected::unknown("/sys/kernel/security/lockdown: not there"));
    assert!(host.docker.is_none() && host.ssh.is_none() && host.audit.is_none() && host.kubernetes.is_none());
}

#[test]
fn the_system_its_kernel_and_its_users_are_read() {
    let host = collected(&host(&[
        (
            "etc/os-release",
            "NAME=Fedora\nID=fedora\nVARIANT_ID=coreos\nVERSION_ID=41\nPRETTY_NAME=\"Fedora CoreOS 41\"\n",
        ),
        ("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n"),
        ("proc/sys/kernel/hostname", "node-1\n"),
        ("proc/sys/net/ipv4/ip_forward", "1\n"),
        ("proc/modules", "overlay 151552 0 - Live 0x0\ndccp 1 0 - Live 0x0\n"),
        ("proc/1/mounts", "/dev/vda1 / ext4 rw,relatime 0 0\ntmpfs /a\\040b tmpfs rw,nosuid,size=5k 0 0\n"),
        ("sys/kernel/security/lsm", "lockdown,capability,apparmor"),
        ("sys/kernel/security/lockdown", "none [integrity] confidentiality\n"),
        ("etc/group", "root:x:0:\ndocker:x:999:ann,bob\n"),
        ("etc/passwd", "root:x:0:0::/root:/bin/sh\neve:x:1001:999::/home/eve:/bin/sh\n"),
    ]));
    assert_eq!(host.name, "node-1");
    assert_eq!((host.system.id.as_str(), host.system.version.as_str()), ("fedora", "41"));
    assert_eq!(host.system.container_optimised.as_deref(), Some("fedora-coreos"));
    assert_eq!(known(&host.kernel.security_modules), &["lockdown", "capability", "apparmor"]);
    assert_eq!(known(&host.kernel.lockdown), "integrity");
    assert_eq!(known(&host.kernel.modules), &["overlay", "dccp"]);
    assert_eq!(known(&host.sysctls["net.ipv4.ip_forward"]), "1");
    let mounts = known(&host.mounts);
    assert_eq!(
        (mounts[1].name.as_str(), mounts[1].options.as_slice()),
        ("/a b", &["rw".into(), "nosuid".into(), "size".into()][..])
    );
    assert_eq!(known(&host.docker_group), &["ann", "bob", "eve"], "also those whose own group it is");
}

#[test]
fn what_a_kernel_cannot_do_is_not_what_nobody_saw() {
    let kernel = |files: &[(&str, &str)]| collected(&host(files)).kernel;
    let small = kernel(&[("proc/sys/kernel/osrelease", "6.1.0\n"), ("sys/kernel/security/lsm", "capability")]);
    assert_eq!((known(&small.lockdown).as_str(), known(&small.modules).len()), ("none", 0));
    let unseen = kernel(&[]);
    assert!(unseen.lockdown.known().is_none() && unseen.modules.known().is_none());
}

#[test]
fn units_are_enabled_by_links_and_masked_by_null() {
    let folder = host(&[
        ("usr/lib/systemd/system/rpcbind.service", "[Unit]\n"),
        ("usr/lib/systemd/system/cups.service", "[Unit]\n"),
        ("usr/lib/systemd/system/ssh.service", "[Unit]\n"),
    ]);
    let wants = folder.path().join("etc/systemd/system/multi-user.target.wants");
    fs::create_dir_all(&wants).unwrap();
    symlink("/usr/lib/systemd/system/rpcbind.service", wants.join("rpcbind.service")).unwrap();
    symlink("/usr/lib/systemd/system/cups.service", wants.join("cups.service")).unwrap();
    symlink("/dev/null", folder.path().join("etc/systemd/system/cups.service")).unwrap();
    let host = collected(&folder);
    let units: Vec<_> =
        known(&host.units).iter().map(|unit| (unit.name.as_str(), unit.is_enabled, unit.is_masked)).collect();
    assert_eq!(units, [("cups.service", false, true), ("rpcbind.service", true, false), ("ssh.service", false, false)]);
}

#[test]
fn the_first_setting_of_ssh_counts_and_those_for_some_do_not() {
    let host = collected(&host(&[
        (
            "etc/ssh/sshd_config",
            "Include /etc/ssh/sshd_config.d/*.conf\n# PermitRootLogin no\nPermitRootLogin yes\nMaxAuthTries=3 # few\nMatch User ann\n  PasswordAuthentication no\n",
        ),
        ("etc/ssh/sshd_config.d/10-root.conf", "PermitRootLogin no\n"),
        ("etc/ssh/sshd_config.d/20-root.conf", "permitrootlogin prohibit-password\nX11Forwarding \"no\"\n"),
        ("etc/ssh/sshd_config.d/notes.txt", "PermitEmptyPasswords yes\n"),
    ]));
    let ssh = known(host.ssh.as_ref().unwrap());
    assert!(ssh.has_match);
    let settings: Vec<(&str, &str)> =
        ssh.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(settings, [("maxauthtries", "3"), ("permitrootlogin", "no"), ("x11forwarding", "no")]);
}

#[test]
fn files_that_include_each_other_leave_ssh_unknown() {
    let host = collected(&host(&[("etc/ssh/sshd_config", "Include sshd_config\nPermitRootLogin no\n")]));
    assert!(host.ssh.unwrap().known().is_none());
}

#[test]
fn rules_of_the_audit_daemon_say_what_is_watched() {
    let host = collected(&host(&[
        (
            "etc/audit/rules.d/docker.rules",
            "## docker\n-w /etc/docker/ -k docker\n-a always,exit -F path=/usr/bin/runc -F perm=x -k docker\n\
             -a exit,never -F dir=/var/lib/docker/overlay2\n-a always,exit -F arch=b64 -S init_module,finit_module -k m\n-e 2\n",
        ),
        ("etc/audit/rules.d/off.disabled", "-w /etc/passwd\n"),
    ]));
    let audit = known(host.audit.as_ref().unwrap());
    assert_eq!(audit.watches, ["/etc/docker", "/usr/bin/runc"], "what never is recorded is not watched");
    assert_eq!(audit.calls, ["finit_module", "init_module"]);
    assert_eq!((audit.is_immutable, audit.is_enabled, audit.rules), (true, false, 4));
}

#[test]
fn docker_is_configured_by_its_file_and_its_command_line() {
    let folder = host(&[
        ("etc/docker/daemon.json", r#"{"icc": false, "tlskey": "/etc/docker/key.pem"}"#),
        ("etc/docker/key.pem", "hunter2"),
        ("etc/docker/certs.d/registry.example/ca.crt", "c"),
        ("proc/7/comm", "dockerd\n"),
        ("proc/7/cmdline", "/usr/bin/dockerd\0-H\0unix:///elsewhere.sock\0--iptables=false\0"),
        ("proc/9/comm", "dockerd\n"),
        ("proc/9/cmdline", "/usr/bin/dockerd\0-H\0fd://\0--log-opt\0token=hunter2\0--live-restore\0"),
    ]);
    fs::set_permissions(folder.path().join("etc/docker/key.pem"), fs::Permissions::from_mode(0o4640)).unwrap();
    let facts = facts(&folder);
    assert!(!facts.document().contains("hunter2"), "{}", facts.document());
    let docker = facts.host.docker.as_ref().unwrap();
    let settings = known(&docker.settings);
    assert_eq!(
        (settings.icc, settings.live_restore, settings.iptables),
        (Some(false), Some(true), None),
        "another daemon's flags"
    );
    let reason = docker.engine.clone();
    assert_eq!(reason, Collected::unknown("no socket of Docker at /run/docker.sock; is it running?"));
    let file = |role: &str| facts.host.files.iter().find(|file| file.role == role).unwrap();
    let key = file("docker-key").state.known().unwrap();
    assert_eq!((key.mode.as_str(), key.kind), ("4640", FileKind::File));
    assert_eq!(file("registry-certificate").name, "/etc/docker/certs.d/registry.example/ca.crt");
    assert_eq!(file("docker-folder").state.known().unwrap().kind, FileKind::Folder);
}

#[test]
fn settings_of_a_daemon_are_not_those_of_another_engine() {
    let folder = host(&[
        ("etc/docker/daemon.json", "{}"),
        ("proc/9/comm", "dockerd\n"),
        ("proc/9/cmdline", "/usr/bin/dockerd\0-H\0fd://\0--icc=false\0"),
    ]);
    let of = |socket: &str| {
        let connection = Connection::Socket(socket.into());
        collect(&Root::open(folder.path()).unwrap(), &connection).host.docker.unwrap().settings
    };
    assert_eq!(known(&of("/var/run/docker.sock")).icc, Some(false), "systemd opens that socket for it");
    assert!(of("/run/podman/podman.sock").known().is_none());
}

#[test]
fn a_file_of_docker_that_cannot_be_understood_leaves_its_settings_and_its_files_unknown() {
    let folder =
        host(&[("etc/docker/daemon.json", "{"), ("proc/1/comm", "init\n"), ("proc/1/cmdline", "/sbin/init\0")]);
    let host = collected(&folder);
    let docker = host.docker.unwrap();
    assert!(docker.settings.known().is_none(), "{docker:?}");
    let key = host.files.iter().find(|file| file.role == "docker-key").unwrap();
    assert!(key.state.known().is_none(), "nobody knows where it is");
}

#[test]
fn no_link_of_a_host_leads_out_of_its_folder() {
    let outside = host(&[("secret", "root:x:0:\ndocker:x:1:outsider\n"), ("folder/rules", "-w /outside\n")]);
    let folder = host(&[("etc/passwd", "")]);
    let at = |path: &str| folder.path().join(path);
    symlink(outside.path().join("secret"), at("etc/group")).unwrap();
    fs::create_dir_all(at("etc/audit")).unwrap();
    symlink(format!("../../../../../../../../..{}", outside.path().join("folder").display()), at("etc/audit/rules.d"))
        .unwrap();
    // Within the host an absolute link begins at the folder.
    write(folder.path(), "usr/lib/os-release", "ID=flatcar\n");
    symlink("/usr/lib/os-release", at("etc/os-release")).unwrap();
    let facts = facts(&folder);
    assert!(!facts.document().contains("outsider") && !facts.document().contains("/outside"), "{}", facts.document());
    assert_eq!(facts.host.system.container_optimised.as_deref(), Some("flatcar"));
}

#[test]
fn a_container_is_taken_for_a_host_only_where_the_host_is_mounted() {
    let folder = host(&[(".dockerenv", "")]);
    assert_eq!(warning(&Root::open(folder.path()).unwrap()), None, "the host may be a container itself");
    let is_container = ["/.dockerenv", "/run/.containerenv"].iter().any(|mark| Path::new(mark).exists());
    assert_eq!(warning(&Root::open(Path::new("/")).unwrap()).is_some(), is_container);
}

#[test]
fn what_is_no_regular_file_is_not_waited_for() {
    let folder = host(&[("etc/passwd", "")]);
    let status = std::process::Command::new("mkfifo").arg(folder.path().join("etc/group")).status().unwrap();
    assert!(status.success());
    assert_eq!(collected(&folder).docker_group, Collected::unknown("/etc/group: no regular file"));
}

#[test]
fn a_node_of_kubernetes_is_read_from_its_files() {
    let folder = host(&[
        (
            "etc/kubernetes/manifests/kube-apiserver.yaml",
            "kind: Pod\nspec:\n  containers:\n  - name: kube-apiserver\n    command: [kube-apiserver, --anonymous-auth=false, \
             --profiling, --token-auth-file=/etc/t, --some-secret=hunter2]\n",
        ),
        ("etc/kubernetes/manifests/etcd.yaml", "{"),
        (
            "var/lib/kubelet/config.yaml",
            "authentication:\n  anonymous: {enabled: false}\nreadOnlyPort: 0\ntlsCipherSuites: [A, B]\n",
        ),
        ("proc/1/comm", "kubelet\n"),
        ("proc/1/cmdline", "/usr/bin/kubelet\0--config=/var/lib/kubelet/config.yaml\0--hostname-override\0n1\0"),
    ]);
    let facts = facts(&folder);
    assert!(!facts.document().contains("hunter2"));
    let node = facts.host.kubernetes.unwrap();
    let api = known(node.api_server.as_ref().unwrap());
    let setting = |name: &str| api.settings.get(name).map(String::as_str);
    assert_eq!((setting("anonymous-auth"), setting("profiling")), (Some("false"), Some("true")));
    assert_eq!(setting("token-auth-file"), Some("/etc/t"));
    assert!(node.etcd.unwrap().known().is_none(), "it cannot be read");
    assert!(node.scheduler.is_none(), "it is not there");
    let kubelet = known(node.kubelet.as_ref().unwrap());
    let setting = |name: &str| kubelet.settings.get(name).map(String::as_str);
    assert_eq!(setting("authentication.anonymous.enabled"), Some("false"));
    assert_eq!((setting("tlsCipherSuites"), setting("hostname-override")), (Some("A,B"), Some("n1")));
}

#[test]
fn what_listens_is_read_in_the_order_of_its_bytes() {
    let table = "  sl  local_address rem_address   st\n   0: 0100007F:1F90 00000000:0000 0A 0\n   1: 00000000:0949 00000000:0000 0A 0\n   \
                 2: 0100007F:C350 0100007F:1F90 01 0\n";
    let six = "  sl  local_address\n   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0\n   \
               1: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0\n";
    let host = collected(&host(&[("proc/1/net/tcp", table), ("proc/1/net/tcp6", six)]));
    let found: Vec<(&str, i64)> = known(&host.listeners).iter().map(|it| (it.name.as_str(), it.port)).collect();
    assert_eq!(found, [("0.0.0.0", 2377), ("127.0.0.1", 8080), ("::", 22), ("::1", 22)]);
}

#[test]
fn of_the_encryption_of_a_cluster_the_providers_are_known_and_the_keys_are_not() {
    let api =
        "spec:\n  containers:\n  - command: [kube-apiserver, --encryption-provider-config=/etc/kubernetes/enc.yaml]\n";
    let encryption = "resources:\n- resources: [secrets]\n  providers:\n  - aescbc: {keys: [{name: k, secret: hunter2}]}\n  - identity: {}\n";
    let manifest = ("etc/kubernetes/manifests/kube-apiserver.yaml", api);
    let facts = facts(&host(&[manifest, ("etc/kubernetes/enc.yaml", encryption)]));
    assert!(!facts.document().contains("hunter2"));
    let node = facts.host.kubernetes.unwrap();
    assert_eq!(node.encryption, Some(Collected::Known(vec!["aescbc".into(), "identity".into()])));
    let without = collected(&host(&[manifest])).kubernetes.unwrap();
    assert!(without.encryption.unwrap().known().is_none(), "it names a file that is not there");
}

#[test]
fn engines_without_a_daemon_are_read_from_their_files() {
    let host = collected(&host(&[
        (
            "etc/containerd/config.toml",
            "version = 2\n[grpc]\ntcp_address = \"0.0.0.0:1\"\n[plugins.\"io.containerd.grpc.v1.cri\"]\ndisable_apparmor = true\n",
        ),
        ("usr/share/containers/containers.conf", "[containers]\npids_limit = 5\nseccomp_profile = \"/a\"\n"),
        (
            "etc/containers/containers.conf",
            "[containers]\npids_limit = 0\ndefault_capabilities = [\"CAP_SYS_ADMIN\"]\n",
        ),
        ("etc/containers/policy.json", r#"{"default": [{"type": "insecureAcceptAnything"}]}"#),
        ("etc/containers/registries.conf", "[[registry]]\nlocation = \"r.example\"\ninsecure = true\n"),
    ]));
    let containerd = known(host.containerd.as_ref().unwrap());
    assert_eq!((containerd.tcp_address.as_str(), containerd.disable_apparmor), ("0.0.0.0:1", Some(true)));
    let podman = known(host.podman.as_ref().unwrap());
    assert_eq!((podman.pids_limit, podman.seccomp_profile.as_deref()), (Some(0), Some("/a")));
    assert_eq!(podman.default_capabilities.as_deref(), Some(&["SYS_ADMIN".to_owned()][..]));
    assert_eq!(
        (podman.accepts_any_image, podman.insecure_registries.as_slice()),
        (Some(true), &["r.example".to_owned()][..])
    );
}
