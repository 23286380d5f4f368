//! Evidence: the leaves that decided a verdict, found by walking the expression once more where it matters.

use super::reading::{Held, Reading, Trail};
use super::{Evaluator, Truth};
use crate::code::{Asking, Base, Code, Function, Path, Quantifier, Quantity};
use redan_model::{Node, Origin, Part, Reason, ReasonClass, ResourceId, Str, Target, Value};

const MAX_EXAMPLES: usize = 5;
const MAX_LEAVES: usize = 32;
const MAX_REASONS: usize = 16;

/// A leaf that decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// The resource that holds it.
    pub resource: ResourceId,
    /// Its path in the vendor's schema; entries of lists by index, of keyed lists by key.
    pub path: String,
    /// Its path with entries of lists named by content: for fingerprints.
    pub stable: String,
    /// Its value; null where it is absent.
    pub value: Value,
    /// Where the value came from: a file, a call, a default, an assumption; nowhere if it is absent.
    pub origin: Origin,
    /// The innermost block of the judged resource on the way to it: where to look if the leaf has no place.
    pub block: Origin,
    /// What an engine says about it.
    pub note: Option<String>,
    /// Whether the value is a secret.
    pub secret: bool,
    /// What is assumed about it.
    pub assumed: Option<Str>,
}

/// A truth with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The truth.
    pub truth: Truth,
    /// The leaves that decided.
    pub leaves: Vec<Leaf>,
    /// Further leaves, or further elements, that are not listed.
    pub more: usize,
    /// Why it is unknown; empty if it is not.
    pub reasons: Vec<Reason>,
}

#[derive(Default)]
struct Found {
    leaves: Vec<Leaf>,
    more: usize,
    reasons: Vec<Reason>,
}

impl Found {
    fn push(&mut self, leaf: Leaf) {
        if self.leaves.iter().any(|known| known.resource == leaf.resource && known.path == leaf.path) {
            return;
        }
        if self.leaves.len() < MAX_LEAVES {
            self.leaves.push(leaf);
        } else {
            self.more += 1;
        }
    }

    fn because(&mut self, reasons: impl IntoIterator<Item = Reason>) {
        for reason in reasons {
            if self.reasons.len() < MAX_REASONS && !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
        }
    }
}

impl<'a> Evaluator<'a> {
    pub(crate) fn explain(&mut self, code: &'a Code) -> Explanation {
        let truth = self.truth(code);
        self.tracing = true;
        self.work = super::MAX_WORK;
        let mut found = Found::default();
        self.gather(code, truth, &mut found);
        if truth != Truth::Unknown {
            found.reasons.clear();
        } else if found.reasons.is_empty() {
            let reasons = found.leaves.iter().flat_map(|leaf| doubts(&leaf.value)).collect::<Vec<_>>();
            found.because(reasons);
        }
        if truth == Truth::Unknown && found.reasons.is_empty() {
            let reason = self.why_undecided(&found.leaves);
            found.because([reason]);
        }
        Explanation { truth, leaves: found.leaves, more: found.more, reasons: found.reasons }
    }

    /// Why leaves that are all known do not decide.
    fn why_undecided(&self, leaves: &[Leaf]) -> Reason {
        let (class, what, origin) = match leaves.first() {
            _ if self.work == 0 => (ReasonClass::Bound, "work of one evaluation".to_owned(), Origin::NOWHERE),
            Some(leaf) if leaf.value.is_null() => {
                (ReasonClass::NotCollected, format!("{}: the answer does not hold it", leaf.path), leaf.block)
            }
            Some(leaf) => (ReasonClass::Problem, format!("{}: not of its type", leaf.path), leaf.origin),
            None => (ReasonClass::Problem, "a value that is not of its type".to_owned(), Origin::NOWHERE),
        };
        Reason { class, what: Str::from(what), origin }
    }

    /// Why code is unknown.
    pub(super) fn explain_again(&mut self, code: &'a Code) -> Vec<Reason> {
        self.tracing = true;
        let mut found = Found::default();
        self.gather(code, Truth::Unknown, &mut found);
        found.reasons
    }

