//! One file of Bicep, parsed and bound.

use std::sync::Arc;

use redan_model::{Origin, Problem, SourceId, Sources};

use super::files::FilePath;
use crate::bind::Names;
use crate::syntax::ast::{ExprKind, File, Span};

/// A file of Bicep.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) path: FilePath,
    pub(crate) source: SourceId,
    pub(crate) file: File,
    pub(crate) names: Names,
    pub(crate) text: Arc<str>,
}

impl Unit {
    /// Reads a text.
    pub(crate) fn new(path: FilePath, text: Arc<str>, sources: &Sources) -> (Self, Vec<Problem>) {
        let source = sources.add_file(&path.shown, Arc::clone(&text));
        let (file, problems) = super::parse(&path.shown, &text, source);
        let names = Names::of(&file);
        (Self { path, source, file, names, text }, problems)
    }

    /// A place in this file.
    pub(crate) fn origin(&self, span: Span) -> Origin {
        Origin::new(self.source, span.start, span.end)
    }

    /// The path that the import at this place among the declarations names.
    pub(crate) fn import_path(&self, at: usize) -> Option<(&str, Origin)> {
        match &self.file.declarations.get(at)?.kind {
            crate::syntax::ast::DeclarationKind::Import { from, .. } => match &from.kind {
                ExprKind::Text(path) => Some((path, self.origin(from.span))),
                _ => None,
            },
            _ => None,
        }
    }
}
