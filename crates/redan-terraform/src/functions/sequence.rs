//! Lists from lists.

use super::signature::{ANY, Context, Function, LIST, NUMBER, STRINGS, Shape, argument, items, whole};
use crate::eval::unknown_from;
use crate::value::{Error, Kind, Number, Rest, Result, Seq, Type, Value, Why, convert, equal, unify};

/// Terraform's own limit.
const MAX_RANGE: usize = 1024;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("chunklist", &[LIST.partial(), NUMBER], Shape::List, chunklist).keeps_marks(),
    Function::new("compact", &[STRINGS.partial()], Shape::Strings, compact),
    Function::new("concat", &[], Shape::Any, concat).rest(ANY.partial()).keeps_marks(),
    Function::new("distinct", &[LIST.partial()], Shape::List, distinct),
    Function::new("flatten", &[ANY.partial()], Shape::Any, flatten).keeps_marks(),
    Function::new("range", &[], Shape::List, range).rest(NUMBER),
    Function::new("reverse", &[ANY.partial()], Shape::Any, reverse).keeps_marks(),
    Function::new("sort", &[STRINGS], Shape::Strings, sort),
];

fn chunklist(args: &[Value], _: &Context<'_>) -> Result {
    let list = argument(args, 0)?;
    let seq = match list.as_seq() {
        Some(seq) if seq.rest.is_none() => seq,
        _ => return Ok(unknown_from(Type::list(Type::list(Type::Dynamic)), [list])),
    };
    let size = usize::try_from(whole(args, 1)?).map_err(|_| Error::new("the size is negative"))?;
    let chunks = match size {
        _ if seq.items.is_empty() => Vec::new(),
        0 => vec![list.clone()],
        size => seq.items.chunks(size).map(|c| Value::list(c.to_vec(), seq.element.clone())).collect(),
    };
    Ok(Value::list(chunks, Type::list(seq.element.clone())))
}

fn compact(args: &[Value], _: &Context<'_>) -> Result {
    let list = argument(args, 0)?;
    let Some(seq) = list.as_seq() else { return Ok(unknown_from(Type::list(Type::String), [list])) };
    let mut out = Open::default();
    for (position, item) in seq.items.iter().enumerate() {
        out.pass(seq, position);
        match item.why() {
            Some(why) if !is_filled(item) => out.perhaps(&why),
            Some(_) => out.items.push(item.clone()),
            None if item.is_null() || item.as_str() == Some("") => {}
            None => out.items.push(item.clone()),
        }
    }
    let (items, rest) = out.finish(seq);
    Ok(Value::open_list(items, rest, Type::String))
}

/// Text with holes that is not empty, whatever fills them.
fn is_filled(value: &Value) -> bool {
    match &value.kind {
        Kind::Composite(composite) => !(composite.prefix().is_empty() && composite.suffix().is_empty()),
        _ => false,
    }
}

/// A list under construction of which some part may not be known.
#[derive(Default)]
struct Open {
    items: Vec<Value>,
    prefix: Option<usize>,
    why: Option<Why>,
}

impl Open {
    /// Passes an element of the source: behind its certain part nothing has a certain place.
    fn pass(&mut self, source: &Seq, position: usize) {
        if source.rest.as_ref().is_some_and(|r| position >= r.prefix) {
            self.prefix.get_or_insert(self.items.len());
        }
    }

    /// None or more elements come here.
    fn perhaps(&mut self, why: &Why) {
        self.prefix.get_or_insert(self.items.len());
        self.why = Some(self.why.take().map_or_else(|| why.clone(), |w| w.and(why)));
    }

    fn finish(mut self, source: &Seq) -> (Vec<Value>, Option<Rest>) {
        if let Some(rest) = &source.rest {
            self.perhaps(&rest.why);
        }
        let prefix = self.prefix.unwrap_or(self.items.len());
        (self.items, self.why.map(|why| Rest { prefix, why }))
    }
}

fn concat(args: &[Value], _: &Context<'_>) -> Result {
    if args.is_empty() {
        return Err(Error::new("at least one argument is required"));
    }
    let types: Vec<Type> = args.iter().map(Value::ty).collect();
    let lists = types.iter().all(|ty| matches!(ty, Type::List(_)));
    let common = if lists { unify(&types) } else { None };
    let mut out = Open::default();
    for argument in args {
        let argument = match &common {
            Some(ty) => convert(argument, ty)?,
            None => argument.clone(),
        };
        match &argument.kind {
            Kind::List(seq) | Kind::Tuple(seq) => {
                for (position, item) in seq.items.iter().enumerate() {
                    out.pass(seq, position);
                    out.items.push(item.clone());
                }
                if let Some(rest) = &seq.rest {
                    out.perhaps(&rest.why);
                }
            }
            Kind::Unknown(unknown) if matches!(unknown.ty, Type::List(_) | Type::Tuple(_) | Type::Dynamic) => {
                out.perhaps(&unknown.why);
            }
            _ => return Err(Error::new("the arguments must be lists or tuples")),
        }
    }
    let prefix = out.prefix.unwrap_or(out.items.len());
    let rest = out.why.map(|why| Rest { prefix, why });
    Ok(match common {
        Some(Type::List(element)) => Value::open_list(out.items, rest, (*element).clone()),
        _ => Value::open_tuple(out.items, rest),
    })
}

