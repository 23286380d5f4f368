//! Resources of a deployment, their loops and conditions, and the deployments that modules make.

use super::deployment::{Deployment, Evaluated, Slot};
use super::{Env, World, reference};
use crate::ir;
use redan_model::{Existence, Node, Origin, Problem, ProblemKind, ReasonClass, Str, Unknown, Value};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// A resource of the template, with the one around it if it is a nested child.
pub(crate) struct Flat<'t> {
    pub(super) resource: &'t ir::Resource,
    pub(super) outer: Option<usize>,
}

/// All resources, parents before their children.
pub(super) fn flatten(resources: &[ir::Resource]) -> Vec<Flat<'_>> {
    let mut flat = Vec::new();
    let mut open: Vec<(Option<usize>, &ir::Resource)> =
        resources.iter().rev().map(|resource| (None, resource)).collect();
    while let Some((outer, resource)) = open.pop() {
        let at = flat.len();
        flat.push(Flat { resource, outer });
        open.extend(resource.children.iter().rev().map(|child| (Some(at), child)));
    }
    flat
}

/// The instances of a resource.
pub(crate) struct Expansion<'t> {
    pub(super) instances: Vec<Rc<Instance<'t>>>,
    /// If there may be more: why.
    pub(super) rest: Option<Arc<Unknown>>,
}

/// One instance of a resource.
pub(crate) struct Instance<'t> {
    pub(super) resource: &'t ir::Resource,
    pub(super) env: Env<'t>,
    pub(super) address: Str,
    pub(super) ty: Str,
    pub(super) version: Option<Str>,
    /// The full name; null where an extension's resource has none.
    pub(super) name: Node,
    pub(super) parent: Option<Str>,
    pub(super) scope: Option<Node>,
    pub(super) id: Node,
    pub(super) existence: Existence,
    /// Whether its condition is false: it has a name and an id, and is not made.
    pub(super) absent: bool,
    body: RefCell<Option<Slot<Node>>>,
    pub(super) module: RefCell<Option<Slot<Option<Rc<Deployment<'t>>>>>>,
}

impl Instance<'_> {
    /// Whether the deployment makes it.
    pub(super) fn is_made(&self) -> bool {
        !self.absent && !self.resource.existing
    }

    /// The name as it was declared: of a child its last segments.
    pub(super) fn own_name(&self) -> Node {
        let nested = self.parent.is_some() && !self.resource.ty.eq_ignore_ascii_case(&self.ty);
        if self.resource.parent.is_none() && !nested {
            return self.name.clone();
        }
        let last = reference::segments(&self.name).pop();
        last.unwrap_or_else(|| self.name.clone())
    }
}

impl<'t> World<'t> {
    /// Everything that a deployment makes, and the deployments in it.
    pub(super) fn resources(&self, deployment: &Rc<Deployment<'t>>, around: &Existence, out: &mut Vec<Evaluated>) {
        let all: Vec<_> = (0..deployment.flat.len()).map(|at| self.expansion(deployment, at)).collect();
        for expansion in all {
            for instance in expansion.instances.iter().filter(|instance| !instance.absent) {
                let existence = both(around, &instance.existence);
                match &instance.resource.module {
                    Some(module) => self.module_resources(instance, module, &existence, out),
                    None => out.push(self.evaluated(instance, existence)),
                }
            }
        }
    }

    fn evaluated(&self, instance: &Rc<Instance<'t>>, existence: Existence) -> Evaluated {
        Evaluated {
            address: instance.address,
            ty: instance.ty,
            version: instance.version,
            name: instance.name.clone(),
            body: self.body(instance),
            existing: instance.resource.existing,
            parent: instance.parent,
            scope: instance.scope.clone(),
            id: instance.id.clone(),
            existence,
            calls: Arc::clone(&instance.env.deployment.calls),
            origin: instance.resource.origin,
            escapes: None,
        }
    }

