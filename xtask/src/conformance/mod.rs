//! Conformance: redan's answers against labelled answers of others.

mod terraform;

/// `cargo xtask conformance …`
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    match words {
        ["terraform", rest @ ..] => terraform::run(rest),
        _ => Err("usage: cargo xtask conformance terraform|iam|network CASES …".to_owned()),
    }
}
