//! Folders and what is read of them.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use redan_bicep::{Input, Loaded, Options, load};
use redan_kinds::Mode;
use redan_model::{Shown, Sources, Str, Value};

/// A folder in the temporary files, removed at the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("redan-bicep-{}-{number}", std::process::id()));
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    pub(crate) fn load(&self, options: &Options) -> Scan {
        let tree = Arc::new(redan_files::walk(&self.0, &[]));
        Scan(load(&[Input::Tree(tree)], options, &Sources::new()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What was read.
pub(crate) struct Scan(pub(crate) Loaded);

/// The folder with these files, read.
pub(crate) fn scan(files: &[(&str, &str)]) -> Scan {
    Folder::new(files).load(&Options::default())
}

/// One text, read.
pub(crate) fn text(text: &str) -> Scan {
    let input = Input::Text { name: "main.bicep".to_owned(), text: text.into(), path: None };
    Scan(load(&[input], &Options::default(), &Sources::new()))
}

impl Scan {
    /// The addresses of what is made, sorted.
    pub(crate) fn made(&self) -> Vec<&str> {
        let made = self.0.resources.iter().filter(|resource| resource.mode == Mode::Managed);
        let mut all: Vec<&str> = made.map(|resource| resource.address.as_str()).collect();
        all.sort_unstable();
        all
    }

    /// A value by address and path, as people read it.
    #[track_caller]
    pub(crate) fn value(&self, address: &str, path: &str) -> String {
        let resource = self.0.resources.iter().find(|resource| resource.address == address);
        let Some(resource) = resource else { panic!("no {address} among {:?}", self.made()) };
        let node = path.split('.').try_fold(&resource.body, |node, step| match &node.value {
            Value::List(list) => list.items.get(step.parse::<usize>().ok()?),
            _ => node.get(Str::new(step)),
        });
        match node.map(|node| &node.value) {
            None => "absent".to_owned(),
            Some(Value::Unknown(unknown)) => format!("?{}", unknown.reasons()[0].class.id()),
            Some(value) => Shown(value).to_string(),
        }
    }

    pub(crate) fn messages(&self) -> Vec<&str> {
        self.0.problems.iter().map(|problem| problem.message.as_str()).collect()
    }

    #[track_caller]
    pub(crate) fn says(&self, part: &str) {
        assert!(self.messages().iter().any(|message| message.contains(part)), "{part:?} not in {:?}", self.messages());
    }
}

/// A file with one resource whose properties are these.
pub(crate) fn probe(properties: &str) -> String {
    format!("resource r 'Test.Rp/things@2020-01-01' = {{\n  name: 'r'\n  properties: {{\n{properties}\n  }}\n}}\n")
}
