//! The facts of an estate: what the internet reaches of every workload, and the tier of every subnet.

use std::net::IpAddr;
use std::sync::Arc;

use redan_model::{Estate, ResourceId};
use rustc_hash::FxHashMap;

use super::balanced::Balanced;
use super::networks::Networks;
use super::workloads::Workload;
use crate::address::Block;
use crate::aws::{InternetView, Target};
use crate::azure;
use crate::exposure::{Exposure, Opening};
use crate::public::Public;
use crate::rule::Known;
use crate::service::{Ports, Protocol};

/// What a subnet is by its routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tier {
    /// A route leads to the internet gateway.
    Public,
    /// The way out leads through a translation, another network or a middlebox.
    Private,
    /// There is no way out.
    Isolated,
}

impl Tier {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Isolated => "isolated",
        }
    }
}

/// What is known of a workload.
pub(crate) struct Entry {
    pub(crate) exposure: Arc<Exposure>,
    /// The security groups on the way, as resources.
    pub(crate) groups: Vec<ResourceId>,
    /// The subnets, as resources.
    pub(crate) subnets: Vec<ResourceId>,
}

/// The facts of an estate.
pub(crate) struct Facts {
    pub(crate) exposures: FxHashMap<ResourceId, Entry>,
    pub(crate) tiers: FxHashMap<ResourceId, Option<Tier>>,
    /// What the internet reaches through load balancers.
    pub(crate) balanced: FxHashMap<ResourceId, Vec<Balanced>>,
}

impl Facts {
    pub(crate) fn of(estate: &Estate) -> Self {
        Self::new(&Networks::of(estate))
    }

    pub(crate) fn new(networks: &Networks) -> Self {
        let network = &networks.aws;
        let mut facts =
            Self { exposures: FxHashMap::default(), tiers: tiers(networks), balanced: FxHashMap::default() };
        let mut view = InternetView::new(network);
        for workload in &networks.workloads {
            let entry = workload_entry(networks, &mut view, workload);
            facts.exposures.insert(workload.resource, entry);
        }
        for balancer in &networks.balancers {
            let Some(known) = network.load_balancers.items.get(balancer.position) else { continue };
            let exposure = view.load_balancer(known);
            let resources = |ids: &[String]| ids.iter().filter_map(|id| networks.resource(id)).collect();
            let entry = Entry { exposure, groups: resources(&known.groups), subnets: resources(&known.subnets) };
            facts.exposures.insert(balancer.resource, entry);
        }
        facts.balanced = super::balanced::follow(networks, &mut view, &facts.exposures);
        facts.add_machines(networks);
        facts.add_fronts(networks);
        facts
    }

    /// What firewalls translate, and the machines behind them and behind application gateways.
    fn add_fronts(&mut self, networks: &Networks) {
        for firewall in &networks.fronts.firewalls {
            let exposure = Arc::new(firewall.exposure.clone());
            self.exposures.insert(firewall.resource, Entry { exposure, groups: Vec::new(), subnets: Vec::new() });
        }
        let paths = azure::Paths::new(&networks.azure);
        for leg in &networks.fronts.legs {
            let front = self
                .exposures
                .get(&leg.front)
                .map_or(Some(false), |entry| super::balanced::listens(&entry.exposure, Some(leg.listens)));
            let inside = networks.name(leg.front).and_then(|front| paths.between(front, &leg.nic));
            let behind = inside.zip(leg.port).and_then(|(way, port)| way.carries(Protocol::TCP, port));
            let open = crate::aws::and(front, behind);
            let holders = networks.machines.iter().filter(|machine| machine.nics.contains(&leg.nic));
            for machine in holders.filter(|_| open != Some(false)) {
                let way = Balanced { balancer: leg.front, listens: Some(leg.listens), port: leg.port, open };
                self.balanced.entry(machine.resource).or_default().push(way);
            }
        }
    }

