//! A case through the pipeline: what the page says about each resource in it.

use crate::judge::SOME_DAY;
use crate::library::engines;
use crate::{Loaded, pipeline};
use redan_expr::{Ask, Context};
use redan_model::{Estate, Finding, ResourceId, Str, Verdict};
use redan_pages::{Case, Judge, Judgement, Language, Page};
use redan_posture::{Answers, tell};
use rustc_hash::FxHashMap;

/// A case that was run.
pub(crate) struct Ran<'a> {
    pub(crate) case: &'a Case,
    pub(crate) loaded: Loaded,
    pub(crate) said: Vec<Said>,
}

/// What the page says about one resource of a kind that it names.
pub(crate) struct Said {
    pub(crate) resource: ResourceId,
    pub(crate) kind: Str,
    /// `None` if the page does not apply.
    pub(crate) judgement: Option<(Judgement, Finding)>,
}

impl Said {
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        self.judgement.as_ref().map(|(judgement, _)| judgement.verdict)
    }
}

pub(crate) fn context<'a>(estate: &'a Estate, answers: &'a dyn Ask) -> Context<'a> {
    Context { estate, ask: answers, now: SOME_DAY, params: &[] }
}

/// Runs a case.
pub(crate) fn run<'a>(page: &Page, case: &'a Case, judges: &FxHashMap<Str, Judge>) -> Ran<'a> {
    let loaded = match case.language {
        Language::Hcl => pipeline::read_text("case.tf", &case.text),
        Language::TerraformJson => pipeline::read_text("case.tf.json", &case.text),
        Language::Aws => pipeline::read_answers("case.json", &case.text, true),
        Language::Azure => pipeline::read_answers("case.json", &case.text, false),
        Language::Arm => pipeline::read_text("case.json", &case.text),
        Language::CloudFormationYaml => pipeline::read_text("case.yaml", &case.text),
        Language::CloudFormationJson => pipeline::read_text("case.json", &case.text),
        Language::Bicep => pipeline::read_text("case.bicep", &case.text),
    };
    let answers = Answers::new(engines());
    let context = context(&loaded.estate, &answers);
    let mut said = Vec::new();
    for kind in page.kinds() {
        let Some(judge) = judges.get(&kind) else { continue };
        for resource in loaded.estate.of_kind(kind) {
            let judgement = judge.judge(&context, *resource, true).and_then(|judgement| {
                let finding = tell(&loaded.estate, page, page.severity, *resource, &judgement, None)?;
                Some((judgement, finding))
            });
            said.push(Said { resource: *resource, kind, judgement });
        }
    }
    Ran { case, loaded, said }
}
