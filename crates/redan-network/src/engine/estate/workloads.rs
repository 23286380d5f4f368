//! What has an address in a VPC: instances, interfaces, databases, tasks, load balancers.

use std::net::IpAddr;

use redan_model::ResourceId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::names::{Named, Names};
use super::vpc::{DEFAULT_GROUP, default_group_id};
use crate::aws::{Id, Interface, InterfaceAddress, Listener, LoadBalancer, Mapping, Network, OwnerKind};
use crate::engine::read::{Attribute, attribute, integer, list, member, scalar};
use crate::rule::Known;
use crate::service::{Ports, Protocol};

/// A workload: the interfaces that it has, or one of which it will have.
pub(crate) struct Workload {
    pub(crate) resource: ResourceId,
    pub(crate) interfaces: Vec<usize>,
    /// It sits behind one of the interfaces, not behind all.
    pub(crate) one_of: bool,
    /// The ports on which it listens; none where any may be open.
    pub(crate) listens: Option<Vec<Ports>>,
}

/// A load balancer of the network and its resource.
pub(crate) struct Balancer {
    pub(crate) resource: ResourceId,
    pub(crate) position: usize,
    /// The interfaces from which it sends to its targets.
    pub(crate) interfaces: Vec<usize>,
}

/// Adds interfaces and load balancers to a network.
pub(super) struct Reader<'a, 'e> {
    pub(super) names: &'a Names<'e>,
    pub(super) network: &'a mut Network,
    pub(super) workloads: Vec<Workload>,
    pub(super) balancers: Vec<Balancer>,
    addressed: FxHashSet<Id>,
    maybe_addressed: bool,
    /// VPCs by subnet.
    vpcs: FxHashMap<Id, Id>,
    /// Interfaces that are resources of their own, by id and by owner.
    own: FxHashMap<Id, Vec<usize>>,
}

impl<'a, 'e> Reader<'a, 'e> {
    pub(super) fn read(names: &'a Names<'e>, network: &'a mut Network) -> Self {
        let known: FxHashSet<&Id> = network.vpcs.items.iter().map(|vpc| &vpc.id).collect();
        let placed = network.subnets.items.iter().filter(|subnet| known.contains(&subnet.vpc));
        let vpcs = placed.map(|subnet| (subnet.id.clone(), subnet.vpc.clone())).collect();
        let mut reader = Self {
            vpcs,
            own: FxHashMap::default(),
            names,
            network,
            workloads: Vec::new(),
            balancers: Vec::new(),
            addressed: FxHashSet::default(),
            maybe_addressed: false,
        };
        reader.elastic_addresses();
        reader.interfaces();
        reader.instances();
        reader.databases();
        reader.services();
        reader.load_balancers();
        reader.classic_load_balancers();
        reader
    }

    fn elastic_addresses(&mut self) {
        for (id, _) in self.names.of_kind("AWS::EC2::EIP") {
            for attribute in ["InstanceId", "NetworkInterfaceId"] {
                match self.names.reference(id, &[attribute]) {
                    Named::To(owner) => drop(self.addressed.insert(owner)),
                    Named::Unknown => self.maybe_addressed = true,
                    Named::Nothing => {}
                }
            }
        }
    }

    /// The public address of something that gets none by itself.
    fn elastic(&self, owner: &str) -> Mapping {
        match (self.addressed.contains(owner), self.maybe_addressed) {
            (true, _) => Mapping::Some,
            (false, true) => Mapping::Unknown,
            (false, false) => Mapping::None,
        }
    }

    fn interfaces(&mut self) {
        let mut endpoints: FxHashMap<Id, Id> = FxHashMap::default();
        for (id, _) in self.names.of_kind("AWS::EC2::VPCEndpoint") {
            let held = self.names.references(id, &["NetworkInterfaceIds"]).0;
            endpoints.extend(held.into_iter().map(|interface| (interface, self.names.id(id))));
        }
        for (id, resource) in self.names.of_kind("AWS::EC2::NetworkInterface") {
            let name = self.names.id(id);
            let subnet = self.names.reference(id, &["SubnetId"]).id();
            let public = if resource.live { Mapping::None } else { self.elastic(&name) };
            let mut interface = self.interface(id, &name, subnet, &["GroupSet"], public);
            interface.forwards = self.names.flag(id, &["SourceDestCheck"]).map(|check| !check);
            self.address(id, public, resource.live, &mut interface);
            if resource.live {
                interface.groups_known &= self.names.stated(id, &["GroupSet"]);
                interface.groups.retain(|group| !group.starts_with(DEFAULT_GROUP));
            }
            let (attachments, _) = list(self.names.estate, id, &["Attachments"]);
            let owner = attachments.first().map(|entry| self.names.named(member(entry, &["InstanceId"]).value()));
            if let Some(Named::To(owner)) = owner {
                interface.owner = owner;
            } else {
                self.own_by_kind(id, &endpoints, &mut interface);
            }
            let position = self.network.interfaces.items.len();
            self.own.entry(name).or_default().push(position);
            self.own.entry(interface.owner.clone()).or_default().push(position);
            self.add(id, vec![interface], false, None);
        }
    }

