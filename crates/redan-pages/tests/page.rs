//! Reading pages: what they hold, and what is said about those that hold something else.

use redan_model::{Severity, Str, Value};
use redan_pages::{Expected, Language, Mark, Page, PageSet, Scope, Side};

const PAGE: &str = r#"---
title: Store that is public
severity: high
mission: [B1]
side: shared
params: {ports: {type: list(integer), default: [22, 80]}}
aliases:
  - {id: CKV_1, with: {ports: [22]}}
  - {id: CKV_2, part: Block.A}
  - CKV_3
  - {id: CKV_4, related: true}
links: [https://docs.example/a]
---
It is read by everyone.

## Rule
```cel Test::Store, Test::Other // both clouds
// why
when self.Kind == "a" &&
  self.Size > 1
self.Public == false
```
## Fix
Close it.
```patch Test::Store
Public: false
```
```patch Test::Log new
Target: self
```
```patch Test::Key at self.Key.Id
Rotated: true
```
## Cases
```hcl fail two words
a = 1 # finding
b = 2
c = 3 // finding here
```
```json arm fail at=/a/0
{}
```
```hcl pass
```
```yaml cloudformation unknown
a: 1 # unknown
```
"#;

fn errors(text: &str) -> Vec<String> {
    match Page::parse("a/b", "pages/a/b.md", text) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn everything_is_read() {
    let page = Page::parse("storage/x", "pages/storage/x.md", PAGE).unwrap();
    assert_eq!((page.title.as_str(), page.severity, page.side), ("Store that is public", Severity::High, Side::Shared));
    assert_eq!(page.text, "It is read by everyone.");
    assert_eq!(page.advice, "Close it.");
    assert_eq!(page.kinds().map(Str::as_str).collect::<Vec<_>>(), ["Test::Store", "Test::Other"]);
    let rule = page.rule(Str::new("Test::Other")).unwrap();
    assert_eq!((rule.comment.as_str(), rule.line), ("both clouds", 17));
    assert!(rule.when.is_some());
    let at = |byte: u32| usize::try_from(byte).unwrap();
    let span = rule.condition.span;
    assert_eq!(rule.text.get(at(span.start)..at(span.end)), Some("self.Public == false"));
    assert_eq!(page.params[0].name, "ports");
    let aliases: Vec<(&str, usize, Option<&str>, bool)> = page
        .aliases
        .iter()
        .map(|alias| (alias.id.as_str(), alias.with.len(), alias.part.map(Str::as_str), alias.related))
        .collect();
    assert_eq!(
        aliases,
        [
            ("CKV_1", 1, None, false),
            ("CKV_2", 0, Some("Block.A"), false),
            ("CKV_3", 0, None, false),
            ("CKV_4", 0, None, true)
        ]
    );
    assert_eq!(page.aliases[0].with[0].0, "ports");
    assert!(matches!(&page.aliases[0].with[0].1, Value::List(list) if list.items.len() == 1));
    let scopes: Vec<&Scope> = page.patches.iter().map(|patch| &patch.scope).collect();
    assert_eq!(scopes, [&Scope::Own, &Scope::New, &Scope::At(vec![Str::new("Key"), Str::new("Id")])]);
}

#[test]
fn cases_say_what_must_be_reported() {
    let page = Page::parse("storage/x", "pages/storage/x.md", PAGE).unwrap();
    let first = &page.cases[0];
    assert_eq!((first.language, first.expected, first.name.as_str()), (Language::Hcl, Expected::Fail, "two words"));
    assert_eq!(first.marks, [Mark::Line(1), Mark::Line(3)]);
    let line = PAGE.lines().nth(first.line).unwrap();
    assert_eq!(line, "a = 1 # finding");
    assert_eq!(page.cases[1].marks, [Mark::Pointer("/a/0".to_owned())]);
    assert_eq!((page.cases[2].expected, page.cases[2].marks.len()), (Expected::Pass, 0));
    assert_eq!(
        (page.cases[3].language, page.cases[3].marks.as_slice()),
        (Language::CloudFormationYaml, &[Mark::Line(1)][..])
    );
}

#[test]
fn errors_name_file_line_and_remedy() {
    for (from, to, expected) in [
        ("severity: high", "severity: hihg", "pages/a/b.md:3: no severity `hihg`; did you mean `high`?"),
        ("mission: [B1]", "missoin: [B1]", "pages/a/b.md:4: a head has no `missoin`; did you mean `mission`?"),
        ("default: [22, 80]", "default: [x]", "pages/a/b.md:6: the default of `ports` is not of its type"),
        ("title: Store that is public\n", "", "pages/a/b.md:2: the head has no `title`"),
        ("self.Public == false", "self.Public = false", "pages/a/b.md:21:13: `=` is no operator (write `==`)"),
        ("self.Kind == \"a\"", "self.Kind == ", "pages/a/b.md:19:20: expected a value, found `&&`"),
        ("## Cases", "## Case", "pages/a/b.md:34: no section `Case` is known (did you mean `Cases`?)"),
        ("```hcl pass", "```hcl psas", "pages/a/b.md:43: no verdict `psas` is known (did you mean `pass`?)"),
        ("```hcl pass", "```hlc pass", "pages/a/b.md:43: no language `hlc pass` is known"),
        ("a: 1 # unknown", "a: 1", "pages/a/b.md:45: no line of the case is marked `# unknown`"),
        ("patch Test::Log new", "patch Test::Log old", "pages/a/b.md:28: the patch names no kind"),
        ("Test::Other //", "Test::Store //", "pages/a/b.md:1: two rules are about Test::Store"),
        ("  - CKV_3", "  - {ID: CKV_3}", "pages/a/b.md:10: an alias has no `ID`"),
        ("side: shared", "side: &a shared", "pages/a/b.md:5: anchors, aliases and tags are not used here"),
    ] {
        let changed = PAGE.replacen(from, to, 1);
        assert_ne!(changed, PAGE, "{from}");
        let errors = errors(&changed);
        assert!(errors.iter().any(|error| error.starts_with(expected)), "{expected}\n{errors:#?}");
    }
    assert!(errors("no head")[0].starts_with("pages/a/b.md:1: the page has no head"));
    assert!(errors("---\ntitle: a\n")[0].starts_with("pages/a/b.md:1: the head is not closed"));
    assert!(errors(&PAGE.replace("\n```\n## Fix", "\n## Fix"))[0].contains("expected"));
}

#[test]
fn every_atom_is_turned_and_dropped() {
    let text = PAGE
        .replace("self.Public == false", "[\"A\"].all(k, self.A == 1 || !(self.B == 2)) && self.C.exists(c, c == 3)");
    let page = Page::parse("a/b", "a/b.md", &text).unwrap();
    let whats: Vec<String> = page.rules[0].mutants().into_iter().map(|mutant| mutant.what).collect();
    assert_eq!(
        whats,
        [
            "turned around: self.Kind == \"a\"",
            "dropped: self.Kind == \"a\"",
            "turned around: self.Size > 1",
            "dropped: self.Size > 1",
            "turned around: self.A == 1",
            "dropped: self.A == 1",
            "turned around: (self.B == 2)",
            "dropped: (self.B == 2)",
            "turned around: self.C.exists(c, c == 3)",
            "dropped: self.C.exists(c, c == 3)",
        ]
    );
}

#[test]
fn built_in_pages_are_read() {
    let set = PageSet::builtin();
    assert_eq!(set.errors(), []);
    assert!(set.pages().count() > 10);
    let page = set.get("storage/public-access").unwrap();
    assert!(set.about(&[Str::new("AWS::S3::Bucket")]).any(|about| about.id == page.id));
    for page in set.pages() {
        let kinds: Vec<Str> = page.kinds().collect();
        assert!(set.about(&kinds).any(|about| about.id == page.id), "{} is not indexed by its kinds", page.id);
    }
}

#[test]
fn a_user_s_page_replaces_a_built_in_one() {
    let mut set = PageSet::builtin();
    let before = set.ids().count();
    set.add("storage/public-access", "mine/storage/public-access.md", PAGE.to_owned());
    set.add("mine/new", "mine/new.md", PAGE.to_owned());
    assert_eq!(set.ids().count(), before + 1);
    assert_eq!(set.get("storage/public-access").unwrap().title, "Store that is public");
    assert_eq!(set.about(&[Str::new("Test::Other")]).count(), 2);
}

#[test]
fn folders_of_pages() {
    let folder = std::env::temp_dir().join(format!("redan-pages-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("deep/er")).unwrap();
    std::fs::write(folder.join("deep/er/one.md"), PAGE).unwrap();
    std::fs::write(folder.join("README.md"), "about").unwrap();
    std::fs::write(folder.join("bad.md"), "no head").unwrap();
    let mut set = PageSet::empty();
    let errors = set.add_directory(&folder);
    assert_eq!(errors, []);
    assert_eq!(set.ids().collect::<Vec<_>>(), ["bad", "deep/er/one"]);
    assert_eq!(set.errors().len(), 1);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(set.add_directory(&folder).len(), 1);
}

mod hostile {
    use proptest::prelude::*;
    use redan_pages::Page;

    proptest! {
        #[test]
        fn any_text(text in "\\PC{0,200}") {
            let _ = Page::parse("a", "a.md", &text);
        }

        #[test]
        fn any_change(at in 0..super::PAGE.len(), with in "\\PC{0,6}", cut in 0_usize..40) {
            let text = super::PAGE;
            let mut from = at;
            while !text.is_char_boundary(from) { from -= 1; }
            let mut to = (from + cut).min(text.len());
            while !text.is_char_boundary(to) { to -= 1; }
            let changed = format!("{}{with}{}", &text[..from], &text[to.max(from)..]);
            let _ = Page::parse("a", "a.md", &changed).map(|page| page.rules.iter().map(|r| r.mutants().len()).sum::<usize>());
        }
    }
}
