//! Cases: sources with the verdict that they must get, and the lines that must be reported (`pages.md` 6).

use crate::PageError;
use crate::error::did_you_mean;
use crate::markdown::Fence;

/// In which language a case is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// `hcl`: Terraform.
    Hcl,
    /// `json terraform`: Terraform in JSON.
    TerraformJson,
    /// `yaml cloudformation`.
    CloudFormationYaml,
    /// `json cloudformation`.
    CloudFormationJson,
    /// `bicep`.
    Bicep,
    /// `json arm`: an ARM template or resource.
    Arm,
    /// `json aws`: answers of the AWS API by operation.
    Aws,
    /// `json azure`: bodies of ARM resources.
    Azure,
}

impl Language {
    /// The language as it is written in a fence.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Hcl => "hcl",
            Self::TerraformJson => "json terraform",
            Self::CloudFormationYaml => "yaml cloudformation",
            Self::CloudFormationJson => "json cloudformation",
            Self::Bicep => "bicep",
            Self::Arm => "json arm",
            Self::Aws => "json aws",
            Self::Azure => "json azure",
        }
    }

    /// Whether it is code, and not the answer of an API.
    #[must_use]
    pub const fn is_code(self) -> bool {
        !matches!(self, Self::Aws | Self::Azure)
    }

    const ALL: [Self; 8] = [
        Self::Hcl,
        Self::TerraformJson,
        Self::CloudFormationYaml,
        Self::CloudFormationJson,
        Self::Bicep,
        Self::Arm,
        Self::Aws,
        Self::Azure,
    ];
}

/// The verdict that a case must get.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expected {
    /// At least one resource fails, and nothing is reported but at the marks.
    Fail,
    /// At least one resource passes, none fails or is unknown.
    Pass,
    /// At least one resource is unknown, none fails.
    Unknown,
    /// The page does not apply to any resource.
    None,
}

impl Expected {
    /// The verdict as it is written.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::None => "none",
        }
    }
}

/// A place that a case says must be reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A line of the case's text, from 1.
    Line(usize),
    /// A JSON pointer into the case's text.
    Pointer(String),
}

/// A case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its language.
    pub language: Language,
    /// The verdict that it must get.
    pub expected: Expected,
    /// Its name; empty if it has none.
    pub name: String,
    /// The source.
    pub text: String,
    /// The line of its fence in the page, from 1; line `n` of the text is line `line + n` of the page.
    pub line: usize,
    /// What must be reported, and nothing else: failing evidence in a `fail` case, reasons in an `unknown` case.
    pub marks: Vec<Mark>,
}

impl Case {
    pub(crate) fn read(path: &str, fence: &Fence) -> Result<Self, PageError> {
        let error = |message: String| PageError::new(path, fence.line, message);
        let found = Language::ALL.into_iter().find_map(|language| {
            let rest = fence.info.strip_prefix(language.label())?;
            (rest.is_empty() || rest.starts_with(' ')).then_some((language, rest))
        });
        let Some((language, rest)) = found else {
            let known = Language::ALL.into_iter().map(Language::label);
            let written = fence.info.split(" fail").next().unwrap_or_default();
            return Err(error(format!("no language `{}` is known", fence.info)).help(did_you_mean(written, known)));
        };
        let mut words = rest.split_whitespace();
        let verdict = words.next().unwrap_or_default();
        let all = [Expected::Fail, Expected::Pass, Expected::Unknown, Expected::None];
        let Some(expected) = all.into_iter().find(|expected| expected.label() == verdict) else {
            let help = did_you_mean(verdict, all.into_iter().map(Expected::label));
            return Err(error(format!("no verdict `{verdict}` is known")).help(help));
        };
        let mut marks = marked_lines(&fence.text, expected);
        let mut name = Vec::new();
        for word in words {
            match word.strip_prefix("at=") {
                Some(pointer) => marks.push(Mark::Pointer(pointer.to_owned())),
                None => name.push(word),
            }
        }
        if matches!(expected, Expected::Fail | Expected::Unknown) && marks.is_empty() && language.is_code() {
            let word = if expected == Expected::Fail { "finding" } else { "unknown" };
            return Err(error(format!("no line of the case is marked `# {word}`"))
                .help("mark each line that must be reported, in JSON by `at=/pointer` behind the verdict"));
        }
        Ok(Self { language, expected, name: name.join(" "), text: fence.text.clone(), line: fence.line, marks })
    }
}

fn marked_lines(text: &str, expected: Expected) -> Vec<Mark> {
    let word = match expected {
        Expected::Fail => "finding",
        Expected::Unknown => "unknown",
        Expected::Pass | Expected::None => return Vec::new(),
    };
    let marked = |line: &str| {
        let comment = line.rfind(['#', '/']).and_then(|at| line.get(at + 1..));
        comment.is_some_and(|comment| comment.trim() == word || comment.trim().starts_with(&format!("{word} ")))
    };
    text.lines().enumerate().filter(|(_, line)| marked(line)).map(|(index, _)| Mark::Line(index + 1)).collect()
}
