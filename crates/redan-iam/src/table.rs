//! The vendor's actions, resource types and condition keys: an embedded table, read on first use.
//!
//! Must not know policies. The file is made by `cargo xtask iam-table`, which documents its format.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::bits::Bits;
use crate::glob::{Class, Glob, Token};
use crate::language::Union;
use crate::packed;

/// Room for actions that policies name and the table does not know.
pub(crate) const EXTRA: usize = 64;

static PACKED: &[u8] = include_bytes!("../data/actions.tsv.deflate");
static TEXT: OnceLock<String> = OnceLock::new();
static TABLE: OnceLock<Table> = OnceLock::new();

pub(crate) struct Action {
    pub(crate) name: &'static str,
    pub(crate) lower: String,
    pub(crate) service: usize,
    pub(crate) types: Range<usize>,
    keys: Range<usize>,
}

/// A resource type that an action works on, with the keys that go with both.
pub(crate) struct Pair {
    pub(crate) kind: usize,
    pub(crate) required: bool,
    keys: Range<usize>,
}

pub(crate) struct Service {
    pub(crate) prefix: &'static str,
    pub(crate) actions: Range<usize>,
}

pub(crate) struct Kind {
    pub(crate) arns: Union,
    keys: Range<usize>,
    pub(crate) actions: Vec<u32>,
}

/// The type of a condition key's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyType {
    Text,
    Arn,
    Bool,
    Number,
    Date,
    Address,
}

struct Key {
    kind: KeyType,
    many: bool,
    actions: OnceLock<Option<Arc<Bits>>>,
}

/// The whole table.
pub(crate) struct Table {
    pub(crate) version: &'static str,
    pub(crate) date: &'static str,
    pub(crate) services: Vec<Service>,
    pub(crate) actions: Vec<Action>,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) kinds: Vec<Kind>,
    keys: Vec<Key>,
    key_lists: Vec<u16>,
    exact: FxHashMap<String, u16>,
    templates: FxHashMap<String, Vec<(Glob, u16)>>,
    by_arn_service: FxHashMap<&'static str, Vec<u32>>,
    any_arn_service: Vec<u32>,
    pub(crate) without_resource: Bits,
}

/// The table, read on first use.
pub(crate) fn table() -> &'static Table {
    TABLE.get_or_init(|| {
        let text = TEXT.get_or_init(|| packed::text(PACKED));
        Table::read(text)
    })
}

impl Table {
    /// One more than the highest number of an action, with the room for unknown ones.
    pub(crate) fn bound(&self) -> usize {
        self.actions.len() + EXTRA
    }

    fn read(text: &'static str) -> Self {
        let mut table = Self {
            version: "",
            date: "",
            services: Vec::new(),
            actions: Vec::with_capacity(24_000),
            pairs: Vec::with_capacity(32_000),
            kinds: Vec::new(),
            keys: Vec::new(),
            key_lists: Vec::new(),
            exact: FxHashMap::default(),
            templates: FxHashMap::default(),
            by_arn_service: FxHashMap::default(),
            any_arn_service: Vec::new(),
            without_resource: Bits::empty(0),
        };
        let mut first_kind = 0;
        for line in text.lines() {
            let fields: Vec<&'static str> = line.split('\t').collect();
            match fields.as_slice() {
                ["V", version, date] => (table.version, table.date) = (version, date),
                ["K", name, kind] => table.add_key(name, kind),
                ["S", prefix] => {
                    first_kind = table.kinds.len();
                    let at = table.actions.len();
                    table.services.push(Service { prefix, actions: at..at });
                }
                ["R", name, keys, arns @ ..] => table.add_kind(name, keys, arns),
                ["A", name, _, types, keys] => table.add_action(name, types, keys, first_kind),
                _ => {}
            }
        }
        let mut without = Bits::empty(table.bound());
        table
            .actions
            .iter()
            .enumerate()
            .filter(|(_, action)| action.types.is_empty())
            .for_each(|(at, _)| without.insert(at));
        table.without_resource = without;
        table
    }

    fn key_list(&mut self, list: &str, separator: char) -> Range<usize> {
        let from = self.key_lists.len();
        self.key_lists.extend(list.split(separator).filter_map(|number| number.parse::<u16>().ok()));
        from..self.key_lists.len()
    }

