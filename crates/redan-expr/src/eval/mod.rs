//! Three-valued evaluation. Pure: the same estate, answers and clock give the same result.

mod compare;
mod explain;
mod functions;
mod members;
mod reading;
mod text;
mod walk;

use crate::code::{AskedAbout, Asking, Base, Class, Code, Compare, FieldInfo, Path, Quantity, Step};
use crate::questions::Ask;
use crate::{Comparison, Engines, Program};
use reading::{Held, Reading, Trail};
use redan_model::{
    Answer, DefaultValue, Estate, Map, Node, Origin, Reason, ReasonClass, ResourceId, Rest, Str, Subject, Unknown,
    Value,
};
use std::cell::{Cell, RefCell};
use std::sync::{Arc, LazyLock};

pub use explain::{Explanation, Leaf};

const MAX_WORK: usize = 200_000;
const MAX_NESTED: usize = 8;

/// A truth value of Kleene's logic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// It does not hold.
    False,
    /// What decides is not known.
    Unknown,
    /// It holds.
    True,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

/// What an evaluation reads beside the resource.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The estate.
    pub estate: &'a Estate,
    /// Who answers questions.
    pub ask: &'a dyn Ask,
    /// The clock: seconds since 1970.
    pub now: i64,
    /// The values of parameters, in the order in which the vocabulary names them.
    pub params: &'a [Node],
}

impl<'a> Context<'a> {
    /// For defaults, which ask no questions, have no parameters and no clock.
    #[must_use]
    pub fn of_defaults(estate: &'a Estate) -> Self {
        static NOBODY: LazyLock<Engines> = LazyLock::new(Engines::default);
        Self { estate, ask: &*NOBODY, now: 0, params: &[] }
    }
}

