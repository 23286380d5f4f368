//! `Rules`: what a template asserts of its parameters.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>

use crate::eval::{Evaluator, Truth};
use crate::stack::Stack;
use crate::syntax::{Entry, Tree};
use redan_model::{Problem, ProblemKind};

/// Notes assertions that the given values contradict.
pub(crate) fn check(stack: &Stack<'_>) {
    for rule in stack.template().get("Rules").map(Tree::entries).unwrap_or_default() {
        one(stack, rule);
    }
}

fn one(stack: &Stack<'_>, rule: &Entry) {
    let holds = |tree: &Tree| matches!(Evaluator::new(stack).truth(tree), Truth::Known(true));
    if rule.value.get("RuleCondition").is_some_and(|condition| !holds(condition)) {
        return;
    }
    for assertion in rule.value.get("Assertions").and_then(Tree::as_list).unwrap_or_default() {
        let Some(assert) = assertion.get("Assert") else { continue };
        if let Truth::Known(false) = Evaluator::new(stack).truth(assert) {
            let what = assertion.get("AssertDescription").and_then(Tree::as_str);
            let what = what.map_or_else(String::new, |what| format!(": {what}"));
            let message = format!("the rule {} does not hold{what}", rule.key);
            let help = "give the parameters values that it allows";
            stack.problem(Problem::at(assertion.origin, ProblemKind::Evaluation, message).help(help));
        }
    }
}
