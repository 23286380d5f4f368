//! Pieces of source text with marks, fit to be shown: cut to the marked lines, secrets masked, controls replaced.

use crate::Report;
use crate::escape::harmless;
use crate::evidence::label;
use crate::mask::secrets_in;
use redan_model::{Finding, Place, Str};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

const MAX_LINE_BYTES: usize = 600;
const MAX_GAP_LINES: u32 = 30;
const MASK: &str = "********";

/// How many leaves are marked.
pub(crate) const MAX_MARKS: usize = 4;
const MAX_LABEL: usize = 150;

/// Texts by path, and how many lines are shown around the marked ones.
pub(crate) struct Texts {
    files: FxHashMap<Str, Text>,
    around: usize,
}

/// A text, and which bytes of it must not be shown.
struct Text {
    text: Arc<str>,
    /// What findings point at as secret, within one line: nothing on that line need say so.
    told: Vec<Range<usize>>,
    /// Looked for when a piece of the text is first shown.
    credentials: OnceLock<Vec<Range<usize>>>,
}

impl Text {
    fn hidden(&self) -> &[Range<usize>] {
        let found = || redan_secrets::find_all(&self.text).into_iter().map(|found| found.span);
        self.credentials.get_or_init(|| found().chain(self.told.iter().cloned()).collect())
    }
}

/// A place with what is to be said there.
#[derive(Clone, Debug)]
pub(crate) struct Mark<'a> {
    pub(crate) place: &'a Place,
    pub(crate) label: String,
    pub(crate) primary: bool,
    pub(crate) secret: bool,
}

/// A piece of text that shows some marks.
pub(crate) struct Window {
    pub(crate) path: Str,
    pub(crate) text: String,
    pub(crate) first_line: u32,
    /// Byte range in `text`, label, whether primary; in the order of the marks given.
    pub(crate) marks: Vec<(Range<usize>, String, bool)>,
}

impl Texts {
    pub(crate) fn new(report: &Report<'_>, around: usize) -> Self {
        let mut told: FxHashMap<Str, Vec<Range<usize>>> = FxHashMap::default();
        for leaf in report.findings.iter().flat_map(|finding| &finding.evidence).filter(|leaf| leaf.secret) {
            let places = leaf.place.iter().chain(&leaf.written);
            for place in places.filter(|place| place.start.line == place.end.line) {
                let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX);
                told.entry(place.path).or_default().push(at(place.bytes.0)..at(place.bytes.1));
            }
        }
        let mut text = |(path, text)| {
            let told = told.get(&path).cloned().unwrap_or_default();
            (path, Text { text, told, credentials: OnceLock::new() })
        };
        Self { files: report.sources.files().into_iter().map(&mut text).collect(), around }
    }

    /// Windows over these marks: the one of the first mark first, marks close to each other in one. Marks whose text is
    /// not at hand, or whose line is too long to show, are returned as they are.
    pub(crate) fn windows<'m>(&self, marks: &[Mark<'m>]) -> (Vec<Window>, Vec<Mark<'m>>) {
        let mut groups: Vec<Vec<(&Mark<'m>, Range<usize>)>> = Vec::new();
        let mut bare = Vec::new();
        for mark in marks {
            let Some(span) = self.text(mark).and_then(|text| shown_span(text, mark.place)) else {
                bare.push(mark.clone());
                continue;
            };
            let near = |group: &&mut Vec<(&Mark<'m>, Range<usize>)>| {
                group.iter().any(|(other, _)| {
                    other.place.path == mark.place.path
                        && other.place.start.line.abs_diff(mark.place.start.line) <= MAX_GAP_LINES
                })
            };
            match groups.iter_mut().find(near) {
                Some(group) => group.push((mark, span)),
                None => groups.push(vec![(mark, span)]),
            }
        }
        let windows = groups.iter().filter_map(|group| self.window(group)).collect();
        (windows, bare)
    }

    fn text(&self, mark: &Mark<'_>) -> Option<&str> {
        self.files.get(&mark.place.path).map(|known| &*known.text)
    }

    fn window(&self, group: &[(&Mark<'_>, Range<usize>)]) -> Option<Window> {
        let (first, _) = group.first()?;
        let text = self.text(first)?;
        let start = group.iter().map(|(_, span)| line_start(text, span.start)).min()?;
        let end = group.iter().map(|(_, span)| line_end(text, span.end)).max()?;
        let mut first_line = group.iter().map(|(mark, _)| mark.place.start.line).min()?;
        let (mut start, mut end) = (start, end);
        for _ in 0..self.around {
            if start > 0 {
                start = line_start(text, start - 1);
                first_line = first_line.saturating_sub(1);
            }
            end = if end < text.len() { line_end(text, end + 1) } else { end };
        }
        let mut hidden: Vec<Range<usize>> =
            group.iter().filter(|(mark, _)| mark.secret).map(|(_, span)| span.clone()).collect();
        let credentials = self.files.get(&first.place.path).map(Text::hidden).unwrap_or_default();
        hidden.extend(credentials.iter().filter(|span| span.start < end && start < span.end).cloned());
        let piece = text.get(start..end)?;
        let mut at = start;
        for line in piece.split_inclusive('\n') {
            hidden.extend(secrets_in(line).into_iter().map(|range| at + range.start..at + range.end));
            at += line.len();
        }
        let (shown, offsets) = clean(piece, start, &hidden);
        let marks = group
            .iter()
            .map(|(mark, span)| {
                let range = moved(&offsets, span.start - start)..moved(&offsets, span.end - start);
                (range, mark.label.clone(), mark.primary)
            })
            .collect();
        Some(Window { path: first.place.path, text: shown, first_line, marks })
    }
}

/// What is marked: the first place with all that has none of its own, then the other leaves, then where they were
/// written.
pub(crate) fn marks(finding: &Finding) -> Vec<Mark<'_>> {
    let mut marks: Vec<Mark<'_>> = Vec::new();
    let Some(first) = &finding.place else { return marks };
    add(&mut marks, first, String::new(), true, finding.evidence.iter().any(|leaf| leaf.secret));
    for leaf in finding.evidence.iter().take(MAX_MARKS) {
        add(&mut marks, leaf.place.as_ref().unwrap_or(first), label(leaf), false, leaf.secret);
    }
    for leaf in finding.evidence.iter().take(MAX_MARKS) {
        if let Some(written) = &leaf.written {
            add(&mut marks, written, String::from("the value comes from here"), false, leaf.secret);
        }
    }
    marks
}

/// Adds a mark, or its label to the mark that is there already.
fn add<'a>(marks: &mut Vec<Mark<'a>>, place: &'a Place, label: String, primary: bool, secret: bool) {
    match marks.iter_mut().find(|mark| mark.place == place) {
        Some(mark) if mark.label.is_empty() => mark.label = label,
        Some(mark) if mark.label.contains(&label) || mark.label.ends_with(" …") => {}
        Some(mark) if mark.label.len() + label.len() > MAX_LABEL => mark.label.push_str(" …"),
        Some(mark) => mark.label = format!("{}, {label}", mark.label),
        None => marks.push(Mark { place, label, primary, secret }),
    }
}

