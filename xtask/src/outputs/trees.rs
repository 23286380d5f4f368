//! Trees to be scanned: the example, one with names that are hostile and files that are broken, one that is large.

use super::Tree;
use crate::run::root;
use crate::tools::{create, write};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Files of the large tree, and groups of four resources in each.
const FILES: usize = 5;
const GROUPS: usize = 125;

const HOSTILE: &str = r###"
resource "aws_kms_key" "a" {
  for_each            = toset(["<script>alert(1)</script>", "=cmd|'/c calc'!A1", "a\nb::error::c", "]]>&lt;\u001b[31m", "\u202e`|*_[x](y)"])
  description         = each.value
  enable_key_rotation = false
}

resource "aws_security_group" "b" {
  name = "##[error]x"
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0", var.more]
  }
}

variable "more" {}

resource "aws_s3_bucket" "c" {
  bucket = var.more
}
"###;

/// A result that is accepted beside one that is not.
const ACCEPTED: &str = r#"
# redan:allow data/key-rotation-off <b>a "reason"</b> until 2099-12-31
resource "aws_kms_key" "accepted" {
  enable_key_rotation = false
}

resource "aws_kms_key" "open" {
  enable_key_rotation = false
}
"#;

/// The small trees.
pub(crate) fn make(folder: &Path) -> Result<Vec<Tree>, String> {
    let _ = std::fs::remove_dir_all(folder);
    let hostile = folder.join("hostile & <odd>, 100%");
    create(&hostile)?;
    write(&hostile.join("main::x,y.tf"), HOSTILE.as_bytes())?;
    write(&hostile.join("broken \"quoted\".tf"), b"resource \"a\" {{{ <&> \x1b[31m\n")?;
    let accepted = folder.join("accepted");
    create(&accepted)?;
    write(&accepted.join("main.tf"), ACCEPTED.as_bytes())?;
    let empty = folder.join("empty");
    create(&empty)?;
    Ok(vec![
        ("storefront", root().join("examples/storefront"), Vec::new()),
        ("hostile", hostile, vec!["--no-config"]),
        ("accepted", accepted, vec!["--no-config"]),
        ("empty", empty, vec!["--no-config"]),
    ])
}

/// A tree with more than 10,000 findings.
pub(crate) fn large(folder: &Path) -> Result<PathBuf, String> {
    let _ = std::fs::remove_dir_all(folder);
    create(folder)?;
    for file in 0..FILES {
        let mut text = String::new();
        for group in 0..GROUPS {
            let number = file * GROUPS + group;
            let _ = write!(
                text,
                "resource \"aws_kms_key\" \"number_{number}\" {{\n  description = \"key {number}\"\n}}\n\n\
                 resource \"aws_ebs_volume\" \"number_{number}\" {{\n  availability_zone = \"eu-west-1a\"\n  size = 10\n}}\n\n\
                 resource \"aws_sns_topic\" \"number_{number}\" {{\n  name = \"topic-{number}\"\n}}\n\n\
                 resource \"aws_s3_bucket\" \"number_{number}\" {{\n  bucket = \"bucket-{number}\"\n}}\n\n"
            );
        }
        write(&folder.join(format!("part-{file}.tf")), text.as_bytes())?;
    }
    Ok(folder.to_owned())
}
