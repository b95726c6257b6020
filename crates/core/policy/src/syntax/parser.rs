//! From the words of an expression to its tree.

use boltseal_model::Limits;

use super::lexer::{Token, tokens};
use super::{Element, Expression, Kind, Name, Operator, Span, SyntaxError, literal};

/// Words that CEL keeps for languages around it. Fields can be called so, variables cannot.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

type Parsed = Result<Expression, SyntaxError>;

/// Reads one expression.
pub(crate) fn parse(text: &str, limits: &Limits) -> Parsed {
    if text.len() > limits.expression_bytes {
        let detail = format!("longer than {} bytes", limits.expression_bytes);
        return Err(SyntaxError { span: Span::default(), detail });
    }
    let mut parser = Parser { tokens: tokens(text)?, next: 0, open: 0, depth: limits.expression_depth };
    let expression = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(expression),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser {
    /// The last is [`Token::End`].
    tokens: Vec<(Token, Span)>,
    next: usize,
    /// Calls of [`Parser::expression`] and [`Parser::unary`] that have not returned.
    open: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.next).map_or(&Token::End, |(token, _)| token)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.next).or(self.tokens.last()).map_or_else(Span::default, |(_, span)| *span)
    }

    /// Takes the next token.
    fn take(&mut self) -> Span {
        let span = self.span();
        self.next += 1;
        span
    }

    /// Takes a symbol, if it is next.
    fn eat(&mut self, symbol: &str) -> Option<Span> {
        matches!(self.peek(), Token::Symbol(next) if *next == symbol).then(|| self.take())
    }

    fn expect(&mut self, symbol: &str) -> Result<Span, SyntaxError> {
        self.eat(symbol).ok_or_else(|| self.unexpected(&format!("`{symbol}`")))
    }

    fn unexpected(&self, expected: &str) -> SyntaxError {
        SyntaxError { span: self.span(), detail: format!("expected {expected}, found {}", self.peek().shown()) }
    }

    fn too_deep(&self) -> SyntaxError {
        SyntaxError { span: self.span(), detail: format!("more than {} parts within each other", self.depth) }
    }

    fn make(&self, kind: Kind, span: Span) -> Parsed {
        let depth = depth_within(&kind) + 1;
        if depth > self.depth {
            return Err(self.too_deep());
        }
        Ok(Expression { kind, span, depth })
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.open >= self.depth {
            return Err(self.too_deep());
        }
        self.open += 1;
        let read = read(self);
        self.open -= 1;
        read
    }

    fn expression(&mut self) -> Parsed {
        self.nested(|parser| {
            let condition = parser.any()?;
            if parser.eat("?").is_none() {
                return Ok(condition);
            }
            let chosen = parser.any()?;
            parser.expect(":")?;
            let otherwise = parser.expression()?;
            let span = condition.span.to(otherwise.span);
            parser.make(Kind::Conditional(Box::new([condition, chosen, otherwise])), span)
        })
    }

    fn any(&mut self) -> Parsed {
        self.chain("||", Self::all, Kind::Or)
    }

    fn all(&mut self) -> Parsed {
        self.chain("&&", Self::relation, Kind::And)
    }

    fn chain(&mut self, symbol: &str, read: fn(&mut Self) -> Parsed, kind: fn(Vec<Expression>) -> Kind) -> Parsed {
        let first = read(self)?;
        let begin = first.span;
        let mut parts = vec![first];
        let mut end = begin;
        while self.eat(symbol).is_some() {
            let part = read(self)?;
            end = part.span;
            parts.push(part);
        }
        if parts.len() > 1 {
            return self.make(kind(parts), begin.to(end));
        }
        parts.pop().ok_or_else(|| self.unexpected("an expression"))
    }

    fn relation(&mut self) -> Parsed {
        self.binary(Self::sum, |token| match token {
            Token::Symbol("==") => Some(Operator::Equal),
            Token::Symbol("!=") => Some(Operator::NotEqual),
            Token::Symbol("<") => Some(Operator::Less),
            Token::Symbol("<=") => Some(Operator::LessOrEqual),
            Token::Symbol(">") => Some(Operator::Greater),
            Token::Symbol(">=") => Some(Operator::GreaterOrEqual),
            Token::Name(name) if name == "in" => Some(Operator::In),
            _ => None,
        })
    }

    fn sum(&mut self) -> Parsed {
        self.binary(Self::product, |token| match token {
            Token::Symbol("+") => Some(Operator::Add),
            Token::Symbol("-") => Some(Operator::Subtract),
            _ => None,
        })
    }

    fn product(&mut self) -> Parsed {
        self.binary(Self::unary, |token| match token {
            Token::Symbol("*") => Some(Operator::Multiply),
            Token::Symbol("/") => Some(Operator::Divide),
            Token::Symbol("%") => Some(Operator::Modulo),
            _ => None,
        })
    }

    fn binary(&mut self, read: fn(&mut Self) -> Parsed, operator: fn(&Token) -> Option<Operator>) -> Parsed {
        let mut left = read(self)?;
        while let Some(operator) = operator(self.peek()) {
            self.take();
            let right = read(self)?;
            let span = left.span.to(right.span);
            left = self.make(Kind::Binary(operator, Box::new([left, right])), span)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        self.nested(|parser| {
            if let Some(begin) = parser.eat("!") {
                let operand = parser.unary()?;
                let span = begin.to(operand.span);
                return parser.make(Kind::Not(Box::new(operand)), span);
            }
            let Some(begin) = parser.eat("-") else { return parser.member() };
            // With its sign, the least of all numbers is in range.
            if let Token::Number(text) = parser.peek().clone() {
                let span = begin.to(parser.take());
                let literal = parser.number(&text, true, span)?;
                return parser.members(literal);
            }
            let operand = parser.unary()?;
            let span = begin.to(operand.span);
            parser.make(Kind::Negate(Box::new(operand)), span)
        })
    }

    fn number(&self, text: &str, is_negative: bool, span: Span) -> Parsed {
        let literal = literal::number(text, is_negative)
            .ok_or_else(|| SyntaxError { span, detail: "a number that is out of range".into() })?;
        self.make(Kind::Literal(literal), span)
    }

    fn member(&mut self) -> Parsed {
        let primary = self.primary()?;
        self.members(primary)
    }

    /// What follows a value: fields, elements and calls.
    fn members(&mut self, mut operand: Expression) -> Parsed {
        loop {
            let begin = operand.span;
            if self.eat(".").is_some() {
                let is_optional = self.eat("?").is_some();
                let field = self.field()?;
                if !is_optional && self.eat("(").is_some() {
                    let (arguments, end) = self.arguments()?;
                    let target = Some(Box::new(operand));
                    operand = self.make(Kind::Call { target, function: field, arguments }, begin.to(end))?;
                } else {
                    let span = begin.to(field.span);
                    operand = self.make(Kind::Select { operand: Box::new(operand), field, is_optional }, span)?;
                }
            } else if self.eat("[").is_some() {
                let is_optional = self.eat("?").is_some();
                let index = Box::new(self.expression()?);
                let end = self.expect("]")?;
                operand = self.make(Kind::Index { operand: Box::new(operand), index, is_optional }, begin.to(end))?;
            } else if matches!(self.peek(), Token::Symbol("{")) && matches!(operand.kind, Kind::Name(_)) {
                return Err(SyntaxError {
                    span: begin,
                    detail: "structures cannot be made; facts are only read".into(),
                });
            } else {
                return Ok(operand);
            }
        }
    }

    fn field(&mut self) -> Result<Name, SyntaxError> {
        match self.peek().clone() {
            Token::Name(text) | Token::Quoted(text) => Ok(Name { text, span: self.take() }),
            _ => Err(self.unexpected("the name of a field")),
        }
    }

    fn arguments(&mut self) -> Result<(Vec<Expression>, Span), SyntaxError> {
        let mut arguments = Vec::new();
        loop {
            if let Some(end) = self.eat(")") {
                return Ok((arguments, end));
            }
            arguments.push(self.expression()?);
            if self.eat(",").is_none() {
                return Ok((arguments, self.expect(")")?));
            }
        }
    }

    fn primary(&mut self) -> Parsed {
        match self.peek().clone() {
            Token::Literal(literal) => {
                let span = self.take();
                self.make(Kind::Literal(literal), span)
            }
            Token::Number(text) => {
                let span = self.take();
                self.number(&text, false, span)
            }
            Token::Name(text) => {
                if RESERVED.contains(&text.as_str()) {
                    let detail = format!("`{text}` is a word of the language, and names nothing");
                    return Err(SyntaxError { span: self.span(), detail });
                }
                let span = self.take();
                if self.eat("(").is_none() {
                    return self.make(Kind::Name(text), span);
                }
                let (arguments, end) = self.arguments()?;
                self.make(Kind::Call { target: None, function: Name { text, span }, arguments }, span.to(end))
            }
            Token::Symbol("(") => {
                let begin = self.take();
                let mut inner = self.expression()?;
                let end = self.expect(")")?;
                inner.span = begin.to(end);
                Ok(inner)
            }
            Token::Symbol("[") => self.list(),
            Token::Symbol("{") => self.map(),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn element(&mut self) -> Result<Element, SyntaxError> {
        let is_optional = self.eat("?").is_some();
        Ok(Element { expression: self.expression()?, is_optional })
    }

    fn list(&mut self) -> Parsed {
        let begin = self.take();
        let mut elements = Vec::new();
        loop {
            if let Some(end) = self.eat("]") {
                return self.make(Kind::List(elements), begin.to(end));
            }
            elements.push(self.element()?);
            if self.eat(",").is_none() {
                let end = self.expect("]")?;
                return self.make(Kind::List(elements), begin.to(end));
            }
        }
    }

    fn map(&mut self) -> Parsed {
        let begin = self.take();
        let mut entries = Vec::new();
        loop {
            if let Some(end) = self.eat("}") {
                return self.make(Kind::Map(entries), begin.to(end));
            }
            let key = self.element()?;
            self.expect(":")?;
            entries.push((key, self.expression()?));
            if self.eat(",").is_none() {
                let end = self.expect("}")?;
                return self.make(Kind::Map(entries), begin.to(end));
            }
        }
    }
}

fn depth_within(kind: &Kind) -> usize {
    let most = |parts: &[Expression]| parts.iter().map(|part| part.depth).max().unwrap_or_default();
    match kind {
        Kind::Literal(_) | Kind::Name(_) => 0,
        Kind::Select { operand, .. } | Kind::Not(operand) | Kind::Negate(operand) => operand.depth,
        Kind::Index { operand, index, .. } => operand.depth.max(index.depth),
        Kind::Call { target, arguments, .. } => target.as_ref().map_or(0, |it| it.depth).max(most(arguments)),
        Kind::List(elements) => elements.iter().map(|element| element.expression.depth).max().unwrap_or_default(),
        Kind::Map(entries) => {
            entries.iter().map(|(key, value)| key.expression.depth.max(value.depth)).max().unwrap_or_default()
        }
        Kind::And(parts) | Kind::Or(parts) => most(parts),
        Kind::Conditional(parts) => most(&**parts),
        Kind::Binary(_, parts) => most(&**parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Literal;

    fn error(text: &str) -> (usize, String) {
        let error = parse(text, &Limits::default()).unwrap_err();
        (error.span.start, error.detail)
    }

    #[test]
    fn what_is_no_expression_says_where_and_what_is_expected() {
        for (text, at, detail) in [
            ("a.b.", 4, "expected the name of a field, found the end"),
            ("a +", 3, "expected a value, found the end"),
            ("a = b", 2, "'=' begins nothing; equality is `==`"),
            ("f(1, 2", 6, "expected `)`, found the end"),
            ("a b", 2, "expected an operator or the end, found `b`"),
            ("'abc", 0, "a text that does not end"),
            ("\"a\nb\"", 0, "a text that does not end on its line; in three quotation marks it may"),
            ("'a\\d'", 0, "an escape that does not exist; a backslash itself is `\\\\`"),
            ("99999999999999999999", 0, "a number that is out of range"),
            ("let", 0, "`let` is a word of the language, and names nothing"),
            ("Thing{a: 1}", 0, "structures cannot be made; facts are only read"),
            ("é", 0, "'é' begins nothing"),
        ] {
            assert_eq!(error(text), (at, detail.to_owned()), "{text}");
        }
    }

    #[test]
    fn literals_are_read_with_their_escapes_and_signs() {
        for (text, expected) in [
            ("-9223372036854775808", Literal::Int(i64::MIN)),
            ("0x1F", Literal::Int(31)),
            ("-0x1F", Literal::Int(-31)),
            ("12u", Literal::Uint(12)),
            ("0xfu", Literal::Uint(15)),
            ("1.5e3", Literal::Double(1500.0)),
            (".5", Literal::Double(0.5)),
            (r#""a\n\x41\u00e9\101""#, Literal::Text("a\nAéA".into())),
            (r"r'\d+'", Literal::Text("\\d+".into())),
            ("'''a'b\n'''", Literal::Text("a'b\n".into())),
            (r"b'\xff'", Literal::Bytes(vec![255])),
            ("'' // nothing", Literal::Text(String::new())),
        ] {
            assert_eq!(parse(text, &Limits::default()).unwrap().kind, Kind::Literal(expected), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded_and_chains_of_and_cost_none() {
        let limits = Limits::default();
        for (open, close) in [("(", ")"), ("[", "]"), ("{1:", "}"), ("!", ""), ("-", ""), ("a.b(", ")"), ("t?1:", "")] {
            for count in [65, 5_000] {
                let text = format!("{}x{}", open.repeat(count), close.repeat(count));
                let detail = parse(&text, &limits).unwrap_err().detail;
                assert_eq!(detail, "more than 64 parts within each other", "{open} {count}");
            }
        }
        for link in ["a+", "a.", "a<"] {
            assert!(parse(&format!("{}a", link.repeat(2_000)), &limits).is_err(), "{link}");
        }
        assert!(parse(&format!("{}a", "a && ".repeat(2_000)), &limits).is_ok());
    }
}
