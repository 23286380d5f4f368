//! An account's principals with the policies that bind them, and the questions over all of them.
//!
//! Must not know files or commands. It reads what the vendor itself exports (`GetAccountAuthorizationDetails`).

mod allowed;
mod details;
mod escalate;
mod graph;
pub(crate) mod methods;
mod report;

use crate::policy::Policy;
use crate::principal::Principal;

pub use allowed::{Given, Grant};
pub use escalate::{Escalation, Step};
pub use report::{Permission, TrustedBy};

/// A policy with the name that people know it by.
#[derive(Clone, Debug)]
pub struct NamedPolicy {
    /// Its ARN, or the name of an inline policy with its holder's ARN.
    pub name: String,
    /// The document in force.
    pub policy: Policy,
}

/// What an identity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentityKind {
    /// An IAM user.
    User,
    /// An IAM role.
    Role,
    /// An IAM group: no principal itself, but what its members can do.
    Group,
}

/// A user, role or group.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its ARN.
    pub arn: String,
    /// What it is.
    pub kind: IdentityKind,
    /// Its policies (inline, attached, of its groups), as positions in [`Account::policies`].
    pub policies: Vec<usize>,
    /// Its groups, as positions in [`Account::identities`].
    pub groups: Vec<usize>,
    /// Its permission boundary.
    pub boundary: Option<usize>,
    /// Its trust policy.
    pub trust: Option<usize>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// Whether machines can run as it: it is in an instance profile.
    pub instance_profile: bool,
    /// Whether a policy that binds it is missing from what was read.
    pub unknown: bool,
}

impl Identity {
    /// The principal that makes requests as this identity.
    pub fn principal(&self) -> Principal {
        match self.kind {
            IdentityKind::Role => Principal::Session(self.arn.clone(), "session".to_owned()),
            IdentityKind::User | IdentityKind::Group => Principal::User(self.arn.clone()),
        }
    }
}

/// A statement of a policy of the account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementOf {
    /// The policy's name.
    pub policy: String,
    /// The statement's position in it.
    pub index: usize,
}

/// An account.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Its number; empty if nothing shows it.
    pub id: String,
    /// Users, roles, then groups, each sorted by ARN.
    pub identities: Vec<Identity>,
    /// All policies.
    pub policies: Vec<NamedPolicy>,
    /// Managed policies of the customer: ARN and position.
    pub(crate) customer: Vec<(String, usize)>,
}

impl Account {
    /// Reads the vendor's export; what is not understood is listed.
    pub fn from_details(source: &str) -> (Self, Vec<String>) {
        details::read(source)
    }

    /// The identity with this ARN, or name if it is the only one of that name.
    pub fn identity(&self, name: &str) -> Option<&Identity> {
        let exact = self.identities.iter().find(|identity| identity.arn == name);
        exact.or_else(|| {
            let mut named = self.identities.iter().filter(|identity| identity.arn.rsplit('/').next() == Some(name));
            named.next().filter(|_| named.next().is_none())
        })
    }

    pub(crate) fn policy(&self, place: usize) -> Option<&NamedPolicy> {
        self.policies.get(place)
    }
}
