//! Hostile and broken trees: each ends with clear problems, in bounded time and memory, and the rest survives.

use std::time::{Duration, Instant};

use redan_model::ProblemKind;

use super::{Project, Scan};

#[track_caller]
fn quickly(check: impl FnOnce()) {
    let start = Instant::now();
    check();
    assert!(start.elapsed() < Duration::from_secs(120), "took {:?}", start.elapsed());
}

#[test]
fn a_broken_argument_costs_only_itself() {
    let scan = Scan::text(
        "resource \"t_r\" \"a\" {\n  bad = [1, 2\n  good = 1\n  rule {\n    x = ((\n    y = 2\n  }\n}\nresource \"t_r\" \"b\" { n = 1 }\n",
    );
    assert_eq!(scan.value("t_r.b", "n"), "1");
    assert!(scan.loaded.problems.iter().all(|problem| problem.kind == ProblemKind::Syntax));
    assert!(scan.messages().len() >= 2, "{:?}", scan.messages());
    let scan = Scan::text("resource \"t_r\" \"a\" {\n  bad = 1 +\n  good = 2\n}\n");
    assert_eq!(scan.line(scan.loaded.problems[0].origin), "main.tf:3:8");
    assert_eq!(scan.value("t_r.a", "good"), "2");
    let scan = Scan::text(
        "resource \"t_r\" \"a\" {\n  bad = )\n  good = 2\n  rule {\n    worse = \"${\"\n    n = 3\n  }\n}\n",
    );
    assert_eq!(scan.value("t_r.a", "good"), "2");
    assert_eq!(scan.value("t_r.a", "rule.0.n"), "3");
    assert!(scan.value("t_r.a", "bad").starts_with("?problem"));
    assert_eq!(scan.line(scan.problem("expected an expression, found `)`").origin), "main.tf:2:9");
}

#[test]
fn a_block_that_is_never_closed_does_not_swallow_the_next() {
    let scan = Scan::text("resource \"t_r\" \"a\" {\n  rule {\n    n = 1\n}\n\nresource \"t_r\" \"b\" {\n  n = 2\n}\n");
    assert_eq!(scan.value("t_r.b", "n"), "2");
    scan.problem("block `resource` is never closed");
}

#[test]
fn circles_are_problems_with_places() {
    let scan = Scan::text(
        "locals {\n  a = local.b\n  b = local.c\n  c = [local.a]\n  d = local.d\n}\nresource \"t_r\" \"r\" {\n  v = local.a\n  w = local.d\n  ok = 1\n}\nresource \"t_r\" \"s\" { s = t_r.s.id }",
    );
    assert_eq!(scan.value("t_r.r", "ok"), "1");
    assert!(scan.value("t_r.r", "v").contains("?problem"));
    assert_eq!(scan.line(scan.problem("refer to each other in a circle").origin), "main.tf:2:3");
    scan.problem("local.d refers to itself");
    scan.problem("t_r.s refers to itself");
}

#[test]
fn modules_that_call_each_other_end() {
    let call = |other: &str| format!("module \"m\" {{ source = \"../{other}\" }}\nresource \"t_r\" \"r\" {{ n = 1 }}");
    let scan = Project::new(&[("a/main.tf", &call("b")), ("b/main.tf", &call("a")), ("c/main.tf", &call("c"))]).load();
    assert!(scan.addresses().contains(&"module.m.t_r.r"), "{:?}", scan.addresses());
    scan.problem("calls itself");
}

#[test]
fn enormous_counts_are_limits() {
    quickly(|| {
        let scan = Scan::text(
            "resource \"t_r\" \"a\" { count = 1000000000 }\nresource \"t_r\" \"b\" {\n  v = range(1000000000)\n  for_each = toset([for i in range(100000) : tostring(i)])\n}\nresource \"t_r\" \"c\" {\n  dynamic \"x\" {\n    for_each = range(100000)\n    content { n = 1 }\n  }\n}",
        );
        assert_eq!(scan.addresses(), ["t_r.a", "t_r.b", "t_r.c"]);
        assert!(!scan.certain("t_r.a"));
        assert_eq!(scan.problem("more than 5000 instances").kind, ProblemKind::Limit);
    });
}

