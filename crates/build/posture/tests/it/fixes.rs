//! What mends the cases of every rule.

use std::fs;

use boltseal_model::Limits;
use boltseal_posture::fix::Mending;
use boltseal_posture::{Checks, File};

use crate::checks::{content, entries, name};

fn mend(checks: &Checks, path: &str, bytes: &[u8]) -> Mending {
    checks.mend(&File { path, bytes }, None, &Limits::default())
}

#[test]
fn overview() {
    let checks = Checks::load(&[], &Limits::default());
    assert_eq!(checks.1, []);
    let checks = checks.0;
    for rule in checks.rules().iter().filter(|rule| rule.policy.has_fix()) {
        for path in
            entries(&content("checks").join(&rule.policy.id)).iter().filter(|path| name(path).starts_with("fires-"))
        {
            let mending = mend(&checks, &name(path), &fs::read(path).unwrap());
            let one = boltseal_posture::fix::mend(&[*rule], &File { path: &name(path), bytes: &fs::read(path).unwrap() }, None, &Limits::default());
            if let Some(text) = one.text && std::env::var("WRITE").is_ok() && !name(path).contains(".fixed.") {
                let (stem, ending) = path.to_str().unwrap().rsplit_once('.').unwrap();
                fs::write(format!("{stem}.fixed.{ending}"), text).unwrap();
            }
            for offer in mending.offers.iter().filter(|offer| offer.rule == rule.policy.id) {
                match &offer.edits {
                    Ok(edits) => println!(
                        "{} {}: {:?}",
                        rule.policy.id,
                        name(path),
                        edits.iter().map(|it| (it.start_line, it.start_column, it.text.as_str())).collect::<Vec<_>>()
                    ),
                    Err(reason) => println!("{} {}: NO {reason}", rule.policy.id, name(path)),
                }
            }
            for (at, fault) in mending.faults {
                println!("    FAULT {} {at} {fault}", name(path));
            }
        }
    }
}
