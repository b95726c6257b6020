//! The checker: an expression against the schema of the facts, to what can be evaluated.
//!
//! What it accepts does not fail for the type of a value, unless that is only known when it is evaluated (`dyn`), nor for a field
//! that is absent. A field that may be absent must be guarded: by `has` or `in` before it, or by `.?` and `orValue`.

mod access;
mod calls;
mod guards;
mod macros;
mod operators;
mod scope;

use boltseal_model::Limits;

pub(crate) use scope::{Scope, Shapes};

use crate::nearest::hint;
use crate::program::{Node, Operation};
use crate::schema::{Shape, Type};
use crate::syntax::{Element, Expression, Kind, Literal, Span, SyntaxError, parse};

/// Something wrong in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) span: Span,
    /// What is wrong and how to write it, as a lower-case fragment.
    pub(crate) detail: String,
}

impl From<SyntaxError> for Complaint {
    fn from(error: SyntaxError) -> Self {
        Self { span: error.span, detail: error.detail }
    }
}

/// A checked expression.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) node: Node,
    pub(crate) ty: Type,
}

/// Reads and checks an expression.
///
/// # Errors
/// With everything that is wrong.
pub(crate) fn check(text: &str, scope: &Scope, limits: &Limits) -> Result<Checked, Vec<Complaint>> {
    let expression = parse(text, limits).map_err(|error| vec![error.into()])?;
    let mut checker = Checker::new(scope, limits);
    let (node, ty) = checker.expression(&expression);
    if checker.complaints.is_empty() { Ok(Checked { node, ty }) } else { Err(checker.complaints) }
}

/// The same for an expression that must be of a type; `purpose` names it in the error.
pub(crate) fn check_as(
    text: &str,
    wanted: &Type,
    purpose: &str,
    scope: &Scope,
    limits: &Limits,
) -> Result<Checked, Vec<Complaint>> {
    let checked = check(text, scope, limits)?;
    if checked.ty.fits(wanted) {
        return Ok(checked);
    }
    let (is, must) = (checked.ty.shown(scope.shapes()), wanted.shown(scope.shapes()));
    let way = match &checked.ty {
        Type::Optional(held) if held.fits(wanted) && *wanted == Type::Bool => "; end it with `.orValue(false)`",
        Type::Optional(held) if held.fits(wanted) => "; end it with `.orValue(…)`",
        _ => "",
    };
    let detail = format!("{purpose} must be {must}, and is {is}{way}");
    Err(vec![Complaint { span: checked.node.span, detail }])
}

type Typed = (Node, Type);

struct Checker<'c> {
    scope: &'c Scope,
    limits: &'c Limits,
    complaints: Vec<Complaint>,
    /// Elements of the loops around, the innermost last.
    locals: Vec<(String, Type)>,
    /// Paths that are known to be there.
    guards: Vec<String>,
}

/// The paths that are known to be there where a condition, which was checked, holds.
pub(crate) fn proven_by(text: &str, limits: &Limits) -> Vec<String> {
    let scope = Scope::new(Shapes::default());
    parse(text, limits).map_or_else(|_| Vec::new(), |expression| Checker::new(&scope, limits).proven(&expression, true))
}

impl<'c> Checker<'c> {
    fn new(scope: &'c Scope, limits: &'c Limits) -> Self {
        let guards = scope.given.clone();
        Self { scope, limits, complaints: Vec::new(), locals: Vec::new(), guards }
    }
}

