//! For people: controls by section, failures and unknowns with their resources.

use crate::Look;
use crate::audit::Audit;
use crate::digest::problem_line;
use crate::escape::plain;
use crate::evidence::line;
use crate::words::count;
use anstyle::{AnsiColor, Style};
use redan_model::{Finding, Verdict};
use std::io::{self, Write};

const MAX_RESULTS: usize = 8;
const MAX_PROBLEMS: usize = 12;

pub(super) fn write(audit: &Audit<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let bold = Style::new().bold();
    writeln!(out, "{}\n", styled(look, bold, &plain(&format!("{} {}", audit.title, audit.version))))?;
    let mut section = None;
    let width = audit.controls.iter().map(|control| control.id.len()).max().unwrap_or_default();
    for control in &audit.controls {
        if control.section != section {
            section = control.section;
            if let Some((id, name)) = section {
                writeln!(out, "{}", styled(look, bold, &plain(&format!("{id} {name}"))))?;
            }
        }
        let stands = styled(look, style(control.standing), &format!("{:<17}", control.stands()));
        let tally = control.tally();
        let tally = if tally.is_empty() { tally } else { format!("  ({tally})") };
        writeln!(out, "  {stands} {:<width$}  {}{tally}", control.id, plain(control.title))?;
        for note in control.notes() {
            writeln!(out, "      {}", plain(&note))?;
        }
        let telling = |finding: &&&Finding| finding.verdict != Verdict::Pass && finding.state.suppression().is_none();
        let told: Vec<&&Finding> = control.results.iter().filter(telling).collect();
        for finding in told.iter().take(MAX_RESULTS) {
            writeln!(out, "      {}", line(finding))?;
        }
        if let Some(more) = told.len().checked_sub(MAX_RESULTS).filter(|more| *more > 0) {
            writeln!(out, "      and {}", count(more, "other result"))?;
        }
    }
    writeln!(out)?;
    for problem in audit.problems.iter().take(MAX_PROBLEMS) {
        writeln!(out, "problem: {}", problem_line(problem, audit.sources))?;
    }
    if audit.problems.len() > MAX_PROBLEMS {
        writeln!(out, "and {}", count(audit.problems.len() - MAX_PROBLEMS, "other problem"))?;
    }
    writeln!(out, "{}", styled(look, bold, &audit.totals()))
}

fn style(standing: &str) -> Style {
    match standing {
        "fail" => AnsiColor::BrightRed.on_default().bold(),
        "unknown" | "accepted" | "pass-in-part" => AnsiColor::Yellow.on_default(),
        "pass" => AnsiColor::Green.on_default(),
        _ => Style::new().dimmed(),
    }
}

fn styled(look: Look, style: Style, text: &str) -> String {
    if look.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
}
