//! The order of evaluation: what a declaration needs comes first, worked off on an explicit stack. A circle is a problem,
//! and what stands in it is unknown.

use super::instance::{CallState, Slot};
use super::run::Run;
use crate::config::Dependency;
use crate::value::{Error, Origin};

/// A declaration of one module instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Task {
    pub(super) instance: usize,
    pub(super) what: What,
}

/// Which declaration, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Variable(usize),
    Local(usize),
    Output(usize),
    Resource(usize),
    Call(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    New,
    Busy,
    Done,
}

struct Frame<'a> {
    /// What is evaluated when all needs are met; nothing for a bare list of needs.
    task: Option<Task>,
    /// The instance in which the needs are meant.
    instance: usize,
    needs: &'a [Dependency],
    next: usize,
    /// Progress among the outputs of one need.
    output: usize,
}

impl<'a> Run<'a> {
    /// Evaluates a declaration and all it needs, if that has not happened yet.
    pub(super) fn demand(&mut self, task: Task) {
        if self.progress(task) == Progress::New {
            self.set_busy(task);
            let frame = self.frame(task);
            self.work(vec![frame]);
        }
    }

    /// Evaluates what a list of dependencies names.
    pub(super) fn demand_needs(&mut self, instance: usize, needs: &'a [Dependency]) {
        self.work(vec![Frame { task: None, instance, needs, next: 0, output: 0 }]);
    }

    fn work(&mut self, mut stack: Vec<Frame<'a>>) {
        while let Some(frame) = stack.last_mut() {
            match self.next_need(frame) {
                Some(need) => match self.progress(need) {
                    Progress::New => {
                        self.set_busy(need);
                        stack.push(self.frame(need));
                    }
                    Progress::Busy => self.report_circle(&stack, need),
                    Progress::Done => {}
                },
                None => {
                    if let Some(Frame { task: Some(task), .. }) = stack.pop() {
                        self.evaluate_task(task);
                    }
                }
            }
        }
    }

