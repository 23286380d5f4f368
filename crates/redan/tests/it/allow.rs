//! Suppressions: comments of our own and of other scanners, and those of the settings.

use crate::common::{Folder, Said};
use serde_json::Value;

const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages");

/// The first second of 2026-06-01.
const NOW: &str = "1780272000";

fn scan(folder: &Folder, more: &[&str]) -> Said {
    let mut arguments = vec!["scan", ".", "--pages", PAGES, "--page", "demo", "--now", NOW];
    arguments.extend_from_slice(more);
    folder.run(&arguments)
}

fn report(folder: &Folder, more: &[&str]) -> Value {
    let mut arguments = vec!["--format", "json"];
    arguments.extend_from_slice(more);
    let said = scan(folder, &arguments);
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", said.out, said.err))
}

/// Each result as `address state`.
fn states(report: &Value) -> Vec<String> {
    let results = report["results"].as_array().unwrap();
    results
        .iter()
        .map(|one| format!("{} {}", one["resource"]["address"].as_str().unwrap(), one["state"].as_str().unwrap()))
        .collect()
}

fn problems(report: &Value) -> Vec<String> {
    let all = report["problems"].as_array().unwrap();
    all.iter().map(|one| format!("{}: {}", one["line"], one["message"].as_str().unwrap())).collect()
}

fn key(name: &str, above: &str, inside: &str, on: &str) -> String {
    format!("{above}resource \"aws_kms_key\" \"{name}\" {{\n{inside}  enable_key_rotation = false{on}\n}}\n")
}

#[test]
fn a_comment_on_a_line_above_it_or_in_the_block() {
    let ours = "# redan:allow demo/rotation the vendor rotates it";
    for (above, inside, on) in [
        (format!("{ours}\n"), String::new(), String::new()),
        (String::new(), format!("  {ours}\n"), String::new()),
        (String::new(), String::new(), format!(" {ours}")),
        (String::new(), format!("  {ours}\n  description = \"x\"\n"), String::new()),
        ("/* redan:allow DEMO_1 the vendor\n rotates it */\n".into(), String::new(), String::new()),
    ] {
        let text = key("a", &above, &inside, &on) + &key("b", "", "", "");
        let folder = Folder::new("allow-ours").write("a.tf", &text);
        let report = report(&folder, &[]);
        assert_eq!(states(&report), ["aws_kms_key.b open", "aws_kms_key.a suppressed"], "{text}");
        assert_eq!(report["summary"]["suppressed"], 1);
        assert_eq!(report["summary"]["fail"], 1);
        assert!(problems(&report).is_empty(), "{text}: {:?}", problems(&report));
        let suppression = &report["results"][1]["suppression"];
        assert!(suppression["reason"].as_str().unwrap().starts_with("the vendor"), "{suppression}");
        assert_eq!(suppression["location"]["file"], "a.tf");
    }
}

#[test]
fn what_is_not_covered_stays_open() {
    for text in [
        key("a", "# redan:allow demo/rotation the wrong place\n\n", "", ""),
        key("a", "x = \"# redan:allow demo/rotation a text\"\n", "", ""),
        key("a", "", "  # redan:allow demo/account-block another page\n", ""),
        key("a", "", "  description = \"x\" # redan:allow demo/rotation another line\n", ""),
        "resource \"aws_kms_key\" \"b\" {\n  # redan:allow demo/rotation another resource\n  enable_key_rotation = true\n}\n".to_owned()
            + &key("a", "", "", ""),
    ] {
        let folder = Folder::new("allow-open").write("a.tf", &text);
        assert_eq!(states(&report(&folder, &[])), ["aws_kms_key.a open"], "{text}");
        assert_eq!(scan(&folder, &[]).code, 1);
    }
}

#[test]
fn it_holds_for_every_instance_and_through_module_calls() {
    let module =
        "resource \"aws_kms_key\" \"k\" {\n  for_each = toset([\"x\", \"y\"])\n  enable_key_rotation = false\n}\n";
    let calls = "# redan:allow demo/rotation the whole module\nmodule \"a\" {\n  source = \"./m\"\n}\nmodule \"b\" {\n  source = \"./m\"\n}\n";
    let folder = Folder::new("allow-module").write("m/main.tf", module).write("main.tf", calls);
    assert_eq!(
        states(&report(&folder, &[])),
        [
            "module.b.aws_kms_key.k[\"x\"] open",
            "module.b.aws_kms_key.k[\"y\"] open",
            "module.a.aws_kms_key.k[\"x\"] suppressed",
            "module.a.aws_kms_key.k[\"y\"] suppressed",
        ]
    );
    let many = "resource \"aws_kms_key\" \"k\" {\n  # redan:allow demo/rotation all of them\n  count = 3\n  enable_key_rotation = false\n}\n";
    let folder = Folder::new("allow-count").write("main.tf", many);
    let said = scan(&folder, &[]);
    assert_eq!(said.code, 0, "{}", said.out);
    assert!(said.out.contains("0 findings · 0 unknown · 0 passed · 3 suppressed"), "{}", said.out);
    let all = scan(&folder, &["--show", "all"]).out;
    assert!(all.contains("suppressed by redan:allow: all of them"), "{all}");
}

