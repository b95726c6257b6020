//! Fields and elements.

use super::{Checker, Scope, Typed};
use crate::nearest::hint;
use crate::program::{Absent, Node, Operation};
use crate::schema::{Field, Type};
use crate::syntax::{Expression, Kind, Literal, Name, Span};

/// What is known of a field.
struct Found {
    ty: Type,
    may_be_absent: bool,
    /// Whether it is a field of a choice, which may be a text instead.
    is_choice: bool,
}

impl Checker<'_> {
    pub(super) fn select(&mut self, operand: &Expression, field: &Name, whole: &Expression) -> Typed {
        let span = whole.span;
        if let Some(typed) = self.variable(operand, field, span) {
            return typed;
        }
        let (node, ty) = self.expression(operand);
        let operand_node = Box::new(node);
        // Behind `.?`, a field that is absent makes the whole absent.
        if let Type::Optional(held) = &ty {
            let found = self.field(held, field);
            let operation = Operation::OptionalSelect {
                operand: operand_node,
                field: field.text.clone(),
                is_choice: found.is_choice,
            };
            return (Node { operation, span }, Type::optional(found.ty));
        }
        let found = self.field(&ty, field);
        if found.may_be_absent && !self.is_guarded(whole) {
            self.unguarded(operand, &field.text, &found.ty, span);
        }
        let absent = match (&found.ty, found.may_be_absent) {
            (Type::List(_), false) => Absent::EmptyList,
            (Type::Map(..), false) => Absent::EmptyMap,
            _ => Absent::Error,
        };
        let operation = Operation::Select { operand: operand_node, field: field.text.clone(), absent };
        (Node { operation, span }, found.ty)
    }

    fn unguarded(&mut self, operand: &Expression, field: &str, ty: &Type, span: Span) {
        let before = written(operand);
        let instead = match ty {
            Type::Bool => "false",
            Type::Int => "0",
            Type::Text | Type::Word(_) => "''",
            Type::List(_) => "[]",
            _ => "…",
        };
        let optional = if is_name(field) { format!(".?{field}") } else { format!("[?'{field}']") };
        let test = if is_name(field) { format!("has({before}.{field})") } else { format!("'{field}' in {before}") };
        let detail = format!(
            "`{field}` may be absent: write `{before}{optional}.orValue({instead})`, or test `{test} && …` before"
        );
        self.complain(span, detail);
    }

    /// `variables.name`, unless something else is called so.
    fn variable(&mut self, operand: &Expression, field: &Name, span: Span) -> Option<Typed> {
        let Kind::Name(name) = &operand.kind else { return None };
        let is_other = self.locals.iter().any(|(local, _)| local == name) || self.scope.name(name).is_some();
        if name != Scope::VARIABLES || is_other || self.scope.variables.is_empty() {
            return None;
        }
        Some(match self.scope.variable(&field.text) {
            Some((operation, ty)) => (Node { operation, span }, ty),
            None => {
                let known: Vec<&str> = self.scope.variables.iter().map(|(name, _)| name.as_str()).collect();
                let detail = format!("there is no variable `{}` before this{}", field.text, hint(&field.text, &known));
                self.wrong(field.span, detail)
            }
        })
    }

    pub(super) fn optional_select(&mut self, operand: &Expression, field: &Name, span: Span) -> Typed {
        let (node, ty) = self.expression(operand);
        let held = match ty {
            Type::Optional(held) => *held,
            other => other,
        };
        let found = self.field(&held, field);
        let operation = Operation::OptionalSelect {
            operand: Box::new(node),
            field: field.text.clone(),
            is_choice: found.is_choice,
        };
        (Node { operation, span }, Type::optional(found.ty))
    }

    /// `has(a.b)`.
    pub(super) fn has(&mut self, arguments: &[Expression], span: Span) -> Typed {
        let [argument] = arguments else { return self.wrong(span, "`has` takes one field: `has(a.b)`") };
        let Kind::Select { operand, field, is_optional: false } = &argument.kind else {
            return self.wrong(argument.span, "`has` takes a field: `has(a.b)`");
        };
        let (node, ty) = self.expression(operand);
        if matches!(ty, Type::Optional(_)) {
            let detail = "this is an optional; write `.hasValue()` behind the field in place of `has`";
            return self.wrong(argument.span, detail);
        }
        let found = self.field(&ty, field);
        let operation =
            Operation::Has { operand: Box::new(node), field: field.text.clone(), is_choice: found.is_choice };
        (Node { operation, span }, Type::Bool)
    }

    fn field(&mut self, ty: &Type, field: &Name) -> Found {
        match ty {
            // What is only unknown because of another mistake is no second one.
            Type::Dyn => Found { ty: Type::Dyn, may_be_absent: self.complaints.is_empty(), is_choice: false },
            Type::Map(key, value) if key.fits(&Type::Text) => {
                Found { ty: (**value).clone(), may_be_absent: true, is_choice: false }
            }
            Type::Shape(index) => self.shape_field(*index, field),
            other => {
                let detail = format!("{} has no fields", self.shown(other));
                self.complain(field.span, detail);
                Found { ty: Type::Dyn, may_be_absent: false, is_choice: false }
            }
        }
    }

    fn shape_field(&mut self, index: usize, field: &Name) -> Found {
        let unknown = Found { ty: Type::Dyn, may_be_absent: false, is_choice: false };
        let Some(shape) = self.shapes().get(index) else { return unknown };
        if let Some(Field { ty, is_optional, .. }) = shape.field(&field.text) {
            return Found { ty: ty.clone(), may_be_absent: *is_optional, is_choice: shape.words.is_some() };
        }
        let known: Vec<&str> = shape.fields.iter().map(|field| field.name.as_str()).collect();
        let detail = format!("{} has no field `{}`{}", shape.name, field.text, hint(&field.text, &known));
        self.complain(field.span, detail);
        unknown
    }

    pub(super) fn index(
        &mut self,
        operand: &Expression,
        index: &Expression,
        is_optional: bool,
        whole: &Expression,
    ) -> Typed {
        let span = whole.span;
        let (operand_node, ty) = self.expression(operand);
        let (index_node, index_type) = self.expression(index);
        let (held, was_optional) = match ty {
            Type::Optional(held) => (*held, true),
            other => (other, false),
        };
        let element = self.element_type(&held, &index_type, index, operand.span);
        if !is_optional
            && !was_optional
            && matches!(held, Type::Map(..) | Type::Dyn)
            && let Kind::Literal(Literal::Text(key)) = &index.kind
            && !self.is_guarded(whole)
            && self.complaints.is_empty()
        {
            self.unguarded(operand, key, &element, span);
        }
        let parts = Box::new([operand_node, index_node]);
        if is_optional {
            return (Node { operation: Operation::OptionalIndex(parts), span }, Type::optional(element));
        }
        let ty = if was_optional { Type::optional(element) } else { element };
        (Node { operation: Operation::Index(parts), span }, ty)
    }

    fn element_type(&mut self, held: &Type, index_type: &Type, index: &Expression, at: Span) -> Type {
        match held {
            Type::Dyn => Type::Dyn,
            Type::List(element) => {
                if !index_type.fits(&Type::Int) {
                    let detail = format!("the number of an element is int, not {}", self.shown(index_type));
                    self.complain(index.span, detail);
                }
                (**element).clone()
            }
            Type::Map(key, value) => {
                if !index_type.fits(key) {
                    let detail = format!("the keys are {}, and this is {}", self.shown(key), self.shown(index_type));
                    self.complain(index.span, detail);
                }
                (**value).clone()
            }
            other => {
                let detail = format!("{} has neither elements nor keys", self.shown(other));
                self.complain(at, detail);
                Type::Dyn
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && text.chars().all(is_part)
}

/// A path as it is written, for advice.
fn written(expression: &Expression) -> String {
    match &expression.kind {
        Kind::Name(name) => name.clone(),
        Kind::Select { operand, field, is_optional } => {
            format!("{}.{}{}", written(operand), if *is_optional { "?" } else { "" }, field.text)
        }
        Kind::Index { operand, index, .. } => match &index.kind {
            Kind::Literal(Literal::Text(key)) => format!("{}['{key}']", written(operand)),
            Kind::Literal(Literal::Int(number)) => format!("{}[{number}]", written(operand)),
            _ => format!("{}[…]", written(operand)),
        },
        _ => "…".to_owned(),
    }
}
