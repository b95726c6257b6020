//! Licences: what packages state, as SPDX expressions, by family, and against the user's rules.
//!
//! [`Licence::read`] makes an expression of what a package states; [`Licence::family`] says what the whole of it asks of
//! those who pass the package on; [`findings`] holds packages to [`Rule`]s.
//!
//! Invariant: no file, no clock; the families and spellings are data, in `content/licences/families.txt`.
//!
//! Deliberately absent: legal advice, and a guess where a package states nothing.

mod family;
mod rule;
mod spelling;

use spdx::{Expression, LicenseItem, LicenseReq, ParseMode};

pub use family::{Family, ParseFamilyError};
pub use rule::{ParseRuleError, Rule, findings};

/// Bytes of what a package states about its licence. Some packages put the whole text there, which is no expression; the
/// longest real expressions, of distributions that name every file's, have some two thousand.
const MOST: usize = 4_096;

/// What a package states about its licence, understood as far as it can be.
#[derive(Debug, Clone)]
pub struct Licence {
    /// None where no expression can be made of it.
    expression: Option<Expression>,
}

impl Licence {
    /// Reads what a package states: an SPDX expression, or the words that Debian, PyPI, npm, Alpine or gems use for one.
    pub fn read(stated: &str) -> Self {
        let stated = stated.trim();
        if stated.is_empty() || stated.len() > MOST {
            return Self { expression: None };
        }
        // The crate reads operators in any case, SPDX 2.3 (annex D.2) only in capitals.
        let is_strict = !stated.split([' ', '(', ')']).any(|word| matches!(word, "and" | "or" | "with"));
        let strict = is_strict.then(|| Expression::parse(stated).ok()).flatten();
        Self { expression: strict.or_else(|| parse(&spelling::expression(stated)?)) }
    }

