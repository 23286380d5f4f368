//! The checks of a page that need no estate: types, names, links, patches, aliases.

use crate::error::did_you_mean;
use crate::front::fits;
use crate::patch::Patch;
use crate::{Expected, Page, PageError};
use redan_expr::{Engines, Expr, ExprKind};
use redan_model::yaml::{Yaml, YamlValue};
use redan_model::{Schemas, Str, Type};
use std::sync::Arc;

impl Page {
    /// Every error that can be found without an estate.
    #[must_use]
    pub fn check(&self, schemas: &dyn Schemas, engines: &Engines) -> Vec<PageError> {
        let mut errors = Vec::new();
        for rule in &self.rules {
            for kind in &rule.kinds {
                match self.compile_rule(rule, *kind, schemas, engines, self.defaults()) {
                    Ok(judge) => {
                        let live = rule.when.as_ref().is_some_and(says_live);
                        if let (Some(name), false) = (judge.observed(), live) {
                            let message = format!("no code can state `{name}`");
                            let error = PageError::new(&self.path, rule.line, message);
                            errors.push(error.help("begin the rule with a line `when live`"));
                        }
                    }
                    Err(error) => errors.push(error),
                }
            }
        }
        for patch in &self.patches {
            self.check_patch(patch, schemas, &mut errors);
        }
        self.check_head(schemas, &mut errors);
        self.check_cases(&mut errors);
        errors.sort();
        errors.dedup();
        errors
    }

    fn check_head(&self, schemas: &dyn Schemas, errors: &mut Vec<PageError>) {
        let mut report = |message: String, help: String| errors.push(PageError::new(&self.path, 1, message).help(help));
        if self.mission.is_empty() {
            report(
                "the head has no `mission`".to_owned(),
                "name the points of the mission that the page serves".to_owned(),
            );
        }
        if self.links.is_empty() {
            report("the head has no `links`".to_owned(), "link the vendor's documentation".to_owned());
        }
        for link in self.links.iter().filter(|link| !link.starts_with("https://")) {
            report(format!("the link `{link}` is not https"), "begin it with https://".to_owned());
        }
        if self.text.is_empty() {
            report("the page does not say why".to_owned(), "write it below the head".to_owned());
        }
        for alias in &self.aliases {
            for (name, value) in &alias.with {
                let known = self.params.iter().map(|param| param.name.as_str());
                match self.params.iter().find(|param| param.name == *name) {
                    None => report(
                        format!("the alias {} sets no parameter of the page", alias.id),
                        did_you_mean(name, known),
                    ),
                    Some(param) if !fits(value, &param.ty) => {
                        report(
                            format!("the alias {} gives `{name}` another type", alias.id),
                            "see `params`".to_owned(),
                        );
                    }
                    Some(_) => {}
                }
            }
            if let Some(part) = alias.part {
                let kinds: Vec<Str> = self.kinds().collect();
                if !kinds.iter().any(|kind| has_path(schemas, *kind, &part)) {
                    report(
                        format!("the alias {} names no attribute: {part}", alias.id),
                        "write the path below `self`".to_owned(),
                    );
                }
            }
        }
    }

    fn check_cases(&self, errors: &mut Vec<PageError>) {
        let live_only = self.rules.iter().all(|rule| rule.when.as_ref().is_some_and(says_live));
        for expected in [Expected::Fail, Expected::Pass] {
            let fits = |case: &&crate::Case| case.expected == expected && (live_only || case.language.is_code());
            if !self.cases.iter().any(|case| fits(&case)) {
                let where_from = if live_only { "" } else { " in code" };
                let message = format!("no case{where_from} must {}", expected.label());
                errors.push(PageError::new(&self.path, 1, message).help("write one under `## Cases`"));
            }
        }
    }

    fn check_patch(&self, patch: &Patch, schemas: &dyn Schemas, errors: &mut Vec<PageError>) {
        let Some(schema) = schemas.schema(patch.kind) else {
            let kinds = schemas.kinds();
            let error = PageError::new(&self.path, patch.line, format!("no kind `{}` is known", patch.kind));
            errors.push(error.help(did_you_mean(&patch.kind, kinds.iter().map(|kind| kind.as_str()))));
            return;
        };
        self.check_tree(&patch.body, &Type::Struct(Arc::clone(&schema.body)), patch.line, errors);
    }

    fn check_tree(&self, yaml: &Yaml, ty: &Type, line: usize, errors: &mut Vec<PageError>) {
        match (&yaml.value, ty) {
            (YamlValue::Mapping(entries), Type::Struct(fields)) => {
                for (key, value) in entries {
                    let name = key.strip_suffix("[]").unwrap_or(key);
                    match fields.field(Str::new(name)) {
                        Some(field) => self.check_tree(value, &field.ty, line, errors),
                        None => {
                            let known = fields.fields.iter().map(|(name, _)| name.as_str());
                            let error = PageError::new(
                                &self.path,
                                line + value.line,
                                format!("nothing is called `{name}` here"),
                            );
                            errors.push(error.help(did_you_mean(name, known)));
                        }
                    }
                }
            }
            (YamlValue::Mapping(_), Type::List(list)) if list.keyed.is_none() => {
                self.check_tree(yaml, &list.element, line, errors);
            }
            (YamlValue::Sequence(items), Type::List(list)) => {
                items.iter().for_each(|item| self.check_tree(item, &list.element, line, errors));
            }
            _ => {}
        }
    }
}

fn says_live(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => name == "live",
        ExprKind::And(operands) => operands.iter().any(says_live),
        _ => false,
    }
}

fn has_path(schemas: &dyn Schemas, kind: Str, path: &str) -> bool {
    let Some(schema) = schemas.schema(kind) else { return false };
    let mut ty = Type::Struct(Arc::clone(&schema.body));
    for step in path.split('.') {
        while let Type::List(list) = &ty {
            ty = list.element.clone();
        }
        let next = match &ty {
            Type::Struct(fields) => fields.field(Str::new(step)).map(|field| field.ty.clone()),
            Type::Map(element) => Some((**element).clone()),
            _ => None,
        };
        let Some(next) = next else { return false };
        ty = next;
    }
    true
}