    fn gather(&mut self, code: &'a Code, truth: Truth, found: &mut Found) {
        if self.bound() {
            return;
        }
        match code {
            Code::And(operands) | Code::Or(operands) => {
                for operand in operands {
                    if self.truth(operand) == truth {
                        self.gather(operand, truth, found);
                    }
                }
            }
            Code::Not(inner) => self.gather(inner, !truth, found),
            Code::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                match self.truth(condition) {
                    Truth::True => self.gather(yes, truth, found),
                    Truth::False => self.gather(no, truth, found),
                    Truth::Unknown => {
                        if truth == Truth::Unknown {
                            self.gather(condition, Truth::Unknown, found);
                        }
                        for branch in [yes, no] {
                            if self.truth(branch) == truth {
                                self.gather(branch, truth, found);
                            }
                        }
                    }
                }
            }
            Code::Quantifier(quantifier) if quantifier.quantity != Quantity::Filter => {
                self.examples(quantifier, truth, found);
            }
            atom => {
                let mut own = Found::default();
                self.leaves(atom, &mut own);
                if truth == Truth::Unknown {
                    let undecided: Vec<Leaf> =
                        own.leaves.iter().filter(|leaf| !doubts(&leaf.value).is_empty()).cloned().collect();
                    own.because(undecided.iter().flat_map(|leaf| doubts(&leaf.value)).collect::<Vec<_>>());
                    if !undecided.is_empty() {
                        own.leaves = undecided;
                    }
                    found.because(own.reasons);
                }
                found.more += own.more;
                own.leaves.into_iter().for_each(|leaf| found.push(leaf));
            }
        }
    }

    /// The elements that decide a quantifier.
    fn examples(&mut self, quantifier: &'a Quantifier, truth: Truth, found: &mut Found) {
        let over = self.value(&quantifier.over);
        let members = self.members(over.clone());
        let decisive = if quantifier.quantity == Quantity::Exists { Truth::True } else { Truth::False };
        if truth == !decisive && !(members.are_resources() && members.len() > 0) {
            return self.leaf(&over, None, found);
        }
        let mut shown = 0;
        for index in 0..members.len() {
            let Some(member) = self.member_at(&members, index) else { break };
            let uncertain = member.uncertain.clone();
            let reading = member.reading.clone();
            self.bind(quantifier, member);
            let own = self.truth(&quantifier.body);
            let counts = if truth == Truth::Unknown {
                own != !decisive
            } else {
                own == truth && (uncertain.is_none() || truth != decisive)
            };
            if !counts {
                continue;
            }
            if shown == MAX_EXAMPLES {
                found.more += 1;
                continue;
            }
            shown += 1;
            match uncertain {
                Some(unknown) if truth == Truth::Unknown => {
                    found.because(unknown.reasons().iter().copied());
                    self.leaf(&reading, None, found);
                }
                _ => {
                    let before = found.leaves.len();
                    self.gather(&quantifier.body, own, found);
                    if found.leaves.len() == before && found.more == 0 {
                        self.leaf(&reading, None, found);
                    }
                }
            }
        }
        if let (Some(unknown), Truth::Unknown) = (&members.rest, truth) {
            found.because(unknown.reasons().iter().copied());
            let mut rest = over;
            rest.held = Held::Owned(Value::Unknown(unknown.clone()));
            self.leaf(&rest, None, found);
        }
    }

    /// All leaves below an atom.
    fn leaves(&mut self, code: &'a Code, found: &mut Found) {
        if self.bound() {
            return;
        }
        match code {
            Code::Const(_) | Code::Param(_) | Code::Now | Code::Live | Code::Outside(_) => {}
            Code::Path(path) => match &**path {
                Path { base: Base::Code(inner @ Code::Ask(_)), .. } => self.leaves(inner, found),
                _ => {
                    let reading = self.path(path);
                    self.leaf(&reading, None, found);
                }
            },
            Code::Ask(asking) => self.witness(asking, code, found),
            Code::Compare(compare) => {
                self.leaves(&compare.left, found);
                self.leaves(&compare.right, found);
            }
            Code::In(membership) => {
                self.leaves(&membership.item, found);
                self.leaves(&membership.set, found);
            }
            Code::Matches(matching) => self.leaves(&matching.0, found),
            Code::Call(Function::Size, args) => {
                let Some(of) = args.first() else { return };
                if let (Code::Path(_), Held::Between(between)) = (of, self.value(code).held) {
                    let mut counted = self.value(of);
                    counted.held = Held::Owned(Value::Unknown(between.why));
                    return self.leaf(&counted, None, found);
                }
                self.leaves(of, found);
            }
            Code::Call(function, args) => {
                args.iter().for_each(|arg| self.leaves(arg, found));
                if function.is_test() {
                    return;
                }
                found.because(doubts(self.value(code).held.value()));
            }
            Code::List(items) => items.iter().for_each(|item| self.leaves(item, found)),
            Code::Map(entries) => entries.iter().for_each(|(_, value)| self.leaves(value, found)),
            Code::Coalesce(parts) => {
                let [left, right] = &**parts;
                self.leaves(left, found);
                let reading = self.value(left);
                if reading.held.is_null() {
                    self.leaves(right, found);
                }
            }
            Code::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                match self.truth(condition) {
                    Truth::True => self.leaves(yes, found),
                    Truth::False => self.leaves(no, found),
                    Truth::Unknown => {
                        self.gather(condition, Truth::Unknown, found);
                        self.leaves(yes, found);
                        self.leaves(no, found);
                    }
                }
            }
            Code::Quantifier(quantifier) if quantifier.quantity == Quantity::Filter => {
                self.kept(quantifier, code, found)
            }
            Code::And(_) | Code::Or(_) | Code::Not(_) | Code::Quantifier(_) => {
                let truth = self.truth(code);
                self.gather(code, truth, found);
            }
        }
    }

    /// The elements that a filter lets through; if none, what it ran over.
    fn kept(&mut self, quantifier: &'a Quantifier, code: &'a Code, found: &mut Found) {
        let filtered = self.value(code);
        let members = self.members(filtered);
        if members.len() == 0 || members.rest.is_some() {
            let over = self.value(&quantifier.over);
            self.leaf(&over, None, found);
        }
        if let Some(unknown) = members.doubt() {
            found.because(unknown.reasons().iter().copied());
        }
        for index in 0..members.len() {
            let Some(member) = self.member_at(&members, index) else { break };
            if index < MAX_EXAMPLES {
                self.leaf(&member.reading, None, found);
            } else {
                found.more += 1;
            }
        }
    }

    /// What an engine shows for its answer.
    fn witness(&mut self, asking: &'a Asking, code: &'a Code, found: &mut Found) {
        let answer = self.ask(asking);
        found.because(doubts(&answer.value));
        let note = (!answer.witness.text.is_empty()).then(|| answer.witness.text.clone());
        if answer.witness.leaves.is_empty() {
            let reading = self.value(code);
            return self.leaf(&reading, note, found);
        }
        let block = self.context.estate.get(self.subject).map_or(Origin::NOWHERE, |resource| resource.origin);
        for (resource, path, origin) in &answer.witness.leaves {
            let value = self.read(*resource, path).unwrap_or_else(|| answer.value.clone());
            let leaf = Leaf {
                resource: *resource,
                path: path.to_string(),
                stable: self.stable(*resource, path),
                value,
                origin: *origin,
                block,
                note: note.clone(),
                secret: false,
                assumed: None,
            };
            found.push(leaf);
        }
    }

    /// The value at a path as it is shown, entries of lists by index.
    fn read(&self, id: ResourceId, path: &str) -> Option<Value> {
        let mut node = &self.context.estate.get(id)?.body;
        for step in steps(path) {
            node = enter(node, step)?;
        }
        Some(node.value.clone())
    }

    /// A path with the entries of lists named by content.
    fn stable(&self, id: ResourceId, path: &str) -> String {
        let mut trail = Trail::new(Origin::NOWHERE, Origin::NOWHERE);
        let mut node = self.context.estate.get(id).map(|resource| &resource.body);
        for step in steps(path) {
            node = node.and_then(|node| enter(node, step));
            match (step, node) {
                (PathStep::Name(name), _) => trail.field(name),
                (PathStep::Key(key), _) => trail.key(key),
                (PathStep::Index(index), Some(node)) => trail.element(index, None, &node.value),
                (PathStep::Index(_), None) => {}
            }
        }
        trail.stable
    }

    fn leaf(&self, reading: &Reading<'a>, note: Option<String>, found: &mut Found) {
        let subject = self.context.estate.get(self.subject).map_or(Origin::NOWHERE, |resource| resource.origin);
        let trail = reading.trail.as_deref().cloned().unwrap_or_else(|| Trail::new(Origin::NOWHERE, subject));
        let value = match &reading.held {
            Held::Set(set) if set.rest.is_some() => set.rest.clone().map_or(Value::Null, Value::Unknown),
            held => held.to_node(self.context.estate).value,
        };
        found.push(Leaf {
            resource: reading.resource,
            path: trail.path,
            stable: trail.stable,
            value,
            origin: trail.origin,
            block: trail.block,
            note,
            secret: trail.secret,
            assumed: trail.assumed,
        });
    }
}

