//! `Fn::Cidr`: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html>.

use super::{Evaluator, because, text, unknown};
use crate::syntax::Tree;
use redan_model::{Node, Origin, ReasonClass, Value};
use std::net::IpAddr;

/// The function makes at most this many blocks.
const MAX_BLOCKS: u32 = 256;

impl Evaluator<'_, '_> {
    pub(super) fn cidr(&mut self, argument: &Tree, origin: Origin) -> Node {
        let arguments = argument.as_list().unwrap_or_default();
        let nodes: Vec<Node> = arguments.iter().map(|argument| self.node(argument)).collect();
        let texts: Option<Vec<_>> = nodes.iter().map(text::whole).collect();
        let Some(texts) = texts else {
            let reasons = nodes.iter().filter(|node| text::whole(node).is_none()).flat_map(|node| {
                because(&node.value, ReasonClass::Computed, "an argument of Fn::Cidr", origin).reasons().to_vec()
            });
            let why = redan_model::Unknown::all(reasons);
            return Node::new(why.map_or(Value::Null, Value::Unknown), origin);
        };
        let texts: Vec<&str> = texts.iter().map(|text| text.as_str()).collect();
        match blocks(&texts) {
            Some(blocks) => Node::list(blocks.iter().map(|block| Node::text(block, origin)).collect(), origin),
            None => unknown(ReasonClass::Problem, "Fn::Cidr cannot cut this block so", origin),
        }
    }
}

fn blocks(arguments: &[&str]) -> Option<Vec<String>> {
    let (block, count, bits) = match arguments {
        [block, count] => (block, count, None),
        [block, count, bits] => (block, count, Some(bits)),
        _ => return None,
    };
    let (address, length) = block.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let length: u32 = length.parse().ok()?;
    let count: u32 = count.parse().ok().filter(|count| (1..=MAX_BLOCKS).contains(count))?;
    let width: u32 = if address.is_ipv4() { 32 } else { 128 };
    let bits: u32 = match bits {
        Some(bits) => bits.parse().ok()?,
        None if width == 32 => 8,
        None => 64,
    };
    let inner = width.checked_sub(bits)?;
    let spare = inner.checked_sub(length)?;
    if spare < 32 && u64::from(count) > 1 << spare {
        return None;
    }
    let number = match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    };
    let base = if length == 0 { 0 } else { number >> (width - length) << (width - length) };
    let step = |at: u32| base.checked_add(u128::from(at).checked_shl(bits)?);
    (0..count)
        .map(|at| {
            let number = step(at)?;
            let address = match address {
                IpAddr::V4(_) => IpAddr::from(std::net::Ipv4Addr::from(u32::try_from(number).ok()?)),
                IpAddr::V6(_) => IpAddr::from(std::net::Ipv6Addr::from(number)),
            };
            Some(format!("{address}/{inner}"))
        })
        .collect()
}
