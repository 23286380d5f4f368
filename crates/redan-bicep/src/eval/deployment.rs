//! A deployment: a template with the values of its parameters.

use super::instance::{Expansion, Flat};
use super::place::Place;
use super::{Env, Frame, World};
use crate::ir::{Expr, Parameter, Root, Scope, Template, Variable};
use redan_model::{Existence, Node, Origin, Problem, ReasonClass, Sources, Str, Unknown};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// A resource, evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Evaluated {
    /// Its address: symbolic names with the modules around it, or in JSON without them its type and name.
    pub(crate) address: Str,
    /// The full type, as written.
    pub(crate) ty: Str,
    /// Its API version.
    pub(crate) version: Option<Str>,
    /// The full name: `account/default/logs`.
    pub(crate) name: Node,
    /// `location`, `properties` …
    pub(crate) body: Node,
    /// Whether it is only looked up.
    pub(crate) existing: bool,
    /// The address of the resource that contains it, if that is declared beside it.
    pub(crate) parent: Option<Str>,
    /// What it extends, or where it is deployed to: an id or part of one.
    pub(crate) scope: Option<Node>,
    /// Its id, with the parts that only the deployment knows left unknown.
    pub(crate) id: Node,
    pub(crate) existence: Existence,
    pub(crate) calls: Arc<[Origin]>,
    pub(crate) origin: Origin,
    /// Whether it, or something of it, is handed to a module that was not read.
    pub(crate) escapes: Option<Arc<Unknown>>,
}

/// What comes out of a root.
#[derive(Debug, Default)]
pub(crate) struct Evaluation {
    pub(crate) resources: Vec<Evaluated>,
    pub(crate) problems: Vec<Problem>,
}

/// A memoized evaluation.
#[derive(Clone)]
pub(super) enum Slot<T> {
    /// Under evaluation: who asks now goes round in a circle.
    Open,
    Done(T),
}

/// A template with the values of its parameters.
pub(crate) struct Deployment<'t> {
    pub(super) template: &'t Template,
    /// Where parameters and variables are looked up: a nested template may see those of the template around it.
    pub(super) names: Option<Rc<Self>>,
    /// The deployment that makes this one.
    pub(super) around: Option<Rc<Self>>,
    /// The loops around it, if its expressions see those.
    pub(super) locals: Option<Rc<Frame>>,
    arguments: FxHashMap<Str, Node>,
    /// If the values of parameters are not known: why.
    unknown: Option<Arc<Unknown>>,
    parameters: FxHashMap<Str, &'t Parameter>,
    variables: FxHashMap<Str, &'t Variable>,
    values: RefCell<FxHashMap<(bool, Str), Slot<Node>>>,
    pub(super) flat: Vec<Flat<'t>>,
    pub(super) symbols: FxHashMap<Str, usize>,
    pub(super) expansions: RefCell<FxHashMap<usize, Slot<Rc<Expansion<'t>>>>>,
    /// By the last part of the type.
    pub(super) index: RefCell<FxHashMap<String, Slot<Rc<super::reference::Index<'t>>>>>,
    /// The addresses of modules around it: `net.` or empty.
    pub(super) prefix: String,
    pub(super) calls: Arc<[Origin]>,
    pub(super) scope: Scope,
    pub(super) place: Place,
    pub(super) name: Node,
    pub(super) depth: usize,
}

/// What a module hands to its template.
#[derive(Default)]
pub(super) struct Given<'t> {
    pub(super) arguments: Vec<(Str, Node)>,
    pub(super) unknown: Option<Arc<Unknown>>,
    pub(super) names: Option<Rc<Deployment<'t>>>,
    pub(super) around: Option<Rc<Deployment<'t>>>,
    pub(super) locals: Option<Rc<Frame>>,
    pub(super) prefix: String,
    pub(super) calls: Arc<[Origin]>,
    pub(super) place: Place,
    pub(super) name: Option<Node>,
    pub(super) depth: usize,
}

impl<'t> Deployment<'t> {
    pub(super) fn new(template: &'t Template, given: Given<'t>) -> Rc<Self> {
        let lower = |name: Str| Str::from(name.to_lowercase());
        let flat = super::instance::flatten(&template.resources);
        let symbols = flat.iter().enumerate().filter_map(|(at, flat)| Some((flat.resource.symbol?, at)));
        let nameless = || Node::unknown(ReasonClass::Input, "deployment().name", Origin::NOWHERE);
        Rc::new(Self {
            template,
            names: given.names,
            around: given.around,
            locals: given.locals,
            arguments: given.arguments.into_iter().map(|(name, node)| (lower(name), node)).collect(),
            unknown: given.unknown,
            parameters: template.parameters.iter().map(|parameter| (lower(parameter.name), parameter)).collect(),
            variables: template.variables.iter().map(|variable| (lower(variable.name), variable)).collect(),
            values: RefCell::default(),
            symbols: symbols.collect(),
            flat,
            expansions: RefCell::default(),
            index: RefCell::default(),
            prefix: given.prefix,
            calls: given.calls,
            scope: template.scope,
            place: given.place,
            name: given.name.unwrap_or_else(nameless),
            depth: given.depth,
        })
    }
}

