//! What the files of dpkg's packages have to be.
//!
//! Sources: deb-md5sums(5); dpkg-divert(1).

use boltseal_model::{Ecosystem, HeldTo, Limits, ProblemKind, Problems};

use super::dpkg_files::summed;
use crate::reading::{Reading, line_number};
use crate::wanted::may_be_run;
use crate::{Analyzer, Evidence, File, Inventory, Pattern, Recorded};

const SUMS: &str = ".md5sums";
const DIVERSIONS: &str = "var/lib/dpkg/diversions";

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "dpkg-sums",
    title: "Sums of files of Debian packages",
    files: &[Pattern::InFolder { folder: "var/lib/dpkg/info", suffix: SUMS, except: "" }, Pattern::Path(DIVERSIONS)],
    sees: "the MD5 that each package states of its programs and libraries, and which of them others have put aside",
    misses: "configuration files, which have no sum; packages without a list of sums, which a few are",
    ecosystems: &[Ecosystem::Deb],
    evidence: &[Evidence::Integrity],
    source: "deb-md5sums(5); dpkg-divert(1)",
    held_to: Some(HeldTo {
        what: "dpkg --verify",
        tests: &["crates/build/scan/tests/it/integrity.rs::dpkg_agrees_on_which_files_were_changed"],
    }),
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    if file.path == DIVERSIONS {
        diversions(&mut reading);
        return reading.finish();
    }
    let text = reading.text();
    let package = file.name().strip_suffix(SUMS).unwrap_or_default();
    let package = package.split(':').next().unwrap_or_default();
    for (index, line) in text.lines().enumerate() {
        match summed(line) {
            Some((path, sum)) if may_be_run(path) => {
                reading.owned(path, package, Recorded::Digest(sum.to_ascii_lowercase()));
            }
            Some(_) => {}
            None => {
                // One is enough to know that these are no sums.
                reading.problem_at(ProblemKind::Malformed, Some(line_number(index)), "states no sum of a file");
                break;
            }
        }
        if reading.is_full() {
            break;
        }
    }
    reading.finish()
}

/// Three lines each: the file, where it is put instead, and the package whose file stands in its place, or `:` for the
/// administrator's.
fn diversions(reading: &mut Reading<'_>) {
    let text = reading.text();
    let mut lines = text.lines();
    while let (Some(path), Some(_), Some(by)) = (lines.next(), lines.next(), lines.next()) {
        let Some(path) = path.strip_prefix('/') else {
            return reading.problem(ProblemKind::Malformed, "names no file that is put aside");
        };
        reading.owned(path, by, Recorded::Diverted);
        if reading.is_full() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> (Vec<(String, Recorded)>, usize) {
        let (inventory, problems) = parse(&File { path, bytes: text.as_bytes() }, &Limits::default());
        let owned = inventory.owned.into_iter().map(|file| (file.path, file.recorded)).collect();
        (owned, problems.into_sorted().len())
    }

    #[test]
    fn sums_of_programs_are_kept() {
        let sum = "0123456789abcdef0123456789abcdef";
        let text = format!("{sum}  usr/bin/tool\n{sum}  usr/share/doc/tool/changelog\n{sum}  usr/lib/libtool.so.1\n");
        let digest = |path: &str| (path.to_owned(), Recorded::Digest(sum.to_owned()));
        let expected = vec![digest("usr/bin/tool"), digest("usr/lib/libtool.so.1")];
        assert_eq!(read("var/lib/dpkg/info/tool:amd64.md5sums", &text), (expected, 0));
        assert_eq!(read("var/lib/dpkg/info/tool.md5sums", "none\nnone\n"), (vec![], 1));
    }

    #[test]
    fn what_is_put_aside_is_known() {
        let text = "/usr/bin/sh\n/usr/bin/sh.distrib\ndash\n/sbin/init\n/sbin/init.real\n:\n";
        let diverted = |path: &str| (path.to_owned(), Recorded::Diverted);
        assert_eq!(read(DIVERSIONS, text), (vec![diverted("usr/bin/sh"), diverted("sbin/init")], 0));
        assert_eq!(read(DIVERSIONS, "a\nb\nc\n"), (vec![], 1));
    }
}
