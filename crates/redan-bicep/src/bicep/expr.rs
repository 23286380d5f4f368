//! Expressions: operators as the functions that ARM has for them, names as what they stand for.
//! Operators: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/operators>

use redan_model::{Reason, ReasonClass, Str};

use super::import::Exported;
use super::scope::{Inner, Scope};
use super::template::Lower;
use crate::bind::Symbol;
use crate::ir::{Expr, ExprKind, Item, Lambda, Loop, Member, Over, Piece, Step};
use crate::syntax::ast::{self, BinaryOp, Ident, Span, Text, UnaryOp};

/// Bytes of conditions that one file's references to conditional resources repeat.
const MAX_CONDITIONS: u64 = 4 << 20;

impl Lower<'_, '_> {
    pub(super) fn expr(&mut self, expr: &ast::Expr) -> Expr {
        let origin = self.origin(expr.span);
        Expr::new(self.kind(expr), origin)
    }

    fn kind(&mut self, expr: &ast::Expr) -> ExprKind {
        match &expr.kind {
            ast::ExprKind::Invalid => self.unparsed(expr.span),
            ast::ExprKind::Null => ExprKind::Null,
            ast::ExprKind::Bool(value) => ExprKind::Bool(*value),
            ast::ExprKind::Integer(value) => ExprKind::Int(i64::try_from(*value).unwrap_or(i64::MAX)),
            ast::ExprKind::Text(text) => ExprKind::Text(Str::new(text)),
            ast::ExprKind::Template(parts) => {
                let piece = |part: &ast::Part| match part {
                    ast::Part::Literal(text) => Piece::Text(Str::new(text)),
                    ast::Part::Interpolation(inner) => Piece::Hole(self.expr(inner)),
                };
                ExprKind::Interpolation(parts.iter().map(piece).collect())
            }
            ast::ExprKind::Array(array) => self.array(array, expr.span),
            ast::ExprKind::Object(object) => ExprKind::Object(self.members(object, expr.span, &[])),
            ast::ExprKind::For(inner) => self.for_loop(inner, expr.span),
            // Only the body of a resource or module is conditional; elsewhere the compiler refuses it.
            ast::ExprKind::If(_) => self.wrong(expr.span, "a condition stands where a value is wanted"),
            ast::ExprKind::Ternary(sides) => {
                let (condition, then, otherwise) = &**sides;
                ExprKind::If(Box::new([self.expr(condition), self.expr(then), self.expr(otherwise)]))
            }
            ast::ExprKind::Unary(op, operand) => self.unary(*op, operand),
            ast::ExprKind::Binary(op, sides) => self.binary(*op, &sides.0, &sides.1, expr.span),
            ast::ExprKind::Call(name, arguments) => self.call(name, arguments, expr.span),
            ast::ExprKind::Method(target, name, arguments) => self.method(target, name, arguments, expr.span),
            ast::ExprKind::Name(name) => self.name(name, expr.span),
            ast::ExprKind::Property { .. } | ast::ExprKind::Index { .. } | ast::ExprKind::NotNull(_) => {
                self.chain(expr)
            }
            ast::ExprKind::Child(target, name) => match self.child(target, name) {
                Some(symbol) => ExprKind::Resource(symbol),
                None => self.wrong(expr.span, &format!("there is no nested resource {}", name.text)),
            },
            ast::ExprKind::Lambda(parameters, body) => {
                let names: Vec<Text> = parameters.iter().map(|parameter| parameter.text.clone()).collect();
                let parameters = names.iter().map(|name| Str::new(name)).collect();
                let body = self.within(Scope::Locals(names), |lower| lower.expr(body));
                ExprKind::Lambda(Box::new(Lambda { parameters, body }))
            }
            ast::ExprKind::Paren(inner) => self.kind(inner),
        }
    }

    fn unparsed(&self, span: Span) -> ExprKind {
        let what = Str::new("what does not parse");
        ExprKind::Unknown(Reason { class: ReasonClass::Problem, what, origin: self.origin(span) })
    }

