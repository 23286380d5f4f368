//! What is known of one module instance while its root is evaluated.

use std::cell::OnceCell;

use redan_model::Str;

use super::body::Evaluated;
use super::providers::ProviderState;
use crate::config::{ModuleConfig, Resource};
use crate::syntax::ast::Text;
use crate::value::{Origin, Value, Why};

/// What `count` or `for_each` makes of a block.
#[derive(Clone, Debug)]
pub(crate) enum Expansion {
    /// Neither is set.
    Single,
    /// `count`: the indices below this.
    Count(usize),
    /// `for_each`: keys and values, and why there may be more.
    Each(Vec<(Text, Value)>, Option<Why>),
    /// It is not known how many; one instance stands for all.
    Unknown(Why),
}

/// The key of an instance.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    None,
    Index(usize),
    Name(Text),
}

/// What `count`, `each` and the key mean in one instance.
#[derive(Clone, Debug)]
pub(crate) struct Repetition {
    pub(crate) key: Key,
    pub(crate) count_index: Option<Value>,
    pub(crate) each: Option<(Value, Value)>,
    /// Set if it is not certain that the instance exists.
    pub(crate) doubt: Option<Why>,
}

/// One instance of a resource or data source.
#[derive(Debug)]
pub(crate) struct ResourceInstance<'a> {
    /// Full address.
    pub(crate) address: Str,
    pub(crate) doubt: Option<Why>,
    pub(crate) body: Evaluated<'a>,
    /// What a hook computed from the arguments.
    pub(crate) computed: Vec<(Text, Value)>,
}

#[derive(Debug)]
pub(crate) struct ResourceState<'a> {
    pub(crate) expansion: Expansion,
    pub(crate) instances: Vec<ResourceInstance<'a>>,
    /// All instances as one value, made when first asked for.
    pub(crate) whole: OnceCell<Value>,
}

/// What became of a module call.
#[derive(Debug)]
pub(crate) enum CallState {
    /// Its module is not here.
    Missing(Why),
    /// Positions of its instances.
    Made { expansion: Expansion, children: Vec<usize> },
}

/// A declaration's progress.
#[derive(Debug, Default)]
pub(crate) enum Slot<T> {
    #[default]
    New,
    Busy,
    Done(T),
}

impl<T> Slot<T> {
    pub(crate) fn done(&self) -> Option<&T> {
        match self {
            Self::Done(value) => Some(value),
            _ => None,
        }
    }
}

/// An instance of a module.
#[derive(Debug)]
pub(crate) struct Instance<'a> {
    pub(crate) config: &'a ModuleConfig,
    /// Position of the module in the world.
    pub(crate) module: usize,
    /// The calling instance and the position of the call in its module.
    pub(crate) parent: Option<(usize, usize)>,
    /// `module.a["x"].`, empty for the root.
    pub(crate) prefix: String,
    /// The names of the calls without instance keys, `a.b`, as installed modules are listed.
    pub(crate) call_path: String,
    /// `.` for the root, else the way from the root's folder.
    pub(crate) path: String,
    pub(crate) depth: usize,
    pub(crate) repetition: Option<Repetition>,
    /// Why it may not exist, callers included.
    pub(crate) doubt: Option<Why>,
    /// The blocks that lead here, outermost first.
    pub(crate) calls: Vec<Origin>,
    pub(crate) variables: Vec<Slot<Value>>,
    pub(crate) locals: Vec<Slot<Value>>,
    pub(crate) outputs: Vec<Slot<Value>>,
    pub(crate) resources: Vec<Slot<ResourceState<'a>>>,
    pub(crate) made: Vec<Slot<CallState>>,
    pub(crate) providers: ProviderState<'a>,
}

impl<'a> Instance<'a> {
    pub(crate) fn root(config: &'a ModuleConfig, module: usize) -> Self {
        Self {
            config,
            module,
            parent: None,
            prefix: String::new(),
            call_path: String::new(),
            path: ".".to_owned(),
            depth: 0,
            repetition: None,
            doubt: None,
            calls: Vec::new(),
            variables: slots(config.variables.len()),
            locals: slots(config.locals.len()),
            outputs: slots(config.outputs.len()),
            resources: slots(config.resources.len()),
            made: slots(config.calls.len()),
            providers: ProviderState::default(),
        }
    }

    /// Positions of the instances that this one calls, in the order of the configuration.
    pub(crate) fn children(&self) -> impl DoubleEndedIterator<Item = usize> {
        let made = self.made.iter().filter_map(|slot| match slot {
            Slot::Done(CallState::Made { children, .. }) => Some(children),
            _ => None,
        });
        made.flatten().copied()
    }

    /// The address of a resource of this instance, without instance key.
    pub(crate) fn address(&self, resource: &Resource) -> String {
        let mode = match (resource.ephemeral, resource.mode) {
            (true, _) => "ephemeral.",
            (_, redan_kinds::Mode::Data) => "data.",
            (_, redan_kinds::Mode::Managed) => "",
        };
        format!("{}{mode}{}.{}", self.prefix, resource.kind, resource.name)
    }
}

fn slots<T>(count: usize) -> Vec<Slot<T>> {
    (0..count).map(|_| Slot::New).collect()
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Name(name) => write!(f, "[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\"")),
        }
    }
}
