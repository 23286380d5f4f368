//! Estates of AWS networks in any size: VPCs with public, private and odd subnets, groups with references and prefix
//! lists, network ACLs, peerings and transit gateways. Made up, and the same for the same seed.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use redan_network::aws::{
    Acl, Attached, Gateway, Group, GroupRule, Interface, InterfaceAddress, Listing, Mapping, NatGateway, Network,
    OwnerKind, Peering, PeeringEnd, PrefixList, Route, RouteTable, RouteTo, Subnet, Target, TransitAttachment,
    TransitGateway, TransitRoute, TransitTable, Vpc,
};
use redan_network::{Action, Block, Known, Ports, Protocol, Protocols, Remote, Rule};

/// A small generator of numbers (xorshift64*).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 11) % bound.max(1)
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the items, or the default of none.
    pub(crate) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        items.get(place(self.below(items.len() as u64))).copied().unwrap_or_default()
    }
}

/// The shape of an estate.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) vpcs: u64,
    pub(crate) interfaces: u64,
    pub(crate) groups: u64,
    pub(crate) rules: u64,
    /// Interfaces of one role hold the same groups; with none, each holds some of its own.
    pub(crate) roles: u64,
}

impl Shape {
    /// About this many interfaces, 500 in a VPC, each in one of twenty roles; of few, a few in each of four VPCs, so that
    /// every feature meets every other.
    pub(crate) fn of(interfaces: u64) -> Self {
        if interfaces < 500 {
            return Self { vpcs: 4, interfaces: interfaces.div_ceil(4), groups: 6, rules: 4, roles: 0 };
        }
        Self { vpcs: interfaces / 500, interfaces: 500, groups: 50, rules: 5, roles: ROLES }
    }
}

pub(crate) const ROLES: u64 = 20;

/// Of that many roles, the first are databases.
pub(crate) const DATABASES: u64 = 4;

/// As many VPCs share a transit gateway.
const ATTACHED: u64 = 10;

const PORTS: [u16; 12] = [22, 53, 80, 443, 1023, 1024, 3306, 3389, 5432, 8080, 32768, 65535];

pub(crate) fn network(seed: u64, shape: Shape) -> Network {
    let mut maker = Maker { numbers: Numbers::new(seed), network: Network::default(), shape };
    for list in 0..6 {
        maker.prefix_list(list);
    }
    for gateway in 0..shape.vpcs.div_ceil(ATTACHED) {
        maker.transit_gateway(gateway);
    }
    for vpc in 0..shape.vpcs {
        maker.vpc(vpc);
    }
    for vpc in 1..shape.vpcs {
        if maker.numbers.chance(60) {
            maker.peering(vpc - 1, vpc);
        }
    }
    maker.network
}

struct Maker {
    numbers: Numbers,
    network: Network,
    shape: Shape,
}

fn small(number: u64) -> u32 {
    u32::try_from(number & 0xFFFF_FFFF).unwrap_or_default()
}

fn port(number: u64) -> u16 {
    u16::try_from(number & 0xFFFF).unwrap_or_default()
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

fn cidr(address: IpAddr, length: u32) -> Block {
    Block::cidr(address, length).unwrap_or(Block::ALL_V4)
}

fn v4(vpc: u64, subnet: u64, host: u64) -> IpAddr {
    let base = 0x0A00_0000 + (small(vpc) << 12) + (small(subnet) << 8);
    IpAddr::V4(Ipv4Addr::from_bits(base + small(host)))
}

fn v6(vpc: u64, subnet: u64, host: u64) -> IpAddr {
    let base = (0x2600_1F18_u128 << 96) + (u128::from(vpc) << 72) + (u128::from(subnet) << 64);
    IpAddr::V6(Ipv6Addr::from_bits(base + u128::from(host)))
}

fn public(vpc: u64, number: u64) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(0x3400_0000 + small(vpc * 512 + number)))
}

fn listed<T>(list: &mut Listing<T>, item: T) {
    list.items.push(item);
}

impl Maker {
    fn block(&mut self) -> Block {
        let fixed = [
            "0.0.0.0/0",
            "0.0.0.0/1",
            "128.0.0.0/1",
            "10.0.0.0/8",
            "8.8.0.0/16",
            "8.8.8.8/32",
            "52.0.0.0/12",
            "::/0",
            "2000::/3",
            "2001:4860::/32",
            "2600:1f18::/32",
            "192.168.0.0/16",
        ];
        if self.numbers.chance(60) {
            return Block::parse(self.numbers.pick(&fixed)).unwrap_or(Block::ALL_V4);
        }
        let length = 8 + small(self.numbers.below(25));
        let address = Ipv4Addr::from_bits(small(self.numbers.next() & 0xFFFF_FFFF));
        if self.numbers.chance(30) {
            let vpc = self.numbers.below(self.shape.vpcs);
            let subnet = self.numbers.below(9);
            return cidr(v4(vpc, subnet, 0), 24 + length % 8);
        }
        cidr(IpAddr::V4(address), length)
    }

