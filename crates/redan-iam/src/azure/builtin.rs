//! The vendor's built-in roles and operations: an embedded table, read on first use.
//!
//! Must not know who holds what. The file is made by `cargo xtask azure-roles`, which documents its format.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::condition::Condition;
use super::pattern::matches;
use super::role::{Permissions, Role};
use crate::packed;

static PACKED: &[u8] = include_bytes!("../../data/azure.tsv.deflate");
static TEXT: OnceLock<String> = OnceLock::new();
static TABLE: OnceLock<Table> = OnceLock::new();

/// The table.
pub(crate) struct Table {
    /// The day that the roles were read.
    pub(crate) date: &'static str,
    /// Lines of roles by id.
    roles: FxHashMap<&'static str, Vec<&'static str>>,
    /// Ids of roles by name in lower case.
    names: FxHashMap<String, &'static str>,
    /// Control-plane operations in lower case.
    pub(crate) control: FxHashSet<&'static str>,
    /// Data-plane operations in lower case.
    pub(crate) data: FxHashSet<&'static str>,
    /// Patterns of data-plane operations that some role of the vendor has.
    wild: Vec<&'static str>,
}

/// Which planes an operation belongs to; `None`: not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Planes {
    pub(crate) control: Option<bool>,
    pub(crate) data: Option<bool>,
}

pub(crate) fn table() -> &'static Table {
    TABLE.get_or_init(|| {
        let text = TEXT.get_or_init(|| packed::text(PACKED));
        let mut table = Table {
            date: "",
            roles: FxHashMap::default(),
            names: FxHashMap::default(),
            control: FxHashSet::default(),
            data: FxHashSet::default(),
            wild: Vec::new(),
        };
        for line in text.lines() {
            let mut fields = line.split('\t');
            match fields.next() {
                Some("V") => table.date = fields.next().unwrap_or_default(),
                Some("R") => {
                    let (id, name) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
                    table.names.insert(name.to_lowercase(), id);
                    table.roles.entry(id).or_default().push(line);
                }
                Some("C") => table.control.extend(fields),
                Some("D") => table.data.extend(fields),
                Some("W") => table.wild.extend(fields),
                _ => {}
            }
        }
        table
    })
}

impl Table {
    /// The built-in role with this id.
    pub(crate) fn role(&self, id: &str) -> Option<Role> {
        let lines = self.roles.get(id.to_lowercase().as_str())?;
        let mut role = Role::named(id.to_lowercase());
        role.builtin = true;
        role.assignable = vec!["/".to_owned()];
        for line in lines {
            let mut fields = line.split('\t').skip(2);
            role.name = fields.next().unwrap_or_default().to_owned();
            let mut list = || -> Vec<String> {
                let text = fields.next().unwrap_or_default();
                text.split(' ').filter(|part| !part.is_empty()).map(str::to_owned).collect()
            };
            let mut permissions = Permissions {
                actions: list(),
                not_actions: list(),
                data_actions: list(),
                not_data_actions: list(),
                ..Permissions::default()
            };
            permissions.condition = fields.next().filter(|text| !text.is_empty()).map(Condition::read);
            role.permissions.push(permissions);
        }
        Some(role)
    }

    /// The id of the built-in role with this name.
    pub(crate) fn id_of(&self, name: &str) -> Option<&'static str> {
        self.names.get(&name.to_lowercase()).copied()
    }

    /// Which planes an operation in lower case belongs to. What no table lists is of the control plane, unless a pattern of some role
    /// of the vendor gives it as data.
    pub(crate) fn planes(&self, action: &str) -> Planes {
        let (control, data) = (self.control.contains(action), self.data.contains(action));
        if control || data {
            return Planes { control: Some(control), data: Some(data) };
        }
        if self.wild.iter().any(|pattern| matches(pattern, action)) {
            return Planes { control: None, data: None };
        }
        Planes { control: Some(true), data: Some(false) }
    }

    /// How many listed operations of a plane a test takes.
    pub(crate) fn count(&self, data: bool, takes: impl Fn(&str) -> bool) -> usize {
        let all = if data { &self.data } else { &self.control };
        all.iter().filter(|action| takes(action)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn the_table_is_whole_and_dated() {
        let table = table();
        assert!(table.roles.len() > 900 && table.control.len() > 9_000 && table.data.len() > 800);
        assert_eq!(table.date.len(), 10);
        let owner = table.id_of("owner").and_then(|id| table.role(id)).unwrap();
        assert_eq!((owner.id.as_str(), owner.name.as_str()), ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner"));
        assert_eq!(owner.permissions[0].actions, ["*"]);
        for id in table.roles.keys() {
            for permissions in table.role(id).unwrap().permissions {
                assert!(permissions.condition.is_none_or(|condition| condition.problem().is_none()), "{id}");
            }
        }
    }
}
