//! Transparency logs: that an entry is in the log, by its promise and by its tree.

use boltseal_model::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::bundle::{Entry, Proof};
use super::root::Log;
use crate::base64;

type Hash = [u8; 32];

/// Checks that a log of the root has the entry.
///
/// The times at which the key of the log must have been in use are `times`, and that of the promise if there is one. What is
/// given back is the time of the promise: an entry without one says nothing that can be believed of when it was made.
pub(super) fn verify(entry: &Entry, times: &[Timestamp], logs: &[Log]) -> Result<Option<Timestamp>, &'static str> {
    let of_log: Vec<&Log> = logs.iter().filter(|log| log.id == entry.log_id).collect();
    if of_log.is_empty() {
        return Err("its log is not in the root");
    }
    let promised = entry.promise.as_ref().and(entry.integrated);
    let is_in_use = |log: &&&Log| times.iter().chain(&promised).all(|at| log.valid.contains(*at));
    let log = *of_log.iter().find(is_in_use).ok_or("the key of its log was not trusted at that time")?;
    if let Some(promise) = &entry.promise {
        let signed = promised_bytes(entry).ok_or("its promise has no time")?;
        if !log.key.verifies(log.key.usual_hash(), &signed, promise) {
            return Err("the promise of its log does not hold");
        }
    }
    match &entry.proof {
        // A root of a tree that nobody signed proves nothing. Only version 0.1 may lack it, and has a promise instead.
        Some(Proof { checkpoint: Some(checkpoint), .. }) => verify_proof(entry, checkpoint, log)?,
        _ if entry.promise.is_some() => {}
        _ => return Err("it has neither a promise nor a proof"),
    }
    Ok(promised)
}

/// What a promise is signed over: JSON with sorted keys and no blanks.
///
/// Source: Rekor, `types.md`, "Signed Entry Timestamp".
fn promised_bytes(entry: &Entry) -> Option<Vec<u8>> {
    #[derive(Serialize)]
    struct Promised {
        body: String,
        #[serde(rename = "integratedTime")]
        integrated: u64,
        #[serde(rename = "logID")]
        log_id: String,
        #[serde(rename = "logIndex")]
        index: i64,
    }
    let promised = Promised {
        body: base64::encode(&entry.body),
        integrated: entry.integrated?.seconds(),
        log_id: entry.log_id.iter().map(|byte| format!("{byte:02x}")).collect(),
        index: entry.index,
    };
    serde_json::to_vec(&promised).ok()
}

fn verify_proof(entry: &Entry, checkpoint: &str, log: &Log) -> Result<(), &'static str> {
    let proof = entry.proof.as_ref().ok_or("it has no proof")?;
    let checkpoint = Checkpoint::parse(checkpoint).ok_or("its checkpoint cannot be read")?;
    if !checkpoint.is_signed_by(log) {
        return Err("its checkpoint is not signed by its log");
    }
    if checkpoint.size != proof.size || checkpoint.root.as_slice() != proof.root {
        return Err("its proof is of another tree than its checkpoint");
    }
    let leaf = Sha256::new().chain_update([0]).chain_update(&entry.body).finalize().into();
    let hashes = proof.hashes.iter().map(|hash| Hash::try_from(hash.as_slice()));
    let hashes = hashes.collect::<Result<Vec<_>, _>>().map_err(|_| "a hash of its proof has not 32 bytes")?;
    let root = root_of(leaf, proof.index, proof.size, &hashes).ok_or("its proof has another length than its tree")?;
    if root == checkpoint.root { Ok(()) } else { Err("its proof does not lead to the root of the tree") }
}

