//! The evaluation of one root: its instances, and the value of each declaration when its turn comes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use redan_files::Boundary;
use redan_kinds::{Hooks, Mode};
use redan_model::{Problem, ProblemKind, SourceId, Str};
use rustc_hash::{FxHashMap, FxHashSet};

use super::body::{BodyReader, Evaluated};
use super::expand::{by_count, by_each, failed};
use super::files::RootFiles;
use super::inputs::{Inputs, given_value};
use super::instance::{CallState, Expansion, Instance, Repetition, ResourceInstance, ResourceState, Slot};
use super::schedule::{Task, What};
use super::scope::InstanceScope;
use crate::config::{Call, Dependency, Discovered, Installed, Placed, Resource, Variable, is_local};
use crate::eval::{self, Budget, Environment};
use crate::lower;
use crate::syntax::ast::{Expr, Text};
use crate::value::{Class, Error, Origin, Piece, Type, Unknown, Value, Why, apply_defaults, convert};

/// Steps of evaluation for one root.
const MAX_STEPS: u64 = 40_000_000;
const MAX_MODULE_INSTANCES: usize = 10_000;
const MAX_RESOURCE_INSTANCES: usize = 100_000;
const MAX_MODULE_DEPTH: usize = 40;

/// What all roots share.
pub(crate) struct World<'w> {
    pub(crate) found: &'w Discovered,
    pub(crate) boundary: &'w Boundary,
    pub(crate) hooks: &'w dyn Hooks,
}

/// A value and what went wrong on the way.
pub(super) struct Outcome {
    pub(super) value: Value,
    pub(super) errors: Vec<Error>,
}

/// One root module under evaluation.
pub(crate) struct Run<'a> {
    world: &'a World<'a>,
    installed: Option<&'a Installed>,
    inputs: Inputs,
    files: RootFiles<'a>,
    budget: Budget,
    types: RefCell<FxHashMap<(usize, usize), Type>>,
    resources_made: usize,
    pub(super) locked: FxHashMap<String, String>,
    pub(super) workspace: Option<String>,
    pub(crate) instances: Vec<Instance<'a>>,
    pub(crate) errors: Vec<Error>,
    pub(crate) problems: Vec<Problem>,
    reported: FxHashSet<Origin>,
    /// Resources that were passed to a module that is not here, by address.
    pub(crate) escapes: BTreeMap<Str, Why>,
}

/// From the value of `count` or `for_each` to instances.
type Expand = fn(&Value) -> Result<Expansion, Error>;