    fn ports(&mut self) -> Ports {
        let low = self.numbers.pick(&PORTS);
        match self.numbers.below(4) {
            0 => Ports::ALL,
            1 => Ports::new(low, low.saturating_add(port(self.numbers.below(2000)))),
            _ => Ports::one(low),
        }
    }

    fn protocols(&mut self) -> Protocols {
        match self.numbers.below(10) {
            0 | 1 => Protocols::All,
            2 | 3 => Protocols::One(Protocol::UDP),
            4 => Protocols::One(Protocol::ICMP),
            5 => Protocols::One(Protocol(50)),
            _ => Protocols::One(Protocol::TCP),
        }
    }

    fn prefix_list(&mut self, number: u64) {
        let blocks = (0..3).map(|_| self.block()).collect();
        listed(&mut self.network.prefix_lists, PrefixList { id: format!("pl-{number}"), blocks, complete: true });
    }

    fn transit_gateway(&mut self, gateway: u64) {
        let (id, group_references) = (format!("tgw-{gateway}"), self.numbers.chance(50));
        listed(
            &mut self.network.transit_gateways,
            TransitGateway { id: id.clone(), scope: String::new(), group_references },
        );
        let vpcs = ATTACHED.min(self.shape.vpcs - gateway * ATTACHED);
        for number in 0..2 {
            let routes = (0..2)
                .map(|_| TransitRoute {
                    to: RouteTo::Block(cidr(v4(gateway * ATTACHED + self.numbers.below(vpcs), 0, 0), 20)),
                    attachment: Some(format!("attach-{}", gateway * ATTACHED + self.numbers.below(vpcs))),
                    blackhole: self.numbers.chance(20),
                    propagated: false,
                })
                .collect();
            let table = TransitTable {
                id: format!("{id}-rtb-{number}"),
                gateway: id.clone(),
                routes,
                complete: true,
                ..TransitTable::default()
            };
            listed(&mut self.network.transit_tables, table);
        }
    }

    fn vpc(&mut self, vpc: u64) {
        let id = format!("vpc-{vpc}");
        let blocks = vec![cidr(v4(vpc, 0, 0), 20), cidr(v6(vpc, 0, 0), 56)];
        let scope = format!("account/{vpc}");
        listed(
            &mut self.network.vpcs,
            Vpc { id: id.clone(), scope, region: Some("r".to_owned()), blocks, blocks_known: true },
        );
        if self.numbers.chance(85) {
            listed(&mut self.network.internet_gateways, Gateway { id: format!("igw-{vpc}"), vpcs: vec![id.clone()] });
        }
        for subnet in 0..9 {
            let blocks = vec![cidr(v4(vpc, subnet, 0), 24), cidr(v6(vpc, subnet, 0), 64)];
            listed(
                &mut self.network.subnets,
                Subnet {
                    id: format!("subnet-{vpc}-{subnet}"),
                    vpc: id.clone(),
                    zone: Some(format!("z{}", subnet % 3)),
                    blocks,
                    blocks_known: true,
                },
            );
        }
        self.tables(vpc);
        self.acls(vpc);
        self.groups(vpc);
        self.attachment(vpc);
        self.interfaces(vpc);
    }

    fn route(&mut self, vpc: u64, to: Block) -> Route {
        let target = match self.numbers.below(8) {
            0..=2 => Target::InternetGateway(format!("igw-{vpc}")),
            3 => Target::NatGateway(format!("nat-{vpc}")),
            4 => Target::TransitGateway(format!("tgw-{}", vpc / ATTACHED)),
            5 => Target::Peering(format!("pcx-{}", vpc.max(1))),
            6 => Target::Peering(format!("pcx-{}", vpc + 1)),
            _ => Target::VpnGateway("vgw".to_owned()),
        };
        Route { to: RouteTo::Block(to), target, blackhole: self.numbers.chance(5), propagated: self.numbers.chance(10) }
    }

