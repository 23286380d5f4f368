//! Which types convert into which, and the one type that several can share.
//! Semantics: <https://github.com/zclconf/go-cty/blob/main/cty/convert/unify.go>, in its unsafe mode, as Terraform uses it.

use super::{Field, Type};

/// Whether some value of type `from` converts to `to`.
pub(crate) fn convertible(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (_, Type::Dynamic) | (Type::Dynamic, _) => true,
        (Type::Number, Type::Bool) | (Type::Bool, Type::Number) => false,
        _ if from.is_primitive() && to.is_primitive() => true,
        (Type::Object(from), Type::Object(to)) => to.iter().all(|want| match find(from, &want.name) {
            Some(have) => convertible(&have.ty, &want.ty),
            None => want.optional,
        }),
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len() && from.iter().zip(to.iter()).all(|(a, b)| convertible(a, b))
        }
        (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to)) | (Type::Map(from), Type::Map(to)) => {
            convertible(from, to)
        }
        (Type::Tuple(from), Type::List(to) | Type::Set(to)) => all_convertible(from.iter(), to),
        (Type::Object(from), Type::Map(to)) => all_convertible(from.iter().map(|f| &f.ty), to),
        (Type::Map(from), Type::Object(to)) => to.iter().all(|want| want.optional || convertible(from, &want.ty)),
        _ => false,
    }
}

fn all_convertible<'a>(mut from: impl Iterator<Item = &'a Type> + Clone, to: &Type) -> bool {
    match to {
        Type::Dynamic => unify(from).is_some(),
        _ => from.all(|ty| convertible(ty, to)),
    }
}

pub(super) fn find<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    let index = fields.binary_search_by(|f| (*f.name).cmp(name)).ok()?;
    fields.get(index)
}

/// The type that all of these convert to; `None` if there is none. Of no types it is the type not known yet.
pub(crate) fn unify<'a>(types: impl IntoIterator<Item = &'a Type>) -> Option<Type> {
    let mut distinct: Vec<&Type> = Vec::new();
    for ty in types {
        if !distinct.contains(&ty) {
            distinct.push(ty);
        }
    }
    match distinct.as_slice() {
        [] => Some(Type::Dynamic),
        [only] => Some((*only).clone()),
        _ => structural(&distinct).unwrap_or_else(|| preferred(&distinct)),
    }
}

#[derive(Default)]
struct Kinds {
    map: usize,
    list: usize,
    set: usize,
    object: usize,
    tuple: usize,
    dynamic: usize,
}

impl Kinds {
    fn of(types: &[&Type]) -> Self {
        let mut kinds = Self::default();
        for ty in types {
            match ty {
                Type::Map(_) => kinds.map += 1,
                Type::List(_) => kinds.list += 1,
                Type::Set(_) => kinds.set += 1,
                Type::Object(_) => kinds.object += 1,
                Type::Tuple(_) => kinds.tuple += 1,
                Type::Dynamic => kinds.dynamic += 1,
                Type::Bool | Type::Number | Type::String => {}
            }
        }
        kinds
    }
}

/// Unification of types of one structural kind. The outer `None` leaves the matter to preference.
fn structural(types: &[&Type]) -> Option<Option<Type>> {
    let kinds = Kinds::of(types);
    let all = types.len();
    let open = kinds.dynamic > 0;
    let collections = [(kinds.map, Type::map as fn(Type) -> Type), (kinds.list, Type::list), (kinds.set, Type::set)];
    for (count, build) in collections {
        if count > 0 && count + kinds.dynamic == all {
            return Some(if open { Some(Type::Dynamic) } else { elements(types, build) });
        }
    }
    if kinds.map > 0 && kinds.map + kinds.object + kinds.dynamic == all {
        if let Some(map) = mixed(types, |t| matches!(t, Type::Object(_)), objects_to_map, |t| matches!(t, Type::Map(_)))
        {
            return Some(Some(map));
        }
    } else if kinds.list > 0 && kinds.list + kinds.tuple + kinds.dynamic == all {
        if let Some(list) =
            mixed(types, |t| matches!(t, Type::Tuple(_)), tuples_to_list, |t| matches!(t, Type::List(_)))
        {
            return Some(Some(list));
        }
    } else if kinds.object > 0 && kinds.object + kinds.dynamic == all {
        return Some(if open { Some(Type::Dynamic) } else { objects(types) });
    } else if kinds.tuple > 0 && kinds.tuple + kinds.dynamic == all {
        return Some(if open { Some(Type::Dynamic) } else { tuples(types) });
    } else if kinds.object > 0 && kinds.tuple > 0 {
        return Some(None);
    }
    None
}

fn elements(types: &[&Type], build: fn(Type) -> Type) -> Option<Type> {
    unify(types.iter().filter_map(|t| t.element())).map(build)
}

