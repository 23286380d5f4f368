//! Single behaviours that neither the console nor random expressions show: references, partly known values, limits.

use std::collections::BTreeMap;

use super::{Names, run};
use crate::value::{Class, Kind, Origin, Piece, Reference, Rest, Type, Unknown, Value, Why, render};

fn input() -> Value {
    Unknown::new(Type::Dynamic, Why::new(Class::Input, "var.u", Origin::NONE)).into()
}

fn bucket() -> Value {
    let stated = vec![("bucket".into(), Value::from("logs"))];
    Value::resource(stated, Class::Computed, Reference::new("aws_s3_bucket.logs"), Origin::NONE)
}

fn names() -> Names {
    let open = Value::open_list(
        vec!["a".into()],
        Some(Rest { prefix: 1, why: Why::new(Class::Input, "var.tail", Origin::NONE) }),
        Type::String,
    );
    Names(BTreeMap::from([("u".to_owned(), input()), ("bucket".to_owned(), bucket()), ("open".to_owned(), open)]))
}

fn value(source: &str) -> Value {
    let evaluation = run(source, &names()).unwrap();
    assert!(evaluation.problems.is_empty(), "{source}: {:?}", evaluation.problems);
    evaluation.value
}

fn known(source: &str) -> String {
    let value = value(source);
    assert!(!value.has_unknown(), "{source} is not known");
    render(&value)
}

fn is_unknown(source: &str) -> bool {
    value(source).is_unknown()
}

#[test]
fn references_keep_their_identity() {
    let cases = [
        ("var.bucket.arn", "aws_s3_bucket.logs.arn"),
        ("\"${var.bucket.arn}\"", "aws_s3_bucket.logs.arn"),
        ("try(var.bucket.arn, \"\")", "aws_s3_bucket.logs.arn"),
        ("[var.bucket.arn][0]", "aws_s3_bucket.logs.arn"),
        ("{a = var.bucket.id}.a", "aws_s3_bucket.logs.id"),
        ("tostring(var.bucket.id)", "aws_s3_bucket.logs.id"),
        ("[var.bucket].*.id[0]", "aws_s3_bucket.logs.id"),
        ("var.bucket.website[0].domain", "aws_s3_bucket.logs.website[0].domain"),
        ("true ? var.bucket.arn : null", "aws_s3_bucket.logs.arn"),
        ("merge({a = 1}, {b = var.bucket.arn}).b", "aws_s3_bucket.logs.arn"),
        ("jsondecode(jsonencode({r = [var.bucket.arn]})).r[0]", "aws_s3_bucket.logs.arn"),
        ("tolist([var.bucket.arn, \"x\"])[0]", "aws_s3_bucket.logs.arn"),
        ("var.bucket", "aws_s3_bucket.logs"),
    ];
    for (source, expected) in cases {
        let value = value(source);
        assert_eq!(value.as_reference().map(|r| r.to_string()).as_deref(), Some(expected), "{source}");
    }
    assert_eq!(known("var.bucket.bucket"), "\"logs\"");
}

#[test]
fn text_keeps_its_known_parts_and_its_references() {
    let text = value("\"${var.bucket.arn}/*\"");
    let Kind::Composite(composite) = &text.kind else { panic!("{text:?}") };
    let [Piece::Hole(hole), Piece::Literal(tail)] = composite.pieces.as_slice() else { panic!("{composite:?}") };
    assert_eq!(hole.as_reference().unwrap().to_string(), "aws_s3_bucket.logs.arn");
    assert_eq!(&**tail, "/*");
    assert_eq!(known("endswith(\"${var.bucket.arn}/*\", \"/*\")"), "true");
    assert_eq!(known("\"${var.u}/x\" == \"a/y\""), "false");
    assert_eq!(known("basename(\"${var.u}/modules/vpc/\")"), "\"vpc\"");
    assert!(matches!(value("join(\"/\", [var.bucket.arn, \"*\"])").kind, Kind::Composite(_)));
    assert!(matches!(value("format(\"%s/*\", var.bucket.arn)").kind, Kind::Composite(_)));
}

#[test]
fn encoded_documents_keep_their_value() {
    let text = value("jsonencode({Statement = [{Effect = \"Allow\", Resource = var.bucket.arn}]})");
    let document = text.document().unwrap();
    let statement = document.as_entries().unwrap().get("Statement").unwrap().as_seq().unwrap().items[0].clone();
    let resource = statement.as_entries().unwrap().get("Resource").unwrap();
    assert_eq!(resource.as_reference().unwrap().to_string(), "aws_s3_bucket.logs.arn");
    assert!(is_unknown("base64gzip(\"x\")"));
}

#[test]
fn origins_point_at_the_literal() {
    let span = |source: &str| {
        let origin = value(source).origin;
        source[origin.span.start as usize..origin.span.end as usize].to_owned()
    };
    assert_eq!(span("{a = \"x\"}.a"), "\"x\"");
    assert_eq!(span("merge({a = 1}, {a = 22}).a"), "22");
    assert_eq!(span("upper(\"x\")"), "upper(\"x\")");
    assert_eq!(span("[for x in [\"p\", \"q\"] : x][1]"), "\"q\"");
    assert_eq!(span("tolist([1, \"two\"])[0]"), "1");
}

