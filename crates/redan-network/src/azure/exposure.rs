//! What the internet at large reaches of an interface: the public address space, cut where some rule or route of the
//! interface tells addresses apart, and one address of each piece asked about.

use std::collections::BTreeSet;

use super::end::End;
use super::index::Index;
use super::network::{Nic, Prefix, SecurityRule};
use super::reach::Paths;
use crate::address::Block;
use crate::exposure::{Exposure, openings};
use crate::place::Place;
use crate::pool::{PacketsId, Pool};
use crate::public::Public;
use crate::rule::{Bounds, Known};

impl Paths<'_> {
    /// What the internet reaches of an interface, by its own public address or through a load balancer.
    pub fn exposure(&self, nic: &str) -> Exposure {
        let mut exposure = Exposure::default();
        if let Some(nic) = self.index.nic(nic) {
            self.survey::<u32>(nic, &mut exposure);
            self.survey::<u128>(nic, &mut exposure);
        }
        exposure
    }

    fn survey<A: Public>(&self, nic: &Nic, exposure: &mut Exposure) {
        let Some(nic) = self.index.nic(&nic.id) else { return };
        let balanced = self.index.network.balanced.iter().any(|balanced| balanced.nic == nic.id);
        if nic.public_like(A::MIN.to_ip()) == Known::Is(None) && !balanced {
            return;
        }
        let mut pool = Pool::<A>::new();
        let mut reached: Bounds<PacketsId> = Bounds::NONE;
        for (low, high) in pieces::<A>(&self.index, nic) {
            let source = End { place: Place::At(low.to_ip()), nic: None };
            let open = self.arrives(nic, &source, &mut Vec::new());
            if open.possible.is_empty() {
                continue;
            }
            let here = pool.set(vec![(low, high)]);
            let part = Bounds { sure: pool.product(&open.sure, here), possible: pool.product(&open.possible, here) };
            reached = reached.union(part, &mut pool);
        }
        openings(&pool, reached, exposure);
    }
}

/// The public address space in pieces that no block of the interface's rules, routes or networks divides.
fn pieces<A: Public>(index: &Index<'_>, nic: &Nic) -> Vec<(A, A)> {
    let mut cuts: BTreeSet<A> = BTreeSet::new();
    for block in blocks(index, nic) {
        if let Some((low, high)) = A::range_of(&block) {
            cuts.insert(low);
            cuts.extend(high.above());
        }
    }
    let mut pieces = Vec::new();
    for (low, high) in A::public() {
        let mut from = low;
        for &cut in cuts.range(low..=high) {
            if cut > from
                && let Some(end) = cut.below()
            {
                pieces.push((from, end));
                from = cut;
            }
        }
        pieces.push((from, high));
    }
    pieces
}

fn blocks(index: &Index<'_>, nic: &Nic) -> Vec<Block> {
    let mut blocks = Vec::new();
    let subnet = index.subnet_of(nic);
    let groups = [Some(&nic.group), subnet.map(|subnet| &subnet.group)];
    for group in groups.into_iter().flatten().filter_map(|group| group.get()?.as_deref()) {
        for rule in index.group(group).map_or(&[][..], |group| &group.rules) {
            of_rule(index, rule, &mut blocks);
        }
    }
    for rule in &index.network.admin_rules {
        of_rule(index, &rule.rule, &mut blocks);
    }
    if let Some(subnet) = subnet {
        if let Known::Is(Some(table)) = index.table_of(subnet) {
            blocks.extend(table.routes.iter().filter_map(|route| block_of(&route.to)));
        }
        if let Some(vnet) = index.vnet(&subnet.vnet) {
            blocks.extend(&vnet.blocks);
            let peers = vnet.peerings.iter().filter_map(|peering| index.vnet(&peering.remote));
            blocks.extend(peers.flat_map(|peer| peer.blocks.iter().copied()));
        }
    }
    blocks
}

fn of_rule(index: &Index<'_>, rule: &SecurityRule, into: &mut Vec<Block>) {
    for prefix in &rule.sources {
        match prefix {
            Prefix::Tag(tag) => into.extend(index.tag(tag).unwrap_or_default()),
            other => into.extend(block_of(other)),
        }
    }
}

fn block_of(prefix: &Prefix) -> Option<Block> {
    match prefix {
        Prefix::Block(block) => Some(*block),
        _ => None,
    }
}
