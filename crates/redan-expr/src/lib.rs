//! The expression language: parse, check, three-valued evaluation with evidence
