//! Answers of engines, asked when a rule first needs them and kept: engines are pure.

use redan_expr::{Ask, Engines, QuestionId};
use redan_model::{Answer, Estate, Node, Origin, ResourceId, Subject};
use rustc_hash::{FxHashMap, FxHasher};
use std::fmt::Write;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

const SHARDS: usize = 32;

/// The engines with a memory. One for each estate.
pub struct Answers<'a> {
    engines: &'a Engines,
    shards: Vec<Mutex<FxHashMap<Key, Kept>>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    question: QuestionId,
    about: About,
    arguments: String,
}

/// An answer, and the document that it is about: places of documents need not be unique.
struct Kept {
    document: Option<Node>,
    answer: Arc<Answer>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum About {
    Resource(ResourceId),
    Binding(ResourceId),
    Document(ResourceId, Origin),
}

impl<'a> Answers<'a> {
    /// No answers yet.
    #[must_use]
    pub fn new(engines: &'a Engines) -> Self {
        Self { engines, shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Ask for Answers<'_> {
    fn ask(&self, estate: &Estate, id: QuestionId, subject: Subject<'_>, arguments: &[Node]) -> Arc<Answer> {
        let (about, document) = match subject {
            Subject::Resource(id) => (About::Resource(id), None),
            Subject::Binding(id) => (About::Binding(id), None),
            Subject::Document(id, node) => (About::Document(id, node.origin), Some(node)),
        };
        let mut text = String::new();
        for argument in arguments {
            let _ = write!(text, "{:?};", argument.value);
        }
        let key = Key { question: id, about, arguments: text };
        let mut hasher = FxHasher::default();
        key.hash(&mut hasher);
        let at = usize::try_from(hasher.finish() >> 59).unwrap_or_default() % SHARDS;
        let Some(shard) = self.shards.get(at) else { return self.engines.ask(estate, id, subject, arguments) };
        if let Some(kept) = shard.lock().unwrap_or_else(PoisonError::into_inner).get(&key)
            && kept.document.as_ref() == document
        {
            return Arc::clone(&kept.answer);
        }
        let answer = self.engines.ask(estate, id, subject, arguments);
        let kept = Kept { document: document.cloned(), answer: Arc::clone(&answer) };
        shard.lock().unwrap_or_else(PoisonError::into_inner).insert(key, kept);
        answer
    }
}
