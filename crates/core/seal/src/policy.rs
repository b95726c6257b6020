//! What names a policy.

use boltseal_model::{Digest, Severity};
use sha2::{Digest as _, Sha256};

use crate::envelope::digest_of;

/// The digest of a policy: SHA-256 over what decides, in one order. `texts` are the files of rules, sets and exemptions that count.
///
/// Neither the names of files nor their order count, since they decide nothing, nor does a file that is given twice. What is hashed are
/// lines: `boltseal.policy/v1`, `set NAME` and `fail-on SEVERITY` where there are such, and the SHA-256 of each text in hexadecimal,
/// sorted.
pub fn policy_digest(texts: &[&[u8]], set: Option<&str>, fail_on: Option<Severity>) -> Digest {
    let mut lines = vec!["boltseal.policy/v1".to_owned()];
    // Names of sets have no line ends; were one to have some, it must not pass for two lines.
    lines.extend(set.map(|set| format!("set {}", set.escape_default())));
    lines.extend(fail_on.map(|severity| format!("fail-on {severity}")));
    let mut hashes: Vec<String> = texts.iter().map(|text| digest_of(text).hex().to_owned()).collect();
    hashes.sort();
    hashes.dedup();
    lines.append(&mut hashes);
    Digest::sha256(&Sha256::digest(lines.join("\n")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_counts_and_nothing_else() {
        let one = policy_digest(&[b"a", b"b"], Some("strict"), Some(Severity::High));
        assert_eq!(one, policy_digest(&[b"b", b"a", b"b"], Some("strict"), Some(Severity::High)));
        for other in [
            policy_digest(&[b"a", b"c"], Some("strict"), Some(Severity::High)),
            policy_digest(&[b"a"], Some("strict"), Some(Severity::High)),
            policy_digest(&[b"ab"], Some("strict"), Some(Severity::High)),
            policy_digest(&[b"a", b"b"], Some("baseline"), Some(Severity::High)),
            policy_digest(&[b"a", b"b"], None, Some(Severity::High)),
            policy_digest(&[b"a", b"b"], Some("strict"), None),
            policy_digest(&[b"a", b"b"], Some("strict"), Some(Severity::Low)),
        ] {
            assert_ne!(one, other);
        }
    }
}
