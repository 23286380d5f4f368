//! `redan scan` from files to output and exit code, with pages of the tests' own.

use crate::common::{Folder, Said};
use serde_json::Value;

const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages");

const KEYS: &str = r#"variable "rotate" {
  type = bool
}

resource "aws_kms_key" "bad" {
  enable_key_rotation = false
}

resource "aws_kms_key" "maybe" {
  enable_key_rotation = var.rotate
}

resource "aws_kms_key" "good" {
  enable_key_rotation = true
}
"#;

const GOOD: &str = "resource \"aws_kms_key\" \"good\" {\n  enable_key_rotation = true\n}\n";
const MAYBE: &str =
    "variable \"rotate\" {}\nresource \"aws_kms_key\" \"maybe\" {\n  enable_key_rotation = var.rotate\n}\n";

fn scan(folder: &Folder, more: &[&str]) -> Said {
    let mut arguments = vec!["scan", ".", "--pages", PAGES, "--page", "demo"];
    arguments.extend_from_slice(more);
    folder.run(&arguments)
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", said.out, said.err))
}

#[test]
fn findings_show_the_lines_that_decided() {
    let folder = Folder::new("findings").write("keys.tf", KEYS);
    let said = scan(&folder, &[]);
    assert_eq!(said.code, 1);
    insta::assert_snapshot!(said.out);
}

#[test]
fn modules_are_shown_with_their_callers() {
    let module = "variable \"cidrs\" {\n  default = [\"0.0.0.0/0\"]\n}\nresource \"aws_security_group\" \"this\" {\n  ingress {\n    protocol    = \"tcp\"\n    from_port   = 22\n    to_port     = 22\n    cidr_blocks = var.cidrs\n  }\n}\n";
    let folder = Folder::new("modules")
        .write("modules/group/main.tf", module)
        .write("main.tf", "module \"open\" {\n  source = \"./modules/group\"\n}\nmodule \"closed\" {\n  source = \"./modules/group\"\n  cidrs  = [\"10.0.0.0/8\"]\n}\n");
    let said = scan(&folder, &[]);
    assert_eq!(said.code, 1);
    insta::assert_snapshot!(said.out);
    let report = json(&scan(&folder, &["--format", "json"]));
    let result = &report["results"][0];
    assert_eq!(result["resource"]["module"], "module.open");
    assert_eq!(result["location"]["calls"][0]["line"], 1);
    assert_eq!(report["results"].as_array().unwrap().len(), 1);
}

#[test]
fn exit_codes_are_those_that_are_promised() {
    let clean = Folder::new("exit-clean").write("a.tf", GOOD);
    assert_eq!(scan(&clean, &[]).code, 0);
    let maybe = Folder::new("exit-maybe").write("a.tf", MAYBE);
    assert_eq!(scan(&maybe, &[]).code, 0, "an unknown for lack of an input is no finding");
    assert_eq!(scan(&maybe, &["--fail-on", "unknown"]).code, 1);
    assert_eq!(scan(&maybe, &["--var", "rotate=true"]).code, 0);
    assert_eq!(scan(&maybe, &["--var", "rotate=false"]).code, 1);
    let bad = Folder::new("exit-bad").write("a.tf", KEYS);
    assert_eq!(scan(&bad, &[]).code, 1);
    assert_eq!(scan(&bad, &["--fail-on", "high"]).code, 0);
    assert_eq!(scan(&bad, &["--fail-on", "never"]).code, 0);
    assert_eq!(scan(&bad, &["--severity", "high"]).code, 0);
    assert_eq!(scan(&bad, &["--skip", "demo/rotation"]).code, 0);
    let broken = Folder::new("exit-broken").write("a.tf", GOOD).write("b.tf", "resource \"aws_kms_key\" {{{\n");
    let said = scan(&broken, &[]);
    assert_eq!(said.code, 3, "{}", said.out);
    assert!(said.out.contains("problem: b.tf:"), "{}", said.out);
    assert_eq!(scan(&broken, &["--allow-incomplete"]).code, 0);
    let both = Folder::new("exit-both").write("a.tf", KEYS).write("b.tf", "resource {{{\n");
    let said = scan(&both, &[]);
    assert_eq!(said.code, 1, "findings beat what could not be read");
    assert!(said.out.contains("the scan is incomplete"), "{}", said.out);
    let missing =
        Folder::new("exit-missing").write("a.tf", "module \"m\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n");
    assert_eq!(scan(&missing, &[]).code, 3);
    let nowhere = missing.run(&["scan", "no/such/folder"]);
    assert_eq!(nowhere.code, 3, "{}{}", nowhere.out, nowhere.err);
}

