//! A page as it is written.

use crate::PageError;
use crate::alias::Alias;
use crate::case::Case;
use crate::error::did_you_mean;
use crate::front;
use crate::markdown::{Fence, Section, split};
use crate::patch::Patch;
use redan_expr::{Expr, ExprError, parse};
use redan_model::{Severity, Str, Type, Value};

/// Whose side of the shared responsibility a page watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The customer's.
    Customer,
    /// Shared between vendor and customer.
    Shared,
}

/// A parameter of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Str,
    /// Its type.
    pub ty: Type,
    /// Its value unless another is given.
    pub default: Value,
}

/// A rule: the condition that resources of some kinds must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The kinds that it is about.
    pub kinds: Vec<Str>,
    /// What stands behind the kinds.
    pub comment: String,
    /// To which resources it applies; all if there is none.
    pub when: Option<Expr>,
    /// The condition.
    pub condition: Expr,
    /// The text of the block.
    pub text: String,
    /// The line of the fence in the page, from 1.
    pub line: usize,
}

/// A page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Folder and name: `storage/public-access`.
    pub id: Str,
    /// The file as it is shown to people.
    pub path: String,
    /// What is wrong where the rule fails.
    pub title: String,
    /// How bad that is.
    pub severity: Severity,
    /// What the page serves.
    pub mission: Vec<Str>,
    /// The version that brought it.
    pub since: Str,
    /// Whose side it watches.
    pub side: Side,
    /// Ids of other tools.
    pub aliases: Vec<Alias>,
    /// Documentation of the vendor or the benchmark.
    pub links: Vec<Str>,
    /// Parameters.
    pub params: Vec<Param>,
    /// Why it matters: Markdown.
    pub text: String,
    /// The rules, one or several kinds each.
    pub rules: Vec<Rule>,
    /// What to do, in words: Markdown.
    pub advice: String,
    /// The fixes.
    pub patches: Vec<Patch>,
    /// The cases.
    pub cases: Vec<Case>,
}

const HEADINGS: [&str; 3] = ["Rule", "Fix", "Cases"];

impl Page {
    /// Reads a page. `path` is the file as it is shown to people.
    ///
    /// # Errors
    /// If it is not a page: every error that was found, with its line.
    pub fn parse(id: &str, path: &str, text: &str) -> Result<Self, Vec<PageError>> {
        let document = split(path, text).map_err(|error| vec![error])?;
        let head =
            front::read(&document.head).map_err(|error| vec![PageError::new(path, error.line + 1, error.message)])?;
        let mut errors = Vec::new();
        let mut page = Self {
            id: Str::new(id),
            path: path.to_owned(),
            title: head.title,
            severity: head.severity,
            mission: head.mission,
            since: head.since,
            side: head.side,
            aliases: head.aliases,
            links: head.links,
            params: head.params,
            text: String::new(),
            rules: Vec::new(),
            advice: String::new(),
            patches: Vec::new(),
            cases: Vec::new(),
        };
        for section in document.sections {
            page.section(section, &mut errors);
        }
        if page.rules.is_empty() && errors.is_empty() {
            errors.push(
                PageError::new(path, 1, "the page has no rule")
                    .help("write `## Rule` and a block ```` ```cel KIND ````"),
            );
        }
        let mut kinds: Vec<Str> = page.kinds().collect();
        kinds.sort();
        if let Some(pair) = kinds.windows(2).find(|pair| pair.first() == pair.last()) {
            let kind = pair.first().copied().unwrap_or_default();
            errors.push(PageError::new(path, 1, format!("two rules are about {kind}")).help("join them with `&&`"));
        }
        if errors.is_empty() { Ok(page) } else { Err(errors) }
    }

    fn section(&mut self, section: Section, errors: &mut Vec<PageError>) {
        let path = self.path.clone();
        match section.heading.as_str() {
            "" => {
                self.text = section.prose;
                if let Some(fence) = section.fences.first() {
                    errors.push(
                        PageError::new(&path, fence.line, "a block stands outside of its section")
                            .help("put it under `## Rule`, `## Fix` or `## Cases`"),
                    );
                }
            }
            "Rule" => {
                for fence in &section.fences {
                    keep(Rule::read(&path, fence), &mut self.rules, errors);
                }
            }
            "Fix" => {
                self.advice = section.prose;
                for fence in &section.fences {
                    keep(Patch::read(&path, fence), &mut self.patches, errors);
                }
            }
            "Cases" => {
                for fence in &section.fences {
                    keep(Case::read(&path, fence), &mut self.cases, errors);
                }
            }
            other => {
                let help = did_you_mean(other, HEADINGS.into_iter());
                errors.push(PageError::new(&path, section.line, format!("no section `{other}` is known")).help(help));
            }
        }
    }

