//! Patterns of policies as token sequences, and whether a string matches one.
//!
//! Must not know which element or key a pattern belongs to. A string is a sequence of characters; characters of a private
//! plane ([`letter`]) stand for unknown texts, which only a star can match.

use crate::text::{Part, Text};

/// What a wildcard may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    /// Every character.
    Any,
    /// Within a segment of an ARN.
    NoColon,
    /// `0` to `9`.
    Digit,
    /// Characters of a region's name.
    Region,
    /// Characters of a partition's name.
    Partition,
    /// No colon and not this character: a name that this character ends.
    Until(char),
}

const LETTERS: u32 = 0xF_0000;
const NAMES: u32 = 0xF_8000;

/// Holes whose names begin so are filled with a plain name: no slash and no colon.
pub(crate) const NAME_HOLE: &str = "name ";

/// The character that stands for the unknown text with this number.
pub(crate) fn letter(number: usize) -> char {
    u32::try_from(number).ok().and_then(|number| char::from_u32(LETTERS + number)).unwrap_or('\u{10fffd}')
}

/// The character that stands for the unknown plain name with this number.
pub(crate) fn name_letter(number: usize) -> char {
    u32::try_from(number).ok().and_then(|number| char::from_u32(NAMES + number)).unwrap_or('\u{10fffd}')
}

/// Whether the character stands for an unknown plain name.
pub(crate) fn is_name(c: char) -> bool {
    (NAMES..0x10_0000).contains(&(c as u32))
}

/// Whether the character stands for an unknown text.
pub(crate) fn is_letter(c: char) -> bool {
    c as u32 >= LETTERS
}

impl Class {
    fn many(self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::NoColon => c != ':',
            Self::Digit => c.is_ascii_digit(),
            Self::Region => c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
            Self::Partition => c.is_ascii_lowercase() || c == '-',
            Self::Until(end) => c != ':' && c != end,
        }
    }

    fn one(self, c: char) -> bool {
        !is_letter(c) && self.many(c)
    }
}

/// One element of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Token {
    /// This character.
    Char(char),
    /// This lower-case character in either case.
    Fold(char),
    /// One character of the class.
    One(Class),
    /// Any number of characters of the class.
    Many(Class),
    /// A policy variable: the value of a key, or the default where the key is absent.
    Variable(String, Option<String>),
    /// A part of the document that is not known.
    Hole(String),
}

impl Token {
    pub(crate) fn steps(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            Self::Fold(own) => *own == c || c.to_lowercase().eq(std::iter::once(*own)),
            Self::One(class) => class.one(c),
            _ => false,
        }
    }

    pub(crate) fn stays(&self, c: char) -> bool {
        matches!(self, Self::Many(class) if class.many(c))
    }
}

/// A pattern of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Glob {
    pub(crate) tokens: Vec<Token>,
}

/// How the text of a policy is read as a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Characters only.
    Exact,
    /// Characters in either case.
    Folded,
    /// `*` and `?` are wildcards.
    Wild,
    /// Segment by segment: in the first five segments of an ARN wildcards end at the colon.
    Arn,
    /// Like `Arn`, but a last star of a shorter pattern goes on over the segments that are not written.
    Resource,
}

impl Glob {
    /// Everything.
    pub(crate) fn any() -> Self {
        Self { tokens: vec![Token::Many(Class::Any)] }
    }

    /// This string.
    pub(crate) fn literal(text: &str) -> Self {
        Self { tokens: text.chars().map(Token::Char).collect() }
    }

    /// Reads the text of a policy; `variables` where the document's version has them.
    pub(crate) fn read(text: &Text, reading: Reading, variables: bool) -> Self {
        let mut tokens = Vec::new();
        let mut colons = 0;
        for part in text.parts() {
            match part {
                Part::Known(known) => read_known(known, reading, variables, &mut colons, &mut tokens),
                Part::Hole(name) => {
                    colons = 5;
                    tokens.push(Token::Hole(name.clone()));
                }
            }
        }
        if (reading == Reading::Resource || tokens.len() == 1)
            && colons < 5
            && let Some(Token::Many(class)) = tokens.last_mut()
        {
            *class = Class::Any;
        }
        Self { tokens }
    }

