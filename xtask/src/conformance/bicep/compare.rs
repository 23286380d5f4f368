//! Two readings of one template, compared resource by resource, leaf by leaf.
//!
//! Must not know the languages: it sees raw resources. What is null and what is absent are the same; `existing` resources
//! are left out, since JSON without symbolic names does not hold them.

use std::collections::BTreeMap;

use redan_bicep::Place;
use redan_kinds::{Mode, RawResource};
use redan_model::{Existence, Node, Part, Ref, Rest, Shown, Target, Value};

/// What a comparison found.
#[derive(Default)]
pub(super) struct Comparison {
    pub(super) leaves: usize,
    pub(super) unknown: usize,
    /// The first differences: where, and what the two sides say.
    pub(super) differences: Vec<String>,
    pub(super) differs: usize,
    /// The first unknown leaves, with their reasons.
    pub(super) unknowns: Vec<String>,
    /// The classes of reasons of unknown leaves, with the number of each.
    pub(super) reasons: BTreeMap<&'static str, usize>,
}

/// What is not known, alone or inside text.
const UNKNOWN: &str = "${?}";

/// Compares two readings.
pub(super) fn compare(bicep: &[RawResource], json: &[RawResource]) -> Comparison {
    let (left, right) = (Side::of(bicep), Side::of(json));
    let mut comparison = Comparison::default();
    let keys: std::collections::BTreeSet<&String> = left.by_key.keys().chain(right.by_key.keys()).collect();
    for key in keys {
        let none = Vec::new();
        let (a, b) = (left.by_key.get(key).unwrap_or(&none), right.by_key.get(key).unwrap_or(&none));
        if a.len() != b.len() {
            comparison.differ(key, &format!("{} times", a.len()), &format!("{} times", b.len()));
        }
        for (a, b) in a.iter().zip(b) {
            // The type and what contains it, which the key already compared.
            comparison.leaves += 2;
            let certain = |resource: &RawResource| matches!(resource.existence, Existence::Certain);
            if certain(a) != certain(b) {
                comparison.differ(&format!("{key} exists"), &certain(a).to_string(), &certain(b).to_string());
            }
            comparison.nodes(key, (&left, Some(&a.body)), (&right, Some(&b.body)));
        }
    }
    comparison
}

/// A reading: its resources by type, container and name.
struct Side<'r> {
    by_address: BTreeMap<&'r str, &'r RawResource>,
    by_key: BTreeMap<String, Vec<&'r RawResource>>,
}

impl<'r> Side<'r> {
    fn of(all: &'r [RawResource]) -> Self {
        let by_address = all.iter().map(|resource| (resource.address.as_str(), resource)).collect();
        let mut side = Self { by_address, by_key: BTreeMap::new() };
        for resource in all.iter().filter(|resource| resource.mode == Mode::Managed) {
            let key = side.key(resource, 0);
            side.by_key.entry(key).or_default().push(resource);
        }
        let rendered = |side: &Self, resource: &RawResource| side.render(&resource.body, 0);
        let mut by_key = std::mem::take(&mut side.by_key);
        for resources in by_key.values_mut().filter(|resources| resources.len() > 1) {
            resources.sort_by_cached_key(|resource| rendered(&side, resource));
        }
        side.by_key = by_key;
        side
    }

    /// The id of a resource, as far as it is known.
    fn key(&self, resource: &RawResource, depth: usize) -> String {
        let name = resource.body.at(&["name"]).map(|name| self.render(name, depth + 1)).unwrap_or_default();
        let parent = resource.parent.as_ref().map(|parent| self.render(parent, depth + 1)).unwrap_or_default();
        let parent = parent.trim_end_matches('/');
        let kind = resource.kind.to_lowercase();
        match kind.rsplit_once('/') {
            Some(("microsoft.resources", "resourcegroups")) => {
                // A group that is declared beside what it holds stands in the subscription of the deployment.
                let own = || Place::example().subscription.map(|id| format!("/subscriptions/{id}")).unwrap_or_default();
                let parent = if parent.is_empty() { own() } else { parent.to_owned() };
                format!("{parent}/resourcegroups/{name}")
            }
            Some((outer, own)) if outer.contains('/') => format!("{parent}/{own}/{name}"),
            _ => format!("{parent}/providers/{kind}/{name}"),
        }
    }

    /// A value as text in which references are what they lead to.
    fn render(&self, node: &Node, depth: usize) -> String {
        if depth > 12 {
            return "…".to_owned();
        }
        match &node.value {
            Value::Ref(reference) => self.reference(reference, depth),
            Value::Template(template) => {
                let part = |part: &Part| match part {
                    Part::Literal(text) => text.to_lowercase(),
                    Part::Hole(node) if matches!(node.value, Value::Unknown(_)) => UNKNOWN.to_owned(),
                    Part::Hole(node) => format!("${{{}}}", self.render(node, depth + 1)),
                };
                template.parts.iter().map(part).collect()
            }
            Value::Text(text) => text.to_lowercase(),
            Value::List(list) => {
                let items: Vec<String> = list.items.iter().map(|item| self.render(item, depth + 1)).collect();
                format!("[{}]", items.join(","))
            }
            Value::Map(map) => {
                let entry = |entry: &redan_model::Entry| {
                    format!("{}:{}", entry.key.to_lowercase(), self.render(&entry.node, depth + 1))
                };
                let entries: Vec<String> = map.entries().iter().map(entry).collect();
                format!("{{{}}}", entries.join(","))
            }
            Value::Unknown(_) => UNKNOWN.to_owned(),
            other => Shown(other).to_string(),
        }
    }