/// What is given to one root besides its configuration.
pub(crate) struct Setting<'a> {
    pub(crate) installed: Option<&'a Installed>,
    pub(crate) inputs: Inputs,
    pub(crate) locked: FxHashMap<String, String>,
    pub(crate) workspace: Option<String>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(world: &'a World<'a>, root: usize, setting: Setting<'a>) -> Self {
        let config = world.found.modules.get(root);
        let folder: Option<&'a Path> = config.and_then(|config| config.folder.as_deref());
        Self {
            world,
            installed: setting.installed,
            inputs: setting.inputs,
            files: RootFiles { folder, boundary: world.boundary },
            budget: Budget::new(MAX_STEPS),
            types: RefCell::default(),
            resources_made: 0,
            locked: setting.locked,
            workspace: setting.workspace,
            instances: config.map(|config| Instance::root(config, root)).into_iter().collect(),
            errors: Vec::new(),
            problems: Vec::new(),
            reported: FxHashSet::default(),
            escapes: BTreeMap::new(),
        }
    }

    /// Evaluates every resource of every instance.
    pub(crate) fn evaluate_all(&mut self) {
        let mut at = 0;
        while let Some(config) = self.instances.get(at).map(|instance| instance.config) {
            for resource in 0..config.resources.len() {
                self.demand(Task { instance: at, what: What::Resource(resource) });
            }
            for (position, call) in config.calls.iter().enumerate() {
                self.demand(Task { instance: at, what: What::Call(position) });
                let made = self.instances.get(at).and_then(|instance| instance.made.get(position));
                if matches!(made, Some(Slot::Done(CallState::Missing(_)))) {
                    self.follow_escapes(at, call);
                }
            }
            for provider in &config.providers {
                self.demand_needs(at, &provider.needs);
                let evaluated = self.body(at, &Expansion::Single.repetitions(), &provider.body);
                if let Some(instance) = self.instances.get_mut(at) {
                    instance.providers.blocks.extend(evaluated);
                }
            }
            at += 1;
        }
    }

    /// The folder Terraform runs in: where it lies is the machine's matter, its own name the repository's.
    pub(super) fn working_folder(&self, unknown: Value) -> Value {
        match self.files.folder.filter(|folder| !self.world.boundary.is_edge(folder)).and_then(Path::file_name) {
            Some(name) => {
                let name: Text = format!("/{}", name.to_string_lossy()).into();
                Value::pieces(vec![Piece::Hole(unknown), Piece::Literal(name)])
            }
            None => unknown,
        }
    }

    /// An expression's value in one instance.
    pub(super) fn evaluate(
        &self,
        instance: usize,
        repetition: Option<&Repetition>,
        file: u32,
        expr: &Expr,
        names: &[(Text, Value)],
    ) -> Outcome {
        let Some(current) = self.instances.get(instance) else {
            return Outcome { value: Value::null(Type::Dynamic), errors: Vec::new() };
        };
        let notes = RefCell::default();
        let scope = InstanceScope { run: self, instance: current, repetition, file, notes };
        let environment = Environment { scope: &scope, files: &self.files, file, budget: &self.budget };
        let evaluation = eval::evaluate_with(expr, environment, names);
        let mut errors = evaluation.problems;
        errors.append(&mut scope.notes.borrow_mut());
        Outcome { value: evaluation.value, errors }
    }

    fn value(&mut self, instance: usize, repetition: Option<&Repetition>, expr: &Placed<Expr>) -> Value {
        let Outcome { value, errors } = self.evaluate(instance, repetition, expr.file, &expr.item, &[]);
        self.errors.extend(errors);
        value
    }

    fn body(
        &mut self,
        at: usize,
        repetitions: &[Repetition],
        section: &'a crate::config::Section,
    ) -> Vec<Evaluated<'a>> {
        let mut errors = Vec::new();
        let bodies = repetitions
            .iter()
            .map(|repetition| BodyReader { run: self, instance: at, repetition, errors: &mut errors }.section(section))
            .collect();
        self.errors.append(&mut errors);
        bodies
    }

    pub(super) fn evaluate_task(&mut self, task: Task) {
        let at = task.instance;
        let Some(config) = self.instances.get(at).map(|instance| instance.config) else { return };
        match task.what {
            What::Variable(position) => {
                let Some(variable) = config.variables.get(position) else { return };
                let value = self.variable(at, position, variable);
                self.store(at, |instance| instance.variables.get_mut(position), value);
            }
            What::Local(position) => {
                let Some(local) = config.locals.get(position) else { return };
                let value = self.value(at, None, &local.value);
                self.store(at, |instance| instance.locals.get_mut(position), value);
            }
            What::Output(position) => {
                let Some(output) = config.outputs.get(position) else { return };
                let value = match &output.value {
                    Some(expr) => self.value(at, None, expr),
                    None => Value::null(Type::Dynamic),
                };
                self.store(at, |instance| instance.outputs.get_mut(position), value.marked(output.sensitive));
            }
            What::Resource(position) => {
                let Some(resource) = config.resources.get(position) else { return };
                let state = self.resource(at, resource);
                self.store(at, |instance| instance.resources.get_mut(position), state);
            }
            What::Call(position) => {
                let Some(call) = config.calls.get(position) else { return };
                let state = self.call(at, position, call);
                self.store(at, |instance| instance.made.get_mut(position), state);
            }
        }
    }

    fn store<T>(
        &mut self,
        at: usize,
        slot: impl for<'i> FnOnce(&'i mut Instance<'a>) -> Option<&'i mut Slot<T>>,
        value: T,
    ) {
        if let Some(slot) = self.instances.get_mut(at).and_then(slot) {
            *slot = Slot::Done(value);
        }
    }

    fn fail(&mut self, error: Error) -> Why {
        let why = Why::new(error.class, &error.message, error.origin);
        self.errors.push(error);
        why
    }

    fn report(&mut self, at: Origin, kind: ProblemKind, message: String, help: Option<&str>) {
        if self.reported.insert(at) {
            let place = redan_model::Origin::new(SourceId::from_index(at.file), at.span.start, at.span.end);
            let problem = Problem::at(place, kind, message);
            self.problems.push(match help {
                Some(help) => problem.help(help),
                None => problem,
            });
        }
    }
}

