//! The `live:` section of a kind file: which operations answer for a kind, and how their answers map into it.
//!
//! Answers have botocore's shape (member names of the service model). Operations are named as the vendor's permissions
//! service and operation: `s3:GetBucketVersioning`.

use super::lens::{Block, Lens, Makes, Path};
use super::terraform::{block, constants, path};
use redan_model::yaml::{Yaml, YamlError, YamlValue};
use redan_model::{Str, Value};

/// How a kind is read from API answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct LiveTable {
    /// The operation that lists the resources of a place; none for places themselves.
    pub(crate) list: Option<Call>,
    /// The operation that stands in where the first was not asked.
    pub(crate) otherwise: Option<Call>,
    /// The kind that a list is asked for each resource of.
    pub(crate) of: Option<Str>,
    /// Where the value of the first parameter goes, if the items do not say whose they are.
    pub(crate) owner: Option<Path>,
    /// Fields of an item by which others may name it.
    pub(crate) ids: Vec<Path>,
    /// Operations that describe one of them.
    pub(crate) each: Vec<Call>,
    /// Whether the operation answers for the whole account, not a region.
    pub(crate) global: bool,
    /// The one region that has the service.
    pub(crate) only: Option<Str>,
    /// Top-level attributes that some operation answers for, or that nothing shows of what runs.
    known: Vec<Str>,
}

/// An operation and what becomes of its answer.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// `service:Operation`.
    pub(crate) operation: Str,
    /// The operation that must have been called before: it makes what this one reads.
    pub(crate) before: Option<Str>,
    /// Parameters: name, and the attribute or item field that gives the value.
    pub(crate) ask: Vec<(Str, Path)>,
    /// Parameters that are always the same; the call is made once with each of these sets.
    pub(crate) with: Vec<Vec<(Str, Value)>>,
    /// Where the items (or the one description) stand in the answer.
    pub(crate) items: Path,
    /// The items that count: those whose field has one of these values.
    pub(crate) only: Vec<(Path, Vec<Value>)>,
    /// The items that do not.
    pub(crate) except: Vec<(Path, Vec<Value>)>,
    /// Where the answer holds a table in CSV, whose lines are the items.
    pub(crate) table: Option<Path>,
    /// Of many descriptions: the one whose column has the value of an attribute (or this very text).
    pub(crate) line: Option<(Str, Path)>,
    /// Where the description goes.
    pub(crate) into: Path,
    /// Fields of the description by which others may name the resource.
    pub(crate) ids: Vec<Path>,
    /// Its lenses.
    pub(crate) body: Block,
    /// Errors that mean *absent*, with what then holds.
    pub(crate) absent: Vec<(Str, Vec<(Path, Value)>)>,
}

impl LiveTable {
    /// Every operation that is named, those that list first.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Call> {
        self.lists().chain(&self.each)
    }

    /// Every operation that lists.
    pub(crate) fn lists(&self) -> impl Iterator<Item = &Call> {
        self.list.iter().chain(&self.otherwise)
    }

    /// The kinds that its parts make.
    pub(crate) fn made(&self) -> impl Iterator<Item = Str> {
        self.calls().flat_map(Call::makes).map(|makes| makes.kind)
    }

    /// Whether something is known of a top-level attribute once all was asked.
    pub(crate) fn knows(&self, attribute: Str) -> bool {
        self.known.contains(&attribute)
    }
}

impl Call {
    /// The resources that its answer makes beside the one it describes.
    pub(crate) fn makes(&self) -> Vec<&Makes> {
        let mut found = Vec::new();
        makes(&self.body, &mut found);
        found
    }
}

fn makes<'b>(block: &'b Block, found: &mut Vec<&'b Makes>) {
    for lens in block.arguments.iter().flat_map(|argument| &argument.lenses) {
        match lens {
            Lens::Makes(spec) => found.push(spec),
            Lens::Block { body, .. } => makes(body, found),
            Lens::Move { .. } | Lens::Keyed { .. } | Lens::Entry { .. } => {}
        }
    }
}

/// Reads the section. `none`: what runs shows the same in other kinds.
pub(crate) fn read(section: &Yaml) -> Result<LiveTable, YamlError> {
    if section.scalar() == Some("none") {
        return Ok(LiveTable::default());
    }
    const KNOWN: [&str; 4] = ["list", "each", "global", "input"];
    for (key, inner) in section.mapping()? {
        if !KNOWN.contains(&key.as_str()) {
            return Err(inner.error(format!("{key:?} is not known here; known: {}", KNOWN.join(" "))));
        }
    }
    let list = section.get("list");
    if list.is_none() && section.get("each").is_none() {
        return Err(section.error("`list` is missing"));
    }
    let calls = |key: &str| -> Result<Vec<Call>, YamlError> {
        section.get(key).map_or(Ok(Vec::new()), |calls| calls.sequence()?.iter().map(call).collect())
    };
    let of_list = |key: &str| list.and_then(|list| list.get(key));
    let text = |key: &str| of_list(key).map(Yaml::text).transpose();
    let mut table = LiveTable {
        otherwise: of_list("else").map(call).transpose()?,
        of: text("of")?.map(Str::new),
        owner: text("owner")?.map(path),
        ids: list.map(ids).transpose()?.unwrap_or_default(),
        each: calls("each")?,
        global: section.get("global").is_some() || of_list("global").is_some(),
        only: text("region")?.map(Str::new),
        list: list.map(call).transpose()?,
        known: Vec::new(),
    };
    let mut known: Vec<Str> = table.calls().flat_map(answered).chain(table.owner.iter().filter_map(first)).collect();
    if let Some(input) = section.get("input") {
        for attribute in input.sequence()? {
            known.push(Str::new(attribute.text()?));
        }
    }
    table.known = known;
    Ok(table)
}

