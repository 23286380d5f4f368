//! Conformance of serverless applications: what redan makes of an application is what the transform itself makes of it.
//!
//! DIR is a checkout of aws/serverless-application-model, whose tests hold applications with the templates that the
//! transform expands them to. Both are read; the resources of known kinds are compared by their logical ids, attribute by
//! attribute. Must not know how the transform works.

use crate::out;
use redan::Input;
use redan_kinds::Kinds;
use redan_model::{Estate, Node, Part, Resource, Schemas, Str, Target, Value};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const INPUTS: &str = "tests/translator/input";
const OUTPUTS: &str = "tests/translator/output";
/// The share of resources that must be equal.
const ENOUGH: f64 = 0.8;
/// How the transform describes a deployment: with a digest of its document.
const DIGEST: &str = "RestApi deployment id: ";
/// The region that the transform's tests deploy to.
const REGION: &str = "ap-southeast-1";
const MAX_DEPTH: usize = 24;

/// Runs the command; true if enough is equal.
pub(crate) fn run(folder: &Path, json: bool) -> Result<bool, String> {
    let pairs = pairs(folder)?;
    let kinds = Kinds::builtin();
    let mut score = Score::default();
    for (name, input, output) in &pairs {
        score.pair(name, &kinds, &resources(input, &kinds), &resources(output, &kinds));
    }
    if json {
        out::line(&score.json().to_string())
    } else {
        score.print()
    }
    Ok(score.share() >= ENOUGH)
}

/// The applications that have an expanded template: name, application, template.
fn pairs(folder: &Path) -> Result<Vec<(String, PathBuf, PathBuf)>, String> {
    let inputs = folder.join(INPUTS);
    let listing = std::fs::read_dir(&inputs).map_err(|error| format!("{}: {error}", inputs.display()))?;
    let mut pairs: Vec<_> = listing
        .flatten()
        .filter_map(|entry| {
            let name = entry.path().file_stem()?.to_string_lossy().into_owned();
            let output = folder.join(OUTPUTS).join(format!("{name}.json"));
            let expanded = std::fs::read_to_string(&output).ok()?.contains("\"Resources\"");
            expanded.then(|| (name, entry.path(), output))
        })
        .collect();
    pairs.sort();
    Ok(pairs)
}

/// The attributes of a resource, as text.
type Attributes = BTreeMap<String, String>;

/// The resources of a template by kind and logical id.
fn resources(path: &Path, kinds: &Kinds) -> BTreeMap<(String, String), Attributes> {
    let parameters = vec![("AWS::Region".to_owned(), REGION.to_owned())];
    let input = Input { paths: vec![path.to_path_buf()], parameters, ..Input::default() };
    let estate = redan::read(&input).estate;
    let known = estate.resources().iter().filter(|resource| resource.kind.starts_with("AWS::") && !resource.partial);
    known
        .filter(|resource| !resource.stated.is_empty())
        .map(|resource| {
            let attributes = attributes(&estate, resource, kinds);
            ((resource.kind.to_string(), plain(&resource.address)), attributes)
        })
        .collect()
}

fn attributes(estate: &Estate, resource: &Resource, kinds: &Kinds) -> Attributes {
    let Some(schema) = kinds.schema(resource.kind) else { return Attributes::new() };
    let named = |name: &Str| Some((name.to_string(), shown(estate, resource.body.get(*name)?, 0)));
    let own = schema.body.fields.iter().map(|(name, _)| name);
    own.filter_map(named).filter(|(_, text)| !text.starts_with(DIGEST)).collect()
}

/// A text without the digests that the transform appends to logical ids.
fn plain(text: &str) -> String {
    let digest = text.get(text.len().saturating_sub(10)..).unwrap_or_default();
    let is_digest = digest.len() == 10 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    text.strip_suffix(digest).filter(|_| is_digest).unwrap_or(text).to_owned()
}

