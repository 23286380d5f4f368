//! A tiny world for tests: four kinds and an estate written as JSON.
//!
//! In bodies, the text `?name` is unknown, `->address` a reference, and `a${name}b` a text with holes.

#![expect(dead_code, reason = "each test file uses a part")]

use redan_expr::{Context, Engines, Explanation, Program, Truth, Vocabulary, Wanted, parse};
use redan_model::{
    DefaultRule, DefaultValue, Estate, EstateBuilder, Existence, Field, Keyed, ListType, Map, Node, Origin, Part,
    Places, ReasonClass, Ref, Resource, ResourceId, Rest, Schema, Schemas, Sources, Str, StructType, Target, Type,
    Unknown, Value, json,
};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

pub(crate) const NOW: i64 = 1_767_225_600; // 2026-01-01

static KINDS: LazyLock<Arc<Kinds>> = LazyLock::new(|| Arc::new(Kinds::new()));

pub(crate) struct Kinds {
    schemas: HashMap<Str, Schema>,
    expressions: Vec<(Str, String)>,
}

fn s(text: &str) -> Str {
    Str::new(text)
}

pub(crate) fn field(ty: Type) -> Field {
    Field { ty, ..Field::default() }
}

fn default(ty: Type, value: Value) -> Field {
    let rule = DefaultRule { value: DefaultValue::Constant(value), docs: s("https://docs.example/default") };
    Field { default: Some(rule), ..field(ty) }
}

fn required(ty: Type) -> Field {
    Field { required: true, ..field(ty) }
}

fn list(element: Type) -> Type {
    Type::List(Arc::new(ListType { element, keyed: None }))
}

fn keyed(element: Type, value: Option<&str>, entries: Vec<(Str, Field)>) -> Type {
    Type::List(Arc::new(ListType { element, keyed: Some(Keyed { key: s("Key"), value: value.map(s), entries }) }))
}

fn structure(fields: Vec<(&str, Field)>) -> Type {
    let mut fields: Vec<(Str, Field)> = fields.into_iter().map(|(name, field)| (s(name), field)).collect();
    fields.sort_by_key(|(name, _)| *name);
    Type::Struct(Arc::new(StructType { fields }))
}

fn reference(kinds: &[&str]) -> Type {
    Type::Ref(kinds.iter().map(|kind| s(kind)).collect())
}

impl Kinds {
    pub(crate) fn new() -> Self {
        let mut kinds = Self { schemas: HashMap::new(), expressions: Vec::new() };
        let pair = structure(vec![("Key", field(Type::String)), ("Value", field(Type::String))]);
        let attribute = ("access_logs.s3.enabled", default(Type::String, Value::text("false")));
        kinds.expressions.push((s("Test::Store"), "self.Key.Rotated == true || account.Strict == true".to_owned()));
        let computed = DefaultRule { value: DefaultValue::Expression(0), docs: s("https://docs.example/computed") };
        let undocumented =
            DefaultRule { value: DefaultValue::Unknown(s("the provider chooses")), docs: s("https://docs.example/u") };
        kinds.add(
            "Test::Store",
            None,
            vec![],
            vec![
                ("Name", required(Type::String)),
                ("Public", default(Type::Bool, Value::Bool(false))),
                ("Flag", field(Type::Bool)),
                ("Count", default(Type::Integer, Value::Int(3))),
                ("Limit", field(Type::Integer)),
                ("Mode", Field { members: vec![s("Off"), s("On")], ..field(Type::String) }),
                ("Policy", field(Type::Document)),
                ("Created", required(Type::Time)),
                ("Wait", field(Type::Duration)),
                ("Tls", field(Type::String)),
                ("Seen", Field { observed: true, ..field(Type::Integer) }),
                ("Secret", Field { secret: true, ..field(Type::String) }),
                ("Key", field(reference(&["Test::Key"]))),
                ("Either", field(reference(&["Test::Key", "Test::Log"]))),
                ("Safe", Field { default: Some(computed), ..field(Type::Bool) }),
                ("Chosen", Field { default: Some(undocumented), ..field(Type::Bool) }),
                ("Ports", field(list(Type::Integer))),
                ("Names", field(list(Type::String))),
                ("Rules", field(list(structure(vec![("Port", field(Type::Integer)), ("Text", field(Type::String))])))),
                ("Tags", field(keyed(pair.clone(), Some("Value"), vec![]))),
                ("Attributes", field(keyed(pair, Some("Value"), vec![(s(attribute.0), attribute.1)]))),
                ("Labels", field(Type::Map(Arc::new(Type::String)))),
                ("Anything", field(Type::Any)),
                (
                    "Block",
                    field(structure(vec![
                        ("A", default(Type::Bool, Value::Bool(true))),
                        ("B", field(Type::Bool)),
                        ("C", required(Type::Bool)),
                    ])),
                ),
            ],
        );
        kinds.expressions.push((s("Test::Loop"), "self.Other.A".to_owned()));
        let other = DefaultRule { value: DefaultValue::Expression(1), docs: s("https://docs.example/loop") };
        kinds.add(
            "Test::Loop",
            None,
            vec![],
            vec![
                ("A", Field { default: Some(other), ..field(Type::Bool) }),
                ("Other", field(reference(&["Test::Loop"]))),
            ],
        );
        kinds.add(
            "Test::Key",
            None,
            vec![],
            vec![
                ("Rotated", default(Type::Bool, Value::Bool(false))),
                ("Manager", field(Type::String)),
                ("Both", field(Type::String)),
            ],
        );
        kinds.add(
            "Test::Log",
            None,
            vec![],
            vec![
                ("Target", field(reference(&["Test::Store"]))),
                ("Enabled", default(Type::Bool, Value::Bool(true))),
                ("Both", field(Type::String)),
            ],
        );
        kinds.add("AWS::Account", Some("account"), vec![], vec![("Strict", default(Type::Bool, Value::Bool(false)))]);
        kinds.add(
            "Test/servers",
            None,
            vec![("databases", "Test/servers/databases")],
            vec![
                ("name", field(Type::String)),
                ("state", Field { members: vec![s("Enabled"), s("Disabled")], ..field(Type::String) }),
            ],
        );
        kinds.add("Test/servers/databases", None, vec![], vec![("size", field(Type::Integer))]);
        if let Some(schema) = kinds.schemas.get_mut(&s("Test/servers/databases")) {
            schema.parent = Some(s("Test/servers"));
        }
        kinds
    }