/// Variables.
impl<'a> Run<'a> {
    /// The caller's argument for a variable: in which instance it is evaluated, what it is, what it needs.
    pub(super) fn argument(
        &self,
        at: usize,
        variable: usize,
    ) -> Option<(usize, &'a Placed<crate::syntax::ast::Attribute>, &'a [Dependency])> {
        let instance = self.instances.get(at)?;
        let (parent, call) = instance.parent?;
        let name = &instance.config.variables.get(variable)?.name;
        let call: &'a Call = self.instances.get(parent)?.config.calls.get(call)?;
        let position = *call.argument_names.get(name)?;
        Some((parent, call.arguments.get(position)?, call.argument_needs.get(position)?))
    }

    fn variable(&mut self, at: usize, position: usize, variable: &'a Variable) -> Value {
        let ty = self.type_of(at, position, variable);
        let given = match self.argument(at, position) {
            Some((parent, argument, _)) => {
                let repetition = self.instances.get(at).and_then(|instance| instance.repetition.clone());
                let (file, expr) = (argument.file, &argument.item.value);
                let Outcome { value, errors } = self.evaluate(parent, repetition.as_ref(), file, expr, &[]);
                self.errors.extend(errors);
                Some(value.or_origin(Origin::new(file, expr.span)))
            }
            None if at == 0 => self.inputs.get(&variable.name).map(|given| {
                let (value, errors) = given_value(given, &ty, &self.files, &self.budget);
                self.errors.extend(errors);
                value
            }),
            None => None,
        };
        let given = given.filter(|value| variable.nullable || !value.is_null());
        let value = match (given, &variable.default) {
            (Some(value), _) => value,
            (None, Some(default)) => {
                self.value(at, None, default).or_origin(Origin::new(default.file, default.item.span))
            }
            (None, None) => {
                let prefix = self.instances.get(at).map_or("", |instance| instance.prefix.as_str());
                let why = Why::new(Class::Input, &format!("{prefix}var.{}", variable.name), variable.place.head());
                return Value::from(Unknown::new(ty, why)).marked(variable.sensitive);
            }
        };
        self.converted(value, &ty, variable).marked(variable.sensitive)
    }

    fn converted(&mut self, value: Value, ty: &Type, variable: &Variable) -> Value {
        if matches!(ty, Type::Dynamic) {
            return value;
        }
        let origin = value.origin;
        match convert(&apply_defaults(&value, ty), ty) {
            Ok(converted) => converted.or_origin(origin),
            Err(error) => {
                let message =
                    format!("value for variable `{}` does not fit its type: {}", variable.name, error.message);
                let place = if origin.is_none() { variable.place.head() } else { origin };
                let why = self.fail(Error { message, class: error.class, origin: place });
                Value::unknown(ty.clone(), why)
            }
        }
    }

    fn type_of(&mut self, at: usize, position: usize, variable: &Variable) -> Type {
        let Some(expr) = &variable.ty else { return Type::Dynamic };
        let Some(instance) = self.instances.get(at) else { return Type::Dynamic };
        let key = (instance.module, position);
        if let Some(ty) = self.types.borrow().get(&key) {
            return ty.clone();
        }
        let notes = RefCell::default();
        let scope = InstanceScope { run: self, instance, repetition: None, file: expr.file, notes };
        let environment = Environment { scope: &scope, files: &self.files, file: expr.file, budget: &self.budget };
        let ty = match eval::type_constraint(&expr.item, environment) {
            Ok(ty) => ty,
            Err(error) => {
                self.errors.push(error.at(Origin::new(expr.file, expr.item.span)));
                Type::Dynamic
            }
        };
        self.types.borrow_mut().insert(key, ty.clone());
        ty
    }
}