fn distinct(args: &[Value], context: &Context<'_>) -> Result {
    let list = argument(args, 0)?;
    let Some(seq) = list.as_seq() else { return Ok(unknown_from(Type::list(Type::Dynamic), [list])) };
    let mut out = Open::default();
    for (position, item) in seq.items.iter().enumerate() {
        context.budget.spend(out.items.len() / 8)?;
        out.pass(seq, position);
        let mut fresh = Some(true);
        for seen in &out.items {
            match equal(seen, item) {
                Some(true) => fresh = Some(false),
                None if fresh == Some(true) => fresh = None,
                _ => {}
            }
        }
        match (fresh, item.why()) {
            (Some(true), _) if out.why.is_none() => out.items.push(item.clone()),
            (Some(false), _) => {}
            (Some(true), None) => out.items.push(item.clone()),
            (_, why) => {
                let why = why.or_else(|| list.why());
                out.perhaps(&why.unwrap_or_else(|| Why::new(crate::value::Class::Problem, "distinct", list.origin)));
            }
        }
    }
    let (items, rest) = out.finish(seq);
    Ok(Value::open_list(items, rest, seq.element.clone()))
}

fn flatten(args: &[Value], _: &Context<'_>) -> Result {
    let list = argument(args, 0)?;
    if list.is_unknown() {
        return Ok(unknown_from(Type::Dynamic, [list]));
    }
    let seq = list.as_seq().ok_or_else(|| Error::new("a list, set or tuple is required"))?;
    let mut out = Open::default();
    let mut sensitive = false;
    flatten_into(list, seq, &mut out, &mut sensitive);
    let prefix = out.prefix.unwrap_or(out.items.len());
    let rest = out.why.map(|why| Rest { prefix, why });
    Ok(Value::open_tuple(out.items, rest).marked(sensitive))
}

fn flatten_into(list: &Value, seq: &Seq, out: &mut Open, sensitive: &mut bool) {
    for (position, item) in seq.items.iter().enumerate() {
        out.pass(seq, position);
        if matches!(list.kind, Kind::Set(_)) && seq.facts.unknown() {
            out.prefix.get_or_insert(out.items.len());
        }
        match &item.kind {
            Kind::List(inner) | Kind::Set(inner) | Kind::Tuple(inner) => {
                *sensitive |= item.sensitive;
                flatten_into(item, inner, out, sensitive);
            }
            Kind::Unknown(unknown) if matches!(unknown.ty, Type::String | Type::Number | Type::Bool) => {
                out.items.push(item.clone());
            }
            Kind::Unknown(unknown) => out.perhaps(&unknown.why),
            _ => out.items.push(item.clone()),
        }
    }
    if let Some(rest) = &seq.rest {
        out.perhaps(&rest.why);
    }
}

fn range(args: &[Value], context: &Context<'_>) -> Result {
    let numbers: Vec<&Number> = args.iter().filter_map(Value::as_number).collect();
    let (zero, one) = (Number::from(0_i64), Number::from(1_i64));
    let (start, end, step) = match numbers.as_slice() {
        [end] => (&zero, *end, if end.is_negative() { one.negated() } else { one }),
        [start, end] => (*start, *end, if end.compare(start).is_lt() { one.negated() } else { one }),
        [start, end, step] => (*start, *end, (*step).clone()),
        _ => return Err(Error::new("one to three numbers are required")),
    };
    let down = end.compare(start).is_lt();
    if step == zero || (step.is_negative() != down && start != end) {
        return Err(Error::new("the step must lead from start to end"));
    }
    let mut items = Vec::new();
    let mut next = start.clone();
    while if down { next.compare(end).is_gt() } else { next.compare(end).is_lt() } {
        context.budget.spend(1)?;
        if items.len() >= MAX_RANGE {
            return Err(Error::new("more than 1024 values"));
        }
        items.push(Value::from(next.clone()));
        next = next.add(&step).ok_or_else(|| Error::new("number outside the supported range"))?;
    }
    Ok(Value::list(items, Type::Number))
}

fn reverse(args: &[Value], _: &Context<'_>) -> Result {
    let list = argument(args, 0)?;
    if list.is_unknown() {
        return Ok(unknown_from(Type::Dynamic, [list]));
    }
    let seq = list.as_seq().ok_or_else(|| Error::new("a list or tuple is required"))?;
    let items: Vec<Value> = seq.items.iter().rev().cloned().collect();
    let shuffled = matches!(list.kind, Kind::Set(_)) && seq.facts.unknown();
    let why = seq.rest.as_ref().map(|r| r.why.clone()).or_else(|| if shuffled { list.why() } else { None });
    let rest = why.map(|why| Rest { prefix: 0, why });
    Ok(match &list.kind {
        Kind::Tuple(_) => Value::open_tuple(items, rest),
        _ => Value::open_list(items, rest, seq.element.clone()),
    })
}

fn sort(args: &[Value], _: &Context<'_>) -> Result {
    let mut sorted = items(args, 0).to_vec();
    if sorted.iter().any(Value::is_null) {
        return Err(Error::new("an element is null"));
    }
    sorted.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    Ok(Value::list(sorted, Type::String))
}
