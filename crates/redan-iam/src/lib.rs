//! Policies as exact sets: who can do what, decided with a witness, in microseconds.
//!
//! Must not know where documents come from: it reads text or trees and answers questions. What a document leaves open makes the
//! answer unknown, never a guess.

mod account;
mod azure;
mod bits;
mod compile;
mod compose;
mod engine;
mod glob;
mod json;
mod keys;
mod language;
mod leaf;
mod lint;
mod managed;
mod operator;
mod packed;
mod parse;
mod policy;
mod principal;
mod question;
mod range;
mod render;
mod request;
mod solve;
mod state;
mod stranger;
mod survey;
mod table;
mod text;
mod value;

pub use account::{
    Access, Account, Control, Escalation, Exposure, Given, Grant, Identity, IdentityKind, NamedPolicy, Permission,
    Protected, Runner, StatementOf, Step,
};
pub use azure::{
    Assignment, AzurePrincipal, Condition as AzureCondition, Deny, Hierarchy, Opening, Permissions, Place, Plane,
    PrincipalKind, Role, RoleAt, Tenant, Way,
};
pub use compose::Binding;
pub use engine::IamEngine;
pub use json::{Node, Tree, read_json};
pub use lint::{Lint, PolicyKind, Weight, lint};
pub use operator::{Comparison, Operator, Order, Quantifier};
pub use policy::{Condition, Effect, Element, Policy, PrincipalEntry, Problem, Span, Spanned, Statement};
pub use principal::{Principal, Who};
pub use question::{Answer, Shape, Witness, allows, new_access, public, refuses_some, spares_some};
pub use render::{AnswerOn, LintIn, Render};
pub use request::{Decision, Request, decide};
pub use text::{Part, Text};
