//! `schemas/beyond.txt`: what kinds and tables name that no extract has, each with where it is documented. A line names
//! a kind and an attribute, or a Terraform type and an argument, and then the source.

use std::collections::BTreeSet;

/// The exceptions.
#[derive(Debug, Default)]
pub(crate) struct Beyond(BTreeSet<(String, String)>);

impl Beyond {
    /// Reads the file's text; lines that begin with `#` are comments.
    pub(crate) fn read(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let entries = lines.filter_map(|line| {
            let mut words = line.split_whitespace();
            let entry = (words.next()?.to_owned(), words.next()?.to_owned());
            words.next().map(|_| entry)
        });
        Self(entries.collect())
    }

    /// Whether this attribute, or what contains it, or this argument is among them.
    pub(crate) fn has(&self, of: &str, path: &str) -> bool {
        let mut path = Some(path);
        while let Some(current) = path {
            if self.0.contains(&(of.to_owned(), current.to_owned())) {
                return true;
            }
            path = current.rsplit_once('.').map(|(above, _)| above);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_needs_a_source_and_covers_what_is_below() {
        let beyond = Beyond::read("# comment\nAWS::S3::Bucket Grants s3:GetBucketAcl\naws_eip vpc\n");
        assert!(beyond.has("AWS::S3::Bucket", "Grants") && beyond.has("AWS::S3::Bucket", "Grants.Grantee.URI"));
        assert!(!beyond.has("aws_eip", "vpc"), "no source");
    }
}
