//! Intrinsic functions by name:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>.

use super::{Evaluator, Found, because, text, unknown};
use crate::syntax::Tree;
use redan_model::{Node, Origin, ReasonClass, Str, Value};
use std::sync::Arc;

impl Evaluator<'_, '_> {
    /// The result of a function.
    pub(super) fn call(&mut self, name: Str, argument: &Tree, origin: Origin) -> Found {
        let node = match name.as_str() {
            "Ref" => return self.refer(argument, origin),
            "Fn::If" => return self.branch(argument, origin),
            "Fn::GetAtt" => self.attribute(argument, origin),
            "Fn::Sub" => self.substitute(argument, origin),
            "Fn::Join" => self.join(argument, origin),
            "Fn::Select" => return self.select(argument, origin),
            "Fn::Split" => self.split(argument, origin),
            "Fn::FindInMap" => return self.find_in_map(argument, origin),
            "Fn::Base64" => {
                let node = self.node(argument);
                text::base64(&node, origin)
            }
            "Fn::Cidr" => self.cidr(argument, origin),
            "Fn::Length" => self.length(argument, origin),
            // The tree stands for its text, so that every leaf keeps its place.
            "Fn::ToJsonString" => self.node(argument),
            "Fn::GetAZs" => self.zones(argument, origin),
            "Fn::ImportValue" => self.import(argument, origin),
            "Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" => {
                let tree = Tree::single(&name, argument.clone());
                match self.truth(&tree) {
                    super::Truth::Known(value) => Node::new(Value::Bool(value), origin),
                    super::Truth::Unknown(why) => Node::new(Value::Unknown(why), origin),
                }
            }
            other => unknown(ReasonClass::Unsupported, &format!("the function {other}"), origin),
        };
        Found::Node(node)
    }

    /// Two arguments.
    pub(super) fn two<'t>(&self, argument: &'t Tree) -> Option<(&'t Tree, &'t Tree)> {
        match argument.as_list()? {
            [first, second] => Some((first, second)),
            _ => None,
        }
    }

    /// The availability zones of a region: the account's own matter.
    fn zones(&mut self, argument: &Tree, origin: Origin) -> Node {
        let region = self.node(argument);
        let name = region.value.as_text().unwrap_or_default();
        let what =
            if name.is_empty() { "availability zones".to_owned() } else { format!("availability zones of {name}") };
        Node::new(Value::Unknown(because(&region.value, ReasonClass::Computed, &what, origin)), origin)
    }

    fn import(&mut self, argument: &Tree, origin: Origin) -> Node {
        let name = self.node(argument);
        let Some(text) = text::whole(&name) else {
            let what = "the export of another stack";
            return Node::new(Value::Unknown(because(&name.value, ReasonClass::NotInEstate, what, origin)), origin);
        };
        unknown(ReasonClass::NotInEstate, &format!("the export {text} of another stack"), origin)
    }

    fn length(&mut self, argument: &Tree, origin: Origin) -> Node {
        let node = self.node(argument);
        match &node.value {
            Value::List(list) if list.rest.is_none() => {
                Node::new(Value::Int(i64::try_from(list.items.len()).unwrap_or(i64::MAX)), origin)
            }
            Value::List(list) => match &list.rest {
                Some(rest) => Node::new(Value::Unknown(Arc::clone(rest)), origin),
                None => node,
            },
            other => {
                Node::new(Value::Unknown(because(other, ReasonClass::Problem, "Fn::Length of no list", origin)), origin)
            }
        }
    }
}
