//! Who can become administrator or take another identity's place, and by which chain of steps.
//!
//! Must not know how permissions are decided. Identities are the nodes; an edge is a way to act as the other; administrators are
//! found first, then everybody's shortest way to one.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

use super::allowed::Bound;
use super::graph::components;
use super::methods::{EDIT_GROUP, EDIT_POLICY, EDIT_ROLE, EDIT_USER, PASSING, RUNNING, Running, TAKE_USER};
use super::{Account, Identity, IdentityKind, StatementOf};
use crate::bits::Bits;
use crate::compile::Atom;
use crate::glob::Glob;
use crate::policy::{Effect, PrincipalEntry};
use crate::principal::one_of;
use crate::table::table;

/// One step of a chain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// Who takes it.
    pub from: String,
    /// Whose power it gives: an ARN, or `administrator`.
    pub to: String,
    /// The actions that make it.
    pub actions: Vec<String>,
    /// How, in a few words.
    pub how: String,
    /// What must be the case beside the permissions, if anything: that some resource runs as the role.
    pub assuming: Option<String>,
    /// The statements that allow the actions.
    pub statements: Vec<StatementOf>,
}

/// What an identity can become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// Who.
    pub identity: String,
    /// It is an administrator as it stands.
    pub administrator: bool,
    /// The shortest chain to administrator, if there is one; one without assumptions if there is one.
    pub chain: Vec<Step>,
    /// The fewest statements without which the chain, or the first of the steps, is gone.
    pub cut: Vec<StatementOf>,
    /// Its own first steps, one for each way.
    pub steps: Vec<Step>,
    /// How many other identities it reaches, directly or not.
    pub reaches: usize,
}

/// The name of the node behind all administrators.
pub(crate) const ADMINISTRATOR: &str = "administrator";

/// A way from one identity to another; `to: None` is unlimited power.
struct Edge {
    to: Option<usize>,
    way: usize,
}

/// A way with the actions that it takes.
struct Way {
    actions: Vec<&'static str>,
    how: String,
    assuming: Option<String>,
    /// It changes the other's policies only: that is not to act as the other.
    edits: bool,
}

struct Search<'a> {
    account: &'a Account,
    /// Roles by service that may run as them.
    by_service: BTreeMap<String, Vec<usize>>,
    /// Roles that name an identity or the whole account in their trust.
    trusting: Vec<usize>,
    /// The same roles by the ARNs that they name.
    naming: BTreeMap<String, Vec<usize>>,
    /// Identities by ARN.
    by_arn: BTreeMap<&'a str, usize>,
    edges: Vec<Vec<Edge>>,
    ways: Vec<Way>,
    /// What roles themselves may do, as far as ways to them need it.
    able: RefCell<BTreeMap<(usize, &'static str), bool>>,
}

impl Account {
    /// Everybody who can become administrator or take another identity's place, in the order of their ARNs. An administrator can
    /// change the policies of any user and role.
    pub fn escalations(&self) -> Vec<Escalation> {
        let mut search = Search::new(self);
        let administrators: Vec<bool> =
            self.identities.iter().map(|identity| self.administers(identity).is_yes()).collect();
        for (place, identity) in self.identities.iter().enumerate() {
            let edges = search.edges_of(identity);
            if let Some(slot) = search.edges.get_mut(place) {
                *slot = edges;
            }
        }
        search.report(&administrators)
    }
}

