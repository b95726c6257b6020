//! The operating system, its kernel, its users, and what is mounted.

use std::collections::BTreeMap;

use boltseal_model::host::{Collected, Kernel, Mount, OperatingSystem};

use crate::root::{Found, Reason, Root};

/// A fact that must be there, or the reason.
pub(crate) fn needed<T>(found: Found<T>, path: &str) -> Collected<T> {
    match found {
        Ok(Some(value)) => Collected::Known(value),
        Ok(None) => Collected::unknown(format!("{path}: not there")),
        Err(reason) => Collected::unknown(reason),
    }
}

/// A fact, or the reason; `None` where there is nothing.
pub(crate) fn perhaps<T>(found: Found<T>) -> Option<Collected<T>> {
    match found {
        Ok(value) => value.map(Collected::Known),
        Err(reason) => Some(Collected::unknown(reason)),
    }
}

pub(crate) fn operating_system(root: &Root) -> OperatingSystem {
    let text = ["/etc/os-release", "/usr/lib/os-release"].iter().find_map(|path| root.text(path).ok().flatten());
    text.map(|text| parse_os_release(&text)).unwrap_or_default()
}

/// Distributions that are made to run containers and nothing else, by `ID`, and by `VARIANT_ID` where another shares it.
const CONTAINER_OPTIMISED: &[(&str, &str, &str)] = &[
    ("bottlerocket", "", "bottlerocket"),
    ("cos", "", "cos"),
    ("fedora", "coreos", "fedora-coreos"),
    ("flatcar", "", "flatcar"),
    ("opensuse-microos", "", "opensuse-microos"),
    ("photon", "", "photon"),
    ("rhcos", "", "rhcos"),
    ("rhel", "coreos", "rhcos"),
    ("sl-micro", "", "sl-micro"),
    ("sle-micro", "", "sl-micro"),
    ("talos", "", "talos"),
    ("ubuntu-core", "", "ubuntu-core"),
    ("azurelinux", "container-host", "azure-linux-container-host"),
];

/// Reads `os-release`.
///
/// Source: os-release(5).
pub fn parse_os_release(text: &str) -> OperatingSystem {
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='));
        line.map(|value| value.trim_matches(['"', '\'']).chars().take(200).collect::<String>()).unwrap_or_default()
    };
    let (id, variant) = (value("ID").to_ascii_lowercase(), value("VARIANT_ID").to_ascii_lowercase());
    let known = CONTAINER_OPTIMISED.iter().find(|(of, only, _)| *of == id && (only.is_empty() || *only == variant));
    OperatingSystem {
        version: value("VERSION_ID"),
        name: value("PRETTY_NAME"),
        container_optimised: known.map(|(_, _, name)| (*name).to_owned()),
        id,
    }
}

pub(crate) fn kernel(root: &Root) -> Kernel {
    let line = |path: &str| needed(root.text(path), path).map(|text| text.trim().to_owned());
    let words = |text: String| text.split(',').map(str::to_owned).filter(|word| !word.is_empty()).collect();
    let chosen = |text: String| {
        let chosen = text.split('[').nth(1).and_then(|rest| rest.split(']').next());
        chosen.unwrap_or(&text).trim().to_owned()
    };
    let lockdown = match root.text("/sys/kernel/security/lockdown") {
        // Where the kernel says what guards it, and not this, it has no such thing.
        Ok(None) if root.has("/sys/kernel/security/lsm") => Collected::Known("none".to_owned()),
        found => needed(found, "/sys/kernel/security/lockdown").map(chosen),
    };
    let enforce = perhaps(root.text("/sys/fs/selinux/enforce"));
    let selinux =
        enforce.map(|fact| fact.map(|text| if text.trim() == "1" { "enforcing" } else { "permissive" }.to_owned()));
    let names = |text: String| text.lines().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect();
    Kernel {
        release: line("/proc/sys/kernel/osrelease"),
        security_modules: line("/sys/kernel/security/lsm").map(words),
        lockdown,
        selinux,
        modules: match root.text("/proc/modules") {
            // A kernel that can load none.
            Ok(None) if root.has(KERNEL) => Collected::Known(Vec::new()),
            found => needed(found, "/proc/modules").map(names),
        },
    }
}

/// What is there wherever the kernel can be seen.
const KERNEL: &str = "/proc/sys/kernel";

