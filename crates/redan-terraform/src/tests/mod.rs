//! Loading as a whole: projects of files in a folder of their own, read as a scan reads them, values written compactly.

mod documents;
mod features;
mod hostile;
mod loading;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::{Input, Loaded, Options, load};
use redan_kinds::{Hooks, RawResource};
use redan_model::{Existence, Node, Origin, Part, Problem, Rest, Sources, Str, Target, Value};

/// The part of `aws_iam_policy_document` that these tests need.
pub(super) struct PolicyDocuments;

impl Hooks for PolicyDocuments {
    fn data(&self, kind: &str, arguments: &Node) -> Option<Node> {
        if kind != "aws_iam_policy_document" {
            return None;
        }
        let mut statements: Vec<Node> = Vec::new();
        if let Some(sources) = arguments.at(&["source_policy_documents"]).and_then(|node| node.value.as_list()) {
            for source in &sources.items {
                statements.extend(source.at(&["Statement"])?.value.as_list()?.items.iter().cloned());
            }
        }
        if let Some(blocks) = arguments.at(&["statement"]).and_then(|node| node.value.as_list()) {
            for block in &blocks.items {
                let entries = [("actions", "Action"), ("resources", "Resource"), ("effect", "Effect")];
                let named = entries.iter().filter_map(|(from, to)| Some((Str::new(to), block.at(&[from])?.clone())));
                statements.push(Node::map(named.collect(), block.origin));
            }
        }
        let document =
            Node::map(vec![(Str::new("Statement"), Node::list(statements, arguments.origin))], arguments.origin);
        Some(Node::map(vec![(Str::new("json"), document)], arguments.origin))
    }
}

pub(super) struct Project {
    folder: PathBuf,
}

impl Drop for Project {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

impl Project {
    /// A repository of these files.
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(format!("redan-terraform-{name}"));
        let project = Self { folder };
        std::fs::create_dir_all(project.folder.join(".git")).unwrap();
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(super) fn path(&self, below: &str) -> PathBuf {
        self.folder.join(below)
    }

    pub(super) fn load(&self) -> Scan {
        self.load_with(&Options::default())
    }

    pub(super) fn load_file(&self, below: &str) -> Scan {
        let path = self.path(below);
        let text = std::fs::read_to_string(&path).unwrap().into();
        Scan::of(&[Input::Text { name: below.into(), text, path: Some(path) }], &Options::default())
    }

    pub(super) fn load_with(&self, options: &Options) -> Scan {
        Scan::of(&[Input::Tree(redan_files::walk(&self.folder, &[]).into())], options)
    }
}

pub(super) struct Scan {
    pub(super) sources: Sources,
    pub(super) loaded: Loaded,
}

impl Scan {
    pub(super) fn of(inputs: &[Input], options: &Options) -> Self {
        let sources = Sources::new();
        let loaded = load(inputs, options, &sources, &PolicyDocuments);
        Self { sources, loaded }
    }

    pub(super) fn text(text: &str) -> Self {
        Self::of(&[Input::Text { name: "main.tf".into(), text: text.into(), path: None }], &Options::default())
    }

    pub(super) fn resource(&self, address: &str) -> &RawResource {
        let found = self.loaded.resources.iter().find(|resource| resource.address == address);
        found.unwrap_or_else(|| panic!("no {address} among {:?}; {:?}", self.addresses(), self.messages()))
    }

    pub(super) fn addresses(&self) -> Vec<&str> {
        self.loaded.resources.iter().map(|resource| resource.address.as_str()).collect()
    }

    pub(super) fn messages(&self) -> Vec<&str> {
        self.loaded.problems.iter().map(|problem| problem.message.as_str()).collect()
    }

    /// The value at a path below a resource's body, as text.
    pub(super) fn value(&self, address: &str, path: &str) -> String {
        at(&self.resource(address).body, path).map_or_else(|| "absent".to_owned(), |node| show(&node.value))
    }

    /// `line:column` of the node at a path, where it is used and, if elsewhere, where it was written.
    pub(super) fn place(&self, address: &str, path: &str) -> String {
        let origin = at(&self.resource(address).body, path).unwrap().origin;
        let (used, written) = (self.sources.used_at(origin), self.sources.written_at(origin));
        if used == written { self.line(used) } else { format!("{} from {}", self.line(used), self.line(written)) }
    }

    pub(super) fn line(&self, origin: Origin) -> String {
        let place = self.sources.place(origin).expect("a place in a file");
        let name = place.path.rsplit('/').next().unwrap_or_default();
        format!("{name}:{}:{}", place.start.line, place.start.column)
    }

    pub(super) fn problem(&self, part: &str) -> &Problem {
        let found = self.loaded.problems.iter().find(|problem| problem.message.contains(part));
        found.unwrap_or_else(|| panic!("no problem about {part:?} among {:?}", self.messages()))
    }

    pub(super) fn certain(&self, address: &str) -> bool {
        matches!(self.resource(address).existence, Existence::Certain)
    }
}

pub(super) fn at<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('.').filter(|step| !step.is_empty()).try_fold(node, |node, step| match &node.value {
        Value::List(list) => list.items.get(step.parse::<usize>().ok()?),
        Value::Map(map) => map.get(Str::new(step)),
        _ => None,
    })
}

/// A value on one line: text quoted, references as `<address.attribute = text>`, unknowns as `?class what`.
pub(super) fn show(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Text(text) => format!("{:?}", text.as_str()),
        Value::Template(template) => {
            let parts = template.parts.iter().map(|part| match part {
                Part::Literal(text) => text.to_string(),
                Part::Hole(node) => format!("${{{}}}", show(&node.value)),
            });
            format!("`{}`", parts.collect::<String>())
        }
        Value::List(list) => {
            let mut items: Vec<String> = list.items.iter().map(|item| show(&item.value)).collect();
            items.extend(list.rest.iter().map(|rest| format!("…{}", reasons(rest))));
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let entries = map.entries().iter().map(|entry| format!("{}: {}", entry.key, show(&entry.node.value)));
            let mut entries: Vec<String> = entries.collect();
            if let Rest::Unknown(rest) = &map.rest {
                entries.push(format!("…{}", reasons(rest)));
            }
            format!("{{{}}}", entries.join(", "))
        }
        Value::Unknown(unknown) => reasons(unknown),
        Value::Ref(reference) => {
            let target = match &reference.target {
                Target::Address(address) => address.as_str(),
                _ => "?",
            };
            match &reference.text {
                Some(Value::Unknown(_)) | None => format!("<{target}.{}>", reference.attribute),
                Some(text) => format!("<{target}.{} = {}>", reference.attribute, show(text)),
            }
        }
    }
}

fn reasons(unknown: &redan_model::Unknown) -> String {
    let all = unknown.reasons().iter().map(|reason| format!("?{} {}", reason.class.id(), reason.what));
    all.collect::<Vec<_>>().join(" & ")
}
