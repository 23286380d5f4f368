//! References: parameters, pseudo parameters, resources and their attributes.

use super::{Evaluator, Found, because, text, unknown};
use crate::syntax::Tree;
use redan_model::{Node, Origin, ReasonClass, Ref, Str, Target, Value};
use std::sync::Arc;

impl Evaluator<'_, '_> {
    pub(super) fn refer(&mut self, argument: &Tree, origin: Origin) -> Found {
        match argument.as_str() {
            Some(name) => self.named(name, origin),
            None => {
                let name = self.node(argument);
                match text::whole(&name) {
                    Some(name) => self.named(name, origin),
                    None => {
                        let why = because(&name.value, ReasonClass::Problem, "Ref of no name", origin);
                        Found::Node(Node::new(Value::Unknown(why), origin))
                    }
                }
            }
        }
    }

    /// What a name stands for.
    pub(super) fn named(&mut self, name: Str, origin: Origin) -> Found {
        if name == "AWS::NoValue" {
            return Found::Absent;
        }
        if let Some(value) = self.stack.parameter(name) {
            let node = Node::new(value.value.clone(), self.stack.sources().derived(origin, value.origin));
            return Found::Node(node);
        }
        if name.starts_with("AWS::") {
            return Found::Node(unknown(ReasonClass::Input, &name, origin));
        }
        if self.stack.resource(name).is_some() {
            let attribute = if self.stack.named_by_arn(name) { "Arn" } else { "Ref" };
            return Found::Node(self.reference(name, Str::new(attribute), origin));
        }
        self.stack.undeclared(name, origin);
        Found::Node(self.reference(name, Str::new("Ref"), origin))
    }

    pub(super) fn attribute(&mut self, argument: &Tree, origin: Origin) -> Node {
        let (resource, attribute) = match (argument.as_list(), argument.as_str()) {
            (Some([resource, attribute]), _) => {
                let resource = self.node(resource);
                let attribute = self.node(attribute);
                match (text::whole(&resource), text::whole(&attribute)) {
                    (Some(resource), Some(attribute)) => (resource, attribute),
                    _ => {
                        let why = because(&attribute.value, ReasonClass::Problem, "Fn::GetAtt of no name", origin);
                        return Node::new(Value::Unknown(why), origin);
                    }
                }
            }
            (Some([resource, rest @ ..]), _) if !rest.is_empty() => {
                let steps: Vec<&str> = rest.iter().filter_map(Tree::as_str).map(|step| step.as_str()).collect();
                (resource.as_str().unwrap_or_default(), Str::from(steps.join(".")))
            }
            (_, Some(text)) => match text.split_once('.') {
                Some((resource, attribute)) => (Str::new(resource), Str::new(attribute)),
                None => return unknown(ReasonClass::Problem, "Fn::GetAtt without an attribute", origin),
            },
            _ => return unknown(ReasonClass::Problem, "Fn::GetAtt takes a resource and an attribute", origin),
        };
        self.attribute_of(&resource, attribute, origin)
    }

    pub(super) fn attribute_of(&mut self, resource: &str, attribute: Str, origin: Origin) -> Node {
        let name = Str::new(resource);
        if self.stack.resource(name).is_none() {
            self.stack.undeclared(name, origin);
            return self.reference(name, attribute, origin);
        }
        if let Some(output) = attribute.strip_prefix("Outputs.")
            && let Some(value) = self.stack.nested_output(name, Str::new(output))
        {
            return Node::new(value.value, self.stack.sources().derived(origin, value.origin));
        }
        let attribute = if self.stack.is_arn(name, attribute) { Str::new("Arn") } else { attribute };
        self.reference(name, attribute, origin)
    }

    fn reference(&self, name: Str, attribute: Str, origin: Origin) -> Node {
        let target = Target::Address(self.stack.address(name));
        Node::new(Value::Ref(Arc::new(Ref { target, attribute, text: None })), origin)
    }
}