/// The root that a proof of inclusion leads to; `None` if it has not exactly the hashes that such a tree needs.
///
/// Source: RFC 9162, section 2.1.3.2.
fn root_of(leaf: Hash, index: u64, size: u64, hashes: &[Hash]) -> Option<Hash> {
    let (mut node, mut last) = (index, size.checked_sub(1).filter(|last| index <= *last)?);
    let mut root = leaf;
    for hash in hashes {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            root = parent(hash, &root);
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            root = parent(&root, hash);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    (last == 0).then_some(root)
}

fn parent(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// What a log says that its tree is, with signatures.
///
/// Source: C2SP, `tlog-checkpoint.md` and `signed-note.md`.
struct Checkpoint<'a> {
    signed: &'a str,
    size: u64,
    root: Hash,
    signatures: Vec<Vec<u8>>,
}

impl<'a> Checkpoint<'a> {
    /// Signatures of one checkpoint that are looked at.
    const SIGNATURES: usize = 32;

    fn parse(text: &'a str) -> Option<Self> {
        let (body, signatures) = text.split_once("\n\n")?;
        let signed = text.get(..body.len() + 1)?;
        let mut lines = body.split('\n');
        let origin = lines.next().filter(|origin| !origin.is_empty());
        let (size, root) = (lines.next()?, base64::decode(lines.next()?)?);
        let is_number = origin.is_some() && size.bytes().all(|byte| byte.is_ascii_digit());
        let size = is_number.then(|| size.parse().ok())??;
        let signature = |line: &str| {
            let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
            let signature = base64::decode(signature)?;
            (!name.is_empty() && signature.len() > 4).then_some(signature)
        };
        let signatures = signatures.strip_suffix('\n')?.split('\n').take(Self::SIGNATURES + 1);
        let signatures = signatures.map(signature).collect::<Option<Vec<_>>>()?;
        (signatures.len() <= Self::SIGNATURES).then_some(())?;
        Some(Self { signed, size, root: root.try_into().ok()?, signatures })
    }

    /// Others may sign it too: those whose keys are not known are passed over.
    fn is_signed_by(&self, log: &Log) -> bool {
        let hint = log.id.get(..4);
        self.signatures.iter().any(|signature| {
            let (named, signature) = signature.split_at_checked(4).unwrap_or_default();
            Some(named) == hint && log.key.verifies(log.key.usual_hash(), self.signed.as_bytes(), signature)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn leaf(number: u64) -> Hash {
        Sha256::new().chain_update([0]).chain_update(number.to_be_bytes()).finalize().into()
    }

    /// The root of a tree, and the proof of one leaf, by the definition (RFC 9162, sections 2.1.1 and 2.1.3.1).
    fn tree(leaves: &[Hash], index: usize) -> (Hash, Vec<Hash>) {
        if leaves.len() == 1 {
            return (leaves[0], Vec::new());
        }
        let middle = leaves.len().next_power_of_two() / 2;
        let (left, right) = leaves.split_at(middle);
        let ((left_root, left_proof), (right_root, right_proof)) =
            (tree(left, index.min(middle - 1)), tree(right, index.saturating_sub(middle)));
        let mut proof = if index < middle { left_proof } else { right_proof };
        proof.push(if index < middle { right_root } else { left_root });
        (parent(&left_root, &right_root), proof)
    }

    proptest! {
        #[test]
        fn a_proof_leads_to_the_root_for_its_own_leaf_alone(size in 1usize..70, index in 0usize..70, other in 0u64..70) {
            let index = index % size;
            let leaves: Vec<Hash> = (0..size as u64).map(leaf).collect();
            let (root, proof) = tree(&leaves, index);
            let (at, size) = (index as u64, size as u64);
            prop_assert_eq!(root_of(leaves[index], at, size, &proof), Some(root));
            if other != at {
                prop_assert_ne!(root_of(leaves[index], other, size, &proof), Some(root));
                prop_assert_ne!(root_of(leaf(other), at, size, &proof), Some(root));
            }
            prop_assert_eq!(root_of(leaves[index], at, 0, &proof), None);
            let mut longer = proof.clone();
            longer.push(root);
            prop_assert_eq!(root_of(leaves[index], at, size, &longer), None);
        }

        #[test]
        fn never_panics(index: u64, size: u64, hashes in prop::collection::vec(any::<Hash>(), 0..70), text in "\\PC{0,200}") {
            let _ = root_of([0; 32], index, size, &hashes);
            let _ = Checkpoint::parse(&text);
        }
    }

    #[test]
    fn checkpoints_that_lack_a_part_are_refused() {
        let root = base64::encode(&[7; 32]);
        let signature = base64::encode(&[1, 2, 3, 4, 5]);
        let good = format!("log.example\n12\n{root}\n\n— log.example {signature}\n");
        let read = Checkpoint::parse(&good).unwrap();
        assert_eq!((read.size, read.root, read.signed), (12, [7; 32], &*format!("log.example\n12\n{root}\n")));
        for bad in [
            format!("log.example\n12\n\n— log.example {signature}\n"),
            format!("log.example\n-12\n{root}\n\n— log.example {signature}\n"),
            format!("log.example\n\n{root}\n\n— log.example {signature}\n"),
            format!("\n12\n{root}\n\n— log.example {signature}\n"),
            format!("log.example\n12\n{root}\n\n"),
            format!("log.example\n12\n{root}\n\n— log.example {signature}"),
            format!("log.example\n12\n{root}\n\n- log.example {signature}\n"),
            format!("log.example\n12\n{root}\n— log.example {signature}\n"),
        ] {
            assert!(Checkpoint::parse(&bad).is_none(), "{bad}");
        }
    }
}
