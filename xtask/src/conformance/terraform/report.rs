//! The score: totals, a table by check, details, JSON.

use super::case::Label;
use super::runner::Row;
use super::score::Outcome;
use crate::out;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Counts of outcomes.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    agreed: usize,
    disagreed: usize,
    explained: usize,
    unknown: usize,
    skipped: usize,
}

impl Counts {
    fn add(&mut self, row: &Row, explained: &Explained) {
        match &row.outcome {
            Outcome::Agreed => self.agreed += 1,
            Outcome::Disagreed { .. } => {
                self.disagreed += 1;
                self.explained += usize::from(explained.has(row));
            }
            Outcome::Unknown { .. } => self.unknown += 1,
            Outcome::Skipped { .. } => self.skipped += 1,
        }
    }

    /// agreed / (agreed + disagreed − explained), in percent.
    fn score(self) -> f64 {
        percent(self.agreed, self.agreed + self.disagreed - self.explained)
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    let exact = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { 100.0 * exact(part) / exact(whole) }
}

/// The disagreements that the vendor's documentation explains: check, input and address of the rows of the tables in
/// `docs/disagreements.md`, whose last cell links to the vendor's page.
#[derive(Debug, Default)]
pub(crate) struct Explained(BTreeSet<(String, String, String)>);

impl Explained {
    /// Reads the tables.
    pub(crate) fn read(markdown: &str) -> Self {
        let rows = markdown.lines().filter(|line| line.starts_with('|') && line.contains("https://"));
        Self(
            rows.filter_map(|line| {
                let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
                Some((cells.next()?, cells.next()?, cells.next()?))
            })
            .collect(),
        )
    }

