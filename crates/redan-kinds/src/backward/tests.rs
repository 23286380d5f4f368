//! Both laws of the lenses, on every Terraform table of the build, with random arguments: what is mapped comes back as it
//! was, or, where an old and a new name state one place, under the other name with the same meaning.

use super::body;
use crate::forward::Forward;
use crate::registry::Kinds;
use crate::table::{Block, Lens, Mode, Step};
use crate::tree::Tree;
use proptest::prelude::RngExt as _;
use proptest::test_runner::{Config, TestRng, TestRunner};
use redan_model::{Node, Origin, ReasonClass, Sources, Str, Value};

struct Generator {
    random: TestRng,
    sources: Sources,
}

impl Generator {
    fn pick(&mut self, of: u32) -> u32 {
        self.random.random_range(0..of)
    }

    fn origin(&mut self) -> Origin {
        Origin::whole(self.sources.add_call("test", ""))
    }

    fn block(&mut self, block: &Block, depth: usize) -> Node {
        let origin = self.origin();
        let mut entries: Vec<(Str, Node)> = Vec::new();
        let mut targets: Vec<Vec<Str>> = block.compose.iter().map(|(to, _)| to.to_vec()).collect();
        for argument in &block.arguments {
            let Some(lens) = argument.lenses.first() else { continue };
            let target = match lens {
                Lens::Move { to, .. } | Lens::Keyed { to, .. } | Lens::Block { to, .. } => to.to_vec(),
                Lens::Entry { entry, .. } => vec![*entry],
                Lens::Makes(_) => continue,
            };
            let clash = |known: &Vec<Str>| known.starts_with(&target) || target.starts_with(known);
            if (!target.is_empty() && targets.iter().any(clash)) || self.pick(3) == 0 {
                continue;
            }
            if target.is_empty() && entries.iter().any(|(_, _)| true) && matches!(lens, Lens::Block { .. }) {
                continue;
            }
            if let Some(node) = self.lens(lens, depth) {
                if target.is_empty() {
                    let own = self.paths(lens);
                    if own
                        .iter()
                        .any(|path| targets.iter().any(|known| known.starts_with(path) || path.starts_with(known)))
                    {
                        continue;
                    }
                    targets.extend(own);
                } else {
                    targets.push(target);
                }
                entries.push((argument.argument, node));
            }
        }
        for (_, pieces) in &block.compose {
            for piece in pieces {
                if let crate::table::lens::Piece::Argument(name) = piece {
                    entries.push((*name, Node::text("Word", origin)));
                }
            }
        }
        self.spread(block, &mut entries, origin);
        Node::map(entries, origin)
    }

    fn paths(&self, lens: &Lens) -> Vec<Vec<Str>> {
        let Lens::Block { body, .. } = lens else { return Vec::new() };
        let mut paths: Vec<Vec<Str>> = body.compose.iter().map(|(to, _)| to.to_vec()).collect();
        for argument in &body.arguments {
            for lens in &argument.lenses {
                match lens {
                    Lens::Move { to, .. } | Lens::Keyed { to, .. } => paths.push(to.to_vec()),
                    Lens::Block { to, .. } if !to.is_empty() => paths.push(to.to_vec()),
                    Lens::Block { .. } => paths.extend(self.paths(lens)),
                    Lens::Entry { .. } | Lens::Makes(_) => {}
                }
            }
        }
        paths
    }

    fn spread(&mut self, block: &Block, entries: &mut Vec<(Str, Node)>, origin: Origin) {
        let mut fields = Vec::new();
        for spread in block.spread.iter().filter(|spread| spread.body.is_none()) {
            if !spread.when_true && fields.contains(&&spread.field) {
                continue;
            }
            fields.push(&spread.field);
            let node = if spread.when_true {
                Node::new(Value::Bool(true), origin)
            } else {
                Node::list(vec![self.text(), self.text()], origin)
            };
            entries.push((spread.argument, node));
        }
    }

    fn text(&mut self) -> Node {
        let number = self.pick(1000);
        let origin = self.origin();
        Node::text(&format!("t{number}"), origin)
    }

    fn lens(&mut self, lens: &Lens, depth: usize) -> Option<Node> {
        let origin = self.origin();
        Some(match lens {
            Lens::Move { steps, .. } | Lens::Entry { steps, .. } => self.value(steps)?,
            Lens::Keyed { .. } => Node::map(vec![(Str::new("k"), self.text()), (Str::new("l"), self.text())], origin),
            Lens::Block { many, body, .. } if depth < 6 => {
                let count = if *many { 1 + self.pick(2) } else { 1 };
                let blocks: Vec<Node> = (0..count).map(|_| self.block(body, depth + 1)).collect();
                let empty = blocks.iter().any(|node| node.value.as_map().is_none_or(|map| map.entries().is_empty()));
                if empty {
                    return None;
                }
                Node::list(blocks, origin)
            }
            Lens::Block { .. } | Lens::Makes(_) => return None,
        })
    }

