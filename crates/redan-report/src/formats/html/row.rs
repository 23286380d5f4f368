//! One result in HTML: a line, and behind it the source with its marks and what else there is to say.

use crate::escape::{cut, plain};
use crate::evidence::{gist, label, standing};
use crate::markup::Markup;
use crate::notes::notes;
use crate::snippet::{Texts, Window, marks};
use redan_model::Finding;
use std::io::{self, Write};

const MAX_LEAVES: usize = 20;
const MAX_LINE: usize = 200;

/// Unmarked lines further than this from a marked one are folded.
const NEAR: usize = 2;

/// Columns of line numbers.
const WIDTH: usize = 6;

/// Few elements for each result: there may be very many.
pub(super) fn row(finding: &Finding, texts: &Texts, out: &mut dyn Write) -> io::Result<()> {
    let place = finding.place.as_ref().map(|place| format!("{}:{} ", plain(&place.path), place.start.line));
    writeln!(
        out,
        "<li><details><summary><code>{}</code> <span>{}{}</span></summary>",
        Markup(&plain(&finding.address)),
        Markup(&place.unwrap_or_default()),
        Markup(&cut(&gist(finding), MAX_LINE)),
    )?;
    let (windows, _) = texts.windows(&marks(finding));
    windows.iter().try_for_each(|window| snippet(window, out))?;
    write!(out, "<p>")?;
    if let Some(standing) = standing(finding) {
        fact("set aside", &standing, out)?;
    }
    for (name, text) in notes(finding) {
        fact(if name.is_empty() { "about" } else { name }, &text, out)?;
    }
    for leaf in finding.evidence.iter().take(MAX_LEAVES) {
        let place = leaf.place.as_ref().map(|place| format!(" ({}:{})", plain(&place.path), place.start.line));
        fact("evidence", &format!("{}{}", label(leaf), place.unwrap_or_default()), out)?;
    }
    if let Some(id) = finding.id {
        fact("id", &plain(&id), out)?;
    }
    writeln!(out, "fingerprint: {}</p></details></li>", finding.fingerprint)
}

fn fact(name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{name}: {}", Markup(text))
}

fn snippet(window: &Window, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in window.text.split('\n') {
        lines.push((line, start, is_marked(window, start, line.len())));
        start += line.len() + 1;
    }
    writeln!(out, "<pre>{}", Markup(&plain(&window.path)))?;
    let mut folded = false;
    for (number, (line, start, _)) in lines.iter().enumerate() {
        let around = number.saturating_sub(NEAR)..(number + NEAR + 1).min(lines.len());
        if !lines.get(around).unwrap_or_default().iter().any(|(.., marked)| *marked) {
            if !folded {
                writeln!(out, "{:>WIDTH$}", "⋮")?;
            }
            folded = true;
            continue;
        }
        folded = false;
        let shown = u32::try_from(number).map_or(window.first_line, |number| window.first_line + number);
        write!(out, "{shown:>WIDTH$}  ")?;
        pieces(window, line, *start, out)?;
        writeln!(out)?;
    }
    writeln!(out, "</pre>")
}

fn is_marked(window: &Window, start: usize, length: usize) -> bool {
    window.marks.iter().any(|(range, ..)| range.start <= start + length && range.end > start)
}

/// A line cut where marks begin and end.
fn pieces(window: &Window, line: &str, start: usize, out: &mut dyn Write) -> io::Result<()> {
    let inside = |at: usize| at.saturating_sub(start).min(line.len());
    let mut cuts = vec![0, line.len()];
    for (range, ..) in &window.marks {
        cuts.extend([inside(range.start), inside(range.end)]);
    }
    cuts.sort_unstable();
    cuts.dedup();
    for (from, to) in cuts.iter().zip(cuts.iter().skip(1)) {
        let Some(piece) = line.get(*from..*to) else { continue };
        let over = |range: &std::ops::Range<usize>| range.start <= start + from && range.end >= start + to;
        let mut marks = window.marks.iter().filter(|(range, ..)| over(range)).peekable();
        if marks.peek().is_none() {
            write!(out, "{}", Markup(piece))?;
        } else if marks.any(|(_, _, first)| *first) {
            write!(out, "<mark class=\"first\">{}</mark>", Markup(piece))?;
        } else {
            write!(out, "<mark>{}</mark>", Markup(piece))?;
        }
    }
    Ok(())
}
