//! What names mean inside loops, lambdas, functions and the bodies of resources with children.

use redan_model::Str;

use super::template::Lower;
use crate::syntax::ast::Text;

/// A scope inside a file.
pub(super) enum Scope {
    /// Variables of a loop, a lambda or a function.
    Locals(Vec<Text>),
    /// The children of the resource whose body this is, with their full names.
    Children(Vec<(Text, Str)>),
}

/// What an inner scope says of a name.
pub(super) enum Inner {
    Local(Str),
    Resource(Str),
}

impl Lower<'_, '_> {
    /// Lowers something inside one more scope.
    pub(super) fn within<T>(&mut self, scope: Scope, lower: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(scope);
        let lowered = lower(self);
        self.scopes.pop();
        lowered
    }

    /// What the innermost scope that knows a name says of it.
    pub(super) fn inner(&self, name: &str) -> Option<Inner> {
        self.scopes.iter().rev().find_map(|scope| match scope {
            Scope::Locals(names) => names.iter().any(|known| &**known == name).then(|| Inner::Local(Str::new(name))),
            Scope::Children(children) => {
                let found = children.iter().find(|(known, _)| &**known == name);
                found.map(|(_, symbol)| Inner::Resource(*symbol))
            }
        })
    }
}
