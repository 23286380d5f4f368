//! Files, variables, modules, providers, references: what is loaded, in which order of precedence, and what stays unknown.

use super::{Project, Scan, show};
use crate::{Options, VariableInput};

#[test]
fn values_for_variables_come_in_terraforms_order() {
    let main = "variable \"v\" { default = \"default\" }\nresource \"t_r\" \"r\" { v = var.v }";
    let project = Project::new(&[("main.tf", main)]);
    assert_eq!(project.load().value("t_r.r", "v"), "\"default\"");
    let mut options = Options { environment: vec![("TF_VAR_v".into(), "environment".into())], ..Options::default() };
    assert_eq!(project.load_with(&options).value("t_r.r", "v"), "\"environment\"");
    project.write("terraform.tfvars", "v = \"tfvars\"\n");
    assert_eq!(project.load_with(&options).value("t_r.r", "v"), "\"tfvars\"");
    project.write("b.auto.tfvars", "v = \"b\"\n");
    project.write("a.auto.tfvars.json", "{\"v\": \"a\"}\n");
    assert_eq!(project.load_with(&options).value("t_r.r", "v"), "\"b\"");
    options.variables = vec![
        VariableInput::Value { name: "v".into(), text: "line".into() },
        VariableInput::File(project.path("last.tfvars")),
    ];
    project.write("last.tfvars", "v = \"file\"\n");
    assert_eq!(project.load_with(&options).value("t_r.r", "v"), "\"file\"");
}

#[test]
fn text_for_a_structured_variable_is_an_expression() {
    let project =
        Project::new(&[("main.tf", "variable \"v\" { type = list(number) }\nresource \"t_r\" \"r\" { v = var.v }")]);
    let variables = vec![VariableInput::Value { name: "v".into(), text: "[1, 2]".into() }];
    let options = Options { variables, ..Options::default() };
    assert_eq!(project.load_with(&options).value("t_r.r", "v"), "[1, 2]");
}

#[test]
fn unknowns_carry_their_reason() {
    let scan = Scan::text(
        r#"
variable "v" {}
data "t_d" "d" { name = "x" }
resource "t_r" "a" {}
module "m" { source = "registry/m/t" }
resource "t_r" "r" {
  input     = "${var.v}-x"
  data      = data.t_d.d.id
  stated    = data.t_d.d.name
  computed  = t_r.a.arn
  module    = module.m.out
  impure    = timestamp()
  workspace = terraform.workspace
  missing   = t_r.nowhere.id
  failed    = 1 + "x"
}"#,
    );
    assert_eq!(scan.value("t_r.r", "input"), "`${?input var.v}-x`");
    assert_eq!(scan.value("t_r.r", "data"), "<data.t_d.d.id>");
    assert_eq!(scan.value("t_r.r", "stated"), "<data.t_d.d.name = \"x\">");
    assert_eq!(scan.value("t_r.r", "computed"), "<t_r.a.arn>");
    assert_eq!(scan.value("t_r.r", "module"), "?module module.m");
    assert_eq!(scan.value("t_r.r", "impure"), "?impure timestamp");
    assert_eq!(scan.value("t_r.r", "workspace"), "?input terraform.workspace");
    assert_eq!(scan.value("t_r.r", "missing"), "<t_r.nowhere.id>");
    assert!(scan.value("t_r.r", "failed").starts_with("?problem"), "{}", scan.value("t_r.r", "failed"));
    assert_eq!(scan.loaded.problems.len(), 3, "{:?}", scan.messages());
}

#[test]
fn what_is_passed_to_an_unread_module_escapes() {
    let scan = Scan::text(
        "module \"m\" {\n  source = \"r/m/t\"\n  list = [for r in [t_r.a] : r.id]\n}\nresource \"t_r\" \"a\" {}\nresource \"t_r\" \"b\" {}",
    );
    assert!(scan.resource("t_r.a").escapes.is_some());
    assert!(scan.resource("t_r.b").escapes.is_none());
}

#[test]
fn text_with_references_keeps_its_holes() {
    let scan = Scan::text(
        "resource \"t_b\" \"b\" { name = \"n\" }\nresource \"t_p\" \"p\" {\n  arn = \"${t_b.b.arn}/*\"\n  name = \"${t_b.b.name}/*\"\n  plain = t_b.b.name\n  policy = jsonencode({ Resource = [t_b.b.arn, \"${t_b.b.arn}/*\"] })\n}",
    );
    assert_eq!(scan.value("t_p.p", "arn"), "`${<t_b.b.arn>}/*`");
    assert_eq!(scan.value("t_p.p", "name"), "\"n/*\"");
    assert_eq!(scan.value("t_p.p", "plain"), "<t_b.b.name = \"n\">");
    assert_eq!(scan.value("t_p.p", "policy"), "{Resource: [<t_b.b.arn>, `${<t_b.b.arn>}/*`]}");
    assert_eq!(scan.place("t_p.p", "policy.Resource.0"), "main.tf:6:37");
}

