//! Answers as JSON and as lines of text.
//!
//! Must not know commands or terminals. Objects keep the order of their fields; lists keep the order of the answers.

use serde_json::{Value, json};

use crate::account::{Access, Escalation, Exposure, Grant, Permission, StatementOf, Step};
use crate::engine::describe;
use crate::lint::{Lint, Weight};
use crate::policy::{Policy, Span};
use crate::question::Answer;

/// What can be shown.
pub trait Render {
    /// As one JSON value.
    fn json(&self) -> Value;
    /// As lines for people, without a line end at the end.
    fn text(&self) -> String;
}

impl Render for &dyn Render {
    fn json(&self) -> Value {
        (**self).json()
    }

    fn text(&self) -> String {
        (**self).text()
    }
}

pub(crate) fn statements(list: &[StatementOf]) -> Value {
    list.iter().map(|own| json!({"policy": own.policy, "statement": own.index, "place": own.place})).collect()
}

pub(crate) fn lines(list: &[StatementOf], indent: &str) -> String {
    let place = |own: &StatementOf| own.place.as_ref().map_or_else(String::new, |place| format!(" ({place})"));
    list.iter().map(|own| format!("\n{indent}{} statement {}{}", own.policy, own.index, place(own))).collect()
}

impl Render for Grant {
    fn json(&self) -> Value {
        json!({"principal": self.identity, "address": self.address, "allowed": self.allowed, "reason": self.reason,
               "context": self.context, "statements": statements(&self.statements)})
    }

    fn text(&self) -> String {
        let word = match self.allowed {
            Some(true) => "allowed",
            Some(false) => "not allowed",
            None => "unknown",
        };
        let keys = self.context.iter().filter(|(key, _)| !key.starts_with("aws:principal") && *key != "aws:username");
        let with: Vec<String> = keys.map(|(key, values)| format!("{key} = {}", values.join(" and "))).collect();
        let with = if with.is_empty() { String::new() } else { format!(" with {}", with.join(", ")) };
        let why = self.reason.as_ref().map_or_else(String::new, |reason| format!(", since {reason}"));
        format!("{word}: {}{with}{why}{}", named(&self.identity, &self.address), lines(&self.statements, "  by "))
    }
}

impl Render for Permission {
    fn json(&self) -> Value {
        json!({"actions": self.actions, "count": self.count, "resources": self.resources, "not_resources": self.others,
               "conditional": self.conditional, "statements": statements(&self.statements)})
    }

    fn text(&self) -> String {
        let when = if self.conditional { ", under conditions" } else { "" };
        let on = match (self.resources.is_empty(), self.others) {
            (true, _) => "all resources".to_owned(),
            (false, false) => shortened(&self.resources, 6),
            (false, true) => format!("all resources but {}", shortened(&self.resources, 6)),
        };
        let by = lines(&self.statements, "  by ");
        format!("{} on {on}{when} ({} actions){by}", shortened(&self.actions, 24), self.count)
    }
}

fn shortened(list: &[String], most: usize) -> String {
    let shown = list.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    let left = list.len().saturating_sub(most);
    if left > 0 { format!("{shown} and {left} more") } else { shown }
}

impl Render for Step {
    fn json(&self) -> Value {
        json!({"from": self.from, "to": self.to, "actions": self.actions, "how": self.how, "assuming": self.assuming,
               "statements": statements(&self.statements)})
    }

    fn text(&self) -> String {
        let assuming = self.assuming.as_ref().map_or_else(String::new, |what| format!(" (if {what})"));
        format!(
            "{} → {}: {}{assuming}{}",
            self.from,
            self.to,
            self.actions.join(" + "),
            lines(&self.statements, "    by ")
        )
    }
}

impl Render for Escalation {
    fn json(&self) -> Value {
        let of = |steps: &[Step]| -> Value { steps.iter().map(Render::json).collect() };
        let assumed = self.chain.iter().any(|step| step.assuming.is_some());
        json!({"principal": self.identity, "administrator": self.administrator, "assumed": assumed, "chain": of(&self.chain),
               "cut": statements(&self.cut), "steps": of(&self.steps), "reaches": self.reaches})
    }

    fn text(&self) -> String {
        let head = match (self.administrator, self.chain.is_empty()) {
            (true, _) => "is administrator",
            (false, false) if self.chain.iter().any(|step| step.assuming.is_some()) => {
                "can become administrator if what is assumed holds"
            }
            (false, false) => "can become administrator",
            (false, true) => "can take others' place",
        };
        let shown = if self.chain.is_empty() { &self.steps } else { &self.chain };
        let shown = if self.administrator { &[][..] } else { shown.as_slice() };
        let steps: String = shown.iter().map(|step| format!("\n  {}", step.text())).collect();
        let cut = if self.administrator || self.cut.is_empty() {
            String::new()
        } else {
            format!("\n  ends without{}", lines(&self.cut, "    "))
        };
        format!("{} {head}; reaches {} identities{steps}{cut}", self.identity, self.reaches)
    }
}

