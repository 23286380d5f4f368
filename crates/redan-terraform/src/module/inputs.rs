//! Values for the variables of a root module: the environment, `.tfvars` files, the command line; the last one counts.
//! <https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence>

use std::path::Path;
use std::sync::Arc;

use redan_files::{Boundary, Folder};
use redan_model::{Origin as Place, Problem, ProblemKind, SourceId, Sources};
use rustc_hash::FxHashMap;

use crate::eval::{self, Environment, Files, Scope};
use crate::syntax::ast::{Body, Expr, Span, Step, Text};
use crate::syntax::{SyntaxError, parse_expression, parse_file, parse_json, values_body};
use crate::value::{Error, Origin, Type, Value};

/// The value of a variable as it was given.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// From a `.tfvars` file.
    Expr { file: u32, expr: Arc<Expr> },
    /// From the environment or the command line: text for a variable of type text, else an expression.
    Raw { file: u32, text: Arc<str> },
}

/// Name and text of a variable, and how people know it was given (`-var name`, `TF_VAR_name`).
#[derive(Clone, Debug)]
pub(crate) struct VariableText {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) shown: String,
}

/// What is given for the variables of one root.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    given: FxHashMap<Text, Given>,
}

impl Inputs {
    pub(crate) fn get(&self, name: &str) -> Option<&Given> {
        self.given.get(name)
    }

    /// A variable from the environment or the command line.
    pub(crate) fn add_text(&mut self, variable: &VariableText, sources: &Sources) {
        let text: Arc<str> = variable.text.as_str().into();
        let file = sources.add_file(&variable.shown, Arc::clone(&text)).index();
        self.given.insert(variable.name.as_str().into(), Given::Raw { file, text });
    }

    /// A `.tfvars` or `.tfvars.json` file.
    pub(crate) fn add_file(&mut self, shown: &str, text: &str, sources: &Sources) -> Vec<Problem> {
        let source = sources.add_file(shown, text.into());
        let (body, errors) = parse_values(shown, text);
        for attribute in body.attributes {
            let given = Given::Expr { file: source.index(), expr: Arc::new(attribute.value) };
            self.given.insert(attribute.name.text, given);
        }
        errors.into_iter().map(|error| syntax_problem(source, error)).collect()
    }
}

fn parse_values(shown: &str, text: &str) -> (Body, Vec<SyntaxError>) {
    if shown.ends_with(".json") {
        let (json, error) = parse_json(text);
        return (values_body(&json), error.into_iter().collect());
    }
    let (body, mut errors) = parse_file(text);
    if let Some(block) = body.blocks.first() {
        let message = "a file of variable values holds no blocks";
        errors.push(SyntaxError { span: block.header, message: message.into() });
    }
    (body, errors)
}

fn syntax_problem(source: SourceId, error: SyntaxError) -> Problem {
    let place = Place::new(source, error.span.start, error.span.end);
    Problem::at(place, ProblemKind::Syntax, error.message.into_owned())
}

/// The value files that Terraform loads by itself, in its order.
pub(crate) fn variable_files(boundary: &Boundary, folder: &Folder) -> Vec<(String, Result<String, Problem>)> {
    let Ok(entries) = std::fs::read_dir(&folder.real) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| {
            name == "terraform.tfvars"
                || name == "terraform.tfvars.json"
                || name.ends_with(".auto.tfvars")
                || name.ends_with(".auto.tfvars.json")
        })
        .collect();
    names.sort_by_key(|name| (name.contains(".auto."), name.clone()));
    names
        .into_iter()
        .map(|name| {
            let shown = folder.file(&name);
            let text = read_values(boundary, &folder.real.join(&name), &shown);
            (shown, text)
        })
        .collect()
}

fn read_values(boundary: &Boundary, path: &Path, shown: &str) -> Result<String, Problem> {
    match boundary.read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => Err(Problem::path(shown, ProblemKind::Unreadable, format!("file {error}"))),
    }
}

/// A scope without names, for values that stand alone.
struct Nothing;

impl Scope for Nothing {
    fn resolve(&self, root: &str, _steps: &[Step], _span: Span) -> Result<(Value, usize), Error> {
        Err(Error::new(format!("`{root}` cannot be used here: a value file holds plain values")))
    }
}

/// The value that was given, before its conversion.
pub(super) fn given_value(given: &Given, ty: &Type, files: &dyn Files, budget: &eval::Budget) -> (Value, Vec<Error>) {
    let evaluate = |expr: &Expr, file: u32| {
        let evaluation = eval::evaluate(expr, Environment { scope: &Nothing, files, file, budget });
        (evaluation.value, evaluation.problems)
    };
    match given {
        Given::Expr { file, expr } => evaluate(expr, *file),
        Given::Raw { file, text } => {
            let whole = Origin::new(*file, Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX)));
            if matches!(ty, Type::Dynamic | Type::String | Type::Number | Type::Bool) {
                return (Value::from(&**text).with_origin(whole), Vec::new());
            }
            match parse_expression(text) {
                Ok(expr) => evaluate(&expr, *file),
                Err(error) => {
                    let error = Error::new(error.message.into_owned()).at(whole);
                    let why = crate::value::Why::new(error.class, &error.message, whole);
                    (Value::unknown(ty.clone(), why), vec![error])
                }
            }
        }
    }
}