    fn add_key(&mut self, name: &'static str, kind: &str) {
        let number = u16::try_from(self.keys.len()).unwrap_or(u16::MAX);
        let many = kind.starts_with("ArrayOf");
        let kind = match kind.trim_start_matches("ArrayOf") {
            "ARN" => KeyType::Arn,
            "Bool" => KeyType::Bool,
            "Numeric" => KeyType::Number,
            "Date" => KeyType::Date,
            "IPAddress" => KeyType::Address,
            _ => KeyType::Text,
        };
        self.keys.push(Key { kind, many, actions: OnceLock::new() });
        let lower = name.to_lowercase();
        if lower.contains("${") || lower.contains('<') {
            let prefix = lower.split([':', '/']).next().unwrap_or_default().to_owned();
            self.templates.entry(prefix).or_default().push((template(&lower, false), number));
        } else {
            self.exact.insert(lower, number);
        }
    }

    fn add_kind(&mut self, name: &'static str, keys: &str, arns: &[&'static str]) {
        let number = u32::try_from(self.kinds.len()).unwrap_or(u32::MAX);
        let keys = self.key_list(keys, ',');
        for arn in arns {
            match arn.split(':').nth(2) {
                Some(service) if !service.contains(['$', '*']) => {
                    let list = self.by_arn_service.entry(service).or_default();
                    if list.last() != Some(&number) {
                        list.push(number);
                    }
                }
                _ => self.any_arn_service.push(number),
            }
        }
        let mut globs: Vec<Glob> = arns.iter().map(|arn| template(arn, true)).collect();
        // AWS managed policies stand in an account named `aws`.
        if name == "policy" && arns.iter().any(|arn| arn.contains(":iam:")) {
            globs.extend(arns.iter().map(|arn| template(&arn.replace("${Account}", "aws"), true)));
        }
        self.kinds.push(Kind { arns: globs.into(), keys, actions: Vec::new() });
    }

    fn add_action(&mut self, name: &'static str, types: &str, keys: &str, first_kind: usize) {
        let number = u32::try_from(self.actions.len()).unwrap_or(u32::MAX);
        let from = self.pairs.len();
        for part in types.split(',').filter(|part| !part.is_empty()) {
            let (head, list) = part.split_once(':').unwrap_or((part, ""));
            let Ok(local) = head.trim_end_matches('*').parse::<usize>() else { continue };
            let keys = self.key_list(list, '.');
            self.pairs.push(Pair { kind: first_kind + local, required: head.ends_with('*'), keys });
            if let Some(kind) = self.kinds.get_mut(first_kind + local) {
                kind.actions.push(number);
            }
        }
        let types = from..self.pairs.len();
        let keys = self.key_list(keys, ',');
        let service = self.services.len().saturating_sub(1);
        self.actions.push(Action { name, lower: name.to_lowercase(), service, types, keys });
        if let Some(service) = self.services.last_mut() {
            service.actions.end += 1;
        }
    }

    pub(crate) fn pairs_of(&self, action: &Action) -> &[Pair] {
        self.pairs.get(action.types.clone()).unwrap_or_default()
    }

    /// `service:Name` as the vendor writes it.
    pub(crate) fn action_name(&self, number: usize) -> Option<String> {
        let action = self.actions.get(number)?;
        Some(format!("{}:{}", self.services.get(action.service)?.prefix, action.name))
    }

    pub(crate) fn service(&self, prefix: &str) -> Option<&Service> {
        let place = self.services.binary_search_by(|service| service.prefix.cmp(prefix)).ok()?;
        self.services.get(place)
    }

    /// The number of an action by `service:name` in any case.
    pub(crate) fn action(&self, name: &str) -> Option<usize> {
        let lower = name.to_lowercase();
        let (prefix, name) = lower.split_once(':')?;
        let range = self.service(prefix)?.actions.clone();
        let list = self.actions.get(range.clone())?;
        list.iter().position(|action| action.lower == name).map(|place| range.start + place)
    }

    /// Resource types whose ARNs may match a pattern with this service segment; all types where the segment has wildcards.
    pub(crate) fn kinds_of(&self, arn_service: Option<&str>) -> Vec<u32> {
        match arn_service {
            Some(service) => {
                let own = self.by_arn_service.get(service).map(Vec::as_slice).unwrap_or_default();
                own.iter().chain(&self.any_arn_service).copied().collect()
            }
            None => (0..u32::try_from(self.kinds.len()).unwrap_or_default()).collect(),
        }
    }

    fn key(&self, key: &str) -> Option<u16> {
        self.exact.get(key).copied().or_else(|| {
            let prefix = key.split([':', '/']).next().unwrap_or_default();
            let text: Vec<char> = key.chars().collect();
            let list = self.templates.get(prefix)?;
            list.iter().find(|(glob, _)| glob.matches(&text)).map(|(_, number)| *number)
        })
    }

    /// The type of a key by its lower-case name and whether it has many values, if the table knows it.
    pub(crate) fn key_type(&self, key: &str) -> Option<(KeyType, bool)> {
        let number = self.key(key)?;
        self.keys.get(usize::from(number)).map(|key| (key.kind, key.many))
    }

    /// The actions whose requests can hold a key of a service; `None` where the table does not restrict the key.
    pub(crate) fn key_actions(&self, key: &str) -> Option<Arc<Bits>> {
        if key.starts_with("aws:") {
            return None;
        }
        let number = self.key(key)?;
        let entry = self.keys.get(usize::from(number))?;
        entry.actions.get_or_init(|| self.gather_key_actions(number)).clone()
    }

    fn gather_key_actions(&self, number: u16) -> Option<Arc<Bits>> {
        let mut bits = Bits::empty(self.bound());
        let mut found = false;
        for (at, action) in self.actions.iter().enumerate() {
            let of_types = self.pairs_of(action).iter().any(|pair| self.pair_has(pair, number));
            if of_types || self.lists(&action.keys, number) {
                bits.insert(at);
                found = true;
            }
        }
        found.then(|| Arc::new(bits))
    }

    fn lists(&self, range: &Range<usize>, number: u16) -> bool {
        self.key_lists.get(range.clone()).unwrap_or_default().contains(&number)
    }

    fn pair_has(&self, pair: &Pair, number: u16) -> bool {
        self.lists(&pair.keys, number) || self.kinds.get(pair.kind).is_some_and(|kind| self.lists(&kind.keys, number))
    }

    /// Whether a request of this action on this resource type can hold the key.
    pub(crate) fn key_applies(&self, key: &str, action: &Action, pair: Option<&Pair>) -> bool {
        if self.key_actions(key).is_none() {
            return true;
        }
        let Some(number) = self.key(key) else { return true };
        self.lists(&action.keys, number) || pair.is_some_and(|pair| self.pair_has(pair, number))
    }

    /// Action names near a wrong one, for messages.
    pub(crate) fn actions_named(&self, service: &Service) -> &[Action] {
        self.actions.get(service.actions.clone()).unwrap_or_default()
    }
}

/// A template of the vendor (`arn:${Partition}:s3:::${BucketName}/${ObjectName}`) as a pattern of real names.
fn template(text: &str, arn: bool) -> Glob {
    let mut tokens = Vec::new();
    let (mut rest, mut colons) = (text, 0);
    while let Some(c) = rest.chars().next() {
        let close = match c {
            '$' if rest.starts_with("${") => '}',
            '<' => '>',
            _ => {
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
                colons += usize::from(c == ':');
                tokens.push(if c == '*' { Token::Many(Class::Any) } else { Token::Char(c) });
                continue;
            }
        };
        let (_, after) = rest.split_once(close).unwrap_or(("", ""));
        rest = after;
        match (arn, colons) {
            (true, 1) => tokens.extend("aws".chars().map(Token::Char).chain([Token::Many(Class::Partition)])),
            (true, 3) => tokens.extend([Token::One(Class::Region), Token::Many(Class::Region)]),
            (true, 4) => tokens.extend((0..12).map(|_| Token::One(Class::Digit))),
            _ => {
                let class = rest.chars().next().map_or(Class::Any, Class::Until);
                tokens.extend([Token::One(class), Token::Many(class)]);
            }
        }
    }
    Glob { tokens }
}