#[test]
fn unknown_count_leaves_existence_uncertain() {
    let scan = Scan::text(
        "variable \"n\" {}\nresource \"t_r\" \"a\" { count = var.n }\nresource \"t_r\" \"b\" {\n  for_each = { known = 1, (var.n) = 2 }\n  v = each.value\n}\nresource \"t_r\" \"c\" { a = t_r.a[0].id }",
    );
    assert_eq!(scan.addresses(), ["t_r.a", "t_r.b[\"known\"]", "t_r.b", "t_r.c"].map(String::from));
    assert!(!scan.certain("t_r.a") && scan.certain("t_r.b[\"known\"]") && !scan.certain("t_r.b"));
    assert_eq!(scan.value("t_r.c", "a"), "<t_r.a.id>");
}

#[test]
fn unknown_dynamic_blocks_leave_the_list_open() {
    let scan = Scan::text(
        "variable \"v\" {}\nresource \"t_r\" \"a\" {\n  rule { n = 1 }\n  dynamic \"rule\" {\n    for_each = var.v\n    content { n = rule.value }\n  }\n}",
    );
    assert_eq!(scan.value("t_r.a", "rule"), "[{n: 1}, …?input var.v]");
}

#[test]
fn override_files_replace_arguments_and_block_types() {
    let base =
        "locals { a = 1 }\nresource \"t_r\" \"r\" {\n  x = local.a\n  y = 1\n  rule { n = 1 }\n  rule { n = 2 }\n}";
    let over = "locals { a = 2 }\nresource \"t_r\" \"r\" {\n  y = 3\n  rule { n = 9 }\n}";
    let scan = Project::new(&[("main.tf", base), ("z_override.tf", over)]).load();
    assert_eq!(scan.value("t_r.r", ""), "{rule: [{n: 9}], x: 2, y: 3}");
    assert_eq!(scan.addresses().len(), 1);
}

#[test]
fn tofu_files_win_over_their_twins() {
    let files = [("main.tf", "resource \"t_r\" \"a\" {}"), ("main.tofu", "resource \"t_r\" \"b\" {}")];
    assert_eq!(Project::new(&files).load().addresses(), ["t_r.b"]);
}

#[test]
fn json_holds_blocks_and_dynamic_blocks() {
    let main = r#"{"//": "comment", "locals": {"n": 2},
"resource": {"t_r": {"r": [{"count": "${local.n - 1}", "tags": {"a": "${upper(\"x\")}"},
  "dynamic": {"rule": [{"for_each": ["p", "q"], "content": {"name": "${rule.value}"}}]}}]}},
"provider": {"t": [{"region": "one"}, {"alias": "other", "region": "two"}]}}"#;
    let scan = Project::new(&[("main.tf.json", main)]).load();
    assert_eq!(scan.value("t_r.r[0]", ""), r#"{rule: [{name: "p"}, {name: "q"}], tags: {a: "X"}}"#);
    assert_eq!(show(&scan.resource("t_r.r[0]").provider.body.value), r#"{region: "one"}"#);
    assert_eq!(scan.messages(), Vec::<&str>::new());
}

#[test]
fn modules_are_judged_as_their_callers_use_them() {
    let module = "variable \"open\" { default = true }\nresource \"t_r\" \"r\" { open = var.open }\noutput \"id\" { value = t_r.r.id }";
    let main = "module \"a\" {\n  source = \"../modules/m\"\n  open = false\n}\nmodule \"b\" {\n  source = \"../modules/m\"\n  count = 2\n}\nresource \"t_x\" \"x\" { ids = module.b[*].id }";
    let scan =
        Project::new(&[("live/main.tf", main), ("modules/m/main.tf", module), ("modules/alone/main.tf", module)])
            .load();
    let expected = ["t_x.x", "module.a.t_r.r", "module.b[0].t_r.r", "module.b[1].t_r.r", "t_r.r"];
    assert_eq!(scan.addresses(), expected);
    assert_eq!(scan.value("module.a.t_r.r", "open"), "false");
    assert_eq!(scan.value("t_x.x", "ids"), "[<module.b[0].t_r.r.id>, <module.b[1].t_r.r.id>]");
    assert_eq!(scan.loaded.statistics.roots, 2);
    let calls = &scan.resource("module.b[1].t_r.r").calls;
    assert_eq!(calls.iter().map(|call| scan.line(*call)).collect::<Vec<_>>(), ["main.tf:5:1"]);
}

#[test]
fn a_problem_of_a_shared_module_is_told_once() {
    let root = "module \"m\" { source = \"../m\" }";
    let files = [
        ("a/main.tf", root),
        ("b/main.tf", root),
        (
            "m/main.tf",
            "module \"x\" { source = \"x/y/z\" }\nlocals { n = 1 + null }\nresource \"t_r\" \"r\" { n = local.n }",
        ),
    ];
    let scan = Project::new(&files).load();
    assert_eq!(scan.addresses(), ["module.m.t_r.r", "module.m.t_r.r"]);
    assert_eq!(scan.messages().len(), 2, "{:?}", scan.messages());
}

#[test]
fn installed_modules_are_followed() {
    let listing = r#"{"Modules": [{"Key": "", "Source": "", "Dir": "."}, {"Key": "net", "Source": "registry.terraform.io/x/net/t", "Version": "1.0.0", "Dir": ".terraform/modules/net"}]}"#;
    let files = [
        ("main.tf", "module \"net\" {\n  source = \"x/net/t\"\n  version = \"~> 1.0\"\n  n = 4\n}"),
        (".terraform/modules/modules.json", listing),
        (".terraform/modules/net/main.tf", "variable \"n\" {}\nresource \"t_r\" \"r\" { n = var.n }"),
    ];
    let scan = Project::new(&files).load();
    assert_eq!(scan.value("module.net.t_r.r", "n"), "4");
    assert_eq!(scan.messages(), Vec::<&str>::new());
}

#[test]
fn providers_reach_modules() {
    let main = r#"
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 4.2" }
  }
}
provider "aws" { region = "one" }
provider "aws" {
  alias  = "west"
  region = "two"
  default_tags {
    tags = { team = "x" }
  }
}
module "m" {
  source    = "./m"
  providers = { aws = aws.west }
}
module "n" { source = "./m" }
resource "aws_r" "r" { provider = aws.west }
"#;
    let project = Project::new(&[("main.tf", main), ("m/main.tf", "resource \"aws_r\" \"r\" {}")]);
    let scan = project.load();
    let provider = |address: &str| {
        let provider = &scan.resource(address).provider;
        format!("{} {} {:?}", provider.key, show(&provider.body.value), provider.major)
    };
    let west = r#"aws.west {default_tags: [{tags: {team: "x"}}], region: "two"} Some(4)"#;
    assert_eq!(provider("aws_r.r"), west);
    assert_eq!(provider("module.m.aws_r.r"), west);
    assert_eq!(provider("module.n.aws_r.r"), r#"aws {region: "one"} Some(4)"#);
    project.write(
        ".terraform.lock.hcl",
        "provider \"registry.terraform.io/hashicorp/aws\" {\n  version = \"5.31.0\"\n}\n",
    );
    assert_eq!(project.load().resource("aws_r.r").provider.major, Some(5));
}

