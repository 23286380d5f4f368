//! `self.exposure` of managed services with firewalls of their own: Azure's data services, and the endpoint of EKS.

use redan_model::{Answer, Estate, Node, Origin, ReasonClass, ResourceId, Str, Unknown, Value, Witness};

use super::read::{Attribute, attribute, list, member, scalar};
use crate::address::Block;
use crate::azure::{ServiceAccess, ServiceFirewall, service_access, service_exposure};
use crate::exposure::Exposure;
use crate::rule::{Action, Known};

/// How a kind spells its firewall.
struct Spelling {
    kind: &'static str,
    public_access: &'static [&'static str],
    /// The default action; none where what no rule names is denied.
    default_action: Option<&'static [&'static str]>,
    /// The list of address rules and the member that holds the address.
    rules: Option<(&'static [&'static str], &'static str)>,
    /// The kind of children that hold ranges of addresses.
    children: Option<&'static str>,
    /// An attribute that, when set, takes the service off the internet.
    private: Option<&'static [&'static str]>,
    /// The port of its public endpoint.
    port: u16,
}

const PUBLIC: &[&str] = &["properties", "publicNetworkAccess"];
const FLEXIBLE: &[&str] = &["properties", "network", "publicNetworkAccess"];
const DELEGATED: &[&str] = &["properties", "network", "delegatedSubnetResourceId"];
const ACLS: &[&str] = &["properties", "networkAcls", "ipRules"];
const DEFAULT: &[&str] = &["properties", "networkAcls", "defaultAction"];

const fn database(kind: &'static str, children: &'static str, flexible: bool, port: u16) -> Spelling {
    Spelling {
        kind,
        public_access: if flexible { FLEXIBLE } else { PUBLIC },
        default_action: None,
        rules: None,
        children: Some(children),
        private: if flexible { Some(DELEGATED) } else { None },
        port,
    }
}

const SPELLINGS: [Spelling; 10] = [
    EKS,
    Spelling {
        kind: "Microsoft.Storage/storageAccounts",
        public_access: PUBLIC,
        default_action: Some(DEFAULT),
        rules: Some((ACLS, "value")),
        children: None,
        private: None,
        port: 443,
    },
    Spelling {
        kind: "Microsoft.KeyVault/vaults",
        public_access: PUBLIC,
        default_action: Some(DEFAULT),
        rules: Some((ACLS, "value")),
        children: None,
        private: None,
        port: 443,
    },
    Spelling {
        kind: "Microsoft.DocumentDB/databaseAccounts",
        public_access: PUBLIC,
        default_action: None,
        rules: Some((&["properties", "ipRules"], "ipAddressOrRange")),
        children: None,
        private: None,
        port: 443,
    },
    database("Microsoft.Sql/servers", "Microsoft.Sql/servers/firewallRules", false, 1433),
    database("Microsoft.DBforPostgreSQL/servers", "Microsoft.DBforPostgreSQL/servers/firewallRules", false, 5432),
    database(
        "Microsoft.DBforPostgreSQL/flexibleServers",
        "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules",
        true,
        5432,
    ),
    database("Microsoft.DBforMySQL/servers", "Microsoft.DBforMySQL/servers/firewallRules", false, 3306),
    database("Microsoft.DBforMySQL/flexibleServers", "Microsoft.DBforMySQL/flexibleServers/firewallRules", true, 3306),
    database("Microsoft.DBforMariaDB/servers", "Microsoft.DBforMariaDB/servers/firewallRules", false, 3306),
];

/// The endpoint of a cluster: the blocks that may reach it, while it is public. What the cluster leaves out is open.
/// <https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html>
const EKS: Spelling = Spelling {
    kind: "AWS::EKS::Cluster",
    public_access: &["ResourcesVpcConfig", "EndpointPublicAccess"],
    default_action: None,
    rules: Some((&["ResourcesVpcConfig", "PublicAccessCidrs"], "")),
    children: None,
    private: None,
    port: 443,
};

/// The kinds whose firewalls are known.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    SPELLINGS.iter().map(|spelling| spelling.kind)
}

/// Which part of the answer is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Internet,
    AnyAzureTenant,
}

/// Who may talk to a managed service; none if the kind has no such firewall.
pub(crate) fn exposed(estate: &Estate, id: ResourceId, who: Who) -> Option<Answer> {
    let resource = estate.get(id)?;
    let spelling = SPELLINGS.iter().find(|spelling| resource.kind.eq_ignore_ascii_case(spelling.kind))?;
    let firewall = read(estate, id, spelling);
    let ServiceAccess { internet, any_azure_tenant, .. } = service_access(&firewall.settings);
    let open = if who == Who::Internet { internet } else { any_azure_tenant };
    let value = match open {
        Some(open) => Value::Bool(open),
        None => {
            let unknown = || Unknown::new(ReasonClass::Incomplete, "the firewall of the service", resource.origin);
            Value::Unknown(firewall.unknown.unwrap_or_else(unknown))
        }
    };
    let leaves = if open == Some(true) { firewall.leaves } else { Vec::new() };
    Some(Answer { value, witness: Witness { text: String::new(), leaves } })
}

/// What the internet reaches of every managed service.
pub(crate) fn surfaces(estate: &Estate) -> Vec<(ResourceId, Exposure)> {
    let mut found = Vec::new();
    for spelling in &SPELLINGS {
        for &id in estate.of_kind(Str::new(spelling.kind)) {
            found.push((id, service_exposure(&read(estate, id, spelling).settings, spelling.port)));
        }
    }
    found
}