    pub(crate) fn has_gaps(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Variable(..) | Token::Hole(_)))
    }

    pub(crate) fn has_holes(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Hole(_)))
    }

    pub(crate) fn is_any(&self) -> bool {
        matches!(self.tokens.as_slice(), [Token::Many(Class::Any)])
    }

    /// The pattern as people read it.
    pub(crate) fn shown(&self) -> String {
        let token = |token: &Token| match token {
            Token::Char(c) | Token::Fold(c) => c.to_string(),
            Token::One(_) => "?".to_owned(),
            Token::Many(_) => "*".to_owned(),
            Token::Variable(key, None) => format!("${{{key}}}"),
            Token::Variable(key, Some(default)) => format!("${{{key}, '{default}'}}"),
            Token::Hole(_) => "…".to_owned(),
        };
        self.tokens.iter().map(token).collect()
    }

    /// The only string that matches, if there is just one.
    pub(crate) fn as_literal(&self) -> Option<String> {
        self.tokens.iter().map(|token| if let Token::Char(c) = token { Some(*c) } else { None }).collect()
    }

    /// Whether the string matches; a gap matches nothing.
    pub(crate) fn matches(&self, text: &[char]) -> bool {
        let (mut tokens, mut text) = (self.tokens.as_slice(), text);
        while let Some((last, before)) = tokens.split_last() {
            if matches!(last, Token::Many(_)) {
                break;
            }
            match text.split_last() {
                Some((c, rest)) if last.steps(*c) => (tokens, text) = (before, rest),
                _ => return false,
            }
        }
        while let Some((first, after)) = tokens.split_first() {
            if matches!(first, Token::Many(_)) {
                break;
            }
            match text.split_first() {
                Some((c, rest)) if first.steps(*c) => (tokens, text) = (after, rest),
                _ => return false,
            }
        }
        match tokens {
            [] => text.is_empty(),
            [only] => text.iter().all(|c| only.stays(*c)),
            _ => simulate(tokens, text),
        }
    }
}

fn simulate(tokens: &[Token], text: &[char]) -> bool {
    let mut active = vec![false; tokens.len() + 1];
    let mut next = active.clone();
    if let Some(first) = active.first_mut() {
        *first = true;
    }
    spread(tokens, &mut active);
    for c in text {
        next.fill(false);
        for (place, token) in tokens.iter().enumerate() {
            if !active.get(place).copied().unwrap_or_default() {
                continue;
            }
            let target = if token.stays(*c) { place } else { place + 1 };
            if (token.stays(*c) || token.steps(*c))
                && let Some(slot) = next.get_mut(target)
            {
                *slot = true;
            }
        }
        spread(tokens, &mut next);
        std::mem::swap(&mut active, &mut next);
    }
    active.last().copied().unwrap_or_default()
}

fn spread(tokens: &[Token], active: &mut [bool]) {
    for (place, token) in tokens.iter().enumerate() {
        if matches!(token, Token::Many(_))
            && active.get(place).copied().unwrap_or_default()
            && let Some(slot) = active.get_mut(place + 1)
        {
            *slot = true;
        }
    }
}

/// Segments and wildcards: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>;
/// variables: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
fn read_known(text: &str, reading: Reading, variables: bool, colons: &mut usize, tokens: &mut Vec<Token>) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if variables
            && let Some(inner) = rest.strip_prefix("${")
            && let Some((body, after)) = inner.split_once('}')
        {
            match body {
                "*" | "?" | "$" => tokens.extend(body.chars().map(Token::Char)),
                _ => tokens.push(variable(body)),
            }
            rest = after;
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        let class = if matches!(reading, Reading::Arn | Reading::Resource) && *colons < 5 {
            Class::NoColon
        } else {
            Class::Any
        };
        tokens.push(match (c, reading) {
            ('*', Reading::Wild | Reading::Arn | Reading::Resource) => {
                if tokens.last() == Some(&Token::Many(class)) {
                    continue;
                }
                Token::Many(class)
            }
            ('?', Reading::Wild | Reading::Arn | Reading::Resource) => Token::One(class),
            (c, Reading::Folded) => Token::Fold(c.to_lowercase().next().unwrap_or(c)),
            (c, _) => Token::Char(c),
        });
        if c == ':' {
            *colons += 1;
        }
    }
}

fn variable(body: &str) -> Token {
    let (key, default) = match body.split_once(',') {
        Some((key, default)) => (key, Some(default.trim().trim_matches('\'').to_owned())),
        None => (body, None),
    };
    Token::Variable(key.trim().to_lowercase(), default)
}
