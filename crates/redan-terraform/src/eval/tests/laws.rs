//! The law of the unknown: what is known of a result while inputs are unknown stays true whatever the inputs turn out to
//! be. Random expressions are evaluated twice, with concrete inputs and with parts of the same inputs hidden.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Names, run};
use crate::value::{Class, Entries, Kind, Number, Origin, Piece, Rest, Seq, Type, Unknown, Value, Why, convert};

/// A small deterministic source of choices.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[usize::try_from(self.roll(from.len() as u64)).unwrap()]
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }
}

/// Writes random expressions of a wanted kind.
struct Writer<'d>(&'d mut Dice);

impl Writer<'_> {
    fn text(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.0.pick(&["\"a\"", "\"b\"", "\"\"", "\"ab/c\"", "var.s", "var.t", "var.s"]).to_owned();
        }
        let d = depth - 1;
        match self.0.roll(30) {
            0 => format!("\"x${{{}}}y\"", self.text(d)),
            1 => format!("\"${{{}}}${{{}}}\"", self.text(d), self.number(d)),
            2 => format!("{}({})", self.0.pick(&["upper", "lower", "title", "basename"]), self.text(d)),
            3 => format!("join(\",\", {})", self.list(d)),
            4 => format!("format(\"%s-%v\", {}, {})", self.text(d), self.any(d)),
            5 => format!("replace({}, \"a\", {})", self.text(d), self.text(d)),
            6 => format!("({} ? {} : {})", self.boolean(d), self.text(d), self.text(d)),
            7 => format!("coalesce({}, {}, \"z\")", self.text(d), self.text(d)),
            8 => format!("try({}, {})", self.text(d), self.text(d)),
            9 => format!("lookup({}, {}, {})", self.map(d), self.text(d), self.text(d)),
            10 => format!("{}[0]", self.list(d)),
            11 => format!("element({}, {})", self.list(d), self.number(d)),
            12 => format!("try({}.a, {})", self.map(d), self.text(d)),
            13 => format!("jsonencode({})", self.any(d)),
            14 => format!("trimprefix({}, {})", self.text(d), self.text(d)),
            15 => format!("\"%{{ if {} }}{}%{{ else }}q%{{ endif }}\"", self.boolean(d), "w"),
            16 => format!("\"%{{ for x in {} }}<${{x}}>%{{ endfor }}\"", self.list(d)),
            17 => format!("tostring({})", self.number(d)),
            18 => format!("md5({})", self.text(d)),
            19 => format!("one([for x in {} : x if x == {}])", self.list(d), self.text(d)),
            20 => format!("substr({}, 0, 1)", self.text(d)),
            21 => format!("try({}[{}], {})", self.list(d), self.number(d), self.text(d)),
            22 => format!("yamlencode({})", self.any(d)),
            23 => format!("try(one({}), {})", self.list(d), self.text(d)),
            24 => format!("join(\"-\", {}, {})", self.list(d), self.list(d)),
            25 => format!("{{a = {}, b = {}}}[{}]", self.text(d), self.text(d), self.text(d)),
            26 => format!("[{}, {}, {}][{}]", self.text(d), self.text(d), self.text(d), self.number(d)),
            27 => format!("coalesce({}...)", self.list(d)),
            28 => format!("try({}.b, {}.a, \"none\")", self.map(d), self.map(d)),
            _ => self.text(0),
        }
    }

    fn number(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.0.pick(&["0", "1", "2", "var.n", "var.n"]).to_owned();
        }
        let d = depth - 1;
        match self.0.roll(14) {
            0 => format!("length({})", self.list(d)),
            1 => format!("length({})", self.map(d)),
            2 => format!("length({})", self.text(d)),
            3 => format!("({} + {})", self.number(d), self.number(d)),
            4 => format!("max({}, {})", self.number(d), self.number(d)),
            5 => format!("index({}, {})", self.list(d), self.text(d)),
            6 => format!("({} ? {} : {})", self.boolean(d), self.number(d), self.number(d)),
            7 => format!("try(index({}, \"a\"), {})", self.list(d), self.number(d)),
            8 => format!("length(toset({}))", self.list(d)),
            9 => format!("length(chunklist({}, 2))", self.list(d)),
            10 => format!("length(setproduct({}, {}))", self.list(d), self.list(d)),
            11 => format!("length({{for x in {} : x => x...}})", self.list(d)),
            12 => format!("sum([{}, {}])", self.number(d), self.number(d)),
            _ => self.number(0),
        }
    }

    fn boolean(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.0.pick(&["true", "false", "var.b", "var.b"]).to_owned();
        }
        let d = depth - 1;
        match self.0.roll(21) {
            0 => format!("({} == {})", self.text(d), self.text(d)),
            1 => format!("({} != {})", self.any(d), self.any(d)),
            2 => format!("contains({}, {})", self.list(d), self.text(d)),
            3 => format!("({} && {})", self.boolean(d), self.boolean(d)),
            4 => format!("({} || {})", self.boolean(d), self.boolean(d)),
            5 => format!("!{}", self.boolean(d)),
            6 => format!("can({}.a)", self.map(d)),
            7 => format!("can({}[{}])", self.list(d), self.number(d)),
            8 => format!("startswith({}, {})", self.text(d), self.text(d)),
            9 => format!("endswith({}, \"c\")", self.text(d)),
            10 => format!("strcontains({}, {})", self.text(d), self.text(d)),
            11 => format!("alltrue([for x in {} : x != {}])", self.list(d), self.text(d)),
            12 => format!("anytrue([for x in {} : x == {}])", self.list(d), self.text(d)),
            13 => format!("({} > {})", self.number(d), self.number(d)),
            14 => format!("({} == null)", self.any(d)),
            15 => format!("contains(keys({}), {})", self.map(d), self.text(d)),
            16 => format!("can(regex(\"^[a-b]+$\", {}))", self.text(d)),
            17 => format!("(tolist({}) == tolist({}))", self.list(d), self.list(d)),
            18 => format!("(toset({}) == toset({}))", self.list(d), self.list(d)),
            19 => format!("({} == {})", self.map(d), self.map(d)),
            _ => self.boolean(0),
        }
    }

    fn list(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.0.pick(&["[\"a\", \"b\"]", "[]", "var.l", "var.l", "var.k"]).to_owned();
        }
        let d = depth - 1;
        match self.0.roll(34) {
            0 => format!("[{}, {}]", self.text(d), self.text(d)),
            1 => format!("concat({}, {})", self.list(d), self.list(d)),
            2 => format!("[for x in {} : \"${{x}}!\"]", self.list(d)),
            3 => format!("[for x in {} : x if x != {}]", self.list(d), self.text(d)),
            4 => format!("[for i, x in {} : \"${{i}}${{x}}\"]", self.list(d)),
            5 => format!("compact({})", self.list(d)),
            6 => format!("distinct({})", self.list(d)),
            7 => format!("flatten([{}, [{}], {}])", self.list(d), self.list(d), self.text(d)),
            8 => format!("keys({})", self.map(d)),
            9 => format!("values({})", self.map(d)),
            10 => format!("reverse({})", self.list(d)),
            11 => format!("tolist(toset({}))", self.list(d)),
            12 => format!("({} ? {} : {})", self.boolean(d), self.list(d), self.list(d)),
            13 => format!("try({}, {})", self.list(d), self.list(d)),
            14 => format!("slice({}, 0, 1)", self.list(d)),
            15 => format!("coalescelist({}, {})", self.list(d), self.list(d)),
            16 => format!("sort({})", self.list(d)),
            17 => format!("tolist(setunion({}, {}))", self.list(d), self.list(d)),
            18 => format!("split(\",\", {})", self.text(d)),
            19 => format!("formatlist(\"%s/%s\", {}, {})", self.text(d), self.list(d)),
            20 => format!("[for k, v in {} : \"${{k}}=${{v}}\"]", self.map(d)),
            21 => format!("tolist({})", self.list(d)),
            22 => format!("jsondecode(jsonencode({}))", self.list(d)),
            23 => format!("chunklist({}, 1)[0]", self.list(d)),
            24 => format!("[for p in setproduct({}, {}) : join(\"\", p)]", self.list(d), self.list(d)),
            25 => format!("[for x in {} : {{n = x}}][*].n", self.list(d)),
            26 => format!("concat([{}, {}]...)", self.list(d), self.list(d)),
            27 => format!("tolist(setsubtract({}, {}))", self.list(d), self.list(d)),
            28 => format!("[for x in {} : x if {}]", self.list(d), self.boolean(d)),
            29 => format!("flatten([for k, v in {} : [k, v]])", self.map(d)),
            30 => format!("[for i in range({}) : \"${{i}}\"]", self.number(d)),
            31 => format!("matchkeys({}, {}, {})", self.list(d), self.list(d), self.list(d)),
            32 => format!("[for g in {{for x in {} : x => x...}} : g[0]]", self.list(d)),
            _ => self.list(0),
        }
    }

    fn map(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.0.pick(&["{a = \"x\"}", "{}", "{a = \"x\", b = \"y\"}", "var.m", "var.m"]).to_owned();
        }
        let d = depth - 1;
        match self.0.roll(17) {
            0 => format!("merge({}, {})", self.map(d), self.map(d)),
            1 => format!("merge({}, {}, {})", self.map(d), self.map(d), self.map(d)),
            2 => format!("{{for k, v in {} : k => \"${{v}}.\"}}", self.map(d)),
            3 => format!("{{for k, v in {} : k => v if v != {}}}", self.map(d), self.text(d)),
            4 => format!("{{for x in toset({}) : \"k${{x}}\" => x}}", self.list(d)),
            5 => format!("{{({}) = {}, a = {}}}", self.text(d), self.text(d), self.text(d)),
            6 => format!("{{a = {}, ({}) = {}}}", self.text(d), self.text(d), self.text(d)),
            7 => format!("zipmap({}, {})", self.list(d), self.list(d)),
            8 => format!("tomap({})", self.map(d)),
            9 => format!("({} ? {} : {})", self.boolean(d), self.map(d), self.map(d)),
            10 => format!("try({}, {})", self.map(d), self.map(d)),
            11 => format!("{{for x in {} : x => x...}}", self.list(d)),
            12 => format!("merge([{}, {}]...)", self.map(d), self.map(d)),
            13 => format!("{{for k, v in {} : k => v if {}}}", self.map(d), self.boolean(d)),
            14 => format!("{{for i, x in {} : \"${{i}}\" => x}}", self.list(d)),
            15 => format!("{{for k, v in merge({}, {}) : k => \"${{v}}\"}}", self.map(d), self.map(d)),
            _ => self.map(0),
        }
    }

    fn any(&mut self, depth: u32) -> String {
        match self.0.roll(5) {
            0 => self.text(depth),
            1 => self.number(depth),
            2 => self.boolean(depth),
            3 => self.list(depth),
            _ => self.map(depth),
        }
    }
}