impl<'t> World<'t> {
    /// The value of a parameter.
    pub(super) fn parameter(&self, name: Str, origin: Origin, env: &Env<'t>) -> Node {
        let deployment = env.asked();
        let key = Str::from(name.to_lowercase());
        self.memo(deployment, (true, key), origin, || self.parameter_value(deployment, name, key, origin))
    }

    fn parameter_value(&self, deployment: &Rc<Deployment<'t>>, name: Str, key: Str, origin: Origin) -> Node {
        if let Some(given) = deployment.arguments.get(&key).filter(|given| !given.value.is_null()) {
            return given.clone();
        }
        let Some(parameter) = deployment.parameters.get(&key) else {
            return self.wrong(origin, &format!("parameter {name:?} is not declared"));
        };
        if let Some(unknown) = &deployment.unknown {
            return Node::new(redan_model::Value::Unknown(Arc::clone(unknown)), parameter.origin);
        }
        if let Some(default) = &parameter.default {
            return self.eval(default, &Env { deployment: Rc::clone(deployment), locals: None });
        }
        if deployment.template.admits_null(&parameter.ty) || deployment.arguments.contains_key(&key) {
            return Node::new(redan_model::Value::Null, parameter.origin);
        }
        Node::unknown(ReasonClass::Input, &format!("parameter {}", parameter.name), parameter.origin)
    }

    /// The value of a variable.
    pub(super) fn variable(&self, name: Str, origin: Origin, env: &Env<'t>) -> Node {
        let deployment = env.asked();
        let key = Str::from(name.to_lowercase());
        self.memo(deployment, (false, key), origin, || match deployment.variables.get(&key) {
            Some(variable) => self.eval(&variable.value, &Env { deployment: Rc::clone(deployment), locals: None }),
            None => self.wrong(origin, &format!("variable {name:?} is not declared")),
        })
    }

    fn memo(&self, at: &Rc<Deployment<'t>>, key: (bool, Str), origin: Origin, make: impl FnOnce() -> Node) -> Node {
        match at.values.borrow().get(&key) {
            Some(Slot::Done(node)) => return node.clone(),
            Some(Slot::Open) => {
                let what = if key.0 { "parameter" } else { "variable" };
                return self.wrong(origin, &format!("{what} {:?} depends on itself", key.1.as_str()));
            }
            None => {}
        }
        at.values.borrow_mut().insert(key, Slot::Open);
        let before = self.kept_back.replace(false);
        let node = self.bounded(make());
        // What kept a problem back is evaluated again where it comes to pass.
        if self.kept_back.get() {
            at.values.borrow_mut().remove(&key);
        } else {
            at.values.borrow_mut().insert(key, Slot::Done(node.clone()));
        }
        self.kept_back.set(before || self.kept_back.get());
        node
    }

    /// A value that may be copied any number of times: unknown if it is too large for that.
    pub(super) fn bounded(&self, node: Node) -> Node {
        if self.limits.fits(&node) {
            return node;
        }
        Node::unknown(ReasonClass::Bound, "size of one value", node.origin)
    }

    /// The value of an expression that stands outside all templates: of a parameter file.
    fn outside(&self, around: &Rc<Deployment<'t>>, expr: &'t Expr) -> Node {
        self.bounded(self.eval(expr, &Env { deployment: Rc::clone(around), locals: None }))
    }
}

/// Evaluates a root.
pub(crate) fn evaluate(root: &Root, sources: &Sources) -> Evaluation {
    let world = World::new(sources, &root.place);
    let place = Place::given(&root.place);
    let name = root.place.deployment.as_deref().map(|name| Node::text(name, Origin::NOWHERE));
    let around = Deployment::new(&root.around, Given { place: place.clone(), ..Given::default() });
    let arguments = root.arguments.iter().map(|(name, expr)| (*name, world.outside(&around, expr))).collect();
    let given = Given { arguments, place, name, ..Given::default() };
    let deployment = Deployment::new(&root.template, given);
    let mut resources = Vec::new();
    world.resources(&deployment, &Existence::Certain, &mut resources);
    resources.extend(world.all_undeclared());
    Evaluation { resources, problems: world.problems.into_inner() }
}
