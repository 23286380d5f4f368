//! A framework's file.

use crate::framework::{Control, Framework};
use redan_model::yaml::{Yaml, YamlError, parse};
use redan_model::{Severity, Str, Value};
use redan_pages::Side;
use std::fmt;

/// What is wrong with a framework's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameworkError {
    /// The framework's name.
    pub framework: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong: a lowercase fragment.
    pub message: String,
}

impl fmt::Display for FrameworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "frameworks/{}.yaml:{}: {}", self.framework, self.line, self.message)
    }
}

impl std::error::Error for FrameworkError {}

const FIELDS: [&str; 7] = ["title", "version", "cloud", "source", "by", "sections", "controls"];

pub(super) fn framework(id: &str, text: &str) -> Result<Framework, FrameworkError> {
    let read = || {
        let yaml = parse(text)?.ok_or_else(|| YamlError::new(1, "the file is empty"))?;
        fields(id, &yaml)
    };
    read().map_err(|error| FrameworkError { framework: id.to_owned(), line: error.line, message: error.message })
}

fn fields(id: &str, yaml: &Yaml) -> Result<Framework, YamlError> {
    let fields = yaml.mapping()?;
    if let Some((name, value)) = fields.iter().find(|(name, _)| !FIELDS.contains(&name.as_str())) {
        return Err(value.error(format!("a framework has no `{name}`; it has {}", FIELDS.join(", "))));
    }
    let get = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let need = |name: &str| get(name).ok_or_else(|| YamlError::new(1, format!("the framework has no `{name}`")));
    let text = |name: &str| need(name)?.text().map(str::to_owned);
    let section = |(id, name): &(String, Yaml)| Ok((id.clone(), name.text()?.to_owned()));
    let sections = get("sections").map_or(Ok(Vec::new()), |all| all.mapping()?.iter().map(section).collect())?;
    let controls: Vec<Control> = need("controls")?.sequence()?.iter().map(control).collect::<Result<_, YamlError>>()?;
    for (at, one) in controls.iter().enumerate() {
        if controls.iter().take(at).any(|other| other.id == one.id) {
            return Err(need("controls")?.error(format!("the control `{}` stands twice", one.id)));
        }
    }
    Ok(Framework {
        id: id.to_owned(),
        title: text("title")?,
        version: text("version")?,
        cloud: get("cloud").map_or(Ok(String::new()), |cloud| cloud.text().map(str::to_owned))?,
        source: text("source")?,
        by_mission: match get("by") {
            None => false,
            Some(by) if by.text()? == "mission" => true,
            Some(by) => return Err(by.error("`by` can only be mission")),
        },
        sections,
        controls,
    })
}

fn control(yaml: &Yaml) -> Result<Control, YamlError> {
    let mut control = Control {
        id: String::new(),
        title: String::new(),
        level: None,
        severity: None,
        manual: false,
        side: None,
        provider: false,
        pages: Vec::new(),
        kinds: Vec::new(),
        names: Vec::new(),
        wider: None,
        lacks: None,
    };
    for (key, value) in yaml.mapping()? {
        match key.as_str() {
            "id" => control.id = value.text()?.to_owned(),
            "title" => control.title = value.text()?.to_owned(),
            "level" => match value.constant() {
                Value::Int(level) => control.level = u8::try_from(level).ok(),
                _ => return Err(value.error("a level is a number")),
            },
            "severity" => {
                let text = value.text()?;
                let severity = Severity::parse(text).ok_or_else(|| value.error(format!("no severity `{text}`")))?;
                control.severity = Some(severity);
            }
            "lacks" => control.lacks = Some(value.text()?.to_owned()),
            "manual" => control.manual = value.constant() == Value::Bool(true),
            "side" => match value.text()? {
                "customer" => control.side = Some(Side::Customer),
                "shared" => control.side = Some(Side::Shared),
                "provider" => control.provider = true,
                other => return Err(value.error(format!("no side `{other}`; write customer, shared or provider"))),
            },
            "pages" => control.pages = texts(value)?,
            "kinds" => control.kinds = texts(value)?,
            "names" => control.names = texts(value)?,
            "wider" => control.wider = Some(value.text()?.to_owned()),
            _ => return Err(value.error(format!("a control has no `{key}`"))),
        }
    }
    if control.lacks.is_some() && control.pages.is_empty() {
        return Err(yaml.error("`lacks` says what the pages leave out, and the control has none"));
    }
    if control.id.is_empty() || control.title.is_empty() {
        return Err(yaml.error("a control has an `id` and a `title`"));
    }
    Ok(control)
}

fn texts(yaml: &Yaml) -> Result<Vec<Str>, YamlError> {
    yaml.sequence()?.iter().map(|item| item.text().map(Str::new)).collect()
}

#[cfg(test)]
mod tests {
    use crate::Framework;

    #[test]
    fn all_that_redan_brings_are_read() {
        for name in Framework::names() {
            let framework = Framework::builtin(name).unwrap().unwrap_or_else(|error| panic!("{error}"));
            assert!(!framework.controls.is_empty(), "{name}");
            assert!(framework.source.starts_with("https://"), "{name}");
            for control in &framework.controls {
                assert!(framework.section(&control.id).is_some(), "{name} {} has no section", control.id);
            }
            let coverage = framework.coverage();
            let sum = coverage.verified + coverage.partly + coverage.manual + coverage.open + coverage.provider;
            assert_eq!(sum, coverage.controls, "{name}");
        }
        assert!(Framework::builtin("no-such").is_none());
    }

    #[test]
    fn sections_are_found_by_number() {
        let framework = Framework::builtin("cis-aws-6.0").unwrap().unwrap();
        assert_eq!(framework.section("3.1.4").map(|(id, _)| id.as_str()), Some("3.1"));
        assert_eq!(framework.section("4.1").map(|(id, _)| id.as_str()), Some("4"));
        let fsbp = Framework::builtin("aws-fsbp").unwrap().unwrap();
        assert_eq!(fsbp.section("S3.1").map(|(id, _)| id.as_str()), Some("S3"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let head = "title: T\nversion: 1\nsource: https://x\n";
        for (text, expected) in [
            ("", "1: the file is empty"),
            ("title: T\n", "1: the framework has no `controls`"),
            (&format!("{head}extra: 1\ncontrols: []\n"), "4: a framework has no `extra`"),
            (&format!("{head}controls:\n  - {{id: a}}\n"), "5: a control has an `id` and a `title`"),
            (&format!("{head}controls:\n  - {{id: a, title: t, page: [x]}}\n"), "5: a control has no `page`"),
            (&format!("{head}controls:\n  - {{id: a, title: t}}\n  - {{id: a, title: u}}\n"), "stands twice"),
            (&format!("{head}controls:\n  - {{id: a, title: t, lacks: x}}\n"), "5: `lacks` says what"),
            (&format!("{head}controls:\n  - {{id: a, title: t, severity: bad}}\n"), "5: no severity `bad`"),
        ] {
            let error = Framework::parse("x", text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