fn concrete(dice: &mut Dice) -> BTreeMap<String, Value> {
    let text = |d: &mut Dice| Value::from(d.pick(&["a", "b", "", "ab/c", "zz", "1"]));
    let list = |d: &mut Dice| {
        let items = (0..d.roll(4)).map(|_| Value::from(d.pick(&["a", "b", "c", ""]))).collect();
        Value::list(items, Type::String)
    };
    let mut map = Vec::new();
    for key in ["a", "b", "c"] {
        if dice.chance(50) {
            map.push((key.into(), text(dice)));
        }
    }
    BTreeMap::from([
        ("s".to_owned(), text(dice)),
        ("t".to_owned(), text(dice)),
        ("n".to_owned(), Value::from(Number::from(i64::try_from(dice.roll(3)).unwrap()))),
        ("b".to_owned(), Value::from(dice.chance(50))),
        ("l".to_owned(), list(dice)),
        ("k".to_owned(), Value::tuple(list(dice).as_seq().unwrap().items.clone())),
        ("m".to_owned(), Value::object(map)),
    ])
}

fn why() -> Why {
    Why::new(Class::Input, "var.hidden", Origin::NONE)
}

/// The value with parts of it hidden.
fn masked(value: &Value, dice: &mut Dice) -> Value {
    if dice.chance(35) {
        let ty = if dice.chance(50) { Type::Dynamic } else { value.ty() };
        return Unknown::new(ty, why()).into();
    }
    match &value.kind {
        Kind::String(text) if dice.chance(30) => {
            let cut = text.char_indices().nth(1).map_or(text.len(), |(at, _)| at);
            let hole = Piece::Hole(Value::unknown(Type::String, why()));
            let pieces = if dice.chance(50) {
                vec![Piece::Literal(text[..cut].into()), hole]
            } else {
                vec![hole, Piece::Literal(text[cut..].into())]
            };
            Value::pieces(pieces)
        }
        Kind::List(seq) | Kind::Tuple(seq) => {
            let keep = if dice.chance(30) { usize::try_from(dice.roll(3)).unwrap() } else { usize::MAX };
            let items: Vec<Value> = seq.items.iter().take(keep).map(|v| masked(v, dice)).collect();
            let rest = (keep < usize::MAX).then(|| Rest { prefix: items.len(), why: why() });
            match &value.kind {
                Kind::List(_) => Value::open_list(items, rest, seq.element.clone()),
                _ => Value::open_tuple(items, rest),
            }
        }
        Kind::Object(entries) => {
            let open = dice.chance(30);
            let kept = entries.items.iter().filter(|_| !open || dice.0.is_multiple_of(2));
            let items: Vec<_> = kept.cloned().collect();
            let items = items.into_iter().map(|(k, v)| (k, masked(&v, dice))).collect();
            Value::open_object(items, open.then(why))
        }
        _ => value.clone(),
    }
}

