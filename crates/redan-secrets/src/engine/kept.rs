//! The credentials in source text, without those that a resource of the same estate carries: one credential, one finding.
//!
//! Found once for a file and kept as long as the same estates are asked about.

use super::{CARRIERS, Secret, carried};
use crate::find::find;
use crate::found::Found;
use redan_model::{Estate, Origin, Source, SourceId, Str};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is known of the files of an estate.
#[derive(Default)]
pub(super) struct Carried {
    /// Where what resources carry is written.
    spans: OnceLock<FxHashMap<Str, Vec<Range<usize>>>>,
    found: Mutex<FxHashMap<SourceId, Arc<[Found]>>>,
}

impl Carried {
    /// The credentials in a file.
    fn in_file(&self, source: SourceId, text: &str) -> Arc<[Found]> {
        let known = |found: &Mutex<FxHashMap<SourceId, Arc<[Found]>>>| {
            found.lock().unwrap_or_else(PoisonError::into_inner).get(&source).cloned()
        };
        known(&self.found).unwrap_or_else(|| {
            let found: Arc<[Found]> = find(text).into();
            self.found.lock().unwrap_or_else(PoisonError::into_inner).insert(source, Arc::clone(&found));
            found
        })
    }

    /// The credentials in a stretch of a file.
    pub(super) fn in_text(&self, estate: &Estate, stretch: Origin) -> Vec<Secret> {
        let Source::File { text, path } = estate.sources().get(stretch.source) else { return Vec::new() };
        let stretch_bytes = to_usize(stretch.start)..to_usize(stretch.end);
        let found = self.in_file(stretch.source, &text);
        if found.is_empty() {
            return Vec::new();
        }
        let spans = self.spans.get_or_init(|| spans(estate));
        let spans = spans.get(&path).map(Vec::as_slice).unwrap_or_default();
        let own =
            |span: &Range<usize>| !spans.iter().any(|carried| carried.start < span.end && span.start < carried.end);
        let here = found.iter().filter(|one| stretch_bytes.contains(&one.span.start) && own(&one.span));
        here.map(|one| Secret::new(one, one.name.clone(), origin(stretch.source, &one.span))).collect()
    }
}

fn spans(estate: &Estate) -> FxHashMap<Str, Vec<Range<usize>>> {
    let mut all: FxHashMap<Str, Vec<Range<usize>>> = FxHashMap::default();
    let carriers = CARRIERS.iter().flat_map(|kind| estate.of_kind(Str::new(kind)));
    for resource in carriers.filter_map(|id| estate.get(*id)) {
        for secret in carried::of(&resource.body, &|_| true).0 {
            for origin in [estate.sources().used_at(secret.origin), estate.sources().written_at(secret.origin)] {
                if let Source::File { path, .. } = estate.sources().get(origin.source) {
                    all.entry(path).or_default().push(to_usize(origin.start)..to_usize(origin.end));
                }
            }
        }
    }
    all
}

fn origin(source: SourceId, span: &Range<usize>) -> Origin {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Origin::new(source, number(span.start), number(span.end))
}

fn to_usize(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
