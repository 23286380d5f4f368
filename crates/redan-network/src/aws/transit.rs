//! Transit gateways: zones, associated tables, static and propagated routes, peering, and the network ACLs of the
//! attachments' subnets.

use super::filter::Direction;
use super::gateways::and;
use super::network::{Attached, Id, Subnet, TransitAttachment, TransitTable};
use super::route::{self, Choice};
use super::walk::{Drop, End, Exit, Step, Walk};
use crate::address::Block;

impl<'n> Walk<'_, 'n> {
    /// From a subnet into a transit gateway, if the subnet's zone is enabled on the attachment.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html>
    pub(crate) fn through_transit(&mut self, subnet: &'n Subnet, gateway: &'n Id) -> End {
        let mine = |attached: &Attached| matches!(attached, Attached::Vpc { vpc, .. } if *vpc == subnet.vpc);
        let Some(attachment) = self.index.attachments(gateway).find(|attachment| mine(&attachment.attached)) else {
            return self.absent(&self.index.network.transit_attachments, &subnet.vpc, gateway);
        };
        if !attachment.available {
            return End::Dropped(Drop::BadRoute);
        }
        let door = match self.door(attachment, subnet) {
            Ok(door) => door,
            Err(end) => return end,
        };
        self.references = and(self.references, Some(attachment.group_references));
        self.enter(&subnet.vpc);
        // <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html>
        if let Some(door) = door {
            self.check_acl(door, Direction::In);
        }
        self.enter(gateway);
        self.route_in_transit(gateway, attachment.table.as_ref())
    }

    /// The subnet of the attachment in the zone of a subnet.
    fn door(&self, attachment: &'n TransitAttachment, subnet: &'n Subnet) -> Result<Option<&'n Subnet>, End> {
        let Attached::Vpc { subnets: Some(subnets), .. } = &attachment.attached else {
            return Err(End::Unknown(format!("the subnets of {} were not collected", attachment.id)));
        };
        let doors: Vec<&'n Subnet> = subnets.iter().filter_map(|id| self.index.subnet(id)).collect();
        if doors.iter().any(|door| door.id == subnet.id) {
            return Ok(Some(subnet));
        }
        let unknown = doors.len() < subnets.len() || doors.iter().any(|door| door.zone.is_none());
        match doors.into_iter().find(|door| door.zone.is_some() && door.zone == subnet.zone) {
            Some(door) => Ok(Some(door)),
            None if unknown || subnet.zone.is_none() => Err(End::Unknown(format!(
                "whether the zone of {} is enabled on {} is not known",
                subnet.id, attachment.id
            ))),
            None => Err(End::Dropped(Drop::ZoneNotAttached)),
        }
    }

    fn route_in_transit(&mut self, gateway: &'n Id, table: Option<&'n Id>) -> End {
        let Some(table) = table else { return End::Dropped(Drop::NoRoute) };
        let Some(table) = self.index.transit_table(table) else {
            return End::Unknown(format!("route table {table} was not collected"));
        };
        let propagated = self.propagated(table);
        match route::transit_lookup(table, &propagated, &self.destination) {
            Choice::NoRoute => End::Dropped(Drop::NoRoute),
            Choice::Blackhole => End::Dropped(Drop::BadRoute),
            Choice::Unknown => End::Unknown(format!("the route in {} to {} is not known", table.id, self.destination)),
            Choice::Take(id) => {
                let found = self.index.attachments(gateway).find(|attachment| attachment.id == *id);
                match found {
                    Some(attachment) if attachment.available => self.out_of_transit(gateway, attachment),
                    Some(_) => End::Dropped(Drop::BadRoute),
                    None => End::Unknown(format!("attachment {id} was not collected")),
                }
            }
        }
    }

    /// The blocks that attachments propagate into a table.
    fn propagated(&self, table: &'n TransitTable) -> Vec<(&'n Id, &'n [Block], bool)> {
        let mut routes = Vec::new();
        for id in &table.propagations {
            let Some(attachment) = self.index.attachments(&table.gateway).find(|attachment| attachment.id == *id)
            else {
                routes.push((id, &[][..], false));
                continue;
            };
            match &attachment.attached {
                Attached::Vpc { vpc, .. } => match self.index.vpc(vpc) {
                    Some(vpc) => routes.push((id, vpc.blocks.as_slice(), vpc.blocks_known)),
                    None => routes.push((id, &[][..], false)),
                },
                Attached::Peer(_) => {}
                Attached::External(gateway) => routes.push((id, &[][..], self.routes_known(gateway))),
            }
        }
        routes
    }

    fn routes_known(&self, connection: &str) -> bool {
        let mut connections = self.index.network.vpn_connections.items.iter();
        connections.any(|vpn| vpn.id == *connection && vpn.static_routes.is_some())
    }

    fn out_of_transit(&mut self, gateway: &Id, attachment: &'n TransitAttachment) -> End {
        self.references = and(self.references, Some(attachment.group_references));
        match &attachment.attached {
            Attached::External(_) => End::Exits(Exit::External),
            Attached::Peer(peer) => self.through_transit_peer(gateway, attachment, peer),
            Attached::Vpc { vpc, subnets } => self.out_into_vpc(vpc, subnets.as_deref()),
        }
    }

    /// Into another transit gateway, which routes by the table of its own end of the peering.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-peering.html>
    fn through_transit_peer(&mut self, gateway: &Id, attachment: &TransitAttachment, peer: &'n Id) -> End {
        self.references = Some(false);
        let before = self.hops.len();
        self.enter(peer);
        if self.hops.iter().take(before).any(|hop| self.hops.last() == Some(hop)) {
            return End::Dropped(Drop::Loop);
        }
        let mut ends = self.index.attachments(peer).filter(|end| end.attached == Attached::Peer(gateway.clone()));
        let end = ends
            .find(|end| end.id == attachment.id)
            .or_else(|| self.index.attachments(peer).find(|end| end.attached == Attached::Peer(gateway.clone())));
        match end {
            Some(end) if end.available => self.route_in_transit(peer, end.table.as_ref()),
            Some(_) => End::Dropped(Drop::BadRoute),
            None => End::Unknown(format!("the attachments of {peer} were not collected")),
        }
    }

    /// Out of a transit gateway into a VPC: to one of its interfaces, or on by the table of the attachment's subnet.
    fn out_into_vpc(&mut self, vpc: &'n Id, doors: Option<&'n [Id]>) -> End {
        self.enter(vpc);
        let Some(known) = self.index.vpc(vpc) else { return End::Unknown(format!("{vpc} was not collected")) };
        let doors: Option<Vec<&'n Subnet>> =
            doors.and_then(|doors| doors.iter().map(|id| self.index.subnet(id)).collect());
        match self.in_vpc(known) {
            Some(true) => self.deliver_from_transit(vpc, doors.as_deref()),
            Some(false) => match doors.as_deref() {
                Some([door, ..]) => {
                    let door = *door;
                    self.hops.pop();
                    let hops = self.hops.len();
                    let end = self.leave(door);
                    self.forget_subnet(hops, &door.id);
                    end
                }
                _ => End::Unknown(format!("the subnets of the attachment of {vpc} were not collected")),
            },
            None => End::Unknown(format!("whether {} is in {vpc} is not known", self.destination)),
        }
    }

    /// Removes the subnet hop that `leave` added: the packet enters the VPC at the attachment.
    fn forget_subnet(&mut self, position: usize, subnet: &'n str) {
        let named = self.hops.get(position) == Some(&Step::Device(subnet));
        if named && position + 1 < self.hops.len() {
            self.hops.remove(position);
            for check in &mut self.checks {
                if check.hop > position {
                    check.hop -= 1;
                }
            }
        }
    }

    /// The network ACL of the attachment's subnet applies on the way out, that of the destination on the way in, and
    /// neither if they are the same subnet.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html>
    fn deliver_from_transit(&mut self, vpc: &str, doors: Option<&[&'n Subnet]>) -> End {
        let subnet = match self.subnet_in(vpc) {
            Ok(subnet) => subnet,
            Err(end) => return end,
        };
        let door = doors.and_then(|doors| {
            let near = doors.iter().find(|door| door.id == subnet.id);
            near.or_else(|| doors.iter().find(|door| door.zone == subnet.zone)).or_else(|| doors.first()).copied()
        });
        let same = door.is_some_and(|door| door.id == subnet.id);
        if let Some(door) = door.filter(|_| !same) {
            self.check_acl(door, Direction::Out);
        }
        self.enter(&subnet.id);
        if !same {
            self.check_acl(subnet, Direction::In);
        }
        self.hand_over(subnet)
    }
}
