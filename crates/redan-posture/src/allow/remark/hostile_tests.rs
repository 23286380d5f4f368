//! Laws of remarks over hostile texts: spans lie in the text and on its characters, a remark begins as its language
//! writes comments, what stands in texts is none, and line ends are no matter.

use super::remarks;
use proptest::prelude::*;

const PATHS: [&str; 6] = ["a.tf", "a.bicep", "a.json", "a.yaml", "a.template", "a.tfvars"];

/// Pieces of which comments, texts and blocks are made, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "# redan:allow a/b c",
        "// x",
        "/* ",
        " */",
        "/*/",
        "\"",
        "\\\"",
        "\\",
        "'",
        "'''",
        "${",
        "%{",
        "}",
        "{",
        "[",
        "]",
        "(",
        ")",
        "<<EOF\n",
        "<<-EOF\n",
        "EOF\n",
        "  EOF\n",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "  ",
        "a = 1",
        "key: value",
        "- item",
        "|\n",
        ">-\n",
        "ä",
        "\u{1f600}",
        "\u{feff}",
        "\"//\": \"x\"",
        "resource \"a\" \"b\" {",
        "#",
        ":",
        ",",
        "\0",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn spans_lie_on_characters_of_the_text(text in pieces(), path in prop::sample::select(PATHS.to_vec())) {
        let mut end = 0;
        for remark in remarks(path, &text) {
            let shown = text.get(remark.span.clone());
            prop_assert!(shown.is_some_and(|shown| !shown.is_empty()), "{:?} in {text:?}", remark.span);
            prop_assert!(text.get(remark.item.clone()).is_some(), "{:?} in {text:?}", remark.item);
            if let Some(block) = &remark.block {
                prop_assert!(text.get(block.clone()).is_some(), "{block:?} in {text:?}");
            }
            prop_assert!(remark.span.start >= end, "remarks follow each other in {text:?}");
            end = remark.span.end;
        }
    }

    #[test]
    fn a_remark_begins_as_comments_do(text in pieces()) {
        for remark in remarks("a.tf", &text) {
            let shown = &text[remark.span.clone()];
            prop_assert!(["#", "//", "/*"].iter().any(|mark| shown.starts_with(mark)), "{shown:?} in {text:?}");
        }
    }

    #[test]
    fn text_holds_no_remarks(words in "[a-z #/*]{0,30}") {
        let heredoc = format!("a = <<EOF\n{words}\nEOF\nb = 1\n");
        prop_assert_eq!(remarks("a.tf", &heredoc), vec![]);
        prop_assert_eq!(remarks("a.tf", &format!("a = \"{words}\"\n")), vec![]);
        prop_assert_eq!(remarks("a.bicep", &format!("var a = '{words}'\n")), vec![]);
    }

    #[test]
    fn line_ends_are_no_matter(name in "[a-z]{1,8}") {
        let text = format!("resource \"a\" \"{name}\" {{\n  # redan:allow x/y z\n  b = 1 // c\n  /* d\n e */\n}}\n");
        let plain: Vec<String> = remarks("a.tf", &text).iter().map(|one| text[one.span.clone()].to_owned()).collect();
        let other = text.replace('\n', "\r\n");
        let with_returns: Vec<String> =
            remarks("a.tf", &other).iter().map(|one| other[one.span.clone()].replace("\r\n", "\n").trim_end().to_owned()).collect();
        prop_assert_eq!(plain, with_returns);
    }
}
