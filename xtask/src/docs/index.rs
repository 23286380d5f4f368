//! The index: pages by cloud and service, by mission row, and by framework.

use super::Documented;
use redan_pages::{Page, PageSet};
use redan_posture::Framework;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

pub(super) fn text(pages: &[Documented<'_>], frameworks: &[Framework]) -> String {
    let mut text = format!(
        "# Pages\nWritten by `cargo xtask docs`: {} pages, by [cloud and service](#by-cloud-and-service), \
         [mission row](#by-mission-row) and [framework](#by-framework).\n\n## By cloud and service\n",
        pages.len()
    );
    let mut services: BTreeMap<(&str, &str), BTreeMap<&str, &Page>> = BTreeMap::new();
    for page in pages.iter().map(|one| one.page) {
        for kind in page.kinds() {
            services.entry(service(kind.as_str())).or_default().insert(page.id.as_str(), page);
        }
    }
    let mut cloud = "";
    for ((own, service), pages) in &services {
        if *own != cloud {
            cloud = own;
            let _ = writeln!(text, "\n### {cloud}");
        }
        let _ = writeln!(text, "\n**{service}**\n");
        pages.values().for_each(|page| line(&mut text, page));
    }
    text.push_str("\n## By mission row\n");
    for framework in frameworks.iter().filter(|framework| framework.by_mission) {
        for control in framework.controls.iter().filter(|control| !control.pages.is_empty()) {
            let pages = control.pages.iter().map(|page| format!("[{page}]({page}.md)")).collect::<Vec<_>>();
            let _ = writeln!(text, "- **{}** {}: {}", control.id, control.title, pages.join(", "));
        }
    }
    text.push_str("\n## By framework\n| framework | controls | verified | in part | not yet | manual |\n|---|---|---|---|---|---|\n");
    for framework in frameworks {
        let coverage = framework.coverage();
        let _ = writeln!(
            text,
            "| [{} {}](frameworks/{}.md) | {} | {} | {} | {} | {} |",
            framework.title,
            framework.version,
            framework.id,
            coverage.controls,
            coverage.verified,
            coverage.partly,
            coverage.open,
            coverage.manual
        );
    }
    text
}

/// A framework's controls with their pages.
pub(super) fn framework(framework: &Framework, set: &PageSet) -> String {
    let mut text = format!("# {} {}\n<{}>\n", framework.title, framework.version, framework.source);
    let mut section = None;
    for control in &framework.controls {
        let own = framework.section(&control.id);
        if own != section {
            section = own;
            if let Some((id, name)) = own {
                let _ = writeln!(text, "\n## {id} {name}");
            }
        }
        let level = control.level.map(|level| format!(" (level {level})")).unwrap_or_default();
        let what = match (control.provider, control.pages.is_empty(), control.manual) {
            (true, ..) => "the provider's".to_owned(),
            (_, true, true) => "manual".to_owned(),
            (_, true, false) => "not verified yet".to_owned(),
            (_, false, _) => {
                let known: BTreeSet<&str> =
                    control.pages.iter().filter_map(|page| set.get(page)).map(|page| page.id.as_str()).collect();
                known.iter().map(|page| format!("[{page}](../{page}.md)")).collect::<Vec<_>>().join(", ")
            }
        };
        let lacks = control.lacks.as_ref().map(|text| format!("; no page asks: {text}")).unwrap_or_default();
        let wider = control.wider.as_ref().map(|text| format!("; asked as well: {text}")).unwrap_or_default();
        let _ = writeln!(text, "- **{}** {}{level}: {what}{wider}{lacks}", control.id, control.title);
    }
    text
}

fn line(text: &mut String, page: &Page) {
    let _ = writeln!(text, "- [{}]({}.md) {} ({})", page.id, page.id, page.title, page.severity.id());
}

/// The cloud and the service of a kind.
fn service(kind: &str) -> (&'static str, &str) {
    if let Some(rest) = kind.strip_prefix("AWS::") {
        return ("AWS", rest.split("::").next().unwrap_or(rest));
    }
    let rest = kind.strip_prefix("Microsoft.").unwrap_or(kind);
    ("Azure", rest.split('/').next().unwrap_or(rest))
}
