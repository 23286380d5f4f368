//! The pages and engines of a scan: those that redan brings, and a user's own.

use crate::{Error, Judging, Override, nearest};
use redan_expr::Engines;
use redan_iam::IamEngine;
use redan_model::{Severity, Str};
use redan_network::NetworkEngine;
use redan_pages::{Page, PageSet, check_id};
use redan_posture::Framework;
use redan_report::{Alias, Answer, Rule, Rules};
use redan_secrets::SecretsEngine;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// The engines of this build.
pub(crate) fn engines() -> &'static Engines {
    static ENGINES: LazyLock<Engines> = LazyLock::new(|| {
        Engines::new(vec![Arc::new(NetworkEngine::new()), Arc::new(IamEngine::new()), Arc::new(SecretsEngine::new())])
    });
    &ENGINES
}

/// The pages that redan brings, and those of these folders, which replace others of the same name.
///
/// # Errors
/// If a folder cannot be read, or a page in it is none.
pub fn pages(folders: &[PathBuf]) -> Result<Arc<PageSet>, Error> {
    static BUILTIN: LazyLock<Arc<PageSet>> = LazyLock::new(|| Arc::new(PageSet::builtin()));
    if folders.is_empty() {
        return Ok(Arc::clone(&BUILTIN));
    }
    let mut set = PageSet::builtin();
    let mut errors = Vec::new();
    let mut own = PageSet::empty();
    for folder in folders {
        errors.extend(set.add_directory(folder));
        own.add_directory(folder);
    }
    errors.extend(own.errors());
    match errors.split_first() {
        None => Ok(Arc::new(set)),
        Some((first, rest)) => {
            let more = if rest.is_empty() { String::new() } else { format!(" (and {} more)", rest.len()) };
            Err(Error::new(format!("{first}{more}")).help("`redan pages test DIR` shows all that is wrong"))
        }
    }
}

/// The pages that a scan evaluates, with what reports say of them.
///
/// # Errors
/// As [`pages`], and if a page is named that does not exist.
pub fn rules(judging: &Judging) -> Result<Rules, Error> {
    let set = pages(&judging.pages)?;
    let chosen = Chosen::new(&set, judging)?;
    Ok(set.pages().filter(|page| chosen.takes(page)).map(|page| (page.id, rule(page, &judging.severities))).collect())
}

/// A page as reports say it.
pub(crate) fn rule(page: &Page, severities: &BTreeMap<String, Severity>) -> Rule {
    let mut text = page.text.clone();
    if !page.advice.is_empty() {
        text.push_str("\n\n## Fix\n\n");
        text.push_str(&page.advice);
    }
    let alias = |alias: &redan_pages::Alias| Alias {
        id: alias.id.to_string(),
        with: alias.with.clone(),
        part: alias.part.map(|part| part.to_string()),
        related: alias.related,
    };
    Rule {
        title: page.title.clone(),
        severity: severity(page, severities),
        text,
        links: page.links.iter().map(ToString::to_string).collect(),
        aliases: page.aliases.iter().map(alias).collect(),
        mission: page.mission.iter().map(ToString::to_string).collect(),
    }
}

fn severity(page: &Page, severities: &BTreeMap<String, Severity>) -> Severity {
    severities.get(page.id.as_str()).copied().unwrap_or(page.severity)
}

/// A framework: one that redan brings, or a file of one's own. Its pages exist.
///
/// # Errors
/// If there is none of this name, its file is wrong, or it names a page that does not exist.
pub fn framework(set: &PageSet, name: &str) -> Result<Framework, Error> {
    let framework = match Framework::builtin(name) {
        Some(framework) => framework.map_err(|error| Error::new(error.to_string()))?,
        None if name.ends_with(".yaml") => own_framework(Path::new(name))?,
        None => {
            let error = Error::new(format!("no such framework: `{name}`"));
            return Err(match nearest(name, Framework::names()) {
                Some(meant) => error.help(format!("did you mean `{meant}`?")),
                None => error.help("`redan frameworks` lists them; a file of your own ends in .yaml"),
            });
        }
    };
    for page in framework.pages() {
        if set.get(&page).is_none() {
            let error = unknown(set, &page);
            return Err(Error { message: format!("{name}: {}", error.message), ..error });
        }
    }
    for control in &framework.controls {
        let rules = || control.pages.iter().filter_map(|page| set.get(page)).flat_map(|page| &page.rules);
        if let Some(kind) = control.kinds.iter().find(|kind| !rules().any(|rule| rule.kinds.contains(kind))) {
            return Err(Error::new(format!("{name}: no page of the control `{}` is about {kind}", control.id)));
        }
    }
    Ok(if framework.by_mission { framework.with_pages(set.pages()) } else { framework })
}

