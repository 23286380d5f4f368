//! Functions, quantifiers, and the sets that resources are asked for.

use super::Checker;
use super::step::append;
use super::types::{Nullness, Ty, Typed, did_you_mean, label};
use crate::code::{Base, Class, Code, Function, Path, Quantifier, Quantity, Step};
use crate::{Expr, ExprError, ExprKind, Span};
use redan_model::{ListType, Node, Origin, ReasonClass, Str, Type};
use regex::RegexBuilder;
use std::sync::Arc;

const MAX_PATTERN_BYTES: usize = 1 << 20;

impl Checker<'_> {
    /// `name(args)`.
    pub(super) fn call(&mut self, name: &str, args: &[Expr], span: Span) -> Result<Typed, ExprError> {
        match name {
            "param" => self.param(args, span),
            "unknown" => {
                let why = literal(args.first(), span)?;
                let node = Node::unknown(ReasonClass::Undocumented, why, Origin::NOWHERE);
                Ok(Typed::plain(Code::Const(node), Type::Any))
            }
            "policy" | "binding" | "outside" => {
                let [arg] = args else { return Err(ExprError::new(span, format!("`{name}` takes one argument"))) };
                let typed = self.value(arg)?;
                let found = self.class(&typed, arg.span)?;
                let fits = match name {
                    "policy" => matches!(found, Class::Map | Class::Any | Class::Null),
                    _ => found == Class::Resource,
                };
                if !fits {
                    let wanted = if name == "policy" { "a policy document" } else { "a resource" };
                    return Err(ExprError::new(arg.span, format!("expected {wanted}, found {}", label(found))));
                }
                if name == "outside" {
                    return Ok(Typed::plain(Code::Outside(Box::new(typed.code)), Type::Any));
                }
                Ok(Typed::new(typed.code, Ty::Policy { binding: name == "binding" }, Nullness::No))
            }
            _ => {
                let Some((first, rest)) = args.split_first() else {
                    return Err(unknown_function(name, span));
                };
                if !is_function(name) {
                    return Err(unknown_function(name, span));
                }
                let receiver = self.value(first)?;
                self.method(receiver, name, rest, span)
            }
        }
    }

    /// `receiver.name(args)`.
    pub(super) fn method(
        &mut self,
        receiver: Typed,
        name: &str,
        args: &[Expr],
        span: Span,
    ) -> Result<Typed, ExprError> {
        match name {
            "all" => self.quantifier(Quantity::All, receiver, args, span),
            "exists" => self.quantifier(Quantity::Exists, receiver, args, span),
            "filter" => self.quantifier(Quantity::Filter, receiver, args, span),
            "referrers" => self.referrers(receiver, args, span),
            "resources" => self.resources(receiver, args, span),
            "matches" => self.matches(receiver, args, span),
            _ => {
                let Some((function, count)) = Function::named(name) else {
                    return Err(self.no_method(&receiver, name, span));
                };
                if args.len() + 1 != count {
                    let message = format!("`{name}` takes {} argument(s) in parentheses", count - 1);
                    return Err(ExprError::new(span, message));
                }
                self.function(function, name, receiver, args, span)
            }
        }
    }

    fn no_method(&self, receiver: &Typed, name: &str, span: Span) -> ExprError {
        let questions = receiver.kinds().map(|kinds| self.words.engines.names(&kinds)).unwrap_or_default();
        let known = questions.iter().map(|name| name.as_str()).chain(function_names());
        ExprError::new(span, format!("there is no function or question `{name}` here")).maybe(did_you_mean(name, known))
    }

    fn param(&self, args: &[Expr], span: Span) -> Result<Typed, ExprError> {
        let name = literal(args.first(), span)?;
        let Some(at) = self.words.params.iter().position(|(known, _)| *known == *name) else {
            let known = self.words.params.iter().map(|(name, _)| name.as_str());
            let help =
                did_you_mean(name, known).unwrap_or_else(|| "declare it under `params` in the page's head".to_owned());
            return Err(ExprError::new(span, format!("no parameter `{name}` is declared")).help(help));
        };
        let ty = self.words.params.get(at).map(|(_, ty)| ty.clone()).unwrap_or_default();
        Ok(Typed::plain(Code::Param(at), ty))
    }

    fn function(
        &mut self,
        function: Function,
        name: &str,
        receiver: Typed,
        args: &[Expr],
        span: Span,
    ) -> Result<Typed, ExprError> {
        let found = self.class(&receiver, span)?;
        let text = matches!(found, Class::Text | Class::Reference | Class::Any | Class::Null);
        let (fits, wanted, result) = match function {
            Function::Size => {
                let fits = matches!(found, Class::List | Class::Map | Class::Set | Class::Text | Class::Any);
                (fits, "a list, a map or a text", Type::Integer)
            }
            Function::StartsWith | Function::EndsWith | Function::Contains => (text, "a text", Type::Bool),
            Function::Lower => (text, "a text", Type::String),
            Function::Split => (text, "a text", Type::List(Arc::new(ListType { element: Type::String, keyed: None }))),
            Function::Age | Function::Until => (found == Class::Time, "a time", Type::Duration),
            Function::Days | Function::Hours | Function::Minutes => {
                (found == Class::Number, "a number", Type::Duration)
            }
            Function::Version | Function::Tls => (text, "a text", Type::String),
            Function::Declared => (matches!(receiver.code, Code::Path(_)), "an attribute", Type::Bool),
            Function::Gone => (found == Class::Reference, "a reference", Type::Bool),
        };
        if !fits {
            return Err(ExprError::new(span, format!("`{name}` needs {wanted}, found {}", label(found))));
        }
        if found == Class::Set && function == Function::Contains {
            return Err(ExprError::new(span, "`contains` is about texts").help("write `x in list`"));
        }
        let keeps_null = matches!(
            function,
            Function::Lower
                | Function::Age
                | Function::Until
                | Function::Version
                | Function::Tls
                | Function::Days
                | Function::Hours
                | Function::Minutes
        );
        let null = if keeps_null { receiver.null } else { Nullness::No };
        let ty = match function {
            Function::Version | Function::Tls => Ty::Version,
            _ => Ty::Plain(result),
        };
        let mut codes = vec![receiver.code];
        for arg in args {
            let typed = self.value(arg)?;
            let class = self.class(&typed, arg.span)?;
            if !matches!(class, Class::Text | Class::Reference) {
                return Err(ExprError::new(arg.span, format!("`{name}` needs a text, found {}", label(class))));
            }
            codes.push(typed.code);
        }
        Ok(Typed::new(Code::Call(function, codes.into_boxed_slice()), ty, null))
    }

    fn matches(&mut self, receiver: Typed, args: &[Expr], span: Span) -> Result<Typed, ExprError> {
        let found = self.class(&receiver, span)?;
        if !matches!(found, Class::Text | Class::Reference | Class::Any) {
            return Err(ExprError::new(span, format!("`matches` needs a text, found {}", label(found))));
        }
        let pattern = literal(args.first(), span)?;
        let regex = RegexBuilder::new(pattern).size_limit(MAX_PATTERN_BYTES).dfa_size_limit(MAX_PATTERN_BYTES).build();
        let regex = regex.map_err(|_| ExprError::new(span, "the pattern is no regular expression"))?;
        Ok(Typed::plain(Code::Matches(Box::new((receiver.code, regex))), Type::Bool))
    }

    fn referrers(&mut self, receiver: Typed, args: &[Expr], span: Span) -> Result<Typed, ExprError> {
        if receiver.kinds().is_none() {
            return Err(ExprError::new(span, "`referrers` is asked of a resource"));
        }
        if args.len() > 2 {
            return Err(ExprError::new(span, "`referrers` takes a kind and an attribute"));
        }
        let mut kind = None;
        let mut attribute = None;
        if let Some(arg) = args.first() {
            let known = self.known_kind(arg, span)?;
            kind = Some(known);
            if let Some(arg) = args.get(1) {
                let path = literal(Some(arg), span)?;
                if !self.has_path(known, path) {
                    let names: Vec<Str> = self
                        .schema(known)
                        .map(|schema| schema.body.fields.iter().map(|(name, _)| *name).collect())
                        .unwrap_or_default();
                    let error = ExprError::new(arg.span, format!("{known} has no `{path}`"));
                    return Err(error.maybe(did_you_mean(path, names.iter().map(|name| name.as_str()))));
                }
                attribute = Some(Str::new(path));
            }
        }
        let code = append(receiver.code, Step::Referrers(kind, attribute));
        Ok(Typed::new(code, Ty::Set(kind.into_iter().collect()), Nullness::No))
    }

    fn resources(&mut self, receiver: Typed, args: &[Expr], span: Span) -> Result<Typed, ExprError> {
        if receiver.kinds().is_none() {
            return Err(
                ExprError::new(span, "`resources` is asked of a place").help("write `account.resources(\"KIND\")`")
            );
        }
        let [arg] = args else { return Err(ExprError::new(span, "`resources` takes one kind")) };
        let kind = self.known_kind(arg, span)?;
        Ok(Typed::new(append(receiver.code, Step::Resources(kind)), Ty::Set(vec![kind]), Nullness::No))
    }

    fn known_kind(&self, arg: &Expr, span: Span) -> Result<Str, ExprError> {
        let name = literal(Some(arg), span)?;
        let kind = Str::new(name);
        if self.schema(kind).is_some() { Ok(kind) } else { Err(self.unknown_kind(name, arg.span)) }
    }

    fn quantifier(
        &mut self,
        quantity: Quantity,
        receiver: Typed,
        args: &[Expr],
        span: Span,
    ) -> Result<Typed, ExprError> {
        let (names, body) = match args {
            [name, body] => (vec![name], body),
            [key, value, body] => (vec![value, key], body),
            _ => {
                let error = ExprError::new(span, "expected a name and a condition");
                return Err(error.help("write `.all(x, condition)`, of a map `.all(key, value, condition)`"));
            }
        };
        let (element, keys) = match &receiver.ty {
            Ty::Plain(Type::List(list)) => (Ty::Plain(list.element.clone()), false),
            Ty::Plain(Type::Map(element)) => (Ty::Plain((**element).clone()), true),
            Ty::Plain(Type::Any) => (Ty::Plain(Type::Any), names.len() == 2),
            Ty::Set(kinds) => (Ty::Resource(kinds.clone()), false),
            _ => {
                let found = label(self.class(&receiver, span)?);
                return Err(ExprError::new(span, format!("expected a list, a map or a set, found {found}")));
            }
        };
        if keys != (names.len() == 2) {
            let help = if keys { "write `.all(key, value, condition)`" } else { "write `.all(x, condition)`" };
            let what = if keys { "a map has keys and values" } else { "a list has no keys" };
            return Err(ExprError::new(span, what).help(help));
        }
        let before = self.scope.len();
        let mut slots = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let ExprKind::Name(bound) = &name.kind else {
                return Err(ExprError::new(name.span, "expected a name to bind"));
            };
            self.fresh(bound, name.span)?;
            let slot = self.slot(name.span)?;
            let code = Code::Path(Box::new(Path { base: Base::Slot(slot), steps: Vec::new() }));
            let ty = if index == 0 { element.clone() } else { Ty::Plain(Type::String) };
            self.scope.push((bound.clone(), Typed::new(code, ty, Nullness::No)));
            slots.push(slot);
        }
        let body = self.boolean(body);
        self.scope.truncate(before);
        let slot = slots.first().copied().unwrap_or_default();
        let quantifier = Quantifier { quantity, over: receiver.code, slot, key: slots.get(1).copied(), body: body? };
        let code = Code::Quantifier(Box::new(quantifier));
        Ok(match quantity {
            Quantity::Filter => Typed::new(code, receiver.ty, Nullness::No),
            Quantity::All | Quantity::Exists => Typed::plain(code, Type::Bool),
        })
    }
}

fn literal(arg: Option<&Expr>, span: Span) -> Result<&str, ExprError> {
    match arg {
        Some(Expr { kind: ExprKind::Text(text), .. }) => Ok(text),
        Some(other) => Err(ExprError::new(other.span, "expected a text in quotes")),
        None => Err(ExprError::new(span, "expected a text in quotes")),
    }
}

fn function_names() -> impl Iterator<Item = &'static str> {
    let others =
        ["all", "exists", "filter", "referrers", "resources", "matches", "param", "policy", "binding", "outside"];
    Function::ALL.into_iter().map(|(name, _, _)| name).chain(others)
}

fn is_function(name: &str) -> bool {
    Function::named(name).is_some() || name == "matches"
}

fn unknown_function(name: &str, span: Span) -> ExprError {
    ExprError::new(span, format!("there is no function `{name}`")).maybe(did_you_mean(name, function_names()))
}
