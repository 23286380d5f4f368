//! A kind file, read.

use super::arm::Arm;
use super::live::LiveTable;
use super::schema::SchemaReader;
use super::terraform::{self, TerraformTable};
use redan_model::yaml::{self, Yaml, YamlError};
use redan_model::{Schema, Str};
use std::sync::Arc;

/// A kind.
#[derive(Debug)]
pub(crate) struct Kind {
    /// What rules see.
    pub(crate) schema: Schema,
    /// Default expressions by number, with their lines.
    pub(crate) expressions: Vec<(String, usize)>,
    /// How it is named.
    pub(crate) naming: Naming,
    /// Names of children of this kind that the vendor always makes.
    pub(crate) always: Vec<Str>,
    /// Its Terraform types, and the CloudFormation types beside its own.
    pub(crate) terraform: Vec<TerraformTable>,
    /// What ARM writes elsewhere.
    pub(crate) arm: Arm,
    /// How API answers map into it.
    pub(crate) live: Option<LiveTable>,
}

/// How a resource of a kind is identified.
#[derive(Clone, Debug, Default)]
pub(crate) struct Naming {
    /// Attributes whose values identify it: a name, a physical id.
    pub(crate) names: Vec<Vec<Str>>,
    /// Templates with `{Attribute}` holes: an ARN, an alias.
    pub(crate) templates: Vec<Str>,
}

impl Naming {
    /// The identities that templates give a live resource, whose place is known.
    pub(crate) fn live(&self, body: &redan_model::Node, (account, region): (Str, Str)) -> Vec<Str> {
        let filled = |template: &Str| {
            template
                .replace("{account}", &account)
                .replace("{region}", &region)
                .replace("{partition}", partition(&region))
        };
        let templates = self.templates.iter().map(|template| Str::from(filled(template))).collect();
        let naming = Self { names: Vec::new(), templates };
        crate::assemble::identities(&naming, body)
    }
}

/// The partition of a region: <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>.
fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// Reads a kind file.
pub(crate) fn read(text: &str) -> Result<Kind, YamlError> {
    let file = yaml::parse(text)?.ok_or_else(|| YamlError::new(1, "empty file"))?;
    const KNOWN: [&str; 13] = [
        "kind",
        "docs",
        "id",
        "attributes",
        "terraform",
        "live",
        "place",
        "extension",
        "always",
        "version",
        "example",
        "cloudformation",
        "arm",
    ];
    for (key, node) in file.mapping()? {
        if !KNOWN.contains(&key.as_str()) {
            return Err(node.error(format!("{key:?} is not a section; known: {}", KNOWN.join(" "))));
        }
    }
    let required = |key: &str| file.get(key).ok_or_else(|| file.error(format!("the section {key:?} is missing")));
    let name = Str::new(required("kind")?.text()?);
    let docs = Str::new(required("docs")?.text()?);
    let mut reader = SchemaReader { docs, expressions: Vec::new() };
    let body = Arc::new(reader.structure(required("attributes")?)?);
    let mut tables = Vec::new();
    for section in ["terraform", "cloudformation"].into_iter().filter_map(|name| file.get(name)) {
        for (ty, node) in section.mapping()? {
            tables.push(terraform::read(Str::new(ty), node, section)?);
        }
    }
    let place = file.get("place").map(Yaml::text).transpose()?.map(Str::new);
    let schema = Schema { kind: name, body, docs, parent: None, children: Vec::new(), place };
    let always = match file.get("always") {
        Some(names) => names.sequence()?.iter().map(|name| name.text().map(Str::new)).collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    Ok(Kind {
        schema,
        expressions: reader.expressions,
        naming: naming(file.get("id"))?,
        always,
        terraform: tables,
        arm: file.get("arm").map(|section| super::arm::read(section, &name)).transpose()?.unwrap_or_default(),
        live: file.get("live").map(super::live::read).transpose()?,
    })
}

fn naming(section: Option<&Yaml>) -> Result<Naming, YamlError> {
    let mut naming = Naming::default();
    let Some(section) = section else { return Ok(naming) };
    for (key, node) in section.mapping()? {
        let values: Vec<&str> = match node.scalar() {
            Some(text) => vec![text],
            None => node.sequence()?.iter().map(Yaml::text).collect::<Result<_, _>>()?,
        };
        for value in values {
            match key.as_str() {
                "name" => naming.names.push(value.split('.').map(Str::new).collect()),
                "arn" | "alias" => naming.templates.push(Str::new(value)),
                _ => return Err(node.error(format!("{key:?} is not known here; known: name arn alias"))),
            }
        }
    }
    Ok(naming)
}
