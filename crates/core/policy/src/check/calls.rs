//! Calls of functions.

use super::{Checker, Typed};
use crate::evaluate::{Steps, Stop, Value};
use crate::functions::{self, Call, Overload, Style, compile_pattern};
use crate::nearest::hint;
use crate::program::{Node, Operation};
use crate::schema::Type;
use crate::syntax::{Expression, Kind, Literal, Name, Span};

/// Functions that the evaluator makes, for advice.
const MACROS: &[&str] =
    &["all", "exists", "exists_one", "filter", "has", "map", "optFlatMap", "optMap", "or", "orValue"];

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        target: Option<&Expression>,
        function: &Name,
        arguments: &[Expression],
        span: Span,
    ) -> Typed {
        let Some(target) = target else {
            if function.text == "has" {
                return self.has(arguments, span);
            }
            return self.function(&function.text, function.span, Style::Global, Vec::new(), arguments, span);
        };
        // A function of a library looks like a method of a variable.
        if let Kind::Name(library) = &target.kind {
            let name = format!("{library}.{}", function.text);
            let is_variable =
                self.locals.iter().any(|(local, _)| local == library) || self.scope.name(library).is_some();
            if !is_variable && functions::named(&name, Style::Global).next().is_some() {
                return self.function(&name, function.span, Style::Global, Vec::new(), arguments, span);
            }
            if !is_variable && let Some(detail) = library_hint(library, &function.text) {
                return self.wrong(function.span, detail);
            }
        }
        if let Some(typed) = self.macro_call(target, function, arguments, span) {
            return typed;
        }
        let target = self.expression(target);
        self.function(&function.text, function.span, Style::Method, vec![target], arguments, span)
    }

    fn function(
        &mut self,
        name: &str,
        at: Span,
        style: Style,
        mut typed: Vec<Typed>,
        arguments: &[Expression],
        span: Span,
    ) -> Typed {
        for argument in arguments {
            typed.push(self.expression(argument));
        }
        let (nodes, types): (Vec<Node>, Vec<Type>) = typed.into_iter().unzip();
        let known: Vec<&'static Overload> = functions::named(name, style).collect();
        let takes = |overload: &&&'static Overload| {
            overload.parameters.len() == types.len()
                && overload.parameters.iter().zip(&types).all(|(parameter, ty)| parameter.takes(ty))
        };
        let overloads: Vec<&'static Overload> = known.iter().filter(takes).copied().collect();
        let Some(first) = overloads.first() else {
            let detail = self.no_overload(name, style, &known, &types);
            return self.wrong(at, detail);
        };
        let ty = overloads
            .iter()
            .skip(1)
            .fold(first.outcome.ty(&types), |ty, overload| ty.join(overload.outcome.ty(&types)));
        let pattern = match (first.name, arguments.last()) {
            ("matches" | "find" | "findAll", _) => self.pattern(style, arguments),
            _ => None,
        };
        self.constants(first, &nodes, span);
        (Node { operation: Operation::Call { overloads, arguments: nodes, pattern }, span }, ty)
    }

    /// The pattern, compiled, where it stands in the expression.
    fn pattern(&mut self, style: Style, arguments: &[Expression]) -> Option<regex::Regex> {
        let argument = arguments.get(usize::from(style == Style::Global))?;
        let Kind::Literal(Literal::Text(pattern)) = &argument.kind else { return None };
        match compile_pattern(pattern, self.limits.pattern_bytes) {
            Ok(regex) => Some(regex),
            Err(detail) => {
                self.complain(argument.span, detail);
                None
            }
        }
    }

    /// What is read of a literal is read now as well: `quantity('5 GB')` would fail whatever the facts are.
    fn constants(&mut self, overload: &'static Overload, nodes: &[Node], span: Span) {
        const READERS: &[&str] = &["cidr", "ip", "quantity", "semver", "url"];
        let literal = |node: &Node| match &node.operation {
            Operation::Constant(Literal::Text(text)) => Some(Value::text(text.as_str())),
            Operation::Constant(Literal::Bool(flag)) => Some(Value::Bool(*flag)),
            _ => None,
        };
        let values: Option<Vec<Value<'_>>> = nodes.iter().map(literal).collect();
        let Some(values) = values.filter(|_| READERS.contains(&overload.name)) else { return };
        let mut steps = Steps::new(self.limits.policy_steps);
        let mut call = Call { steps: &mut steps, pattern: None, pattern_bytes: self.limits.pattern_bytes };
        if let Err(Stop::Error(error)) = (overload.run)(&values, &mut call) {
            let detail = error.detail.split(';').next().unwrap_or_default().to_owned();
            self.complain(span, detail);
        }
    }

    fn no_overload(&self, name: &str, style: Style, known: &[&Overload], types: &[Type]) -> String {
        let Some(first) = known.first() else { return unknown(name, style) };
        if style == Style::Method && matches!(types.first(), Some(Type::Optional(_))) {
            return format!("`{name}` is no function of an optional; end that with `.orValue(…)`");
        }
        let shown = |parameters: &[functions::Parameter]| {
            let shown: Vec<&str> = parameters.iter().map(|parameter| parameter.shown()).collect();
            match (style, shown.split_first()) {
                (Style::Method, Some((target, rest))) => format!("{target}.{name}({})", rest.join(", ")),
                _ => format!("{name}({})", shown.join(", ")),
            }
        };
        let mut ways: Vec<String> = known.iter().map(|overload| shown(overload.parameters)).collect();
        ways.dedup();
        let given: Vec<String> = types.iter().map(|ty| self.shown(ty)).collect();
        let given = match (style, given.split_first()) {
            (Style::Method, Some((target, rest))) => format!("{target}.{name}({})", rest.join(", ")),
            _ => format!("{name}({})", given.join(", ")),
        };
        format!("there is no `{given}`; `{}` is `{}`", first.name, ways.join("`, `"))
    }
}

/// Advice about a function of a library that has no such function.
fn library_hint(library: &str, function: &str) -> Option<String> {
    let prefix = format!("{library}.");
    let known: Vec<&str> = functions::all().filter_map(|overload| overload.name.strip_prefix(&prefix)).collect();
    (!known.is_empty()).then(|| format!("`{library}` has no function `{function}`{}", hint(function, &known)))
}

fn unknown(name: &str, style: Style) -> String {
    let other = if style == Style::Method { Style::Global } else { Style::Method };
    if functions::named(name, other).next().is_some() || MACROS.contains(&name) {
        return match style {
            Style::Method => format!("`{name}` is no method; call it as `{name}(…)`"),
            Style::Global => format!("`{name}` is a method; call it as `value.{name}(…)`"),
        };
    }
    let mut known: Vec<&str> =
        functions::all().filter(|overload| overload.style == style).map(|overload| overload.name).collect();
    known.extend(MACROS);
    format!("there is no function `{name}`{}", hint(name, &known))
}