/// Whether the concrete value is one of those that the partly known one allows.
fn allows(partial: &Value, actual: &Value) -> bool {
    match (&partial.kind, &actual.kind) {
        (Kind::Unknown(_), _) | (Kind::Null(_), Kind::Null(_)) => true,
        (Kind::Composite(_) | Kind::String(_), _) if actual.as_str().is_some() || actual.as_number().is_some() => {
            let text = convert(actual, &Type::String).unwrap();
            crate::value::equal(partial, &text) != Some(false)
        }
        (Kind::Number(a), Kind::Number(b)) => a == b,
        (Kind::Bool(a), Kind::Bool(b)) => a == b,
        (Kind::Number(_) | Kind::Bool(_), Kind::String(_) | Kind::Composite(_)) => {
            convert(partial, &Type::String).unwrap().as_str() == actual.as_str()
        }
        (Kind::Set(a), Kind::Set(b)) => members(&a.items, &b.items),
        (Kind::List(a) | Kind::Tuple(a), Kind::List(b) | Kind::Tuple(b)) => sequences(a, b),
        (Kind::Map(a) | Kind::Object(a), Kind::Map(b) | Kind::Object(b)) => mappings(a, b),
        _ => false,
    }
}

fn members(partial: &[Value], actual: &[Value]) -> bool {
    partial.iter().all(|p| actual.iter().any(|a| allows(p, a)))
}

