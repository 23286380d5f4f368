//! A JSON reader that keeps the byte span of every value and never fails as a whole.
//!
//! Must not know what a policy is. Follows RFC 8259; deeper than [`DEPTH`] is a problem, not a stack overflow.

use crate::text::Text;
use crate::{Problem, Span};

const DEPTH: usize = 64;

/// A value with its place in the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Byte span in the document.
    pub span: Span,
    /// What stands there.
    pub tree: Tree,
}

/// A parsed document: JSON, with texts that may have holes and values that may be unknown.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as written.
    Number(String),
    /// A string.
    Text(Text),
    /// An array.
    List(Vec<Node>),
    /// An object in source order; a name may occur twice.
    Map(Vec<(Text, Node)>),
    /// A value that could not be determined, with the reason.
    Unknown(String),
}

/// Reads a JSON document; what is not understood is `Unknown` and listed.
pub fn read_json(source: &str) -> (Node, Vec<Problem>) {
    let mut reader = Reader { source, at: 0, problems: Vec::new() };
    let node = reader.value(0);
    reader.space();
    if reader.at < source.len() && reader.problems.is_empty() {
        reader.problem("text after the end of the document; remove it");
    }
    (node, reader.problems)
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn space(&mut self) {
        while let Some(' ' | '\t' | '\n' | '\r' | '\u{feff}') = self.peek() {
            self.at += self.peek().map_or(0, char::len_utf8);
        }
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn problem(&mut self, message: &str) {
        let end = self.at + self.peek().map_or(0, char::len_utf8);
        self.problems.push(Problem { span: Span { start: self.at, end }, message: message.to_owned() });
    }

    fn value(&mut self, depth: usize) -> Node {
        self.space();
        let start = self.at;
        let tree = match self.peek() {
            _ if depth > DEPTH => self.give_up("nested too deeply; a policy needs fewer than 64 levels"),
            Some('{') => self.map(depth),
            Some('[') => self.list(depth),
            Some('"') => Tree::Text(Text::from(self.string())),
            Some('-' | '0'..='9') => self.number(),
            _ if self.eat("true") => Tree::Bool(true),
            _ if self.eat("false") => Tree::Bool(false),
            _ if self.eat("null") => Tree::Null,
            Some(_) => self.give_up("not JSON; a value was expected here"),
            None => self.give_up("the document ends where a value was expected"),
        };
        Node { span: Span { start, end: self.at }, tree }
    }

    fn give_up(&mut self, message: &str) -> Tree {
        self.problem(message);
        self.at = self.source.len();
        Tree::Unknown(message.to_owned())
    }

    fn number(&mut self) -> Tree {
        let length = self.rest().find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
        let text: String = self.rest().chars().take(length.unwrap_or(self.rest().len())).collect();
        self.at += text.len();
        Tree::Number(text)
    }

    fn list(&mut self, depth: usize) -> Tree {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.space();
            if self.eat("]") {
                return Tree::List(items);
            }
            if !items.is_empty() && !self.eat(",") {
                self.give_up("`,` or `]` was expected here");
                return Tree::List(items);
            }
            items.push(self.value(depth + 1));
            if self.at >= self.source.len() {
                if self.problems.is_empty() {
                    self.problem("the array does not end; write `]`");
                }
                return Tree::List(items);
            }
        }
    }

    fn map(&mut self, depth: usize) -> Tree {
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            self.space();
            if self.eat("}") {
                return Tree::Map(entries);
            }
            if !entries.is_empty() && !self.eat(",") {
                self.give_up("`,` or `}` was expected here");
                return Tree::Map(entries);
            }
            self.space();
            if self.peek() != Some('"') {
                self.give_up("a name in double quotes was expected here");
                return Tree::Map(entries);
            }
            let name = self.string();
            self.space();
            if !self.eat(":") {
                self.give_up("`:` was expected here");
                return Tree::Map(entries);
            }
            entries.push((Text::from(name), self.value(depth + 1)));
        }
    }

    fn string(&mut self) -> String {
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(next) = self.peek() else {
                self.problem("the string does not end; write `\"`");
                return text;
            };
            self.at += next.len_utf8();
            match next {
                '"' => return text,
                '\\' => self.escape(&mut text),
                other => text.push(other),
            }
        }
    }

    fn escape(&mut self, text: &mut String) {
        let Some(letter) = self.peek() else { return };
        self.at += letter.len_utf8();
        match letter {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'u' => {
                let mut code = self.hex();
                if (0xd800..0xdc00).contains(&code) && self.eat("\\u") {
                    let low = self.hex();
                    code = 0x10000 + ((code - 0xd800) << 10) + (low.wrapping_sub(0xdc00) & 0x3ff);
                }
                text.push(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            other => text.push(other),
        }
    }

    fn hex(&mut self) -> u32 {
        let digits: String = self.rest().chars().take(4).take_while(char::is_ascii_hexdigit).collect();
        self.at += digits.len();
        u32::from_str_radix(&digits, 16).unwrap_or(0xfffd)
    }
}
