//! How fast expressions are parsed and evaluated: the mix follows what large public configurations call most.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use redan_terraform::console;

const EXPRESSIONS: &[&str] = &[
    r#""name-${upper("web")}-${1 + 2}""#,
    r#"merge({ Name = "web", Env = "prod" }, { Owner = "team" })"#,
    r#"try({ a = 1 }.b, lookup({ a = "x" }, "b", "none"))"#,
    r#"[for k, v in { a = 80, b = 443 } : { name = k, port = v } if v > 100]"#,
    r#"flatten([for k, v in { a = ["10.0.0.0/8"], b = ["0.0.0.0/0"] } : [for c in v : "${k}/${c}"]])"#,
    r#"jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "*" }] })"#,
    r#"toset(concat(["a", "b"], compact(["", "c"])))"#,
    r#"length([1, 2, 3]) > 0 && contains(["a"], "a") ? coalesce("", "x") : format("%s-%d", "y", 3)"#,
    r#"cidrsubnet("10.0.0.0/16", 8, 3)"#,
    r#"{ for s in ["a", "b", "c"] : s => { enabled = true, tags = { Name = s } } }"#,
];

fn evaluate(c: &mut Criterion) {
    let mut group = c.benchmark_group("expressions");
    group.throughput(Throughput::Elements(EXPRESSIONS.len() as u64));
    group.bench_function("parse and evaluate", |b| {
        b.iter(|| EXPRESSIONS.iter().filter_map(|e| console(e).ok()).map(|text| text.len()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, evaluate);
criterion_main!(benches);
