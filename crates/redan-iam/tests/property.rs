//! Generated policies: every witness is confirmed by the direct evaluation, and no sampled request refutes a "no".

#[cfg(test)]
mod direct;
#[cfg(test)]
mod generate;

use generate::{policy, request};
use proptest::prelude::*;
use redan_iam::{Answer, Policy, Request, Shape, allows, new_access, refuses_some, spares_some};
use serde_json::Value;

fn parsed(value: &Value) -> Policy {
    let policy = Policy::from_json(&value.to_string());
    assert_eq!(policy.problems, Vec::new());
    policy
}

fn check_pair(reference: &Value, candidate: &Value, samples: &[Request]) {
    match new_access(&parsed(reference), &parsed(candidate)) {
        Answer::Yes(witness) => {
            assert!(
                direct::allowed(candidate, &witness.request),
                "not allowed by the candidate: {witness:?}\n{candidate}"
            );
            assert!(
                !direct::allowed(reference, &witness.request),
                "allowed by the reference: {witness:?}\n{reference}"
            );
        }
        Answer::No => {
            let refuted = samples
                .iter()
                .find(|request| direct::allowed(candidate, request) && !direct::allowed(reference, request));
            assert_eq!(refuted, None, "\n{candidate}\n{reference}");
        }
        Answer::Unknown(_) => {}
    }
}

/// `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(asked.unwrap_or(100)) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn new_access_of_identity_policies(reference in policy(false), candidate in policy(false), samples in prop::collection::vec(request(false), 60)) {
        check_pair(&reference, &candidate, &samples);
    }

    #[test]
    fn new_access_of_resource_policies(reference in policy(true), candidate in policy(true), samples in prop::collection::vec(request(true), 60)) {
        check_pair(&reference, &candidate, &samples);
    }

    #[test]
    fn allows_refuses_and_spares(policy in policy(true), samples in prop::collection::vec(request(true), 60)) {
        let parsed = parsed(&policy);
        let shape = Shape::default();
        type Claim<'a> = (Answer, &'a dyn Fn(&Request) -> bool);
        let questions: [Claim<'_>; 3] = [
            (allows(&parsed, &shape), &|request| direct::allowed(&policy, request)),
            (refuses_some(&parsed, &shape), &|request| !direct::allowed(&policy, request)),
            (spares_some(&parsed, &shape), &|request| !direct::denied(&policy, request)),
        ];
        for (answer, holds) in questions {
            match answer {
                Answer::Yes(witness) => prop_assert!(holds(&witness.request), "{witness:?}"),
                Answer::No => prop_assert_eq!(samples.iter().find(|request| holds(request)), None),
                Answer::Unknown(_) => {}
            }
        }
    }
}

#[test]
fn few_answers_are_unknown() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let strategy = (policy(false), policy(false));
    let mut kinds = [0; 2];
    let unknown = (0..500).filter(|_| {
        let (reference, candidate) = strategy.new_tree(&mut runner).expect("a pair").current();
        let answer = new_access(&parsed(&reference), &parsed(&candidate));
        kinds[usize::from(answer.is_yes())] += 1;
        matches!(answer, Answer::Unknown(_))
    });
    let unknown = unknown.count();
    assert!(kinds.iter().all(|count| *count >= 50), "one-sided: {kinds:?}");
    assert!(unknown <= 10, "{unknown} of 500 unknown");
}