/// The bytes that a mark underlines: its span, cut to its first line.
fn shown_span(text: &str, place: &Place) -> Option<Range<usize>> {
    let start = usize::try_from(place.bytes.0).ok()?;
    let end = usize::try_from(place.bytes.1).ok()?.min(text.len());
    let line = line_start(text, start)..line_end(text, start);
    if line.len() > MAX_LINE_BYTES {
        return None;
    }
    let span = text.get(start..end.clamp(start, line.end))?;
    let span = span.trim_end();
    let span = if end > line.end { span.trim_end_matches(['{', '[', '(']).trim_end() } else { span };
    Some(start..start + span.len().max(1).min(line.end.saturating_sub(start)))
}

fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes().get(..at).and_then(|before| before.iter().rposition(|byte| *byte == b'\n')).map_or(0, |nl| nl + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    rest.iter().position(|byte| *byte == b'\n').map_or(text.len(), |nl| at + nl)
}

/// The text as it may be shown, and for each of its bytes the byte in the result. Lines that are too long end early.
fn clean(piece: &str, base: usize, hidden: &[Range<usize>]) -> (String, Vec<usize>) {
    let mut shown = String::with_capacity(piece.len());
    let mut offsets = Vec::with_capacity(piece.len() + 1);
    let mut line_bytes = 0;
    for (at, character) in piece.char_indices() {
        let place = base + at;
        let mask = hidden.iter().find(|range| range.contains(&place));
        if mask.is_some_and(|range| range.start == place) {
            offsets.extend(std::iter::repeat_n(shown.len(), character.len_utf8()));
            shown.push_str(MASK);
            continue;
        }
        offsets.extend(std::iter::repeat_n(shown.len(), character.len_utf8()));
        line_bytes = if character == '\n' { 0 } else { line_bytes + character.len_utf8() };
        match character {
            _ if mask.is_some() && character != '\n' => {}
            '\n' | '\t' => shown.push(character),
            '\r' => {}
            _ if line_bytes > MAX_LINE_BYTES => {}
            _ => shown.push(harmless(character)),
        }
    }
    offsets.push(shown.len());
    (shown, offsets)
}

fn moved(offsets: &[usize], at: usize) -> usize {
    offsets.get(at).or(offsets.last()).copied().unwrap_or_default()
}
