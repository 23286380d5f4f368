//! What a module declares.

use rustc_hash::FxHashMap;

use redan_kinds::Mode;
use redan_model::Problem;

use super::references::Dependency;
use crate::syntax::ast::{Attribute, Block, Body, Expr, Span, Text};
use crate::value::Origin;

/// Something from a file.
#[derive(Clone, Debug)]
pub(crate) struct Placed<T> {
    pub(crate) file: u32,
    pub(crate) item: T,
}

/// The contents of a block; override files may have replaced some.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    pub(crate) attributes: Vec<Placed<Attribute>>,
    pub(crate) blocks: Vec<Placed<Block>>,
    pub(crate) damaged: bool,
}

impl Section {
    pub(crate) fn of(file: u32, body: Body) -> Self {
        Self {
            attributes: body.attributes.into_iter().map(|item| Placed { file, item }).collect(),
            blocks: body.blocks.into_iter().map(|item| Placed { file, item }).collect(),
            damaged: body.damaged,
        }
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&Placed<Attribute>> {
        self.attributes.iter().find(|attribute| &*attribute.item.name.text == name)
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Placed<Expr>> {
        let at = self.attributes.iter().position(|attribute| &*attribute.item.name.text == name)?;
        let Placed { file, item } = self.attributes.remove(at);
        Some(Placed { file, item: item.value })
    }
}

/// Where a block stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockPlace {
    pub(crate) file: u32,
    /// The whole block.
    pub(crate) span: Span,
    /// From its kind to its last label.
    pub(crate) header: Span,
}

impl BlockPlace {
    pub(crate) fn whole(&self) -> Origin {
        Origin::new(self.file, self.span)
    }

    pub(crate) fn head(&self) -> Origin {
        Origin::new(self.file, self.header)
    }
}

#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: Text,
    pub(crate) place: BlockPlace,
    pub(crate) ty: Option<Placed<Expr>>,
    pub(crate) default: Option<Placed<Expr>>,
    pub(crate) nullable: bool,
    pub(crate) sensitive: bool,
}

#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) name: Text,
    pub(crate) span: Span,
    pub(crate) value: Placed<Expr>,
    pub(crate) needs: Vec<Dependency>,
}

#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) name: Text,
    pub(crate) place: BlockPlace,
    pub(crate) value: Option<Placed<Expr>>,
    pub(crate) sensitive: bool,
    pub(crate) needs: Vec<Dependency>,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) mode: Mode,
    pub(crate) ephemeral: bool,
    pub(crate) kind: Text,
    pub(crate) name: Text,
    pub(crate) place: BlockPlace,
    pub(crate) count: Option<Placed<Expr>>,
    pub(crate) for_each: Option<Placed<Expr>>,
    /// `aws` or `aws.west`.
    pub(crate) provider: Text,
    /// Arguments and blocks without the meta-arguments.
    pub(crate) body: Section,
    pub(crate) needs: Vec<Dependency>,
}

/// A `module` block.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: Text,
    pub(crate) place: BlockPlace,
    /// The source, if it is plain text.
    pub(crate) source: Option<Placed<Text>>,
    pub(crate) count: Option<Placed<Expr>>,
    pub(crate) for_each: Option<Placed<Expr>>,
    /// Name inside the module, name here.
    pub(crate) providers: Vec<(Text, Text)>,
    pub(crate) arguments: Vec<Placed<Attribute>>,
    /// Positions in `arguments`.
    pub(crate) argument_names: FxHashMap<Text, usize>,
    /// What `count` and `for_each` need.
    pub(crate) needs: Vec<Dependency>,
    /// What each argument needs, in the order of `arguments`.
    pub(crate) argument_needs: Vec<Vec<Dependency>>,
}

#[derive(Debug)]
pub(crate) struct ProviderBlock {
    /// `aws` or `aws.west`.
    pub(crate) key: Text,
    pub(crate) place: BlockPlace,
    pub(crate) body: Section,
    pub(crate) needs: Vec<Dependency>,
}

/// An entry of `required_providers`.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProviderRequirement {
    pub(crate) source: Option<Text>,
    pub(crate) version: Option<Text>,
}

/// Everything that the files of one folder declare.
#[derive(Debug, Default)]
pub(crate) struct ModuleConfig {
    /// The folder as shown to people.
    pub(crate) shown: String,
    /// The folder's real path; none for text that lies in no folder.
    pub(crate) folder: Option<std::path::PathBuf>,
    pub(crate) variables: Vec<Variable>,
    pub(crate) locals: Vec<Local>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) calls: Vec<Call>,
    pub(crate) providers: Vec<ProviderBlock>,
    pub(crate) required: FxHashMap<Text, ProviderRequirement>,
    pub(crate) names: Names,
    pub(crate) problems: Vec<Problem>,
    /// A file was not read whole: names that are not found may stand there.
    pub(crate) damaged: bool,
}

/// Declarations by name; of several with one name the first.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) variables: FxHashMap<Text, usize>,
    pub(crate) locals: FxHashMap<Text, usize>,
    pub(crate) outputs: FxHashMap<Text, usize>,
    pub(crate) calls: FxHashMap<Text, usize>,
    /// By type, then name.
    pub(crate) managed: FxHashMap<Text, FxHashMap<Text, usize>>,
    pub(crate) data: FxHashMap<Text, FxHashMap<Text, usize>>,
    pub(crate) ephemeral: FxHashMap<Text, FxHashMap<Text, usize>>,
}

impl Names {
    pub(crate) fn managed(&self, kind: &str, name: &str) -> Option<usize> {
        self.managed.get(kind)?.get(name).copied()
    }

    pub(crate) fn data(&self, kind: &str, name: &str) -> Option<usize> {
        self.data.get(kind)?.get(name).copied()
    }

    pub(crate) fn ephemeral(&self, kind: &str, name: &str) -> Option<usize> {
        self.ephemeral.get(kind)?.get(name).copied()
    }
}
