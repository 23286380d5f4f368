//! Compares results with labels.

use super::case::{Label, Span, Unit};
use super::outline::Outline;
use super::scan::{Claim, Judged, Leaf, Scanned, Stated, Verdict};
use std::collections::BTreeMap;

/// What came of one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Agreed,
    Disagreed { got: Got, evidence: Vec<String> },
    Unknown { reasons: Vec<String> },
    Skipped { reason: &'static str },
}

/// What the claimed pages said where something else was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Got {
    Pass,
    Fail,
    /// A failure, but on none of the lines that the case names.
    FailElsewhere,
    Missing,
}

impl Got {
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::FailElsewhere => "fail on another line",
            Self::Missing => "missing",
        }
    }
}

/// What the claimed pages say about one label, taken together.
#[derive(Debug, Default)]
struct Sum<'a> {
    fails: Vec<&'a Judged>,
    fails_elsewhere: Vec<&'a Judged>,
    unknowns: Vec<&'a Judged>,
    passes: Vec<&'a Judged>,
}

/// Scores one label. `outlines` are the files of the input by path.
pub(crate) fn score(
    unit: &Unit,
    claims: &[&Claim],
    scanned: &Scanned,
    outlines: &BTreeMap<String, Outline>,
) -> Outcome {
    let mut sum = Sum::default();
    for judged in &scanned.judged {
        for claim in claims.iter().filter(|claim| claim.instance == judged.instance && claim.page == judged.page) {
            let part = Part::of(judged, claim);
            if unit.address.is_empty() {
                part.anywhere(unit, outlines, &mut sum);
            } else {
                part.at_address(unit, outlines, &mut sum);
            }
        }
    }
    decide(unit.label, &sum, scanned, outlines)
}

fn decide(label: Label, sum: &Sum, scanned: &Scanned, outlines: &BTreeMap<String, Outline>) -> Outcome {
    let disagreed = |got, of: &[&Judged]| Outcome::Disagreed { got, evidence: of.iter().map(|j| shown(j)).collect() };
    let only_modules = scanned.modules_missing && outlines.values().all(|outline| !outline.resources);
    match label {
        Label::Fail if !sum.fails.is_empty() => Outcome::Agreed,
        Label::Pass if !sum.fails.is_empty() => disagreed(Got::Fail, &sum.fails),
        _ if !sum.unknowns.is_empty() => {
            let mut reasons: Vec<String> = sum.unknowns.iter().flat_map(|j| j.reasons.clone()).collect();
            reasons.sort();
            reasons.dedup();
            Outcome::Unknown { reasons }
        }
        Label::Fail if !sum.fails_elsewhere.is_empty() => disagreed(Got::FailElsewhere, &sum.fails_elsewhere),
        Label::Pass if !sum.passes.is_empty() => Outcome::Agreed,
        Label::Fail if !sum.passes.is_empty() => disagreed(Got::Pass, &sum.passes),
        _ if only_modules => Outcome::Unknown { reasons: vec!["module not installed".to_owned()] },
        _ => disagreed(Got::Missing, &[]),
    }
}

/// A result as a claim sees it: with `part`, only that leaf counts.
struct Part<'a> {
    judged: &'a Judged,
    verdict: Verdict,
    leaves: Vec<&'a Leaf>,
}

impl<'a> Part<'a> {
    fn of(judged: &'a Judged, claim: &Claim) -> Self {
        let leaves =
            judged.leaves.iter().filter(|leaf| claim.part.as_ref().is_none_or(|part| concerns(&leaf.path, part)));
        let leaves: Vec<&Leaf> = leaves.collect();
        let verdict = match judged.verdict {
            Verdict::Pass => Verdict::Pass,
            _ if claim.part.is_some() && leaves.is_empty() => Verdict::Pass,
            Verdict::Unknown if judged.only_unstated => Verdict::Pass,
            other => other,
        };
        Self { judged, verdict, leaves }
    }

    fn add(&self, verdict: Verdict, sum: &mut Sum<'a>) {
        match verdict {
            Verdict::Fail => sum.fails.push(self.judged),
            Verdict::Unknown => sum.unknowns.push(self.judged),
            Verdict::Pass => sum.passes.push(self.judged),
        }
    }

    fn anywhere(&self, unit: &Unit, outlines: &BTreeMap<String, Outline>, sum: &mut Sum<'a>) {
        if self.verdict == Verdict::Fail && !unit.lines.is_empty() && !self.on_lines(&unit.lines, outlines) {
            sum.fails_elsewhere.push(self.judged);
        } else {
            self.add(self.verdict, sum);
        }
    }

