//! Parameters and pseudo parameters: defaults, given values, and what has none.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>

use crate::syntax::{Tree, as_text, parse};
use redan_model::{Node, Origin, Problem, ProblemKind, ReasonClass, Sources, Str, Value};
use rustc_hash::FxHashMap;

/// Values that are given from outside, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    values: FxHashMap<Str, Node>,
}

impl Given {
    /// Adds `NAME=VALUE` of the command line; it replaces what was given before.
    pub(crate) fn add_text(&mut self, name: &str, text: &str, sources: &Sources) {
        let source = sources.add_file(&format!("--parameter {name}"), text.into());
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.add(Str::new(name), Node::text(text, Origin::new(source, 0, end)));
    }

    pub(crate) fn add(&mut self, name: Str, value: Node) {
        self.values.insert(name, value);
    }

    /// Adds what a file gives, in either of the two forms: a list of `ParameterKey` and `ParameterValue`, or an object
    /// (perhaps under `Parameters`) of values by name.
    pub(crate) fn add_file(&mut self, shown: &str, text: &str, sources: &Sources) -> Vec<Problem> {
        let source = sources.add_file(shown, text.into());
        let (documents, mut problems) = parse(text, source);
        let Some(tree) = documents.first() else { return problems };
        let named = tree.get("Parameters").unwrap_or(tree);
        let before = self.values.len();
        for entry in named.entries() {
            self.add_tree(entry.key, &entry.value);
        }
        for item in tree.as_list().unwrap_or_default() {
            match (item.get("ParameterKey").and_then(as_text), item.get("ParameterValue"), item.as_str()) {
                (Some(name), Some(value), _) => self.add_tree(name, value),
                (_, _, Some(pair)) => {
                    if let Some((name, value)) = pair.split_once('=') {
                        self.add(Str::new(name), Node::text(value, item.origin));
                    }
                }
                _ => {}
            }
        }
        if self.values.len() == before && problems.is_empty() {
            let message = "no values of parameters";
            let help = "write a list of ParameterKey and ParameterValue, or an object Parameters of values by name";
            problems.push(Problem::at(tree.origin, ProblemKind::Syntax, message).help(help));
        }
        problems
    }

    fn add_tree(&mut self, name: Str, tree: &Tree) {
        let text = match tree.as_list() {
            Some(items) => {
                let texts: Vec<String> = items.iter().filter_map(as_text).map(|text| text.to_string()).collect();
                Some(Str::from(texts.join(",")))
            }
            None => as_text(tree),
        };
        if let Some(text) = text {
            self.add(name, Node::new(Value::Text(text), tree.origin));
        }
    }
}

/// The parameters of a stack.
pub(crate) struct Parameters {
    values: FxHashMap<Str, Node>,
    allowed: FxHashMap<Str, Vec<Str>>,
}

impl Parameters {
    pub(crate) fn read(section: Option<&Tree>, given: &Given, problems: &mut Vec<Problem>) -> Self {
        let mut parameters = Self { values: FxHashMap::default(), allowed: FxHashMap::default() };
        for (name, value) in given.values.iter().filter(|(name, _)| name.starts_with("AWS::")) {
            parameters.values.insert(*name, value.clone());
        }
        parameters.derive_partition();
        for entry in section.map(Tree::entries).unwrap_or_default() {
            let kind = entry.value.get("Type").and_then(Tree::as_str).unwrap_or_else(|| Str::new("String"));
            let value = given.values.get(&entry.key);
            let allowed: Option<Vec<Str>> = entry
                .value
                .get("AllowedValues")
                .and_then(Tree::as_list)
                .map(|values| values.iter().filter_map(as_text).collect());
            if let (Some(value), Some(allowed)) = (value, &allowed)
                && let Some(text) = value.value.as_text()
                && !is_list(&kind)
                && !allowed.contains(&text)
            {
                let message = format!("{text:?} is not among the allowed values of {}", entry.key);
                problems.push(Problem::at(value.origin, ProblemKind::Evaluation, message));
            }
            let node = match value {
                Some(value) => typed(value.clone(), &kind),
                None => default(entry.key, &entry.value, &kind),
            };
            if let (Value::Unknown(_), Some(allowed)) = (&node.value, allowed) {
                parameters.allowed.insert(entry.key, allowed);
            }
            parameters.values.insert(entry.key, node);
        }
        parameters
    }

    pub(crate) fn get(&self, name: Str) -> Option<&Node> {
        self.values.get(&name)
    }

    pub(crate) fn allowed(&self, name: Str) -> Option<&[Str]> {
        self.allowed.get(&name).map(Vec::as_slice)
    }

    /// The region tells the partition and the suffix:
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>.
    fn derive_partition(&mut self) {
        let Some(region) = self.values.get(&Str::new("AWS::Region")).cloned() else { return };
        let Some(name) = region.value.as_text() else { return };
        let (partition, suffix) = if name.starts_with("cn-") {
            ("aws-cn", "amazonaws.com.cn")
        } else if name.starts_with("us-gov-") {
            ("aws-us-gov", "amazonaws.com")
        } else {
            ("aws", "amazonaws.com")
        };
        for (name, value) in [("AWS::Partition", partition), ("AWS::URLSuffix", suffix)] {
            self.values.entry(Str::new(name)).or_insert_with(|| Node::text(value, region.origin));
        }
    }
}

fn is_list(kind: &str) -> bool {
    kind == "CommaDelimitedList"
        || kind.starts_with("List<")
        || kind.contains("<List<")
        || kind.contains("<CommaDelimitedList")
}

/// The default of a parameter; of one that names an entry of Parameter Store, only the service knows the value.
fn default(name: Str, declared: &Tree, kind: &str) -> Node {
    let default = declared.get("Default");
    if kind.starts_with("AWS::SSM::Parameter::Value") {
        let entry = default.and_then(as_text);
        let what = entry.map_or_else(|| name.to_string(), |entry| format!("the entry {entry} of Parameter Store"));
        return Node::unknown(ReasonClass::DataSource, &what, declared.origin);
    }
    match default {
        Some(tree) => match as_text(tree) {
            Some(text) => typed(Node::new(Value::Text(text), tree.origin), kind),
            None => typed(Node::text("", tree.origin), kind),
        },
        None => Node::unknown(ReasonClass::Input, &name, declared.origin),
    }
}

/// A text as a value of a parameter's type.
fn typed(node: Node, kind: &str) -> Node {
    let Some(text) = node.value.as_text().filter(|_| is_list(kind)) else { return node };
    if text.is_empty() {
        return Node::list(Vec::new(), node.origin);
    }
    Node::list(text.split(',').map(|item| Node::text(item.trim(), node.origin)).collect(), node.origin)
}
