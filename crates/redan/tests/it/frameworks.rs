//! Frameworks: the list, one of them, a scan by controls in every format that has one.

use crate::common::{Folder, Said};

const CODE: &str = "resource \"aws_kms_key\" \"bad\" {\n  enable_key_rotation = false\n}\nresource \"aws_kms_key\" \"good\" {\n  enable_key_rotation = true\n}\n# redan:allow data/rds-unencrypted =a test\nresource \"aws_db_instance\" \"d\" {\n  storage_encrypted = false\n}\nvariable \"v\" {}\nresource \"aws_ebs_encryption_by_default\" \"v\" {\n  enabled = var.v\n}\nresource \"aws_efs_file_system\" \"f\" {\n  encrypted = true\n}\nresource \"aws_config_configuration_recorder\" \"r\" {\n  role_arn = \"arn:aws:iam::123456789012:role/r\"\n  recording_group {\n    all_supported                 = true\n    include_global_resource_types = true\n  }\n}\n";

fn audit(folder: &Folder, format: &str) -> Said {
    folder.run(&["scan", ".", "--framework", "cis-aws-7.0", "--now", "1780272000", "--format", format])
}

#[test]
fn every_page_of_every_framework_exists() {
    let folder = Folder::new("frameworks-list");
    let said = folder.run(&["frameworks"]);
    assert_eq!(said.code, 0, "{}", said.err);
    for name in
        ["cis-aws-6.0", "cis-aws-7.0", "cis-azure-5.0", "cis-azure-6.0", "aws-fsbp", "mcsb-1.0", "responsibility"]
    {
        assert!(said.out.contains(name), "{name}\n{}", said.out);
        let one = folder.run(&["frameworks", name]);
        assert_eq!(one.code, 0, "{}", one.err);
    }
    let one = folder.run(&["frameworks", "responsibility"]).out;
    assert!(one.contains("not ours") && one.contains("hypervisor"), "{one}");
    let wrong = folder.run(&["frameworks", "cis-aws-8.0"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("did you mean `cis-aws-"), "{}", wrong.err);
}

#[test]
fn controls_stand_as_their_results_say() {
    let folder = Folder::new("frameworks-scan").write("a.tf", CODE);
    let said = audit(&folder, "full");
    assert_eq!(said.code, 1);
    let stands = |control: &str, standing: &str| {
        let line = said.out.lines().find(|line| line.contains(&format!(" {control} "))).unwrap_or_default();
        assert!(line.trim_start().starts_with(standing), "{control} {standing}: {line}\n{}", said.out);
    };
    stands("4.6", "fail");
    stands("3.2.1", "failures accepted");
    stands("6.1.1", "unknown");
    stands("3.3.1", "pass");
    stands("4.3", "pass in part");
    stands("2.2", "manual");
    stands("2.4", "nothing to judge");

    assert!(said.out.contains("not asked by any page: that a recorder runs"), "{}", said.out);
    assert!(said.out.contains("a.tf:2:"), "{}", said.out);
    assert!(said.out.contains("70 controls: "), "{}", said.out);
}

#[test]
fn auditors_get_rows_and_a_page() {
    let folder = Folder::new("frameworks-formats").write("a.tf", CODE);
    let csv = audit(&folder, "csv").out;
    let rows: Vec<&str> = csv.lines().collect();
    assert!(rows[0].starts_with("\"framework\",\"version\",\"section\",\"control\""), "{}", rows[0]);
    let cells = rows.iter().map(|row| row.matches("\",\"").count()).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(cells.into_iter().collect::<Vec<_>>(), [22], "every row has every cell");
    assert!(
        rows.iter().any(|row| row.contains("\"4.6\"") && row.contains("\"pass\"") && row.contains("aws_kms_key.good"))
    );
    assert!(rows.iter().any(|row| row.contains("\"2.2\"") && row.contains("\"manual\"")));
    let html = audit(&folder, "html").out;
    assert!(html.starts_with("<!doctype html>") && html.contains("default-src 'none'"), "{html}");
    assert!(html.contains("<span class=\"standing fail\">fail</span> <span class=\"id\">4.6</span>"), "{html}");
    assert!(!html.contains("<script"));
    let json = audit(&folder, "json").out;
    assert!(json.contains("data/key-rotation-off") && !json.contains("data/logs-without"), "only its pages");
}

/// A page asks many kinds, and a control about one of them is not failed by the others.
#[test]
fn a_control_is_judged_by_its_own_resources() {
    let code = "resource \"azurerm_security_center_subscription_pricing\" \"a\" {\n  tier = \"Free\"\n  resource_type = \"StorageAccounts\"\n}\nresource \"azurerm_security_center_subscription_pricing\" \"b\" {\n  tier = \"Standard\"\n  resource_type = \"KeyVaults\"\n}\nresource \"aws_security_group\" \"s\" {\n  ingress {\n    protocol = \"tcp\"\n    from_port = 22\n    to_port = 22\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n";
    let folder = Folder::new("frameworks-kinds").write("a.tf", code);
    let said = folder.run(&["scan", ".", "--framework", "cis-azure-6.0"]);
    let line = |control: &str| said.out.lines().find(|line| line.contains(&format!(" {control} "))).unwrap_or_default();
    assert!(line("8.1.5.1").trim_start().starts_with("fail"), "{}", said.out);
    assert!(line("8.1.8.1").trim_start().starts_with("pass"), "{}", said.out);
    assert!(line("7.2").trim_start().starts_with("nothing to judge"), "{}", said.out);
    assert!(said.out.contains("asked as well: SSH, RDP and WinRM together"), "{}", said.out);
    let ours = "title: O\nversion: 1\nsource: https://example.com\nsections: {A: All}\ncontrols:\n  - {id: A.1, title: T, pages: [data/key-rotation-off], kinds: [\"AWS::S3::Bucket\"]}\n";
    let wrong = folder.write("o.yaml", ours).run(&["frameworks", "o.yaml"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("no page of the control `A.1` is about AWS::S3::Bucket"), "{}", wrong.err);
}

#[test]
fn a_framework_of_ones_own_is_a_file() {
    let text = "title: Ours\nversion: 1\nsource: https://example.com/ours\nsections: {A: All}\ncontrols:\n  - {id: A.1, title: Keys are rotated, pages: [data/key-rotation-off]}\n";
    let folder = Folder::new("frameworks-own").write("a.tf", CODE).write("ours.yaml", text);
    let said = folder.run(&["scan", ".", "--framework", "ours.yaml"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("fail") && said.out.contains("A.1  Keys are rotated  (1 fail, 1 pass)"), "{}", said.out);
    let folder = folder.write("wrong.yaml", &text.replace("key-rotation-off", "key-rotation-of"));
    let said = folder.run(&["frameworks", "wrong.yaml"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("did you mean `data/key-rotation-off`?"), "{}", said.err);
}
