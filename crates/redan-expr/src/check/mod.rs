//! The checker: resolves names, refuses what cannot be meant, and compiles what remains.
//!
//! It reads schemas and the questions of engines, never an estate.

mod calls;
mod chain;
mod narrow;
mod step;
pub(crate) mod types;

use crate::code::{Class, Code, Compare, Membership};
use crate::{Comparison, Engines, Expr, ExprError, ExprKind, Program, Span};
use redan_model::{ListType, Node, Origin, Schemas, Str, StructType, Type, Value};
use std::sync::Arc;
use types::{Nullness, Ty, Typed, class, comparable, did_you_mean, label};

const MAX_WORK: usize = 20_000;
const MAX_SLOTS: usize = 16;

/// The words that an expression may use.
#[derive(Clone, Copy)]
pub struct Vocabulary<'a> {
    /// The kinds.
    pub schemas: &'a dyn Schemas,
    /// The engines and their questions.
    pub engines: &'a Engines,
    /// The kind of `self`.
    pub kind: Str,
    /// The parameters that `param("…")` reads, in the order of [`crate::Context::params`].
    pub params: &'a [(Str, Type)],
    /// Whether `live` may be said: only in `when`.
    pub live: bool,
}

/// What an expression is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A condition.
    Truth,
    /// Any value: a default.
    Value,
}

pub(crate) struct Checker<'a> {
    words: Vocabulary<'a>,
    scope: Vec<(String, Typed)>,
    nonnull: Vec<String>,
    slots: usize,
    work: usize,
}

/// Checks and compiles an expression.
pub(crate) fn compile(expr: &Expr, words: Vocabulary<'_>, wanted: Wanted) -> Result<Program, ExprError> {
    let mut checker = Checker { words, scope: Vec::new(), nonnull: Vec::new(), slots: 0, work: 0 };
    if words.schemas.schema(words.kind).is_none() {
        return Err(checker.unknown_kind(words.kind.as_str(), expr.span));
    }
    let (code, result) = match wanted {
        Wanted::Truth => (checker.boolean(expr)?, Type::Bool),
        Wanted::Value => {
            let typed = checker.value(expr)?;
            let ty = if let Ty::Plain(ty) = typed.ty { ty } else { Type::Any };
            (typed.code, ty)
        }
    };
    Ok(Program::new(code, checker.slots, result))
}

