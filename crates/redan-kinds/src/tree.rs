//! A value under construction: what several blocks state is laid together here before it becomes nodes.

use redan_model::{List, Map, Node, Origin, Reason, ReasonClass, Rest, Str, Unknown, Value};
use std::sync::Arc;

/// A value under construction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    /// A finished value.
    Leaf(Node),
    /// Named fields.
    Struct { fields: Vec<(Str, Self)>, origin: Origin, rest: Rest },
    /// Elements.
    List { items: Vec<Self>, origin: Origin, rest: Option<Arc<Unknown>> },
}

impl Tree {
    /// A structure without fields.
    pub(crate) fn empty(origin: Origin) -> Self {
        Self::Struct { fields: Vec::new(), origin, rest: Rest::Absent }
    }

    /// The tree at a path, if it is there.
    pub(crate) fn get(&self, path: &[Str]) -> Option<&Self> {
        let Some((step, tail)) = path.split_first() else { return Some(self) };
        match self {
            Self::Struct { fields, .. } => fields.iter().find(|(name, _)| name == step)?.1.get(tail),
            Self::Leaf(_) | Self::List { .. } => None,
        }
    }

    /// The node at a path, finished, if it is there.
    pub(crate) fn node(&self, path: &[Str]) -> Option<Node> {
        if let Some(tree) = self.get(path) {
            return Some(tree.clone().finish());
        }
        (1..path.len()).rev().find_map(|at| {
            let (head, tail) = path.split_at_checked(at)?;
            let Self::Leaf(node) = self.get(head)? else { return None };
            let steps: Vec<&str> = tail.iter().map(|step| step.as_str()).collect();
            node.at(&steps).cloned()
        })
    }

    /// Lays a tree at a path; structures on the way are made with this origin.
    pub(crate) fn put(&mut self, path: &[Str], tree: Self, origin: Origin) {
        let Some((step, tail)) = path.split_first() else {
            let own = std::mem::replace(self, Self::empty(origin));
            *self = merge(own, tree);
            return;
        };
        if let Self::Leaf(node) = self {
            *self = Self::opened(node.clone());
        }
        match self {
            Self::Struct { fields, .. } => match fields.iter_mut().find(|(name, _)| name == step) {
                Some((_, inner)) => inner.put(tail, tree, origin),
                None if tail.is_empty() => fields.push((*step, tree)),
                None => {
                    let mut inner = Self::empty(origin);
                    inner.put(tail, tree, origin);
                    fields.push((*step, inner));
                }
            },
            Self::Leaf(_) | Self::List { .. } => {}
        }
    }

    /// Lays the fields of a structure over this one: a list takes the place of what was there, all else is added.
    pub(crate) fn lay_over(&mut self, over: Self, origin: Origin) {
        let Self::Struct { fields: more, .. } = over else { return };
        if let Self::Leaf(node) = self {
            *self = Self::opened(node.clone());
        }
        for (name, tree) in more {
            if let (Self::List { .. }, Self::Struct { fields, .. }) = (&tree, &mut *self) {
                fields.retain(|(known, _)| *known != name);
            }
            self.put(&[name], tree, origin);
        }
    }

    /// Appends an element to the list at a path.
    pub(crate) fn push(&mut self, path: &[Str], element: Self, origin: Origin) {
        self.put(path, Self::List { items: vec![element], origin, rest: None }, origin);
    }

    /// Makes the set at a path one that may hold more.
    pub(crate) fn leave_open(&mut self, path: &[Str], unknown: &Arc<Unknown>, origin: Origin) {
        self.put(path, Self::List { items: Vec::new(), origin, rest: Some(Arc::clone(unknown)) }, origin);
    }

    /// A finished map or list as one that can be added to.
    fn opened(node: Node) -> Self {
        match &node.value {
            Value::Map(map) => Self::Struct {
                fields: map.entries().iter().map(|entry| (entry.key, Self::Leaf(entry.node.clone()))).collect(),
                origin: node.origin,
                rest: map.rest.clone(),
            },
            Value::List(list) => Self::List {
                items: list.items.iter().cloned().map(Self::Leaf).collect(),
                origin: node.origin,
                rest: list.rest.clone(),
            },
            _ => Self::Leaf(node),
        }
    }

