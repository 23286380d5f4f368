//! Bounds on work: input is hostile, and templates can write a billion things in a line.

use redan_model::{Node, Part, Value};
use std::cell::Cell;

/// Evaluations nested deeper than this are unknown.
const MAX_DEPTH: u32 = 280;
/// Steps of one root. A step is about a hundred nanoseconds and a hundred bytes: an expression evaluated, an element made,
/// eight elements looked at, sixteen bytes of text written.
const MAX_STEPS: u64 = 5_000_000;
/// Why what is beyond the steps is unknown.
pub(super) const WORK: &str = "work of one template";
/// Nodes of one value.
const MAX_NODES: usize = 100_000;
/// Bytes of one text.
pub(crate) const MAX_TEXT: usize = 1 << 20;
/// What one call may look at: elements and, by eights, bytes of all its arguments.
const MAX_VOLUME: usize = 4 * MAX_NODES;
/// Steps of a mistake: its words are written.
pub(super) const MISTAKE: u64 = 10;
/// Steps of one instance of a resource.
const INSTANCE: u64 = 20;
/// Turns of one loop: 800 for copies; `range` and lists may be longer.
///
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-resources#syntax>
pub(crate) const MAX_TURNS: usize = 10_000;
/// Instances of resources of one root.
pub(crate) const MAX_INSTANCES: u32 = 50_000;

/// What is left.
pub(crate) struct Limits {
    depth: Cell<u32>,
    steps: Cell<u64>,
    instances: Cell<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: Cell::new(0), steps: Cell::new(MAX_STEPS), instances: Cell::new(MAX_INSTANCES) }
    }
}

impl Limits {
    /// Goes one level deeper; what is bounded, if a bound is reached.
    pub(crate) fn enter(&self) -> Result<(), &'static str> {
        if !self.spend(1) {
            return Err(WORK);
        }
        if self.depth.get() >= MAX_DEPTH {
            return Err("nesting of expressions");
        }
        self.depth.set(self.depth.get() + 1);
        Ok(())
    }

    pub(crate) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    /// Spends steps; false if none are left.
    pub(crate) fn spend(&self, steps: u64) -> bool {
        let left = self.steps.get().saturating_sub(steps);
        self.steps.set(left);
        left > 0
    }

    /// Spends what a call costs to look at its arguments; false if that is too much.
    pub(crate) fn look(&self, arguments: &[Node]) -> bool {
        let mut volume = 0;
        for node in arguments {
            volume += size(node, MAX_VOLUME + 1) + bytes(node) / 8;
        }
        volume <= MAX_VOLUME && self.spend(volume as u64 / 8)
    }

    /// Spends what it cost to make a value, its elements not counted twice.
    pub(crate) fn made(&self, value: &Value) -> bool {
        let elements = match value {
            Value::List(list) => list.items.len(),
            Value::Map(map) => map.entries().len(),
            _ => 0,
        };
        self.spend(elements as u64 + length(value) as u64 / 16)
    }

    /// Counts one more instance of a resource.
    pub(crate) fn instance(&self) -> bool {
        self.spend(INSTANCE);
        let left = self.instances.get().saturating_sub(1);
        self.instances.set(left);
        left > 0
    }

    /// Whether a value is of a size that can be copied.
    pub(crate) fn fits(&self, node: &Node) -> bool {
        let size = size(node, MAX_NODES);
        self.spend(u64::try_from(size).unwrap_or(u64::MAX) / 8) && size < MAX_NODES
    }
}

/// The bytes of a text.
fn length(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Template(template) => template.parts.iter().map(part_length).sum(),
        _ => 0,
    }
}

fn part_length(part: &Part) -> usize {
    match part {
        Part::Literal(text) => text.len(),
        Part::Hole(_) => 1,
    }
}

/// The bytes of a text, or of the texts in a list.
fn bytes(node: &Node) -> usize {
    match &node.value {
        Value::List(list) => list.items.iter().map(|item| length(&item.value)).sum(),
        value => length(value),
    }
}

/// The number of nodes in a value, counted up to a bound.
pub(crate) fn size(node: &Node, bound: usize) -> usize {
    let mut count = 1;
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::List(list) => {
                count += list.items.len();
                open.extend(list.items.iter());
            }
            Value::Map(map) => {
                count += map.entries().len();
                open.extend(map.entries().iter().map(|entry| &entry.node));
            }
            _ => {}
        }
        if count >= bound {
            return bound;
        }
    }
    count
}
