//! What the names of a file stand for. It knows one file; what an import brings is looked up by who reads the other one.

use rustc_hash::FxHashMap;

use crate::syntax::ast::{Declaration, DeclarationKind, File, Imported, Text};

/// What a name stands for. Numbers are places among the declarations of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    Parameter,
    /// Of a `.bicepparam` file: the value that it gives.
    Assignment,
    Variable(usize),
    Function(usize),
    Type(usize),
    Resource(usize),
    Module(usize),
    /// The import and the name in the other file.
    Imported(usize, Text),
    /// `import * as name`.
    Namespace(usize),
    Extension,
}

/// The names of a file. Outputs, metadata and assertions have no name that an expression may use.
#[derive(Debug, Default)]
pub(crate) struct Names {
    all: FxHashMap<Text, Symbol>,
    /// Types have names of their own: a parameter and a type may share one.
    types: FxHashMap<Text, Symbol>,
}

impl Names {
    pub(crate) fn of(file: &File) -> Self {
        let mut names = Self::default();
        for (at, declaration) in file.declarations.iter().enumerate() {
            names.declare(at, declaration);
        }
        names
    }

    /// What a name in an expression stands for.
    pub(crate) fn get(&self, name: &str) -> Option<&Symbol> {
        self.all.get(name)
    }

    /// What a name in a type stands for.
    pub(crate) fn type_named(&self, name: &str) -> Option<&Symbol> {
        self.types.get(name)
    }

    fn declare(&mut self, at: usize, declaration: &Declaration) {
        match &declaration.kind {
            DeclarationKind::Param { name, .. } => self.add(&name.text, Symbol::Parameter),
            DeclarationKind::Assignment { name, .. } => self.add(&name.text, Symbol::Assignment),
            DeclarationKind::Variable { name, .. } => self.add(&name.text, Symbol::Variable(at)),
            DeclarationKind::Function(function) => self.add(&function.name.text, Symbol::Function(at)),
            DeclarationKind::Type { name, .. } => {
                self.types.entry(name.text.clone()).or_insert(Symbol::Type(at));
            }
            DeclarationKind::Resource(resource) => self.add(&resource.name.text, Symbol::Resource(at)),
            DeclarationKind::Module(module) | DeclarationKind::Test(module) => {
                self.add(&module.name.text, Symbol::Module(at));
            }
            DeclarationKind::Import { names, .. } => self.import(at, names),
            DeclarationKind::Extension(extension) => {
                if let Some(alias) = &extension.alias {
                    self.add(&alias.text, Symbol::Extension);
                }
            }
            _ => {}
        }
    }

    fn import(&mut self, at: usize, names: &Imported) {
        let mut add = |name: &Text, symbol: Symbol| {
            self.types.entry(name.clone()).or_insert_with(|| symbol.clone());
            self.all.entry(name.clone()).or_insert(symbol);
        };
        match names {
            Imported::All(alias) => add(&alias.text, Symbol::Namespace(at)),
            Imported::Some(names) => {
                for (original, alias) in names {
                    add(&alias.text, Symbol::Imported(at, original.text.clone()));
                }
            }
        }
    }

    fn add(&mut self, name: &Text, symbol: Symbol) {
        self.all.entry(name.clone()).or_insert(symbol);
    }
}