    /// The finished value.
    pub(crate) fn finish(self) -> Node {
        match self {
            Self::Leaf(node) => node,
            Self::Struct { fields, origin, rest } => {
                let entries = fields.into_iter().map(|(name, tree)| (name, tree.finish())).collect();
                Node::new(Value::Map(Arc::new(Map::new(entries, rest))), origin)
            }
            Self::List { items, origin, rest } => {
                let items = items.into_iter().map(Self::finish).collect();
                Node::new(Value::List(Arc::new(List { items, rest })), origin)
            }
        }
    }

    /// The same shape with every leaf unknown and every list open: what a block states that may not exist.
    pub(crate) fn doubted(self, unknown: &Arc<Unknown>) -> Self {
        match self {
            Self::Leaf(node) => Self::Leaf(Node::new(Value::Unknown(Arc::clone(unknown)), node.origin)),
            Self::Struct { fields, origin, rest } => Self::Struct {
                fields: fields.into_iter().map(|(name, tree)| (name, tree.doubted(unknown))).collect(),
                origin,
                rest,
            },
            Self::List { origin, .. } => Self::List { items: Vec::new(), origin, rest: Some(Arc::clone(unknown)) },
        }
    }
}

/// Two statements about one thing: structures join, lists add up, equal values agree, different ones are unknown.
fn merge(left: Tree, right: Tree) -> Tree {
    match (left, right) {
        (Tree::Struct { fields, origin, rest }, Tree::Struct { fields: more, origin: other, rest: more_rest }) => {
            let narrower = other != origin && other.within(origin);
            let origin = if narrower || (fields.is_empty() && rest == Rest::Absent) { other } else { origin };
            let mut joined = fields;
            for (name, tree) in more {
                match joined.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, known)) => {
                        let own = std::mem::replace(known, Tree::empty(origin));
                        *known = merge(own, tree);
                    }
                    None => joined.push((name, tree)),
                }
            }
            let rest = if rest == Rest::Absent { more_rest } else { rest };
            Tree::Struct { fields: joined, origin, rest }
        }
        (Tree::List { mut items, origin, rest }, Tree::List { items: more, rest: more_rest, .. }) => {
            items.extend(more);
            let rest = match (rest, more_rest) {
                (Some(left), Some(right)) => Some(Unknown::merge(&left, &right)),
                (one, None) | (None, one) => one,
            };
            Tree::List { items, origin, rest }
        }
        (Tree::Leaf(node), right) => merge_leaf(node, right),
        (left, Tree::Leaf(node)) => match Tree::opened(node) {
            Tree::Leaf(node) => merge_leaf(node, left),
            opened => merge(left, opened),
        },
        (left, _) => left,
    }
}

fn merge_leaf(node: Node, other: Tree) -> Tree {
    if let Value::Unknown(unknown) = &node.value {
        if let Tree::List { items, origin, rest } = other {
            let rest = rest.map_or_else(|| Arc::clone(unknown), |rest| Unknown::merge(&rest, unknown));
            return Tree::List { items, origin, rest: Some(rest) };
        }
        if let Tree::Struct { fields, origin, rest: Rest::Absent } = other {
            return Tree::Struct { fields, origin, rest: Rest::Unknown(Arc::clone(unknown)) };
        }
    }
    if node.value.is_null() {
        return other;
    }
    match other {
        Tree::Leaf(right) if right.value == node.value || right.value.is_null() => Tree::Leaf(node),
        Tree::Leaf(right) => match (Tree::opened(node), Tree::opened(right)) {
            (Tree::Leaf(left), Tree::Leaf(right)) => Tree::Leaf(stated_twice(&left, &right)),
            (left, right) => merge(left, right),
        },
        other => match Tree::opened(node) {
            Tree::Leaf(left) => Tree::Leaf(left),
            opened => merge(opened, other),
        },
    }
}

fn stated_twice(left: &Node, right: &Node) -> Node {
    let reason = |origin| Reason { class: ReasonClass::Problem, what: Str::new("stated twice, differently"), origin };
    let unknown = Unknown::all([reason(left.origin), reason(right.origin)]);
    let value = unknown.map_or(Value::Null, Value::Unknown);
    Node::new(value, left.origin)
}