    fn has(&self, row: &Row) -> bool {
        self.0.contains(&(row.check.clone(), row.input.clone(), row.unit.address.clone()))
            || (row.unit.address.is_empty() && self.0.contains(&(row.check.clone(), row.input.clone(), "-".to_owned())))
    }
}

/// The whole result as one JSON object.
pub(crate) fn json(rows: &[Row], explained: &Explained, claimed: &BTreeSet<&str>) -> Value {
    let totals = totals(rows, explained);
    let list = |wanted: bool| -> Vec<Value> {
        rows.iter().filter(|row| explained.has(row) == wanted).filter_map(disagreement).collect()
    };
    let unknown: Vec<Value> = rows.iter().filter_map(unknown).collect();
    let checks: Vec<Value> = by_check(rows, explained, claimed)
        .into_iter()
        .map(|(check, c)| {
            json!({"check": check, "agreed": c.agreed, "disagreed": c.disagreed, "explained": c.explained,
               "unknown": c.unknown, "skipped": c.skipped})
        })
        .collect();
    json!({
        "score": totals.score(),
        "agreed": totals.agreed,
        "disagreed": list(false),
        "explained": list(true),
        "unknown": unknown,
        "skipped": skipped(rows),
        "checks": checks,
    })
}

fn skipped(rows: &[Row]) -> BTreeMap<&'static str, usize> {
    let mut reasons = BTreeMap::new();
    for row in rows {
        if let Outcome::Skipped { reason } = row.outcome {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    reasons
}

fn disagreement(row: &Row) -> Option<Value> {
    let Outcome::Disagreed { got, evidence } = &row.outcome else { return None };
    Some(json!({"check": row.check, "case": row.input, "address": row.unit.address, "lines": row.unit.lines,
                "expected": row.unit.label.id(), "got": got.id(), "evidence": evidence}))
}

fn unknown(row: &Row) -> Option<Value> {
    let Outcome::Unknown { reasons } = &row.outcome else { return None };
    Some(json!({"check": row.check, "case": row.input, "address": row.unit.address,
                "expected": row.unit.label.id(), "reasons": reasons}))
}

fn totals(rows: &[Row], explained: &Explained) -> Counts {
    let mut counts = Counts::default();
    rows.iter().for_each(|row| counts.add(row, explained));
    counts
}

fn by_check<'a>(rows: &'a [Row], explained: &Explained, claimed: &BTreeSet<&'a str>) -> BTreeMap<&'a str, Counts> {
    let mut checks: BTreeMap<&str, Counts> = claimed.iter().map(|check| (*check, Counts::default())).collect();
    for row in rows {
        checks.entry(row.check.as_str()).or_default().add(row, explained);
    }
    checks
}

/// Prints the table by check and the totals.
pub(crate) fn table(rows: &[Row], explained: &Explained, claimed: &BTreeSet<&str>) {
    out::line(&format!(
        "{:<40} {:>6} {:>9} {:>9} {:>7} {:>7}",
        "check", "agreed", "disagreed", "explained", "unknown", "skipped"
    ));
    for (check, c) in by_check(rows, explained, claimed) {
        let numbers = [c.agreed, c.disagreed, c.explained, c.unknown, c.skipped];
        if numbers.iter().all(|n| *n == 0) {
            out::line(&format!("{check:<40} no case"));
        } else {
            let [agreed, disagreed, explained, unknown, skipped] = numbers;
            out::line(&format!("{check:<40} {agreed:>6} {disagreed:>9} {explained:>9} {unknown:>7} {skipped:>7}"));
        }
    }
    summary(rows, explained);
}

fn summary(rows: &[Row], explained: &Explained) {
    let c = totals(rows, explained);
    let decided = c.agreed + c.disagreed;
    out::line("");
    out::line(&format!(
        "score {:.2} %: {} agreed, {} disagreed, of which {} explained",
        c.score(),
        c.agreed,
        c.disagreed,
        c.explained
    ));
    out::line(&format!(
        "explained {:.2} % of {decided} decided; unknown {:.2} % of {} labels ({})",
        percent(c.explained, decided),
        percent(c.unknown, decided + c.unknown),
        decided + c.unknown,
        c.unknown
    ));
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        if let Outcome::Unknown { reasons: of } = &row.outcome {
            of.iter().for_each(|reason| *reasons.entry(reason.as_str()).or_default() += 1);
        }
    }
    reasons.iter().for_each(|(reason, count)| out::line(&format!("  unknown, {reason}: {count}")));
    skipped(rows).iter().for_each(|(reason, count)| out::line(&format!("  skipped, {reason}: {count}")));
}

/// Prints what disagrees or is unknown, with where to look. `everything` also prints what agrees.
pub(crate) fn details(rows: &[Row], explained: &Explained, everything: bool) {
    for row in rows {
        let what = match &row.outcome {
            Outcome::Agreed if everything => "agreed".to_owned(),
            Outcome::Agreed => continue,
            Outcome::Disagreed { got, .. } if explained.has(row) => format!("explained: got {}", got.id()),
            Outcome::Disagreed { got, .. } => format!("DISAGREED: got {}", got.id()),
            Outcome::Unknown { reasons } => format!("unknown: {}", reasons.join("; ")),
            Outcome::Skipped { reason } if everything => format!("skipped: {reason}"),
            Outcome::Skipped { .. } => continue,
        };
        let place = row.unit.block.as_ref().map_or_else(
            || row.unit.lines.iter().map(|line| format!(" :{line}")).collect(),
            |block| format!(" {}:{}-{}", block.file, block.first, block.last),
        );
        let expected = match row.unit.label {
            Label::Pass => "expected pass",
            Label::Fail => "expected fail",
        };
        out::line(&format!("{} {} {}{place}\n    {expected}, {what}", row.check, row.input, row.unit.address));
        if let Outcome::Disagreed { evidence, .. } = &row.outcome {
            evidence.iter().for_each(|line| out::line(&format!("    {line}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::terraform::case::Unit;
    use crate::conformance::terraform::score::Got;

    fn row(outcome: Outcome, address: &str) -> Row {
        let unit = Unit {
            label: Label::Fail,
            address: address.to_owned(),
            block: None,
            lines: Vec::new(),
            contradictory: false,
        };
        Row { check: "C".to_owned(), input: "i".to_owned(), unit, outcome }
    }

    #[test]
    fn the_score_leaves_out_what_is_explained_unknown_or_skipped() {
        let disagreed = || Outcome::Disagreed { got: Got::Pass, evidence: Vec::new() };
        let rows = [
            row(Outcome::Agreed, "a.b"),
            row(Outcome::Agreed, "a.c"),
            row(disagreed(), "a.d"),
            row(disagreed(), ""),
            row(Outcome::Unknown { reasons: Vec::new() }, "a.e"),
            row(Outcome::Skipped { reason: "r" }, "a.f"),
        ];
        let explained = Explained::read(
            "| check | case | address |\n|---|---|---|\n| `C` | `i` | - | no source | https://vendor |\n",
        );
        let value = json(&rows, &explained, &BTreeSet::from(["C", "D"]));
        assert!((value["score"].as_f64().unwrap() - 66.666).abs() < 0.01);
        assert_eq!(value["disagreed"].as_array().unwrap().len(), 1);
        assert_eq!(value["explained"].as_array().unwrap().len(), 1);
        assert_eq!(value["skipped"]["r"], 1);
        assert_eq!(value["checks"].as_array().unwrap().len(), 2);
    }
}
