//! All kinds: which there are, which source types they map, and each one's table, read when it is first asked for.

use crate::defaults::Programs;
use crate::table::{Kind, TerraformTable, kind};
use redan_model::yaml::YamlError;
use redan_model::{Estate, Node, ResourceId, Schema, Schemas, Str, Value};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// A kind file of the build.
pub(crate) struct Embedded {
    /// Its path below `kinds/`.
    pub(crate) file: &'static str,
    /// Its kind.
    pub(crate) kind: &'static str,
    /// Whether it extends resources of any kind (ARM).
    pub(crate) extension: bool,
    /// The Terraform types that it maps.
    pub(crate) terraform: &'static [&'static str],
    /// Its text.
    pub(crate) text: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The kinds.
pub struct Kinds {
    files: Vec<File>,
    by_kind: FxHashMap<Str, usize>,
    by_terraform: FxHashMap<Str, Vec<usize>>,
    by_snake: OnceLock<FxHashMap<Str, usize>>,
}

struct File {
    name: String,
    kind: Str,
    extension: bool,
    text: &'static str,
    table: OnceLock<Result<Kind, YamlError>>,
    programs: OnceLock<Programs>,
}

/// An error of a kind file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindError {
    /// The file, below `kinds/`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong: a lowercase fragment.
    pub message: String,
}

impl std::fmt::Display for KindError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "kinds/{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for KindError {}

impl Default for Kinds {
    fn default() -> Self {
        Self::builtin()
    }
}

impl Kinds {
    /// The kinds of this build.
    #[must_use]
    pub fn builtin() -> Self {
        let mut kinds = Self {
            files: Vec::with_capacity(EMBEDDED.len()),
            by_kind: FxHashMap::default(),
            by_terraform: FxHashMap::default(),
            by_snake: OnceLock::new(),
        };
        for file in EMBEDDED {
            kinds.add(file);
        }
        kinds
    }

    fn add(&mut self, file: &Embedded) {
        let at = self.files.len();
        let kind = Str::new(file.kind);
        self.by_kind.insert(kind, at);
        for name in file.terraform {
            self.by_terraform.entry(Str::new(name)).or_default().push(at);
        }
        self.files.push(File {
            name: file.file.to_owned(),
            kind,
            extension: file.extension,
            text: file.text,
            table: OnceLock::new(),
            programs: OnceLock::new(),
        });
    }

