//! A second, simple evaluator of role assignments, straight from the vendor's steps:
//! <https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource>.
//!
//! It reads the notation of worlds, knows nothing of the engine, and decides one whole request.

use serde_json::Value;

/// A request with all that conditions ask for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) who: String,
    pub(crate) action: String,
    pub(crate) data: bool,
    pub(crate) target: String,
    pub(crate) attribute: Option<String>,
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Whether the pattern, in which `*` is any text, matches: by trying every split.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| matches(rest, &text[at..])),
        Some((own, rest)) => {
            text.split_first().is_some_and(|(first, left)| own.eq_ignore_ascii_case(first) && matches(rest, left))
        }
    }
}

fn takes(lists: &Value, request: &Request) -> bool {
    let (given, without) = if request.data { ("dataActions", "notDataActions") } else { ("actions", "notActions") };
    let any = |name: &str| texts(&lists[name]).iter().any(|own| matches(own.as_bytes(), request.action.as_bytes()));
    any(given) && !any(without)
}

fn covers(world: &Value, scope: &str, target: &str) -> bool {
    if scope == "/" {
        return true;
    }
    if let Some(group) = scope.strip_prefix("/providers/Microsoft.Management/managementGroups/") {
        let subscription = target.split('/').nth(2).unwrap_or_default();
        let mut at = world["subscriptions"][subscription].as_str();
        while let Some(name) = at {
            if name == group {
                return true;
            }
            at = world["management"][name].as_str();
        }
        return false;
    }
    target == scope || target.starts_with(&format!("{scope}/"))
}

fn is_in(world: &Value, who: &str, principal: &str, depth: usize) -> bool {
    who == principal
        || (depth < 8 && texts(&world["groups"][principal]).iter().any(|member| is_in(world, who, member, depth + 1)))
}

/// Whether the request is allowed.
pub(crate) fn allowed(world: &Value, request: &Request) -> bool {
    let denied = world["denies"].as_array().into_iter().flatten().any(|deny| {
        let scope = deny["scope"].as_str().unwrap_or_default();
        let here =
            if deny["hereOnly"] == true { request.target == scope } else { covers(world, scope, &request.target) };
        let party = |name: &str| {
            deny[name].as_array().into_iter().flatten().any(|party| {
                let id = party[0].as_str().unwrap_or_default();
                id == "everyone" || is_in(world, &request.who, id, 0)
            })
        };
        here && takes(deny, request) && party("principals") && !party("exclude")
    });
    if denied {
        return false;
    }
    world["assignments"].as_array().into_iter().flatten().any(|given| {
        let [principal, role, scope] = [0, 1, 2].map(|place| given[place].as_str().unwrap_or_default());
        let met = match (given[3].as_array(), &request.attribute) {
            (None, _) => true,
            (Some(_), None) => false,
            // Conditions of these worlds: an attribute equals one of the values, for one action.
            (Some(parts), Some(attribute)) => {
                !matches(parts[0].as_str().unwrap_or_default().as_bytes(), request.action.as_bytes())
                    || texts(&parts[1]).contains(attribute)
            }
        };
        met && is_in(world, &request.who, principal, 0)
            && covers(world, scope, &request.target)
            && takes(&world["roles"][role], request)
    })
}