    /// The addresses that an interface states; each private one has its own public one.
    fn address(&self, id: ResourceId, public: Mapping, live: bool, interface: &mut Interface) {
        let (entries, rest) = list(self.names.estate, id, &["PrivateIpAddresses"]);
        let text = |entry: &redan_model::Node, key: &str| scalar(member(entry, &[key]).value());
        // The interface's own association is that of its primary address:
        // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
        let primary = self.names.text(id, &["PublicIp"]).and_then(|text| text.parse().ok());
        let is_primary =
            |entry: &redan_model::Node| member(entry, &["Primary"]).value() == &redan_model::Value::Bool(true);
        let address = |entry: &redan_model::Node| InterfaceAddress {
            address: text(entry, "PrivateIpAddress")
                .and_then(|text| text.parse().ok())
                .map_or(Known::Unknown, Known::Is),
            public: match text(entry, "PublicIp").and_then(|text| text.parse().ok()) {
                Some(address) => Mapping::To(address),
                None => primary.filter(|_| is_primary(entry)).map_or(public, Mapping::To),
            },
        };
        if !entries.is_empty() {
            interface.addresses = entries.iter().map(address).collect();
        }
        let (entries, more) = list(self.names.estate, id, &["Ipv6Addresses"]);
        interface.v6 = entries.iter().filter_map(|entry| text(entry, "Ipv6Address")?.parse().ok()).collect();
        if live && rest.is_none() && more.is_none() {
            interface.has_v6 = Some(!interface.v6.is_empty());
        }
    }

    /// What an interface that no instance holds belongs to: what its type and description name, else itself.
    fn own_by_kind(&self, id: ResourceId, endpoints: &FxHashMap<Id, Id>, interface: &mut Interface) {
        let described = self.names.text(id, &["Description"]).unwrap_or_default();
        let named =
            |prefix: &str| described.split_whitespace().find(|word| word.starts_with(prefix)).map(ToOwned::to_owned);
        let (owner, kind) = match self.names.text(id, &["InterfaceType"]).as_deref() {
            Some("nat_gateway") => (named("nat-"), OwnerKind::NatGateway),
            Some("vpc_endpoint" | "gateway_load_balancer_endpoint") => {
                (endpoints.get(&interface.id).cloned().or_else(|| named("vpce-")), OwnerKind::Endpoint)
            }
            Some("transit_gateway") => (None, OwnerKind::TransitAttachment),
            Some("network_load_balancer" | "gateway_load_balancer") => (None, OwnerKind::LoadBalancer),
            _ => (None, OwnerKind::Workload),
        };
        interface.owner_kind = kind;
        if let Some(owner) = owner {
            interface.owner = owner;
        }
    }

    fn instances(&mut self) {
        for (id, _) in self.names.of_kind("AWS::EC2::Instance") {
            let name = self.names.id(id);
            let (entries, _) = list(self.names.estate, id, &["NetworkInterfaces"]);
            let held: Vec<Id> = entries
                .iter()
                .filter_map(|entry| self.names.named(member(entry, &["NetworkInterfaceId"]).value()).id())
                .collect();
            let own = self.attached(&name, &held);
            if !held.is_empty() && !own.is_empty() {
                self.workloads.push(Workload { resource: id, interfaces: own, one_of: false, listens: None });
                continue;
            }
            let subnet = self.names.reference(id, &["SubnetId"]).id();
            let public = self.instance_mapping(id, &name, subnet.as_deref());
            let mut primary = self.interface(id, &name, subnet, &["SecurityGroupIds"], public);
            primary.forwards = self.names.flag(id, &["SourceDestCheck"]).map(|check| !check);
            self.add(id, vec![primary], false, None);
            if let Some(workload) = self.workloads.last_mut() {
                workload.interfaces.extend(own);
            }
        }
    }

