//! Evaluation held against what Terraform's console prints (`golden`) and against the laws of the unknown (`laws`).

mod golden;
mod laws;
mod unit;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Budget, Environment, Evaluation, FileError, Files, Scope, evaluate};
use crate::syntax::ast::{Span, Step};
use crate::syntax::{parse_expression, parse_file};
use crate::value::{Error, Result, Value};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expressions")
}

/// The files beside the fixture configuration.
struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> std::result::Result<Vec<u8>, FileError> {
        std::fs::read(self.0.join(path)).map_err(|_| FileError::NotFound)
    }

    fn exists(&self, path: &str) -> std::result::Result<bool, FileError> {
        let path = self.0.join(path);
        if path.is_dir() { Err(FileError::NotFound) } else { Ok(path.exists()) }
    }

    fn list(&self, path: &str) -> std::result::Result<Vec<String>, FileError> {
        fn walk(root: &Path, at: &Path, out: &mut Vec<String>) {
            for entry in std::fs::read_dir(at).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    walk(root, &path, out);
                } else {
                    out.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        let root = self.0.join(path);
        let mut out = Vec::new();
        walk(&root, &root, &mut out);
        Ok(out)
    }

    fn absolute(&self, path: &str) -> Option<String> {
        Some(format!("/{path}"))
    }
}

/// Names with values, and `path.module`.
#[derive(Default)]
struct Names(BTreeMap<String, Value>);

impl Scope for Names {
    fn resolve(&self, root: &str, steps: &[Step], _span: Span) -> Result<(Value, usize)> {
        let Some(Step::Attr(name)) = steps.first() else { return Err(Error::new("no such name")) };
        match (root, &*name.text) {
            ("path", _) => Ok((".".into(), 1)),
            ("local" | "var", name) => {
                self.0.get(name).map(|v| (v.clone(), 1)).ok_or_else(|| Error::new(format!("no local \"{name}\"")))
            }
            _ => Err(Error::new("no such name")),
        }
    }
}

/// The locals of the fixture configuration.
fn fixture_names() -> Names {
    let text = std::fs::read_to_string(fixtures().join("files/main.tf")).unwrap();
    let (body, errors) = parse_file(&text);
    assert!(errors.is_empty());
    let locals = body.blocks_of("locals").flat_map(|b| &b.body.attributes);
    let values = locals.map(|a| (a.name.text.to_string(), run_expr(&a.value, &Names::default()).value));
    Names(values.collect())
}

fn run_expr(expr: &crate::syntax::ast::Expr, names: &Names) -> Evaluation {
    let files = Folder(fixtures().join("files"));
    let budget = Budget::new(2_000_000);
    evaluate(expr, Environment { scope: names, files: &files, file: 0, budget: &budget })
}

fn run(source: &str, names: &Names) -> std::result::Result<Evaluation, String> {
    match parse_expression(source) {
        Ok(expr) => Ok(run_expr(&expr, names)),
        Err(error) => Err(error.message.to_string()),
    }
}