    /// A value that the steps can carry there and back: named constants where there are some.
    fn value(&mut self, steps: &[Step]) -> Option<Node> {
        let origin = self.origin();
        let mut node = self.text();
        for step in steps {
            node = match step {
                Step::Values(values) => {
                    let unique = |(_, to): &&(Value, Value)| {
                        *to != Value::Null && values.iter().filter(|(_, other)| other == to).count() == 1
                    };
                    let known: Vec<&(Value, Value)> = values.iter().filter(unique).collect();
                    let at = self.pick(u32::try_from(known.len()).ok()?.max(1));
                    let (from, _) = known.get(usize::try_from(at).ok()?)?;
                    Node::new(from.clone(), origin)
                }
                Step::Negate => Node::new(Value::Bool(self.pick(2) == 0), origin),
                Step::First | Step::Join(_) | Step::Each(_) => Node::list(vec![node], origin),
                Step::Base64 => Node::text("d29yZA==", origin),
                Step::Split(_) | Step::Around(..) | Step::Wrap | Step::Text => node,
                Step::Document | Step::Tree => Node::map(vec![(Str::new("Version"), node)], origin),
                Step::Present | Step::Pick(_) | Step::Where(..) | Step::Behind(_) | Step::Percent => return None,
            };
        }
        Some(node)
    }
}

fn forwards(block: &Block, raw: &Node) -> Node {
    let mut tree = Tree::empty(raw.origin);
    let made = &mut Vec::new();
    Forward { address: Str::new("self"), block: Str::new("self"), provider_default: Origin::NOWHERE, made }.block(
        block,
        raw,
        &[],
        &mut tree,
    );
    tree.finish()
}

/// The same tree without origins.
fn bare(node: &Node) -> Value {
    match &node.value {
        Value::Map(map) => {
            let entries = map.entries().iter().map(|entry| (entry.key, Node::new(bare(&entry.node), Origin::NOWHERE)));
            Value::Map(std::sync::Arc::new(redan_model::Map::new(entries.collect(), map.rest.clone())))
        }
        Value::List(list) => {
            Value::list(list.items.iter().map(|item| Node::new(bare(item), Origin::NOWHERE)).collect())
        }
        other => other.clone(),
    }
}

/// A tree as text, without origins and without the order of lists: two blocks that state one list may change places.
fn unordered(node: &Node) -> String {
    match &node.value {
        Value::Map(map) => {
            let entries = map.entries().iter().map(|entry| format!("{}: {}", entry.key, unordered(&entry.node)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::List(list) => {
            let mut items: Vec<String> = list.items.iter().map(unordered).collect();
            items.sort();
            format!("[{}]", items.join(", "))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn what_a_table_maps_comes_back_as_it_was() {
    let kinds = Kinds::builtin();
    let mut runner = TestRunner::new(Config::default());
    let mut generator = Generator { random: runner.rng().clone(), sources: Sources::new() };
    let (mut tables, mut exact) = (0, 0);
    let mut differ = Vec::new();
    for name in kinds.names() {
        let Some(kind) = kinds.kind(name) else { continue };
        for table in kind.terraform.iter().filter(|table| table.mode == Mode::Creates) {
            tables += 1;
            for _ in 0..20 {
                let raw = generator.block(&table.body, 0);
                let canonical = forwards(&table.body, &raw);
                if canonical.value.unknowns().iter().any(|reason| reason.class == ReasonClass::Problem) {
                    continue;
                }
                let back = body(&table.body, &canonical, raw.origin);
                let (was, is) = (bare(&raw), bare(&back));
                if was == is {
                    exact += 1;
                } else if unordered(&forwards(&table.body, &back)) != unordered(&canonical) {
                    let shown = |value: &Value| redan_model::Shown(value).to_string();
                    differ.push(format!("{name} {}:\n  was {}\n  is  {}", table.name, shown(&was), shown(&is)));
                    break;
                }
            }
        }
    }
    assert!(exact > tables * 10, "{exact} exact round trips over {tables} tables");
    assert!(differ.is_empty(), "{} of {tables} tables differ\n{}", differ.len(), differ.join("\n"));
}