fn shown(estate: &Estate, node: &Node, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return "…".to_owned();
    }
    let inner = |node: &Node| shown(estate, node, depth + 1);
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Text(text) => match serde_json::from_str::<serde_json::Value>(text) {
            Ok(json) if text.starts_with('{') => json.to_string(),
            _ => plain(text),
        },
        Value::Unknown(_) => "?".to_owned(),
        Value::Template(template) => {
            let part = |part: &Part| match part {
                Part::Literal(text) => text.to_string(),
                Part::Hole(node) => format!("${{{}}}", inner(node)),
            };
            template.parts.iter().map(part).collect()
        }
        Value::List(list) => {
            // The order of tags, policies and ARNs means nothing, and differs from release to release.
            let mut items: Vec<String> = list.items.iter().map(inner).collect();
            items.sort();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let entry = |entry: &redan_model::Entry| format!("{}: {}", entry.key, inner(&entry.node));
            format!("{{{}}}", map.entries().iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::Ref(reference) => {
            if let Some(text) = &reference.text
                && let Some(text) = text.as_text()
            {
                return plain(&text);
            }
            let target = match &reference.target {
                Target::Resource(id) => estate.get(*id).map(|resource| resource.address),
                Target::Address(address) => Some(*address),
                _ => None,
            };
            format!("@{}.{}", plain(&target.unwrap_or_default()), reference.attribute)
        }
    }
}

/// What was compared.
#[derive(Default)]
struct Score {
    pairs: usize,
    equal_pairs: usize,
    resources: usize,
    equal: usize,
    /// What differs, by class: a kind with the attribute, or that it is missing or too many.
    classes: BTreeMap<String, BTreeSet<String>>,
}

impl Score {
    fn pair(
        &mut self,
        name: &str,
        kinds: &Kinds,
        made: &BTreeMap<(String, String), Attributes>,
        wanted: &BTreeMap<(String, String), Attributes>,
    ) {
        let before = self.resources - self.equal;
        let keys: BTreeSet<&(String, String)> = made.keys().chain(wanted.keys()).collect();
        for key in keys.into_iter().filter(|(kind, _)| kinds.file(kind.as_str().into()).is_some()) {
            self.resources += 1;
            let differences = match (made.get(key), wanted.get(key)) {
                (Some(made), Some(wanted)) => differences(made, wanted),
                (None, _) => vec!["missing".to_owned()],
                (_, None) => vec!["too many".to_owned()],
            };
            self.equal += usize::from(differences.is_empty());
            for difference in differences {
                let class = difference.split(": ").next().unwrap_or_default();
                let example = format!("{name} {}: {difference}", key.1);
                self.classes.entry(format!("{} {class}", key.0)).or_default().insert(example);
            }
        }
        self.pairs += 1;
        self.equal_pairs += usize::from(before == self.resources - self.equal);
    }

    fn share(&self) -> f64 {
        let exact = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        if self.resources == 0 { 0.0 } else { exact(self.equal) / exact(self.resources) }
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "pairs": self.pairs, "equal_pairs": self.equal_pairs, "resources": self.resources, "equal": self.equal,
            "share": self.share(), "classes": self.classes,
        })
    }

    fn print(&self) {
        let mut classes: Vec<_> =
            self.classes.iter().map(|(class, examples)| (examples.len(), class, examples)).collect();
        classes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        for (count, class, examples) in classes {
            let example = examples.first().map(String::as_str).unwrap_or_default();
            out::line(&format!("{count:>5} {class}: {}", example.chars().take(300).collect::<String>()));
        }
        out::line(&format!(
            "{:.1} % of {} resources equal ({}); {} of {} applications wholly",
            self.share() * 100.0,
            self.resources,
            self.equal,
            self.equal_pairs,
            self.pairs
        ));
    }
}

/// The attributes that differ, with both values.
fn differences(made: &Attributes, wanted: &Attributes) -> Vec<String> {
    let names: BTreeSet<&String> = made.keys().chain(wanted.keys()).collect();
    let differs = |name: &&String| made.get(*name) != wanted.get(*name);
    let told = |name: &String| {
        let side = |side: &Attributes| side.get(name).map_or("absent", String::as_str).to_owned();
        format!("{name}: {} is not {}", side(made), side(wanted))
    };
    names.into_iter().filter(differs).map(told).collect()
}