fn ids(node: &Yaml) -> Result<Vec<Path>, YamlError> {
    node.get("id").map_or(Ok(Vec::new()), |names| names.sequence()?.iter().map(|name| Ok(path(name.text()?))).collect())
}

fn first(path: &Path) -> Option<Str> {
    path.first().copied()
}

/// The top-level attributes that a call answers for.
fn answered(call: &Call) -> Vec<Str> {
    let absent = call.absent.iter().flat_map(|(_, holds)| holds.iter().filter_map(|(to, _)| first(to)));
    let mut all: Vec<Str> = absent.chain(first(&call.into)).collect();
    if call.into.is_empty() {
        stated(&call.body, &mut all);
    }
    all
}

fn stated(block: &Block, all: &mut Vec<Str>) {
    all.extend(block.set.iter().chain(&block.absent).filter_map(|(to, _)| first(to)));
    all.extend(block.compose.iter().filter_map(|(to, _)| first(to)));
    for lens in block.arguments.iter().flat_map(|argument| &argument.lenses) {
        match lens {
            Lens::Block { to, many: false, body } if to.is_empty() => stated(body, all),
            Lens::Move { to, .. } | Lens::Block { to, .. } | Lens::Keyed { to, .. } | Lens::Entry { to, .. } => {
                all.extend(first(to));
            }
            Lens::Makes(_) => {}
        }
    }
}

fn call(node: &Yaml) -> Result<Call, YamlError> {
    const KNOWN: [&str; 18] = [
        "call", "before", "of", "owner", "ask", "with", "items", "where", "except", "table", "line", "into", "body",
        "absent", "id", "global", "region", "else",
    ];
    for (key, inner) in node.mapping()? {
        if !KNOWN.contains(&key.as_str()) {
            return Err(inner.error(format!("{key:?} is not known here; known: {}", KNOWN.join(" "))));
        }
    }
    let operation = node.get("call").ok_or_else(|| node.error("`call` is missing"))?;
    for named in [Some(operation), node.get("before")].into_iter().flatten() {
        if !is_read(named.text()?) {
            return Err(
                named.error("only operations that read may be named: Get, List, Describe, BatchGet, Lookup, Search")
            );
        }
    }
    let at = |key: &str| -> Result<Path, YamlError> {
        Ok(node.get(key).map(Yaml::text).transpose()?.map(path).unwrap_or_default())
    };
    let pairs = |key: &str| -> Result<Vec<(Str, Path)>, YamlError> {
        let Some(parameters) = node.get(key) else { return Ok(Vec::new()) };
        parameters.mapping()?.iter().map(|(name, from)| Ok((Str::new(name), path(from.text()?)))).collect()
    };
    let constants_of = |spec: &Yaml| -> Result<Vec<(Str, Value)>, YamlError> {
        Ok(spec.mapping()?.iter().map(|(name, value)| (Str::new(name), value.constant())).collect())
    };
    let with = match node.get("with") {
        Some(sets) if matches!(sets.value, YamlValue::Sequence(_)) => {
            sets.sequence()?.iter().map(constants_of).collect::<Result<_, _>>()?
        }
        Some(set) => vec![constants_of(set)?],
        None => vec![Vec::new()],
    };
    let values = |key: &str| -> Result<Vec<(Path, Vec<Value>)>, YamlError> {
        let Some(fields) = node.get(key) else { return Ok(Vec::new()) };
        let among = |values: &Yaml| Ok(values.sequence()?.iter().map(Yaml::constant).collect());
        fields.mapping()?.iter().map(|(field, values)| Ok((path(field), among(values)?))).collect()
    };
    let mut absent = Vec::new();
    if let Some(errors) = node.get("absent") {
        for (code, what) in errors.mapping()? {
            let holds = if what.scalar().is_some() { Vec::new() } else { constants(what)? };
            absent.push((Str::new(code), holds));
        }
    }
    Ok(Call {
        operation: Str::new(operation.text()?),
        before: node.get("before").map(Yaml::text).transpose()?.map(Str::new),
        ask: pairs("ask")?,
        with,
        items: at("items")?,
        only: values("where")?,
        except: values("except")?,
        table: node.get("table").map(Yaml::text).transpose()?.map(path),
        line: pairs("line")?.into_iter().next(),
        into: at("into")?,
        ids: ids(node)?,
        body: node.get("body").map(block).transpose()?.unwrap_or_default(),
        absent,
    })
}

/// Whether an operation only reads, by the vendor's naming of operations.
fn is_read(operation: &str) -> bool {
    // A report has to be made before it is read; the vendor counts both as reading:
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
    if operation == "iam:GenerateCredentialReport" {
        return true;
    }
    let name = operation.split(':').nth(1).unwrap_or_default();
    ["Get", "List", "Describe", "BatchGet", "Lookup", "Search"].iter().any(|verb| name.starts_with(verb))
}