impl<'a> Search<'a> {
    fn new(account: &'a Account) -> Self {
        let mut by_service: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut trusting = Vec::new();
        let mut naming: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, role) in account.identities.iter().enumerate() {
            let Some(trust) = role.trust.and_then(|place| account.policy(place)) else { continue };
            let mut people = false;
            for statement in trust.policy.compiled.iter().filter(|s| s.effect == Some(Effect::Allow)) {
                let entries =
                    statement.principal.as_ref().map(|element| element.entries.as_slice()).unwrap_or_default();
                for entry in entries {
                    match entry {
                        PrincipalEntry::Service(service) => by_service.entry(service.clone()).or_default().push(place),
                        PrincipalEntry::Arn(arn) => {
                            people = true;
                            naming.entry(arn.clone()).or_default().push(place);
                        }
                        PrincipalEntry::Everyone => people = true,
                        PrincipalEntry::Account(number) => people |= account.numbers.contains(number),
                        _ => {}
                    }
                }
            }
            if people {
                trusting.push(place);
            }
        }
        let edges = account.identities.iter().map(|_| Vec::new()).collect();
        let by_arn =
            account.identities.iter().enumerate().map(|(place, identity)| (identity.arn.as_str(), place)).collect();
        Self { account, by_service, trusting, naming, by_arn, edges, ways: Vec::new(), able: RefCell::default() }
    }

    fn way(&mut self, actions: &[&'static str], how: String) -> usize {
        self.ways.push(Way { actions: actions.to_vec(), edits: how.starts_with("gives "), how, assuming: None });
        self.ways.len() - 1
    }

    fn edges_of(&mut self, identity: &Identity) -> Vec<Edge> {
        let bound = Bound::new(self.account, identity);
        let mut edges = Vec::new();
        self.own_policies(&bound, &mut edges);
        self.users(&bound, &mut edges);
        self.groups(&bound, &mut edges);
        self.assumed(&bound, &mut edges);
        self.retrusted(&bound, &mut edges);
        self.passed(&bound, &mut edges);
        self.run(&bound, &mut edges);
        self.both(&mut edges);
        edges
    }

    fn can(bound: &Bound<'_>, action: &str, resource: Option<&str>) -> bool {
        let Some(number) = table().action(action) else { return false };
        bound.touches(number) && bound.may(number, resource, &[]) == Some(true)
    }

    /// The identities that the action can be allowed on: those listed by name, or these.
    fn targets(&self, bound: &Bound<'_>, action: usize, among: &[usize]) -> Vec<usize> {
        if !bound.touches(action) {
            return Vec::new();
        }
        match bound.listed(action) {
            Some(names) => {
                let mut places: Vec<usize> =
                    names.iter().filter_map(|name| self.by_arn.get(name.as_str()).copied()).collect();
                places.retain(|place| among.binary_search(place).is_ok());
                places
            }
            None => among.to_vec(),
        }
    }

    fn of_kind(&self, kind: IdentityKind) -> Vec<usize> {
        let all = self.account.identities.iter().enumerate();
        all.filter(|(_, identity)| identity.kind == kind).map(|(place, _)| place).collect()
    }

    /// A limit that stays whatever the identity's own policies become.
    fn is_limited(&self, identity: &Identity) -> bool {
        identity.boundary.is_some()
    }

    /// Changes to the policies that bind the identity itself.
    fn own_policies(&mut self, bound: &Bound<'_>, edges: &mut Vec<Edge>) {
        let identity = bound.identity;
        if self.is_limited(identity) {
            return;
        }
        let own = match identity.kind {
            IdentityKind::User => EDIT_USER,
            IdentityKind::Role => EDIT_ROLE,
            IdentityKind::Group => EDIT_GROUP,
        };
        for action in own.iter().filter(|action| Self::can(bound, action, Some(&identity.arn))) {
            let way = self.way(&[action], "changes its own policies".to_owned());
            edges.push(Edge { to: None, way });
        }
        for group in identity.groups.iter().filter_map(|place| self.account.identities.get(*place)) {
            for action in EDIT_GROUP.iter().filter(|action| Self::can(bound, action, Some(&group.arn))) {
                let way = self.way(&[action], format!("changes the policies of its group {}", group.arn));
                edges.push(Edge { to: None, way });
            }
        }
        for (arn, place) in &self.account.customer {
            if !identity.policies.contains(place) {
                continue;
            }
            if let Some(action) = EDIT_POLICY.iter().find(|action| Self::can(bound, action, Some(arn))) {
                let way = self.way(&[action], format!("changes its policy {arn}"));
                edges.push(Edge { to: None, way });
            }
        }
    }

    /// Credentials of users, and policies of other users.
    fn users(&mut self, bound: &Bound<'_>, edges: &mut Vec<Edge>) {
        for action in TAKE_USER.iter().chain(EDIT_USER) {
            let Some(number) = table().action(action).filter(|number| bound.touches(*number)) else { continue };
            let how =
                if TAKE_USER.contains(action) { "gets credentials of the user" } else { "gives the user any policy" };
            let mut way = None;
            for place in self.targets(bound, number, &self.of_kind(IdentityKind::User)) {
                let other = self.account.identities.get(place).filter(|user| user.arn != bound.identity.arn);
                if other.is_some_and(|user| bound.may(number, Some(&user.arn), &[]) == Some(true)) {
                    let way = *way.get_or_insert_with(|| self.way(&[action], how.to_owned()));
                    edges.push(Edge { to: Some(place), way });
                }
            }
            if way.is_some() && EDIT_USER.contains(action) {
                self.with_help(action, "makes a user administrator", edges);
            }
        }
    }

    /// Power for a user, which serves whoever has that user's credentials.
    fn with_help(&mut self, action: &'static str, how: &str, edges: &mut Vec<Edge>) {
        let way = self.way(&[action], how.to_owned());
        if let Some(way) = self.ways.get_mut(way) {
            way.assuming = Some("credentials of such a user are at hand".to_owned());
        }
        edges.push(Edge { to: None, way });
    }

    /// Membership of groups, and policies of groups.
    fn groups(&mut self, bound: &Bound<'_>, edges: &mut Vec<Edge>) {
        let groups: Vec<(usize, &Identity)> =
            self.account.identities.iter().enumerate().filter(|(_, group)| group.kind == IdentityKind::Group).collect();
        for action in ["iam:AddUserToGroup"].iter().chain(EDIT_GROUP) {
            let mut reached = Vec::new();
            for (place, group) in &groups {
                if !bound.identity.groups.contains(place) && Self::can(bound, action, Some(&group.arn)) {
                    reached.push(*place);
                }
            }
            if !reached.is_empty() {
                let how = if EDIT_GROUP.contains(action) {
                    "gives the group any policy"
                } else {
                    "joins, or lets join, the group"
                };
                let way = self.way(&[action], how.to_owned());
                if let Some(way) = self.ways.get_mut(way).filter(|_| bound.identity.kind == IdentityKind::Role) {
                    way.assuming = Some("credentials of a user are at hand".to_owned());
                }
                edges.extend(reached.into_iter().map(|place| Edge { to: Some(place), way }));
                if EDIT_GROUP.contains(action) {
                    self.with_help(action, "makes the members of a group administrators", edges);
                }
            }
        }
    }

    /// An identity whose place it can take and whose policies it can change.
    fn both(&mut self, edges: &mut Vec<Edge>) {
        let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
        for edge in edges.iter().filter(|edge| self.gives_control(edge) && !self.is_assumed(edge)) {
            if let Some(to) = edge.to {
                taken.entry(to).or_insert(edge.way);
            }
        }
        let edits = edges.iter().filter(|edge| !self.gives_control(edge));
        let found = edits.filter_map(|edge| Some((edge.to?, edge.way, *taken.get(&edge.to?)?)));
        let limited = |place: usize| self.account.identities.get(place).is_none_or(|own| self.is_limited(own));
        let Some((_, edit, take)) = found.into_iter().find(|(place, ..)| !limited(*place)) else { return };
        let part = |way: usize| self.ways.get(way).map(|way| (way.actions.clone(), way.how.clone()));
        let (Some((mut actions, first)), Some((others, second))) = (part(edit), part(take)) else { return };
        actions.extend(others);
        let way = self.way(&actions, format!("{first}, and {second}"));
        edges.push(Edge { to: None, way });
    }

    fn assumed(&mut self, bound: &Bound<'_>, edges: &mut Vec<Edge>) {
        let Some(action) = table().action("sts:AssumeRole") else { return };
        let mut places = self.targets(bound, action, &self.trusting);
        places.extend(self.naming.get(&bound.identity.arn).into_iter().flatten());
        places.sort_unstable();
        places.dedup();
        let mut way = None;
        for place in places {
            let other = self.account.identities.get(place).filter(|role| role.arn != bound.identity.arn);
            if other.is_some_and(|role| bound.may_assume(role, action) == Some(true)) {
                let way = *way.get_or_insert_with(|| self.way(&["sts:AssumeRole"], "assumes the role".to_owned()));
                edges.push(Edge { to: Some(place), way });
            }
        }
    }

    /// Trust policies that the identity can write itself into, and policies of other roles.
    fn retrusted(&mut self, bound: &Bound<'_>, edges: &mut Vec<Edge>) {
        for action in ["iam:UpdateAssumeRolePolicy"].iter().chain(EDIT_ROLE) {
            let Some(number) = table().action(action).filter(|number| bound.touches(*number)) else { continue };
            let edits = EDIT_ROLE.contains(action);
            let how = if edits { "gives the role any policy" } else { "writes itself into the role's trust policy" };
            let way = self.way(&[action], how.to_owned());
            for place in self.targets(bound, number, &self.of_kind(IdentityKind::Role)) {
                let Some(role) = self.account.identities.get(place) else { continue };
                let other = role.arn != bound.identity.arn && !role.arn.contains(":role/aws-service-role/");
                if other && bound.may(number, Some(&role.arn), &[]) == Some(true) {
                    edges.push(Edge { to: Some(place), way });
                }
            }
        }
    }

    fn passed(&mut self, bound: &Bound<'_>, edges: &mut Vec<Edge>) {
        let Some(pass) = table().action("iam:PassRole").filter(|number| bound.touches(*number)) else { return };
        let mut services: Vec<(&str, usize)> = Vec::new();
        for method in PASSING {
            if services.iter().any(|(service, _)| *service == method.service) {
                continue;
            }
            if method.needs.iter().all(|action| Self::can(bound, action, None)) {
                let mut actions = vec!["iam:PassRole"];
                actions.extend(method.needs);
                let way = self.way(&actions, format!("passes the role to {}", method.service));
                services.push((method.service, way));
            }
        }
        for (service, way) in services {
            let given: [Atom; 1] = [one_of("iam:passedtoservice", [Glob::literal(service)].into())];
            for place in self.by_service.get(service).into_iter().flatten() {
                let Some(role) = self.account.identities.get(*place).filter(|role| role.arn != bound.identity.arn)
                else {
                    continue;
                };
                if bound.may(pass, Some(&role.arn), &given) == Some(true) {
                    edges.push(Edge { to: Some(*place), way });
                }
            }
        }
    }

    fn run(&mut self, bound: &Bound<'_>, edges: &mut Vec<Edge>) {
        let mut done: Vec<&str> = Vec::new();
        for method in RUNNING {
            if done.contains(&method.service) || !method.needs.iter().all(|action| Self::can(bound, action, None)) {
                continue;
            }
            done.push(method.service);
            let known: Vec<usize> = self.known_runners(bound, method);
            if !known.is_empty() {
                let way = self.way(method.needs, format!("runs code where {} runs as the role", method.service));
                edges.extend(known.iter().map(|place| Edge { to: Some(*place), way }));
            }
            let way = self.way(method.needs, format!("runs code where {} may run as the role", method.service));
            if let Some(way) = self.ways.get_mut(way) {
                way.assuming = Some(format!("something of {} runs as the role", method.service));
            }
            let machines = method.service == "ec2.amazonaws.com";
            for place in self.by_service.get(method.service).into_iter().flatten() {
                let Some(role) = self.account.identities.get(*place) else { continue };
                let able = method.target.iter().all(|action| self.may_itself(*place, action));
                if role.arn != bound.identity.arn
                    && (!machines || role.instance_profile)
                    && able
                    && !known.contains(place)
                {
                    edges.push(Edge { to: Some(*place), way });
                }
            }
        }
    }

    /// Roles of what was read to run as them, where the identity may do all that the method needs to it.
    fn known_runners(&self, bound: &Bound<'_>, method: &Running) -> Vec<usize> {
        let own = self.account.runners.iter().filter(|runner| runner.service == method.service);
        let reached = own.filter(|runner| {
            method.needs.iter().all(|action| {
                let named = action.split(':').next() == runner.arn.split(':').nth(2);
                Self::can(bound, action, named.then_some(runner.arn.as_str()))
            })
        });
        let mut places: Vec<usize> = reached
            .filter_map(|runner| self.by_arn.get(runner.role.as_str()).copied())
            .filter(|place| method.target.iter().all(|action| self.may_itself(*place, action)))
            .filter(|place| self.account.identities.get(*place).is_some_and(|role| role.arn != bound.identity.arn))
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Whether the role itself is allowed an action that the way to it needs.
    fn may_itself(&self, place: usize, action: &'static str) -> bool {
        if let Some(known) = self.able.borrow().get(&(place, action)) {
            return *known;
        }
        let role = self.account.identities.get(place);
        let able = role.is_some_and(|role| Self::can(&Bound::new(self.account, role), action, None));
        self.able.borrow_mut().insert((place, action), able);
        able
    }

    fn report(&self, administrators: &[bool]) -> Vec<Escalation> {
        let mut next = self.ways_to_power(administrators, false);
        for (sure, also) in next.iter_mut().zip(self.ways_to_power(administrators, true)) {
            *sure = sure.or(also);
        }
        let reaches = self.reaches();
        let mut out = Vec::new();
        for (place, identity) in self.account.identities.iter().enumerate() {
            let edges = self.edges.get(place).map(Vec::as_slice).unwrap_or_default();
            let administrator = administrators.get(place).copied().unwrap_or_default();
            if identity.kind == IdentityKind::Group || (edges.is_empty() && !administrator) {
                continue;
            }
            let bound = Bound::new(self.account, identity);
            let mut steps: Vec<Step> = Vec::new();
            for edge in edges {
                let shown = self.ways.get(edge.way).map(|way| &way.how);
                if !steps.iter().any(|step| Some(&step.how) == shown) {
                    steps.push(self.step(&bound, edge));
                }
            }
            let chain = if administrator { Vec::new() } else { self.chain(place, &next, administrators) };
            let cut = self.cut(if chain.is_empty() { steps.get(..1).unwrap_or_default() } else { &chain });
            out.push(Escalation {
                identity: identity.arn.clone(),
                administrator,
                chain,
                cut,
                steps,
                reaches: reaches.get(place).copied().unwrap_or_default(),
            });
        }
        out
    }

    /// For each identity its first edge on a shortest way to unlimited power.
    fn ways_to_power(&self, administrators: &[bool], assuming: bool) -> Vec<Option<(usize, usize)>> {
        let count = self.account.identities.len();
        let mut incoming: Vec<Vec<(usize, usize)>> = (0..count).map(|_| Vec::new()).collect();
        let mut next: Vec<Option<(usize, usize)>> = vec![None; count];
        let mut queue = VecDeque::new();
        for (place, edges) in self.edges.iter().enumerate() {
            for (number, edge) in edges.iter().enumerate() {
                match edge.to {
                    Some(to) if self.gives_control(edge) && (assuming || !self.is_assumed(edge)) => {
                        if let Some(list) = incoming.get_mut(to) {
                            list.push((place, number));
                        }
                    }
                    None if (assuming || !self.is_assumed(edge)) && next.get(place).is_some_and(Option::is_none) => {
                        if let Some(slot) = next.get_mut(place) {
                            *slot = Some((usize::MAX, number));
                            queue.push_back(place);
                        }
                    }
                    _ => {}
                }
            }
        }
        queue.extend(administrators.iter().enumerate().filter(|(_, own)| **own).map(|(place, _)| place));
        let mut seen: Vec<bool> = administrators.to_vec();
        for place in &queue {
            if let Some(slot) = seen.get_mut(*place) {
                *slot = true;
            }
        }
        while let Some(place) = queue.pop_front() {
            for (from, number) in incoming.get(place).into_iter().flatten() {
                if let (Some(seen), Some(slot)) = (seen.get_mut(*from), next.get_mut(*from))
                    && !*seen
                {
                    *seen = true;
                    *slot = Some((place, *number));
                    queue.push_back(*from);
                }
            }
        }
        next
    }

    /// Whether the edge lets one act as the other, not only change it.
    fn gives_control(&self, edge: &Edge) -> bool {
        self.ways.get(edge.way).is_some_and(|way| !way.edits)
    }

    fn chain(&self, place: usize, next: &[Option<(usize, usize)>], administrators: &[bool]) -> Vec<Step> {
        let mut chain = Vec::new();
        let mut at = place;
        while chain.len() < self.account.identities.len()
            && (!administrators.get(at).copied().unwrap_or_default())
            && let Some(Some((to, number))) = next.get(at)
        {
            let Some(identity) = self.account.identities.get(at) else { break };
            let Some(edge) = self.edges.get(at).and_then(|edges| edges.get(*number)) else { break };
            chain.push(self.step(&Bound::new(self.account, identity), edge));
            at = *to;
        }
        chain
    }

    /// A chain is gone when one action of one step is not allowed any more: the one with the fewest statements.
    fn cut(&self, chain: &[Step]) -> Vec<StatementOf> {
        let ways = chain.iter().flat_map(|step| {
            let identity = self.by_arn.get(step.from.as_str()).and_then(|place| self.account.identities.get(*place));
            let bound = identity.map(|identity| Bound::new(self.account, identity));
            let target = self.by_arn.get(step.to.as_str()).and_then(|place| self.account.identities.get(*place));
            let by_action = step.actions.iter().filter_map(move |action| {
                let number = table().action(action)?;
                let on = target.filter(|_| action.starts_with("iam:") || action.starts_with("sts:"));
                let mut statements = bound.as_ref()?.allowing(number, on.map(|target| target.arn.as_str()));
                if statements.is_empty() {
                    // The trust policy alone lets it in.
                    statements = bound.as_ref()?.trusted_by(target?);
                }
                Some(statements)
            });
            by_action.collect::<Vec<_>>()
        });
        ways.filter(|statements| !statements.is_empty()).min_by_key(Vec::len).unwrap_or_default()
    }

    fn step(&self, bound: &Bound<'_>, edge: &Edge) -> Step {
        let target = edge.to.and_then(|to| self.account.identities.get(to));
        let way = self.ways.get(edge.way);
        let actions: Vec<&str> = way.map(|way| way.actions.clone()).unwrap_or_default();
        let mut statements: Vec<StatementOf> = actions
            .iter()
            .filter_map(|action| table().action(action).map(|number| (action, number)))
            .flat_map(|(action, number)| {
                let on = target.filter(|_| action.starts_with("iam:") || action.starts_with("sts:"));
                bound.allowing(number, on.map(|target| target.arn.as_str()))
            })
            .collect();
        if actions.contains(&"sts:AssumeRole") {
            statements.extend(target.map(|role| bound.trusted_by(role)).into_iter().flatten());
        }
        statements.sort();
        statements.dedup();
        Step {
            from: bound.identity.arn.clone(),
            to: target.map_or_else(|| ADMINISTRATOR.to_owned(), |target| target.arn.clone()),
            actions: actions.into_iter().map(str::to_owned).collect(),
            how: way.map(|way| way.how.clone()).unwrap_or_default(),
            assuming: way.and_then(|way| way.assuming.clone()),
            statements,
        }
    }

    fn is_assumed(&self, edge: &Edge) -> bool {
        self.ways.get(edge.way).is_some_and(|way| way.assuming.is_some())
    }

    /// How many others each identity reaches: sets are passed on along the edges until nothing is new.
    fn reaches(&self) -> Vec<usize> {
        let count = self.account.identities.len();
        let mut targets: Vec<Vec<usize>> = Vec::with_capacity(count);
        for edges in &self.edges {
            let mut list: Vec<usize> =
                edges.iter().filter(|edge| self.gives_control(edge)).filter_map(|edge| edge.to).collect();
            list.sort_unstable();
            list.dedup();
            targets.push(list);
        }
        let members = components(&targets);
        let mut of = vec![0; count];
        for (number, list) in members.iter().enumerate() {
            for place in list {
                if let Some(slot) = of.get_mut(*place) {
                    *slot = number;
                }
            }
        }
        // Components come with those that they reach first.
        let mut sets: Vec<Bits> = Vec::with_capacity(members.len());
        for list in &members {
            let mut set = Bits::empty(count);
            list.iter().for_each(|place| set.insert(*place));
            let mut below: Vec<usize> = list
                .iter()
                .filter_map(|place| targets.get(*place))
                .flatten()
                .filter_map(|to| of.get(*to).copied())
                .collect();
            below.sort_unstable();
            below.dedup();
            for other in below {
                if let Some(reached) = sets.get(other) {
                    set.unite(reached);
                }
            }
            sets.push(set);
        }
        (0..count)
            .map(|place| of.get(place).and_then(|at| sets.get(*at)).map_or(0, |set| set.count().saturating_sub(1)))
            .collect()
    }
}
