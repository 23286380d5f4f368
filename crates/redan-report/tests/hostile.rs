//! What a scanned resource contains never becomes part of a format: for any text, each output has the same skeleton as
//! for a harmless one, as a parser of that format that is not ours reads it.

#![cfg(test)]

mod fixture;

use fixture::Fixture;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser};
use redan_model::{Finding, ReasonClass, Severity, State, Str, Verdict, fingerprint};
use redan_report::{Look, Show, Summary};

const LOOK: Look = Look { color: false, links: false, width: 100 };

/// Pieces that mean something to some format.
const PIECES: [&str; 46] = [
    "a",
    "Z",
    "0",
    " ",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}[31m",
    "\u{1b}]8;;http://x\u{7}",
    "\u{9b}",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "\u{fffe}",
    "\u{fffd}",
    "é",
    "名",
    "😀",
    "\"",
    "'",
    "`",
    "```",
    "\\",
    "|",
    "\\|",
    "<",
    ">",
    "&",
    "&lt;",
    "<script>alert(1)</script>",
    "]]>",
    "<!--",
    "--",
    "=",
    "+1",
    "-1",
    "@SUM(A1)",
    "%0A",
    "%",
    "::error::x",
    "::",
    ",",
    "##[error]",
    "[a](http://x)",
    "*b*",
];

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![8 => prop::sample::select(PIECES.to_vec()).prop_map(String::from), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 1..12).prop_map(|pieces| format!("{}.", pieces.concat()))
}

/// The fixture's report with a text in every place that a resource can fill.
fn fixture(text: &str) -> Fixture {
    let mut fixture = Fixture::new();
    for finding in &mut fixture.findings {
        spoil(finding, text);
    }
    fixture.problems.iter_mut().for_each(|problem| problem.message = text.to_owned());
    fixture.summary = Summary { resources: 4, pages: 4, files: 2, ..Summary::default() };
    fixture.findings.iter().for_each(|finding| fixture.summary.add(finding));
    fixture.summary.add_problems(&fixture.problems);
    fixture
}

fn spoil(finding: &mut Finding, text: &str) {
    let named = Str::new(text);
    finding.address = named;
    finding.title = named;
    finding.kind = named;
    finding.id = Some(named);
    finding.name = Some(named);
    finding.root = named;
    finding.assumptions = vec![text.to_owned()];
    if let State::Suppressed(suppression) = &mut finding.state {
        suppression.form = named;
        suppression.reason = Some(text.to_owned());
        suppression.until = Some(text.to_owned());
    }
    if finding.verdict == Verdict::Unknown {
        finding.reasons = vec![(ReasonClass::Input, named, finding.place.clone())];
    }
    if let Some(place) = &mut finding.place {
        place.path = named;
    }
    for leaf in &mut finding.evidence {
        leaf.path = named;
        leaf.resource = Some(named);
        leaf.value = text.to_owned();
        leaf.note = Some(text.to_owned());
        leaf.from = Some(format!("default: {text}"));
        if let Some(place) = &mut leaf.place {
            place.path = named;
        }
    }
    finding.fingerprint = fingerprint("page", &[text], "leaf");
}

fn text(fixture: &Fixture, format: &str) -> String {
    let mut bytes = Vec::new();
    (redan_report::format(format).unwrap().write)(&fixture.report(Show::All), LOOK, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Rows of cells, by RFC 4180.
fn csv(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![]];
    let mut cell = String::new();
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, quoted) {
            ('"', true) if characters.peek() == Some(&'"') => cell.push(characters.next().unwrap()),
            ('"', _) => quoted = !quoted,
            (',', false) => rows.last_mut().unwrap().push(std::mem::take(&mut cell)),
            ('\r', false) => {}
            ('\n', false) => {
                rows.last_mut().unwrap().push(std::mem::take(&mut cell));
                rows.push(vec![]);
            }
            _ => cell.push(character),
        }
    }
    assert!(!quoted && rows.pop() == Some(vec![]), "the last row ends");
    rows
}

/// The elements of a document with their attributes' names, in order.
fn xml(text: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(text).unwrap();
    let elements = document.descendants().filter(roxmltree::Node::is_element);
    elements
        .map(|element| {
            let names: Vec<&str> = element.attributes().map(|attribute| attribute.name()).collect();
            format!("{} {}", element.tag_name().name(), names.join(" "))
        })
        .collect()
}

/// The tags of an HTML document without the values of their attributes.
fn html(text: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = text;
    while let Some((_, from)) = rest.split_once('<') {
        let (tag, after) = from.split_once('>').unwrap();
        let names = tag.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
        tags.push(names);
        rest = if tag == "script" || tag == "style" { from.split_once("</").map_or("", |(_, end)| end) } else { after };
    }
    tags
}

