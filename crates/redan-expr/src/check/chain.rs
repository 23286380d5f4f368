//! Chains: a root and the fields, keys, functions and questions behind it.

use super::types::{Nullness, Ty, Typed, did_you_mean};
use super::{Checker, label};
use crate::code::{AskedAbout, Asking, Base, Class, Code, Path};
use crate::{Expr, ExprError, ExprKind, QuestionId, Span};
use redan_model::{Node, Origin, Question, Str, Type, Value};

/// The five places and their kinds (`pages.md` 1).
pub(crate) const PLACES: [(&str, &str); 5] = [
    ("account", "AWS::Account"),
    ("region", "AWS::Region"),
    ("organization", "AWS::Organizations::Organization"),
    ("subscription", "Microsoft.Resources/subscriptions"),
    ("tenant", "Microsoft.Graph/organization"),
];

const MAX_QUESTION_STEPS: usize = 3;

/// One step of a chain as it is written.
struct Link<'e> {
    what: What<'e>,
    /// The chain up to here.
    whole: &'e Expr,
}

enum What<'e> {
    Field(&'e str),
    Index(&'e Expr),
    Call(&'e str, &'e [Expr]),
}

impl Checker<'_> {
    pub(super) fn chain(&mut self, expr: &Expr) -> Result<Typed, ExprError> {
        let mut links = Vec::new();
        let mut root = expr;
        loop {
            let what = match &root.kind {
                ExprKind::Field(base, name) => (What::Field(name), base),
                ExprKind::Index(base, index) => (What::Index(index), base),
                ExprKind::Call(Some(base), name, args) => (What::Call(name, args), base),
                _ => break,
            };
            links.push(Link { what: what.0, whole: root });
            root = what.1;
        }
        links.reverse();
        let (mut state, mut at) = match self.written_out(root, links.first())? {
            Some(typed) => (typed, 1),
            None => (self.root(root)?, 0),
        };
        while let Some(link) = links.get(at) {
            self.spend(link.whole.span)?;
            let rest = links.get(at..).unwrap_or_default();
            if let Some((typed, taken)) = self.question(&state, rest)? {
                state = typed;
                at += taken;
            } else {
                state = match &link.what {
                    What::Field(name) => self.field(state, name, link.whole.span)?,
                    What::Index(index) => self.index(state, index)?,
                    What::Call(name, args) => self.method(state, name, args, link.whole.span)?,
                };
                at += 1;
            }
            let doubtful = state.null != Nullness::No && !self.nonnull.is_empty();
            if doubtful && link.whole.path_key().is_some_and(|key| self.nonnull.contains(&key)) {
                state.null = Nullness::No;
            }
        }
        Ok(state)
    }

    /// `["A", "B"].all(k, …)`: the body for each literal, so that the key may name attributes.
    fn written_out(&mut self, root: &Expr, first: Option<&Link<'_>>) -> Result<Option<Typed>, ExprError> {
        let ExprKind::List(items) = &root.kind else { return Ok(None) };
        let Some(Link { what: What::Call(name, [Expr { kind: ExprKind::Name(bound), span }, body]), .. }) = first
        else {
            return Ok(None);
        };
        let literal = items.iter().all(|item| matches!(item.kind, ExprKind::Text(_)));
        if !literal || !matches!(*name, "all" | "exists") {
            return Ok(None);
        }
        self.fresh(bound, *span)?;
        let mut bodies = Vec::with_capacity(items.len());
        for item in items {
            let mut copy = body.clone();
            copy.substitute(bound, item);
            bodies.push(self.boolean(&copy)?);
        }
        let bodies = bodies.into_boxed_slice();
        let code = if *name == "all" { Code::And(bodies) } else { Code::Or(bodies) };
        Ok(Some(Typed::plain(code, Type::Bool)))
    }

    /// Refuses a name that is taken.
    pub(super) fn fresh(&self, name: &str, span: Span) -> Result<(), ExprError> {
        let word = matches!(name, "self" | "now" | "live" | "anyone") || PLACES.iter().any(|(place, _)| *place == name);
        if word || self.scope.iter().any(|(known, _)| known == name) {
            return Err(ExprError::new(span, format!("`{name}` already means something")).help("choose another name"));
        }
        Ok(())
    }

    fn root(&mut self, root: &Expr) -> Result<Typed, ExprError> {
        match &root.kind {
            ExprKind::Name(name) => self.name(name, root.span),
            ExprKind::List(items) => self.list(items, root.span),
            ExprKind::Call(None, name, args) => self.call(name, args, root.span),
            _ => self.value(root),
        }
    }

    fn name(&self, name: &str, span: Span) -> Result<Typed, ExprError> {
        if let Some((_, bound)) = self.scope.iter().rev().find(|(known, _)| known == name) {
            return Ok(bound.clone());
        }
        let path = |base| Code::Path(Box::new(Path { base, steps: Vec::new() }));
        if name == "self" {
            let ty = Ty::Resource(vec![self.words.kind]);
            return Ok(Typed::new(path(Base::SelfResource), ty, Nullness::No));
        }
        if let Some((place, kind)) = PLACES.into_iter().find(|(place, _)| *place == name) {
            let kind = Str::new(kind);
            if self.words.schemas.schema(kind).is_none() {
                return Err(self.unknown_kind(&kind, span));
            }
            return Ok(Typed::new(path(Base::Place(place, kind)), Ty::Resource(vec![kind]), Nullness::No));
        }
        match name {
            "now" => Ok(Typed::plain(Code::Now, Type::Time)),
            "live" if self.words.live => Ok(Typed::plain(Code::Live, Type::Bool)),
            "live" => {
                Err(ExprError::new(span, "`live` stands outside of `when`")
                    .help("begin the rule with a line `when live`"))
            }
            "anyone" => {
                let set = Node::map(
                    vec![(Str::new("anyone"), Node::new(Value::Bool(true), Origin::NOWHERE))],
                    Origin::NOWHERE,
                );
                Ok(Typed::plain(Code::Const(set), Type::Any))
            }
            _ => {
                let known = ["self", "now", "account", "region", "organization", "subscription", "tenant"];
                let bound = self.scope.iter().map(|(name, _)| name.as_str());
                let error = ExprError::new(span, format!("nothing is called `{name}`"));
                Err(error.maybe(
                    did_you_mean(name, known.into_iter().chain(bound))
                        .or_else(|| Some(format!("attributes are read from the resource: `self.{name}`"))),
                ))
            }
        }
    }

    /// A fact or question that begins at these links, and how many of them it takes.
    fn question(&mut self, state: &Typed, links: &[Link<'_>]) -> Result<Option<(Typed, usize)>, ExprError> {
        if let Ty::Policy { binding } = state.ty {
            let Some(Link { what: What::Call(name, args), whole }) = links.first() else { return Ok(None) };
            let Some((id, question)) = self.words.engines.about_policy(binding, name) else {
                let names = self.words.engines.policy_names(binding);
                let error = ExprError::new(whole.span, format!("a policy cannot be asked `{name}`"));
                return Err(error.maybe(did_you_mean(name, names.iter().map(|name| name.as_str()))));
            };
            let about = if binding { AskedAbout::Binding } else { AskedAbout::Document }(state.code.clone());
            let null = state.null;
            return self.asked(id, question, about, args, whole.span, null).map(|typed| Some((typed, 1)));
        }
        let Some(kinds) = state.kinds() else { return Ok(None) };
        let null = if matches!(state.ty, Ty::Resource(_)) { state.null } else { Nullness::Null };
        let mut dotted = String::new();
        for (index, link) in links.iter().take(MAX_QUESTION_STEPS).enumerate() {
            let (name, args) = match &link.what {
                What::Field(name) => (*name, None),
                What::Call(name, args) => (*name, Some(*args)),
                What::Index(_) => break,
            };
            if index == 0 && self.is_member(&kinds, name) {
                break;
            }
            if index > 0 {
                dotted.push('.');
            }
            dotted.push_str(name);
            let found = kinds.iter().find_map(|kind| self.words.engines.about_resource(*kind, &dotted));
            if let Some((id, question)) = found {
                let span = link.whole.span;
                if question.fact != args.is_none() {
                    let message = format!("`{dotted}` is a {}", if question.fact { "fact" } else { "question" });
                    let help = if question.fact { "write it without parentheses" } else { "write it with parentheses" };
                    return Err(ExprError::new(span, message).help(help));
                }
                let about = AskedAbout::Resource(state.code.clone());
                let typed = self.asked(id, question, about, args.unwrap_or_default(), span, null)?;
                return Ok(Some((typed, index + 1)));
            }
            if args.is_some() {
                break;
            }
        }
        Ok(None)
    }

    fn asked(
        &mut self,
        id: QuestionId,
        question: &Question,
        subject: AskedAbout,
        args: &[Expr],
        span: Span,
        null: Nullness,
    ) -> Result<Typed, ExprError> {
        let repeated = question.parameters.iter().position(|parameter| parameter.repeated);
        let required = question.parameters.iter().filter(|parameter| !parameter.optional).count();
        if args.len() < required || repeated.is_none() && args.len() > question.parameters.len() {
            let names: Vec<&str> = question.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            let message = format!("`{}` takes other arguments: ({})", question.name, names.join(", "));
            return Err(ExprError::new(span, message).help(question.docs.as_str()));
        }
        let mut arguments = Vec::with_capacity(args.len());
        for (index, arg) in args.iter().enumerate() {
            let typed = self.value(arg)?;
            let parameter = question.parameters.get(index).or_else(|| question.parameters.last());
            if let Some(parameter) = parameter {
                self.argument(&typed, &parameter.ty, parameter.repeated, arg)?;
            }
            arguments.push(typed.code);
        }
        let asking = Asking { question: id, name: question.name, subject, arguments, repeated };
        let code = Code::Ask(Box::new(asking));
        Ok(Typed::new(code, Ty::Plain(question.result.clone()), null))
    }

    fn argument(&self, typed: &Typed, wanted: &Type, repeated: bool, arg: &Expr) -> Result<(), ExprError> {
        let found = self.class(typed, arg.span)?;
        let wanted_class = super::class(&Ty::Plain(wanted.clone())).unwrap_or(Class::Any);
        let as_list = repeated && found == Class::List;
        let resource = matches!(found, Class::Resource) && wanted_class == Class::Text;
        if !as_list && !resource && !super::comparable(found, wanted_class) {
            let message = format!("expected {}, found {}", label(wanted_class), label(found));
            return Err(ExprError::new(arg.span, message));
        }
        if let (Type::Struct(fields), ExprKind::Map(entries)) = (wanted, &arg.kind) {
            for (key, value) in entries {
                if fields.field(Str::new(key)).is_none() {
                    let known = fields.fields.iter().map(|(name, _)| name.as_str());
                    let error = ExprError::new(value.span, format!("no key `{key}` is known here"));
                    return Err(error.maybe(did_you_mean(key, known)));
                }
            }
        }
        Ok(())
    }
}
