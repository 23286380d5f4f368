//! Strongly connected components of a graph.
//!
//! Must not know what the nodes are.

/// Strongly connected components, each after all that it reaches (Tarjan), without recursion.
pub(crate) fn components(targets: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let count = targets.len();
    let (mut index, mut low, mut on_stack) = (vec![NEW; count], vec![NEW; count], vec![false; count]);
    let (mut stack, mut out, mut next) = (Vec::new(), Vec::new(), 0);
    let get = |list: &[usize], place: usize| list.get(place).copied().unwrap_or(NEW);
    for root in 0..count {
        if get(&index, root) != NEW {
            continue;
        }
        let mut calls = vec![(root, 0usize)];
        while let Some((place, edge)) = calls.pop() {
            if edge == 0 {
                put(&mut index, place, next);
                put(&mut low, place, next);
                put(&mut on_stack, place, true);
                stack.push(place);
                next += 1;
            }
            let target = targets.get(place).and_then(|list| list.get(edge)).copied();
            match target {
                Some(to) if get(&index, to) == NEW => {
                    calls.push((place, edge + 1));
                    calls.push((to, 0));
                }
                Some(to) => {
                    if on_stack.get(to).copied().unwrap_or_default() {
                        let least = get(&low, place).min(get(&index, to));
                        put(&mut low, place, least);
                    }
                    calls.push((place, edge + 1));
                }
                None => {
                    if get(&low, place) == get(&index, place) {
                        let mut members = Vec::new();
                        while let Some(member) = stack.pop() {
                            put(&mut on_stack, member, false);
                            members.push(member);
                            if member == place {
                                break;
                            }
                        }
                        out.push(members);
                    }
                    if let Some((parent, _)) = calls.last().copied() {
                        let least = get(&low, parent).min(get(&low, place));
                        put(&mut low, parent, least);
                    }
                }
            }
        }
    }
    out
}

fn put<T>(list: &mut [T], place: usize, value: T) {
    if let Some(slot) = list.get_mut(place) {
        *slot = value;
    }
}
