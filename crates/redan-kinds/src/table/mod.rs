//! Kind files as tables: the schema of a kind, and how each source spells it.

pub(crate) mod arm;
pub(crate) mod kind;
pub(crate) mod lens;
pub(crate) mod live;
pub(crate) mod schema;
pub(crate) mod terraform;

pub(crate) use arm::{ArmFold, ArmTarget};
pub(crate) use kind::{Kind, Naming};
pub(crate) use lens::{Block, Lens, Spread, Step};
pub(crate) use terraform::{Mode, TerraformTable};
