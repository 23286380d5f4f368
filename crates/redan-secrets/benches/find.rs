//! How fast text is searched. Target: 100 MB/s on configuration without credentials, 20 MB/s on text made of nothing else.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const PLAIN: &str = r#"
resource "aws_db_instance" "main" {
  identifier             = "main-${var.environment}"
  engine                 = "postgres"
  instance_class         = var.instance_class
  username               = "app"
  password               = random_password.main.result
  kms_key_id             = aws_kms_key.main.arn
  vpc_security_group_ids = [aws_security_group.database.id]
  tags                   = merge(local.tags, { Name = "main" })
}
"#;

const DENSE: &str = r#"password = "hunter2x" token = "b@d0@u7H70K3n" url = "postgres://app:sW0rdfish@db/app" key = "AKIAZZZZZZZZZZZZZZ23"
"#;

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("find");
    for (name, piece) in [("plain", PLAIN), ("dense", DENSE), ("hostile", "-----BEGIN eyJ://sig=key{passwordAKIA")] {
        let text = piece.repeat((1 << 20) / piece.len());
        group.throughput(Throughput::Bytes(u64::try_from(text.len()).unwrap_or_default()));
        group.bench_function(name, |bencher| bencher.iter(|| black_box(redan_secrets::find(black_box(&text)))));
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
