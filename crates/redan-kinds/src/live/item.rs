//! One resource: what lists it, and the calls that describe it.

use super::answers::Outcome;
use super::aws::{Reader, Spot};
use super::shape::{at, items, text_at};
use crate::forward::{Forward, Made, spoil};
use crate::table::Kind;
use crate::table::live::{Call, LiveTable};
use crate::tree::Tree;
use redan_model::{Existence, Node, Origin, Places, Reason, ReasonClass, Resource, Str, Unknown, Value};
use std::sync::Arc;

/// A resource while it is described.
pub(super) struct Draft {
    address: Str,
    /// What the list said, then what the calls said.
    said: Vec<Node>,
    tree: Tree,
    /// What its parts make, and why that may not exist.
    made: Vec<(Made, Option<Arc<Unknown>>)>,
    /// Texts by which others may name it.
    identities: Vec<Str>,
    /// Why something of it is not known.
    doubt: Option<Arc<Unknown>>,
}

impl Draft {
    /// A place, of which only its name is known.
    pub(super) fn of_place(name: Str) -> Self {
        let (tree, identities) = (Tree::empty(Origin::NOWHERE), Vec::new());
        Self { address: name, said: Vec::new(), tree, made: Vec::new(), identities, doubt: None }
    }

    /// What a list says of one item.
    pub(super) fn of_item(kind: &Kind, table: &LiveTable, list: &Call, item: &Node) -> Self {
        let identities: Vec<Str> = table.ids.iter().filter_map(|id| text_at(item, id)).collect();
        let mut draft = Self::of_place(kind.schema.kind);
        draft.tree = Tree::empty(item.origin);
        let named = identities.first().copied().or_else(|| name_of(kind, list, item));
        draft.address = named.unwrap_or(kind.schema.kind);
        draft.identities = identities;
        draft.lay(list, item);
        draft.said.push(item.clone());
        draft
    }

    /// What it is called.
    pub(super) fn address(&self) -> Str {
        self.address
    }

    /// Whether the list names it, so that two of one name are one.
    pub(super) fn is_named(&self) -> bool {
        !self.identities.is_empty()
    }

    fn lay(&mut self, call: &Call, node: &Node) {
        let (block, provider_default, mut made) = (self.address, Origin::NOWHERE, Vec::new());
        let mut forward = Forward { address: block, block, provider_default, made: &mut made };
        forward.block(&call.body, node, &call.into, &mut self.tree);
        forward.absent(&call.body, &call.into, &mut self.tree, node.origin);
        self.made.extend(made.into_iter().map(|made| (made, None)));
    }

    /// States whose it is.
    pub(super) fn owned(&mut self, table: &LiveTable, parameters: &[(Str, Value)]) {
        if let (Some(owner), Some((_, value))) = (&table.owner, parameters.first()) {
            let origin = self.said.first().map_or(Origin::NOWHERE, |item| item.origin);
            self.tree.put(owner, Tree::Leaf(Node::new(value.clone(), origin)), origin);
        }
    }

    /// The text of an attribute, or of a field of what was answered.
    fn text(&self, from: &[Str]) -> Option<Str> {
        let attribute = self.tree.node(from).and_then(|node| node.value.as_text());
        attribute.or_else(|| self.said.iter().find_map(|node| text_at(node, from)))
    }

    /// The parameters of a call; `None` where one has no value.
    pub(super) fn parameters(&self, call: &Call) -> Option<Vec<(Str, Value)>> {
        call.ask.iter().map(|(name, from)| Some((*name, Value::Text(self.text(from)?)))).collect()
    }

    fn describe(&mut self, call: &Call, answer: &Node) {
        let Some(described) = self.description(call, answer) else {
            let what = Str::from(format!("{} has nothing about {} yet", call.operation, self.address));
            return self
                .doubt(call, Unknown::of(Reason { class: ReasonClass::NotCollected, what, origin: answer.origin }));
        };
        if !call.into.is_empty() {
            self.tree.put(&call.into, Tree::empty(described.origin), described.origin);
        }
        self.identities.extend(call.ids.iter().filter_map(|id| text_at(&described, id)));
        self.lay(call, &described);
        self.said.push(described);
    }

    fn description(&self, call: &Call, answer: &Node) -> Option<Node> {
        if let Some((column, value)) = &call.line {
            let constant = || value.first().filter(|_| value.len() == 1).copied();
            let wanted = self.text(value).or_else(constant)?;
            return items(answer, call).into_iter().find(|item| text_at(item, &[*column]) == Some(wanted));
        }
        let described = at(answer, &call.items).cloned().unwrap_or_else(|| Node::map(Vec::new(), answer.origin));
        Some(match &described.value {
            Value::List(list) => list.items.first().cloned().unwrap_or_else(|| Node::map(Vec::new(), answer.origin)),
            _ => described,
        })
    }