fn sequences(partial: &Seq, actual: &Seq) -> bool {
    match &partial.rest {
        None => {
            partial.items.len() == actual.items.len()
                && partial.items.iter().zip(&actual.items).all(|(p, a)| allows(p, a))
        }
        Some(rest) => {
            let (certain, elsewhere) = partial.items.split_at(rest.prefix);
            actual.items.len() >= rest.prefix
                && certain.iter().zip(&actual.items).all(|(p, a)| allows(p, a))
                && members(elsewhere, &actual.items[rest.prefix..])
        }
    }
}

fn mappings(partial: &Entries, actual: &Entries) -> bool {
    let found = |(key, value): &(crate::syntax::ast::Text, Value)| actual.get(key).is_some_and(|a| allows(value, a));
    partial.items.iter().all(found) && (partial.rest.is_some() || partial.items.len() == actual.items.len())
}

/// One line for a value: `?` is unknown, `…` stands for more elements.
fn shown(value: &Value) -> String {
    let rest = |open: bool| if open { ", …" } else { "" };
    match &value.kind {
        Kind::Unknown(unknown) => format!("?{}", unknown.ty.friendly()),
        Kind::Composite(composite) => format!(
            "{:?}",
            composite
                .pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Literal(text) => text.to_string(),
                    Piece::Hole(_) => "?".to_owned(),
                })
                .collect::<Vec<_>>()
        ),
        Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => {
            let items: Vec<String> = seq.items.iter().map(shown).collect();
            format!("[{}{}]", items.join(", "), rest(seq.rest.is_some()))
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            let items: Vec<String> = entries.items.iter().map(|(k, v)| format!("{k}: {}", shown(v))).collect();
            format!("{{{}{}}}", items.join(", "), rest(entries.rest.is_some()))
        }
        _ => crate::value::render(value),
    }
}

