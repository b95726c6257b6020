//! What the rules that come with the program say of themselves.

use boltseal_model::{FindingKind, Severity};
use yara_x_parser::ast::{AST, Item, MetaValue, Rule, RuleFlags};

use crate::hit::Hit;
use crate::malware;
use crate::secret::{self, SecretFile};

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// What it finds: malware or secrets.
    pub kind: FindingKind,
    /// Its id, as findings have it.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where what it finds is documented.
    pub references: Vec<String>,
}

/// Every rule that comes with the program, by kind and id.
pub fn described() -> Vec<Described> {
    let known = Hit::known(String::new());
    let known = Described {
        kind: known.kind,
        id: known.rule,
        title: known.title,
        severity: known.severity,
        references: Vec::new(),
    };
    let shapes = malware::DETECTORS.iter().map(|detector| Described {
        kind: FindingKind::Malware,
        id: detector.id.to_owned(),
        title: detector.title.to_owned(),
        severity: detector.severity,
        references: detector.references.iter().map(|&reference| reference.to_owned()).collect(),
    });
    let secrets = secret::BUILT_IN.iter().filter_map(|(_, text)| toml::from_str(text).ok()).flat_map(of_secrets);
    let mut all: Vec<Described> = malware::BUILT_IN
        .iter()
        .flat_map(|(_, text)| of_yara(text))
        .chain(shapes)
        .chain([known])
        .chain(secrets)
        .collect();
    all.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    all
}

fn of_secrets(file: SecretFile) -> impl Iterator<Item = Described> {
    file.rules.into_iter().map(move |rule| Described {
        kind: FindingKind::Secret,
        id: rule.id,
        title: rule.title,
        severity: rule.severity,
        references: file.references.clone(),
    })
}

fn of_yara(text: &str) -> Vec<Described> {
    let ast = AST::from(text);
    let rules = ast.items().filter_map(|item| match item {
        Item::Rule(rule) => Some(rule),
        Item::Import(_) | Item::Include(_) => None,
    });
    rules.filter(|rule| !rule.flags.contains(RuleFlags::Private)).map(of_rule).collect()
}

fn of_rule(rule: &Rule<'_>) -> Described {
    let texts = |wanted: &'static str| {
        rule.meta.iter().flatten().filter(move |meta| meta.identifier.name == wanted).filter_map(|meta| {
            match meta.value {
                MetaValue::String((text, _)) => Some(text.to_owned()),
                MetaValue::Bool(_) | MetaValue::Integer(_) | MetaValue::Float(_) | MetaValue::Bytes(_) => None,
            }
        })
    };
    Described {
        kind: FindingKind::Malware,
        id: malware::id_of(rule.identifier.name),
        title: texts("description").next().unwrap_or_default(),
        severity: malware::severity_of(texts("severity").next().as_deref()),
        references: texts("reference").collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Rules, Sought};

    #[test]
    fn every_rule_is_described_once_and_says_something() {
        let (all, (rules, _)) = (described(), Rules::built_in(Sought { malware: true, secrets: true }));
        // The look-up of digests is a rule as well, though no list comes with the program.
        assert_eq!(all.len(), rules.count() + malware::DETECTORS.len() + 1);
        let ids: BTreeSet<&str> = all.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids.len(), all.len(), "an id is given twice");
        for it in &all {
            assert!(it.title.split_whitespace().count() > 1, "{}: {:?}", it.id, it.title);
            assert!(it.references.iter().all(|link| link.starts_with("https://")), "{}: {:?}", it.id, it.references);
        }
        let documented = all.iter().filter(|it| it.kind == FindingKind::Malware && !it.references.is_empty()).count();
        let malware = all.iter().filter(|it| it.kind == FindingKind::Malware).count();
        assert_eq!(documented + 1, malware, "a rule for malware names what it is about");
    }
}