    fn doubt(&mut self, call: &Call, unknown: Arc<Unknown>) {
        let origin = unknown.reasons().first().map_or(Origin::NOWHERE, |reason| reason.origin);
        spoil(&call.body, &call.into, &unknown, &mut self.tree, origin);
        for spec in call.makes() {
            // What it would have made may be there or not.
            let mut tree = Tree::empty(origin);
            match &spec.value {
                Some((to, _)) => {
                    tree.put(to, Tree::Leaf(Node::new(Value::Unknown(Arc::clone(&unknown)), origin)), origin)
                }
                None => spoil(&spec.body, &[], &unknown, &mut tree, origin),
            }
            let address = self.address;
            if let Some(owner) = &spec.owner {
                let mut made = Vec::new();
                let forward = Forward { address, block: address, provider_default: Origin::NOWHERE, made: &mut made };
                tree.put(owner, Tree::Leaf(forward.myself(origin)), origin);
            }
            self.made.push((Made { spec: spec.clone(), tree, origin }, Some(Arc::clone(&unknown))));
        }
        self.doubt.get_or_insert(unknown);
    }

    /// What no operation is asked for is not known.
    fn leave_open(&mut self, kind: &Kind, table: &LiveTable) {
        for (name, _) in kind.schema.body.fields.iter().filter(|(name, _)| !table.knows(*name)) {
            let what = Str::from(format!("{name}: no operation is asked for it"));
            let unknown = Unknown::of(Reason { class: ReasonClass::NotCollected, what, origin: Origin::NOWHERE });
            self.tree.put(&[*name], Tree::Leaf(Node::new(Value::Unknown(unknown), Origin::NOWHERE)), Origin::NOWHERE);
        }
    }
}

/// A resource that was read, and what its lists are asked with.
pub(super) struct Parent {
    pub(super) draft: Draft,
    pub(super) spot: Spot,
}

impl Reader<'_> {
    /// Asks all that describes a resource; gives its body.
    pub(super) fn described(
        &mut self,
        kind: &Kind,
        table: &LiveTable,
        each: &[Call],
        draft: &mut Draft,
        region: Str,
    ) -> Node {
        for call in each {
            let Some(parameters) = draft.parameters(call) else {
                if let Some(unknown) = draft.doubt.clone() {
                    draft.doubt(call, unknown);
                }
                continue;
            };
            let with = call.with.first().map(Vec::as_slice).unwrap_or_default();
            match self.outcome(call, parameters, with, region) {
                Outcome::Answer(answer) => draft.describe(call, answer),
                Outcome::Absent(holds, origin) => {
                    for (to, value) in holds {
                        draft.tree.put(to, Tree::Leaf(Node::new(value.clone(), origin)), origin);
                    }
                }
                Outcome::Unknown(unknown) | Outcome::Missing(unknown) => draft.doubt(call, unknown),
            }
        }
        draft.leave_open(kind, table);
        draft.tree.clone().finish()
    }

    /// Adds the resource that a draft describes, and those that its parts make.
    pub(super) fn add(&mut self, kind: &Kind, table: &LiveTable, each: &[Call], mut draft: Draft, spot: &Spot) {
        let body = self.described(kind, table, each, &mut draft, spot.region);
        let origin = draft.said.first().map_or(Origin::NOWHERE, |item| item.origin);
        let mut resource = Resource::new(kind.schema.kind, draft.address, body, origin);
        resource.identities = draft.identities.clone();
        resource.identities.extend(kind.naming.live(&resource.body, (self.account, spot.region)));
        resource.live = true;
        resource.root = self.account;
        let places = Arc::clone(&spot.places);
        resource.places = if table.global { Arc::new(Places { region: None, ..*places }) } else { Arc::clone(&places) };
        self.input.canonical.push(resource);
        for (made, doubt) in std::mem::take(&mut draft.made) {
            if self.kinds.kind(made.spec.kind).is_none() {
                continue;
            }
            let mut resource = Resource::new(made.spec.kind, draft.address, made.tree.finish(), made.origin);
            resource.identities.clear();
            resource.existence = doubt.map_or(Existence::Certain, Existence::Uncertain);
            resource.live = true;
            resource.root = self.account;
            resource.places = Arc::clone(&places);
            self.input.canonical.push(resource);
        }
        self.parents.entry(kind.schema.kind).or_default().push(Parent { draft, spot: spot.clone() });
    }
}

/// The name that the list's own answer gives an item.
fn name_of(kind: &Kind, list: &Call, item: &Node) -> Option<Str> {
    let mut draft = Draft::of_place(Str::default());
    draft.lay(list, item);
    kind.naming.names.iter().find_map(|path| draft.tree.node(path)?.value.as_text())
}