#[test]
fn partly_known_collections_answer_what_they_can() {
    assert_eq!(known("contains(concat([\"a\"], var.u), \"a\")"), "true");
    assert!(is_unknown("contains(concat([\"a\"], var.u), \"b\")"));
    assert_eq!(known("concat([\"a\"], var.u)[0]"), "\"a\"");
    assert!(is_unknown("length(concat([\"a\"], var.u))"));
    assert_eq!(known("merge(var.u, {a = 1}).a"), "1");
    assert!(is_unknown("merge({a = 1}, var.u).a"));
    assert_eq!(known("lookup(merge(var.u, {a = 1}), \"a\", 0)"), "1");
    assert_eq!(known("length([var.u, 1])"), "2");
    assert_eq!(known("keys({a = var.u})[0]"), "\"a\"");
    assert_eq!(known("element(var.open, 0)"), "\"a\"");
    assert_eq!(known("[for x in var.open : upper(x)][0]"), "\"A\"");
    assert_eq!(known("var.u || true"), "true");
    assert_eq!(known("false && var.u"), "false");
    assert_eq!(known("var.u ? \"same\" : \"same\""), "\"same\"");
    assert_eq!(known("anytrue([var.u, true])"), "true");
    assert_eq!(known("coalesce(\"a\", var.u)"), "\"a\"");
    assert_eq!(known("can([var.u])"), "true");
    assert!(is_unknown("can(var.u.x)"));
    assert!(is_unknown("try(var.u.x, 1)"));
    assert_eq!(known("merge([{a = 1}, {b = 2}]...) == {}"), "false");
}

#[test]
fn an_unknown_carries_its_reasons() {
    let result = value("\"${var.u}-${upper(var.bucket.id)}\"");
    let reasons: Vec<String> = result.why().unwrap().reasons().iter().map(|r| r.what.to_string()).collect();
    assert_eq!(reasons, ["var.u", "aws_s3_bucket.logs.id"]);
    let stamped = value("timestamp()");
    assert_eq!(stamped.why().unwrap().reasons()[0].class, Class::Impure);
    assert_eq!(value("provider::aws::arn_parse(\"x\")").why().unwrap().reasons()[0].class, Class::Unsupported);
}

#[test]
fn an_element_that_fails_leaves_the_others() {
    let evaluation = run("{a = 1, b = tonumber(\"x\"), c = [true, {}.z]}", &names()).unwrap();
    assert_eq!(evaluation.problems.len(), 2);
    let entries = evaluation.value.as_entries().unwrap();
    assert_eq!(render(entries.get("a").unwrap()), "1");
    assert_eq!(entries.get("b").unwrap().why().unwrap().reasons()[0].class, Class::Problem);
}

#[test]
fn growth_is_bounded() {
    let doubled = |source: &str, times: usize| {
        (0..times).fold(source.to_owned(), |s, _| format!("[for x in [{s}] : \"${{x}}${{x}}\"][0]"))
    };
    let hostile = [
        doubled("\"xxxxxxxxxx\"", 40),
        "range(1000000000)".to_owned(),
        "format(\"%999999999d\", 1)".to_owned(),
        "format(\"%.999999999f\", 1)".to_owned(),
        "indent(1000000000, \"a\\nb\")".to_owned(),
        "pow(10, 308) * pow(10, 308) * pow(10, 308) * 1e5000 * 1e5000 * 1e5000".to_owned(),
        "setproduct(range(1000), range(1000), range(1000))".to_owned(),
        "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]".to_owned(),
        "jsondecode(join(\"\", [for x in range(1000) : \"[\"]))".to_owned(),
        "replace(join(\"\", range(1000)), \"\", join(\"\", [for x in range(1000) : join(\"\", range(1000))]))".to_owned(),
        "distinct([for i in range(1000) : [for j in range(400) : \"${i}-${j}\"]]...)".replace("distinct(", "distinct(concat(").replace("...)", "...))"),
        format!("{}1{}", "jsonencode([".repeat(30), "])".repeat(30)),
        "regexall(\"[^z]*z|a\", join(\"\", [for x in range(1000) : join(\"\", [for y in range(1000) : \"a\"])]))".to_owned(),
        "regex(\"((a{1000}){1000}){1000}\", \"a\")".to_owned(),
        "yamldecode(\"a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\")".to_owned(),
    ];
    for source in hostile {
        match run(&source, &names()) {
            Ok(evaluation) => {
                assert!(!evaluation.problems.is_empty(), "{} is not refused", &source[..60.min(source.len())])
            }
            Err(message) => assert!(message.contains("deep") || message.contains("nest"), "{message}"),
        }
    }
}

#[test]
fn nesting_ends_in_a_problem_not_in_the_stack() {
    let around = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let nested = [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{a = ", "1", "}"),
        ("true ? 1 : (", "2", ")"),
        ("upper(", "\"a\"", ")"),
        ("try(", "1", ")"),
        ("[for x in [1] : ", "x", "]"),
        ("\"${", "1", "}\""),
        ("\"%{ if true }${", "1", "}%{ endif }\""),
        ("!", "true", ""),
        ("1 + (", "1", ")"),
        ("jsonencode([", "1", "])"),
    ];
    assert_eq!(known(&format!("1{}", " + 1".repeat(200))), "201");
    for (open, inner, close) in nested {
        for times in [30, 60, 100, 190, 400, 5_000] {
            let _ = run(&around(open, inner, close, times), &names());
        }
    }
}