    fn add_machines(&mut self, networks: &Networks) {
        let network = &networks.azure;
        let paths = azure::Paths::new(network);
        let nics: FxHashMap<&str, &azure::Nic> = network.nics.iter().map(|nic| (nic.id.as_str(), nic)).collect();
        let at: FxHashMap<&str, &azure::Subnet> = network.subnets.iter().map(|s| (s.id.as_str(), s)).collect();
        for machine in &networks.machines {
            let held: Vec<Exposure> = machine.nics.iter().map(|nic| paths.exposure(nic)).collect();
            let mut exposure = together(&held);
            if let Some(ports) = &machine.listens {
                let (sure, possible) = (on_ports(&exposure.sure, ports), on_ports(&exposure.possible, ports));
                exposure = Exposure { sure, possible };
            }
            if !machine.complete {
                exposure.possible.push(Opening::everything());
            }
            let (mut groups, mut subnets) = (Vec::new(), Vec::new());
            for nic in machine.nics.iter().filter_map(|id| nics.get(id.as_str())) {
                let subnet = nic.subnet.as_ref().and_then(|id| at.get(id.as_str()));
                let at_subnet = subnet.and_then(|subnet| subnet.group.get().cloned().flatten());
                let held = [nic.group.get().cloned().flatten(), at_subnet];
                groups.extend(held.into_iter().flatten().filter_map(|id| networks.resource(&id)));
                subnets.extend(subnet.and_then(|subnet| networks.resource(&subnet.id)));
            }
            let entry = Entry { exposure: Arc::new(exposure), groups, subnets };
            self.exposures.insert(machine.resource, entry);
        }
    }
}

fn workload_entry<'n>(networks: &'n Networks, view: &mut InternetView<'n>, workload: &Workload) -> Entry {
    let mut exposures = Vec::new();
    let (mut groups, mut subnets) = (Vec::new(), Vec::new());
    for interface in workload.interfaces.iter().filter_map(|&position| networks.aws.interfaces.items.get(position)) {
        exposures.push(view.exposure(interface));
        groups.extend(interface.groups.iter().filter_map(|id| networks.resource(id)));
        subnets.extend(interface.subnet.iter().filter_map(|id| networks.resource(id)));
    }
    groups.sort();
    groups.dedup();
    subnets.sort();
    subnets.dedup();
    exposures.dedup();
    let shared = match exposures.as_slice() {
        [only] => Arc::clone(only),
        _ if workload.one_of => Arc::new(alternatives(&exposures)),
        _ => Arc::new(together(exposures.iter().map(AsRef::as_ref))),
    };
    let exposure = match &workload.listens {
        None => shared,
        Some(ports) => {
            Arc::new(Exposure { sure: on_ports(&shared.sure, ports), possible: on_ports(&shared.possible, ports) })
        }
    };
    Entry { exposure, groups, subnets }
}

/// What is reached through any of several interfaces.
fn together<'x>(exposures: impl IntoIterator<Item = &'x Exposure>) -> Exposure {
    let mut all = Exposure::default();
    for exposure in exposures {
        all.sure.extend_from_slice(&exposure.sure);
        all.possible.extend_from_slice(&exposure.possible);
    }
    all
}

/// What is reached through the one of several interfaces that there will be, where they differ: nothing for certain.
fn alternatives(exposures: &[Arc<Exposure>]) -> Exposure {
    let all = together(exposures.iter().map(AsRef::as_ref));
    Exposure { sure: Vec::new(), possible: all.sure.into_iter().chain(all.possible).collect() }
}

/// The part of openings that a listener on these TCP ports sees.
pub(crate) fn on_ports(openings: &[Opening], ports: &[Ports]) -> Vec<Opening> {
    let tcp = |opening: &&Opening| opening.protocol <= Protocol::TCP && Protocol::TCP <= opening.last_protocol;
    let mut seen = Vec::new();
    for opening in openings.iter().filter(tcp) {
        let held = if opening.protocol == opening.last_protocol { opening.ports } else { Ports::ALL };
        for range in ports {
            let (low, high) = (held.low.max(range.low), held.high.min(range.high));
            if low <= high {
                let (protocol, last_protocol) = (Protocol::TCP, Protocol::TCP);
                seen.push(Opening {
                    protocol,
                    last_protocol,
                    ports: Ports::new(low, high),
                    sources: opening.sources.clone(),
                });
            }
        }
    }
    seen
}

