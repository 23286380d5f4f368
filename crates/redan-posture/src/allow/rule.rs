//! One suppression that was found, with the place that it covers.

use crate::allow::cover::{Cover, blocks, holds, lies};
use crate::allow::day::Day;
use crate::allow::directive::{self, Directive, Reach};
use crate::allow::names::{Names, Target};
use crate::allow::remark::{Remark, remarks};
use crate::allow::{Allow, Allowing, metadata, problem, wild};
use redan_model::{Finding, Origin, Problem, SourceId, Str};
use rustc_hash::FxHashSet;

/// A suppression.
pub(crate) struct Rule {
    pub(crate) form: &'static str,
    /// The file that it stands in; `None` if it is a setting.
    pub(crate) path: Option<Str>,
    pub(crate) origin: Origin,
    pub(crate) reason: Option<String>,
    pub(crate) until: Option<Day>,
    /// Whether it has suppressed something.
    pub(crate) used: bool,
    /// Whether some page that it names was evaluated.
    pub(crate) judged: bool,
    /// Whether it names only what no page claims: another scanner's business.
    pub(crate) foreign_only: bool,
    /// Whether it stands in a module that was installed: nobody here can mend it.
    pub(crate) installed: bool,
    what: What,
    reach: Where,
}

enum What {
    All,
    These(Vec<Target>),
    AllBut(Vec<Target>),
}

enum Where {
    Comment { remark: Remark, reach: Reach },
    Setting { path: Option<String>, address: Option<String>, glob: fn(&str, &str) -> bool },
}

const SETTING: &str = "[[allow]]";
const MAX_COMMENTS: usize = 100_000;

/// The suppressions in all texts and in the settings, and what is wrong with them.
pub(crate) fn rules(allowing: &Allowing<'_>, names: &Names<'_>) -> (Vec<Rule>, Vec<Problem>) {
    let mut rules = Vec::new();
    let mut problems = Vec::new();
    let mut seen: FxHashSet<Str> = FxHashSet::default();
    for (source, path, text) in allowing.sources.texts() {
        let may_hold = directive::may_hold(&text) || metadata::may_hold(&text);
        if !may_hold || !seen.insert(path) || Some(source) == allowing.settings_file {
            continue;
        }
        let installed = path.split('/').any(|part| part == ".terraform");
        for (span, directive) in metadata::skips(&path, &text) {
            let remark = Remark { item: span.end..span.end, span, alone: true, first: false, block: None };
            let origin = origin(source, &remark);
            rules.push(written(directive, path, &remark, origin, names, allowing));
        }
        for remark in remarks(&path, &text).into_iter().take(MAX_COMMENTS) {
            let comment = text.get(remark.span.clone()).unwrap_or_default();
            let origin = origin(source, &remark);
            for found in directive::directives(comment) {
                match found {
                    Ok(directive) if directive.reach == Reach::File && !remark.first => {
                        let message =
                            format!("`{}` is not at the beginning of the file, and holds for nothing", directive.form);
                        problems
                            .extend((!installed).then(|| problem(origin, message).help("move it to the first line")));
                    }
                    Ok(directive) => {
                        problems.extend(nameless(&directive, allowing, origin).filter(|_| !installed));
                        rules.push(Rule { installed, ..written(directive, path, &remark, origin, names, allowing) });
                    }
                    Err((form, what, help)) if !installed => {
                        problems.push(problem(origin, format!("`{form}` {what}")).help(help));
                    }
                    Err(_) => {}
                }
            }
        }
    }
    for allow in allowing.settings {
        rules.push(setting(allow, allowing, names));
    }
    (rules, problems)
}

fn origin(source: SourceId, remark: &Remark) -> Origin {
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Origin::new(source, byte(remark.span.start), byte(remark.span.end))
}

/// A problem if our own form names a page that does not exist.
fn nameless(directive: &Directive, allowing: &Allowing<'_>, origin: Origin) -> Option<Problem> {
    let directive::Names::These(names) = &directive.names else { return None };
    if directive.reach != Reach::Near {
        return None;
    }
    let name = names.iter().find(|name| !(allowing.exists)(name))?;
    let message = format!("`{}` names a page that does not exist: `{name}`", directive.form);
    Some(problem(origin, message).help("`redan pages list` shows all"))
}

