//! The way back to container groups of ACI.

use super::ways::{To, Way};

pub(super) static WAYS: &[Way] = &[
    ("Container", "capabilities.add", To::List(&["securityContext", "capabilities", "add"])),
    ("Container", "capabilities.drop", To::List(&["securityContext", "capabilities", "drop"])),
    ("Container", "escalates", To::Value(&["securityContext", "allowPrivilegeEscalation"])),
    ("Container", "privileged", To::Value(&["securityContext", "privileged"])),
];
