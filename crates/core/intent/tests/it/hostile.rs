//! Programs that somebody made to break who reads them.

use std::fs;
use std::sync::LazyLock;

use boltseal_intent::{Image, Present, derive, examine, symbol};
use boltseal_model::{Algorithm, Digest, ExecutableKind, ImageConfiguration, Limits, Located, Position};
use proptest::prelude::*;

/// A program that every system has.
static PROGRAM: LazyLock<Vec<u8>> = LazyLock::new(|| fs::read("/usr/bin/true").unwrap());

fn present(path: &str, bytes: &[u8]) -> Present {
    let digest = Digest::from_bytes(Algorithm::Sha256, &[0; 32]).unwrap();
    let program = examine(bytes, 0o755, &Limits::default());
    Present { path: path.to_owned(), digest, layer: None, package: None, program }
}

fn configuration(words: &[&str]) -> ImageConfiguration {
    let entrypoint = words.iter().map(|word| Located::new((*word).to_owned(), Position::default())).collect();
    ImageConfiguration { entrypoint, ..ImageConfiguration::default() }
}

#[test]
fn links_that_lead_round_in_a_circle_end() {
    let links = [("bin", "/usr/bin"), ("usr/bin", "../bin"), ("a", "a/b")].map(|(path, to)| (path.into(), to.into()));
    let configuration = configuration(&["/bin/run", "a/x", "/../../a"]);
    let files = [present("bin/run", b"#!/bin/sh\nrun run a/x\n")];
    let intent = derive(&Image { configuration: &configuration, files: &files, links: &links, vulnerabilities: &[] });
    assert_eq!(intent.executables.len(), 1);
}

#[test]
fn what_there_is_too_much_of_is_cut_and_says_so() {
    let limits = Limits { program_symbols: 2, ..Limits::default() };
    assert!(examine(&PROGRAM, 0o755, &limits).unwrap().is_cut);
    let limits = Limits { program_libraries: 0, ..Limits::default() };
    assert_eq!(examine(&PROGRAM, 0o755, &limits).unwrap().libraries, [""; 0]);
    let limits = Limits { script_bytes: 12, ..Limits::default() };
    let script = examine(b"#!/bin/sh\nls one\n", 0o755, &limits).unwrap();
    assert!(script.is_cut && script.commands == ["ls"], "{script:?}");
}

#[test]
fn a_program_says_what_it_needs() {
    let program = examine(&PROGRAM, 0, &Limits::default()).unwrap();
    assert_eq!(program.kind, ExecutableKind::Program);
    assert!(program.interpreter[0].contains("/ld-linux"), "{:?}", program.interpreter);
    assert!(program.libraries.contains(&"libc.so.6".to_owned()), "{:?}", program.libraries);
    assert!(program.imports.contains(&symbol(b"__libc_start_main")), "it is started by the C library");
    assert_eq!(examine(b"#!/bin/sh\n", 0o644, &Limits::default()), None, "a text that nobody may execute");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn never_panics_on_what_is_no_program(bytes in prop::collection::vec(any::<u8>(), 0..400), mode: u32) {
        for start in [&b"\x7fELF\x02\x01\x01"[..], b"\x7fELF\x01\x02\x01", b"#!", b""] {
            examine(&[start, &bytes].concat(), mode, &Limits::default());
        }
    }

    #[test]
    fn never_panics_on_a_damaged_program(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        header in prop::collection::vec((0..64_usize, any::<u8>()), 0..2),
        end: prop::sample::Index,
    ) {
        let mut bytes = PROGRAM.clone();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        for (place, byte) in header {
            bytes[place] = byte;
        }
        let whole = present("usr/bin/true", &bytes);
        let cut = present("usr/lib/cut.so", &bytes[..end.index(bytes.len())]);
        let configuration = configuration(&["/usr/bin/true"]);
        derive(&Image { configuration: &configuration, files: &[whole, cut], links: &[], vulnerabilities: &[] });
    }

    #[test]
    fn the_order_of_files_and_links_changes_nothing(seed in Just(()).prop_perturb(|(), mut random| random.next_u32())) {
        let mut files = vec![
            present("usr/bin/true", &PROGRAM),
            present("app/start", b"#!/bin/sh\nexec true\n"),
            present("usr/lib/libc.so.6", &PROGRAM),
            present("bin/other", b"#!/usr/bin/env true\n"),
        ];
        let links = [("bin/sh", "/usr/bin/true"), ("bin/true", "../usr/bin/true")].map(|(path, to)| (path.into(), to.into()));
        let configuration = configuration(&["/app/start"]);
        let of = |files: &[Present]| {
            derive(&Image { configuration: &configuration, files, links: &links, vulnerabilities: &[] })
        };
        let expected = of(&files);
        files.rotate_left(seed as usize % 4);
        files.swap(0, seed as usize / 4 % 4);
        prop_assert_eq!(of(&files), expected);
    }
}
