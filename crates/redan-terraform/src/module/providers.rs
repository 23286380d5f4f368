//! Which provider configuration a resource uses, and what that configuration says.
//! <https://developer.hashicorp.com/terraform/language/modules/develop/providers>

use super::body::Evaluated;
use super::run::Run;
use crate::syntax::ast::Text;

/// The provider blocks of an instance, evaluated, in the order of the configuration.
#[derive(Debug, Default)]
pub(crate) struct ProviderState<'a> {
    pub(crate) blocks: Vec<Evaluated<'a>>,
}

/// A provider configuration that was found.
pub(crate) struct FoundProvider<'r, 'a> {
    /// The instance it is configured in.
    pub(crate) instance: usize,
    pub(crate) name: Text,
    pub(crate) key: Text,
    /// None if no block configures it.
    pub(crate) body: Option<&'r Evaluated<'a>>,
}

impl<'a> Run<'a> {
    /// The configuration that `key` (`aws`, `aws.west`) means in an instance.
    pub(crate) fn provider(&self, instance: usize, key: &Text) -> FoundProvider<'_, 'a> {
        let mut at = instance;
        let mut key = key.clone();
        loop {
            let name: Text = key.split('.').next().unwrap_or_default().into();
            let Some(current) = self.instances.get(at) else {
                return FoundProvider { instance: at, name, key, body: None };
            };
            let own = current.config.providers.iter().position(|block| block.key == key);
            if let Some(block) = own {
                return FoundProvider { instance: at, name, key, body: current.providers.blocks.get(block) };
            }
            let Some((parent, call)) = current.parent else {
                return FoundProvider { instance: at, name, key, body: None };
            };
            let passed = self.instances.get(parent).and_then(|caller| {
                let providers = &caller.config.calls.get(call)?.providers;
                providers.iter().find(|(inner, _)| *inner == key).map(|(_, outer)| outer.clone())
            });
            if let Some(outer) = passed {
                key = outer;
            } else if key.contains('.') {
                return FoundProvider { instance: at, name, key, body: None };
            }
            at = parent;
        }
    }

    /// The major version of a provider: the lock file's, else the one that the constraint of the root, or of the module
    /// that uses it, leaves as the newest.
    pub(crate) fn provider_major(&self, instance: usize, name: &str) -> Option<u32> {
        let modules = [0, instance].into_iter().filter_map(|at| self.instances.get(at)).map(|found| found.config);
        let requirements: Vec<_> = modules.filter_map(|config| config.required.get(name)).collect();
        let source = requirements.iter().find_map(|required| required.source.as_deref());
        let source = source.map_or_else(|| format!("hashicorp/{name}"), str::to_owned);
        let suffix = format!("/{}", source.trim_start_matches("registry.terraform.io/"));
        let locked = self.locked.iter().find(|(address, _)| address.ends_with(&suffix)).map(|(_, version)| version);
        if let Some(version) = locked {
            return version.split('.').next()?.parse().ok();
        }
        requirements.iter().find_map(|required| newest_major(required.version.as_deref()?))
    }
}

/// The newest major version that a constraint admits, if it has an upper bound.
/// <https://developer.hashicorp.com/terraform/language/expressions/version-constraints>
pub(crate) fn newest_major(constraint: &str) -> Option<u32> {
    let mut newest: Option<u32> = None;
    for part in constraint.split(',').map(str::trim) {
        let digits = part.find(|c: char| c.is_ascii_digit())?;
        let (operator, version) = part.split_at_checked(digits)?;
        let mut numbers = version.split('.');
        let major: u32 = numbers.next()?.trim().parse().ok()?;
        let zeros = numbers.clone().all(|number| number.trim() == "0");
        let bound = match operator.trim().trim_end_matches('v') {
            "" | "=" | "<=" => Some(major),
            "~>" if numbers.clone().count() == 0 => None,
            "~>" => Some(major),
            "<" if zeros => major.checked_sub(1),
            "<" => Some(major),
            _ => None,
        };
        newest = match (newest, bound) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    newest
}
