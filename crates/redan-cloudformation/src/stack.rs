//! A template with its parameters' values: what names in it stand for.

use crate::arns;
use crate::eval::{Evaluator, Truth};
use crate::nested::{Child, Nest};
use crate::parameters::{Given, Parameters};
use crate::syntax::{Entry, Tree};
use redan_model::{Node, Origin, Problem, ProblemKind, ReasonClass, Sources, Str, Unknown};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// A stack.
pub(crate) struct Stack<'s> {
    sources: &'s Sources,
    template: Tree,
    parameters: Parameters,
    /// What stands before logical ids in addresses: the logical ids of the stacks around, with dots.
    prefix: String,
    truths: RefCell<FxHashMap<Str, Option<Truth>>>,
    problems: RefCell<Vec<Problem>>,
    nest: Option<Nest>,
    children: RefCell<FxHashMap<Str, Option<Rc<Child<'s>>>>>,
}

impl<'s> Stack<'s> {
    /// A stack of a template.
    pub(crate) fn new(template: Tree, given: &Given, sources: &'s Sources, prefix: String, nest: Option<Nest>) -> Self {
        let mut problems = Vec::new();
        let parameters = Parameters::read(template.get("Parameters"), given, &mut problems);
        let mut stack = Self {
            sources,
            template,
            parameters,
            prefix,
            truths: RefCell::default(),
            problems: RefCell::new(problems),
            nest,
            children: RefCell::default(),
        };
        if let Some(expanded) = crate::expand::expand(&stack) {
            stack.template = expanded;
        }
        if let Some(made) = crate::sam::transform(&stack.template) {
            stack.template = made;
        }
        stack
    }

    pub(crate) const fn sources(&self) -> &'s Sources {
        self.sources
    }

    pub(crate) const fn template(&self) -> &Tree {
        &self.template
    }

    pub(crate) const fn nest(&self) -> Option<&Nest> {
        self.nest.as_ref()
    }

    /// The resources in the order of the template.
    pub(crate) fn resources(&self) -> &[Entry] {
        self.template.get("Resources").map_or(&[], Tree::entries)
    }

    pub(crate) fn resource(&self, name: Str) -> Option<&Tree> {
        self.template.get("Resources")?.get(&name)
    }

    fn kind(&self, name: Str) -> Str {
        self.resource(name).and_then(|tree| tree.get("Type")?.as_str()).unwrap_or_default()
    }

    pub(crate) fn mappings(&self) -> Option<&Tree> {
        self.template.get("Mappings")
    }

    /// The address of a logical id.
    pub(crate) fn address(&self, name: Str) -> Str {
        if self.prefix.is_empty() { name } else { Str::from(format!("{}{name}", self.prefix)) }
    }

    pub(crate) fn is_parameter(&self, name: &str) -> bool {
        self.parameters.get(Str::new(name)).is_some()
    }

    /// The value of a parameter or pseudo parameter.
    pub(crate) fn parameter(&self, name: Str) -> Option<Node> {
        self.parameters.get(name).cloned()
    }

    /// The values that a parameter without a value may have.
    pub(crate) fn allowed(&self, name: Str) -> Option<Vec<Str>> {
        self.parameters.allowed(name).map(<[Str]>::to_vec)
    }

    /// Whether the `Ref` of a resource is its ARN.
    pub(crate) fn named_by_arn(&self, name: Str) -> bool {
        arns::named_by_arn(self.kind(name))
    }

    /// Whether an attribute of a resource is its ARN.
    pub(crate) fn is_arn(&self, name: Str, attribute: Str) -> bool {
        arns::is_arn(&attribute) || (attribute == "Id" && self.named_by_arn(name))
    }

    /// The value of a condition.
    pub(crate) fn condition(&self, name: Str, origin: Origin) -> Truth {
        if let Some(known) = self.truths.borrow().get(&name) {
            return known.clone().unwrap_or_else(|| {
                Truth::Unknown(Unknown::new(ReasonClass::Problem, "a condition that depends on itself", origin))
            });
        }
        let Some(tree) = self.template.get("Conditions").and_then(|all| all.get(&name)) else {
            self.problem(Problem::at(origin, ProblemKind::Evaluation, format!("there is no condition {name}")));
            return Truth::Unknown(Unknown::new(ReasonClass::Problem, &format!("the condition {name}"), origin));
        };
        self.truths.borrow_mut().insert(name, None);
        let truth = Evaluator::new(self).truth(tree);
        self.truths.borrow_mut().insert(name, Some(truth.clone()));
        truth
    }

    /// The stack that a resource makes, if its template is at hand.
    pub(crate) fn child(&self, name: Str) -> Option<Rc<Child<'s>>> {
        if let Some(known) = self.children.borrow().get(&name) {
            return known.clone();
        }
        self.children.borrow_mut().insert(name, None);
        let child = crate::nested::child(self, name).map(Rc::new);
        self.children.borrow_mut().insert(name, child.clone());
        child
    }

    /// An output of a nested stack.
    pub(crate) fn nested_output(&self, name: Str, output: Str) -> Option<Node> {
        let child = self.child(name)?;
        let value = child.stack.template.get("Outputs")?.get(&output)?.get("Value")?;
        Some(Evaluator::new(&child.stack).node(value))
    }

    /// Notes a name that nothing declares.
    pub(crate) fn undeclared(&self, name: Str, origin: Origin) {
        let message = format!("{name} is neither a parameter nor a resource of this template");
        self.problem(Problem::at(origin, ProblemKind::Evaluation, message).help("declare it, or correct the name"));
    }

    pub(crate) fn problem(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    pub(crate) fn take_problems(&self) -> Vec<Problem> {
        std::mem::take(&mut self.problems.borrow_mut())
    }
}
