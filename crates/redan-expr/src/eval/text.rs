//! Tests of texts that may have holes: they answer where the known parts decide.

use super::reading::Held;
use super::{Evaluator, Truth};
use redan_model::{Part, Ref, Shown, Target, Template, Value};
use regex::Regex;

/// A test of a text.
#[derive(Clone, Copy)]
pub(super) enum Test<'t> {
    Equals(&'t str, bool),
    StartsWith(&'t str),
    EndsWith(&'t str),
    Contains(&'t str),
    Matches(&'t Regex),
}

impl Test<'_> {
    fn on(self, text: &str) -> bool {
        match self {
            Self::Equals(other, false) => text == other,
            Self::Equals(other, true) => text.eq_ignore_ascii_case(other),
            Self::StartsWith(prefix) => text.starts_with(prefix),
            Self::EndsWith(suffix) => text.ends_with(suffix),
            Self::Contains(part) => text.contains(part),
            Self::Matches(regex) => regex.is_match(text),
        }
    }
}

pub(super) fn shown(value: &Value) -> String {
    Shown(value).to_string()
}

impl Evaluator<'_> {
    /// Whether a value passes a test; null passes none.
    pub(super) fn text_test(&self, held: &Held<'_>, test: Test<'_>) -> Truth {
        match held {
            Held::Resource(id) => self.identity(*id, test),
            held => self.value_test(held.value(), test),
        }
    }

    pub(super) fn value_test(&self, value: &Value, test: Test<'_>) -> Truth {
        match value {
            Value::Text(text) => test.on(text).into(),
            Value::Template(template) => self.template(template, test),
            Value::Ref(reference) => self.reference(reference, test),
            Value::Unknown(_) => Truth::Unknown,
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::List(_) | Value::Map(_) => {
                Truth::False
            }
        }
    }

    /// A reference is its text, which equals any identity of its target.
    fn reference(&self, reference: &Ref, test: Test<'_>) -> Truth {
        let own = reference.text.as_ref().map(|text| self.value_test(text, test));
        if own == Some(Truth::True) {
            return Truth::True;
        }
        if let Target::Resource(id) = reference.target {
            if self.identity(id, test) == Truth::True {
                return Truth::True;
            }
            let made_here = self.context.estate.get(id).is_some_and(|resource| !resource.partial);
            if own.is_none_or(|own| own == Truth::Unknown) && made_here && matches!(test, Test::Equals(..)) {
                return Truth::False;
            }
        }
        own.unwrap_or(Truth::Unknown)
    }

    fn identity(&self, id: redan_model::ResourceId, test: Test<'_>) -> Truth {
        let Some(resource) = self.context.estate.get(id) else { return Truth::Unknown };
        if !matches!(test, Test::Equals(..) | Test::StartsWith(_)) {
            return Truth::Unknown;
        }
        let named = |text: &&redan_model::Str| resource.live || **text != resource.address;
        resource.identities.iter().filter(named).any(|text| test.on(text)).into()
    }

    fn template(&self, template: &Template, test: Test<'_>) -> Truth {
        let parts = known_parts(template);
        if parts.iter().all(Option::is_some) {
            return test.on(&parts.iter().flatten().copied().collect::<String>()).into();
        }
        let decided = match test {
            Test::Equals(text, fold) => self.could_equal(&parts, text, fold),
            Test::StartsWith(prefix) => prefix_test(parts.first().copied().flatten(), prefix, |a, b| a.starts_with(b)),
            Test::EndsWith(suffix) => prefix_test(parts.last().copied().flatten(), suffix, |a, b| a.ends_with(b)),
            Test::Contains(part) => {
                if parts.iter().flatten().any(|known| known.contains(part)) {
                    Some(true)
                } else {
                    None
                }
            }
            Test::Matches(_) => None,
        };
        decided.map_or(Truth::Unknown, Truth::from)
    }

    /// `Some(false)` if no filling of the holes gives the text; a text with holes is never surely equal.
    fn could_equal(&self, parts: &[Option<&str>], text: &str, fold: bool) -> Option<bool> {
        if fold {
            let lower: Vec<Option<String>> = parts.iter().map(|part| part.map(str::to_ascii_lowercase)).collect();
            let parts: Vec<Option<&str>> = lower.iter().map(Option::as_deref).collect();
            return self.could_equal(&parts, &text.to_ascii_lowercase(), false);
        }
        let mut rest = text;
        if let Some(Some(first)) = parts.first() {
            let Some(tail) = rest.strip_prefix(first) else { return Some(false) };
            rest = tail;
        }
        let last = parts.len().saturating_sub(1);
        if let (Some(Some(end)), true) = (parts.last(), last > 0) {
            let Some(head) = rest.strip_suffix(end) else { return Some(false) };
            rest = head;
        }
        for middle in parts.iter().take(last).skip(1).flatten() {
            let Some(at) = rest.find(middle) else { return Some(false) };
            rest = rest.get(at + middle.len()..).unwrap_or_default();
        }
        None
    }
}

/// The parts of a template; `None` for a hole.
pub(super) fn known_parts(template: &Template) -> Vec<Option<&'static str>> {
    let known = |part: &Part| match part {
        Part::Literal(text) => Some(text.as_str()),
        Part::Hole(node) => node.value.as_text().map(redan_model::Str::as_str),
    };
    template.parts.iter().map(known).collect()
}

fn prefix_test(known: Option<&str>, wanted: &str, fits: fn(&str, &str) -> bool) -> Option<bool> {
    let known = known?;
    if fits(known, wanted) {
        return Some(true);
    }
    if fits(wanted, known) { None } else { Some(false) }
}