    /// The licence of a package that states several: all of them hold.
    pub fn of_all(stated: &[String]) -> Self {
        let each: Option<Vec<Expression>> = stated.iter().map(|stated| Self::read(stated).expression).collect();
        let mut parts: Vec<String> = Vec::new();
        for expression in each.iter().flatten() {
            let is_alone =
                each.as_ref().is_some_and(|each| each.len() == 1) || expression.requirements().nth(1).is_none();
            let part = if is_alone { expression.to_string() } else { format!("({expression})") };
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        Self { expression: parse(&parts.join(" AND ")) }
    }

    /// The SPDX expression, where every licence and addition in it is on the SPDX lists.
    pub fn spdx(&self) -> Option<&str> {
        let is_listed = |each: &LicenseReq| {
            each.license.id().is_some() && each.addition.as_ref().is_none_or(|addition| addition.id().is_some())
        };
        let expression = self.expression.as_ref()?;
        expression.requirements().all(|each| is_listed(&each.req)).then(|| expression.as_ref())
    }

    /// What it asks of those who pass the package on: where there is a choice, the least; where several hold, the most.
    pub fn family(&self) -> Family {
        let Some(expression) = &self.expression else { return Family::Unknown };
        // The families are ordered by how much they ask, so the least one that satisfies the expression is the answer.
        let satisfies = |most: &Family| expression.evaluate(|each| family(each) <= *most);
        Family::ALL.into_iter().find(satisfies).unwrap_or(Family::Unknown)
    }
}

/// Reads an expression that was put together here, so that deprecated identifiers which packages still use are admitted.
fn parse(text: &str) -> Option<Expression> {
    Expression::parse_mode(text, ParseMode { allow_deprecated: true, ..ParseMode::STRICT }).ok()
}

/// The family of one licence in an expression.
fn family(each: &LicenseReq) -> Family {
    let name = match &each.license {
        LicenseItem::Spdx { id, .. } => id.name.to_owned(),
        LicenseItem::Other(other) => other.to_string(),
    };
    let links = each.addition.as_ref().is_some_and(|addition| spelling::lets_link(&addition.to_string()));
    match spelling::family(&name) {
        Some(Family::StrongCopyleft) if links => Family::WeakCopyleft,
        Some(family) => family,
        None if each.license.id().is_some_and(spdx::LicenseId::is_copyleft) => Family::StrongCopyleft,
        None => Family::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_words_of_every_ecosystem_are_understood() {
        for (stated, expected) in [
            ("MIT", "MIT"),
            ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
            ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
            ("(MIT or GPL-2.0+)", "(MIT OR GPL-2.0-or-later)"),
            ("License :: OSI Approved :: Apache Software License", "Apache-2.0"),
            ("License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"),
            ("Apache License, Version 2.0", "Apache-2.0"),
            ("Apache License, Version 2.0 OR EPL-2.0 OR MIT License", "Apache-2.0 OR EPL-2.0 OR MIT"),
            ("The MIT License (MIT)", "MIT"),
            ("GPL-2+ and LGPL-2.1+", "GPL-2.0-or-later AND LGPL-2.1-or-later"),
            ("GPL-2, Expat", "GPL-2.0-only AND MIT"),
            ("Expat", "MIT"),
            ("BSD-3-clause", "BSD-3-Clause"),
            ("GPLv3+", "GPL-3.0-or-later"),
            ("LGPLv2.1", "LGPL-2.1-only"),
            ("GPL-2.0", "GPL-2.0-only"),
            ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
            ("GPL-3+ with Bison exception", "GPL-3.0-or-later WITH Bison-exception-2.2"),
            ("LGPLv3+_or_GPLv2+", "LGPL-3.0-or-later OR GPL-2.0-or-later"),
            ("GPL-3+-WITH-BISON-EXCEPTION", "GPL-3.0-or-later WITH Bison-exception-2.2"),
            ("GPL-2+ or AFL-2.1, and Expat", "(GPL-2.0-or-later OR AFL-2.1) AND MIT"),
            ("ISC and/or LGPL-2.1+", "ISC OR LGPL-2.1-or-later"),
            ("Licensed under the MIT License", "MIT"),
            ("GPL-2.0-or-later WITH GCC-exception-3.1 and MIT", "GPL-2.0-or-later WITH GCC-exception-3.1 AND MIT"),
        ] {
            assert_eq!(Licence::read(stated).spdx(), Some(expected), "{stated}");
        }
    }

    #[test]
    fn quiet_where_there_is_no_identifier() {
        for stated in [
            "",
            "see the file COPYING",
            "GPL-2 with a promise of ours",
            "BSD",
            "GPL",
            "UNLICENSED",
            "MIT and Whatever-We-Like",
        ] {
            assert_eq!(Licence::read(stated).spdx(), None, "{stated}");
        }
    }

    #[test]
    fn a_choice_asks_the_least_and_a_sum_the_most() {
        for (stated, expected) in [
            ("MIT OR GPL-3.0-only", Family::Permissive),
            ("MIT AND GPL-3.0-only", Family::StrongCopyleft),
            ("(MIT OR GPL-3.0-only) AND MPL-2.0", Family::WeakCopyleft),
            ("GPL-2.0-only WITH Classpath-exception-2.0", Family::WeakCopyleft),
            ("GPL-2+ with Bison exception", Family::WeakCopyleft),
            ("GPL-2+ with a promise of ours", Family::StrongCopyleft),
            ("AGPL-3.0-or-later", Family::NetworkCopyleft),
            ("BSD", Family::Permissive),
            ("BSD-3-clause-Regents", Family::Permissive),
            ("BSD-BY-LC-NE", Family::Unknown),
            ("GPL", Family::StrongCopyleft),
            ("public-domain", Family::PublicDomain),
            ("SSPL-1.0", Family::SourceAvailable),
            ("MIT and Whatever-We-Like", Family::Unknown),
            ("MIT or Whatever-We-Like", Family::Permissive),
            ("Watcom-1.0", Family::Unknown),
            ("UNLICENSED", Family::SourceAvailable),
            ("Unlicense", Family::PublicDomain),
        ] {
            assert_eq!(Licence::read(stated).family(), expected, "{stated}");
        }
    }

    #[test]
    fn several_statements_all_hold() {
        let stated = ["MIT OR GPL-2.0-only".to_owned(), "Expat".to_owned()];
        assert_eq!(Licence::of_all(&stated).spdx(), Some("(MIT OR GPL-2.0-only) AND MIT"));
        assert_eq!(Licence::of_all(&stated[..1]).spdx(), Some("MIT OR GPL-2.0-only"));
        assert_eq!(Licence::of_all(&[]).spdx(), None);
    }

    proptest! {
        #[test]
        fn never_panics(stated in r"([ -~]{0,60}|[\PC]{0,40}|((MIT|GPL-2\+|and|or|with|[(),/]) ?){0,20})") {
            let licence = Licence::read(&stated);
            let _ = licence.family();
            if let Some(expression) = licence.spdx() {
                prop_assert!(Licence::read(expression).spdx() == Some(expression), "{}", expression);
            }
        }
    }
}
