//! One self-contained page without scripts: it fetches nothing, folds by itself, prints, and follows light and dark.

use crate::Look;
use crate::audit::{Audit, Controlled, STANDINGS};
use crate::digest::problem_line;
use crate::evidence::{gist, standing};
use crate::markup::Markup;
use crate::time::minute;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use redan_model::Finding;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

const STYLE: &str = include_str!("style.css");

pub(super) fn write(audit: &Audit<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{} {}", audit.title, audit.version);
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n\
         <p class=\"about\">redan {} · {} · <a href=\"{}\">the publisher's page</a></p>\n<p>{}</p>\n</header>\n<main>",
        Markup(audit.program),
        minute(audit.moment),
        Markup(audit.source),
        Markup(&audit.totals()),
        title = Markup(&title),
    )?;
    summary(audit, out)?;
    let mut section = None;
    for control in &audit.controls {
        if control.section != section {
            section = control.section;
            if let Some((id, name)) = section {
                writeln!(out, "<h2>{} {}</h2>", Markup(id), Markup(name))?;
            }
        }
        controlled(control, out)?;
    }
    if !audit.problems.is_empty() {
        writeln!(out, "<h2>What could not be read</h2>\n<ul>")?;
        for problem in audit.problems {
            writeln!(out, "<li>{}</li>", Markup(&problem_line(problem, audit.sources)))?;
        }
        writeln!(out, "</ul>")?;
    }
    writeln!(out, "</main>\n</body>\n</html>")
}

fn summary(audit: &Audit<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<table>\n<caption>How the controls stand</caption>\n<thead><tr><th scope=\"col\">standing</th><th scope=\"col\">controls</th></tr></thead>\n<tbody>"
    )?;
    for (id, name) in STANDINGS {
        let number = audit.count(id);
        if number > 0 {
            writeln!(out, "<tr><th scope=\"row\" class=\"{id}\">{}</th><td>{number}</td></tr>", Markup(name))?;
        }
    }
    writeln!(out, "</tbody>\n</table>")
}

fn controlled(control: &Controlled<'_>, out: &mut dyn Write) -> io::Result<()> {
    let level = control.level.map(|level| format!(" · level {level}")).unwrap_or_default();
    let severity = control.severity.map(|severity| format!(" · {severity}")).unwrap_or_default();
    let notes: String = control.notes().iter().map(|note| format!("<p class=\"note\">{}</p>", Markup(note))).collect();
    let manual = if control.manual { " · manual" } else { "" };
    let tally = control.tally();
    let dot = if tally.is_empty() { "" } else { " · " };
    let head = format!(
        "<span class=\"standing {}\">{}</span> <span class=\"id\">{}</span> {} <span class=\"tally\">{dot}{}{level}{severity}{manual}</span>",
        control.standing,
        Markup(control.stands()),
        Markup(control.id),
        Markup(control.title),
        Markup(&tally),
    );
    if control.results.is_empty() {
        return writeln!(out, "<div class=\"control\">{head}{notes}</div>");
    }
    let open = if control.standing == "fail" { " open" } else { "" };
    writeln!(
        out,
        "<details{open}>\n<summary>{head}</summary>\n{notes}<table>\n<thead><tr><th scope=\"col\">verdict</th><th scope=\"col\">page</th><th scope=\"col\">resource</th><th scope=\"col\">place</th><th scope=\"col\">evidence</th></tr></thead>\n<tbody>"
    )?;
    control.results.iter().try_for_each(|finding| result(finding, out))?;
    writeln!(out, "</tbody>\n</table>\n</details>")
}

fn result(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let place = finding.place.as_ref().map(|place| format!("{}:{}", place.path, place.start.line)).unwrap_or_default();
    let aside = standing(finding).map(|text| format!(" ({text})")).unwrap_or_default();
    let why = format!("{}{aside}", gist(finding));
    writeln!(
        out,
        "<tr><td class=\"{verdict}\">{verdict}</td><td><code>{}</code></td><td><code>{}</code></td><td><code>{}</code></td><td>{}</td></tr>",
        Markup(finding.page.as_str()),
        Markup(finding.address.as_str()),
        Markup(&place),
        Markup(&why),
        verdict = finding.verdict.id(),
    )
}
