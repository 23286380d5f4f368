//! Templates, evaluated: parameters, variables, loops, conditions, references and nested deployments.
//!
//! Lazy and memoized: a declaration is evaluated when it is first asked for, one that leads back to itself is unknown.
//! What only a deployment knows (its subscription, what a resource answers when it runs) is unknown with its reason, and
//! text around it keeps its known parts. Knows no file and no kind of resource.

mod access;
mod call;
mod deployment;
mod expr;
mod instance;
mod lambda;
mod limits;
pub(crate) mod merge;
mod module;
mod place;
mod reference;

pub(crate) use deployment::{Evaluated, evaluate};
pub(crate) use limits::MAX_TEXT;
pub(crate) use reference::{key, segments};

use deployment::Deployment;
use instance::Instance;
use limits::Limits;
use redan_model::{Node, Origin, Problem, ProblemKind, ReasonClass, Sources, Str};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// What all deployments of one root share.
pub(crate) struct World<'t> {
    pub(crate) sources: &'t Sources,
    pub(crate) limits: Limits,
    problems: RefCell<Vec<Problem>>,
    /// Instances that references lead to, by address.
    instances: RefCell<FxHashMap<Str, Rc<Instance<'t>>>>,
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
    pub(crate) fn new(sources: &'t Sources) -> Self {
        Self { sources, limits: Limits::default(), problems: RefCell::default(), instances: RefCell::default() }
    }

    /// Reports what cannot be evaluated; it is unknown.
    pub(crate) fn wrong(&self, origin: Origin, message: &str) -> Node {
        self.problem(Problem::at(origin, ProblemKind::Evaluation, message));
        Node::unknown(ReasonClass::Problem, message, origin)
    }

    pub(crate) fn problem(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < 1000 && !problems.contains(&problem) {
            problems.push(problem);
        }
    }
}