    fn tables(&mut self, vpc: u64) {
        for number in 0..4 {
            let mut routes = vec![
                self.route(vpc, Block::ALL_V4),
                self.route(vpc, Block::ALL_V6),
                self.route(vpc, cidr(v4(0, 0, 0), 8)),
            ];
            let mut destinations: BTreeSet<Block> = BTreeSet::from([Block::ALL_V4, Block::ALL_V6]);
            for _ in 0..self.numbers.below(4) {
                let to = self.block();
                if destinations.insert(to) {
                    routes.push(self.route(vpc, to));
                }
            }
            if self.numbers.chance(30) {
                let to = RouteTo::PrefixList(format!("pl-{}", self.numbers.below(6)));
                let target = Target::InternetGateway(format!("igw-{vpc}"));
                routes.push(Route { to, target, blackhole: false, propagated: false });
            }
            let subnets = if number == 0 {
                vec![]
            } else {
                vec![format!("subnet-{vpc}-{number}"), format!("subnet-{vpc}-{}", number + 4)]
            };
            listed(
                &mut self.network.tables,
                RouteTable {
                    id: format!("rtb-{vpc}-{number}"),
                    vpc: format!("vpc-{vpc}"),
                    main: number == 0,
                    subnets,
                    gateways: vec![],
                    routes,
                    complete: true,
                },
            );
        }
    }

    fn acl_rule(&mut self, number: u32) -> Rule {
        let protocols = self.protocols();
        let ports = if matches!(protocols, Protocols::One(p) if p.has_ports()) {
            vec![Known::Is(self.ports())]
        } else {
            vec![]
        };
        let action = if self.numbers.chance(75) { Action::Allow } else { Action::Deny };
        Rule {
            action: Known::Is(action),
            priority: Known::Is(number),
            protocols: Known::Is(protocols),
            ports,
            remotes: vec![Remote::Block(self.block())],
            partial: false,
        }
    }

    fn acls(&mut self, vpc: u64) {
        for number in 0..4u64 {
            let mut rules = |open: bool| -> Vec<Rule> {
                let mut rules: Vec<Rule> = (0..self.numbers.below(5)).map(|i| self.acl_rule(small(i * 10))).collect();
                if open {
                    for block in [Block::ALL_V4, Block::ALL_V6] {
                        let all = Rule::allow(Protocols::All, Ports::ALL, vec![Remote::Block(block)]);
                        rules.push(Rule { priority: Known::Is(1000), ..all });
                    }
                }
                rules
            };
            let (inbound, outbound) = (rules(number < 3), rules(number < 3));
            listed(
                &mut self.network.acls,
                Acl {
                    id: format!("acl-{vpc}-{number}"),
                    vpc: format!("vpc-{vpc}"),
                    default: number == 0,
                    subnets: if number == 0 {
                        vec![]
                    } else {
                        vec![format!("subnet-{vpc}-{number}"), format!("subnet-{vpc}-{}", number + 3)]
                    },
                    inbound,
                    outbound,
                    complete: true,
                },
            );
        }
    }

    fn group_rule(&mut self, vpc: u64) -> GroupRule {
        let protocols = self.protocols();
        let ports = if protocols == Protocols::All { Ports::ALL } else { self.ports() };
        let mut rule = GroupRule { rule: Rule::allow(protocols, ports, vec![]), groups: vec![], prefix_lists: vec![] };
        match self.numbers.below(10) {
            0..=2 => {
                let other = if self.numbers.chance(30) { self.numbers.below(self.shape.vpcs) } else { vpc };
                rule.groups.push(format!("sg-{other}-{}", self.numbers.below(self.shape.groups)));
            }
            3 => rule.prefix_lists.push(format!("pl-{}", self.numbers.below(6))),
            _ => {
                let block = self.block();
                rule.rule.remotes.push(Remote::Block(block));
            }
        }
        rule
    }

    /// What a database is there for: its port, to the groups of two roles and to a subnet.
    fn database_rule(&mut self, vpc: u64) -> GroupRule {
        let mut role = || format!("sg-{vpc}-{}", DATABASES + self.numbers.below(self.shape.roles - DATABASES));
        let groups = vec![role(), role()];
        let subnet = Remote::Block(cidr(v4(vpc, self.numbers.below(9), 0), 24));
        let ports = Ports::one(5432);
        let rule = Rule::allow(Protocols::One(Protocol::TCP), ports, vec![subnet]);
        GroupRule { rule, groups, prefix_lists: vec![] }
    }