/// Parameters that have to do with security.
const SYSCTLS: &[&str] = &[
    "fs.protected_fifos",
    "fs.protected_hardlinks",
    "fs.protected_regular",
    "fs.protected_symlinks",
    "fs.suid_dumpable",
    "kernel.core_pattern",
    "kernel.dmesg_restrict",
    "kernel.kexec_load_disabled",
    "kernel.kptr_restrict",
    "kernel.modules_disabled",
    "kernel.perf_event_paranoid",
    "kernel.randomize_va_space",
    "kernel.sysrq",
    "kernel.unprivileged_bpf_disabled",
    "kernel.yama.ptrace_scope",
    "net.core.bpf_jit_harden",
    "net.ipv4.conf.all.accept_redirects",
    "net.ipv4.conf.all.accept_source_route",
    "net.ipv4.conf.all.log_martians",
    "net.ipv4.conf.all.rp_filter",
    "net.ipv4.conf.all.secure_redirects",
    "net.ipv4.conf.all.send_redirects",
    "net.ipv4.conf.default.accept_redirects",
    "net.ipv4.conf.default.accept_source_route",
    "net.ipv4.icmp_echo_ignore_broadcasts",
    "net.ipv4.icmp_ignore_bogus_error_responses",
    "net.ipv4.ip_forward",
    "net.ipv4.tcp_syncookies",
    "net.ipv6.conf.all.accept_ra",
    "net.ipv6.conf.all.accept_redirects",
    "net.ipv6.conf.all.accept_source_route",
    "user.max_user_namespaces",
    "vm.overcommit_memory",
    "vm.panic_on_oom",
    "vm.unprivileged_userfaultfd",
    "kernel.panic",
    "kernel.panic_on_oops",
];

pub(crate) fn sysctls(root: &Root) -> BTreeMap<String, Collected<String>> {
    // A kernel that has not one is one thing, a host whose kernel is not to be seen another.
    let has_any = root.has(KERNEL);
    let mut found = BTreeMap::new();
    for name in SYSCTLS {
        let path = format!("/proc/sys/{}", name.replace('.', "/"));
        if !has_any {
            found.insert((*name).to_owned(), Collected::unknown("/proc/sys: not there"));
        } else if let Some(fact) = perhaps(root.text(&path)) {
            found.insert((*name).to_owned(), fact.map(|text| text.trim().to_owned()));
        }
    }
    found
}

/// Mounts that are kept. A host has one and more for each container.
const MOUNTS: usize = 20_000;

pub(crate) fn mounts(root: &Root) -> Collected<Vec<Mount>> {
    // Those of the first process are those of the host, also for who looks from a container.
    let own = "/proc/self/mounts";
    let found = match root.text("/proc/1/mounts") {
        Err(_) if root.is_own() => root.text(own),
        found => found,
    };
    needed(found, "/proc/1/mounts").map(|text| parse_mounts(&text))
}

/// Reads a list of mounts.
///
/// Source: fstab(5), whose fields it has: blanks in paths are written in octal.
pub fn parse_mounts(text: &str) -> Vec<Mount> {
    let mount = |line: &str| {
        let mut fields = line.split_ascii_whitespace();
        let (device, name, kind, options) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        Some(Mount {
            device: device.to_owned(),
            name: name.replace("\\040", " ").replace("\\011", "\t"),
            kind: kind.to_owned(),
            options: options.split(',').map(|option| option.split('=').next().unwrap_or(option).to_owned()).collect(),
        })
    };
    text.lines().filter_map(mount).take(MOUNTS).collect()
}

/// Users and groups.
pub(crate) struct Groups {
    group: Result<String, Reason>,
    passwd: Result<String, Reason>,
}

impl Groups {
    pub(crate) fn read(root: &Root) -> Self {
        let read = |path: &str| root.text(path).map(Option::unwrap_or_default);
        Self { group: read("/etc/group"), passwd: read("/etc/passwd") }
    }

    fn lines(text: &Result<String, Reason>) -> impl Iterator<Item = Vec<&str>> {
        text.iter().flat_map(|text| text.lines()).map(|line| line.split(':').collect())
    }

    /// The name of a group; empty where it has none.
    pub(crate) fn name(&self, number: i64) -> String {
        let number = number.to_string();
        let line = Self::lines(&self.group).find(|fields| fields.get(2) == Some(&number.as_str()));
        line.and_then(|fields| fields.first().map(|name| (*name).to_owned())).unwrap_or_default()
    }

    /// The users in a group: those that it lists, and those whose own it is.
    pub(crate) fn members(&self, name: &str) -> Collected<Vec<String>> {
        if let (Err(reason), _) | (_, Err(reason)) = (&self.group, &self.passwd) {
            return Collected::unknown(reason.clone());
        }
        let Some(group) = Self::lines(&self.group).find(|fields| fields.first() == Some(&name)) else {
            return Collected::Known(Vec::new());
        };
        let listed = group.get(3).map(|members| members.split(',')).into_iter().flatten();
        let mut members: Vec<String> =
            listed.map(str::trim).filter(|member| !member.is_empty()).map(str::to_owned).collect();
        let own = Self::lines(&self.passwd).filter(|fields| fields.get(3) == group.get(2));
        members.extend(own.filter_map(|fields| fields.first().map(|user| (*user).to_owned())));
        members.sort();
        members.dedup();
        Collected::Known(members)
    }
}
