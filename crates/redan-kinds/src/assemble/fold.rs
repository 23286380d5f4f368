//! Satellites fold into the resource that they name; what names nothing that was read makes a partial resource.

use super::draft::{Drafts, doubt};
use crate::forward::{Forward, argument_of, join};
use crate::raw::{Mode as RawMode, RawResource};
use crate::table::{Mode, TerraformTable};
use crate::tree::Tree;
use redan_model::{Node, Stated, Str, Target, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What an argument of a satellite names.
pub(super) enum Named {
    /// A draft.
    Draft(usize),
    /// A text that no draft is known by.
    Text(Str),
    /// Not known.
    Nothing,
}

struct Satellites<'r> {
    raw: &'r [RawResource],
    by_address: FxHashMap<(Str, Str), usize>,
    done: Vec<bool>,
}

impl Drafts<'_> {
    /// Folds every satellite; one that names another satellite waits for it.
    pub(super) fn fold(&mut self, raw: &[RawResource]) {
        let by_address = raw.iter().enumerate().map(|(at, block)| ((block.root, block.address), at)).collect();
        let mut satellites = Satellites { raw, by_address, done: vec![false; raw.len()] };
        self.names_to_drafts();
        for at in 0..raw.len() {
            self.fold_one(&mut satellites, at, 0);
        }
    }

    /// Texts that name created resources, so that satellites find them.
    fn names_to_drafts(&mut self) {
        for at in 0..self.all.len() {
            let Some(draft) = self.all.get(at) else { continue };
            let Some(kind) = self.kinds.kind(draft.resource.kind) else { continue };
            let (root, name) = (draft.resource.root, draft.resource.kind);
            let texts: Vec<Str> =
                kind.naming.names.iter().filter_map(|path| draft.tree.node(path)?.value.as_text()).collect();
            for text in texts {
                self.partial.entry((root, name, text)).or_insert(at);
            }
        }
    }

    fn fold_one(&mut self, satellites: &mut Satellites<'_>, at: usize, depth: usize) {
        let (Some(block), Some(done)) = (satellites.raw.get(at), satellites.done.get_mut(at)) else { return };
        if *done || depth > 16 {
            return;
        }
        *done = true;
        let kinds = Arc::clone(self.kinds);
        for (kind, table) in kinds.terraform(block.kind) {
            let kind = kind.schema.kind;
            match &table.mode {
                Mode::Creates => {}
                _ if block.mode == RawMode::Data => {}
                // A CloudFormation type may name one of several things; a table is about one of them.
                Mode::Into { argument, .. } | Mode::Each { argument, .. }
                    if block.kind.contains("::") && argument_of(&block.body, *argument).is_none() => {}
                Mode::Into { argument, list } => {
                    let target = self.target(satellites, block, *argument, kind, depth);
                    self.lay(block, table, target, list.as_deref(), true);
                }
                Mode::Choice { argument, by, lists } => {
                    let target = self.target(satellites, block, *argument, kind, depth);
                    let chosen = argument_of(&block.body, *by).and_then(|node| node.value.as_text());
                    let list = lists.iter().find(|(value, _)| Some(*value) == chosen);
                    match list {
                        Some((_, list)) => self.lay(block, table, target, Some(list), true),
                        None => {
                            for (_, list) in lists {
                                self.leave_open(block, target, list, *by);
                            }
                        }
                    }
                }
                Mode::Each { argument, list } => {
                    for node in elements(argument_of(&block.body, *argument)) {
                        let target = self.target_of(satellites, block, &node, kind, depth);
                        self.lay(block, table, target, list.as_deref(), false);
                    }
                }
                Mode::Place { name, list } => {
                    let target = self.place(block, *name);
                    self.lay(block, table, target, list.as_deref(), true);
                }
            }
        }
    }

    fn target(
        &mut self,
        satellites: &mut Satellites<'_>,
        block: &RawResource,
        argument: Str,
        kind: Str,
        depth: usize,
    ) -> usize {
        match argument_of(&block.body, argument) {
            Some(node) => self.target_of(satellites, block, &node, kind, depth),
            None => self.touch(block, kind, None),
        }
    }

    fn target_of(
        &mut self,
        satellites: &mut Satellites<'_>,
        block: &RawResource,
        node: &Node,
        kind: Str,
        depth: usize,
    ) -> usize {
        if let Value::Ref(reference) = &node.value
            && let Target::Address(address) = reference.target
            && let Some(other) = satellites.by_address.get(&(block.root, address)).copied()
        {
            self.fold_one(satellites, other, depth + 1);
        }
        match self.named(block.root, node, kind) {
            Named::Draft(at) => at,
            Named::Text(text) => self.touch(block, kind, Some(text)),
            Named::Nothing => self.touch(block, kind, None),
        }
    }

    /// What a value names, among resources of a kind.
    pub(super) fn named(&self, root: Str, node: &Node, kind: Str) -> Named {
        match &node.value {
            Value::Ref(reference) => {
                if let Target::Address(address) = reference.target
                    && let Some(at) = self.by_address.get(&(root, address))
                {
                    let draft = self.all.get(*at).filter(|draft| draft.resource.kind == kind);
                    return if draft.is_some() { Named::Draft(*at) } else { Named::Nothing };
                }
                Named::Nothing
            }
            Value::Text(text) => {
                let known = self.partial.get(&(root, kind, *text));
                let last = text.rsplit(['/', ':']).next().filter(|last| *last != text.as_str());
                let by_last = || self.partial.get(&(root, kind, Str::new(last?)));
                match known.or_else(by_last) {
                    Some(at) => Named::Draft(*at),
                    None => Named::Text(*text),
                }
            }
            Value::Template(template) => {
                let mut holes = template.parts.iter().filter_map(|part| match part {
                    redan_model::Part::Hole(node) => Some(node),
                    redan_model::Part::Literal(_) => None,
                });
                match (holes.next(), holes.next()) {
                    (Some(hole), None) => self.named(root, hole, kind),
                    _ => Named::Nothing,
                }
            }
            Value::List(list) => match list.items.first() {
                Some(first) => self.named(root, first, kind),
                None => Named::Nothing,
            },
            _ => Named::Nothing,
        }
    }

    /// Lays what a satellite states into its target.
    fn lay(&mut self, block: &RawResource, table: &TerraformTable, target: usize, list: Option<&[Str]>, owns: bool) {
        let provider_default = self.provider_default(block.kind);
        let address = self
            .all
            .get(target)
            .map_or(block.address, |draft| draft.resource.stated.first().map_or(block.address, |s| s.address));
        let mut made = Vec::new();
        let mut forward = Forward { address, block: block.address, provider_default, made: &mut made };
        let mut tree = Tree::empty(block.origin);
        match list {
            Some(list) => forward.element(list, &table.body, &block.body, &mut tree),
            None => {
                forward.block(&table.body, &block.body, &[], &mut tree);
                forward.absent(&table.body, &[], &mut tree, block.origin);
            }
        }
        if let Some(unknown) = doubt(&block.existence) {
            tree = tree.doubted(unknown);
        }
        let Some(draft) = self.all.get_mut(target) else { return };
        if let Tree::Struct { fields, .. } = tree {
            for (name, tree) in fields {
                draft.tree.put(&[name], tree, block.origin);
            }
        }
        draft.resource.stated.push(Stated {
            address: block.address,
            kind: block.kind,
            origin: block.origin,
            creates: false,
        });
        if owns {
            self.by_address.entry((block.root, block.address)).or_insert(target);
        }
        self.made.extend(made.into_iter().map(|made| (target, made)));
    }

    fn leave_open(&mut self, block: &RawResource, target: usize, list: &[Str], by: Str) {
        let node = argument_of(&block.body, by);
        let unknown = match node.map(|node| node.value) {
            Some(Value::Unknown(unknown)) => unknown,
            _ => redan_model::Unknown::new(redan_model::ReasonClass::Problem, &by, block.origin),
        };
        if let Some(draft) = self.all.get_mut(target) {
            draft.tree.leave_open(&join(&[], list), &unknown, block.origin);
        }
    }
}

fn elements(node: Option<Node>) -> Vec<Node> {
    match node {
        Some(Node { value: Value::List(list), origin }) => {
            let rest = list.rest.iter().map(|rest| Node::new(Value::Unknown(Arc::clone(rest)), origin));
            list.items.iter().cloned().chain(rest).collect()
        }
        Some(node) => vec![node],
        None => Vec::new(),
    }
}
