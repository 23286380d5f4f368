//! One resource of AWS and all others: by classes of interfaces, so that it takes no longer in a large network.

use rustc_hash::FxHashMap;

use crate::aws::{Network, Pairs, Version};
use crate::engine::estate::Ends;
use crate::service::{Ports, Protocol};

/// The ways between one resource and every class of interfaces, on one service.
pub(super) struct Ways<'n> {
    pairs: Pairs<'n>,
    own: Ends<'n>,
    sends: bool,
    port: u16,
    /// By sender and receiver: for certain, or perhaps.
    open: FxHashMap<(usize, usize), bool>,
}

impl<'n> Ways<'n> {
    pub(super) fn of(
        network: &'n Network,
        own: Ends<'n>,
        sends: bool,
        version: Version,
        (protocol, port): (Protocol, u16),
    ) -> Self {
        let pairs = Pairs::new(network, version, &[(protocol, port)]);
        let classes: Vec<usize> = own.positions.iter().filter_map(|&position| pairs.class_of(position)).collect();
        let is_own = |class: usize| classes.contains(&class);
        let mut open = FxHashMap::default();
        pairs.visit(
            |class| !sends || is_own(class),
            |class| sends || is_own(class),
            |pair| {
                open.insert((pair.from, pair.to), pair.sure != 0);
            },
        );
        Self { pairs, own, sends, port, open }
    }

    /// Whether the two are connected. Where only one of several interfaces will exist, all must agree.
    pub(super) fn reached(&self, other: &Ends<'_>) -> Option<bool> {
        let (near, far) = if self.sends { (&self.own, other) } else { (other, &self.own) };
        let heard = far.listens.is_none_or(|ports| ports.iter().any(|ports| self.hears(*ports)));
        let answers: Vec<Option<bool>> = near
            .positions
            .iter()
            .flat_map(|from| far.positions.iter().map(move |to| (*from, *to)))
            .map(|(from, to)| if heard { self.between(from, to) } else { Some(false) })
            .collect();
        let differ = answers.iter().any(|answer| Some(answer) != answers.first());
        if (near.one_of || far.one_of) && differ { None } else { crate::place::any(answers) }
    }

    fn hears(&self, ports: Ports) -> bool {
        (ports.low..=ports.high).contains(&self.port)
    }

    fn between(&self, from: usize, to: usize) -> Option<bool> {
        let classes = self.pairs.class_of(from).zip(self.pairs.class_of(to));
        match classes.and_then(|pair| self.open.get(&pair)) {
            Some(true) => Some(true),
            Some(false) => None,
            None => Some(false),
        }
    }
}
