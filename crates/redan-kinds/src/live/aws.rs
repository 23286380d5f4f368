//! AWS answers, in botocore's shape, through the `live:` tables of the kinds: places, and what lists resources in them.

use super::answers::{Answers, Index, Outcome};
use super::item::{Draft, Parent};
use super::plan::{Ask, Scope, text};
use super::shape::items;
use crate::assemble::Input;
use crate::registry::Kinds;
use crate::table::Kind;
use crate::table::live::{Call, LiveTable};
use redan_model::{Node, Origin, Places, Resource, ResourceId, Str, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

impl LiveTable {
    /// The list that was asked for: the first, unless only the other was answered.
    fn asked<'t>(&'t self, index: &Index<'_>, region: Str) -> Option<&'t Call> {
        match (&self.list, &self.otherwise) {
            (Some(list), Some(other)) if !answered(list, index, region) && answered(other, index, region) => {
                Some(other)
            }
            (list, _) => list.as_ref(),
        }
    }
}

fn answered(call: &Call, index: &Index<'_>, region: Str) -> bool {
    let with = call.with.first().map(|with| text(with)).unwrap_or_default();
    index.find(call.operation, &with, region).is_some()
}

/// Canonical resources of all kinds that the answers speak of.
#[must_use]
pub fn read_aws(answers: &Answers, kinds: &Kinds) -> Input {
    let index = answers.index();
    let mut reader = Reader::new(answers, &index, kinds);
    reader.places(&answers.regions());
    reader.kinds(&|_| true);
    reader.input
}

/// Where a resource was listed.
#[derive(Clone)]
pub(super) struct Spot {
    pub(super) region: Str,
    pub(super) places: Arc<Places>,
}

pub(super) struct Reader<'a> {
    pub(super) account: Str,
    index: &'a Index<'a>,
    pub(super) kinds: &'a Kinds,
    pub(super) input: Input,
    regions: Vec<Spot>,
    /// What was read so far, by kind: lists of other kinds are asked for each of them.
    pub(super) parents: FxHashMap<Str, Vec<Parent>>,
    /// Kind, region and address of what was read: two lists may hold one resource.
    seen: FxHashSet<(Str, Str, Str)>,
    /// The region that is asked for what is global; none where answers are only read.
    home: Option<Str>,
    /// The region that is asked for nothing else.
    only_global: Option<Str>,
    missing: Vec<Ask>,
}

const ACCOUNT: usize = 0;

impl<'a> Reader<'a> {
    fn new(answers: &Answers, index: &'a Index<'a>, kinds: &'a Kinds) -> Self {
        Self {
            account: answers.account,
            index,
            kinds,
            input: Input::default(),
            regions: Vec::new(),
            parents: FxHashMap::default(),
            seen: FxHashSet::default(),
            home: None,
            only_global: None,
            missing: Vec::new(),
        }
    }

    /// What reading these answers finds that nobody asked.
    pub(super) fn wanted(answers: &Answers, kinds: &Kinds, scope: &Scope<'_>) -> Vec<Ask> {
        let index = answers.index();
        let mut reader = Reader::new(answers, &index, kinds);
        let mut regions = scope.regions.to_vec();
        regions.push(scope.home);
        regions.sort();
        regions.dedup();
        reader.places(&regions);
        reader.home = Some(scope.home);
        if !scope.regions.contains(&scope.home) {
            reader.only_global = Some(scope.home);
        }
        reader.kinds(scope.kind);
        reader.missing
    }

    /// Reads the kinds that are wanted, and those whose resources their lists are asked for; these first.
    fn kinds(&mut self, wanted: &dyn Fn(Str) -> bool) {
        let mut order: Vec<(usize, Str)> = Vec::new();
        for name in self.kinds.names().into_iter().filter(|name| wanted(*name)) {
            let mut chain = vec![name];
            while let Some(of) = chain.last().and_then(|name| self.table(*name)?.of) {
                if chain.contains(&of) {
                    break;
                }
                chain.push(of);
            }
            order.extend(chain.into_iter().rev().enumerate());
        }
        order.sort();
        order.dedup();
        for (_, name) in order {
            let Some(kind) = self.kinds.kind(name) else { continue };
            match &kind.live {
                Some(table) if table.each.is_empty() && table.list.is_none() => self.everywhere(kind.schema.kind),
                Some(table) if table.list.is_none() => self.describe_places(kind, table),
                Some(table) if table.of.is_some() => self.of_parents(kind, table),
                Some(table) => self.of_regions(kind, table),
                None => {}
            }
        }
    }

