//! Patterns of actions: `*` stands for any characters, slashes included, and case does not matter.
//!
//! Must not know roles. <https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions-format>

/// Whether the action matches the pattern; both in lower case.
pub(crate) fn matches(pattern: &str, action: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == action };
    let Some(mut left) = action.strip_prefix(head) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let Some(last) = pieces.pop() else { return true };
    for piece in pieces {
        match left.find(piece) {
            Some(at) => left = left.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    left.len() >= last.len() && left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_span_slashes_and_need_what_stands_around_them() {
        assert!(matches("*", "a/b/read") && matches("a/*/read", "a/b/c/read") && matches("*/read", "a/read"));
        assert!(!matches("a/*/read", "a/read") && !matches("a/read*x", "a/read") && !matches("a*a", "a"));
    }
}
