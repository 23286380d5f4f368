//! Set algebra and products.

use super::signature::{ANY, Context, Function, SET, Shape};
use crate::eval::unknown_from;
use crate::value::{Error, Kind, Result, Type, Value, convert, equal, unify};

/// Products grow fast; this many tuples is more than any configuration needs.
const MAX_PRODUCT: usize = 100_000;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("setintersection", &[SET], Shape::Set, |args, c| fold(args, c, intersection)).rest(SET),
    Function::new("setproduct", &[], Shape::Any, setproduct).rest(ANY.partial()).keeps_marks(),
    Function::new("setsubtract", &[SET, SET], Shape::Set, |args, c| fold(args, c, difference)),
    Function::new("setunion", &[SET.partial()], Shape::Set, setunion).rest(SET.partial()),
];

/// The sets as one type.
fn same_type(args: &[Value]) -> Result<(Vec<Value>, Type)> {
    let empty = |v: &&Value| !v.as_seq().is_some_and(|s| s.items.is_empty() && s.element == Type::Dynamic);
    let types: Vec<Type> = args.iter().filter(empty).filter_map(|v| v.ty().element().cloned()).collect();
    let element = unify(&types).ok_or_else(|| Error::new("the sets must have compatible element types"))?;
    let ty = Type::set(element.clone());
    let sets = args.iter().map(|v| if element == Type::Dynamic { Ok(v.clone()) } else { convert(v, &ty) });
    Ok((sets.collect::<Result<_>>()?, element))
}

fn has(items: &[Value], wanted: &Value) -> bool {
    items.iter().any(|item| equal(item, wanted) == Some(true))
}

fn intersection(a: Vec<Value>, b: &[Value]) -> Vec<Value> {
    a.into_iter().filter(|item| has(b, item)).collect()
}

fn difference(a: Vec<Value>, b: &[Value]) -> Vec<Value> {
    a.into_iter().filter(|item| !has(b, item)).collect()
}

fn fold(args: &[Value], context: &Context<'_>, combine: fn(Vec<Value>, &[Value]) -> Vec<Value>) -> Result {
    let (sets, element) = same_type(args)?;
    let mut sets = sets.iter().filter_map(Value::as_seq);
    let mut items = sets.next().map(|s| s.items.clone()).unwrap_or_default();
    for set in sets {
        context.budget.spend(items.len().saturating_mul(set.items.len()) / 8)?;
        items = combine(items, &set.items);
    }
    Ok(Value::set(items, element))
}

fn setunion(args: &[Value], _: &Context<'_>) -> Result {
    let (sets, element) = same_type(args)?;
    let mut items = Vec::new();
    let mut open = Vec::new();
    for set in &sets {
        match set.as_seq() {
            Some(seq) => {
                items.extend(seq.items.iter().cloned());
                open.extend(seq.rest.as_ref().map(|r| r.why.clone()));
            }
            None => open.extend(set.why()),
        }
    }
    Ok(Value::open_set(items, crate::value::Why::all(open), element))
}

fn setproduct(args: &[Value], context: &Context<'_>) -> Result {
    if args.len() < 2 {
        return Err(Error::new("at least two sets are required"));
    }
    let mut factors = Vec::with_capacity(args.len());
    let mut is_list = true;
    let mut open = false;
    for arg in args {
        is_list &= !matches!(arg.kind, Kind::Set(_));
        match &arg.kind {
            Kind::Unknown(_) => open = true,
            Kind::Set(seq) => {
                open |= seq.rest.is_some() || (seq.facts.unknown() && seq.items.len() > 1);
                factors.push((seq.items.clone(), seq.element.clone()));
            }
            Kind::List(seq) => {
                open |= seq.rest.is_some();
                factors.push((seq.items.clone(), seq.element.clone()));
            }
            Kind::Tuple(seq) => {
                open |= seq.rest.is_some();
                let types: Vec<Type> = seq.items.iter().map(Value::ty).collect();
                let element = unify(&types).ok_or_else(|| Error::new("all elements must have the same type"))?;
                factors.push((seq.items.clone(), element));
            }
            _ => return Err(Error::new("a set, list or tuple is required")),
        }
    }
    if open {
        return Ok(unknown_from(Type::Dynamic, args));
    }
    let element = Type::Tuple(factors.iter().map(|(_, ty)| ty.clone()).collect());
    let total = factors.iter().map(|(items, _)| items.len()).try_fold(1_usize, usize::checked_mul);
    let total = total.filter(|t| *t <= MAX_PRODUCT).ok_or_else(|| Error::limit("the product is too large"))?;
    context.budget.spend(total.saturating_mul(factors.len()))?;
    let mut products: Vec<Vec<Value>> = vec![Vec::new()];
    for (items, ty) in &factors {
        let items: Vec<Value> = items.iter().map(|v| convert(v, ty)).collect::<Result<_>>()?;
        products = products
            .into_iter()
            .flat_map(|head| items.iter().map(move |item| [head.as_slice(), std::slice::from_ref(item)].concat()))
            .collect();
    }
    let tuples = products.into_iter().map(Value::tuple).collect();
    Ok(if is_list { Value::list(tuples, element) } else { Value::set(tuples, element) })
}
