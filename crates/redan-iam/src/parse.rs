//! From a parsed document to a policy, element by element.
//!
//! Must not know the action table: whether names exist is for the lint.

use crate::json::{Node, Tree};
use crate::operator::Operator;
use crate::policy::{Condition, Effect, Element, Policy, PrincipalEntry, Problem, Span, Spanned, Statement};
use crate::text::Text;

pub(crate) fn parse_policy(node: &Node, problems: &mut Vec<Problem>) -> Policy {
    let mut policy = Policy {
        variables: false,
        statements: Vec::new(),
        unknown: false,
        problems: Vec::new(),
        compiled: Vec::new().into(),
    };
    let Tree::Map(entries) = &node.tree else {
        policy.unknown = true;
        if !matches!(node.tree, Tree::Unknown(_)) {
            note(problems, node.span, "a policy is a JSON object with `Version` and `Statement`");
        }
        return policy;
    };
    for (name, value) in entries {
        match name.known() {
            Some("Version") => match known(value) {
                Some("2012-10-17") => policy.variables = true,
                Some("2008-10-17") => {}
                Some(_) => note(problems, value.span, "`Version` is `2012-10-17` or `2008-10-17`"),
                None => policy.unknown = true,
            },
            Some("Id") => {}
            Some("Statement") => statements(value, &mut policy, problems),
            Some(other) => note(problems, value.span, &format!("a policy has no element `{other}`; remove it")),
            None => policy.unknown = true,
        }
    }
    policy
}

fn note(problems: &mut Vec<Problem>, span: Span, message: &str) {
    problems.push(Problem { span, message: message.to_owned() });
}

fn known(node: &Node) -> Option<&str> {
    match &node.tree {
        Tree::Text(text) => text.known(),
        _ => None,
    }
}

fn statements(node: &Node, policy: &mut Policy, problems: &mut Vec<Problem>) {
    match &node.tree {
        Tree::List(items) => items.iter().for_each(|item| statements(item, policy, problems)),
        Tree::Map(entries) => policy.statements.push(statement(node.span, entries, problems)),
        Tree::Unknown(_) | Tree::Text(_) => policy.unknown = true,
        _ => note(problems, node.span, "a statement is a JSON object"),
    }
}

fn statement(span: Span, entries: &[(Text, Node)], problems: &mut Vec<Problem>) -> Statement {
    let mut out = Statement {
        sid: None,
        effect: None,
        principal: None,
        action: Element::empty(false, span),
        resource: None,
        conditions: Vec::new(),
        unknown: false,
        span,
    };
    let (mut has_action, mut has_effect) = (false, false);
    for (name, value) in entries {
        match name.known().unwrap_or_default() {
            "Sid" => out.sid = known(value).map(str::to_owned),
            "Effect" => {
                has_effect = true;
                out.effect = effect(value, problems);
            }
            element @ ("Principal" | "NotPrincipal") => {
                out.principal = Some(principals(value, element == "NotPrincipal", problems));
            }
            element @ ("Action" | "NotAction") => {
                has_action = true;
                out.action = texts(value, element == "NotAction", problems);
            }
            element @ ("Resource" | "NotResource") => {
                out.resource = Some(texts(value, element == "NotResource", problems));
            }
            "Condition" => out.unknown |= conditions(value, &mut out.conditions, problems),
            "" => out.unknown = true,
            other => {
                note(problems, value.span, &format!("a statement has no element `{other}`; remove it"));
                out.unknown = true;
            }
        }
    }
    if !has_action {
        note(problems, span, "the statement has no `Action`; add one");
    }
    if !has_effect {
        note(problems, span, "the statement has no `Effect`; write `Allow` or `Deny`");
    }
    out
}

fn effect(node: &Node, problems: &mut Vec<Problem>) -> Option<Effect> {
    match known(node) {
        Some("Allow") => Some(Effect::Allow),
        Some("Deny") => Some(Effect::Deny),
        Some(_) => {
            note(problems, node.span, "`Effect` is `Allow` or `Deny`, in this case");
            None
        }
        None => None,
    }
}