impl Checker<'_> {
    fn spend(&mut self, span: Span) -> Result<(), ExprError> {
        self.work += 1;
        if self.work <= MAX_WORK {
            return Ok(());
        }
        Err(ExprError::new(span, "the expression is too large once lists are written out")
            .help("make it several pages"))
    }

    /// The place of the next bound name: inner names lie behind outer ones, and names side by side share theirs.
    fn slot(&mut self, span: Span) -> Result<usize, ExprError> {
        let slot = self.scope.len();
        self.slots = self.slots.max(slot + 1);
        if slot < MAX_SLOTS { Ok(slot) } else { Err(ExprError::new(span, "too many bound names")) }
    }

    fn unknown_kind(&self, kind: &str, span: Span) -> ExprError {
        let kinds = self.words.schemas.kinds();
        let error = ExprError::new(span, format!("no kind `{kind}` is known"));
        error.maybe(did_you_mean(kind, kinds.iter().map(|kind| kind.as_str())))
    }

    /// An expression in a boolean position.
    fn boolean(&mut self, expr: &Expr) -> Result<Code, ExprError> {
        self.spend(expr.span)?;
        match &expr.kind {
            ExprKind::And(operands) => Ok(Code::And(self.operands(operands, narrow::when_true)?)),
            ExprKind::Or(operands) => Ok(Code::Or(self.operands(operands, narrow::when_false)?)),
            ExprKind::Not(inner) => Ok(Code::Not(Box::new(self.boolean(inner)?))),
            ExprKind::Conditional(condition, yes, no) => {
                let condition_code = self.boolean(condition)?;
                let yes = self.assuming(narrow::when_true(condition), |checker| checker.boolean(yes))?;
                let no = self.assuming(narrow::when_false(condition), |checker| checker.boolean(no))?;
                Ok(Code::Conditional(Box::new([condition_code, yes, no])))
            }
            _ => {
                let typed = self.value(expr)?;
                let found = class(&typed.ty);
                if found != Some(Class::Bool) {
                    let found = found.map_or("a value that depends on the kind", label);
                    let error = ExprError::new(expr.span, format!("expected a condition, found {found}"));
                    return Err(error.help("compare it: `== true`"));
                }
                if typed.null != Nullness::No {
                    let error = ExprError::new(expr.span, "the condition may be null");
                    return Err(error.help("write `== true`, or give the attribute a default in its kind"));
                }
                Ok(typed.code)
            }
        }
    }

    fn operands(&mut self, operands: &[Expr], facts: fn(&Expr) -> Vec<String>) -> Result<Box<[Code]>, ExprError> {
        let before = self.nonnull.len();
        let mut codes = Vec::with_capacity(operands.len());
        for operand in operands {
            codes.push(self.boolean(operand)?);
            self.nonnull.extend(facts(operand));
        }
        self.nonnull.truncate(before);
        Ok(codes.into_boxed_slice())
    }

    fn assuming<T>(
        &mut self,
        facts: Vec<String>,
        run: impl FnOnce(&mut Self) -> Result<T, ExprError>,
    ) -> Result<T, ExprError> {
        let before = self.nonnull.len();
        self.nonnull.extend(facts);
        let result = run(self);
        self.nonnull.truncate(before);
        result
    }

    fn value(&mut self, expr: &Expr) -> Result<Typed, ExprError> {
        self.spend(expr.span)?;
        let constant = |value, ty| Ok(Typed::plain(Code::Const(Node::new(value, Origin::NOWHERE)), ty));
        match &expr.kind {
            ExprKind::Null => Ok(Typed::new(Code::Const(Node::null()), Ty::Null, Nullness::Null)),
            ExprKind::Bool(value) => constant(Value::Bool(*value), Type::Bool),
            ExprKind::Int(value) => constant(Value::Int(*value), Type::Integer),
            ExprKind::Float(value) => constant(Value::Float(*value), Type::Number),
            ExprKind::Text(text) => constant(Value::text(text), Type::String),
            ExprKind::Map(entries) => self.map(entries, expr.span),
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) => Ok(Typed::plain(self.boolean(expr)?, Type::Bool)),
            ExprKind::Compare(sign, left, right) => self.compare(*sign, left, right, expr.span),
            ExprKind::In(item, set) => self.membership(item, set, expr.span),
            ExprKind::Coalesce(left, right) => self.coalesce(left, right),
            ExprKind::Conditional(condition, yes, no) => {
                let code = self.boolean(condition)?;
                let left = self.assuming(narrow::when_true(condition), |checker| checker.value(yes))?;
                let right = self.assuming(narrow::when_false(condition), |checker| checker.value(no))?;
                let null = left.null.max(right.null);
                let mut joined = self.join(&left, &right, expr.span)?;
                joined.null = null;
                joined.code = Code::Conditional(Box::new([code, left.code, right.code]));
                Ok(joined)
            }
            ExprKind::List(_) | ExprKind::Name(_) | ExprKind::Field(..) | ExprKind::Index(..) | ExprKind::Call(..) => {
                self.chain(expr)
            }
        }
    }

    fn map(&mut self, entries: &[(String, Expr)], span: Span) -> Result<Typed, ExprError> {
        let mut codes = Vec::with_capacity(entries.len());
        let mut fields = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let key = Str::new(key);
            if codes.iter().any(|(known, _)| *known == key) {
                return Err(ExprError::new(span, format!("the key `{key}` stands twice")));
            }
            let typed = self.value(value)?;
            let ty = if let Ty::Plain(ty) = typed.ty { ty } else { Type::Any };
            fields.push((key, redan_model::Field { ty, ..redan_model::Field::default() }));
            codes.push((key, typed.code));
        }
        let ty = Type::Struct(Arc::new(StructType { fields }));
        Ok(Typed::plain(Code::Map(codes.into_boxed_slice()), ty))
    }

    fn list(&mut self, items: &[Expr], span: Span) -> Result<Typed, ExprError> {
        let mut codes = Vec::with_capacity(items.len());
        let mut element: Option<Typed> = None;
        for item in items {
            let typed = self.value(item)?;
            codes.push(typed.code.clone());
            element = Some(match element {
                Some(known) => self.join(&known, &typed, span)?,
                None => typed,
            });
        }
        let element = match element.map(|typed| typed.ty) {
            Some(Ty::Plain(ty)) => ty,
            _ => Type::Any,
        };
        let ty = Type::List(Arc::new(ListType { element, keyed: None }));
        Ok(Typed::plain(Code::List(codes.into_boxed_slice()), ty))
    }

    /// The type of what is one or the other.
    fn join(&self, left: &Typed, right: &Typed, span: Span) -> Result<Typed, ExprError> {
        let (a, b) = (self.class(left, span)?, self.class(right, span)?);
        let open = |class| matches!(class, Class::Null | Class::Any);
        let joined = if open(a) {
            right
        } else if open(b) || comparable(a, b) {
            left
        } else {
            return Err(ExprError::new(span, format!("one is {}, the other {}", label(a), label(b))));
        };
        let null = left.null.max(right.null);
        let mut joined = Typed { null, fold: left.fold || right.fold, ..joined.clone() };
        if left.members.is_empty() || right.members.is_empty() {
            joined.members = Vec::new();
        }
        Ok(joined)
    }

    fn class(&self, typed: &Typed, span: Span) -> Result<Class, ExprError> {
        class(&typed.ty).ok_or_else(|| {
            let error =
                ExprError::new(span, "the type of this attribute depends on the kind that the reference leads to");
            error.help("ask the kinds one by one")
        })
    }

    fn coalesce(&mut self, left: &Expr, right: &Expr) -> Result<Typed, ExprError> {
        let a = self.value(left)?;
        let b = self.value(right)?;
        let mut joined = self.join(&a, &b, right.span)?;
        joined.null = a.null.min(b.null);
        joined.code = Code::Coalesce(Box::new([a.code, b.code]));
        Ok(joined)
    }

    fn compare(&mut self, sign: Comparison, left: &Expr, right: &Expr, span: Span) -> Result<Typed, ExprError> {
        let a = self.value(left)?;
        let b = self.value(right)?;
        let (mut one, mut other) = (self.class(&a, left.span)?, self.class(&b, right.span)?);
        for (class, typed) in [(&mut one, &a), (&mut other, &b)] {
            if *class == Class::Text && is_time(&typed.code) && [&a, &b].iter().any(|t| t.ty == Ty::Plain(Type::Time)) {
                *class = Class::Time;
            }
        }
        if !comparable(one, other) {
            let message = format!("`{}` compares {} with {}", sign.sign(), label(one), label(other));
            let help = match (one, other) {
                (Class::Number, Class::Duration) | (Class::Duration, Class::Number) => {
                    "write `days(n)`, `hours(n)` or `minutes(n)`"
                }
                (Class::Version, Class::Text) | (Class::Text, Class::Version) => {
                    "write `version(\"…\")` or `tls(\"…\")`"
                }
                _ => "compare values of one type",
            };
            return Err(ExprError::new(span, message).help(help));
        }
        self.enumerated(&a, &b.code, right.span)?;
        self.enumerated(&b, &a.code, left.span)?;
        let fold = a.fold || b.fold;
        if !matches!(sign, Comparison::Equal | Comparison::NotEqual) {
            let ordered = [Class::Number, Class::Text, Class::Time, Class::Duration, Class::Version];
            if one != other || !ordered.contains(&one) {
                return Err(ExprError::new(span, format!("{} has no order", label(one))));
            }
            if let Some((nullable, _)) = [(left, &a), (right, &b)].into_iter().find(|(_, t)| t.null != Nullness::No) {
                let error = ExprError::new(nullable.span, "what is ordered may be null");
                return Err(error.help("test it first (`x != null && …`), or say what null counts as (`x ?? 0`)"));
            }
        }
        let class = if one == Class::Null || one == Class::Any { other } else { one };
        let code = Code::Compare(Box::new(Compare { sign, class, fold, left: a.code, right: b.code }));
        Ok(Typed::plain(code, Type::Bool))
    }

    /// A literal that is compared with an enumeration must be one of its members.
    fn enumerated(&self, typed: &Typed, code: &Code, span: Span) -> Result<(), ExprError> {
        let Code::Const(Node { value: Value::Text(text), .. }) = code else { return Ok(()) };
        let is = |member: &Str| *member == *text || typed.fold && member.eq_ignore_ascii_case(text);
        if typed.members.is_empty() || typed.members.iter().any(is) {
            return Ok(());
        }
        let names: Vec<&str> = typed.members.iter().map(|member| member.as_str()).collect();
        let help =
            did_you_mean(text, names.iter().copied()).unwrap_or_else(|| format!("it is one of {}", names.join(", ")));
        Err(ExprError::new(span, format!("the attribute is never \"{text}\"")).help(help))
    }

    fn membership(&mut self, item: &Expr, set: &Expr, span: Span) -> Result<Typed, ExprError> {
        let a = self.value(item)?;
        let b = self.value(set)?;
        let (element, key) = match &b.ty {
            Ty::Plain(Type::List(list)) => match &list.keyed {
                Some(keyed) => (Class::Text, Some(keyed.key)),
                None => (self.class(&Typed::plain(Code::Now, list.element.clone()), span)?, None),
            },
            Ty::Plain(Type::Map(_)) => (Class::Text, None),
            Ty::Plain(Type::Any) => (Class::Any, None),
            _ => {
                let found = label(self.class(&b, set.span)?);
                return Err(ExprError::new(set.span, format!("`in` needs a list or a map, found {found}")));
            }
        };
        let one = self.class(&a, item.span)?;
        if !comparable(one, element) {
            let message = format!("`in` compares {} with {}", label(one), label(element));
            return Err(ExprError::new(span, message).help("compare values of one type"));
        }
        if let Code::List(items) = &b.code {
            for literal in items {
                self.enumerated(&a, literal, set.span)?;
            }
        }
        let code = Code::In(Box::new(Membership { fold: a.fold || b.fold, item: a.code, set: b.code, key }));
        Ok(Typed::plain(code, Type::Bool))
    }
}

fn is_time(code: &Code) -> bool {
    matches!(code, Code::Const(Node { value: Value::Text(text), .. }) if crate::time::instant(text).is_some())
}
