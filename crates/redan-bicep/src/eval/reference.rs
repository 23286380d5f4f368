//! Ids of resources, and from ids and names back to the resources of the template.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourceid>

use super::deployment::{Deployment, Slot};
use super::instance::Instance;
use super::place::Place;
use super::{Env, World};
use crate::functions::{Fault, formatted};
use crate::ir::Scope;
use redan_model::{Node, Origin, Part, ReasonClass, Ref, Str, Target, Template, Unknown, Value};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;
use std::sync::Arc;

/// The instances of a deployment by id and by name.
pub(crate) type Index<'t> = FxHashMap<String, Option<Rc<Instance<'t>>>>;

/// Two names, with a slash between.
pub(super) fn joined(outer: &Node, inner: &Node) -> Node {
    let parts = [formatted(outer), Part::Literal(Str::new("/")), formatted(inner)];
    Node::new(Value::template(parts), inner.origin)
}

/// Text, split at its known slashes.
pub(crate) fn segments(node: &Node) -> Vec<Node> {
    let parts: Vec<Part> = match &node.value {
        Value::Text(text) => vec![Part::Literal(*text)],
        Value::Template(template) => template.parts.to_vec(),
        _ => return vec![node.clone()],
    };
    let mut all = Vec::new();
    let mut open: Vec<Part> = Vec::new();
    for part in parts {
        match part {
            Part::Literal(text) => {
                for (at, piece) in text.split('/').enumerate() {
                    if at > 0 {
                        all.push(segment(std::mem::take(&mut open), node.origin));
                    }
                    if !piece.is_empty() {
                        open.push(Part::Literal(Str::new(piece)));
                    }
                }
            }
            hole @ Part::Hole(_) => open.push(hole),
        }
    }
    all.push(segment(open, node.origin));
    all
}

fn segment(mut parts: Vec<Part>, origin: Origin) -> Node {
    match (parts.pop(), parts.is_empty()) {
        (Some(Part::Hole(node)), true) => node,
        (last, _) => Node::new(Value::template(parts.into_iter().chain(last)), origin),
    }
}

/// The id of a resource: `…/providers/Microsoft.Sql/servers/a/databases/b`.
pub(super) fn id(place: &Place, scope: Scope, ty: &str, name: &Node, extended: Option<&Node>) -> Node {
    let origin = name.origin;
    let literal = |text: &str| Part::Literal(Str::new(text));
    if is_group(ty) {
        let parts = place.id(Scope::Subscription, origin).into_iter();
        let own = [literal("/resourceGroups/"), formatted(name)];
        return Node::new(Value::template(parts.chain(own)), origin);
    }
    let mut parts = match extended {
        Some(extended) => scope_parts(place, scope, extended),
        None => place.id(scope, origin),
    };
    parts.push(literal("/providers/"));
    parts.extend(path(ty, &segments(name)));
    Node::new(Value::template(parts), origin)
}

/// Groups have ids of their own form: `/subscriptions/…/resourceGroups/name`.
fn is_group(ty: &str) -> bool {
    ty.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups")
}

/// The id of what is extended: an id, or `Microsoft.Storage/storageAccounts/a` beside this resource.
fn scope_parts(place: &Place, scope: Scope, extended: &Node) -> Vec<Part> {
    let known = match &extended.value {
        Value::Text(text) => text.starts_with('/'),
        Value::Template(template) => {
            matches!(template.parts.first(), Some(Part::Literal(text)) if text.starts_with('/'))
                || matches!(template.parts.first(), Some(Part::Hole(_)))
        }
        Value::Map(_) => {
            let id = extended.get(Str::new("id")).cloned();
            return id.map(|id| vec![formatted(&id)]).unwrap_or_default();
        }
        _ => true,
    };
    let mut parts = Vec::new();
    if !known {
        parts = place.id(scope, extended.origin);
        parts.push(Part::Literal(Str::new("/providers/")));
    }
    parts.push(formatted(extended));
    parts
}

