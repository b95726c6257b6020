//! Images that were cut short, altered or made to exhaust us: a report with problems or a clear error, never a clean report.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::thread;

use boltseal_model::{ProblemKind, Report};

use crate::parts::{part, run};

/// A copy of the demo's image that a test may ruin.
fn copy(folder: &Path) -> Option<(String, File, u64)> {
    let path = folder.join("shop.tar");
    fs::copy(part("BOLTSEAL_SHOP_IMAGE")?, &path).unwrap();
    let file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let size = file.metadata().unwrap().len();
    Some((path.to_string_lossy().into_owned(), file, size))
}

#[test]
fn an_archive_cut_anywhere_is_never_clean() {
    let scratch = tempfile::tempdir().unwrap();
    let Some((path, file, size)) = copy(scratch.path()) else { return };
    // The last 10 KiB may be padding, which nobody misses.
    for length in [size - 32 * 1024, size / 10 * 9, size / 2, size / 10, 700, 511, 1, 0] {
        file.set_len(length).unwrap();
        let Some(output) = run(&["scan", &path, "--format", "json"]) else { return };
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "cut at {length}: {errors}");
        assert!(!errors.contains("panicked"), "{errors}");
        if let Ok(report) = serde_json::from_slice::<Report>(&output.stdout) {
            assert!(!report.summary.complete && !report.problems.is_empty(), "cut at {length}");
        } else {
            assert!(errors.contains("cannot read an image from"), "cut at {length}: {errors}");
        }
    }
}

#[test]
fn a_layer_that_was_altered_does_not_have_its_digest() {
    let scratch = tempfile::tempdir().unwrap();
    let Some((path, file, size)) = copy(scratch.path()) else { return };
    let mut byte = [0];
    file.read_exact_at(&mut byte, size / 2).unwrap();
    file.write_all_at(&[byte[0] ^ 0xff], size / 2).unwrap();
    let Some(output) = run(&["scan", &path, "--format", "json"]) else { return };
    assert_eq!(output.status.code(), Some(3));
    let report: Report = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report.problems.iter().any(|problem| problem.kind == ProblemKind::DigestMismatch), "{:?}", report.problems);
}

#[test]
fn a_whole_image_is_read_in_a_fraction_of_its_size() {
    let (Some(image), Some(boltseal)) = (part("BOLTSEAL_SHOP_IMAGE"), part("BOLTSEAL_BINARY")) else { return };
    // The address space bounds everything at once: heap, stacks, mappings and the program itself. The engine of YARA reserves
    // more of it than it uses, so the search for malware is measured by what it takes.
    let bounded = Command::new("prlimit")
        .arg("--as=125829120")
        .arg(&boltseal)
        .args(["scan", "--only", "vulnerability"])
        .arg(&image)
        .env("XDG_DATA_HOME", "/nonexistent")
        .output()
        .expect("prlimit runs");
    assert_eq!(bounded.status.code(), Some(0), "{}", String::from_utf8_lossy(&bounded.stderr));
    // Whoever searches holds one file, the largest of them 50 MB, and what is unpacked from it; a second thread does so as well.
    let processors = thread::available_parallelism().map_or(1, usize::from);
    for (list, most) in [("0", 155_648), ("0,1", 172_032)].into_iter().take(processors) {
        let measured = Command::new("/usr/bin/time")
            .args(["--format=%M", "taskset", "--cpu-list", list])
            .arg(&boltseal)
            .args(["scan", "--no-cache", "--format", "json"])
            .arg(&image)
            .env("XDG_DATA_HOME", "/nonexistent")
            .output()
            .expect("time runs");
        let said = String::from_utf8_lossy(&measured.stderr);
        assert_eq!(measured.status.code(), Some(0), "{said}");
        let kib: u64 =
            said.lines().last().unwrap_or_default().trim().parse().expect("time says how much memory it took");
        assert!(kib < most, "{kib} KiB on the processors {list}");
    }
    assert!(fs::metadata(image).unwrap().len() > 172_032 << 10, "the image is larger than the memory it is given");
}