#[test]
fn the_comments_of_other_scanners() {
    for (above, inside, on, expected) in [
        ("", "  # checkov:skip=DEMO_1:the vendor does\n", "", "suppressed"),
        ("# checkov:skip=DEMO_1:only inside of blocks\n", "", "", "open"),
        ("#trivy:ignore:DEMO_1\n", "", "", "suppressed"),
        ("#trivy:ignore:AVD-DEMO_1 the old name\n", "", "", "suppressed"),
        ("", "  #tfsec:ignore:demo_1\n", "", "suppressed"),
        ("", "", " #tfsec:ignore:*", "suppressed"),
        ("#trivy:ignore:DEMO_1:exp:2026-06-02\n", "", "", "suppressed"),
        ("#trivy:ignore:DEMO_1:exp:2026-06-01\n", "", "", "open"),
        ("", "  # kics-scan ignore-line\n", "", "suppressed"),
        ("# kics-scan ignore-block\n", "", "", "suppressed"),
        ("# kics-scan disable=DEMO_1\n", "", "", "suppressed"),
        ("# kics-scan ignore\n", "", "", "suppressed"),
        ("# kics-scan enable=DEMO_1\n", "", "", "open"),
        ("# kics-scan enable=other\n", "", "", "suppressed"),
        ("#trivy:ignore:OTHER_1\n", "", "", "open"),
    ] {
        let folder = Folder::new("allow-theirs").write("a.tf", &key("a", above, inside, on));
        assert_eq!(states(&report(&folder, &[])), [format!("aws_kms_key.a {expected}")], "{above}{inside}{on}");
    }
}

#[test]
fn suppressions_are_watched() {
    let text = key("a", "# redan:allow demo/rotation\n", "", "")
        + &key("b", "# redan:allow demo/rotation for a while until 2026-05-31\n", "", "")
        + &key("c", "# redan:allow demo/rotation long enough until 2026-06-01\n", "", "")
        + "# redan:allow demo/rotation nothing here\n"
        + "# redan:allow demo/no-such-page why\n"
        + "# redan:allow demo/rotation until 2026-02-30\n"
        + "# trivy:ignore:SOMEBODY-ELSE-1\n";
    let folder = Folder::new("allow-watched").write("a.tf", &text);
    let report = report(&folder, &[]);
    assert_eq!(states(&report), ["aws_kms_key.b open", "aws_kms_key.a suppressed", "aws_kms_key.c suppressed"]);
    let mut found = problems(&report);
    found.sort();
    assert_eq!(
        found,
        [
            "13: `redan:allow` suppresses nothing",
            "14: `redan:allow` names a page that does not exist: `demo/no-such-page`",
            "15: `redan:allow` ends on a day that does not exist",
            "1: `redan:allow` gives no reason",
            "5: `redan:allow` has expired: it held until 2026-05-31",
        ]
    );
    assert!(report["problems"].as_array().unwrap().iter().all(|one| one["kind"] == "suppression"));
    assert_eq!(report["summary"]["incomplete"], false);
}