#[test]
fn exponential_values_are_limits() {
    quickly(|| {
        let mut text = "locals {\n  a0 = \"xxxxxxxxxxxxxxxx\"\n  l0 = [1]\n".to_owned();
        for i in 1..64 {
            text += &format!("  a{i} = \"${{local.a{0}}}${{local.a{0}}}\"\n  l{i} = [local.l{0}, local.l{0}]\n", i - 1);
        }
        text += "}\nresource \"t_r\" \"r\" {\n  a = local.a63\n  l = local.l63\n  m = local.a3\n}";
        let scan = Scan::text(&text);
        assert!(scan.value("t_r.r", "a").contains("?unsupported"));
        assert!(scan.value("t_r.r", "m").starts_with('"'));
    });
}

#[test]
fn long_chains_of_names_do_not_recurse() {
    quickly(|| {
        let mut text = "locals {\n  a0 = 1\n".to_owned();
        for i in 1..50_000 {
            text += &format!("  a{i} = local.a{}\n", i - 1);
        }
        text += "}\nresource \"t_r\" \"r\" { a = local.a49999 }";
        assert_eq!(Scan::text(&text).value("t_r.r", "a"), "1");
    });
}

#[test]
fn deep_nesting_is_refused() {
    quickly(|| {
        let deep = [
            format!("x = {}1{}", "(".repeat(100_000), ")".repeat(100_000)),
            format!("x = {}", "[".repeat(200_000)),
            format!("x = {}1", "!".repeat(100_000)),
            format!("x = 1{}", "+1".repeat(100_000)),
            format!("x = a{}", "[*]".repeat(100_000)),
            format!("x = a{}", ".b".repeat(100_000)),
            format!("x = \"{}\"", "${\"".repeat(50_000)),
            format!("x = {}1", "true ? 1 : ".repeat(50_000)),
            "b {\n".repeat(50_000),
            "x = <<E\n".repeat(50_000),
            "x = [\n".repeat(50_000),
            "x = \"${[\n".repeat(50_000),
        ];
        for text in deep {
            let scan =
                Scan::text(&format!("resource \"t_r\" \"a\" {{\n{text}\n}}\nresource \"t_r\" \"b\" {{\n  n = 1\n}}\n"));
            drop(scan.loaded);
        }
        let json = format!("{{\"locals\": {{\"a\": {}1", "[".repeat(100_000));
        Project::new(&[("a.tf.json", &json)]).load();
    });
}

#[test]
fn nothing_outside_the_repository_is_read() {
    let scan = Project::new(&[(
        "main.tf",
        "resource \"t_r\" \"r\" {\n  a = file(\"/etc/hostname\")\n  b = file(\"../../../../../../../../etc/hostname\")\n  c = fileexists(\"/etc/hostname\")\n}\nmodule \"m\" { source = \"../../../../../../../../etc\" }",
    )])
    .load();
    for attribute in ["a", "b", "c"] {
        assert!(scan.value("t_r.r", attribute).contains('?'), "{}", scan.value("t_r.r", attribute));
    }
    scan.problem("lies outside the scanned repository");
}

