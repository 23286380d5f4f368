//! Bounds on work: input is hostile, and templates can write a billion things in a line.

use redan_model::{Node, Value};
use std::cell::Cell;

/// Evaluations nested deeper than this are unknown.
const MAX_DEPTH: u32 = 280;
/// Steps of one root: expressions evaluated and values copied.
const MAX_STEPS: u64 = 5_000_000;
/// Nodes of one value.
const MAX_NODES: usize = 100_000;
/// Bytes of one text.
pub(crate) const MAX_TEXT: usize = 1 << 20;
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
            return Err("work of one template");
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

    /// Counts one more instance of a resource.
    pub(crate) fn instance(&self) -> bool {
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

/// The number of nodes in a value, counted up to a bound.
fn size(node: &Node, bound: usize) -> usize {
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
