//! How fast folders of configuration become raw resources, and that the cost is linear in their number: roots that call a
//! common module, with variables, locals, for expressions, dynamic blocks and policies.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use redan_kinds::Hooks;
use redan_model::{Node, Sources};
use redan_terraform::{Input, Options, load};

const MODULE: &str = r#"
variable "name" { type = string }
variable "rules" {
  type = map(object({ port = number, cidrs = optional(list(string), ["10.0.0.0/8"]) }))
}
resource "aws_security_group" "this" {
  name = "${var.name}-sg"
  dynamic "ingress" {
    for_each = { for name, rule in var.rules : name => rule if rule.port > 0 }
    content {
      description = ingress.key
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = "tcp"
      cidr_blocks = ingress.value.cidrs
    }
  }
}
output "id" { value = aws_security_group.this.id }
"#;

const ROOT: &str = r#"
locals {
  names = ["web", "api", "jobs"]
  tags  = merge({ Team = "core" }, { for name in local.names : title(name) => "yes" })
}
module "group" {
  source   = "../common"
  for_each = toset(local.names)
  name     = each.key
  rules    = { https = { port = 443, cidrs = ["0.0.0.0/0"] }, metrics = { port = 9100 } }
}
resource "aws_s3_bucket" "logs" {
  count  = 2
  bucket = format("logs-%02d", count.index)
  tags   = local.tags
}
resource "aws_iam_policy" "read" {
  name   = "read"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for bucket in aws_s3_bucket.logs : { Effect = "Allow", Action = ["s3:GetObject"], Resource = "${bucket.arn}/*" }]
  })
}
"#;

struct NoHooks;

impl Hooks for NoHooks {
    fn data(&self, _kind: &str, _arguments: &Node) -> Option<Node> {
        None
    }
}

fn tree(roots: usize) -> std::io::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("loading-{roots}"));
    let write = |path: PathBuf, text: &str| {
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs::write(path, text)
    };
    write(folder.join(".git/HEAD"), "")?;
    write(folder.join("common/main.tf"), MODULE)?;
    for root in 0..roots {
        write(folder.join(format!("root{root}/main.tf")), ROOT)?;
    }
    Ok(folder)
}

fn loading(c: &mut Criterion) {
    let mut group = c.benchmark_group("load");
    group.sample_size(10);
    for roots in [50, 500] {
        let Ok(folder) = tree(roots) else { return };
        group.throughput(Throughput::Elements(roots as u64));
        group.bench_with_input(BenchmarkId::from_parameter(roots), &folder, |b, folder| {
            b.iter(|| {
                let tree = Arc::new(redan_files::walk(folder, &[]));
                load(&[Input::Tree(tree)], &Options::default(), &Sources::new(), &NoHooks).resources.len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, loading);
criterion_main!(benches);
