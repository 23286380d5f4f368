//! The `arm:` section of a kind file: what ARM writes elsewhere than the kind has it.
//!
//! Under a child's type, by the child's name: `Microsoft.Web/sites/config: {web: properties.siteConfig}` says where its
//! properties go, `{enabled: properties.siteAuthEnabled}` where single ones go; `{$keyed: PATH, $key: name, $value: value}`
//! makes a list of pairs of a map of settings. Under the kind's own type, by a path: `properties.customProperties: {KEY: PATH}`
//! says where the entries of a map go. `before 2019-04-01: {PATH: value}` says what holds in older API versions where
//! nothing is written.

use super::lens::Path;
use super::terraform::path;

use redan_model::yaml::{Yaml, YamlError};
use redan_model::{Str, Value};

/// What the section says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arm {
    /// Children that are settings of the resource.
    pub(crate) folds: Vec<ArmFold>,
    /// Entries of a map of the resource, by path and key, and where they go.
    pub(crate) moves: Vec<(Path, Str, Path)>,
    /// Defaults of API versions before a date: the date, the path and the value.
    pub(crate) before: Vec<(Str, Path, Value)>,
}

/// Where the properties of a child go.
#[derive(Clone, Debug)]
pub(crate) struct ArmFold {
    /// The last segment of the child's type.
    pub(crate) child: Str,
    /// The child's name.
    pub(crate) name: Str,
    /// Where they go.
    pub(crate) to: ArmTarget,
}

/// Where properties go.
#[derive(Clone, Debug)]
pub(crate) enum ArmTarget {
    /// All of them, below a path.
    Whole(Path),
    /// All of them, as a list of pairs of these names.
    Pairs(Path, Str, Str),
    /// Single ones.
    Single(Vec<(Path, Path)>),
}

/// Reads the section of a kind.
pub(crate) fn read(section: &Yaml, kind: &str) -> Result<Arm, YamlError> {
    let mut arm = Arm::default();
    for (ty, names) in section.mapping()? {
        if let Some(date) = ty.strip_prefix("before ") {
            let defaults = super::terraform::constants(names)?;
            arm.before.extend(defaults.into_iter().map(|(to, value)| (Str::new(date), to, value)));
            continue;
        }
        for (name, spec) in names.mapping()? {
            if ty == kind {
                for (key, to) in spec.mapping()? {
                    arm.moves.push((path(name), Str::new(key), path(to.text()?)));
                }
                continue;
            }
            let child = Str::new(ty.rsplit('/').next().unwrap_or_default());
            arm.folds.push(ArmFold { child, name: Str::new(name), to: target(spec)? });
        }
    }
    Ok(arm)
}

fn target(spec: &Yaml) -> Result<ArmTarget, YamlError> {
    if let Some(to) = spec.scalar() {
        return Ok(ArmTarget::Whole(path(to)));
    }
    let text = |key: &str| spec.get(key).map(Yaml::text).transpose();
    match (text("$keyed")?, text("$key")?, text("$value")?) {
        (Some(to), Some(key), Some(value)) => Ok(ArmTarget::Pairs(path(to), Str::new(key), Str::new(value))),
        (None, None, None) => {
            let single = spec.mapping()?.iter().map(|(from, to)| Ok((path(from), path(to.text()?))));
            single.collect::<Result<_, _>>().map(ArmTarget::Single)
        }
        _ => Err(spec.error("$keyed, $key and $value belong together")),
    }
}