    /// The instances of a resource of a deployment.
    pub(super) fn expansion(&self, deployment: &Rc<Deployment<'t>>, at: usize) -> Rc<Expansion<'t>> {
        let nothing = |reason| Rc::new(Expansion { instances: Vec::new(), rest: Some(reason) });
        match deployment.expansions.borrow().get(&at) {
            Some(Slot::Done(expansion)) => return Rc::clone(expansion),
            Some(Slot::Open) => {
                return nothing(Unknown::new(ReasonClass::Problem, "a circle of references", Origin::NOWHERE));
            }
            None => {}
        }
        deployment.expansions.borrow_mut().insert(at, Slot::Open);
        let expansion = Rc::new(self.expand(deployment, at));
        deployment.expansions.borrow_mut().insert(at, Slot::Done(Rc::clone(&expansion)));
        expansion
    }

    fn expand(&self, deployment: &Rc<Deployment<'t>>, at: usize) -> Expansion<'t> {
        let mut expansion = Expansion { instances: Vec::new(), rest: None };
        let Some(flat) = deployment.flat.get(at) else { return expansion };
        match flat.outer {
            None => {
                let env = Env { deployment: Rc::clone(deployment), locals: deployment.locals.clone() };
                self.expand_in(flat.resource, None, &env, &mut expansion);
            }
            Some(outer) => {
                let outer = self.expansion(deployment, outer);
                expansion.rest.clone_from(&outer.rest);
                for parent in &outer.instances {
                    self.expand_in(flat.resource, Some(parent), &parent.env, &mut expansion);
                }
            }
        }
        expansion
    }

    fn expand_in(
        &self,
        resource: &'t ir::Resource,
        outer: Option<&Rc<Instance<'t>>>,
        env: &Env<'t>,
        expansion: &mut Expansion<'t>,
    ) {
        let Some(repeat) = &resource.repeat else {
            expansion.instances.extend(self.instance(resource, outer, env.clone(), "", None));
            return;
        };
        let turns = self.turns(repeat, env);
        for turn in turns.all {
            let env = turn.env.with(Str::default(), index(turn.at, repeat.origin));
            let doubt = match &repeat.filter {
                Some(filter) => match self.truth(&self.eval(filter, &env)) {
                    Ok(true) => None,
                    Ok(false) => continue,
                    Err(unknown) => Some(unknown),
                },
                None => None,
            };
            let key = format!("[{}]", turn.at);
            expansion.instances.extend(self.instance(resource, outer, env, &key, doubt));
        }
        if let Some(rest) = turns.rest {
            let any = Node::new(Value::Unknown(Arc::clone(&rest)), repeat.origin);
            let env = self.bound(repeat, any.clone(), Some(any.clone()), env).with(Str::default(), any);
            expansion.instances.extend(self.instance(resource, outer, env, "[?]", Some(Arc::clone(&rest))));
            expansion.rest = Some(rest);
        }
    }

    /// An instance.
    fn instance(
        &self,
        resource: &'t ir::Resource,
        outer: Option<&Rc<Instance<'t>>>,
        env: Env<'t>,
        key: &str,
        mut doubt: Option<Arc<Unknown>>,
    ) -> Option<Rc<Instance<'t>>> {
        if !self.limits.instance() {
            let message = format!("more than {} resources", super::limits::MAX_INSTANCES);
            self.problem(Problem::at(resource.origin, ProblemKind::Limit, message));
            return None;
        }
        let mut absent = outer.is_some_and(|outer| outer.absent);
        if let Some(condition) = &resource.condition {
            match self.truth(&self.eval(condition, &env)) {
                Ok(value) => absent |= !value,
                Err(unknown) => {
                    doubt = Some(doubt.map_or_else(|| Arc::clone(&unknown), |known| Unknown::merge(&known, &unknown)))
                }
            }
        }
        let around = match &resource.parent {
            Some(parent) => self.handle(&self.eval(parent, &env)),
            None => outer.map(Rc::clone),
        };
        let mut existence = doubt.map_or(Existence::Certain, Existence::Uncertain);
        if let Some(around) = outer {
            existence = both(&around.existence, &existence);
        }
        let named = self.named(resource, around.as_deref(), &env);
        let scope = resource.scope.as_ref().filter(|_| resource.module.is_none()).map(|scope| {
            let node = self.eval(scope, &env);
            self.handle(&node).map_or(node, |extended| extended.id.clone())
        });
        // A child lies where what contains it does.
        let scope = scope.or_else(|| around.as_ref().and_then(|around| around.scope.clone()));
        let around_it = if resource.extension { crate::ir::Scope::Tenant } else { env.deployment.scope };
        let id = reference::id(&env.deployment.place, around_it, &named.ty, &named.name, scope.as_ref());
        let local = match resource.symbol {
            Some(symbol) => symbol.to_string(),
            None if resource.module.is_some() => written(&named.name),
            None => written(&reference::tail(&named.ty, &named.name)),
        };
        let address = Str::from(format!("{}{local}{key}", env.deployment.prefix));
        let address = if absent { address } else { self.unique(address) };
        let version = resource.version.as_ref().and_then(|version| self.eval(version, &env).value.as_text());
        Some(Rc::new(Instance {
            resource,
            env,
            address,
            ty: named.ty,
            version,
            name: named.name,
            parent: around.map(|around| around.address),
            scope,
            id,
            existence,
            absent,
            body: RefCell::default(),
            module: RefCell::default(),
        }))
    }

    /// One of those that a loop makes, of which only the index is known, if that.
    pub(super) fn any_instance(&self, symbol: Str, index: &Node, env: &Env<'t>) -> Option<Rc<Instance<'t>>> {
        let deployment = &env.deployment;
        let flat = deployment.flat.get(*deployment.symbols.get(&symbol)?)?;
        let repeat = flat.resource.repeat.as_ref()?;
        let outside = Env { deployment: Rc::clone(deployment), locals: deployment.locals.clone() };
        let item = match &repeat.over {
            ir::Over::Count(_) => None,
            ir::Over::Items(items) => Some(self.element(&self.eval(items, &outside), index, repeat.origin)),
        };
        let inside = self.bound(repeat, index.clone(), item, &outside).with(Str::default(), index.clone());
        let outer = flat.outer.and_then(|outer| self.expansion(deployment, outer).instances.first().cloned());
        self.instance(flat.resource, outer.as_ref(), inside, "[?]", None)
    }

    fn named(&self, resource: &'t ir::Resource, around: Option<&Instance<'t>>, env: &Env<'t>) -> Named {
        let own = match &resource.name {
            Some(name) => self.placed(name, env),
            None if resource.extension => Node::new(Value::Null, resource.origin),
            None => Node::unknown(ReasonClass::Undocumented, "the name of the deployment", resource.origin),
        };
        let Some(around) = around else { return Named { ty: resource.ty, name: whole_name(resource, own) } };
        let is_full = resource.ty.split('/').next().is_some_and(|first| first.contains('.'));
        let ty = if is_full { resource.ty } else { Str::from(format!("{}/{}", around.ty, resource.ty)) };
        // A full type may come with a full name; a child of the parent's type has one segment more than the parent.
        let segments = |ty: &str| ty.split('/').count().saturating_sub(1);
        let whole = is_full && resource.parent.is_none() && name_segments(&own) >= segments(&ty);
        let extends = !ty.get(..around.ty.len()).is_some_and(|head| head.eq_ignore_ascii_case(&around.ty));
        let name = if whole || extends || resource.extension { own } else { reference::joined(&around.name, &own) };
        Named { ty, name }
    }

    /// The attributes that are declared of an instance.
    pub(super) fn body(&self, instance: &Rc<Instance<'t>>) -> Node {
        let origin = instance.resource.origin;
        match &*instance.body.borrow() {
            Some(Slot::Done(node)) => return node.clone(),
            Some(Slot::Open) => return Node::unknown(ReasonClass::Computed, &instance.address, origin),
            None => {}
        }
        *instance.body.borrow_mut() = Some(Slot::Open);
        let node = self.placed(&instance.resource.body, &instance.env);
        *instance.body.borrow_mut() = Some(Slot::Done(node.clone()));
        node
    }

    /// A declared resource by its symbolic name: a reference to it, or for a loop the list of them.
    pub(super) fn symbol(&self, symbol: Str, origin: Origin, env: &Env<'t>) -> Node {
        let Some(at) = env.deployment.symbols.get(&symbol).copied() else {
            return self.wrong(origin, &format!("resource {symbol:?} is not declared"));
        };
        let looped = env.deployment.flat.get(at).is_some_and(|flat| flat.resource.repeat.is_some());
        let expansion = self.expansion(&env.deployment, at);
        let one = |instance: &Rc<Instance<'t>>| self.refer(instance, "", origin);
        if looped {
            let items =
                expansion.instances.iter().filter(|instance| !instance.address.ends_with("[?]")).map(one).collect();
            let list = redan_model::List { items, rest: expansion.rest.clone() };
            return Node::new(Value::List(Arc::new(list)), origin);
        }
        match (expansion.instances.first(), &expansion.rest) {
            (Some(instance), _) => one(instance),
            (None, Some(rest)) => Node::new(Value::Unknown(Arc::clone(rest)), origin),
            (None, None) => Node::new(Value::Null, origin),
        }
    }
}

struct Named {
    ty: Str,
    name: Node,
}

fn index(at: usize, origin: Origin) -> Node {
    Node::new(Value::Int(i64::try_from(at).unwrap_or(i64::MAX)), origin)
}

/// The name of a resource that stands in no other: as many parts as its type has. Those that are missing are the first:
/// a parent is named that cannot be found, or none is, by mistake.
fn whole_name(resource: &ir::Resource, own: Node) -> Node {
    let missing = (resource.ty.split('/').count().saturating_sub(1)).saturating_sub(name_segments(&own));
    let judged = resource.parent.is_some() || matches!(own.value, Value::Text(_));
    if !judged || resource.extension || resource.module.is_some() {
        return own;
    }
    let unknown = || Node::unknown(ReasonClass::Problem, "a name with as many parts as its type has", resource.origin);
    (0..missing).fold(own, |name, _| reference::joined(&unknown(), &name))
}

/// How many segments a name has, where its slashes are known.
fn name_segments(name: &Node) -> usize {
    let slashes = match &name.value {
        Value::Text(text) => text.matches('/').count(),
        Value::Template(template) => template
            .parts
            .iter()
            .map(|part| match part {
                redan_model::Part::Literal(text) => text.matches('/').count(),
                redan_model::Part::Hole(_) => 0,
            })
            .sum(),
        _ => 0,
    };
    slashes + 1
}

/// A name as people are shown it.
pub(super) fn written(name: &Node) -> String {
    match &name.value {
        Value::Text(text) => text.to_string(),
        Value::Template(template) => {
            let part = |part: &redan_model::Part| match part {
                redan_model::Part::Literal(text) => text.to_string(),
                redan_model::Part::Hole(node) => missing(node),
            };
            template.parts.iter().map(part).collect()
        }
        _ => missing(name),
    }
}

fn missing(node: &Node) -> String {
    let what = node
        .value
        .unknowns()
        .first()
        .map_or_else(|| redan_model::Shown(&node.value).to_string(), |reason| reason.what.to_string());
    format!("{{{what}}}")
}

/// Exists only if both do.
fn both(around: &Existence, own: &Existence) -> Existence {
    match (around, own) {
        (Existence::Certain, own) => own.clone(),
        (around, Existence::Certain) => around.clone(),
        (Existence::Uncertain(around), Existence::Uncertain(own)) => Existence::Uncertain(Unknown::merge(around, own)),
    }
}
