//! Licences of all dependencies: permissive ones only.

use super::metadata::Metadata;

/// Licences that may be part of what we ship (SPDX).
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Says which packages have another licence or none.
pub(crate) fn check(metadata: &Metadata) -> Vec<String> {
    let outside = metadata.packages.iter().filter(|package| !package.licence.as_deref().is_some_and(permitted));
    outside
        .map(|package| {
            let licence = package.licence.as_deref().unwrap_or("no licence");
            format!("{} {}: {licence} is not among the allowed licences", package.name, package.version)
        })
        .collect()
}

/// Whether an SPDX expression can be met with allowed licences: some alternative of every conjunct is allowed.
fn permitted(expression: &str) -> bool {
    let tokens = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = tokens.split_whitespace().collect();
    let mut reader = Reader { words: &words, at: 0 };
    let result = reader.alternatives();
    result && reader.at == words.len()
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
}

impl Reader<'_> {
    fn next_is(&mut self, word: &str) -> bool {
        let is = self.words.get(self.at).is_some_and(|next| *next == word);
        self.at += usize::from(is);
        is
    }

    fn alternatives(&mut self) -> bool {
        let mut result = self.conjuncts();
        while self.next_is("OR") {
            result |= self.conjuncts();
        }
        result
    }

    fn conjuncts(&mut self) -> bool {
        let mut result = self.one();
        while self.next_is("AND") {
            result &= self.one();
        }
        result
    }

    fn one(&mut self) -> bool {
        if self.next_is("(") {
            let result = self.alternatives();
            return self.next_is(")") && result;
        }
        let Some(name) = self.words.get(self.at) else { return false };
        self.at += 1;
        let name = if self.next_is("WITH") {
            let exception = self.words.get(self.at).copied().unwrap_or_default();
            self.at += 1;
            format!("{name} WITH {exception}")
        } else {
            (*name).to_owned()
        };
        ALLOWED.contains(&name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        for fine in [
            "MIT",
            "MIT OR GPL-3.0",
            "Apache-2.0 WITH LLVM-exception OR X",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "MIT/Apache-2.0",
        ] {
            assert!(permitted(fine), "{fine}");
        }
        for not in ["GPL-3.0", "MIT AND GPL-3.0", "MPL-2.0", "", "MIT )", "Apache-2.0 WITH X"] {
            assert!(!permitted(not), "{not}");
        }
    }
}
