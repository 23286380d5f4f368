//! Values as nodes. The origin of a node is the place of its expression; where the value was written elsewhere, both.

use std::sync::Arc;

use redan_model::{
    List, Map, Node, Origin as Place, Part, Reason as ModelReason, ReasonClass, Ref, Rest, SourceId, Sources, Str,
    Target, Unknown as ModelUnknown, Value as Lowered,
};

use crate::module::{BlockGroup, Evaluated};
use crate::syntax::ast::{Expr, ExprKind, ObjectKey};
use crate::value::{Class, Entries, Kind, Number, Origin, PathStep, Piece, Reason, Reference, Value, Why};

/// How origins are told.
#[derive(Clone, Copy)]
pub(super) enum Origins<'s> {
    /// Where a value is used, with the place where it was written beside it.
    Used(&'s Sources),
    /// Only where it was written: for what is still going to be used elsewhere.
    Written,
}

/// The arguments of a data source, for a hook.
pub(crate) fn written_body(body: &Evaluated<'_>, whole: Origin) -> Node {
    Lowering { origins: Origins::Written }.body(body, whole)
}

pub(super) struct Lowering<'s> {
    pub(super) origins: Origins<'s>,
}

pub(super) fn place(origin: Origin) -> Place {
    if origin.is_none() {
        return Place::NOWHERE;
    }
    Place::new(SourceId::from_index(origin.file), origin.span.start, origin.span.end)
}

impl Lowering<'_> {
    /// A body as a map: arguments that are set, and a list of maps for each type of block.
    pub(super) fn body(&self, body: &Evaluated<'_>, whole: Origin) -> Node {
        let mut entries: Vec<(Str, Node)> = Vec::with_capacity(body.arguments.len() + body.groups.len());
        for argument in body.arguments.iter().filter(|argument| !argument.value.is_null()) {
            let used = Origin::new(argument.file, argument.expr.span);
            let node = self.node(&argument.value, used, Some((argument.file, argument.expr)));
            entries.push((Str::new(argument.name), node));
        }
        for group in &body.groups {
            entries.push((Str::new(group.kind), self.group(group, whole)));
        }
        let rest = match &body.damage {
            Some(why) => Rest::Unknown(unknown(why)),
            None => Rest::Absent,
        };
        Node::new(Lowered::Map(Arc::new(Map::new(entries, rest))), place(whole))
    }

    fn group(&self, group: &BlockGroup<'_>, whole: Origin) -> Node {
        let items: Vec<Node> = group.blocks.iter().map(|(origin, body)| self.body(body, *origin)).collect();
        let origin = group.blocks.first().map_or(whole, |(origin, _)| *origin);
        let list = List { items: items.into_boxed_slice(), rest: group.rest.as_ref().map(unknown) };
        Node::new(Lowered::List(Arc::new(list)), place(origin))
    }

    /// A value that `used` asks for; `expr` is what stands there, if it is known.
    pub(super) fn node(&self, value: &Value, used: Origin, expr: Option<(u32, &Expr)>) -> Node {
        Node::new(self.value(value, used, expr), self.origin(value, used))
    }

    fn origin(&self, value: &Value, used: Origin) -> Place {
        let (written, used) = (place(value.origin), place(used));
        if value.origin.is_none() || written.within(used) {
            return if value.origin.is_none() { used } else { written };
        }
        match self.origins {
            Origins::Used(sources) if used != Place::NOWHERE => sources.derived(used, written),
            Origins::Used(_) | Origins::Written => written,
        }
    }

    fn value(&self, value: &Value, used: Origin, expr: Option<(u32, &Expr)>) -> Lowered {
        match &value.kind {
            Kind::Null(_) => Lowered::Null,
            Kind::Bool(value) => Lowered::Bool(*value),
            Kind::Number(value) => number(value),
            Kind::String(text) => Lowered::text(text),
            Kind::Composite(composite) => {
                if let Some(document) = &composite.document {
                    return self.value(document, used, document_expr(expr));
                }
                let text = self.pieces(&composite.pieces, used);
                match &composite.reference {
                    Some(reference) => refer(reference, Some(text)),
                    None => text,
                }
            }
            Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => {
                let elements = element_exprs(expr, seq.items.len());
                let items = seq.items.iter().enumerate().map(|(at, item)| {
                    let element = elements.and_then(|(file, all)| all.get(at).map(|element| (file, element)));
                    let used = element.map_or(used, |(file, element)| Origin::new(file, element.span));
                    self.node(item, used, element)
                });
                let items: Vec<Node> = items.collect();
                let rest = seq.rest.as_ref().map(|rest| unknown(&rest.why));
                Lowered::List(Arc::new(List { items: items.into_boxed_slice(), rest }))
            }
            Kind::Map(entries) | Kind::Object(entries) => self.entries(entries, used, expr),
            Kind::Unknown(state) => match &state.reference {
                Some(reference) => refer(reference, Some(Lowered::Unknown(unknown(&state.why)))),
                None => Lowered::Unknown(unknown(&state.why)),
            },
        }
    }

    fn entries(&self, entries: &Entries, used: Origin, expr: Option<(u32, &Expr)>) -> Lowered {
        if let Some(reference) = &entries.reference {
            return refer(reference, None);
        }
        let items = entries.items.iter().map(|(key, item)| {
            let element = entry_expr(expr, key);
            let used = element.map_or(used, |(file, element)| Origin::new(file, element.span));
            (Str::new(key), self.node(item, used, element))
        });
        let rest = match &entries.rest {
            Some(why) => Rest::Unknown(unknown(why)),
            None => Rest::Absent,
        };
        Lowered::Map(Arc::new(Map::new(items.collect(), rest)))
    }

    fn pieces(&self, pieces: &[Piece], used: Origin) -> Lowered {
        Lowered::template(pieces.iter().map(|piece| match piece {
            Piece::Literal(text) => Part::Literal(Str::new(text)),
            Piece::Hole(value) => Part::Hole(self.node(value, used, None)),
        }))
    }
}

