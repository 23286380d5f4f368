//! What the settings and comments say about results: which variant of the settings holds for a resource, and which
//! results are accepted.

use crate::library::{below, is_alias};
use crate::{Judging, Loaded, Override};
use redan_model::{Finding, Place, Problem, Resource, ResourceId, Str};
use redan_pages::{Page, PageSet};
use redan_posture::{Allowing, Variant, suppress};
use rustc_hash::FxHashMap;

/// The variants of the settings that hold somewhere, and where.
pub(crate) fn variants(loaded: &Loaded, overrides: &[Override]) -> (Vec<Variant>, FxHashMap<ResourceId, usize>) {
    let mut variants: Vec<Variant> = Vec::new();
    let mut of = FxHashMap::default();
    if overrides.is_empty() {
        return (variants, of);
    }
    let mut known: FxHashMap<Vec<usize>, usize> = FxHashMap::default();
    let mut by_path: FxHashMap<Str, Option<usize>> = FxHashMap::default();
    for (index, resource) in loaded.estate.resources().iter().enumerate() {
        let Some(path) = path(loaded, resource) else { continue };
        let variant = *by_path.entry(path).or_insert_with(|| {
            let fits = |(at, one): (usize, &Override)| redan_files::matches(&one.path, &path).then_some(at);
            let fitting: Vec<usize> = overrides.iter().enumerate().filter_map(fits).collect();
            if fitting.is_empty() {
                return None;
            }
            Some(*known.entry(fitting.clone()).or_insert_with(|| {
                variants.push(merged(overrides, &fitting));
                variants.len() - 1
            }))
        });
        if let Some(variant) = variant {
            of.insert(ResourceId::from_index(index), variant);
        }
    }
    (variants, of)
}

fn path(loaded: &Loaded, resource: &Resource) -> Option<Str> {
    loaded.sources.place(resource.origin).map(|place| place.path)
}

/// Several overrides as one: the last that speaks of a page counts.
fn merged(overrides: &[Override], fitting: &[usize]) -> Variant {
    let mut variant = Variant::default();
    for one in fitting.iter().filter_map(|at| overrides.get(*at)) {
        variant.severities.extend(one.severities.iter().map(|(page, severity)| (page.clone(), *severity)));
        variant.parameters.extend(one.parameters.iter().map(|(page, values)| (page.clone(), values.clone())));
    }
    variant
}

/// Marks the results that comments and settings accept, and tells what is wrong with those.
pub(crate) fn accept(
    findings: &mut [Finding],
    loaded: &Loaded,
    judging: &Judging,
    set: &PageSet,
    selected: &[&Page],
    now: i64,
) -> Vec<Problem> {
    let file = judging.settings_file.as_ref().filter(|_| !judging.allow.is_empty());
    let settings_file = file.map(|(path, text)| loaded.sources.add_file(path, text.clone()));
    let allowing = Allowing {
        sources: &loaded.sources,
        pages: selected,
        all_pages: judging.framework.is_none()
            && judging.only.is_empty()
            && judging.skip.is_empty()
            && judging.at_least.is_none(),
        exists: &|name| set.ids().any(|id| below(id, name)) || set.pages().any(|page| is_alias(page, name)),
        glob: redan_files::matches,
        settings: &judging.allow,
        settings_file,
        now,
    };
    let before = beside(findings, loaded);
    let problems = suppress(findings, &allowing);
    for (finding, stated) in findings.iter_mut().zip(before) {
        finding.stated.truncate(stated);
    }
    problems
}

/// Gives results of plans and states, which have no comments, the blocks of the code that was read beside them: those of
/// the same addresses. How many blocks each result had before.
fn beside(findings: &mut [Finding], loaded: &Loaded) -> Vec<usize> {
    let before = findings.iter().map(|finding| finding.stated.len()).collect();
    let code = |place: &Place| place.path.ends_with(".tf") || place.path.ends_with(".tofu");
    let planned = |finding: &Finding| !finding.stated.iter().filter_map(|(_, at)| at.as_ref()).any(code);
    if !findings.iter().any(planned) {
        return before;
    }
    let mut blocks: FxHashMap<String, Vec<(Str, Place)>> = FxHashMap::default();
    for block in loaded.estate.resources().iter().flat_map(|resource| &resource.stated) {
        if let Some(place) = loaded.sources.place(block.origin).filter(code) {
            let same = blocks.entry(without_keys(&block.address)).or_default();
            if !same.iter().any(|(_, known)| *known == place) {
                same.push((block.address, place));
            }
        }
    }
    for finding in findings.iter_mut().filter(|finding| planned(finding)) {
        let of = |(address, _): &(Str, Option<Place>)| blocks.get(&without_keys(address));
        let more: Vec<_> = finding.stated.iter().filter_map(of).flatten().cloned().collect();
        finding.stated.extend(more.into_iter().map(|(address, place)| (address, Some(place))));
    }
    before
}

/// `module.m["x"].aws_s3_bucket.b[0]` → `module.m.aws_s3_bucket.b`.
fn without_keys(address: &str) -> String {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    let outside = |character: &char| {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if depth > 0 => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    address.chars().filter(outside).collect()
}
