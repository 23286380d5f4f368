//! Templates, read through the public entry.

use redan_bicep::{Input, Loaded, Options, load};
use redan_kinds::RawResource;
use redan_model::{Node, Shown, Sources, Str};

pub(crate) struct Read {
    pub(crate) loaded: Loaded,
    pub(crate) sources: Sources,
}

/// Reads a template given by its inner JSON: what stands beside `$schema`.
pub(crate) fn template(inner: &str) -> Read {
    text(&format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", {inner}}}"#
    ))
}

pub(crate) fn text(text: &str) -> Read {
    let sources = Sources::new();
    let input = Input::Text { name: "main.json".to_owned(), text: text.into(), path: None };
    let loaded = load(&[input], &Options::default(), &sources);
    Read { loaded, sources }
}

impl Read {
    pub(crate) fn resource(&self, address: &str) -> &RawResource {
        let found = self.loaded.resources.iter().find(|resource| resource.address == Str::new(address));
        found.unwrap_or_else(|| panic!("no {address} among {:?}", self.addresses()))
    }

    pub(crate) fn addresses(&self) -> Vec<&str> {
        self.loaded.resources.iter().map(|resource| resource.address.as_str()).collect()
    }

    pub(crate) fn problems(&self) -> Vec<&str> {
        self.loaded.problems.iter().map(|problem| problem.message.as_str()).collect()
    }

    /// An attribute as people are shown it.
    pub(crate) fn shown(&self, address: &str, path: &str) -> String {
        let steps: Vec<&str> = path.split('.').collect();
        match self.resource(address).body.at(&steps) {
            Some(node) => Shown(&node.value).to_string(),
            None => "absent".to_owned(),
        }
    }

    /// The text of the file at the place where an attribute is used, and where its value was written.
    pub(crate) fn places(&self, node: &Node) -> (String, String) {
        let slice = |origin| {
            let place = self.sources.place(origin).unwrap();
            let file = self.sources.files().into_iter().find(|(path, _)| *path == place.path).unwrap().1;
            file[place.bytes.0 as usize..place.bytes.1 as usize].to_owned()
        };
        (slice(self.sources.used_at(node.origin)), slice(self.sources.written_at(node.origin)))
    }
}
