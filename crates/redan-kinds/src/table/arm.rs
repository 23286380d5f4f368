//! The `arm:` section of a kind file: children of ARM that are settings of the resource itself.
//!
//! `Microsoft.Web/sites/config: {web: properties.siteConfig}` says where the attributes of the child of that name go; a
//! map of settings becomes a list of pairs with `{$keyed: PATH, $key: name, $value: value}`.

use super::lens::Path;
use super::terraform::path;
use redan_model::Str;
use redan_model::yaml::{Yaml, YamlError};

/// Where the attributes of a child go.
#[derive(Clone, Debug)]
pub(crate) struct ArmFold {
    /// The last segment of the child's type.
    pub(crate) child: Str,
    /// The child's name.
    pub(crate) name: Str,
    /// Where its properties go.
    pub(crate) to: Path,
    /// The names of key and value, where they become a list of pairs.
    pub(crate) keyed: Option<(Str, Str)>,
}

/// Reads the section.
pub(crate) fn read(section: &Yaml) -> Result<Vec<ArmFold>, YamlError> {
    let mut folds = Vec::new();
    for (ty, names) in section.mapping()? {
        let child = Str::new(ty.rsplit('/').next().unwrap_or_default());
        for (name, spec) in names.mapping()? {
            let text = |key: &str| spec.get(key).map(Yaml::text).transpose();
            let (to, keyed) = match spec.scalar() {
                Some(to) => (to, None),
                None => {
                    let to = text("$keyed")?.ok_or_else(|| spec.error("a path, or $keyed with $key and $value"))?;
                    let pair = text("$key")?.zip(text("$value")?).map(|(key, value)| (Str::new(key), Str::new(value)));
                    (to, pair)
                }
            };
            folds.push(ArmFold { child, name: Str::new(name), to: path(to), keyed });
        }
    }
    Ok(folds)
}