    /// On a line: of a deciding leaf, of something that encloses it, of the place that people are sent to, or of the
    /// head of a block that states the resource.
    fn on_lines(&self, lines: &[u32], outlines: &BTreeMap<String, Outline>) -> bool {
        let leaves = self.leaves.iter().filter(|leaf| leaf.lines.0 > 0);
        let of_leaves = leaves.flat_map(|leaf| {
            let around = outlines.get(&leaf.file).into_iter().flat_map(|outline| outline.headers(leaf.lines.0));
            (leaf.lines.0..=leaf.lines.1.min(leaf.lines.0.saturating_add(10_000))).chain(around)
        });
        let heads = self.judged.stated.iter().map(|stated| stated.line);
        of_leaves.chain(heads).chain([self.judged.line]).any(|line| line > 0 && lines.contains(&line))
    }

    fn at_address(&self, unit: &Unit, outlines: &BTreeMap<String, Outline>, sum: &mut Sum<'a>) {
        if other_instance(&self.judged.address, &unit.address) {
            return;
        }
        let inside = unit.block.as_ref().is_some_and(|block| self.leaves.iter().any(|leaf| lies_in(leaf, block)));
        if inside || same(&self.judged.address, &unit.address) || self.made_in(unit) {
            self.add(self.verdict, sum);
        } else if self.covers(unit, outlines) {
            let verdict = if self.verdict == Verdict::Fail { Verdict::Pass } else { self.verdict };
            self.add(verdict, sum);
        }
    }

    /// Whether the block that makes the resource is the labelled one, by where it stands: an ARM template names resources
    /// by expressions.
    fn made_in(&self, unit: &Unit) -> bool {
        let made = self.judged.stated.first();
        unit.address.contains('/')
            && unit.block.as_ref().zip(made).is_some_and(|(block, made)| block.holds(&made.file, made.line))
    }

    /// Whether the resource is stated in the block, or the block is about it.
    fn covers(&self, unit: &Unit, outlines: &BTreeMap<String, Outline>) -> bool {
        let by_place = |stated: &Stated| {
            unit.address.contains('/')
                && unit.block.as_ref().is_some_and(|block| block.holds(&stated.file, stated.line))
        };
        let stated = self.judged.stated.iter().any(|stated| same(&stated.address, &unit.address) || by_place(stated));
        let blocks = outlines.values().flat_map(|outline| &outline.blocks);
        let mut labelled = blocks.filter(|block| block.address == unit.address);
        stated || labelled.any(|block| block.mentions.iter().any(|m| same(&self.judged.address, m)))
    }
}

fn lies_in(leaf: &Leaf, block: &Span) -> bool {
    leaf.lines.0 > 0 && block.holds(&leaf.file, leaf.lines.0)
}

/// Whether an address of ours is the one of a label: `module.m["x"].aws_s3_bucket.b[0]` is `aws_s3_bucket.b`, and
/// `Network.Vpc` is `AWS::EC2::VPC.Vpc`.
pub(crate) fn same(address: &str, label: &str) -> bool {
    if label.contains("::") {
        return label.rsplit('.').next() == address.rsplit('.').next();
    }
    let (plain, label) = (without_keys(address), without_keys(label));
    let mut ours = plain.rsplit('.');
    let mut theirs = label.rsplit('.');
    (ours.next(), ours.next()) == (theirs.next(), theirs.next())
}

/// Whether a label names one instance of a resource (`a.b["x"]`) and ours is another one: both stand in one block.
fn other_instance(address: &str, label: &str) -> bool {
    let key = |text: &str| text.ends_with(']').then(|| text.rsplit_once('[').map(|(_, key)| key.to_owned())).flatten();
    let (ours, theirs) = (key(address), key(label));
    ours.is_some() && theirs.is_some() && ours != theirs && same(address, label)
}

fn without_keys(address: &str) -> String {
    let (mut depth, mut quoted) = (0_u32, false);
    let mut plain = String::new();
    for character in address.chars() {
        match character {
            '"' if depth > 0 => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    plain
}

/// Whether a leaf is the part, or below it; list positions do not count.
fn concerns(path: &str, part: &str) -> bool {
    let (path, part) = (without_keys(path), without_keys(part));
    let part = part.strip_prefix("self.").unwrap_or(&part);
    path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A result in one line.
pub(crate) fn shown(judged: &Judged) -> String {
    let leaves: Vec<String> = judged
        .leaves
        .iter()
        .map(|leaf| {
            if leaf.lines.0 > 0 { format!("{} ({}:{})", leaf.text, leaf.file, leaf.lines.0) } else { leaf.text.clone() }
        })
        .collect();
    format!("{} on {}: {}", judged.page, judged.address, leaves.join(", "))
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
