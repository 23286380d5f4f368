//! AWS answers, in botocore's shape, through the `live:` tables of the kinds.

use crate::assemble::Input;
use crate::forward::{Forward, Made, spoil};
use crate::registry::Kinds;
use crate::table::Kind;
use crate::table::live::{Call, LiveTable};
use crate::tree::Tree;
use redan_model::{Node, Origin, Places, Reason, ReasonClass, Resource, ResourceId, Str, Unknown, Value};
use std::sync::Arc;

/// The answers of one account.
pub struct Answers {
    /// The account's number.
    pub account: Str,
    /// What was asked, and the answer: `(operation, arguments, region, answer)`. Arguments are `Name=value` joined by
    /// commas, empty if none.
    pub calls: Vec<(Str, Str, Str, Node)>,
}

/// How an answer came out.
enum Outcome<'a> {
    Answer(&'a Node),
    Absent(&'a [(crate::table::lens::Path, Value)], Origin),
    Unknown(Arc<Unknown>, Origin),
}

impl Answers {
    /// Reads an object of answers by call: `"s3:GetBucketPolicy(Bucket=logs)@eu-west-1": {…}`. The region is us-east-1
    /// unless named; `{"error": "Code"}` is an error.
    #[must_use]
    pub fn from_object(object: &Node, account: &str) -> Self {
        let mut calls = Vec::new();
        if let Value::Map(map) = &object.value {
            for entry in map.entries() {
                let (call, region) = entry.key.split_once('@').unwrap_or((entry.key.as_str(), "us-east-1"));
                let (operation, arguments) = call.split_once('(').unwrap_or((call, ""));
                let arguments = arguments.trim_end_matches(')');
                calls.push((Str::new(operation), Str::new(arguments), Str::new(region), entry.node.clone()));
            }
        }
        Self { account: Str::new(account), calls }
    }

    /// Answers for one account, none so far.
    #[must_use]
    pub fn of(account: &str) -> Self {
        Self { account: Str::new(account), calls: Vec::new() }
    }

    /// Adds the answer of a describe or list operation by what it holds: `{"Vpcs": […]}`. False if no table lists
    /// resources under such a name, or more than one operation may have answered.
    pub fn add(&mut self, answer: &Node, region: &str, kinds: &Kinds) -> bool {
        let Value::Map(map) = &answer.value else { return false };
        let mut operations: Vec<Str> = Vec::new();
        for table in kinds.names().into_iter().filter_map(|name| kinds.kind(name)?.live.as_ref()) {
            let lists = std::iter::once(&table.list).chain(&table.otherwise);
            let held = lists.filter(|list| list.items.first().is_some_and(|member| map.get(*member).is_some()));
            operations.extend(held.map(|list| list.operation));
        }
        operations.sort();
        operations.dedup();
        // What one operation lists in more detail, another may name too.
        if let [_, _] = operations.as_slice() {
            operations.retain(|operation| operation.as_str() != "ec2:DescribeManagedPrefixLists");
        }
        let [operation] = operations.as_slice() else { return false };
        self.calls.push((*operation, Str::default(), Str::new(region), answer.clone()));
        true
    }

    /// Every operation that was not asked answers with nothing, in every region.
    pub fn nothing_else(&mut self, kinds: &Kinds) {
        let regions = self.regions();
        for table in kinds.names().into_iter().filter_map(|name| kinds.kind(name)?.live.as_ref()) {
            for call in std::iter::once(&table.list).chain(&table.each) {
                for region in &regions {
                    let other = table.otherwise.as_ref().filter(|_| std::ptr::eq(call, &raw const table.list));
                    let asked = |operation| self.find(operation, "", *region).is_some();
                    if !asked(call.operation) && !other.is_some_and(|other| asked(other.operation)) {
                        let nothing = Node::map(Vec::new(), Origin::NOWHERE);
                        self.calls.push((call.operation, Str::default(), *region, nothing));
                    }
                }
            }
        }
    }

    fn regions(&self) -> Vec<Str> {
        let mut regions: Vec<Str> = self.calls.iter().map(|(_, _, region, _)| *region).collect();
        regions.sort();
        regions.dedup();
        regions
    }

    fn find(&self, operation: Str, arguments: &str, region: Str) -> Option<&Node> {
        let same = |call: &&(Str, Str, Str, Node)| call.0 == operation && call.2 == region;
        let mut exact = self.calls.iter().filter(same).filter(|call| call.1 == arguments);
        exact.next().or_else(|| self.calls.iter().filter(same).find(|call| call.1.is_empty())).map(|call| &call.3)
    }

    fn outcome<'a>(&'a self, call: &'a Call, arguments: &str, region: Str) -> Outcome<'a> {
        let Some(answer) = self.find(call.operation, arguments, region) else {
            let reason = Reason { class: ReasonClass::NotCollected, what: call.operation, origin: Origin::NOWHERE };
            return Outcome::Unknown(Unknown::of(reason), Origin::NOWHERE);
        };
        let Some(code) = answer.get(Str::new("error")).and_then(|error| error.value.as_text()) else {
            return Outcome::Answer(answer);
        };
        if let Some((_, holds)) = call.absent.iter().find(|(known, _)| *known == code) {
            return Outcome::Absent(holds, answer.origin);
        }
        let denied = code.contains("AccessDenied") || code.contains("Unauthorized") || code.contains("Forbidden");
        let class = if denied { ReasonClass::Denied } else { ReasonClass::NotCollected };
        let what = Str::from(format!("{} answered {code}", call.operation));
        Outcome::Unknown(Unknown::of(Reason { class, what, origin: answer.origin }), answer.origin)
    }
}

impl LiveTable {
    /// The list that was asked for: the first, unless only the other was answered.
    fn asked<'t>(&'t self, answers: &Answers, region: Str) -> &'t Call {
        match &self.otherwise {
            Some(other) if answers.find(self.list.operation, "", region).is_none() => {
                if answers.find(other.operation, "", region).is_some() { other } else { &self.list }
            }
            _ => &self.list,
        }
    }
}

