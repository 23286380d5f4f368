//! A credential that was found stands in no output of any kind.

use crate::common::Folder;

/// Values by the way they get into the code; each is unlike anything else in the output.
const VALUES: [&str; 7] = [
    "AKIAQYLPMN5HFIQR7XYA",
    "sw0rdfish-in-a-default",
    "b7e1d9a0c4f24d3fa95e0f6c",
    "sw0rdfish-in-user-data",
    "sw0rdfish-in-an-address",
    "sw0rdfish-in-values",
    "sw0rdfish-allowed",
];

const CODE: &str = r#"
provider "aws" {
  access_key = "AKIAQYLPMN5HFIQR7XYA"
  region     = "eu-west-1"
}
variable "innocent" { default = "sw0rdfish-in-a-default" }
variable "db_password" {}
variable "handed" { default = "sw0rdfish-allowed" } # nothing says what it is but where it goes
resource "aws_lambda_function" "a" {
  function_name = "a"
  role          = "arn:aws:iam::111122223333:role/a"
  environment {
    variables = { DB_PASSWORD = var.innocent, API_TOKEN = "b7e1d9a0c4f24d3fa95e0f6c", OTHER_PASSWORD = var.handed }
  }
}
resource "aws_instance" "a" {
  ami       = "ami-1"
  user_data = <<-EOF
    #!/bin/sh
    export DB_PASSWORD=sw0rdfish-in-user-data
  EOF
  tags      = { Note = "postgres://app:sw0rdfish-in-an-address@db.internal/app" }
}
resource "aws_db_instance" "a" {
  password            = var.db_password
  publicly_accessible = true
}
"#;

#[test]
fn no_format_shows_a_value() {
    let folder = Folder::new("secrets-formats")
        .write("main.tf", CODE)
        .write("terraform.tfvars", "db_password = \"sw0rdfish-in-values\"\n")
        .write("other.tfvars", "db_password = \"sw0rdfish-in-values\"\n");
    let help = folder.run(&["scan", "--help"]).out;
    let names = help.lines().skip_while(|line| !line.contains("--format <")).skip(1);
    let names =
        names.skip_while(|line| !line.trim_start().starts_with("full")).take_while(|line| !line.trim().is_empty());
    let formats: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(formats.len() >= 4, "{help}");
    for format in formats {
        for show in ["fail", "all"] {
            let said = folder.run(&["scan", ".", "--show", show, "--format", format]);
            let text = format!("{}{}", said.out, said.err);
            assert!(text.contains("Lambda") || text.contains("aws_lambda_function"), "{format}: {text}");
            for value in VALUES {
                assert!(!text.contains(value), "{format} shows {value}:\n{text}");
            }
        }
    }
}

#[test]
fn files_of_values_that_no_root_takes_are_read_too() {
    let folder = Folder::new("secrets-values")
        .write("main.tf", "variable \"db_password\" {}\n")
        .write("envs/prod.tfvars", "db_password = \"sw0rdfish-in-values\"\n");
    let arguments = ["scan", ".", "--page", "identity/credential-in-code", "--format", "concise"];
    let said = folder.run(&arguments);
    assert!(said.out.contains("envs/prod.tfvars:1:"), "{}", said.out);
    let excluded = folder.run(&[&arguments[..], &["--exclude", "envs/**"]].concat());
    assert_eq!(excluded.code, 0, "{}", excluded.out);
}

#[test]
fn each_credential_is_a_finding_of_its_own() {
    let one = "a_token = \"b7e1d9a0c4f24d3fa95e0f6c\"\n";
    let two = "b_token = \"c8f2e0b1d5a35e40ba6f107d\"\n";
    let folder = Folder::new("secrets-each").write("a.tfvars", &[one, two].concat()).write("main.tf", "locals {}\n");
    let said = folder.run(&["scan", ".", "--page", "identity/credential-in-code", "--format", "concise"]);
    assert_eq!(said.out.matches("high[").count(), 2, "{}", said.out);
}

#[test]
fn every_kind_that_carries_text_has_a_page() {
    let pages = redan::pages(&[]).unwrap();
    let asks = pages.get("compute/credential-in-definition").unwrap();
    let named: Vec<String> = asks.kinds().map(|kind| kind.to_string()).collect();
    for kind in redan_secrets::CARRIERS {
        assert!(named.iter().any(|known| known == kind), "{kind}: a credential there would be told by no page");
    }
}
