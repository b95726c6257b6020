//! Intents of images whose layers hide, link and repeat programs.

use std::fmt::Write;

use boltseal_model::{Intent, Limits, ProblemKind};
use boltseal_scan::{Options, Scanned};
use boltseal_testkit::image::{Image, Layer, docker};

use crate::images::scan_bytes;

/// Something that every system can run; what is no text is a program whatever its permissions.
fn program() -> Vec<u8> {
    std::fs::read("/usr/bin/true").unwrap()
}

fn derived(image: Image, limits: Limits) -> Scanned {
    let options = Options { derives_intent: true, limits, ..Options::default() };
    scan_bytes(&docker(&[image]).unwrap().to_tar(), &options).unwrap()
}

fn paths(intent: &Intent) -> Vec<&str> {
    intent.executables.iter().map(|it| it.path.as_str()).collect()
}

#[test]
fn what_a_higher_layer_hides_is_not_in_it_and_its_hard_links_are() {
    let lower = Layer::new()
        .file("bin/tool", program())
        .hard_link("bin/copy", "bin/tool")
        .file("bin/gone", program())
        .symlink("bin/name", "tool");
    let upper = Layer::new().whiteout("bin/tool").whiteout("bin/gone").hard_link("bin/late", "bin/copy");
    let intent = derived(Image::new().layer(lower).layer(upper), Limits::default()).intent.unwrap();
    assert_eq!(paths(&intent), ["/bin/copy", "/bin/late"]);
}

#[test]
fn executables_past_the_limit_are_none_and_the_report_says_so() {
    let mut layer = Layer::new();
    for number in 0..20 {
        let mut path = String::new();
        write!(path, "bin/tool-{number}").unwrap();
        layer = layer.file(&path, program());
    }
    let scanned = derived(Image::new().layer(layer), Limits { executables_bytes: 4_000, ..Limits::default() });
    assert_eq!(paths(scanned.intent.as_ref().unwrap()), [""; 0]);
    let problem = scanned.report.problems.iter().find(|problem| problem.kind == ProblemKind::TooMany).unwrap();
    assert!(problem.detail.contains("what can be executed takes more than 4000 bytes"), "{problem:?}");
    assert!(!scanned.report.summary.complete);
}

#[test]
fn links_to_one_file_by_the_thousand_take_no_time() {
    let mut layer = Layer::new().file("bin/tool", program());
    for number in 0..5_000 {
        layer = layer.hard_link(&format!("bin/{number}"), "bin/tool").file(&format!("opt/{number}"), b"\x7fELF");
    }
    let intent = derived(Image::new().layer(layer), Limits::default()).intent.unwrap();
    assert_eq!(intent.executables.len(), 5_001);
}