/// The controls of the standards that redan brings which a page answers, or a part of them.
#[must_use]
pub fn answers(page: &str) -> Vec<Answer> {
    static ANSWERS: LazyLock<BTreeMap<Str, Vec<Answer>>> = LazyLock::new(|| {
        let mut answers: BTreeMap<Str, Vec<Answer>> = BTreeMap::new();
        let standards = Framework::names().filter_map(Framework::builtin).filter_map(Result::ok);
        for standard in standards.filter(|framework| !framework.by_mission) {
            let name = format!("{} {}", standard.title, standard.version);
            for control in &standard.controls {
                for page in &control.pages {
                    let answer = Answer { standard: name.clone(), control: control.id.clone() };
                    answers.entry(*page).or_default().push(answer);
                }
            }
        }
        answers
    });
    ANSWERS.get(&Str::new(page)).cloned().unwrap_or_default()
}

const MAX_FRAMEWORK: u64 = 4 << 20;

fn own_framework(path: &Path) -> Result<Framework, Error> {
    let shown = path.display();
    let fault = |text: String| Error::new(format!("{shown}: {text}"));
    let size = std::fs::metadata(path).map_err(|error| fault(format!("cannot be read: {error}")))?.len();
    if size > MAX_FRAMEWORK {
        return Err(fault("is larger than 4 MB".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| fault(format!("cannot be read: {error}")))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Framework::parse(&name, &text).map_err(|error| fault(format!("line {}: {}", error.line, error.message)))
}

/// Which pages were chosen. Checked: every name in it means something.
pub(crate) struct Chosen<'a> {
    judging: &'a Judging,
    /// The pages of the framework that was asked for.
    framework: Option<Vec<Str>>,
}

impl<'a> Chosen<'a> {
    pub(crate) fn new(set: &PageSet, judging: &'a Judging) -> Result<Self, Error> {
        for name in judging.only.iter().chain(&judging.skip) {
            if !set.ids().any(|id| below(id, name)) && !set.pages().any(|page| is_alias(page, name)) {
                return Err(unknown(set, name));
            }
        }
        for allow in &judging.allow {
            for name in &allow.pages {
                if !set.ids().any(|id| below(id, name)) && !set.pages().any(|page| is_alias(page, name)) {
                    return Err(unknown(set, name));
                }
            }
        }
        let sets = |one: &'a Override| one.severities.keys().chain(one.parameters.keys());
        let own = judging.severities.keys().chain(judging.parameters.keys());
        for name in own.chain(judging.overrides.iter().flat_map(sets)) {
            if !set.ids().any(|id| id == name) {
                return Err(unknown(set, name));
            }
        }
        let framework = judging.framework.as_ref().map(|name| framework(set, name)).transpose()?;
        Ok(Self { judging, framework: framework.map(|framework| framework.pages()) })
    }

    pub(crate) fn takes(&self, page: &Page) -> bool {
        let named = |names: &[String]| names.iter().any(|name| below(&page.id, name) || is_alias(page, name));
        self.framework.as_ref().is_none_or(|pages| pages.binary_search(&page.id).is_ok())
            && (self.judging.only.is_empty() || named(&self.judging.only))
            && !named(&self.judging.skip)
            && self.judging.at_least.is_none_or(|least| self.worst(page) >= least)
    }

    /// The worst severity that the page has anywhere.
    fn worst(&self, page: &Page) -> Severity {
        let overrides = self.judging.overrides.iter().filter_map(|one| one.severities.get(page.id.as_str()));
        let own = severity(page, &self.judging.severities);
        overrides.copied().fold(own, Severity::max)
    }
}

/// Whether a page is this one, or lies in this folder of names.
pub(crate) fn below(id: &str, name: &str) -> bool {
    let name = name.trim_end_matches('/');
    id.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) fn is_alias(page: &Page, name: &str) -> bool {
    let wanted = check_id(name);
    page.aliases.iter().any(|alias| !alias.related && check_id(&alias.id) == wanted)
}

/// The page that a name means: its own, or another scanner's id.
///
/// # Errors
/// If there is none.
pub fn find<'a>(set: &'a PageSet, name: &str) -> Result<Vec<&'a Page>, Error> {
    let name = name.strip_suffix(".md").unwrap_or(name).trim_start_matches("pages/");
    if let Some(page) = set.get(name) {
        return Ok(vec![page]);
    }
    let found: Vec<&Page> = set.pages().filter(|page| is_alias(page, name)).collect();
    if found.is_empty() { Err(unknown(set, name)) } else { Ok(found) }
}

fn unknown(set: &PageSet, name: &str) -> Error {
    let error = Error::new(format!("no such page: `{name}`"));
    let aliases: Vec<&str> = set.pages().flat_map(|page| &page.aliases).map(|alias| alias.id.as_str()).collect();
    let last = |id: &'_ str| id.rsplit('/').next().is_some_and(|last| last == name);
    let meant = set.ids().find(|id| last(id)).or_else(|| nearest(name, set.ids().chain(aliases)));
    match meant {
        Some(meant) => error.help(format!("did you mean `{meant}`?")),
        None => error.help("`redan pages list` shows all"),
    }
}
