//! The product as a scanner: redan's own pipeline, with every page that claims a check.

use super::scan::{Claim, Judged, Leaf, Scan, Scanned, Stated, Verdict};
use redan::{Input, Judging};
use redan_model::{Evidence, Finding, Place, ProblemKind, ReasonClass};
use redan_report::Rules;
use std::path::Path;

/// redan with its built-in pages.
pub(crate) struct Product {
    claims: Vec<Claim>,
    /// The ways in which pages are run.
    instances: Vec<Judging>,
}

impl Product {
    /// Reads what the built-in pages claim.
    pub(crate) fn new() -> Result<Self, String> {
        let everything = Judging { passes: true, ..Judging::default() };
        let rules = judge(&redan::read(&Input::default()), &everything)?.rules;
        let claims = claims(&rules);
        Ok(Self { claims, instances: vec![everything] })
    }
}

fn claims(rules: &Rules) -> Vec<Claim> {
    let aliases = rules.values().flat_map(|rule| &rule.aliases).filter(|alias| !alias.related);
    aliases.map(|alias| Claim { check: alias.id.clone(), instance: 0, part: alias.part.clone() }).collect()
}

fn judge(loaded: &redan::Loaded, judging: &Judging) -> Result<redan::Scan, String> {
    redan::judge(loaded, judging).map_err(|e| e.to_string())
}

impl Scan for Product {
    fn claims(&self) -> &[Claim] {
        &self.claims
    }

    fn scan(&self, path: &Path, instances: &[usize]) -> Result<Scanned, String> {
        let loaded = redan::read(&Input { paths: vec![path.to_path_buf()], ..Input::default() });
        let modules_missing = loaded.problems.iter().any(|problem| problem.kind == ProblemKind::ModuleMissing);
        let mut judged = Vec::new();
        for instance in instances {
            let Some(judging) = self.instances.get(*instance) else { continue };
            let scan = judge(&loaded, judging)?;
            judged.extend(scan.findings.iter().map(|finding| self::judged(*instance, finding)));
        }
        Ok(Scanned { judged, modules_missing })
    }
}

fn judged(instance: usize, finding: &Finding) -> Judged {
    let (file, line, _) = place(finding.place.as_ref());
    let stated = finding.stated.iter().map(|(address, at)| {
        let (file, line, _) = place(at.as_ref());
        Stated { address: address.to_string(), file, line }
    });
    Judged {
        instance,
        page: finding.page.to_string(),
        verdict: match finding.verdict {
            redan_model::Verdict::Fail => Verdict::Fail,
            redan_model::Verdict::Unknown => Verdict::Unknown,
            redan_model::Verdict::Pass => Verdict::Pass,
        },
        address: finding.address.to_string(),
        stated: stated.collect(),
        line,
        file,
        leaves: finding.evidence.iter().map(leaf).collect(),
        reasons: finding.reasons.iter().map(|(class, what, _)| format!("{} {what}", class.label())).collect(),
        only_unstated: !finding.reasons.is_empty()
            && finding.reasons.iter().all(|(class, ..)| *class == ReasonClass::NotStated),
    }
}

fn leaf(evidence: &Evidence) -> Leaf {
    let (file, first, last) = place(evidence.place.as_ref());
    let text = format!("{} = {}", evidence.path, evidence.value);
    Leaf { path: evidence.path.to_string(), file, lines: (first, last), text }
}

fn place(place: Option<&Place>) -> (String, u32, u32) {
    place.map_or_else(Default::default, |at| (at.path.to_string(), at.start.line, at.end.line))
}
