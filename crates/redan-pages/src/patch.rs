//! Fixes: changes of the canonical tree that make a page pass, laid over an estate (`pages.md` 6).
//!
//! Turning a change into an edit of text is the work of others.

use crate::PageError;
use crate::markdown::Fence;
use redan_expr::Leaf;
use redan_model::yaml::{self, Yaml, YamlValue};
use redan_model::{Estate, Keyed, List, Map, Node, Origin, Ref, Resource, ResourceId, Rest, Str, Target, Type, Value};
use std::sync::Arc;

/// What a patch changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The judged resource.
    Own,
    /// What a reference of it leads to: the path behind `self`.
    At(Vec<Str>),
    /// A new resource.
    New,
}

/// A fix of one kind of resource.
///
/// Maps are merged, everything else is replaced. `Name[]` stands for the entries of a list that the evidence names, or
/// all if it names none; the value `remove` takes them out. A map laid over a keyed list sets its entries by key. The
/// plain word `self` where a reference belongs is the judged resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// The kind that is changed or made.
    pub kind: Str,
    /// What is changed.
    pub scope: Scope,
    /// The text of the block.
    pub text: String,
    /// The line of the fence in the page, from 1.
    pub line: usize,
    pub(crate) body: Yaml,
}

impl Patch {
    pub(crate) fn read(path: &str, fence: &Fence) -> Result<Self, PageError> {
        let error = |message: &str| PageError::new(path, fence.line, message);
        let help = "write `patch KIND`, `patch KIND at self.Attribute` or `patch KIND new`";
        let Some(info) = fence.info.strip_prefix("patch ") else {
            return Err(error("the block is no patch").help(help));
        };
        let words: Vec<&str> = info.split_whitespace().collect();
        let (kind, scope) = match words.as_slice() {
            [kind] => (*kind, Scope::Own),
            [kind, "new"] => (*kind, Scope::New),
            [kind, "at", reference] => {
                let steps = reference.strip_prefix("self.").ok_or_else(|| error("a reference begins with `self.`"))?;
                (*kind, Scope::At(steps.split('.').map(Str::new).collect()))
            }
            _ => return Err(error("the patch names no kind").help(help)),
        };
        let body = yaml::parse(&fence.text)
            .map_err(|error| PageError::new(path, fence.line + error.line, error.message))?
            .ok_or_else(|| error("the patch is empty"))?;
        body.mapping().map_err(|error| PageError::new(path, fence.line + error.line, error.message))?;
        Ok(Self { kind: Str::new(kind), scope, text: fence.text.clone(), line: fence.line, body })
    }

    /// The estate as it would be after the fix of this resource; `None` if the patch is about something that it has not.
    /// `evidence` says which entries of lists failed.
    #[must_use]
    pub fn apply(&self, estate: &Estate, subject: ResourceId, evidence: &[Leaf]) -> Option<Estate> {
        let mut resources = estate.resources().to_vec();
        let target = match &self.scope {
            Scope::Own => subject,
            Scope::At(path) => follow(estate, subject, path)?,
            Scope::New => match self.there(estate, subject) {
                Some(child) => child,
                None => {
                    resources.push(self.made(estate, subject)?);
                    return Some(estate.with_resources(resources));
                }
            },
        };
        let resource = resources.get_mut(target.index()).filter(|resource| resource.kind == self.kind)?;
        let ty = Type::Struct(Arc::clone(&estate.schemas().schema(self.kind)?.body));
        let overlay = Overlay { subject, target, evidence };
        resource.body = overlay.lay(Some(&resource.body), &self.body, &ty, "");
        Some(estate.with_resources(resources))
    }

    /// The child that a new one would replace: the vendor makes some with every parent.
    fn there(&self, estate: &Estate, subject: ResourceId) -> Option<ResourceId> {
        let name = self.body.mapping().ok()?.iter().find(|(key, _)| key == "name")?.1.scalar()?;
        let named = |id: &ResourceId| {
            estate.get(*id).and_then(|child| child.name).is_some_and(|known| known.eq_ignore_ascii_case(name))
        };
        estate.children(subject, self.kind).members.into_iter().find(named)
    }

    fn made(&self, estate: &Estate, subject: ResourceId) -> Option<Resource> {
        let beside = estate.get(subject)?;
        let ty = Type::Struct(Arc::clone(&estate.schemas().schema(self.kind)?.body));
        let overlay = Overlay { subject, target: subject, evidence: &[] };
        let body = overlay.lay(None, &self.body, &ty, "");
        let address = Str::from(format!("fix of {} ({})", beside.address, self.kind));
        let mut made = Resource::new(self.kind, address, body, Origin::NOWHERE);
        made.root = beside.root;
        made.places = Arc::clone(&beside.places);
        made.live = beside.live;
        let parent = estate.schemas().schema(self.kind)?.parent;
        made.parent = (parent == Some(beside.kind)).then_some(subject);
        made.name = made.body.get(Str::new("name")).and_then(|node| node.value.as_text());
        Some(made)
    }
}

