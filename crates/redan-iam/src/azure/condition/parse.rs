//! The text of a condition as an expression.
//!
//! Must not know how it is decided. Operators and grouping:
//! <https://learn.microsoft.com/azure/role-based-access-control/conditions-format#condition-syntax>

use super::{Expr, Kind, Order, Pairing, Side, Source};

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Not,
    And,
    Or,
    Word(String),
    Values(Vec<String>),
    /// `@Source[name]`, in lower case.
    Attribute(String),
}

/// The deepest nesting that is read.
const DEPTH: usize = 64;

pub(super) fn parse(text: &str) -> Result<Expr, String> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens };
    let expr = parser.or(0)?;
    match parser.tokens.first() {
        None => Ok(expr),
        Some(token) => Err(format!("{} is not expected here", shown(token))),
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Open => "`(`".to_owned(),
        Token::Close => "`)`".to_owned(),
        Token::Not => "`!`".to_owned(),
        Token::And => "`AND`".to_owned(),
        Token::Or => "`OR`".to_owned(),
        Token::Word(word) => format!("`{word}`"),
        Token::Values(_) => "a set of values".to_owned(),
        Token::Attribute(name) => format!("`{name}`"),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let skip = |count: usize| rest.get(count..).unwrap_or_default();
        let (token, after) = match c {
            '(' => (Token::Open, skip(1)),
            ')' => (Token::Close, skip(1)),
            '!' => (Token::Not, skip(1)),
            '&' if rest.starts_with("&&") => (Token::And, skip(2)),
            '|' if rest.starts_with("||") => (Token::Or, skip(2)),
            '{' => values(skip(1))?,
            '\'' => {
                let (value, after) = quoted(skip(1))?;
                (Token::Values(vec![value]), after)
            }
            '@' => attribute(skip(1))?,
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "(){}'@!&|,".contains(c)).unwrap_or(rest.len());
                let word = rest.get(..end).filter(|word| !word.is_empty());
                let word = word.ok_or_else(|| format!("`{c}` is not expected here"))?;
                let token = match word.to_ascii_uppercase().as_str() {
                    "AND" => Token::And,
                    "OR" => Token::Or,
                    "NOT" => Token::Not,
                    "TRUE" | "FALSE" => Token::Values(vec![word.to_lowercase()]),
                    _ if word.parse::<i64>().is_ok() => Token::Values(vec![word.to_owned()]),
                    _ => Token::Word(word.to_owned()),
                };
                (token, skip(end))
            }
        };
        out.push(token);
        rest = after.trim_start();
    }
    Ok(out)
}

fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '\'' if !escaped => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            _ => {
                if escaped && c != '\'' {
                    value.push('\\');
                }
                value.push(c);
                escaped = false;
            }
        }
    }
    Err("a quotation is not closed".to_owned())
}

fn values(text: &str) -> Result<(Token, &str), String> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            return Ok((Token::Values(out), after));
        }
        rest = match rest.strip_prefix('\'') {
            Some(inner) => {
                let (value, after) = quoted(inner)?;
                out.push(value);
                after
            }
            None => {
                let end = rest.find([',', '}']).ok_or("a set of values is not closed")?;
                out.push(rest.get(..end).unwrap_or_default().trim().to_owned());
                rest.get(end..).unwrap_or_default()
            }
        };
        rest = rest.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
}

fn attribute(text: &str) -> Result<(Token, &str), String> {
    let end = text.find(']').ok_or("an attribute without `]`")?;
    let (name, after) = text.split_at_checked(end + 1).ok_or("an attribute without `]`")?;
    Ok((Token::Attribute(attribute_name(name)?), after))
}

/// `Source[name]` as conditions are compared by it. Names of tags are told apart by case, and stand before a flag:
/// `…tags:Project<$key_case_sensitive$>`.
pub(super) fn attribute_name(text: &str) -> Result<String, String> {
    let (source, name) = text.split_once('[').ok_or("an attribute without `[`")?;
    let name = name.strip_suffix(']').ok_or("an attribute without `]`")?;
    source_of(source.trim()).ok_or_else(|| format!("`@{}` is no source of attributes", source.trim()))?;
    let name = match name.split_once('<') {
        Some((name, flag)) => {
            let (head, key) = name.rsplit_once(':').unwrap_or(("", name));
            format!("{}:{key}<{}", head.to_lowercase(), flag.to_lowercase())
        }
        None => name.to_lowercase(),
    };
    Ok(format!("@{}[{}]", source.trim().to_lowercase(), name.trim()))
}

pub(super) fn source_of(name: &str) -> Option<Source> {
    match name.to_lowercase().as_str() {
        "principal" => Some(Source::Principal),
        "resource" => Some(Source::Resource),
        "request" => Some(Source::Request),
        "environment" => Some(Source::Environment),
        _ => None,
    }
}

struct Parser<'t> {
    tokens: &'t [Token],
}

