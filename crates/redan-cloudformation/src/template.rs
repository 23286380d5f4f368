//! What a template is, by content.

use crate::syntax::Tree;
use memchr::memmem;

/// Whether a text may be a template: it names resources of AWS. Cheap; [`is_template_tree`] decides.
pub(crate) fn looks_like_template(text: &str) -> bool {
    let has = |needle: &str| memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
    has("Resources") && (has("AWS::") || has("Custom::") || has("Alexa::"))
}

/// Whether a tree is a template: resources, of which one has a type of the registry.
pub(crate) fn is_template_tree(tree: &Tree) -> bool {
    let Some(resources) = tree.get("Resources") else { return false };
    resources.entries().iter().any(|entry| {
        entry.key.starts_with("Fn::ForEach::")
            || entry.key == "Fn::Transform"
            || entry.value.get("Type").and_then(Tree::as_str).is_some_and(|kind| kind.contains("::"))
    })
}
