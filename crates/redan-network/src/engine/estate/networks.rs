//! The networks of an estate, one of each cloud, and which resource is what in them.

use redan_model::{Estate, ResourceId};
use rustc_hash::FxHashMap;

use super::azure::Machine;
use super::balanced::Leg;
use super::names::Names;
use super::workloads::{Balancer, Reader, Workload};
use crate::{aws, azure};

/// The networks of an estate.
pub(crate) struct Networks {
    pub(crate) aws: aws::Network,
    pub(crate) azure: azure::Network,
    pub(super) workloads: Vec<Workload>,
    pub(super) balancers: Vec<Balancer>,
    pub(super) machines: Vec<Machine>,
    pub(super) legs: Vec<Leg>,
    resources: FxHashMap<String, ResourceId>,
    by_resource: FxHashMap<ResourceId, usize>,
}

impl Networks {
    pub(crate) fn of(estate: &Estate) -> Self {
        let names = Names::new(estate);
        let mut aws = aws::Network::default();
        super::vpc::read(&names, &mut aws);
        let Reader { workloads, balancers, .. } = Reader::read(&names, &mut aws);
        let legs = super::balanced::legs(&names);
        let (azure, machines) = super::azure::read(&names);
        let by_resource =
            workloads.iter().enumerate().map(|(position, workload)| (workload.resource, position)).collect();
        Self { aws, azure, workloads, balancers, machines, legs, resources: names.into_resources(), by_resource }
    }

    /// The resource behind an id of the network.
    pub(crate) fn resource(&self, id: &str) -> Option<ResourceId> {
        self.resources.get(id).copied()
    }

    /// A workload of AWS.
    pub(super) fn workload(&self, resource: ResourceId) -> Option<&Workload> {
        self.by_resource.get(&resource).and_then(|&position| self.workloads.get(position))
    }

    /// The first interface of a workload of AWS.
    pub(crate) fn interface(&self, resource: ResourceId) -> Option<&str> {
        let workload = self.workload(resource)?;
        let first = self.aws.interfaces.items.get(*workload.interfaces.first()?)?;
        Some(&first.id)
    }

    /// The first interface of a machine of Azure.
    pub(crate) fn nic(&self, resource: ResourceId) -> Option<&str> {
        let machine = self.machines.iter().find(|machine| machine.resource == resource)?;
        machine.nics.first().map(String::as_str)
    }

    /// Everything that has a place in one of the networks.
    pub(crate) fn placed(&self) -> Vec<ResourceId> {
        let workloads = self.workloads.iter().map(|workload| workload.resource);
        let mut all: Vec<ResourceId> = workloads.chain(self.machines.iter().map(|machine| machine.resource)).collect();
        all.sort();
        all.dedup();
        all
    }
}
