//! A page's rule compiled for one kind, and what it says about a resource (`pages.md` 2).

use crate::front::fits;
use crate::{Page, PageError, Rule};
use redan_expr::{Context, Engines, Explanation, Leaf, Program, Truth, Vocabulary, Wanted};
use redan_model::{Node, Origin, Reason, ResourceId, Schemas, Str, Type, Value, Verdict};

/// A rule, compiled for one kind.
#[derive(Clone, Debug)]
pub struct Judge {
    kind: Str,
    when: Option<Program>,
    condition: Program,
    params: Vec<Node>,
}

/// What a page says about a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The leaves that decided; of a pass only if they were asked for.
    pub leaves: Vec<Leaf>,
    /// Further leaves or elements that are not listed.
    pub more: usize,
    /// Why the verdict is unknown.
    pub reasons: Vec<Reason>,
    /// What was assumed.
    pub assumptions: Vec<Str>,
}

impl Page {
    /// Compiles the rule about a kind. `overrides` replace defaults of parameters.
    ///
    /// # Errors
    /// If the rule does not type-check, or a parameter is unknown or of another type.
    pub fn compile(
        &self,
        kind: Str,
        schemas: &dyn Schemas,
        engines: &Engines,
        overrides: &[(Str, Value)],
    ) -> Result<Option<Judge>, PageError> {
        let Some(rule) = self.rule(kind) else { return Ok(None) };
        for (name, value) in overrides {
            let Some(param) = self.params.iter().find(|param| param.name == *name) else {
                return Err(PageError::new(&self.path, 1, format!("the page has no parameter `{name}`")));
            };
            if !fits(value, &param.ty) {
                return Err(PageError::new(&self.path, 1, format!("the value of `{name}` is not of its type")));
            }
        }
        let value = |name: Str, default: &Value| {
            let given = overrides.iter().find(|(known, _)| *known == name);
            Node::new(given.map_or_else(|| default.clone(), |(_, value)| value.clone()), Origin::NOWHERE)
        };
        let params = self.params.iter().map(|param| value(param.name, &param.default)).collect();
        self.compile_rule(rule, kind, schemas, engines, params).map(Some)
    }

    pub(crate) fn compile_rule(
        &self,
        rule: &Rule,
        kind: Str,
        schemas: &dyn Schemas,
        engines: &Engines,
        params: Vec<Node>,
    ) -> Result<Judge, PageError> {
        let declared: Vec<(Str, Type)> = self.params.iter().map(|param| (param.name, param.ty.clone())).collect();
        let words = Vocabulary { schemas, engines, kind, params: &declared, live: false };
        let locate = |error| rule.locate(&self.path, &error);
        let when = match &rule.when {
            Some(expr) => {
                Some(Program::compile(expr, Vocabulary { live: true, ..words }, Wanted::Truth).map_err(locate)?)
            }
            None => None,
        };
        let condition = Program::compile(&rule.condition, words, Wanted::Truth).map_err(locate)?;
        Ok(Judge { kind, when, condition, params })
    }

    pub(crate) fn defaults(&self) -> Vec<Node> {
        self.params.iter().map(|param| Node::new(param.default.clone(), Origin::NOWHERE)).collect()
    }
}

impl Judge {
    /// An attribute that the rule reads and that only a running place can show.
    pub(crate) fn observed(&self) -> Option<Str> {
        self.condition.observed()
    }

    /// The kind that it judges.
    #[must_use]
    pub const fn kind(&self) -> Str {
        self.kind
    }

    /// What the page says about a resource; `None` if it does not apply. The parameters of the context are not read:
    /// the judge brings its own. With `evidence`, a pass names its leaves too.
    #[must_use]
    pub fn judge(&self, context: &Context<'_>, resource: ResourceId, evidence: bool) -> Option<Judgement> {
        let context = Context { params: &self.params, ..*context };
        let partial = context.estate.get(resource)?.partial;
        if partial && !self.condition.touches(&context, resource) {
            return None;
        }
        let applies = self.when.as_ref().map_or(Truth::True, |when| when.truth(&context, resource));
        if applies == Truth::False {
            return None;
        }
        let truth = self.condition.truth(&context, resource);
        match (applies, truth) {
            (_, Truth::True) if !evidence => Some(Judgement::pass()),
            (_, Truth::True) => Some(Judgement::of(Verdict::Pass, self.condition.explain(&context, resource))),
            (Truth::True, Truth::False) => {
                Some(Judgement::of(Verdict::Fail, self.condition.explain(&context, resource)))
            }
            (Truth::True, Truth::Unknown) => {
                Some(Judgement::of(Verdict::Unknown, self.condition.explain(&context, resource)))
            }
            (Truth::Unknown | Truth::False, _) => {
                let when = self.when.as_ref()?;
                Some(Judgement::of(Verdict::Unknown, when.explain(&context, resource)))
            }
        }
    }
}

impl Judgement {
    const fn pass() -> Self {
        Self { verdict: Verdict::Pass, leaves: Vec::new(), more: 0, reasons: Vec::new(), assumptions: Vec::new() }
    }

    fn of(verdict: Verdict, explanation: Explanation) -> Self {
        let mut assumptions: Vec<Str> = explanation.leaves.iter().filter_map(|leaf| leaf.assumed).collect();
        assumptions.sort();
        assumptions.dedup();
        Self { verdict, leaves: explanation.leaves, more: explanation.more, reasons: explanation.reasons, assumptions }
    }
}
