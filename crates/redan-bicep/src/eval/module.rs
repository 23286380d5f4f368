//! The deployments that modules make.

use super::World;
use super::deployment::{Deployment, Evaluated, Given, Slot};
use super::instance::Instance;
use crate::ir::Module;
use redan_model::{Existence, Node, Problem, ProblemKind, ReasonClass, Rest, Str, Value};
use std::rc::Rc;
use std::sync::Arc;

/// Modules inside modules, no deeper than this.
const MAX_MODULES: usize = 24;

impl<'t> World<'t> {
    /// What the deployment of a module makes.
    pub(super) fn module_resources(
        &self,
        instance: &Rc<Instance<'t>>,
        module: &Module,
        existence: &Existence,
        out: &mut Vec<Evaluated>,
    ) {
        if let Err(reason) = &module.template {
            let what = format!("module {}: {}", instance.address, reason.what);
            let kind = if reason.class == ReasonClass::Bound { ProblemKind::Limit } else { ProblemKind::ModuleMissing };
            let help = "put the template where its path leads to";
            self.problem(Problem::at(reason.origin, kind, what).help(help));
        }
        if let Some(deployment) = self.deployment_of(instance) {
            self.resources(&deployment, existence, out);
        }
    }

    /// The deployment that a module makes; `None` if its template was not read.
    pub(super) fn deployment_of(&self, instance: &Rc<Instance<'t>>) -> Option<Rc<Deployment<'t>>> {
        match &*instance.module.borrow() {
            Some(Slot::Done(deployment)) => return deployment.clone(),
            Some(Slot::Open) => return None,
            None => {}
        }
        *instance.module.borrow_mut() = Some(Slot::Open);
        let deployment = self.deploy(instance);
        *instance.module.borrow_mut() = Some(Slot::Done(deployment.clone()));
        deployment
    }

    fn deploy(&self, instance: &Rc<Instance<'t>>) -> Option<Rc<Deployment<'t>>> {
        let module = instance.resource.module.as_ref()?;
        let template = module.template.as_ref().ok()?;
        let env = &instance.env;
        if env.deployment.depth >= MAX_MODULES {
            let message = format!("modules nested deeper than {MAX_MODULES}");
            self.problem(Problem::at(instance.resource.origin, ProblemKind::Limit, message));
            return None;
        }
        let declared = template.parameters.len() + template.variables.len() + template.resources.len();
        if !self.limits.spend(declared as u64) {
            self.stopped(super::limits::WORK, instance.resource.origin);
            return None;
        }
        let mut given = Given {
            arguments: module
                .arguments
                .iter()
                .map(|(name, expr)| (*name, self.bounded(self.eval(expr, env))))
                .collect(),
            around: Some(Rc::clone(&env.deployment)),
            names: module.outer.then(|| Rc::clone(env.asked())),
            locals: module.outer.then(|| env.locals.clone()).flatten(),
            prefix: format!("{}.", instance.address),
            calls: env.deployment.calls.iter().copied().chain([instance.resource.origin]).collect(),
            place: self.place_of(instance),
            name: Some(instance.name.clone()),
            depth: env.deployment.depth + 1,
            unknown: None,
        };
        if let Some(computed) = &module.computed {
            given_as_one(&self.eval(computed, env), &mut given);
        }
        Some(Deployment::new(template, given))
    }
}

/// Values of parameters that are one expression: an object of `{name: {value: …}}`.
fn given_as_one(node: &Node, given: &mut Given<'_>) {
    match &node.value {
        Value::Map(map) => {
            for entry in map.entries() {
                let value = entry.node.get(Str::new("value")).unwrap_or(&entry.node);
                given.arguments.push((entry.key, value.clone()));
            }
            if let Rest::Unknown(unknown) = &map.rest {
                given.unknown = Some(Arc::clone(unknown));
            }
        }
        Value::Unknown(unknown) => given.unknown = Some(Arc::clone(unknown)),
        _ => {}
    }
}