/// Why a value does not decide.
fn doubts(value: &Value) -> Vec<Reason> {
    let mut reasons = value.unknowns();
    let of = |reference: &redan_model::Ref| match &reference.target {
        Target::Missing(unknown) => unknown.reasons().to_vec(),
        Target::Address(address) => {
            vec![Reason { class: ReasonClass::NotInEstate, what: *address, origin: Origin::NOWHERE }]
        }
        Target::Resource(_) | Target::Gone if reference.text.is_none() => {
            vec![Reason { class: ReasonClass::Computed, what: reference.attribute, origin: Origin::NOWHERE }]
        }
        Target::Resource(_) | Target::Gone => Vec::new(),
    };
    match value {
        Value::Ref(reference) => reasons.extend(of(reference)),
        Value::Template(template) => {
            for part in &template.parts {
                if let Part::Hole(Node { value: Value::Ref(reference), .. }) = part {
                    reasons.extend(of(reference));
                }
            }
        }
        _ => {}
    }
    reasons
}

#[derive(Clone, Copy)]
enum PathStep<'p> {
    Name(&'p str),
    Key(&'p str),
    Index(usize),
}

/// The steps of a path such as `Rules[0].Tags["a.b"].Value`.
fn steps(path: &str) -> Vec<PathStep<'_>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let end = quoted.find("\"]").unwrap_or(quoted.len());
            steps.push(PathStep::Key(quoted.get(..end).unwrap_or_default()));
            rest = quoted.get(end + 2..).unwrap_or_default();
        } else if let Some(indexed) = rest.strip_prefix('[') {
            let end = indexed.find(']').unwrap_or(indexed.len());
            if let Some(index) = indexed.get(..end).and_then(|digits| digits.parse().ok()) {
                steps.push(PathStep::Index(index));
            }
            rest = indexed.get(end + 1..).unwrap_or_default();
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            if end > 0 {
                steps.push(PathStep::Name(rest.get(..end).unwrap_or_default()));
            } else if !rest.starts_with('[') {
                break;
            }
            rest = rest.get(end..).unwrap_or_default();
        }
    }
    steps
}

fn enter<'n>(node: &'n Node, step: PathStep<'_>) -> Option<&'n Node> {
    match step {
        PathStep::Name(name) | PathStep::Key(name) => node.get(Str::new(name)),
        PathStep::Index(index) => node.value.as_list()?.items.get(index),
    }
}