    /// The names of all kinds, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<Str> {
        let mut names: Vec<Str> = self.files.iter().map(|file| file.kind).collect();
        names.sort();
        names
    }

    /// The Terraform types that a kind maps, sorted.
    #[must_use]
    pub fn terraform_types(&self, kind: Str) -> Vec<Str> {
        let mut types: Vec<Str> = self
            .by_terraform
            .iter()
            .filter(|(name, files)| {
                !name.contains("::") && files.iter().any(|at| self.files.get(*at).is_some_and(|file| file.kind == kind))
            })
            .map(|(name, _)| *name)
            .collect();
        types.sort();
        types
    }

    /// Whether some kind maps this Terraform type.
    #[must_use]
    pub fn maps_terraform(&self, name: Str) -> bool {
        self.by_terraform.contains_key(&name)
    }

    /// The arguments of a Terraform block that state this canonical body: the table read backwards.
    #[must_use]
    pub fn terraform_arguments(&self, kind: Str, terraform: Str, canonical: &Node) -> Option<Node> {
        let table = self.kind(kind)?.terraform.iter().find(|table| table.name == terraform)?;
        Some(crate::backward::body(&table.body, canonical, canonical.origin))
    }

    /// The file that declares a kind, below the folder of kinds.
    #[must_use]
    pub fn file(&self, kind: Str) -> Option<&str> {
        self.files.iter().find(|file| file.kind == kind).map(|file| &*file.name)
    }

    /// Reads every kind file and reports the errors in them.
    #[must_use]
    pub fn check(&self) -> Vec<KindError> {
        let mut errors = Vec::new();
        for (at, file) in self.files.iter().enumerate() {
            let found = match self.read(at) {
                Some(Err(error)) => vec![error],
                _ => self
                    .programs(file.kind)
                    .into_iter()
                    .flatten()
                    .filter_map(|program| program.as_ref().err())
                    .collect(),
            };
            errors.extend(found.into_iter().map(|error| KindError {
                file: file.name.clone(),
                line: error.line,
                message: error.message.clone(),
            }));
        }
        errors
    }

    /// The compiled default expressions of a kind.
    pub(crate) fn programs(&self, name: Str) -> Option<&Programs> {
        let file = self.files.get(*self.by_kind.get(&name)?)?;
        let kind = self.kind(name)?;
        Some(file.programs.get_or_init(|| crate::defaults::compile(self, kind)))
    }

    pub(crate) fn kind(&self, name: Str) -> Option<&Kind> {
        self.read(*self.by_kind.get(&name)?)?.as_ref().ok()
    }

    /// The tables that map a Terraform type, each with its kind.
    pub(crate) fn terraform(&self, name: Str) -> Vec<(&Kind, &TerraformTable)> {
        let files = self.by_terraform.get(&name).map_or(&[][..], Vec::as_slice);
        files
            .iter()
            .filter_map(|at| {
                let kind = self.read(*at)?.as_ref().ok()?;
                Some((kind, kind.terraform.iter().find(|table| table.name == name)?))
            })
            .collect()
    }

    /// The kind that a mechanical Terraform type (`awscc_s3_bucket`) names.
    pub(crate) fn by_snake_name(&self, name: &str) -> Option<&Kind> {
        let index = self.by_snake.get_or_init(|| {
            self.files.iter().enumerate().map(|(at, file)| (Str::from(snake_kind(&file.kind)), at)).collect()
        });
        self.read(*index.get(&Str::new(name))?)?.as_ref().ok()
    }

    /// The kind of this name without regard to case (ARM).
    pub(crate) fn ignoring_case(&self, name: &str) -> Option<&Kind> {
        let at = self.files.iter().position(|file| file.kind.eq_ignore_ascii_case(name))?;
        self.read(at)?.as_ref().ok()
    }

    /// Whether a kind extends resources of any kind (ARM).
    pub(crate) fn is_extension(&self, kind: Str) -> bool {
        self.by_kind.get(&kind).and_then(|at| self.files.get(*at)).is_some_and(|file| file.extension)
    }

    /// Kinds whose resources the vendor makes inside every resource of `parent`.
    pub(crate) fn always_in(&self, parent: Str) -> Vec<&Kind> {
        let Some(schema) = self.schema(parent) else { return Vec::new() };
        let children: Vec<Str> = schema.children.iter().map(|(_, kind)| *kind).collect();
        children.into_iter().filter_map(|kind| self.kind(kind)).filter(|kind| !kind.always.is_empty()).collect()
    }

    fn read(&self, at: usize) -> Option<&Result<Kind, YamlError>> {
        let file = self.files.get(at)?;
        Some(file.table.get_or_init(|| {
            let mut kind = kind::read(file.text)?;
            kind.schema.parent = parent_of(&file.kind).filter(|parent| self.by_kind.contains_key(parent));
            kind.schema.children = self.children_of(file);
            Ok(kind)
        }))
    }

    fn children_of(&self, parent: &File) -> Vec<(Str, Str)> {
        let mut children = Vec::new();
        for file in &self.files {
            let contained = parent_of(&file.kind) == Some(parent.kind);
            let extends = file.extension && !parent.extension && parent.kind.contains('/');
            if contained || extends {
                let segment = file.kind.rsplit('/').next().unwrap_or_default();
                children.push((Str::new(segment), file.kind));
            }
        }
        children.sort();
        children
    }
}

/// `Microsoft.Sql/servers` for `Microsoft.Sql/servers/databases`.
fn parent_of(kind: &str) -> Option<Str> {
    let (parent, _) = kind.rsplit_once('/')?;
    parent.contains('/').then(|| Str::new(parent))
}

/// `s3_bucket` for `AWS::S3::Bucket`, as the Cloud Control provider names it.
fn snake_kind(kind: &str) -> String {
    let mut parts = kind.split("::").skip(1);
    let service = parts.next().unwrap_or_default().to_lowercase();
    let name = parts.next().unwrap_or_default();
    format!("{service}_{}", snake(name))
}

/// `public_access_block_configuration` for `PublicAccessBlockConfiguration`.
pub(crate) fn snake(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(at + 1);
        let starts_word = character.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if starts_word {
            out.push('_');
        }
        out.extend(character.to_lowercase());
    }
    out
}

impl Schemas for Kinds {
    fn schema(&self, kind: Str) -> Option<&Schema> {
        self.kind(kind).map(|kind| &kind.schema)
    }

    fn default(&self, estate: &Estate, resource: ResourceId, kind: Str, expression: u32) -> Value {
        crate::defaults::evaluate(self, estate, resource, kind, expression)
    }
}
