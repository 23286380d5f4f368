//! The kind files of the build are sound.

#![cfg(test)]

use redan_kinds::Kinds;

#[test]
fn every_kind_file_reads() {
    let kinds = Kinds::builtin();
    let errors: Vec<String> = kinds.check().iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(!kinds.names().is_empty());
}
