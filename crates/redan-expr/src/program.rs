//! Compiled expressions as others see them.

use crate::check::{Vocabulary, Wanted, compile};
use crate::code::{AskedAbout, Base, Code, Path, Step};
use crate::eval::{Evaluator, Explanation, Truth};
use crate::{Context, Expr, ExprError};
use redan_model::{Node, Resource, ResourceId, Str, Type, Value};

/// An expression that is checked and compiled for one kind.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) code: Code,
    pub(crate) slots: usize,
    result: Type,
    uses: Vec<Use>,
    observed: Option<Str>,
}

/// What a rule reads of `self`.
#[derive(Clone, Debug)]
enum Use {
    Attribute(Box<[Str]>),
    Asked,
    Related(Box<Path>),
}

impl Program {
    /// Checks an expression against the kinds and the engines, and compiles it.
    ///
    /// # Errors
    /// If it cannot be meant: unknown names, types that cannot be compared, conditions that may be null.
    pub fn compile(expr: &Expr, words: Vocabulary<'_>, wanted: Wanted) -> Result<Self, ExprError> {
        compile(expr, words, wanted)
    }

    pub(crate) fn new(code: Code, slots: usize, result: Type) -> Self {
        let mut uses = Vec::new();
        let mut observed = None;
        collect(&code, &mut uses, &mut observed);
        Self { code, slots, result, uses, observed }
    }

    /// An attribute that it reads and that only a running place can show.
    #[must_use]
    pub const fn observed(&self) -> Option<Str> {
        self.observed
    }

    /// The type of the result.
    #[must_use]
    pub const fn result(&self) -> &Type {
        &self.result
    }

    /// Whether the condition holds for a resource.
    #[must_use]
    pub fn truth(&self, context: &Context<'_>, resource: ResourceId) -> Truth {
        Evaluator::new(self, context, resource).truth(&self.code)
    }

    /// Whether the condition holds for a resource, and which leaves decided.
    #[must_use]
    pub fn explain(&self, context: &Context<'_>, resource: ResourceId) -> Explanation {
        Evaluator::new(self, context, resource).explain(&self.code)
    }

    /// The value for a resource.
    #[must_use]
    pub fn value(&self, context: &Context<'_>, resource: ResourceId) -> Node {
        Evaluator::new(self, context, resource).result(&self.code)
    }

    /// Whether something that the expression reads of a partial resource is stated: a value, or a block that encloses
    /// it. What identifies the resource does not count.
    #[must_use]
    pub fn touches(&self, context: &Context<'_>, resource: ResourceId) -> bool {
        let Some(known) = context.estate.get(resource) else { return false };
        self.uses.iter().any(|used| match used {
            Use::Attribute(path) => states(known, path),
            Use::Asked => anything(known),
            Use::Related(path) => Evaluator::new(self, context, resource).has_members(path),
        })
    }
}

fn states(resource: &Resource, path: &[Str]) -> bool {
    let Some(mut node) = path.first().and_then(|step| resource.body.get(*step)) else { return false };
    if identifies(resource, &node.value) {
        return false;
    }
    for step in path.iter().skip(1) {
        match node.get(*step) {
            Some(inner) => node = inner,
            None => return !matches!(&node.value, Value::Map(map) if matches!(map.rest, redan_model::Rest::Unknown(_))),
        }
    }
    true
}

fn anything(resource: &Resource) -> bool {
    let entries = resource.body.value.as_map().map(redan_model::Map::entries).unwrap_or_default();
    entries.iter().any(|entry| !identifies(resource, &entry.node.value))
}

fn identifies(resource: &Resource, value: &Value) -> bool {
    value.as_text().is_some_and(|text| resource.identities.contains(&text))
}

fn collect(code: &Code, uses: &mut Vec<Use>, observed: &mut Option<Str>) {
    match code {
        Code::Const(_) | Code::Param(_) | Code::Now | Code::Live => {}
        Code::Path(path) => collect_path(path, uses, observed),
        Code::Outside(inner) | Code::Not(inner) => collect(inner, uses, observed),
        Code::List(items) | Code::And(items) | Code::Or(items) | Code::Call(_, items) => {
            items.iter().for_each(|item| collect(item, uses, observed));
        }
        Code::Map(entries) => entries.iter().for_each(|(_, value)| collect(value, uses, observed)),
        Code::Conditional(parts) => parts.iter().for_each(|part| collect(part, uses, observed)),
        Code::Coalesce(parts) => parts.iter().for_each(|part| collect(part, uses, observed)),
        Code::Compare(compare) => {
            collect(&compare.left, uses, observed);
            collect(&compare.right, uses, observed);
        }
        Code::In(membership) => {
            collect(&membership.item, uses, observed);
            collect(&membership.set, uses, observed);
        }
        Code::Quantifier(quantifier) => {
            collect(&quantifier.over, uses, observed);
            collect(&quantifier.body, uses, observed);
        }
        Code::Matches(matching) => collect(&matching.0, uses, observed),
        Code::Ask(asking) => {
            match &asking.subject {
                AskedAbout::Resource(Code::Path(path)) if path.steps.is_empty() => uses.push(Use::Asked),
                AskedAbout::Resource(subject) | AskedAbout::Document(subject) | AskedAbout::Binding(subject) => {
                    collect(subject, uses, observed);
                }
            }
            asking.arguments.iter().for_each(|argument| collect(argument, uses, observed));
        }
    }
}

fn collect_path(path: &Path, uses: &mut Vec<Use>, observed: &mut Option<Str>) {
    for step in &path.steps {
        let (name, infos) = match step {
            Step::Field(field) => (field.name, &*field.infos),
            Step::Entry(entry) => (entry.key, &entry.info[..]),
            _ => continue,
        };
        if infos.iter().any(|(_, info)| info.observed) {
            observed.get_or_insert(name);
        }
    }
    match &path.base {
        Base::Code(code) => collect(code, uses, observed),
        Base::SelfResource => {
            let names = path.steps.iter().map_while(|step| match step {
                Step::Field(field) => Some(field.name),
                _ => None,
            });
            let names: Box<[Str]> = names.collect();
            if !names.is_empty() {
                uses.push(Use::Attribute(names));
            } else if let Some(Step::Children(..) | Step::Referrers(..) | Step::Resources(_)) = path.steps.first() {
                let steps = path.steps.iter().take(1).cloned().collect();
                uses.push(Use::Related(Box::new(Path { base: Base::SelfResource, steps })));
            }
        }
        Base::Slot(_) | Base::Place(..) => {}
    }
}
