//! Scopes as ids of Resource Manager, and whether one lies below another.
//!
//! Must not know principals or roles. A segment in braces stands for a name that is not known: it equals itself, and may equal any
//! name that is written. <https://learn.microsoft.com/azure/role-based-access-control/scope-overview>

use std::collections::BTreeMap;

/// What is known: `None` is not known.
pub(crate) type Truth = Option<bool>;

/// Kleene's and.
pub(crate) fn and(left: Truth, right: Truth) -> Truth {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Kleene's or.
pub(crate) fn or(left: Truth, right: Truth) -> Truth {
    and(left.map(|left| !left), right.map(|right| !right)).map(|both| !both)
}

pub(crate) fn segments(id: &str) -> impl Iterator<Item = &str> {
    id.split('/').filter(|segment| !segment.is_empty())
}

fn same(one: &str, other: &str) -> Truth {
    if one.eq_ignore_ascii_case(other) {
        return Some(true);
    }
    match (one.contains('{'), other.contains('{')) {
        (false, false) | (true, true) => Some(false),
        _ => None,
    }
}

/// Whether two ids are of one thing.
pub(crate) fn equal(one: &str, other: &str) -> Truth {
    if segments(one).count() != segments(other).count() {
        return Some(false);
    }
    covered(one, other)
}

fn covered(scope: &str, target: &str) -> Truth {
    let mut left = segments(target);
    let mut all = Some(true);
    for segment in segments(scope) {
        let Some(other) = left.next() else { return Some(false) };
        all = and(all, same(segment, other));
    }
    all
}

const GROUPS: &str = "/providers/Microsoft.Management/managementGroups/";

/// The name of the management group that an id is of.
pub(crate) fn group_of(id: &str) -> Option<&str> {
    let head = id.get(..GROUPS.len()).filter(|head| head.eq_ignore_ascii_case(GROUPS))?;
    id.get(head.len()..).filter(|name| !name.is_empty() && !name.contains('/'))
}

/// The subscription that an id lies in.
pub(crate) fn subscription_of(id: &str) -> Option<&str> {
    let mut all = segments(id);
    all.next().filter(|first| first.eq_ignore_ascii_case("subscriptions"))?;
    all.next()
}

/// Management groups, and what lies in them.
#[derive(Clone, Debug, Default)]
pub struct Hierarchy {
    /// The parent of each management group; `None`: the tenant's root group.
    pub(crate) parents: BTreeMap<String, Option<String>>,
    /// The management group of each subscription.
    pub(crate) subscriptions: BTreeMap<String, String>,
}

impl Hierarchy {
    /// Whether what holds at `scope` holds at `target`.
    pub(crate) fn covers(&self, scope: &str, target: &str) -> Truth {
        if segments(scope).next().is_none() {
            return Some(true);
        }
        let Some(group) = group_of(scope) else {
            return if group_of(target).is_some() { Some(false) } else { covered(scope, target) };
        };
        let mut at = match (group_of(target), subscription_of(target)) {
            (Some(name), _) => Some(name),
            (None, Some(subscription)) => self.subscriptions.get(&subscription.to_lowercase()).map(String::as_str),
            _ => return Some(false),
        };
        let mut known = Some(false);
        for _ in 0..16 {
            let name = at?;
            known = or(known, same(group, name));
            if known == Some(true) {
                return known;
            }
            match self.parents.get(&name.to_lowercase()) {
                Some(Some(parent)) => at = Some(parent),
                // Below the root group: no other group is above.
                Some(None) => return or(known, (self.is_root(group)).then_some(true).or(Some(false))),
                None => return None,
            }
        }
        None
    }

    /// Whether the group is known to be none of those that have a parent, and so may be the root.
    fn is_root(&self, group: &str) -> bool {
        !self.parents.contains_key(&group.to_lowercase()) && segments(group).count() == 1 && group.len() == 36
    }
}

#[cfg(test)]
mod tests {
    use super::{Hierarchy, equal};

    #[test]
    fn scopes_reach_down_by_whole_segments_and_holes_are_not_known() {
        let tree = Hierarchy::default();
        let covers = |scope, target| tree.covers(scope, target);
        assert_eq!(covers("/", "/subscriptions/a"), Some(true));
        assert_eq!(covers("/subscriptions/a", "/SUBSCRIPTIONS/A/resourceGroups/r"), Some(true));
        assert_eq!(covers("/subscriptions/a/resourceGroups/r", "/subscriptions/a/resourceGroups/r2"), Some(false));
        assert_eq!(covers("/subscriptions/a", "/subscriptions/{s}/resourceGroups/r"), None);
        assert_eq!(covers("/subscriptions/a/resourceGroups/x", "/subscriptions/{s}/resourceGroups/r"), Some(false));
        assert_eq!(equal("/subscriptions/a", "/subscriptions/a/resourceGroups/r"), Some(false));
    }

    #[test]
    fn management_groups_reach_what_is_known_to_lie_below_them() {
        let mut tree = Hierarchy::default();
        tree.parents.insert("child".to_owned(), Some("top".to_owned()));
        tree.parents.insert("top".to_owned(), None);
        tree.parents.insert("other".to_owned(), None);
        tree.subscriptions.insert("a".to_owned(), "child".to_owned());
        let at = |name: &str, target: &str| {
            tree.covers(&format!("/providers/Microsoft.Management/managementGroups/{name}"), target)
        };
        assert_eq!(at("top", "/subscriptions/a/resourceGroups/r"), Some(true));
        assert_eq!(at("other", "/subscriptions/a"), Some(false));
        assert_eq!(at("top", "/subscriptions/b"), None);
        assert_eq!(
            tree.covers("/subscriptions/a", "/providers/Microsoft.Management/managementGroups/top"),
            Some(false)
        );
    }
}
