//! The `terraform:` section of a kind file. Operators begin with `$`; every other key is an argument or a block.

use super::lens::{ArgumentLens, Block, Lens, Makes, Path, Piece, Spread, Step};
use redan_model::yaml::{Yaml, YamlError, YamlValue};
use redan_model::{Str, Value};

/// How one Terraform type maps into a kind.
#[derive(Clone, Debug)]
pub(crate) struct TerraformTable {
    /// The type.
    pub(crate) name: Str,
    /// What it does.
    pub(crate) mode: Mode,
    /// Its arguments.
    pub(crate) body: Block,
    /// The argument that names the containing resource (ARM), or the scope of an extension.
    pub(crate) parent: Option<Str>,
    /// The place that contains it: `subscription`.
    pub(crate) scope: Option<Str>,
    /// A constant name.
    pub(crate) fixed_name: Option<Str>,
}

/// What a Terraform type does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mode {
    /// It makes a resource.
    Creates,
    /// It folds into the resource that an argument names; with `list`, as an entry of that list.
    Into { argument: Str, list: Option<Path> },
    /// It folds into the list that another argument's value chooses.
    Choice { argument: Str, by: Str, lists: Vec<(Str, Path)> },
    /// It sets attributes of a place: `account`, `region`, `organization`, `subscription`, `tenant`.
    Place { name: Str, list: Option<Path> },
    /// It folds into every resource that a list argument names, as an entry of that list (or as attributes).
    Each { argument: Str, list: Option<Path> },
}

const OPERATORS: [&str; 31] = [
    "$into",
    "$list",
    "$place",
    "$each",
    "$by",
    "$lists",
    "$parent",
    "$name",
    "$set",
    "$absent",
    "$compose",
    "$ignore",
    "$like",
    "$spread",
    "$to",
    "$values",
    "$negate",
    "$document",
    "$base64",
    "$split",
    "$wrap",
    "$first",
    "$around",
    "$text",
    "$present",
    "$block",
    "$keyed",
    "$key",
    "$value",
    "$entry",
    "$makes",
];
const MORE: [&str; 9] = ["$owner", "$field", "$scope", "$tree", "$join", "$pick", "$where", "$percent", "$behind"];

/// Reads one type's table; `section` is searched for what `$like` names.
pub(crate) fn read(name: Str, node: &Yaml, section: &Yaml) -> Result<TerraformTable, YamlError> {
    let node = &inherit(node, section, 0)?;
    let list = node.get("$list").map(Yaml::text).transpose()?.map(path);
    let argument =
        |key: &str| -> Result<Option<Str>, YamlError> { Ok(node.get(key).map(Yaml::text).transpose()?.map(Str::new)) };
    let mode = if let (Some(target), Some(by)) = (argument("$into")?, argument("$by")?) {
        let lists = node.get("$lists").ok_or_else(|| node.error("$by needs $lists"))?;
        let lists =
            lists.mapping()?.iter().map(|(key, to)| Ok((Str::new(key), path(to.text()?)))).collect::<Result<_, _>>()?;
        Mode::Choice { argument: target, by, lists }
    } else if let Some(target) = argument("$into")? {
        Mode::Into { argument: target, list }
    } else if let Some(target) = argument("$each")? {
        Mode::Each { argument: target, list }
    } else if let Some(place) = argument("$place")? {
        Mode::Place { name: place, list }
    } else {
        Mode::Creates
    };
    let parent = argument("$parent")?;
    let (scope, fixed_name) = (argument("$scope")?, argument("$name")?);
    Ok(TerraformTable { name, mode, body: block(node)?, parent, scope, fixed_name })
}

/// Resolves `$like: OTHER`: the other's entries, over which those beside it are laid by key.
fn inherit(node: &Yaml, section: &Yaml, depth: usize) -> Result<Yaml, YamlError> {
    let Some(like) = node.get("$like") else { return Ok(node.clone()) };
    if depth > 8 {
        return Err(like.error("$like goes round in a circle"));
    }
    let name = like.text()?;
    let base = section.get(name).ok_or_else(|| like.error(format!("{name:?} is not in this section")))?;
    let base = inherit(base, section, depth + 1)?;
    Ok(overlay(&base, node))
}

fn overlay(base: &Yaml, over: &Yaml) -> Yaml {
    let (YamlValue::Mapping(below), YamlValue::Mapping(above)) = (&base.value, &over.value) else {
        return over.clone();
    };
    let mut merged = below.clone();
    for (key, node) in above.iter().filter(|(key, _)| key != "$like") {
        match merged.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = overlay(known, node),
            None => merged.push((key.clone(), node.clone())),
        }
    }
    Yaml { value: YamlValue::Mapping(merged), line: over.line }
}

/// A dotted path; `.` or nothing is the structure itself.
pub(crate) fn path(text: &str) -> Path {
    text.split('.').filter(|step| !step.is_empty()).map(Str::new).collect()
}

