//! Condition operators by name.
//!
//! Must not know values. The list:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.

/// How the values of a key are tested when there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// No prefix: the key has one value.
    One,
    /// `ForAnyValue:`
    Any,
    /// `ForAllValues:`
    All,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `StringEquals`
    Text,
    /// `StringEqualsIgnoreCase`
    FoldedText,
    /// `StringLike`
    Pattern,
    /// `ArnEquals`, `ArnLike`
    Arn,
    /// `BinaryEquals`
    Binary,
    /// `Bool`
    Bool,
    /// `NumericEquals`, `DateEquals` …: the order that satisfies.
    Number(Order),
    /// `DateEquals` …
    Date(Order),
    /// `IpAddress`
    Address,
    /// `Null`
    Null,
}

/// Which side of the policy's value the request's value must be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// Equal.
    Equal,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
}

/// A condition operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operator {
    /// The set operator.
    pub quantifier: Quantifier,
    /// What is compared.
    pub comparison: Comparison,
    /// `Not` in the name.
    pub negated: bool,
    /// `IfExists` at the end.
    pub if_exists: bool,
}

/// Names without set operator and `IfExists`, in lower case.
const NAMES: &[(&str, Comparison, bool)] = &[
    ("stringequals", Comparison::Text, false),
    ("stringnotequals", Comparison::Text, true),
    ("stringequalsignorecase", Comparison::FoldedText, false),
    ("stringnotequalsignorecase", Comparison::FoldedText, true),
    ("stringlike", Comparison::Pattern, false),
    ("stringnotlike", Comparison::Pattern, true),
    ("arnequals", Comparison::Arn, false),
    ("arnlike", Comparison::Arn, false),
    ("arnnotequals", Comparison::Arn, true),
    ("arnnotlike", Comparison::Arn, true),
    ("binaryequals", Comparison::Binary, false),
    ("bool", Comparison::Bool, false),
    ("null", Comparison::Null, false),
    ("ipaddress", Comparison::Address, false),
    ("notipaddress", Comparison::Address, true),
    ("numericequals", Comparison::Number(Order::Equal), false),
    ("numericnotequals", Comparison::Number(Order::Equal), true),
    ("numericlessthan", Comparison::Number(Order::Less), false),
    ("numericlessthanequals", Comparison::Number(Order::LessOrEqual), false),
    ("numericgreaterthan", Comparison::Number(Order::Greater), false),
    ("numericgreaterthanequals", Comparison::Number(Order::GreaterOrEqual), false),
    ("dateequals", Comparison::Date(Order::Equal), false),
    ("datenotequals", Comparison::Date(Order::Equal), true),
    ("datelessthan", Comparison::Date(Order::Less), false),
    ("datelessthanequals", Comparison::Date(Order::LessOrEqual), false),
    ("dategreaterthan", Comparison::Date(Order::Greater), false),
    ("dategreaterthanequals", Comparison::Date(Order::GreaterOrEqual), false),
];

impl Operator {
    /// The operator with this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        let (quantifier, rest) = match lower.split_once(':') {
            Some(("foranyvalue", rest)) => (Quantifier::Any, rest),
            Some(("forallvalues", rest)) => (Quantifier::All, rest),
            Some(_) => return None,
            None => (Quantifier::One, lower.as_str()),
        };
        let (rest, if_exists) = rest.strip_suffix("ifexists").map_or((rest, false), |rest| (rest, true));
        let (_, comparison, negated) = NAMES.iter().find(|(own, ..)| *own == rest)?;
        Some(Self { quantifier, comparison: *comparison, negated: *negated, if_exists })
    }

    /// The result where the key is absent from the request.
    pub fn when_absent(&self) -> bool {
        match self.quantifier {
            Quantifier::All => true,
            Quantifier::Any => false,
            Quantifier::One => self.negated || self.if_exists,
        }
    }
}