    fn frame(&self, task: Task) -> Frame<'a> {
        let (instance, needs) = self.needs(task);
        Frame { task: Some(task), instance, needs, next: 0, output: 0 }
    }

    fn needs(&self, task: Task) -> (usize, &'a [Dependency]) {
        let none: (usize, &'a [Dependency]) = (task.instance, &[]);
        let Some(instance) = self.instances.get(task.instance) else { return none };
        let config = instance.config;
        let needs: Option<&'a Vec<Dependency>> = match task.what {
            What::Local(at) => config.locals.get(at).map(|local| &local.needs),
            What::Output(at) => config.outputs.get(at).map(|output| &output.needs),
            What::Resource(at) => config.resources.get(at).map(|resource| &resource.needs),
            What::Call(at) => config.calls.get(at).map(|call| &call.needs),
            What::Variable(at) => {
                let argument = self.argument(task.instance, at);
                return argument.map_or(none, |(parent, _, needs)| (parent, needs));
            }
        };
        (task.instance, needs.map_or(&[], Vec::as_slice))
    }

    fn next_need(&self, frame: &mut Frame<'_>) -> Option<Task> {
        loop {
            let need = frame.needs.get(frame.next)?;
            let instance = frame.instance;
            let what = match need {
                Dependency::Variable(at) => What::Variable(*at),
                Dependency::Local(at) => What::Local(*at),
                Dependency::Resource(at) => What::Resource(*at),
                Dependency::Call(at, output) => match self.instances.get(instance)?.made.get(*at)? {
                    Slot::New => return Some(Task { instance, what: What::Call(*at) }),
                    Slot::Done(CallState::Made { children, .. }) => {
                        if let Some(task) = self.needed_output(children, *output, frame.output) {
                            frame.output += 1;
                            return Some(task);
                        }
                        frame.next += 1;
                        frame.output = 0;
                        continue;
                    }
                    Slot::Done(CallState::Missing(_)) => {
                        frame.next += 1;
                        continue;
                    }
                    Slot::Busy => What::Call(*at),
                },
            };
            frame.next += 1;
            return Some(Task { instance, what });
        }
    }

    /// The output number `turn` among those that a reference to a module call needs.
    fn needed_output(&self, children: &[usize], name: Option<redan_model::Str>, turn: usize) -> Option<Task> {
        let config = self.instances.get(*children.first()?)?.config;
        let named = name.and_then(|name| config.names.outputs.get(name.as_str()).copied());
        let each = if named.is_some() { 1 } else { config.outputs.len() };
        let child = *children.get(turn.checked_div(each)?)?;
        Some(Task { instance: child, what: What::Output(named.unwrap_or(turn % each)) })
    }

    fn progress(&self, task: Task) -> Progress {
        fn of<T>(slot: Option<&Slot<T>>) -> Progress {
            match slot {
                Some(Slot::New) => Progress::New,
                Some(Slot::Busy) => Progress::Busy,
                Some(Slot::Done(_)) | None => Progress::Done,
            }
        }
        let Some(instance) = self.instances.get(task.instance) else { return Progress::Done };
        match task.what {
            What::Variable(at) => of(instance.variables.get(at)),
            What::Local(at) => of(instance.locals.get(at)),
            What::Output(at) => of(instance.outputs.get(at)),
            What::Resource(at) => of(instance.resources.get(at)),
            What::Call(at) => of(instance.made.get(at)),
        }
    }

    fn set_busy(&mut self, task: Task) {
        fn set<T>(slot: Option<&mut Slot<T>>) {
            if let Some(slot) = slot {
                *slot = Slot::Busy;
            }
        }
        let Some(instance) = self.instances.get_mut(task.instance) else { return };
        match task.what {
            What::Variable(at) => set(instance.variables.get_mut(at)),
            What::Local(at) => set(instance.locals.get_mut(at)),
            What::Output(at) => set(instance.outputs.get_mut(at)),
            What::Resource(at) => set(instance.resources.get_mut(at)),
            What::Call(at) => set(instance.made.get_mut(at)),
        }
    }

    fn report_circle(&mut self, stack: &[Frame<'_>], need: Task) {
        let from = stack.iter().position(|frame| frame.task == Some(need)).unwrap_or(0);
        let members = stack.get(from..).unwrap_or_default().iter().filter_map(|frame| frame.task);
        let names: Vec<String> = members.take(8).map(|task| self.describe(task).0).collect();
        let message = match names.as_slice() {
            [one] => format!("{one} refers to itself"),
            many => format!("{} refer to each other in a circle", many.join(", ")),
        };
        let (_, origin) = self.describe(need);
        self.errors.push(Error::new(message).at(origin));
    }

    /// A declaration's name and place.
    fn describe(&self, task: Task) -> (String, Origin) {
        let described = self.instances.get(task.instance).and_then(|instance| {
            let (config, prefix) = (instance.config, &instance.prefix);
            Some(match task.what {
                What::Variable(at) => {
                    let variable = config.variables.get(at)?;
                    (format!("{prefix}var.{}", variable.name), variable.place.head())
                }
                What::Local(at) => {
                    let local = config.locals.get(at)?;
                    (format!("{prefix}local.{}", local.name), Origin::new(local.value.file, local.span))
                }
                What::Output(at) => {
                    let output = config.outputs.get(at)?;
                    (format!("{prefix}output.{}", output.name), output.place.head())
                }
                What::Resource(at) => {
                    let resource = config.resources.get(at)?;
                    (instance.address(resource), resource.place.head())
                }
                What::Call(at) => {
                    let call = config.calls.get(at)?;
                    (format!("{prefix}module.{}", call.name), call.place.head())
                }
            })
        });
        described.unwrap_or_else(|| (String::new(), Origin::NONE))
    }
}