fn written(
    directive: Directive,
    path: Str,
    remark: &Remark,
    origin: Origin,
    names: &Names<'_>,
    allowing: &Allowing<'_>,
) -> Rule {
    let targets = |list: &[String]| list.iter().flat_map(|name| names.targets(name)).collect::<Vec<_>>();
    let own = directive.reach == Reach::Near;
    let (what, judged, foreign_only) = match &directive.names {
        directive::Names::All => (What::All, false, false),
        directive::Names::AllBut(list) => (What::AllBut(targets(list)), false, false),
        directive::Names::These(list) => {
            let targets = targets(list);
            // A name of our own that means nothing has been reported already.
            let foreign = targets.is_empty() && (!own || !list.iter().any(|name| (allowing.exists)(name)));
            let judged = !targets.is_empty();
            (What::These(targets), judged, foreign)
        }
    };
    Rule {
        form: directive.form,
        path: Some(path),
        origin,
        reason: directive.reason,
        until: directive.until,
        used: false,
        judged,
        foreign_only,
        installed: false,
        what,
        reach: Where::Comment { remark: remark.clone(), reach: directive.reach },
    }
}

fn setting(allow: &Allow, allowing: &Allowing<'_>, names: &Names<'_>) -> Rule {
    let targets: Vec<Target> = allow.pages.iter().flat_map(|name| names.targets(name)).collect();
    Rule {
        form: SETTING,
        path: None,
        origin: line(allowing, allow.line),
        reason: allow.reason.clone(),
        until: allow.until,
        used: false,
        judged: !targets.is_empty(),
        foreign_only: false,
        installed: false,
        what: What::These(targets),
        reach: Where::Setting { path: allow.path.clone(), address: allow.address.clone(), glob: allowing.glob },
    }
}

/// A line of the settings.
fn line(allowing: &Allowing<'_>, line: usize) -> Origin {
    let Some(source) = allowing.settings_file else { return Origin::NOWHERE };
    let texts = allowing.sources.texts();
    let text = texts.iter().find(|(known, ..)| *known == source).map(|(_, _, text)| text.as_ref()).unwrap_or_default();
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let end = start + text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Origin::new(source, byte(start), byte(end))
}

impl Rule {
    /// Covers what it covers of a result. Whether that is anything; an expired one covers nothing.
    pub(crate) fn covers(&self, finding: &Finding, cover: &mut Cover, today: Day) -> bool {
        if self.until.is_some_and(|until| until < today) {
            return false;
        }
        let whole = Target { page: finding.page, part: None, with: Vec::new() };
        let about = |targets: &[Target]| targets.iter().any(|target| target.page == finding.page);
        match &self.what {
            What::All => self.covers_target(finding, &whole, cover),
            What::AllBut(targets) => !about(targets) && self.covers_target(finding, &whole, cover),
            What::These(targets) => {
                let mut any = false;
                for target in targets.iter().filter(|target| target.page == finding.page) {
                    any |= self.covers_target(finding, target, cover);
                }
                any
            }
        }
    }

    fn covers_target(&self, finding: &Finding, target: &Target, cover: &mut Cover) -> bool {
        match &self.reach {
            Where::Setting { path, address, glob } => {
                let paths = || finding.place.iter().chain(blocks(finding)).map(|place| place.path);
                let addresses = || std::iter::once(finding.address).chain(finding.stated.iter().map(|(a, _)| *a));
                path.as_ref().is_none_or(|pattern| paths().any(|path| glob(pattern, &path)))
                    && address.as_ref().is_none_or(|pattern| addresses().any(|text| wild::matches(pattern, &text)))
                    && cover.all(finding, target)
            }
            Where::Comment { remark, reach } => {
                let path = self.path.unwrap_or_default();
                match reach {
                    Reach::File => blocks(finding).any(|place| place.path == path) && cover.all(finding, target),
                    Reach::Resource => {
                        blocks(finding).any(|place| holds(place, path, &remark.span)) && cover.all(finding, target)
                    }
                    Reach::Item => item(finding, target, cover, path, remark),
                    Reach::Near => {
                        item(finding, target, cover, path, remark)
                            || (remark.alone && around(finding, target, cover, path, remark))
                    }
                }
            }
        }
    }
}

/// What a comment stands on or above: blocks of the resource and calls of modules wholly, else the leaves in it.
fn item(finding: &Finding, target: &Target, cover: &mut Cover, path: Str, remark: &Remark) -> bool {
    if blocks(finding).any(|place| lies(place, path, &remark.item)) {
        return cover.all(finding, target);
    }
    cover.some(finding, target, |place| lies(place, path, &remark.item))
}

/// The block that a comment stands in: the resource's wholly, of another in it the leaves.
fn around(finding: &Finding, target: &Target, cover: &mut Cover, path: Str, remark: &Remark) -> bool {
    let Some(block) = &remark.block else { return false };
    if blocks(finding).any(|place| lies(place, path, block)) {
        return cover.all(finding, target);
    }
    cover.some(finding, target, |place| lies(place, path, block))
}