/// `Microsoft.Sql/servers/a/databases/b` from the type and the segments of the name.
fn path(ty: &str, names: &[Node]) -> Vec<Part> {
    let mut types = ty.split('/');
    let mut parts = vec![Part::Literal(Str::new(types.next().unwrap_or_default()))];
    let mut names = names.iter();
    for ty in types {
        parts.push(Part::Literal(Str::from(format!("/{ty}"))));
        if let Some(name) = names.next() {
            parts.push(Part::Literal(Str::new("/")));
            parts.push(formatted(name));
        }
    }
    for name in names {
        parts.push(Part::Literal(Str::new("/")));
        parts.push(formatted(name));
    }
    parts
}

/// The end of an id, from the type on.
pub(super) fn tail(ty: &str, name: &Node) -> Node {
    Node::new(Value::template(path(ty, &segments(name))), name.origin)
}

/// The text by which ids are compared: in lower case, unknown parts by what is missing; and without the place before it.
pub(crate) fn key(id: &Node) -> Option<String> {
    let text = whole_key(id)?;
    if let Some((_, after)) = text.split_once("/providers/") {
        return Some(after.to_owned());
    }
    let (_, group) = text.split_once("/resourcegroups/")?;
    (!group.contains('/')).then(|| format!("microsoft.resources/resourcegroups/{group}"))
}

/// The text by which ids are compared, with the place in it.
pub(super) fn whole_key(id: &Node) -> Option<String> {
    let mut text = String::new();
    match &id.value {
        Value::Text(known) => text.push_str(known),
        Value::Template(template) => render(template, &mut text),
        _ => return None,
    }
    Some(text.to_lowercase())
}

/// Whether two ids surely lie in different places: subscriptions or groups whose names are known and differ.
pub(crate) fn apart(left: &Node, right: &Node) -> bool {
    let place = |id: &Node| -> Vec<Option<String>> {
        let known = |node: &Node| node.value.as_text().map(|text| text.to_lowercase());
        let all = segments(id).iter().map(known).take(5).collect::<Vec<_>>();
        let provider = all.iter().position(|step| step.as_deref() == Some("providers"));
        all.into_iter().take(provider.unwrap_or(5)).collect()
    };
    let (left, right) = (place(left), place(right));
    left.iter().zip(&right).any(|pair| matches!(pair, (Some(left), Some(right)) if left != right))
}

fn render(template: &Template, out: &mut String) {
    for part in &template.parts {
        match part {
            Part::Literal(text) => out.push_str(text),
            Part::Hole(Node { value: Value::Ref(reference), .. }) => {
                if let Target::Address(address) = reference.target {
                    out.push_str(&format!("{{{address}.{}}}", reference.attribute));
                }
            }
            Part::Hole(node) => {
                out.push('{');
                for reason in node.value.unknowns() {
                    out.push_str(&reason.what);
                    // A parameter is named by its declaration; two calls of an impure function differ.
                    let one = reason.class == ReasonClass::Impure || reason.what.starts_with("parameter ");
                    if one {
                        out.push_str(&format!("@{}:{}", reason.origin.source.index(), reason.origin.start));
                    }
                    out.push(';');
                }
                out.push('}');
            }
        }
    }
}

/// Two that are made under one key make it ambiguous; what is only looked up gives way.
fn enter<'t>(index: &mut Index<'t>, key: String, instance: &Rc<Instance<'t>>) {
    match index.entry(key) {
        Entry::Vacant(entry) => {
            entry.insert(Some(Rc::clone(instance)));
        }
        Entry::Occupied(mut entry) => {
            if entry.get().as_ref().is_some_and(|known| !known.is_made()) {
                entry.insert(Some(Rc::clone(instance)));
            } else if instance.is_made() {
                entry.insert(None);
            }
        }
    }
}

/// The last part of the type in an id: `…/servers/a/databases/b` is of `databases`.
fn type_ending(id: &Node) -> Option<String> {
    let all = segments(id);
    let at = all.len().checked_sub(2)?;
    Some(all.get(at)?.value.as_text()?.to_lowercase())
}