/// Resources and module calls.
impl<'a> Run<'a> {
    fn expansion(&mut self, at: usize, count: Option<&Placed<Expr>>, for_each: Option<&Placed<Expr>>) -> Expansion {
        let (expr, expand): (_, Expand) = match (count, for_each) {
            (_, Some(for_each)) => (for_each, by_each),
            (Some(count), None) => (count, by_count),
            (None, None) => return Expansion::Single,
        };
        let value = self.value(at, None, expr);
        match expand(&value) {
            Ok(expansion) => expansion,
            Err(error) => {
                let error = error.at(Origin::new(expr.file, expr.item.span));
                let expansion = failed(&error);
                self.errors.push(error);
                expansion
            }
        }
    }

    fn resource(&mut self, at: usize, resource: &'a Resource) -> ResourceState<'a> {
        let mut expansion = self.expansion(at, resource.count.as_ref(), resource.for_each.as_ref());
        let mut repetitions = expansion.repetitions();
        self.resources_made += repetitions.len();
        if self.resources_made > MAX_RESOURCE_INSTANCES && repetitions.len() > 1 {
            let message = format!("more than {MAX_RESOURCE_INSTANCES} resources: those of this block stay unknown");
            self.report(resource.place.head(), ProblemKind::Limit, message.clone(), None);
            expansion = Expansion::Unknown(Why::new(Class::Problem, &message, resource.place.head()));
            repetitions = expansion.repetitions();
        }
        let bodies = self.body(at, &repetitions, &resource.body);
        let base = self.instances.get(at).map(|instance| instance.address(resource)).unwrap_or_default();
        let instances = repetitions.into_iter().zip(bodies).map(|(repetition, body)| {
            let address = Str::new(&format!("{base}{}", repetition.key));
            let computed = self.computed(resource, &body);
            ResourceInstance { address, doubt: repetition.doubt, body, computed }
        });
        let instances = instances.collect();
        ResourceState { expansion, instances, whole: std::cell::OnceCell::new() }
    }

    /// What a hook makes of a data source's arguments.
    fn computed(&self, resource: &Resource, body: &Evaluated<'a>) -> Vec<(Text, Value)> {
        if resource.mode != Mode::Data {
            return Vec::new();
        }
        let arguments = lower::written_body(body, resource.place.whole());
        let answer = self.world.hooks.data(&resource.kind, &arguments);
        answer.map(|node| lower::lift_attributes(&node)).unwrap_or_default()
    }

    fn call(&mut self, at: usize, position: usize, call: &'a Call) -> CallState {
        let module = match self.locate(at, call) {
            Ok(module) => module,
            Err(why) => return CallState::Missing(why),
        };
        let expansion = self.expansion(at, call.count.as_ref(), call.for_each.as_ref());
        let repetitions = expansion.repetitions();
        if self.instances.len() + repetitions.len() > MAX_MODULE_INSTANCES {
            let message = format!("more than {MAX_MODULE_INSTANCES} module instances: this call is not followed");
            self.report(call.place.head(), ProblemKind::Limit, message.clone(), None);
            return CallState::Missing(Why::new(Class::Problem, &message, call.place.head()));
        }
        let mut children = Vec::with_capacity(repetitions.len());
        for repetition in repetitions {
            if let Some(child) = self.child(at, position, call, module, repetition) {
                children.push(self.instances.len());
                self.instances.push(child);
            }
        }
        CallState::Made { expansion, children }
    }

    fn child(
        &self,
        at: usize,
        position: usize,
        call: &'a Call,
        module: usize,
        repetition: Repetition,
    ) -> Option<Instance<'a>> {
        let parent = self.instances.get(at)?;
        let config = self.world.found.modules.get(module)?;
        let mut child = Instance::root(config, module);
        child.parent = Some((at, position));
        child.prefix = format!("{}module.{}{}.", parent.prefix, call.name, repetition.key);
        child.call_path = call_path(&parent.call_path, &call.name);
        child.path = self
            .instances
            .first()
            .map_or_else(String::new, |root| way(root.config.folder.as_deref(), config.folder.as_deref()));
        child.depth = parent.depth + 1;
        child.doubt = match (&parent.doubt, &repetition.doubt) {
            (Some(a), Some(b)) => Some(a.and(b)),
            (a, b) => a.as_ref().or(b.as_ref()).cloned(),
        };
        child.calls = parent.calls.iter().copied().chain([call.place.whole()]).collect();
        child.repetition = Some(repetition);
        Some(child)
    }

