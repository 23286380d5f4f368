//! What the names in suppressions mean: pages, folders of pages, other scanners' ids.

use redan_model::{Str, Value};
use redan_pages::{Page, check_id};
use rustc_hash::FxHashMap;

/// A page that a name means, or a part of what it asks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    pub(crate) page: Str,
    /// Only this leaf.
    pub(crate) part: Option<Str>,
    /// Only with these parameters.
    pub(crate) with: Vec<(Str, Value)>,
}

/// The pages that were evaluated, by all their names.
pub(crate) struct Names<'a> {
    pages: &'a [&'a Page],
    aliases: FxHashMap<String, Vec<Target>>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(pages: &'a [&'a Page]) -> Self {
        let mut aliases: FxHashMap<String, Vec<Target>> = FxHashMap::default();
        for page in pages {
            for alias in page.aliases.iter().filter(|alias| !alias.related) {
                let target = Target { page: page.id, part: alias.part, with: alias.with.clone() };
                aliases.entry(check_id(&alias.id)).or_default().push(target);
            }
        }
        Self { pages, aliases }
    }

    /// What a name means.
    pub(crate) fn targets(&self, name: &str) -> Vec<Target> {
        let whole = |page: &&Page| Target { page: page.id, part: None, with: Vec::new() };
        let below = name.trim_end_matches('/');
        let lies =
            |page: &&&Page| page.id.strip_prefix(below).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let own: Vec<Target> = self.pages.iter().filter(lies).map(whole).collect();
        if own.is_empty() { self.aliases.get(&check_id(name)).cloned().unwrap_or_default() } else { own }
    }

    /// The default of a page's parameter.
    pub(crate) fn default(&self, page: Str, parameter: Str) -> Option<&'a Value> {
        let page = self.pages.iter().find(|known| known.id == page)?;
        page.params.iter().find(|known| known.name == parameter).map(|known| &known.default)
    }
}
