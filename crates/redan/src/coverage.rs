//! How much of what was read is known: attribute values, counted by the reason for which they are not.

use redan_model::{Estate, Node, Part, ReasonClass, Unknown, Value};

/// Attribute values of an estate: scalars, references and texts; of lists and maps their elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Values that are known.
    pub known: usize,
    /// Values that are not, by the class of their first reason, in the order of [`ReasonClass::ALL`]; no empty ones.
    pub unknown: Vec<(ReasonClass, usize)>,
}

impl Coverage {
    /// Counts the values that code or an answer states. What a partial resource leaves open is no value.
    #[must_use]
    pub fn of(estate: &Estate) -> Self {
        let mut count = Count { known: 0, unknown: vec![0; ReasonClass::ALL.len()] };
        let written = estate.resources().iter().filter(|resource| resource.kind != *redan_secrets::TEXT);
        written.for_each(|resource| count.node(&resource.body));
        let classes = ReasonClass::ALL.into_iter().zip(count.unknown).filter(|(_, number)| *number > 0);
        Self { known: count.known, unknown: classes.collect() }
    }

    /// All values.
    #[must_use]
    pub fn total(&self) -> usize {
        self.known + self.unknown.iter().map(|(_, number)| number).sum::<usize>()
    }

    /// The table as lines of text: number, share and reason.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let total = self.total();
        let row = |number: usize, what: &str| format!("{number:>9}  {:>8}  {what}", share(number, total));
        let head = format!("{total} attribute values");
        let unknown = self.unknown.iter().map(|(class, number)| row(*number, class.label()));
        std::iter::once(head).chain([row(self.known, "known")]).chain(unknown).collect()
    }
}

fn share(number: usize, total: usize) -> String {
    let basis = number.saturating_mul(10_000).saturating_add(total / 2).checked_div(total).unwrap_or(0);
    format!("{}.{:02} %", basis / 100, basis % 100)
}

struct Count {
    known: usize,
    unknown: Vec<usize>,
}

impl Count {
    fn node(&mut self, node: &Node) {
        match &node.value {
            Value::Null => {}
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::Ref(_) => self.known += 1,
            Value::Unknown(unknown) => self.doubt(unknown),
            Value::Template(template) => {
                let hole = template.parts.iter().find_map(|part| match part {
                    Part::Hole(Node { value: Value::Unknown(unknown), .. }) => Some(unknown),
                    _ => None,
                });
                match hole {
                    Some(unknown) => self.doubt(unknown),
                    None => self.known += 1,
                }
            }
            Value::List(list) => {
                list.items.iter().for_each(|item| self.node(item));
                if let Some(unknown) = &list.rest {
                    self.doubt(unknown);
                }
            }
            Value::Map(map) => map.entries().iter().for_each(|entry| self.node(&entry.node)),
        }
    }

    fn doubt(&mut self, unknown: &Unknown) {
        let class = unknown.reasons().first().map(|reason| reason.class);
        let at = ReasonClass::ALL.iter().position(|known| Some(*known) == class);
        if let Some(number) = at.and_then(|at| self.unknown.get_mut(at)) {
            *number += 1;
        }
    }
}
