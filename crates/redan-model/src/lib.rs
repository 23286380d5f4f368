//! Values with origins, resources, estates, ids, verdicts and findings: the vocabulary that every other crate speaks.
//!
//! This crate knows no kind of resource, no source language, no rule and no output format. It performs no I/O.

mod engine;
mod estate;
mod finding;
mod intern;
pub mod json;
mod kept;
mod links;
mod lookup;
mod origin;
mod problem;
mod reason;
mod render;
mod resource;
mod schema;
mod state;
mod value;
pub mod yaml;

pub use engine::{Answer, Engine, On, Parameter, Question, Subject, Witness};
pub use estate::{Completeness, Estate, EstateBuilder, Referrer};
pub use finding::{Evidence, Finding, Fingerprint, Severity, Verdict, fingerprint};
pub use intern::Str;
pub use kept::Kept;
pub use lookup::IdentityIndex;
pub use origin::{Origin, Place, Position, Source, SourceId, Sources};
pub use problem::{Problem, ProblemKind};
pub use reason::{Reason, ReasonClass, Unknown};
pub use render::Shown;
pub use resource::{Existence, Places, Resource, ResourceId, Stated};
pub use schema::{DefaultRule, DefaultValue, Field, Keyed, ListType, Schema, Schemas, StructType, Type};
pub use state::{State, Suppression};
pub use value::{Entry, List, Map, Node, Part, Ref, Rest, Target, Template, Value};
