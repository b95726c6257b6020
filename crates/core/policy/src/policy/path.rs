//! The place that a finding points to.

use boltseal_model::Position;

use super::reading::Complain;
use super::{Mistake, Text};
use crate::check::{Complaint, Scope};
use crate::facts::{Content, Fact};
use crate::nearest::hint;
use crate::program::Operation;
use crate::schema::Type;
use crate::syntax::{Expression, Kind, Literal, Span, parse};

/// A plain path of fields and elements.
#[derive(Debug)]
pub(crate) struct Path {
    start: Start,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Element,
    Root(usize),
}

#[derive(Debug)]
enum Step {
    Field(String),
    Element(usize),
}

impl Path {
    pub(super) fn read(
        text: &Text,
        scope: &Scope,
        limits: &boltseal_model::Limits,
        mistakes: &mut Complain<'_>,
    ) -> Option<Self> {
        Self::typed(text, scope, limits, mistakes).map(|(path, _)| path)
    }

    /// The path, and the type of what it leads to.
    pub(super) fn typed(
        text: &Text,
        scope: &Scope,
        limits: &boltseal_model::Limits,
        mistakes: &mut Complain<'_>,
    ) -> Option<(Self, Type)> {
        let result = parse(&text.text, limits)
            .map_err(Complaint::from)
            .and_then(|expression| Reader { scope }.path(&expression));
        match result {
            Ok(found) => Some(found),
            Err(complaint) => {
                mistakes.push(text, complaint);
                None
            }
        }
    }

    /// The structure that the path begins in, if it does in one.
    pub(super) fn origin<'s>(&self, scope: &'s Scope) -> Option<&'s str> {
        let ty = match self.start {
            Start::Element => &scope.binding.as_ref()?.1,
            Start::Root(index) => scope.root(index)?,
        };
        match ty {
            Type::Shape(index) => scope.shapes().get(*index).map(|shape| shape.name.as_str()),
            _ => None,
        }
    }

    /// What the path begins in.
    pub(crate) fn beginning<'f>(&self, roots: &[&'f Fact], element: Option<&'f Fact>) -> Option<&'f Fact> {
        match self.start {
            Start::Element => element,
            Start::Root(index) => roots.get(index).copied(),
        }
    }

    /// The fields on the way, as `confinement.non_root` and `sources[0].kind`.
    pub(super) fn fields(&self) -> String {
        let mut text = String::new();
        for step in &self.steps {
            match step {
                Step::Field(name) if text.is_empty() => text.push_str(name),
                Step::Field(name) => text.extend([".", name]),
                Step::Element(index) => text.push_str(&format!("[{index}]")),
            }
        }
        text
    }

    /// Where the path leads, or the nearest value on the way there that is there and knows where it stands.
    pub(crate) fn position(&self, roots: &[&Fact], element: Option<&Fact>) -> Option<Position> {
        let mut fact = self.beginning(roots, element)?;
        let mut found = fact.at;
        for step in &self.steps {
            let next = match (step, &fact.content) {
                (Step::Field(name), _) => fact.child(name),
                (Step::Element(index), Content::List(facts) | Content::Tuple(facts)) => facts.get(*index),
                _ => None,
            };
            let Some(next) = next else { break };
            fact = next;
            found = fact.at.or_else(|| first_within(fact)).or(found);
        }
        found
    }
}

/// Where the first thing within a list stands: a list itself has no place.
fn first_within(fact: &Fact) -> Option<Position> {
    match &fact.content {
        Content::List(facts) => facts.iter().find_map(|fact| fact.at),
        _ => None,
    }
}

struct Reader<'r> {
    scope: &'r Scope,
}

impl Reader<'_> {
    fn path(&self, expression: &Expression) -> Result<(Path, Type), Complaint> {
        let complaint = |span: Span, detail: String| Complaint { span, detail };
        match &expression.kind {
            Kind::Name(name) => {
                let known: Vec<&str> = self.scope.names().collect();
                match self.scope.name(name) {
                    Some((Operation::Local(_), ty)) => Ok((Path { start: Start::Element, steps: Vec::new() }, ty)),
                    Some((Operation::Root(index), ty)) => {
                        Ok((Path { start: Start::Root(index), steps: Vec::new() }, ty))
                    }
                    _ => Err(complaint(expression.span, format!("there is no `{name}`{}", hint(name, &known)))),
                }
            }
            Kind::Select { operand, field, .. } => {
                let (mut path, ty) = self.path(operand)?;
                path.steps.push(Step::Field(field.text.clone()));
                let ty = match ty {
                    Type::Shape(index) => {
                        let Some(shape) = self.scope.shapes().get(index) else { return Ok((path, Type::Dyn)) };
                        let known: Vec<&str> = shape.fields.iter().map(|field| field.name.as_str()).collect();
                        let unknown = || {
                            let hint = hint(&field.text, &known);
                            complaint(field.span, format!("{} has no field `{}`{hint}", shape.name, field.text))
                        };
                        shape.field(&field.text).ok_or_else(unknown)?.ty.clone()
                    }
                    Type::Map(_, value) => *value,
                    Type::Dyn => Type::Dyn,
                    other => {
                        let shown = other.shown(self.scope.shapes());
                        return Err(complaint(field.span, format!("{shown} has no fields")));
                    }
                };
                Ok((path, ty))
            }
            Kind::Index { operand, index, .. } => {
                let (mut path, ty) = self.path(operand)?;
                let (step, ty) = match (&index.kind, ty) {
                    (Kind::Literal(Literal::Text(key)), Type::Map(_, value)) => (Step::Field(key.clone()), *value),
                    (Kind::Literal(Literal::Text(key)), Type::Dyn) => (Step::Field(key.clone()), Type::Dyn),
                    (Kind::Literal(Literal::Int(number)), Type::List(element)) => {
                        (Step::Element(usize::try_from(*number).unwrap_or(usize::MAX)), *element)
                    }
                    _ => return Err(complaint(index.span, "only a literal key or number leads on".into())),
                };
                path.steps.push(step);
                Ok((path, ty))
            }
            _ => Err(complaint(expression.span, "a place is a plain path, as `container.image`".into())),
        }
    }
}

impl Complain<'_> {
    /// A complaint about a part of a text.
    pub(super) fn push(&mut self, text: &Text, complaint: Complaint) {
        let at = text.origin.position(self.value, complaint.span);
        self.mistakes.push(Mistake { path: self.path.to_owned(), at, detail: complaint.detail });
    }
}