impl Checker<'_> {
    fn complain(&mut self, span: Span, detail: impl Into<String>) {
        // One reason is enough for each place.
        if !self.complaints.iter().any(|complaint| complaint.span == span) {
            self.complaints.push(Complaint { span, detail: detail.into() });
        }
    }

    /// Complains, and goes on with a value of which nothing is known.
    fn wrong(&mut self, span: Span, detail: impl Into<String>) -> Typed {
        self.complain(span, detail);
        (Node { operation: Operation::Constant(Literal::Null), span }, Type::Dyn)
    }

    fn shapes(&self) -> &[Shape] {
        self.scope.shapes()
    }

    fn shown(&self, ty: &Type) -> String {
        ty.shown(self.shapes())
    }

    fn expression(&mut self, expression: &Expression) -> Typed {
        let span = expression.span;
        match &expression.kind {
            Kind::Literal(literal) => {
                (Node { operation: Operation::Constant(literal.clone()), span }, kind_of(literal))
            }
            Kind::Name(name) => self.name(name, span),
            Kind::Select { operand, field, is_optional: false } => self.select(operand, field, expression),
            Kind::Select { operand, field, is_optional: true } => self.optional_select(operand, field, span),
            Kind::Index { operand, index, is_optional } => self.index(operand, index, *is_optional, expression),
            Kind::Call { target, function, arguments } => self.call(target.as_deref(), function, arguments, span),
            Kind::List(elements) => self.list(elements, span),
            Kind::Map(entries) => self.map(entries, span),
            Kind::Not(operand) => {
                let node = self.condition(operand, "what `!` turns round");
                (Node { operation: Operation::Not(Box::new(node)), span }, Type::Bool)
            }
            Kind::Negate(operand) => self.negate(operand, span),
            Kind::And(parts) => self.chain(parts, span, true),
            Kind::Or(parts) => self.chain(parts, span, false),
            Kind::Conditional(parts) => self.conditional(parts, span),
            Kind::Binary(operator, parts) => self.binary(*operator, parts, span),
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Typed {
        if let Some(slot) = self.locals.iter().rposition(|(local, _)| local == name) {
            let ty = self.locals.get(slot).map_or(Type::Dyn, |(_, ty)| ty.clone());
            return (Node { operation: Operation::Local(slot + 1), span }, ty);
        }
        match self.scope.name(name) {
            Some((operation, ty)) => (Node { operation, span }, ty),
            None => match KINDS.iter().find(|(known, _)| *known == name) {
                Some((_, kind)) => (Node { operation: Operation::Kind(kind), span }, Type::Kind),
                None => {
                    let known: Vec<&str> =
                        self.locals.iter().map(|(local, _)| local.as_str()).chain(self.scope.names()).collect();
                    let detail = format!("there is no `{name}`{}", hint(name, &known));
                    self.wrong(span, detail)
                }
            },
        }
    }

    /// An expression that must be true or false.
    fn condition(&mut self, expression: &Expression, purpose: &str) -> Node {
        let (node, ty) = self.expression(expression);
        if !ty.fits(&Type::Bool) {
            let way = match &ty {
                Type::Optional(held) if held.fits(&Type::Bool) => "; end it with `.orValue(false)`",
                _ => "",
            };
            let detail = format!("{purpose} must be bool, and is {}{way}", self.shown(&ty));
            self.complain(expression.span, detail);
        }
        node
    }

    fn chain(&mut self, parts: &[Expression], span: Span, is_and: bool) -> Typed {
        let known = self.guards.len();
        let mut nodes = Vec::with_capacity(parts.len());
        for part in parts {
            nodes.push(self.condition(part, if is_and { "a side of `&&`" } else { "a side of `||`" }));
            // What follows `&&` is of account only where this is true, what follows `||` only where it is false.
            let proven = self.proven(part, is_and);
            self.guards.extend(proven);
        }
        self.guards.truncate(known);
        let operation = if is_and { Operation::And(nodes) } else { Operation::Or(nodes) };
        (Node { operation, span }, Type::Bool)
    }

    fn conditional(&mut self, parts: &[Expression; 3], span: Span) -> Typed {
        let [condition, chosen, otherwise] = parts;
        let node = self.condition(condition, "what stands before `?`");
        let (chosen, left) = self.guarded(condition, true, chosen);
        let (otherwise, right) = self.guarded(condition, false, otherwise);
        if !left.fits(&right) {
            let detail = format!(
                "one side of `:` is {}, the other {}; make both one type, or `dyn(…)`",
                self.shown(&left),
                self.shown(&right)
            );
            self.complain(span, detail);
        }
        (Node { operation: Operation::Conditional(Box::new([node, chosen, otherwise])), span }, left.join(right))
    }

    /// An expression that is of account only where another is true, or false.
    fn guarded(&mut self, condition: &Expression, truth: bool, expression: &Expression) -> Typed {
        let known = self.guards.len();
        let proven = self.proven(condition, truth);
        self.guards.extend(proven);
        let typed = self.expression(expression);
        self.guards.truncate(known);
        typed
    }

    fn list(&mut self, elements: &[Element], span: Span) -> Typed {
        let mut nodes = Vec::with_capacity(elements.len());
        let mut joined: Option<Type> = None;
        for element in elements {
            let (node, ty) = self.element(element);
            joined = Some(match joined {
                Some(joined) => joined.join(ty),
                None => ty,
            });
            nodes.push((node, element.is_optional));
        }
        (Node { operation: Operation::List(nodes), span }, Type::list(joined.unwrap_or(Type::Dyn)))
    }

    fn element(&mut self, element: &Element) -> Typed {
        let (node, ty) = self.expression(&element.expression);
        match ty {
            ty if !element.is_optional => (node, ty),
            Type::Optional(held) => (node, *held),
            Type::Dyn => (node, Type::Dyn),
            other => {
                let detail = format!("behind `?` must be an optional, and this is {}", self.shown(&other));
                self.wrong(element.expression.span, detail)
            }
        }
    }

    fn map(&mut self, entries: &[(Element, Expression)], span: Span) -> Typed {
        let mut nodes = Vec::with_capacity(entries.len());
        let mut joined: Option<(Type, Type)> = None;
        for (key, value) in entries {
            let (key_node, key_type) = self.expression(&key.expression);
            if !matches!(key_type, Type::Text | Type::Word(_) | Type::Int | Type::Uint | Type::Bool | Type::Dyn) {
                let detail = format!("{} is no key", self.shown(&key_type));
                self.complain(key.expression.span, detail);
            }
            let value = Element { expression: value.clone(), is_optional: key.is_optional };
            let (value_node, value_type) = self.element(&value);
            joined = Some(match joined {
                Some((keys, values)) => (keys.join(key_type), values.join(value_type)),
                None => (key_type, value_type),
            });
            nodes.push((key_node, key.is_optional, value_node));
        }
        let (key, value) = joined.unwrap_or((Type::Dyn, Type::Dyn));
        (Node { operation: Operation::Map(nodes), span }, Type::map(key, value))
    }
}

/// Types as expressions name them.
const KINDS: &[(&str, &str)] = &[
    ("bool", "bool"),
    ("bytes", "bytes"),
    ("double", "double"),
    ("int", "int"),
    ("list", "list"),
    ("map", "map"),
    ("null_type", "null_type"),
    ("optional_type", "optional_type"),
    ("string", "string"),
    ("type", "type"),
    ("uint", "uint"),
];

const fn kind_of(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type::Null,
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Uint(_) => Type::Uint,
        Literal::Double(_) => Type::Double,
        Literal::Text(_) => Type::Text,
        Literal::Bytes(_) => Type::Bytes,
    }
}
