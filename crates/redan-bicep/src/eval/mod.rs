//! Templates, evaluated: parameters, variables, loops, conditions, references and nested deployments.
//!
//! Lazy and memoized: a declaration is evaluated when it is first asked for, one that leads back to itself is unknown.
//! What only a deployment knows (its subscription, what a resource answers when it runs) is unknown with its reason, and
//! text around it keeps its known parts. Knows no file and no kind of resource.

mod access;
mod call;
mod deployment;
mod expr;
mod found;
mod instance;
mod lambda;
mod limits;
pub(crate) mod merge;
mod module;
mod place;
mod reference;

pub(crate) use deployment::{Evaluated, evaluate};
pub(crate) use limits::{MAX_TEXT, size};
pub(crate) use reference::{apart, key, segments};

use deployment::Deployment;
use instance::Instance;
use limits::Limits;
use redan_model::{Node, Origin, Problem, ProblemKind, ReasonClass, Sources, Str};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The most problems that are reported of one root.
const MAX_PROBLEMS: usize = 1000;

/// What all deployments of one root share.
pub(crate) struct World<'t> {
    pub(crate) sources: &'t Sources,
    /// What is given from outside of the place, the time and who deploys.
    given: &'t crate::ir::Place,
    pub(crate) limits: Limits,
    problems: RefCell<Vec<Problem>>,
    /// How many evaluations are under way that may not come to pass, and whether such a one kept a problem back.
    tentative: Cell<u32>,
    kept_back: Cell<bool>,
    /// Whether it was said that there is no more work to spend.
    exhausted: Cell<bool>,
    /// What was reported, by place.
    reported: RefCell<FxHashSet<(Origin, String)>>,
    /// Instances that references lead to, by address.
    instances: RefCell<FxHashMap<Str, Rc<Instance<'t>>>>,
    /// How many instances have an address.
    addresses: RefCell<FxHashMap<Str, u32>>,
    /// Resources that no template declares and whose answers are asked for.
    found: RefCell<found::Undeclared>,
}

/// Where an expression is evaluated: its deployment, and the variables of loops, lambdas and functions around it.
#[derive(Clone)]
pub(crate) struct Env<'t> {
    pub(crate) deployment: Rc<Deployment<'t>>,
    pub(crate) locals: Option<Rc<Frame>>,
}

/// A local variable, and those around it.
pub(crate) struct Frame {
    name: Str,
    value: Node,
    outer: Option<Rc<Self>>,
}

impl<'t> Env<'t> {
    /// The deployment whose names and place expressions mean: of a nested template with outer scope the one around it.
    ///
    /// <https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-resource-group>, "Function resolution
    /// in scopes"
    pub(crate) fn asked(&self) -> &Rc<Deployment<'t>> {
        self.deployment.names.as_ref().unwrap_or(&self.deployment)
    }

    /// The same place with one more variable.
    pub(crate) fn with(&self, name: Str, value: Node) -> Self {
        let frame = Frame { name, value, outer: self.locals.clone() };
        Self { deployment: Rc::clone(&self.deployment), locals: Some(Rc::new(frame)) }
    }

    /// The innermost local variable of a name.
    pub(crate) fn local(&self, name: Str) -> Option<&Node> {
        let mut frame = self.locals.as_deref();
        while let Some(current) = frame {
            if current.name == name || current.name.eq_ignore_ascii_case(&name) {
                return Some(&current.value);
            }
            frame = current.outer.as_deref();
        }
        None
    }
}

impl<'t> World<'t> {
    pub(crate) fn new(sources: &'t Sources, given: &'t crate::ir::Place) -> Self {
        Self {
            sources,
            given,
            limits: Limits::default(),
            problems: RefCell::default(),
            instances: RefCell::default(),
            addresses: RefCell::default(),
            found: RefCell::default(),
            tentative: Cell::new(0),
            kept_back: Cell::new(false),
            exhausted: Cell::new(false),
            reported: RefCell::default(),
        }
    }

    /// An address that nothing has yet: JSON may declare several resources of one type and name.
    pub(crate) fn unique(&self, address: Str) -> Str {
        let mut used = self.addresses.borrow_mut();
        let count = used.entry(address).or_insert(0);
        *count += 1;
        if *count == 1 { address } else { Str::from(format!("{address} ({count})")) }
    }

    /// Reports what cannot be evaluated; it is unknown.
    pub(crate) fn wrong(&self, origin: Origin, message: &str) -> Node {
        self.limits.spend(limits::MISTAKE);
        self.problem(Problem::at(origin, ProblemKind::Evaluation, message));
        Node::unknown(ReasonClass::Problem, message, origin)
    }

    /// What is beyond a bound: unknown. That there is no more work to spend is said once.
    pub(crate) fn stopped(&self, bound: &str, origin: Origin) -> Node {
        if bound == limits::WORK && !self.exhausted.replace(true) {
            let message = "the template is too much work: what was not reached is unknown";
            let help = "look for loops in loops, and for text or lists that grow with every step";
            self.problems.borrow_mut().push(Problem::at(origin, ProblemKind::Limit, message).help(help));
        }
        Node::unknown(ReasonClass::Bound, bound, origin)
    }

    /// Evaluates what may not come to pass: its mistakes are none.
    pub(crate) fn tentatively<T>(&self, work: impl FnOnce() -> T) -> T {
        self.tentative.set(self.tentative.get() + 1);
        let made = work();
        self.tentative.set(self.tentative.get() - 1);
        made
    }

    pub(crate) fn problem(&self, problem: Problem) {
        if self.tentative.get() > 0 {
            self.kept_back.set(true);
            return;
        }
        let mut problems = self.problems.borrow_mut();
        let new = || self.reported.borrow_mut().insert((problem.origin, problem.message.clone()));
        if problems.len() < MAX_PROBLEMS && new() {
            problems.push(problem);
        }
    }
}