/// Objects beside maps are maps, tuples beside lists are lists.
fn mixed(
    types: &[&Type],
    structural: fn(&Type) -> bool,
    collect: fn(&[&Type]) -> Option<Type>,
    wanted: fn(&Type) -> bool,
) -> Option<Type> {
    let parts: Vec<&Type> = types.iter().copied().filter(|t| structural(t)).collect();
    let whole = collect(&parts)?;
    let others = types.iter().copied().filter(|t| !structural(t));
    let unified = unify(others.chain([&whole]))?;
    wanted(&unified).then_some(unified)
}

fn objects_to_map(types: &[&Type]) -> Option<Type> {
    let fields = types.iter().filter_map(|t| match t {
        Type::Object(fields) => Some(fields.iter().map(|f| &f.ty)),
        _ => None,
    });
    let map = Type::map(unify(fields.flatten())?);
    types.iter().all(|t| convertible(t, &map)).then_some(map)
}

fn tuples_to_list(types: &[&Type]) -> Option<Type> {
    let elements = types.iter().filter_map(|t| match t {
        Type::Tuple(elements) => Some(elements.iter()),
        _ => None,
    });
    let list = Type::list(unify(elements.flatten())?);
    types.iter().all(|t| convertible(t, &list)).then_some(list)
}

fn objects(types: &[&Type]) -> Option<Type> {
    let fields: Vec<&[Field]> = types
        .iter()
        .filter_map(|t| match t {
            Type::Object(fields) => Some(&**fields),
            _ => None,
        })
        .collect();
    let first = fields.first()?;
    let alike =
        |other: &&[Field]| other.len() == first.len() && other.iter().zip(*first).all(|(a, b)| a.name == b.name);
    if !fields.iter().all(alike) {
        return objects_to_map(types);
    }
    let unified = (0..first.len()).map(|index| {
        let ty = unify(fields.iter().filter_map(|f| f.get(index)).map(|f| &f.ty))?;
        Some(Field { name: first.get(index)?.name.clone(), ty, optional: false, default: None })
    });
    Some(Type::Object(unified.collect::<Option<Vec<_>>>()?.into()))
}

fn tuples(types: &[&Type]) -> Option<Type> {
    let elements: Vec<&[Type]> = types
        .iter()
        .filter_map(|t| match t {
            Type::Tuple(elements) => Some(&**elements),
            _ => None,
        })
        .collect();
    let first = elements.first()?;
    if elements.iter().any(|e| e.len() != first.len()) {
        return tuples_to_list(types);
    }
    let unified = (0..first.len()).map(|index| unify(elements.iter().filter_map(|e| e.get(index))));
    Some(Type::Tuple(unified.collect::<Option<Vec<_>>>()?.into()))
}

/// The first type, best ones first, to which all others convert.
fn preferred(types: &[&Type]) -> Option<Type> {
    let mut remaining = types.to_vec();
    while !remaining.is_empty() {
        let best =
            remaining.iter().position(|ty| !remaining.iter().any(|other| preference(other, ty) < 0)).unwrap_or(0);
        let candidate = remaining.remove(best);
        if types.iter().all(|ty| convertible(ty, candidate)) {
            return Some(candidate.clone());
        }
    }
    None
}

/// Negative if `a` is the better common type.
fn preference(a: &Type, b: &Type) -> i8 {
    match (a, b) {
        (Type::Dynamic, Type::Dynamic) => 0,
        (Type::Dynamic, _) => 1,
        (_, Type::Dynamic) => -1,
        (Type::String, Type::Bool | Type::Number) => -1,
        (Type::Bool | Type::Number, Type::String) => 1,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => {
            preference(a, b)
        }
        (Type::Tuple(_) | Type::List(_), Type::Set(_))
        | (Type::List(_), Type::Tuple(_))
        | (Type::Map(_), Type::Object(_)) => -1,
        (Type::Set(_), Type::Tuple(_) | Type::List(_))
        | (Type::Tuple(_), Type::List(_))
        | (Type::Object(_), Type::Map(_)) => 1,
        (Type::Object(a), Type::Object(b)) => {
            if a.len() != b.len() || a.iter().zip(b.iter()).any(|(x, y)| x.name != y.name) {
                return 0;
            }
            overall(a.iter().zip(b.iter()).map(|(x, y)| preference(&x.ty, &y.ty)))
        }
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
            overall(a.iter().zip(b.iter()).map(|(x, y)| preference(x, y)))
        }
        _ => 0,
    }
}

fn overall(parts: impl Iterator<Item = i8>) -> i8 {
    let (mut better, mut worse) = (false, false);
    for part in parts {
        better |= part < 0;
        worse |= part > 0;
    }
    i8::from(worse) - i8::from(better)
}
