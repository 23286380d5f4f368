//! The text of a page in HTML: the few forms of Markdown that pages use; everything else is shown as it stands.

use crate::escape::plain;
use crate::markup::Markup;
use std::io::{self, Write};

/// Headings, fenced code, lists, paragraphs, and code spans in them.
pub(super) fn prose(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            writeln!(out, "<pre>{}</pre>", Markup(&body.join("\n")))?;
        } else if let Some(title) = line.strip_prefix('#') {
            writeln!(out, "<h3>{}</h3>", Markup(&plain(title.trim_start_matches('#').trim())))?;
        } else if item(line).is_some() {
            write!(out, "<ul>")?;
            let mut next = Some(line);
            while let Some(first) = next.and_then(item) {
                let mut text = first.to_owned();
                while let Some(more) = lines.next_if(|line| line.starts_with("  ") && item(line).is_none()) {
                    text.push(' ');
                    text.push_str(more.trim());
                }
                write!(out, "<li>")?;
                inline(&text, out)?;
                write!(out, "</li>")?;
                next = lines.next_if(|line| item(line).is_some());
            }
            writeln!(out, "</ul>")?;
        } else if !line.trim().is_empty() {
            let mut text = line.trim().to_owned();
            while let Some(more) = lines.next_if(|line| is_prose(line)) {
                text.push(' ');
                text.push_str(more.trim());
            }
            write!(out, "<p>")?;
            inline(&text, out)?;
            writeln!(out, "</p>")?;
        }
    }
    Ok(())
}

fn item(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("- ").or_else(|| line.strip_prefix("* "))
}

fn is_prose(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with('#') && !line.starts_with("```") && item(line).is_none()
}

/// Text with code between backquotes.
fn inline(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let text = plain(text);
    let mut parts = text.split('`');
    write!(out, "{}", Markup(parts.next().unwrap_or_default()))?;
    while let Some(inner) = parts.next() {
        match parts.next() {
            Some(after) => write!(out, "<code>{}</code>{}", Markup(inner), Markup(after))?,
            None => write!(out, "`{}", Markup(inner))?,
        }
    }
    Ok(())
}
