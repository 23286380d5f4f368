//! Running accounts that answer badly: every scan ends, and what is not known never passes.

#![cfg(test)]

mod fake;

use assert_cmd::Command;
use fake::{Fake, Fault};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a scan of a faulty account says: its verdicts by page and resource, its exit code, and what it printed.
struct Said {
    verdicts: BTreeMap<(String, String), String>,
    exit: i32,
    problems: String,
}

fn redan(fake: &Fake) -> Command {
    let mut command = Command::cargo_bin("redan").unwrap();
    command
        .env_clear()
        .env("AWS_ENDPOINT_URL", &fake.endpoint)
        .env("AWS_ACCESS_KEY_ID", "id")
        .env("AWS_SECRET_ACCESS_KEY", "key")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_MAX_ATTEMPTS", "5")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .timeout(std::time::Duration::from_secs(240));
    command
}

fn scan(fault: Fault) -> Said {
    let fake = Fake::start(fault);
    let output = redan(&fake)
        .args(["scan", "aws", "--services", "ec2,s3", "--show", "all", "--format", "json", "--no-config"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{fault:?}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let results = report["results"].as_array().unwrap().iter();
    let verdicts = results
        .map(|result| ((text(&result["page"]), text(&result["resource"]["address"])), text(&result["verdict"])))
        .collect();
    Said { verdicts, exit: output.status.code().unwrap(), problems: report["problems"].to_string() }
}

const OPEN: &str = "network/admin-ports-open";
const PLAIN: &str = "storage/bucket-unversioned";

fn verdict<'a>(said: &'a Said, page: &str, address: &str) -> Option<&'a str> {
    said.verdicts.get(&(page.to_owned(), address.to_owned())).map(String::as_str)
}

/// Whether nothing passes that did not, and nothing fails that did not.
fn nothing_else_is_known(faulty: &Said, right: &Said, fault: Fault) {
    for (about, verdict) in faulty.verdicts.iter().filter(|(_, verdict)| *verdict != "unknown") {
        assert_eq!(right.verdicts.get(about), Some(verdict), "{fault:?} changes {about:?}");
    }
}

#[test]
fn a_sound_account_is_judged() {
    let right = scan(Fault::None);
    for region in ["us-east-1", "eu-west-1"] {
        assert_eq!(verdict(&right, OPEN, &format!("sg-{region}-0")), Some("fail"));
        assert_eq!(verdict(&right, OPEN, &format!("sg-{region}-2")), Some("pass"), "the third page was read");
    }
    assert_eq!(verdict(&right, PLAIN, "loose"), Some("pass"));
    assert_eq!(right.exit, 1);
    assert!(right.problems.contains("NotImplemented"), "what the account lacks is told: {}", right.problems);
}

#[test]
fn what_passes_over_is_asked_again() {
    let right = scan(Fault::None);
    for fault in [Fault::Throttled, Fault::Failing, Fault::Reset, Fault::Truncated, Fault::Expired] {
        let said = scan(fault);
        nothing_else_is_known(&said, &right, fault);
        let known = |said: &Said| said.verdicts.values().filter(|verdict| *verdict != "unknown").count();
        assert_eq!(known(&said), known(&right), "{fault:?}: {}", said.problems);
    }
}

#[test]
fn what_stays_wrong_is_unknown() {
    let right = scan(Fault::None);
    for (fault, word) in [
        (Fault::Malformed, "Unreadable"),
        (Fault::Denied, "AccessDenied"),
        (Fault::Endless, "EndlessPages"),
        (Fault::RegionDown, "Unreachable"),
        (Fault::AlwaysThrottled, "SlowDown"),
    ] {
        let said = scan(fault);
        nothing_else_is_known(&said, &right, fault);
        assert!(said.problems.contains(word), "{fault:?} is told: {}", said.problems);
        assert!(matches!(said.exit, 1 | 3), "{fault:?} exits with {}", said.exit);
        assert_ne!(verdict(&said, OPEN, "sg-eu-west-1-2"), Some("pass"), "{fault:?}");
        if !said.verdicts.values().any(|verdict| verdict == "fail") {
            assert_eq!(said.exit, 3, "{fault:?}");
        }
    }
    let denied = scan(Fault::Denied);
    assert_eq!(verdict(&denied, PLAIN, "kept"), Some("unknown"));
    assert!(denied.problems.contains("grant s3:GetBucketVersioning"), "{}", denied.problems);
    let down = scan(Fault::RegionDown);
    assert_eq!(verdict(&down, OPEN, "sg-us-east-1-0"), Some("fail"), "the other region is judged");
}

#[test]
fn no_call_is_made_twice_and_a_snapshot_says_the_same() {
    let fake = Fake::start(Fault::None);
    let folder = std::env::temp_dir().join(format!("redan-live-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let snapshot = |name: &str| {
        let file = folder.join(name);
        redan(&fake).args(["collect", "aws", "--services", "ec2,s3", "-o"]).arg(&file).assert().code(3);
        std::fs::read(&file).unwrap()
    };
    let first = snapshot("first.redan");
    let asked = |name: &str| fake.seen.lock().unwrap().iter().filter(|known| known.starts_with(name)).count();
    assert_eq!(asked("s3:ListBuckets"), 1, "what is global is asked once");
    assert_eq!(asked("s3:GetBucketVersioning"), 2, "once for each bucket");
    assert_eq!(asked("ec2:DescribeSecurityGroups@eu-west-1"), 3, "a page at a time");
    assert_eq!(first, snapshot("second.redan"), "the same answers are the same bytes");
    let mut direct = redan(&fake);
    let direct =
        direct.args(["scan", "aws", "--services", "ec2,s3", "--format", "csv", "--no-config"]).output().unwrap();
    let later =
        redan(&fake).arg("scan").arg(folder.join("first.redan")).args(["--format", "csv", "--no-config"]).output();
    assert_eq!(String::from_utf8_lossy(&direct.stdout), String::from_utf8_lossy(&later.unwrap().stdout));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn without_credentials_the_error_says_what_aws_means() {
    let mut command = Command::cargo_bin("redan").unwrap();
    command.env_clear().env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", "/nonexistent").args(["scan", "aws"]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("AWS credentials") && said.contains("./aws"), "{said}");
}