    /// The kinds that the page is about.
    pub fn kinds(&self) -> impl Iterator<Item = Str> {
        self.rules.iter().flat_map(|rule| rule.kinds.iter().copied())
    }

    /// The rule about a kind.
    #[must_use]
    pub fn rule(&self, kind: Str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.kinds.contains(&kind))
    }
}

fn keep<T>(result: Result<T, PageError>, all: &mut Vec<T>, errors: &mut Vec<PageError>) {
    match result {
        Ok(one) => all.push(one),
        Err(error) => errors.push(error),
    }
}

impl Rule {
    fn read(path: &str, fence: &Fence) -> Result<Self, PageError> {
        let Some(info) = fence.info.strip_prefix("cel ") else {
            let error = PageError::new(path, fence.line, format!("no rule is written in `{}`", fence.info));
            return Err(error.help("begin the block with `cel KIND`"));
        };
        let (kinds, comment) = info.split_once("//").unwrap_or((info, ""));
        let kinds: Vec<Str> = kinds.split(',').map(str::trim).filter(|kind| !kind.is_empty()).map(Str::new).collect();
        if kinds.is_empty() {
            return Err(PageError::new(path, fence.line, "the rule names no kind").help("write ```` ```cel KIND ````"));
        }
        let (when, begin) = condition_of_use(&fence.text);
        let located = |error: ExprError, offset: usize| locate(path, fence, &error, offset);
        let when = match when {
            Some((start, end)) => {
                let text = fence.text.get(start..end).unwrap_or_default();
                let mut expr = parse(text).map_err(|error| located(error, start))?;
                shift(&mut expr, start);
                Some(expr)
            }
            None => None,
        };
        let body = fence.text.get(begin..).unwrap_or_default();
        let mut condition = parse(body).map_err(|error| located(error, begin))?;
        shift(&mut condition, begin);
        Ok(Self {
            kinds,
            comment: comment.trim().to_owned(),
            when,
            condition,
            text: fence.text.clone(),
            line: fence.line,
        })
    }

    /// An error of an expression at its place in the page.
    pub(crate) fn locate(&self, path: &str, error: &ExprError) -> PageError {
        let fence = Fence { info: String::new(), text: self.text.clone(), line: self.line };
        locate(path, &fence, error, 0)
    }
}

/// The range of the expression behind `when`, and where the condition begins.
fn condition_of_use(text: &str) -> (Option<(usize, usize)>, usize) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        if trimmed.trim().is_empty() || trimmed.starts_with("//") {
            at += line.len();
            continue;
        }
        if !trimmed.starts_with("when ") {
            break;
        }
        let start = at + indent + "when ".len();
        let mut end = at + line.len();
        while continues(text.get(start..end).unwrap_or_default()) {
            let Some(next) = text.get(end..).and_then(|rest| rest.split_inclusive('\n').next()) else { break };
            end += next.len();
        }
        return (Some((start, end)), end);
    }
    (None, at)
}

fn continues(text: &str) -> bool {
    let text = text.trim_end();
    text.ends_with("&&") || text.ends_with("||") || text.ends_with('(') || text.ends_with(',')
}

fn shift(expr: &mut Expr, by: usize) {
    let by = u32::try_from(by).unwrap_or(u32::MAX);
    expr.span.start = expr.span.start.saturating_add(by);
    expr.span.end = expr.span.end.saturating_add(by);
    expr.children_mut().into_iter().for_each(|child| shift(child, usize::try_from(by).unwrap_or(usize::MAX)));
}

fn locate(path: &str, fence: &Fence, error: &ExprError, offset: usize) -> PageError {
    let at = offset.saturating_add(usize::try_from(error.span.start).unwrap_or(usize::MAX)).min(fence.text.len());
    let before = fence.text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    PageError {
        path: path.to_owned(),
        line: fence.line + 1 + before.matches('\n').count(),
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        message: error.message.clone(),
        help: error.help.clone(),
    }
}