/// Whether these sources are the internet at large: more than a /8 of IPv4 or a /11 of IPv6.
pub(crate) fn at_large(sources: &[Block]) -> bool {
    let (mut v4, mut v6) = (0u128, 0u128);
    for source in sources {
        match (source, source.first(), source.last()) {
            (Block::V4(low, high), IpAddr::V4(_), _) => v4 += u128::from(high - low) + 1,
            (Block::V6(low, high), ..) => v6 = v6.saturating_add((high - low).saturating_add(1)),
            _ => {}
        }
    }
    v4 > <u32 as Public>::OPEN_BEYOND || v6 > <u128 as Public>::OPEN_BEYOND
}

fn tiers(networks: &Networks) -> FxHashMap<ResourceId, Option<Tier>> {
    let network = &networks.aws;
    let index = crate::aws::Lookup::new(network);
    let mut tiers = FxHashMap::default();
    for subnet in &network.subnets.items {
        let Some(resource) = networks.resource(&subnet.id) else { continue };
        let tier = match index.table_of(subnet) {
            Known::Unknown => None,
            Known::Is(table) => {
                let attached = |id: &str| index.is_attached(id, &subnet.vpc);
                tier_of(&table.routes.iter().map(|route| &route.target).collect::<Vec<_>>(), &attached, table.complete)
            }
        };
        tiers.insert(resource, tier);
    }
    let paths = azure::Paths::new(&networks.azure);
    for subnet in &networks.azure.subnets {
        if let Some(resource) = networks.resource(&subnet.id) {
            tiers.insert(resource, azure_tier(&networks.azure, &paths, subnet));
        }
    }
    tiers
}

/// Every subnet of Azure has a route to the internet unless a table says otherwise; it is public if something in it has a
/// public address, or is behind one.
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview#default>
fn azure_tier(network: &azure::Network, paths: &azure::Paths<'_>, subnet: &azure::Subnet) -> Option<Tier> {
    match paths.way_out(subnet) {
        azure::NextHop::Internet => {}
        azure::NextHop::None => return Some(Tier::Isolated),
        azure::NextHop::Unknown => return None,
        azure::NextHop::VirtualNetwork | azure::NextHop::Appliance(_) | azure::NextHop::Gateway => {
            return Some(Tier::Private);
        }
    }
    let here = network.nics.iter().filter(|nic| nic.subnet.as_ref() == Some(&subnet.id));
    let public = |nic: &azure::Nic| {
        let balanced = network.balanced.iter().any(|balanced| balanced.nic == nic.id);
        let own = [&nic.public, &nic.public_v6].map(|held| held.get().map(Option::is_some));
        crate::place::any(own.into_iter().chain([Some(balanced)]))
    };
    match crate::place::any(here.map(public)) {
        Some(true) => Some(Tier::Public),
        Some(false) => Some(Tier::Private),
        None => None,
    }
}

fn tier_of(targets: &[&Target], attached: &dyn Fn(&str) -> Option<bool>, complete: bool) -> Option<Tier> {
    let mut doubt = !complete;
    let mut leaves = false;
    for target in targets {
        match target {
            Target::InternetGateway(id) => match attached(id) {
                Some(true) => return Some(Tier::Public),
                Some(false) => {}
                None => doubt = true,
            },
            Target::Unknown => doubt = true,
            Target::Local => {}
            _ => leaves = true,
        }
    }
    match (doubt, leaves) {
        (true, _) => None,
        (false, true) => Some(Tier::Private),
        (false, false) => Some(Tier::Isolated),
    }
}