    fn add(&mut self, kind: &str, place: Option<&str>, children: Vec<(&str, &str)>, fields: Vec<(&str, Field)>) {
        let Type::Struct(body) = structure(fields) else { unreachable!() };
        let schema = Schema {
            kind: s(kind),
            body,
            docs: s("https://docs.example"),
            parent: None,
            children: children.into_iter().map(|(name, kind)| (s(name), s(kind))).collect(),
            place: place.map(s),
        };
        self.schemas.insert(s(kind), schema);
    }
}

impl Schemas for Kinds {
    fn schema(&self, kind: Str) -> Option<&Schema> {
        self.schemas.get(&kind)
    }

    fn kinds(&self) -> Vec<Str> {
        let mut kinds: Vec<Str> = self.schemas.keys().copied().collect();
        kinds.sort();
        kinds
    }

    fn default(&self, estate: &Estate, resource: ResourceId, kind: Str, expression: u32) -> Value {
        let (_, text) = &self.expressions[expression as usize];
        let engines = Engines::default();
        let words = Vocabulary { schemas: self, engines: &engines, kind, params: &[], live: false };
        let program = Program::compile(&parse(text).unwrap(), words, Wanted::Value).unwrap();
        program.value(&Context::of_defaults(estate), resource).value
    }
}

/// Resources as they are added: kind, address, body.
pub(crate) struct World {
    pub(crate) resources: Vec<Resource>,
    pub(crate) sources: Arc<Sources>,
    pub(crate) complete: Vec<(ResourceId, Str)>,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut world = Self { resources: Vec::new(), sources: Arc::new(Sources::new()), complete: Vec::new() };
        let account = world.add("AWS::Account", "account", "{}");
        world.resources[account.index()].body = Node::new(
            Value::Map(Arc::new(Map::new(vec![], Rest::Assumed(s("the account keeps the defaults"))))),
            Origin::NOWHERE,
        );
        world
    }

    pub(crate) fn add(&mut self, kind: &str, address: &str, body: &str) -> ResourceId {
        let source = self.sources.add_file(&format!("{address}.json"), Arc::from(body));
        let node = json::parse(body, source, 0).unwrap();
        let mut resource = Resource::new(s(kind), s(address), mark(node), Origin::new(source, 0, body.len() as u32));
        resource.places = Arc::new(Places { account: Some(ResourceId::from_index(0)), ..Places::default() });
        self.resources.push(resource);
        ResourceId::from_index(self.resources.len() - 1)
    }

    pub(crate) fn last(&mut self) -> &mut Resource {
        self.resources.last_mut().unwrap()
    }

    pub(crate) fn build(mut self) -> Estate {
        let addresses: Vec<(Str, ResourceId)> =
            self.resources.iter().enumerate().map(|(i, r)| (r.address, ResourceId::from_index(i))).collect();
        for resource in &mut self.resources {
            resource.body = link(&resource.body, &addresses);
        }
        let kinds: Arc<Kinds> = Arc::clone(&KINDS);
        EstateBuilder { resources: self.resources, complete: self.complete, problems: vec![] }
            .build(self.sources, kinds)
    }
}

