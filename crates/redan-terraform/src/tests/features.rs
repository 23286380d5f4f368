//! The features of the language that scanners get wrong: each with a twin that is open and one that is not, and the
//! evaluated value must tell them apart. One rule throughout: a security group that admits port 22, and an IAM wildcard.

use super::{Project, Scan};

const OPEN: &str = "0.0.0.0/0";
const INNER: &str = "10.0.0.0/8";

/// Replaces `CIDR` in every file and checks what `address` admits.
#[track_caller]
fn admits(files: &[(&str, &str)], address: &str, path: &str) {
    for cidr in [OPEN, INNER] {
        let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (*name, text.replace("CIDR", cidr))).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let scan = Project::new(&files).load();
        assert_eq!(scan.value(address, path), format!("[{cidr:?}]"), "{:?}", scan.messages());
        assert_eq!(scan.messages(), Vec::<&str>::new());
    }
}

const GROUP: &str = "aws_security_group.g";
const CIDRS: &str = "ingress.0.cidr_blocks";

#[track_caller]
fn group_admits(files: &[(&str, &str)]) {
    admits(files, GROUP, CIDRS);
}

/// A group whose rule is an expression.
fn group(cidrs: &str) -> String {
    format!(
        "resource \"aws_security_group\" \"g\" {{\n  ingress {{\n    from_port = 22\n    to_port = 22\n    protocol = \"tcp\"\n    cidr_blocks = {cidrs}\n  }}\n}}\n"
    )
}

