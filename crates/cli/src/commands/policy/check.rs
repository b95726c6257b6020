//! `boltseal policy check`

use boltseal_posture::schemas;

use super::load::{load, say};
use crate::arguments::PolicyCheck;
use crate::commands::write;
use crate::exit::Exit;
use crate::{Outcome, places};

/// Reads policies, and says what is wrong with them.
pub fn run(arguments: &PolicyCheck) -> Outcome {
    let (library, mistakes) = load(&arguments.files, &schemas())?;
    say(&mistakes);
    let today = places::today().and_then(places::day);
    for policy in today.map(|_| library.policies.as_slice()).unwrap_or_default() {
        for exemption in today.into_iter().flat_map(|today| policy.expired(today)) {
            let excuse = &exemption.excuse;
            let (id, end, owner) = (&policy.id, excuse.expires, &excuse.owner);
            anstream::eprintln!("an exemption from {id} expired on {end}; ask {owner} to renew or drop it");
        }
    }
    let (policies, sets) = (library.policies.len(), library.sets.len());
    write(None, &format!("{policies} policies, {sets} sets, {} mistakes\n", mistakes.len()))?;
    Ok(if mistakes.is_empty() { Exit::Clean } else { Exit::Usage })
}