pub(crate) fn unknown(what: &str) -> Arc<Unknown> {
    Unknown::new(ReasonClass::Input, what, Origin::NOWHERE)
}

pub(crate) fn uncertain(what: &str) -> Existence {
    Existence::Uncertain(unknown(what))
}

fn mark(node: Node) -> Node {
    let value = match node.value {
        Value::Text(text) => marked(&text, node.origin),
        Value::List(list) => {
            let mut rest = None;
            let mut items = Vec::new();
            for item in list.items.iter().cloned() {
                match item.value {
                    Value::Text(text) if text.starts_with("??") => rest = Some(unknown(&text)),
                    _ => items.push(mark(item)),
                }
            }
            Value::List(Arc::new(redan_model::List { items: items.into_boxed_slice(), rest }))
        }
        Value::Map(map) => {
            let mut rest = Rest::Absent;
            let mut pairs = Vec::new();
            for (key, node) in map.pairs() {
                if key.starts_with("??") { rest = Rest::Unknown(unknown(&key)) } else { pairs.push((key, mark(node))) }
            }
            Value::Map(Arc::new(Map::new(pairs, rest)))
        }
        value => value,
    };
    Node::new(value, node.origin)
}

fn marked(text: &str, origin: Origin) -> Value {
    if let Some(name) = text.strip_prefix('?') {
        return Value::Unknown(Unknown::new(ReasonClass::Input, name, origin));
    }
    if let Some(address) = text.strip_prefix("->") {
        let target = Target::Address(s(address));
        return Value::Ref(Arc::new(Ref { target, attribute: s("id"), text: None }));
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let end = rest[at..].find('}').map_or(rest.len(), |end| at + end);
        parts.push(Part::Literal(s(&rest[..at])));
        parts.push(Part::Hole(Node::unknown(ReasonClass::Input, &rest[at + 2..end], origin)));
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    parts.push(Part::Literal(s(rest)));
    Value::template(parts)
}

fn link(node: &Node, addresses: &[(Str, ResourceId)]) -> Node {
    let value = match &node.value {
        Value::Ref(reference) => {
            let Target::Address(address) = reference.target else { return node.clone() };
            let target = match addresses.iter().find(|(known, _)| *known == address) {
                Some((_, id)) => Target::Resource(*id),
                None => Target::Missing(Unknown::new(ReasonClass::NotInEstate, &address, node.origin)),
            };
            Value::Ref(Arc::new(Ref { target, ..(**reference).clone() }))
        }
        Value::List(list) => Value::List(Arc::new(redan_model::List {
            items: list.items.iter().map(|item| link(item, addresses)).collect(),
            rest: list.rest.clone(),
        })),
        Value::Map(map) => {
            let pairs = map.pairs().into_iter().map(|(key, node)| (key, link(&node, addresses))).collect();
            Value::Map(Arc::new(Map::new(pairs, map.rest.clone())))
        }
        value => value.clone(),
    };
    Node::new(value, node.origin)
}

pub(crate) fn compile(kind: &str, text: &str) -> Result<Program, String> {
    compile_with(kind, text, &Engines::default(), &[], false)
}

pub(crate) fn compile_with(
    kind: &str,
    text: &str,
    engines: &Engines,
    params: &[(Str, Type)],
    live: bool,
) -> Result<Program, String> {
    let kinds = &**KINDS;
    let show = |error: redan_expr::ExprError| match error.help {
        Some(help) => format!("{} ({help})", error.message),
        None => error.message,
    };
    let words = Vocabulary { schemas: kinds, engines, kind: s(kind), params, live };
    Program::compile(&parse(text).map_err(show)?, words, Wanted::Truth).map_err(show)
}

pub(crate) fn run(estate: &Estate, id: ResourceId, text: &str) -> Truth {
    explain(estate, id, text).truth
}

pub(crate) fn explain(estate: &Estate, id: ResourceId, text: &str) -> Explanation {
    let engines = Engines::default();
    let kind = estate.get(id).unwrap().kind;
    let program = match compile(&kind, text) {
        Ok(program) => program,
        Err(error) => panic!("{text}: {error}"),
    };
    let context = Context { estate, ask: &engines, now: NOW, params: &[] };
    let truth = program.truth(&context, id);
    let explanation = program.explain(&context, id);
    assert_eq!(truth, explanation.truth, "{text}");
    if truth == Truth::Unknown {
        assert!(!explanation.reasons.is_empty(), "unknown without a reason: {text}");
    }
    explanation
}

/// The truth of an expression about one store, beside two keys.
pub(crate) fn on(body: &str, text: &str) -> Truth {
    let mut world = World::new();
    let id = world.add("Test::Store", "store", body);
    world.add("Test::Key", "key1", r#"{"Rotated": true, "Manager": "me"}"#);
    world.last().identities.push(s("k1"));
    world.add("Test::Key", "key2", "{}");
    run(&world.build(), id, text)
}
