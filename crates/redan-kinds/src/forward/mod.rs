//! Lenses forwards: from a source's arguments to a tree in the vendor's schema. Total over unknown and references.

pub(crate) mod steps;

use crate::table::lens::{Makes, Piece};
use crate::table::{Block, Lens, Spread};
use crate::tree::Tree;
use redan_model::{Node, Origin, Part, Ref, Rest, Str, Target, Unknown, Value};
use std::sync::Arc;

pub(crate) use steps::{as_text as text, document, run, truth};

/// A resource that a part of another's block makes.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// What the kind's table says of it.
    pub(crate) spec: Makes,
    /// Its body.
    pub(crate) tree: Tree,
    /// The block, or the argument's expression.
    pub(crate) origin: Origin,
}

/// Applies lenses to one block of a source.
pub(crate) struct Forward<'a> {
    /// The address of the resource whose block this is.
    pub(crate) address: Str,
    /// The address of the block that is read: another one where a satellite states part of the resource.
    pub(crate) block: Str,
    /// The origin of what a provider sets where an argument is left out.
    pub(crate) provider_default: Origin,
    /// Resources that were made on the way.
    pub(crate) made: &'a mut Vec<Made>,
}

impl Forward<'_> {
    /// Lays what a block states into `out`, below `base`.
    pub(crate) fn block(&mut self, block: &Block, raw: &Node, base: &[Str], out: &mut Tree) {
        for argument in &block.arguments {
            if let Some(node) = argument_of(raw, argument.argument) {
                for lens in &argument.lenses {
                    self.lens(lens, &node, base, out, raw.origin);
                }
            }
        }
        for (to, pieces) in &block.compose {
            if let Some(node) = compose(pieces, raw) {
                out.put(&join(base, to), Tree::Leaf(node), raw.origin);
            }
        }
        for (to, value) in &block.set {
            out.put(&join(base, to), Tree::Leaf(Node::new(value.clone(), raw.origin)), raw.origin);
        }
    }

    /// Lays constants that hold where nothing states the path.
    pub(crate) fn absent(&self, block: &Block, base: &[Str], out: &mut Tree, origin: Origin) {
        for (to, value) in &block.absent {
            let path = join(base, to);
            if out.node(&path).is_none() {
                out.put(&path, Tree::Leaf(Node::new(value.clone(), self.provider_default)), origin);
            }
        }
    }

    fn lens(&mut self, lens: &Lens, node: &Node, base: &[Str], out: &mut Tree, around: Origin) {
        match lens {
            Lens::Move { to, steps } => {
                if let Some(node) = run(steps, node.clone()) {
                    out.put(&join(base, to), Tree::Leaf(node), around);
                }
            }
            Lens::Block { to, many: false, body } => self.single(to, body, node, base, out, around),
            Lens::Block { to, many: true, body } => self.many(&join(base, to), body, node, out),
            Lens::Keyed { to, key, value } => keyed(&join(base, to), *key, *value, node, out, around),
            Lens::Entry { to, key, value, entry, steps } => {
                if let Some(node) = run(steps, node.clone()) {
                    let element = pair(*key, Node::text(entry, node.origin), *value, node);
                    out.push(&join(base, to), Tree::Leaf(element), around);
                }
            }
            Lens::Makes(makes) => self.makes(makes, node, around),
        }
    }

    fn single(&mut self, to: &[Str], body: &Block, node: &Node, base: &[Str], out: &mut Tree, around: Origin) {
        let path = join(base, to);
        let (block, doubt) = match &node.value {
            Value::Map(_) => (Some(node), None),
            Value::List(list) => (list.items.first(), list.rest.as_ref()),
            Value::Unknown(unknown) => (None, Some(unknown)),
            _ => return,
        };
        match (block, doubt) {
            (Some(block), _) => {
                if let Value::Unknown(unknown) = &block.value {
                    spoil(body, &path, unknown, out, block.origin);
                    return;
                }
                if !to.is_empty() {
                    out.put(&path, Tree::empty(block.origin), around);
                }
                self.block(body, block, &path, out);
                self.absent(body, &path, out, block.origin);
            }
            (None, Some(unknown)) => {
                if to.is_empty() {
                    spoil(body, &path, unknown, out, node.origin);
                } else {
                    let leaf = Node::new(Value::Unknown(Arc::clone(unknown)), node.origin);
                    out.put(&path, Tree::Leaf(leaf), around);
                }
            }
            (None, None) => {}
        }
    }

    fn many(&mut self, path: &[Str], body: &Block, node: &Node, out: &mut Tree) {
        let (items, rest) = match &node.value {
            Value::Map(_) => (std::slice::from_ref(node), None),
            Value::List(list) => (&*list.items, list.rest.as_ref()),
            Value::Unknown(unknown) => (&[][..], Some(unknown)),
            _ => return,
        };
        out.put(path, Tree::List { items: Vec::new(), origin: node.origin, rest: rest.cloned() }, node.origin);
        for item in items {
            self.element(path, body, item, out);
        }
    }

    /// Appends what one block states to the list at a path: one entry, or one for each spread element.
    pub(crate) fn element(&mut self, path: &[Str], body: &Block, item: &Node, out: &mut Tree) {
        if let Value::Unknown(unknown) = &item.value {
            out.leave_open(path, unknown, item.origin);
            return;
        }
        let mut shared = Tree::empty(item.origin);
        self.block(body, item, &[], &mut shared);
        self.absent(body, &[], &mut shared, item.origin);
        if body.spread.is_empty() {
            out.push(path, shared, item.origin);
            return;
        }
        for spread in &body.spread {
            let Some(values) = argument_of(item, spread.argument) else { continue };
            for value in self.spread_values(spread, &values) {
                let mut entry = shared.clone();
                match &spread.body {
                    Some(body) => self.block(body, &value, &[], &mut entry),
                    None => entry.put(&spread.field, Tree::Leaf(value), item.origin),
                }
                out.push(path, entry, item.origin);
            }
        }
    }

    fn spread_values(&self, spread: &Spread, node: &Node) -> Vec<Node> {
        if spread.this {
            return vec![refer(self.block, "Arn", node.origin)];
        }
        if spread.when_true {
            return match &node.value {
                Value::Bool(false) | Value::Null => Vec::new(),
                Value::Unknown(_) => vec![node.clone()],
                _ => vec![self.myself(node.origin)],
            };
        }
        match &node.value {
            Value::Null => Vec::new(),
            Value::List(list) => {
                let rest = list.rest.iter().map(|rest| Node::new(Value::Unknown(Arc::clone(rest)), node.origin));
                list.items.iter().cloned().chain(rest).collect()
            }
            _ => vec![node.clone()],
        }
    }

    /// A reference to the resource whose block this is.
    pub(crate) fn myself(&self, origin: Origin) -> Node {
        refer(self.address, "", origin)
    }

    fn makes(&mut self, spec: &Makes, node: &Node, around: Origin) {
        if node.value.is_null() {
            return;
        }
        let blocks: Vec<Node> = match &node.value {
            Value::List(list) if spec.value.is_none() => list.items.to_vec(),
            _ => vec![node.clone()],
        };
        for block in blocks {
            let mut tree = Tree::empty(if spec.value.is_some() { around } else { block.origin });
            match (&spec.value, &block.value) {
                (Some((to, steps)), _) => {
                    let Some(value) = run(steps, block.clone()) else { continue };
                    tree.put(to, Tree::Leaf(value), block.origin);
                }
                (None, Value::Unknown(unknown)) => spoil(&spec.body, &[], unknown, &mut tree, block.origin),
                (None, _) => {
                    self.block(&spec.body, &block, &[], &mut tree);
                    self.absent(&spec.body, &[], &mut tree, block.origin);
                }
            }
            if spec.value.is_some() {
                for (to, value) in &spec.body.set {
                    tree.put(to, Tree::Leaf(Node::new(value.clone(), block.origin)), block.origin);
                }
            }
            if let Some(owner) = &spec.owner {
                tree.put(owner, Tree::Leaf(self.myself(block.origin)), block.origin);
            }
            self.made.push(Made { spec: spec.clone(), tree, origin: block.origin });
        }
    }
}

