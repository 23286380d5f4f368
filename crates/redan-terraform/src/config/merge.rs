//! From the bodies of a module's files to its declarations. Override files replace arguments and whole block types.
//! <https://developer.hashicorp.com/terraform/language/files/override>

use redan_kinds::Mode;
use redan_model::{Problem, ProblemKind, SourceId};
use rustc_hash::FxHashMap;

use super::module::{
    BlockPlace, Call, Local, ModuleConfig, Names, Output, Placed, ProviderBlock, ProviderRequirement, Resource,
    Section, Variable,
};
use super::references::Collector;
use crate::syntax::ast::{Block, Body, Expr, ExprKind, ObjectKey, Part, Span, Step, Text};
use crate::syntax::parse_expression;

pub(super) struct FileBody {
    pub(super) file: u32,
    pub(super) body: Body,
    pub(super) overrides: bool,
}

/// A top-level block, its contents perhaps overridden.
struct Declared {
    kind: Text,
    labels: Vec<Text>,
    place: BlockPlace,
    section: Section,
}

const IGNORED: [&str; 6] = ["moved", "import", "check", "removed", "list", "action"];

pub(super) fn module(files: Vec<FileBody>) -> ModuleConfig {
    let mut builder = Builder::default();
    for FileBody { file, body, overrides } in files {
        for attribute in body.attributes {
            builder.problem(file, attribute.span, "an argument stands outside every block: put it into one");
        }
        for block in body.blocks {
            builder.add(file, block, overrides);
        }
    }
    builder.finish()
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Declared>,
    /// Blocks by kind and labels, for overrides.
    index: FxHashMap<(Text, Vec<Text>), usize>,
    module: ModuleConfig,
}

impl Builder {
    fn problem(&mut self, file: u32, span: Span, message: impl Into<String>) {
        self.module.problems.push(problem(file, span, message));
    }

    fn add(&mut self, file: u32, block: Block, overrides: bool) {
        let expected = match &*block.kind.text {
            "resource" | "data" | "ephemeral" => 2,
            "module" | "variable" | "output" | "provider" => 1,
            "locals" | "terraform" => 0,
            other => {
                if !IGNORED.contains(&other) {
                    let message = format!("block type `{other}` is not known to Terraform");
                    self.problem(file, block.header, message);
                }
                return;
            }
        };
        if block.labels.len() != expected {
            let message = format!("block `{}` takes {expected} labels, found {}", block.kind.text, block.labels.len());
            self.problem(file, block.header, message);
            return;
        }
        let place = BlockPlace { file, span: block.span, header: block.header };
        let labels: Vec<Text> = block.labels.into_iter().map(|label| label.text).collect();
        let mut section = Section::of(file, block.body);
        let key = (block.kind.text.clone(), override_labels(&block.kind.text, &labels, &section));
        if overrides {
            if &*block.kind.text == "locals" {
                self.override_locals(&mut section);
            } else if let Some(base) = self.index.get(&key).and_then(|at| self.blocks.get_mut(*at)) {
                replace(&mut base.section, section);
                return;
            }
        }
        self.index.entry(key).or_insert(self.blocks.len());
        self.blocks.push(Declared { kind: block.kind.text, labels, place, section });
    }

    /// Takes the locals that exist already out of `section` and puts them in their place.
    fn override_locals(&mut self, section: &mut Section) {
        for attribute in std::mem::take(&mut section.attributes) {
            let same =
                |other: &&mut Placed<crate::syntax::ast::Attribute>| other.item.name.text == attribute.item.name.text;
            let locals = self.blocks.iter_mut().filter(|block| &*block.kind == "locals");
            match locals.flat_map(|block| &mut block.section.attributes).find(same) {
                Some(base) => *base = attribute,
                None => section.attributes.push(attribute),
            }
        }
    }

    fn finish(mut self) -> ModuleConfig {
        for block in std::mem::take(&mut self.blocks) {
            self.module.damaged |= block.section.damaged && matches!(&*block.kind, "locals" | "terraform");
            match &*block.kind {
                "variable" => self.variable(block),
                "locals" => self.locals(block),
                "output" => self.output(block),
                "module" => self.call(block),
                "provider" => self.provider(block),
                "terraform" => self.terraform(block),
                _ => self.resource(block),
            }
        }
        self.index_names();
        connect(&mut self.module);
        self.module
    }

    fn variable(&mut self, mut block: Declared) {
        let [name] = block.labels.as_slice() else { return };
        let flag = |section: &Section, name: &str| match section.attribute(name).map(|a| &a.item.value.kind) {
            Some(ExprKind::Bool(value)) => Some(*value),
            _ => None,
        };
        self.module.variables.push(Variable {
            name: name.clone(),
            place: block.place,
            nullable: flag(&block.section, "nullable").unwrap_or(true),
            sensitive: flag(&block.section, "sensitive").unwrap_or(false),
            ty: block.section.take("type").map(as_keyword),
            default: block.section.take("default"),
        });
    }