#[test]
fn f01_plain() {
    group_admits(&[("main.tf", &group(r#"["CIDR"]"#))]);
}

#[test]
fn f02_variable_default() {
    group_admits(&[("main.tf", &(group("[var.cidr]") + "variable \"cidr\" {\n default = \"CIDR\"\n}"))]);
}

#[test]
fn f03_tfvars() {
    let main = group("var.cidrs") + "variable \"cidrs\" {\n type = list(string)\n default = [\"192.168.0.0/16\"]\n}";
    group_admits(&[("main.tf", &main), ("terraform.tfvars", "cidrs = [\"CIDR\"]\n")]);
}

#[test]
fn f04_dynamic() {
    let main = r#"
locals { cidrs = ["CIDR"] }
resource "aws_security_group" "g" {
  dynamic "ingress" {
    for_each = local.cidrs
    iterator = rule
    content {
      from_port   = 22
      cidr_blocks = [rule.value]
    }
  }
}"#;
    group_admits(&[("main.tf", main)]);
}

#[test]
fn f05_for_each_over_objects() {
    let main = r#"
variable "groups" { default = { g = { cidr = "CIDR", port = 22 } } }
resource "aws_security_group" "g" {
  for_each = var.groups
  ingress {
    from_port   = each.value.port
    cidr_blocks = [each.value.cidr]
  }
}"#;
    admits(&[("main.tf", main)], r#"aws_security_group.g["g"]"#, CIDRS);
}

#[test]
fn f06_for_each_over_for() {
    let main = r#"
variable "names" { default = ["g", "h"] }
resource "aws_security_group" "g" {
  for_each = { for name in var.names : name => { cidr = "CIDR" } if name != "h" }
  ingress { cidr_blocks = [each.value.cidr] }
}"#;
    admits(&[("main.tf", main)], r#"aws_security_group.g["g"]"#, CIDRS);
}

const MODULE: &str = "variable \"cidrs\" { type = list(string) }\n";

#[test]
fn f07_module_argument() {
    let module = MODULE.to_owned() + &group("var.cidrs");
    let main = "module \"net\" {\n  source = \"./net\"\n  cidrs = [\"CIDR\"]\n}";
    admits(&[("main.tf", main), ("net/main.tf", &module)], "module.net.aws_security_group.g", CIDRS);
}

#[test]
fn f08_module_for_each_over_for() {
    let module = MODULE.to_owned() + &group("var.cidrs");
    let main = r#"
module "net" {
  source   = "./net"
  for_each = { for name in ["a"] : name => ["CIDR"] }
  cidrs    = each.value
}"#;
    let address = r#"module.net["a"].aws_security_group.g"#;
    admits(&[("main.tf", main), ("net/main.tf", &module)], address, CIDRS);
}

#[test]
fn f09_module_output() {
    let main = "module \"ranges\" {\n  source = \"./ranges\"\n}\n".to_owned() + &group("module.ranges.allowed");
    group_admits(&[("main.tf", &main), ("ranges/out.tf", "output \"allowed\" {\n value = [\"CIDR\"]\n}")]);
}

#[test]
fn f10_merge_and_lookup() {
    let main = r#"locals { ranges = merge({ ssh = "127.0.0.1/32" }, { ssh = "CIDR" }) }"#.to_owned()
        + "\n"
        + &group(r#"[lookup(local.ranges, "ssh", "1.1.1.1/32")]"#);
    group_admits(&[("main.tf", &main)]);
}

#[test]
fn f11_format_and_concat() {
    let main = "locals {\n  parts = split(\"/\", \"CIDR\")\n}\n".to_owned()
        + &group(r#"concat([], [format("%s/%s", local.parts[0], local.parts[1])])"#);
    group_admits(&[("main.tf", &main)]);
}

#[test]
fn f12_conditional() {
    let main = "variable \"on\" { default = true }\n".to_owned() + &group(r#"var.on ? ["CIDR"] : ["8.8.8.8/32"]"#);
    group_admits(&[("main.tf", &main)]);
}

#[test]
fn f13_optional_default_and_try() {
    let main = r#"
variable "rule" {
  type    = object({ port = number, cidr = optional(string, "CIDR") })
  default = { port = 22 }
}
"#
    .to_owned()
        + &group("[try(var.rule.nothing, var.rule.cidr)]");
    group_admits(&[("main.tf", &main)]);
}

#[test]
fn f14_json_configuration() {
    let main = r#"{"resource": {"aws_security_group": {"g": {"ingress": [{"from_port": 22, "cidr_blocks": ["${var.cidr}"]}]}}},
  "variable": {"cidr": {"type": "string", "default": "CIDR"}}}"#;
    group_admits(&[("main.tf.json", main)]);
}

#[test]
fn f15_flatten_for() {
    let main = r#"locals { groups = { a = ["CIDR"], b = [] } }"#.to_owned()
        + "\n"
        + &group("flatten([for name, cidrs in local.groups : cidrs])");
    group_admits(&[("main.tf", &main)]);
}

#[test]
fn f16_count() {
    let main = r#"
variable "enabled" { default = true }
resource "aws_security_group" "g" {
  count = var.enabled ? 1 : 0
  ingress { cidr_blocks = ["CIDR"] }
}
resource "aws_security_group" "off" {
  count = var.enabled ? 0 : 1
  ingress { cidr_blocks = ["0.0.0.0/0"] }
}"#;
    admits(&[("main.tf", main)], "aws_security_group.g[0]", CIDRS);
    let scan = Project::new(&[("main.tf", main)]).load();
    assert_eq!(scan.addresses(), ["aws_security_group.g[0]"]);
}

#[test]
fn f17_yaml_file() {
    let main = "locals {\n  rules = yamldecode(file(\"${path.module}/rules.yaml\"))\n}\n".to_owned()
        + &group("local.rules.cidrs");
    group_admits(&[("main.tf", &main), ("rules.yaml", "cidrs:\n  - CIDR\n")]);
}

#[test]
fn f18_separate_rule() {
    let main = r#"
resource "aws_security_group" "g" {}
resource "aws_security_group_rule" "r" {
  security_group_id = aws_security_group.g.id
  cidr_blocks       = ["CIDR"]
}"#;
    admits(&[("main.tf", main)], "aws_security_group_rule.r", "cidr_blocks");
    let scan = Project::new(&[("main.tf", main)]).load();
    assert_eq!(scan.value("aws_security_group_rule.r", "security_group_id"), "<aws_security_group.g.id>");
}

#[test]
fn f19_nested_dynamic_with_labels() {
    let main = r#"
locals { rules = [{ port = 22, ranges = ["CIDR"] }] }
resource "aws_security_group" "g" {
  dynamic "ingress" {
    for_each = local.rules
    content {
      from_port = ingress.value.port
      dynamic "range" {
        for_each = ingress.value.ranges
        content { cidr = range.value }
      }
    }
  }
}"#;
    for cidr in [OPEN, INNER] {
        let scan = Project::new(&[("main.tf", &main.replace("CIDR", cidr))]).load();
        assert_eq!(scan.value(GROUP, "ingress"), format!("[{{from_port: 22, range: [{{cidr: {cidr:?}}}]}}]"));
    }
}

#[track_caller]
fn policy_allows(files: &[(&str, &str)]) {
    for action in ["*", "s3:GetObject"] {
        let files: Vec<(&str, String)> =
            files.iter().map(|(name, text)| (*name, text.replace("ACTION", action))).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let scan = Project::new(&files).load();
        let found = scan.value("aws_iam_policy.p", "policy.Statement.0.Action");
        assert_eq!(found, format!("[{action:?}]"), "{:?}", scan.messages());
    }
}

#[test]
fn f20_jsonencode_with_local() {
    let main = r#"
locals { actions = ["ACTION"] }
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = local.actions, Resource = "*" }] })
}"#;
    policy_allows(&[("main.tf", main)]);
}

#[test]
fn f21_policy_document() {
    let main = r#"
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["ACTION"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.d.json }"#;
    policy_allows(&[("main.tf", main)]);
}

#[test]
fn f22_templatefile() {
    let main = r#"resource "aws_iam_policy" "p" { policy = templatefile("${path.module}/policy.tpl", { actions = ["ACTION"] }) }"#;
    let template =
        "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": ${jsonencode(actions)}, \"Resource\": \"*\"}]}";
    for action in ["*", "s3:GetObject"] {
        let scan = Project::new(&[("main.tf", &main.replace("ACTION", action)), ("policy.tpl", template)]).load();
        let text = scan.value("aws_iam_policy.p", "policy");
        assert!(text.contains(&format!("[\\\"{action}\\\"]")), "{text} {:?}", scan.messages());
    }
}

#[test]
fn f23_source_policy_documents() {
    let main = r#"
data "aws_iam_policy_document" "base" {
  statement {
    actions   = ["ACTION"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "d" { source_policy_documents = [data.aws_iam_policy_document.base.json] }
resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.d.json }"#;
    policy_allows(&[("main.tf", main)]);
}

#[test]
fn the_deciding_literal_keeps_its_place() {
    let scan = Scan::text(
        "variable \"cidr\" {\n  default = \"0.0.0.0/0\"\n}\nresource \"aws_security_group\" \"g\" {\n  ingress {\n    cidr_blocks = [\"10.0.0.0/8\", var.cidr]\n  }\n}\n",
    );
    assert_eq!(scan.place(GROUP, "ingress.0.cidr_blocks.0"), "main.tf:6:20");
    assert_eq!(scan.place(GROUP, "ingress.0.cidr_blocks.1"), "main.tf:6:34 from main.tf:2:13");
    assert_eq!(scan.place(GROUP, "ingress.0"), "main.tf:5:3");
}
