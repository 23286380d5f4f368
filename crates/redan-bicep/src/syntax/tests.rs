//! Trees of small files, and what is left of broken ones.

use super::ast::{ArrayItem, DeclarationKind, Expr, ExprKind, ObjectItem, ObjectKey, Part};
use super::types::{TypeExpr, TypeKind};
use super::{Dialect, parse_file};

fn expr(expr: &Expr) -> String {
    let all = |exprs: &[Expr]| exprs.iter().map(self::expr).collect::<Vec<_>>().join(" ");
    match &expr.kind {
        ExprKind::Invalid => "?".to_owned(),
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Integer(value) => value.to_string(),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Template(parts) => {
            let part = |part: &Part| match part {
                Part::Literal(text) => format!("{text:?}"),
                Part::Interpolation(inner) => self::expr(inner),
            };
            format!("(text {})", parts.iter().map(part).collect::<Vec<_>>().join(" "))
        }
        ExprKind::Array(array) => {
            let item = |item: &ArrayItem| match item {
                ArrayItem::Value(value) => self::expr(value),
                ArrayItem::Spread(value) => format!("...{}", self::expr(value)),
            };
            format!("[{}]", array.items.iter().map(item).collect::<Vec<_>>().join(" "))
        }
        ExprKind::Object(object) => {
            let item = |item: &ObjectItem| match item {
                ObjectItem::Property { key: ObjectKey::Name(name), value } => {
                    format!("{}:{}", name.text, self::expr(value))
                }
                ObjectItem::Property { key: ObjectKey::Computed(key), value } => {
                    format!("{}:{}", self::expr(key), self::expr(value))
                }
                ObjectItem::Spread(value) => format!("...{}", self::expr(value)),
                ObjectItem::Resource(child) => match &child.kind {
                    DeclarationKind::Resource(child) => format!("child {}", child.name.text),
                    other => panic!("{other:?}"),
                },
            };
            let damaged = if object.damaged { " ..?" } else { "" };
            format!("{{{}{damaged}}}", object.items.iter().map(item).collect::<Vec<_>>().join(" "))
        }
        ExprKind::For(inner) => {
            let index = inner.index.as_ref().map_or(String::new(), |index| format!(",{}", index.text));
            format!("(for {}{index} {} {})", inner.item.text, self::expr(&inner.collection), self::expr(&inner.body))
        }
        ExprKind::If(sides) => format!("(if {} {})", self::expr(&sides.0), self::expr(&sides.1)),
        ExprKind::Ternary(sides) => {
            format!("(? {} {} {})", self::expr(&sides.0), self::expr(&sides.1), self::expr(&sides.2))
        }
        ExprKind::Unary(op, operand) => format!("({op:?} {})", self::expr(operand)),
        ExprKind::Binary(op, sides) => format!("({op:?} {} {})", self::expr(&sides.0), self::expr(&sides.1)),
        ExprKind::Call(name, arguments) => format!("{}({})", name.text, all(arguments)),
        ExprKind::Method(target, name, arguments) => {
            format!("{}.{}({})", self::expr(target), name.text, all(arguments))
        }
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Property { target, name, safe } => {
            format!("{}.{}{}", self::expr(target), if *safe { "?" } else { "" }, name.text)
        }
        ExprKind::Index { target, index, safe, from_end } => {
            let marks = format!("{}{}", if *safe { "?" } else { "" }, if *from_end { "^" } else { "" });
            format!("{}[{marks}{}]", self::expr(target), self::expr(index))
        }
        ExprKind::Child(target, name) => format!("{}::{}", self::expr(target), name.text),
        ExprKind::NotNull(target) => format!("{}!", self::expr(target)),
        ExprKind::Lambda(parameters, body) => {
            let names: Vec<&str> = parameters.iter().map(|parameter| &*parameter.text).collect();
            format!("(\\{} {})", names.join(","), self::expr(body))
        }
        ExprKind::Paren(inner) => format!("({})", self::expr(inner)),
    }
}

fn of(ty: &TypeExpr) -> String {
    let all = |types: &[TypeExpr], between: &str| types.iter().map(of).collect::<Vec<_>>().join(between);
    match &ty.kind {
        TypeKind::Invalid => "?".to_owned(),
        TypeKind::Null => "null".to_owned(),
        TypeKind::Bool(value) => value.to_string(),
        TypeKind::Integer(value) => value.to_string(),
        TypeKind::Text(text) => format!("{text:?}"),
        TypeKind::Name(name) => name.to_string(),
        TypeKind::Apply(name, arguments) => format!("{name}<{}>", all(arguments, ",")),
        TypeKind::Object(object) => {
            let mut parts: Vec<String> =
                object.properties.iter().map(|(name, member)| format!("{}:{}", name.text, of(&member.of))).collect();
            parts.extend(object.additional.iter().map(|member| format!("*:{}", of(&member.of))));
            format!("{{{}}}", parts.join(" "))
        }
        TypeKind::Tuple(members) => {
            format!("[{}]", members.iter().map(|member| of(&member.of)).collect::<Vec<_>>().join(" "))
        }
        TypeKind::Array(inner) => format!("{}[]", of(inner)),
        TypeKind::Union(members) => format!("({})", all(members, "|")),
        TypeKind::Nullable(inner) => format!("{}?", of(inner)),
        TypeKind::NotNull(inner) => format!("{}!", of(inner)),
        TypeKind::Property(target, name) => format!("{}.{}", of(target), name.text),
        TypeKind::Items(target) => format!("{}[*]", of(target)),
        TypeKind::Additional(target) => format!("{}.*", of(target)),
        TypeKind::Index(target, index) => format!("{}[{}]", of(target), expr(index)),
        TypeKind::Resource(of) => format!("resource {of:?}"),
    }
}

