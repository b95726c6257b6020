//! Which files dpkg's packages own.
//!
//! Sources: dpkg-query(1), "--listfiles"; md5sums in deb-md5sums(5).

use boltseal_model::{Ecosystem, HeldTo, Limits, ProblemKind, Problems};

use crate::reading::{Reading, line_number};
use crate::wanted::is_ownership_of_interest;
use crate::{Analyzer, File, Inventory, Pattern, Recorded};

const LIST: &str = ".list";
const SUMS: &str = ".md5sums";

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "dpkg-files",
    title: "Files of Debian packages",
    files: &[
        Pattern::InFolder { folder: "var/lib/dpkg/info", suffix: LIST, except: "" },
        // Images without a package manager have no lists, but the sums name the files as well.
        Pattern::InFolder { folder: "var/lib/dpkg/status.d", suffix: SUMS, except: "" },
    ],
    sees: "which of the files that analyzers want belong to a Debian package",
    misses: "files that maintainer scripts create; diversions; where there are only sums, configuration files and links",
    ecosystems: &[Ecosystem::Deb],
    evidence: &[],
    source: "dpkg-query(1); deb-md5sums(5)",
    held_to: Some(HeldTo {
        what: "dpkg-query --search",
        tests: &["crates/build/inventory/tests/it/host.rs::dpkg_agrees_on_who_owns_the_python_packages_of_debian"],
    }),
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    let is_list = file.name().ends_with(LIST);
    let package = file.name().strip_suffix(if is_list { LIST } else { SUMS }).unwrap_or_default();
    // Packages that can be installed for several architectures carry theirs: `libc6:amd64.list`.
    let package = package.split(':').next().unwrap_or_default();
    if let Err((kind, reason)) = reading.check(package) {
        reading.problem(kind, format!("the name of the file {reason}"));
        return reading.finish();
    }
    for (index, line) in text.lines().enumerate() {
        let owned = if is_list {
            line.strip_prefix('/').map(|path| (path, Recorded::Nothing))
        } else {
            summed(line).map(|(path, sum)| (path, Recorded::Digest(sum.to_ascii_lowercase())))
        };
        match owned {
            Some((path, recorded)) if is_ownership_of_interest(path) => reading.owned(path, package, recorded),
            Some(_) => {}
            None => {
                // One is enough to know that this is no list, and the next ten thousand say no more.
                reading.problem_at(ProblemKind::Malformed, Some(line_number(index)), "names no file");
                break;
            }
        }
        if reading.is_full() {
            break;
        }
    }
    if is_list {
        reading.expect_final_newline();
    }
    reading.finish()
}

/// The path in a line of md5sums, and the sum: 32 hexadecimal digits, two blanks (or a blank and an asterisk), the path.
pub(super) fn summed(line: &str) -> Option<(&str, &str)> {
    let (sum, rest) = line.split_at_checked(32)?;
    let path = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(" *"))?;
    let path = path.strip_prefix("./").or_else(|| path.strip_prefix('/')).unwrap_or(path);
    (sum.bytes().all(|byte| byte.is_ascii_hexdigit()) && !path.is_empty()).then_some((path, sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> (Vec<(String, String)>, usize) {
        let file = File { path, bytes: text.as_bytes() };
        let (inventory, problems) = parse(&file, &Limits::default());
        (inventory.owned.into_iter().map(|file| (file.path, file.package)).collect(), problems.into_sorted().len())
    }

    #[test]
    fn architecture_is_no_part_of_the_name() {
        let list = "/.\n/usr\n/usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA\n/usr/share/doc/copyright\n";
        let (owned, problems) = read("var/lib/dpkg/info/libx:amd64.list", list);
        let path = "usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA";
        assert_eq!((owned, problems), (vec![(path.to_owned(), "libx".to_owned())], 0));
    }

    #[test]
    fn one_problem_for_a_file_that_is_no_list() {
        assert_eq!(read("var/lib/dpkg/info/a.list", "one\ntwo\nthree\n"), (vec![], 1));
        assert_eq!(read("var/lib/dpkg/status.d/a.md5sums", "one\ntwo\nthree\n"), (vec![], 1));
    }

    #[test]
    fn sums_name_paths() {
        let sum = "d41d8cd98f00b204e9800998ecf8427e";
        for (line, path) in [
            (format!("{sum}  usr/bin/x"), Some("usr/bin/x")),
            (format!("{sum} *./usr/bin/x"), Some("usr/bin/x")),
            (format!("{sum} usr/bin/x"), None),
            (format!("{sum}  "), None),
            ("ä".repeat(40), None),
            (String::new(), None),
        ] {
            assert_eq!(summed(&line).map(|(path, _)| path), path, "{line}");
        }
    }
}
