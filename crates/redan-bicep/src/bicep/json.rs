//! Templates in JSON that Bicep deploys or imports from: local files, and what the compiler restores from registries.

use std::sync::Arc;

use redan_model::{Origin, Reason, ReasonClass, SourceId, Str};

use super::compiler::Compiler;
use super::files::FilePath;
use crate::ir::{
    Expr, ExprKind, Function, Item, Lambda, Loop, Member, Over, Piece, Step, Template, TypeExpr, Variable,
};
use crate::json;

/// A template in JSON.
#[derive(Debug)]
pub(crate) struct Library {
    pub(super) source: SourceId,
    pub(super) template: Arc<Template>,
}

impl Compiler<'_> {
    /// The template of a file of JSON.
    pub(super) fn json_template(&mut self, path: &FilePath, origin: Origin) -> Result<Arc<Template>, Reason> {
        self.library(path, origin).map(|library| Arc::clone(&library.template))
    }

    /// A file of JSON, read once.
    pub(super) fn library(&mut self, path: &FilePath, origin: Origin) -> Result<Arc<Library>, Reason> {
        let fail = |class, what: &str| Reason { class, what: Str::new(what), origin };
        let Some(real) = path.real.clone() else {
            return Err(fail(ReasonClass::Module, "a text without a folder names no files"));
        };
        if let Some(known) = self.libraries.get(&real) {
            return known.clone().map_err(|reason| Reason { origin, ..reason });
        }
        // Until it is read, who links back to it finds a circle.
        self.libraries.insert(real.clone(), Err(fail(ReasonClass::Problem, "the template links to itself")));
        let library = self.read_library(path, origin);
        self.libraries.insert(real, library.clone());
        library
    }

    fn read_library(&mut self, path: &FilePath, origin: Origin) -> Result<Arc<Library>, Reason> {
        let text = self.text(path, origin)?;
        let source = self.sources.add_file(&path.shown, Arc::clone(&text));
        let read = match json::read(&text, source) {
            Ok(read) => read,
            Err(problem) => {
                let what = Str::from(format!("{}: {}", path.shown, problem.message));
                self.problems.push(problem);
                return Err(Reason { class: ReasonClass::Problem, what, origin });
            }
        };
        let mut problems = Vec::new();
        let mut links = Beside { compiler: self, path };
        let template = json::template(&read, &mut links, &mut problems);
        self.problems.extend(problems);
        Ok(Arc::new(Library { source, template: Arc::new(template) }))
    }
}

/// Finds linked templates beside the one that links them.
struct Beside<'c, 'a> {
    compiler: &'c mut Compiler<'a>,
    path: &'c FilePath,
}

impl json::Links for Beside<'_, '_> {
    fn linked(&mut self, path: &str, origin: Origin) -> Result<Arc<Template>, Reason> {
        self.compiler.json_template(&self.path.beside(path), origin)
    }
}

impl Library {
    /// Its variables and functions with this before their names, wherever they are used.
    pub(super) fn renamed(&self, prefix: &str) -> (Vec<Variable>, Vec<Function>) {
        let rename = Rename { prefix };
        let variable =
            |variable: &Variable| Variable { name: rename.name(variable.name), value: rename.expr(&variable.value) };
        let function = |function: &Function| Function {
            namespace: function.namespace,
            name: rename.name(function.name),
            parameters: function.parameters.clone(),
            body: rename.expr(&function.body),
        };
        (self.template.variables.iter().map(variable).collect(), self.template.functions.iter().map(function).collect())
    }

    /// A type that it declares.
    pub(super) fn type_named(&self, name: &str) -> TypeExpr {
        let mut name = Str::new(name);
        for _ in 0..16 {
            match self.template.types.iter().find(|declared| declared.name == name).map(|declared| &declared.ty) {
                Some(TypeExpr::Named(next)) => name = *next,
                Some(found) => return found.clone(),
                None => break,
            }
        }
        TypeExpr::Any
    }
}

struct Rename<'p> {
    prefix: &'p str,
}

impl Rename<'_> {
    fn name(&self, name: Str) -> Str {
        Str::from(format!("{}{name}", self.prefix))
    }

    fn all(&self, exprs: &[Expr]) -> Vec<Expr> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn expr(&self, expr: &Expr) -> Expr {
        let kind = match &expr.kind {
            ExprKind::Variable(name) => ExprKind::Variable(self.name(*name)),
            ExprKind::Call { namespace: Some(namespace), name, arguments } => {
                ExprKind::Call { namespace: Some(*namespace), name: self.name(*name), arguments: self.all(arguments) }
            }
            ExprKind::Call { namespace: None, name, arguments } => {
                ExprKind::Call { namespace: None, name: *name, arguments: self.all(arguments) }
            }
            ExprKind::Interpolation(pieces) => ExprKind::Interpolation(pieces.iter().map(|p| self.piece(p)).collect()),
            ExprKind::Object(members) => ExprKind::Object(members.iter().map(|m| self.member(m)).collect()),
            ExprKind::Array(items) => ExprKind::Array(items.iter().map(|item| self.item(item)).collect()),
            ExprKind::For(repeat, body) => ExprKind::For(Box::new(self.repeat(repeat)), Box::new(self.expr(body))),
            ExprKind::Access(base, steps) => {
                let step = |step: &Step| Step { key: self.expr(&step.key), ..*step };
                ExprKind::Access(Box::new(self.expr(base)), steps.iter().map(step).collect())
            }
            ExprKind::Lambda(lambda) => ExprKind::Lambda(Box::new(Lambda {
                parameters: lambda.parameters.clone(),
                body: self.expr(&lambda.body),
            })),
            ExprKind::If(sides) => {
                let [condition, then, otherwise] = &**sides;
                ExprKind::If(Box::new([self.expr(condition), self.expr(then), self.expr(otherwise)]))
            }
            other => other.clone(),
        };
        Expr::new(kind, expr.origin)
    }

    fn piece(&self, piece: &Piece) -> Piece {
        match piece {
            Piece::Text(text) => Piece::Text(*text),
            Piece::Hole(expr) => Piece::Hole(self.expr(expr)),
        }
    }

    fn member(&self, member: &Member) -> Member {
        match member {
            Member::Property(key, value) => Member::Property(self.expr(key), self.expr(value)),
            Member::Spread(other) => Member::Spread(self.expr(other)),
        }
    }

    fn item(&self, item: &Item) -> Item {
        match item {
            Item::One(expr) => Item::One(self.expr(expr)),
            Item::Spread(expr) => Item::Spread(self.expr(expr)),
        }
    }

    fn repeat(&self, repeat: &Loop) -> Loop {
        Loop {
            over: match &repeat.over {
                Over::Count(expr) => Over::Count(self.expr(expr)),
                Over::Items(expr) => Over::Items(self.expr(expr)),
            },
            index: repeat.index,
            item: repeat.item,
            filter: repeat.filter.as_ref().map(|filter| self.expr(filter)),
            origin: repeat.origin,
        }
    }
}
