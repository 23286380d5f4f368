//! Source text as resources, so that pages can ask what stands in it: every file, cut behind each credential.
//!
//! Text and not the literals of a language: a comment, a file of values or a script inside a string leaks as well, in every
//! language alike, and what a variable or an output holds need not reach a resource. Each credential has a stretch of its
//! own, and so a finding of its own: a baseline that knows one must not hide the next. Plans and states hold values, no code.

use rayon::prelude::*;
use redan_files::{Listing, Tree, decode};
use redan_model::{Node, Origin, Resource, Source, SourceId, Sources, Stated, Str};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Files of values lie beside the code, and are read only where their root takes them.
const VALUES: [&str; 2] = [".tfvars", ".tfvars.json"];

/// Plans and states say so at their begin.
const HEAD: usize = 2_048;

/// Adds the files of values that no root has read.
pub(crate) fn add_values(trees: &[Arc<Tree>], sources: &Sources) {
    let mut known: FxHashSet<Str> = sources.files().into_iter().map(|(path, _)| path).collect();
    for tree in trees {
        let is_values = |name: &&String| VALUES.iter().any(|ending| name.ends_with(ending));
        let values = |listing: &Listing| listing.names.iter().filter(is_values).cloned().collect::<Vec<_>>();
        for (listing, name) in tree.folders.iter().flat_map(|at| values(at).into_iter().map(move |name| (at, name))) {
            let shown = listing.folder.file(&name);
            if known.insert(Str::new(&shown))
                && let Ok(bytes) = tree.boundary.read(&listing.folder.real.join(&name))
            {
                sources.add_file(&shown, decode(bytes).text);
            }
        }
    }
}

/// The stretches of all files but those that are excluded.
pub(crate) fn stretches(sources: &Sources, excluded: impl Fn(Str) -> bool + Sync) -> Vec<Resource> {
    let mut seen = FxHashSet::default();
    let mut files = sources.file_ids();
    files.retain(|(_, path)| seen.insert(*path) && !path.starts_with("-var ") && !path.starts_with("TF_VAR_"));
    let cut = |(source, path): (SourceId, Str)| match sources.get(source) {
        Source::File { text, .. } if !excluded(path) && !holds_values(&text) => cut(source, path, &text),
        _ => Vec::new(),
    };
    files.into_par_iter().flat_map_iter(cut).collect()
}

fn holds_values(text: &str) -> bool {
    let head = text.as_bytes().get(..text.len().min(HEAD)).unwrap_or_default();
    let has = |word: &[u8]| head.windows(word.len()).any(|window| window == word);
    head.trim_ascii_start().starts_with(b"{") && has(b"\"terraform_version\"")
}

/// One file: each stretch ends with the line on which a credential ends, the last one with the file.
fn cut(source: SourceId, path: Str, text: &str) -> Vec<Resource> {
    let line_end = |at: usize| text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |line| at + line + 1);
    let mut ends: Vec<usize> = redan_secrets::find(text).iter().map(|found| line_end(found.span.end)).collect();
    ends.dedup();
    ends.pop();
    ends.push(text.len());
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(&ends).map(|(start, end)| stretch(source, path, start, *end)).collect()
}

fn stretch(source: SourceId, path: Str, start: usize, end: usize) -> Resource {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let origin = Origin::new(source, number(start), number(end));
    let body = Node::map(vec![(Str::new("Path"), Node::text(&path, origin))], origin);
    let kind = Str::new(redan_secrets::TEXT);
    let mut resource = Resource::new(kind, path, body, origin);
    resource.stated.push(Stated { address: path, kind, origin, creates: true });
    resource
}
