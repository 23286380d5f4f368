//! Every text by which others may name a resource.

use crate::table::Naming;
use redan_model::{Node, Str};

/// The identities that a resource's own attributes give it.
pub(crate) fn identities(naming: &Naming, body: &Node) -> Vec<Str> {
    let mut all = Vec::new();
    for path in &naming.names {
        if let Some(text) = at(body, path).and_then(|node| node.value.as_text()) {
            all.push(text);
        }
    }
    for template in &naming.templates {
        all.extend(fill(template, body));
    }
    all.retain(|text| !text.is_empty());
    all
}

fn at<'a>(body: &'a Node, path: &[Str]) -> Option<&'a Node> {
    path.iter().try_fold(body, |node, step| node.get(*step))
}

/// A template with all its holes filled; `None` where one is not known.
fn fill(template: &str, body: &Node) -> Option<Str> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (hole, tail) = after.split_once('}')?;
        let path: Vec<Str> = hole.split('.').map(Str::new).collect();
        out.push_str(&at(body, &path)?.value.as_text()?);
        rest = tail;
    }
    out.push_str(rest);
    Some(Str::from(out))
}
