//! Ids of other tools, and what a page claims about them (`pages.md` 7).

use redan_model::yaml::{Yaml, YamlError, YamlValue};
use redan_model::{Str, Value};

/// An id of another tool that asks the same, or nearly.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// The id, as the other tool writes it.
    pub id: Str,
    /// The page is run with these parameters.
    pub with: Vec<(Str, Value)>,
    /// The other tool agrees when this leaf is, or is not, among the failing evidence.
    pub part: Option<Str>,
    /// Near, but not the same question: never scored.
    pub related: bool,
}

impl Alias {
    pub(crate) fn read(yaml: &Yaml) -> Result<Self, YamlError> {
        let mut alias = Self { id: Str::default(), with: Vec::new(), part: None, related: false };
        if let YamlValue::Scalar { text, .. } = &yaml.value {
            alias.id = Str::new(text);
            return Ok(alias);
        }
        for (key, value) in yaml.mapping()? {
            match key.as_str() {
                "id" => alias.id = Str::new(value.text()?),
                "part" => alias.part = Some(Str::new(value.text()?)),
                "related" => alias.related = value.constant() == Value::Bool(true),
                "with" => {
                    alias.with = value.mapping()?.iter().map(|(name, v)| (Str::new(name), v.constant())).collect();
                }
                _ => return Err(value.error(format!("an alias has no `{key}`"))),
            }
        }
        if alias.id.is_empty() { Err(yaml.error("the alias has no `id`")) } else { Ok(alias) }
    }
}
