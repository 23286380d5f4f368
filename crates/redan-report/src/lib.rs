//! Findings into every output format