    fn locals(&mut self, block: Declared) {
        for Placed { file, item } in block.section.attributes {
            self.module.locals.push(Local {
                name: item.name.text,
                span: item.span,
                value: Placed { file, item: item.value },
                needs: Vec::new(),
            });
        }
    }

    fn output(&mut self, mut block: Declared) {
        let [name] = block.labels.as_slice() else { return };
        self.module.outputs.push(Output {
            name: name.clone(),
            place: block.place,
            sensitive: matches!(
                block.section.attribute("sensitive").map(|a| &a.item.value.kind),
                Some(ExprKind::Bool(true))
            ),
            value: block.section.take("value"),
            needs: Vec::new(),
        });
    }

    fn call(&mut self, mut block: Declared) {
        let [name] = block.labels.as_slice() else { return };
        let name = name.clone();
        let source = block.section.take("source");
        let source = match source {
            Some(Placed { file, item: Expr { kind: ExprKind::Text(item), .. } }) => Some(Placed { file, item }),
            Some(Placed { file, item }) => {
                self.problem(file, item.span, "a module's source is plain text: this one is not followed");
                None
            }
            None => {
                self.problem(block.place.file, block.place.header, format!("module `{name}` has no source"));
                None
            }
        };
        let providers = block.section.take("providers").map(|map| provider_map(&map.item)).unwrap_or_default();
        block.section.take("version");
        block.section.take("depends_on");
        let (count, for_each) = (block.section.take("count"), block.section.take("for_each"));
        let arguments = block.section.attributes.iter().map(|argument| argument.item.name.text.clone());
        self.module.calls.push(Call {
            name,
            argument_names: arguments.zip(0..).collect(),
            place: block.place,
            source,
            count,
            for_each,
            providers,
            argument_needs: Vec::new(),
            arguments: block.section.attributes,
            needs: Vec::new(),
        });
    }

    fn provider(&mut self, mut block: Declared) {
        let [name] = block.labels.as_slice() else { return };
        let key = match block.section.take("alias").map(|alias| alias.item.kind) {
            Some(ExprKind::Text(alias)) => format!("{name}.{alias}").into(),
            _ => name.clone(),
        };
        block.section.take("version");
        self.module.providers.push(ProviderBlock { key, place: block.place, body: block.section, needs: Vec::new() });
    }

    fn terraform(&mut self, block: Declared) {
        for required in block.section.blocks.iter().filter(|b| &*b.item.kind.text == "required_providers") {
            for attribute in &required.item.body.attributes {
                let requirement = requirement(&attribute.value);
                self.module.required.insert(attribute.name.text.clone(), requirement);
            }
        }
    }

    fn resource(&mut self, mut block: Declared) {
        let [kind, name] = block.labels.as_slice() else { return };
        let provider = block.section.take("provider").and_then(|provider| provider_key(&provider.item));
        let prefix = kind.split('_').next().unwrap_or_default();
        block.section.take("depends_on");
        self.module.resources.push(Resource {
            mode: if &*block.kind == "resource" { Mode::Managed } else { Mode::Data },
            ephemeral: &*block.kind == "ephemeral",
            provider: provider.unwrap_or_else(|| prefix.into()),
            kind: kind.clone(),
            name: name.clone(),
            place: block.place,
            count: block.section.take("count"),
            for_each: block.section.take("for_each"),
            body: block.section,
            needs: Vec::new(),
        });
    }

    fn index_names(&mut self) {
        let module = &mut self.module;
        let mut names = Names::default();
        let mut twice = Vec::new();
        for (at, variable) in module.variables.iter().enumerate() {
            let place = (variable.place.file, variable.place.header);
            put(&mut names.variables, &variable.name, at, "variable", place, &mut twice);
        }
        for (at, local) in module.locals.iter().enumerate() {
            put(&mut names.locals, &local.name, at, "local", (local.value.file, local.span), &mut twice);
        }
        for (at, output) in module.outputs.iter().enumerate() {
            let place = (output.place.file, output.place.header);
            put(&mut names.outputs, &output.name, at, "output", place, &mut twice);
        }
        for (at, call) in module.calls.iter().enumerate() {
            put(&mut names.calls, &call.name, at, "module", (call.place.file, call.place.header), &mut twice);
        }
        for (at, resource) in module.resources.iter().enumerate() {
            let by_kind = match (resource.ephemeral, resource.mode) {
                (true, _) => &mut names.ephemeral,
                (_, Mode::Managed) => &mut names.managed,
                (_, Mode::Data) => &mut names.data,
            };
            let place = (resource.place.file, resource.place.header);
            put(
                by_kind.entry(resource.kind.clone()).or_default(),
                &resource.name,
                at,
                &resource.kind,
                place,
                &mut twice,
            );
        }
        module.names = names;
        module.problems.append(&mut twice);
    }
}

fn problem(file: u32, span: Span, message: impl Into<String>) -> Problem {
    let origin = redan_model::Origin::new(SourceId::from_index(file), span.start, span.end);
    Problem::at(origin, ProblemKind::Syntax, message)
}