fn check(seed: u64) -> std::result::Result<bool, String> {
    let mut dice = Dice(seed);
    let values = concrete(&mut dice);
    let depth = 1 + u32::try_from(dice.roll(4)).unwrap();
    let source = Writer(&mut dice).any(depth);
    let hidden: BTreeMap<String, Value> = values.iter().map(|(k, v)| (k.clone(), masked(v, &mut dice))).collect();
    let hidden = Names(hidden);
    let partial = run(&source, &hidden).map_err(|e| format!("{source}: {e}"))?;
    let actual = run(&source, &Names(values)).map_err(|e| format!("{source}: {e}"))?;
    if !actual.problems.is_empty() || actual.value.has_unknown() {
        return Ok(false);
    }
    let inputs: Vec<String> = hidden
        .0
        .iter()
        .filter(|(name, _)| source.contains(&format!("var.{name}")))
        .map(|(name, value)| format!("{name} = {}", shown(value)))
        .collect();
    if !partial.problems.is_empty() {
        return Err(format!("{source}\nwith {inputs:?}\nfails only while inputs are unknown: {:?}", partial.problems));
    }
    if !allows(&partial.value, &actual.value) {
        let (partial, actual) = (shown(&partial.value), shown(&actual.value));
        return Err(format!("{source}\nwith {inputs:?}\nknown {partial}\nbut it is {actual}"));
    }
    Ok(!partial.value.is_unknown())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_known_stays_true(seed in any::<u64>()) {
        if let Err(message) = check(seed) {
            prop_assert!(false, "{}", message);
        }
    }

    #[test]
    fn conversion_is_stable(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        for value in concrete(&mut dice).values().map(|v| masked(v, &mut dice)) {
            for ty in [Type::String, Type::list(Type::Dynamic), Type::set(Type::String), Type::map(Type::String)] {
                let Ok(once) = convert(&value, &ty) else { continue };
                let twice = convert(&once, &ty).unwrap();
                prop_assert!(once.has_unknown() || crate::value::equal(&once, &twice) == Some(true));
                prop_assert_eq!(once.ty(), twice.ty());
            }
        }
    }

    #[test]
    fn numbers_read_back(whole in any::<i64>(), scale in 0_u32..30) {
        let text = format!("{whole}e-{scale}");
        let number = Number::parse(&text).unwrap();
        prop_assert_eq!(Number::parse(&number.to_string()).unwrap(), number);
    }

    #[test]
    fn nothing_panics(source in "[a-z\\[\\]{}().,\"$%=!?:*&|<>+ 0-9]{0,40}") {
        let _ = run(&source, &Names::default());
    }
}

/// The law would hold trivially if nothing were ever known.
#[test]
fn the_law_is_exercised() {
    let known = (0..3000).filter(|seed| matches!(check(seed * 7919), Ok(true))).count();
    assert!(known > 700, "only {known} of 3000 random expressions have a result that is known in part");
}