    /// The interfaces of their own that an instance holds; an address of the instance is theirs.
    fn attached(&mut self, name: &Id, held: &[Id]) -> Vec<usize> {
        let found = held.iter().chain([name]).filter_map(|id| self.own.get(id));
        let mut positions: Vec<usize> = found.flatten().copied().collect();
        positions.sort_unstable();
        positions.dedup();
        for position in &positions {
            if let Some(interface) = self.network.interfaces.items.get_mut(*position) {
                interface.owner.clone_from(name);
                // An address of the instance is that of its primary private address; what was recorded says more.
                let recorded = interface.addresses.iter().any(|held| matches!(held.public, Mapping::To(_)));
                if self.addressed.contains(name)
                    && !recorded
                    && let Some(primary) = interface.addresses.first_mut()
                {
                    primary.public = Mapping::Some;
                }
            }
        }
        positions
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html>
    fn instance_mapping(&self, id: ResourceId, name: &str, subnet: Option<&str>) -> Mapping {
        if self.elastic(name) == Mapping::Some {
            return Mapping::Some;
        }
        if self.names.estate.get(id).is_some_and(|instance| instance.live) {
            let public = self.names.text(id, &["PublicIp"]).and_then(|text| text.parse().ok());
            return public.map_or(Mapping::None, Mapping::To);
        }
        let own = if self.names.stated(id, &["AssociatePublicIpAddress"]) {
            self.names.flag(id, &["AssociatePublicIpAddress"])
        } else if self.names.stated(id, &["LaunchTemplate"]) {
            None
        } else {
            let subnet = subnet.and_then(|subnet| self.names.resource(subnet));
            subnet.and_then(|subnet| self.names.flag(subnet, &["MapPublicIpOnLaunch"]))
        };
        match own {
            Some(true) => Mapping::Some,
            Some(false) => self.elastic(name),
            None => Mapping::Unknown,
        }
    }

    fn databases(&mut self) {
        for (id, _) in self.names.of_kind("AWS::RDS::DBInstance") {
            let group = self.names.reference(id, &["DBSubnetGroupName"]).id();
            let subnets = group.and_then(|group| self.names.resource(&group));
            let subnets = subnets.map(|group| self.names.references(group, &["SubnetIds"]));
            let ports = self.database_port(id);
            self.placed(id, "PubliclyAccessible", subnets, &["VPCSecurityGroups"], ports);
        }
        for (id, _) in self.names.of_kind("AWS::Redshift::Cluster") {
            let group = self.names.reference(id, &["ClusterSubnetGroupName"]).id();
            let subnets = group.and_then(|group| self.names.resource(&group));
            let subnets = subnets.map(|group| self.names.references(group, &["SubnetIds"]));
            let port = attribute(self.names.estate, id, &["Port"]);
            let port = if port.value().is_null() { Some(5439) } else { integer(port.value()) };
            let ports = port.and_then(|port| u16::try_from(port).ok()).map(|port| vec![Ports::one(port)]);
            self.placed(id, "PubliclyAccessible", subnets, &["VpcSecurityGroupIds"], ports);
        }
    }

    /// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>
    fn database_port(&self, id: ResourceId) -> Option<Vec<Ports>> {
        let stated = attribute(self.names.estate, id, &["Port"]);
        if stated.unknown().is_some() {
            return None;
        }
        let port = match integer(stated.value()) {
            Some(port) => u16::try_from(port).ok()?,
            None => match self.names.text(id, &["Engine"])?.as_str() {
                engine if engine.contains("postgres") => 5432,
                engine if engine.contains("mysql") || engine.starts_with("aurora") || engine == "mariadb" => 3306,
                engine if engine.starts_with("oracle") || engine.starts_with("custom-oracle") => 1521,
                engine if engine.contains("sqlserver") => 1433,
                engine if engine.starts_with("db2") => 50000,
                _ => return None,
            },
        };
        Some(vec![Ports::one(port)])
    }

    /// Something that sits in one of several subnets, with a public address if it says so.
    fn placed(
        &mut self,
        id: ResourceId,
        public: &str,
        subnets: Option<(Vec<Id>, bool)>,
        groups: &[&str],
        listens: Option<Vec<Ports>>,
    ) {
        let mapping = match self.names.flag(id, &[public]) {
            Some(true) => Mapping::Some,
            Some(false) => Mapping::None,
            None => Mapping::Unknown,
        };
        let name = self.names.id(id);
        let (subnets, known) = subnets.unwrap_or_default();
        let mut places: Vec<Option<Id>> = subnets.into_iter().map(Some).collect();
        if !known || places.is_empty() {
            places.push(None);
        }
        let interfaces = places.into_iter().map(|subnet| self.interface(id, &name, subnet, groups, mapping)).collect();
        self.add(id, interfaces, true, listens);
    }

    fn services(&mut self) {
        let network = ["NetworkConfiguration", "AwsvpcConfiguration"];
        for (id, _) in self.names.of_kind("AWS::ECS::Service") {
            let at = |last| [network[0], network[1], last];
            if !self.names.stated(id, &network) {
                continue;
            }
            let public = match self.names.text(id, &at("AssignPublicIp")).map(|text| text.to_ascii_uppercase()) {
                Some(text) if text == "ENABLED" || text == "TRUE" => Mapping::Some,
                None if self.names.flag(id, &at("AssignPublicIp")).is_none() => Mapping::Unknown,
                _ => Mapping::None,
            };
            let (subnets, known) = self.names.references(id, &at("Subnets"));
            let mut places: Vec<Option<Id>> = subnets.into_iter().map(Some).collect();
            if !known || places.is_empty() {
                places.push(None);
            }
            let name = self.names.id(id);
            let groups = at("SecurityGroups");
            let interfaces =
                places.into_iter().map(|subnet| self.interface(id, &name, subnet, &groups, public)).collect();
            self.add(id, interfaces, true, None);
        }
    }

    fn interface(&self, id: ResourceId, name: &str, subnet: Option<Id>, groups: &[&str], public: Mapping) -> Interface {
        let (held, known) = self.groups(id, groups, subnet.as_deref());
        let in_subnet = subnet.as_deref().and_then(|subnet| self.names.resource(subnet));
        let private = self.names.text(id, &["PrivateIpAddress"]).and_then(|text| text.parse::<IpAddr>().ok());
        Interface {
            id: name.to_owned(),
            owner: name.to_owned(),
            owner_kind: OwnerKind::Workload,
            addresses: vec![InterfaceAddress { address: private.map_or(Known::Unknown, Known::Is), public }],
            has_v6: in_subnet.and_then(|subnet| self.names.flag(subnet, &["AssignIpv6AddressOnCreation"])),
            v6: Vec::new(),
            groups: held,
            groups_known: known,
            forwards: Some(false),
            listens: true,
            subnet,
        }
    }

    /// The groups that an attribute names; the VPC's default group where it names none.
    fn groups(&self, id: ResourceId, path: &[&str], subnet: Option<&str>) -> (Vec<Id>, bool) {
        let (held, known) = self.names.references(id, path);
        if !held.is_empty() || !known {
            return (held, known);
        }
        if self.names.stated(id, &["LaunchTemplate"]) || self.names.stated(id, &["SecurityGroups"]) {
            return (held, false);
        }
        (vec![self.default_group(subnet)], true)
    }

    /// The default group of a subnet's VPC.
    fn default_group(&self, subnet: Option<&str>) -> Id {
        default_group_id(subnet.and_then(|id| self.vpcs.get(id)).map_or("", String::as_str))
    }

    fn add(&mut self, id: ResourceId, mut interfaces: Vec<Interface>, one_of: bool, listens: Option<Vec<Ports>>) {
        let first = self.network.interfaces.items.len();
        if interfaces.len() > 1 {
            for (index, interface) in interfaces.iter_mut().enumerate() {
                interface.id = format!("{} [{index}]", interface.id);
            }
        }
        let positions = (first..first + interfaces.len()).collect();
        self.network.interfaces.items.extend(interfaces);
        self.workloads.push(Workload { resource: id, interfaces: positions, one_of, listens });
    }

    fn load_balancers(&mut self) {
        let listeners: Vec<(Named, Option<Listener>)> = self
            .names
            .of_kind("AWS::ElasticLoadBalancingV2::Listener")
            .map(|(id, _)| (self.names.reference(id, &["LoadBalancerArn"]), self.listener(id)))
            .collect();
        for (id, resource) in self.names.of_kind("AWS::ElasticLoadBalancingV2::LoadBalancer") {
            let name = self.names.id(id);
            let mine = |owner: &Named| matches!(owner, Named::To(owner) if *owner == name);
            let (mut subnets, known) = self.names.references(id, &["Subnets"]);
            let (mappings, _) = list(self.names.estate, id, &["SubnetMappings"]);
            subnets.extend(
                mappings.iter().filter_map(|entry| self.names.named(member(entry, &["SubnetId"]).value()).id()),
            );
            let groups = self.names.references(id, &["SecurityGroups"]);
            let network = self.names.text(id, &["Type"]).is_some_and(|kind| kind == "network");
            let mut balancer = self.balancer(id, subnets, known, groups);
            balancer.ungrouped = network && balancer.groups.is_empty() && balancer.groups_known;
            balancer.has_v6 = Some(self.names.text(id, &["IpAddressType"]).is_some_and(|kind| kind != "ipv4"));
            balancer.listeners =
                listeners.iter().filter(|(owner, _)| mine(owner)).filter_map(|(_, l)| l.clone()).collect();
            balancer.listeners_known = resource.open.is_none()
                && attribute(self.names.estate, id, &["Listeners"]).unknown().is_none()
                && !listeners
                    .iter()
                    .any(|(owner, listener)| *owner == Named::Unknown || (mine(owner) && listener.is_none()));
            self.add_balancer(id, balancer);
        }
    }

    fn balancer(&self, id: ResourceId, mut subnets: Vec<Id>, known: bool, groups: (Vec<Id>, bool)) -> LoadBalancer {
        if !known {
            subnets.push(String::new());
        }
        let scheme = attribute(self.names.estate, id, &["Scheme"]);
        let internet_facing = match (&scheme, scalar(scheme.value())) {
            (_, Some(scheme)) => Some(scheme != "internal"),
            (Attribute::Absent, None) => Some(true),
            _ => None,
        };
        let (groups, groups_known) = groups;
        LoadBalancer {
            id: self.names.id(id),
            internet_facing,
            subnets,
            groups,
            groups_known,
            ..LoadBalancer::default()
        }
    }

    fn listener(&self, id: ResourceId) -> Option<Listener> {
        let port =
            integer(attribute(self.names.estate, id, &["Port"]).value()).and_then(|port| u16::try_from(port).ok());
        let protocol = self.names.text(id, &["Protocol"]);
        Some(Listener {
            protocol: protocol.map_or(Known::Is(Protocol::TCP), |text| Known::Is(transport(&text))),
            port: port.map_or(Known::Unknown, Known::Is),
            targets: Vec::new(),
            targets_known: false,
        })
    }

    fn classic_load_balancers(&mut self) {
        for (id, _) in self.names.of_kind("AWS::ElasticLoadBalancing::LoadBalancer") {
            let (subnets, known) = self.names.references(id, &["Subnets"]);
            let groups = self.names.references(id, &["SecurityGroups"]);
            let mut balancer = self.balancer(id, subnets, known, groups);
            balancer.has_v6 = Some(false);
            let (entries, rest) = list(self.names.estate, id, &["Listeners"]);
            balancer.listeners_known = rest.is_none();
            balancer.listeners = entries
                .iter()
                .map(|entry| Listener {
                    protocol: Known::Is(Protocol::TCP),
                    port: integer(member(entry, &["LoadBalancerPort"]).value())
                        .and_then(|port| u16::try_from(port).ok())
                        .map_or(Known::Unknown, Known::Is),
                    targets: Vec::new(),
                    targets_known: false,
                })
                .collect();
            self.add_balancer(id, balancer);
        }
    }

    fn add_balancer(&mut self, id: ResourceId, mut balancer: LoadBalancer) {
        if balancer.groups.is_empty() && balancer.groups_known && !balancer.ungrouped {
            let subnet = balancer.subnets.iter().find(|id| self.vpcs.contains_key(*id));
            balancer.groups = vec![self.default_group(subnet.map(String::as_str))];
        }
        let first = self.network.interfaces.items.len();
        for (index, subnet) in balancer.subnets.iter().filter(|subnet| !subnet.is_empty()).enumerate() {
            self.network.interfaces.items.push(Interface {
                id: format!("{} [{index}]", balancer.id),
                owner: balancer.id.clone(),
                owner_kind: OwnerKind::LoadBalancer,
                subnet: Some(subnet.clone()),
                groups: balancer.groups.clone(),
                groups_known: balancer.ungrouped || balancer.groups_known,
                addresses: vec![InterfaceAddress { address: Known::Unknown, public: facing(balancer.internet_facing) }],
                has_v6: balancer.has_v6,
                listens: true,
                ..Interface::default()
            });
        }
        let interfaces = (first..self.network.interfaces.items.len()).collect();
        let position = self.network.load_balancers.items.len();
        self.balancers.push(Balancer { resource: id, position, interfaces });
        self.network.load_balancers.items.push(balancer);
    }
}

/// Whether the addresses of a load balancer are public.
fn facing(internet: Option<bool>) -> Mapping {
    match internet {
        Some(true) => Mapping::Some,
        Some(false) => Mapping::None,
        None => Mapping::Unknown,
    }
}

/// The transport protocol of a listener.
fn transport(protocol: &str) -> Protocol {
    match protocol.to_ascii_uppercase().as_str() {
        "UDP" | "QUIC" => Protocol::UDP,
        _ => Protocol::TCP,
    }
}