    fn array(&mut self, array: &ast::Array, span: Span) -> ExprKind {
        let mut items: Vec<Item> = Vec::with_capacity(array.items.len());
        for item in &array.items {
            items.push(match item {
                ast::ArrayItem::Value(value) => Item::One(self.expr(value)),
                ast::ArrayItem::Spread(value) => Item::Spread(self.expr(value)),
            });
        }
        if array.damaged {
            items.push(Item::Spread(Expr::new(self.unparsed(span), self.origin(span))));
        }
        ExprKind::Array(items)
    }

    /// The members of an object, without those of some names; children are no members.
    pub(super) fn members(&mut self, object: &ast::Object, span: Span, without: &[&str]) -> Vec<Member> {
        let mut members = Vec::with_capacity(object.items.len());
        for item in &object.items {
            match item {
                ast::ObjectItem::Property { key: ast::ObjectKey::Name(name), value } => {
                    if !without.contains(&&*name.text) {
                        let key = Expr::text(&name.text, self.origin(name.span));
                        members.push(Member::Property(key, self.expr(value)));
                    }
                }
                ast::ObjectItem::Property { key: ast::ObjectKey::Computed(key), value } => {
                    let key = self.expr(key);
                    members.push(Member::Property(key, self.expr(value)));
                }
                ast::ObjectItem::Spread(value) => members.push(Member::Spread(self.expr(value))),
                ast::ObjectItem::Resource(_) => {}
            }
        }
        if object.damaged {
            members.push(Member::Spread(Expr::new(self.unparsed(span), self.origin(span))));
        }
        members
    }

    fn for_loop(&mut self, inner: &ast::For, span: Span) -> ExprKind {
        let (repeat, body) = self.looped(inner, span, |lower, body| (lower.expr(body), None));
        ExprKind::For(Box::new(repeat), Box::new(body))
    }

    /// A loop, and what `lower` makes of its body, with the condition of its elements.
    pub(super) fn looped<T>(
        &mut self,
        inner: &ast::For,
        span: Span,
        lower: impl FnOnce(&mut Self, &ast::Expr) -> (T, Option<Expr>),
    ) -> (Loop, T) {
        let over = Over::Items(self.expr(&inner.collection));
        let mut names = vec![inner.item.text.clone()];
        names.extend(inner.index.iter().map(|index| index.text.clone()));
        let (body, filter) = self.within(Scope::Locals(names), |inside| lower(inside, &inner.body));
        let repeat = Loop {
            over,
            index: inner.index.as_ref().map(|index| Str::new(&index.text)),
            item: Some(Str::new(&inner.item.text)),
            filter,
            origin: self.origin(span),
        };
        (repeat, body)
    }

