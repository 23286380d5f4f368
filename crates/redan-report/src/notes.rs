//! What is to be said of a result beside the lines that decided.

use crate::escape::plain;
use crate::evidence::{label, origin};
use crate::snippet::MAX_MARKS;
use redan_model::Finding;

const MAX_NOTES: usize = 4;

/// What stands below the lines: the resource, who calls its module, reasons, assumptions, where defaults are documented.
pub(crate) fn notes(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut all = vec![("", plain(&format!("{} ({})", finding.address, finding.kind)).into_owned())];
    if !finding.calls.is_empty() {
        let calls: Vec<String> =
            finding.calls.iter().map(|place| format!("{}:{}", plain(&place.path), place.start.line)).collect();
        all.push(("called from", calls.join(" → ")));
    }
    if finding.place.is_none() {
        all.extend(finding.evidence.iter().take(MAX_MARKS).map(|leaf| ("because", label(leaf))));
    }
    for (class, what, place) in finding.reasons.iter().take(MAX_NOTES) {
        let place = place.as_ref().map(|place| format!(" ({}:{})", plain(&place.path), place.start.line));
        let text = format!("{}: {}{}", class.label(), plain(what), place.unwrap_or_default());
        all.push(("unknown", text));
    }
    let more = finding.more_evidence + finding.evidence.len().saturating_sub(MAX_MARKS);
    if more > 0 {
        all.push(("", format!("and {} more like it", crate::words::grouped(more))));
    }
    for assumption in finding.assumptions.iter().take(MAX_NOTES) {
        all.push(("assumed", plain(assumption).into_owned()));
    }
    let mut origins: Vec<String> = finding.evidence.iter().filter_map(origin).map(|text| text.into_owned()).collect();
    origins.retain(|text| !text.starts_with("assumed: "));
    origins.sort();
    origins.dedup();
    all.extend(origins.into_iter().take(MAX_NOTES).map(|text| ("", text)));
    all
}
