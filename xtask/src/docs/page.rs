//! One page for readers: what it asks, why, how to mend it, and what it answers.

use super::Documented;
use redan_model::Shown;
use redan_pages::{Scope, Side};
use std::fmt::Write;

pub(super) fn text(one: &Documented<'_>) -> String {
    let page = one.page;
    let mut text = format!("# {}\n`{}` · {}", page.title, page.id, page.severity.id());
    text.push_str(match page.side {
        Side::Customer => "\n\n",
        Side::Shared => " · shared with the provider\n\n",
    });
    let _ = writeln!(text, "{}", page.text.trim());
    for rule in &page.rules {
        let kinds: Vec<&str> = rule.kinds.iter().map(|kind| kind.as_str()).collect();
        let _ = writeln!(text, "\n## Rule for {}", kinds.join(", "));
        if !rule.comment.is_empty() {
            let _ = writeln!(text, "{}", rule.comment.trim());
        }
        let _ = writeln!(text, "```cel\n{}\n```", rule.text.trim_end());
    }
    if !page.advice.is_empty() || !page.patches.is_empty() {
        let _ = writeln!(text, "\n## Fix\n{}", page.advice.trim());
    }
    for patch in &page.patches {
        let what = match &patch.scope {
            Scope::Own => String::new(),
            Scope::At(path) => {
                format!(" at self.{}", path.iter().map(|step| step.as_str()).collect::<Vec<_>>().join("."))
            }
            Scope::New => " new".to_owned(),
        };
        let _ = writeln!(text, "\n{}{what}\n```yaml\n{}\n```", patch.kind, patch.text.trim_end());
    }
    rows(one, &mut text);
    text
}

fn rows(one: &Documented<'_>, text: &mut String) {
    let page = one.page;
    text.push_str("\n## Facts\n");
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "- {name}: {value}");
        }
    };
    for param in &page.params {
        row("parameter", format!("`{}`, by default `{}`", param.name, Shown(&param.default)));
    }
    let ids = |related: bool| {
        let ids = page.aliases.iter().filter(|alias| alias.related == related).map(|alias| alias.id.as_str());
        ids.collect::<Vec<_>>().join(", ")
    };
    row("same as", ids(false));
    row("related to", ids(true));
    row("mission", page.mission.iter().map(|row| row.as_str()).collect::<Vec<_>>().join(", "));
    let controls = one.controls.iter().map(|(framework, id)| format!("{} {id}", framework.id));
    row("frameworks", controls.collect::<Vec<_>>().join(", "));
    for link in &page.links {
        row("see", format!("<{link}>"));
    }
    let _ = writeln!(text, "- cases: [pages/{id}.md](../../../pages/{id}.md)", id = page.id);
}