fn refer(address: Str, attribute: &str, origin: Origin) -> Node {
    let target = Target::Address(address);
    Node::new(Value::Ref(Arc::new(Ref { target, attribute: Str::new(attribute), text: None })), origin)
}

/// The node of an argument; unknown where the block's own rest is.
pub(crate) fn argument_of(raw: &Node, argument: Str) -> Option<Node> {
    let map = raw.value.as_map()?;
    match (map.get(argument), &map.rest) {
        (Some(node), _) => Some(node.clone()),
        (None, Rest::Unknown(unknown)) => Some(Node::new(Value::Unknown(Arc::clone(unknown)), raw.origin)),
        (None, Rest::Absent | Rest::Assumed(_)) => None,
    }
}

/// Every place that a block could state becomes unknown.
pub(crate) fn spoil(block: &Block, base: &[Str], unknown: &Arc<Unknown>, out: &mut Tree, origin: Origin) {
    let mut lay = |path: &[Str]| {
        out.put(path, Tree::Leaf(Node::new(Value::Unknown(Arc::clone(unknown)), origin)), origin);
    };
    for argument in &block.arguments {
        for lens in &argument.lenses {
            match lens {
                Lens::Move { to, .. } | Lens::Keyed { to, .. } | Lens::Block { to, many: true, .. } => {
                    lay(&join(base, to))
                }
                Lens::Block { to, many: false, .. } if !to.is_empty() => lay(&join(base, to)),
                Lens::Block { .. } | Lens::Entry { .. } | Lens::Makes(_) => {}
            }
        }
    }
    for lens in block.arguments.iter().flat_map(|argument| &argument.lenses) {
        if let Lens::Block { to, many: false, body } = lens
            && to.is_empty()
        {
            spoil(body, base, unknown, out, origin);
        }
    }
    for (to, _) in &block.compose {
        out.put(&join(base, to), Tree::Leaf(Node::new(Value::Unknown(Arc::clone(unknown)), origin)), origin);
    }
}