    fn unary(&mut self, op: UnaryOp, operand: &ast::Expr) -> ExprKind {
        if let (UnaryOp::Negate, ast::ExprKind::Integer(value)) = (op, &operand.kind) {
            let negated = i128::from(*value).checked_neg().and_then(|value| i64::try_from(value).ok());
            return ExprKind::Int(negated.unwrap_or(i64::MIN));
        }
        let operand = self.expr(operand);
        match op {
            UnaryOp::Negate => {
                let zero = Expr::new(ExprKind::Int(0), operand.origin);
                call("sub", vec![zero, operand])
            }
            UnaryOp::Not => call("not", vec![operand]),
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr, span: Span) -> ExprKind {
        let origin = self.origin(span);
        let sides = vec![self.expr(left), self.expr(right)];
        let lowered = |sides: Vec<Expr>| {
            sides.into_iter().map(|side| {
                let origin = side.origin;
                Expr::call("toLower", vec![side], origin)
            })
        };
        let not = |kind: ExprKind| call("not", vec![Expr::new(kind, origin)]);
        match op {
            BinaryOp::Coalesce => call("coalesce", sides),
            BinaryOp::Or => call("or", sides),
            BinaryOp::And => call("and", sides),
            BinaryOp::Equal => call("equals", sides),
            BinaryOp::NotEqual => not(call("equals", sides)),
            BinaryOp::EqualIgnoringCase => call("equals", lowered(sides).collect()),
            BinaryOp::NotEqualIgnoringCase => not(call("equals", lowered(sides).collect())),
            BinaryOp::Less => call("less", sides),
            BinaryOp::LessEqual => call("lessOrEquals", sides),
            BinaryOp::Greater => call("greater", sides),
            BinaryOp::GreaterEqual => call("greaterOrEquals", sides),
            BinaryOp::Add => call("add", sides),
            BinaryOp::Subtract => call("sub", sides),
            BinaryOp::Multiply => call("mul", sides),
            BinaryOp::Divide => call("div", sides),
            BinaryOp::Modulo => call("mod", sides),
        }
    }

    /// A name alone.
    fn name(&mut self, name: &Text, span: Span) -> ExprKind {
        match self.inner(name) {
            Some(Inner::Local(name)) => return ExprKind::Local(name),
            Some(Inner::Resource(symbol)) => return ExprKind::Resource(symbol),
            None => {}
        }
        let unit = std::sync::Arc::clone(&self.unit);
        match unit.names.get(name) {
            Some(Symbol::Parameter) => ExprKind::Parameter(Str::new(name)),
            Some(Symbol::Assignment) => ExprKind::Variable(Str::new(name)),
            Some(Symbol::Variable(at)) => {
                self.uses(*at, name);
                ExprKind::Variable(self.own(name))
            }
            Some(Symbol::Resource(_) | Symbol::Module(_)) => ExprKind::Resource(Str::new(name)),
            Some(Symbol::Imported(at, original)) => self.imported_value(*at, original, span),
            Some(Symbol::Extension | Symbol::Namespace(_) | Symbol::Function(_) | Symbol::Type(_)) => {
                self.wrong(span, &format!("{name} is no value"))
            }
            None => self.wrong(span, &format!("{name} is not declared")),
        }
    }

    fn imported_value(&mut self, at: usize, name: &Text, span: Span) -> ExprKind {
        match self.exported(at, name) {
            Exported::Variable(name) => ExprKind::Variable(name),
            Exported::Unread(reason) => {
                let what = Str::from(format!("{name} of {}", reason.what));
                ExprKind::Unknown(Reason { what, origin: self.origin(span), ..reason })
            }
            Exported::Function(_) | Exported::Other => self.wrong(span, &format!("{name} is no exported variable")),
        }
    }

    /// `a.b[c].?d!`: the base and its steps.
    fn chain(&mut self, expr: &ast::Expr) -> ExprKind {
        let mut links = Vec::new();
        let mut base = expr;
        let mut asserted = false;
        let base = loop {
            match &base.kind {
                ast::ExprKind::NotNull(inner) => {
                    asserted = true;
                    base = inner;
                }
                ast::ExprKind::Property { target, .. } | ast::ExprKind::Index { target, .. } => {
                    links.push((base, std::mem::take(&mut asserted)));
                    base = target;
                }
                _ => break base,
            }
        };
        // `asserted` of a link belongs to what stands before the link after it.
        let last_asserted = links.iter().map(|(_, asserted)| *asserted).collect::<Vec<_>>();
        links.reverse();
        let mut before = vec![asserted];
        before.extend(last_asserted.into_iter().rev());
        let mut links = links.into_iter().zip(before).map(|((link, _), asserted)| (link, asserted)).peekable();
        let base = match (&base.kind, links.peek().map(|(link, _)| &link.kind)) {
            (ast::ExprKind::Name(alias), Some(ast::ExprKind::Property { name, .. })) if self.is_namespace(alias) => {
                let span = links.next().map_or(base.span, |(link, _)| link.span);
                let kind = self.member(alias, name, span);
                Expr::new(kind, self.origin(span))
            }
            (ast::ExprKind::Name(name), Some(ast::ExprKind::Property { safe: true, .. })) => {
                let base = self.expr(base);
                self.if_made(name, base)
            }
            _ => self.expr(base),
        };
        let steps: Vec<Step> = links.map(|(link, asserted)| self.step(link, asserted)).collect();
        if steps.is_empty() { base.kind } else { ExprKind::Access(Box::new(base), steps) }
    }

    /// A resource or module before `.?`: null where its condition is false.
    fn if_made(&mut self, name: &Text, made: Expr) -> Expr {
        let unit = std::sync::Arc::clone(&self.unit);
        let at = match unit.names.get(name) {
            Some(Symbol::Resource(at) | Symbol::Module(at)) if self.inner(name).is_none() => *at,
            _ => return made,
        };
        let body = match unit.file.declarations.get(at).map(|declaration| &declaration.kind) {
            Some(ast::DeclarationKind::Resource(resource)) => &resource.body,
            Some(ast::DeclarationKind::Module(module)) => &module.body,
            _ => return made,
        };
        let ast::ExprKind::If(inner) = &body.kind else { return made };
        let origin = made.origin;
        // A condition may ask for other conditional resources, and so on.
        let span = inner.0.span;
        self.conditions += u64::from(span.end.saturating_sub(span.start));
        if self.conditions > MAX_CONDITIONS {
            let what = Str::new("conditions of conditions");
            return Expr::new(ExprKind::Unknown(Reason { class: ReasonClass::Bound, what, origin }), origin);
        }
        let condition = self.expr(&inner.0);
        Expr::new(ExprKind::If(Box::new([condition, made, Expr::new(ExprKind::Null, origin)])), origin)
    }

    fn step(&mut self, link: &ast::Expr, asserted: bool) -> Step {
        match &link.kind {
            ast::ExprKind::Property { name, safe, .. } => {
                let key = Expr::text(&name.text, self.origin(name.span));
                Step { key, safe: *safe, from_end: false, asserted }
            }
            ast::ExprKind::Index { index, safe, from_end, .. } => {
                Step { key: self.expr(index), safe: *safe, from_end: *from_end, asserted }
            }
            _ => Step::to(self.expr(link)),
        }
    }

    /// Whether a name is that of an import of everything, and nothing nearer has it.
    pub(super) fn is_namespace(&self, name: &str) -> bool {
        self.inner(name).is_none() && matches!(self.unit.names.get(name), Some(Symbol::Namespace(_)))
    }

    /// `namespace.name`
    fn member(&mut self, namespace: &Text, name: &Ident, span: Span) -> ExprKind {
        let unit = std::sync::Arc::clone(&self.unit);
        match unit.names.get(namespace) {
            Some(Symbol::Namespace(at)) => self.imported_value(*at, &name.text, span),
            _ => self.wrong(span, &format!("{namespace} is no import")),
        }
    }

    /// The symbol of `resource::child`.
    fn child(&mut self, target: &ast::Expr, name: &Ident) -> Option<Str> {
        let outer = match &target.kind {
            ast::ExprKind::Paren(inner) | ast::ExprKind::NotNull(inner) => return self.child(inner, name),
            ast::ExprKind::Child(outer, inner) => self.child(outer, inner)?,
            ast::ExprKind::Name(resource) => match self.inner(resource) {
                Some(Inner::Resource(symbol)) => symbol,
                Some(Inner::Local(_)) => return None,
                None => match self.unit.names.get(resource) {
                    Some(Symbol::Resource(_)) => Str::new(resource),
                    _ => return None,
                },
            },
            _ => return None,
        };
        Some(Str::from(format!("{outer}::{}", name.text)))
    }
}

pub(super) fn call(name: &str, arguments: Vec<Expr>) -> ExprKind {
    ExprKind::Call { namespace: None, name: Str::new(name), arguments }
}
