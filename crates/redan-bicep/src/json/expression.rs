//! `[expressions]` in the text of ARM templates.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions>.

use super::place::Text;
use super::text::is_expression;
use crate::ir::{Expr, ExprKind, Item, Lambda, Member, Step};
use redan_model::{Problem, ProblemKind, Reason, ReasonClass, Str};

/// Expressions nested deeper than this are not read.
const MAX_DEPTH: usize = 120;

/// Where an expression stands: what `parameters('x')` means there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Within {
    /// A parameter of the template.
    #[default]
    Template,
    /// A parameter of the function of the template's own.
    Function,
}

/// Reads text: a literal, or an expression in brackets.
pub(super) fn read(text: &Text<'_>, within: Within, problems: &mut Vec<Problem>) -> Expr {
    let origin = text.origin();
    let Some(inner) = expression_of(text.value) else {
        let literal = if text.value.starts_with("[[") { text.value.get(1..).unwrap_or_default() } else { text.value };
        return Expr::text(literal, origin);
    };
    let mut parser = Parser { text, source: inner, at: 1, depth: 0, within };
    let parsed = parser.expression().and_then(|expr| parser.end().map(|()| expr));
    parsed.unwrap_or_else(|error| {
        let place = text.part(error.at, error.at + 1);
        let problem = Problem::at(place, ProblemKind::Syntax, format!("expression: {}", error.message));
        problems.push(problem.help("write `[[` where text begins with a bracket and is no expression"));
        let reason = Reason { class: ReasonClass::Problem, what: Str::new(error.message), origin };
        Expr::new(ExprKind::Unknown(reason), origin)
    })
}

/// The text up to its closing bracket, if it is an expression.
fn expression_of(text: &str) -> Option<&str> {
    if is_expression(text) { text.trim_end().strip_suffix(']') } else { None }
}

struct Failure {
    message: &'static str,
    at: usize,
}

