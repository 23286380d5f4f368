//! Answers about Azure as JSON and as lines of text.
//!
//! Must not know commands or terminals.

use serde_json::{Value, json};

use super::{Opening, RoleAt};
use crate::render::{Render, lines, statements};

impl Render for RoleAt {
    fn json(&self) -> Value {
        let permissions: Vec<Value> = self
            .permissions
            .iter()
            .map(|own| {
                json!({"actions": own.actions, "not_actions": own.not_actions, "data_actions": own.data_actions,
                       "not_data_actions": own.not_data_actions,
                       "condition": own.condition.as_ref().map(|condition| condition.text.clone())})
            })
            .collect();
        json!({"role": self.role, "scope": self.scope, "through": self.through, "permissions": permissions,
               "count": self.count, "condition": self.condition, "reason": self.reason,
               "statements": statements(&self.statements)})
    }

    fn text(&self) -> String {
        let role = if self.role.is_empty() { "an unknown role" } else { &self.role };
        let through = self.through.as_ref().map_or_else(String::new, |group| format!(" as a member of {group}"));
        let when = if self.condition.is_some() { ", under a condition" } else { "" };
        let why = self.reason.as_ref().map_or_else(String::new, |why| format!(", not known: {why}"));
        let by = lines(&self.statements, "  by ");
        format!("{role} on {}{through}{when} ({} operations){why}{by}", self.scope, self.count)
    }
}

impl Render for Opening {
    fn json(&self) -> Value {
        let ways: Vec<Value> = self
            .ways
            .iter()
            .map(|way| json!({"who": way.who, "public": way.public, "what": way.what, "statements": statements(&way.statements)}))
            .collect();
        json!({"resource": self.resource, "address": self.address, "kind": self.kind, "public": self.public,
               "reason": self.reason, "access": ways})
    }

    fn text(&self) -> String {
        let name = match &self.address {
            Some(address) => format!("{address} ({})", self.resource),
            None => self.resource.clone(),
        };
        let head = match (self.public, &self.reason) {
            (Some(true), _) => "is public".to_owned(),
            (Some(false), _) => "can be used from outside of the tenant".to_owned(),
            (None, reason) => format!("may be public ({})", reason.as_deref().unwrap_or("not known")),
        };
        let ways: String = self
            .ways
            .iter()
            .map(|way| format!("\n  {}: {}{}", way.who, way.what, lines(&way.statements, "    by ")))
            .collect();
        format!("{name} {head}{ways}")
    }
}
