//! Resources that exist already and that only an id names: `reference(resourceId(…))`, `listKeys(…)`. Bicep declares
//! them (`existing`); JSON without symbolic names does not. Must not know what such a resource answers.

use super::deployment::Evaluated;
use super::instance::written;
use super::reference::{is_type, segments, tail, whole_key};
use super::{Env, World};
use redan_model::{Existence, Node, Origin, Ref, Str, Target, Value};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most of them in one root.
const MAX_FOUND: usize = 10_000;

/// Those that were found.
#[derive(Default)]
pub(crate) struct Undeclared {
    by_id: BTreeMap<String, Found>,
    addresses: FxHashSet<Str>,
}

/// A resource that is not declared.
struct Found {
    address: Str,
    ty: Str,
    version: Option<Str>,
    name: Node,
    id: Node,
    calls: Arc<[Origin]>,
    origin: Origin,
}

/// The type and the name in an id: `Microsoft.Sql/servers/databases` and `a/b`.
fn identity(id: &Node) -> Option<(String, Node)> {
    let all = segments(id);
    let text = |node: &Node| node.value.as_text();
    let last = all.iter().rposition(|node| text(node).is_some_and(|text| text.eq_ignore_ascii_case("providers")))?;
    let (namespace, steps) = all.get(last + 1..)?.split_first()?;
    let mut ty = text(namespace)?.to_string();
    let mut name: Option<Node> = None;
    for pair in steps.chunks(2) {
        let [own, named] = pair else { return None };
        ty.push('/');
        ty.push_str(&text(own)?);
        name = Some(match name {
            Some(outer) => super::reference::joined(&outer, named),
            None => named.clone(),
        });
    }
    name.filter(|_| is_type(&ty)).map(|name| (ty, name))
}

impl World<'_> {
    /// A reference to what a resource answers that an id names and no template declares; `None` if the id does not say
    /// what it is.
    pub(super) fn undeclared(
        &self,
        id: &Node,
        version: Option<&Node>,
        attribute: &str,
        origin: Origin,
        env: &Env<'_>,
    ) -> Option<Node> {
        let key = whole_key(id)?;
        let (ty, name) = identity(id)?;
        // What a deployment answers is what its template says, and that was not read.
        if ty.eq_ignore_ascii_case("Microsoft.Resources/deployments") {
            return None;
        }
        let mut found = self.found.borrow_mut();
        let address = match found.by_id.get(&key) {
            Some(known) => known.address,
            None if found.by_id.len() >= MAX_FOUND => return None,
            None => {
                let shown = written(&tail(&ty, &name));
                let address = self.unique(Str::from(format!("{}existing {shown}", env.deployment.prefix)));
                let version = version.and_then(|version| version.value.as_text());
                let calls = Arc::clone(&env.deployment.calls);
                found.addresses.insert(address);
                found
                    .by_id
                    .insert(key, Found { address, ty: Str::from(ty), version, name, id: id.clone(), calls, origin });
                address
            }
        };
        let target = Target::Address(address);
        Some(Node::new(Value::Ref(Arc::new(Ref { target, attribute: Str::new(attribute), text: None })), origin))
    }

    /// Whether a reference leads to a resource that no template declares.
    pub(super) fn is_undeclared(&self, reference: &Ref) -> bool {
        matches!(reference.target, Target::Address(address) if self.found.borrow().addresses.contains(&address))
    }

    /// All of them, as resources that are only looked up.
    pub(super) fn all_undeclared(&self) -> Vec<Evaluated> {
        let one = |found: &Found| Evaluated {
            address: found.address,
            ty: found.ty,
            version: found.version,
            name: found.name.clone(),
            body: Node::map(Vec::new(), found.origin),
            existing: true,
            parent: None,
            scope: None,
            id: found.id.clone(),
            existence: Existence::Certain,
            calls: Arc::clone(&found.calls),
            origin: found.origin,
            escapes: None,
        };
        self.found.borrow().by_id.values().map(one).collect()
    }
}