#[test]
fn machines_get_what_the_schemas_say() {
    let schema = include_str!("../../../../docs/json-schema/report.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let folder = Folder::new("machines").write("keys.tf", KEYS).write("broken.tf", "x = {\n");
    for show in [&[][..], &["--show", "fail"], &["--show", "all"]] {
        let mut arguments = vec!["--format", "json"];
        arguments.extend_from_slice(show);
        let report = json(&scan(&folder, &arguments));
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let report = json(&scan(&folder, &["--format", "json", "--show", "all"]));
    let verdicts: Vec<&str> =
        report["results"].as_array().unwrap().iter().map(|r| r["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["fail", "unknown", "pass"]);
    assert_eq!(report["results"][0]["aliases"], serde_json::json!(["DEMO_1"]));
    assert_eq!(report["results"][1]["reasons"][0]["class"], "input");
    let sarif = json(&scan(&folder, &["--format", "sarif"]));
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "demo/rotation");
}

#[test]
fn the_same_tree_gives_the_same_bytes() {
    let folder = Folder::new("same").write("keys.tf", KEYS).write("sub/keys.tf", KEYS);
    let first = scan(&folder, &["--format", "json", "--show", "all"]).out;
    for jobs in ["1", "2", "5"] {
        assert_eq!(scan(&folder, &["--format", "json", "--show", "all", "--jobs", jobs]).out, first);
    }
}

/// Files are read side by side: what is said of them must not follow who was first.
#[test]
fn the_order_of_reading_changes_nothing() {
    let mut folder = Folder::new("order");
    for number in 0..24 {
        let filling = "  Filler: {Type: AWS::SNS::Topic}\n".repeat(if number % 2 == 0 { 1 } else { 400 });
        let template = format!(
            "# checkov:skip=DEMO_1\nResources:\n  Key: {{Type: AWS::KMS::Key}}\n{}",
            filling.replace("Filler", &format!("Filler{number}"))
        );
        folder = folder.write(&format!("stacks/{number}.yaml"), &template);
    }
    let first = scan(&folder, &["--format", "json", "--show", "all", "--jobs", "1"]).out;
    assert!(first.contains("gives no reason") || first.contains("suppresses nothing"), "{first}");
    for _ in 0..8 {
        assert_eq!(scan(&folder, &["--format", "json", "--show", "all", "--jobs", "4"]).out, first);
    }
}

#[test]
fn fingerprints_survive_moved_lines() {
    let fingerprint = |text: &str| {
        let folder = Folder::new("moved").write("keys.tf", text);
        json(&scan(&folder, &["--format", "json"]))["results"][0]["fingerprint"].clone()
    };
    let moved = format!("# a comment\n\n\n{KEYS}");
    assert_eq!(fingerprint(KEYS), fingerprint(&moved));
    assert_ne!(fingerprint(KEYS), fingerprint(&KEYS.replace("\"bad\"", "\"worse\"")));
}

#[test]
fn fingerprints_do_not_depend_on_where_the_scan_began() {
    let folder = Folder::new("began").write("infra/keys.tf", KEYS).write("else/where/x", "");
    let fingerprint = |below: &str, path: &str| {
        let arguments = ["scan", path, "--pages", PAGES, "--page", "demo", "--format", "json"];
        let said = folder.run_below(below, &arguments);
        json(&said)["results"][0]["fingerprint"].clone()
    };
    let first = fingerprint(".", "infra");
    assert_eq!(fingerprint("infra", "."), first);
    assert_eq!(fingerprint("else/where", "../../infra"), first);
}

#[test]
fn assumptions_become_facts() {
    let bucket = "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"a\"\n}\n";
    let page = "---\ntitle: Bucket that can be made public\nseverity: high\nmission: [B1]\nsince: 0.1.0\nlinks: [https://docs.aws.amazon.com/]\n---\nWhy.\n\n## Rule\n```cel AWS::S3::Bucket\naccount.PublicAccessBlockConfiguration.BlockPublicAcls == true\n```\n";
    let run = |settings: &str| {
        let folder = Folder::new("assume")
            .write("a.tf", bucket)
            .write("own/demo/account-block.md", page)
            .write("redan.toml", &format!("pages = [\"own\"]\nonly = [\"demo/account-block\"]\n{settings}"));
        folder.run(&["scan", "--format", "json"])
    };
    let said = run("");
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(json(&said)["results"][0]["assumptions"][0].as_str().unwrap().contains("vendor's defaults"));
    assert_eq!(run("[assume.account.PublicAccessBlockConfiguration]\nBlockPublicAcls = true\n").code, 0);
    let said = run("[assume]\nhouse.Door = true\n");
    assert!(said.out.contains("`house.Door` names no attribute of a place"), "{}", said.out);
}

#[test]
fn settings_change_pages_and_what_is_read() {
    let folder = Folder::new("settings-all")
        .write("infra/keys.tf", KEYS)
        .write("infra/old/keys.tf", KEYS)
        .write("redan.toml", &format!("pages = [\"{PAGES}\"]\nonly = [\"demo\"]\nexclude = [\"**/old/**\"]\n[severity]\n\"demo/rotation\" = \"critical\"\n"));
    let report = json(&folder.run(&["scan", "infra", "--format", "json"]));
    assert_eq!(report["summary"]["fail"], 1);
    assert_eq!(report["results"][0]["severity"], "critical");
    assert_eq!(report["results"][0]["location"]["file"], "infra/keys.tf");
}

#[test]
fn parameters_are_checked_against_the_page() {
    let group = "resource \"aws_security_group\" \"a\" {\n  ingress {\n    protocol = \"tcp\"\n    from_port = 5985\n    to_port = 5985\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n";
    let set = |text: &str| {
        let folder = Folder::new("parameters").write("a.tf", group).write("redan.toml", text);
        scan(&folder, &[])
    };
    assert_eq!(set("").code, 0);
    assert_eq!(set("[parameters.\"demo/open-ssh\"]\nports = [5985]\n").code, 1);
    let said = set("[parameters.\"demo/open-ssh\"]\nport = [5985]\n");
    assert_eq!(said.code, 2);
    assert!(said.err.contains("`port`"), "{}", said.err);
    let said = set("[parameters.\"demo/open-shh\"]\nports = [5985]\n");
    assert!(said.err.contains("did you mean `demo/open-ssh`?"), "{}", said.err);
}

#[test]
fn what_resources_contain_cannot_break_the_output() {
    let folder = Folder::new("hostile").write(
        "a.tf",
        "resource \"aws_kms_key\" \"a\" {\n  description = \"\u{1b}[2J\u{202e}\"\n  enable_key_rotation = \"\u{1b}[31mfalse\u{7}\"\n}\n",
    );
    for format in ["full", "concise", "json", "sarif"] {
        let said = scan(&folder, &["--format", format, "--show", "all"]);
        assert!(!said.out.chars().any(|c| c.is_control() && c != '\n'), "{format}: {:?}", said.out);
    }
}

#[test]
fn a_plan_from_standard_input_is_read() {
    let plan = r#"{"format_version": "1.2", "terraform_version": "1.11.4",
      "planned_values": {"root_module": {"resources": [{"address": "aws_kms_key.a", "mode": "managed", "type": "aws_kms_key",
        "name": "a", "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0,
        "values": {"enable_key_rotation": false}}]}},
      "resource_changes": [{"address": "aws_kms_key.a", "mode": "managed", "type": "aws_kms_key", "name": "a",
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": ["create"], "before": null, "after": {"enable_key_rotation": false}, "after_unknown": {"arn": true}}}],
      "configuration": {"root_module": {"resources": [{"address": "aws_kms_key.a", "mode": "managed", "type": "aws_kms_key",
        "name": "a", "provider_config_key": "aws", "expressions": {"enable_key_rotation": {"constant_value": false}}}]}}}"#;
    let folder = Folder::new("plan");
    let said = folder.run_with(&["scan", "-", "--pages", PAGES, "--page", "demo", "--format", "json"], plan);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert_eq!(json(&said)["results"][0]["resource"]["address"], "aws_kms_key.a");
}

#[test]
fn the_example_says_what_its_readme_says() {
    let folder = Folder::new("example");
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/storefront");
    let pages = "network/admin-ports-open,storage/public-access,data/key-rotation-off";
    let run = |more: &[&str]| {
        let mut arguments = vec!["scan", example, "--page", pages, "--format", "json"];
        arguments.extend_from_slice(more);
        json(&folder.run(&arguments))
    };
    let addresses = |report: &Value, page: &str, verdict: &str| {
        let results = report["results"].as_array().unwrap().iter();
        let wanted = results.filter(|result| result["page"] == page && result["verdict"] == verdict);
        let mut all: Vec<String> =
            wanted.map(|result| result["resource"]["address"].as_str().unwrap().to_owned()).collect();
        all.sort();
        all
    };
    let report = run(&[]);
    assert_eq!(report["problems"], serde_json::json!([]));
    assert_eq!(
        addresses(&report, "network/admin-ports-open", "fail"),
        ["aws_security_group.bastion", "azurerm_network_security_group.desks"]
    );
    assert_eq!(addresses(&report, "network/admin-ports-open", "unknown"), ["aws_security_group.delivery"]);
    assert_eq!(
        addresses(&report, "storage/public-access", "fail"),
        ["aws_s3_bucket.images", "azurerm_storage_account.legacy", "module.exports.aws_s3_bucket.this"]
    );
    assert_eq!(addresses(&report, "data/key-rotation-off", "fail"), ["aws_kms_key.sessions"]);
    let report = run(&["--var", "partner_cidr=203.0.113.0/24"]);
    assert_eq!(report["summary"]["unknown"], 0);
}

#[test]
fn partial_resources_are_shown_where_they_are_stated() {
    let text = "resource \"aws_s3_bucket_public_access_block\" \"x\" {\n  bucket            = \"made-elsewhere\"\n  block_public_acls = false\n}\n";
    let folder = Folder::new("partial").write("a.tf", text);
    let report = json(&folder.run(&["scan", "--page", "storage/public-access", "--format", "json"]));
    let result = &report["results"][0];
    assert_eq!(result["resource"]["address"], "aws_s3_bucket_public_access_block.x");
    assert_eq!(result["resource"]["kind"], "AWS::S3::Bucket");
    assert_eq!(result["location"]["line"], 3);
}

#[test]
fn a_resource_that_may_not_exist_is_judged_as_if_it_did() {
    let text = "variable \"n\" {}\nresource \"aws_kms_key\" \"a\" {\n  count               = var.n\n  enable_key_rotation = false\n}\n";
    let folder = Folder::new("existence").write("a.tf", text);
    let report = json(&scan(&folder, &["--format", "json"]));
    assert_eq!(report["results"][0]["verdict"], "fail");
    assert_eq!(report["results"][0]["assumptions"][0], "the resource exists, which is not known: var.n");
}

#[test]
fn hostile_trees_end_with_problems() {
    let deep = format!("locals {{\n  x = {}{}\n}}\n", "[".repeat(50_000), "]".repeat(50_000));
    let folder = Folder::new("hostile-tree")
        .write("deep.tf", &deep)
        .write("count.tf", "resource \"aws_kms_key\" \"k\" {\n  count = 1000000000\n}\n")
        .write("circle.tf", "locals {\n  a = local.b\n  b = local.a\n}\nresource \"aws_kms_key\" \"c\" {\n  enable_key_rotation = local.a\n}\n")
        .write("outside.tf", "resource \"aws_kms_key\" \"o\" {\n  description = file(\"/etc/passwd\")\n}\n");
    let report = json(&scan(&folder, &["--format", "json"]));
    let files: Vec<&str> = report["problems"].as_array().unwrap().iter().filter_map(|p| p["file"].as_str()).collect();
    for file in ["deep.tf", "count.tf", "circle.tf", "outside.tf"] {
        assert!(files.contains(&file), "{file}: {files:?}");
    }
    assert!(!report.to_string().contains("root:"), "nothing outside of the folder is read");
}

#[test]
fn coverage_counts_values_by_the_reason_for_which_they_are_unknown() {
    let folder = Folder::new("coverage").write("keys.tf", KEYS);
    let said = scan(&folder, &["--coverage"]);
    assert!(said.err.contains("3 attribute values"), "{}", said.err);
    assert!(said.err.contains("66.67 %  known"), "{}", said.err);
    assert!(said.err.contains("33.33 %  input without a value"), "{}", said.err);
}
