//! The blocks and brackets of a Terraform file by line, read without evaluating anything: what the cases' labels,
//! which name lines and addresses, are compared with. Independent of redan's own parser, so that both can be wrong
//! only separately.

/// A block, list or text that spans lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bracket {
    pub(crate) first: u32,
    pub(crate) last: u32,
}

/// A `resource` or `data` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// `aws_s3_bucket.logs`, without `data.`.
    pub(crate) address: String,
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// The addresses that its text mentions.
    pub(crate) mentions: Vec<String>,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) brackets: Vec<Bracket>,
    pub(crate) blocks: Vec<Block>,
    /// Whether it calls a module.
    pub(crate) calls: bool,
    /// Whether a `resource` or `data` block stands in it.
    pub(crate) resources: bool,
}

impl Outline {
    /// First lines of all that encloses a line: its attribute, its block, the block around that.
    pub(crate) fn headers(&self, line: u32) -> impl Iterator<Item = u32> {
        self.brackets.iter().filter(move |b| b.first <= line && line <= b.last).map(|b| b.first)
    }
}

/// Reads a file.
pub(crate) fn outline(text: &str) -> Outline {
    let mut reader = Reader::default();
    let mut line_number = 0;
    for line in text.lines() {
        line_number += 1;
        reader.line(line, line_number);
    }
    let mut found = reader.found;
    let lines: Vec<&str> = text.lines().collect();
    for block in &mut found.blocks {
        let (first, last) = (usize::try_from(block.first).unwrap_or(1), usize::try_from(block.last).unwrap_or(1));
        let body = lines.get(first..last.max(first)).unwrap_or_default();
        block.mentions = body.iter().flat_map(|line| mentions(line)).filter(|m| *m != block.address).collect();
        block.mentions.sort();
        block.mentions.dedup();
    }
    found.resources = !found.blocks.is_empty();
    found
}

/// `TYPE.NAME` for every such pair in a line.
fn mentions(line: &str) -> Vec<String> {
    let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')));
    words
        .filter_map(|word| {
            let mut parts = word.strip_prefix("data.").unwrap_or(word).split('.');
            let (kind, name) = (parts.next()?, parts.next()?);
            (kind.contains('_') && !name.is_empty()).then(|| format!("{kind}.{name}"))
        })
        .collect()
}

#[derive(Default)]
struct Reader {
    found: Outline,
    open: Vec<(u32, Option<String>)>,
    heredoc: Option<(String, u32)>,
    comment: bool,
}

impl Reader {
    fn line(&mut self, line: &str, number: u32) {
        if let Some((end, first)) = self.heredoc.as_ref() {
            if line.trim() == end {
                self.found.brackets.push(Bracket { first: *first, last: number });
                self.heredoc = None;
            }
            return;
        }
        let address = self.open.is_empty().then(|| header(line)).flatten();
        self.found.calls |= self.open.is_empty() && line.trim_start().starts_with("module \"");
        let mut rest = line;
        let mut in_text = false;
        let mut address = address;
        while let Some(character) = rest.chars().next() {
            let after = rest.get(character.len_utf8()..).unwrap_or_default();
            if self.comment {
                self.comment = !rest.starts_with("*/");
            } else if in_text {
                if character == '\\' {
                    rest = after.get(after.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
                    continue;
                }
                in_text = character != '"';
            } else if rest.starts_with("/*") {
                self.comment = true;
            } else if character == '#' || rest.starts_with("//") {
                return;
            } else if let Some(end) = rest.strip_prefix("<<") {
                let end = end.trim_start_matches('-').trim().to_owned();
                if !end.is_empty() && end.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                    self.heredoc = Some((end, number));
                    return;
                }
            } else {
                in_text = character == '"';
                self.bracket(character, number, &mut address);
            }
            rest = after;
        }
    }

    fn bracket(&mut self, character: char, number: u32, address: &mut Option<String>) {
        match character {
            '{' | '[' | '(' => self.open.push((number, address.take())),
            '}' | ']' | ')' => {
                let Some((first, address)) = self.open.pop() else { return };
                self.found.brackets.push(Bracket { first, last: number });
                if let Some(address) = address {
                    self.found.blocks.push(Block { address, first, last: number, mentions: Vec::new() });
                }
            }
            _ => {}
        }
    }
}

/// `resource "aws_s3_bucket" "logs" {` → `aws_s3_bucket.logs`.
fn header(line: &str) -> Option<String> {
    let mut words = line.split(['"', ' ', '\t', '{']).filter(|word| !word.is_empty());
    matches!(words.next()?, "resource" | "data").then_some(())?;
    Some(format!("{}.{}", words.next()?, words.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"resource "aws_s3_bucket" "b" {
  bucket = "a{" # {
  rule {
    list = [
      "x",
    ]
  }
  policy = <<EOF
{ "Bucket": "${aws_kms_key.k.arn}"
EOF
}
data "aws_iam_policy_document" "d" {}
module "m" { source = "./m" }
"#;

    #[test]
    fn blocks_brackets_and_mentions() {
        let outline = outline(TEXT);
        let shown: Vec<_> = outline.blocks.iter().map(|b| (b.address.as_str(), b.first, b.last)).collect();
        assert_eq!(shown, [("aws_s3_bucket.b", 1, 11), ("aws_iam_policy_document.d", 12, 12)]);
        assert_eq!(outline.blocks[0].mentions, ["aws_kms_key.k"]);
        let mut headers: Vec<u32> = outline.headers(5).collect();
        headers.sort_unstable();
        assert_eq!(headers, [1, 3, 4]);
        assert_eq!(outline.headers(9).min(), Some(1));
        assert!(outline.headers(9).any(|line| line == 8));
        assert!(outline.calls && outline.resources);
    }
}
