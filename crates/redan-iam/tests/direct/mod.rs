//! A second, simple evaluation of policies: straight from the vendor's description, on parsed JSON, with nothing of the library but
//! the request's type.

use redan_iam::{Principal, Request};
use serde_json::Value;

/// Whether the policy allows the request: some statement allows it and none denies it.
pub(crate) fn allowed(policy: &Value, request: &Request) -> bool {
    let matching = |effect: &str| {
        list(&policy["Statement"]).iter().any(|statement| statement["Effect"] == effect && matches(statement, request))
    };
    matching("Allow") && !matching("Deny")
}

/// Whether some statement of the policy denies the request.
pub(crate) fn denied(policy: &Value, request: &Request) -> bool {
    list(&policy["Statement"]).iter().any(|statement| statement["Effect"] == "Deny" && matches(statement, request))
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        other => vec![other.clone()],
    }
}

fn strings(value: &Value) -> Vec<String> {
    list(value).iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
}

fn matches(statement: &Value, request: &Request) -> bool {
    let action = |element: &Value| {
        strings(element).iter().any(|pattern| wild(&pattern.to_lowercase(), &request.action.to_lowercase()))
    };
    let resource = |element: &Value| {
        strings(element).iter().any(|pattern| filled(pattern, request).is_some_and(|own| arn(&own, &request.resource)))
    };
    let either = |positive: &str, negative: &str, test: &dyn Fn(&Value) -> bool| match statement.get(positive) {
        Some(element) => test(element),
        None => statement.get(negative).is_none_or(|element| !test(element)),
    };
    either("Action", "NotAction", &action)
        && either("Resource", "NotResource", &resource)
        && principals(statement, request)
        && conditions(&statement["Condition"], request)
}

fn principals(statement: &Value, request: &Request) -> bool {
    if let Some(element) = statement.get("Principal") {
        return listed(element, &request.principal);
    }
    statement.get("NotPrincipal").is_none_or(|element| !listed(element, &request.principal))
}

fn listed(element: &Value, principal: &Principal) -> bool {
    if element == "*" {
        return true;
    }
    let aws = strings(&element["AWS"]);
    let account = principal.account().unwrap_or_default();
    let ids = match principal {
        Principal::Session(role, _) => vec![role.clone(), principal.id()],
        other => vec![other.id()],
    };
    let service = matches!(principal, Principal::Service(_)) && strings(&element["Service"]).contains(&principal.id());
    let federated =
        matches!(principal, Principal::Federated(_)) && strings(&element["Federated"]).contains(&principal.id());
    service
        || federated
        || aws.iter().any(|own| {
            own == "*"
                || (!account.is_empty() && (own == account || *own == format!("arn:aws:iam::{account}:root")))
                || ids.contains(own)
        })
}

fn conditions(block: &Value, request: &Request) -> bool {
    let Value::Object(operators) = block else { return true };
    operators.iter().all(|(operator, keys)| {
        keys.as_object()
            .expect("an object of keys")
            .iter()
            .all(|(key, wanted)| condition(operator, key, &strings(wanted), request))
    })
}

fn condition(operator: &str, key: &str, wanted: &[String], request: &Request) -> bool {
    let values = request.context.get(&key.to_lowercase()).cloned().unwrap_or_default();
    if operator == "Null" {
        return wanted.iter().any(|wanted| (wanted == "true") == values.is_empty());
    }
    let (set, operator) = operator.split_once(':').unwrap_or(("", operator));
    let (operator, if_exists) = operator.strip_suffix("IfExists").map_or((operator, false), |name| (name, true));
    let negated = operator.contains("Not");
    if values.is_empty() {
        return match set {
            "ForAllValues" => true,
            "ForAnyValue" => false,
            _ => negated || if_exists,
        };
    }
    let plain = operator.replace("Not", "");
    let test = |value: &String| {
        wanted
            .iter()
            .any(|wanted| filled_condition(&plain, wanted, request).is_some_and(|wanted| holds(&plain, &wanted, value)))
            != negated
    };
    if set == "ForAllValues" { values.iter().all(test) } else { values.iter().any(test) }
}

fn filled_condition(operator: &str, wanted: &str, request: &Request) -> Option<String> {
    if operator.starts_with("String") || operator.starts_with("Arn") {
        filled(wanted, request)
    } else {
        Some(wanted.to_owned())
    }
}

fn holds(operator: &str, wanted: &str, value: &str) -> bool {
    let numbers = || Some((value.parse::<f64>().ok()?, wanted.parse::<f64>().ok()?));
    match operator {
        "StringEquals" | "BinaryEquals" => wanted == value,
        "StringEqualsIgnoreCase" | "Bool" => wanted.to_lowercase() == value.to_lowercase(),
        "StringLike" => wild(wanted, value),
        "ArnEquals" | "ArnLike" => arn(wanted, value),
        "NumericEquals" => numbers().is_some_and(|(value, wanted)| value == wanted),
        "NumericLessThan" => numbers().is_some_and(|(value, wanted)| value < wanted),
        "NumericLessThanEquals" => numbers().is_some_and(|(value, wanted)| value <= wanted),
        "NumericGreaterThan" => numbers().is_some_and(|(value, wanted)| value > wanted),
        "NumericGreaterThanEquals" => numbers().is_some_and(|(value, wanted)| value >= wanted),
        // The tests write all dates in one form, in which the order of time is that of letters.
        "DateLessThan" => value < wanted,
        "DateGreaterThan" => value > wanted,
        "IpAddress" => within(wanted, value),
        other => panic!("{other}"),
    }
}

fn within(block: &str, value: &str) -> bool {
    let (base, length) = block.split_once('/').unwrap_or((block, "32"));
    let number = |text: &str| text.parse::<std::net::Ipv4Addr>().ok().map(u32::from);
    let length: u32 = length.parse().expect("a length");
    let mask = if length == 0 { 0 } else { u32::MAX << (32 - length) };
    matches!((number(base), number(value)), (Some(base), Some(value)) if base & mask == value & mask)
}

/// The pattern with its variables filled in, their own stars made literal; `None` if one has no value.
fn filled(pattern: &str, request: &Request) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        let (body, after) = after.split_once('}')?;
        let (key, default) =
            body.split_once(',').map_or((body, None), |(key, default)| (key, Some(default.trim().trim_matches('\''))));
        let value = request
            .context
            .get(&key.to_lowercase())
            .and_then(|values| values.first().map(String::as_str))
            .or(default)?;
        out.push_str(before);
        out.push_str(&value.replace('*', "\u{1}").replace('?', "\u{2}"));
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

fn arn(pattern: &str, value: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    let own: Vec<&str> = pattern.splitn(6, ':').collect();
    let count = own.len();
    let theirs: Vec<&str> = value.splitn(count, ':').collect();
    theirs.len() == count && own.iter().zip(theirs).all(|(own, value)| wild(own, value))
}

fn wild(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    fn go(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|skip| go(rest, &text[skip..])),
            Some(('?', rest)) => !text.is_empty() && go(rest, &text[1..]),
            Some((c, rest)) => {
                let c = match c {
                    '\u{1}' => '*',
                    '\u{2}' => '?',
                    other => *other,
                };
                text.first() == Some(&c) && go(rest, &text[1..])
            }
        }
    }
    go(&pattern, &text)
}