fn keyed(path: &[Str], key: Str, value: Str, node: &Node, out: &mut Tree, around: Origin) {
    let element = |name: Str, item: &Node| Tree::Leaf(pair(key, Node::text(&name, item.origin), value, item.clone()));
    let (items, rest) = match &node.value {
        Value::Map(map) => {
            let rest = match &map.rest {
                Rest::Unknown(unknown) => Some(Arc::clone(unknown)),
                Rest::Absent | Rest::Assumed(_) => None,
            };
            (map.entries().iter().map(|entry| element(entry.key, &entry.node)).collect(), rest)
        }
        Value::Unknown(unknown) => (Vec::new(), Some(Arc::clone(unknown))),
        Value::List(_) => {
            out.put(path, Tree::Leaf(node.clone()), around);
            return;
        }
        _ => return,
    };
    out.put(path, Tree::List { items, origin: node.origin, rest }, around);
}

/// An entry of a keyed list; with the value `.` it is the item itself, beside its key.
fn pair(key: Str, name: Node, value: Str, item: Node) -> Node {
    let origin = item.origin;
    if let (".", Value::Map(map)) = (value.as_str(), &item.value) {
        let entries = map.pairs().into_iter().chain([(key, name)]).collect();
        return Node::new(Value::Map(Arc::new(redan_model::Map::new(entries, map.rest.clone()))), origin);
    }
    Node::map(vec![(key, name), (value, item)], origin)
}

fn compose(pieces: &[Piece], raw: &Node) -> Option<Node> {
    let mut parts = Vec::new();
    let mut origin = None;
    for piece in pieces {
        match piece {
            Piece::Literal(text) => parts.push(Part::Literal(*text)),
            Piece::Argument(name) => {
                let node = argument_of(raw, *name).filter(|node| !node.value.is_null())?;
                origin.get_or_insert(node.origin);
                parts.push(Part::Hole(steps::as_text(node)));
            }
        }
    }
    Some(Node::new(Value::template(parts), origin?))
}

/// Two paths, one after the other.
pub(crate) fn join(base: &[Str], to: &[Str]) -> Vec<Str> {
    base.iter().chain(to).copied().collect()
}
