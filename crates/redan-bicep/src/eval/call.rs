//! Calls: functions of the template's own, those that need the deployment or evaluate only some of their arguments, and
//! all others by name.

use super::{Env, World, merge};
use crate::functions::{self, Fault};
use crate::ir::Expr;
use redan_model::{Node, Origin, ReasonClass, Str, Unknown, Value};
use std::sync::Arc;

/// Functions that look at no more than the surface of their arguments.
const CHEAP: [&str; 12] =
    ["empty", "length", "first", "last", "not", "range", "add", "sub", "less", "greater", "array", "tryindexfromend"];

impl<'t> World<'t> {
    /// The value of a call.
    pub(super) fn call(
        &self,
        origin: Origin,
        namespace: Option<Str>,
        name: Str,
        arguments: &'t [Expr],
        env: &Env<'t>,
    ) -> Node {
        let builtin =
            namespace.is_none_or(|namespace| ["sys", "az"].iter().any(|known| namespace.eq_ignore_ascii_case(known)));
        if let Some(node) = self.own_function(namespace, name, arguments, env) {
            return node;
        }
        if !builtin {
            let called = namespace.map_or_else(|| name.to_string(), |namespace| format!("{namespace}.{name}"));
            return self.wrong(origin, &format!("there is no function {called}()"));
        }
        let lower = name.to_ascii_lowercase();
        match (lower.as_str(), arguments) {
            ("coalesce", _) => return self.coalesce(arguments, origin, env),
            ("and" | "or", _) => return self.logic(lower == "or", arguments, origin, env),
            ("if", [condition, then, otherwise]) => return self.choose_at(origin, condition, then, otherwise, env),
            ("map" | "filter" | "reduce" | "sort" | "toobject" | "groupby" | "mapvalues", _) => {
                return self.lambda(&lower, arguments, origin, env);
            }
            _ => {}
        }
        let values: Vec<Node> = arguments.iter().map(|argument| self.eval(argument, env)).collect();
        self.with_values(&lower, name, &values, origin, env)
    }

    fn with_values(&self, lower: &str, name: Str, values: &[Node], origin: Origin, env: &Env<'t>) -> Node {
        let text = |at: usize| values.get(at).and_then(|node| node.value.as_text());
        match (lower, values) {
            ("parameters", [_]) => match text(0) {
                Some(name) => self.parameter(name, origin, env),
                None => self.any_of(values, origin),
            },
            ("variables", [_]) => match text(0) {
                Some(name) => self.variable(name, origin, env),
                None => self.any_of(values, origin),
            },
            ("copyindex", _) => self.copy_index(values, origin, env),
            ("tryget", [base, keys @ ..]) => self.try_get(base, keys, origin),
            ("reference", _) => self.reference(values, origin, env),
            ("listoutputswithsecurevalues", [subject, ..]) => self.secure_outputs(subject, origin, env),
            ("references", [_, ..]) => self.any_reference(values, origin, env),
            ("resourceinfo", [subject]) => match self.declared(subject, env) {
                Some(instance) => self.refer(&instance, "", origin),
                None => self.wrong(origin, "resourceInfo() names no resource of this template"),
            },
            (
                "resourceid"
                | "subscriptionresourceid"
                | "tenantresourceid"
                | "managementgroupresourceid"
                | "extensionresourceid",
                _,
            ) => self.resource_id(&name, values, origin, env),
            (
                "resourcegroup" | "subscription" | "tenant" | "managementgroup" | "deployment" | "deployer"
                | "environment",
                _,
            ) => self.scope_function(&name, values, origin, env),
            ("newguid" | "utcnow", _) => self.impure(lower, name, values, origin),
            ("parseuri" | "builduri", _) => Node::unknown(ReasonClass::Unsupported, &format!("{name}()"), origin),
            ("getsecret", _) => Node::unknown(ReasonClass::Input, "a secret of a key vault", origin),
            ("fail", [_]) => self.wrong(origin, &format!("fail(): {}", text(0).unwrap_or_default())),
            (
                "providers" | "roledefinitions" | "pickzones" | "tologicalzone" | "tologicalzones" | "tophysicalzone"
                | "tophysicalzones",
                _,
            ) => Node::unknown(ReasonClass::Computed, &format!("{name}()"), origin),
            (_, [subject, ..]) if lower.starts_with("list") => match self.declared(subject, env) {
                Some(instance) => self.refer(&instance, &format!("{name}()"), origin),
                None => {
                    let found = self.undeclared(subject, values.get(1), &format!("{name}()"), origin, env);
                    found.unwrap_or_else(|| Node::unknown(ReasonClass::Computed, &format!("{name}()"), origin))
                }
            },
            _ if !CHEAP.contains(&lower) && !self.limits.look(values) => {
                self.stopped(super::limits::WORK, origin);
                Node::unknown(ReasonClass::Bound, "what one call looks at", origin)
            }
            _ => self.finished(functions::call(lower, values, origin), &name, origin),
        }
    }

    /// `utcNow()`, `newGuid()`: what they give is only known where it is given from outside.
    ///
    /// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date#utcnow>
    fn impure(&self, lower: &str, name: Str, values: &[Node], origin: Origin) -> Node {
        match (lower, &self.given.now, &self.given.guid) {
            ("newguid", _, Some(guid)) => Node::text(guid, origin),
            ("utcnow", Some(now), _) => {
                let format = values.first().cloned().unwrap_or_else(|| Node::text("yyyyMMddTHHmmssZ", origin));
                let arguments = [Node::text(now, origin), Node::text("PT0S", origin), format];
                self.finished(functions::call("datetimeadd", &arguments, origin), &name, origin)
            }
            _ => {
                let unknown = Unknown::new(ReasonClass::Impure, &format!("{name}()"), origin);
                Node::new(functions::unknown_text(&unknown, origin), origin)
            }
        }
    }

