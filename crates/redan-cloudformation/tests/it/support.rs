//! Reading a text, and showing what became of it.

use redan_cloudformation::{Input, Loaded, Options, load};
use redan_model::{Shown, Sources};
use std::sync::Arc;

pub(crate) struct Read {
    pub(crate) loaded: Loaded,
    pub(crate) sources: Arc<Sources>,
}

impl Read {
    /// The body of a resource.
    pub(crate) fn shown(&self, address: &str) -> String {
        let resource = self.loaded.resources.iter().find(|resource| resource.address == address);
        resource.map_or_else(|| format!("no {address}"), |resource| Shown(&resource.body.value).to_string())
    }
}

/// Reads one template.
pub(crate) fn read(text: &str) -> Read {
    read_with(text, &[])
}

/// Reads one template with values of parameters.
pub(crate) fn read_with(text: &str, parameters: &[(&str, &str)]) -> Read {
    let sources = Arc::new(Sources::new());
    let input = Input::Text { name: "template.yaml".to_owned(), text: Arc::from(text), path: None };
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let loaded = load(&[input], &Options { parameters, ..Options::default() }, &sources);
    Read { loaded, sources }
}

/// The value of an expression, shown.
pub(crate) fn value(head: &str, expression: &str) -> String {
    let found =
        read(&format!("{head}\nResources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      V: {expression}\n"));
    let body = found.loaded.resources.first().map(|resource| &resource.body);
    body.and_then(|body| body.at(&["V"])).map_or_else(|| "absent".to_owned(), |node| Shown(&node.value).to_string())
}