pub(crate) fn block(node: &Yaml) -> Result<Block, YamlError> {
    let mut block = Block::default();
    for (key, spec) in node.mapping()? {
        match key.as_str() {
            "$set" => block.set = constants(spec)?,
            "$absent" => block.absent = constants(spec)?,
            "$compose" => {
                for (to, text) in spec.mapping()? {
                    block.compose.push((path(to), pieces(text.text()?)));
                }
            }
            "$ignore" => {
                block.ignored =
                    spec.sequence()?.iter().map(|name| name.text().map(Str::new)).collect::<Result<_, _>>()?;
            }
            "$same" => {
                for name in spec.sequence()? {
                    let name = Str::new(name.text()?);
                    let lens = Lens::Move { to: Box::new([name]), steps: Vec::new() };
                    block.arguments.push(ArgumentLens { argument: name, lenses: vec![lens] });
                }
            }
            "$spread" => {
                for (argument, field) in spec.mapping()? {
                    block.spread.push(spread(argument, field)?);
                }
            }
            operator if operator.starts_with('$') => {
                if !OPERATORS.contains(&operator) && !MORE.contains(&operator) {
                    return Err(spec.error(format!(
                        "{operator} is not an operator; known: {} {}",
                        OPERATORS.join(" "),
                        MORE.join(" ")
                    )));
                }
            }
            argument => {
                let lenses = match &spec.value {
                    YamlValue::Sequence(items) => items.iter().map(lens).collect::<Result<_, _>>()?,
                    _ => vec![lens(spec)?],
                };
                block.arguments.push(ArgumentLens { argument: Str::new(argument), lenses });
            }
        }
    }
    Ok(block)
}

fn spread(argument: &str, field: &Yaml) -> Result<Spread, YamlError> {
    let argument = Str::new(argument);
    if let Some(text) = field.scalar() {
        return Ok(Spread { argument, field: path(text), body: None, when_true: false, this: false });
    }
    match field.get("$to") {
        Some(to) => {
            let flag = |name| field.get(name).is_some();
            Ok(Spread { argument, field: path(to.text()?), body: None, when_true: flag("$self"), this: flag("$this") })
        }
        None => {
            Ok(Spread { argument, field: Path::default(), body: Some(block(field)?), when_true: false, this: false })
        }
    }
}

pub(crate) fn constants(spec: &Yaml) -> Result<Vec<(Path, Value)>, YamlError> {
    Ok(spec.mapping()?.iter().map(|(to, value)| (path(to), value.constant())).collect())
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            pieces.push(Piece::Literal(Str::new(before)));
        }
        let (argument, tail) = after.split_once('}').unwrap_or((after, ""));
        pieces.push(Piece::Argument(Str::new(argument)));
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(Str::new(rest)));
    }
    pieces
}

fn lens(spec: &Yaml) -> Result<Lens, YamlError> {
    if let Some(text) = spec.scalar() {
        return Ok(Lens::Move { to: path(text), steps: Vec::new() });
    }
    let to = |key: &str| spec.get(key).map(Yaml::text).transpose();
    if let Some(kind) = to("$makes")? {
        return makes(spec, kind);
    }
    if let Some(list) = to("$list")? {
        return Ok(Lens::Block { to: path(list), many: true, body: block(spec)? });
    }
    if let Some(target) = to("$block")? {
        return Ok(Lens::Block { to: path(target), many: false, body: block(spec)? });
    }
    if let Some(list) = to("$keyed")? {
        let key = Str::new(to("$key")?.unwrap_or("Key"));
        return Ok(Lens::Keyed { to: path(list), key, value: Str::new(to("$value")?.unwrap_or("Value")) });
    }
    if let Some(entry) = spec.get("$entry") {
        let [list, name] = entry.sequence()? else { return Err(entry.error("expected [list, key of the entry]")) };
        return Ok(Lens::Entry {
            to: path(list.text()?),
            key: Str::new(to("$key")?.unwrap_or("Key")),
            value: Str::new(to("$value")?.unwrap_or("Value")),
            entry: Str::new(name.text()?),
            steps: steps(spec)?,
        });
    }
    if let Some(target) = to("$to")? {
        return Ok(Lens::Move { to: path(target), steps: steps(spec)? });
    }
    Ok(Lens::Block { to: Path::default(), many: false, body: block(spec)? })
}

fn makes(spec: &Yaml, kind: &str) -> Result<Lens, YamlError> {
    let text = |key: &str| spec.get(key).map(Yaml::text).transpose();
    let value = match spec.get("$value") {
        Some(value) => match lens(value)? {
            Lens::Move { to, steps } => Some((to, steps)),
            _ => return Err(value.error("expected a path, or $to with steps")),
        },
        None => None,
    };
    Ok(Lens::Makes(Box::new(Makes {
        kind: Str::new(kind),
        name: text("$name")?.map(Str::new),
        owner: text("$owner")?.map(path),
        body: block(spec)?,
        value,
    })))
}

fn steps(spec: &Yaml) -> Result<Vec<Step>, YamlError> {
    let mut steps = Vec::new();
    for (key, node) in spec.mapping()? {
        steps.push(match key.as_str() {
            "$values" => Step::Values(
                node.mapping()?.iter().map(|(from, to)| (redan_model::yaml::plain(from), to.constant())).collect(),
            ),
            "$negate" => Step::Negate,
            "$document" => Step::Document,
            "$tree" => Step::Tree,
            "$base64" => Step::Base64,
            "$split" => Step::Split(Str::new(node.text()?)),
            "$join" => Step::Join(Str::new(node.text()?)),
            "$wrap" => Step::Wrap,
            "$first" => Step::First,
            "$text" => Step::Text,
            "$present" => Step::Present,
            "$field" => Step::Each(Str::new(node.text()?)),
            "$pick" => Step::Pick(Str::new(node.text()?)),
            "$percent" => Step::Percent,
            "$behind" => Step::Behind(Str::new(node.text()?)),
            "$where" => match node.mapping()? {
                [(field, value)] => Step::Where(Str::new(field), value.constant()),
                _ => return Err(node.error("expected one field and its value")),
            },
            "$around" => {
                let (before, after) =
                    node.text()?.split_once("{}").ok_or_else(|| node.error("expected text with {}"))?;
                Step::Around(Str::new(before), Str::new(after))
            }
            "$to" | "$entry" | "$key" | "$value" => continue,
            other => return Err(node.error(format!("{other:?} is not a step"))),
        });
    }
    Ok(steps)
}
