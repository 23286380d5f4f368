//! Time of one rule on one resource. The bound is 0.5 µs (median over the rules).

use criterion::{Criterion, criterion_group, criterion_main};
use redan_expr::{Context, Engines, Program, Vocabulary, Wanted, parse};
use redan_model::{
    DefaultRule, DefaultValue, Estate, EstateBuilder, Field, ListType, Node, Origin, Resource, ResourceId, Schema,
    Schemas, Sources, Str, StructType, Type, Value,
};
use std::hint::black_box;
use std::sync::Arc;

struct One(Schema);

impl Schemas for One {
    fn schema(&self, kind: Str) -> Option<&Schema> {
        (self.0.kind == kind).then_some(&self.0)
    }

    fn default(&self, _: &Estate, _: ResourceId, _: Str, _: u32) -> Value {
        Value::Null
    }
}

fn structure(fields: Vec<(&str, Field)>) -> Arc<StructType> {
    let mut fields: Vec<(Str, Field)> = fields.into_iter().map(|(name, field)| (Str::new(name), field)).collect();
    fields.sort_by_key(|(name, _)| *name);
    Arc::new(StructType { fields })
}

fn schema() -> Schema {
    let field = |ty| Field { ty, ..Field::default() };
    let off = DefaultRule { value: DefaultValue::Constant(Value::Bool(false)), docs: Str::new("https://docs.example") };
    let switch = || Field { default: Some(off.clone()), ..field(Type::Bool) };
    let block = structure(vec![
        ("BlockPublicAcls", switch()),
        ("BlockPublicPolicy", switch()),
        ("IgnorePublicAcls", switch()),
        ("RestrictPublicBuckets", switch()),
    ]);
    let rule = structure(vec![
        ("FromPort", field(Type::Integer)),
        ("ToPort", field(Type::Integer)),
        ("CidrIp", field(Type::String)),
        ("Description", field(Type::String)),
    ]);
    let rules = Type::List(Arc::new(ListType { element: Type::Struct(rule), keyed: None }));
    let body = structure(vec![
        ("Encrypted", switch()),
        ("Name", field(Type::String)),
        ("Block", field(Type::Struct(block))),
        ("Rules", field(rules)),
    ]);
    let (kind, docs) = (Str::new("Bench::Store"), Str::new("https://docs.example"));
    Schema { kind, body, docs, parent: None, children: vec![], place: None }
}

fn node(value: Value) -> Node {
    Node::new(value, Origin::NOWHERE)
}

fn estate() -> Estate {
    let rule = |port| {
        let fields = [
            ("FromPort", Value::Int(port)),
            ("ToPort", Value::Int(port)),
            ("CidrIp", Value::text("10.0.0.0/8")),
            ("Description", Value::text("why")),
        ];
        Node::map(fields.into_iter().map(|(name, value)| (Str::new(name), node(value))).collect(), Origin::NOWHERE)
    };
    let block = Node::map(vec![(Str::new("BlockPublicAcls"), node(Value::Bool(true)))], Origin::NOWHERE);
    let body = Node::map(
        vec![
            (Str::new("Name"), node(Value::text("logs"))),
            (Str::new("Block"), block),
            (Str::new("Rules"), Node::list((0..5).map(rule).collect(), Origin::NOWHERE)),
        ],
        Origin::NOWHERE,
    );
    let resource = Resource::new(Str::new("Bench::Store"), Str::new("a"), body, Origin::NOWHERE);
    let builder = EstateBuilder { resources: vec![resource], complete: vec![], problems: vec![] };
    builder.build(Arc::new(Sources::new()), Arc::new(One(schema())))
}

fn evaluate(criterion: &mut Criterion) {
    let estate = estate();
    let engines = Engines::default();
    let context = Context { estate: &estate, ask: &engines, now: 0, params: &[] };
    for (name, text) in [
        ("attribute", "self.Encrypted"),
        ("nested", "self.Block.BlockPublicAcls && self.Block.IgnorePublicAcls"),
        ("text", "self.Name != null && self.Name.startsWith(\"logs\")"),
        (
            "four switches",
            "[\"BlockPublicAcls\", \"BlockPublicPolicy\", \"IgnorePublicAcls\", \"RestrictPublicBuckets\"].exists(k, !self.Block[k])",
        ),
        ("five entries", "self.Rules.all(r, r.Description != null && r.Description != \"\")"),
        (
            "five entries, ports",
            "!self.Rules.exists(r, r.CidrIp == \"0.0.0.0/0\" && (r.FromPort ?? 0) <= 22 && (r.ToPort ?? 65535) >= 22)",
        ),
    ] {
        let words = Vocabulary {
            schemas: estate.schemas(),
            engines: &engines,
            kind: Str::new("Bench::Store"),
            params: &[],
            live: false,
        };
        let program = parse(text).and_then(|expr| Program::compile(&expr, words, Wanted::Truth));
        let Ok(program) = program else { continue };
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| program.truth(black_box(&context), ResourceId::from_index(0)))
        });
    }
}

criterion_group!(benches, evaluate);
criterion_main!(benches);
