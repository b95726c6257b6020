//! The policy that the flags name.

use std::collections::BTreeSet;

use anyhow::anyhow;
use boltseal_model::{Digest, Limits};
use boltseal_policy::{Action, Mistake};
use boltseal_posture::Checks;
use boltseal_seal::policy_digest;
use boltseal_seal::predicates::PolicyReference;

use crate::Failure;
use crate::arguments::PolicyFlags;
use crate::commands::policy;

/// Rules of the program and of files, or those that a set takes of them, and what is wrong in the files.
pub fn checks(
    files: &[(String, Vec<u8>)],
    set: Option<&str>,
    limits: &Limits,
) -> Result<(Checks, Vec<Mistake>), Failure> {
    let (checks, mistakes) = Checks::load(files, limits);
    let Some(set) = set else { return Ok((checks, mistakes)) };
    let known = checks.sets().collect::<Vec<_>>().join(", ");
    let unknown = || Failure::usage(anyhow!("there is no set of policies called {set}; there are {known}"));
    Ok((checks.of_set(set).ok_or_else(unknown)?, mistakes))
}

/// A policy to seal by, or to ask for. It is named by what is in it.
pub struct Policy {
    /// The rules.
    pub checks: Checks,
    /// Ids of those that deny.
    pub denying: BTreeSet<String>,
    /// Its digest.
    pub digest: Digest,
    /// What names it in statements.
    pub reference: PolicyReference,
}

impl Policy {
    /// Reads it. A file with a mistake is no policy: nobody could say what was decided by it.
    pub fn load(flags: &PolicyFlags) -> Result<Self, Failure> {
        let files = policy::files(&flags.policy)?;
        let set = flags.policy_set.as_deref();
        let (checks, mistakes) = checks(&files, set, &Limits::default())?;
        if !mistakes.is_empty() {
            policy::say(&mistakes);
            return Err(Failure::usage(anyhow!("the policies have {} mistakes; mend them first", mistakes.len())));
        }
        let denies = checks.rules().into_iter().filter(|rule| rule.action == Action::Deny).map(|rule| rule.policy);
        // The rules that come with the program warn of much; without a set nobody has said that they are to deny.
        let own = |path: &str| set.is_some() || files.iter().any(|(name, _)| name == path);
        let denying = denies.filter(|policy| own(&policy.path)).map(|policy| policy.id.clone()).collect();
        let built_in = checks.texts();
        let texts: Vec<&[u8]> =
            built_in.iter().map(|text| text.as_bytes()).chain(files.iter().map(|(_, text)| text.as_slice())).collect();
        let digest = policy_digest(&texts, set, flags.fail_on);
        let uri = format!("urn:boltseal:policy{}", set.map(|set| format!(":{set}")).unwrap_or_default());
        let reference = PolicyReference::new(&uri, &digest);
        Ok(Self { checks, denying, digest, reference })
    }
}

/// The flags that decided, as they are written.
pub fn words(flags: &PolicyFlags) -> Vec<String> {
    let set = flags.policy_set.iter().map(|set| format!("--policy-set={set}"));
    set.chain(flags.fail_on.iter().map(|severity| format!("--fail-on={severity}"))).collect()
}
