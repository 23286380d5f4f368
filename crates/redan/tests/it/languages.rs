//! One rule, whatever the language: the same mistake, written in each language, is the same finding, and the leaf that its
//! fingerprint is made of is the same. A file below `tests/languages` is one mistake: `PAGE.CLOUD.md`.

use crate::common::Folder;
use redan_model::fingerprint;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The language of a block, and the name of the file it stands in.
const FILES: [(&str, &str); 4] =
    [("hcl", "main.tf"), ("yaml cloudformation", "main.yaml"), ("json arm", "main.json"), ("bicep", "main.bicep")];

/// A mistake in several languages.
struct Mistake {
    /// The page and its cloud.
    name: String,
    page: String,
    /// What the fingerprint is made of, beside the page and the resource.
    leaf: String,
    /// Language and text.
    texts: Vec<(&'static str, String)>,
}

impl Mistake {
    fn read(base: &Path, path: &Path) -> Self {
        let name = path.strip_prefix(base).unwrap().to_str().unwrap().trim_end_matches(".md").to_owned();
        let text = std::fs::read_to_string(path).unwrap();
        let leaf = text.lines().next().and_then(|line| line.strip_prefix("leaf: ")).unwrap_or_default().to_owned();
        let mut texts = Vec::new();
        let mut open: Option<(&str, String)> = None;
        for line in text.lines() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(language)) => {
                    let (language, _) = FILES.iter().find(|(known, _)| *known == language).expect(language);
                    open = Some((language, String::new()));
                }
                (Some(_), Some(_)) => texts.extend(open.take()),
                (Some((_, text)), None) => *text += &format!("{line}\n"),
                (None, None) => {}
            }
        }
        let page = name.rsplit_once('.').expect("PAGE.CLOUD.md").0.to_owned();
        Self { name, page, leaf, texts }
    }

    /// The folder of a text below that of the scan.
    fn folder(&self, language: &str) -> String {
        format!("{}/{}", self.name, language.replace(' ', "-"))
    }
}

fn mistakes() -> Vec<Mistake> {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages");
    let mut folders = vec![base.clone()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files.iter().map(|path| Mistake::read(&base, path)).collect()
}

/// What the fingerprint of a result should be, made of the leaf that the file states. `OTHER: ` stands for the address of
/// the resource that the leaf belongs to, where that is another than the one which is judged.
fn expected(mistake: &Mistake, result: &Value) -> String {
    let text = |key: &str| result["resource"][key].as_str().unwrap_or_default();
    let identity = if text("id").is_empty() { vec![text("root"), text("address")] } else { vec![text("id")] };
    let other = result["evidence"][0]["resource"].as_str().unwrap_or("none");
    let leaf = mistake.leaf.replacen("OTHER: ", &format!("{other}: "), 1);
    fingerprint(&mistake.page, &identity, &leaf).to_string()
}

#[test]
fn the_same_mistake_is_the_same_finding() {
    let mistakes = mistakes();
    let mut folder = Folder::new("languages");
    for mistake in &mistakes {
        for (language, text) in &mistake.texts {
            let (_, file) = FILES.iter().find(|(known, _)| known == language).unwrap();
            folder = folder.write(&format!("{}/{file}", mistake.folder(language)), text);
        }
    }
    let said = folder.run(&["scan", ".", "--format", "json"]);
    let report: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.err));
    let results = report["results"].as_array().unwrap();
    let mut wrong = Vec::new();
    for mistake in &mistakes {
        for (language, _) in &mistake.texts {
            let below = format!("{}/", mistake.folder(language));
            let found: Vec<&Value> = results
                .iter()
                .filter(|result| result["page"] == mistake.page.as_str() && result["verdict"] == "fail")
                .filter(|result| result["location"]["file"].as_str().is_some_and(|file| file.starts_with(&below)))
                .collect();
            match found.as_slice() {
                [one] if one["fingerprint"] == expected(mistake, one).as_str() => {}
                [one] => wrong.push(format!("{below} deciding leaf is not {}: {}", mistake.leaf, one["evidence"])),
                other => wrong.push(format!("{below} {} findings", other.len())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_are_enough_of_them() {
    let mistakes = mistakes();
    let with = |languages: &[&str]| {
        let has = |mistake: &&Mistake| languages.iter().all(|l| mistake.texts.iter().any(|(known, _)| known == l));
        mistakes.iter().filter(has).count()
    };
    assert!(with(&["hcl", "yaml cloudformation"]) >= 30);
    assert!(with(&["hcl", "json arm", "bicep"]) >= 25);
}
