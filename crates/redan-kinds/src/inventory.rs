//! What the tables of a kind name: for the check of kind files against the vendors' published schemas. It knows no
//! schema but the kinds' own.

use crate::registry::Kinds;
use crate::table::kind::Kind;
use crate::table::lens::{Block, Lens, Path, Piece};
use crate::table::{Mode, TerraformTable};
use redan_model::{Schemas, Str, StructType, Type};

/// One thing that a table names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// The Terraform type.
    pub terraform: Str,
    /// The argument, inside its blocks; empty for a constant.
    pub argument: Vec<Str>,
    /// The kind and the attribute that it goes to; `None` for an argument that is deliberately not mapped, or that names
    /// another resource.
    pub target: Option<(Str, Vec<Str>)>,
}

impl Kinds {
    /// All that the Terraform tables of a kind name, in the order of its file.
    #[must_use]
    pub fn mapped(&self, kind: Str) -> Vec<Mapped> {
        let Some(kind) = self.kind(kind) else { return Vec::new() };
        let tables = kind.terraform.iter().filter(|table| !table.name.contains("::"));
        tables.flat_map(|table| Walk::table(kind, table)).collect()
    }

    /// Whether a kind declares this attribute, through lists and maps.
    #[must_use]
    pub fn declares(&self, kind: Str, path: &[Str]) -> bool {
        self.schema(kind).is_some_and(|schema| declares(&schema.body, path))
    }
}

fn declares(structure: &StructType, path: &[Str]) -> bool {
    let [name, rest @ ..] = path else { return true };
    structure.field(*name).is_some_and(|field| inside(&field.ty, rest))
}

fn inside(ty: &Type, path: &[Str]) -> bool {
    match ty {
        _ if path.is_empty() => true,
        Type::Struct(structure) => declares(structure, path),
        Type::List(list) => inside(&list.element, path),
        Type::Map(element) => inside(element, path.get(1..).unwrap_or_default()) || inside(element, path),
        Type::Any | Type::Document => true,
        _ => false,
    }
}

struct Walk {
    terraform: Str,
    found: Vec<Mapped>,
}

impl Walk {
    fn table(kind: &Kind, table: &TerraformTable) -> Vec<Mapped> {
        let mut walk = Self { terraform: table.name, found: Vec::new() };
        let name = kind.schema.kind;
        let list = match &table.mode {
            Mode::Creates => None,
            Mode::Into { argument, list } | Mode::Each { argument, list } => {
                walk.argument(&[*argument], None);
                list.clone()
            }
            Mode::Choice { argument, by, lists } => {
                walk.argument(&[*argument], None);
                walk.argument(&[*by], None);
                for (_, list) in lists {
                    walk.argument(&[], Some((name, list.to_vec())));
                }
                lists.first().map(|(_, list)| list.clone())
            }
            Mode::Place { list, .. } => list.clone(),
        };
        if let Some(parent) = table.parent {
            walk.argument(&[parent], None);
        }
        walk.block(&table.body, &[], name, list.as_deref().unwrap_or_default());
        walk.found
    }

    fn argument(&mut self, argument: &[Str], target: Option<(Str, Vec<Str>)>) {
        self.found.push(Mapped { terraform: self.terraform, argument: argument.to_vec(), target });
    }

    fn block(&mut self, block: &Block, above: &[Str], kind: Str, base: &[Str]) {
        for argument in &block.arguments {
            let path = [above, &[argument.argument]].concat();
            for lens in &argument.lenses {
                self.lens(lens, &path, kind, base);
            }
        }
        for spread in &block.spread {
            self.argument(&[above, &[spread.argument]].concat(), Some((kind, [base, &spread.field].concat())));
        }
        for (to, pieces) in &block.compose {
            for piece in pieces {
                if let Piece::Argument(name) = piece {
                    self.argument(&[above, &[*name]].concat(), Some((kind, [base, to].concat())));
                }
            }
        }
        for (to, _) in block.set.iter().chain(&block.absent) {
            self.argument(&[], Some((kind, [base, to].concat())));
        }
        for name in &block.ignored {
            self.argument(&[above, &[*name]].concat(), None);
        }
    }

    fn lens(&mut self, lens: &Lens, argument: &[Str], kind: Str, base: &[Str]) {
        let at = |to: &Path| Some((kind, [base, to].concat()));
        match lens {
            Lens::Move { to, .. } | Lens::Keyed { to, .. } | Lens::Entry { to, .. } => self.argument(argument, at(to)),
            Lens::Block { to, body, .. } => {
                self.argument(argument, at(to));
                self.block(body, argument, kind, &[base, to].concat());
            }
            Lens::Makes(makes) => {
                self.argument(argument, None);
                if let Some(owner) = &makes.owner {
                    self.argument(&[], Some((makes.kind, owner.to_vec())));
                }
                if let Some((to, _)) = &makes.value {
                    self.argument(argument, Some((makes.kind, to.to_vec())));
                }
                self.block(&makes.body, argument, makes.kind, &[]);
            }
        }
    }
}
