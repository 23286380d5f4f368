//! What a comment asks to suppress: our own form, and the forms of other scanners as their documentation has them.

use crate::allow::day::Day;

/// What is asked to be suppressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directive {
    /// How it is written.
    pub(crate) form: &'static str,
    pub(crate) names: Names,
    pub(crate) reason: Option<String>,
    /// The last day on which it holds.
    pub(crate) until: Option<Day>,
    pub(crate) reach: Reach,
}

/// What is suppressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    All,
    These(Vec<String>),
    AllBut(Vec<String>),
}

/// How far a comment reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What it stands on or above; if nothing of that is reported, the block that it stands in.
    Near,
    /// What it stands on or above.
    Item,
    /// The resource that it stands in.
    Resource,
    /// The file, of which it is the beginning.
    File,
}

/// A comment that asks for something that cannot be granted: what is wrong, and what to do.
pub(crate) type Fault = (&'static str, String, String);

/// Whether a text may hold any of the forms; cheap.
pub(crate) fn may_hold(text: &str) -> bool {
    ["redan:allow", ":skip=", "trivy:ignore", "tfsec:ignore", "kics-scan"].iter().any(|form| text.contains(form))
}

/// What a comment asks for.
pub(crate) fn directives(comment: &str) -> Vec<Result<Directive, Fault>> {
    let text = bare(comment);
    if let Some(rest) = text.strip_prefix("redan:allow") {
        return vec![own(rest)];
    }
    if let Some(rest) = text.strip_prefix("kics-scan") {
        return kics(rest).into_iter().map(Ok).collect();
    }
    let mut all: Vec<Result<Directive, Fault>> = checkov(text).into_iter().map(Ok).collect();
    all.extend(trivy(text));
    all
}

/// A comment without its marks.
fn bare(comment: &str) -> &str {
    let text = comment.trim().trim_start_matches(['#', '/', '*', '"']);
    text.trim_end_matches('"').trim_end_matches("*/").trim()
}

const OWN: &str = "redan:allow";

/// `redan:allow PAGE[,PAGE] reason until YYYY-MM-DD`.
fn own(rest: &str) -> Result<Directive, Fault> {
    let fault = |what: &str| {
        Err((
            OWN,
            what.to_owned(),
            "write `redan:allow PAGE reason`, and `until YYYY-MM-DD` if it shall end".to_owned(),
        ))
    };
    if !rest.starts_with(char::is_whitespace) {
        return fault("names no page");
    }
    let rest = rest.trim();
    let (names, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let names: Vec<String> =
        names.trim_end_matches(':').split(',').filter(|n| !n.is_empty()).map(str::to_owned).collect();
    if names.is_empty() {
        return fault("names no page");
    }
    let mut reason = rest.trim();
    let mut until = None;
    let mut words = reason.rsplitn(3, char::is_whitespace);
    if let (Some(date), Some("until")) = (words.next(), words.next()) {
        match Day::parse(date) {
            Some(day) => until = Some(day),
            None if date.starts_with(|c: char| c.is_ascii_digit()) => {
                return fault("ends on a day that does not exist");
            }
            None => {}
        }
        if until.is_some() {
            reason = words.next().unwrap_or_default();
        }
    }
    let reason = said(reason);
    Ok(Directive { form: OWN, names: Names::These(names), reason, until, reach: Reach::Near })
}

/// A reason, if anything is said.
fn said(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches([':', '-', '–', '—', ',']).trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// `checkov:skip=ID[,ID][:reason]`, anywhere inside of a block
/// (<https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html>).
fn checkov(text: &str) -> Option<Directive> {
    let forms = ["checkov:skip=", "bridgecrew:skip=", "cortex:skip="];
    let (at, form) = forms.iter().filter_map(|form| Some((text.find(form)?, form))).min()?;
    let rest = text.get(at + form.len()..)?.trim_start();
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ','))).unwrap_or(rest.len());
    let (names, rest) = rest.split_at(end);
    let names: Vec<String> = names.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let reason = rest.strip_prefix(':').and_then(said);
    let form = form.trim_end_matches('=');
    (!names.is_empty()).then_some(Directive {
        form,
        names: Names::These(names),
        reason,
        until: None,
        reach: Reach::Resource,
    })
}

/// `trivy:ignore:ID[:exp:YYYY-MM-DD]`, several in a comment, on a line or above it
/// (<https://trivy.dev/docs/latest/guide/scanner/misconfiguration/config/config/#ignoring-misconfigurations-by-inline-comments>,
/// <https://aquasecurity.github.io/tfsec/latest/guides/configuration/ignores/>). They have no reasons: the other words
/// of the comment are taken for one.
fn trivy(text: &str) -> Vec<Result<Directive, Fault>> {
    let words = text.split_whitespace().map(|word| word.trim_start_matches(['#', '/', '*']));
    let form_of = |word: &str| {
        ["trivy:ignore", "tfsec:ignore"]
            .into_iter()
            .find(|form| word.strip_prefix(form).is_some_and(|r| r.starts_with(':')))
    };
    let reason: Vec<&str> = words.clone().filter(|word| form_of(word).is_none()).collect();
    let reason = said(&reason.join(" "));
    let one = |word: &str| {
        let form = form_of(word)?;
        let mut parts = word.split(':').skip(2);
        let name = parts.next().filter(|name| !name.is_empty())?;
        Some(trivy_rule(form, name, &parts.collect::<Vec<_>>(), reason.clone()))
    };
    words.filter_map(one).collect()
}

