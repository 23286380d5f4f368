//! AWS answers, in botocore's shape, through the `live:` tables of the kinds.

use super::answers::{Answers, Index, Outcome};
use super::plan::{Ask, Scope, text};
use crate::assemble::Input;
use crate::forward::{Forward, Made, spoil};
use crate::registry::Kinds;
use crate::table::Kind;
use crate::table::lens::Path;
use crate::table::live::{Call, LiveTable};
use crate::tree::Tree;
use redan_model::{Node, Origin, Places, Resource, ResourceId, Str, Value};
use std::sync::Arc;

impl LiveTable {
    /// The list that was asked for: the first, unless only the other was answered.
    fn asked<'t>(&'t self, index: &Index<'_>, region: Str) -> &'t Call {
        let with = |call: &Call| call.with.first().map(|with| text(with)).unwrap_or_default();
        let answered = |call: &Call| index.find(call.operation, &with(call), region).is_some();
        match &self.otherwise {
            Some(other) if !answered(&self.list) && answered(other) => other,
            _ => &self.list,
        }
    }
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

pub(super) struct Reader<'a> {
    account: Str,
    index: &'a Index<'a>,
    kinds: &'a Kinds,
    input: Input,
    regions: Vec<(Str, Arc<Places>)>,
    /// The region that is asked for what is global; none where answers are only read.
    home: Option<Str>,
    /// The region that is asked for nothing else.
    only_global: Option<Str>,
    missing: Vec<Ask>,
}

const ACCOUNT: usize = 0;