/// Canonical resources of all kinds that the answers speak of.
#[must_use]
pub fn read_aws(answers: &Answers, kinds: &Kinds) -> Input {
    let mut reader = Reader { answers, kinds, input: Input::default(), regions: Vec::new() };
    reader.places();
    for name in kinds.names() {
        let Some(kind) = kinds.kind(name) else { continue };
        if let Some(table) = &kind.live {
            reader.kind(kind, table);
        }
    }
    reader.input
}

struct Reader<'a> {
    answers: &'a Answers,
    kinds: &'a Kinds,
    input: Input,
    regions: Vec<(Str, Arc<Places>)>,
}

const ACCOUNT: usize = 0;

impl Reader<'_> {
    fn places(&mut self) {
        let account = Some(ResourceId::from_index(ACCOUNT));
        self.place("AWS::Account", self.answers.account, Places { account, ..Places::default() });
        for region in self.answers.regions() {
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
        resource.root = self.answers.account;
        resource.name = Some(name);
        resource.places = Arc::new(places);
        self.input.canonical.push(resource);
    }

    fn kind(&mut self, kind: &Kind, table: &LiveTable) {
        let mut everywhere = true;
        for (region, places) in self.regions.clone() {
            let place = places.region.filter(|_| !table.global).or(places.account);
            let list = table.asked(self.answers, region);
            match self.answers.outcome(list, "", region) {
                Outcome::Answer(answer) => {
                    for item in items(answer, &list.items) {
                        self.item(kind, table, list, &item, (region, &places));
                    }
                    self.complete(place, kind);
                }
                Outcome::Absent(_, _) => self.complete(place, kind),
                Outcome::Unknown(..) => everywhere = table.global && everywhere,
            }
        }
        if everywhere && !table.global {
            self.complete(Some(ResourceId::from_index(ACCOUNT)), kind);
        }
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
            match self.answers.outcome(call, &arguments, region) {
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
            }
        }
        let body = tree.finish();
        let mut resource = Resource::new(kind.schema.kind, address, body, item.origin);
        resource.identities = table.ids.iter().filter_map(|id| text_at(item, id)).collect();
        let place = (self.answers.account, region);
        resource.identities.extend(kind.naming.live(&resource.body, place));
        resource.live = true;
        resource.root = self.answers.account;
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

/// The arguments of a call as `Name=value` pairs; `None` where one has no value.
fn arguments(call: &Call, tree: &Tree, item: &Node) -> Option<String> {
    let mut pairs = Vec::new();
    for (name, from) in &call.ask {
        let value = tree.node(from).and_then(|node| node.value.as_text()).or_else(|| text_at(item, from))?;
        pairs.push(format!("{name}={value}"));
    }
    Some(pairs.join(","))
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
