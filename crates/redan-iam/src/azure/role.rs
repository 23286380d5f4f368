//! Role definitions: which operations they give.
//!
//! Must not know principals or scopes. What a role gives is `Actions` without `NotActions`, for each of its permissions:
//! <https://learn.microsoft.com/azure/role-based-access-control/role-definitions#notactions>

use super::condition::Condition;
use super::pattern::matches;
use super::scope::Truth;

/// The two planes of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Plane {
    /// Operations of Resource Manager: `actions`.
    Control,
    /// Operations on the data in resources: `dataActions`.
    Data,
}

/// One entry of a role's permissions, its patterns in lower case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permissions {
    /// Control-plane operations.
    pub actions: Vec<String>,
    /// Those of them that it does not give.
    pub not_actions: Vec<String>,
    /// Data-plane operations.
    pub data_actions: Vec<String>,
    /// Those of them that it does not give.
    pub not_data_actions: Vec<String>,
    /// Under which condition.
    pub condition: Option<Condition>,
    /// If its lists are not known to their end: why.
    pub open: Option<String>,
}

impl Permissions {
    /// Whether it takes the operation, in lower case, whatever its condition says.
    pub(crate) fn takes(&self, plane: Plane, action: &str) -> Truth {
        let (given, without) = match plane {
            Plane::Control => (&self.actions, &self.not_actions),
            Plane::Data => (&self.data_actions, &self.not_data_actions),
        };
        if without.iter().any(|pattern| matches(pattern, action)) {
            return Some(false);
        }
        match (given.iter().any(|pattern| matches(pattern, action)), &self.open) {
            (taken, None) => Some(taken),
            (_, Some(_)) => None,
        }
    }
}

/// A role definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its id: the last segment of its ARM id, or its address in code in braces.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Its address in code.
    pub address: Option<String>,
    /// What it gives.
    pub permissions: Vec<Permissions>,
    /// Where it may be assigned.
    pub assignable: Vec<String>,
    /// Whether it is the vendor's own.
    pub builtin: bool,
    /// Where it stands, as `file:line`.
    pub place: Option<String>,
}

impl Role {
    pub(crate) fn named(id: String) -> Self {
        Self {
            id,
            name: String::new(),
            address: None,
            permissions: Vec::new(),
            assignable: Vec::new(),
            builtin: false,
            place: None,
        }
    }

    /// Whether it gives the operation unconditionally in itself.
    pub(crate) fn gives(&self, plane: Plane, action: &str) -> Truth {
        let all = self.permissions.iter().filter(|permissions| permissions.condition.is_none());
        all.map(|permissions| permissions.takes(plane, action)).fold(Some(false), super::scope::or)
    }

    /// Whether it gives every control-plane operation, those on access included.
    pub(crate) fn is_owner(&self) -> bool {
        let whole = |permissions: &&Permissions| {
            permissions.open.is_none()
                && permissions.condition.is_none()
                && permissions.actions.iter().any(|pattern| pattern == "*")
        };
        self.permissions.iter().any(|permissions| whole(&permissions))
            && self.gives(Plane::Control, "microsoft.authorization/roleassignments/write") == Some(true)
    }
}
