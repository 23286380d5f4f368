//! Globs over paths: `*` within a name, `**` over folders, `?` one character. Time is linear in pattern times path.

/// Whether a glob matches a path with `/` between its parts. A glob without a slash matches any part of the path, and
/// one that matches a folder matches all below it.
#[must_use]
pub fn matches(glob: &str, path: &str) -> bool {
    let glob = glob.trim_start_matches("./").trim_end_matches('/');
    let path = path.trim_start_matches("./");
    let pattern: Vec<&str> = glob.split('/').collect();
    let parts: Vec<&str> = path.split('/').collect();
    if let [only] = pattern.as_slice() {
        return parts.iter().any(|part| name(only, part));
    }
    (1..=parts.len()).any(|end| parts.get(..end).is_some_and(|parts| folders(&pattern, parts)))
}

fn folders(pattern: &[&str], parts: &[&str]) -> bool {
    wild(pattern, parts, |step| *step == "**", |step, part| name(step, part))
}

fn name(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    wild(&pattern, &text, |step| *step == '*', |step, c| *step == '?' || step == c)
}

/// Matching with one kind of wildcard that stands for any run, by going back to the last one only.
fn wild<P, T>(pattern: &[P], text: &[T], any: impl Fn(&P) -> bool, one: impl Fn(&P, &T) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while let Some(item) = text.get(t) {
        match pattern.get(p) {
            Some(step) if any(step) => {
                back = Some((p + 1, t));
                p += 1;
            }
            Some(step) if one(step, item) => {
                p += 1;
                t += 1;
            }
            _ => match &mut back {
                Some((after, from)) => {
                    *from += 1;
                    (p, t) = (*after, *from);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(any)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn globs() {
        for (glob, path, expected) in [
            ("examples", "a/examples/b.tf", true),
            ("**/examples/**", "a/examples/b.tf", true),
            ("**/examples/**", "a/example/b.tf", false),
            ("a/*", "a/b/c.tf", true),
            ("a/*.tf", "a/b/c.tf", false),
            ("a/**/c.tf", "a/c.tf", true),
            ("*.tf", "a/b/c.tf", true),
            ("b", "a/bb/c.tf", false),
            ("a/b/", "a/b/c.tf", true),
            ("./a/b", "./a/b/c.tf", true),
        ] {
            assert_eq!(matches(glob, path), expected, "{glob} {path}");
        }
    }

    #[test]
    fn many_stars_end_soon() {
        assert!(!matches(&"*a".repeat(200), &"a".repeat(5000).replace("aaaa", "aaab")));
    }
}
