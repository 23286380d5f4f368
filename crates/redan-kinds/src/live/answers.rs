//! The answers of one account's API calls, in botocore's shape, and how each came out.
//!
//! Must not know who asked: a client, a snapshot or a page's case.

use super::shape::{items, text_at};
use crate::registry::Kinds;
use crate::table::lens::Path;
use crate::table::live::Call;
use redan_model::{Node, Origin, Reason, ReasonClass, Str, Unknown, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The answers of one account.
#[derive(Clone, Debug)]
pub struct Answers {
    /// The account's number.
    pub account: Str,
    /// What was asked, and the answer: `(operation, arguments, region, answer)`. Arguments are `Name=value` joined by
    /// commas, empty if none.
    pub calls: Vec<(Str, Str, Str, Node)>,
}

/// The error that stands for an operation whose service is not offered in a region: nothing of its kind exists there.
pub const NOT_OFFERED: &str = "NotOfferedInRegion";

/// How an answer came out.
pub(super) enum Outcome<'a> {
    Answer(&'a Node),
    Absent(&'a [(Path, Value)], Origin),
    Unknown(Arc<Unknown>),
    /// Nobody asked.
    Missing(Arc<Unknown>),
}

impl Answers {
    /// Reads an object of answers by call: `"s3:GetBucketPolicy(Bucket=logs)@eu-west-1": {…}`. The region is us-east-1
    /// unless named; `{"error": "Code"}` is an error.
    #[must_use]
    pub fn from_object(object: &Node, account: &str) -> Self {
        let mut calls = Vec::new();
        if let Value::Map(map) = &object.value {
            for entry in map.entries() {
                let (call, region) = entry.key.rsplit_once('@').unwrap_or((entry.key.as_str(), "us-east-1"));
                let (operation, arguments) = call.split_once('(').unwrap_or((call, ""));
                let arguments = arguments.strip_suffix(')').unwrap_or(arguments);
                calls.push((Str::new(operation), Str::new(arguments), Str::new(region), entry.node.clone()));
            }
        }
        Self { account: Str::new(account), calls }
    }

    /// Answers for one account, none so far.
    #[must_use]
    pub fn of(account: &str) -> Self {
        Self { account: Str::new(account), calls: Vec::new() }
    }

    /// Adds the answer of a describe or list operation by what it holds: `{"Vpcs": […]}`. False if no table lists
    /// resources under such a name, or more than one operation may have answered.
    pub fn add(&mut self, answer: &Node, region: &str, kinds: &Kinds) -> bool {
        let Value::Map(map) = &answer.value else { return false };
        let mut operations: Vec<Str> = Vec::new();
        for table in kinds.names().into_iter().filter_map(|name| kinds.kind(name)?.live.as_ref()) {
            let holds = |list: &&Call| list.items.first().is_some_and(|member| map.get(*member).is_some());
            let fits = |list: &&Call| match (items(answer, list).first(), table.ids.first()) {
                (Some(item), Some(id)) => text_at(item, id).is_some(),
                _ => true,
            };
            operations.extend(table.lists().filter(holds).filter(fits).map(|list| list.operation));
        }
        operations.sort();
        operations.dedup();
        // What one operation lists in more detail, another may name too.
        if let [_, _] = operations.as_slice() {
            operations.retain(|operation| operation.as_str() != "ec2:DescribeManagedPrefixLists");
        }
        let [operation] = operations.as_slice() else { return false };
        self.calls.push((*operation, Str::default(), Str::new(region), answer.clone()));
        true
    }

    /// Every operation that was not asked answers with nothing, in every region.
    pub fn nothing_else(&mut self, kinds: &Kinds) {
        let regions = self.regions();
        let mut nothing = Vec::new();
        let index = self.index();
        for table in kinds.names().into_iter().filter_map(|name| kinds.kind(name)?.live.as_ref()) {
            for call in table.list.iter().chain(&table.each) {
                for region in &regions {
                    let lists = table.list.as_ref().is_some_and(|list| std::ptr::eq(list, call));
                    let other = table.otherwise.as_ref().filter(|_| lists);
                    let asked = |operation| index.find(operation, "", *region).is_some();
                    if !asked(call.operation) && !other.is_some_and(|other| asked(other.operation)) {
                        let empty = Node::map(Vec::new(), Origin::NOWHERE);
                        nothing.push((call.operation, Str::default(), *region, empty));
                    }
                }
            }
        }
        self.calls.extend(nothing);
    }

    pub(super) fn regions(&self) -> Vec<Str> {
        let mut regions: Vec<Str> = self.calls.iter().map(|(_, _, region, _)| *region).collect();
        regions.sort();
        regions.dedup();
        regions
    }

    /// The answers by what was asked; the first of several to one question holds.
    pub(super) fn index(&self) -> Index<'_> {
        let mut by_call = FxHashMap::default();
        for (operation, arguments, region, answer) in &self.calls {
            by_call.entry((*operation, *region, *arguments)).or_insert(answer);
        }
        Index { by_call }
    }
}

/// Answers by operation, region and arguments.
pub(super) struct Index<'a> {
    by_call: FxHashMap<(Str, Str, Str), &'a Node>,
}

impl<'a> Index<'a> {
    /// The answer to exactly this question, or one that was recorded without its arguments.
    pub(super) fn find(&self, operation: Str, arguments: &str, region: Str) -> Option<&'a Node> {
        let exact = self.by_call.get(&(operation, region, Str::new(arguments)));
        exact.or_else(|| self.by_call.get(&(operation, region, Str::default()))).copied()
    }

    /// Whether there is an answer to exactly this question.
    pub(super) fn has(&self, operation: Str, arguments: &str, region: Str) -> bool {
        self.by_call.contains_key(&(operation, region, Str::new(arguments)))
    }

    /// Whether an answer was recorded without its arguments.
    pub(super) fn has_bare(&self, operation: Str, region: Str) -> bool {
        self.by_call.contains_key(&(operation, region, Str::default()))
    }

    pub(super) fn outcome<'c>(&self, call: &'c Call, arguments: &str, region: Str) -> Outcome<'c>
    where
        'a: 'c,
    {
        let Some(answer) = self.find(call.operation, arguments, region) else {
            let reason = Reason { class: ReasonClass::NotCollected, what: call.operation, origin: Origin::NOWHERE };
            return Outcome::Missing(Unknown::of(reason));
        };
        let text = |member: &str| answer.get(Str::new(member)).and_then(|member| member.value.as_text());
        let Some(code) = text("error") else { return Outcome::Answer(answer) };
        if let Some((_, holds)) = call.absent.iter().find(|(known, _)| *known == code) {
            return Outcome::Absent(holds, answer.origin);
        }
        if code == NOT_OFFERED {
            return Outcome::Absent(&[], answer.origin);
        }
        let denied = is_denial(&code);
        let class = if denied { ReasonClass::Denied } else { ReasonClass::NotCollected };
        let mut what = format!("{} answered {code}", call.operation);
        if let Some(permission) = text("permission").filter(|_| denied) {
            what.push_str(&format!("; the permission {permission} is missing"));
        }
        Outcome::Unknown(Unknown::of(Reason { class, what: Str::from(what), origin: answer.origin }))
    }
}

/// Whether an error code says that a permission is missing.
#[must_use]
pub fn is_denial(code: &str) -> bool {
    ["AccessDenied", "Unauthorized", "Forbidden", "AuthorizationError", "NotAuthorized"]
        .iter()
        .any(|known| code.contains(known))
}