struct Parser<'a> {
    text: &'a Text<'a>,
    /// From the opening bracket on, without the closing one.
    source: &'a str,
    at: usize,
    depth: usize,
    within: Within,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    const fn fail<T>(&self, message: &'static str) -> Result<T, Failure> {
        Err(Failure { message, at: self.at })
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn end(&mut self) -> Result<(), Failure> {
        self.space();
        if self.at < self.source.len() { self.fail("unexpected text after the expression") } else { Ok(()) }
    }

    fn make(&self, kind: ExprKind, start: usize) -> Expr {
        Expr::new(kind, self.text.part(start, self.at))
    }

    fn expression(&mut self) -> Result<Expr, Failure> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.fail("nested too deeply");
        }
        self.space();
        let start = self.at;
        let mut expr = match self.peek() {
            Some(b'\'') => {
                let literal = self.string()?;
                self.make(ExprKind::Text(Str::new(&literal)), start)
            }
            Some(b'-' | b'+' | b'0'..=b'9') => self.number(start)?,
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => self.call(start)?,
            Some(_) => return self.fail("expected a function, a number or text in single quotes"),
            None => return self.fail("expected an expression"),
        };
        loop {
            self.space();
            match self.peek() {
                Some(b'.') => {
                    self.at += 1;
                    self.space();
                    let from = self.at;
                    let name = self.name()?;
                    let key = self.make(ExprKind::Text(Str::new(&name)), from);
                    let origin = self.text.part(start, self.at);
                    expr = expr.access(Step::to(key), origin);
                }
                Some(b'[') => {
                    self.at += 1;
                    let key = self.expression()?;
                    if !self.eat(b']') {
                        return self.fail("expected a closing bracket");
                    }
                    let origin = self.text.part(start, self.at);
                    expr = expr.access(Step::to(key), origin);
                }
                _ => break,
            }
        }
        self.depth -= 1;
        Ok(expr)
    }

    fn string(&mut self) -> Result<String, Failure> {
        let mut text = String::new();
        loop {
            self.at += 1;
            let start = self.at;
            while self.peek().is_some_and(|byte| byte != b'\'') {
                self.at += 1;
            }
            if self.peek().is_none() {
                return self.fail("text without its closing quote");
            }
            text.push_str(self.source.get(start..self.at).unwrap_or_default());
            self.at += 1;
            if self.peek() != Some(b'\'') {
                return Ok(text);
            }
            text.push('\'');
        }
    }

    fn number(&mut self, start: usize) -> Result<Expr, Failure> {
        self.at += 1;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit() || byte == b'.') {
            self.at += 1;
        }
        let text = self.source.get(start..self.at).unwrap_or_default();
        let kind = match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(whole), _) => ExprKind::Int(whole),
            (_, Ok(number)) => ExprKind::Float(number),
            _ => return self.fail("not a number"),
        };
        Ok(self.make(kind, start))
    }

    fn name(&mut self) -> Result<String, Failure> {
        let start = self.at;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-') || byte >= 0x80;
        while self.peek().is_some_and(is_part) {
            self.at += 1;
        }
        if start == self.at {
            self.fail("expected a name")
        } else {
            Ok(self.source.get(start..self.at).unwrap_or_default().to_owned())
        }
    }

    fn call(&mut self, start: usize) -> Result<Expr, Failure> {
        let mut name = self.name()?;
        let mut namespace = None;
        if self.eat(b'.') {
            self.space();
            namespace = Some(Str::from(name));
            name = self.name()?;
        }
        if !self.eat(b'(') {
            return self.fail("expected an opening parenthesis: a name is a function");
        }
        let mut arguments = Vec::new();
        if !self.eat(b')') {
            loop {
                arguments.push(self.expression()?);
                if self.eat(b')') {
                    break;
                }
                if !self.eat(b',') {
                    return self.fail("expected a comma or a closing parenthesis");
                }
            }
        }
        let kind = match namespace {
            Some(_) => ExprKind::Call { namespace, name: Str::from(name), arguments },
            None => self.function(&name, arguments),
        };
        Ok(self.make(kind, start))
    }

    /// What the language itself gives a meaning; everything else is a call.
    fn function(&self, name: &str, mut arguments: Vec<Expr>) -> ExprKind {
        let literal = match arguments.as_slice() {
            [Expr { kind: ExprKind::Text(text), .. }] => Some(*text),
            _ => None,
        };
        let lower = name.to_ascii_lowercase();
        match (lower.as_str(), literal) {
            ("parameters", Some(name)) if self.within == Within::Function => return ExprKind::Local(name),
            ("parameters", Some(name)) => return ExprKind::Parameter(name),
            ("variables", Some(name)) => return ExprKind::Variable(name),
            ("lambdavariables", Some(name)) => return ExprKind::Local(name),
            _ => {}
        }
        match (lower.as_str(), arguments.len()) {
            ("true", 0) => ExprKind::Bool(true),
            ("false", 0) => ExprKind::Bool(false),
            ("null", 0) => ExprKind::Null,
            ("createarray", _) => ExprKind::Array(arguments.into_iter().map(Item::One).collect()),
            ("createobject", count) if count % 2 == 0 => ExprKind::Object(members(arguments)),
            ("lambda", 1..) => match arguments.pop() {
                Some(body) => {
                    let parameters = arguments.iter().filter_map(|argument| match argument.kind {
                        ExprKind::Text(name) => Some(name),
                        _ => None,
                    });
                    ExprKind::Lambda(Box::new(Lambda { parameters: parameters.collect(), body }))
                }
                None => ExprKind::Null,
            },
            ("if", 3) => match <[Expr; 3]>::try_from(arguments) {
                Ok(sides) => ExprKind::If(Box::new(sides)),
                Err(_) => ExprKind::Null,
            },
            _ => ExprKind::Call { namespace: None, name: Str::new(name), arguments },
        }
    }
}

fn members(arguments: Vec<Expr>) -> Vec<Member> {
    let mut members = Vec::with_capacity(arguments.len() / 2);
    let mut arguments = arguments.into_iter();
    while let (Some(key), Some(value)) = (arguments.next(), arguments.next()) {
        members.push(Member::Property(key, value));
    }
    members
}