/// The value of the only variable of a file.
#[track_caller]
fn value(text: &str) -> String {
    let (file, errors) = parse_file(&format!("var x = {text}\n"), Dialect::Template);
    assert!(errors.is_empty(), "{text}: {errors:?}");
    match &file.declarations[..] {
        [super::ast::Declaration { kind: DeclarationKind::Variable { value, .. }, .. }] => expr(value),
        other => panic!("{text}: {other:?}"),
    }
}

#[track_caller]
fn type_of(text: &str) -> String {
    let (file, errors) = parse_file(&format!("type x = {text}\n"), Dialect::Template);
    assert!(errors.is_empty(), "{text}: {errors:?}");
    match &file.declarations[..] {
        [super::ast::Declaration { kind: DeclarationKind::Type { of, .. }, .. }] => self::of(of),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn operators_bind_as_documented() {
    for (text, expected) in [
        ("1 + 2 * 3", "(Add 1 (Multiply 2 3))"),
        ("(1 + 2) * 3", "(Multiply ((Add 1 2)) 3)"),
        ("1 - 2 - 3", "(Subtract (Subtract 1 2) 3)"),
        ("a || b && c", "(Or a (And b c))"),
        ("a ?? b ?? c", "(Coalesce (Coalesce a b) c)"),
        ("a == b != c", "(NotEqual (Equal a b) c)"),
        ("a =~ b && c !~ d", "(And (EqualIgnoringCase a b) (NotEqualIgnoringCase c d))"),
        ("a < b == c >= d", "(Equal (Less a b) (GreaterEqual c d))"),
        ("!a && -b % 2 > 1", "(And (Not a) (Greater (Modulo (Negate b) 2) 1))"),
        ("a ? b : c ? d : e", "(? a b (? c d e))"),
        ("a ?? b ? c : d", "(? (Coalesce a b) c d)"),
        ("a\n  ? b\n  : c", "(? a b c)"),
        ("!empty(a) && a!.b", "(And (Not empty(a)) a!.b)"),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn chains_calls_and_lambdas() {
    for (text, expected) in [
        ("a.b[0].?c[?d][^1]", "a.b[0].?c[?d][^1]"),
        ("a::b::c.id", "a::b::c.id"),
        ("az.resourceGroup('x').location", "az.resourceGroup(\"x\").location"),
        ("map(xs, x => x.y)", "map(xs (\\x x.y))"),
        ("reduce(xs, 0, (a, b) => a + b)", "reduce(xs 0 (\\a,b (Add a b)))"),
        ("map(\n  xs,\n  x =>\n    x\n)", "map(xs (\\x x))"),
        ("f(1, (2), 3)", "f(1 (2) 3)"),
        ("[for (x, i) in xs: { a: i }]", "(for x,i xs {a:i})"),
        ("[\n for x in range(0, 2): x\n]", "(for x range(0 2) x)"),
        ("[1, 2]", "[1 2]"),
        ("[\n  1\n  ...b\n]", "[1 ...b]"),
        ("{ a: 1, 'b c': 2 }", "{a:1 b c:2}"),
        ("{\n  '${k}-x': 1\n  ...y\n  null: 2\n}", "{(text \"\" k \"-x\"):1 ...y null:2}"),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn texts() {
    for (text, expected) in [
        (r"'a\n\'\\\u{1f600}\${b}$c'", "\"a\\n'\\\\😀${b}$c\""),
        ("'a${b}c${'d${e}'}'", "(text \"a\" b \"c\" (text \"d\" e))"),
        ("'${{a: 1}.a}'", "(text \"\" {a:1}.a)"),
        ("'''\na ${b}\n'c''\n'''", "\"a ${b}\\n'c''\\n\""),
        ("''''a''''", "\"'a'\""),
        ("$'''\nx${y}z'''", "(text \"x\" y \"z\")"),
        ("$$'''${a} $${b}$'''", "(text \"${a} \" b \"$\")"),
        ("''", "\"\""),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn types() {
    for (text, expected) in [
        ("string[]?", "string[]?"),
        ("'a' | 'b' | -1 | !true | null", "(\"a\"|\"b\"|-1|false|null)"),
        ("\n  | 'a'\n  | 'b'", "(\"a\"|\"b\")"),
        ("('a' | int)[]", "(\"a\"|int)[]"),
        ("{\n  @description('x')\n  a: int\n  *: string?\n}", "{a:int *:string?}"),
        ("[int, { b: bool }]", "[int {b:bool}]"),
        (
            "resourceInput<'Microsoft.Storage/storageAccounts@2023-01-01'>.sku.name",
            "resourceInput<\"Microsoft.Storage/storageAccounts@2023-01-01\">.sku.name",
        ),
        ("a.b[*].*[0]!", "a.b[*].*[0]!"),
    ] {
        assert_eq!(type_of(text), expected, "{text}");
    }
}

#[test]
fn declarations() {
    let text = "\
targetScope = 'subscription' // where
#disable-next-line no-unused-params
@secure()
@sys.description('''
 many
''')
param p string = 'x'
var v string[] = ['a']
func f(a int, b string?) bool => a > 1
resource r 'A.B/c@2020-01-01' existing = {
  name: 'n'
  @batchSize(1)
  resource d 'd' = [for x in [1]: if (x > 1) {
    name: 'x'
  }]
  resource: 1
}
module m 'br/public:a/b:1' = if (p == 'x') {
  params: { q: p }
}
import { a, b as c } from 'x.bicep'
import * as n from 'y.bicep'
extension microsoftGraphV1 as g
extension 'br:x/y:1' with { z: 1 }
output o resource = r
assert ok = true
metadata name = 'x'
test t 'x.bicep' = { params: {} }
";
    let (file, errors) = parse_file(text, Dialect::Template);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(file.declarations.len(), 14);
    let parameter = &file.declarations[1];
    let names: Vec<&str> = parameter.decorators.iter().map(|decorator| &*decorator.name).collect();
    assert_eq!(names, ["secure", "description"]);
    let bodies: Vec<String> = file
        .declarations
        .iter()
        .filter_map(|declaration| match &declaration.kind {
            DeclarationKind::Resource(resource) => Some(expr(&resource.body)),
            DeclarationKind::Module(module) => Some(expr(&module.body)),
            _ => None,
        })
        .collect();
    assert_eq!(bodies, ["{name:\"n\" child d resource:1}", "(if ((Equal p \"x\")) {params:{q:p}})"]);
}

#[test]
fn parameter_files() {
    let text = "using 'main.bicep'\nextends 'base.bicepparam'\nparam a = 1\nvar b = a\nparam c = b\n";
    let (file, errors) = parse_file(text, Dialect::Parameters);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(file.declarations.len(), 5);
    let (_, errors) = parse_file("resource a 'b' = {}\n", Dialect::Parameters);
    assert_eq!(errors.len(), 1);
}

#[test]
fn what_is_broken_costs_little() {
    for (text, expected) in [
        ("{\n  bad: 1 +\n  good: 2\n}", "{bad:? good:2}"),
        ("{\n  bad: )\n  good: 2\n}", "{bad:? good:2}"),
        ("{\n  a: 'x\n  b: 2\n}", "{a:\"x\" b:2}"),
        ("{\n  a: '${1 +}'\n  b: 2\n}", "{a:(text \"\" ?) b:2}"),
        ("{\n  no colon\n  b: 2\n}", "{b:2 ..?}"),
        ("[\n  1 +\n  2\n]", "[2]"),
    ] {
        let (file, errors) = parse_file(&format!("var x = {text}\nvar y = 1\n"), Dialect::Template);
        assert!(!errors.is_empty(), "{text}");
        assert_eq!(file.declarations.len(), 2, "{text}: {errors:?}");
        let DeclarationKind::Variable { value, .. } = &file.declarations[0].kind else { panic!("{text}") };
        assert_eq!(expr(value), expected, "{text}");
    }
    let (file, errors) =
        parse_file("var x = {\n  a: [1, 2\n\nresource r 'A.B/c@1' = {\n  name: 'n'\n}\n", Dialect::Template);
    assert!(!errors.is_empty() && file.damaged);
    assert!(matches!(file.declarations[..], [super::ast::Declaration { kind: DeclarationKind::Resource(_), .. }]));
}

#[test]
fn hostile_files_end_soon() {
    let deep = |open: &str, close: &str| format!("var x = {}1{}", open.repeat(100_000), close.repeat(100_000));
    for text in [
        deep("(", ")"),
        deep("[", "]"),
        deep("{a: ", "}"),
        deep("'${", "}'"),
        deep("!", ""),
        deep("a => ", ""),
        format!("var x = 1{}", " + 1".repeat(100_000)),
        format!("var x = a{}", ".b".repeat(100_000)),
        format!("type x = a{}", "[]".repeat(100_000)),
        format!("type x = {}", "{a: ".repeat(100_000)),
        "'${".repeat(100_000),
        "@a(".repeat(100_000),
        "param x\n".repeat(50_000),
        "resource a 'b' = {\n".repeat(50_000),
    ] {
        let (_, errors) = parse_file(&text, Dialect::Template);
        assert!(!errors.is_empty() && errors.len() <= 200);
    }
}