struct Firewall {
    settings: ServiceFirewall,
    leaves: Vec<(ResourceId, Str, Origin)>,
    unknown: Option<std::sync::Arc<Unknown>>,
}

fn read(estate: &Estate, id: ResourceId, spelling: &Spelling) -> Firewall {
    let mut firewall = Firewall {
        settings: ServiceFirewall {
            public_access: public_access(estate, id, spelling),
            default_action: Known::Is(Action::Deny),
            allowed: Vec::new(),
            complete: true,
            subnets: 0,
            trusted_services: Known::Unknown,
        },
        leaves: Vec::new(),
        unknown: attribute(estate, id, spelling.public_access).unknown(),
    };
    if let Some(path) = spelling.default_action {
        let found = attribute(estate, id, path);
        firewall.settings.default_action = match scalar(found.value()).map(|text| text.to_ascii_lowercase()).as_deref()
        {
            Some("allow") => Known::Is(Action::Allow),
            Some("deny") => Known::Is(Action::Deny),
            _ => Known::Unknown,
        };
        if let Attribute::Stated(node) = found {
            firewall.leaves.push((id, Str::from(path.join(".")), node.origin));
        }
        firewall.unknown = firewall.unknown.take().or_else(|| attribute(estate, id, path).unknown());
    }
    if let Some((path, member)) = spelling.rules {
        address_rules(estate, id, path, member, &mut firewall);
    }
    if let Some(kind) = spelling.children {
        child_rules(estate, id, kind, &mut firewall);
    }
    if spelling.kind == EKS.kind && firewall.settings.allowed.is_empty() && firewall.settings.complete {
        firewall.settings.default_action = Known::Is(Action::Allow);
    }
    if spelling.kind == "Microsoft.DocumentDB/databaseAccounts" {
        open_without_rules(estate, id, &mut firewall.settings);
    }
    firewall
}

fn public_access(estate: &Estate, id: ResourceId, spelling: &Spelling) -> Known<bool> {
    if let Some(path) = spelling.private {
        let found = attribute(estate, id, path);
        if found.unknown().is_some() {
            return Known::Unknown;
        }
        if !found.value().is_null() {
            return Known::Is(false);
        }
    }
    let found = attribute(estate, id, spelling.public_access);
    if spelling.kind == EKS.kind && found.unknown().is_none() {
        return Known::Is(found.value().as_bool().unwrap_or(true));
    }
    match scalar(found.value()).map(|text| text.to_ascii_lowercase()).as_deref() {
        Some("enabled") => Known::Is(true),
        Some("disabled" | "securedbyperimeter") => Known::Is(false),
        _ => Known::Unknown,
    }
}

fn address_rules(estate: &Estate, id: ResourceId, path: &[&str], key: &str, firewall: &mut Firewall) {
    let (entries, rest) = list(estate, id, path);
    firewall.settings.complete &= rest.is_none();
    firewall.unknown = firewall.unknown.take().or(rest);
    for (index, entry) in entries.iter().enumerate() {
        let found = if key.is_empty() { Attribute::Stated(entry) } else { member(entry, &[key]) };
        let block = scalar(found.value()).and_then(|text| Block::parse(&text));
        firewall.settings.allowed.push(block.map_or(Known::Unknown, Known::Is));
        firewall.unknown = firewall.unknown.take().or_else(|| found.unknown());
        let mut place = format!("{}[{index}]", path.join("."));
        if !key.is_empty() {
            place.push('.');
            place.push_str(key);
        }
        let place = Str::from(place);
        firewall.leaves.push((id, place, entry.origin));
    }
}

fn child_rules(estate: &Estate, id: ResourceId, kind: &str, firewall: &mut Firewall) {
    let children = estate.children(id, Str::new(kind));
    firewall.settings.complete &= children.rest.is_none();
    firewall.unknown = firewall.unknown.take().or(children.rest);
    for child in children.members {
        let end =
            |name: &str| scalar(attribute(estate, child, &["properties", name]).value()).and_then(|t| t.parse().ok());
        let block = end("startIpAddress").zip(end("endIpAddress")).and_then(|(low, high)| Block::range(low, high));
        firewall.settings.allowed.push(block.map_or(Known::Unknown, Known::Is));
        let start = attribute(estate, child, &["properties", "startIpAddress"]);
        firewall.unknown = firewall.unknown.take().or_else(|| start.unknown());
        let origin = match &start {
            Attribute::Stated(Node { origin, .. }) => *origin,
            _ => estate.get(child).map_or(Origin::NOWHERE, |child| child.origin),
        };
        firewall.leaves.push((child, Str::new("properties.startIpAddress"), origin));
    }
}

/// A Cosmos DB account without address rules and without the virtual network filter takes all networks.
/// <https://learn.microsoft.com/azure/cosmos-db/how-to-configure-firewall>
fn open_without_rules(estate: &Estate, id: ResourceId, settings: &mut ServiceFirewall) {
    let filter = attribute(estate, id, &["properties", "isVirtualNetworkFilterEnabled"]);
    settings.default_action = match (settings.allowed.is_empty() && settings.complete, filter.value().as_bool()) {
        (true, Some(false)) => Known::Is(Action::Allow),
        (false, _) if !settings.allowed.is_empty() => Known::Is(Action::Deny),
        (_, Some(true)) => Known::Is(Action::Deny),
        _ => Known::Unknown,
    };
}
