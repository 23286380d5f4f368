//! Canonical resources as a network of the engine, and the facts that follow from it.
//!
//! Built once for an estate and kept as long as the same resources are asked about.

mod azure;
mod facts;
mod names;
mod networks;
mod vpc;
mod workloads;

use std::sync::{Arc, Mutex, PoisonError};

use redan_model::{Estate, Map, Value};

pub(crate) use facts::{Entry, Facts, at_large};
pub(crate) use networks::Networks;

/// The kinds of which a network is built begin with one of these.
const KINDS: [&str; 9] = [
    "AWS::EC2::",
    "AWS::RDS::",
    "AWS::ElasticLoadBalancing",
    "AWS::Redshift::",
    "AWS::EKS::",
    "AWS::ECS::",
    "AWS::Lambda::",
    "Microsoft.Network/",
    "Microsoft.Compute/virtualMachines",
];

/// The facts of the estate that was asked about last.
#[derive(Default)]
pub(crate) struct Kept {
    last: Mutex<Option<Last>>,
}

/// The bodies of the resources that were asked about last, and their facts.
type Last = (Vec<Arc<Map>>, Arc<Facts>);

impl Kept {
    /// The facts of an estate: the kept ones, if its network resources are the very same.
    pub(crate) fn facts(&self, estate: &Estate) -> Arc<Facts> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((bodies, facts)) = last.as_ref()
            && same(bodies, estate)
        {
            return Arc::clone(facts);
        }
        let bodies = bodies(estate).map(Arc::clone).collect();
        let facts = Arc::new(Facts::of(estate));
        *last = Some((bodies, Arc::clone(&facts)));
        facts
    }
}

fn bodies(estate: &Estate) -> impl Iterator<Item = &Arc<Map>> {
    let relevant =
        estate.resources().iter().filter(|resource| KINDS.iter().any(|prefix| resource.kind.starts_with(prefix)));
    relevant.filter_map(|resource| match &resource.body.value {
        Value::Map(map) => Some(map),
        _ => None,
    })
}

/// Whether an estate holds exactly these bodies. They are kept alive, so that an equal pointer is the same content.
fn same(kept: &[Arc<Map>], estate: &Estate) -> bool {
    let mut count = 0;
    for (index, body) in bodies(estate).enumerate() {
        if !kept.get(index).is_some_and(|kept| Arc::ptr_eq(kept, body)) {
            return false;
        }
        count = index + 1;
    }
    count == kept.len()
}
