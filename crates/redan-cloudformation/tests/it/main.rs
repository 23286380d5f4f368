//! Templates through the public way in.

mod files;
mod intrinsics;
mod sam;
mod support;
mod templates;
