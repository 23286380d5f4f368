//! Hard-coded credentials in any text: which kind, where, and a salted hash; never the value.
//!
//! [`find`] reads text as it stands in a file, [`find_named`] a value beside its name, [`SecretsEngine`] resources. It must
//! not know the sources that texts come from, nor the pages that ask. No type of this crate holds a value that it found,
//! so none can print one.

mod allow;
mod assign;
mod checksum;
mod cut;
mod encoded;
mod engine;
mod find;
mod found;
mod http;
mod jwt;
mod kept;
mod keys;
mod names;
mod redact;
mod rules;
mod tokens;
mod urls;
mod values;

pub use engine::{CARRIERS, SecretsEngine, TEXT};
pub use find::{find, find_all, find_named};
pub use found::{Found, Kind, Mark};
pub use kept::hide;
pub use redact::redact;