    fn table(&self, name: Str) -> Option<&'a LiveTable> {
        self.kinds.kind(name)?.live.as_ref()
    }

    fn places(&mut self, regions: &[Str]) {
        let account = Some(ResourceId::from_index(ACCOUNT));
        let organization = Some(ResourceId::from_index(ACCOUNT + 1));
        let around = Places { account, organization, ..Places::default() };
        self.place("AWS::Account", self.account, around);
        self.place("AWS::Organizations::Organization", Str::new("organization"), around);
        for &region in regions {
            let id = Some(ResourceId::from_index(self.input.canonical.len()));
            let places = Places { region: id, ..around };
            self.place("AWS::Region", region, places);
            self.regions.push(Spot { region, places: Arc::new(places) });
        }
    }

    fn place(&mut self, kind: &str, name: Str, places: Places) {
        let body = Node::map(Vec::new(), Origin::NOWHERE);
        let mut resource = Resource::new(Str::new(kind), name, body, Origin::NOWHERE);
        resource.live = true;
        resource.root = self.account;
        resource.name = Some(name);
        resource.places = Arc::new(places);
        self.input.canonical.push(resource);
    }

    /// Asks what describes the places of a kind.
    fn describe_places(&mut self, kind: &Kind, table: &LiveTable) {
        let of_kind = self.input.canonical.iter().enumerate().filter(|(_, place)| place.kind == kind.schema.kind);
        let places: Vec<(usize, Str)> = of_kind.map(|(at, place)| (at, place.address)).collect();
        for (at, name) in places {
            let regions = self.regions.clone();
            let asked = |spot: &&Spot| {
                if table.global { self.answers_for_all(table, spot.region) } else { spot.region == name }
            };
            let Some(spot) = regions.iter().find(asked) else { continue };
            if self.only_global == Some(spot.region) && !table.global {
                continue;
            }
            let mut draft = Draft::of_place(name);
            let body = self.described(kind, table, &table.each, &mut draft, spot.region);
            if let Some(place) = self.input.canonical.get_mut(at) {
                place.body = body;
            }
        }
    }

    /// Whether a region is the one that answers what is global: where answers are only read, one that has any of them.
    fn answers_for_all(&self, table: &LiveTable, region: Str) -> bool {
        match self.home {
            Some(home) => region == home,
            None => table.calls().any(|call| answered(call, self.index, region)),
        }
    }

    fn of_regions(&mut self, kind: &Kind, table: &LiveTable) {
        let mut everywhere = true;
        for spot in self.regions.clone() {
            if !self.is_asked(table, spot.region) {
                continue;
            }
            let list = table.asked(self.index, spot.region);
            let whole = list.is_some_and(|list| self.listed(kind, table, list, &[], &spot));
            let place = spot.places.region.filter(|_| !table.global).or(spot.places.account);
            if whole {
                self.complete(place, kind);
            } else {
                everywhere = table.global && everywhere;
            }
        }
        if everywhere && !table.global {
            self.complete(Some(ResourceId::from_index(ACCOUNT)), kind);
        }
    }

    /// Asks a list for each resource of another kind.
    fn of_parents(&mut self, kind: &Kind, table: &LiveTable) {
        let (Some(of), Some(list)) = (table.of, &table.list) else { return };
        let mut open: Vec<Option<ResourceId>> = Vec::new();
        let parents = self.parents.remove(&of).unwrap_or_default();
        for parent in &parents {
            let known = parent.draft.parameters(list);
            let whole = known.is_none_or(|asked| self.listed(kind, table, list, &asked, &parent.spot));
            if !whole {
                open.push(parent.spot.places.region);
                open.push(parent.spot.places.account);
            }
        }
        self.parents.insert(of, parents);
        let read: Vec<usize> = self.input.complete.iter().filter(|(_, kind)| *kind == of).map(|(at, _)| *at).collect();
        for place in read.into_iter().map(ResourceId::from_index).filter(|place| !open.contains(&Some(*place))) {
            self.complete(Some(place), kind);
        }
    }

    /// Reads one list, once with each set of its constants; says whether it was read to its end.
    fn listed(&mut self, kind: &Kind, table: &LiveTable, list: &Call, asked: &[(Str, Value)], spot: &Spot) -> bool {
        let mut whole = true;
        for (nth, with) in list.with.iter().enumerate() {
            if nth > 0 && self.index.has_bare(list.operation, spot.region) {
                break;
            }
            match self.outcome(list, asked.to_vec(), with, spot.region) {
                Outcome::Answer(answer) => self.items(kind, table, list, (asked, answer), spot),
                Outcome::Absent(_, _) => {}
                Outcome::Unknown(_) | Outcome::Missing(_) => whole = false,
            }
        }
        whole
    }

    fn items(&mut self, kind: &Kind, table: &LiveTable, list: &Call, said: (&[(Str, Value)], &Node), spot: &Spot) {
        let (asked, answer) = said;
        let stands_in = table.otherwise.as_ref().is_some_and(|other| std::ptr::eq(other, list));
        let each = if stands_in { &[][..] } else { &table.each };
        for item in items(answer, list) {
            let mut draft = Draft::of_item(kind, table, list, &item);
            draft.owned(table, asked);
            if draft.is_named() && !self.seen.insert((kind.schema.kind, spot.region, draft.address())) {
                continue;
            }
            self.add(kind, table, each, draft, spot);
        }
    }

    /// Whether a region is asked at all: one answers for what is global.
    fn is_asked(&self, table: &LiveTable, region: Str) -> bool {
        match self.home {
            Some(home) if table.global => region == home,
            Some(_) if table.only.is_some_and(|only| only != region) => false,
            _ => self.only_global != Some(region),
        }
    }

    /// How a call came out; where nobody asked, it is wanted.
    pub(super) fn outcome<'c>(
        &mut self,
        call: &'c Call,
        mut asked: Vec<(Str, Value)>,
        with: &[(Str, Value)],
        region: Str,
    ) -> Outcome<'c>
    where
        'a: 'c,
    {
        let less = text(&asked);
        asked.extend(with.iter().cloned());
        let arguments = text(&asked);
        // Recorded answers may leave out what is always the same.
        let whole =
            self.index.has(call.operation, &arguments, region) || !self.index.has(call.operation, &less, region);
        let outcome = self.index.outcome(call, if whole { &arguments } else { &less }, region);
        if matches!(outcome, Outcome::Missing(_)) && self.home.is_some() {
            let first = call.before.filter(|before| self.index.find(*before, "", region).is_none());
            let ask = match first {
                Some(operation) => Ask { operation, arguments: Str::default(), parameters: Vec::new(), region },
                None => Ask { operation: call.operation, arguments, parameters: asked, region },
            };
            self.missing.push(ask);
        }
        outcome
    }

    /// A kind was read to its end, and with it what its resources make.
    fn complete(&mut self, place: Option<ResourceId>, kind: &Kind) {
        let Some(place) = place else { return };
        let made = kind.live.iter().flat_map(LiveTable::made);
        self.input.complete.extend(made.chain([kind.schema.kind]).map(|kind| (place.index(), kind)));
    }

    /// A kind that what runs shows in others: no more of it is to be found.
    fn everywhere(&mut self, kind: Str) {
        let places = self.regions.iter().filter_map(|spot| spot.places.region).chain([ResourceId::from_index(ACCOUNT)]);
        self.input.complete.extend(places.map(|place| (place.index(), kind)));
    }
}