#[test]
fn settings_accept_by_path_and_address() {
    let settings = format!(
        "pages = [\"{PAGES}\"]\nonly = [\"demo\"]\n\n[[allow]]\npage = \"demo/rotation\"\npath = \"old/**\"\naddress = \"aws_kms_key.a*\"\nreason = \"goes away\"\nuntil = 2026-12-31\n\n[[allow]]\npage = \"demo\"\naddress = \"nothing\"\n"
    );
    let folder = Folder::new("allow-settings")
        .write("redan.toml", &settings)
        .write("old/a.tf", &(key("a", "", "", "") + &key("b", "", "", "")))
        .write("new/a.tf", &key("a", "", "", ""));
    let said = folder.run(&["scan", ".", "--now", NOW, "--format", "json"]);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(states(&report), ["aws_kms_key.a open", "aws_kms_key.b open", "aws_kms_key.a suppressed"]);
    assert_eq!(report["results"][2]["suppression"]["form"], "[[allow]]");
    assert_eq!(report["results"][2]["suppression"]["location"]["file"], "redan.toml");
    assert_eq!(report["results"][2]["suppression"]["location"]["line"], 4);
    assert_eq!(problems(&report), ["11: `[[allow]]` suppresses nothing"]);
    let sarif = folder.run(&["scan", ".", "--now", NOW, "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&sarif.out).unwrap();
    let suppression = &sarif["runs"][0]["results"][2]["suppressions"][0];
    assert_eq!(suppression["kind"], "external");
    assert_eq!(suppression["justification"], "goes away");
}

#[test]
fn settings_are_read_strictly() {
    for (text, expected) in [
        ("[[allow]]\npage = \"demo/rotation\"\nuntill = 2026-01-01\n", "redan.toml:3: no such setting: `untill`"),
        ("[[allow]]\nreason = \"x\"\n", "redan.toml:1: `allow` names no page"),
        ("\n[[override]]\nseverity = {}\n", "redan.toml:2: `override` has no path"),
        ("[severity]\n\"demo/rotation\" = \"grave\"\n", "redan.toml:2: the severity of `demo/rotation` must be"),
        ("[[allow]]\npage = \"demo/rotatoin\"\n", "no such page: `demo/rotatoin`"),
    ] {
        let folder = Folder::new("settings-strict").write("redan.toml", text).write("a.tf", "");
        let said = folder.run(&["scan", ".", "--pages", PAGES]);
        assert_eq!(said.code, 2);
        assert!(said.err.contains(expected), "{}", said.err);
    }
}

#[test]
fn overrides_hold_where_their_glob_fits() {
    let settings = format!(
        "pages = [\"{PAGES}\"]\nonly = [\"demo/rotation\"]\n\n[[override]]\npath = \"dev/**\"\nseverity = {{\"demo/rotation\" = \"low\"}}\n\n[[override]]\npath = \"dev/core/*\"\nseverity = {{\"demo/rotation\" = \"critical\"}}\n"
    );
    let folder = Folder::new("overrides")
        .write("redan.toml", &settings)
        .write("prod/a.tf", &key("prod", "", "", ""))
        .write("dev/a.tf", &key("dev", "", "", ""))
        .write("dev/core/a.tf", &key("core", "", "", ""));
    let said = folder.run(&["scan", ".", "--format", "concise"]);
    let first: Vec<&str> = said.out.lines().take(3).map(|line| line.split(&[' ', '['][..]).nth(1).unwrap()).collect();
    assert_eq!(first, ["critical", "medium", "low"], "{}", said.out);
    let high = folder.run(&["scan", ".", "--format", "concise", "--severity", "high"]);
    assert!(high.out.contains("aws_kms_key.core") && !high.out.contains("aws_kms_key.dev"), "{}", high.out);
}

/// A plan has no comments: those of the code that is read beside it hold for it, where they cover the resource.
#[test]
fn comments_hold_for_plans_beside_the_code() {
    let key = |name: &str| {
        serde_json::json!({"address": format!("aws_kms_key.{name}[0]"), "mode": "managed", "type": "aws_kms_key", "name": name,
            "index": 0, "provider_name": "registry.terraform.io/hashicorp/aws",
            "values": {"enable_key_rotation": false}})
    };
    let plan = serde_json::json!({"format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [key("a"), key("b")]}}, "resource_changes": [], "configuration": {}});
    let block = |name: &str, inside: &str| {
        format!("resource \"aws_kms_key\" \"{name}\" {{\n{inside}  count = 1\n  enable_key_rotation = false\n}}\n")
    };
    let code = block("a", "  # checkov:skip=DEMO_1:the vendor rotates it\n") + &block("b", "");
    let folder = Folder::new("allow-plans").write("a.tf", &code).write("plan.json", &plan.to_string());
    let arguments = ["scan", "plan.json", "a.tf", "--pages", PAGES, "--page", "demo", "--now", NOW, "--format", "json"];
    let said = folder.run(&arguments);
    let report: Value =
        serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", said.out, said.err));
    let mut found = states(&report);
    found.sort();
    let expected = [
        "aws_kms_key.a[0] suppressed",
        "aws_kms_key.a[0] suppressed",
        "aws_kms_key.b[0] open",
        "aws_kms_key.b[0] open",
    ];
    assert_eq!(found, expected, "{}", said.err);
    let alone =
        folder.run(&["scan", "plan.json", "--pages", PAGES, "--page", "demo", "--now", NOW, "--format", "json"]);
    let report: Value = serde_json::from_str(&alone.out).unwrap();
    assert_eq!(report["summary"]["suppressed"], 0, "{}", alone.out);
}

/// Trivy's three names for one check.
#[test]
fn long_names_of_checks_are_known() {
    for name in ["AWS-0065", "AVD-AWS-0065", "aws-kms-auto-rotate-keys"] {
        let above = format!("# tfsec:ignore:{name} the vendor rotates it\n");
        let folder = Folder::new("allow-long").write("a.tf", &key("a", &above, "", ""));
        let said = folder.run(&["scan", ".", "--page", "data/key-rotation-off", "--now", NOW, "--format", "json"]);
        let report: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(report["summary"]["suppressed"], 1, "{name}: {}", said.out);
        let found = folder.run(&["pages", "find", name]);
        assert!(found.out.contains("data/key-rotation-off"), "{name}: {}{}", found.out, found.err);
    }
}

/// The state of the one result of a page on a file.
fn state_of(page: &str, name: &str, text: &str) -> String {
    let folder = Folder::new(&format!("allow-{name}")).write(name, text);
    let said = folder.run(&["scan", ".", "--format", "json", "--page", page, "--now", NOW]);
    let report: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}\n{}", said.err));
    let states: Vec<&Value> = report["results"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states.len(), 1, "{text}: {report}");
    states[0].as_str().unwrap().to_owned()
}

#[test]
fn comments_and_metadata_of_templates() {
    let yaml = |above: &str, inside: &str, on: &str| {
        format!(
            "Resources:\n{above}  Key:\n    Type: AWS::KMS::Key\n{inside}    Properties:\n      EnableKeyRotation: false{on}\n"
        )
    };
    let skip = "    Metadata:\n      checkov:\n        skip:\n          - id: CKV_AWS_7\n            comment: the vendor does\n";
    let flow = "    Metadata: {checkov: {skip: [{id: CKV_AWS_7, comment: the vendor does}]}}\n";
    for (above, inside, on, expected) in [
        ("  # redan:allow data/key-rotation-off the vendor does\n", "", "", "suppressed"),
        ("", "    # redan:allow data/key-rotation-off the vendor does\n", "", "suppressed"),
        ("", "", " # redan:allow data/key-rotation-off the vendor does", "suppressed"),
        ("", "    # checkov:skip=CKV_AWS_7:the vendor does\n", "", "suppressed"),
        ("", skip, "", "suppressed"),
        ("", flow, "", "suppressed"),
        ("", "    # redan:allow data/rds-unencrypted another page\n", "", "open"),
        ("", "    Description: 'redan:allow data/key-rotation-off a text'\n", "", "open"),
        ("", "    Metadata: {checkov: {skip: [{id: CKV_AWS_8, comment: another}]}}\n", "", "open"),
        ("", "    Metadata: {cfn_nag: {rules_to_suppress: [{id: CKV_AWS_7, reason: another tool}]}}\n", "", "open"),
    ] {
        let text = yaml(above, inside, on);
        assert_eq!(state_of("data/key-rotation-off", "main.yaml", &text), expected, "{text}");
    }
    let json = |more: &str| {
        format!(
            "{{\"Resources\": {{\n\"Key\": {{\n\"Type\": \"AWS::KMS::Key\",{more}\n\"Properties\": {{\"EnableKeyRotation\": false}}\n}}}}}}"
        )
    };
    for (more, expected) in [
        (
            "\n\"Metadata\": {\"checkov\": {\"skip\": [{\"id\": \"CKV_AWS_7\", \"comment\": \"the vendor does\"}]}},",
            "suppressed",
        ),
        ("\n\"//\": \"redan:allow data/key-rotation-off the vendor does\",", "suppressed"),
        ("\n\"Metadata\": {\"note\": \"redan:allow data/key-rotation-off a text\"},", "open"),
    ] {
        assert_eq!(state_of("data/key-rotation-off", "main.json", &json(more)), expected, "{more}");
    }
}

#[test]
fn comments_of_bicep() {
    let page = "data/storage-account-old-tls";
    let text = |above: &str, inside: &str, on: &str| {
        format!(
            "{above}resource a 'Microsoft.Storage/storageAccounts@2023-05-01' = {{\n  name: 'a'\n{inside}  properties: {{\n    minimumTlsVersion: 'TLS1_0'{on}\n  }}\n}}\n"
        )
    };
    for (above, inside, on, expected) in [
        ("// redan:allow data/storage-account-old-tls an old client\n", "", "", "suppressed"),
        ("", "  // redan:allow data/storage-account-old-tls an old client\n", "", "suppressed"),
        ("", "", " // redan:allow data/storage-account-old-tls an old client", "suppressed"),
        ("", "  // checkov:skip=CKV_AZURE_44:an old client\n", "", "suppressed"),
        ("/* redan:allow data/storage-account-old-tls\n an old client */\n", "", "", "suppressed"),
        ("", "  location: 'redan:allow data/storage-account-old-tls a text'\n", "", "open"),
        ("// redan:allow data/storage-account-plain-http another page\n", "", "", "open"),
    ] {
        let text = text(above, inside, on);
        assert_eq!(state_of(page, "main.bicep", &text), expected, "{text}");
    }
}