fn follow(estate: &Estate, subject: ResourceId, path: &[Str]) -> Option<ResourceId> {
    let mut node = &estate.get(subject)?.body;
    for step in path {
        node = node.get(*step)?;
    }
    match &node.value {
        Value::Ref(reference) => match reference.target {
            Target::Resource(id) => Some(id),
            _ => None,
        },
        _ => None,
    }
}

struct Overlay<'a> {
    subject: ResourceId,
    target: ResourceId,
    evidence: &'a [Leaf],
}

impl Overlay<'_> {
    fn lay(&self, under: Option<&Node>, over: &Yaml, ty: &Type, path: &str) -> Node {
        let origin = under.map_or(Origin::NOWHERE, |node| node.origin);
        let value = match (&over.value, ty) {
            (YamlValue::Scalar { text, plain: true }, Type::Ref(_)) if text == "self" => self.reference(),
            (YamlValue::Mapping(entries), Type::List(list)) => match &list.keyed {
                Some(keyed) => keyed_list(under, entries, keyed),
                None => over.constant(),
            },
            (YamlValue::Mapping(entries), _) => self.map(under, entries, ty, path),
            (YamlValue::Sequence(items), Type::List(list)) => {
                Value::list(items.iter().map(|item| self.lay(None, item, &list.element, path)).collect())
            }
            _ => over.constant(),
        };
        Node::new(value, origin)
    }

    fn reference(&self) -> Value {
        let target = Target::Resource(self.subject);
        Value::Ref(Arc::new(Ref { target, attribute: Str::default(), text: None }))
    }

    fn map(&self, under: Option<&Node>, entries: &[(String, Yaml)], ty: &Type, path: &str) -> Value {
        let (mut pairs, rest) = match under.map(|node| &node.value) {
            Some(Value::Map(map)) => (map.pairs(), map.rest.clone()),
            _ => (Vec::new(), Rest::Absent),
        };
        for (key, over) in entries {
            let (name, each) = key.strip_suffix("[]").map_or((key.as_str(), false), |name| (name, true));
            let field = Str::new(name);
            let inner = match ty {
                Type::Struct(fields) => fields.field(field).map(|field| field.ty.clone()).unwrap_or_default(),
                Type::Map(element) => (**element).clone(),
                _ => Type::Any,
            };
            let below = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            let at = pairs.iter().position(|(known, _)| *known == field);
            let before = at.and_then(|at| pairs.get(at)).map(|(_, node)| node.clone());
            let node = match before {
                Some(Node { value: Value::List(list), origin }) if each => {
                    Node::new(self.elements(&list, over, &inner, &below), origin)
                }
                before if each => before.unwrap_or(Node::null()),
                before => self.lay(before.as_ref(), over, &inner, &below),
            };
            match at.and_then(|at| pairs.get_mut(at)) {
                Some(pair) => pair.1 = node,
                None => pairs.push((field, node)),
            }
        }
        Value::Map(Arc::new(Map::new(pairs, rest)))
    }

    fn elements(&self, list: &List, over: &Yaml, ty: &Type, path: &str) -> Value {
        let element = if let Type::List(list) = ty { list.element.clone() } else { Type::Any };
        let named = |index: usize| {
            let prefix = format!("{path}[{index}]");
            self.evidence.iter().any(|leaf| leaf.resource == self.target && leaf.path.starts_with(&prefix))
        };
        let any = (0..list.items.len()).any(named);
        let remove = matches!(&over.value, YamlValue::Scalar { text, plain: true } if text == "remove");
        let mut items = Vec::new();
        for (index, item) in list.items.iter().enumerate() {
            if any && !named(index) {
                items.push(item.clone());
            } else if !remove {
                items.push(self.lay(Some(item), over, &element, &format!("{path}[{index}]")));
            }
        }
        Value::List(Arc::new(List { items: items.into_boxed_slice(), rest: list.rest.clone() }))
    }
}

fn keyed_list(under: Option<&Node>, entries: &[(String, Yaml)], keyed: &Keyed) -> Value {
    let (mut items, rest) = match under.map(|node| &node.value) {
        Some(Value::List(list)) => (list.items.to_vec(), list.rest.clone()),
        _ => (Vec::new(), None),
    };
    for (key, over) in entries {
        let name = Node::text(key, Origin::NOWHERE);
        let mut pairs = vec![(keyed.key, name)];
        match (keyed.value, over.constant()) {
            (Some(value), constant) => pairs.push((value, Node::new(constant, Origin::NOWHERE))),
            (None, Value::Map(map)) => pairs.extend(map.pairs()),
            (None, _) => {}
        }
        let entry = Node::map(pairs, Origin::NOWHERE);
        let is =
            |item: &&mut Node| item.get(keyed.key).and_then(|node| node.value.as_text()).is_some_and(|k| k == **key);
        match items.iter_mut().find(is) {
            Some(item) => *item = Node::new(entry.value, item.origin),
            None => items.push(entry),
        }
    }
    Value::List(Arc::new(List { items: items.into_boxed_slice(), rest }))
}
