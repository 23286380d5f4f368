//! `redan pages test`.

use super::excerpt::Texts;
use super::{styled, watch};
use crate::cli::args::{Test, When};
use crate::cli::exit::Exit;
use crate::cli::output;
use anstyle::{AnsiColor, Style};
use redan::{Error, Fault, Tested};
use redan_pages::{PageError, PageSet};
use redan_report::{Look, count, plain};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

const OWN_FOLDER: &str = "pages";

pub(crate) fn run(options: &Test, color: When) -> Result<Exit, Error> {
    redan::threads(options.jobs)?;
    let look = output::look(color);
    let mut watched = Vec::new();
    loop {
        let chosen = match Chosen::read(&options.pages) {
            Err(error) if !watched.is_empty() => {
                output::error(&error);
                watch::changed(&watched);
                continue;
            }
            other => other?,
        };
        if options.watch && chosen.watched.is_empty() {
            return Err(Error::new("no file to watch").help("name a file or a folder of pages"));
        }
        let (text, exit) = tested(&chosen, options, look);
        output::stdout(|out| out.write_all(text.as_bytes()))?;
        if !options.watch {
            return Ok(exit);
        }
        output::note("waiting for changes; stop with Ctrl-C");
        watched = chosen.watched;
        watch::changed(&watched);
    }
}

/// What is tested.
#[derive(Default)]
struct Chosen {
    sets: Vec<(PageSet, Vec<String>)>,
    errors: Vec<PageError>,
    texts: Texts,
    watched: Vec<PathBuf>,
}

impl Chosen {
    fn read(names: &[String]) -> Result<Self, Error> {
        let mut chosen = Self::default();
        if names.is_empty() {
            if Path::new(OWN_FOLDER).is_dir() {
                chosen.folder(Path::new(OWN_FOLDER));
            } else {
                let set = PageSet::builtin();
                let ids = set.ids().map(str::to_owned).collect();
                chosen.add(set, ids);
            }
        }
        for name in names {
            let path = Path::new(name);
            let own = Path::new(OWN_FOLDER).join(format!("{name}.md"));
            if path.is_dir() {
                chosen.folder(path);
            } else if path.is_file() {
                chosen.file(path)?;
            } else if own.is_file() {
                chosen.file(&own)?;
            } else if Path::new(OWN_FOLDER).join(name).is_dir() {
                chosen.folder(&Path::new(OWN_FOLDER).join(name));
            } else {
                let set = PageSet::builtin();
                let ids = redan::find(&set, name)?.iter().map(|page| page.id.to_string()).collect();
                chosen.add(set, ids);
            }
        }
        Ok(chosen)
    }

    fn folder(&mut self, folder: &Path) {
        let mut set = PageSet::empty();
        self.errors.extend(set.add_directory(folder));
        self.watched.push(folder.to_owned());
        let ids = set.ids().map(str::to_owned).collect();
        self.add(set, ids);
    }

    fn file(&mut self, file: &Path) -> Result<(), Error> {
        let shown = file.display().to_string();
        let text =
            std::fs::read_to_string(file).map_err(|error| Error::new(format!("cannot read {shown}: {error}")))?;
        let id = shown.trim_end_matches(".md");
        let id = id.rsplit_once("pages/").map_or(id, |(_, id)| id).to_owned();
        let mut set = PageSet::empty();
        set.add(&id, &shown, text);
        self.watched.push(file.to_owned());
        self.add(set, vec![id]);
        Ok(())
    }

    fn add(&mut self, set: PageSet, ids: Vec<String>) {
        for id in &ids {
            let path = set.path(id).unwrap_or_default();
            self.texts.add(path, set.source(id).unwrap_or_default());
        }
        self.sets.push((set, ids));
    }
}

fn tested(chosen: &Chosen, options: &Test, look: Look) -> (String, Exit) {
    let begin = Instant::now();
    let mut all: Vec<Tested> = Vec::new();
    for (set, ids) in &chosen.sets {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        all.extend(redan::test_pages(set, &ids, !options.no_mutation));
    }
    let mut text = String::new();
    let mut faults: Vec<&Fault> = all.iter().flat_map(|tested| &tested.faults).collect();
    faults.sort();
    faults.dedup();
    let unread: Vec<Fault> = chosen.errors.iter().cloned().map(Fault::from).collect();
    for fault in unread.iter().chain(faults.iter().copied()) {
        show(fault, &chosen.texts, look, &mut text);
    }
    if !options.pages.is_empty() {
        for asked in all.iter().flat_map(|tested| &tested.asked) {
            show(
                &Fault { message: format!("note: {}", asked.message), ..asked.clone() },
                &chosen.texts,
                look,
                &mut text,
            );
        }
    }
    let sum = |what: fn(&Tested) -> usize| all.iter().map(what).sum::<usize>();
    let wrong = all.iter().filter(|tested| !tested.faults.is_empty()).count() + unread.len();
    let mut line = format!(
        "{}, {}, {}, {}",
        count(all.len(), "page"),
        count(sum(|tested| tested.cases), "case"),
        count(sum(|tested| tested.mutants), "mutant"),
        count(sum(|tested| tested.fixes), "fixed resource"),
    );
    let _ = write!(line, " · {:.1} s", begin.elapsed().as_secs_f64());
    let (word, style) = if wrong == 0 {
        ("ok".to_owned(), AnsiColor::Green.on_default().bold())
    } else {
        (format!("{} with faults:", count(wrong, "page")), AnsiColor::Red.on_default().bold())
    };
    let _ = writeln!(text, "{} {line}", styled(look, style, &word));
    (text, if wrong == 0 { Exit::Clean } else { Exit::Findings })
}

fn show(fault: &Fault, texts: &Texts, look: Look, text: &mut String) {
    let place = format!("{}:{}:", plain(&fault.path), fault.line);
    let _ = writeln!(text, "{} {}", styled(look, Style::new().bold(), &place), plain(&fault.message));
    if let Some(line) = texts.line(&fault.path, fault.line) {
        let number = format!("{:>5} │", fault.line);
        let _ = writeln!(text, "{} {line}", styled(look, AnsiColor::BrightBlue.on_default().bold(), &number));
    }
    if let Some(help) = &fault.help {
        let _ =
            writeln!(text, "{} {}", styled(look, AnsiColor::BrightCyan.on_default().bold(), "    help:"), plain(help));
    }
}
