//! From the internet through load balancers to what they forward to.

use redan_model::{Node, ResourceId};
use rustc_hash::FxHashMap;

use super::facts::{Entry, at_large};
use super::names::{Named, Names};
use super::networks::Networks;
use crate::aws::{InternetView, Lookup, Version, and, any, reach_in};
use crate::engine::read::{attribute, integer, list, member};
use crate::exposure::{Exposure, Opening};
use crate::service::Protocol;

/// A listener that forwards to a workload.
pub(super) struct Leg {
    balancer: ResourceId,
    listens: Option<u16>,
    target: ResourceId,
    port: Option<u16>,
    /// Whether the target sees the client's address: network load balancers keep it for instances.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation>
    keeps_client: bool,
}

/// A way from the internet through a load balancer.
#[derive(Clone, Debug)]
pub(crate) struct Balanced {
    pub(crate) balancer: ResourceId,
    pub(crate) listens: Option<u16>,
    pub(crate) port: Option<u16>,
    /// Whether it is open: for certain, or perhaps.
    pub(crate) open: Option<bool>,
}

/// Every listener joined with the workloads behind it.
pub(super) fn legs(names: &Names<'_>) -> Vec<Leg> {
    let mut behind: FxHashMap<String, Vec<(ResourceId, Option<u16>)>> = FxHashMap::default();
    registered(names, &mut behind);
    let mut legs = Vec::new();
    let rules: Vec<(Named, ResourceId)> = names
        .of_kind("AWS::ElasticLoadBalancingV2::ListenerRule")
        .map(|(id, _)| (names.reference(id, &["ListenerArn"]), id))
        .collect();
    for (listener, _) in names.of_kind("AWS::ElasticLoadBalancingV2::Listener") {
        let owner = names.reference(listener, &["LoadBalancerArn"]).id().and_then(|id| names.resource(&id));
        let Some(balancer) = owner else { continue };
        let network = names.text(balancer, &["Type"]).is_some_and(|kind| kind == "network");
        let own = Named::To(names.id(listener));
        let mut actions = list(names.estate, listener, &["DefaultActions"]).0;
        let mine = rules.iter().filter(|(of, _)| *of == own);
        actions.extend(mine.flat_map(|(_, rule)| list(names.estate, *rule, &["Actions"]).0));
        for group in actions.iter().flat_map(|action| groups_of(names, action)) {
            for &(target, port) in behind.get(&group).map_or(&[][..], Vec::as_slice) {
                let listens = number(names, listener, &["Port"]);
                legs.push(Leg { balancer, listens, target, port, keeps_client: network });
            }
        }
    }
    legs
}

fn number(names: &Names<'_>, id: ResourceId, path: &[&str]) -> Option<u16> {
    integer(attribute(names.estate, id, path).value()).and_then(|number| u16::try_from(number).ok())
}

/// The target groups to which an action forwards. What redirects or answers by itself exposes nothing.
fn groups_of(names: &Names<'_>, action: &Node) -> Vec<String> {
    let mut groups: Vec<String> = names.named(member(action, &["TargetGroupArn"]).value()).id().into_iter().collect();
    let weighted = member(action, &["ForwardConfig", "TargetGroups"]);
    if let Some(entries) = weighted.value().as_list() {
        groups.extend(
            entries.items.iter().filter_map(|entry| names.named(member(entry, &["TargetGroupArn"]).value()).id()),
        );
    }
    groups
}

/// What is registered with each target group, and under which port.
fn registered(names: &Names<'_>, behind: &mut FxHashMap<String, Vec<(ResourceId, Option<u16>)>>) {
    for (group, _) in names.of_kind("AWS::ElasticLoadBalancingV2::TargetGroup") {
        let port = number(names, group, &["Port"]);
        for entry in list(names.estate, group, &["Targets"]).0 {
            let own = integer(member(&entry, &["Port"]).value()).and_then(|number| u16::try_from(number).ok());
            let target = names.named(member(&entry, &["Id"]).value()).id().and_then(|id| names.resource(&id));
            if let Some(target) = target {
                behind.entry(names.id(group)).or_default().push((target, own.or(port)));
            }
        }
    }
    for (service, _) in names.of_kind("AWS::ECS::Service") {
        for entry in list(names.estate, service, &["LoadBalancers"]).0 {
            let port =
                integer(member(&entry, &["ContainerPort"]).value()).and_then(|number| u16::try_from(number).ok());
            if let Some(group) = names.named(member(&entry, &["TargetGroupArn"]).value()).id() {
                behind.entry(group).or_default().push((service, port));
            }
        }
    }
}

/// Which of them the internet at large reaches.
pub(super) fn follow(
    networks: &Networks,
    view: &mut InternetView<'_>,
    exposures: &FxHashMap<ResourceId, Entry>,
) -> FxHashMap<ResourceId, Vec<Balanced>> {
    let index = Lookup::new(&networks.aws);
    let mut found: FxHashMap<ResourceId, Vec<Balanced>> = FxHashMap::default();
    for leg in &networks.legs {
        let front = exposures.get(&leg.balancer).map_or(Some(false), |entry| listens(&entry.exposure, leg.listens));
        let open = and(front, behind(networks, &index, view, leg));
        if open != Some(false) {
            let Leg { balancer, listens, port, .. } = *leg;
            found.entry(leg.target).or_default().push(Balanced { balancer, listens, port, open });
        }
    }
    found
}

/// Whether the internet at large reaches a listener.
pub(super) fn listens(exposure: &Exposure, port: Option<u16>) -> Option<bool> {
    let holds = |opening: &Opening| {
        let ports = opening.ports.low..=opening.ports.high;
        port.is_none_or(|port| ports.contains(&port)) && at_large(&opening.sources)
    };
    match (exposure.sure.iter().any(holds), exposure.possible.iter().any(holds)) {
        (true, _) => {
            if port.is_some() {
                Some(true)
            } else {
                None
            }
        }
        (false, false) => Some(false),
        (false, true) => None,
    }
}

/// Whether the load balancer reaches its target.
fn behind(networks: &Networks, index: &Lookup<'_>, view: &mut InternetView<'_>, leg: &Leg) -> Option<bool> {
    let (Some(port), Some(workload)) = (leg.port, networks.workload(leg.target)) else { return None };
    let balancer = networks.balancers.iter().find(|balancer| balancer.resource == leg.balancer)?;
    let at = |position: &usize| networks.aws.interfaces.items.get(*position);
    let mut ways = Vec::new();
    for target in workload.interfaces.iter().filter_map(at) {
        if leg.keeps_client && view.groups_admit(target, Protocol::TCP, port) == Some(true) {
            ways.push(Some(true));
        }
        for from in balancer.interfaces.iter().filter_map(at) {
            let reached = reach_in(index, from, target, Version::V4, Some((Protocol::TCP, port))).reached();
            // With the client's address kept, rules for the load balancer's own addresses do not match.
            ways.push(if leg.keeps_client && reached == Some(true) { None } else { reached });
        }
    }
    any(ways)
}