    /// What a function gave, as a node.
    pub(super) fn finished(&self, result: Result<Value, Fault>, name: &str, origin: Origin) -> Node {
        match result {
            Ok(value) if self.limits.made(&value) => Node::new(functions::limited(value), origin),
            Ok(_) => self.stopped(super::limits::WORK, origin),
            Err(Fault::Unknown(unknown)) => Node::new(Value::Unknown(unknown), origin),
            Err(Fault::Wrong(message)) => self.wrong(origin, &format!("{name}(): {message}")),
        }
    }

    fn any_of(&self, values: &[Node], origin: Origin) -> Node {
        match Unknown::all(values.iter().flat_map(|node| node.value.unknowns())) {
            Some(unknown) => Node::new(Value::Unknown(unknown), origin),
            None => self.wrong(origin, "the name must be text"),
        }
    }

    /// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-numeric#copyindex>
    fn copy_index(&self, values: &[Node], origin: Origin, env: &Env<'t>) -> Node {
        let (name, offset) = match values {
            [] => (Str::default(), None),
            [only] => match only.value.as_text() {
                Some(name) => (name, None),
                None => (Str::default(), Some(only)),
            },
            [name, offset, ..] => (name.value.as_text().unwrap_or_default(), Some(offset)),
        };
        let Some(index) = env.local(name) else {
            return self.wrong(origin, "copyIndex() stands in no loop of that name");
        };
        match (&index.value, offset.map(|node| &node.value)) {
            (_, None) => Node::new(index.value.clone(), origin),
            (Value::Int(index), Some(Value::Int(offset))) => {
                Node::new(Value::Int(index.saturating_add(*offset)), origin)
            }
            (_, Some(_)) => {
                let both = [index.clone(), offset.cloned().unwrap_or_else(Node::null)];
                self.any_of(&both, origin)
            }
        }
    }

    fn any_reference(&self, values: &[Node], origin: Origin, env: &Env<'t>) -> Node {
        let symbol = values.first().and_then(|node| node.value.as_text()).unwrap_or_default();
        let full =
            values.get(2).and_then(|node| node.value.as_text()).is_some_and(|text| text.eq_ignore_ascii_case("full"));
        let attribute = if full { "" } else { "properties" };
        let Some(at) = env.deployment.symbols.get(&symbol).copied() else {
            return Node::unknown(ReasonClass::Computed, "references()", origin);
        };
        let expansion = self.expansion(&env.deployment, at);
        let items = expansion.instances.iter().map(|instance| self.refer(instance, attribute, origin)).collect();
        Node::new(Value::List(Arc::new(redan_model::List { items, rest: expansion.rest.clone() })), origin)
    }

    /// A function that the template declares.
    fn own_function(&self, namespace: Option<Str>, name: Str, arguments: &'t [Expr], env: &Env<'t>) -> Option<Node> {
        let same = |a: Option<Str>, b: Option<Str>| match (a, b) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(&b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let mut all = env.asked().template.functions.iter();
        let function =
            all.find(|function| same(function.namespace, namespace) && function.name.eq_ignore_ascii_case(&name))?;
        let mut inner = Env { deployment: env.deployment.clone(), locals: None };
        for (at, parameter) in function.parameters.iter().enumerate() {
            let value = arguments.get(at).map_or_else(Node::null, |argument| self.bounded(self.eval(argument, env)));
            inner = inner.with(*parameter, value);
        }
        Some(self.bounded(self.eval(&function.body, &inner)))
    }

    fn coalesce(&self, arguments: &'t [Expr], origin: Origin, env: &Env<'t>) -> Node {
        for argument in arguments {
            let node = self.eval(argument, env);
            if !node.value.is_null() {
                return node;
            }
        }
        Node::new(Value::Null, origin)
    }

    /// `and`, `or`: known as soon as one argument decides.
    fn logic(&self, deciding: bool, arguments: &'t [Expr], origin: Origin, env: &Env<'t>) -> Node {
        let mut unknown: Option<Arc<Unknown>> = None;
        for argument in arguments {
            match self.truth(&self.eval(argument, env)) {
                Ok(value) if value == deciding => return Node::new(Value::Bool(deciding), origin),
                Ok(_) => {}
                Err(reason) => {
                    unknown =
                        Some(unknown.map_or_else(|| Arc::clone(&reason), |known| Unknown::merge(&known, &reason)));
                }
            }
        }
        Node::new(unknown.map_or(Value::Bool(!deciding), Value::Unknown), origin)
    }

    /// `if`: only one side is evaluated.
    pub(super) fn choose(
        &self,
        whole: &Expr,
        condition: &'t Expr,
        then: &'t Expr,
        otherwise: &'t Expr,
        env: &Env<'t>,
    ) -> Node {
        self.choose_at(whole.origin, condition, then, otherwise, env)
    }

    fn choose_at(
        &self,
        origin: Origin,
        condition: &'t Expr,
        then: &'t Expr,
        otherwise: &'t Expr,
        env: &Env<'t>,
    ) -> Node {
        match self.truth(&self.eval(condition, env)) {
            Ok(true) => self.eval(then, env),
            Ok(false) => self.eval(otherwise, env),
            Err(unknown) => {
                let (then, otherwise) = self.tentatively(|| (self.eval(then, env), self.eval(otherwise, env)));
                if self.limits.fits(&then) && self.limits.fits(&otherwise) {
                    return merge::either(&then, &otherwise, &unknown, origin);
                }
                Node::new(Value::Unknown(unknown), origin)
            }
        }
    }
}