impl<'t> World<'t> {
    /// The instances of a deployment whose type ends like this, or all of them. Only those of the type that is looked for are
    /// expanded: names of others may depend on who asks.
    fn index(&self, deployment: &Rc<Deployment<'t>>, ending: &str) -> Rc<Index<'t>> {
        match deployment.index.borrow().get(ending) {
            Some(Slot::Done(index)) => return Rc::clone(index),
            Some(Slot::Open) => return Rc::default(),
            None => {}
        }
        deployment.index.borrow_mut().insert(ending.to_owned(), Slot::Open);
        let mut index = Index::default();
        for (at, flat) in deployment.flat.iter().enumerate() {
            let own = flat.resource.ty.rsplit('/').next().unwrap_or_default();
            if !ending.is_empty() && !own.eq_ignore_ascii_case(ending) {
                continue;
            }
            for instance in &self.expansion(deployment, at).instances {
                let name = instance.name.value.as_text().map(|name| name.to_lowercase());
                for key in key(&instance.id).into_iter().chain(name) {
                    enter(&mut index, key, instance);
                }
            }
        }
        let index = Rc::new(index);
        deployment.index.borrow_mut().insert(ending.to_owned(), Slot::Done(Rc::clone(&index)));
        index
    }

    /// The declared resource that a symbolic name, an id or a name means.
    pub(super) fn declared(&self, node: &Node, env: &Env<'t>) -> Option<Rc<Instance<'t>>> {
        if let Some(instance) = self.handle(node) {
            return Some(instance);
        }
        let text = node.value.as_text();
        let mut at = Some(&env.deployment);
        while let Some(deployment) = at {
            if let Some(instance) = text.and_then(|text| self.by_symbol(deployment, text)) {
                return Some(instance);
            }
            let id = key(node);
            let ending = if id.is_some() { type_ending(node)? } else { String::new() };
            let wanted = id.or_else(|| text.map(|text| text.to_lowercase()))?;
            if let Some(Some(instance)) = self.index(deployment, &ending).get(&wanted)
                && (key(node).is_none() || !apart(node, &instance.id))
            {
                return Some(Rc::clone(instance));
            }
            at = deployment.around.as_ref();
        }
        None
    }

    /// `name`, or `name[2]` for one that a loop makes.
    ///
    /// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#reference>
    fn by_symbol(&self, deployment: &Rc<Deployment<'t>>, text: Str) -> Option<Rc<Instance<'t>>> {
        if let Some(flat) = deployment.symbols.get(&text) {
            return self.expansion(deployment, *flat).instances.first().cloned();
        }
        let (symbol, index) = text.strip_suffix(']')?.split_once('[')?;
        let (flat, index) = (deployment.symbols.get(&Str::new(symbol))?, index.parse::<usize>().ok()?);
        let expansion = self.expansion(deployment, *flat);
        let wanted = format!("[{index}]");
        let is = |instance: &&Rc<Instance<'t>>| instance.address.ends_with(&wanted);
        expansion.instances.get(index).filter(is).or_else(|| expansion.instances.iter().find(is)).cloned()
    }

    /// The id that `name[7]` would have, of a loop that makes fewer.
    fn beyond_symbol(&self, subject: &Node, env: &Env<'t>) -> Option<Node> {
        let text = subject.value.as_text().filter(|text| text.ends_with(']'))?;
        if self.by_symbol(&env.deployment, text).is_some() {
            return None;
        }
        let (symbol, index) = text.strip_suffix(']')?.split_once('[')?;
        let index = Node::new(Value::Int(index.parse().ok()?), subject.origin);
        self.any_instance(Str::new(symbol), &index, env).map(|instance| instance.id.clone())
    }

    /// The instance that a value refers to.
    pub(super) fn handle(&self, node: &Node) -> Option<Rc<Instance<'t>>> {
        let Value::Ref(reference) = &node.value else { return None };
        let Target::Address(address) = reference.target else { return None };
        self.instances.borrow().get(&address).cloned()
    }

    /// A reference to an instance, or to an attribute of it.
    pub(super) fn refer(&self, instance: &Rc<Instance<'t>>, attribute: &str, origin: Origin) -> Node {
        self.instances.borrow_mut().entry(instance.address).or_insert_with(|| Rc::clone(instance));
        let target = Target::Address(instance.address);
        Node::new(Value::Ref(Arc::new(Ref { target, attribute: Str::new(attribute), text: None })), origin)
    }

    /// `reference(resource, apiVersion, 'Full')`: what the resource answers when it runs.
    pub(super) fn reference(&self, arguments: &[Node], origin: Origin, env: &Env<'t>) -> Node {
        let Some(subject) = arguments.first() else { return self.wrong(origin, "reference() needs a resource") };
        let full = arguments
            .get(2)
            .and_then(|node| node.value.as_text())
            .is_some_and(|text| text.eq_ignore_ascii_case("full"));
        let beyond = self.beyond_symbol(subject, env);
        let subject = beyond.as_ref().unwrap_or(subject);
        match self.declared(subject, env) {
            // What an extension makes has no `properties`: its attributes are what it answers.
            Some(instance) => {
                let whole = full || instance.resource.extension;
                self.refer(&instance, if whole { "" } else { "properties" }, origin)
            }
            None => {
                let attribute = if full { "" } else { "properties" };
                let found = self.undeclared(subject, arguments.get(1), attribute, origin, env);
                found.unwrap_or_else(|| {
                    let what = format!("reference({})", redan_model::Shown(&subject.value));
                    Node::unknown(ReasonClass::Computed, &what, origin)
                })
            }
        }
    }

    /// `resourceId(…)` and its relatives.
    pub(super) fn resource_id(&self, function: &str, arguments: &[Node], origin: Origin, env: &Env<'t>) -> Node {
        let at = arguments.iter().position(|node| node.value.as_text().is_some_and(|text| is_type(&text)));
        let Some((at, ty)) = at.and_then(|at| Some((at, arguments.get(at)?.value.as_text()?))) else {
            let reasons = arguments.iter().flat_map(|node| node.value.unknowns());
            return match Unknown::all(reasons) {
                Some(unknown) => Node::new(Value::Unknown(unknown), origin),
                None => self
                    .wrong(origin, &format!("{function}() needs a type such as 'Microsoft.Storage/storageAccounts'")),
            };
        };
        let before = arguments.get(..at).unwrap_or_default();
        let names: Vec<Node> = arguments.get(at + 1..).unwrap_or_default().iter().flat_map(segments).collect();
        let own = &env.asked().place;
        let lower = function.to_ascii_lowercase();
        let mut place = own.clone();
        let (scope, extended) = match (lower.as_str(), before) {
            ("extensionresourceid", [base, ..]) => (Scope::ResourceGroup, Some(base)),
            ("subscriptionresourceid", given) => {
                place.subscription = given.first().cloned().or(place.subscription);
                (Scope::Subscription, None)
            }
            ("tenantresourceid", _) => (Scope::Tenant, None),
            ("managementgroupresourceid", given) => {
                place.management = given.first().cloned().or(place.management);
                (Scope::ManagementGroup, None)
            }
            (_, [group]) => {
                place.group = Some(group.clone());
                (Scope::ResourceGroup, None)
            }
            (_, [subscription, group, ..]) => {
                place.subscription = Some(subscription.clone());
                place.group = Some(group.clone());
                (Scope::ResourceGroup, None)
            }
            (_, []) => (env.asked().scope, None),
        };
        let mut parts = match extended {
            Some(extended) => scope_parts(&place, scope, extended),
            None => place.id(scope, origin),
        };
        if let ([name], Scope::Subscription, true) = (names.as_slice(), scope, is_group(&ty)) {
            parts.extend([Part::Literal(Str::new("/resourceGroups/")), formatted(name)]);
            return Node::new(Value::template(parts), origin);
        }
        parts.push(Part::Literal(Str::new("/providers/")));
        parts.extend(path(&ty, &names));
        Node::new(Value::template(parts), origin)
    }

    /// A value as true or false; why not, if it is not known.
    pub(super) fn truth(&self, node: &Node) -> Result<bool, Arc<Unknown>> {
        match crate::functions::boolean(node) {
            Ok(value) => Ok(value),
            Err(Fault::Unknown(unknown)) => Err(unknown),
            Err(Fault::Wrong(message)) => {
                self.wrong(node.origin, &message);
                Err(Unknown::new(ReasonClass::Problem, &message, node.origin))
            }
        }
    }
}

pub(super) fn is_type(text: &str) -> bool {
    text.split_once('/').is_some_and(|(namespace, rest)| namespace.contains('.') && !rest.is_empty())
        && !text.starts_with('/')
}