    fn groups(&mut self, vpc: u64) {
        for number in 0..self.shape.groups {
            let count = 1 + self.numbers.below(self.shape.rules * 2 + self.shape.roles.min(1));
            let mut inbound: Vec<GroupRule> = (0..count).map(|_| self.group_rule(vpc)).collect();
            if number < DATABASES.min(self.shape.roles) {
                inbound = vec![self.database_rule(vpc)];
            }
            let everywhere = [Block::ALL_V4, Block::ALL_V6].map(Remote::Block).to_vec();
            let outbound = if self.numbers.chance(75) {
                vec![GroupRule {
                    rule: Rule::allow(Protocols::All, Ports::ALL, everywhere),
                    groups: vec![],
                    prefix_lists: vec![],
                }]
            } else {
                vec![self.group_rule(vpc)]
            };
            let id = format!("sg-{vpc}-{number}");
            listed(
                &mut self.network.groups,
                Group { id, vpc: Some(format!("vpc-{vpc}")), inbound, outbound, complete: true },
            );
        }
    }

    fn attachment(&mut self, vpc: u64) {
        let zones = 1 + self.numbers.below(3);
        let (id, gateway) = (format!("attach-{vpc}"), format!("tgw-{}", vpc / ATTACHED));
        for table in self.network.transit_tables.items.iter_mut().filter(|table| table.gateway == gateway) {
            table.propagations.push(id.clone());
        }
        let attachment = TransitAttachment {
            attached: Attached::Vpc {
                vpc: format!("vpc-{vpc}"),
                subnets: Some((0..zones).map(|zone| format!("subnet-{vpc}-{zone}")).collect()),
            },
            table: Some(format!("{gateway}-rtb-{}", self.numbers.below(2))),
            gateway,
            available: true,
            group_references: self.numbers.chance(50),
            id,
        };
        listed(&mut self.network.transit_attachments, attachment);
    }

    /// The groups of an interface: those of its role, or some.
    fn held(&mut self, vpc: u64, number: u64) -> BTreeSet<String> {
        let some = match number.checked_rem(self.shape.roles) {
            Some(role) if role < DATABASES => vec![role],
            Some(role) => vec![role, self.shape.roles + role % 7],
            None => (0..=self.numbers.below(2)).map(|_| self.numbers.below(self.shape.groups)).collect(),
        };
        some.into_iter().map(|group| format!("sg-{vpc}-{group}")).collect()
    }

    fn interfaces(&mut self, vpc: u64) {
        let mut hosts = [4u64; 9];
        for number in 0..self.shape.interfaces {
            let tier = number.checked_rem(self.shape.roles).map(|role| role % 3 + 3 * self.numbers.below(3));
            let subnet = tier.unwrap_or_else(|| self.numbers.below(9));
            let nat = number == 0;
            let Some(next) = hosts.get_mut(place(subnet)) else { continue };
            let host = *next;
            *next += 1;
            let mapped = nat || self.numbers.chance(40);
            let groups = self.held(vpc, number);
            let has_v6 = !nat && self.numbers.chance(50);
            let address = v4(vpc, subnet, host);
            let id = format!("eni-{vpc}-{number}");
            let interface = Interface {
                owner: if nat { format!("nat-{vpc}") } else { id.clone() },
                owner_kind: if nat { OwnerKind::NatGateway } else { OwnerKind::Workload },
                subnet: Some(format!("subnet-{vpc}-{subnet}")),
                addresses: vec![InterfaceAddress {
                    address: Known::Is(address),
                    public: if mapped { Mapping::To(public(vpc, number)) } else { Mapping::None },
                }],
                has_v6: Some(has_v6),
                v6: if has_v6 { vec![v6(vpc, subnet, host)] } else { vec![] },
                groups: if nat { vec![] } else { groups.into_iter().collect() },
                groups_known: true,
                forwards: Some(nat),
                listens: true,
                id,
            };
            if nat {
                listed(
                    &mut self.network.nat_gateways,
                    NatGateway {
                        id: format!("nat-{vpc}"),
                        subnet: format!("subnet-{vpc}-{subnet}"),
                        address: Some(address),
                        public: true,
                        available: true,
                    },
                );
            }
            listed(&mut self.network.interfaces, interface);
        }
    }

    fn peering(&mut self, left: u64, right: u64) {
        let end = |vpc: u64, region: &str| PeeringEnd { vpc: format!("vpc-{vpc}"), region: Some(region.to_owned()) };
        let far = if self.numbers.chance(80) { "r" } else { "s" };
        let peering = Peering {
            id: format!("pcx-{right}"),
            requester: end(left, "r"),
            accepter: end(right, far),
            active: Some(self.numbers.chance(90)),
        };
        listed(&mut self.network.peerings, peering);
    }
}
