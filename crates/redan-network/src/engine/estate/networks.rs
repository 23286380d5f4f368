//! The networks of an estate, one of each cloud, and which resource is what in them.

use redan_model::{Estate, ResourceId};
use rustc_hash::FxHashMap;

use super::azure::Machine;
use super::azure_fronts::Fronts;
use super::balanced::Leg;
use super::names::Names;
use super::workloads::{Balancer, Reader, Workload};
use crate::service::Ports;
use crate::{aws, azure};

/// The networks of an estate.
pub(crate) struct Networks {
    pub(crate) aws: aws::Network,
    pub(crate) azure: azure::Network,
    pub(super) workloads: Vec<Workload>,
    pub(super) balancers: Vec<Balancer>,
    pub(super) machines: Vec<Machine>,
    pub(super) legs: Vec<Leg>,
    pub(super) fronts: Fronts,
    resources: FxHashMap<String, ResourceId>,
    names: Vec<String>,
    by_resource: FxHashMap<ResourceId, usize>,
}

/// The interfaces of a resource of AWS.
pub(crate) struct Ends<'n> {
    pub(crate) interfaces: Vec<&'n aws::Interface>,
    /// Their positions in the network's list.
    pub(crate) positions: &'n [usize],
    /// It sits behind one of them, not behind all.
    pub(crate) one_of: bool,
    /// The ports on which it listens; none where any may be open.
    pub(crate) listens: Option<&'n [Ports]>,
}

/// Where a resource is in one of the networks.
pub(crate) enum Placed<'n> {
    Aws(Ends<'n>),
    Azure(&'n [String]),
}

impl Networks {
    pub(crate) fn of(estate: &Estate) -> Self {
        let names = Names::new(estate);
        let mut aws = aws::Network::default();
        super::vpc::read(&names, &mut aws);
        let Reader { workloads, balancers, .. } = Reader::read(&names, &mut aws);
        let legs = super::balanced::legs(&names);
        let (azure, machines, fronts) = super::azure::read(&names);
        let by_resource =
            workloads.iter().enumerate().map(|(position, workload)| (workload.resource, position)).collect();
        let (names, resources) = names.into_maps();
        Self { aws, azure, workloads, balancers, machines, legs, fronts, resources, names, by_resource }
    }

    /// The resource behind an id of the network.
    pub(crate) fn resource(&self, id: &str) -> Option<ResourceId> {
        self.resources.get(id).copied()
    }

    /// A workload of AWS.
    pub(super) fn workload(&self, resource: ResourceId) -> Option<&Workload> {
        self.by_resource.get(&resource).and_then(|&position| self.workloads.get(position))
    }

    /// Where a resource is in one of the networks.
    pub(crate) fn at(&self, resource: ResourceId) -> Option<Placed<'_>> {
        let interface = |&position: &usize| self.aws.interfaces.items.get(position);
        if let Some(workload) = self.workload(resource) {
            let interfaces = workload.interfaces.iter().filter_map(interface).collect();
            return Some(Placed::Aws(Ends {
                interfaces,
                positions: &workload.interfaces,
                one_of: workload.one_of,
                listens: workload.listens.as_deref(),
            }));
        }
        if let Some(balancer) = self.balancers.iter().find(|balancer| balancer.resource == resource) {
            let interfaces = balancer.interfaces.iter().filter_map(interface).collect();
            return Some(Placed::Aws(Ends {
                interfaces,
                positions: &balancer.interfaces,
                one_of: false,
                listens: None,
            }));
        }
        let machine = self.machines.iter().find(|machine| machine.resource == resource)?;
        Some(Placed::Azure(&machine.nics))
    }

    /// Whether a resource is an interface that belongs to something else, which stands for it.
    pub(crate) fn is_held(&self, resource: ResourceId) -> bool {
        let Some(name) = self.name(resource) else { return false };
        let interface = |&position: &usize| self.aws.interfaces.items.get(position);
        let own = self.workload(resource).and_then(|workload| interface(workload.interfaces.first()?));
        own.is_some_and(|own| own.id == name && (own.owner != own.id || own.owner_kind != aws::OwnerKind::Workload))
    }

    /// Whether a resource is a load balancer of AWS.
    pub(crate) fn is_balancer(&self, resource: ResourceId) -> bool {
        self.balancers.iter().any(|balancer| balancer.resource == resource)
    }

    /// Whether a resource is a machine or interface of Azure.
    pub(crate) fn is_machine(&self, resource: ResourceId) -> bool {
        self.machines.iter().any(|machine| machine.resource == resource)
    }

    /// The id that the network gives a resource.
    pub(crate) fn name(&self, resource: ResourceId) -> Option<&str> {
        self.names.get(resource.index()).map(String::as_str)
    }

    /// The internet gateway of a subnet's VPC.
    pub(crate) fn gateway_at(&self, subnet: ResourceId) -> Option<&str> {
        let name = self.name(subnet)?;
        let vpc = &self.aws.subnets.items.iter().find(|subnet| subnet.id == name)?.vpc;
        let gateways = &self.aws.internet_gateways.items;
        gateways.iter().find(|gateway| gateway.vpcs.contains(vpc)).map(|gateway| gateway.id.as_str())
    }

    /// Everything that has a place in one of the networks.
    pub(crate) fn placed(&self) -> Vec<ResourceId> {
        let workloads = self.workloads.iter().map(|workload| workload.resource);
        let workloads = workloads.chain(self.balancers.iter().map(|balancer| balancer.resource));
        let mut all: Vec<ResourceId> = workloads.chain(self.machines.iter().map(|machine| machine.resource)).collect();
        all.sort();
        all.dedup();
        all.retain(|resource| !self.is_held(*resource));
        all
    }
}