impl Render for Access {
    fn json(&self) -> Value {
        json!({"who": self.who, "public": self.public, "answer": answer(&self.answer),
               "statements": statements(&self.statements)})
    }

    fn text(&self) -> String {
        let shown = match &self.answer {
            Answer::Yes(witness) => format!(": {}", describe(&witness.request)),
            Answer::No => String::new(),
            Answer::Unknown(reason) => format!(": unknown, {reason}"),
        };
        format!("{}{shown}{}", self.who, lines(&self.statements, "    by "))
    }
}

impl Render for Exposure {
    fn json(&self) -> Value {
        let access: Vec<Value> = self.access.iter().map(Render::json).collect();
        json!({"resource": self.resource, "address": self.address, "kind": self.kind, "public": self.public,
               "s3_public": self.s3_public, "reason": self.reason, "access": access})
    }

    fn text(&self) -> String {
        let public = match (self.public, &self.reason) {
            (Some(true), _) => "is public".to_owned(),
            (Some(false), _) => "can be used from outside of the account".to_owned(),
            (None, reason) => format!("may be public ({})", reason.as_deref().unwrap_or("not known")),
        };
        let s3 = match self.s3_public {
            Some(true) => "; S3 calls its policy public",
            _ => "",
        };
        let access: String = self.access.iter().map(|access| format!("\n  {}", access.text())).collect();
        format!("{} {public}{s3}{access}", named(&self.resource, &self.address))
    }
}

/// An ARN with the address in code, where there is one.
fn named(arn: &str, address: &Option<String>) -> String {
    match address {
        Some(address) => format!("{address} ({arn})"),
        None => arn.to_owned(),
    }
}

/// An answer of existence as JSON: `yes`, `no` or `unknown`, with the request that proves it.
fn answer(answer: &Answer) -> Value {
    match answer {
        Answer::Yes(witness) => {
            let request = &witness.request;
            json!({"answer": "yes", "request": {"principal": request.principal.id(), "action": request.action,
                   "resource": request.resource, "context": request.context}, "statements": witness.statements})
        }
        Answer::No => json!({"answer": "no"}),
        Answer::Unknown(reason) => json!({"answer": "unknown", "reason": reason}),
    }
}

/// An answer about a policy, with the lines of its statements.
#[derive(Clone, Copy, Debug)]
pub struct AnswerOn<'a> {
    /// The answer.
    pub answer: &'a Answer,
    /// The policy that it is about.
    pub policy: &'a Policy,
    /// The policy's text, for the numbers of lines.
    pub source: &'a str,
}

impl Render for AnswerOn<'_> {
    fn json(&self) -> Value {
        let mut value = answer(self.answer);
        if let (Answer::Yes(witness), Some(map)) = (self.answer, value.as_object_mut()) {
            let spans = witness.statements.iter().filter_map(|index| self.policy.statements.get(*index));
            let places: Vec<Value> = spans.map(|statement| json!(line(self.source, statement.span))).collect();
            map.insert("lines".to_owned(), Value::Array(places));
        }
        value
    }

    fn text(&self) -> String {
        match self.answer {
            Answer::Yes(witness) => {
                let spans = witness.statements.iter().filter_map(|index| self.policy.statements.get(*index));
                let places: String = spans
                    .map(|statement| format!("\n  by the statement in line {}", line(self.source, statement.span)))
                    .collect();
                format!("yes: {}{places}", describe(&witness.request))
            }
            Answer::No => "no: proven".to_owned(),
            Answer::Unknown(reason) => format!("unknown: {reason}"),
        }
    }
}

/// A lint with its file.
#[derive(Clone, Copy, Debug)]
pub struct LintIn<'a> {
    /// The lint.
    pub lint: &'a Lint,
    /// The file's name.
    pub file: &'a str,
    /// Its text.
    pub source: &'a str,
}

impl Render for LintIn<'_> {
    fn json(&self) -> Value {
        json!({"file": self.file, "line": line(self.source, self.lint.span), "start": self.lint.span.start,
               "end": self.lint.span.end, "weight": word(self.lint.weight), "code": self.lint.code, "message": self.lint.message})
    }

    fn text(&self) -> String {
        let at = line(self.source, self.lint.span);
        format!("{}:{at}: {} [{}]: {}", self.file, word(self.lint.weight), self.lint.code, self.lint.message)
    }
}

fn word(weight: Weight) -> &'static str {
    match weight {
        Weight::Error => "error",
        Weight::Security => "security",
        Weight::Warning => "warning",
    }
}

/// The line of a span's start, from 1.
fn line(source: &str, span: Span) -> usize {
    source.get(..span.start).unwrap_or(source).matches('\n').count() + 1
}
