//! Files and folders that matter, and what they are for.

use boltseal_model::host::{Collected, Docker, File, FileKind, FileState};
use rustix::fs::{FileType, Stat};

use crate::docker::{Connection, SOCKETS};
use crate::kubernetes::{KUBELET, MANIFESTS};
use crate::root::Root;
use crate::system::Groups;

/// Files with a role. Of several paths the first that is there counts.
const FILES: &[(&str, &[&str])] = &[
    (
        "docker-service",
        &[
            "/etc/systemd/system/docker.service",
            "/usr/lib/systemd/system/docker.service",
            "/lib/systemd/system/docker.service",
        ],
    ),
    (
        "docker-socket-unit",
        &[
            "/etc/systemd/system/docker.socket",
            "/usr/lib/systemd/system/docker.socket",
            "/lib/systemd/system/docker.socket",
        ],
    ),
    ("docker-folder", &["/etc/docker"]),
    ("docker-default", &["/etc/default/docker"]),
    ("docker-sysconfig", &["/etc/sysconfig/docker"]),
    ("docker-program", &["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"]),
    ("containerd-socket", &["/run/containerd/containerd.sock"]),
    ("containerd-folder", &["/run/containerd"]),
    ("containerd-config", &["/etc/containerd/config.toml"]),
    ("containerd-program", &["/usr/bin/containerd", "/usr/local/bin/containerd"]),
    ("containerd-shim", &["/usr/bin/containerd-shim"]),
    ("containerd-shim-runc-v1", &["/usr/bin/containerd-shim-runc-v1"]),
    ("containerd-shim-runc-v2", &["/usr/bin/containerd-shim-runc-v2", "/usr/local/bin/containerd-shim-runc-v2"]),
    ("runc", &["/usr/bin/runc", "/usr/sbin/runc", "/usr/local/sbin/runc"]),
    ("passwd", &["/etc/passwd"]),
    ("shadow", &["/etc/shadow"]),
    ("group", &["/etc/group"]),
    ("gshadow", &["/etc/gshadow"]),
    ("sshd-config", &["/etc/ssh/sshd_config"]),
    ("crontab", &["/etc/crontab"]),
    ("sudoers", &["/etc/sudoers"]),
    ("boot-config", &["/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"]),
    (
        "kubelet-service",
        &[
            "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf",
            "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf",
            "/etc/systemd/system/kubelet.service",
            "/usr/lib/systemd/system/kubelet.service",
            "/lib/systemd/system/kubelet.service",
        ],
    ),
    ("kubelet-kubeconfig", &["/etc/kubernetes/kubelet.conf"]),
    ("kubelet-config", &[KUBELET]),
    ("kubelet-authority", &["/etc/kubernetes/pki/ca.crt"]),
    ("proxy-kubeconfig", &["/var/lib/kube-proxy/kubeconfig.conf"]),
    ("api-server-manifest", &["/etc/kubernetes/manifests/kube-apiserver.yaml"]),
    ("controller-manager-manifest", &["/etc/kubernetes/manifests/kube-controller-manager.yaml"]),
    ("scheduler-manifest", &["/etc/kubernetes/manifests/kube-scheduler.yaml"]),
    ("etcd-manifest", &["/etc/kubernetes/manifests/etcd.yaml"]),
    ("manifest-folder", &[MANIFESTS]),
    ("etcd-data", &["/var/lib/etcd"]),
    ("admin-kubeconfig", &["/etc/kubernetes/admin.conf"]),
    ("super-admin-kubeconfig", &["/etc/kubernetes/super-admin.conf"]),
    ("scheduler-kubeconfig", &["/etc/kubernetes/scheduler.conf"]),
    ("controller-manager-kubeconfig", &["/etc/kubernetes/controller-manager.conf"]),
    ("pki-folder", &["/etc/kubernetes/pki"]),
];

/// Folders every file of which has a role, if its name ends so; with `*` those of the folders in it.
const FOLDERS: &[(&str, &str, &str)] = &[
    ("registry-certificate", "/etc/docker/certs.d/*", ""),
    ("ssh-key", "/etc/ssh", "_key"),
    ("cni-config", "/etc/cni/net.d", ""),
    ("pki-certificate", "/etc/kubernetes/pki", ".crt"),
    ("pki-certificate", "/etc/kubernetes/pki/*", ".crt"),
    ("pki-key", "/etc/kubernetes/pki", ".key"),
    ("pki-key", "/etc/kubernetes/pki/*", ".key"),
];
/// Files of such folders in all.
const MOST: usize = 2_000;