fn texts(node: &Node, negated: bool, problems: &mut Vec<Problem>) -> Element<Spanned> {
    let mut element = Element::empty(negated, node.span);
    let items = match &node.tree {
        Tree::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    for item in items {
        match scalar(item) {
            Some(text) => element.entries.push(Spanned { span: item.span, text }),
            None => {
                element.unknown = true;
                if !matches!(item.tree, Tree::Unknown(_)) {
                    note(problems, item.span, "a string was expected here");
                }
            }
        }
    }
    element
}

fn scalar(node: &Node) -> Option<Text> {
    match &node.tree {
        Tree::Text(text) => Some(text.clone()),
        Tree::Bool(value) => Some(Text::from(value.to_string())),
        Tree::Number(number) => Some(Text::from(number.as_str())),
        _ => None,
    }
}

/// Returns whether a part of the block is not known.
fn conditions(node: &Node, out: &mut Vec<Condition>, problems: &mut Vec<Problem>) -> bool {
    let Tree::Map(operators) = &node.tree else {
        if !matches!(node.tree, Tree::Unknown(_)) {
            note(problems, node.span, "`Condition` is a JSON object of operators");
        }
        return true;
    };
    let mut unknown = false;
    for (name, keys) in operators {
        let Some(operator) = name.known().and_then(Operator::named) else {
            note(problems, keys.span, &format!("`{}` is no condition operator", name.shown()));
            unknown = true;
            continue;
        };
        let Tree::Map(keys) = &keys.tree else {
            unknown = true;
            continue;
        };
        for (key, values) in keys {
            let Some(key) = key.known() else {
                unknown = true;
                continue;
            };
            let values = texts(values, false, problems);
            out.push(Condition {
                operator,
                key: key.to_owned(),
                values: values.entries,
                unknown: values.unknown,
                span: values.span,
            });
        }
    }
    unknown
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
fn principals(node: &Node, negated: bool, problems: &mut Vec<Problem>) -> Element<PrincipalEntry> {
    let mut element = Element::empty(negated, node.span);
    match &node.tree {
        Tree::Text(text) if text.known() == Some("*") => element.entries.push(PrincipalEntry::Everyone),
        Tree::Map(kinds) => {
            for (kind, values) in kinds {
                let list = texts(values, false, problems);
                element.unknown |= list.unknown;
                for value in list.entries {
                    let entry = entry(kind.known().unwrap_or_default(), &value.text);
                    if let PrincipalEntry::Unknown(text) = &entry
                        && value.text.known().is_some()
                    {
                        note(problems, value.span, &format!("`{text}` is not a principal"));
                    }
                    element.unknown |= matches!(entry, PrincipalEntry::Unknown(_));
                    element.entries.push(entry);
                }
            }
        }
        Tree::Unknown(_) => element.unknown = true,
        Tree::Text(text) if text.known().is_none() => element.unknown = true,
        _ => {
            element.unknown = true;
            note(problems, node.span, "a principal is `\"*\"` or an object such as `{\"AWS\": …}`");
        }
    }
    element
}

fn entry(kind: &str, text: &Text) -> PrincipalEntry {
    let Some(value) = text.known() else { return PrincipalEntry::Unknown(text.shown()) };
    match kind {
        "AWS" => aws(value),
        "Service" if value == "*" => PrincipalEntry::Service("*".to_owned()),
        "Service" => PrincipalEntry::Service(value.to_lowercase()),
        "Federated" => PrincipalEntry::Federated(value.to_owned()),
        "CanonicalUser" => PrincipalEntry::Canonical(value.to_owned()),
        _ => PrincipalEntry::Unknown(value.to_owned()),
    }
}

fn aws(value: &str) -> PrincipalEntry {
    if value == "*" {
        return PrincipalEntry::Everyone;
    }
    if value.len() == 12 && value.chars().all(|c| c.is_ascii_digit()) {
        return PrincipalEntry::Account(value.to_owned());
    }
    let segments: Vec<&str> = value.splitn(6, ':').collect();
    match segments.as_slice() {
        ["arn", _, "iam", "", account, "root"] => PrincipalEntry::Account((*account).to_owned()),
        ["arn", _, "iam" | "sts", _, _, _] => PrincipalEntry::Arn(value.to_owned()),
        // The unique id of a principal that was deleted.
        _ if value.len() >= 16 && value.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) => {
            PrincipalEntry::Arn(value.to_owned())
        }
        _ => PrincipalEntry::Unknown(value.to_owned()),
    }
}