#[test]
fn a_single_file_is_read_by_itself() {
    let files = [("one.tf", "resource \"t_r\" \"r\" { n = 1 }"), ("two.tf", "resource \"t_r\" \"r\" { n = 2 }")];
    let project = Project::new(&files);
    let scan = project.load_file("two.tf");
    assert_eq!(scan.value("t_r.r", "n"), "2");
    assert_eq!(scan.messages(), Vec::<&str>::new());
    project.write("three.tf", "module \"m\" { source = \"./m\" }");
    project.write("m/main.tf", "resource \"t_r\" \"r\" { n = 3 }");
    let scan = project.load_file("three.tf");
    assert_eq!(scan.value("module.m.t_r.r", "n"), "3");
}

#[test]
fn attributes_of_blocks_and_instances_are_seen_by_others() {
    let scan = Scan::text(
        r#"
resource "t_r" "a" {
  count = 2
  name  = "n${count.index}"
  rule { port = 22 }
}
resource "t_r" "b" {
  names    = t_r.a[*].name
  port     = t_r.a[0].rule[0].port
  computed = t_r.a[1].rule[0].id
  all      = { for index, a in t_r.a : a.name => a.arn }
}"#,
    );
    assert_eq!(scan.value("t_r.b", "names"), r#"[<t_r.a[0].name = "n0">, <t_r.a[1].name = "n1">]"#);
    assert_eq!(scan.value("t_r.b", "port"), "22");
    assert_eq!(scan.value("t_r.b", "computed"), "<t_r.a[1].rule.0.id>");
    assert_eq!(scan.value("t_r.b", "all"), "{n0: <t_r.a[0].arn>, n1: <t_r.a[1].arn>}");
}

#[test]
fn loading_twice_gives_the_same() {
    let main = "variable \"v\" {}\nlocals { a = { for k in [\"x\", \"y\"] : k => var.v } }\nresource \"t_r\" \"r\" {\n  for_each = local.a\n  v = each.value\n}";
    let project = Project::new(&[("a/main.tf", main), ("b/main.tf", main), ("c/main.tf", main)]);
    let dump = || format!("{:?}", project.load().loaded.resources);
    assert_eq!(dump(), dump());
}

#[test]
fn legacy_splats_take_the_steps_with_dots() {
    let scan = Scan::text(
        "locals { l = [{ a = [1, 2] }, { a = [3] }] }\nresource \"t_r\" \"r\" {\n  v = local.l.*.a.0\n  w = local.l[*].a[0]\n  x = local.l.*.a[0]\n}",
    );
    assert_eq!(scan.value("t_r.r", ""), "{v: [1, 3], w: [1, 3], x: [1, 2]}");
}
