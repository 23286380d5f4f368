//! What engines can be asked, as the checker and the evaluator see it.

use redan_model::{Answer, Engine, Estate, Node, On, Question, Str, Subject};
use std::sync::Arc;

/// A question: which engine, and which of its questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuestionId {
    /// The position of the engine.
    pub engine: usize,
    /// The position of the question among those of its engine.
    pub question: usize,
}

/// Who answers questions. Whoever implements it may keep answers: they are pure.
pub trait Ask: Sync {
    /// The answer.
    fn ask(&self, estate: &Estate, id: QuestionId, subject: Subject<'_>, arguments: &[Node]) -> Arc<Answer>;
}

/// The engines, asked anew every time.
#[derive(Clone, Default)]
pub struct Engines {
    engines: Vec<Arc<dyn Engine>>,
}

impl Engines {
    /// These engines.
    #[must_use]
    pub fn new(engines: Vec<Arc<dyn Engine>>) -> Self {
        Self { engines }
    }

    /// The question behind an id.
    #[must_use]
    pub fn question(&self, id: QuestionId) -> Option<&Question> {
        self.engines.get(id.engine)?.questions().get(id.question)
    }

    /// All questions.
    pub fn questions(&self) -> impl Iterator<Item = (QuestionId, &Question)> {
        self.engines.iter().enumerate().flat_map(|(engine, known)| {
            let all = known.questions().iter().enumerate();
            all.map(move |(question, asked)| (QuestionId { engine, question }, asked))
        })
    }

    pub(crate) fn about_resource(&self, kind: Str, name: &str) -> Option<(QuestionId, &Question)> {
        self.questions().find(|(_, question)| question.name == *name && about_kind(&question.on, kind))
    }

    pub(crate) fn about_policy(&self, binding: bool, name: &str) -> Option<(QuestionId, &Question)> {
        self.questions().find(|(_, question)| question.name == *name && about_policy(&question.on, binding))
    }

    pub(crate) fn names(&self, kinds: &[Str]) -> Vec<Str> {
        let fits = |question: &Question| kinds.iter().any(|kind| about_kind(&question.on, *kind));
        self.questions().filter(|(_, question)| fits(question)).map(|(_, question)| question.name).collect()
    }

    pub(crate) fn policy_names(&self, binding: bool) -> Vec<Str> {
        self.questions().filter(|(_, question)| about_policy(&question.on, binding)).map(|(_, q)| q.name).collect()
    }
}

fn about_kind(on: &On, kind: Str) -> bool {
    matches!(on, On::Resources(kinds) if kinds.is_empty() || kinds.contains(&kind))
}

fn about_policy(on: &On, binding: bool) -> bool {
    match on {
        On::Documents => !binding,
        On::Bindings(_) => binding,
        On::Resources(_) => false,
    }
}

impl Ask for Engines {
    fn ask(&self, estate: &Estate, id: QuestionId, subject: Subject<'_>, arguments: &[Node]) -> Arc<Answer> {
        let Some(engine) = self.engines.get(id.engine) else { return Arc::default() };
        let Some(question) = engine.questions().get(id.question) else { return Arc::default() };
        Arc::new(engine.ask(estate, subject, question, arguments))
    }
}
