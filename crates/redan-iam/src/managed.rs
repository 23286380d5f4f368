//! The vendor's managed policies: an embedded table, read on first use.
//!
//! Must not know who is attached to what. The file is made by `cargo xtask iam-policies`, which documents its format.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::packed;
use crate::policy::Policy;

static PACKED: &[u8] = include_bytes!("../data/managed.tsv.deflate");
static TEXT: OnceLock<String> = OnceLock::new();
static TABLE: OnceLock<FxHashMap<&'static str, &'static str>> = OnceLock::new();

fn table() -> &'static FxHashMap<&'static str, &'static str> {
    TABLE.get_or_init(|| {
        let text = TEXT.get_or_init(|| packed::text(PACKED));
        text.lines().skip(1).filter_map(|line| line.split_once('\t')).collect()
    })
}

/// The document of a managed policy of the vendor, of any partition.
pub(crate) fn document(arn: &str) -> Option<Policy> {
    let rest = arn.strip_prefix("arn:")?.split_once(":iam::aws:policy/")?.1;
    table().get(rest).map(|text| Policy::from_json(text))
}

#[cfg(test)]
mod tests {
    use super::{TEXT, document, table};

    #[test]
    fn the_table_is_whole_and_dated() {
        assert!(table().len() > 1_500);
        assert!(TEXT.get().is_some_and(|text| text.starts_with("V\t")));
        let odd: Vec<&&str> = table().iter().filter(|(_, text)| !text.ends_with('}')).map(|(name, _)| name).collect();
        assert!(odd.is_empty(), "{odd:?}");
        let administrator = document("arn:aws-us-gov:iam::aws:policy/AdministratorAccess").map(|p| p.statements.len());
        assert_eq!((administrator, document("arn:aws:iam::aws:policy/NoSuchPolicy").is_some()), (Some(1), false));
    }
}