pub(crate) fn collect(root: &Root, groups: &Groups, docker: Option<&Docker>, connection: &Connection) -> Vec<File> {
    let mut looking = Looking { root, groups, files: Vec::new() };
    for (role, paths) in FILES {
        if let Some(path) = root.first(paths) {
            looking.add(path, role);
        }
    }
    for (role, folder, ending) in FOLDERS {
        match folder.strip_suffix("/*") {
            None => looking.add_all(folder, role, ending),
            Some(above) => {
                for name in looking.names(above, role) {
                    looking.add_all(&format!("{above}/{name}"), role, ending);
                }
            }
        }
    }
    if let Some(docker) = docker {
        looking.add_docker(docker, connection);
    }
    let mut files = looking.files;
    files.sort_by(|left, right| (&left.role, &left.name).cmp(&(&right.role, &right.name)));
    files
}

struct Looking<'l> {
    root: &'l Root,
    groups: &'l Groups,
    files: Vec<File>,
}

impl Looking<'_> {
    fn add(&mut self, path: &str, role: &str) {
        match self.root.stat(path) {
            Ok(Some(stat)) => self.push(path, role, Collected::Known(state(&stat, self.groups))),
            Ok(None) => {}
            Err(reason) => self.push(path, role, Collected::unknown(reason)),
        }
    }

    fn push(&mut self, path: &str, role: &str, state: Collected<FileState>) {
        self.files.push(File { name: path.to_owned(), role: role.to_owned(), state });
    }

    fn add_all(&mut self, folder: &str, role: &str, ending: &str) {
        for name in self.names(folder, role) {
            if name.ends_with(ending) {
                self.add(&format!("{folder}/{name}"), role);
            }
        }
    }

    /// The names in a folder. One that cannot be listed stands for the files that nobody sees.
    fn names(&mut self, folder: &str, role: &str) -> Vec<String> {
        let names = match self.root.names(folder) {
            Ok(names) if self.files.len() < MOST => names.unwrap_or_default(),
            Ok(None) => Vec::new(),
            Ok(Some(_)) => {
                self.push(folder, role, Collected::unknown(format!("{folder}: more than {MOST} files before it")));
                return Vec::new();
            }
            Err(reason) => {
                self.push(folder, role, Collected::unknown(reason));
                return Vec::new();
            }
        };
        if names.len() > MOST {
            self.push(folder, role, Collected::unknown(format!("{folder}: more than {MOST} files")));
        }
        names.into_iter().take(MOST).collect()
    }

    /// Files that the settings of the daemon name.
    fn add_docker(&mut self, docker: &Docker, connection: &Connection) {
        let socket = match connection {
            Connection::Socket(path) => Some(path.to_string_lossy().into_owned()),
            _ => self.root.first(SOCKETS).map(str::to_owned),
        };
        if let Some(socket) = socket {
            self.add(&socket, "docker-socket");
        }
        const NAMED: [&str; 5] =
            ["docker-config", "docker-data", "docker-authority", "docker-certificate", "docker-key"];
        match &docker.settings {
            Collected::Known(it) => {
                let (file, data) = (Some(&it.file), Some(&it.data_root));
                let paths = [file, data, it.tls_authority.as_ref(), it.tls_certificate.as_ref(), it.tls_key.as_ref()];
                for (role, path) in NAMED.into_iter().zip(paths) {
                    if let Some(path) = path {
                        self.add(path, role);
                    }
                }
            }
            // Nobody knows where they are.
            Collected::Unknown(reason) => {
                for role in NAMED {
                    self.push(role, role, Collected::Unknown(reason.clone()));
                }
            }
        }
    }
}

fn state(stat: &Stat, groups: &Groups) -> FileState {
    let group = i64::from(stat.st_gid);
    FileState {
        kind: match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => FileKind::File,
            FileType::Directory => FileKind::Folder,
            FileType::Socket => FileKind::Socket,
            _ => FileKind::Other,
        },
        mode: format!("{:04o}", stat.st_mode & 0o7777),
        owner: i64::from(stat.st_uid),
        group,
        group_name: groups.name(group),
    }
}
