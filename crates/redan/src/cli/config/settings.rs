//! What each setting means. `docs/json-schema/settings.schema.json` says the same to editors; a test compares them.

use crate::cli::config::Config;
use crate::cli::config::read::{Entry, Fault, Placed, Read, entries, severities, tables, text, texts, unknown};
use crate::cli::config::value::{assumptions, parameters};
use redan::Override;
use redan_posture::{Allow, Day};
use std::ops::Range;
use std::path::Path;
use toml::de::{DeTable, DeValue};

const KEYS: [&str; 10] =
    ["pages", "only", "skip", "exclude", "fail-on", "severity", "parameters", "override", "allow", "assume"];
const ALLOW: [&str; 5] = ["page", "path", "address", "reason", "until"];
const OVERRIDE: [&str; 3] = ["path", "severity", "parameters"];

/// The settings of a text; paths in it are relative to `folder`.
pub(super) fn config(text: &str, folder: &Path) -> Read<Config> {
    let table = DeTable::parse(text).map_err(|error| Fault::new(error.span().unwrap_or_default(), error.message()))?;
    let mut config = Config::default();
    for (key, place, value) in entries(table.get_ref()) {
        match key {
            "pages" => config.pages = texts(key, value)?.iter().map(|path| folder.join(path)).collect(),
            "only" => config.only = texts(key, value)?,
            "skip" => config.skip = texts(key, value)?,
            "exclude" => config.exclude = texts(key, value)?,
            "fail-on" => config.fail_on = texts(key, value)?,
            "severity" => config.severities = severities(key, value)?,
            "parameters" => config.parameters = parameters(key, value)?,
            "assume" => assumptions(&mut config.assume, "", value, 0)?,
            "allow" => {
                let line = |place: &Range<usize>| text.get(..place.start).unwrap_or_default().matches('\n').count() + 1;
                for (place, one) in tables(key, value)? {
                    config.allow.push(allow(&one, &place, line(&place))?);
                }
            }
            "override" => {
                for (place, one) in tables(key, value)? {
                    config.overrides.push(overriding(&one, &place)?);
                }
            }
            _ => return Err(unknown(key, place, &KEYS)),
        }
    }
    Ok(config)
}

fn allow(fields: &[Entry<'_, '_>], place: &Range<usize>, line: usize) -> Read<Allow> {
    let mut allow = Allow { line, ..Allow::default() };
    for (key, at, value) in fields {
        match *key {
            "page" => allow.pages = texts(key, value)?,
            "path" => allow.path = Some(text(key, value)?),
            "address" => allow.address = Some(text(key, value)?),
            "reason" => allow.reason = Some(text(key, value)?).filter(|reason| !reason.trim().is_empty()),
            "until" => allow.until = Some(day(value)?),
            _ => return Err(unknown(key, at.clone(), &ALLOW)),
        }
    }
    if allow.pages.is_empty() {
        return Err(
            Fault::new(place.clone(), "`allow` names no page").help("write page = \"network/admin-ports-open\"")
        );
    }
    Ok(allow)
}

/// A day: a date of TOML, or a text.
fn day(value: &Placed<'_>) -> Read<Day> {
    let written = match value.get_ref() {
        DeValue::Datetime(datetime) => datetime.to_string(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    Day::parse(&written)
        .ok_or_else(|| Fault::new(value.span(), "`until` must be a day").help("write until = 2026-12-31"))
}

fn overriding(fields: &[Entry<'_, '_>], place: &Range<usize>) -> Read<Override> {
    let mut one = Override::default();
    for (key, at, value) in fields {
        match *key {
            "path" => one.path = text(key, value)?,
            "severity" => one.severities = severities(key, value)?,
            "parameters" => one.parameters = parameters(key, value)?,
            _ => return Err(unknown(key, at.clone(), &OVERRIDE)),
        }
    }
    if one.path.is_empty() {
        return Err(Fault::new(place.clone(), "`override` has no path").help("write path = \"infra/dev/**\""));
    }
    Ok(one)
}

#[cfg(test)]
mod tests {
    use super::{ALLOW, KEYS, OVERRIDE, config};
    use serde_json::Value;
    use std::path::Path;

    fn schema() -> Value {
        serde_json::from_str(include_str!("../../../../../docs/json-schema/settings.schema.json")).unwrap()
    }

    fn as_json(text: &str) -> Value {
        let table: toml::Table = text.parse().unwrap();
        json(&toml::Value::Table(table))
    }

    fn json(value: &toml::Value) -> Value {
        match value {
            toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
            toml::Value::Array(items) => items.iter().map(json).collect(),
            toml::Value::Datetime(date) => date.to_string().into(),
            toml::Value::String(text) => text.clone().into(),
            toml::Value::Integer(number) => (*number).into(),
            toml::Value::Float(number) => (*number).into(),
            toml::Value::Boolean(value) => (*value).into(),
        }
    }

    #[test]
    fn the_published_schema_names_the_same_settings() {
        let schema = schema();
        let names = |path: &str| {
            let mut names: Vec<String> = schema.pointer(path).unwrap().as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        let sorted = |known: &[&str]| {
            let mut names: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(names("/properties"), sorted(&KEYS));
        assert_eq!(names("/$defs/allow/properties"), sorted(&ALLOW));
        assert_eq!(names("/$defs/override/properties"), sorted(&OVERRIDE));
    }

    #[test]
    fn the_published_schema_agrees_with_the_reader() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let pages = "\"network/admin-ports-open\"";
        for (text, good) in [
            ("", true),
            ("only = \"network\"\nskip = [\"a\"]\nfail-on = [\"high\", \"unknown\"]", true),
            ("[severity]\n\"a/b\" = \"low\"", true),
            ("[severity]\n\"a/b\" = \"grave\"", false),
            ("[parameters.\"a/b\"]\nports = [22]", true),
            ("[assume.account]\nX.Y = true", true),
            (&format!("[[allow]]\npage = {pages}\nreason = \"r\"\nuntil = 2026-12-31"), true),
            (&format!("[[allow]]\npage = [{pages}]\nuntil = \"2026-12-31\"\npath = \"a/**\"\naddress = \"*\""), true),
            ("[[allow]]\nreason = \"r\"", false),
            (&format!("[[allow]]\npage = {pages}\nuntil = \"soon\""), false),
            (&format!("[[allow]]\npage = {pages}\nuntill = 2026-12-31"), false),
            ("[allow]\npage = \"x\"", false),
            ("[[override]]\npath = \"a/**\"\nseverity = {\"a/b\" = \"low\"}\nparameters.\"a/b\".x = 1", true),
            ("[[override]]\nseverity = {\"a/b\" = \"low\"}", false),
            ("only = [1]", false),
            ("severity = \"low\"", false),
            ("serverity = {}", false),
        ] {
            let read = config(text, Path::new("."));
            assert_eq!(read.is_ok(), good, "{text}: {:?}", read.err());
            assert_eq!(validator.is_valid(&as_json(text)), good, "the schema on: {text}");
        }
    }

    #[test]
    fn every_setting_is_in_what_init_writes() {
        let template = include_str!("../init.toml");
        for key in KEYS {
            let forms = [format!("\n# {key} = "), format!("\n# [{key}"), format!("\n# [[{key}]]")];
            assert!(forms.iter().any(|form| template.contains(form)), "`{key}` is missing in init.toml");
        }
    }
}
