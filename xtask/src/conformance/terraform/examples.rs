//! Trivy's examples: `ID_language_label_n` is the n-th entry of `language.label` in the YAML that the check's metadata
//! names (`custom.id`, `custom.examples`).

use saphyr_parser::{Event, Parser};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The examples of a checkout.
pub(crate) struct Examples {
    root: PathBuf,
    /// Check id → path of its examples.
    files: BTreeMap<String, String>,
}

impl Examples {
    /// Reads the metadata of all checks below a checkout.
    pub(crate) fn find(root: &Path) -> Self {
        let mut files = BTreeMap::new();
        let mut folders = vec![root.join("checks")];
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(&folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rego")
                    && let Some((id, examples)) = std::fs::read_to_string(&path).ok().as_deref().and_then(metadata)
                {
                    files.insert(id, examples);
                }
            }
        }
        Self { root: root.to_path_buf(), files }
    }

    /// The text of an example.
    pub(crate) fn text(&self, name: &str) -> Result<String, String> {
        let mut parts = name.rsplitn(4, '_');
        let parts = (parts.next(), parts.next(), parts.next(), parts.next());
        let (Some(number), Some(label), Some(language), Some(id)) = parts else {
            return Err(format!("`{name}` is not ID_language_label_n"));
        };
        let number: usize = number.parse().map_err(|_| format!("`{name}` does not end in a number"))?;
        let file = self.files.get(id).ok_or_else(|| format!("no check has the id {id}"))?;
        let path = self.root.join(file);
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let entries = entries(&text, language, label).map_err(|e| format!("{}: {e}", path.display()))?;
        entries.into_iter().nth(number).ok_or_else(|| format!("{}: no {language}.{label}[{number}]", path.display()))
    }
}

fn metadata(rego: &str) -> Option<(String, String)> {
    let value = |key: &str| {
        let comments = rego.lines().map_while(|line| line.strip_prefix('#'));
        let found = comments.filter_map(|line| line.trim().strip_prefix(key)).next()?;
        Some(found.trim().trim_matches('"').to_owned())
    };
    Some((value("id:")?, value("examples:")?))
}

/// The texts of the list `language.label`.
fn entries(yaml: &str, language: &str, label: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut path: Vec<Level> = Vec::new();
    for event in Parser::new_from_str(yaml) {
        let (event, _) = event.map_err(|e| e.to_string())?;
        match event {
            Event::MappingStart(..) => path.push(Level::Map(None)),
            Event::SequenceStart(..) => path.push(Level::List),
            Event::MappingEnd | Event::SequenceEnd => {
                path.pop();
                value_ended(&mut path);
            }
            Event::Scalar(text, ..) if at(&path, language, label) => found.push(text.into_owned()),
            Event::Scalar(text, ..) => match path.last_mut() {
                Some(Level::Map(key @ None)) => *key = Some(text.into_owned()),
                _ => value_ended(&mut path),
            },
            Event::Alias(..) => value_ended(&mut path),
            _ => {}
        }
    }
    Ok(found)
}

enum Level {
    /// A map, and the key whose value comes next.
    Map(Option<String>),
    List,
}

fn value_ended(path: &mut [Level]) {
    if let Some(Level::Map(key)) = path.last_mut() {
        *key = None;
    }
}

fn at(path: &[Level], language: &str, label: &str) -> bool {
    let is = |level: &Level, wanted: &str| matches!(level, Level::Map(Some(key)) if key == wanted);
    matches!(path, [outer, inner, Level::List] if is(outer, language) && is(inner, label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nth_entry() {
        let yaml = "terraform:\n  links:\n    - x\n  good:\n    - |-\n      a = 1\n      b = 2\n    - second\n  bad: [third]\n";
        assert_eq!(entries(yaml, "terraform", "good").unwrap(), ["a = 1\nb = 2", "second"]);
        assert_eq!(entries(yaml, "terraform", "bad").unwrap(), ["third"]);
        assert!(entries(yaml, "cloudformation", "bad").unwrap().is_empty());
    }

    #[test]
    fn the_metadata_of_a_check() {
        let rego = "# METADATA\n# custom:\n#   id: AWS-0001\n#   examples: \"checks/a.yaml\"\npackage x\n# id: no\n";
        assert_eq!(metadata(rego), Some(("AWS-0001".to_owned(), "checks/a.yaml".to_owned())));
    }
}