    /// The resource at an address, and what stands behind it: parts of a resource that have an id of their own have the
    /// address of the resource with their path behind it.
    fn find<'n>(&self, address: &'n str) -> Option<(&'r RawResource, &'n str)> {
        let mut end = address.len();
        loop {
            let (head, rest) = address.split_at(end);
            if let Some(resource) = self.by_address.get(head) {
                return Some((resource, rest));
            }
            end = head.rfind('/')?;
        }
    }

    /// Whether a value refers to a resource that was read, made by the template or only looked up: what it leads to is known,
    /// whatever it answers.
    fn leads_to_resource(&self, node: &Node) -> bool {
        let Value::Ref(reference) = &node.value else { return false };
        let Target::Address(address) = reference.target else { return false };
        self.find(&address).is_some()
    }

    fn reference(&self, reference: &Ref, depth: usize) -> String {
        let Target::Address(address) = reference.target else { return UNKNOWN.to_owned() };
        let Some((resource, rest)) = self.find(&address) else { return address.to_lowercase() };
        let target = format!("{}{}", self.key(resource, depth + 1), rest.to_lowercase());
        match reference.attribute.as_str() {
            "id" => target,
            attribute => format!("<{target}>.{}", attribute.to_lowercase()),
        }
    }
}

impl Comparison {
    fn differ(&mut self, at: &str, left: &str, right: &str) {
        self.differs += 1;
        if self.differences.len() < 4 {
            let cut = |text: &str| text.chars().take(240).collect::<String>();
            self.differences.push(format!("{}: {} | {}", cut(at), cut(left), cut(right)));
        }
    }

    fn nodes(&mut self, at: &str, a: (&Side<'_>, Option<&Node>), b: (&Side<'_>, Option<&Node>)) {
        let present = |node: Option<&Node>| node.is_some_and(|node| !node.value.is_null());
        let (Some(left), Some(right)) = (a.1.filter(|_| present(a.1)), b.1.filter(|_| present(b.1))) else {
            if present(a.1) != present(b.1) {
                let shown = |side: (&Side<'_>, Option<&Node>)| {
                    side.1.map_or("absent".to_owned(), |node| side.0.render(node, 0))
                };
                self.leaves += 1;
                self.differ(at, &shown(a), &shown(b));
            } else {
                self.leaves += usize::from(a.1.is_some());
            }
            return;
        };
        match (&left.value, &right.value) {
            (Value::Map(left), Value::Map(right)) => {
                // Resource Manager does not tell names apart by case.
                let by_name = |map: &'_ redan_model::Map| -> BTreeMap<String, Node> {
                    map.entries().iter().map(|entry| (entry.key.to_lowercase(), entry.node.clone())).collect()
                };
                let (by_left, by_right) = (by_name(left), by_name(right));
                let keys: std::collections::BTreeSet<&String> = by_left.keys().chain(by_right.keys()).collect();
                for key in keys {
                    self.nodes(&format!("{at}.{key}"), (a.0, by_left.get(key)), (b.0, by_right.get(key)));
                }
                let open = |rest: &Rest| matches!(rest, Rest::Unknown(_));
                self.rest(at, open(&left.rest), open(&right.rest));
            }
            (Value::List(left), Value::List(right)) => {
                if left.items.len() != right.items.len() {
                    let count = |list: &redan_model::List| format!("{} elements", list.items.len());
                    self.differ(at, &count(left), &count(right));
                }
                for (at_index, (left, right)) in left.items.iter().zip(&right.items).enumerate() {
                    self.nodes(&format!("{at}[{at_index}]"), (a.0, Some(left)), (b.0, Some(right)));
                }
                self.rest(at, left.rest.is_some(), right.rest.is_some());
            }
            _ => self.leaf(at, (a.0, left), (b.0, right)),
        }
    }

    fn rest(&mut self, at: &str, left: bool, right: bool) {
        if left || right {
            self.leaves += 1;
            self.unknown += 1;
        }
        if left != right {
            self.differ(&format!("{at} (known in whole)"), &(!left).to_string(), &(!right).to_string());
        }
    }

    fn leaf(&mut self, at: &str, a: (&Side<'_>, &Node), b: (&Side<'_>, &Node)) {
        self.leaves += 1;
        let open = |side: (&Side<'_>, &Node)| !side.0.leads_to_resource(side.1) && !side.1.value.unknowns().is_empty();
        if open(a) || open(b) {
            self.unknown += 1;
            let reasons = a.1.value.unknowns();
            if let Some(reason) = reasons.first() {
                if self.unknowns.len() < 3 {
                    let leaf = at.rsplit_once('/').map_or(at, |(_, leaf)| leaf);
                    self.unknowns.push(format!("{leaf}: {}", reason.what));
                }
                *self.reasons.entry(reason.class.label()).or_default() += 1;
            }
        }
        let (left, right) = (a.0.render(a.1, 0), b.0.render(b.1, 0));
        if left != right {
            self.differ(at, &left, &right);
        }
    }
}