impl Parser<'_> {
    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first.clone())
    }

    fn eat(&mut self, token: &Token) -> bool {
        let found = self.tokens.first() == Some(token);
        if found {
            self.next();
        }
        found
    }

    fn or(&mut self, depth: usize) -> Result<Expr, String> {
        let mut all = vec![self.and(depth)?];
        while self.eat(&Token::Or) {
            all.push(self.and(depth)?);
        }
        Ok(single(all, Expr::Or))
    }

    fn and(&mut self, depth: usize) -> Result<Expr, String> {
        let mut all = vec![self.unary(depth)?];
        while self.eat(&Token::And) {
            all.push(self.unary(depth)?);
        }
        Ok(single(all, Expr::And))
    }

    fn unary(&mut self, depth: usize) -> Result<Expr, String> {
        if depth > DEPTH {
            return Err("nested too deeply".to_owned());
        }
        match self.next() {
            Some(Token::Not) => Ok(Expr::Not(Box::new(self.unary(depth + 1)?))),
            Some(Token::Open) => {
                let inner = self.or(depth + 1)?;
                if self.eat(&Token::Close) { Ok(inner) } else { Err("a parenthesis is not closed".to_owned()) }
            }
            Some(Token::Word(word)) => self.function(&word),
            Some(Token::Attribute(name)) => self.comparison(name),
            Some(token) => Err(format!("{} is not expected here", shown(&token))),
            None => Err("the condition ends too early".to_owned()),
        }
    }

    fn function(&mut self, word: &str) -> Result<Expr, String> {
        if word.eq_ignore_ascii_case("Exists") {
            return match self.next() {
                Some(Token::Attribute(name)) => Ok(Expr::Exists(name)),
                _ => Err("`Exists` without an attribute".to_owned()),
            };
        }
        let make: fn(String) -> Expr = match word.to_lowercase().as_str() {
            "actionmatches" => Expr::Action,
            "suboperationmatches" => Expr::SubOperation,
            _ => return Err(format!("`{word}` is no function of the language")),
        };
        match self.next() {
            Some(Token::Values(values)) => {
                Ok(single(values.into_iter().map(|value| make(value.to_lowercase())).collect(), Expr::Or))
            }
            _ => Err(format!("`{word}` without a pattern in braces")),
        }
    }

    fn comparison(&mut self, attribute: String) -> Result<Expr, String> {
        let Some(Token::Word(word)) = self.next() else { return Err(format!("`{attribute}` without an operator")) };
        let (pairing, name) = match word.split_once(':') {
            Some((pairing, name)) => (Some(pairing_of(pairing)?), name),
            None => (None, word.as_str()),
        };
        let (kind, negated) = operator(name).ok_or_else(|| format!("`{name}` is no operator of the language"))?;
        let side = match self.next() {
            Some(Token::Values(values)) => Side::Values(values),
            Some(Token::Attribute(name)) => Side::Attribute(name),
            _ => return Err(format!("`{word}` without a right side")),
        };
        if let (true, Side::Values(values)) = (attribute == "@request[suboperation]", &side) {
            let all = values.iter().map(|value| Expr::SubOperation(value.to_lowercase())).collect();
            let any = single(all, Expr::Or);
            return Ok(if negated { Expr::Not(Box::new(any)) } else { any });
        }
        Ok(Expr::Compare { attribute, kind, negated, pairing, side })
    }
}

fn single(mut all: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match (all.len(), all.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            all.push(last);
            many(all)
        }
        (_, None) => many(all),
    }
}

fn pairing_of(word: &str) -> Result<Pairing, String> {
    let (all_left, all_right) = match word.to_lowercase().as_str() {
        "foranyofanyvalues" => (false, false),
        "forallofanyvalues" => (true, false),
        "foranyofallvalues" => (false, true),
        "forallofallvalues" => (true, true),
        _ => return Err(format!("`{word}` is no function of the language")),
    };
    Ok(Pairing { all_left, all_right })
}

fn operator(name: &str) -> Option<(Kind, bool)> {
    let lower = name.to_lowercase();
    let (stem, negated) = match lower.find("not") {
        Some(at) => (format!("{}{}", lower.get(..at)?, lower.get(at + 3..)?), true),
        None => (lower, false),
    };
    let order = |stem: &str| match stem {
        "equals" => Some(Order::Equals),
        "lessthan" => Some(Order::Less),
        "lessthanequals" => Some(Order::LessEquals),
        "greaterthan" => Some(Order::Greater),
        "greaterthanequals" => Some(Order::GreaterEquals),
        _ => None,
    };
    let kind = match stem.as_str() {
        "stringequals" => Kind::Equals { fold: false },
        "stringequalsignorecase" => Kind::Equals { fold: true },
        "stringstartswith" => Kind::StartsWith { fold: false },
        "stringstartswithignorecase" => Kind::StartsWith { fold: true },
        "stringlike" => Kind::Like { fold: false },
        "stringlikeignorecase" => Kind::Like { fold: true },
        "guidequals" => Kind::Guid,
        "boolequals" => Kind::Bool,
        "ipmatch" | "ipinrange" => Kind::Address,
        other => match (other.strip_prefix("numeric"), other.strip_prefix("datetime")) {
            (Some(rest), _) => Kind::Number(order(rest)?),
            (_, Some(rest)) => Kind::Date(order(rest)?),
            _ => return None,
        },
    };
    Some((kind, negated))
}
