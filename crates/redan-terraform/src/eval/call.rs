//! Function calls: arguments, `try`, `can`, templates in files and strings; all others are plain functions of values.

use super::{Environment, Evaluator, Scope, reasons, unknown_from};
use crate::functions::{self, Context};
use crate::syntax::ast::{Call, Expr, ExprKind, Span, Step};
use crate::syntax::parse_template;
use crate::value::{Class, Entries, Error, Kind, Result, Type, Value, Why, convert, equal};

impl Evaluator<'_> {
    pub(super) fn call(&mut self, call: &Call, span: Span) -> Result {
        let full = &*call.name.text;
        let name = full.strip_prefix("core::").unwrap_or(full);
        if name.starts_with("provider::") {
            return Ok(Self::unsupported(full, self.origin(span)));
        }
        match name {
            "try" => return self.try_call(call),
            "can" => return self.can_call(call),
            "templatestring" if !is_reference(call.arguments.first()) => {
                return Err(Error::new("the template of templatestring must be a reference"));
            }
            _ => {}
        }
        let (arguments, rest) = self.arguments(call)?;
        match name {
            "templatefile" | "templatestring" => self.template_call(name, &arguments, rest, span),
            _ => {
                let Some(function) = functions::find(name) else {
                    return Err(Error::new(format!("there is no function \"{full}\"")));
                };
                if let Some(why) = rest {
                    self.doubt_because(&why);
                    let all = arguments.iter().filter_map(Value::why).fold(why, |a, b| a.and(&b));
                    return Ok(Value::unknown(function.result(), all));
                }
                if !function.total() {
                    arguments.iter().for_each(|a| self.doubt_on(a));
                }
                let context = Context {
                    budget: self.environment.budget,
                    files: self.environment.files,
                    origin: self.origin(span),
                };
                let value = function.call(&arguments, &context)?;
                self.checked(value)
            }
        }
    }

    /// The arguments, and why there may be more of them.
    fn arguments(&mut self, call: &Call) -> Result<(Vec<Value>, Option<Why>)> {
        let mut values = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            let value = self.eval(argument)?;
            self.environment.budget.spend(usize::try_from(value.weight() / 16).unwrap_or(usize::MAX))?;
            values.push(value);
        }
        if !call.expand_last {
            return Ok((values, None));
        }
        let Some(last) = values.pop() else { return Ok((values, None)) };
        let rest = match &last.kind {
            Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => {
                values.extend(seq.items.iter().map(|v| v.clone().marked(last.sensitive)));
                seq.rest.as_ref().map(|r| r.why.clone())
            }
            Kind::Unknown(unknown) => Some(unknown.why.clone()),
            Kind::Null(_) => return Err(Error::new("the expanded argument is null")),
            _ => return Err(Error::new("only a list, set or tuple can be expanded into arguments")),
        };
        let open_ended = matches!(&*call.name.text, "merge" | "concat");
        if let (Some(why), true) = (&rest, open_ended) {
            self.doubt_because(why);
            values.push(Value::unknown(Type::Dynamic, why.clone()));
            return Ok((values, None));
        }
        Ok((values, rest))
    }

    /// Evaluates where an error is an answer: the result, and why it could be another.
    fn attempt(&mut self, expr: &Expr) -> (Result, Option<Why>) {
        let outer = self.doubt.take();
        let problems = self.problems.len();
        self.strict += 1;
        let result = self.eval(expr);
        self.strict -= 1;
        self.problems.truncate(problems);
        let doubt = std::mem::replace(&mut self.doubt, outer);
        (result, doubt)
    }

    /// The first argument that evaluates. One that could still fail leaves the choice open, unless all agree.
    fn try_call(&mut self, call: &Call) -> Result {
        let mut candidates: Vec<Value> = Vec::new();
        let mut open: Option<Why> = None;
        for argument in &call.arguments {
            let (result, doubt) = self.attempt(argument);
            match (result, doubt) {
                (Ok(value), None) if candidates.is_empty() => return Ok(value),
                (Ok(value), None) => {
                    candidates.push(value);
                    return Ok(agreed(&candidates, open));
                }
                (Ok(value), Some(why)) => {
                    open = Some(open.map_or_else(|| why.clone(), |o| o.and(&why)));
                    candidates.push(value);
                }
                (Err(error), _) if error.class == Class::Problem => {}
                (Err(error), _) => return Err(error),
            }
        }
        match &open {
            None => Err(Error::new("no argument of try evaluates")),
            Some(why) => {
                self.doubt_because(why);
                Ok(agreed(&candidates, open))
            }
        }
    }

    fn can_call(&mut self, call: &Call) -> Result {
        let [argument] = call.arguments.as_slice() else {
            return Err(Error::new("can takes one argument"));
        };
        match self.attempt(argument) {
            (Ok(_), None) => Ok(true.into()),
            (Ok(_), Some(why)) => Ok(Value::unknown(Type::Bool, why)),
            (Err(error), _) if error.class == Class::Problem => Ok(false.into()),
            (Err(error), _) => Err(error),
        }
    }

    fn template_call(&mut self, name: &str, arguments: &[Value], rest: Option<Why>, span: Span) -> Result {
        let [source, variables] = arguments else {
            return Err(Error::new(format!("{name} takes two arguments")));
        };
        self.doubt_on(source);
        self.doubt_on(variables);
        let source = convert(source, &Type::String)?;
        if source.is_null() {
            return Err(Error::new("an argument is null"));
        }
        let Some(text) = source.as_str() else { return Ok(unknown_from(Type::String, [&source, variables])) };
        let template;
        let text = if name == "templatefile" {
            template = functions::read_text(self.environment.files, text)?;
            template.as_str()
        } else {
            text
        };
        let entries = match &variables.kind {
            Kind::Map(entries) | Kind::Object(entries) => entries,
            Kind::Unknown(_) => return Ok(unknown_from(Type::Dynamic, [variables])),
            _ => return Err(Error::new("the variables of a template must be a map")),
        };
        if let Some(why) = rest {
            return Ok(Value::unknown(Type::String, why));
        }
        self.environment.budget.spend(text.len() / 8)?;
        let sensitive = source.sensitive || variables.sensitive;
        let value = self.render_template(text, entries)?;
        let value = if name == "templatestring" { convert(&value, &Type::String)? } else { value };
        Ok(value.or_origin(self.origin(span)).marked(sensitive))
    }

    fn render_template(&mut self, text: &str, entries: &Entries) -> Result {
        let (expr, errors) = parse_template(text);
        if let Some(error) = errors.into_iter().next() {
            return Err(Error { class: Class::Problem, ..Error::new(format!("template: {}", error.message)) });
        }
        let scope = Variables(entries);
        let mut inner = Evaluator::new(Environment { scope: &scope, file: u32::MAX, ..self.environment });
        inner.depth = self.depth + 10;
        inner.strict = self.strict + 1;
        let result = inner.eval(&expr);
        if let Some(why) = inner.doubt.take() {
            self.doubt_because(&why);
        }
        result
    }
}

