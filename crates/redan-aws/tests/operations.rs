//! The table holds what the kinds name, and nothing that writes.

#![cfg(test)]

use redan_aws::{operation_names, permission};
use redan_kinds::{Kinds, operations};

/// What the client itself asks besides; `AssumeRole` hands out credentials and changes nothing.
const OWN: [&str; 4] = ["ec2:DescribeRegions", "organizations:ListAccounts", "sts:AssumeRole", "sts:GetCallerIdentity"];

#[test]
fn every_operation_that_a_kind_names_is_in_the_table() {
    let missing: Vec<String> = operations(&Kinds::builtin())
        .iter()
        .filter(|operation| permission(&operation.name).is_none())
        .map(|operation| format!("{} of {}", operation.name, operation.kind))
        .collect();
    assert!(missing.is_empty(), "run cargo xtask aws-operations: {missing:#?}");
}

#[test]
fn nothing_in_the_table_writes() {
    let named: Vec<String> = operations(&Kinds::builtin()).iter().map(|operation| operation.name.to_string()).collect();
    for name in operation_names() {
        let own = OWN.contains(&name);
        assert!(own || named.iter().any(|known| known == name), "{name} is in the table and nothing names it");
        let verb = name.split_once(':').unwrap().1;
        let reads = ["Get", "List", "Describe", "BatchGet", "Lookup", "Search"];
        // The vendor counts making this report as reading.
        assert!(
            ["sts:AssumeRole", "iam:GenerateCredentialReport"].contains(&name)
                || reads.iter().any(|read| verb.starts_with(read)),
            "{name} may write"
        );
    }
}
