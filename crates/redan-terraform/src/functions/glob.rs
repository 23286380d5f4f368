//! File patterns: `*`, `?`, `[…]`, `{a,b}`, and `**` for any number of folders.
//! Syntax: <https://developer.hashicorp.com/terraform/language/functions/fileset>

use regex::{Regex, RegexBuilder};

/// A matcher for relative paths with forward slashes; `None` if the pattern is malformed.
pub(super) fn compile(pattern: &str) -> Option<Regex> {
    let mut out = String::from("^");
    let mut chars = pattern.chars().peekable();
    let mut start = true;
    let mut alternatives = 0_u32;
    while let Some(c) = chars.next() {
        let at_start = std::mem::replace(&mut start, c == '/');
        match c {
            '*' if at_start && chars.peek() == Some(&'*') => {
                chars.next();
                match chars.peek() {
                    Some('/') => {
                        chars.next();
                        start = true;
                        out.push_str("(?:[^/]+/)*");
                    }
                    None => out.push_str(".*"),
                    Some(_) => out.push_str("[^/]*"),
                }
            }
            '*' => {
                while chars.next_if_eq(&'*').is_some() {}
                out.push_str("[^/]*");
            }
            '?' => out.push_str("[^/]"),
            '[' => class(&mut chars, &mut out)?,
            '{' => {
                alternatives += 1;
                out.push_str("(?:");
            }
            '}' if alternatives > 0 => {
                alternatives -= 1;
                out.push(')');
            }
            ',' if alternatives > 0 => out.push('|'),
            '\\' => out.push_str(&regex::escape(&chars.next()?.to_string())),
            c => out.push_str(&regex::escape(&c.to_string())),
        }
    }
    if alternatives > 0 {
        return None;
    }
    out.push('$');
    RegexBuilder::new(&out).size_limit(1 << 20).dot_matches_new_line(true).build().ok()
}

fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) -> Option<()> {
    out.push('[');
    if chars.next_if(|c| *c == '^' || *c == '!').is_some() {
        out.push('^');
    }
    let mut empty = true;
    loop {
        match chars.next()? {
            ']' if !empty => break,
            ']' => return None,
            '\\' => out.push_str(&regex::escape(&chars.next()?.to_string())),
            '-' => out.push('-'),
            c => {
                let escaped = regex::escape(&c.to_string());
                out.push_str(&escaped);
            }
        }
        empty = false;
    }
    out.push(']');
    Some(())
}