fn is_reference(argument: Option<&Expr>) -> bool {
    matches!(argument.map(|a| &a.kind), Some(ExprKind::Variable(_) | ExprKind::Traversal(_)))
}

/// What all candidates say, or that it is unknown.
fn agreed(candidates: &[Value], open: Option<Why>) -> Value {
    let Some((first, others)) = candidates.split_first() else { return Value::null(Type::Dynamic) };
    let same = |other: &Value| equal(first, other) == Some(true) && first.ty() == other.ty();
    if !first.has_unknown() && others.iter().all(same) && !others.is_empty() {
        return first.clone();
    }
    let sensitive = candidates.iter().any(|c| c.sensitive);
    let why = Why::all(reasons(candidates).into_iter().chain(open));
    match why {
        Some(why) => Value::unknown(Type::Dynamic, why).marked(sensitive),
        None => first.clone(),
    }
}

/// The variables of a template.
struct Variables<'v>(&'v Entries);

impl Scope for Variables<'_> {
    fn resolve(&self, root: &str, _steps: &[Step], _span: Span) -> Result<(Value, usize)> {
        match (self.0.get(root), &self.0.rest) {
            (Some(value), _) => Ok((value.clone(), 0)),
            (None, Some(why)) => Ok((Value::unknown(Type::Dynamic, why.clone()), 0)),
            (None, None) => Err(Error::new(format!("the template has no variable \"{root}\""))),
        }
    }
}
