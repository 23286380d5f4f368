//! Static types: what the checker knows of a value before it is read.

use crate::code::{Class, Code};
use redan_model::{Field, ListType, Str, StructType, Type};
use std::sync::{Arc, LazyLock};

/// The type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ty {
    /// A type of the vendor's schema.
    Plain(Type),
    /// `null` as it is written.
    Null,
    /// What `version` and `tls` give.
    Version,
    /// A resource of one of these kinds; none means any.
    Resource(Vec<Str>),
    /// A set of resources.
    Set(Vec<Str>),
    /// An attribute whose type depends on the kind of the resource that a reference leads to.
    Split(Vec<(Str, Type)>),
    /// `policy(d)`, or `binding(r)`.
    Policy { binding: bool },
}

/// Whether a value may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nullness {
    /// Never.
    No,
    /// Left out, but defaults of what lies inside it still hold.
    Absent,
    /// Null, and all behind it.
    Null,
}

/// Code with what is known of its result.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) code: Code,
    pub(crate) ty: Ty,
    pub(crate) null: Nullness,
    /// The members of an enumeration.
    pub(crate) members: Vec<Str>,
    /// Whether case does not count.
    pub(crate) fold: bool,
}

impl Typed {
    pub(crate) const fn new(code: Code, ty: Ty, null: Nullness) -> Self {
        Self { code, ty, null, members: Vec::new(), fold: false }
    }

    pub(crate) const fn plain(code: Code, ty: Type) -> Self {
        Self::new(code, Ty::Plain(ty), Nullness::No)
    }

    /// The kinds, if this is a resource or a reference to one.
    pub(crate) fn kinds(&self) -> Option<Vec<Str>> {
        match &self.ty {
            Ty::Resource(kinds) => Some(kinds.clone()),
            Ty::Plain(Type::Ref(kinds)) => Some(kinds.to_vec()),
            _ => None,
        }
    }
}

/// The class of a type; `None` if it depends on the kind.
pub(crate) fn class(ty: &Ty) -> Option<Class> {
    Some(match ty {
        Ty::Plain(plain) => class_of(plain),
        Ty::Null => Class::Null,
        Ty::Version => Class::Version,
        Ty::Resource(_) => Class::Resource,
        Ty::Set(_) => Class::Set,
        Ty::Policy { .. } => Class::Policy,
        Ty::Split(alternatives) => {
            let mut classes = alternatives.iter().map(|(_, plain)| class_of(plain));
            let first = classes.next()?;
            return classes.all(|class| class == first).then_some(first);
        }
    })
}

fn class_of(ty: &Type) -> Class {
    match ty {
        Type::Any => Class::Any,
        Type::Bool => Class::Bool,
        Type::Integer | Type::Number => Class::Number,
        Type::String => Class::Text,
        Type::Time => Class::Time,
        Type::Duration => Class::Duration,
        Type::List(_) => Class::List,
        Type::Document | Type::Map(_) | Type::Struct(_) => Class::Map,
        Type::Ref(_) => Class::Reference,
    }
}

/// The class as people read it.
pub(crate) const fn label(class: Class) -> &'static str {
    match class {
        Class::Any => "any value",
        Class::Null => "null",
        Class::Bool => "a bool",
        Class::Number => "a number",
        Class::Text => "a text",
        Class::Reference => "a reference",
        Class::Time => "a time",
        Class::Duration => "a duration",
        Class::Version => "a version",
        Class::List => "a list",
        Class::Map => "a structure",
        Class::Resource => "a resource",
        Class::Set => "a set of resources",
        Class::Policy => "a policy",
    }
}

/// Whether two classes can be equal.
pub(crate) fn comparable(left: Class, right: Class) -> bool {
    let textual = |class| matches!(class, Class::Text | Class::Reference);
    let related = |class| matches!(class, Class::Resource | Class::Reference);
    if matches!(left, Class::Policy | Class::Set) || matches!(right, Class::Policy | Class::Set) {
        return false;
    }
    let open = |class| matches!(class, Class::Any | Class::Null);
    left == right || open(left) || open(right) || textual(left) && textual(right) || related(left) && related(right)
}

/// The known name that is nearest to what was written.
pub(crate) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = written.to_lowercase();
    let score = |name: &str| strsim::jaro_winkler(&folded, &name.to_lowercase());
    let scored = known.map(|name| (score(name), name)).filter(|(score, _)| *score > 0.8);
    scored.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1))).map(|(_, name)| name)
}

/// `did you mean …?`
pub(crate) fn did_you_mean<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest(written, known).map(|name| format!("did you mean `{name}`?"))
}

/// The shape of a policy document, after it is brought to lists.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
pub(crate) static DOCUMENT: LazyLock<Arc<StructType>> = LazyLock::new(|| {
    let field = |ty| Field { ty, ..Field::default() };
    let list = |element| Type::List(Arc::new(ListType { element, keyed: None }));
    let mut statement: Vec<(Str, Field)> = ["Action", "NotAction", "Resource", "NotResource"]
        .into_iter()
        .map(|name| (Str::new(name), field(list(Type::String))))
        .collect();
    statement.push((Str::new("Effect"), Field { ty: Type::String, required: true, ..Field::default() }));
    statement.push((Str::new("Sid"), field(Type::String)));
    statement.push((Str::new("Principal"), field(Type::Any)));
    statement.push((Str::new("NotPrincipal"), field(Type::Any)));
    let keys = Type::Map(Arc::new(Type::Any));
    statement.push((Str::new("Condition"), field(Type::Map(Arc::new(keys)))));
    let statement = Type::Struct(Arc::new(StructType { fields: statement }));
    let fields = vec![
        (Str::new("Id"), field(Type::String)),
        (Str::new("Statement"), field(list(statement))),
        (Str::new("Version"), field(Type::String)),
    ];
    Arc::new(StructType { fields })
});
