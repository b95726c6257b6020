//! Which files an analyzer wants, as data.

use std::fmt;

use crate::analyzer::split;

/// A set of paths. Every pattern but [`Pattern::InFolder`] and [`Pattern::Licence`] is found by the base name or its ending
/// alone, so that a path that nobody wants costs two look-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// Exactly this path.
    Path(&'static str),
    /// This base name, anywhere.
    Name(&'static str),
    /// This base name, anywhere but below a folder of that name.
    NameOutside {
        /// Name of the folder, one component or several.
        folder: &'static str,
        /// Base name.
        name: &'static str,
    },
    /// This base name, in a folder whose name has an ending.
    NameIn {
        /// Ending of the parent folder's name.
        parent_suffix: &'static str,
        /// Base name.
        name: &'static str,
    },
    /// This base name, in the folder of a module: `ROOT/MODULE/NAME` or `ROOT/@SCOPE/MODULE/NAME`, where neither module
    /// nor scope is hidden.
    InModule {
        /// Name of the folder that holds the modules, one component.
        root: &'static str,
        /// Base name.
        name: &'static str,
    },
    /// A direct child of this folder.
    InFolder {
        /// Path of the folder.
        folder: &'static str,
        /// Ending of the base name; empty for any.
        suffix: &'static str,
        /// Ending of base names that are left out; empty for none.
        except: &'static str,
    },
    /// This base name, in a direct child of this folder.
    InChildOf {
        /// Path of the folder.
        folder: &'static str,
        /// Base name.
        name: &'static str,
    },
    /// A direct child of a folder of this name, anywhere, whose base name has an ending.
    InNamedFolder {
        /// Name of the folder, one component or several.
        folder: &'static str,
        /// One file extension with its dot, or several.
        suffix: &'static str,
    },
    /// The text of a licence beside the record of an installed package of Node or Python: `LICENSE`, `LICENCE`, `COPYING` or
    /// `UNLICENSE` in any case, alone, with the ending of a text, or with a word behind it as in `LICENSE-MIT`.
    Licence,
    /// An archive with this extension (with its dot), anywhere, which may be as large as a program.
    Archive(&'static str),
    /// A file that may be a program or a library, by its name and place; only its first bytes tell.
    Program,
    /// A base name that begins and ends so, anywhere.
    Affixes {
        /// Beginning of the base name; may be empty.
        prefix: &'static str,
        /// One file extension with its dot, or several.
        suffix: &'static str,
    },
}

impl Pattern {
    /// Whether a path, without a leading slash, is in the set.
    pub fn matches(&self, path: &str) -> bool {
        let (parent, base) = split(path);
        match *self {
            Self::Path(exact) => path == exact,
            Self::Name(name) => base == name,
            Self::NameOutside { folder, name } => base == name && !is_below(parent, folder),
            Self::NameIn { parent_suffix, name } => base == name && split(parent).1.ends_with(parent_suffix),
            Self::InModule { root, name } => base == name && is_module(parent, root),
            Self::InFolder { folder, suffix, except } => {
                parent == folder
                    && !base.is_empty()
                    && base.ends_with(suffix)
                    && (except.is_empty() || !base.ends_with(except))
            }
            Self::InChildOf { folder, name } => {
                let (above, child) = split(parent);
                base == name && above == folder && !child.is_empty()
            }
            Self::InNamedFolder { folder, suffix } => {
                base.ends_with(suffix)
                    && parent.strip_suffix(folder).is_some_and(|above| above.is_empty() || above.ends_with('/'))
            }
            Self::Licence => is_licence(parent, base),
            Self::Archive(extension) => base.ends_with(extension),
            Self::Program => may_be_program(parent, base),
            Self::Affixes { prefix, suffix } => {
                base.len() >= prefix.len() + suffix.len() && base.starts_with(prefix) && base.ends_with(suffix)
            }
        }
    }
}

/// Extensions of programs and libraries, beside versions.
const PROGRAM_EXTENSIONS: [&str; 4] = ["so", "exe", "dll", "node"];

/// Folders at the root of an image without programs, but with many files of any name.
const WITHOUT_PROGRAMS: [&str; 7] = ["dev", "etc", "proc", "sys", "usr/include", "usr/share", "var/lib/dpkg"];

/// Whether a name is that of a program or a library: without an extension, or with one of theirs, or with a version at the
/// end. Images hold some thousand such files, of which most are programs.
pub(crate) fn may_be_program(folder: &str, name: &str) -> bool {
    let is_program_name = match name.rsplit_once('.') {
        None => !name.is_empty(),
        Some((_, extension)) => {
            extension.starts_with(|first: char| first.is_ascii_digit()) || PROGRAM_EXTENSIONS.contains(&extension)
        }
    };
    let is_in = |root: &str| folder.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    is_program_name && !WITHOUT_PROGRAMS.iter().any(|root| is_in(root)) && !folder.contains(".git/objects")
}

/// Whether a name and a folder are those of [`Pattern::Licence`].
pub(crate) fn is_licence(folder: &str, name: &str) -> bool {
    const STEMS: [&str; 4] = ["license", "licence", "copying", "unlicense"];
    let is_stem = |stem: &&str| name.get(..stem.len()).is_some_and(|start| start.eq_ignore_ascii_case(stem));
    // Hardly any name passes, so that the folder is seldom looked at.
    let Some(rest) = STEMS.into_iter().find(is_stem).and_then(|stem| name.get(stem.len()..)) else { return false };
    let (word, extension) = rest.split_once('.').unwrap_or((rest, "txt"));
    let is_text = ["md", "rst", "txt"].iter().any(|text| extension.eq_ignore_ascii_case(text));
    let is_word = word.is_empty() || word.starts_with(['-', '_']);
    let record = folder.strip_suffix("/licenses").unwrap_or(folder);
    is_text && is_word && (record.ends_with(".dist-info") || is_module(folder, "node_modules"))
}

/// Whether a path has the components of a folder in it, one after the other.
fn is_below(path: &str, folder: &str) -> bool {
    path.match_indices(folder).any(|(start, _)| {
        let (before, after) =
            (path.get(..start).unwrap_or_default(), path.get(start + folder.len()..).unwrap_or_default());
        (before.is_empty() || before.ends_with('/')) && (after.is_empty() || after.starts_with('/'))
    })
}

/// Whether a folder is `…/ROOT/MODULE` or `…/ROOT/@SCOPE/MODULE`.
fn is_module(folder: &str, root: &str) -> bool {
    let (parent, module) = split(folder);
    let (grandparent, scope) = split(parent);
    let is_visible = |name: &str| !name.is_empty() && !name.starts_with('.');
    let modules = if scope.starts_with('@') { split(grandparent).1 } else { scope };
    modules == root && is_visible(module) && !module.starts_with('@')
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.write_str(path),
            Self::Name(name) => write!(f, "**/{name}"),
            Self::NameOutside { folder, name } => write!(f, "**/{name}, not below {folder}/"),
            Self::NameIn { parent_suffix, name } => write!(f, "**/*{parent_suffix}/{name}"),
            Self::InModule { root, name } => write!(f, "**/{root}/{{*,@*/*}}/{name}"),
            Self::InFolder { folder, suffix, except: "" } => write!(f, "{folder}/*{suffix}"),
            Self::InFolder { folder, suffix, except } => write!(f, "{folder}/*{suffix}, not *{except}"),
            Self::InChildOf { folder, name } => write!(f, "{folder}/*/{name}"),
            Self::InNamedFolder { folder, suffix } => write!(f, "**/{folder}/*{suffix}"),
            Self::Licence => f.write_str(
                "**/{node_modules/{*,@*/*},*.dist-info{,/licenses}}/{LICENSE,LICENCE,COPYING,UNLICENSE}{,-*}{,.md,.txt,.rst}, in any case",
            ),
            Self::Archive(extension) => write!(f, "**/*{extension}"),
            Self::Program => f.write_str("programs and libraries"),
            Self::Affixes { prefix, suffix } => write!(f, "**/{prefix}*{suffix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_folders_are_told_from_folders_inside_modules() {
        let pattern = Pattern::InModule { root: "node_modules", name: "package.json" };
        for (path, expected) in [
            ("node_modules/a/package.json", true),
            ("app/node_modules/@scope/a/package.json", true),
            ("app/node_modules/a/node_modules/b/package.json", true),
            ("app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json", true),
            ("package.json", false),
            ("app/package.json", false),
            ("node_modules/package.json", false),
            ("node_modules/@scope/package.json", false),
            ("node_modules/a/dist/package.json", false),
            ("node_modules/.cache/package.json", false),
            ("node_modules//package.json", false),
            ("my_node_modules/a/package.json", false),
        ] {
            assert_eq!(pattern.matches(path), expected, "{path}");
        }
    }

    #[test]
    fn licences_are_told_from_code_about_them() {
        for (path, expected) in [
            ("node_modules/a/LICENSE", true),
            ("app/node_modules/@scope/a/license.md", true),
            ("node_modules/a/Licence.txt", true),
            ("node_modules/a/LICENSE-MIT", true),
            ("node_modules/a/COPYING.rst", true),
            ("a.dist-info/LICENSE", true),
            ("lib/a.dist-info/licenses/LICENSE.APACHE.txt", false),
            ("lib/a.dist-info/licenses/LICENSE_APACHE.txt", true),
            ("node_modules/a/license.js", false),
            ("node_modules/a/licenses.txt", false),
            ("node_modules/a/LICENSE.spdx.json", false),
            ("node_modules/a/dist/LICENSE", false),
            ("node_modules/LICENSE", false),
            ("a.dist-info/vendor/LICENSE", false),
            ("LICENSE", false),
            ("licenses/LICENSE", false),
            ("node_modules/a/licens\u{e9}.txt", false),
        ] {
            assert_eq!(Pattern::Licence.matches(path), expected, "{path}");
        }
    }

    #[test]
    fn a_file_in_each_child_of_a_folder() {
        let pattern = Pattern::InChildOf { folder: "usr/share/doc", name: "copyright" };
        for (path, expected) in [
            ("usr/share/doc/bash/copyright", true),
            ("usr/share/doc/bash/more/copyright", false),
            ("usr/share/doc/copyright", false),
            ("usr/share/doc//copyright", false),
            ("x/usr/share/doc/bash/copyright", false),
            ("usr/share/doc/bash/copyright.gz", false),
        ] {
            assert_eq!(pattern.matches(path), expected, "{path}");
        }
    }

    #[test]
    fn folders_are_compared_by_whole_components() {
        let pattern = Pattern::NameOutside { folder: "pkg/mod", name: "go.mod" };
        for (path, expected) in [
            ("go.mod", true),
            ("app/go.mod", true),
            ("pkg/mod", false),
            ("pkg/mod/go.mod", false),
            ("root/go/pkg/mod/example.org/a@v1.0.0/go.mod", false),
            ("pkg/model/go.mod", true),
            ("my-pkg/mod/go.mod", true),
            ("my-pkg/mod/pkg/mod/go.mod", false),
            ("mod/pkg/go.mod", true),
        ] {
            assert_eq!(pattern.matches(path), expected, "{path}");
        }
    }

    #[test]
    fn names_and_places_of_programs() {
        for (path, expected) in [
            ("usr/bin/python3.11", true),
            ("kubectl", true),
            ("usr/lib/libssl.so.3", true),
            ("app/node_modules/a/build/a.node", true),
            ("app/Shop.dll", true),
            ("etcd", true),
            ("etc/passwd", false),
            ("usr/share/doc/a/copyright", false),
            ("app/index.js", false),
            ("app/.git/objects/00/ff", false),
            ("app/archive.tar.gz", false),
        ] {
            assert_eq!(Pattern::Program.matches(path), expected, "{path}");
        }
    }

    #[test]
    fn patterns_are_written_as_globs() {
        let written = [
            Pattern::Path("etc/os-release"),
            Pattern::Name("Cargo.lock"),
            Pattern::NameOutside { folder: "node_modules", name: "package-lock.json" },
            Pattern::NameIn { parent_suffix: ".dist-info", name: "METADATA" },
            Pattern::InModule { root: "node_modules", name: "package.json" },
            Pattern::InFolder { folder: "a/b", suffix: ".list", except: "" },
            Pattern::InFolder { folder: "a/b", suffix: "", except: ".md5sums" },
            Pattern::InChildOf { folder: "a/b", name: "c" },
            Pattern::InNamedFolder { folder: "specifications", suffix: ".gemspec" },
            Pattern::Archive(".jar"),
            Pattern::Program,
            Pattern::Affixes { prefix: "requirements", suffix: ".txt" },
        ]
        .map(|pattern| pattern.to_string());
        assert_eq!(
            written,
            [
                "etc/os-release",
                "**/Cargo.lock",
                "**/package-lock.json, not below node_modules/",
                "**/*.dist-info/METADATA",
                "**/node_modules/{*,@*/*}/package.json",
                "a/b/*.list",
                "a/b/*, not *.md5sums",
                "a/b/*/c",
                "**/specifications/*.gemspec",
                "**/*.jar",
                "programs and libraries",
                "**/requirements*.txt",
            ]
        );
    }
}
