//! How Node's package managers write what they lock: `NAME@REFERENCE`.
//!
//! Sources: npm's documentation, "package spec"; Yarn's documentation, "Protocols".

/// Name and reference of `NAME@REFERENCE`, where the name may have a scope: `@scope/name@1.0.0`.
pub(crate) fn split_name(text: &str) -> Option<(&str, &str)> {
    let unscoped = text.strip_prefix('@').unwrap_or(text);
    let (name, reference) = unscoped.split_once('@')?;
    let name = text.get(..text.len() - unscoped.len() + name.len())?;
    (!name.is_empty()).then_some((name, reference))
}

/// Whether a reference leads to a folder beside the project, which holds the project's own code.
pub(crate) fn is_folder(reference: &str) -> bool {
    let scheme = |schemes: &[&str]| schemes.iter().any(|scheme| reference.starts_with(scheme));
    // Behind the path, Yarn writes options or a sum.
    let path = reference.split(['#', '?']).next().unwrap_or(reference).split("::").next().unwrap_or(reference);
    scheme(&["link:", "portal:", "workspace:", "root:"])
        || scheme(&["file:", "./", "../", "/", "~/"]) && !is_archive(path)
}

/// Whether a path is that of a packed package.
pub(crate) fn is_archive(path: &str) -> bool {
    path.ends_with(".tgz") || path.ends_with(".tar.gz")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_at_sign_of_a_scope_belongs_to_the_name() {
        for (text, expected) in [
            ("a@1.0.0", Some(("a", "1.0.0"))),
            ("@s/a@npm:^1", Some(("@s/a", "npm:^1"))),
            ("a@npm:@s/b@1", Some(("a", "npm:@s/b@1"))),
            ("a@", Some(("a", ""))),
            ("@s/a", None),
            ("a", None),
            ("@", None),
            ("@@1", Some(("@", "1"))),
            ("", None),
        ] {
            assert_eq!(split_name(text), expected, "{text}");
        }
    }

    #[test]
    fn archives_beside_the_project_are_no_folders() {
        for reference in
            ["workspace:.", "link:../a", "portal:../a", "file:../a", "file:../a#../a::hash=1", "./a", "~/a"]
        {
            assert!(is_folder(reference), "{reference}");
        }
        for reference in
            ["file:a.tgz", "file:./a.tar.gz#00ff", "./a.tgz::locator=x", "npm:1.0.0", "1.0.0", "git+file:a"]
        {
            assert!(!is_folder(reference), "{reference}");
        }
    }
}
