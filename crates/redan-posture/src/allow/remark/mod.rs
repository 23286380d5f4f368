//! Remarks: the comments of a source text, each with what it stands on, above, and in.
//!
//! One function for every language, so that no source has to keep its comments. It knows how a language writes
//! comments, texts and nesting, and nothing of what they mean.

mod braces;
mod indented;

use std::ops::Range;

/// A comment, or what stands for one in a language without comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    /// The comment, with its marks.
    pub(crate) span: Range<usize>,
    /// Whether nothing else stands on its line.
    pub(crate) alone: bool,
    /// Whether nothing but comments stands before it.
    pub(crate) first: bool,
    /// The attribute, block or entry on whose line it stands, or above which it stands; to its end.
    pub(crate) item: Range<usize>,
    /// The innermost block around it, from the line of its head on.
    pub(crate) block: Option<Range<usize>>,
}

/// The remarks of a text, by the language that its path names.
pub(crate) fn remarks(path: &str, text: &str) -> Vec<Remark> {
    let ends = |extension: &str| path.ends_with(extension);
    if ends(".json") || ends(".tfstate") || ends(".template") && text.trim_start().starts_with('{') {
        braces::remarks(text, &braces::JSON)
    } else if ends(".bicep") || ends(".bicepparam") {
        braces::remarks(text, &braces::BICEP)
    } else if ends(".yaml") || ends(".yml") || ends(".template") {
        indented::remarks(text)
    } else if ends(".tf") || ends(".tofu") || ends(".hcl") || ends(".tfvars") {
        braces::remarks(text, &braces::HCL)
    } else {
        Vec::new()
    }
}

/// Where the lines of a text begin.
struct Lines {
    starts: Vec<usize>,
    length: usize,
}

impl Lines {
    fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { starts: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect(), length: text.len() }
    }

    /// The line that holds a byte, without its end.
    fn at(&self, byte: usize) -> Range<usize> {
        if byte > self.length {
            return self.length..self.length;
        }
        let next = self.starts.partition_point(|start| *start <= byte);
        let start = next.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or_default();
        let end = self.starts.get(next).map_or(self.length, |start| start - 1);
        start..end
    }
}

#[cfg(test)]
#[path = "hostile_tests.rs"]
mod hostile;

#[cfg(test)]
mod tests {
    use super::remarks;

    /// Each remark as `comment -> item | block`.
    fn shown(path: &str, text: &str) -> Vec<String> {
        let one = |range: &std::ops::Range<usize>| text[range.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
        remarks(path, text)
            .iter()
            .map(|remark| {
                format!(
                    "{} -> {} | {}",
                    one(&remark.span),
                    one(&remark.item),
                    remark.block.as_ref().map_or(String::new(), one)
                )
            })
            .collect()
    }

    #[test]
    fn hcl_comments_stand_on_above_and_in_things() {
        let text = "# top\nresource \"a\" \"b\" { # head\n  x = \"# no ${f(\"}\")} comment\" // on x\n\n  /* above */\n  # and this\n  rule {\n    y = [\n      1, # one\n    ]\n    # last\n  }\n  z = <<-EOT\n    # no comment {\n  EOT\n}\n";
        let resource = "resource \"a\" \"b\" { # head x = \"# no ${f(\"}\")} comment\" // on x /* above */ # and this rule { y = [ 1, # one ] # last } z = <<-EOT # no comment { EOT }";
        let rule = "rule { y = [ 1, # one ] # last }";
        assert_eq!(
            shown("a.tf", text),
            [
                format!("# top -> {resource} | "),
                format!("# head -> {resource} | "),
                format!("// on x -> x = \"# no ${{f(\"}}\")}} comment\" // on x | {resource}"),
                format!("/* above */ -> {rule} | {resource}"),
                format!("# and this -> {rule} | {resource}"),
                "# one -> 1, # one | y = [ 1, # one ]".to_owned(),
                format!("# last ->  | {rule}"),
            ]
        );
    }

    #[test]
    fn yaml_comments_stand_by_indentation() {
        let text = "Resources:\n  # above\n  Bucket: # on\n    Type: 'a # no'\n    Properties:\n      # in\n      Name: |\n        # text\n  Other:\n    Type: x\n";
        let bucket = "Bucket: # on Type: 'a # no' Properties: # in Name: | # text";
        let all = format!("Resources: # above {bucket} Other: Type: x");
        assert_eq!(
            shown("a.yaml", text),
            [
                format!("# above -> {bucket} | {all}"),
                format!("# on -> {bucket} | {all}"),
                "# in -> Name: | # text | Properties: # in Name: | # text".to_owned(),
            ]
        );
    }

    #[test]
    fn json_has_entries_that_stand_for_comments() {
        let text = "{\n  \"resource\": {\n    \"a\": {\n      \"//\": \"a remark\",\n      \"x\": \"// none\"\n    }\n  }\n}\n";
        let block = "\"a\": { \"//\": \"a remark\", \"x\": \"// none\" }";
        assert_eq!(shown("a.tf.json", text), [format!("\"a remark\" ->  | {block}")]);
    }

    #[test]
    fn bicep_texts_hide_comments() {
        let text = "// above\nresource a 'x@1' = {\n  name: 'it''s // no ${b('}')}' // on\n  t: '''\n// no\n'''\n}\n";
        let found = shown("main.bicep", text);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("// above -> resource a 'x@1' = {"), "{found:?}");
        assert!(found[1].starts_with("// on -> name: 'it''s // no ${b('}')}' // on | resource a"), "{found:?}");
    }

    #[test]
    fn no_text_is_too_strange() {
        for path in ["a.tf", "a.json", "a.yaml", "a.bicep"] {
            for text in
                ["", "#", "\"", "/*", "}}}{{{", "<<", "<<E", "${${${", "'", "'''", "a: |\n#", "\u{e9}# \u{e9}\n}"]
            {
                for remark in remarks(path, text) {
                    assert!(
                        text.get(remark.item.clone()).is_some()
                            && remark.block.is_none_or(|block| text.get(block).is_some())
                    );
                }
            }
        }
    }
}
