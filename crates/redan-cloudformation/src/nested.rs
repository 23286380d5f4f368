//! Nested stacks and included files: what lies beside a template, inside the folder that is scanned.

use crate::eval::{Evaluator, whole};
use crate::parameters::Given;
use crate::stack::Stack;
use crate::syntax::{Tree, parse};
use redan_files::Boundary;
use redan_model::{Origin, Problem, ProblemKind, Str};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

const MAX_DEPTH: usize = 8;

/// Where a template lies, and which templates lead to it.
#[derive(Clone)]
pub(crate) struct Nest {
    boundary: Rc<Boundary>,
    /// The stacks around it, and last its own file.
    files: Rc<[File]>,
}

/// A file: where it is, and how it is shown to people.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) real: PathBuf,
    pub(crate) shown: String,
}

/// A stack that a resource of another makes.
pub(crate) struct Child<'s> {
    pub(crate) stack: Stack<'s>,
    /// The block that makes it.
    pub(crate) call: Origin,
}

impl Nest {
    pub(crate) fn new(boundary: Boundary, file: File) -> Self {
        Self { boundary: Rc::new(boundary), files: Rc::from([file]) }
    }

    /// A file beside the template, if it lies inside the boundary.
    fn resolve(&self, relative: &str) -> Option<File> {
        if relative.contains("://") {
            return None;
        }
        let own = self.files.last()?;
        let real = self.boundary.admit(&own.real.parent()?.join(relative)).ok().filter(|path| path.is_file())?;
        let folder = own.shown.rsplit_once('/').map_or("", |(folder, _)| folder);
        Some(File { real, shown: redan_files::join(folder, relative) })
    }

    /// A local file as a tree.
    pub(crate) fn read_tree(&self, relative: &str, stack: &Stack<'_>) -> Option<Tree> {
        self.read(&self.resolve(relative)?, stack)
    }

    fn read(&self, file: &File, stack: &Stack<'_>) -> Option<Tree> {
        let text = redan_files::decode(self.boundary.read(&file.real).ok()?).text;
        let source = stack.sources().add_file(&file.shown, Arc::clone(&text));
        let (documents, problems) = parse(&text, source);
        problems.into_iter().for_each(|problem| stack.problem(problem));
        documents.into_iter().next()
    }
}

/// The path of the template that a resource names, relative to the template's own folder.
pub(crate) fn template_path(resource: &Tree) -> Option<&Tree> {
    let properties = resource.get("Properties")?;
    match resource.get("Type")?.as_str()?.as_str() {
        "AWS::CloudFormation::Stack" => {
            // CDK names the file beside the template; the URL is that of its upload.
            let asset = resource.get("Metadata").and_then(|metadata| metadata.get("aws:asset:path"));
            asset.or_else(|| properties.get("TemplateURL"))
        }
        "AWS::Serverless::Application" => properties.get("Location"),
        _ => None,
    }
}

/// The stack that a resource makes, if its template is a local file.
pub(crate) fn child<'s>(stack: &Stack<'s>, name: Str) -> Option<Child<'s>> {
    let resource = stack.resource(name)?;
    let location = Evaluator::new(stack).node(template_path(resource)?);
    let relative = whole(&location)?;
    let nest = stack.nest()?;
    let file = nest.resolve(&relative)?;
    if nest.files.iter().any(|around| around.real == file.real) || nest.files.len() >= MAX_DEPTH {
        let message = format!("the stack {name} nests too deeply");
        stack.problem(Problem::at(resource.origin, ProblemKind::Limit, message).help("break the circle of templates"));
        return None;
    }
    let template = nest.read(&file, stack)?;
    let mut given = Given::default();
    for entry in resource.get("Properties")?.get("Parameters").map(Tree::entries).unwrap_or_default() {
        given.add(entry.key, Evaluator::new(stack).node(&entry.value));
    }
    for pseudo in ["AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix"] {
        if let Some(value) = stack.parameter(Str::new(pseudo)) {
            given.add(Str::new(pseudo), value);
        }
    }
    let files = nest.files.iter().cloned().chain([file]).collect();
    let nest = Nest { boundary: Rc::clone(&nest.boundary), files };
    let prefix = format!("{}.", stack.address(name));
    Some(Child { stack: Stack::new(template, &given, stack.sources(), prefix, Some(nest)), call: resource.origin })
}
