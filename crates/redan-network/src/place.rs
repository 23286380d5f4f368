//! What is known of one end's address.
//!
//! Before deployment an interface has no address yet, only a subnet; rules and routes are then matched against every
//! address it may get.

use std::net::IpAddr;

use crate::address::Block;

/// Where an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// This address.
    At(IpAddr),
    /// Some address of these blocks.
    Within(Vec<Block>),
    /// Some address.
    Anywhere,
}

impl Place {
    /// Whether the address lies in the block: yes, no or unknown.
    pub(crate) fn inside(&self, block: &Block) -> Option<bool> {
        match self {
            Self::At(address) => Some(block.contains(*address)),
            Self::Within(blocks) if blocks.iter().all(|own| block.covers(own)) => Some(true),
            Self::Within(blocks) if !blocks.iter().any(|own| block.overlaps(own)) => Some(false),
            Self::Within(_) | Self::Anywhere => None,
        }
    }

    /// Whether the address lies in one of the blocks.
    pub(crate) fn inside_any<'a>(&self, blocks: impl IntoIterator<Item = &'a Block>) -> Option<bool> {
        any(blocks.into_iter().map(|block| self.inside(block)))
    }

    /// Whether the internet routes the address.
    pub(crate) fn is_public(&self) -> Option<bool> {
        match self {
            Self::At(address) => Some(crate::public::is_public(*address)),
            Self::Within(blocks) => crate::public::all_public(blocks),
            Self::Anywhere => None,
        }
    }

    /// The address, if it is known.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        match self {
            Self::At(address) => Some(*address),
            Self::Within(_) | Self::Anywhere => None,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::At(address) => write!(f, "{address}"),
            Self::Within(blocks) => {
                let shown: Vec<String> = blocks.iter().map(ToString::to_string).collect();
                write!(f, "an address in {}", shown.join(" or "))
            }
            Self::Anywhere => f.write_str("an address that is not known yet"),
        }
    }
}

/// The disjunction of three-valued statements.
pub(crate) fn any(statements: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(false);
    for statement in statements {
        match statement {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}
