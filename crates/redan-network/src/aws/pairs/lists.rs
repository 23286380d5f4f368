//! What security groups let pass of the services asked about, as bits: one bit a service.

use rustc_hash::FxHashMap;

use super::super::filter::{Direction, counts, names_place};
use super::super::index::Index;
use super::super::network::{Group, GroupRule, Interface};
use crate::place::Place;
use crate::ranges;
use crate::rule::{self, Bounds, MOST_RULES};
use crate::services::Services;

/// A set of the services asked about.
pub(super) type Bits = u64;

impl Bounds<Bits> {
    pub(super) const NO_SERVICE: Self = Self { sure: 0, possible: 0 };

    pub(super) fn and(self, other: Self) -> Self {
        Self { sure: self.sure & other.sure, possible: self.possible & other.possible }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self { sure: self.sure | other.sure, possible: self.possible | other.possible }
    }

    /// The part that is there where a statement holds.
    fn where_true(self, statement: Option<bool>) -> Self {
        match statement {
            Some(true) => self,
            Some(false) => Self::NO_SERVICE,
            None => Self { sure: 0, ..self },
        }
    }
}

/// The services asked about.
pub(super) struct Asked {
    services: Vec<u32>,
}

impl Asked {
    /// At most 64 of them; the rest is left out.
    pub(super) fn new(services: Vec<u32>) -> Self {
        Self { services: services.into_iter().take(64).collect() }
    }

    pub(super) fn all(&self) -> Bits {
        1u64.checked_shl(u32::try_from(self.services.len()).unwrap_or(64)).map_or(u64::MAX, |next| next - 1)
    }

    pub(super) fn bits(&self, services: &Bounds<Services>) -> Bounds<Bits> {
        Bounds { sure: self.among(&services.sure), possible: self.among(&services.possible) }
    }

    fn among(&self, services: &Services) -> Bits {
        let held = self.services.iter().enumerate().filter(|(_, service)| ranges::contains(services, **service));
        held.fold(0, |bits, (place, _)| bits | 1 << place)
    }
}

/// A rule that matters to what is asked.
struct Matter<'n> {
    rule: &'n GroupRule,
    bits: Bounds<Bits>,
}

/// One list of security groups, as interfaces hold them.
pub(super) struct List<'n> {
    /// The numbers of the groups, sorted.
    groups: Vec<u32>,
    groups_known: bool,
    /// What passes whatever the other end is: everything where there is no filter, perhaps everything where rules are not
    /// known.
    base: Bounds<Bits>,
    inbound: Vec<Matter<'n>>,
    outbound: Vec<Matter<'n>>,
    /// What passes to and from members of a group.
    to_members: [Vec<(u32, Bounds<Bits>)>; 2],
}

impl<'n> List<'n> {
    fn rules(&self, direction: Direction) -> &[Matter<'n>] {
        if direction == Direction::In { &self.inbound } else { &self.outbound }
    }

    /// What passes because of the other end's address.
    pub(super) fn by_address(&self, index: &Index<'n>, direction: Direction, place: &Place) -> Bounds<Bits> {
        let mut passed = self.base;
        for matter in self.rules(direction) {
            let more = matter.bits.possible & !passed.possible | matter.bits.sure & !passed.sure;
            if more != 0 {
                passed = passed.or(matter.bits.where_true(names_place(index, matter.rule, place)));
            }
        }
        passed
    }

    /// What passes because of the other end's groups, on a path on which references count or not.
    pub(super) fn by_member(&self, direction: Direction, other: &Self, references: Option<bool>) -> Bounds<Bits> {
        let [inbound, outbound] = &self.to_members;
        let named = if direction == Direction::In { inbound } else { outbound };
        let mut passed = Bounds::NO_SERVICE;
        for (group, bits) in named {
            let member = other.groups.binary_search(group).is_ok();
            passed = passed.or(bits.where_true(counts(member, other.groups_known, references)));
        }
        passed
    }
}

/// All lists of a network, each kept once.
pub(super) struct Lists<'n> {
    pub(super) all: Vec<List<'n>>,
    numbers: FxHashMap<&'n str, u32>,
    known: FxHashMap<(Vec<u32>, bool), u32>,
}

impl<'n> Lists<'n> {
    pub(super) fn new() -> Self {
        Self { all: Vec::new(), numbers: FxHashMap::default(), known: FxHashMap::default() }
    }

    fn number(&mut self, group: &'n str) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(group).or_insert(next)
    }

    /// The list that an interface holds.
    pub(super) fn of(&mut self, index: &Index<'n>, asked: &Asked, interface: &'n Interface) -> u32 {
        let mut groups: Vec<u32> = interface.groups.iter().map(|id| self.number(id)).collect();
        groups.sort_unstable();
        groups.dedup();
        let key = (groups, interface.groups_known);
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let list = self.compile(index, asked, interface, key.0.clone());
        let id = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(list);
        self.known.insert(key, id);
        id
    }

    fn compile(&mut self, index: &Index<'n>, asked: &Asked, interface: &'n Interface, groups: Vec<u32>) -> List<'n> {
        let unfiltered = interface.groups.is_empty() && interface.groups_known;
        let held: Vec<Option<&'n Group>> = interface.groups.iter().map(|id| index.group(id)).collect();
        let whole = |group: &&'n Group| {
            group.complete && group.inbound.len() <= MOST_RULES && group.outbound.len() <= MOST_RULES
        };
        let known = interface.groups_known && held.iter().all(|group| group.as_ref().is_some_and(whole));
        let mut list = List {
            groups,
            groups_known: interface.groups_known,
            base: Bounds {
                sure: if unfiltered { asked.all() } else { 0 },
                possible: if unfiltered || !known { asked.all() } else { 0 },
            },
            inbound: Vec::new(),
            outbound: Vec::new(),
            to_members: [Vec::new(), Vec::new()],
        };
        for group in held.into_iter().flatten() {
            for (inbound, rules) in [(true, &group.inbound), (false, &group.outbound)] {
                for rule in rules.iter().take(MOST_RULES) {
                    self.add(&mut list, asked, rule, inbound);
                }
            }
        }
        list
    }

    fn add(&mut self, list: &mut List<'n>, asked: &Asked, rule: &'n GroupRule, inbound: bool) {
        let bits = asked.bits(&rule::services(rule.rule.protocols, &rule.rule.ports));
        if bits.possible == 0 {
            return;
        }
        let [to_inbound, to_outbound] = &mut list.to_members;
        let named = if inbound { to_inbound } else { to_outbound };
        named.extend(rule.groups.iter().map(|id| (self.number(id), bits)));
        if !rule.rule.remotes.is_empty() || !rule.prefix_lists.is_empty() {
            let rules = if inbound { &mut list.inbound } else { &mut list.outbound };
            rules.push(Matter { rule, bits });
        }
    }
}
