//! `GetAccountAuthorizationDetails` as an account:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>.
//!
//! Must not know questions. Documents are objects (as the command line prints them) or URL-encoded texts (as the API answers).

use std::collections::BTreeMap;

use super::{Account, Identity, IdentityKind, NamedPolicy};
use crate::json::{Node, Tree, read_json};
use crate::policy::Policy;

pub(crate) fn read(source: &str) -> (Account, Vec<String>) {
    let (node, problems) = read_json(source);
    let mut reader = Reader {
        account: Account::default(),
        managed: BTreeMap::new(),
        groups: BTreeMap::new(),
        problems: problems
            .into_iter()
            .map(|problem| format!("byte {}: {}", problem.span.start, problem.message))
            .collect(),
    };
    if !matches!(node.tree, Tree::Map(_)) {
        reader.problems.push("not an export of account details: a JSON object was expected".to_owned());
    }
    items(&node, "Policies").for_each(|policy| reader.managed_policy(policy));
    let groups: Vec<Identity> = items(&node, "GroupDetailList").map(|group| reader.group(group)).collect();
    let mut users: Vec<(Identity, Vec<String>)> =
        items(&node, "UserDetailList").map(|user| reader.user(user)).collect();
    let mut roles: Vec<Identity> = items(&node, "RoleDetailList").map(|role| reader.role(role)).collect();
    users.sort_by(|one, other| one.0.arn.cmp(&other.0.arn));
    roles.sort_by(|one, other| one.arn.cmp(&other.arn));
    let first_group = users.len() + roles.len();
    let by_name: BTreeMap<String, usize> =
        groups.iter().enumerate().map(|(at, group)| (name(&group.arn), at)).collect();
    for (user, names) in &mut users {
        for own in names {
            match by_name.get(own).and_then(|at| Some((*at, groups.get(*at)?))) {
                Some((at, group)) => {
                    user.groups.push(first_group + at);
                    user.policies.extend(&group.policies);
                    user.unknown |= group.unknown;
                }
                None => user.unknown = true,
            }
        }
    }
    let mut account = reader.account;
    account.identities = users.into_iter().map(|(user, _)| user).chain(roles).chain(groups).collect();
    let number = account.identities.iter().find_map(|identity| identity.arn.split(':').nth(4));
    account.id = number.unwrap_or_default().to_owned();
    (account, reader.problems)
}

struct Reader {
    account: Account,
    managed: BTreeMap<String, usize>,
    groups: BTreeMap<String, usize>,
    problems: Vec<String>,
}

fn name(arn: &str) -> String {
    arn.rsplit('/').next().unwrap_or_default().to_owned()
}

pub(crate) fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Tree::Map(entries) = &node.tree else { return None };
    entries.iter().find(|(key, _)| key.known() == Some(name)).map(|(_, value)| value)
}

fn text<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    match &field(node, name)?.tree {
        Tree::Text(text) => text.known(),
        _ => None,
    }
}

fn items<'n>(node: &'n Node, name: &str) -> impl Iterator<Item = &'n Node> {
    let list = match field(node, name).map(|node| &node.tree) {
        Some(Tree::List(items)) => items.as_slice(),
        _ => &[],
    };
    list.iter()
}

impl Reader {
    fn add(&mut self, name: String, node: &Node) -> usize {
        let policy = match &node.tree {
            Tree::Text(text) => Policy::from_json(&decoded(text.known().unwrap_or_default())),
            _ => Policy::from_node(node, Vec::new()),
        };
        self.problems.extend(policy.problems.iter().map(|problem| format!("{name}: {}", problem.message)));
        self.account.policies.push(NamedPolicy { name, policy });
        self.account.policies.len() - 1
    }

    fn managed_policy(&mut self, node: &Node) {
        let Some(arn) = text(node, "Arn") else { return };
        let versions: Vec<&Node> = items(node, "PolicyVersionList").collect();
        let default = text(node, "DefaultVersionId");
        let version = versions.iter().find(|version| default.is_some() && text(version, "VersionId") == default);
        let Some(document) = version.or(versions.first()).and_then(|version| field(version, "Document")) else {
            self.problems.push(format!("{arn}: no document of the default version"));
            return;
        };
        let place = self.add(arn.to_owned(), document);
        self.managed.insert(arn.to_owned(), place);
        if !arn.contains(":iam::aws:") {
            self.account.customer.push((arn.to_owned(), place));
        }
    }

    fn identity(&mut self, node: &Node, kind: IdentityKind, inline: &str) -> Identity {
        let arn = text(node, "Arn").unwrap_or_default().to_owned();
        let mut identity = Identity {
            kind,
            policies: Vec::new(),
            groups: Vec::new(),
            boundary: None,
            trust: None,
            tags: Vec::new(),
            instance_profile: items(node, "InstanceProfileList").next().is_some(),
            unknown: false,
            arn,
        };
        for policy in items(node, inline) {
            let name = text(policy, "PolicyName").unwrap_or_default();
            if let Some(document) = field(policy, "PolicyDocument") {
                let place = self.add(format!("{name} of {}", identity.arn), document);
                identity.policies.push(place);
            }
        }
        for attached in items(node, "AttachedManagedPolicies") {
            let arn = text(attached, "PolicyArn").unwrap_or_default();
            match self.managed.get(arn) {
                Some(place) => identity.policies.push(*place),
                None => {
                    identity.unknown = true;
                    self.problems.push(format!("{}: the attached policy {arn} is not in the export", identity.arn));
                }
            }
        }
        if let Some(boundary) = field(node, "PermissionsBoundary") {
            let arn = text(boundary, "PermissionsBoundaryArn").unwrap_or_default();
            identity.boundary = self.managed.get(arn).copied();
            identity.unknown |= identity.boundary.is_none();
        }
        for tag in items(node, "Tags") {
            let of = |name| text(tag, name).unwrap_or_default().to_owned();
            identity.tags.push((of("Key").to_lowercase(), of("Value")));
        }
        identity
    }

    fn group(&mut self, node: &Node) -> Identity {
        let group = self.identity(node, IdentityKind::Group, "GroupPolicyList");
        self.groups.insert(name(&group.arn), self.groups.len());
        group
    }

    fn user(&mut self, node: &Node) -> (Identity, Vec<String>) {
        let user = self.identity(node, IdentityKind::User, "UserPolicyList");
        let groups = items(node, "GroupList").filter_map(|name| match &name.tree {
            Tree::Text(text) => text.known().map(str::to_owned),
            _ => None,
        });
        (user, groups.collect())
    }

    fn role(&mut self, node: &Node) -> Identity {
        let mut role = self.identity(node, IdentityKind::Role, "RolePolicyList");
        if let Some(document) = field(node, "AssumeRolePolicyDocument") {
            role.trust = Some(self.add(format!("trust of {}", role.arn), document));
        }
        role
    }
}

/// A URL-encoded document (RFC 3986) as text.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match (first, code.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