/// What Markdown is made of, without its text.
fn markdown(text: &str) -> Vec<String> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let kept = events.filter(|event| !matches!(event, Event::Text(_) | Event::SoftBreak));
    kept.map(|event| match event {
        Event::Code(_) => "code".to_owned(),
        other => format!("{other:?}"),
    })
    .collect()
}

/// The commands in a log with their properties, as the runner reads them
/// (<https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>).
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    for line in text.split(['\n', '\r']) {
        let Some(rest) = line.trim_start().strip_prefix("::") else {
            assert!(!line.contains("##["), "{line:?}");
            continue;
        };
        let (head, _) = rest.split_once("::").unwrap();
        let (name, properties) = head.split_once(' ').unwrap();
        let properties = properties.split(',').map(|pair| pair.split_once('=').unwrap().0.to_owned());
        commands.push(std::iter::once(name.to_owned()).chain(properties).collect());
    }
    commands
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_format_keeps_its_skeleton(bad in hostile()) {
        let (good, bad) = (fixture("plain."), fixture(&bad));
        let rows = csv(&text(&bad, "csv"));
        prop_assert_eq!(rows.len(), 1 + bad.findings.len());
        for row in &rows {
            prop_assert_eq!(row.len(), rows[0].len());
            for cell in row {
                prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '|', '%']), "{:?}", cell);
            }
        }
        for (format, skeleton) in [("junit", xml as fn(&str) -> Vec<String>), ("html", html), ("markdown", markdown)] {
            prop_assert_eq!(skeleton(&text(&bad, format)), skeleton(&text(&good, format)), "{}", format);
        }
        prop_assert_eq!(commands(&text(&bad, "github")), commands(&text(&good, "github")));
        prop_assert_eq!(text(&bad, "concise").lines().count(), text(&good, "concise").lines().count());
        for format in redan_report::formats() {
            let output = text(&bad, format.name).replace("\r\n", "\n");
            prop_assert!(!output.chars().any(|c| c.is_control() && c != '\n'), "{}: {:?}", format.name, output);
        }
    }

    #[test]
    fn machines_read_back_what_was_there(bad in hostile()) {
        let fixture = fixture(&bad);
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let report = parse(&text(&fixture, "json"));
        prop_assert_eq!(&report["results"][0]["resource"]["address"], &serde_json::json!(bad));
        let sarif = parse(&text(&fixture, "sarif"));
        let logical = &sarif["runs"][0]["results"][0]["locations"][0]["logicalLocations"][0];
        prop_assert_eq!(&logical["fullyQualifiedName"], &serde_json::json!(bad));
        let events: Vec<serde_json::Value> = text(&fixture, "ocsf").lines().map(parse).collect();
        prop_assert_eq!(events.len(), fixture.findings.len() + fixture.problems.iter().filter(|problem| problem.kind.incomplete()).count());
        prop_assert_eq!(&events[0]["resources"][0]["data"]["address"], &serde_json::json!(bad));
        let issues = parse(&text(&fixture, "gitlab"));
        prop_assert_eq!(issues[0]["fingerprint"].as_str().unwrap(), fixture.findings[0].fingerprint.to_string());
    }
}

#[test]
fn annotations_are_capped_and_the_summary_has_the_rest() {
    let mut fixture = Fixture::new();
    let first = fixture.findings[0].clone();
    fixture.findings = (0..200)
        .map(|number| {
            let severity = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low][number / 50];
            Finding { severity, address: Str::new(&format!("resource.number_{number}")), ..first.clone() }
        })
        .collect();
    let log = text(&fixture, "github");
    for kind in ["::error ", "::warning ", "::notice "] {
        assert_eq!(log.lines().filter(|line| line.starts_with(kind)).count(), 10, "{kind}");
    }
    assert!(log.contains("171 results without an annotation"), "{log}");
    let beside = redan_report::format("github").unwrap().beside.as_ref().unwrap();
    let summary = |limit: usize| {
        let mut bytes = Vec::new();
        (beside.write)(&fixture.report(Show::Fail), limit, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(beside.limit, 1 << 20);
    let whole = summary(beside.limit);
    assert!((0..200).all(|number| whole.contains(&format!("resource.number_{number}`"))));
    for limit in [0, 100, 1000, 5000] {
        let cut = summary(limit);
        assert!(cut.len() <= limit, "{} of {limit}", cut.len());
        assert_eq!(cut.contains("more results than fit"), limit >= 200);
    }
}
