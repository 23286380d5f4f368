//! Rule mutation: every atom of a rule, turned around or left out. A page whose cases do not notice proves too little.

use crate::{Judge, Page, PageError, Rule};
use redan_expr::{Comparison, Engines, Expr, ExprKind};
use redan_model::{Schemas, Str};

/// A rule that is wrong in one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutant {
    /// What is wrong: `dropped: self.A == true`.
    pub what: String,
    /// The line of the page on which the atom stands, from 1.
    pub line: usize,
    /// The wrong rule.
    pub rule: Rule,
}

#[derive(Clone, Copy, PartialEq)]
enum Change {
    Turned,
    Dropped,
}

impl Rule {
    /// All mutants, in the order of the text.
    #[must_use]
    pub fn mutants(&self) -> Vec<Mutant> {
        let mut mutants = Vec::new();
        for in_when in [true, false] {
            let Some(original) = (if in_when { self.when.as_ref() } else { Some(&self.condition) }) else { continue };
            let mut count = 0;
            visit(&mut original.clone(), true, &mut |_, _| {
                count += 1;
                false
            });
            for wanted in 0..count {
                for change in [Change::Turned, Change::Dropped] {
                    let mut expr = original.clone();
                    let mut at = 0;
                    let mut span = expr.span;
                    visit(&mut expr, true, &mut |atom, neutral| {
                        let hit = at == wanted;
                        at += 1;
                        if hit {
                            span = atom.span;
                            mutate(atom, neutral, change);
                        }
                        hit
                    });
                    let mut rule = self.clone();
                    if in_when {
                        rule.when = Some(expr);
                    } else {
                        rule.condition = expr;
                    }
                    mutants.push(self.mutant(rule, change, span));
                }
            }
        }
        mutants
    }

    /// The rule with one `xs.all(…)` at a time that also demands an element: where no case tells the two apart, nobody
    /// has decided what an empty set means (an empty set satisfies `all`).
    #[must_use]
    pub fn demanding(&self) -> Vec<Mutant> {
        let mut found = Vec::new();
        loop {
            let mut expr = self.condition.clone();
            let (mut at, mut hit) = (0, None);
            visit(&mut expr, true, &mut |atom, _| {
                let (ExprKind::Call(Some(set), name, _), span) = (&atom.kind, atom.span) else { return false };
                if name != "all" || matches!(set.kind, ExprKind::List(_)) {
                    return false;
                }
                at += 1;
                if at <= found.len() {
                    return false;
                }
                hit = Some(span);
                let size = Expr { kind: ExprKind::Call(Some(set.clone()), "size".to_owned(), Vec::new()), span };
                let none = Expr { kind: ExprKind::Int(0), span };
                let some = ExprKind::Compare(Comparison::Greater, Box::new(size), Box::new(none));
                *atom = Expr { kind: ExprKind::And(vec![Expr { kind: some, span }, atom.clone()]), span };
                true
            });
            let Some(span) = hit else { return found };
            let (what, line) = self.excerpt(span);
            found.push(Mutant { what, line, rule: Self { condition: expr, ..self.clone() } });
        }
    }

    /// The text at a span on one line, and the line of the page on which it begins.
    fn excerpt(&self, span: redan_expr::Span) -> (String, usize) {
        let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX);
        let text = self.text.get(at(span.start)..at(span.end)).unwrap_or_default();
        let before = self.text.get(..at(span.start)).unwrap_or_default();
        let shown: Vec<&str> = text.split_whitespace().collect();
        (shown.join(" "), self.line + 1 + before.matches('\n').count())
    }

    fn mutant(&self, rule: Self, change: Change, span: redan_expr::Span) -> Mutant {
        let verb = if change == Change::Turned { "turned around" } else { "dropped" };
        let (text, line) = self.excerpt(span);
        Mutant { what: format!("{verb}: {text}"), line, rule }
    }
}

impl Page {
    /// Compiles a mutant of one of the page's rules, with the default parameters.
    ///
    /// # Errors
    /// If it does not type-check any more: such a mutant is no mistake that could be made.
    pub fn compile_mutant(
        &self,
        mutant: &Mutant,
        kind: Str,
        schemas: &dyn Schemas,
        engines: &Engines,
    ) -> Result<Judge, PageError> {
        self.compile_rule(&mutant.rule, kind, schemas, engines, self.defaults())
    }
}

/// Calls `act` on every atom, with the truth that leaves its surroundings as if it were not there, until it says stop.
fn visit(expr: &mut Expr, neutral: bool, act: &mut dyn FnMut(&mut Expr, bool) -> bool) -> bool {
    match &mut expr.kind {
        ExprKind::And(operands) => operands.iter_mut().any(|operand| visit(operand, true, act)),
        ExprKind::Or(operands) => operands.iter_mut().any(|operand| visit(operand, false, act)),
        ExprKind::Not(inner) => visit(inner, !neutral, act),
        ExprKind::Conditional(condition, yes, no) if is_boolean(yes) && is_boolean(no) => {
            visit(condition, true, act) || visit(yes, neutral, act) || visit(no, neutral, act)
        }
        ExprKind::Call(Some(_), name, args) if matches!(name.as_str(), "all" | "exists") => {
            let inner = name == "all";
            match args.last_mut() {
                Some(body) if is_composed(body) => visit(body, inner, act),
                _ => act(expr, neutral),
            }
        }
        _ => act(expr, neutral),
    }
}

fn is_composed(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::And(_) | ExprKind::Or(_))
}

fn is_boolean(expr: &Expr) -> bool {
    matches!(
        &expr.kind,
        ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::Compare(..)
            | ExprKind::In(..)
            | ExprKind::Bool(_)
    )
}

fn mutate(atom: &mut Expr, neutral: bool, change: Change) {
    let span = atom.span;
    *atom = match change {
        Change::Turned => Expr { kind: ExprKind::Not(Box::new(atom.clone())), span },
        Change::Dropped => Expr { kind: ExprKind::Bool(neutral), span },
    };
}
