//! The product as a scanner: redan's own pipeline, with every page that claims a check.

use super::scan::{Claim, Judged, Leaf, Scan, Scanned, Stated, Verdict};
use redan::{Input, Judging, Loaded};
use redan_model::{Evidence, Finding, Place, ProblemKind, ReasonClass, Resource, Str};
use redan_pages::PageSet;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// redan with its built-in pages.
pub(crate) struct Product {
    pages: Arc<PageSet>,
    claims: Vec<Claim>,
    /// The ways in which pages are run: first all with their defaults, then some with other parameters.
    instances: Vec<Judging>,
}

impl Product {
    /// Reads what the built-in pages claim.
    pub(crate) fn new() -> Result<Self, String> {
        let pages = redan::pages(&[]).map_err(|e| e.to_string())?;
        let errors: Vec<String> = pages.errors().iter().map(ToString::to_string).collect();
        if !errors.is_empty() {
            crate::out::note(&format!("pages that cannot be read claim nothing:\n{}", errors.join("\n")));
        }
        let mut instances = vec![Judging { passes: true, ..Judging::default() }];
        let mut claims = Vec::new();
        for page in pages.pages() {
            for alias in page.aliases.iter().filter(|alias| !alias.related) {
                let instance = if alias.with.is_empty() { 0 } else { instance(&mut instances, page.id, &alias.with) };
                let part = alias.part.map(|part| part.to_string());
                claims.push(Claim { check: alias.id.to_string(), page: page.id.to_string(), instance, part });
            }
        }
        Ok(Self { pages, claims, instances })
    }

    /// Resources of a claimed page's kind on which it said nothing: it does not apply to them. What only a running place
    /// can answer (`when live`) is no answer about code.
    fn silent(&self, loaded: &Loaded, instance: usize, findings: &[Finding]) -> Vec<Judged> {
        let told: BTreeSet<(Str, Str, Str)> = findings.iter().map(|f| (f.page, f.kind, f.address)).collect();
        let claimed: BTreeSet<&str> =
            self.claims.iter().filter(|claim| claim.instance == instance).map(|claim| claim.page.as_str()).collect();
        let mut silent = Vec::new();
        for page in claimed.iter().filter_map(|page| self.pages.get(page)) {
            for rule in page.rules.iter().filter(|rule| !rule.text.trim_start().starts_with("when live")) {
                let ids = rule.kinds.iter().flat_map(|kind| loaded.estate.of_kind(*kind));
                let resources = ids.filter_map(|id| loaded.estate.get(*id)).filter(|resource| !resource.partial);
                let untold = resources.filter(|resource| !told.contains(&(page.id, resource.kind, resource.address)));
                silent.extend(untold.map(|resource| not_applicable(loaded, instance, page.id, resource)));
            }
        }
        silent
    }
}

/// The number of the way of running a page with these parameters.
fn instance(instances: &mut Vec<Judging>, page: Str, with: &[(Str, redan_model::Value)]) -> usize {
    let values = with.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let parameters = BTreeMap::from([(page.to_string(), values)]);
    let known = instances.iter().position(|judging| judging.parameters == parameters);
    known.unwrap_or_else(|| {
        let judging = Judging { only: vec![page.to_string()], parameters, passes: true, ..Judging::default() };
        instances.push(judging);
        instances.len() - 1
    })
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
            let scan = redan::judge(&loaded, judging).map_err(|e| e.to_string())?;
            judged.extend(scan.findings.iter().map(|finding| self::judged(*instance, finding)));
            judged.extend(self.silent(&loaded, *instance, &scan.findings));
        }
        Ok(Scanned { judged, modules_missing })
    }
}

fn not_applicable(loaded: &Loaded, instance: usize, page: Str, resource: &Resource) -> Judged {
    let sources = loaded.estate.sources();
    let (file, line, _) = place(sources.place(resource.origin).as_ref());
    let stated = resource.stated.iter().map(|block| {
        let (file, line, _) = place(sources.place(block.origin).as_ref());
        Stated { address: block.address.to_string(), file, line }
    });
    Judged {
        instance,
        page: page.to_string(),
        verdict: Verdict::Pass,
        address: resource.address.to_string(),
        stated: stated.collect(),
        line,
        file,
        leaves: Vec::new(),
        reasons: Vec::new(),
        only_unstated: false,
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
