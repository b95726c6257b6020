//! The macros over elements and optionals.

use super::{Checker, Typed};
use crate::program::{Loop, LoopKind, Node, Operation};
use crate::schema::Type;
use crate::syntax::{Expression, Kind, Name, Span};

impl Checker<'_> {
    /// A macro, if it is one by its name and the number of its arguments.
    pub(super) fn macro_call(
        &mut self,
        target: &Expression,
        function: &Name,
        arguments: &[Expression],
        span: Span,
    ) -> Option<Typed> {
        let kind = match (function.text.as_str(), arguments.len()) {
            ("all", 2) => LoopKind::All,
            ("exists", 2) => LoopKind::Exists,
            ("exists_one" | "existsOne", 2) => LoopKind::ExistsOne,
            ("filter", 2) => LoopKind::Filter,
            ("map", 2 | 3) => LoopKind::Map,
            ("or" | "orValue", 1) => return Some(self.optional_or(target, function, arguments.first()?, span)),
            ("optMap" | "optFlatMap", 2) => return Some(self.optional_map(target, function, arguments, span)),
            ("all" | "exists" | "exists_one" | "existsOne" | "filter" | "map" | "optMap" | "optFlatMap", _) => {
                let name = &function.text;
                let detail = format!("`{name}` takes a name and an expression: `list.{name}(element, …)`");
                return Some(self.wrong(function.span, detail));
            }
            _ => return None,
        };
        Some(self.repeat(kind, target, function, arguments, span))
    }

    fn repeat(
        &mut self,
        kind: LoopKind,
        target: &Expression,
        function: &Name,
        arguments: &[Expression],
        span: Span,
    ) -> Typed {
        let (range, range_type) = self.expression(target);
        let element = match &range_type {
            Type::List(element) => (**element).clone(),
            Type::Map(key, _) => (**key).clone(),
            Type::Dyn => Type::Dyn,
            other => {
                let way = if matches!(other, Type::Optional(_)) { "; end it with `.orValue([])`" } else { "" };
                let detail = format!("{} has no elements{way}", self.shown(other));
                self.complain(target.span, detail);
                Type::Dyn
            }
        };
        let (Some(variable), Some(last)) = (arguments.first(), arguments.last()) else {
            return self.wrong(span, "a name is needed");
        };
        let Some((slot, name)) = self.enter(variable, element.clone()) else { return self.not_a_name(variable) };
        let purpose = format!("the condition of `{}`", function.text);
        let filter = match arguments {
            [_, filter, _] => Some((self.condition(filter, &purpose), filter)),
            _ => None,
        };
        let (body, ty) = match (kind, &filter) {
            (LoopKind::Map, Some((_, filter))) => self.guarded(filter, true, last),
            (LoopKind::Map, None) => self.expression(last),
            _ => (self.condition(last, &purpose), Type::Bool),
        };
        self.locals.pop();
        let ty = match kind {
            LoopKind::All | LoopKind::Exists | LoopKind::ExistsOne => Type::Bool,
            LoopKind::Filter => Type::list(element),
            LoopKind::Map => Type::list(ty),
        };
        let filter = filter.map(|(node, _)| node);
        let inner = Loop { kind, range, slot, variable: name, filter, body };
        (Node { operation: Operation::Loop(Box::new(inner)), span }, ty)
    }

    /// Names an element; gives its place among the locals, and the name.
    fn enter(&mut self, variable: &Expression, ty: Type) -> Option<(usize, String)> {
        let Kind::Name(name) = &variable.kind else { return None };
        self.locals.push((name.clone(), ty));
        Some((self.locals.len(), name.clone()))
    }

    fn not_a_name(&mut self, variable: &Expression) -> Typed {
        self.wrong(variable.span, "a plain name for the element is needed here")
    }

    fn held(&mut self, target: &Expression, function: &Name) -> (Node, Type) {
        let (node, ty) = self.expression(target);
        match ty {
            Type::Optional(held) => (node, *held),
            Type::Dyn => (node, Type::Dyn),
            other => {
                let detail = format!(
                    "`{}` is a function of optionals, and this is {}; a field becomes one by `.?`",
                    function.text,
                    self.shown(&other)
                );
                self.complain(function.span, detail);
                (node, Type::Dyn)
            }
        }
    }

    fn optional_or(&mut self, target: &Expression, function: &Name, other: &Expression, span: Span) -> Typed {
        let (node, held) = self.held(target, function);
        let (other_node, other_type) = self.expression(other);
        let is_value = function.text == "orValue";
        let wanted = if is_value { held.clone() } else { Type::optional(held.clone()) };
        if !other_type.fits(&wanted) {
            let (is, must) = (self.shown(&other_type), self.shown(&wanted));
            self.complain(other.span, format!("`{}` takes {must} here, not {is}", function.text));
        }
        let ty = wanted.join(other_type);
        (Node { operation: Operation::OptionalOr { parts: Box::new([node, other_node]), is_value }, span }, ty)
    }

    fn optional_map(&mut self, target: &Expression, function: &Name, arguments: &[Expression], span: Span) -> Typed {
        let (node, held) = self.held(target, function);
        let [variable, body] = arguments else { return self.wrong(span, "a name and an expression are needed") };
        let Some((slot, _)) = self.enter(variable, held) else { return self.not_a_name(variable) };
        let (body_node, ty) = self.expression(body);
        self.locals.pop();
        let is_flat = function.text == "optFlatMap";
        let ty = match ty {
            ty @ (Type::Optional(_) | Type::Dyn) if is_flat => ty,
            other if is_flat => {
                let detail = format!("`optFlatMap` takes an optional, not {}; `optMap` makes one", self.shown(&other));
                return self.wrong(body.span, detail);
            }
            ty => Type::optional(ty),
        };
        let parts = Box::new([node, body_node]);
        (Node { operation: Operation::OptionalMap { parts, slot, is_flat }, span }, ty)
    }
}
