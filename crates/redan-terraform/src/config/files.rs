//! Which files of a folder belong to a module. It knows nothing of their contents.

/// What a file of a module folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Hcl,
    Json,
}

/// Whether a file belongs to a module, and whether it overrides the others.
pub(crate) fn file_kind(name: &str) -> Option<(FileKind, bool)> {
    let ignored = name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
    if ignored {
        return None;
    }
    let endings = [
        (".tf.json", FileKind::Json),
        (".tofu.json", FileKind::Json),
        (".tf", FileKind::Hcl),
        (".tofu", FileKind::Hcl),
    ];
    let (stem, kind) = endings.iter().find_map(|(ending, kind)| Some((name.strip_suffix(ending)?, *kind)))?;
    Some((kind, stem == "override" || stem.ends_with("_override")))
}
