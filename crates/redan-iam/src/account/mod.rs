//! Principals with the policies that bind them, resources with those they carry, and the questions over all of them.
//!
//! Must not know files or commands, nor where it all was read: an estate becomes an account in `survey`.

mod allowed;
mod escalate;
mod graph;
mod guard;
pub(crate) mod methods;
mod outside;
pub(crate) mod power;
mod report;

use std::collections::BTreeMap;

use crate::policy::Policy;
use crate::principal::Principal;

pub use allowed::{Given, Grant};
pub use escalate::{Escalation, Step};
pub use outside::{Access, Exposure};
pub use report::Permission;
pub(crate) use report::patterns;

/// A policy with the name that people know it by.
#[derive(Clone, Debug)]
pub struct NamedPolicy {
    /// Its ARN, or the name of an inline policy with its holder's ARN.
    pub name: String,
    /// The document in force.
    pub policy: Policy,
    /// Where its statements stand, as `file:line`; empty where no file shows them.
    pub places: Vec<String>,
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
    /// Its address in code.
    pub address: Option<String>,
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
    /// If a policy that binds it is missing from what was read: which.
    pub unknown: Option<String>,
    /// Whether its name is chosen elsewhere, so that policies may mean it unseen.
    pub vague: bool,
}

impl Identity {
    /// The principal that makes requests as this identity.
    pub fn principal(&self) -> Principal {
        match self.kind {
            IdentityKind::Role => Principal::Session(self.arn.clone(), "session".to_owned()),
            IdentityKind::User | IdentityKind::Group => Principal::User(self.arn.clone()),
        }
    }

    /// The number of its account.
    pub fn account(&self) -> &str {
        number_of(&self.arn)
    }
}

/// The number of the account in an ARN; empty where it has none.
pub(crate) fn number_of(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

/// A resource that may carry policies.
#[derive(Clone, Debug)]
pub struct Protected {
    /// Its ARN.
    pub arn: String,
    /// The vendor's type.
    pub kind: String,
    /// Its address in code.
    pub address: Option<String>,
    /// The number of its account.
    pub account: String,
    /// Its policies, as positions in [`Account::policies`].
    pub policies: Vec<usize>,
    /// If there may be policies that were not read: why.
    pub unknown: Option<String>,
    /// Whether its name is chosen elsewhere.
    pub vague: bool,
    /// Switches that overrule its policies: S3's public access block keeps strangers out.
    pub closed: Option<bool>,
    /// Access for strangers beside policies: an ACL of S3; `None`: not known.
    pub open: Option<bool>,
}

/// Something that runs as a role: whoever runs code in it acts as the role.
#[derive(Clone, Debug)]
pub struct Runner {
    /// The service that assumes the role.
    pub service: String,
    /// The role's ARN.
    pub role: String,
    /// What runs, by ARN.
    pub arn: String,
}

/// What an organization lets an account do: policies level by level from the root.
#[derive(Clone, Debug, Default)]
pub struct Control {
    /// Service control policies: at each level one must allow.
    pub service: Vec<Vec<usize>>,
    /// Resource control policies.
    pub resource: Vec<Vec<usize>>,
    /// If the policies of some level are not known: why.
    pub unknown: Option<String>,
}

/// A statement of a policy of the account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementOf {
    /// The policy's name.
    pub policy: String,
    /// The statement's position in it.
    pub index: usize,
    /// Where it stands, as `file:line`.
    pub place: Option<String>,
}

/// One account, or several that were read together.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The numbers of the accounts; those that nothing shows begin with ten zeros.
    pub numbers: Vec<String>,
    /// Users, roles, then groups, each sorted by ARN.
    pub identities: Vec<Identity>,
    /// All policies.
    pub policies: Vec<NamedPolicy>,
    /// Resources that carry policies, sorted by ARN.
    pub resources: Vec<Protected>,
    /// What runs as roles.
    pub runners: Vec<Runner>,
    /// What organizations say, by account.
    pub control: BTreeMap<String, Control>,
    /// Policies of VPC endpoints, by the endpoint's id.
    pub endpoints: BTreeMap<String, usize>,
    /// Managed policies of the customer: ARN and position.
    pub(crate) customer: Vec<(String, usize)>,
}

impl Account {
    /// The identity with this ARN or address, or name if it is the only one of that name.
    pub fn identity(&self, name: &str) -> Option<&Identity> {
        let own = |identity: &&Identity| identity.arn == name || identity.address.as_deref() == Some(name);
        self.identities.iter().find(own).or_else(|| {
            let mut named = self.identities.iter().filter(|identity| identity.arn.rsplit('/').next() == Some(name));
            named.next().filter(|_| named.next().is_none())
        })
    }

    /// The resource that this ARN, which may go on below it, or address names.
    pub fn resource(&self, name: &str) -> Option<&Protected> {
        let below =
            |arn: &str| name.strip_prefix(arn).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']));
        let own = |resource: &&Protected| {
            resource.address.as_deref() == Some(name)
                || below(&resource.arn)
                || (resource.kind == "AWS::SecretsManager::Secret" && is_secret(&resource.arn, name))
        };
        self.resources.iter().find(own)
    }

    pub(crate) fn policy(&self, place: usize) -> Option<&NamedPolicy> {
        self.policies.get(place)
    }

    pub(crate) fn statement(&self, place: usize, index: usize) -> Option<StatementOf> {
        let named = self.policy(place)?;
        let at = named.places.get(index).filter(|place| !place.is_empty());
        Some(StatementOf { policy: named.name.clone(), index, place: at.cloned() })
    }
}

/// The ARNs of secrets end in six random characters.
fn is_secret(own: &str, name: &str) -> bool {
    let stem = |arn: &str| arn.rsplit_once('-').map(|(stem, _)| stem.to_owned());
    stem(own) == stem(name) || stem(own).as_deref() == Some(name)
}
