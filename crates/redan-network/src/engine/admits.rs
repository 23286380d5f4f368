//! `self.admits.internet(ports)`: one group, before routes and everything else on the path.

use std::sync::Arc;

use redan_model::{Answer, Estate, Node, Origin, ReasonClass, ResourceId, Str, Unknown, Value, Witness};

use super::read::{integer, list, member, unknown_of};
use super::{NETWORK_SECURITY_GROUP, azure_rules, group_rules};
use crate::admission::{self, Admission, InboundRule, Opening};

/// A rule and where it stands.
pub(crate) struct Placed {
    pub(crate) rule: InboundRule,
    /// The path of the list entry.
    entry: String,
    /// The path of its source, below the entry.
    source: String,
    node: Node,
}

/// Of a group that the code only adds rules to, what these rules open counts as open: the rest is taken to deny nothing,
/// as all that code does not show is, and the witness says so.
pub(crate) fn internet(estate: &Estate, id: ResourceId, arguments: &[Node]) -> Answer {
    let ports = match ports(arguments) {
        Ok(ports) => ports,
        Err(unknown) => return Answer { value: Value::Unknown(unknown), witness: Witness::default() },
    };
    let (placed, rest) = placed(estate, id);
    let rules: Vec<InboundRule> = placed.iter().map(|placed| placed.rule.clone()).collect();
    let mut admission = admission::internet(&rules, rest.is_none(), &ports);
    let mut assumed = "";
    if admission.open.is_none() && estate.get(id).is_some_and(|resource| resource.partial) {
        let stated = admission::internet(&rules, true, &ports);
        if stated.open == Some(true) {
            admission = stated;
            assumed = ", unless a rule that this code does not state denies it first";
        }
    }
    let mut witness = witness(id, &admission, &placed);
    witness.text.push_str(assumed);
    let value = match admission.open {
        Some(open) => Value::Bool(open),
        None => Value::Unknown(reasons(&admission, &placed, rest)),
    };
    Answer { value, witness }
}

/// Whether a resource is a security group of AWS or a network security group of Azure.
#[must_use]
pub fn is_group(estate: &Estate, id: ResourceId) -> bool {
    let kinds = [super::SECURITY_GROUP, NETWORK_SECURITY_GROUP];
    estate.get(id).is_some_and(|resource| kinds.iter().any(|kind| resource.kind.eq_ignore_ascii_case(kind)))
}

/// What one security group admits in the place of another: the exact difference, however the rules are written.
#[must_use]
pub fn group_change(before: (&Estate, ResourceId), after: (&Estate, ResourceId)) -> admission::Change {
    let rules = |(estate, id): (&Estate, ResourceId)| -> Vec<admission::InboundRule> {
        placed(estate, id).0.into_iter().map(|placed| placed.rule).collect()
    };
    admission::difference(&rules(before), &rules(after))
}

/// The inbound rules of a group with their places, and why there may be more.
pub(crate) fn placed(estate: &Estate, id: ResourceId) -> (Vec<Placed>, Option<Arc<Unknown>>) {
    let Some(resource) = estate.get(id) else { return (Vec::new(), None) };
    let azure = resource.kind.eq_ignore_ascii_case(NETWORK_SECURITY_GROUP);
    let path: &[&str] = if azure { &["properties", "securityRules"] } else { &["SecurityGroupIngress"] };
    let (entries, mut rest) = list(estate, id, path);
    if rest.is_none() && resource.partial {
        let what = format!("the other rules of {}", resource.address);
        rest = Some(Unknown::new(ReasonClass::NotStated, &what, resource.origin));
    }
    (place(estate, azure, &entries, &path.join(".")), rest)
}

/// The ports asked about: numbers one by one, or lists of them.
pub(crate) fn ports(arguments: &[Node]) -> Result<Vec<u16>, Arc<Unknown>> {
    let mut ports = Vec::new();
    for argument in arguments {
        let single = std::slice::from_ref(argument);
        let items = argument.value.as_list().map_or(single, |list| &list.items);
        for item in items {
            match integer(&item.value).and_then(|port| u16::try_from(port).ok()) {
                Some(port) => ports.push(port),
                None => {
                    let bad = || Unknown::new(ReasonClass::Problem, "a port that is no number", item.origin);
                    return Err(unknown_of([&item.value]).unwrap_or_else(bad));
                }
            }
        }
    }
    Ok(ports)
}

fn place(estate: &Estate, azure: bool, entries: &[Node], path: &str) -> Vec<Placed> {
    let mut placed = Vec::new();
    for (index, node) in entries.iter().enumerate() {
        let entry = format!("{path}[{index}]");
        if azure {
            if let Some((rule, source)) = azure_rules::inbound(node) {
                let source = azure_rules::path_of(node, source);
                placed.push(Placed { rule, entry, source, node: node.clone() });
            }
        } else {
            let (rule, source) = group_rules::inbound(estate, node);
            placed.push(Placed { rule, entry, source: source.to_owned(), node: node.clone() });
        }
    }
    placed
}

/// The leaf of a rule that evidence points to: its source, or the rule as a whole.
pub(crate) fn leaf(placed: &Placed) -> (Str, Origin) {
    let steps: Vec<&str> = placed.source.split('.').collect();
    let source = member(&placed.node, &steps);
    match source {
        super::read::Attribute::Stated(node) if !placed.source.is_empty() => {
            (Str::from(format!("{}.{}", placed.entry, placed.source)), node.origin)
        }
        _ => (Str::new(&placed.entry), placed.node.origin),
    }
}

fn witness(id: ResourceId, admission: &Admission, placed: &[Placed]) -> Witness {
    let text = match (&admission.opening, admission.open) {
        (Some(opening), Some(true)) => describe(opening),
        (Some(opening), None) => format!("{}/{} may be open to the internet", opening.protocol, opening.port),
        _ => String::new(),
    };
    let deciding = admission.rules.iter().filter_map(|&index| placed.get(index));
    let leaves = deciding.map(leaf).map(|(path, origin)| (id, path, origin)).collect();
    Witness { text, leaves }
}

/// At most this many blocks are named.
const NAMED_BLOCKS: usize = 3;

fn describe(opening: &Opening) -> String {
    let shown: Vec<String> = opening.admitted.iter().take(NAMED_BLOCKS).map(ToString::to_string).collect();
    let more = if opening.admitted.len() > NAMED_BLOCKS { " and more" } else { "" };
    format!(
        "{}/{} is open to {} public addresses, among them {}: {}{more}",
        opening.protocol,
        opening.port,
        opening.count,
        opening.address,
        shown.join(", ")
    )
}

fn reasons(admission: &Admission, placed: &[Placed], rest: Option<Arc<Unknown>>) -> Arc<Unknown> {
    let deciding: Vec<&Placed> = admission.rules.iter().filter_map(|&index| placed.get(index)).collect();
    let in_rules = unknown_of(deciding.iter().map(|placed| &placed.node.value));
    match (in_rules, rest) {
        (Some(left), Some(right)) => Unknown::merge(&left, &right),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => {
            let origin = deciding.first().map_or(Origin::NOWHERE, |placed| placed.node.origin);
            Unknown::new(ReasonClass::Unsupported, "a rule that could not be read", origin)
        }
    }
}