    /// The module that a call means, or why there is none.
    fn locate(&mut self, at: usize, call: &'a Call) -> Result<usize, Why> {
        let here = call.place.head();
        let Some(source) = &call.source else {
            return Err(Why::new(Class::Unsupported, "a module source that is not plain text", here));
        };
        let Some(instance) = self.instances.get(at) else { return Err(Why::new(Class::ModuleMissing, "", here)) };
        let path = call_path(&instance.call_path, &call.name);
        let found = &self.world.found;
        let (module, missing) = if is_local(&source.item) {
            let folder = instance.config.folder.as_deref().map(|folder| folder.join(&*source.item));
            let real = folder.map(|folder| self.world.boundary.admit(&folder));
            match real {
                Some(Ok(real)) => (
                    found.by_folder.get(&real).copied(),
                    format!("module folder `{}` holds no configuration", source.item),
                ),
                Some(Err(error)) => (None, format!("module folder `{}`: {error}", source.item)),
                None => (None, format!("module `{}` cannot be followed from text that lies in no folder", source.item)),
            }
        } else {
            let folder = self.installed.and_then(|installed| installed.folders.get(&path));
            let module = folder.and_then(|folder| found.by_folder.get(&folder.real).copied());
            (module, format!("module `{}` is not installed", source.item))
        };
        let Some(module) = module else {
            let help = (!is_local(&source.item))
                .then_some("run `terraform init` (or `terraform get`) in the root module first");
            self.report(here, ProblemKind::ModuleMissing, missing, help);
            return Err(Why::new(Class::ModuleMissing, &format!("module.{path}"), here));
        };
        if self.calls_itself(at, module) {
            let why = self.fail(Error::new(format!("module `{}` calls itself", source.item)).at(here));
            return Err(why);
        }
        Ok(module)
    }

    fn calls_itself(&self, at: usize, module: usize) -> bool {
        let mut current = self.instances.get(at);
        let mut depth = 0;
        while let Some(instance) = current {
            depth += 1;
            if instance.module == module || depth > MAX_MODULE_DEPTH {
                return true;
            }
            current = instance.parent.and_then(|(parent, _)| self.instances.get(parent));
        }
        false
    }

    /// What is passed to a module that is not here may be referred to in it, unseen.
    fn follow_escapes(&mut self, at: usize, call: &'a Call) {
        let why = Why::new(Class::ModuleMissing, &format!("module.{}", call.name), call.place.head());
        let repetitions = Expansion::Unknown(why.clone()).repetitions();
        for (argument, needs) in call.arguments.iter().zip(&call.argument_needs) {
            self.demand_needs(at, needs);
            let Outcome { value, errors: _ } =
                self.evaluate(at, repetitions.first(), argument.file, &argument.item.value, &[]);
            for address in lower::references(&value) {
                self.escapes.entry(address).or_insert_with(|| why.clone());
            }
        }
    }
}

fn call_path(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// The way from one folder to another, as `path.module` shows it.
fn way(from: Option<&Path>, to: Option<&Path>) -> String {
    let (Some(from), Some(to)) = (from, to) else { return ".".to_owned() };
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let steps: Vec<String> = up.chain(down).collect();
    if steps.is_empty() { ".".to_owned() } else { steps.join("/") }
}
