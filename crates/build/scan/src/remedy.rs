//! What to do about a vulnerable package, as a command that can be pasted.

use boltseal_model::{Ecosystem, Package};

/// The command that brings a package to a fixed version; a sentence where there is none.
pub fn remedy(package: &Package, fixed: Option<&str>) -> String {
    match fixed {
        Some(fixed) => command(package.ecosystem, &[(package.name.as_str(), fixed)]),
        None => {
            format!("no fixed version of {} is known: remove it, or keep what reaches it away", quoted(&package.name))
        }
    }
}

/// The command that brings several packages of one ecosystem to fixed versions.
pub fn command(ecosystem: Ecosystem, fixes: &[(&str, &str)]) -> String {
    let names =
        |form: &dyn Fn(&str, &str) -> String| fixes.iter().map(|(name, fixed)| form(name, fixed)).collect::<Vec<_>>();
    let joined = |form: &dyn Fn(&str, &str) -> String| names(form).join(" ");
    match ecosystem {
        // A distribution's archive holds one version, so naming it would only make the command fail a week later.
        Ecosystem::Deb => {
            format!("apt-get update && apt-get install --yes --only-upgrade {}", joined(&|name, _| quoted(name)))
        }
        Ecosystem::Apk => format!("apk upgrade --no-cache {}", joined(&|name, _| quoted(name))),
        Ecosystem::Pypi => format!("pip install {}", joined(&|name, fixed| quoted(&format!("{name}>={fixed}")))),
        Ecosystem::Npm => format!("npm install {}", joined(&|name, fixed| quoted(&format!("{name}@^{fixed}")))),
        Ecosystem::Cargo => {
            names(&|name, fixed| format!("cargo update --package {} --precise {}", quoted(name), quoted(fixed)))
                .join(" && ")
        }
        Ecosystem::Rpm => format!("dnf upgrade --assumeyes {}", joined(&|name, _| quoted(name))),
        Ecosystem::Gem => {
            names(&|name, fixed| format!("gem install {} --version {}", quoted(name), quoted(&format!(">= {fixed}"))))
                .join(" && ")
        }
        Ecosystem::Composer => {
            format!("composer require {}", joined(&|name, fixed| quoted(&format!("{name}:^{fixed}"))))
        }
        Ecosystem::Conda => {
            format!("conda install --yes {}", joined(&|name, fixed| quoted(&format!("{name}>={fixed}"))))
        }
        Ecosystem::Nuget => {
            names(&|name, fixed| format!("dotnet add package {} --version {}", quoted(name), quoted(fixed)))
                .join(" && ")
        }
        Ecosystem::Pub => format!("dart pub add {}", joined(&|name, fixed| quoted(&format!("{name}:^{fixed}")))),
        Ecosystem::Cocoapods => format!("pod update {}", joined(&|name, _| quoted(name))),
        Ecosystem::Swift => format!("swift package update {}", joined(&|name, _| quoted(last_part(name)))),
        Ecosystem::Hex => format!("mix deps.update {}", joined(&|name, _| quoted(name))),
        Ecosystem::Conan | Ecosystem::Generic | Ecosystem::Maven => {
            format!("raise to {}", names(&|name, fixed| format!("{name} {fixed}")).join(", "))
        }
        Ecosystem::Golang => {
            format!("go get {}", joined(&|name, fixed| quoted(&format!("{name}@v{}", fixed.trim_start_matches('v')))))
        }
    }
}

/// What a repository is called within its owner's.
fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// A word for a shell. Names come from the image, so whatever is not plainly harmless is quoted.
fn quoted(word: &str) -> String {
    let harmless = |character: char| character.is_ascii_alphanumeric() || "@%+=:,./-_".contains(character);
    if !word.is_empty() && word.chars().all(harmless) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use boltseal_model::Location;

    use super::*;

    #[test]
    fn a_hostile_name_cannot_leave_its_word() {
        let package = Package::new("test", Ecosystem::Npm, "x'; rm -rf /;'", "1", Location::default());
        assert_eq!(remedy(&package, Some("2")), r"npm install 'x'\''; rm -rf /;'\''@^2'");
    }

    #[test]
    fn each_ecosystem_has_its_command() {
        let fixes = [("a", "1.2"), ("b", "2.0")];
        assert_eq!(command(Ecosystem::Deb, &fixes), "apt-get update && apt-get install --yes --only-upgrade a b");
        assert_eq!(command(Ecosystem::Pypi, &fixes), "pip install 'a>=1.2' 'b>=2.0'");
        assert_eq!(command(Ecosystem::Npm, &fixes), "npm install 'a@^1.2' 'b@^2.0'");
        assert_eq!(
            command(Ecosystem::Cargo, &fixes),
            "cargo update --package a --precise 1.2 && cargo update --package b --precise 2.0"
        );
        assert_eq!(command(Ecosystem::Golang, &[("github.com/x/y", "1.2.3")]), "go get github.com/x/y@v1.2.3");
    }
}