fn number(value: &Number) -> Lowered {
    match value.to_i64() {
        Some(whole) if value.is_integer() => Lowered::Int(whole),
        _ => Lowered::Float(value.to_f64()),
    }
}

/// The argument of `jsonencode(…)`, whose parts are those of the document.
fn document_expr(expr: Option<(u32, &Expr)>) -> Option<(u32, &Expr)> {
    let (file, expr) = expr?;
    match &unwrapped(expr).kind {
        ExprKind::Call(call) if matches!(&*call.name.text, "jsonencode" | "yamlencode") => {
            call.arguments.first().map(|argument| (file, argument))
        }
        _ => None,
    }
}

fn unwrapped(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => unwrapped(inner),
        _ => expr,
    }
}

fn element_exprs(expr: Option<(u32, &Expr)>, count: usize) -> Option<(u32, &[Expr])> {
    let (file, expr) = expr?;
    match &unwrapped(expr).kind {
        ExprKind::Tuple(elements) if elements.len() == count => Some((file, elements.as_slice())),
        _ => None,
    }
}

fn entry_expr<'e>(expr: Option<(u32, &'e Expr)>, key: &str) -> Option<(u32, &'e Expr)> {
    let (file, expr) = expr?;
    let ExprKind::Object(items) = &unwrapped(expr).kind else { return None };
    let named = |item: &&crate::syntax::ast::ObjectItem| match &item.key {
        ObjectKey::Name(name) => &*name.text == key,
        ObjectKey::Expr(Expr { kind: ExprKind::Text(text), .. }) => &**text == key,
        ObjectKey::Expr(_) => false,
    };
    items.iter().rev().find(named).map(|item| (file, &item.value))
}

fn refer(reference: &Reference, text: Option<Lowered>) -> Lowered {
    let mut attribute = String::new();
    for step in &reference.path {
        if !attribute.is_empty() {
            attribute.push('.');
        }
        match step {
            PathStep::Attr(name) | PathStep::Key(name) => attribute.push_str(name),
            PathStep::Index(index) => attribute.push_str(&index.to_string()),
        }
    }
    let target = Target::Address(Str::new(&reference.address));
    Lowered::Ref(Arc::new(Ref { target, attribute: Str::new(&attribute), text }))
}

/// Reasons in the vocabulary of the model.
pub(super) fn unknown(why: &Why) -> Arc<ModelUnknown> {
    let reasons = why.reasons().iter().map(reason);
    ModelUnknown::all(reasons).unwrap_or_else(|| ModelUnknown::new(ReasonClass::Problem, "", Place::NOWHERE))
}

fn reason(reason: &Reason) -> ModelReason {
    let class = match reason.class {
        Class::Input => ReasonClass::Input,
        Class::DataSource => ReasonClass::DataSource,
        Class::Computed => ReasonClass::Computed,
        Class::ModuleMissing => ReasonClass::Module,
        Class::Impure => ReasonClass::Impure,
        Class::Undeclared => ReasonClass::NotInEstate,
        Class::Unsupported => ReasonClass::Unsupported,
        Class::Parse | Class::Problem => ReasonClass::Problem,
    };
    ModelReason { class, what: Str::new(&reason.what), origin: place(reason.origin) }
}
