//! Terraform's functions as functions of values. Each knows how much of its arguments it needs: what it cannot tell is
//! unknown, with the reasons of the arguments. Files are read through the caller; nothing here knows of scopes or modules.
//! List and signatures: `terraform metadata functions -json` of Terraform 1.11.4;
//! semantics: <https://developer.hashicorp.com/terraform/language/functions>

mod access;
mod bases;
mod choose;
mod cidr;
mod collection;
mod conversion;
mod csv;
mod datetime;
mod digest;
mod duration;
mod filesystem;
mod format;
mod glob;
mod json;
mod merge;
mod numeric;
mod regexes;
mod sequence;
mod sets;
mod signature;
mod strings;
mod yaml;
mod yaml_encode;

pub(crate) use filesystem::read_text;
pub(crate) use json::encode as encode_json;
pub(crate) use signature::{Context, Function};

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

static TABLE: LazyLock<FxHashMap<&'static str, &'static Function>> = LazyLock::new(|| {
    let families = [
        access::FUNCTIONS,
        bases::FUNCTIONS,
        choose::FUNCTIONS,
        cidr::FUNCTIONS,
        collection::FUNCTIONS,
        conversion::FUNCTIONS,
        csv::FUNCTIONS,
        datetime::FUNCTIONS,
        digest::FUNCTIONS,
        filesystem::FUNCTIONS,
        format::FUNCTIONS,
        json::FUNCTIONS,
        merge::FUNCTIONS,
        numeric::FUNCTIONS,
        regexes::FUNCTIONS,
        sequence::FUNCTIONS,
        sets::FUNCTIONS,
        strings::FUNCTIONS,
        yaml::FUNCTIONS,
    ];
    families.into_iter().flatten().map(|f| (f.name, f)).collect()
});

/// The function of that name, without namespace. `try`, `can` and the template functions are the evaluator's.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    TABLE.get(name).copied()
}
