//! Every way to administrator that is planted in made-up accounts is found, and none that a boundary takes back.

mod common;
mod planted;

use std::collections::BTreeMap;

use redan_iam::Escalation;

/// `REDAN_PRINCIPALS` asks for larger accounts.
fn size() -> usize {
    std::env::var("REDAN_PRINCIPALS").ok().and_then(|count| count.parse().ok()).unwrap_or(400)
}

#[test]
fn what_is_planted_is_found() {
    let mut ways: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 1..4 {
        let (details, planted) = planted::account(size(), seed);
        let account = common::of_details(&details);
        let found: BTreeMap<String, Escalation> =
            account.escalations().into_iter().map(|own| (own.identity.clone(), own)).collect();
        for own in planted {
            let escalation = found.get(&own.principal);
            if own.bounded {
                let first = escalation.and_then(|escalation| escalation.chain.first());
                let own_ways = first.is_some_and(|step| step.actions.iter().any(|action| action.starts_with("iam:")));
                assert!(!own_ways, "the boundary denies it, seed {seed}: {own:?} {first:?}");
                assert!(escalation.is_none_or(|escalation| !escalation.administrator), "seed {seed}: {own:?}");
                continue;
            }
            let escalation = escalation.unwrap_or_else(|| panic!("not found, seed {seed}: {own:?}"));
            match own.way {
                "admin" => assert!(escalation.administrator, "seed {seed}: {own:?}"),
                _ => assert!(escalation.administrator || !escalation.chain.is_empty(), "seed {seed}: {own:?}"),
            }
            *ways.entry(own.way).or_default() += 1;
        }
    }
    assert!(ways.len() >= 12, "too few ways are planted to prove anything: {ways:?}");
}

#[test]
fn a_chain_ends_with_its_cut() {
    let (details, _) = planted::account(200, 5);
    let account = common::of_details(&details);
    for escalation in account.escalations().iter().filter(|escalation| !escalation.chain.is_empty()) {
        assert!(!escalation.cut.is_empty(), "{escalation:?}");
        let own = escalation.chain.iter().flat_map(|step| &step.statements);
        let all: Vec<_> = own.collect();
        assert!(escalation.cut.iter().all(|statement| all.contains(&statement)), "{escalation:?}");
    }
}