fn trivy_rule(form: &'static str, name: &str, parts: &[&str], reason: Option<String>) -> Result<Directive, Fault> {
    let allow = || "write `redan:allow PAGE reason` beside it".to_owned();
    if name.contains('[') {
        return Err((form, "holds for some values of attributes, which redan does not read".to_owned(), allow()));
    }
    let mut until = None;
    for pair in parts.chunks(2) {
        match pair {
            ["exp", date] => {
                let day = Day::parse(date);
                let what = "ends on a day that does not exist, and holds never".to_owned();
                // It holds until the day begins.
                until = Some(day.ok_or((form, what, "write the day as YYYY-MM-DD".to_owned()))?.before());
            }
            ["ws", _] => {
                return Err((form, "holds for one workspace, which redan does not read".to_owned(), allow()));
            }
            _ => {}
        }
    }
    let names = if name == "*" { Names::All } else { Names::These(vec![name.to_owned()]) };
    Ok(Directive { form, names, reason, until, reach: Reach::Item })
}

/// `kics-scan ignore-line`, `ignore-block`, and at the beginning of a file `ignore`, `disable=ID,ID`, `enable=ID,ID`
/// (<https://docs.kics.io/latest/running-kics/#using_commands_on_scanned_files_as_comments>).
fn kics(rest: &str) -> Option<Directive> {
    let (command, reason) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    let list = |ids: &str| ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let (names, reach) = match command.split_once('=') {
        Some(("disable", ids)) => (Names::These(list(ids)), Reach::File),
        Some(("enable", ids)) => (Names::AllBut(list(ids)), Reach::File),
        None if matches!(command, "ignore-line" | "ignore-block") => (Names::All, Reach::Item),
        None if command == "ignore" => (Names::All, Reach::File),
        _ => return None,
    };
    Some(Directive { form: "kics-scan", names, reason: said(reason), until: None, reach })
}

#[cfg(test)]
mod tests {
    use super::{Directive, Names, Reach, directives};

    fn one(comment: &str) -> Directive {
        let found = directives(comment);
        assert_eq!(found.len(), 1, "{comment}: {found:?}");
        found.into_iter().next().unwrap().unwrap()
    }

    fn these(names: &[&str]) -> Names {
        Names::These(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn our_own_form() {
        let full = one("# redan:allow network/admin-ports-open the bastion, ticket 12 until 2026-12-31");
        assert_eq!(full.names, these(&["network/admin-ports-open"]));
        assert_eq!(full.reason.as_deref(), Some("the bastion, ticket 12"));
        assert_eq!(full.until.unwrap().to_string(), "2026-12-31");
        assert_eq!(full.reach, Reach::Near);
        assert_eq!(one("/* redan:allow a/b,c/d */").names, these(&["a/b", "c/d"]));
        assert_eq!(one("\"redan:allow a/b: why not\"").reason.as_deref(), Some("why not"));
        assert_eq!(one("// redan:allow a/b until we move").reason.as_deref(), Some("until we move"));
        assert_eq!(one("// redan:allow a/b until 2026-01-01").reason, None);
        for wrong in ["# redan:allow", "# redan:allow a/b why until 2026-02-30", "# redan:allow ,"] {
            assert!(matches!(directives(wrong).as_slice(), [Err(_)]), "{wrong}");
        }
        assert!(directives("# see redan:allow in the manual").is_empty());
    }

    #[test]
    fn the_forms_of_other_scanners() {
        let skip = one("#checkov:skip=CKV_AWS_20,CKV_AWS_57:The bucket is public: a site");
        assert_eq!(skip.names, these(&["CKV_AWS_20", "CKV_AWS_57"]));
        assert_eq!(skip.reason.as_deref(), Some("The bucket is public: a site"));
        assert_eq!(skip.reach, Reach::Resource);
        assert_eq!(one("# bridgecrew:skip=CKV_AWS_1").form, "bridgecrew:skip");
        let many = directives("#trivy:ignore:AVD-AWS-0086 trivy:ignore:aws-s3-enable-logging:exp:2026-03-10 agreed");
        assert_eq!(many.len(), 2);
        let second = many[1].clone().unwrap();
        assert_eq!((second.names, second.reach), (these(&["aws-s3-enable-logging"]), Reach::Item));
        assert_eq!(second.until.unwrap().to_string(), "2026-03-09", "it ends when its day begins");
        assert_eq!(second.reason.as_deref(), Some("agreed"));
        assert_eq!(one("#tfsec:ignore:*").names, Names::All);
        for wrong in ["#trivy:ignore:x[from_port=1]", "#tfsec:ignore:x:ws:dev", "#trivy:ignore:x:exp:tomorrow"] {
            assert!(matches!(directives(wrong).as_slice(), [Err(_)]), "{wrong}");
        }
        assert_eq!((one("# kics-scan ignore-line").reach, one("# kics-scan ignore").reach), (Reach::Item, Reach::File));
        assert_eq!(one("# kics-scan disable=a-b,c").names, these(&["a-b", "c"]));
        assert!(directives("# kics-scan").is_empty());
    }
}
