//! Operators.

use super::{Checker, Typed};
use crate::nearest::hint;
use crate::program::{Node, Operation};
use crate::schema::Type;
use crate::syntax::{Expression, Kind, Literal, Operator, Span};

impl Checker<'_> {
    pub(super) fn negate(&mut self, operand: &Expression, span: Span) -> Typed {
        let (node, ty) = self.expression(operand);
        if !matches!(ty, Type::Int | Type::Double | Type::Dyn) {
            let detail = format!("`-` takes int or double, not {}", self.shown(&ty));
            self.complain(span, detail);
        }
        (Node { operation: Operation::Negate(Box::new(node)), span }, ty)
    }

    pub(super) fn binary(&mut self, operator: Operator, parts: &[Expression; 2], span: Span) -> Typed {
        let [left, right] = parts;
        let (left_node, left_type) = self.expression(left);
        let (right_node, right_type) = self.expression(right);
        let ty = match operator {
            Operator::Equal | Operator::NotEqual => {
                self.words(&left_type, right);
                self.words(&right_type, left);
                left_type.compares(&right_type, self.shapes()).then_some(Type::Bool)
            }
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                has_order(&left_type, &right_type).then_some(Type::Bool)
            }
            Operator::In => {
                if let Kind::List(elements) = &right.kind {
                    elements.iter().for_each(|element| self.words(&left_type, &element.expression));
                }
                let holds = match &right_type {
                    Type::List(element) => left_type.compares(element, self.shapes()),
                    Type::Map(key, _) => left_type.compares(key, self.shapes()),
                    other => *other == Type::Dyn,
                };
                holds.then_some(Type::Bool)
            }
            _ => sum(operator, &left_type, &right_type),
        };
        let Some(ty) = ty else {
            let detail = self.mismatch(operator, &left_type, &right_type);
            return self.wrong(span, detail);
        };
        if operator == Operator::In
            && let Operation::List(elements) = &right_node.operation
            && let Some(words) = literals(elements)
        {
            return (Node { operation: Operation::Within { element: Box::new(left_node), words }, span }, ty);
        }
        (Node { operation: Operation::Binary(operator, Box::new([left_node, right_node])), span }, ty)
    }

    fn mismatch(&self, operator: Operator, left: &Type, right: &Type) -> String {
        let way = match (left, right) {
            (Type::Optional(_), _) | (_, Type::Optional(_)) => "; end the optional with `.orValue(…)`",
            (left, right) if left.is_number() && right.is_number() => "; convert one, as with `double(…)`",
            (Type::Quantity | Type::Semver, other) if other == left => {
                "; `isLessThan` and `isGreaterThan` compare these"
            }
            _ => "",
        };
        let (left, right) = (self.shown(left), self.shown(right));
        if operator == Operator::In {
            return format!("`in` does not look for {left} in {right}{way}");
        }
        format!("`{}` does not take {left} and {right}{way}", operator.symbol())
    }

    /// A text that is compared with one of a few must be one of them.
    fn words(&mut self, ty: &Type, other: &Expression) {
        let words = match ty {
            Type::Word(words) => Some(words),
            Type::Shape(index) => self.scope.shapes().get(*index).and_then(|shape| shape.words.as_ref()),
            _ => None,
        };
        let Some(words) = words else { return };
        if let Kind::Literal(Literal::Text(text)) = &other.kind
            && !words.contains(text)
        {
            let known: Vec<&str> = words.iter().map(String::as_str).collect();
            let detail = format!("it is never {text:?}{}", hint(text, &known));
            self.complain(other.span, detail);
        }
    }
}

/// The elements, if all are literals.
fn literals(elements: &[(Node, bool)]) -> Option<Vec<Literal>> {
    let literal = |(node, is_optional): &(Node, bool)| match &node.operation {
        Operation::Constant(literal) if !is_optional => Some(literal.clone()),
        _ => None,
    };
    elements.iter().map(literal).collect()
}

fn has_order(left: &Type, right: &Type) -> bool {
    let is_ordered = |ty: &Type| ty.is_number() || ty.is_text() || matches!(ty, Type::Dyn | Type::Bool | Type::Bytes);
    is_ordered(left) && is_ordered(right) && (left.fits(right) || left.is_number() && right.is_number())
}

/// The type of what an operator of arithmetic gives.
fn sum(operator: Operator, left: &Type, right: &Type) -> Option<Type> {
    let takes = |ty: &Type| match (operator, ty) {
        (_, Type::Int | Type::Uint | Type::Dyn) => true,
        (Operator::Modulo, Type::Double) => false,
        (_, Type::Double) => true,
        (Operator::Add, ty) => ty.is_text() || matches!(ty, Type::Bytes | Type::List(_)),
        _ => false,
    };
    if !takes(left) || !takes(right) {
        return None;
    }
    match (left, right) {
        (Type::Dyn, Type::Dyn) => Some(Type::Dyn),
        (Type::Dyn, other) | (other, Type::Dyn) => Some(match other {
            Type::List(_) => Type::list(Type::Dyn),
            other if other.is_text() => Type::Text,
            other => other.clone(),
        }),
        (Type::List(left), Type::List(right)) if left.fits(right) => {
            Some(Type::list((**left).clone().join((**right).clone())))
        }
        (left, right) if left.is_text() && right.is_text() => Some(Type::Text),
        (left, right) => (left == right).then(|| left.clone()),
    }
}