impl<'a> Reader<'a> {
    fn new(answers: &Answers, index: &'a Index<'a>, kinds: &'a Kinds) -> Self {
        let (input, regions, missing) = (Input::default(), Vec::new(), Vec::new());
        Self { account: answers.account, index, kinds, input, regions, home: None, only_global: None, missing }
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

    fn kinds(&mut self, wanted: &dyn Fn(Str) -> bool) {
        for name in self.kinds.names().into_iter().filter(|name| wanted(*name)) {
            let Some(kind) = self.kinds.kind(name) else { continue };
            if let Some(table) = &kind.live {
                self.kind(kind, table);
            }
        }
    }

    fn places(&mut self, regions: &[Str]) {
        let account = Some(ResourceId::from_index(ACCOUNT));
        self.place("AWS::Account", self.account, Places { account, ..Places::default() });
        for &region in regions {
            let id = Some(ResourceId::from_index(self.input.canonical.len()));
            let places = Places { account, region: id, ..Places::default() };
            self.place("AWS::Region", region, places);
            self.regions.push((region, Arc::new(places)));
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

    fn kind(&mut self, kind: &Kind, table: &LiveTable) {
        let mut everywhere = true;
        for (region, places) in self.regions.clone() {
            if !self.is_asked(table, region) {
                continue;
            }
            let place = places.region.filter(|_| !table.global).or(places.account);
            let list = table.asked(self.index, region);
            let mut whole = true;
            for (nth, with) in list.with.iter().enumerate() {
                if nth > 0 && self.index.has_bare(list.operation, region) {
                    break;
                }
                match self.outcome(list, Vec::new(), with, region) {
                    Outcome::Answer(answer) => {
                        for item in items(answer, &list.items) {
                            self.item(kind, table, list, &item, (region, &places));
                        }
                    }
                    Outcome::Absent(..) => {}
                    Outcome::Unknown(..) | Outcome::Missing(_) => whole = false,
                }
            }
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

    /// Whether a region is asked at all: one answers for what is global.
    fn is_asked(&self, table: &LiveTable, region: Str) -> bool {
        match self.home {
            Some(home) if table.global => region == home,
            _ => self.only_global != Some(region),
        }
    }

    /// How a call came out; where nobody asked, it is wanted.
    fn outcome<'c>(
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
        let mut outcome = self.index.outcome(call, &arguments, region);
        if matches!(outcome, Outcome::Missing(_)) && arguments != less {
            outcome = self.index.outcome(call, &less, region);
        }
        if matches!(outcome, Outcome::Missing(_)) && self.home.is_some() {
            self.missing.push(Ask { operation: call.operation, arguments, parameters: asked, region });
        }
        outcome
    }

    fn complete(&mut self, place: Option<ResourceId>, kind: &Kind) {
        if let Some(place) = place {
            self.input.complete.push((place.index(), kind.schema.kind));
        }
    }

    fn item(&mut self, kind: &Kind, table: &LiveTable, list: &Call, item: &Node, place: (Str, &Arc<Places>)) {
        let (region, places) = place;
        let mut tree = Tree::empty(item.origin);
        let mut made: Vec<Made> = Vec::new();
        let named = table.ids.iter().find_map(|id| text_at(item, id));
        let address = named.or_else(|| name_of(kind, list, item)).unwrap_or(kind.schema.kind);
        let mut forward = Forward { address, block: address, provider_default: Origin::NOWHERE, made: &mut made };
        forward.block(&list.body, item, &list.into, &mut tree);
        forward.absent(&list.body, &list.into, &mut tree, item.origin);
        let each = if std::ptr::eq(list, &raw const table.list) { table.each.as_slice() } else { &[] };
        for call in each {
            let Some(arguments) = arguments(call, &tree, item) else { continue };
            let with = call.with.first().map(Vec::as_slice).unwrap_or_default();
            match self.outcome(call, arguments, with, region) {
                Outcome::Answer(answer) => {
                    let described =
                        at(answer, &call.items).cloned().unwrap_or_else(|| Node::map(Vec::new(), answer.origin));
                    if !call.into.is_empty() {
                        tree.put(&call.into, Tree::empty(described.origin), described.origin);
                    }
                    forward.block(&call.body, &described, &call.into, &mut tree);
                    forward.absent(&call.body, &call.into, &mut tree, described.origin);
                }
                Outcome::Absent(holds, origin) => {
                    for (to, value) in holds {
                        tree.put(to, Tree::Leaf(Node::new(value.clone(), origin)), origin);
                    }
                }
                Outcome::Unknown(unknown, origin) => spoil(&call.body, &call.into, &unknown, &mut tree, origin),
                Outcome::Missing(unknown) => spoil(&call.body, &call.into, &unknown, &mut tree, Origin::NOWHERE),
            }
        }
        let body = tree.finish();
        let mut resource = Resource::new(kind.schema.kind, address, body, item.origin);
        resource.identities = table.ids.iter().filter_map(|id| text_at(item, id)).collect();
        let place = (self.account, region);
        resource.identities.extend(kind.naming.live(&resource.body, place));
        resource.live = true;
        resource.root = self.account;
        resource.places = if table.global { Arc::new(Places { region: None, ..**places }) } else { Arc::clone(places) };
        self.input.canonical.push(resource);
        let owner = self.input.canonical.len() - 1;
        self.made(made, owner, places);
    }

    fn made(&mut self, made: Vec<Made>, owner: usize, places: &Arc<Places>) {
        for made in made {
            let Some(parent) = self.input.canonical.get(owner) else { continue };
            if self.kinds.kind(made.spec.kind).is_none() {
                continue;
            }
            let mut resource = Resource::new(made.spec.kind, parent.address, made.tree.finish(), made.origin);
            resource.identities.clear();
            resource.live = true;
            resource.root = parent.root;
            resource.places = Arc::clone(places);
            self.input.canonical.push(resource);
        }
    }
}

/// The name that the list's own answer gives an item.
fn name_of(kind: &Kind, list: &Call, item: &Node) -> Option<Str> {
    let mut tree = Tree::empty(item.origin);
    let mut forward = Forward {
        address: Str::default(),
        block: Str::default(),
        provider_default: Origin::NOWHERE,
        made: &mut Vec::new(),
    };
    forward.block(&list.body, item, &list.into, &mut tree);
    kind.naming.names.iter().find_map(|path| tree.node(path)?.value.as_text())
}

/// The parameters of a call; `None` where one has no value.
fn arguments(call: &Call, tree: &Tree, item: &Node) -> Option<Vec<(Str, Value)>> {
    let value = |from: &Path| tree.node(from).and_then(|node| node.value.as_text()).or_else(|| text_at(item, from));
    call.ask.iter().map(|(name, from)| Some((*name, Value::Text(value(from)?)))).collect()
}

/// The items of an answer: a path through structures and lists, flattened.
fn items(answer: &Node, path: &[Str]) -> Vec<Node> {
    let mut current = vec![answer.clone()];
    for step in path {
        current = current.iter().filter_map(|node| node.get(*step)).flat_map(flat).collect();
    }
    current.iter().flat_map(flat).map(named).collect()
}

/// A list of texts is read as one of structures: `["a"]` as `[{Item: "a"}]`.
fn named(item: Node) -> Node {
    match &item.value {
        Value::Text(_) => {
            let origin = item.origin;
            Node::map(vec![(Str::new("Item"), item)], origin)
        }
        _ => item,
    }
}

fn flat(node: &Node) -> Vec<Node> {
    match &node.value {
        Value::List(list) => list.items.to_vec(),
        _ => vec![node.clone()],
    }
}

fn at<'n>(node: &'n Node, path: &[Str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, step| node.get(*step))
}

fn text_at(node: &Node, path: &[Str]) -> Option<Str> {
    at(node, path)?.value.as_text()
}
