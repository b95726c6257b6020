//! Which fields are known to be there.

use super::Checker;
use crate::syntax::{Expression, Kind, Literal, Operator};

impl Checker<'_> {
    /// The path of an expression that is one: a name, with fields and literal keys behind it.
    pub(super) fn path(&self, expression: &Expression) -> Option<String> {
        match &expression.kind {
            // The same name is another variable in another loop.
            Kind::Name(name) => Some(match self.locals.iter().rposition(|(local, _)| local == name) {
                Some(slot) => format!("%{slot}"),
                None => name.clone(),
            }),
            Kind::Select { operand, field, .. } => Some(step(&self.path(operand)?, &field.text)),
            Kind::Index { operand, index, .. } => match &index.kind {
                Kind::Literal(Literal::Text(key)) => Some(step(&self.path(operand)?, key)),
                Kind::Literal(Literal::Int(number)) => Some(format!("{}\u{0}[{number}]", self.path(operand)?)),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn is_guarded(&self, expression: &Expression) -> bool {
        self.path(expression).is_some_and(|path| self.guards.contains(&path))
    }

    /// Paths that must be there where an expression is true, or false.
    pub(super) fn proven(&self, expression: &Expression, truth: bool) -> Vec<String> {
        match &expression.kind {
            Kind::Not(operand) => self.proven(operand, !truth),
            Kind::And(parts) if truth => parts.iter().flat_map(|part| self.proven(part, true)).collect(),
            Kind::Or(parts) if !truth => parts.iter().flat_map(|part| self.proven(part, false)).collect(),
            Kind::Call { target: None, function, arguments } if truth && function.text == "has" => {
                arguments.first().and_then(|argument| self.path(argument)).into_iter().collect()
            }
            Kind::Call { target: Some(target), function, arguments }
                if truth && function.text == "hasValue" && arguments.is_empty() =>
            {
                self.prefixes(target)
            }
            Kind::Binary(Operator::In, parts) if truth => {
                let [key, map] = &**parts;
                match (&key.kind, self.path(map)) {
                    (Kind::Literal(Literal::Text(key)), Some(map)) => vec![step(&map, key)],
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// The path of a chain of optional fields, and all that it leads through.
    fn prefixes(&self, expression: &Expression) -> Vec<String> {
        let mut found: Vec<String> = self.path(expression).into_iter().collect();
        if let Kind::Select { operand, .. } | Kind::Index { operand, .. } = &expression.kind {
            found.extend(self.prefixes(operand));
        }
        found
    }
}

/// Keys may hold any character, and no path is another's by chance.
fn step(path: &str, name: &str) -> String {
    format!("{path}\u{0}{name}")
}