fn put(
    names: &mut FxHashMap<Text, usize>,
    name: &Text,
    at: usize,
    what: &str,
    (file, span): (u32, Span),
    twice: &mut Vec<Problem>,
) {
    if names.contains_key(name) {
        twice.push(problem(
            file,
            span,
            format!("{what} `{name}` is declared twice in this module; references mean the first"),
        ));
    } else {
        names.insert(name.clone(), at);
    }
}

/// What identifies a block for overriding: labels, and for a provider its alias.
fn override_labels(kind: &str, labels: &[Text], section: &Section) -> Vec<Text> {
    let mut key = labels.to_vec();
    if kind == "provider"
        && let Some(ExprKind::Text(alias)) = section.attribute("alias").map(|a| &a.item.value.kind)
    {
        key.push(alias.clone());
    }
    key
}

fn replace(base: &mut Section, section: Section) {
    for attribute in section.attributes {
        match base.attributes.iter_mut().find(|other| other.item.name.text == attribute.item.name.text) {
            Some(other) => *other = attribute,
            None => base.attributes.push(attribute),
        }
    }
    for kind in section.blocks.iter().map(|block| block_type(&block.item)) {
        if &*kind != "required_providers" {
            base.blocks.retain(|block| block_type(&block.item) != kind);
        }
    }
    base.blocks.extend(section.blocks);
    base.damaged |= section.damaged;
}

/// A `dynamic "x"` block stands for blocks of type `x`.
fn block_type(block: &Block) -> Text {
    match (&*block.kind.text, block.labels.first()) {
        ("dynamic", Some(label)) => label.text.clone(),
        _ => block.kind.text.clone(),
    }
}

/// In JSON, and in old configuration, what should be a bare expression is quoted.
fn as_keyword(quoted: Placed<Expr>) -> Placed<Expr> {
    let ExprKind::Text(text) = &quoted.item.kind else { return quoted };
    match parse_expression(text) {
        Ok(expr) => Placed { file: quoted.file, item: Expr { kind: expr.kind, span: quoted.item.span } },
        Err(_) => quoted,
    }
}

/// `aws` or `aws.west`, bare or quoted.
fn provider_key(expr: &Expr) -> Option<Text> {
    match &expr.kind {
        ExprKind::Variable(name) | ExprKind::Text(name) => Some(name.clone()),
        ExprKind::Traversal(traversal) => match (&traversal.root.kind, traversal.steps.as_slice()) {
            (ExprKind::Variable(name), [Step::Attr(alias), ..]) => Some(format!("{name}.{}", alias.text).into()),
            _ => None,
        },
        ExprKind::Template(parts) => match parts.as_slice() {
            [Part::Interpolation(expr)] => provider_key(expr),
            _ => None,
        },
        _ => None,
    }
}

fn provider_map(expr: &Expr) -> Vec<(Text, Text)> {
    let ExprKind::Object(items) = &expr.kind else { return Vec::new() };
    let pair = |item: &crate::syntax::ast::ObjectItem| {
        let inner = match &item.key {
            ObjectKey::Name(name) => name.text.clone(),
            ObjectKey::Expr(key) => provider_key(key)?,
        };
        Some((inner, provider_key(&item.value)?))
    };
    items.iter().filter_map(pair).collect()
}

fn requirement(expr: &Expr) -> ProviderRequirement {
    let text = |expr: &Expr| match &expr.kind {
        ExprKind::Text(text) => Some(text.clone()),
        _ => None,
    };
    let ExprKind::Object(items) = &expr.kind else {
        return ProviderRequirement { source: None, version: text(expr) };
    };
    let mut requirement = ProviderRequirement::default();
    for item in items {
        match &item.key {
            ObjectKey::Name(name) if &*name.text == "source" => requirement.source = text(&item.value),
            ObjectKey::Name(name) if &*name.text == "version" => requirement.version = text(&item.value),
            _ => {}
        }
    }
    requirement
}

/// Works out what each declaration needs.
fn connect(module: &mut ModuleConfig) {
    let ModuleConfig { locals, outputs, resources, calls, providers, names, .. } = module;
    for local in locals {
        let mut collector = Collector::new(names);
        collector.expr(&local.value.item);
        local.needs = collector.finish();
    }
    for output in outputs {
        let mut collector = Collector::new(names);
        collector.placed(output.value.as_ref());
        output.needs = collector.finish();
    }
    for resource in resources {
        let mut collector = Collector::new(names);
        collector.placed(resource.count.as_ref());
        collector.placed(resource.for_each.as_ref());
        collector.section(&resource.body);
        resource.needs = collector.finish();
    }
    for call in calls {
        let mut collector = Collector::new(names);
        collector.placed(call.count.as_ref());
        collector.placed(call.for_each.as_ref());
        call.needs = collector.finish();
        for argument in &call.arguments {
            let mut collector = Collector::new(names);
            collector.expr(&argument.item.value);
            call.argument_needs.push(collector.finish());
        }
    }
    for provider in providers {
        let mut collector = Collector::new(names);
        collector.section(&provider.body);
        provider.needs = collector.finish();
    }
}
