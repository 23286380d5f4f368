//! What a function takes and gives, and what is common to all calls: arity, null, conversion, marks, the unknown.

use crate::eval::{Budget, Files, unknown_from};
use crate::value::{Class, Error, Origin, Result, Type, Value, Why, convert};

/// What a call may use besides its arguments.
pub(crate) struct Context<'a> {
    pub(crate) budget: &'a Budget,
    pub(crate) files: &'a dyn Files,
    pub(crate) origin: Origin,
}

/// A type that a constant can name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Any,
    Bool,
    Number,
    String,
    List,
    Set,
    Map,
    Bools,
    Strings,
    StringSet,
    StringLists,
}

impl Shape {
    fn ty(self) -> Type {
        match self {
            Self::Any => Type::Dynamic,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::List => Type::list(Type::Dynamic),
            Self::Set => Type::set(Type::Dynamic),
            Self::Map => Type::map(Type::Dynamic),
            Self::Bools => Type::list(Type::Bool),
            Self::Strings => Type::list(Type::String),
            Self::StringSet => Type::set(Type::String),
            Self::StringLists => Type::map(Type::list(Type::String)),
        }
    }
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Param {
    shape: Shape,
    null: bool,
    partial: bool,
}

impl Param {
    pub(super) const fn new(shape: Shape) -> Self {
        Self { shape, null: false, partial: false }
    }

    /// Null is a value like any other.
    pub(super) const fn nullable(self) -> Self {
        Self { null: true, ..self }
    }

    /// The function looks at arguments that are not wholly known.
    pub(super) const fn partial(self) -> Self {
        Self { partial: true, ..self }
    }
}

pub(super) const ANY: Param = Param::new(Shape::Any);
pub(super) const BOOLS: Param = Param::new(Shape::Bools);
pub(super) const LIST: Param = Param::new(Shape::List);
pub(super) const NUMBER: Param = Param::new(Shape::Number);
pub(super) const SET: Param = Param::new(Shape::Set);
pub(super) const STRING: Param = Param::new(Shape::String);
pub(super) const STRINGS: Param = Param::new(Shape::Strings);
pub(super) const STRING_LISTS: Param = Param::new(Shape::StringLists);
/// Anything at all, as it is.
pub(super) const RAW: Param = ANY.nullable().partial();

type Run = fn(&[Value], &Context<'_>) -> Result;

/// What becomes of the arguments' sensitive marks.
#[derive(Clone, Copy, Debug)]
enum Marks {
    /// Any mark within an argument spreads to the whole result.
    Spread,
    /// Marks of elements stay with the elements.
    Keep,
    /// The function decides.
    Clear,
}

/// One function.
pub(crate) struct Function {
    pub(super) name: &'static str,
    params: &'static [Param],
    variadic: Option<Param>,
    returns: Shape,
    marks: Marks,
    /// It cannot fail, whatever its arguments turn out to be.
    total: bool,
    run: Run,
}

impl Function {
    pub(super) const fn new(name: &'static str, params: &'static [Param], returns: Shape, run: Run) -> Self {
        Self { name, params, variadic: None, returns, marks: Marks::Spread, total: false, run }
    }

    pub(super) const fn rest(self, param: Param) -> Self {
        Self { variadic: Some(param), ..self }
    }

    pub(super) const fn keeps_marks(self) -> Self {
        Self { marks: Marks::Keep, ..self }
    }

    pub(super) const fn clears_marks(self) -> Self {
        Self { marks: Marks::Clear, ..self }
    }

    pub(super) const fn never_fails(self) -> Self {
        Self { total: true, ..self }
    }

    pub(crate) fn total(&self) -> bool {
        self.total
    }

    /// The type of the result, as far as it does not depend on the arguments.
    pub(crate) fn result(&self) -> Type {
        self.returns.ty()
    }

    pub(crate) fn call(&self, arguments: &[Value], context: &Context<'_>) -> Result {
        if arguments.len() < self.params.len() || (self.variadic.is_none() && arguments.len() > self.params.len()) {
            return Err(Error::new(format!("function {} takes {} arguments", self.name, self.params.len())));
        }
        let mut values = Vec::with_capacity(arguments.len());
        let mut sensitive = false;
        let mut unknown = false;
        for (index, argument) in arguments.iter().enumerate() {
            let Some(param) = self.params.get(index).or(self.variadic.as_ref()) else { continue };
            let value = self.argument(argument, param)?;
            sensitive |= match self.marks {
                Marks::Spread => value.has_sensitive(),
                Marks::Keep => value.sensitive,
                Marks::Clear => false,
            };
            unknown |= !param.partial && value.has_unknown();
            values.push(value);
        }
        if unknown {
            return Ok(unknown_from(self.result(), &values).marked(sensitive));
        }
        let result = (self.run)(&values, context).map_err(|e| self.explained(e))?;
        Ok(result.marked(sensitive))
    }

    fn argument(&self, argument: &Value, param: &Param) -> Result {
        if argument.is_null() && !param.null {
            return Err(Error::new(format!("function {}: an argument is null", self.name)));
        }
        let value = match param.shape {
            Shape::Any => argument.clone(),
            shape => convert(argument, &shape.ty()).map_err(|e| self.explained(e))?,
        };
        Ok(value)
    }

    fn explained(&self, error: Error) -> Error {
        Error { message: format!("function {}: {}", self.name, error.message), ..error }
    }
}

/// The unknown result of a function whose result differs from run to run.
pub(super) fn impure(name: &str, ty: Type, context: &Context<'_>) -> Value {
    Value::unknown(ty, Why::new(Class::Impure, name, context.origin))
}

/// The unknown result of a function that this program does not compute.
pub(super) fn unsupported(name: &str, ty: Type, context: &Context<'_>) -> Value {
    Value::unknown(ty, Why::new(Class::Unsupported, name, context.origin))
}

/// The arguments of a call by position; the caller has checked their number.
pub(super) fn text(arguments: &[Value], index: usize) -> &str {
    arguments.get(index).and_then(Value::as_str).unwrap_or("")
}

pub(super) fn whole(arguments: &[Value], index: usize) -> Result<i64> {
    arguments
        .get(index)
        .and_then(Value::as_number)
        .and_then(crate::value::Number::to_i64)
        .ok_or_else(|| Error::new("a whole number is required"))
}

pub(super) fn argument(arguments: &[Value], index: usize) -> Result<&Value> {
    arguments.get(index).ok_or_else(|| Error::new("an argument is missing"))
}

/// The elements of an argument that was converted to a list or set.
pub(super) fn items(arguments: &[Value], index: usize) -> &[Value] {
    arguments.get(index).and_then(Value::as_seq).map_or(&[], |seq| seq.items.as_slice())
}