#[cfg(unix)]
#[test]
fn links_pipes_and_devices_are_not_followed() {
    quickly(|| {
        let project = Project::new(&[("a/main.tf", "resource \"t_r\" \"r\" { v = file(\"zero\") }")]);
        std::os::unix::fs::symlink("..", project.path("a/loop")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", project.path("a/zero")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", project.path("a/zero.tf")).unwrap();
        std::os::unix::fs::symlink("self.tf", project.path("a/self.tf")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(project.path("a/pipe.tf")).status();
        let scan = project.load();
        assert_eq!(scan.addresses(), ["t_r.r"]);
        if made.is_ok_and(|status| status.success()) {
            scan.problem("is not a regular file");
        }
        scan.problem("lies outside the scanned repository");
    });
}

#[test]
fn large_files_and_other_encodings_are_problems() {
    let project = Project::new(&[("good.tf", "resource \"t_r\" \"r\" { n = 1 }")]);
    project.write("large.tf", &"# x\n".repeat(3 << 20));
    std::fs::write(project.path("bytes.tf"), b"resource \"t_r\" \"s\" {\n  n = \"\xff\xfe\"\n}\n").unwrap();
    let scan = project.load();
    assert_eq!(scan.value("t_r.r", "n"), "1");
    scan.problem("is larger than 8 MB");
    assert_eq!(scan.line(scan.problem("not UTF-8").origin), "bytes.tf:2:8");
}

#[test]
fn names_in_a_damaged_module_are_unknown_not_missing() {
    let scan = Scan::text("locals {\n  a = 1\n  ??? \n}\nresource \"t_r\" \"r\" { v = local.gone }\n");
    assert!(scan.value("t_r.r", "v").starts_with("?problem"));
    assert_eq!(scan.messages().len(), 1, "{:?}", scan.messages());
}

#[test]
fn nesting_below_the_limit_is_evaluated_on_any_thread() {
    quickly(|| {
        let levels = 80;
        let deep = [
            format!("{}1{}", "[".repeat(levels), "]".repeat(levels)),
            format!("{}1{}", "{ a = ".repeat(levels), " }".repeat(levels)),
            format!("{}1{}", "tolist([".repeat(levels / 2), "])".repeat(levels / 2)),
            format!("{}1{}", "try(".repeat(levels), ")".repeat(levels)),
            format!("{}\"a\"{}", "\"${".repeat(levels / 2), "}\"".repeat(levels / 2)),
            format!("{}1", "false ? 0 : ".repeat(levels)),
            format!("1{}", " + 1".repeat(150)),
            format!("{}1{}", "jsonencode([".repeat(10), "])".repeat(10)),
        ];
        for (at, expression) in deep.iter().enumerate() {
            let module = format!(
                "variable \"v\" {{}}\nresource \"t_r\" \"r\" {{ v = var.v }}\nresource \"t_r\" \"s\" {{ v = {expression} }}"
            );
            let main = format!("module \"m\" {{\n  source = \"./m\"\n  v = {expression}\n}}");
            let scan = Project::new(&[("main.tf", &main), ("m/main.tf", &module)]).load();
            assert_eq!(scan.messages(), Vec::<&str>::new(), "expression {at}");
            assert_eq!(scan.value("module.m.t_r.r", "v"), scan.value("module.m.t_r.s", "v"), "expression {at}");
        }
        assert_eq!(Scan::text("resource \"t_r\" \"r\" { v = false ? 0 : true ? 1 : 2 }").value("t_r.r", "v"), "1");
    });
}

/// Every construct once, with text beyond ASCII.
const SAMPLE: &str = r#"/* é */ variable "v" {
  type    = list(object({ a = string, b = optional(number, 2) })) # ü
  default = [{ a = "x\u00e9\n$${y}" }]
}
locals {
  m = { for k, v in { a = 1, "b" : 2, (upper("c")) = 3 } : "${k}-é" => v... if v > 1 || !true }
  l = [for x in var.v[*].a : x != "" ? -x : [1, 2.5e3][0]]
  h = <<-EOT
    a ${~ var.v.0.a ~} %{ if true }ü%{ else }z%{ endif }
      %{ for i, x in ["p"] ~} ${i} %{ endfor ~}
  EOT
  s = var.v.*.a
}
resource "t_r" "r" {
  for_each = toset(["é", "f"])
  dynamic "b" {
    for_each = [each.key]
    content { v = merge(local.m, { x = try(b.value, null) })... }
  }
  c { d = (1 + 2) % 3 }
}
"#;

#[test]
fn every_prefix_and_every_gap_ends_with_places_in_the_file() {
    quickly(|| {
        let cuts: Vec<usize> = (0..=SAMPLE.len()).filter(|at| SAMPLE.is_char_boundary(*at)).collect();
        for pair in cuts.windows(2) {
            let (start, end) = (pair[0], pair[1]);
            let prefix = SAMPLE[..start].to_owned();
            let gap = format!("{}{}", &SAMPLE[..start], &SAMPLE[end..]);
            let twice = format!("{}{}", &SAMPLE[..end], &SAMPLE[start..]);
            for text in [prefix, gap, twice] {
                let scan = Scan::text(&text);
                for problem in &scan.loaded.problems {
                    let bytes = scan.sources.place(problem.origin).map_or((0, 0), |place| place.bytes);
                    assert!(bytes.0 <= bytes.1, "{bytes:?} {} in {text}", problem.message);
                    assert!(bytes.0 as usize <= text.len(), "{bytes:?} {} in {text}", problem.message);
                }
            }
        }
    });
}

#[test]
fn json_ends_wherever_it_is_cut() {
    let sample = r#"{"resource": {"t_r": {"é": [{"a": "x${1 + 1}\u00e9\"", "dynamic": {"b": {"for_each": [1], "content": {"c": "${b.value}"}}}}]}}, "locals": {"n": -1.5e3}}"#;
    for cut in (0..=sample.len()).filter(|at| sample.is_char_boundary(*at)) {
        let project = Project::new(&[("main.tf.json", &sample[..cut])]);
        let scan = project.load();
        assert_eq!(scan.messages().is_empty(), cut == sample.len(), "{cut}");
    }
}
