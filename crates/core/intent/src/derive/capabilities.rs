//! Capabilities that a container needs: an estimate.
//!
//! Who is not root has none, whatever its programs could do with them. Of root's, those count for which a program that is come to
//! makes a system call.

use boltseal_model::{Origin, Port, Stated};

use super::system_calls::Calls;

/// Ports below it are for whoever has a capability, unless the platform says otherwise.
const FIRST_FREE_PORT: u16 = 1024;

/// A capability, and the system calls that nobody makes without it. Source: capabilities(7).
const NEEDED: [(&str, &[&str]); 15] = [
    ("CAP_BPF", &["bpf"]),
    ("CAP_CHOWN", &["chown", "fchown", "fchownat", "lchown"]),
    ("CAP_DAC_READ_SEARCH", &["open_by_handle_at"]),
    ("CAP_MKNOD", &["mknod", "mknodat"]),
    ("CAP_PERFMON", &["perf_event_open"]),
    ("CAP_SETGID", &["setgid", "setgroups", "setregid", "setresgid"]),
    ("CAP_SETUID", &["setresuid", "setreuid", "setuid"]),
    (
        "CAP_SYS_ADMIN",
        &[
            "fsmount",
            "mount",
            "move_mount",
            "open_tree",
            "pivot_root",
            "setdomainname",
            "sethostname",
            "setns",
            "umount2",
            "unshare",
        ],
    ),
    ("CAP_SYS_BOOT", &["kexec_file_load", "kexec_load", "reboot"]),
    ("CAP_SYS_CHROOT", &["chroot"]),
    ("CAP_SYS_MODULE", &["delete_module", "finit_module", "init_module"]),
    ("CAP_SYS_PTRACE", &["process_vm_readv", "process_vm_writev", "ptrace"]),
    ("CAP_SYS_RAWIO", &["ioperm", "iopl"]),
    ("CAP_SYS_TIME", &["clock_adjtime", "clock_settime", "settimeofday"]),
    ("CAP_SYSLOG", &["syslog"]),
];

pub(super) fn of(user: Option<&Stated<String>>, ports: &[Stated<Port>], calls: &Calls) -> Vec<Stated<String>> {
    let stated =
        |name: &str, evidence| Stated { value: name.to_owned(), origin: Origin::Derived, evidence: Some(evidence) };
    let mut needed = Vec::new();
    if let Some(port) = ports.iter().map(|port| port.value.number).find(|port| (1..FIRST_FREE_PORT).contains(port)) {
        needed.push(stated("CAP_NET_BIND_SERVICE", format!("EXPOSE {port}")));
    }
    if user.is_none_or(|user| is_root(&user.value)) {
        for (capability, made) in NEEDED {
            let made = made.iter().find_map(|call| Some(format!("{call} in {}", calls.get(call)?)));
            needed.extend(made.map(|evidence| stated(capability, evidence)));
        }
    }
    needed.sort();
    needed
}

fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or_default();
    name == "root" || name.parse() == Ok(0_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_has_what_its_programs_could_use() {
        let calls = Calls::from([("chown", "/bin/chown".to_owned()), ("read", "/bin/cat".to_owned())]);
        let user = |name: &str| Some(Stated { value: name.to_owned(), origin: Origin::Derived, evidence: None });
        let needed =
            |name: &str| of(user(name).as_ref(), &[], &calls).into_iter().map(|it| it.value).collect::<Vec<_>>();
        assert_eq!(needed("root"), ["CAP_CHOWN"]);
        assert_eq!(needed("0:1000"), ["CAP_CHOWN"]);
        assert_eq!(needed("app"), [""; 0]);
    }

    #[test]
    fn every_system_call_that_is_asked_for_exists() {
        let names: Vec<&str> = (0..512).filter_map(|number| crate::Processor::X86_64.name(number)).collect();
        for (capability, calls) in NEEDED {
            for call in calls {
                assert!(names.contains(call), "{capability}: {call}");
            }
        }
    }
}
