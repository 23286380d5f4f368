//! From paths to an estate.

use crate::Input;
use crate::languages::{self, Item};
use crate::stretches;
use redan_kinds::Kinds;
use redan_model::{
    Estate, EstateBuilder, Map, Node, Origin, Problem, ProblemKind, Resource, Rest, Sources, Str, Value,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// What was read, and what could not be read.
pub struct Loaded {
    /// All resources.
    pub estate: Estate,
    /// The texts that places refer to.
    pub sources: Arc<Sources>,
    /// What could not be read, in the order of places.
    pub problems: Vec<Problem>,
    /// How many files were read.
    pub files: usize,
}

/// The kinds of this build.
pub(crate) fn kinds() -> &'static Arc<Kinds> {
    static KINDS: LazyLock<Arc<Kinds>> = LazyLock::new(|| Arc::new(Kinds::builtin()));
    &KINDS
}

/// Reads paths into an estate. Never fails as a whole: what could not be read is a problem.
#[must_use]
pub fn read(input: &Input) -> Loaded {
    let mut items = Vec::with_capacity(input.paths.len());
    let (mut problems, mut live) = (Vec::new(), Vec::new());
    for path in &input.paths {
        if path.as_os_str() == crate::AWS && !input.live.is_empty() {
            live.extend(input.live.iter().cloned());
            continue;
        }
        match crate::read_snapshot(path) {
            Some(Ok(snapshot)) => {
                live.push(snapshot);
                continue;
            }
            Some(Err(why)) => {
                let message = format!("snapshot: {why}");
                problems.push(Problem::path(&redan_files::shown(path), ProblemKind::Unreadable, message));
                continue;
            }
            None => {}
        }
        match &input.stdin {
            Some(text) if path == Path::new("-") => items.push(Item::text("(standard input)", text)),
            _ => match Item::at(path, &input.exclude) {
                Ok(item) => items.push(item),
                Err(problem) => problems.push(problem),
            },
        }
    }
    let loaded = load(items, &live, input, problems);
    if input.assume.is_empty() { loaded } else { assume(loaded, &input.assume) }
}

/// Reads one text, which lies in no folder.
pub(crate) fn read_text(name: &str, text: &str) -> Loaded {
    load(vec![Item::text(name, &text.into())], &[], &Input::default(), Vec::new())
}

/// The account that API answers in cases belong to.
const CASE_ACCOUNT: &str = "111122223333";

/// Reads API answers: of AWS by call, of Azure as bodies.
pub(crate) fn read_answers(name: &str, text: &str, aws: bool) -> Loaded {
    let sources = Arc::new(Sources::new());
    let source = sources.add_file(name, Arc::from(text));
    let raw = match redan_model::json::parse(text, source, 0) {
        Ok(node) if aws => redan_kinds::read_aws(&redan_kinds::Answers::from_object(&node, CASE_ACCOUNT), kinds()),
        Ok(node) => redan_kinds::read_azure(&node, kinds()),
        Err(error) => {
            let problem = Problem::at(Origin::new(source, error.at, error.at), ProblemKind::Syntax, error.message);
            redan_kinds::Input { problems: vec![problem], ..redan_kinds::Input::default() }
        }
    };
    let estate = redan_kinds::assemble(raw, kinds(), &sources);
    Loaded { problems: estate.problems().to_vec(), estate, sources, files: 1 }
}

fn load(items: Vec<Item>, live: &[crate::Live], input: &Input, problems: Vec<Problem>) -> Loaded {
    let sources = Arc::new(Sources::new());
    let trees = languages::trees(&items);
    let mut read = languages::read(items, input, &sources);
    live.iter().for_each(|live| read.append(crate::live::read(live, &sources)));
    read.problems.extend(problems);
    leave_out(&mut read, &input.exclude, &sources);
    stretches::add_values(&trees, &sources);
    read.canonical.extend(stretches::stretches(&sources, |path| is_excluded(&input.exclude, path)));
    let estate = redan_kinds::assemble(read, kinds(), &sources);
    let mut problems = estate.problems().to_vec();
    problems.sort_by_cached_key(|problem| (sources.place(problem.origin), problem.path, problem.message.clone()));
    Loaded { estate, problems, files: files_read(&sources), sources }
}

/// How many files were read; what was given on the command line or in the environment is none.
fn files_read(sources: &Sources) -> usize {
    let files = sources.files();
    let given = ["-var ", "TF_VAR_", "--parameter "];
    files.iter().filter(|(path, _)| !given.iter().any(|prefix| path.starts_with(prefix))).count()
}

/// Removes what stands in excluded files: they are read only where something else calls them.
fn leave_out(read: &mut redan_kinds::Input, exclude: &[String], sources: &Sources) {
    if exclude.is_empty() {
        return;
    }
    let excluded = |path: Str| is_excluded(exclude, path);
    let outside = |origin: Origin| sources.place(origin).is_none_or(|place| !excluded(place.path));
    read.raw.retain(|resource| outside(resource.origin));
    read.problems.retain(|problem| outside(problem.origin) && problem.path.is_none_or(|path| !excluded(path)));
}

fn is_excluded(exclude: &[String], path: Str) -> bool {
    exclude.iter().any(|pattern| redan_files::matches(pattern, &path))
}

/// The estate in which attributes of places have these values.
fn assume(loaded: Loaded, values: &BTreeMap<String, Value>) -> Loaded {
    let origin = Origin::whole(loaded.sources.add_call("redan.toml", "[assume]"));
    let mut problems = loaded.problems;
    let mut resources = loaded.estate.resources().to_vec();
    for (path, value) in values {
        let mut steps = path.split('.');
        let place = steps.next().unwrap_or_default();
        let steps: Vec<&str> = steps.collect();
        let is_place = |resource: &Resource| {
            let schema = loaded.estate.schemas().schema(resource.kind);
            schema.is_some_and(|schema| schema.place.is_some_and(|known| known == place))
        };
        if steps.is_empty() || !["account", "region", "organization", "subscription", "tenant"].contains(&place) {
            let message = format!("`{path}` names no attribute of a place");
            let problem = Problem::path("redan.toml", ProblemKind::Evaluation, message);
            problems.push(
                problem.help(
                    "write `account.Attribute`; places are account, region, organization, subscription and tenant",
                ),
            );
            continue;
        }
        for resource in resources.iter_mut().filter(|resource| is_place(resource)) {
            resource.body = with(&resource.body, &steps, value, origin);
        }
    }
    let builder = EstateBuilder { resources, complete: Vec::new(), problems: Vec::new() };
    let schemas: Arc<dyn redan_model::Schemas> = Arc::<Kinds>::clone(kinds());
    let estate = builder.build(Arc::clone(&loaded.sources), schemas);
    Loaded { estate, sources: loaded.sources, problems, files: loaded.files }
}

/// A tree in which one leaf has another value.
fn with(node: &Node, steps: &[&str], value: &Value, origin: Origin) -> Node {
    let Some((step, rest)) = steps.split_first() else { return Node::new(value.clone(), origin) };
    let step = Str::new(step);
    let map = node.value.as_map();
    let inner = map.and_then(|map| map.get(step)).cloned().unwrap_or_else(Node::null);
    let mut pairs = map.map(Map::pairs).unwrap_or_default();
    pairs.push((step, with(&inner, rest, value, origin)));
    let open = map.map_or(Rest::Absent, |map| map.rest.clone());
    Node::new(Value::Map(Arc::new(Map::new(pairs, open))), node.origin)
}
