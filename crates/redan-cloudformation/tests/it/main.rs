//! Templates through the public way in.

mod support;
mod templates;