thread_local! {
    /// The defaults that are being evaluated, nested in one another: resource, kind and number of the expression.
    static NESTED: RefCell<Vec<(ResourceId, Str, u32)>> = const { RefCell::new(Vec::new()) };
    /// The work that is left to the innermost of them.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

fn is_nested() -> bool {
    NESTED.with_borrow(|open| !open.is_empty())
}

/// One evaluation.
pub(crate) struct Evaluator<'a> {
    context: Context<'a>,
    subject: ResourceId,
    slots: Vec<Option<Reading<'a>>>,
    tracing: bool,
    work: usize,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(program: &'a Program, context: &Context<'a>, subject: ResourceId) -> Self {
        let work = if is_nested() { LEFT.get() } else { MAX_WORK };
        Self { context: *context, subject, slots: vec![None; program.slots], tracing: false, work }
    }

    fn bound(&mut self) -> bool {
        self.work = self.work.saturating_sub(1);
        self.work == 0
    }

    fn bound_reached() -> Value {
        Value::Unknown(Unknown::new(ReasonClass::Bound, "work of one evaluation", Origin::NOWHERE))
    }

    /// Evaluates a default on the work that is left. One that leads back to itself, or through too many others, is
    /// unknown.
    fn nested(&mut self, default: (ResourceId, Str, u32)) -> Value {
        let closed = NESTED.with_borrow(|open| open.len() >= MAX_NESTED || open.contains(&default));
        if closed {
            return Value::Unknown(Unknown::new(ReasonClass::Bound, "nesting of defaults", Origin::NOWHERE));
        }
        NESTED.with_borrow_mut(|open| open.push(default));
        LEFT.set(self.work);
        let (id, kind, number) = default;
        let value = self.context.estate.schemas().default(self.context.estate, id, kind, number);
        NESTED.with_borrow_mut(Vec::pop);
        self.work = self.work.min(LEFT.get());
        value
    }

    /// The truth of code in a boolean position.
    pub(crate) fn truth(&mut self, code: &'a Code) -> Truth {
        if self.bound() {
            return Truth::Unknown;
        }
        match code {
            Code::And(operands) => self.fold(operands, Truth::True, Truth::False),
            Code::Or(operands) => self.fold(operands, Truth::False, Truth::True),
            Code::Not(inner) => !self.truth(inner),
            Code::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                match self.truth(condition) {
                    Truth::True => self.truth(yes),
                    Truth::False => self.truth(no),
                    Truth::Unknown => {
                        let (yes, no) = (self.truth(yes), self.truth(no));
                        if yes == no { yes } else { Truth::Unknown }
                    }
                }
            }
            Code::Compare(compare) => self.compared(compare),
            Code::In(membership) => self.member(membership),
            Code::Quantifier(quantifier) if quantifier.quantity != Quantity::Filter => self.quantified(quantifier),
            Code::Path(_) => match self.peek(code) {
                Some(value) => truth_of(value),
                None => truth_of(self.value(code).held.value()),
            },
            Code::Matches(matching) => {
                let reading = self.value(&matching.0);
                self.text_test(&reading.held, text::Test::Matches(&matching.1))
            }
            Code::Call(function, args) => match self.test(*function, args) {
                Some(truth) => truth,
                None => truth_of(self.value(code).held.value()),
            },
            Code::Live => self.context.estate.get(self.subject).is_some_and(|resource| resource.live).into(),
            _ => truth_of(self.value(code).held.value()),
        }
    }

    fn fold(&mut self, operands: &'a [Code], neutral: Truth, decisive: Truth) -> Truth {
        let mut result = neutral;
        for operand in operands {
            let truth = self.truth(operand);
            if truth == decisive {
                return decisive;
            }
            if truth == Truth::Unknown {
                result = Truth::Unknown;
            }
        }
        result
    }

    /// The value of plain code that the estate or the expression holds as it is: most of what rules read. `None` where
    /// more must be done.
    pub(super) fn peek(&self, code: &'a Code) -> Option<&'a Value> {
        match code {
            Code::Const(node) => Some(&node.value),
            Code::Path(path) => self.peek_path(path),
            _ => None,
        }
    }

    fn peek_path(&self, path: &'a Path) -> Option<&'a Value> {
        let (mut value, mut live) = match &path.base {
            Base::SelfResource => {
                let resource = self.context.estate.get(self.subject)?;
                (&resource.body.value, Some(resource.live))
            }
            Base::Slot(slot) => match self.slots.get(*slot) {
                Some(Some(Reading { held: Held::Node(value), .. })) => (*value, None),
                _ => return None,
            },
            Base::Place(..) | Base::Code(_) => return None,
        };
        for step in &path.steps {
            let (Step::Field(field), Value::Map(map)) = (step, value) else { return None };
            value = match map.get(field.name) {
                Some(node) => &node.value,
                None => match (&map.rest, live.take(), field.infos.as_ref()) {
                    (Rest::Absent, Some(false), [(_, FieldInfo { default: Some(rule), observed: false, .. })]) => {
                        match &rule.value {
                            DefaultValue::Constant(value) => value,
                            DefaultValue::Expression(_) | DefaultValue::Unknown(_) => return None,
                        }
                    }
                    _ => return None,
                },
            };
        }
        Some(value).filter(|_| !path.steps.is_empty() || matches!(path.base, Base::Slot(_)))
    }

    fn compared(&mut self, compare: &'a Compare) -> Truth {
        if let (Some(left), Some(right)) = (self.peek(&compare.left), self.peek(&compare.right)) {
            let plain = !matches!(compare.class, Class::Time | Class::Version);
            match compare.sign {
                Comparison::Equal if plain => return self.same(left, right, compare.fold),
                Comparison::NotEqual if plain => return !self.same(left, right, compare.fold),
                _ => {}
            }
        }
        let left = self.value(&compare.left);
        let right = self.value(&compare.right);
        match compare.sign {
            Comparison::Equal => self.equal(&left.held, &right.held, compare),
            Comparison::NotEqual => !self.equal(&left.held, &right.held, compare),
            sign => compare::ordered(&left.held, &right.held, sign, compare.class),
        }
    }

    /// The value of code.
    pub(crate) fn value(&mut self, code: &'a Code) -> Reading<'a> {
        if self.bound() {
            return self.computed(Self::bound_reached());
        }
        match code {
            Code::Const(node) => self.plain(Held::Node(&node.value)),
            Code::Path(path) => self.path(path),
            Code::Param(at) => match self.context.params.get(*at) {
                Some(node) => self.plain(Held::Node(&node.value)),
                None => self.computed(Value::Null),
            },
            Code::Now => self.computed(Value::Int(self.context.now)),
            Code::Outside(place) => {
                let place = self.value(place).held.to_node(self.context.estate);
                self.computed(Value::Map(Arc::new(Map::new(vec![(Str::new("outside"), place)], Rest::Absent))))
            }
            Code::List(items) => {
                let nodes = items.iter().map(|item| self.node(item)).collect();
                self.computed(Value::list(nodes))
            }
            Code::Map(entries) => {
                let nodes = entries.iter().map(|(key, value)| (*key, self.node(value))).collect();
                self.computed(Value::Map(Arc::new(Map::new(nodes, Rest::Absent))))
            }
            Code::Coalesce(parts) => {
                let [left, right] = &**parts;
                let reading = self.value(left);
                if matches!(reading.held.value(), Value::Null) && !reading.held.is_resource() {
                    return self.value(right);
                }
                reading
            }
            Code::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                match self.truth(condition) {
                    Truth::True => self.value(yes),
                    Truth::False => self.value(no),
                    Truth::Unknown => self.either(condition, yes, no),
                }
            }
            Code::Quantifier(quantifier) if quantifier.quantity == Quantity::Filter => self.filtered(quantifier),
            Code::Call(function, args) => self.call(*function, args, code),
            Code::Ask(asking) => {
                let answer = self.ask(asking);
                self.answered(asking, &answer)
            }
            Code::And(_)
            | Code::Or(_)
            | Code::Not(_)
            | Code::Compare(_)
            | Code::In(_)
            | Code::Quantifier(_)
            | Code::Matches(_)
            | Code::Live => {
                let truth = self.truth(code);
                self.truth_value(truth, code)
            }
        }
    }

    /// A condition as a value; an unknown one carries its reasons.
    fn truth_value(&mut self, truth: Truth, code: &'a Code) -> Reading<'a> {
        let value = match truth {
            Truth::True => Value::Bool(true),
            Truth::False => Value::Bool(false),
            Truth::Unknown => Value::Unknown(self.because(code)),
        };
        self.computed(value)
    }

    /// Why code is unknown.
    fn because(&mut self, code: &'a Code) -> Arc<Unknown> {
        let was = self.tracing;
        let reasons = self.explain_again(code);
        self.tracing = was;
        let fallback =
            Reason { class: ReasonClass::Unsupported, what: Str::new("a comparison"), origin: Origin::NOWHERE };
        Unknown::all(reasons).unwrap_or_else(|| Unknown::of(fallback))
    }

    /// One of two values, where the condition is unknown: known if both are the same.
    fn either(&mut self, condition: &'a Code, yes: &'a Code, no: &'a Code) -> Reading<'a> {
        let (a, b) = (self.value(yes), self.value(no));
        if !a.held.is_resource() && !b.held.is_resource() && a.held.value() == b.held.value() && a.held.is_known() {
            return a;
        }
        let unknown = self.because(condition);
        self.computed(Value::Unknown(unknown))
    }

    fn node(&mut self, code: &'a Code) -> Node {
        self.value(code).held.to_node(self.context.estate)
    }

    /// The value as a node with its origin.
    pub(crate) fn result(&mut self, code: &'a Code) -> Node {
        self.tracing = true;
        let reading = self.value(code);
        let origin = reading.trail.as_ref().map_or(Origin::NOWHERE, |trail| trail.origin);
        if is_nested() {
            LEFT.set(self.work);
        }
        Node::new(reading.held.to_node(self.context.estate).value, origin)
    }

    fn plain(&self, held: Held<'a>) -> Reading<'a> {
        Reading { held, resource: self.subject, stated: true, trail: None }
    }

    fn computed(&self, value: Value) -> Reading<'a> {
        self.plain(Held::Owned(value))
    }

    fn path(&mut self, path: &'a Path) -> Reading<'a> {
        let mut reading = match &path.base {
            Base::SelfResource => self.resource(self.subject),
            Base::Slot(slot) => match self.slots.get(*slot) {
                Some(Some(reading)) => reading.clone(),
                _ => self.computed(Value::Null),
            },
            Base::Place(name, kind) => self.place(name, *kind),
            Base::Code(code) => self.value(code),
        };
        for step in &path.steps {
            if self.bound() {
                return self.computed(Self::bound_reached());
            }
            reading = self.step(reading, step);
        }
        reading
    }

    fn resource(&self, id: ResourceId) -> Reading<'a> {
        let trail = if self.tracing {
            let subject = self.context.estate.get(self.subject).map_or(Origin::NOWHERE, |resource| resource.origin);
            let origin = self.context.estate.get(id).map_or(subject, |resource| resource.origin);
            Some(Box::new(Trail::new(origin, subject)))
        } else {
            None
        };
        Reading { held: Held::Resource(id), resource: id, stated: true, trail }
    }

    fn place(&self, name: &'static str, kind: Str) -> Reading<'a> {
        let Some(subject) = self.context.estate.get(self.subject) else { return self.computed(Value::Null) };
        if subject.kind == kind {
            return self.resource(self.subject);
        }
        match subject.places.named(name) {
            Some(id) => self.resource(id),
            None => {
                let unknown = Unknown::new(ReasonClass::NotInEstate, name, subject.origin);
                self.computed(Value::Unknown(unknown))
            }
        }
    }

    fn ask(&mut self, asking: &'a Asking) -> Arc<Answer> {
        let about = match &asking.subject {
            AskedAbout::Resource(code) | AskedAbout::Document(code) | AskedAbout::Binding(code) => self.value(code),
        };
        let known = |value| Arc::new(Answer { value, ..Answer::default() });
        let mut arguments: Vec<Node> = asking.arguments.iter().map(|argument| self.node(argument)).collect();
        if let Some(at) = asking.repeated {
            let rest: Vec<Node> = arguments.drain(at.min(arguments.len())..).collect();
            let list = match rest.as_slice() {
                [Node { value: Value::List(_), .. }] => rest.into_iter().next().unwrap_or(Node::null()),
                _ => Node::list(rest, Origin::NOWHERE),
            };
            arguments.push(list);
        }
        if let AskedAbout::Document(_) = &asking.subject {
            let node = match about.held.value() {
                Value::Unknown(unknown) => return known(Value::Unknown(Arc::clone(unknown))),
                Value::Null => return known(Value::Bool(false)),
                value => Node::new(value.clone(), about.trail.as_ref().map_or(Origin::NOWHERE, |trail| trail.origin)),
            };
            let subject = Subject::Document(about.resource, &node);
            return self.context.ask.ask(self.context.estate, asking.question, subject, &arguments);
        }
        let id = match self.target(&about) {
            Ok(Some(id)) => id,
            Ok(None) => return known(Value::Null),
            Err(unknown) => return known(Value::Unknown(unknown)),
        };
        let subject = match &asking.subject {
            AskedAbout::Binding(_) => Subject::Binding(id),
            AskedAbout::Resource(_) | AskedAbout::Document(_) => Subject::Resource(id),
        };
        self.context.ask.ask(self.context.estate, asking.question, subject, &arguments)
    }

    fn answered(&self, asking: &'a Asking, answer: &Answer) -> Reading<'a> {
        let mut reading = self.computed(answer.value.clone());
        if self.tracing {
            let origin = self.context.estate.get(self.subject).map_or(Origin::NOWHERE, |resource| resource.origin);
            let mut trail = Trail::new(Origin::NOWHERE, origin);
            trail.field(&asking.name);
            reading.trail = Some(Box::new(trail));
        }
        reading
    }
}

/// The truth of a value; what is no bool decides nothing.
fn truth_of(value: &Value) -> Truth {
    match value {
        Value::Bool(value) => (*value).into(),
        _ => Truth::Unknown,
    }
}
