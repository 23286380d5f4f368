//! Policies as exact sets
