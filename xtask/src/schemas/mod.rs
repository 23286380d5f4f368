//! Extracts of the vendors' published schemas: made by one command, read by the checks of kinds.
//!
//! Must not know what kinds do with them.

mod arm;
mod cloudformation;
mod fetch;
mod model;
mod refresh;
mod terraform;
mod text;

use crate::{out, run::root};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
pub(crate) use model::{Field, Shape, Type};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::PathBuf;
#[cfg(test)]
pub(crate) use text::read;
pub(crate) use text::shape;

/// The extracts, in the order in which a later one adds what an earlier one lacks.
const EXTRACTS: [&str; 6] = ["cloudformation", "arm", "aws", "azurerm-4", "azurerm-3", "azuread"];

/// All types of all extracts by name.
pub(crate) struct Schemas {
    types: BTreeMap<String, Type>,
}

impl Schemas {
    /// Reads the extracts that lie in the repository.
    pub(crate) fn load() -> Result<Self, String> {
        let mut types = BTreeMap::new();
        for name in EXTRACTS {
            for one in load(name)? {
                merge(&mut types, one);
            }
        }
        Ok(Self { types })
    }

    /// A type by its exact name.
    pub(crate) fn get(&self, name: &str) -> Option<&Type> {
        self.types.get(name)
    }

    /// A type by its name without regard to case: ARM's types are written either way.
    pub(crate) fn ignoring_case(&self, name: &str) -> Option<&Type> {
        self.get(name)
            .or_else(|| self.types.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, one)| one))
    }

    /// All names, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.types.keys().map(String::as_str)
    }
}

/// Two majors of one provider are read as one: an argument of either is an argument.
fn merge(types: &mut BTreeMap<String, Type>, one: Type) {
    let Some(known) = types.get_mut(&one.name) else {
        types.insert(one.name.clone(), one);
        return;
    };
    for (structure, fields) in one.structures {
        let present = known.structures.entry(structure).or_default();
        for field in fields {
            if !present.iter().any(|f| f.name == field.name) {
                present.push(Field { required: false, ..field });
            }
        }
    }
}

fn path(name: &str) -> PathBuf {
    root().join("schemas").join(format!("{name}.txt.gz"))
}

fn load(name: &str) -> Result<Vec<Type>, String> {
    let path = path(name);
    let packed =
        std::fs::read(&path).map_err(|e| format!("{}: {e}; `cargo xtask schemas refresh` makes it", path.display()))?;
    let mut text = String::new();
    GzDecoder::new(packed.as_slice()).read_to_string(&mut text).map_err(|e| format!("{}: {e}", path.display()))?;
    text::read(&text)
}

fn store(name: &str, types: &[Type]) -> Result<usize, String> {
    let path = path(name);
    let failed = |e: std::io::Error| format!("{}: {e}", path.display());
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(text::write(types).as_bytes()).map_err(failed)?;
    let packed = packer.finish().map_err(failed)?;
    std::fs::create_dir_all(root().join("schemas")).map_err(failed)?;
    std::fs::write(&path, &packed).map_err(failed)?;
    Ok(packed.len())
}

/// `cargo xtask schemas …`
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    match words {
        ["refresh", rest @ ..] => refresh::run(rest),
        ["show", name] => {
            let schemas = Schemas::load()?;
            let one = schemas.get(name).ok_or_else(|| unknown(&schemas, name))?;
            out::print(&text::listing(one));
            Ok(true)
        }
        _ => Err("usage: cargo xtask schemas refresh [--listings DIR] | show TYPE".to_owned()),
    }
}

/// The message for a type that no extract has, with the nearest name.
pub(crate) fn unknown(schemas: &Schemas, name: &str) -> String {
    let nearest = nearest(name, schemas.names());
    format!("no schema has `{name}`{}", nearest.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())
}

/// The candidate nearest to a misspelt name, if one is near.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = candidates.map(|candidate| {
        let near = strsim::jaro_winkler(&candidate.to_ascii_lowercase(), &name.to_ascii_lowercase());
        (near, candidate)
    });
    scored.filter(|(near, _)| *near > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}
